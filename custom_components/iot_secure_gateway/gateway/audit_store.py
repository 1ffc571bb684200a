"""The record as the event loop sees it: lines go in without waiting, pages come out of threads."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
import logging
from pathlib import Path
import secrets
import time
from typing import Final, NamedTuple, Protocol, override

from sqlalchemy import URL

from ..policy.audit import KEY_SIZE, AuditLine, Fault, FaultKind, Head, verify
from .audit_database import AuditDatabase
from .audit_pages import Cursor, Filter, Scope
from .audit_spool import AuditSpool
from .audit_writer import AuditWriter, Retention, Trouble
from .database import DATABASE_ERRORS, check, name_of, read_url
from .database_condition import Condition, Gauge
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
    """What is kept apart from the record: the key of its seals, the last sealed head, where it is written."""

    key: bytes
    head: Head | None = None
    url: str = ""  # of another database than the default one; may hold a password
    left: str = ""  # name of the database that was left, until the other one has a line

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
        default: URL,
        spool: Path,
        gateway_id: bytes,
        seals: SealStore,
        *,
        report: Callable[[Trouble], None],
        unix_time: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        retention: Retention | None = None,
    ) -> None:
        """`default`: the database, until another one is chosen; `report` is called in the event loop."""
        self._default = default
        self._gateway_id = gateway_id
        self._database = AuditDatabase(default, gateway_id)
        self._spool = AuditSpool(spool)
        self._seals = seals
        self._report = report
        self._unix_time = unix_time
        self._monotonic = monotonic
        self._retention = retention or Retention()
        self._state = SealState(b"")
        self._writer: AuditWriter | None = None
        self._saving: asyncio.Task[None] | None = None
        self._unsaved: Head | None = None
        self._loop: asyncio.AbstractEventLoop
        self._turn = asyncio.Lock()  # of moving and stopping
        self._progress: tuple[int, int] | None = None
        self._gauge = Gauge()

    @property
    def url(self) -> URL:
        """Where the record is written. May hold a password: never shown, `name_of` is for that."""
        return read_url(self._state.url) if self._state.url else self._default

    @property
    def is_elsewhere(self) -> bool:
        """Whether another database than the default one was chosen."""
        return bool(self._state.url)

    async def start(self) -> None:
        """Begin to write. A database that does not answer delays nothing: lines wait on the disk."""
        self._loop = asyncio.get_running_loop()
        state = await self._seals.load()
        if state is None:
            state = SealState(secrets.token_bytes(KEY_SIZE))
            await self._seals.save(state)
        self._state = state
        self._database = AuditDatabase(self.url, self._gateway_id)
        self._writer = self._writer_of(self._database)
        self._writer.begin(state.head, state.left)

    def _writer_of(self, database: AuditDatabase) -> AuditWriter:
        return AuditWriter(
            database,
            self._spool,
            key=self._state.key,
            on_sealed=lambda head: self._call(partial(self._on_sealed, database, head)),
            report=lambda trouble: self._call(partial(self._report, trouble)),
            unix_time=self._unix_time,
            monotonic=self._monotonic,
            retention=self._retention,
        )

    def put(self, line: AuditLine) -> None:
        """Have a line written, soon; never waits. Before `start` and after `stop` there is no record."""
        if self._writer is not None:
            self._writer.put(line)

    def keep(self, retention: Retention) -> None:
        """Keep more or less from now on."""
        self._retention = retention
        if self._writer is not None:
            self._writer.keep(retention)

    async def move(self, url: URL | None) -> None:
        """Go on in another database; None is the default one. The one so far is left as it is.

        The numbers and the chain go on: the first digest there covers the last one here, and a line in each
        says so. What waits on the disk comes into the new one. Raises GatewayError for a database that
        cannot be used, and what saving raises; then nothing has changed.
        """
        if url is not None:
            await self._loop.run_in_executor(None, check, url)
        async with self._turn:
            writer, database = self._writer, self._database
            wanted = url or self._default
            if writer is None:
                raise AuditUnavailable
            if wanted == self.url:
                return
            text = "" if url is None else url.render_as_string(hide_password=False)
            moved = self._state._replace(url=text, left=database.name)
            await self._seals.save(moved)
            self._state = moved
            self.put(
                AuditLine(
                    at_us=int(self._unix_time() * 1_000_000),
                    kind="record_moved",
                    principal="system",
                    detail=f"to {name_of(wanted)}",
                )
            )
            self._database = AuditDatabase(wanted, self._gateway_id)
            self._writer = self._writer_of(self._database)  # what comes now waits there
            writer.finish()
            await self._loop.run_in_executor(None, writer.join, STOP_S)
            head = database.head if database.head.number else moved.head
            self._state = moved._replace(head=head)
            self._writer.begin(head, database.name)

    async def flush(self) -> None:
        """Return when all lines put so far are on the disk."""
        if self._writer is None:
            return
        done = asyncio.Event()
        self._writer.flush(lambda: self._call(done.set))
        await done.wait()

    async def stop(self) -> None:
        """Write and seal what was put so far, then end the thread."""
        async with self._turn:
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

    async def owned_since(self, serials: Sequence[str]) -> dict[str, int]:
        """Return when (microseconds) devices came to their present owners. Raises AuditUnavailable."""
        await self.flush()
        return await self._read(partial(self._database.owned_since, serials))

    async def condition(self) -> Condition:
        """Return how the database does; what waits is not waited for."""
        return await self._gauge.condition(self.url, self._writer, self._database.count)

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
        database = self._database
        total = database.count()
        faults: tuple[Fault, ...] = ()
        for _ in range(_ATTEMPTS):
            start, seals = database.seals()
            if start is None:
                return Verification(total, (Fault(FaultKind.BAD_SEAL, 0, 0),))

            def note(count: int) -> None:
                self._progress = (count, max(count, total))

            faults = verify(state.key, start, seals, database.rows(note), state.head)
            if not faults or database.seals()[0] == start:
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

    def _on_sealed(self, database: AuditDatabase, head: Head) -> None:
        if database is not self._database:
            return  # it was left meanwhile
        self._state = self._state._replace(head=head, left="")
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
