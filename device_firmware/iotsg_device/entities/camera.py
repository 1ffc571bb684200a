"""A camera: stills, live video and clips after motion, as streams of JPEG pictures (FIG 2, video 215).

`take()` returns the newest picture as JPEG, or None while there is none. It is called when the link
has room for one, so a picture that would be late is never taken: there is one in memory at a time.

A stream is one segment: {"stream": "video", "entity": key, "why": "live", "still" or "motion",
"segment": n, "width": w, "height": h}, then pictures, each u32 length, u32 milliseconds of the
device's clock (wraps), JPEG. It ends soon, so that values and events pass before the next one.
"""

import struct

from ..settings import Setting
from .entity import Entity
from .plain_arguments import Choice, Flag, Whole
from isg_protocol import wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from .plain_arguments import Argument

LIVE_MS = 1000  # after which a segment ends with its picture
MOTION_MS = 2000
MAX_PICTURES = 64  # in one segment
MAX_PICTURE = 524288  # bytes of one
MAX_VIEW_S = 60
VIEW_S = 10  # of a `view` that does not say how long
RETRY_MS = 20  # after a camera had no picture
STILL_MS = 3000  # that a still waits for one
_FIRST = 1000  # bytes of a picture that go with its length: one piece of a board
_MARK = b"\xff\xd8"  # begins every JPEG


