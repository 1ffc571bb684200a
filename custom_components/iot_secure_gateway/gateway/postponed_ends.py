"""What became of commands that waited for devices that were away: the last ones, to be shown."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ..policy.actors import User
from .audit import principal_of
from .events import GatewayEvent, PostponedCancelled, PostponedEnded

MAX_ENDS: Final = 64  # of all devices
CANCELLED: Final = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostponedEnd:
    """One that waits no longer."""

    id: str
    serial: str
    command: str
    given_by: str  # as the record names them
    code: str  # of PostponedEnded, or CANCELLED
    at: float  # Unix time
    owner: str  # user id of who had the device then; "" for nobody


class PostponedEnds:
    """Remembers them until the gateway stops."""

    def __init__(
        self, owner_of: Callable[[str], str | None], unix_time: Callable[[], float]
    ) -> None:
        """`owner_of`: the user id of a device's owner."""
        self._owner_of = owner_of
        self._unix_time = unix_time
        self._ends: deque[PostponedEnd] = deque(maxlen=MAX_ENDS)

    def on_event(self, event: GatewayEvent) -> None:
        """Note an end."""
        if isinstance(event, PostponedEnded):
            given_by, code = principal_of(event.actor), event.code
        elif isinstance(event, PostponedCancelled):
            given_by, code = event.given_by, CANCELLED
        else:
            return
        self._ends.append(
            PostponedEnd(
                id=event.id,
                serial=event.serial,
                command=event.command,
                given_by=given_by,
                code=code,
                at=self._unix_time(),
                owner=self._owner_of(event.serial) or "",
            )
        )

    def visible(self, user: User) -> list[PostponedEnd]:
        """Return what somebody gave, or what was for a device of theirs, the newest first."""
        return [
            one
            for one in reversed(self._ends)
            if one.given_by == principal_of(user) or one.owner == user.id
        ]
