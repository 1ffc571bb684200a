"""What calls attention: siren, and events that the device tells by itself."""

from .entity import Entity
from .plain_arguments import Choice, Flag, Whole
from .stateful import OnOff

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MAX_DURATION_S = 3600


class Siren(OnOff):
    """A siren; it is turned on with a tone, a duration in seconds, a volume in per cent."""

    kind = "siren"

    def __init__(
        self,
        key: str,
        name: str,
        handler: "Callable[[dict[str, Any]], Any] | None" = None,
        tones: "tuple[str, ...]" = (),
        duration: bool = False,
        volume: bool = False,
        read: "Callable[[], dict[str, Any]] | None" = None,
        safe: "tuple[str, dict[str, Any]] | None" = None,
    ) -> None:
        super().__init__(key, name, handler, read, safe)
        self._has("on", Flag(), False)
        if tones:
            self._has("tone", Choice(tones))
        if duration:
            self._has("duration", Whole(1, MAX_DURATION_S))
        if volume:
            self._has("volume", Whole(0, 100))
        self.features = [name for name in self._attributes if name != "on"]
        self._takes("turn_on", *self.features)
        self._takes("turn_off")


class Event(Entity):
    """Something that happens: `fire(event_type, data)` reports it, in order, until the gateway has it."""

    kind = "event"

    def __init__(
        self, key: str, name: str, types: "tuple[str, ...]", device_class: "str | None" = None
    ) -> None:
        super().__init__(key, name)
        self._types = Choice(types)
        self.device_class = device_class

    def describe(self) -> "dict[str, Any]":
        """Return the description with the types of events."""
        out = super().describe()
        out["options"] = {"type": self._types.options}
        return out

    def fire(self, event_type: str, data: "dict[str, Any] | None" = None) -> None:
        """Report an event of a declared type. Raises ValueError for another, or data too large."""
        self._types.parse(event_type)
        if self.reporter is not None:
            self.reporter.fire(self.key, event_type, data)
