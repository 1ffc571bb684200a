"""May this actor give this command to this device? Denied by default (FIG 3 step 335).

Today the table has one line, "the owner may do everything"; rows of users, devices, commands and
times (FIG 8) join it here, and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .actors import Actor, Automation, Integration, Script, System, User

# What the gateway asks on its own account: what a device is, and what it measures.
SYSTEM_COMMANDS = frozenset({"describe", "read"})


class Reason(StrEnum):
    """Why a command was allowed or denied; also the key of the text that people are shown."""

    OWNER = "owner"
    SYSTEM = "system"
    NOT_OWNER = "not_owner"
    NO_OWNER = "no_owner"
    AUTOMATION_NOT_PERMITTED = "automation_not_permitted"
    SCRIPT_NOT_PERMITTED = "script_not_permitted"
    INTEGRATION_NOT_PERMITTED = "integration_not_permitted"
    SYSTEM_NOT_PERMITTED = "system_not_permitted"
    UNKNOWN_ACTOR = "unknown_actor"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The verdict on one command, with what determined it."""

    allowed: bool
    reason: Reason
    row: int | None = None  # number of the deciding row of the permission table
    next_allowed_at: datetime | None = None  # when the same command would be allowed


# A verdict depends on nothing but its reason yet, so each exists once.
_BY_OWNER = Decision(allowed=True, reason=Reason.OWNER)
_BY_SYSTEM = Decision(allowed=True, reason=Reason.SYSTEM)
_DENIED = {
    reason: Decision(allowed=False, reason=reason)
    for reason in Reason
    if reason not in (Reason.OWNER, Reason.SYSTEM)
}


def decide(owners: Mapping[str, str], actor: Actor, serial: str, command: str) -> Decision:
    """Judge one command. `owners` maps serials to user ids. Never raises: an error denies."""
    try:
        if isinstance(actor, User):
            owner = owners.get(serial)
            if not owner:
                return _DENIED[Reason.NO_OWNER]
            return _BY_OWNER if actor.id == owner else _DENIED[Reason.NOT_OWNER]
        if isinstance(actor, System):
            return (
                _BY_SYSTEM if command in SYSTEM_COMMANDS else _DENIED[Reason.SYSTEM_NOT_PERMITTED]
            )
        if isinstance(actor, Automation):
            return _DENIED[Reason.AUTOMATION_NOT_PERMITTED]
        if isinstance(actor, Script):
            return _DENIED[Reason.SCRIPT_NOT_PERMITTED]
        if isinstance(actor, Integration):
            return _DENIED[Reason.INTEGRATION_NOT_PERMITTED]
        return _DENIED[Reason.UNKNOWN_ACTOR]
    except Exception:  # noqa: BLE001 - whatever is broken, the answer is no
        return _DENIED[Reason.ERROR]
