"""Values of devices, read as what an entity shows: of the right form and within bounds, else None."""

from collections.abc import Callable, Iterable
import math
import re

from .gateway.description import Value

type Reading[T] = Callable[[Value], T | None]

PERCENT = 100
LARGEST = 1e9  # either side of zero: the widest range that a device may declare
_DECIMAL = re.compile(r"-?[0-9]{1,10}(\.[0-9]{1,12})?")
_COLOUR = re.compile(r"[0-9a-f]{6}")


def flag(value: Value) -> bool | None:
    """Read true or false."""
    return value if isinstance(value, bool) else None


def colour(value: Value) -> tuple[int, int, int] | None:
    """Read six hex digits as red, green and blue."""
    if not isinstance(value, str) or not _COLOUR.fullmatch(value):
        return None
    red, green, blue = bytes.fromhex(value)
    return red, green, blue


def whole(low: float, high: float) -> Reading[int]:
    """Read a whole number from `low` to `high`."""

    def read(value: Value) -> int | None:
        return value if type(value) is int and low <= value <= high else None

    return read


def number(low: float = -LARGEST, high: float = LARGEST) -> Reading[float]:
    """Read a whole number, or a decimal sent as text, from `low` to `high`."""

    def read(value: Value) -> float | None:
        if isinstance(value, str):
            told = float(value) if _DECIMAL.fullmatch(value) else math.nan
        else:
            told = float(value) if type(value) is int else math.nan
        return told if low <= told <= high else None

    return read


def text(shortest: int, longest: int) -> Reading[str]:
    """Read a text of so many characters."""

    def read(value: Value) -> str | None:
        return value if isinstance(value, str) and shortest <= len(value) <= longest else None

    return read


def choice[T: str](options: Iterable[T]) -> Reading[T]:
    """Read one of these texts."""
    known = {str(option): option for option in options}

    def read(value: Value) -> T | None:
        return known.get(value) if isinstance(value, str) else None

    return read


def decimal(value: float) -> str:
    """Write a number as devices take it: decimal text, without needless digits."""
    return f"{value:.6f}".rstrip("0").rstrip(".")
