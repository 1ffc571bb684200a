"""The one thread that writes the record: from a bounded queue into the database, or onto the disk beside it.

Nobody ever waits for it. What finds no room is counted, and the count is written and told. While the
database is down lines wait in a file; they come first when it is back.
"""

from collections.abc import Callable
from itertools import batched
import logging
import time
from typing import Final, NamedTuple, override

from ..policy.audit import AuditLine, Head, Verdict
from .audit_database import AuditDatabase
from .audit_spool import AuditSpool
from .batch_writer import MAX_BATCH, RETRY_S, BatchWriter
from .database import DATABASE_ERRORS, is_damage

_LOGGER = logging.getLogger(__name__)

MAX_QUEUED: Final = 20_000  # lines: a second at full speed, some 10 MB
SEAL_EVERY: Final = 1000  # lines
SEAL_WITHIN_S: Final = 300.0
TIDY_EVERY_S: Final = 3600.0  # between looks at what is too old
TIDY_EVERY_LINES: Final = 10_000
REMOVE_AT_ONCE: Final = 2000  # lines of one transaction
CLOCK_JUMP_S: Final = 60.0  # a clock that was set by more is a line
# A wrong clock makes everything look too old: nothing is removed by age until it went evenly so long.
STEADY_S: Final = 3600.0
ASIDE_EVERY_S: Final = 3600.0  # a disk that damages each file must not be filled with them

DAY_S: Final = 86_400
MEGABYTE: Final = 1_000_000


class Retention(NamedTuple):
    """What is kept."""

    max_age_s: float = 90 * DAY_S
    max_lines: int = 1_000_000
    max_bytes: int = 500 * MEGABYTE


class Trouble(NamedTuple):
    """What somebody should know.

    "database_down", "driver_missing", "database_back", "lines_lost", "record_gap", "record_damaged".
    """

    kind: str
    lines: int = 0  # that are lost or missing
    file: str = ""  # what the damaged database is called now


