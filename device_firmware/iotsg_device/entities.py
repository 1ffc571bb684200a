"""What a device can do, declared once: each entity describes, reads, checks and executes itself.

A handler is a plain or an async function. What it raises makes the command fail: CommandFailed
with a text for the gateway, anything else with a fixed one. A further kind is a further subclass.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

MAX_KEY = 32
MAX_NAME = 64
MAX_VALUE = 64  # characters of a value
MAX_UNIT = 16
_KEY_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789_"


class CommandFailed(Exception):
    """Raised by a handler: the command was tried and did not succeed; the text is shown to people."""


class Entity:
    """One thing of a device: `key` (1-32 of a-z 0-9 _) is its name on the wire, `name` for people."""

    kind = ""
    commands: "tuple[str, ...]" = ()

    def __init__(self, key: str, name: str) -> None:
        if not 1 <= len(key) <= MAX_KEY:
            raise ValueError("an entity key has 1 to {} characters".format(MAX_KEY))
        for character in key:
            if character not in _KEY_CHARACTERS:
                raise ValueError("an entity key is made of a-z 0-9 _")
        if not 1 <= len(name) <= MAX_NAME:
            raise ValueError("an entity name has 1 to {} characters".format(MAX_NAME))
        self.key = key
        self.name = name

    def describe(self) -> "dict[str, Any]":
        """Return the description from which the gateway makes its entity."""
        return {"key": self.key, "kind": self.kind, "name": self.name}

    def read(self) -> object:
        """Return the present value: text, whole number, true or false, or None when not known."""
        return None

    def check(self, command: str, arguments: "dict[str, Any]") -> "str | None":
        """Return why the command is refused, before anything was done, or None."""
        if command not in self.commands:
            return "unknown command"
        if arguments:
            return "this command takes no arguments"
        return None

    def execute(self, command: str, arguments: "dict[str, Any]") -> "Awaitable[None] | None":
        """Carry out a checked command; an awaitable when the handler is an async function."""
        raise CommandFailed("nothing to execute")


class Switch(Entity):
    """On or off. `on_change(is_on)` does it; `is_on` follows when it returned without an error.

    `read()` where given tells the real state instead (a relay with feedback, a wall switch).
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
    ) -> None:
        super().__init__(key, name)
        self._on_change = on_change
        self._read = read
        self.is_on = is_on

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
        self._device_class = device_class
        self._unit = unit
        self._format = "{:." + str(digits) + "f}"
        self.value: object = None

    def describe(self) -> "dict[str, Any]":
        """Return the description, with device class and unit where there are any."""
        out = super().describe()
        if self._device_class is not None:
            out["device_class"] = self._device_class
        if self._unit is not None:
            out["unit"] = self._unit
        return out

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


def is_awaitable(value: object) -> bool:
    """Tell whether a handler was an async function (a generator on MicroPython)."""
    return hasattr(value, "send") or hasattr(value, "__await__")
