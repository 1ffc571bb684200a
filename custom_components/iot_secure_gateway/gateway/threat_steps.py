"""What came of a threat, step by step: blocked, traced, suspended, looked at, and how that ended. Bounded."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from ..policy.actors import Actor, User
from ..policy.monitoring import MAX_UNIX_TIME, one_of
from ..policy.reading import fields, whole_number
from .events import GatewayEvent
from .json_object import JsonObject
from .threat_events import (
    MAX_TEXT,
    Blocked,
    BlockEnded,
    DeviceSuspendedNow,
    SuspensionLifted,
    ThreatAcknowledged,
    ThreatSeen,
    ThreatTraced,
)

MAX_STEPS: Final = 16  # of one threat; of more the oldest goes
_ONCE_LIFTED: Final = {"owner": "lifted", "time": "lifted_by_time", "power_up": "lifted_by_start"}


class Kind(StrEnum):
    """What was done."""

    BLOCKED = "blocked"
    TRACED = "traced"
    SUSPENDED = "suspended"
    RELEASED = "released"  # the block, by somebody
    BLOCK_OVER = "block_over"  # by time
    FREED = "freed"  # a right was given
    LIFTED = "lifted"  # the suspension, by somebody
    LIFTED_BY_TIME = "lifted_by_time"
    LIFTED_BY_START = "lifted_by_start"
    ACKNOWLEDGED = "acknowledged"


_ENDS_OF_BLOCK: Final = {Kind.RELEASED, Kind.BLOCK_OVER, Kind.FREED}
_ENDS_OF_SUSPENSION: Final = {Kind.LIFTED, Kind.LIFTED_BY_TIME, Kind.LIFTED_BY_START}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One of them. Times are Unix times."""

    at: int
    kind: Kind
    user_id: str = ""  # who did it; "": it came about by itself
    until: int = 0  # 0: until somebody ends it

    def to_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_dict(cls, value: object) -> Self:
        """Read the JSON form. Raises ValueError."""
        given = fields(value, "step", cls.__slots__)
        user_id = given.get("user_id")
        if not isinstance(user_id, str) or len(user_id) > MAX_TEXT:
            raise ValueError("user_id: expected text")
        return cls(
            at=whole_number(given.get("at"), "at", 0, MAX_UNIX_TIME),
            kind=Kind(one_of(given.get("kind"), "kind", Kind)),
            user_id=user_id,
            until=whole_number(given.get("until"), "until", 0, MAX_UNIX_TIME),
        )


class ThreatSteps:
    """Of the threats that are remembered."""

    def __init__(self) -> None:
        """Nothing was done yet."""
        self._of: dict[str, list[Step]] = {}

    def of(self, threat_id: str) -> tuple[Step, ...]:
        """Return what came of a threat, in order."""
        return tuple(self._of.get(threat_id, ()))

    def is_acknowledged(self, threat_id: str) -> bool:
        """Tell whether somebody has said that they know of it."""
        return any(step.kind is Kind.ACKNOWLEDGED for step in self.of(threat_id))

    def note(self, event: GatewayEvent, at: int, threats: Mapping[str, ThreatSeen]) -> bool:
        """Take up what an event says was done about one of `threats`; tell whether it was something."""
        found: dict[str, Step] = {}
        if isinstance(event, Blocked):
            found[event.threat] = Step(at=at, kind=Kind.BLOCKED, until=int(event.until))
        elif isinstance(event, DeviceSuspendedNow):
            found[event.threat] = Step(at=at, kind=Kind.SUSPENDED, until=int(event.until))
        elif isinstance(event, ThreatTraced):
            found[event.id] = Step(at=at, kind=Kind.TRACED)
        elif isinstance(event, ThreatAcknowledged):
            found[event.id] = Step(at=at, kind=Kind.ACKNOWLEDGED, user_id=_user(event.actor))
        elif isinstance(event, BlockEnded):
            for threat in threats.values():
                if (until := self._blocked_until(threat.id)) and _is_of(threat, event):
                    found[threat.id] = _end_of_block(event, at, until)
        elif isinstance(event, SuspensionLifted):
            end = Step(at=at, kind=Kind(_ONCE_LIFTED[event.why]), user_id=_user(event.actor))
            for threat in threats.values():
                if threat.serial == event.serial and self._is_suspended(threat.id):
                    found[threat.id] = end
        kept = {threat_id: step for threat_id, step in found.items() if threat_id in threats}
        for threat_id, step in kept.items():
            steps = self._of.setdefault(threat_id, [])
            steps.append(step)
            del steps[:-MAX_STEPS]
        return bool(kept)

    def forget(self, threat_id: str) -> None:
        """The threat is not remembered any more."""
        self._of.pop(threat_id, None)

    def to_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {
            threat_id: [step.to_dict() for step in steps] for threat_id, steps in self._of.items()
        }

    def restore(self, value: object, threats: Mapping[str, ThreatSeen]) -> None:
        """Take up the JSON form, as far as it is about one of `threats`. Raises ValueError."""
        if not isinstance(value, dict):
            raise ValueError("steps: expected an object")
        found: dict[str, list[Step]] = {}
        for threat_id in value.keys() & threats.keys():
            steps = value[threat_id]
            if not isinstance(steps, list):
                raise ValueError("steps: expected lists")
            found[threat_id] = [Step.from_dict(step) for step in steps[-MAX_STEPS:]]
        self._of = found

    def _blocked_until(self, threat_id: str) -> int:
        """Return until when a block that has not ended was to last; 0 when there is none."""
        for step in reversed(self.of(threat_id)):
            if step.kind is Kind.BLOCKED:
                return step.until
            if step.kind in _ENDS_OF_BLOCK:
                break
        return 0

    def _is_suspended(self, threat_id: str) -> bool:
        for step in reversed(self.of(threat_id)):
            if step.kind is Kind.SUSPENDED:
                return True
            if step.kind in _ENDS_OF_SUSPENSION:
                break
        return False


def _is_of(threat: ThreatSeen, ended: BlockEnded) -> bool:
    if ended.user_id:
        return (threat.user_id, threat.serial) == (ended.user_id, ended.serial)
    return threat.source == ended.source


def _end_of_block(event: BlockEnded, at: int, until: int) -> Step:
    if event.actor is not None:
        return Step(at=at, kind=Kind.RELEASED, user_id=_user(event.actor))
    return Step(at=at, kind=Kind.BLOCK_OVER if at >= until else Kind.FREED)


def _user(actor: Actor | None) -> str:
    return actor.id if isinstance(actor, User) else ""
