"""A small gateway for device tests: the real protocol objects over a real TCP connection."""

import asyncio
from collections.abc import Callable
import json
import secrets
import time
from types import TracebackType
from typing import Any, Self, override

from custom_components.iot_secure_gateway.gateway.crypto import GatewayCrypto
from custom_components.iot_secure_gateway.protocol import commands, kdf, wire
from custom_components.iot_secure_gateway.protocol.claim import ClaimResult, GatewayClaim
from custom_components.iot_secure_gateway.protocol.gateway_link import GatewayLink

GATEWAY_ID = bytes(range(16))
WAIT_S = 10
CRYPTO = GatewayCrypto()


def now_ms() -> int:
    return time.monotonic_ns() // 1_000_000


class CutShortError(Exception):
    """The device ended the connection."""


class Connection:
    """Runs one sans-I/O machine of the gateway over one TCP connection."""

    def __init__(self, host: str, port: int, source: str | None = None) -> None:
        self._where = (host, port)
        self._source = source
        self.machine: Any = None
        self.answers_packages = True
        self.events: list[Any] = []

    async def __aenter__(self) -> Self:
        local = (self._source, 0) if self._source else None
        self.reader, self.writer = await asyncio.open_connection(*self._where, local_addr=local)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.writer.close()

    def flush(self) -> None:
        """Send what the machine has to say; mark its state saved as a gateway's store would."""
        state = getattr(self.machine, "state", None)
        if state is not None and state.dirty:
            _, token = state.snapshot()
            state.saved(token)
            self.machine.saved(now_ms())
        data = self.machine.take_output()
        if data:
            self.writer.write(data)

    async def until(self, is_done: Callable[[], bool]) -> None:
        """Exchange bytes until `is_done()`; CutShortError when the device hangs up before."""
        async with asyncio.timeout(WAIT_S):
            while True:
                self.flush()
                if hasattr(self.machine, "take_events"):
                    self._take_events()
                if is_done():
                    return
                try:
                    data = await self.reader.read(4096)
                except ConnectionError:  # reset instead of an orderly end
                    data = b""
                if not data:
                    self.machine.connection_lost(now_ms())
                    if hasattr(self.machine, "take_events"):
                        self.events.extend(self.machine.take_events())
                    if is_done():
                        return
                    raise CutShortError
                self.machine.receive(data, now_ms())

    def _take_events(self) -> None:
        """Keep the events; say of a package that it is there, or the device would wait for that."""
        for event in self.machine.take_events():
            self.events.append(event)
            if event.kind == "package" and self.answers_packages:
                self.machine.package_done(event.session_id, wire.STATUS_OK, now_ms())
                self.flush()

    def event(self, kind: str) -> Any:
        """Return the last event of a kind, or None."""
        found = [event for event in self.events if event.kind == kind]
        return found[-1] if found else None


async def claim(
    host: str,
    port: int,
    serial: str,
    password: str,
    *,
    gateway_id: bytes = GATEWAY_ID,
    source: str | None = None,
) -> ClaimResult:
    """Try to claim and return how it ended."""
    prs = kdf.prs(CRYPTO, password, serial)
    async with Connection(host, port, source) as connection:
        machine = GatewayClaim(CRYPTO, secrets.token_bytes, serial, gateway_id, prs, 0, 0, now_ms())
        connection.machine = machine
        await connection.until(lambda: machine.result is not None)
        assert machine.result is not None
        return machine.result


class Linked(Connection):
    """A link to a claimed device, ready for commands."""

    def __init__(
        self,
        host: str,
        port: int,
        serial: str,
        claimed: ClaimResult,
        source: str | None = None,
    ) -> None:
        super().__init__(host, port, source)
        self._serial = serial
        self._claimed = claimed

    @override
    async def __aenter__(self) -> Self:
        await super().__aenter__()
        assert self._claimed.state is not None
        self.machine = GatewayLink(
            CRYPTO,
            secrets.token_bytes,
            self._serial,
            GATEWAY_ID,
            self._claimed.binding_key,
            self._claimed.state,
            now_ms(),
            time.time_ns() // 1_000_000,
        )
        await self.until(lambda: self.machine.is_ready or self.machine.closed)
        if self.machine.closed:
            raise CutShortError
        return self

    async def command(
        self, name: str, entity: str | None = None, **arguments: Any
    ) -> tuple[int, dict[str, Any]]:
        """Run one command; return (status, result). CutShortError when the device died meanwhile."""
        session_id = secrets.token_bytes(16)
        self.session_id = session_id
        self.events.clear()
        self.machine.open(
            session_id, commands.encode_command(session_id, name, entity, arguments), now_ms()
        )
        await self.until(
            lambda: any(getattr(event, "session_id", None) == session_id for event in self.events)
        )
        event = next(e for e in self.events if getattr(e, "session_id", None) == session_id)
        if event.kind == "failed":
            raise CutShortError(event.status, event.reason)
        return event.status, json.loads(event.result) if event.result else {}
