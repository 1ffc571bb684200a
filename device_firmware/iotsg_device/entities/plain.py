"""Entities of one value: switch, sensor, binary sensor, button."""

from .entity import MAX_KEY, MAX_UNIT, MAX_VALUE, CommandFailed, Entity, is_awaitable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any


class Switch(Entity):
    """On or off. `on_change(is_on)` does it; `is_on` follows when it returned without an error.

    `read()` where given tells the real state instead (a relay with feedback, a wall switch).
    `safe` is the state to fall to when the device's breach policy asks for it.
    """

    kind = "switch"
    commands = ("turn_on", "turn_off")

    def __init__(
        self,
        key: str,
        name: str,
        on_change: "Callable[[bool], Any] | None" = None,
        is_on: bool = False,
        read: "Callable[[], bool] | None" = None,
        safe: "bool | None" = None,
    ) -> None:
        super().__init__(key, name)
        self._on_change = on_change
        self._read = read
        self.is_on = is_on
        if safe is not None:
            self.safe = ("turn_on" if safe else "turn_off", {})

    def read(self) -> bool:
        """Return whether it is on."""
        if self._read is not None:
            self.is_on = bool(self._read())
        return self.is_on

    def execute(self, command: str, arguments: "dict[str, Any]") -> "Awaitable[None] | None":
        """Turn on or off."""
        wanted = command == "turn_on"
        if self._on_change is not None:
            pending = self._on_change(wanted)
            if is_awaitable(pending):
                return self._change_later(pending, wanted)
        self.is_on = wanted
        return None

    async def _change_later(self, pending: "Awaitable[Any]", wanted: bool) -> None:
        await pending
        self.is_on = wanted


class Sensor(Entity):
    """A measured value: what `read()` returns, or what was last put into `value`.

    Numbers go out as decimal text with `digits` places, so that both ends see the same bytes.
    """

    kind = "sensor"

    def __init__(
        self,
        key: str,
        name: str,
        read: "Callable[[], Any] | None" = None,
        device_class: "str | None" = None,
        unit: "str | None" = None,
        digits: int = 1,
    ) -> None:
        super().__init__(key, name)
        for text, limit in ((device_class, MAX_KEY), (unit, MAX_UNIT)):
            if text is not None and not 1 <= len(text) <= limit:
                raise ValueError("a device class or unit is too long or empty")
        if not 0 <= digits <= 6:
            raise ValueError("digits must be 0 to 6")
        self._read = read
        self.device_class = device_class
        self.unit = unit
        self._format = "{:." + str(digits) + "f}"
        self.value: object = None

    def sample(self) -> None:
        """Have the present value sent with its time, also when others follow quickly."""
        if self.reporter is not None:
            self.reporter.sample(self)

    def read(self) -> "str | None":
        """Return the value as text, None while there is none."""
        if self._read is not None:
            self.value = self._read()
        value = self.value
        if value is None:
            return None
        if isinstance(value, float):
            if not float("-inf") < value < float("inf"):
                return None  # a sensor that measures nothing has no value
            return self._format.format(value)
        return str(value)[:MAX_VALUE]


class BinarySensor(Entity):
    """Yes or no: what `read()` returns, or what was last put into `is_on`; None while not known."""

    kind = "binary_sensor"

    def __init__(
        self,
        key: str,
        name: str,
        read: "Callable[[], bool | None] | None" = None,
        device_class: "str | None" = None,
    ) -> None:
        super().__init__(key, name)
        self._read = read
        self.device_class = device_class
        self.is_on: "bool | None" = None

    def read(self) -> "bool | None":
        """Return the state."""
        if self._read is not None:
            self.is_on = self._read()
        return None if self.is_on is None else bool(self.is_on)


class Button(Entity):
    """Something that can be set off: `on_press()` does it. It has no value."""

    kind = "button"
    commands = ("press",)

    def __init__(
        self,
        key: str,
        name: str,
        on_press: "Callable[[], Any]",
        device_class: "str | None" = None,
    ) -> None:
        super().__init__(key, name)
        self._on_press = on_press
        self.device_class = device_class

    def execute(self, command: str, arguments: "dict[str, Any]") -> "Awaitable[None] | None":
        """Press."""
        if command != "press":
            raise CommandFailed("nothing to execute")
        pending = self._on_press()
        return pending if is_awaitable(pending) else None
