"""A sans-I/O machine of the protocol on a real TCP connection, served in the background."""

import asyncio
import time

from isg_protocol import wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

WAIT_S = 10.0  # for anything that an honest peer does
TICK_S = 0.2
READ_SIZE = 4096
TOLD_BY_DEVICE = (
    "reported by the device"  # as GatewayLink words it; its own findings read otherwise
)


def now_ms() -> int:
    """Return a time that only goes forward."""
    return time.monotonic_ns() // 1000000


class WireLost(Exception):
    """The connection ended before what was waited for happened."""


async def connect(host: str, port: int, source: "str | None" = None) -> "tuple[Any, Any]":
    """Return (reader, writer); `source` is the address to come from."""
    local = (source, 0) if source else None
    return await asyncio.wait_for(asyncio.open_connection(host, port, local_addr=local), WAIT_S)


async def read_all(reader: "Any", seconds: float) -> "bytes | None":
    """Return what comes until the peer hangs up; None when it has not within `seconds`."""
    got = b""
    try:
        while True:
            data = await asyncio.wait_for(reader.read(READ_SIZE), seconds)
            if not data:
                return got
            got += data
    except ConnectionError:
        return got  # it hung up before it had read everything
    except asyncio.TimeoutError:
        return None


class Wire:
    """Runs `machine` over one connection; `events` are what the machine reported, oldest first."""

    def __init__(self, machine: "Any", reader: "Any", writer: "Any") -> None:
        self.machine = machine
        self.events: "list[Any]" = []
        self.is_open = True
        self._reader = reader
        self._writer = writer
        self._changed = asyncio.Event()
        self._tasks = [asyncio.ensure_future(self._read()), asyncio.ensure_future(self._tick())]
        self.flush()

    def flush(self) -> None:
        """Deal with what the machine reported, and send what it has to say."""
        machine = self.machine
        state = getattr(machine, "state", None)
        if hasattr(machine, "take_events"):
            for event in machine.take_events():
                self.events.append(event)
                if event.kind == "package":
                    machine.package_done(event.session_id, wire.STATUS_OK, now_ms())
                elif event.kind == "stream":  # an owner under attack has no use for streams
                    machine.package_done(event.session_id, wire.STATUS_REFUSED, now_ms())
        if state is not None and state.dirty:
            state.saved(state.snapshot()[1])  # in memory only: it lives as long as the attack
            machine.saved(now_ms())
        data = machine.take_output()
        if data and not self._writer.is_closing():
            self._writer.write(data)
        if machine.closed:
            self._end()
        self._changed.set()

    async def until(self, is_so: "Callable[[], Any]", seconds: float = WAIT_S) -> None:
        """Wait until `is_so()`. Raises WireLost when the connection ended, TimeoutError."""
        ends = now_ms() + seconds * 1000
        while not is_so():
            if not self.is_open:
                raise WireLost
            self._changed.clear()
            await asyncio.wait_for(self._changed.wait(), max(0.0, (ends - now_ms()) / 1000))

    async def ended(self, seconds: float = WAIT_S) -> bool:
        """Wait for the end of the connection; tell whether it came."""
        try:
            await self.until(lambda: not self.is_open, seconds)
        except asyncio.TimeoutError:
            return False
        return True

    def write(self, data: bytes) -> None:
        """Send bytes past the machine."""
        self._writer.write(data)

    def codes(self) -> "list[int]":
        """Return the codes of all breaches that the device has told so far."""
        return [
            event.code
            for event in self.events
            if event.kind == "breach" and event.detail == TOLD_BY_DEVICE
        ]

    async def close(self) -> None:
        """End the connection."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._end()

    def _end(self) -> None:
        self.is_open = False
        self._writer.close()
        self._changed.set()

    async def _read(self) -> None:
        while self.is_open:
            try:
                data = await self._reader.read(READ_SIZE)
            except ConnectionError:
                data = b""
            if data:
                self.machine.receive(data, now_ms())
            else:
                self.machine.connection_lost(now_ms())
            self.flush()
            if not data:
                self._end()

    async def _tick(self) -> None:
        while self.is_open:
            await asyncio.sleep(TICK_S)
            due = self.machine.deadline()
            if due is not None and now_ms() >= due:
                self.machine.tick(now_ms())
                self.flush()
