"""What people set: number, select, text. The handler gets {"value": ...}."""

from .arguments import Choice, Decimal, Text
from .stateful import Stateful

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .arguments import Argument


class _Input(Stateful):
    """One value that the command `set` changes."""

    main = "value"
    is_compound = False

    def __init__(
        self,
        key: str,
        name: str,
        handler: "Callable[[dict[str, Any]], Any] | None",
        argument: "Argument",
        value: object,
    ) -> None:
        super().__init__(key, name, handler)
        self._has("value", argument, value)
        self._takes("set", "value")


class Number(_Input):
    """A number from `low` to `high` in steps."""

    kind = "number"

    def __init__(
        self,
        key: str,
        name: str,
        handler: "Callable[[dict[str, Any]], Any] | None" = None,
        low: float = 0,
        high: float = 100,
        step: float = 1,
        digits: int = 0,
        unit: "str | None" = None,
        device_class: "str | None" = None,
        value: "float | None" = None,
    ) -> None:
        super().__init__(key, name, handler, Decimal(low, high, step, digits), value)
        self.unit = unit
        self.device_class = device_class


class Select(_Input):
    """One of up to 32 options."""

    kind = "select"

    def __init__(
        self,
        key: str,
        name: str,
        options: "tuple[str, ...]",
        handler: "Callable[[dict[str, Any]], Any] | None" = None,
        value: "str | None" = None,
    ) -> None:
        super().__init__(key, name, handler, Choice(options), value)


class TextInput(_Input):
    """A text; kind "text"."""

    kind = "text"

    def __init__(
        self,
        key: str,
        name: str,
        handler: "Callable[[dict[str, Any]], Any] | None" = None,
        low: int = 0,
        high: int = 100,
        value: "str | None" = None,
    ) -> None:
        super().__init__(key, name, handler, Text(low, high), value)
