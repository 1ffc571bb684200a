"""What the device does about breaches, and when nobody commands it (FIG 11 step 1155).

Breaches are counted, also in flash; an address that keeps breaking in is not listened to for a
while; where its owner wants that, the outputs go into their safe states. An address that a
binding allows, and any address while nobody owns the device, is paused only for what came over an
authenticated link: else a neighbour who sends from it could keep the gateway out.
"""

import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .deployment import Deployment
    from .entities.entity import Entity

STORE_PAUSE_MS = 60000  # between two writes of the counters: a flood must not wear flash out
FIRST_PAUSE_MS = 1000
MAX_HOSTS = 8  # addresses that are remembered; of more the oldest is forgotten
_KEY = b"breaches"
_MAX_COUNT = 0xFFFFFFFF


class Guard:
    """The device's breach policy; `make_safe()` brings the outputs into their safe states."""

    def __init__(
        self,
        store: "Any",
        settings: "Deployment",
        make_safe: "Callable[[], None]",
        log: "Callable[[str], None]",
        now_ms: int,
    ) -> None:
        self._store = store
        self._settings = settings
        self._make_safe = make_safe
        self._log = log
        self._hosts: "list[list[Any]]" = []  # host, breaches in a row, paused until, authenticated
        self._is_stored = True
        self._store_at_ms = now_ms + STORE_PAUSE_MS
        self._linked_ms = now_ms
        self._is_safe = False
        data = store.get(_KEY)
        counts = struct.unpack(">II", data) if data and len(data) == 8 else (0, 0)
        self.counts = [counts[0], counts[1]]  # unauthenticated, authenticated, over all boots

    def is_paused(self, host: str, is_allowed: bool, now_ms: int) -> bool:
        """Tell whether a connection from there is not taken now."""
        for item in self._hosts:
            if item[0] == host:
                return now_ms < item[2] and (item[3] or not is_allowed)
        return False

    def breach(self, host: str, is_authenticated: bool, now_ms: int) -> None:
        """Count a breach, and act on it."""
        index = 1 if is_authenticated else 0
        self.counts[index] = min(self.counts[index] + 1, _MAX_COUNT)
        self._is_stored = False
        found = None
        for item in self._hosts:
            if item[0] == host:
                found = item
        if found is None:
            found = [host, 0, now_ms, False]
            self._hosts.append(found)
            del self._hosts[:-MAX_HOSTS]
        found[1] += 1
        found[3] = found[3] or is_authenticated
        beyond = found[1] - self._settings["breach_limit"]
        if beyond > 0:
            pause = FIRST_PAUSE_MS << min(beyond - 1, 12)
            found[2] = now_ms + min(pause, 1000 * self._settings["breach_pause"])
        if is_authenticated and self._settings["breach_safe_state"]:
            self._go_safe("a breach")

    def linked(self, host: str) -> None:
        """A gateway has proved itself from there."""
        self._hosts = [item for item in self._hosts if item[0] != host]
        self._is_safe = False

    def tick(self, is_linked: bool, now_ms: int) -> None:
        """Store what is due; go safe when nobody has been there for too long. Raises OSError."""
        if is_linked:
            self._linked_ms = now_ms
        else:
            limit = 1000 * self._settings["safe_after"]
            if limit and now_ms - self._linked_ms >= limit and not self._is_safe:
                self._go_safe("no link")
        if not self._is_stored and now_ms >= self._store_at_ms:
            self._store_at_ms = now_ms + STORE_PAUSE_MS
            self.keep()

    def keep(self) -> None:
        """Store the counters. Raises OSError."""
        if not self._is_stored:
            self._is_stored = True
            self._store.put(_KEY, struct.pack(">II", self.counts[0], self.counts[1]))

    def _go_safe(self, why: str) -> None:
        self._is_safe = True
        self._log("going into the safe state: " + why)
        self._make_safe()


def check_safe(entity: "Entity") -> None:
    """Raise ValueError for an entity whose safe state is no command of its."""
    if entity.safe is not None:
        refused = entity.check(entity.safe[0], entity.safe[1])
        if refused is not None:
            raise ValueError("the safe state of {}: {}".format(entity.key, refused))
