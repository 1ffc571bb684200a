"""A tap on the wire: carries bytes between a gateway and a device, keeps them, and may add some."""

import asyncio

from .wires import READ_SIZE, connect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_KEPT = 1 << 20  # bytes of one recording
HEADER = 2  # u16 length


class Recording:
    """The two directions of one connection, as whole frames."""

    def __init__(self, to_device: "Any") -> None:
        self.frames: "list[bytes]" = []  # from the gateway
        self._to_device = to_device
        self._rest = b""
        self._size = 0

    def inject(self, data: bytes) -> None:
        """Send the device something as if the gateway had."""
        self._to_device.write(data)

    def feed(self, data: bytes) -> None:
        """Keep bytes of the gateway."""
        self._size += len(data)
        if self._size > MAX_KEPT:
            return
        self._rest += data
        while len(self._rest) >= HEADER:
            end = HEADER + (self._rest[0] << 8 | self._rest[1])
            if len(self._rest) < end:
                return
            self.frames.append(self._rest[:end])
            self._rest = self._rest[end:]


class Tap:
    """Listens on `listen` and carries everything on to the device at `host`:`port`."""

    def __init__(self, host: str, port: int, listen: "tuple[str, int]") -> None:
        self._where = (host, port)
        self._listen = listen
        self._server: "Any" = None
        self._tasks: "set[Any]" = set()
        self.recordings: "list[Recording]" = []

    async def start(self) -> int:
        """Listen; return the port."""
        self._server = await asyncio.start_server(self._accept, *self._listen)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """End everything."""
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: "Any", writer: "Any") -> None:
        task = asyncio.current_task()
        self._tasks.add(task)
        try:
            onward_reader, onward = await connect(*self._where)
        except OSError:
            writer.close()
            return
        recording = Recording(onward)
        self.recordings.append(recording)
        try:
            await asyncio.gather(
                _pump(reader, onward, recording), _pump(onward_reader, writer, None)
            )
        finally:
            writer.close()
            onward.close()
            self._tasks.discard(task)


async def _pump(reader: "Any", writer: "Any", recording: "Recording | None") -> None:
    try:
        while True:
            data = await reader.read(READ_SIZE)
            if not data:
                break
            if recording is not None:
                recording.feed(data)
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    writer.close()
