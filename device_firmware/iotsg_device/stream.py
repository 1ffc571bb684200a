"""A stream that the device sends: its head, then bytes in pieces, as fast as the gateway takes them.

Loaded when the first stream is begun. `chunks` gives bytes; a number says in how many milliseconds
there may be more, an empty piece that nobody knows, and its end is that of the stream. What is not
sent yet is never more than one of its pieces.
"""

from .compat import IS_MICROPYTHON
from isg_protocol import commands, wire
from isg_protocol.data_records import CHUNK_OVERHEAD
from isg_protocol.errors import MisuseError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

# Bytes of one CHUNK: what is sealed in between without keeping commands waiting.
PIECE = 1024 if IS_MICROPYTHON else 4032
# Bytes that the gateway has not taken yet, also where it would let more come: a board whose peer
# reads slowly has no memory for them, and a command's result would wait behind them.
MAX_AHEAD = 8192 if IS_MICROPYTHON else 16384
MAX_HEAD = 256  # bytes of the head as JSON


class OutStream:
    """One stream, from its head to what became of it; `ended(status)` is called once."""

    def __init__(
        self,
        core: "Any",
        kind: str,
        head: "dict[str, Any]",
        chunks: "Iterable[Any]",
        ended: "Callable[[int], None] | None",
    ) -> None:
        """Raises ValueError for a head that is too long or has no JSON form."""
        named = dict(head)
        named["stream"] = kind
        try:
            self._head = commands.encode(named)
        except MisuseError as error:
            raise ValueError(error.args[0])
        if len(self._head) > MAX_HEAD:
            raise ValueError("the head of a stream has at most {} bytes".format(MAX_HEAD))
        self._core = core
        self._chunks = iter(chunks)
        self._ended = ended
        self._rest: "Any" = b""
        self._is_begun = False
        self._is_at_end = False
        self._left = 0  # bytes that it may send and does not
        self.session_id = b""  # while it is under way

    def open(self, now_ms: int) -> None:
        """Ask the gateway to take it."""
        self.session_id = self._core.send_package(self._head, now_ms, True)

    def feed(self, now_ms: int) -> int:
        """Send one piece, if there is one and room for it; return in how many ms there may be more.

        -1: not before something happens. Raises what `chunks` raises.
        """
        if self._is_at_end:
            return -1
        core = self._core
        room = core.stream_room
        if not self._is_begun:
            self._left = max(0, room - MAX_AHEAD)
        room -= self._left
        if room <= 0:
            return -1
        self._is_begun = True
        if not len(self._rest):
            try:
                chunk = next(self._chunks)
            except StopIteration:
                self._is_at_end = True
                core.write_stream(b"", now_ms)
                return 0
            if isinstance(chunk, int):
                return chunk
            self._rest = memoryview(chunk)
            if not len(self._rest):
                return -1
        size = min(PIECE, room, core.live.link.max_frame - CHUNK_OVERHEAD)
        core.write_stream(bytes(self._rest[:size]), now_ms)
        # Not even an empty view: what it is of would stay in memory beside the next piece.
        self._rest = self._rest[size:] if size < len(self._rest) else b""
        return 0

    def end(self, status: int) -> bool:
        """The gateway has said what became of it; tells whether it is over, or is to be opened again."""
        if status == wire.STATUS_NOT_EXECUTED and not self._is_begun:
            self.session_id = b""
            return False
        if self._ended is not None:
            self._ended(status)
        return True
