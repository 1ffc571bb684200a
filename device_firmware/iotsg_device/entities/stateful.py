"""Entities of several attributes: a command says which of them shall change, a handler does it.

`handler(changes)` gets a dict of the wanted attributes, for instance {"on": True, "brightness": 80};
when it has succeeded they are the entity's `state`. `update(...)` tells what changed by itself.
"""

from .entity import Entity, after

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from .arguments import Argument

_NOTHING: "dict[str, Argument]" = {}


class Stateful(Entity):
    """An entity with attributes; a kind declares them with `_has`, and its commands with `_takes`."""

    main = "on"  # the attribute that is the main value
    is_compound = True

    def __init__(
        self,
        key: str,
        name: str,
        handler: "Callable[[dict[str, Any]], Any] | None" = None,
        read: "Callable[[], dict[str, Any]] | None" = None,
        safe: "tuple[str, dict[str, Any]] | None" = None,
    ) -> None:
        super().__init__(key, name)
        self._handler = handler
        self._read_state = read
        self.safe = safe
        self.state: "dict[str, Any]" = {}
        self.features: "list[str]" = []
        self._attributes: "dict[str, Argument]" = {}
        self._commands: "dict[str, dict[str, Argument]]" = {}

    def describe(self) -> "dict[str, Any]":
        """Return the description: what it can, and within which limits."""
        out = super().describe()
        if self.features:
            out["features"] = sorted(self.features)
        ranges, options = {}, {}
        for name in self._attributes:
            attribute = self._attributes[name]
            limits = attribute.limits()
            if limits is not None:
                ranges[name] = limits
            elif attribute.type == "choice":
                options[name] = attribute.options  # type: ignore[attr-defined]
        if ranges:
            out["ranges"] = ranges
        if options:
            out["options"] = options
        return out

    def read(self) -> object:
        """Return the main value."""
        return self.values()[self.key]

    def values(self) -> "dict[str, Any]":
        """Return the main value and every attribute that is known."""
        if self._read_state is not None:
            self.state.update(self._read_state())
        out = {self.key: self._wire(self.main)}
        for name in self._attributes:
            if name != self.main and self.state.get(name) is not None:
                out[self.key + "." + name] = self._wire(name)
        return out

    def check(self, command: str, arguments: "dict[str, Any]") -> "str | None":
        """Return why the command is refused, or None."""
        refused = super().check(command, arguments)
        if refused is None and self._needs_argument(command) and not arguments:
            return "this command needs an argument"
        return refused

    def arguments(self, command: str) -> "dict[str, Argument]":
        """Return the arguments that a command takes."""
        return self._commands.get(command, _NOTHING)

    def execute(self, command: str, arguments: "dict[str, Any]") -> "Awaitable[None] | None":
        """Hand the wanted attributes to the handler; they are the state when it has succeeded."""
        known = self.arguments(command)
        changes = self._changes(command)
        for name in arguments:
            changes[name] = known[name].parse(arguments[name])
        self._complete(command, changes)
        pending = self._handler(changes) if self._handler is not None else None
        return after(pending, lambda: self._keep(changes))

    def update(self, **changes: "Any") -> None:
        """Take over what the thing did by itself, and have it told."""
        for name in changes:
            if name not in self._attributes:
                raise ValueError("no attribute " + name)
        self._keep(changes)
        self.changed()

    # --- for the kinds -----------------------------------------------------------------------------
    def _has(self, name: str, attribute: "Argument", value: object = None) -> "Argument":
        """Declare an attribute with its first value."""
        self._attributes[name] = attribute
        self.state[name] = value
        return attribute

    def _takes(self, command: str, *attributes: str) -> None:
        """Declare a command whose arguments are these attributes."""
        self._commands[command] = {name: self._attributes[name] for name in attributes}
        self.commands += (command,)

    def _changes(self, command: str) -> "dict[str, Any]":
        """Return what a command changes by its name alone."""
        return {}

    def _complete(self, command: str, changes: "dict[str, Any]") -> None:
        """Add what follows from the arguments."""

    def _keep(self, changes: "dict[str, Any]") -> None:
        """Take changes into the state: an attribute that the kind does not have is the handler's only."""
        for name in changes:
            if name in self._attributes:
                self.state[name] = changes[name]

    def _needs_argument(self, command: str) -> bool:
        return command.startswith("set") and bool(self._commands.get(command))

    def _wire(self, name: str) -> object:
        value = self.state.get(name)
        return None if value is None else self._attributes[name].text(value)


class OnOff(Stateful):
    """What is turned on, with or without arguments, and off."""

    def _changes(self, command: str) -> "dict[str, Any]":
        if command == "turn_on":
            return {"on": True}
        return {"on": False} if command == "turn_off" else {}
