"""What opens and closes: lock, cover, valve.

The main value is `state`. A thing that moves for a while says so with `update(state="opening")`
when it begins and `update(state="open")` when it is there; without that a command counts as done
when its handler has returned.
"""

from .plain_arguments import Choice, Whole
from .stateful import Stateful

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_MOVING = ("open", "closed", "opening", "closing")
PERCENT = 100


class Lock(Stateful):
    """A lock; `can_open` where it can also draw the latch (command `open`)."""

    kind = "lock"
    main = "state"

    def __init__(
        self,
        key: str,
        name: str,
        handler: "Callable[[dict[str, Any]], Any] | None" = None,
        can_open: bool = False,
        read: "Callable[[], dict[str, Any]] | None" = None,
        safe: "tuple[str, dict[str, Any]] | None" = None,
    ) -> None:
        super().__init__(key, name, handler, read, safe)
        states = ("locked", "unlocked", "locking", "unlocking", "open", "opening", "jammed")
        self._has("state", Choice(states))
        self._takes("lock")
        self._takes("unlock")
        if can_open:
            self.features = ["open"]
            self._takes("open")

    def _changes(self, command: str) -> "dict[str, Any]":
        return {"state": {"lock": "locked", "unlock": "unlocked"}.get(command, "open")}


class _Opening(Stateful):
    """What moves between closed (0) and open (100)."""

    main = "state"

    def __init__(
        self,
        key: str,
        name: str,
        handler: "Callable[[dict[str, Any]], Any] | None" = None,
        position: bool = False,
        stop: bool = False,
        device_class: "str | None" = None,
        read: "Callable[[], dict[str, Any]] | None" = None,
        safe: "tuple[str, dict[str, Any]] | None" = None,
    ) -> None:
        super().__init__(key, name, handler, read, safe)
        self.device_class = device_class
        self._has("state", Choice(_MOVING))
        self._takes("open")
        self._takes("close")
        if position:
            self.features.append("position")
            self._has("position", Whole(0, PERCENT))
            self._takes("set_position", "position")
        if stop:
            self.features.append("stop")
            self._takes("stop")

    def _changes(self, command: str) -> "dict[str, Any]":
        """Return the wanted attributes; `stop` says {"stop": True} to the handler and changes nothing."""
        if command == "stop":
            return {"stop": True}
        if command not in ("open", "close"):
            return {}
        is_open = command == "open"
        changes: "dict[str, Any]" = {"state": "open" if is_open else "closed"}
        if "position" in self._attributes:
            changes["position"] = PERCENT if is_open else 0
        return changes

    def _complete(self, command: str, changes: "dict[str, Any]") -> None:
        if command == "set_position":
            changes["state"] = "open" if changes["position"] else "closed"


class Valve(_Opening):
    """A valve; `position` where it stops in between, `stop` where it can be halted."""

    kind = "valve"


class Cover(_Opening):
    """A blind, shutter, gate or garage door; `tilt` where its slats turn (0-100)."""

    kind = "cover"

    def __init__(
        self,
        key: str,
        name: str,
        handler: "Callable[[dict[str, Any]], Any] | None" = None,
        position: bool = False,
        stop: bool = False,
        tilt: bool = False,
        device_class: "str | None" = None,
        read: "Callable[[], dict[str, Any]] | None" = None,
        safe: "tuple[str, dict[str, Any]] | None" = None,
    ) -> None:
        super().__init__(key, name, handler, position, stop, device_class, read, safe)
        if tilt:
            self.features.append("tilt")
            self._has("tilt", Whole(0, PERCENT))
            self._takes("open_tilt")
            self._takes("close_tilt")
            self._takes("set_tilt", "tilt")

    def _changes(self, command: str) -> "dict[str, Any]":
        if command == "open_tilt":
            return {"tilt": PERCENT}
        if command == "close_tilt":
            return {"tilt": 0}
        return super()._changes(command)
