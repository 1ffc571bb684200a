"""How one of the gateway's databases does: reached or not, how much is in it, when something was written last.

To count lines may take a moment, so that is done in a thread and at most once in a while.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
import time
from typing import Final

from sqlalchemy.engine import URL

from .batch_writer import BatchWriter
from .database import DATABASE_ERRORS, is_file, name_of

COUNT_EVERY_S: Final = 60.0  # a million lines take a tenth of a second
SQLITE_FILES: Final = ("", "-wal", "-shm")  # endings of the files of one database


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What is told of a database; nothing of it is secret."""

    name: str  # without its login
    is_file: bool  # of SQLite; else a PostgreSQL
    is_reached: bool
    lines: int | None  # None: not known
    size: int | None  # bytes on this host's disk; None where they are elsewhere
    written_at: float | None  # Unix time; None: nothing yet in this run


class Gauge:
    """Looks how much is in a database, and remembers that for a while."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Nothing is known yet."""
        self._monotonic = monotonic
        self._looked_at = float("-inf")
        self._of = ""
        self._lines: int | None = None

    async def condition[T](
        self, url: URL, writer: BatchWriter[T] | None, count: Callable[[], int]
    ) -> Condition:
        """Return how a database does. `count` is called in a thread and may raise DATABASE_ERRORS."""
        name, now = name_of(url), self._monotonic()
        loop = asyncio.get_running_loop()
        is_reached = writer is not None and not writer.is_down
        if is_reached and (self._of != name or now >= self._looked_at + COUNT_EVERY_S):
            self._of, self._looked_at = name, now
            try:
                self._lines = await loop.run_in_executor(None, count)
            except DATABASE_ERRORS:  # the text of an error may hold the URL
                self._lines = None
        size = await loop.run_in_executor(None, size_of, url) if is_file(url) else None
        return Condition(
            name=name,
            is_file=is_file(url),
            is_reached=is_reached,
            lines=self._lines if self._of == name else None,
            size=size,
            written_at=None if writer is None else writer.written_at,
        )


def size_of(url: URL) -> int:
    """Return the bytes of a database's files."""
    found = 0
    for ending in SQLITE_FILES:
        try:
            found += Path(f"{url.database}{ending}").stat().st_size
        except OSError:  # not there, or no longer
            continue
    return found
