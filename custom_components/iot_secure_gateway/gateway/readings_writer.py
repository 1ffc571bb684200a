"""The thread that writes readings. While the database is down they wait in memory; what finds no room is counted.

How many were lost is written among the readings of that device once the database is back, and told.
"""

from collections import Counter, deque
from collections.abc import Callable
import logging
import time
from typing import Final, NamedTuple, override

from .audit_writer import DAY_S, Trouble
from .batch_writer import MAX_BATCH, RETRY_S, BatchWriter
from .database import DATABASE_ERRORS
from .readings import Reading
from .readings_database import ReadingsDatabase

_LOGGER = logging.getLogger(__name__)

MAX_QUEUED: Final = 20_000  # readings of all devices, some 10 MB
MAX_WAITING: Final = 20_000  # the same, while the database is down
TELL_EVERY_S: Final = 10.0  # between reports of losses
TIDY_EVERY_S: Final = 3600.0  # between looks at what is too old
TIDY_EVERY: Final = 10_000  # readings
REMOVE_AT_ONCE: Final = 2000  # readings of one transaction


class Retention(NamedTuple):
    """What is kept."""

    max_age_s: float = 30 * DAY_S
    max_readings: int = 1_000_000  # of all devices; some 300 MB


class Forget(NamedTuple):
    """Everything about a device is to go."""

    serial: str


type Item = Reading | Forget


class ReadingsWriter(BatchWriter[Item]):
    """Started once, stopped once."""

    def __init__(
        self,
        database: ReadingsDatabase,
        *,
        report: Callable[[Trouble], None],
        unix_time: Callable[[], float],
        retention: Retention,
        max_queued: int = MAX_QUEUED,
        max_waiting: int = MAX_WAITING,
    ) -> None:
        """`report` is called in this thread."""
        super().__init__("readings", max_queued)
        self._database = database
        self._report = report
        self._unix_time = unix_time
        self.retention = retention
        self._max_waiting = max_waiting
        self._waiting: deque[Item] = deque()
        self._lost: Counter[tuple[str, str]] = Counter()  # by serial and owner, by who puts
        self._dropped: Counter[tuple[str, str]] = Counter()  # the same, by this thread
        self._lost_told: Counter[tuple[str, str]] = Counter()  # what of both was written
        self._was_reported = False
        self._retry_at = 0.0
        self._tell_at = 0.0
        self._tidy_at = 0.0
        self._untidied = 0

    # --- from other threads --------------------------------------------------------------------------
    def lose(self, reading: Reading) -> None:
        """Count a reading that is not to be written. Called by the thread that puts."""
        self._lost[reading.serial, reading.owner] += 1

    def forget(self, serial: str) -> None:
        """Have everything about a device removed; there is always room for that."""
        self.insist(Forget(serial))

    @override
    def _lose(self, item: Item) -> None:
        if isinstance(item, Reading):
            self.lose(item)

    # --- this thread ---------------------------------------------------------------------------------
    @override
    def _write(self, batch: list[Item], *, is_awaited: bool, is_last: bool) -> None:
        for item in batch:
            if isinstance(item, Reading) and len(self._waiting) >= self._max_waiting:
                self._dropped[item.serial, item.owner] += 1
            else:
                self._waiting.append(item)
        if self.is_down and (is_awaited or time.monotonic() >= self._retry_at):
            self._open()
        if not self.is_down:
            try:
                self._write_waiting()
                if is_awaited or time.monotonic() >= self._tell_at:
                    self._tell_losses()
                if time.monotonic() >= self._tidy_at or self._untidied >= TIDY_EVERY:
                    self._tidy()
            except DATABASE_ERRORS as error:
                self._go_down(error)
        if is_last and self._waiting:
            _LOGGER.warning(
                "The database of readings was not reached before the stop: %d readings are lost",
                len(self._waiting),
            )

    @override
    def _next_due(self) -> float | None:
        if self.is_down:
            return self._retry_at
        return min(self._tidy_at, self._tell_at) if self._untold() else self._tidy_at

    @override
    def _end(self) -> None:
        self._database.close()

    def _open(self) -> None:
        try:
            self._database.open()
        except DATABASE_ERRORS as error:
            self._go_down(error)
            return
        self.is_down = False
        if self._was_reported:
            self._was_reported = False
            self._report(Trouble("database_back"))

    def _go_down(self, error: Exception) -> None:
        # The text of an error may hold what was to be written, or the database's URL.
        _LOGGER.debug("Database of readings: %s", type(error).__name__)
        self._database.close()
        self.is_down = True
        self._retry_at = time.monotonic() + RETRY_S
        try:
            is_aside = self._database.set_aside(error)
        except OSError:
            is_aside = False
        if is_aside:
            self._report(Trouble("database_damaged"))
            self._retry_at = 0.0
        elif not self._was_reported:
            self._was_reported = True
            self._report(Trouble("database_down"))

    def _write_waiting(self) -> None:
        while self._waiting:
            part: list[Reading] = []
            for item in self._waiting:
                if not isinstance(item, Reading) or len(part) >= MAX_BATCH:
                    break
                part.append(item)
            if part:
                self._database.append(part)
                self.written_at = self._unix_time()
            elif isinstance(first := self._waiting[0], Forget):
                self._database.forget(first.serial)
            for _ in range(len(part) or 1):
                self._waiting.popleft()
            self._untidied += len(part)

    def _untold(self) -> Counter[tuple[str, str]]:
        return Counter(dict(self._lost)) + self._dropped - self._lost_told

    def _tell_losses(self) -> None:
        self._tell_at = time.monotonic() + TELL_EVERY_S
        if not (untold := self._untold()):
            return
        now_us = int(self._unix_time() * 1_000_000)
        self._database.append(
            Reading(now_us, now_us, serial, owner, lost=lost)
            for (serial, owner), lost in untold.items()
        )
        self._lost_told += untold
        self._report(Trouble("readings_lost", untold.total()))

    def _tidy(self) -> None:
        """Remove what is too old, then what is too much: of the device with the most of it."""
        self._tidy_at = time.monotonic() + TIDY_EVERY_S
        self._untidied = 0
        too_old_us = int((self._unix_time() - self.retention.max_age_s) * 1_000_000)
        while self._database.remove_older(too_old_us, REMOVE_AT_ONCE) == REMOVE_AT_ONCE:
            pass
        counts = self._database.counts()
        while (over := counts.total() - self.retention.max_readings) > 0:
            ((serial, _),) = counts.most_common(1)
            gone = self._database.remove_oldest(serial, min(over, REMOVE_AT_ONCE))
            if not gone:
                break
            counts[serial] -= gone
