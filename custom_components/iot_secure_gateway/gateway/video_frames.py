"""Pictures of a camera: cut out of a stream, and looked at before anybody decodes one.

A frame is a JPEG as cameras make them: baseline, 8 bits, one scan. Everything else is refused, so that what a
picture costs whoever decodes it follows from its size in pixels.

    u32 length, u32 milliseconds of the device's clock (wraps), JPEG        big-endian, one after another
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
import re
from typing import Final, NamedTuple

MAX_FRAME: Final = 512 * 1024  # bytes: a 4K picture of a good camera
MAX_SIDE: Final = 4096  # pixels
MIN_SIDE: Final = 8
MAX_FRAMES: Final = 64  # of one segment
_HEAD: Final = 8  # bytes before each JPEG
_MAX_HEADERS: Final = 64  # segments of a JPEG before its picture: cameras write ten

_SOI: Final = b"\xff\xd8"
_EOI: Final = 0xD9
_SOF0: Final = 0xC0
_SOF1: Final = 0xC1
_SOS: Final = 0xDA
_OTHER_FRAMES: Final = frozenset(
    {0xC2, 0xC3, *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)}
)
_PLAIN: Final = frozenset({0xC4, 0xDB, 0xDD, 0xFE, *range(0xE0, 0xF0)})  # tables, comments
# In the picture itself only stuffed bytes and restart marks may follow an 0xFF.
_MARK: Final = re.compile(rb"\xff[^\x00\xd0-\xd7]")


class BadFrameError(Exception):
    """What came is no frame that is taken; the text says why, without quoting the device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One picture."""

    jpeg: bytes = field(repr=False)
    at: datetime  # when it came
    width: int
    height: int
    moment: float = field(
        default=0.0, compare=False
    )  # the same by a clock that never jumps, seconds


class RawFrame(NamedTuple):
    """One picture out of a stream, not looked at yet."""

    device_ms: int
    data: bytes


class FrameReader:
    """Cuts the bytes of one segment into frames; holds one frame at most."""

    def __init__(self) -> None:
        """Wait for the first head."""
        self._rest = bytearray()
        self._count = 0

    @property
    def is_between(self) -> bool:
        """Whether nothing of a frame is left over."""
        return not self._rest

    def feed(self, data: bytes) -> Iterator[RawFrame]:
        """Yield the frames that are complete now. Raises BadFrameError."""
        rest = self._rest
        rest += data
        start = 0
        try:
            while len(rest) - start >= _HEAD:
                length = int.from_bytes(rest[start : start + 4])
                if not 0 < length <= MAX_FRAME:
                    raise BadFrameError("a frame of impossible length")
                end = start + _HEAD + length
                if len(rest) < end:
                    break
                if self._count == MAX_FRAMES:
                    raise BadFrameError("more frames than a segment may have")
                self._count += 1
                device_ms = int.from_bytes(rest[start + 4 : start + _HEAD])
                raw = RawFrame(device_ms, bytes(memoryview(rest)[start + _HEAD : end]))
                start = end
                yield raw
        finally:
            del rest[:start]


def size_of(jpeg: bytes) -> tuple[int, int]:
    """Return width and height of a JPEG that may be shown. Raises BadFrameError."""
    if not jpeg.startswith(_SOI):
        raise BadFrameError("no JPEG")
    size: tuple[int, int] | None = None
    at = 2
    for _ in range(_MAX_HEADERS):
        marker, at, end = _header(jpeg, at)
        if marker in (_SOF0, _SOF1):
            if size is not None:
                raise BadFrameError("a JPEG of two pictures")
            size = _size(jpeg[at:end])
        elif marker == _SOS:
            if size is None:
                raise BadFrameError("a JPEG without a size")
            _check_picture(jpeg, end)
            return size
        elif marker in _OTHER_FRAMES:
            raise BadFrameError("a JPEG of a kind that cameras do not make")
        elif marker not in _PLAIN:
            raise BadFrameError("a JPEG out of form")
        at = end
    raise BadFrameError("a JPEG of too many parts")


def _header(jpeg: bytes, at: int) -> tuple[int, int, int]:
    """Return marker, begin and end of the part that begins there."""
    if len(jpeg) < at + 4 or jpeg[at] != 0xFF:
        raise BadFrameError("a JPEG out of form")
    end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4])
    if end < at + 4 or end > len(jpeg):
        raise BadFrameError("a JPEG that is cut")
    return jpeg[at + 1], at + 4, end


def _size(part: bytes) -> tuple[int, int]:
    if len(part) < 6 or part[0] != 8 or part[5] not in (1, 3) or len(part) != 6 + 3 * part[5]:
        raise BadFrameError("a JPEG of a kind that cameras do not make")
    height, width = int.from_bytes(part[1:3]), int.from_bytes(part[3:5])
    if not (MIN_SIDE <= width <= MAX_SIDE and MIN_SIDE <= height <= MAX_SIDE):
        raise BadFrameError("a picture of absurd size")
    return width, height


def _check_picture(jpeg: bytes, at: int) -> None:
    """The picture goes to the end of the JPEG, without anything hidden in or behind it."""
    mark = _MARK.search(jpeg, at)
    if mark is None:
        raise BadFrameError("a JPEG that is cut")
    if jpeg[mark.end() - 1] != _EOI:
        raise BadFrameError("a JPEG of several scans")
    if jpeg[mark.end() :].strip(b"\x00"):
        raise BadFrameError("something behind a JPEG")
