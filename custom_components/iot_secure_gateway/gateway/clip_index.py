"""Which clips there are: for each a film, a thumbnail and a file with its facts, side by side in one folder.

    <id>.mp4  <id>.jpg  <id>.json

The facts lie beside the film and nowhere else, so neither can be restored, moved or damaged without the other;
what is in memory is read from there. A clip whose facts have no end was cut by a crash.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
import json
import logging
import os
from pathlib import Path
import re
from typing import Final

from .clip_writer import NoFilmError, length, pack

_LOGGER = logging.getLogger(__name__)

MAX_CLIPS: Final = 20_000  # of all devices; the oldest go first
MAX_TEXT: Final = 128  # characters of any text in the facts
MAX_FACTS: Final = 4096  # bytes
_ID: Final = re.compile(r"[0-9a-f]{32}")
_ENDS: Final = (".json", ".mp4", ".jpg", ".new", ".part")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One film."""

    id: str
    serial: str
    entity: str
    owner: str  # id of the user who owned the device then
    started_at: datetime
    ended_at: datetime
    bytes: int = 0
    reason: str = ""
    is_whole: bool = True  # False: cut by a crash or a full disk

    @property
    def cursor(self) -> str:
        """Where the clips behind this one begin, the newest being first."""
        return f"{self.started_at.timestamp():017.6f}-{self.id}"


class ClipFolder:
    """The files. Every call waits for the disk."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made by `load`, for nobody else to read."""
        self.path = folder

    def film(self, clip_id: str) -> Path:
        """Return where the film of a clip is."""
        return self.path / f"{clip_id}.mp4"

    def thumbnail(self, clip_id: str) -> Path:
        """Return where its small picture is."""
        return self.path / f"{clip_id}.jpg"

    def load(self) -> list[Clip]:
        """Return all clips; those that a crash cut are put in order, what belongs to none is removed."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)
        clips: dict[str, Clip] = {}
        spared = set()  # what could not be looked at now may be there the next time
        for path in self.path.glob("*.json"):
            if _ID.fullmatch(path.stem):
                try:
                    clip = self._read(path)
                except OSError as error:
                    _LOGGER.warning("A clip cannot be read: %s", type(error).__name__)
                    spared.add(path.stem)
                else:
                    if clip is not None:
                        clips[clip.id] = clip
        for path in tuple(self.path.iterdir()):
            is_ours = path.suffix in _ENDS and _ID.fullmatch(path.stem)
            if is_ours and path.stem not in clips and path.stem not in spared:
                with suppress(OSError):
                    path.unlink()
        return list(clips.values())

    def begin(self, clip: Clip) -> None:
        """Write down that a clip is made. Raises OSError."""
        self._write(clip, is_ended=False)

    def finish(self, clip: Clip) -> Clip:
        """Pack a film, and write its facts down; return them with their size. Raises OSError."""
        film = self.film(clip.id)
        with suppress(OSError):  # no room for both: it plays as it is
            pack(film)
        size = film.stat().st_size
        with suppress(OSError):
            size += self.thumbnail(clip.id).stat().st_size
        clip = replace(clip, bytes=size)
        with suppress(OSError):  # else it is put in order at the next start
            self._write(clip, is_ended=True)
        return clip

    def remove(self, clip_ids: Iterable[str]) -> None:
        """Remove clips, the facts last: what a crash leaves is found."""
        for clip_id in clip_ids:
            for end in reversed(_ENDS):
                with suppress(OSError):
                    (self.path / f"{clip_id}{end}").unlink(missing_ok=True)

    # -------------------------------------------------------------------------------------------------
    def _read(self, path: Path) -> Clip | None:
        """Return a clip; None when there is nothing that plays. Raises OSError."""
        try:
            clip, is_ended = _read(path)
        except ValueError, KeyError, TypeError, OverflowError, RecursionError:
            return None
        if is_ended:
            return clip if self.film(clip.id).exists() else None
        try:
            seconds = length(self.film(clip.id))
        except NoFilmError:
            return None
        ended_at = clip.started_at + timedelta(seconds=seconds)
        return self.finish(replace(clip, ended_at=ended_at, is_whole=False))

    def _write(self, clip: Clip, *, is_ended: bool) -> None:
        facts = asdict(clip) | {
            "started_at": clip.started_at.isoformat(),
            "ended_at": clip.ended_at.isoformat() if is_ended else None,
        }
        path, part = self.path / f"{clip.id}.json", self.path / f"{clip.id}.part"
        fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with open(fd, "w", encoding="utf-8") as file:  # noqa: PTH123 - nobody else's from the start
            json.dump(facts, file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)


def _read(path: Path) -> tuple[Clip, bool]:
    """Return a clip, and whether it has an end. Raises OSError, ValueError, KeyError, TypeError."""
    with path.open(encoding="utf-8") as file:
        facts = json.loads(file.read(MAX_FACTS))
    texts = {name: _text(facts[name]) for name in ("serial", "entity", "owner", "reason")}
    ended_at = facts["ended_at"]
    started_at = _time(facts["started_at"])
    clip = Clip(
        id=path.stem,
        started_at=started_at,
        ended_at=started_at if ended_at is None else _time(ended_at),
        bytes=max(0, int(facts["bytes"])),
        is_whole=facts["is_whole"] is True,
        **texts,
    )
    return clip, ended_at is not None


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise ValueError("a text out of form")
    return value


def _time(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(UTC)
