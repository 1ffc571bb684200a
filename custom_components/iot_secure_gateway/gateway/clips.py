"""The clips of a gateway: which there are, who owns them, and how long they are kept.

A clip belongs to whoever owned the device then: another owner never sees it.
"""

import asyncio
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from .clip_index import MAX_CLIPS, Clip, ClipFolder
from .video_errors import UnknownClip

MAX_PAGE: Final = 200  # clips
_MB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingChoice:
    """What the owner of a device chose for its clips."""

    keep_days: float = 7.0
    max_mb: int = 2048
    is_motion_kept: bool = False


_DEFAULT: Final = RecordingChoice()


class Clips:
    """What is in the folder, known without looking there."""

    def __init__(
        self,
        folder: ClipFolder,
        owners: Mapping[str, str],
        *,
        unix_time: Callable[[], float],
        max_mb: int,
        changed: Callable[[], None],
    ) -> None:
        """Nothing is known before `load`."""
        self.max_mb = max_mb  # of all devices
        self._folder = folder
        self._owners = owners
        self._changed = changed
        self._loop = asyncio.get_running_loop()
        # Age is judged by a clock that goes on steadily: one that jumps ahead must not cost all clips.
        self._started_at = unix_time() - self._loop.time()
        self._choices: dict[str, RecordingChoice] = {}
        self.changes = Counter[str]()  # how often a clip of a device came or went
        self._clips: dict[str, Clip] = {}
        self._order: list[tuple[datetime, str]] = []  # the oldest first

    async def load(self) -> None:
        """Read what there is. Raises OSError."""
        for clip in await self._loop.run_in_executor(None, self._folder.load):
            self.add(clip)

    # --- which there are -----------------------------------------------------------------------------
    def page(
        self,
        serials: Collection[str],
        since: datetime | None,
        until: datetime | None,
        after: str | None,
        limit: int,
        entity: str | None,
    ) -> list[Clip]:
        """Return clips of these devices that touch a time, the newest first, behind the cursor `after`."""
        found: list[Clip] = []
        for _, clip_id in reversed(self._order):
            if len(found) >= min(limit, MAX_PAGE):
                break
            clip = self._clips[clip_id]
            if (
                clip.serial in serials
                and entity in (None, clip.entity)
                and self._is_owned(clip)
                and (until is None or clip.started_at < until)
                and (since is None or clip.ended_at >= since)
                and (after is None or clip.cursor < after)
            ):
                found.append(clip)
        return found

    def get(self, clip_id: str) -> Clip:
        """Return a clip of whoever owns its device now. Raises UnknownClip."""
        clip = self._clips.get(clip_id)
        if clip is None or not self._is_owned(clip):
            raise UnknownClip
        return clip

    def film(self, clip_id: str) -> Path:
        """Return where its film is. Raises UnknownClip."""
        return self._folder.film(self.get(clip_id).id)

    def thumbnail(self, clip_id: str) -> Path:
        """Return where its small picture is, which may be missing. Raises UnknownClip."""
        return self._folder.thumbnail(self.get(clip_id).id)

    # --- keeping -------------------------------------------------------------------------------------
    def choice(self, serial: str) -> RecordingChoice:
        """Return what counts for a device."""
        return self._choices.get(serial, _DEFAULT)

    def choose(self, serial: str, choice: RecordingChoice) -> None:
        """Have it count from the next `tidy` on."""
        self._choices[serial] = choice

    def add(self, clip: Clip) -> None:
        """There is one more."""
        self._clips[clip.id] = clip
        insort(self._order, (clip.started_at, clip.id))
        self.changes[clip.serial] += 1
        self._changed()

    async def remove(self, clips: Collection[Clip]) -> None:
        """These are to go."""
        known = [clip for clip in clips if self._clips.pop(clip.id, None) is not None]
        if not known:
            return
        for clip in known:
            del self._order[bisect_left(self._order, (clip.started_at, clip.id))]
            self.changes[clip.serial] += 1
        self._changed()
        ids = [clip.id for clip in known]
        await self._loop.run_in_executor(None, self._folder.remove, ids)

    async def forget(self, serial: str) -> None:
        """All clips of a device are to go, whoever owned it."""
        self._choices.pop(serial, None)
        await self.remove([clip for clip in self._clips.values() if clip.serial == serial])

    async def tidy(self) -> None:
        """Remove what is too old, and what is too much, the oldest first."""
        now = datetime.fromtimestamp(self._started_at + self._loop.time(), UTC)
        used: dict[str, int] = {}
        kept, gone = [], []
        for _, clip_id in reversed(self._order):
            clip = self._clips[clip_id]
            choice, of_device = self.choice(clip.serial), used.get(clip.serial, 0) + clip.bytes
            if (
                now - clip.ended_at > timedelta(days=choice.keep_days)
                or of_device > choice.max_mb * _MB
            ):
                gone.append(clip)
            else:
                used[clip.serial] = of_device
                kept.append(clip)
        await self.remove([*gone, *_too_much(kept, self.max_mb * _MB)])

    def _is_owned(self, clip: Clip) -> bool:
        return bool(clip.owner) and clip.owner == self._owners.get(clip.serial)


def _too_much(clips: Iterable[Clip], max_bytes: int) -> Iterator[Clip]:
    """Yield what there is no room for. `clips`: the newest first.

    The oldest of that device goes that has most, of whoever has most: so nobody, and no device of theirs, can
    push out what others have.
    """
    devices: dict[tuple[str, str], list[Clip]] = {}
    for clip in clips:
        devices.setdefault((clip.owner, clip.serial), []).append(clip)
    for limit, weigh in ((max_bytes, _bytes), (MAX_CLIPS, _one)):
        weights = {key: sum(map(weigh, of_device)) for key, of_device in devices.items()}
        owners = Counter[str]()
        for (owner, _), weight in weights.items():
            owners[owner] += weight
        while owners.total() > limit:
            most = max(owners, key=owners.__getitem__)
            key = max((key for key in devices if key[0] == most), key=weights.__getitem__)
            clip = devices[key].pop()
            weights[key] -= weigh(clip)
            owners[most] -= weigh(clip)
            yield clip


def _bytes(clip: Clip) -> int:
    return clip.bytes


def _one(clip: Clip) -> int:
    return 1
