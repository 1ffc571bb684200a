"""What an owner chose and what is going on at a camera ends with them; nothing of it is seen by others (S12, S13)."""

from datetime import timedelta

from homeassistant.util import dt as dt_util

from .cameras import KEY, SERIAL
from .neighbourhood import CAMERA, Neighbourhood, frames, rest_of
from .test_video_home import proxied
from .visitor import refusal, visit
from custom_components.iot_secure_gateway.attribution import actor_of
from custom_components.iot_secure_gateway.policy.actors import User
from custom_components.iot_secure_gateway.video import (
    DATA_VIDEO,
    VideoChoice,
    async_choice,
    async_start_video,
    async_stop_video,
)


async def handed_over(here: Neighbourhood) -> None:
    """Olivia gives the camera to Nina."""
    olivia, nina = actor_of(here.olivia_user), actor_of(here.nina_user)
    assert isinstance(olivia, User)
    assert isinstance(nina, User)
    ownership = here.house.gateway.ownership
    await ownership.offer_transfer(SERIAL, olivia, nina.id)
    await ownership.accept_transfer(SERIAL, nina)


async def test_new_owner_gets_neither_choices_nor_recordings_nor_sessions_of_the_former(
    here: Neighbourhood,
) -> None:
    hass, house = here.house.hass, here.house
    await here.olivia.call("set_video_choice", serial=SERIAL, is_open=True, motion=True)
    assert (await proxied(here))[0] == "image/jpeg"
    live = await here.address(here.olivia)
    async with here.nobody.get(live) as response:
        await frames(response, 1)
        await here.olivia.call("start_recording", **CAMERA)
        trace = house.gateway.traces.of(SERIAL)
        before = {one.key for one in trace.sessions if one.end is not None}
        assert before
        await handed_over(here)
        assert before.isdisjoint(one.key for one in trace.sessions)
        await rest_of(response)
    await house.until(lambda: here.recordings.active == {})
    assert (await proxied(here))[0] == "image/png"
    assert async_choice(hass, SERIAL) == VideoChoice()
    assert not here.recordings.keeps_motion(SERIAL)
    assert here.recordings.clips({SERIAL}) == []
    # Who has it now chooses anew, and nothing of before is left in it.
    chosen = await here.nina.call("set_video_choice", serial=SERIAL, keep_days=3)
    assert chosen == {"keep_days": 3, "max_mb": 2048, "motion": False, "is_open": False}


async def test_nobody_sees_that_a_confidential_camera_is_recorded(here: Neighbourhood) -> None:
    house, camera = here.house, f"{SERIAL}-{KEY}"
    await here.olivia.call("set_disclosure", serial=SERIAL, choice="confidential")
    await here.olivia.call("start_recording", **CAMERA)
    assert here.recordings.active
    assert house.state("camera", camera) == "idle"
    await here.olivia.call("set_disclosure", serial=SERIAL, choice="shown")
    await house.until(lambda: house.state("camera", camera) == "recording")
    await here.olivia.call("set_disclosure", serial=SERIAL, choice="confidential")
    await house.until(lambda: house.state("camera", camera) == "idle")
    await here.olivia.call("stop_recording", **CAMERA)


async def test_clips_are_kept_as_chosen_from_the_first_moment_of_a_start(
    here: Neighbourhood,
) -> None:
    await here.olivia.call("set_video_choice", serial=SERIAL, keep_days=365)
    old = await here.recorded(dt_util.utcnow() - timedelta(days=30))
    await async_stop_video(here.house.hass)
    await async_start_video(here.house.hass, here.house.gateway)
    assert [one.id for one in here.recordings.clips({SERIAL})] == [old.id]


async def test_who_may_not_play_clips_is_not_told_that_there_are_others(
    here: Neighbourhood,
) -> None:
    revisions = []
    for _ in range(2):
        nina = await visit(here.house, here._connect, here.nina_user)
        revisions.append((await nina.look("video"))["revision"])
        await here.recorded()
    assert revisions[0] == revisions[1]
    olivia = await visit(here.house, here._connect, here.olivia_user)
    before = (await olivia.look("video"))["revision"]
    await here.recorded()
    olivia = await visit(here.house, here._connect, here.olivia_user)
    assert (await olivia.look("video"))["revision"] != before


async def test_page_of_clips_says_nothing_about_clips_of_others(here: Neighbourhood) -> None:
    await here.recorded()
    video = here.house.hass.data[DATA_VIDEO]
    asked: list[object] = []
    may = video.viewings.may
    video.viewings.may = lambda actor, look: asked.append(look) or may(actor, look)  # type: ignore[method-assign,func-returns-value]
    told = await here.nina.call("video_clips")
    assert (told["clips"], told["next"], asked) == ([], None, [])


async def test_day_that_no_calendar_has_is_told_so(here: Neighbourhood) -> None:
    refused = await refusal(here.olivia, "video_clips", day="9999-12-31", entity=KEY)
    assert refused.code == "invalid_video_query"
    assert (await here.olivia.call("video_clips", day="0001-01-01"))["clips"] == []
