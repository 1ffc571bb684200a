"""Arguments and settings that the library itself needs: flags, whole numbers, choices.

`parse(wire)` gives the value or raises ValueError(reason); `text(value)` gives what goes onto the
wire: whole numbers, true and false as they are, decimals and all else as text.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_OPTIONS = 32
MAX_OPTION = 32  # characters of one option
MAX_NUMBER = 1000000000  # either side of zero: what a float of a board still tells apart in units


class Argument:
    """One argument; any of the kinds below."""

    type = ""

    def parse(self, wire: object) -> "Any":
        """Return the value. Raises ValueError with a short reason."""
        raise NotImplementedError

    def text(self, value: "Any") -> object:
        """Return what stands for the value on the wire."""
        return value

    def limits(self) -> "list[Any] | None":
        """Return [low, high, step] for a description, None for what has no range."""
        return None


class Flag(Argument):
    """True or false."""

    type = "flag"

    def parse(self, wire: object) -> bool:
        """Return it."""
        if wire is not True and wire is not False:
            raise ValueError("must be true or false")
        return wire

    def text(self, value: object) -> bool:
        """Return it as true or false."""
        return bool(value)


class Whole(Argument):
    """A whole number from `low` to `high`."""

    type = "whole"

    def __init__(self, low: int, high: int, step: int = 1) -> None:
        if not -MAX_NUMBER <= low <= high <= MAX_NUMBER or step < 1:
            raise ValueError("a range goes from low to high")
        self.low = low
        self.high = high
        self.step = step

    def parse(self, wire: object) -> int:
        """Return it."""
        if not isinstance(wire, int) or wire is True or wire is False:
            raise ValueError("must be a whole number")
        if not self.low <= wire <= self.high:
            raise ValueError("must be {} to {}".format(self.low, self.high))
        return wire

    def text(self, value: "Any") -> int:
        """Return it, rounded."""
        return round(value)

    def limits(self) -> "list[Any]":
        """Return low, high, step."""
        return [self.low, self.high, self.step]


class Choice(Argument):
    """One of some texts."""

    type = "choice"

    def __init__(self, options: "tuple[str, ...] | list[str]") -> None:
        if not 1 <= len(options) <= MAX_OPTIONS:
            raise ValueError("there are 1 to {} options".format(MAX_OPTIONS))
        for option in options:
            if not 1 <= len(option) <= MAX_OPTION:
                raise ValueError("an option has 1 to {} characters".format(MAX_OPTION))
        self.options = list(options)

    def parse(self, wire: object) -> str:
        """Return it."""
        if not isinstance(wire, str) or wire not in self.options:
            raise ValueError("not one of the options")
        return wire
