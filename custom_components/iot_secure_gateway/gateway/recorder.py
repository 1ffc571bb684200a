"""Records one camera, in a thread of its own: pictures in, clips out.

    waiting --picture--> writing --5 min, another size--> the next clip
                         writing --30 s without a picture--> waiting
    any --finish, full disk, too many bad pictures--> ended

A recording is cut into clips, so that space can be made while it goes on and a crash costs little.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
import errno
import logging
import os
from queue import Empty, Full, Queue
import secrets
import shutil
import threading
from typing import Final, override

from .clip_index import Clip, ClipFolder
from .clip_writer import ClipWriter, NotDecodableError, write_thumbnail
from .rates import Bucket
from .video_frames import Frame

_LOGGER = logging.getLogger(__name__)

MAX_QUEUED: Final = 32  # pictures that wait; more are left out
MAX_CLIP_S: Final = 300.0
MAX_CLIP_BYTES: Final = 256 * 1024 * 1024
MIN_CLIP_S: Final = (
    5.0  # until another size may begin a new clip: a device cannot fill the list with short ones
)
QUIET_S: Final = 30.0  # without a picture, until a clip ends
MAX_BAD: Final = 20  # pictures in a row that cannot be decoded
MIN_FREE: Final = 512 * 1024 * 1024  # bytes that recordings leave to everybody else
LOOK_EVERY_S: Final = 5.0  # between two looks at the free space
PIXEL_RATE: Final = 64_000_000.0  # a second: full HD at 30; a picture of full size costs 16 million
PIXEL_BURST: Final = 2 * PIXEL_RATE
NICE: Final = 10  # of the thread: many cameras, or a hostile one, take no time from commands


class Recorder(threading.Thread):
    """Started once, finished once. `ended` and `kept` are called in this thread."""

    def __init__(
        self,
        folder: ClipFolder,
        pattern: Clip,
        *,
        kept: Callable[[Clip], None],
        ended: Callable[[str], None],
        clock: Callable[[], float],
    ) -> None:
        """`pattern`: what all its clips have in common; `ended` is told "ok" or the code of a fault."""
        super().__init__(name=f"iot_secure_gateway recorder of {pattern.serial}", daemon=True)
        self.dropped = 0  # pictures that came too fast
        self._folder = folder
        self._pattern = pattern
        self._kept = kept
        self._ended = ended
        self._pictures: Queue[Frame | None] = Queue(MAX_QUEUED)
        self._is_finished = threading.Event()
        self._pixels = Bucket(PIXEL_RATE, PIXEL_BURST, clock())
        self._writer: ClipWriter | None = None
        self._clip = pattern
        self._began = 0.0  # the clip that is written
        self._bad = 0
        self._look_at = 0.0

    # --- from other threads --------------------------------------------------------------------------
    def put(self, frame: Frame) -> None:
        """Record a picture, soon; never waits."""
        is_room = self._pixels.take(frame.moment, frame.width * frame.height)
        if is_room and not self._pictures.full():
            self._pictures.put_nowait(frame)
        else:
            self.dropped += 1

    @property
    def is_finishing(self) -> bool:
        """Whether it takes nothing more."""
        return self._is_finished.is_set()

    def finish(self) -> None:
        """Write what was put so far, and end."""
        self._is_finished.set()
        with suppress(Full):  # which wakes it as well
            self._pictures.put_nowait(None)

    # --- this thread ---------------------------------------------------------------------------------
    @override
    def run(self) -> None:
        """Record until `finish`, or until it cannot go on."""
        code = "ok"
        with suppress(OSError):  # a host that knows no threads' priority
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        try:
            self._record()
        except OSError as error:
            code = "disk_full" if error.errno in _FULL else "recording_failed"
            _LOGGER.debug("Recording of %s ended: %s", self._pattern.serial, error)
        except NotDecodableError:
            code = "no_picture"
        except Exception:  # border of the thread
            _LOGGER.exception("Recording of %s failed", self._pattern.serial)
            code = "recording_failed"
        try:
            self._close(is_whole=code == "ok")
        except OSError as error:
            code = "disk_full" if error.errno in _FULL else "recording_failed"
        except Exception:
            _LOGGER.exception("A clip of %s could not be ended", self._pattern.serial)
            code = "recording_failed"
        self._ended(code)

    def _record(self) -> None:
        while True:
            try:
                frame = self._pictures.get(timeout=QUIET_S)
            except Empty:
                self._close(is_whole=True)
                continue
            if frame is not None:
                self._add(frame)
            elif self._is_finished.is_set():
                return
            if self._is_finished.is_set() and self._pictures.empty():
                return

    def _add(self, frame: Frame) -> None:
        writer = self._writer
        fits = writer is None or writer.fits(frame)
        if not fits and frame.moment < self._began + MIN_CLIP_S:
            return
        if writer is not None and not (
            fits and writer.seconds < MAX_CLIP_S and writer.size < MAX_CLIP_BYTES
        ):
            self._close(is_whole=True)
        if frame.moment >= self._look_at:
            self._look_at = frame.moment + LOOK_EVERY_S
            if shutil.disk_usage(self._folder.path).free < MIN_FREE:
                raise OSError(errno.ENOSPC, "no room is left for recordings")
        is_first = self._writer is None
        try:
            picture = self._open(frame).add(frame)
        except NotDecodableError:
            self._bad += 1
            if self._bad >= MAX_BAD:
                raise
            return
        self._bad = 0
        if is_first:
            write_thumbnail(self._folder.thumbnail(self._clip.id), picture)

    def _open(self, frame: Frame) -> ClipWriter:
        if self._writer is None:
            self._clip = replace(
                self._pattern,
                id=secrets.token_hex(16),
                started_at=frame.at,
                ended_at=frame.at,
            )
            self._began = frame.moment
            self._folder.begin(self._clip)
            self._writer = ClipWriter(self._folder.film(self._clip.id), frame)
        return self._writer

    def _close(self, *, is_whole: bool) -> None:
        """End the clip that is written; what is there of it is kept."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        seconds = writer.seconds
        fault: OSError | None = None
        try:
            writer.close()
        except OSError as error:
            fault, is_whole = error, False
        ended_at = self._clip.started_at + timedelta(seconds=seconds)
        if writer.size and seconds:
            clip = replace(self._clip, ended_at=ended_at, is_whole=is_whole)
            self._kept(self._folder.finish(clip))
        else:
            self._folder.remove([self._clip.id])
        if fault is not None:
            raise fault


_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
