"""What all entities share: declared once, from which description, check and execution follow.

A handler is a plain or an async function. What it raises makes the command fail: CommandFailed
with a text for the gateway, anything else with a fixed one.

Values go out flat: `key` is the main value, `key.attribute` each further one.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from .arguments import Argument

MAX_KEY = 32
MAX_NAME = 64
MAX_VALUE = 64  # characters of a value
MAX_UNIT = 16
CATEGORIES = ("config", "diagnostic")
_KEY_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789_"
_NEVER_TOLD = ()


class CommandFailed(Exception):
    """Raised by a handler: the command was tried and did not succeed; the text is shown to people."""


class Entity:
    """One thing of a device: `key` (1-32 of a-z 0-9 _) is its name on the wire, `name` for people."""

    kind = ""
    commands: "tuple[str, ...]" = ()
    is_compound = False  # whether it has values beside its main one
    child: "str | None" = None  # the key of the part of the device that it belongs to
    settings: "tuple[Any, ...]" = ()  # deployment settings that it brings along, told by `apply`

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
        self.device_class: "str | None" = None
        self.unit: "str | None" = None
        self.category: "str | None" = None
        # What a gateway was told last: the main value, or the values of a compound entity.
        self.told: object = _NEVER_TOLD
        self.reporter: "Any" = None  # set by the device
        # A command that brings the thing into its safe state: (command, arguments).
        self.safe: "tuple[str, dict[str, Any]] | None" = None

    def describe(self) -> "dict[str, Any]":
        """Return the description from which the gateway makes its entity."""
        out: "dict[str, Any]" = {"key": self.key, "kind": self.kind, "name": self.name}
        for word, text, limit in (
            ("device_class", self.device_class, MAX_KEY),
            ("unit", self.unit, MAX_UNIT),
            ("category", self.category, MAX_KEY),
            ("child", self.child, MAX_KEY),
        ):
            if text is not None:
                if not 1 <= len(text) <= limit:
                    raise ValueError("a device class or unit is too long or empty")
                out[word] = text
        return out

    def read(self) -> object:
        """Return the main value: text, whole number, true or false, or None when not known."""
        return None

    def values(self) -> "dict[str, Any]":
        """Return all values by their names on the wire."""
        return {self.key: self.read()}

    def check(self, command: str, arguments: "dict[str, Any]") -> "str | None":
        """Return why the command is refused, before anything was done, or None."""
        if command not in self.commands:
            return "unknown command"
        if not arguments:
            return None
        known = self.arguments(command)
        if not known:
            return "this command takes no arguments"
        for name in arguments:
            if name not in known:
                return "unknown argument"
            try:
                known[name].parse(arguments[name])
            except ValueError as error:
                return "{}: {}".format(name, error.args[0])
        return None

    def arguments(self, command: str) -> "dict[str, Argument]":
        """Return the arguments that a command takes."""
        return {}

    def execute(self, command: str, arguments: "dict[str, Any]") -> "Awaitable[None] | None":
        """Carry out a checked command; an awaitable when the handler is an async function."""
        raise CommandFailed("nothing to execute")

    def apply(self, values: "Any") -> None:
        """Take over what its settings say: when they were read, and after each change."""

    def changed(self) -> None:
        """Have the present value sent soon: something changed without a command."""
        if self.reporter is not None:
            self.reporter.changed(self)


def after(pending: object, do: "Callable[[], None]") -> "Awaitable[None] | None":
    """Call `do` when a handler has succeeded: at once, or when what it returned has been awaited."""
    if is_awaitable(pending):
        return _later(pending, do)
    do()
    return None


async def _later(pending: "Any", do: "Callable[[], None]") -> None:
    await pending
    do()


def is_awaitable(value: object) -> bool:
    """Tell whether a handler was an async function (a generator on MicroPython)."""
    return hasattr(value, "send") or hasattr(value, "__await__")