class AuditWriter(BatchWriter[AuditLine]):
    """Started once, stopped once."""

    def __init__(
        self,
        database: AuditDatabase,
        spool: AuditSpool,
        *,
        key: bytes,
        on_sealed: Callable[[Head], None],
        report: Callable[[Trouble], None],
        unix_time: Callable[[], float],
        monotonic: Callable[[], float],
        retention: Retention,
        max_queued: int = MAX_QUEUED,
    ) -> None:
        """`on_sealed` and `report` are called in this thread; `begin` starts it."""
        super().__init__("audit", max_queued)
        self._database = database
        self._spool = spool
        self._key = key
        self._anchor: Head | None = None
        self._left = ""
        self._on_sealed = on_sealed
        self._report = report
        self._unix_time = unix_time
        self._monotonic = monotonic
        self._retention = retention
        self._clock_offset = unix_time() - monotonic()
        self._steady_since = monotonic()
        self._aside_at = float("-inf")
        self._lost = 0  # counted by who puts
        self._dropped = 0  # lost by this thread: the disk is full
        self._lost_told = 0  # what of both was written
        self._was_reported = False
        self._retry_at = 0.0
        self._unsealed = 0
        self._seal_at = 0.0
        self._tidy_at = 0.0
        self._untidied = 0

    def begin(self, anchor: Head | None, left: str) -> None:
        """Start behind the head that was noted apart; `left`: name of the database that had the lines so far."""
        self._anchor = anchor
        self._left = left
        self.start()

    def keep(self, retention: Retention) -> None:
        """Keep more or less from now on; what is too much is removed soon."""
        self._retention = retention
        self._tidy_at = 0.0
        self.flush(lambda: None)  # wakes the thread

    @override
    def _lose(self, item: AuditLine) -> None:
        self._lost += 1

    # --- this thread ---------------------------------------------------------------------------------
    @override
    def _write(self, batch: list[AuditLine], *, is_awaited: bool, is_last: bool) -> None:
        if batch and not self._unsealed:
            self._seal_at = time.monotonic() + SEAL_WITHIN_S
        if self.is_down and (is_awaited or time.monotonic() >= self._retry_at):
            self._come_back()
        self._watch_clock(batch)
        lost = self._lost + self._dropped
        if lost > self._lost_told:
            batch.append(self._lost_line(lost - self._lost_told))
        if self._keep(batch):
            self._lost_told = lost
        else:
            self._dropped += len(batch) - (lost > self._lost_told)
        if not self.is_down:
            self._look_after(is_last)

    @override
    def _end(self) -> None:
        self._database.close()

    @override
    def _next_due(self) -> float | None:
        if self.is_down:
            return self._retry_at
        due = [self._tidy_at]
        if self._unsealed:
            due.append(self._seal_at)
        return min(due)

    def _line(self, kind: str, verdict: Verdict, detail: str = "") -> AuditLine:
        return AuditLine(
            at_us=int(self._unix_time() * 1_000_000),
            kind=kind,
            principal="system",
            verdict=verdict.value,
            detail=detail,
        )

    def _watch_clock(self, batch: list[AuditLine]) -> None:
        """Have a line written when the clock was set: times of lines before and behind it do not compare."""
        offset = self._unix_time() - self._monotonic()
        jumped_s = offset - self._clock_offset
        self._clock_offset = offset
        if abs(jumped_s) >= CLOCK_JUMP_S:
            self._steady_since = self._monotonic()
            batch.append(self._line("clock_set", Verdict.FAILED, f"{jumped_s:+.0f} s"))

    def _lost_line(self, count: int) -> AuditLine:
        self._report(Trouble("lines_lost", count))
        return self._line("lines_lost", Verdict.FAILED, str(count))

    def _keep(self, lines: list[AuditLine]) -> bool:
        """Write lines to the database, else to the spool; False when neither has room."""
        if not lines:
            return True
        if not self.is_down:
            try:
                self._append(lines)
            except DATABASE_ERRORS as error:
                self._go_down(error)
            else:
                return True
        try:
            return self._spool.write(lines)
        except OSError as error:
            _LOGGER.debug("Spool of the record: %s", type(error).__name__)
            return False

    def _append(
        self, lines: list[AuditLine], *, is_last: bool = False, mark: tuple[str, str] | None = None
    ) -> None:
        self._unsealed += len(lines)
        self._untidied += len(lines)
        is_sealed = self._unsealed > 0 and (
            is_last or self._unsealed >= SEAL_EVERY or time.monotonic() >= self._seal_at
        )
        self._database.append(lines, is_sealed=is_sealed, mark=mark)
        self.written_at = self._unix_time()
        if is_sealed:
            self._unsealed = 0
            self._anchor = self._database.head
            self._on_sealed(self._anchor)

    def _go_down(self, error: Exception) -> None:
        # The text of an error may hold what was to be written, or the database's URL.
        _LOGGER.debug("Database of the record: %s", type(error).__name__)
        self.is_down = True
        self._retry_at = time.monotonic() + RETRY_S
        self._database.close()
        if is_damage(error):
            self._set_aside()
        if not self._was_reported:
            self._was_reported = True
            is_missing = isinstance(error, ImportError)
            self._report(Trouble("driver_missing" if is_missing else "database_down"))

    def _set_aside(self) -> None:
        """Begin a new file: a damaged one does not heal, and what comes would find no room at last."""
        if time.monotonic() < self._aside_at + ASIDE_EVERY_S:
            return
        self._aside_at = time.monotonic()
        try:
            name = self._database.set_aside(f"damaged-{int(self._unix_time())}")
        except OSError as error:
            _LOGGER.debug("Damaged file of the record: %s", type(error).__name__)
            return
        self._retry_at = 0.0
        self._report(Trouble("record_damaged", file=name))

    def _come_back(self) -> None:
        """Open the database and write first what waits in the spool."""
        head = self._database.head  # of this run, later than what was noted apart
        if self._anchor is None or head.number > self._anchor.number:
            self._anchor = head
        try:
            missing = self._database.open(self._key, self._anchor, is_new=bool(self._left))
            self.is_down = False
            if self._left:
                line = self._line("record_moved", Verdict.OK, f"from {self._left}")
                self._append([line], is_last=True)
                self._left = ""
            if missing:
                self._append([self._line("record_gap", Verdict.FAILED, str(missing))], is_last=True)
                self._report(Trouble("record_gap", missing))
            if self._spool.is_there:
                self._catch_up()
        except DATABASE_ERRORS as error:
            self._go_down(error)
            return
        if self._was_reported:
            self._was_reported = False
            self._report(Trouble("database_back"))

    def _catch_up(self) -> None:
        spool_id = self._spool.id()
        noted_id, _, noted = (self._database.mark("spool") or "").partition(" ")
        done = int(noted) if noted_id == spool_id else 0  # an earlier run came this far
        unreadable = 0
        for part in batched(self._spool.lines(done), MAX_BATCH, strict=False):
            done += len(part)
            lines = [line for line in part if line is not None]
            unreadable += len(part) - len(lines)
            self._append(lines, mark=("spool", f"{spool_id} {done}"))
        verdict = Verdict.FAILED if unreadable else Verdict.OK
        detail = f"{done} lines waited, {unreadable} unreadable"
        self._append([self._line("caught_up", verdict, detail)], is_last=True)
        self._spool.remove()

    def _look_after(self, is_stopping: bool) -> None:
        """Seal what is due, remove what is too old."""
        try:
            if self._unsealed and (is_stopping or time.monotonic() >= self._seal_at):
                self._append([], is_last=True)
            if time.monotonic() >= self._tidy_at or self._untidied >= TIDY_EVERY_LINES:
                self._tidy_at = time.monotonic() + TIDY_EVERY_S
                self._untidied = 0
                self._remove_old()
        except DATABASE_ERRORS as error:
            self._go_down(error)

    def _remove_old(self) -> None:
        too_old_us = int((self._unix_time() - self._retention.max_age_s) * 1_000_000)
        is_steady = self._monotonic() - self._steady_since >= STEADY_S
        kept = min(
            self._retention.max_lines, self._retention.max_bytes // self._database.line_size()
        )
        removed = 0
        while (oldest := self._database.oldest()) is not None:
            end = oldest + REMOVE_AT_ONCE - 1
            last = min(self._database.head.number - kept, end)
            if is_steady:
                last = max(last, self._database.last_before(too_old_us, REMOVE_AT_ONCE))
            gone = self._database.remove_until(last)
            if not gone:
                break
            removed += gone
        if removed:
            self._append([self._line("lines_removed", Verdict.OK, str(removed))], is_last=True)
