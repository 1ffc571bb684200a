"""Waiting between two attempts: longer each time, never in step with others, cut short by hints."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

_FULL = 1 << 16


class Backoff:
    """Pauses that double from `first` to `last` seconds, each shortened by up to half at random."""

    def __init__(
        self, first: float, last: float, hint_interval: float, random: Callable[[int], bytes]
    ) -> None:
        """A hint may end a pause at most every `hint_interval` seconds."""
        self._first = first
        self._last = last
        self._hint_interval = hint_interval
        self._random = random
        self._next = first
        self._hinted = asyncio.Event()
        self._hinted_at: float | None = None

    def reset(self) -> None:
        """Start with the shortest pause again."""
        self._next = self._first

    def hint(self) -> bool:
        """End the pause now; False when hints come too often."""
        now = asyncio.get_running_loop().time()
        if self._hinted_at is not None and now < self._hinted_at + self._hint_interval:
            return False
        self._hinted_at = now
        self._hinted.set()
        return True

    async def pause(self) -> None:
        """Wait until it is time for the next attempt."""
        jitter = int.from_bytes(self._random(2)) / _FULL
        delay = self._next * (1 - jitter / 2)
        self._next = min(self._last, self._next * 2)
        with suppress(TimeoutError):
            async with asyncio.timeout(delay):
                await self._hinted.wait()
        self._hinted.clear()  # not before: a hint during the last attempt counts too
