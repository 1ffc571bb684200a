"""A thread that writes what the event loop puts: in batches, without anybody waiting, and rarely woken.

    nothing to do --first thing--> lingering --0.2 s, a full batch, or somebody waits--> writing --> ...

Whatever is put while the thread lingers or writes only goes into a list: to wake a thread for each thing
costs the loop more than all the rest.
"""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from queue import Empty, SimpleQueue
import threading
import time
from typing import Final, NamedTuple, override

MAX_BATCH: Final = 1000  # things of one transaction, which waits for the disk once
LINGER_S: Final = 0.2  # how long a first thing waits for others, to share one write to the disk
RETRY_S: Final = 5.0  # between attempts to reach a database that is down


class _Wake(NamedTuple):
    pass


class _Flush(NamedTuple):
    done: Callable[[], None]


class _Stop(NamedTuple):
    pass


type _Call = _Wake | _Flush | _Stop


class BatchWriter[T](threading.Thread, ABC):
    """Started once, stopped once; says what to do with a batch, and when there is something due."""

    def __init__(self, name: str, max_queued: int) -> None:
        """`max_queued`: things that may wait; further ones are counted and lost."""
        super().__init__(name=f"iot_secure_gateway {name}", daemon=True)
        self._max_queued = max_queued
        self._items: deque[T] = deque()
        self._calls: SimpleQueue[_Call] = SimpleQueue()
        self.written_at: float | None = (
            None  # Unix time of the last batch in the database, of this run
        )
        self.is_down = True  # the database is not reached, or not yet
        self._is_called = False  # the thread is awake, or about to be

    # --- from other threads --------------------------------------------------------------------------
    def put(self, item: T) -> None:
        """Have something written, soon. Called from one thread; never waits, never raises."""
        if len(self._items) >= self._max_queued:
            self._lose(item)
        else:
            self.insist(item)

    def insist(self, item: T) -> None:
        """Put something for which there has to be room; there must be few of that."""
        self._items.append(item)
        if not self._is_called or len(self._items) == MAX_BATCH:
            self._is_called = True
            self._calls.put(_Wake())

    def flush(self, done: Callable[[], None]) -> None:
        """Call `done` (in this thread) when all that was put so far is on the disk, or found no way there."""
        self._calls.put(_Flush(done))

    def finish(self) -> None:
        """Write what was put so far, and end."""
        self._calls.put(_Stop())

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
            calls = self._listen()
            is_last = any(isinstance(call, _Stop) for call in calls)
            flushes = [call for call in calls if isinstance(call, _Flush)]
            self._is_called = False  # what is put from here on calls anew, if it is not taken here
            left = len(self._items)
            while True:
                batch = [self._items.popleft() for _ in range(min(left, MAX_BATCH))]
                left -= len(batch)
                self._write(
                    batch, is_awaited=bool(flushes) or is_last, is_last=is_last and not left
                )
                if not left:
                    break
            for flush in flushes:
                flush.done()
        self._end()

    def _listen(self) -> list[_Call]:
        """Wait for something to do; return what was asked for."""
        calls: list[_Call] = []
        until = self._next_due()
        while True:
            wait = None if until is None else max(0.0, until - time.monotonic())
            try:
                call = self._calls.get(timeout=wait)
            except Empty:
                return calls
            calls.append(call)
            if not isinstance(call, _Wake) or len(self._items) >= MAX_BATCH:
                return calls
            if len(calls) == 1:
                until = time.monotonic() + LINGER_S
