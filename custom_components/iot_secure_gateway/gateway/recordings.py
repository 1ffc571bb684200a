"""Recordings: which cameras are being recorded, which clips there are, and how long they are kept.

Cameras are recorded because somebody wants it (a service, an automation by its schedule) or, if that was
chosen for their device, when they tell of motion. Who may see or record is judged by whoever asks for it.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
import logging
from pathlib import Path
import time
from typing import TYPE_CHECKING, Final

from ..policy.actors import Actor
from .clip_index import Clip, ClipFolder
from .clip_writer import is_available
from .clips import MAX_PAGE, Clips, RecordingChoice
from .errors import GatewayError
from .events import GatewayEvent
from .listeners import Listeners
from .printable import printable
from .recorder import Recorder
from .video_errors import NotRecording, RecordingUnavailable, TooManyRecordings
from .video_events import ClipDeleted, RecordingEnded, RecordingStarted

if TYPE_CHECKING:
    from .video import Video

_LOGGER = logging.getLogger(__name__)

MAX_RECORDINGS: Final = 32  # cameras at a time
MOTION_S: Final = 5.0  # after the last picture of motion
MOTION: Final = "motion"  # as a reason
MAX_REASON: Final = 32  # characters
TIDY_EVERY_S: Final = 3600.0
JOIN_S: Final = 30.0  # for a recorder to write what it has
FAULT_PAUSE_S: Final = 600.0  # after a fault, until motion is recorded again


@dataclass(frozen=True, slots=True, kw_only=True)
class Active:
    """A recording that goes on."""

    reason: str
    started_at: datetime


class _Recording:
    """One camera that is being recorded."""

    def __init__(self, active: Active, recorder: Recorder) -> None:
        self.active = active
        self.recorder = recorder
        self.clips = 0
        self.stopped_by: Actor | None = None
        self.stop_listening: Callable[[], None] = _nothing
        self.timer: asyncio.TimerHandle | None = None
        self.is_open_ended = False
        self.done = asyncio.Event()


class Recordings:
    """All recordings of a gateway, from `load` to `stop`."""

    def __init__(
        self,
        folder: Path,
        video: Video,
        *,
        owners: Mapping[str, str],
        emit: Callable[[GatewayEvent], None],
        unix_time: Callable[[], float] = time.time,
        max_mb: int = 10_240,
    ) -> None:
        """`owners`: user ids by serial; `max_mb`: of the clips of all devices together."""
        self._folder = ClipFolder(folder)
        self._listeners = Listeners[()]("recordings")
        self._clips = Clips(
            self._folder, owners, unix_time=unix_time, max_mb=max_mb, changed=self._listeners.tell
        )
        self._video = video
        self._owners = owners
        self._emit = emit
        self._unix_time = unix_time
        self._loop = asyncio.get_running_loop()
        self._pauses: dict[tuple[str, str], float] = {}  # until when, of cameras with a fault
        self._active: dict[tuple[str, str], _Recording] = {}
        # Those that another one follows already, by serial.
        self._ending: dict[_Recording, str] = {}
        self._threads: set[Recorder] = set()  # that may still run
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._is_stopped = False
        self._is_able = False  # to make films

    # --- start and stop ------------------------------------------------------------------------------
    async def load(self, choices: Mapping[str, RecordingChoice]) -> None:
        """Read which clips there are, and remove those that are too old. Raises OSError.

        `choices`: what was chosen, by serial; without it clips would go that are to be kept for longer.
        """
        for serial, choice in choices.items():
            self._clips.choose(serial, choice)
        await self._clips.load()
        await self._clips.tidy()
        self._is_able = await self._loop.run_in_executor(None, is_available)
        self._video.recordings = self
        self._plan()

    async def stop(self) -> None:
        """End all recordings; what was recorded is on the disk then."""
        self._is_stopped = True
        if self._timer is not None:
            self._timer.cancel()
        recordings = [*self._active.values(), *self._ending]
        for recording in recordings:
            self._finish(recording)
        with suppress(TimeoutError):
            async with asyncio.timeout(JOIN_S):
                for recording in recordings:
                    await recording.done.wait()
                for thread in self._threads:
                    await self._loop.run_in_executor(None, thread.join, JOIN_S)
        if self._tasks:
            await asyncio.wait(self._tasks)
        if self._video.recordings is self:
            self._video.recordings = None

    def add_listener(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` when clips or recordings have changed; returns its removal."""
        return self._listeners.add(listener)

    # --- what is chosen ------------------------------------------------------------------------------
    def choose(self, serial: str, choice: RecordingChoice) -> None:
        """Keep the clips of a device so from now on."""
        if self._clips.choice(serial) != choice:
            self._clips.choose(serial, choice)
            self._tidy()

    def keeps_motion(self, serial: str) -> bool:
        """Whether pictures of motion are recorded without anybody asking."""
        return self._clips.choice(serial).is_motion_kept and not self._is_stopped and self._is_able

    # --- recording -----------------------------------------------------------------------------------
    @property
    def active(self) -> Mapping[tuple[str, str], Active]:
        """The recordings that go on, by serial and entity."""
        return {key: recording.active for key, recording in self._active.items()}

    def start(
        self, serial: str, entity: str, reason: str, seconds: float | None, by: Actor | None
    ) -> None:
        """Record a camera for so long, or until `stop_recording`; one that goes on is prolonged.

        Raises UnknownDevice, UnknownCamera, RecordingUnavailable, TooManyRecordings.
        """
        reason = printable(reason, MAX_REASON)
        recording = self._active.get((serial, entity))
        if recording is None or recording.recorder.is_finishing:
            recording = self._begin(serial, entity, reason, is_asking=True)
            self._emit(RecordingStarted(serial=serial, entity=entity, reason=reason, actor=by))
            self._listeners.tell()
        elif recording.active.reason == MOTION and reason != MOTION:
            self._listen(recording, serial, entity, is_asking=True)
            recording.active = Active(reason=reason, started_at=recording.active.started_at)
            self._emit(RecordingStarted(serial=serial, entity=entity, reason=reason, actor=by))
            self._listeners.tell()
        self._prolong(recording, seconds)

    async def stop_recording(self, serial: str, entity: str, by: Actor | None) -> None:
        """End a recording; its last clip is there then. Raises NotRecording."""
        recording = self._active.get((serial, entity))
        if recording is None:
            raise NotRecording
        recording.stopped_by = by
        self._finish(recording)
        await recording.done.wait()

    def motion(self, serial: str, entity: str) -> None:
        """A picture of motion is about to be handed on: it is recorded, if that was chosen."""
        if not self.keeps_motion(serial):
            return
        key = (serial, entity)
        recording = self._active.get(key)
        if recording is None:
            if self._loop.time() < self._pauses.get(key, 0.0):
                return
            try:
                recording = self._begin(serial, entity, MOTION, is_asking=False)
            except GatewayError as error:
                _LOGGER.debug("Motion at %s is not recorded: %s", serial, error)
                return
            self._emit(RecordingStarted(serial=serial, entity=entity, reason=MOTION))
            self._listeners.tell()
        if not recording.is_open_ended:
            self._prolong(recording, MOTION_S)

    # --- clips ---------------------------------------------------------------------------------------
    def clips(
        self,
        serials: Collection[str],
        since: datetime | None = None,
        until: datetime | None = None,
        after: str | None = None,
        limit: int = MAX_PAGE,
        entity: str | None = None,
    ) -> list[Clip]:
        """Return clips of these devices that touch a time, the newest first; `after`: the last one's cursor."""
        return self._clips.page(serials, since, until, after, limit, entity)

    def changes(self, serials: Iterable[str]) -> int:
        """Return another number whenever a clip of one of these devices came or went."""
        return sum(self._clips.changes[serial] for serial in serials)

    def clip(self, clip_id: str) -> Clip:
        """Return a clip of whoever owns its device now. Raises UnknownClip."""
        return self._clips.get(clip_id)

    def path(self, clip_id: str) -> Path:
        """Return the film of a clip. Raises UnknownClip."""
        return self._clips.film(clip_id)

    def thumbnail(self, clip_id: str) -> Path:
        """Return the small picture of a clip; it may be missing. Raises UnknownClip."""
        return self._clips.thumbnail(clip_id)

    async def delete(self, clip_id: str, by: Actor) -> None:
        """Delete a clip. Raises UnknownClip."""
        clip = self.clip(clip_id)
        await self._clips.remove([clip])
        self._emit(ClipDeleted(serial=clip.serial, entity=clip.entity, clip=clip.id, actor=by))

    async def forget(self, serial: str) -> None:
        """The device is given up: its recordings end, and all its clips go."""
        recordings = [one for (known, _), one in self._active.items() if known == serial]
        recordings += [one for one, known in self._ending.items() if known == serial]
        for recording in recordings:
            self._finish(recording)
            await recording.done.wait()
        await self._clips.forget(serial)

    # --- one recording -------------------------------------------------------------------------------
    def _begin(self, serial: str, entity: str, reason: str, *, is_asking: bool) -> _Recording:
        if not self._is_able or self._is_stopped:
            raise RecordingUnavailable
        if len(self._active) + len(self._ending) >= MAX_RECORDINGS:
            raise TooManyRecordings(MAX_RECORDINGS)
        key, now = (serial, entity), datetime.fromtimestamp(self._unix_time(), UTC)
        pattern = Clip(
            id="",
            serial=serial,
            entity=entity,
            owner=self._owners.get(serial, ""),
            started_at=now,
            ended_at=now,
            reason=reason,
        )
        recorder = Recorder(
            self._folder,
            pattern,
            kept=lambda clip: self._call(partial(self._kept, recording, clip)),
            ended=lambda code: self._call(partial(self._ended, key, recording, code)),
            clock=self._loop.time,
        )
        recording = _Recording(Active(reason=reason, started_at=now), recorder)
        self._listen(recording, serial, entity, is_asking=is_asking)
        if (before := self._active.get(key)) is not None:
            self._ending[before] = serial
        self._active[key] = recording
        self._threads = {one for one in self._threads if one.is_alive()} | {recorder}
        recorder.start()
        return recording

    def _listen(self, recording: _Recording, serial: str, entity: str, *, is_asking: bool) -> None:
        stop = self._video.listen(serial, entity, recording.recorder.put, is_asking=is_asking)
        recording.stop_listening()
        recording.stop_listening = stop

    def _prolong(self, recording: _Recording, seconds: float | None) -> None:
        """Let it go on for so long at least."""
        if recording.timer is not None:
            if seconds is not None and recording.timer.when() >= self._loop.time() + seconds:
                return
            recording.timer.cancel()
            recording.timer = None
        recording.is_open_ended |= seconds is None
        if not recording.is_open_ended and seconds is not None:
            recording.timer = self._loop.call_later(seconds, self._finish, recording)

    def _finish(self, recording: _Recording) -> None:
        if recording.timer is not None:
            recording.timer.cancel()
            recording.timer = None
        recording.stop_listening()
        recording.stop_listening = _nothing
        recording.recorder.finish()

    def _kept(self, recording: _Recording, clip: Clip) -> None:
        recording.clips += 1
        self._clips.add(clip)
        if not self._is_stopped:
            self._tidy()

    def _ended(self, key: tuple[str, str], recording: _Recording, code: str) -> None:
        self._finish(recording)
        if self._ending.pop(recording, None) is None:
            del self._active[key]
        if code != "ok":
            now = self._loop.time()
            self._pauses = {one: until for one, until in self._pauses.items() if until > now}
            self._pauses[key] = now + FAULT_PAUSE_S
        recording.done.set()
        self._emit(
            RecordingEnded(
                serial=key[0],
                entity=key[1],
                code=code,
                clips=recording.clips,
                actor=recording.stopped_by,
            )
        )
        self._listeners.tell()

    # -------------------------------------------------------------------------------------------------
    def _plan(self) -> None:
        def look() -> None:
            self._tidy()
            self._plan()

        self._timer = self._loop.call_later(TIDY_EVERY_S, look)

    def _tidy(self) -> None:
        task = self._loop.create_task(self._clips.tidy(), name="tidy clips")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _call(self, work: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(work)


def _nothing() -> None:
    """Nobody listens."""
