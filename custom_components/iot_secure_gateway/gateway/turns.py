"""Turns: of one device one thing at a time - a claim from end to end, a new owner, the end of a binding.

Without them what was begun before the owner changed could end after it, and undo it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """One turn at a time for each serial, in the order in which they were asked for."""

    def __init__(self) -> None:
        """It is nobody's turn."""
        self._turns: dict[str, asyncio.Lock] = {}
        self._asked = 0

    @asynccontextmanager
    async def of(self, serial: str) -> AsyncIterator[None]:
        """Wait for the turn of a device, and hold it. Nothing is kept of serials that nobody asks for."""
        turn = self._turns.setdefault(serial, asyncio.Lock())
        self._asked += 1
        try:
            async with turn:
                yield
        finally:
            self._asked -= 1
            if self._asked == 0:
                self._turns.clear()
