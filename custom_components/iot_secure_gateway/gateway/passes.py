"""Guest passes at the door: which token opens one, and how often somebody may come with a wrong one (B6).

A right token is always let in, also from an address that many wrong ones came from: behind a relay all
visitors have one address, and 128 random bits are not found by trying. What the bounds are for is the record,
which a guesser shall not fill.
"""

from collections.abc import Callable
from datetime import datetime
import secrets
from typing import Final

from ..policy.actors import Guest
from ..policy.entries import Entry
from ..policy.passes import TOKEN_LENGTH, TOKEN_SIZE, pass_id
from .events import GatewayEvent, PassRejected
from .permissions import Permissions
from .printable import printable
from .rates import Bucket, SourceBuckets

ATTEMPTS: Final = 10  # wrong tokens of one source at once, and in a minute
# Wrong tokens of all sources at once, and in an hour: whoever has many addresses fills no record with them.
ATTEMPTS_IN_ALL: Final = 60
REQUESTS: Final = 60  # of one pass at once, and in a minute: the page asks ten times a minute
WAIT_S: Final = 60  # that somebody is told to wait
_MINUTE_S: Final = 60
_HOUR_S: Final = 3600


def new_token() -> str:
    """Return a token that nobody had before; it is kept nowhere."""
    return secrets.token_urlsafe(TOKEN_SIZE)


class Passes:
    """The passes of one gateway, as guests come with them."""

    def __init__(
        self,
        permissions: Permissions,
        *,
        clock: Callable[[], float],
        emit: Callable[[GatewayEvent], None],
    ) -> None:
        """`clock`: seconds that only go on."""
        self._permissions = permissions
        self._clock = clock
        self._emit = emit
        self._attempts = SourceBuckets(ATTEMPTS / _MINUTE_S, ATTEMPTS)
        self._all_attempts = Bucket(ATTEMPTS_IN_ALL / _HOUR_S, ATTEMPTS_IN_ALL, clock())
        self._requests = SourceBuckets(REQUESTS / _MINUTE_S, REQUESTS)

    @property
    def are_there(self) -> bool:
        """Whether any pass may open anything, now or later."""
        now = self._permissions.now()
        rows = self._permissions.table.guests.values()
        return any(_is_live(entry, now) for entries in rows for entry in entries)

    def guest(self, token: object) -> Guest | None:
        """Return who holds a token; None when it is no pass, or one that ended or was taken back."""
        if not isinstance(token, str) or len(token) != TOKEN_LENGTH or not token.isascii():
            return None
        guest = Guest(id=pass_id(token))
        live = self.entries(guest)
        return Guest(id=guest.id, name=printable(live[0].row.note)) if live else None

    def entries(self, guest: Guest) -> list[Entry]:
        """Return the rows that allow a guest something, now or later, in the order of rows."""
        now = self._permissions.now()
        rows = self._permissions.table.guests.get(guest.id, ())
        return [entry for entry in rows if _is_live(entry, now)]

    def rejected(self, source: str) -> bool:
        """Note that a token was none; False when the source came with too many, which is not told."""
        now = self._clock()
        if not (self._attempts.take(source, now) and self._all_attempts.take(now)):
            return False
        self._emit(PassRejected(source=printable(source)))
        return True

    def may_ask(self, guest: Guest) -> bool:
        """Note that a guest asks for something; False when they did too often."""
        return self._requests.take(guest.id, self._clock())


def _is_live(entry: Entry, now: datetime) -> bool:
    expires_at = entry.row.expires_at
    return entry.is_allow and (expires_at is None or now < expires_at)
