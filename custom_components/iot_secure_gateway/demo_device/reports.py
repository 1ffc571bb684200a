"""What a demo device tells by itself over the data lane: values that changed, and events.

Of a value only the newest counts; an event keeps its number and is told again until the gateway has it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from ..protocol import commands, wire

if TYPE_CHECKING:
    from ..protocol.device_core import DeviceCore

MAX_EVENTS: Final = 16  # that wait; of more the oldest goes
REFUSED_PAUSE_MS: Final = 60_000  # a gateway that refuses a package is not asked at once again


class Reports:
    """Queues what is to be told; one package is under way at a time."""

    def __init__(self, core: DeviceCore, values: Callable[[str], dict[str, object]]) -> None:
        """`values` gives the values of an entity when they are sent."""
        self._core = core
        self._values = values
        self._changed: list[str] = []
        self._events: list[dict[str, object]] = []
        self._sequence = 0
        self._dropped = 0
        self._flying: tuple[bytes, list[str], list[dict[str, object]]] | None = None
        self._not_before_ms = 0

    def changed(self, key: str) -> None:
        """Have the present values of an entity told."""
        if key not in self._changed:
            self._changed.append(key)

    def fire(self, key: str, event_type: str) -> None:
        """Have an event told."""
        self._sequence += 1
        self._events.append({"seq": self._sequence, "entity": key, "type": event_type})
        self._trim()

    def send(self, now_ms: int) -> bool:
        """Send a package when there is something to tell and the lane is free; tells whether it did.

        To be called when all events of the core were looked at.
        """
        if now_ms < self._not_before_ms or not self._core.can_send_package:
            return False
        if self._flying is not None:  # the lane is free, and nobody said what became of it
            self._put_back()
        if not self._changed and not self._events:
            return False
        package: dict[str, object] = {"boot": self._core.boot, "values": {}}
        for key in self._changed:
            package["values"] |= self._values(key)  # type: ignore[operator]
        if self._events:
            package["events"] = self._events
        if self._dropped:
            package["dropped"] = self._dropped
        session_id = self._core.send_package(commands.encode(package), now_ms)
        self._flying = session_id, self._changed, self._events
        self._changed, self._events = [], []
        return True

    def settled(self, session_id: bytes, status: int, now_ms: int) -> None:
        """Note what became of a package; of one whose end is unknown the lane asks on the next link."""
        if self._flying is None or self._flying[0] != session_id or status == wire.STATUS_UNKNOWN:
            return
        if status == wire.STATUS_OK:
            self._flying = None
            return
        self._put_back()
        if status != wire.STATUS_NOT_EXECUTED:
            self._not_before_ms = now_ms + REFUSED_PAUSE_MS

    def forget(self) -> None:
        """Drop what was for an owner who is one no longer; numbers go on."""
        self._flying = None
        self._changed, self._events = [], []

    def _put_back(self) -> None:
        if self._flying is not None:
            _, changed, events = self._flying
            self._flying = None
            self._events = events + self._events
            self._trim()
            for key in changed:
                self.changed(key)

    def _trim(self) -> None:
        over = len(self._events) - MAX_EVENTS
        if over > 0:
            self._dropped += over
            del self._events[:over]
