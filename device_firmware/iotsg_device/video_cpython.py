"""A camera of the computer (V4L2), or anything else that PyAV opens, as a camera's source.

On computers only, with PyAV. A thread reads it while pictures are taken, and closes it a while
after, so that its light is on only when somebody looks.
"""

import io
from threading import Condition, Thread
from time import monotonic

import av

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

IDLE_S = 5.0  # without `take` after which it is closed
AGAIN_S = 1.0  # between two attempts to open it


class VideoSource:
    """`take` and `setup` for a `Camera`. `path`: as /dev/video0; `form`: what PyAV is to open it as."""

    def __init__(self, path: str, form: "str | None" = "v4l2", frame_rate: int = 30) -> None:
        self._path = path
        self._form = form
        self._frame_rate = frame_rate
        self._wanted = ("640x480", 80)
        self._newest: "bytes | None" = None
        self._taken_at = 0.0
        self._failed_at = -AGAIN_S
        self._failure: "Exception | None" = None
        self._thread: "Thread | None" = None
        self._lock = Condition()  # told when there is a picture, and when the thread has ended

    def setup(self, size: str, quality: int) -> None:
        """Ask for pictures of "640x480"; `quality` counts where the camera itself gives no JPEG."""
        with self._lock:
            self._wanted = (size, quality)

    def take(self) -> "bytes | None":
        """Return the newest picture that was not taken yet. Raises what opening or reading it raised."""
        with self._lock:
            self._taken_at = monotonic()
            failure, self._failure = self._failure, None
            if failure is not None:
                raise failure
            if self._thread is None and self._taken_at - self._failed_at >= AGAIN_S:
                self._thread = Thread(target=self._read, name="camera " + self._path, daemon=True)
                self._thread.start()
            newest, self._newest = self._newest, None
            return newest

    def close(self) -> None:
        """Have it closed, and return when it is."""
        with self._lock:
            self._taken_at = -IDLE_S
            self._lock.wait_for(lambda: self._thread is None)

    def _read(self) -> None:
        failure: "Exception | None" = None
        try:
            while self._read_as_wanted():
                pass
        except Exception as error:  # noqa: BLE001 - border of the thread: told by the next `take`
            failure = error
        with self._lock:
            self._thread = None
            self._newest = None
            self._failure = failure
            self._failed_at = monotonic()
            self._lock.notify_all()

    def _read_as_wanted(self) -> bool:
        """Read until nobody takes (False), or something else is wanted (True)."""
        wanted = self._wanted
        with self._open(wanted[0]) as source:
            for picture in _pictures(source, wanted[1]):
                with self._lock:
                    self._newest = picture
                    self._lock.notify_all()
                    if monotonic() - self._taken_at >= IDLE_S:
                        return False
                    if self._wanted != wanted:
                        return True
        raise OSError("the camera gives no more pictures")

    def _open(self, size: str) -> "Any":
        if self._form != "v4l2":
            return av.open(self._path, format=self._form)
        options = {"video_size": size, "framerate": str(self._frame_rate)}
        try:
            jpeg = dict(options, input_format="mjpeg")
            return av.open(self._path, format=self._form, options=jpeg)
        except av.FFmpegError:  # a camera that gives no JPEG by itself, or none at all
            return av.open(self._path, format=self._form, options=options)


def _pictures(source: "Any", quality: int) -> "Iterator[bytes]":
    """Give the pictures of the first video stream as JPEG: as they are, if they are that already."""
    stream = source.streams.video[0]
    if stream.codec_context.name == "mjpeg":
        for packet in source.demux(stream):
            if packet.size:
                yield bytes(packet)
        return
    for frame in source.decode(stream):
        out = io.BytesIO()
        frame.to_image().save(out, "JPEG", quality=quality)
        yield out.getvalue()
