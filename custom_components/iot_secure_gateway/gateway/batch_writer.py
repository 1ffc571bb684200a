"""A thread that writes what the event loop puts: from a bounded queue, in batches, without anybody waiting."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from queue import Empty, SimpleQueue
import threading
import time
from typing import Final, NamedTuple, override

MAX_BATCH: Final = 500  # things of one transaction
LINGER_S: Final = 0.2  # how long a first thing waits for others, to share one write to the disk
RETRY_S: Final = 5.0  # between attempts to reach a database that is down


class _Flush(NamedTuple):
    done: Callable[[], None]


class _Stop(NamedTuple):
    pass


class BatchWriter[T](threading.Thread, ABC):
    """Started once, stopped once; says what to do with a batch, and when there is something due."""

    def __init__(self, name: str, max_queued: int) -> None:
        """`max_queued`: things that may wait; further ones are counted and lost."""
        super().__init__(name=f"iot_secure_gateway {name}", daemon=True)
        self._max_queued = max_queued
        self._queue: SimpleQueue[T | _Flush | _Stop] = SimpleQueue()

    # --- from other threads --------------------------------------------------------------------------
    def put(self, item: T) -> None:
        """Have something written, soon. Called from one thread; never waits, never raises."""
        if self._queue.qsize() >= self._max_queued:
            self._lose(item)
        else:
            self._queue.put(item)

    def flush(self, done: Callable[[], None]) -> None:
        """Call `done` (in this thread) when all that was put so far is on the disk, or found no way there."""
        self._queue.put(_Flush(done))

    def finish(self) -> None:
        """Write what was put so far, and end."""
        self._queue.put(_Stop())

    @abstractmethod
    def _lose(self, item: T) -> None:
        """Count something for which there is no room; in the thread that puts."""

    # --- this thread ---------------------------------------------------------------------------------
    @abstractmethod
    def _write(self, batch: list[T], *, is_awaited: bool, is_last: bool) -> None:
        """Write a batch, which may be empty, and do what is due; somebody may wait, or it may be the end."""

    @abstractmethod
    def _next_due(self) -> float | None:
        """Return the monotonic time at which there is something to do without a batch, if there is."""

    @abstractmethod
    def _end(self) -> None:
        """Let go of everything."""

    @override
    def run(self) -> None:
        """Write until `finish`."""
        is_last = False
        while not is_last:
            batch, flush, is_last = self._gather()
            self._write(batch, is_awaited=flush is not None or is_last, is_last=is_last)
            if flush is not None:
                flush.done()
        self._end()

    def _gather(self) -> tuple[list[T], _Flush | None, bool]:
        """Wait for something to do; return a batch, and what came behind it."""
        until = self._next_due()
        batch: list[T] = []
        while len(batch) < MAX_BATCH:
            try:
                wait = None if until is None else max(0.0, until - time.monotonic())
                found = self._queue.get(timeout=wait)
            except Empty:
                break
            if isinstance(found, _Flush):
                return batch, found, False
            if isinstance(found, _Stop):
                return batch, None, True
            if not batch:
                until = time.monotonic() + LINGER_S
            batch.append(found)
        return batch, None, False