class Camera(Entity):
    """A camera. `motion()` is to be called when something moved; `setup(size, quality)` sets the camera.

    It brings its settings along; the keys of a second camera's need a `prefix`.
    """

    kind = "camera"
    commands = ("view", "stop_view", "snapshot")

    def __init__(
        self,
        key: str,
        name: str,
        take: "Callable[[], Any]",
        motion: bool = False,
        sizes: "tuple[str, ...]" = ("640x480",),
        setup: "Callable[[str, int], Any] | None" = None,
        prefix: str = "",
    ) -> None:
        super().__init__(key, name)
        for size in sizes:
            _measures(size)
        self._take = take
        self._setup = setup
        self._prefix = prefix
        self._has_motion = motion
        self.settings = tuple(_settings(prefix, sizes, motion))
        self._interval_ms = 100
        self._size = ""
        self._quality = 0
        self._tells_motion = False
        self._clip_ms = 0
        self._view_until = 0
        self._motion_until = 0
        self._is_still_asked = False
        self._segment = 0
        self._due_ms = 0  # when the next picture of video is
        self._is_faulty = False  # said already

    def describe(self) -> "dict[str, Any]":
        """Return the description: whether it tells of motion."""
        out = super().describe()
        out["features"] = ["live", "motion"] if self._has_motion else ["live"]
        return out

    def arguments(self, command: str) -> "dict[str, Argument]":
        """Return the arguments that a command takes."""
        return {"seconds": Whole(1, MAX_VIEW_S)} if command == "view" else {}

    def execute(self, command: str, arguments: "dict[str, Any]") -> None:
        """Send video for so long from now on, none any more, or one picture."""
        if command == "view":
            self._view_until = self._now() + 1000 * arguments.get("seconds", VIEW_S)
        elif command == "snapshot":
            self._is_still_asked = True
        else:
            self._view_until = 0
            return
        self._is_faulty = False
        self.reporter.when_free(self)

    def apply(self, values: "Any") -> None:
        """Take over settings, and set the camera when they are others."""
        at = self._prefix
        self._interval_ms = 1000 // values[at + "frame_rate"]
        if self._has_motion:
            self._tells_motion = values[at + "motion"]
            self._clip_ms = 1000 * values[at + "motion_seconds"]
        wanted = (values[at + "size"], values[at + "quality"])
        if wanted == (self._size, self._quality):
            return
        self._size, self._quality = wanted
        if self._setup is not None:
            try:
                self._setup(self._size, self._quality)
            except Exception as error:  # noqa: BLE001 - a maker's function may raise anything
                self._fault("could not be set up: {!r}".format(error))

    def motion(self) -> None:
        """Tell that something moved, once for a clip, and send video until it has not for a while."""
        if self.reporter is None or not self._tells_motion:
            return
        now = self._now()
        if now >= self._motion_until:
            self.reporter.fire(self.key, "motion")
        self._motion_until = now + self._clip_ms
        self.reporter.when_free(self)

    def begin_stream(self) -> None:
        """Begin the next segment, if one is wanted. Called by the reporter."""
        why = self._why()
        if not why:
            return
        self._segment += 1
        width, height = _measures(self._size)
        head = {
            "entity": self.key,
            "why": why,
            "segment": self._segment,
            "width": width,
            "height": height,
        }
        self.reporter.stream(
            "video", self._pictures(why), head, lambda status: self._ended(why, status)
        )

    def _why(self) -> str:
        """Return what the next picture is for, nothing when none is wanted."""
        if self._is_still_asked:
            return "still"
        now = self._now()
        if now < self._motion_until:
            return "motion"
        return "live" if now < self._view_until else ""

    def _ended(self, why: str, status: int) -> None:
        """A segment is over. What the gateway refuses is not wanted any more, nothing when it was lost."""
        if status != wire.STATUS_OK:
            is_lost = status != wire.STATUS_REFUSED
            if is_lost or why == "live":
                self._view_until = 0
            if is_lost or why == "motion":
                self._motion_until = 0
            if is_lost or why == "still":
                self._is_still_asked = False
        if self._why():
            self.reporter.when_free(self)

    def _pictures(self, why: str) -> "Iterator[Any]":
        """Give the pieces of one segment, and how many ms to wait where there is none yet."""
        began = self._now()
        lasts_ms = STILL_MS if why == "still" else MOTION_MS if why == "motion" else LIVE_MS
        sent = 0
        while sent < MAX_PICTURES and self._now() - began < lasts_ms and self._why() == why:
            now = self._now()
            if why != "still" and now < self._due_ms:
                yield self._due_ms - now
                continue
            picture = self._picture()
            if picture is None:
                yield RETRY_MS
                continue
            # In step, but nothing is made up for: the newest picture counts.
            is_late = now - self._due_ms >= self._interval_ms
            self._due_ms = (now if is_late else self._due_ms) + self._interval_ms
            sent += 1
            rest = memoryview(picture)
            yield struct.pack(">II", len(picture), now & 0xFFFFFFFF) + bytes(rest[:_FIRST])
            if len(picture) > _FIRST:
                yield rest[_FIRST:]
            del picture, rest  # before the next one is taken
            if why == "still":
                break
        if why == "still":
            self._is_still_asked = False

    def _picture(self) -> "Any":
        """Return a picture, None when there is none that a gateway would take."""
        try:
            picture = self._take()
        except Exception as error:  # noqa: BLE001 - a maker's function may raise anything
            self._fault("failed: {!r}".format(error))
            return None
        if picture is None:
            return None
        if not len(_MARK) < len(picture) <= MAX_PICTURE or bytes(picture[:2]) != _MARK:
            self._fault("gave no JPEG, or a larger one than {} bytes".format(MAX_PICTURE))
            return None
        return picture

    def _fault(self, text: str) -> None:
        """Say what is wrong, once each time that somebody looks."""
        if not self._is_faulty and self.reporter is not None:
            self._is_faulty = True
            self.reporter.line("{} {}".format(self.key, text))

    def _now(self) -> int:
        return self.reporter.now_ms()  # type: ignore[no-any-return]


def _settings(prefix: str, sizes: "tuple[str, ...]", motion: bool) -> "Iterator[Setting]":
    label = prefix + ": {}" if prefix else "{}"
    for key, name, argument, default, unit in (
        ("frame_rate", "Pictures of video", Whole(1, 30), 10, "/s"),
        ("size", "Size of pictures", Choice(sizes), sizes[0], None),
        ("quality", "Quality of pictures", Whole(1, 100), 80, "%"),
        ("motion", "Tell of motion, with video", Flag(), True, None),
        ("motion_seconds", "Video after a motion", Whole(1, 60), 10, "s"),
    ):
        if motion or not key.startswith("motion"):
            yield Setting(prefix + key, label.format(name), argument, default, unit)


def _measures(size: str) -> "tuple[int, int]":
    """Return width and height of "640x480". Raises ValueError."""
    width, height = size.split("x")
    return int(width), int(height)
