"""Commands that wait for their turn at one device: bounded, expiring, first come first served.

One session is open per device at a time, so this is where commands meet. Nothing here survives a
restart. Entries whose caller went away are skipped when their turn comes.
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from typing import NamedTuple

from ..policy.actors import Actor
from .errors import QueueFull
from .results import CommandResult

MAX_WAITING = 32  # per device: at two seconds a command, the last would wait a minute
WAIT_S = 10.0  # a command older than that is no longer what its giver wants


class Waiting(NamedTuple):
    """A command that waits, with all that is needed to judge it again at delivery."""

    actor: Actor
    command: str
    entity: str | None
    arguments: Mapping[str, object]
    expires_at: float  # loop time, seconds
    answer: asyncio.Future[CommandResult]
    spent: int | None = None  # number of the row that a use was taken of


class CommandQueue:
    """The commands that wait for one device."""

    def __init__(self, max_waiting: int = MAX_WAITING) -> None:
        """Hold at most `max_waiting` commands."""
        self._max_waiting = max_waiting
        self._entries: deque[Waiting] = deque()

    def __len__(self) -> int:
        return len(self._entries)

    def __bool__(self) -> bool:
        return bool(self._entries)

    def put(self, entry: Waiting) -> None:
        """Add a command at the end. Raises QueueFull."""
        if len(self._entries) >= self._max_waiting:
            self._entries = deque(kept for kept in self._entries if not kept.answer.done())
            if len(self._entries) >= self._max_waiting:
                raise QueueFull
        self._entries.append(entry)

    def take(self) -> Waiting | None:
        """Return the first command whose caller still waits, or None."""
        while self._entries:
            entry = self._entries.popleft()
            if not entry.answer.done():
                return entry
        return None

    def expire(self, now: float) -> list[Waiting]:
        """Take out and return what has waited too long."""
        expired: list[Waiting] = []
        # Every entry may wait equally long, so the oldest is always first.
        while self._entries and self._entries[0].expires_at <= now:
            expired.append(self._entries.popleft())
        return [entry for entry in expired if not entry.answer.done()]

    def next_expiry(self) -> float | None:
        """Return when `expire` will have something to do (loop time), or None."""
        return self._entries[0].expires_at if self._entries else None
