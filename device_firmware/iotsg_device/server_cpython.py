"""TCP server over asyncio protocols: the fast way on CPython.

BufferedProtocol with a buffer of our own: asyncio.Protocol allocates 256 KiB for each receive,
which doubles the time of two round trips in a small process.
"""

import asyncio

from .compat_net import address_of, set_nodelay

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .driver import Driver, Peer

RECEIVE_SIZE = 4096  # bytes read at a time
MAX_UNSENT = 16384  # bytes a peer may leave unread before it is not read either
BACKLOG = 16


class ProtocolServer:
    """Listens on (host, port) and hands what arrives to the driver."""

    def __init__(self, driver: "Driver", host: str, port: int) -> None:
        self._driver = driver
        self._host = host
        self.port = port
        self._server: "Any" = None

    async def start(self) -> None:
        """Begin to listen; `port` is then the real one. Raises OSError, as when the port is taken."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: _Connection(self._driver), self._host, self.port, backlog=BACKLOG
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening; connections are ended by the driver."""
        if self._server is not None:
            self._server.close()
            self._server = None


class _Connection(asyncio.BufferedProtocol):
    """One accepted connection, and its carrier for the driver."""

    def __init__(self, driver: "Driver") -> None:
        self._driver = driver
        self._buffer = bytearray(RECEIVE_SIZE)
        self._view = memoryview(self._buffer)
        self._transport: "Any" = None
        self._peer: "Peer | None" = None

    def connection_made(self, transport: "Any") -> None:
        self._transport = transport
        transport.set_write_buffer_limits(MAX_UNSENT)
        set_nodelay(transport.get_extra_info("socket"))
        self._peer = self._driver.connected(address_of(transport.get_extra_info("peername")), self)
        if self._peer is None:
            transport.close()

    def get_buffer(self, sizehint: int) -> bytearray:
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        peer = self._peer
        if peer is not None:
            self._driver.received(peer, bytes(self._view[:nbytes]))

    def connection_lost(self, exc: "Exception | None") -> None:
        if self._peer is not None:
            self._driver.disconnected(self._peer)
            self._peer = None

    def pause_writing(self) -> None:
        """The peer does not read what it asked for: take no more questions until it does."""
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        self._transport.resume_reading()

    def send(self, data: bytes) -> None:
        self._transport.write(data)

    def close(self) -> None:
        self._transport.close()
