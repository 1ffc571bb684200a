"""The stream kind "video": a segment of frames of one camera, checked as they come.

    head {"stream": "video", "entity": key, "why": "live" | "still" | "motion", "segment": n, ...}

A segment is taken only when somebody wants it, so no device sends pictures unasked. What is no frame ends its
segment and is told; the frames before it count.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
import logging
from typing import Final, Protocol, override

from .device import Device
from .rates import Bucket
from .streams import StreamRefusedError, StreamSink
from .video_frames import BadFrameError, FrameReader, size_of

_LOGGER = logging.getLogger(__name__)

FRAME_RATE: Final = 40.0  # frames a second of one device; cameras are set to 30 at most
FRAME_BURST: Final = 128.0
BYTE_RATE: Final = 8 * 1024 * 1024  # a second of one device: 30 good pictures in full HD
BYTE_BURST: Final = 2 * BYTE_RATE
TELL_EVERY_S: Final = 60.0  # between two reports about one device
MAX_DEVICES: Final = 256  # whose rates are known; of one forgotten the count begins anew


class Why(StrEnum):
    """What a segment was made for."""

    LIVE = "live"
    STILL = "still"
    MOTION = "motion"


class Wanted(Protocol):
    """Who decides what is taken, and gets it."""

    def wants(self, serial: str, entity: str, why: Why) -> bool:
        """Whether somebody waits for such a segment of this camera."""

    def take(self, serial: str, entity: str, why: Why, jpeg: bytes, size: tuple[int, int]) -> None:
        """Take a frame that was looked at."""


class VideoIntake:
    """Takes the segments of all devices."""

    def __init__(
        self,
        wanted: Wanted,
        *,
        clock: Callable[[], float],
        refused: Callable[[str, str, str, int], None],
    ) -> None:
        """`clock`: seconds, never jumps; `refused` is told serial, entity, why and how often."""
        self._wanted = wanted
        self._clock = clock
        self._tell = refused
        self._known: dict[str, _Limits] = {}

    def open(self, device: Device, head: Mapping[str, object]) -> StreamSink:
        """Take a segment, or raise StreamRefusedError."""
        entity, why = _read_head(device, head)
        if not self._wanted.wants(device.serial, entity, why):
            raise StreamRefusedError("video that nobody asked for")
        return _Segment(self, device.serial, entity, why)

    def forget(self, serial: str) -> None:
        """The device is gone."""
        self._known.pop(serial, None)

    # --- for segments --------------------------------------------------------------------------------
    def frame(self, serial: str, entity: str, why: Why, jpeg: bytes) -> None:
        """Look at a frame and hand it on. Raises BadFrameError."""
        limits = self._limits(serial)
        if not limits.frames.take(self._clock()):
            raise BadFrameError("more frames than a camera may send")
        self._wanted.take(serial, entity, why, jpeg, size_of(jpeg))

    def count(self, serial: str, size: int) -> None:
        """Count bytes of a device. Raises BadFrameError."""
        if not self._limits(serial).bytes.take(self._clock(), size):
            raise BadFrameError("more video than a device may send")

    def refused(self, serial: str, entity: str, why: str) -> None:
        """Tell that something bad came: the first at once, then a number now and then."""
        _LOGGER.debug("Refused video of %s: %s", serial, why)
        limits, now = self._limits(serial), self._clock()
        limits.bad += 1
        if now >= limits.tell_at:
            limits.tell_at = now + TELL_EVERY_S
            bad, limits.bad = limits.bad, 0
            self._tell(serial, entity, why, bad)

    def _limits(self, serial: str) -> _Limits:
        limits = self._known.get(serial)
        if limits is None:
            if len(self._known) >= MAX_DEVICES:
                del self._known[next(iter(self._known))]
            limits = self._known[serial] = _Limits(self._clock())
        return limits


class _Limits:
    """What one device sent lately."""

    __slots__ = ("bad", "bytes", "frames", "tell_at")

    def __init__(self, now: float) -> None:
        self.frames = Bucket(FRAME_RATE, FRAME_BURST, now)
        self.bytes = Bucket(BYTE_RATE, BYTE_BURST, now)
        self.bad = 0  # not told yet
        self.tell_at = 0.0


class _Segment(StreamSink):
    """The bytes of one segment."""

    is_told = False  # one a second: who watched is told, not each segment
    window = 16384  # half a picture: what may be on its way costs a command next to nothing

    def __init__(self, intake: VideoIntake, serial: str, entity: str, why: Why) -> None:
        self._intake = intake
        self._serial = serial
        self._entity = entity
        self._why = why
        self._reader = FrameReader()

    @override
    async def write(self, data: bytes) -> None:
        try:
            self._intake.count(self._serial, len(data))
            for raw in self._reader.feed(data):
                self._intake.frame(self._serial, self._entity, self._why, raw.data)
        except BadFrameError as error:
            self._refuse(str(error))
            raise StreamRefusedError(str(error)) from None

    @override
    async def end(self, *, is_whole: bool) -> None:
        if is_whole and not self._reader.is_between:
            self._refuse("a frame that is cut")

    def _refuse(self, why: str) -> None:
        self._intake.refused(self._serial, self._entity, why)


def _read_head(device: Device, head: Mapping[str, object]) -> tuple[str, Why]:
    """Return camera and purpose; width and height in the head are the device's own business."""
    entity, why = head.get("entity"), head.get("why")
    if not isinstance(entity, str) or not is_camera(device, entity):
        raise StreamRefusedError("video of no camera that the device declares")
    try:
        return entity, Why(why)  # type: ignore[arg-type]
    except ValueError:
        raise StreamRefusedError("video for no purpose that is known") from None


def is_camera(device: Device, entity: str) -> bool:
    """Whether the device declares a camera of that key."""
    description = device.description
    return description is not None and any(
        one.key == entity and one.kind == "camera" for one in description.entities
    )
