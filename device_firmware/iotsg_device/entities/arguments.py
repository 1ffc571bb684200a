"""What an argument or a setting may be: parsed from the wire, refused with a short reason.

The plain ones are in a file of their own: a board that looks at its settings loads those alone.
"""

from .plain_arguments import MAX_NUMBER, MAX_OPTION, MAX_OPTIONS, Argument, Choice, Flag, Whole

__all__ = (
    "MAX_NUMBER",
    "MAX_OPTION",
    "MAX_OPTIONS",
    "MAX_TEXT",
    "Argument",
    "Choice",
    "Colour",
    "Decimal",
    "Flag",
    "Text",
    "Whole",
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_TEXT = 255  # characters of a text value
_MAX_DIGITS = 24  # characters of a decimal on the wire
_HEX = "0123456789abcdef"


class Decimal(Argument):
    """A number from `low` to `high`, on the wire as text with `digits` places."""

    type = "decimal"

    def __init__(self, low: float, high: float, step: float = 0.1, digits: int = 1) -> None:
        if not -MAX_NUMBER <= low <= high <= MAX_NUMBER or not 0 < step <= MAX_NUMBER:
            raise ValueError("a range goes from low to high")
        if not 0 <= digits <= 6:
            raise ValueError("digits must be 0 to 6")
        self.low = low
        self.high = high
        self.step = step
        self._format = "{:." + str(digits) + "f}"

    def parse(self, wire: object) -> float:
        """Return it; a whole number is taken as well as a text."""
        if wire is True or wire is False or not isinstance(wire, (str, int)):
            raise ValueError("must be a number")
        if isinstance(wire, str) and (
            not wire or len(wire) > _MAX_DIGITS or wire.strip("0123456789.-")
        ):
            raise ValueError("must be a number")  # no exponents, no inf, no spaces
        try:
            value = float(wire)
        except ValueError:  # two points, a sign within: its text would quote the peer
            value = float("nan")
        if not self.low <= value <= self.high:
            raise ValueError("must be {} to {}".format(self.text(self.low), self.text(self.high)))
        return value

    def text(self, value: "Any") -> "str | None":
        """Return it with its digits; None for what is no number."""
        value = float(value)
        if not float("-inf") < value < float("inf"):
            return None
        return self._format.format(value)

    def limits(self) -> "list[Any]":
        """Return low, high, step."""
        return [self.text(self.low), self.text(self.high), self.text(self.step)]


class Text(Argument):
    """A text of `low` to `high` characters."""

    type = "text"

    def __init__(self, low: int = 0, high: int = MAX_TEXT) -> None:
        if not 0 <= low <= high <= MAX_TEXT:
            raise ValueError("a text has at most {} characters".format(MAX_TEXT))
        self.low = low
        self.high = high

    def parse(self, wire: object) -> str:
        """Return it."""
        if not isinstance(wire, str) or not self.low <= len(wire) <= self.high:
            raise ValueError("must be a text of {} to {} characters".format(self.low, self.high))
        return wire

    def text(self, value: object) -> str:
        """Return it, capped."""
        return str(value)[: self.high]

    def limits(self) -> "list[Any]":
        """Return the shortest and the longest length."""
        return [self.low, self.high, 1]


class Colour(Argument):
    """Red, green and blue, each 0 to 255; on the wire six hex digits."""

    type = "colour"

    def parse(self, wire: object) -> "tuple[int, int, int]":
        """Return it."""
        if not isinstance(wire, str) or len(wire) != 6 or wire.strip(_HEX):
            raise ValueError("must be six hex digits")
        return int(wire[:2], 16), int(wire[2:4], 16), int(wire[4:], 16)

    def text(self, value: "Any") -> str:
        """Return six hex digits."""
        return "{:02x}{:02x}{:02x}".format(*[min(max(int(part), 0), 255) for part in value])
