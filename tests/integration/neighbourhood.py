"""The house of US12: Olivia owns the camera of the yard, Nina lives next door."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from aiohttp import ClientError, ClientResponse
from aiohttp.test_utils import TestClient
from pytest_homeassistant_custom_component.common import MockUser

from .cameras import KEY, SERIAL, YardCamera
from .house import House, VirtualDevice
from .test_rows import row_for
from .visitor import Visitor, visit
from custom_components.iot_secure_gateway.auditing import DATA_AUDIT
from custom_components.iot_secure_gateway.gateway.audit import GATEWAY
from custom_components.iot_secure_gateway.gateway.audit_pages import Filter, Scope
from custom_components.iot_secure_gateway.gateway.clip_index import Clip
from custom_components.iot_secure_gateway.gateway.recordings import Recordings
from custom_components.iot_secure_gateway.gateway.viewing import Viewings
from custom_components.iot_secure_gateway.video import DATA_VIDEO

CAMERA = {"serial": SERIAL, "entity": KEY}
JPEG = b"\xff\xd8"
WITHIN_S = 20.0
LOOK = {"names": ["view", "playback"]}


class Neighbourhood:
    """Its people, each with a connection of their own."""

    def __init__(
        self, house: House, connect: Callable[..., Any], browse: Callable[..., Any]
    ) -> None:
        self.house = house
        self._connect = connect
        self._browse = browse
        self.yard = YardCamera()
        self.olivia: Visitor
        self.olivia_user: MockUser
        self.nina: Visitor
        self.nina_user: MockUser
        self.device: VirtualDevice
        self.entry: Any
        self.nobody: TestClient[Any, Any]  # a browser without a token of its own

    async def start(self, owner: MockUser) -> None:
        """Claim the camera."""
        await self.house.add_gateway()
        self.device, self.entry = await self.house.claimed_device(owner, SERIAL, **self.yard.facts)
        self.olivia_user, self.nina_user = owner, await self.house.person("Nina")
        self.olivia = await visit(self.house, self._connect, owner)
        self.nina = await visit(self.house, self._connect, self.nina_user)
        self.nobody = await self._browse()

    @property
    def recordings(self) -> Recordings:
        """What is recorded."""
        return self.house.hass.data[DATA_VIDEO].recordings

    @property
    def viewings(self) -> Viewings:
        """What is watched."""
        return self.house.hass.data[DATA_VIDEO].viewings

    async def allow(self, **changes: Any) -> dict[str, Any]:
        """Let Nina look."""
        row = row_for(self.nina_user, devices={"serials": [SERIAL]}, commands=LOOK)
        made: dict[str, Any] = await self.olivia.call("add_row", row={**row, **changes})
        return made

    async def address(self, who: Visitor, **fields: Any) -> str:
        """Ask for an address."""
        path: str = (await who.call("video_address", **{"what": "live", **CAMERA, **fields}))[
            "path"
        ]
        return path

    def at(self, moment: datetime) -> None:
        """Let it be another time for the permission table, which goes on from there."""
        clock = asyncio.get_running_loop().time
        begin = clock()
        self.house.gateway.permissions._now = lambda: moment.timestamp() + clock() - begin

    async def lines(self, *commands: str) -> list[Any]:
        """Return the lines of the record about what people did with these commands, the newest first."""
        wanted = Filter(commands=commands, not_by=GATEWAY)
        store = self.house.hass.data[DATA_AUDIT].store
        page = await store.page(Scope(frozenset({SERIAL}), ""), wanted, None, 100)
        return [line for _, line in page]

    async def recorded(self, at: datetime | None = None) -> Clip:
        """Record for a second, as if it were then, and return the clip."""
        if at is not None:
            for clock in (self.recordings, self.house.gateway.video):
                clock._unix_time = at.timestamp  # type: ignore[attr-defined]
        known = {clip.id for clip in self.recordings.clips({SERIAL})}
        await self.olivia.call("start_recording", **CAMERA, seconds=1)
        return await self.clip_but(known)

    async def clip_but(self, known: set[str]) -> Clip:
        """Wait for a clip that is none of these."""
        changed = asyncio.Event()
        remove = self.recordings.add_listener(changed.set)
        async with asyncio.timeout(WITHIN_S):
            while not (
                found := [one for one in self.recordings.clips({SERIAL}) if one.id not in known]
            ):
                await changed.wait()
                changed.clear()
        remove()
        return found[0]

    async def watched_no_more(self) -> None:
        """Wait until nobody looks at the camera, whatever pauses."""
        ended = asyncio.Event()
        remove = self.house.gateway.add_listener(lambda event: ended.set())
        async with asyncio.timeout(WITHIN_S):
            while any(one.requests for one in self.viewings.of(SERIAL, KEY)):
                await ended.wait()
                ended.clear()
        remove()


async def frames(response: ClientResponse, count: int, *, is_first: bool = True) -> list[bytes]:
    """Read so many frames."""
    found: list[bytes] = []
    mark = f"--{boundary_of(response)}\r\n".encode()
    async with asyncio.timeout(WITHIN_S):
        if is_first:
            assert await response.content.readline() == mark
        while len(found) < count:
            size = 0
            while (line := await response.content.readline()) not in {b"\r\n", b""}:
                name, _, value = line.partition(b": ")
                if name == b"Content-Length":
                    size = int(value)
            found.append(await response.content.readexactly(size))
            assert await response.content.readline() == b"\r\n"
            assert await response.content.readline() == mark
    return found


def boundary_of(response: ClientResponse) -> str:
    """Return what stands between the pictures of a stream."""
    kind, _, boundary = response.headers["Content-Type"].partition("; boundary=")
    assert kind == "multipart/x-mixed-replace"
    return boundary


async def rest_of(response: ClientResponse) -> None:
    """Read until it is at an end, or cut off."""
    async with asyncio.timeout(WITHIN_S):
        with suppress(ClientError):
            while await response.content.readany():
                pass
