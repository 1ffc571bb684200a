"""A millisecond clock that never goes back and never wraps, on every interpreter."""

import time

if hasattr(time, "monotonic_ns"):

    class Clock:
        """`clock()` is milliseconds since an arbitrary start."""

        def __call__(self) -> int:
            """Return the time in ms."""
            return time.monotonic_ns() // 1000000

else:

    class Clock:  # type: ignore[no-redef]
        """`clock()` is milliseconds since start; call it at least once in six days (ticks wrap)."""

        def __init__(self) -> None:
            self._last = time.ticks_ms()
            self._total = 0

        def __call__(self) -> int:
            """Return the time in ms."""
            now = time.ticks_ms()
            self._total += time.ticks_diff(now, self._last)
            self._last = now
            return self._total
