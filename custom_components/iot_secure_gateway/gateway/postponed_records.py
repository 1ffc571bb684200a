"""Commands that wait for days until a device is back, as they are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ..policy.actors import Actor
from .actor_records import actor_dict, read_actor
from .json_object import JsonObject

MAX_POSTPONED: Final = 16  # for one device
MAX_POSTPONED_IN_ALL: Final = 256  # together well under a megabyte
MAX_POSTPONED_S: Final = 7 * 86400  # how long one may wait


class Phase(StrEnum):
    """How far a command has come."""

    WAITING = "waiting"  # the device was not told, or it certainly had no effect
    SENDING = "sending"  # the device may have been told
    UNSETTLED = "unsettled"  # told; the next contact may tell what became of it


@dataclass(frozen=True, slots=True, kw_only=True)
class PostponedCommand:
    """One command, with all that is needed to judge it again and give it once."""

    id: str  # hex
    actor: Actor
    command: str
    entity: str | None
    arguments: Mapping[str, object]
    asked_at: float  # Unix time, seconds
    until: float  # Unix time, seconds; then it is no longer wanted
    phase: Phase = Phase.WAITING
    attempts: int = 0  # that certainly had no effect
    session_id: bytes = b""  # while it is unsettled

    def to_dict(self) -> JsonObject:
        """Return it for a store."""
        return {
            "id": self.id,
            "actor": actor_dict(self.actor),
            "command": self.command,
            "entity": self.entity,
            "arguments": dict(self.arguments),
            "asked_at": self.asked_at,
            "until": self.until,
            "phase": self.phase.value,
            "attempts": self.attempts,
            "session_id": self.session_id.hex(),
        }

    @staticmethod
    def from_dict(stored: object) -> PostponedCommand:
        """Return what `to_dict` gave. Raises ValueError for anything else."""
        match stored:
            case {
                "id": str(id_),
                "actor": actor,
                "command": str(command),
                "entity": str() | None as entity,
                "arguments": dict(arguments),
                "asked_at": int() | float() as asked_at,
                "until": int() | float() as until,
                "phase": str(phase),
                "attempts": int(attempts),
                "session_id": str(session_id),
            }:
                return PostponedCommand(
                    id=id_,
                    actor=read_actor(actor),
                    command=command,
                    entity=entity,
                    arguments=arguments,
                    asked_at=asked_at,
                    until=until,
                    phase=Phase(phase),
                    attempts=attempts,
                    session_id=bytes.fromhex(session_id),
                )
        raise ValueError("not a postponed command")


type Postponements = tuple[PostponedCommand, ...]  # of one device, in the order of delivery


def postponements_list(kept: Postponements) -> list[JsonObject]:
    """Return those of one device for a store."""
    return [one.to_dict() for one in kept]


def read_postponements(stored: object) -> Postponements:
    """Return what `postponements_list` gave. Raises ValueError for anything else."""
    if not isinstance(stored, list) or len(stored) > MAX_POSTPONED:
        raise ValueError("not postponed commands")
    return tuple(PostponedCommand.from_dict(one) for one in stored)
