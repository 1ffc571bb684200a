"""TCP server over asyncio streams: the way on MicroPython. Works on CPython too, at 1.3 times the cost."""

import asyncio
import gc

from .compat import IS_MICROPYTHON
from .compat_net import address_of, set_nodelay

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .driver import Driver

RECEIVE_SIZE = 512  # bytes read at a time: one session message and its frame
MAX_UNSENT = 16384  # bytes a peer may leave unread before it is cut off
BACKLOG = 4


class StreamServer:
    """Listens on (host, port) and hands what arrives to the driver."""

    def __init__(self, driver: "Driver", host: str, port: int) -> None:
        self._driver = driver
        self._host = host
        self.port = port
        self._server: "Any" = None

    async def start(self) -> None:
        """Begin to listen. Raises OSError, for example when the port is taken."""
        self._server = await asyncio.start_server(
            self._serve, self._host, self.port, backlog=BACKLOG
        )

    async def stop(self) -> None:
        """Stop listening; connections are ended by the driver."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _serve(self, reader: "Any", writer: "Any") -> None:
        carrier = _StreamCarrier(writer, asyncio.current_task())
        peer = None
        try:
            buffer = bytearray(RECEIVE_SIZE if IS_MICROPYTHON else 0)
            set_nodelay(_socket_of(writer))
            peer = self._driver.connected(address_of(writer.get_extra_info("peername")), carrier)
            while peer is not None and peer.is_open and not carrier.is_closing:
                data = await _read(reader, buffer)
                if not data:
                    break
                self._driver.received(peer, data)
                await carrier.drained()
        except OSError:
            pass  # the connection broke
        except MemoryError:
            self._driver.log("no memory left for a connection")
        except asyncio.CancelledError:
            if not carrier.is_closing:
                raise
        finally:
            if peer is not None:
                self._driver.disconnected(peer)
            await carrier.finish()


class _StreamCarrier:
    """Sends and closes for the driver; the socket is closed by the task that reads it, nowhere else.

    Closing a socket under a task that waits for it confuses the poller of MicroPython.
    """

    def __init__(self, writer: "Any", task: "Any") -> None:
        self._writer = writer
        self._task = task
        self._drain: "Any" = None
        self.is_closing = False

    def send(self, data: bytes) -> None:
        if self.is_closing:
            return
        try:
            self._writer.write(data)  # tries to send at once on both interpreters
        except (OSError, MemoryError):  # who sends may be the tick of the device: it must go on
            self.close()
            return
        unsent = _unsent(self._writer)
        if unsent > MAX_UNSENT:
            self.close()
        elif unsent and self._drain is None:
            self._drain = asyncio.create_task(self._drain_all())

    async def _drain_all(self) -> None:
        try:
            await self._writer.drain()
        except OSError:
            self.close()
        finally:
            self._drain = None

    async def drained(self) -> None:
        """Wait until what was sent is on its way: a peer that does not read is not read either."""
        if self._drain is not None:
            await self._drain

    def close(self) -> None:
        if not self.is_closing:
            self.is_closing = True
            if self._task is not asyncio.current_task():
                self._task.cancel()

    async def finish(self) -> None:
        """Close the socket, from the task that reads it."""
        self.is_closing = True
        if self._drain is not None:
            self._drain.cancel()
        self._writer.close()
        if IS_MICROPYTHON:
            await self._writer.wait_closed()  # close() alone does nothing there
            gc.collect()  # before the next connection needs long pieces of a small heap


async def _read(reader: "Any", buffer: bytearray) -> bytes:
    """Return what has arrived, nothing at the end. MicroPython would allocate anew for each read."""
    if not IS_MICROPYTHON:
        return bytes(await reader.read(RECEIVE_SIZE))
    size = None
    while size is None:  # woken, but nothing there
        size = await reader.readinto(buffer)
    return bytes(memoryview(buffer)[:size])


def _unsent(writer: "Any") -> int:
    """Return how many bytes wait to be sent."""
    if IS_MICROPYTHON:
        return len(writer.out_buf)
    return int(writer.transport.get_write_buffer_size())


def _socket_of(writer: "Any") -> "Any":
    """Return the socket of a stream."""
    return writer.s if IS_MICROPYTHON else writer.get_extra_info("socket")
