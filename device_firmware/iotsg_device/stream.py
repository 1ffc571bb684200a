"""A stream that the device sends: its head, then bytes in pieces, as fast as the gateway takes them.

Loaded when the first stream is begun. `chunks` gives bytes; an empty piece says that there is nothing
yet, and its end is that of the stream. What is not sent yet is never more than one of its pieces.
"""

from isg_protocol import commands, wire
from isg_protocol.errors import MisuseError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

PIECE = 1024  # bytes of one CHUNK: what a board seals in between without keeping commands waiting
MAX_HEAD = 256  # bytes of the head as JSON


class OutStream:
    """One stream, from its head to what became of it; `ended(status)` is called once."""

    def __init__(
        self,
        core: "Any",
        kind: str,
        head: "dict[str, Any]",
        chunks: "Iterable[bytes]",
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
        self.session_id = b""  # while it is under way

    def open(self, now_ms: int) -> None:
        """Ask the gateway to take it."""
        self.session_id = self._core.send_package(self._head, now_ms, True)

    def feed(self, now_ms: int) -> bool:
        """Send one piece, if there is one and room for it; tells whether there may be more at once.

        Raises what `chunks` raises.
        """
        if self._is_at_end:
            return False
        room = self._core.stream_room
        if not room:
            return False
        self._is_begun = True
        if not len(self._rest):
            try:
                self._rest = memoryview(next(self._chunks))
            except StopIteration:
                self._is_at_end = True
                self._core.write_stream(b"", now_ms)
                return True
            if not len(self._rest):
                return False
        size = min(PIECE, room)
        self._core.write_stream(bytes(self._rest[:size]), now_ms)
        self._rest = self._rest[size:]
        return True

    def end(self, status: int) -> bool:
        """The gateway has said what became of it; tells whether it is over, or is to be opened again."""
        if status == wire.STATUS_NOT_EXECUTED and not self._is_begun:
            self.session_id = b""
            return False
        if self._ended is not None:
            self._ended(status)
        return True
