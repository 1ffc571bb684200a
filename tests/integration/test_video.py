"""Live pictures and recordings under the same rows as commands: the neighbour and the camera (S13, US12)."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientError, ClientResponse
from aiohttp.test_utils import TestClient
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from .cameras import KEY, SERIAL, YardCamera
from .house import House, VirtualDevice
from .test_rows import row_for
from .visitor import Visitor, refusal, visit
from custom_components.iot_secure_gateway.auditing import DATA_AUDIT
from custom_components.iot_secure_gateway.gateway.audit import GATEWAY
from custom_components.iot_secure_gateway.gateway.audit_pages import Filter, Scope
from custom_components.iot_secure_gateway.gateway.clip_index import Clip
from custom_components.iot_secure_gateway.gateway.events import ViewingBegan
from custom_components.iot_secure_gateway.video import DATA_VIDEO

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
CAMERA = {"serial": SERIAL, "entity": KEY}
JPEG = b"\xff\xd8"
WITHIN_S = 20.0
LOOK = {"names": ["view", "playback"]}


class Neighbourhood:
    """Olivia owns the yard camera; Nina lives next door."""

    def __init__(
        self, house: House, connect: Callable[..., Any], browse: Callable[..., Any]
    ) -> None:
        self.house = house
        self._connect = connect
        self._browse = browse
        self.yard = YardCamera()
        self.olivia: Visitor
        self.nina: Visitor
        self.nina_user: MockUser
        self.device: VirtualDevice
        self.nobody: TestClient[Any, Any]

    async def start(self, owner: MockUser) -> None:
        """Claim the camera."""
        await self.house.add_gateway()
        self.device, _ = await self.house.claimed_device(owner, SERIAL, **self.yard.facts)
        self.nina_user = await self.house.person("Nina")
        self.olivia = await visit(self.house, self._connect, owner)
        self.nina = await visit(self.house, self._connect, self.nina_user)
        self.nobody = await self._browse()

    async def allow(self, **changes: Any) -> dict[str, Any]:
        """Let Nina look."""
        row = row_for(self.nina_user, devices={"serials": [SERIAL]}, commands=LOOK, **changes)
        made: dict[str, Any] = await self.olivia.call("add_row", row=row)
        return made

    async def address(self, who: Visitor, **fields: Any) -> str:
        """Ask for an address."""
        path: str = (await who.call("video_address", **{"what": "live", **CAMERA, **fields}))[
            "path"
        ]
        return path

    def at(self, moment: datetime) -> None:
        """Let it be another time for the permission table, which goes on from there."""
        permissions = self.house.gateway.permissions
        begin, real = asyncio.get_running_loop().time(), asyncio.get_running_loop().time
        permissions._now = lambda: moment.timestamp() + real() - begin

    async def lines(self, *commands: str) -> list[Any]:
        """Return the lines of the record about commands, the newest first."""
        runtime = self.house.hass.data[DATA_AUDIT]
        scope = Scope(frozenset({SERIAL}), "")
        page = await runtime.store.page(scope, Filter(commands=commands, not_by=GATEWAY), None, 100)
        return [line for _, line in page]

    async def recorded(self, seconds: int = 1) -> Clip:
        """Record, and return the clip."""
        recordings = self.house.hass.data[DATA_VIDEO].recordings
        changed = asyncio.Event()
        remove = recordings.add_listener(changed.set)
        await self.olivia.call("start_recording", **CAMERA, seconds=seconds)
        async with asyncio.timeout(WITHIN_S):
            while not (found := recordings.clips({SERIAL})):
                await changed.wait()
                changed.clear()
        remove()
        return found[0]


@pytest.fixture
async def here(
    house: House,
    owner: MockUser,
    hass_ws_client: WebSocketGenerator,
    hass_client_no_auth: ClientSessionGenerator,
) -> Neighbourhood:
    neighbourhood = Neighbourhood(house, hass_ws_client, hass_client_no_auth)
    await neighbourhood.start(owner)
    return neighbourhood


async def frames(response: ClientResponse, count: int) -> list[bytes]:
    """Read so many frames."""
    found: list[bytes] = []
    async with asyncio.timeout(WITHIN_S):
        assert await response.content.readline() == b"--frame\r\n"
        while len(found) < count:
            size = 0
            while (line := await response.content.readline()) not in {b"\r\n", b""}:
                name, _, value = line.partition(b": ")
                if name == b"Content-Length":
                    size = int(value)
            found.append(await response.content.readexactly(size))
            assert await response.content.readline() == b"\r\n"
            assert await response.content.readline() == b"--frame\r\n"
    return found


async def watched_no_more(here: Neighbourhood) -> None:
    """Wait until nobody looks at the camera."""
    video = here.house.hass.data[DATA_VIDEO]
    ended = asyncio.Event()
    remove = here.house.gateway.add_listener(lambda event: ended.set())
    async with asyncio.timeout(WITHIN_S):
        while video.viewings.of(SERIAL, KEY):
            await ended.wait()
            ended.clear()
    remove()


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
    await watched_no_more(here)
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
    here.house.hass.data[DATA_VIDEO].viewings.stop()
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
    here: Neighbourhood,
) -> None:
    before = await here.recorded()
    august = datetime(2027, 8, 1, tzinfo=UTC)
    await here.allow(
        starts_at=august.isoformat(), expires_at=(august + timedelta(days=14)).isoformat()
    )
    refused = await refusal(here.nina, "video_address", what="live", **CAMERA)
    assert refused.code == "unauthorized"

    here.at(august + timedelta(days=3))
    recordings = here.house.hass.data[DATA_VIDEO].recordings
    within = await _recorded_at(here, august + timedelta(days=3))
    listed = [one["id"] for one in (await here.nina.call("video_clips"))["clips"]]
    assert listed == [within.id]  # not what was recorded before
    assert before.id in {one.id for one in recordings.clips({SERIAL})}
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
        async with asyncio.timeout(WITHIN_S):
            with suppress(ClientError):  # it is cut off
                while await response.content.readany():
                    pass
        assert asyncio.get_running_loop().time() - over < 2.0
    # What was saved opens nothing any more.
    for path in (live, film):
        saved = await here.nobody.get(path)
        assert (saved.status, await saved.json()) == (403, {"error": "refused"})
    assert (await here.nina.call("video_clips"))["clips"] == []
    here.house.hass.data[DATA_VIDEO].viewings.stop()
    told = [(line.name, line.kind, line.command) for line in await here.lines("view", "playback")]
    assert told.count(("Nina", "command", "view")) == 1
    assert told.count(("Nina", "command", "playback")) == 1
    assert ("", "refused", "view") in told or ("Nina", "refused", "view") in told


async def _recorded_at(here: Neighbourhood, moment: datetime) -> Clip:
    """Record as if it were then."""
    recordings = here.house.hass.data[DATA_VIDEO].recordings
    known = {clip.id for clip in recordings.clips({SERIAL})}
    for clock in (recordings, here.house.gateway.video):
        clock._unix_time = moment.timestamp
    changed = asyncio.Event()
    remove = recordings.add_listener(changed.set)
    await here.olivia.call("start_recording", **CAMERA, seconds=1)
    async with asyncio.timeout(WITHIN_S):
        while not (found := [c for c in recordings.clips({SERIAL}) if c.id not in known]):
            await changed.wait()
            changed.clear()
    remove()
    return found[0]
