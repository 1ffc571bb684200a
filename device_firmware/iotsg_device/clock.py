"""A millisecond clock that never goes back and never wraps, on every interpreter."""

import time

from .compat import IS_MICROPYTHON, ticks_diff, ticks_ms

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Clock:
    """`clock()` is milliseconds since it was made; call it at least once in six days (ticks wrap)."""

    def __init__(self) -> None:
        self._last = ticks_ms()
        self._total = 0

    def __call__(self) -> int:
        """Return the time in ms."""
        now = ticks_ms()
        self._total += ticks_diff(now, self._last)
        self._last = now
        return self._total


def monotonic_ms() -> int:
    """Return the time in ms since some start."""
    return time.monotonic_ns() // 1000000


def make_clock() -> "Callable[[], int]":
    """Return the clock for this interpreter."""
    return Clock() if IS_MICROPYTHON else monotonic_ms
