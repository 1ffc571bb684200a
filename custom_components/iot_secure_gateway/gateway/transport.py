"""One TCP connection that drives one sans-I/O machine: bytes in, bytes and events out, one timer.

A `BufferedProtocol`, because `asyncio.Protocol` allocates 256 KiB for every receive.
"""

import asyncio
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
import logging
import socket
from typing import Protocol, cast, override

_LOGGER = logging.getLogger(__name__)

RECEIVE_BUFFER = 8192  # bytes: two of the largest frames we accept
MAX_UNSENT = 65536  # bytes that a device may leave unread before nothing more is read from it
LINGER_S = 2.0  # how long the last bytes may take to leave before the connection is cut


class Machine(Protocol):
    """What `GatewayLink` and `GatewayClaim` have in common."""

    @property
    def closed(self) -> bool:
        """Whether the connection is to be closed, after the output was sent."""

    def receive(self, data: bytes, now_ms: int) -> None:
        """Take received bytes."""

    def take_output(self) -> bytes:
        """Return and clear the bytes to send."""

    def deadline(self) -> int | None:
        """Return when `tick` is due."""

    def tick(self, now_ms: int) -> None:
        """Do what is due."""

    def connection_lost(self, now_ms: int) -> None:
        """The connection ended."""


class MachineProtocol(asyncio.BufferedProtocol):
    """Drives a machine made when the connection is up.

    `on_progress` is called after the machine took something in, also at the end; it takes the
    machine's events and may call it, followed by `flush`. `on_closed` is called once, last.
    """

    def __init__(
        self,
        make_machine: Callable[[int], Machine],
        on_progress: Callable[[], None],
        on_closed: Callable[[], None],
    ) -> None:
        """Keep the callbacks; `make_machine` gets the time in ms."""
        self._loop = asyncio.get_running_loop()
        self._make_machine = make_machine
        self._on_progress = on_progress
        self._on_closed = on_closed
        self._machine: Machine | None = None
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray(RECEIVE_BUFFER)
        self._view = memoryview(self._buffer)
        self._timer: asyncio.TimerHandle | None = None
        self._timer_ms = 0
        self._linger: asyncio.TimerHandle | None = None

    def now_ms(self) -> int:
        """Return the machine's time."""
        return int(self._loop.time() * 1000)

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(MAX_UNSENT)
        connection = transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._machine = self._make_machine(self.now_ms())
            self._step()
        except Exception:
            _LOGGER.exception("Fault while starting a connection; closing it")
            self.abort()

    @override
    def get_buffer(self, sizehint: int) -> memoryview:
        return self._view

    @override
    def buffer_updated(self, nbytes: int) -> None:
        machine = self._machine
        if machine is not None:
            try:
                machine.receive(bytes(self._view[:nbytes]), int(self._loop.time() * 1000))
                self._step()
            except Exception:  # a fault of ours must not leave a half-driven link behind
                _LOGGER.exception("Fault while driving a connection; closing it")
                self.abort()

    @override
    def pause_writing(self) -> None:
        """The device does not read the answers to what it asks: take in no more until it does."""
        if self._transport is not None:
            self._transport.pause_reading()

    @override
    def resume_writing(self) -> None:
        if self._transport is not None:
            self._transport.resume_reading()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._timer, self._linger):
            if timer is not None:
                timer.cancel()
        machine, self._machine = self._machine, None
        self._transport = None
        try:
            if machine is not None:
                machine.connection_lost(self.now_ms())
                self._on_progress()
        except Exception:
            _LOGGER.exception("Fault while ending a connection")
        finally:
            self._on_closed()

    def flush(self) -> None:
        """Send what the machine has to say; close when it is done; look after the timer."""
        machine, transport = self._machine, self._transport
        if machine is None or transport is None:
            return
        output = machine.take_output()
        if output:
            transport.write(output)
        if machine.closed:
            self._close(transport)
            return
        deadline = machine.deadline()
        # Deadlines mostly move away; a timer that rings too early just looks again.
        if deadline is not None and (self._timer is None or deadline < self._timer_ms):
            self._arm(deadline)

    def local_address(self) -> bytes | None:
        """Return the address (4 or 16 bytes) that this end of the connection has."""
        if self._transport is None:
            return None
        address = ip_address(self._transport.get_extra_info("sockname")[0].partition("%")[0])
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        return address.packed

    def close(self) -> None:
        """Close the connection in order."""
        if self._transport is not None:
            self._close(self._transport)

    def abort(self) -> None:
        """Cut the connection."""
        if self._transport is not None:
            self._transport.abort()

    def _step(self) -> None:
        self._on_progress()
        self.flush()

    def _arm(self, deadline_ms: int) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer_ms = deadline_ms
        self._timer = self._loop.call_at(deadline_ms / 1000, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        machine = self._machine
        if machine is None:
            return
        now_ms, deadline = self.now_ms(), machine.deadline()
        if deadline is not None and now_ms < deadline:
            self._arm(deadline)
            return
        try:
            machine.tick(now_ms)
            self._step()
        except Exception:
            _LOGGER.exception("Fault while driving a connection; closing it")
            self.abort()

    def _close(self, transport: asyncio.Transport) -> None:
        if self._linger is None:
            transport.close()
            self._linger = self._loop.call_later(LINGER_S, transport.abort)
