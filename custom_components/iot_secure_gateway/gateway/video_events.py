"""What is told about video: what was recorded, and what a camera sent that is no picture."""

from dataclasses import dataclass

from ..policy.actors import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoRefused:
    """A camera sent what is no picture, or more than it may; so often since this was told last."""

    serial: str
    entity: str
    why: str
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingStarted:
    """A camera is being recorded from now on."""

    serial: str
    entity: str
    reason: str
    actor: Actor | None = None  # None: the gateway itself, because of motion


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingEnded:
    """It is no longer (`code`: "ok", or the code of what went wrong)."""

    serial: str
    entity: str
    code: str
    clips: int  # that were kept of it
    actor: Actor | None = None  # who stopped it


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipDeleted:
    """Somebody deleted a clip."""

    serial: str
    entity: str
    clip: str
    actor: Actor


type VideoEvent = VideoRefused | RecordingStarted | RecordingEnded | ClipDeleted
