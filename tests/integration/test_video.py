"""Live pictures and recordings under the same rows as commands: the neighbour and the camera (S13, US12)."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from .cameras import KEY, SERIAL
from .neighbourhood import CAMERA, JPEG, Neighbourhood, frames, rest_of
from .visitor import refusal
from custom_components.iot_secure_gateway import video_views
from custom_components.iot_secure_gateway.gateway.events import ViewingBegan
from custom_components.iot_secure_gateway.gateway.viewing import JUDGED_EVERY_S

# Of everybody who may and may not give them test_every_verdict.py tells.
COMMANDS = (
    "video",
    "video_clips",
    "video_address",
    "video_viewers",
    "start_recording",
    "stop_recording",
    "delete_clip",
    "video_choice",
    "set_video_choice",
)


# --- the owner ---------------------------------------------------------------------------------------
async def test_owner_watches_live_and_the_record_says_so(here: Neighbourhood) -> None:
    began: list[ViewingBegan] = []
    here.house.gateway.add_listener(
        lambda event: began.append(event) if isinstance(event, ViewingBegan) else None
    )
    path = await here.address(here.olivia)
    async with here.nobody.get(path) as response:
        assert response.status == 200
        assert response.headers["Cache-Control"] == "no-store"
        shown = await frames(response, 3)
        assert all(one.startswith(JPEG) for one in shown)
        assert len(set(shown)) == 3
        assert [one.what for one in began] == ["live"]
        response.close()
    await here.watched_no_more()
    (line,) = await here.lines("view")
    assert (line.kind, line.serial, line.entity, line.result) == ("command", SERIAL, KEY, "ok")
    assert line.arguments == '{"what": "live"}'
    assert line.duration_us > 0
    who = await here.olivia.call("video_viewers", **CAMERA)
    assert [(one["name"], one["what"], one["is_refused"]) for one in who["watched"]] == [
        ("Olivia", "live", False)
    ]


async def test_owner_records_and_plays_a_film_in_parts(here: Neighbourhood) -> None:
    clip = await here.recorded()
    (shown,) = (await here.olivia.call("video_clips"))["clips"]
    assert (shown["id"], shown["reason"], shown["may_delete"]) == (clip.id, "asked", True)
    small = await here.nobody.get(shown["thumbnail"])
    assert small.content_type == "image/jpeg"
    assert (await small.read()).startswith(JPEG)
    path = await here.address(here.olivia, what="clip", clip=clip.id)
    whole = await here.nobody.get(path)
    assert (whole.status, whole.content_type) == (200, "video/mp4")
    film = await whole.read()
    assert film[4:8] == b"ftyp"
    part = await here.nobody.get(path, headers={"Range": "bytes=4-7"})
    assert (part.status, await part.read()) == (206, b"ftyp")
    assert part.headers["Content-Range"] == f"bytes 4-7/{len(film)}"
    head = await here.nobody.head(path)
    assert (head.status, head.headers["Content-Length"]) == (200, str(len(film)))
    assert (await here.nobody.post(path)).status == 405
    # Three requests are one viewing, which is over when nothing more is asked for.
    here.viewings.stop()
    lines = await here.lines("playback")
    assert [line.arguments for line in lines if "clip" in line.arguments] == [
        f'{{"clip": "{clip.id}", "what": "clip"}}'
    ]
    assert [line.command for line in await here.lines("record")] == ["record"]
    await here.olivia.call("delete_clip", clip=clip.id)
    assert (await here.nobody.get(path)).status == 404
    assert (await here.olivia.call("video_clips"))["clips"] == []


# --- the neighbour (US12) ----------------------------------------------------------------------------
async def test_neighbour_sees_live_and_recordings_within_the_window_and_neither_after_it(
    here: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert JUDGED_EVERY_S <= 1.0
    monkeypatch.setattr(video_views, "JUDGED_EVERY_S", 0.05)  # what remains is how long it takes
    before = await here.recorded()
    august = datetime(2027, 8, 1, tzinfo=UTC)
    await here.allow(
        starts_at=august.isoformat(), expires_at=(august + timedelta(days=14)).isoformat()
    )
    refused = await refusal(here.nina, "video_address", what="live", **CAMERA)
    assert refused.code == "unauthorized"

    here.at(august + timedelta(days=3))
    within = await here.recorded(august + timedelta(days=3))
    listed = [one["id"] for one in (await here.nina.call("video_clips"))["clips"]]
    assert listed == [within.id]  # not what was recorded before
    assert before.id in {one.id for one in here.recordings.clips({SERIAL})}
    live = await here.address(here.nina)
    film = await here.address(here.nina, what="clip", clip=within.id)
    assert (await refusal(here.nina, "video_address", what="clip", clip=before.id)).code == (
        "unauthorized"
    )
    assert (await here.nobody.get(film)).status == 200
    async with here.nobody.get(live) as response:
        await frames(response, 2)
        here.at(august + timedelta(days=14))  # it is over while she watches
        over = asyncio.get_running_loop().time()
        await rest_of(response)
        assert asyncio.get_running_loop().time() - over < 1.0
    # What was saved opens nothing any more.
    for path in (live, film):
        saved = await here.nobody.get(path)
        assert (saved.status, await saved.json()) == (403, {"error": "refused"})
    assert (await here.nina.call("video_clips"))["clips"] == []
    here.viewings.stop()
    told = [(line.name, line.kind, line.command) for line in await here.lines("view", "playback")]
    assert told.count(("Nina", "command", "view")) == 1
    assert told.count(("Nina", "command", "playback")) == 1
    assert ("", "refused", "view") in told or ("Nina", "refused", "view") in told
