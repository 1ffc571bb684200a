"""The verdict on one command, with its reason. Denied by default (FIG 3 step 335)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# What the gateway asks on its own account: what a device is, what it measures and is set to; pictures, which
# it shows to nobody who may not see them.
SYSTEM_COMMANDS = frozenset({"describe", "read", "settings", "view", "stop_view", "snapshot"})


class Reason(StrEnum):
    """Why a command was allowed or denied; also the key of the text that people are shown."""

    OWNER = "owner"
    SYSTEM = "system"
    NOT_OWNER = "not_owner"
    NO_OWNER = "no_owner"
    AUTOMATION_NOT_PERMITTED = "automation_not_permitted"
    SCRIPT_NOT_PERMITTED = "script_not_permitted"
    INTEGRATION_NOT_PERMITTED = "integration_not_permitted"
    GUEST_NOT_PERMITTED = "guest_not_permitted"
    SYSTEM_NOT_PERMITTED = "system_not_permitted"
    UNKNOWN_ACTOR = "unknown_actor"
    ERROR = "error"
    APPOINTED = "appointed"
    ROW = "row"
    FORBIDDEN = "forbidden"
    NOT_NOW = "not_now"
    USED_UP = "used_up"
    EXPIRED = "expired"
    OUTSIDE_LIMITS = "outside_limits"
    OTHER_COMMANDS = "other_commands"
    STARTER_NOT_PERMITTED = "starter_not_permitted"
    BLOCKED = "blocked"  # by the monitoring policy, for a while


ALLOWING = frozenset({Reason.OWNER, Reason.SYSTEM, Reason.APPOINTED, Reason.ROW})


class Column(StrEnum):
    """A column of the table (FIG 8)."""

    USERS = "users"
    DEVICES = "devices"
    COMMANDS = "commands"
    TIMES = "times"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The verdict on one command, with what determined it."""

    allowed: bool
    reason: Reason
    row: int | None = None  # number of the deciding row; when none decides, of the nearest one
    next_allowed_at: datetime | None = None  # when the same command would be allowed
    column: Column | None = None  # in which the nearest row fails


# A verdict that depends on nothing but its reason exists once.
BY_OWNER = Decision(allowed=True, reason=Reason.OWNER)
BY_SYSTEM = Decision(allowed=True, reason=Reason.SYSTEM)
BY_APPOINTMENT = Decision(allowed=True, reason=Reason.APPOINTED)
DENIED = {
    reason: Decision(allowed=False, reason=reason) for reason in Reason if reason not in ALLOWING
}
