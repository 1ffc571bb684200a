"""A millisecond clock that never goes back and never wraps, on every interpreter."""

from .compat import ticks_diff, ticks_ms


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
