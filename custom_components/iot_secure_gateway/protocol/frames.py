"""Frames: how messages are cut out of a TCP byte stream."""

from . import wire
from .errors import FrameError

HEADER_SIZE = 3  # u16 length (of type and body), u8 type


def encode_frame(frame_type: int, body: bytes) -> bytes:
    """Return one frame. The caller keeps `body` within the receiver's limit."""
    size = len(body) + 1
    return bytes((size >> 8, size & 0xFF, frame_type)) + body


class FrameReader:
    """Cuts frames from a stream; holds at most one frame and what arrived with it."""

    def __init__(self, limit: int = wire.MAX_FRAME_BEFORE_LINK) -> None:
        self.limit = limit  # of the length field; raised when the link is authenticated
        self._buffer = b""

    def feed(self, data: bytes) -> None:
        """Add received bytes."""
        self._buffer = self._buffer + data if self._buffer else bytes(data)

    def next(self) -> "tuple[int, bytes] | None":
        """Return (type, body) of the next whole frame, or None. Raises FrameError."""
        buffer = self._buffer
        if not buffer:
            return None
        held = len(buffer)
        if held < 2:
            return None
        size = (buffer[0] << 8) | buffer[1]
        if size < 1 or size > self.limit:
            raise FrameError("frame length out of range")
        if held > 2 and buffer[2] not in wire.FRAME_TYPES:
            raise FrameError("unknown frame type")
        end = size + 2
        if held < end:
            return None
        self._buffer = buffer[end:] if held > end else b""
        return buffer[2], buffer[HEADER_SIZE:end]
