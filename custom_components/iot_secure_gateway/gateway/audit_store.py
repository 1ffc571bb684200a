"""The record as the event loop sees it: lines go in without waiting, pages come out of threads."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
import logging
from pathlib import Path
import secrets
import time
from typing import Final, NamedTuple, Protocol, override

from ..policy.audit import KEY_SIZE, AuditLine, Fault, FaultKind, Head, verify
from .audit_database import DATABASE_ERRORS, AuditDatabase, Cursor, Filter, Scope
from .audit_spool import AuditSpool
from .audit_writer import AuditWriter, Retention, Trouble
from .errors import GatewayError

_LOGGER = logging.getLogger(__name__)

STOP_S: Final = 30.0  # how long a stop waits for what is not written yet
_ATTEMPTS: Final = 3  # to verify while old lines are being removed


class AuditUnavailable(GatewayError):
    """The database of the record does not answer; lines wait on the disk meanwhile."""

    code = "audit_unavailable"


class VerificationUnderWay(GatewayError):
    """The record is being verified already."""

    code = "audit_verification_under_way"


class SealState(NamedTuple):
    """What is kept apart from the record: the key of its seals, and the last sealed head."""

    key: bytes
    head: Head | None = None

    @override
    def __repr__(self) -> str:
        return "SealState(key=<secret>)"


class SealStore(Protocol):
    """A private store."""

    async def load(self) -> SealState | None:
        """Return what was saved last."""

    async def save(self, state: SealState) -> None:
        """Replace it, durably."""


class MemorySealStore:
    """Forgets everything at exit."""

    def __init__(self, state: SealState | None = None) -> None:
        self.state = state

    async def load(self) -> SealState | None:
        """Return what was saved last."""
        return self.state

    async def save(self, state: SealState) -> None:
        """Replace it."""
        self.state = state


class Verification(NamedTuple):
    """What a verification found."""

    lines: int  # looked at
    faults: tuple[Fault, ...]


class AuditStore:
    """The record of one gateway, from `start` to `stop`."""

    def __init__(
        self,
        url: str,
        spool: Path,
        gateway_id: bytes,
        seals: SealStore,
        *,
        report: Callable[[Trouble], None],
        unix_time: Callable[[], float] = time.time,
        retention: Retention | None = None,
    ) -> None:
        """`url` of the database (SQLAlchemy); `report` is called in the event loop."""
        self._database = AuditDatabase(url, gateway_id)
        self._spool = AuditSpool(spool)
        self._seals = seals
        self._report = report
        self._unix_time = unix_time
        self._retention = retention or Retention()
        self._state = SealState(b"")
        self._writer: AuditWriter | None = None
        self._saving: asyncio.Task[None] | None = None
        self._unsaved: Head | None = None
        self._loop: asyncio.AbstractEventLoop
        self._progress: tuple[int, int] | None = None

    async def start(self) -> None:
        """Begin to write. A database that does not answer delays nothing: lines wait on the disk."""
        self._loop = asyncio.get_running_loop()
        state = await self._seals.load()
        if state is None:
            state = SealState(secrets.token_bytes(KEY_SIZE))
            await self._seals.save(state)
        self._state = state
        self._writer = AuditWriter(
            self._database,
            self._spool,
            key=state.key,
            anchor=state.head,
            on_sealed=lambda head: self._call(partial(self._on_sealed, head)),
            report=lambda trouble: self._call(partial(self._report, trouble)),
            unix_time=self._unix_time,
            retention=self._retention,
        )
        self._writer.start()

    def put(self, line: AuditLine) -> None:
        """Have a line written, soon; never waits. Before `start` and after `stop` there is no record."""
        if self._writer is not None:
            self._writer.put(line)

    async def flush(self) -> None:
        """Return when all lines put so far are on the disk."""
        if self._writer is None:
            return
        done = asyncio.Event()
        self._writer.flush(lambda: self._call(done.set))
        await done.wait()

    async def stop(self) -> None:
        """Write and seal what was put so far, then end the thread."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        writer.finish()
        await self._loop.run_in_executor(None, writer.join, STOP_S)
        await asyncio.sleep(0)  # what the thread said last has its turn
        while self._saving is not None:
            await asyncio.wait((self._saving,))

    # --- reading -------------------------------------------------------------------------------------
    async def page(
        self, scope: Scope, wanted: Filter, cursor: Cursor | None, limit: int
    ) -> list[tuple[int, AuditLine]]:
        """Return lines, the newest first; see AuditDatabase. Raises AuditUnavailable."""
        await self.flush()
        return await self._read(partial(self._database.page, scope, wanted, cursor, limit))

    @property
    def progress(self) -> tuple[int, int] | None:
        """How many lines of how many the running verification has looked at; None when none runs."""
        return self._progress

    async def verify(self) -> Verification:
        """Look at every line. Raises VerificationUnderWay, AuditUnavailable."""
        if self._progress is not None:
            raise VerificationUnderWay
        self._progress = (0, 0)
        try:
            await self.flush()
            return await self._read(partial(self._verify, self._state))
        finally:
            self._progress = None

    def _verify(self, state: SealState) -> Verification:
        """In a thread."""
        total = self._database.count()
        faults: tuple[Fault, ...] = ()
        for _ in range(_ATTEMPTS):
            start, seals = self._database.seals()
            if start is None:
                return Verification(total, (Fault(FaultKind.BAD_SEAL, 0, 0),))

            def note(count: int) -> None:
                self._progress = (count, max(count, total))

            faults = verify(state.key, start, seals, self._database.rows(note), state.head)
            if not faults or self._database.seals()[0] == start:
                break  # else old lines were removed meanwhile
        return Verification(total, faults)

    async def _read[T](self, read: Callable[[], T]) -> T:
        try:
            return await self._loop.run_in_executor(None, read)
        except DATABASE_ERRORS as error:
            # The text of an error may hold the database's URL.
            _LOGGER.debug("Database of the record: %s", type(error).__name__)
            raise AuditUnavailable from None

    # --- what the thread tells -----------------------------------------------------------------------
    def _call(self, work: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(work)

    def _on_sealed(self, head: Head) -> None:
        self._state = self._state._replace(head=head)
        self._unsaved = head
        if self._saving is None:
            self._saving = self._loop.create_task(self._save())

    async def _save(self) -> None:
        """Note the newest head apart; while one is being saved later ones wait, and only the last counts."""
        try:
            while self._unsaved is not None:
                self._unsaved = None
                await self._seals.save(self._state)
        except Exception:  # border of a task: the next seal tries again
            _LOGGER.exception("The head of the record could not be noted")
        finally:
            self._saving = None
