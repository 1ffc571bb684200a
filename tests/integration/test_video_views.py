"""The addresses of pictures: whose they are, until when, and what becomes of those who go on after that (S13)."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
import socket
from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import async_get_persistent_notifications
from yarl import URL

from homeassistant.components.http.auth import async_sign_path

from .cameras import KEY, SERIAL
from .house import token_of
from .neighbourhood import CAMERA, WITHIN_S, Neighbourhood, boundary_of, frames, rest_of
from .visitor import Refused, refusal
from custom_components.iot_secure_gateway import video, video_views
from custom_components.iot_secure_gateway.gateway import viewing
from custom_components.iot_secure_gateway.gateway.device import Problem
from custom_components.iot_secure_gateway.gateway.errors import DeviceSuspendedByPolicy
from custom_components.iot_secure_gateway.video import BASE

VIEWS = "custom_components.iot_secure_gateway.video_views"
LIVE = f"{BASE}/live/{SERIAL}/{KEY}"
STILL = f"{BASE}/still/{SERIAL}/{KEY}"


async def answered(here: Neighbourhood, path: str, **request: Any) -> tuple[int, str]:
    """Return status and reason of a request that gets no picture."""
    async with here.nobody.get(path, **request) as response:
        assert response.headers["Cache-Control"] == "no-store"
        return response.status, (await response.json())["error"]


# --- whose address it is -----------------------------------------------------------------------------
async def test_request_without_a_user_gets_nothing_and_counts_as_no_failed_login(
    here: Neighbourhood,
) -> None:
    hass = here.house.hass
    for path in (LIVE, STILL, f"{BASE}/clip/{'0' * 32}", f"{BASE}/thumbnail/{'0' * 32}"):
        assert await answered(here, path) == (403, "no_person")
    # What Home Assistant signs for whoever asks without saying who it is.
    content = async_sign_path(hass, LIVE, timedelta(minutes=1), use_content_user=True)
    assert await answered(here, content) == (403, "no_person")
    assert await answered(here, f"{LIVE}?authSig=x") == (403, "no_person")
    assert async_get_persistent_notifications(hass) == {}


async def test_address_is_for_one_user_one_thing_and_a_short_time(here: Neighbourhood) -> None:
    await here.allow()
    of_olivia = await here.address(here.olivia, what="still")
    nina = {"Authorization": f"Bearer {await token_of(here.house.hass, here.nina_user)}"}
    assert (await here.nobody.get(of_olivia)).status == 200
    assert await answered(here, of_olivia, headers=nina) == (403, "no_person")
    assert (await here.nobody.get(STILL, headers=nina)).status == 200  # with a token of her own
    # Nothing of it can be changed.
    other = of_olivia.replace("/still/", "/live/")
    assert await answered(here, other) == (403, "no_person")
    changed = URL(of_olivia).update_query({"for": here.nina_user.id})
    assert await answered(here, str(changed)) == (403, "no_person")
    # Not even its end, though people may sign any path for themselves.
    (token,) = list(here.olivia_user.refresh_tokens.values())[:1]
    for query in (
        "",
        f"?for={here.olivia_user.id}",
        f"?for={here.olivia_user.id}&until=9999999999",
    ):
        path = async_sign_path(
            here.house.hass, STILL + query, timedelta(days=3650), refresh_token_id=token.id
        )
        assert await answered(here, path) == (403, "no_person")
    late = URL(of_olivia)
    with patch(f"{VIEWS}.time.time", return_value=int(late.query["until"]) + 1):
        assert (await here.nobody.get(of_olivia)).status == 403


async def test_still_is_one_picture_and_one_viewing(here: Neighbourhood) -> None:
    await here.allow()
    path = await here.address(here.nina, what="still")
    for _ in range(3):
        response = await here.nobody.get(path)
        assert (response.status, response.content_type) == (200, "image/jpeg")
    here.viewings.stop()
    (line,) = await here.lines("view")
    assert (line.name, line.row, line.arguments) == ("Nina", 1, '{"what": "still"}')


# --- while it lasts ----------------------------------------------------------------------------------
async def _row_is_gone(here: Neighbourhood, made: dict[str, Any]) -> None:
    await here.olivia.call("remove_row", **made)


async def _logged_out(here: Neighbourhood, made: dict[str, Any]) -> None:
    here.house.hass.auth.async_remove_refresh_token([*here.nina_user.refresh_tokens.values()][-1])


async def _not_active(here: Neighbourhood, made: dict[str, Any]) -> None:
    here.nina_user.is_active = False


async def _stopping(here: Neighbourhood, made: dict[str, Any]) -> None:
    here.viewings.stop()


@pytest.mark.parametrize("end", [_row_is_gone, _logged_out, _not_active, _stopping])
async def test_stream_ends_when_it_is_allowed_no_longer(here: Neighbourhood, end: Any) -> None:
    made = await here.allow()
    nina = {"Authorization": f"Bearer {await token_of(here.house.hass, here.nina_user)}"}
    async with here.nobody.get(LIVE, headers=nina) as response:
        await frames(response, 1)
        await end(here, made)
        began = asyncio.get_running_loop().time()
        await rest_of(response)
        assert asyncio.get_running_loop().time() - began < 2.0
    await here.watched_no_more()


async def test_film_that_is_being_sent_ends_with_the_permission(here: Neighbourhood) -> None:
    clip = await here.recorded()
    made = await here.allow()
    path = await here.address(here.nina, what="clip", clip=clip.id)
    went, begun = asyncio.Event(), asyncio.Event()

    async def slowly(*_: object) -> None:
        begun.set()
        await went.wait()

    with patch("aiohttp.web_fileresponse.FileResponse._prepare_open_file", slowly):
        request = asyncio.create_task(here.nobody.get(path))
        await begun.wait()
        await here.olivia.call("remove_row", **made)
        async with asyncio.timeout(WITHIN_S):
            with pytest.raises(Exception, match=r"reset|disconnected"):
                await request


async def test_viewer_who_reads_nothing_holds_up_nobody_and_is_cut_off(here: Neighbourhood) -> None:
    here.yard.is_large = True  # so that what lies between the two is full soon
    slow, quick = await here.address(here.olivia), await here.address(here.olivia)
    server = here.nobody.server
    with patch.object(video_views, "WRITE_WITHIN_S", 0.5), socket.socket() as sleeper:
        sleeper.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sleeper.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(sleeper, (server.host, server.port))
        await loop.sock_sendall(sleeper, f"GET {slow} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        async with here.nobody.get(quick) as response:
            await frames(response, 1)
            assert len(here.viewings.of(SERIAL, KEY)) == 2
            async with asyncio.timeout(2 * WITHIN_S):
                while len(here.viewings.of(SERIAL, KEY)) == 2:
                    await frames(response, 1, is_first=False)
            assert len(set(await frames(response, 3, is_first=False))) == 3
            response.close()
    await here.watched_no_more()


async def test_no_more_is_watched_at_a_time_than_the_gateway_serves(here: Neighbourhood) -> None:
    await here.allow()
    with patch.object(viewing, "MAX_OF_PERSON", 2):
        async with AsyncExitStack() as open_ones:
            for _ in range(2):
                path = await here.address(here.nina)
                response = await open_ones.enter_async_context(here.nobody.get(path))
                await frames(response, 1)
            path = await here.address(here.nina)
            assert await answered(here, path) == (429, "too_many_viewings")
            still = await here.address(here.olivia, what="still")
            assert (await here.nobody.get(still)).status == 200  # of hers there are none
    await here.watched_no_more()
    # What pauses makes room.
    with patch.object(viewing, "MAX_OF_PERSON", 1):
        async with here.nobody.get(await here.address(here.olivia)) as response:
            await frames(response, 1)
            response.close()


async def test_row_that_may_be_used_once_shows_one_look(here: Neighbourhood) -> None:
    await here.allow(uses_left=1)
    first, second = await here.address(here.nina), await here.address(here.nina)
    async with here.nobody.get(first) as response:
        await frames(response, 1)
        assert await answered(here, second) == (403, "refused")
        await asyncio.sleep(0)
        # It is used up, and goes on all the same: this is the look that used it.
        await frames(response, 15, is_first=False)
        response.close()
    await here.watched_no_more()
    with pytest.raises(Refused):
        await here.address(here.nina)


async def test_device_can_put_nothing_but_pictures_into_a_stream(here: Neighbourhood) -> None:
    """Browsers take what follows a boundary for the next part, whatever length the part before was told to have."""
    here.yard.hidden = (
        b"\r\n--frame\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>\r\n"
    )
    async with AsyncExitStack() as open_ones:
        boundaries = set()
        for _ in range(2):
            path = await here.address(here.olivia)
            response = await open_ones.enter_async_context(here.nobody.get(path))
            assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
            shown = await frames(response, 2)
            mark = boundary_of(response).encode()
            assert all(here.yard.hidden in one and mark not in one for one in shown)
            boundaries.add(mark)
            response.close()
    assert len(boundaries) == 2  # nobody can know the next one
    await here.watched_no_more()


# --- when there is no picture ------------------------------------------------------------------------
async def test_camera_that_is_away_or_shows_nothing_is_told_apart(here: Neighbourhood) -> None:
    here.yard.is_covered = True
    path = await here.address(here.olivia)
    with patch.object(video_views, "FRAME_WITHIN_S", 0.3):
        assert await answered(here, path) == (503, "no_picture")
    unknown = await here.address(here.olivia, entity="none")
    assert await answered(here, unknown) == (404, "unknown_camera")
    await here.device.stop()
    await here.house.until(lambda: not here.house.gateway.devices[SERIAL].is_connected)
    assert await answered(here, await here.address(here.olivia)) == (503, "device_offline")
    # One that was cut off does not come back by itself: what is to be done is another thing.
    here.house.gateway.devices[SERIAL].problem = Problem.SUSPENDED_BY_POLICY
    status, code = await answered(here, await here.address(here.olivia))
    assert (status, code) == (503, DeviceSuspendedByPolicy.code)
    assert here.viewings.of(SERIAL, KEY) == []


async def test_picture_that_stops_coming_ends_the_stream(here: Neighbourhood) -> None:
    path = await here.address(here.olivia)
    with patch.object(video_views, "FRAME_WITHIN_S", 2.0):
        async with here.nobody.get(path) as response:
            await frames(response, 1)
            here.yard.is_covered = True
            await rest_of(response)
    await here.watched_no_more()


async def test_clip_whose_small_picture_is_gone_is_told(here: Neighbourhood) -> None:
    clip = await here.recorded()
    (shown,) = (await here.olivia.call("video_clips"))["clips"]
    here.recordings.thumbnail(clip.id).unlink()
    assert await answered(here, shown["thumbnail"]) == (404, "unknown_clip")


async def test_after_the_gateway_stopped_nothing_is_served(here: Neighbourhood) -> None:
    path = await here.address(here.olivia)
    held = here.house.hass.data.pop(video.DATA_VIDEO)
    assert await answered(here, path) == (503, "gateway_not_ready")
    refused = await refusal(here.olivia, "video_clips")
    assert refused.code == "gateway_not_ready"
    here.house.hass.data[video.DATA_VIDEO] = held


async def test_incomplete_questions_are_told_so(here: Neighbourhood) -> None:
    for fields in ({"what": "clip"}, {"what": "live"}, {"what": "still", "serial": SERIAL}):
        assert (await refusal(here.olivia, "video_address", **fields)).code == "invalid_video_query"
    assert (await refusal(here.olivia, "video_clips", day="today")).code == "invalid_video_query"
    assert (await refusal(here.olivia, "video_address", what="clip", clip="x")).code == (
        "unknown_clip"
    )
    stranger = await refusal(here.nina, "video_address", what="live", **CAMERA)
    assert stranger.key == "refused_not_owner"
