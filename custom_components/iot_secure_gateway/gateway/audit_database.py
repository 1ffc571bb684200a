"""The record in a database: SQLite by default, any other that SQLAlchemy reaches by its URL.

Each gateway has tables of its own, named by its id, so several may share a database. One thread writes; others
read over connections of their own. Everything here blocks: it is called in threads only.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
import heapq
from itertools import batched
import os
from pathlib import Path
import sqlite3
import time
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    event,
    func,
    insert,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from ..policy.audit import (
    MAX_ARGUMENTS,
    MAX_LINE_TEXT,
    AuditLine,
    Head,
    Purpose,
    Row,
    Seal,
    Verdict,
    chained,
    genesis,
    sealed,
    tidy,
)

CHUNK: Final = 32  # lines between which a thread lets others run: a fraction of a millisecond
READ_CHUNK: Final = 256  # rows fetched at a time
MAX_PAGE: Final = 500  # lines
BUSY_S: Final = 5.0  # how long SQLite waits for another process that writes

# What using a database raises; ValueError and OverflowError for content that does not fit.
DATABASE_ERRORS: Final = (SQLAlchemyError, sqlite3.Error, OSError, ValueError, OverflowError)

# From such a line on a device's record belongs to whoever has it then, not to former owners.
OWNER_KINDS: Final = frozenset({"claimed", "owner_changed", "device_reset"})


class Scope(NamedTuple):
    """What somebody may see: the lines of these devices, and those of this principal."""

    serials: frozenset[str]
    principal: str


class Filter(NamedTuple):
    """What somebody wants to see; empty texts and None filter nothing."""

    serial: str = ""
    principal: str = ""
    verdict: str = ""
    since_us: int | None = None  # included
    until_us: int | None = None  # excluded


class Cursor(NamedTuple):
    """Where the next page starts: behind this line."""

    at_us: int
    number: int


class AuditDatabase:
    """The record of one gateway."""

    def __init__(self, url: str, gateway_id: bytes) -> None:
        """Nothing is opened yet. `url`: of SQLAlchemy; may hold a password, so it is never shown."""
        self._url = make_url(url)
        self._gateway_id = gateway_id
        prefix = f"iotsg_audit_{gateway_id[:4].hex()}"
        self._metadata = MetaData()
        text = String(MAX_LINE_TEXT)
        number = BigInteger().with_variant(Integer, "sqlite")  # so that it is the row's own number
        self._lines = Table(
            f"{prefix}_lines",
            self._metadata,
            Column("number", number, primary_key=True, autoincrement=False),
            *(
                Column(name, _TYPES.get(name, text), nullable=name in _MAY_BE_NULL)
                for name in AuditLine._fields
            ),
            Column("digest", LargeBinary(32), nullable=False),
        )
        columns = self._lines.c
        order = (columns.verdict, columns.at_us, columns.number)
        Index(f"{prefix}_by_device", columns.serial, *order)
        Index(f"{prefix}_by_principal", columns.principal, *order)
        Index(f"{prefix}_by_both", columns.serial, columns.principal, *order)
        self._seals = Table(
            f"{prefix}_seals",
            self._metadata,
            Column("purpose", String(8), primary_key=True),
            Column("number", number, primary_key=True, autoincrement=False),
            Column("digest", LargeBinary(32), nullable=False),
            Column("mac", LargeBinary(32), nullable=False),
        )
        self._marks = Table(  # notes of the gateway to itself, outside of the chain
            f"{prefix}_marks",
            self._metadata,
            Column("name", String(64), primary_key=True),
            Column("value", Text, nullable=False),
        )
        self._engine = create_engine(self._url, poolclass=NullPool, hide_parameters=True)
        if self._url.get_backend_name() == "sqlite":
            event.listen(self._engine, "connect", _set_up_sqlite)
        self._writer: Connection | None = None
        self._key = b""
        self.head = genesis(gateway_id)

    # --- writing: one thread -------------------------------------------------------------------------
    def open(self, key: bytes, anchor: Head | None) -> int:
        """Be ready to append behind the last line; returns how many lines are missing before that.

        Lines are missing when the database was replaced by an older copy, or is gone: `anchor` is the head
        that was noted apart. The chain goes on behind it, so that the gap stays visible.
        """
        self.close()
        if self._url.get_backend_name() == "sqlite" and self._url.database:
            _make_private(Path(self._url.database))
        self._key = key
        self._writer = writer = self._engine.connect()
        with writer.begin():
            self._metadata.create_all(writer)
            start = self._start(writer)
            if start is None:
                start = sealed(key, Purpose.START, genesis(self._gateway_id))
                self._put_seal(writer, Purpose.START, start)
            last = writer.execute(
                select(self._lines.c.number, self._lines.c.digest)
                .order_by(self._lines.c.number.desc())
                .limit(1)
            ).first()
        head = start.head if last is None else Head(last[0], last[1])
        missing = 0
        if anchor is not None and anchor.number > head.number:
            missing, head = anchor.number - head.number, anchor
        self.head = head
        return missing

    def close(self) -> None:
        """Let the database go."""
        if (writer := self._writer) is not None:
            self._writer = None
            with suppress(Exception):  # it may be what failed
                writer.close()

    def append(
        self, lines: Sequence[AuditLine], *, is_sealed: bool, mark: tuple[str, str] | None = None
    ) -> None:
        """Write lines, all or none, durably; with a seal behind them if `is_sealed`, and a mark."""
        writer = self._open_writer()
        number, digest = self.head
        statement = insert(self._lines)
        owned: dict[str, int] = {}
        with writer.begin():
            for chunk in batched(lines, CHUNK, strict=False):
                rows = []
                for given in chunk:
                    line = tidy(given)
                    number += 1
                    digest = chained(digest, number, line)
                    rows.append({"number": number, **line._asdict(), "digest": digest})
                    if line.kind in OWNER_KINDS and line.verdict == Verdict.OK:
                        owned[line.serial] = line.at_us
                writer.execute(statement, rows)
                time.sleep(0)  # others wait for the interpreter: the event loop above all
            for serial, at_us in owned.items():
                self._put_mark(writer, _owned(serial), str(at_us))
            if mark is not None:
                self._put_mark(writer, *mark)
            head = Head(number, digest)
            if is_sealed:
                self._put_seal(writer, Purpose.HEAD, sealed(self._key, Purpose.HEAD, head))
        self.head = head

    def mark(self, name: str) -> str | None:
        """Return what was noted with `append`."""
        found = self._open_writer().execute(
            select(self._marks.c.value).where(self._marks.c.name == name)
        )
        value: str | None = found.scalar()
        found.connection.rollback()
        return value

    def remove_until(self, last: int) -> int:
        """Remove lines up to this number, durably; a sealed start takes their place. Returns how many."""
        writer = self._open_writer()
        with writer.begin():
            found = writer.execute(
                select(self._lines.c.number, self._lines.c.digest)
                .where(self._lines.c.number <= last)
                .order_by(self._lines.c.number.desc())
                .limit(1)
            ).first()
            if found is None:
                return 0
            seal = sealed(self._key, Purpose.START, Head(found[0], found[1]))
            removed = writer.execute(delete(self._lines).where(self._lines.c.number <= last))
            writer.execute(delete(self._seals).where(self._seals.c.number <= last))
            self._put_seal(writer, Purpose.START, seal)
            return removed.rowcount

    def oldest(self) -> tuple[int, int] | None:
        """Return number and time (microseconds) of the first line, or None."""
        columns = self._lines.c
        with self._engine.connect() as reader:
            found = reader.execute(
                select(columns.number, columns.at_us).order_by(columns.number).limit(1)
            ).first()
        return None if found is None else (found[0], found[1])

    def last_before(self, at_us: int, at_most: int) -> int:
        """Return the number of the last of the first `at_most` lines that is older; 0 for none."""
        columns = self._lines.c
        with self._engine.connect() as reader:
            found = reader.execute(
                select(columns.number, columns.at_us).order_by(columns.number).limit(at_most)
            )
            number = 0
            for at, line_at_us in found:
                if line_at_us >= at_us:
                    break
                number = at
        return number

    # --- reading: any thread -------------------------------------------------------------------------
    def page(
        self, scope: Scope, wanted: Filter, cursor: Cursor | None, limit: int
    ) -> list[tuple[int, AuditLine]]:
        """Return the newest lines in `scope` that are `wanted`, behind `cursor`: number and line."""
        limit = min(limit, MAX_PAGE)
        columns = self._lines.c
        with self._engine.connect() as reader:
            branches = list(self._branches(reader, scope, wanted))
            found: list[list[tuple[int, int]]] = []
            for branch in branches:
                for verdict in (wanted.verdict,) if wanted.verdict else tuple(Verdict):
                    query = (
                        select(columns.at_us, columns.number)
                        .where(*branch, columns.verdict == verdict)
                        .order_by(columns.at_us.desc(), columns.number.desc())
                        .limit(limit)
                    )
                    if wanted.since_us is not None:
                        query = query.where(columns.at_us >= wanted.since_us)
                    if wanted.until_us is not None:
                        query = query.where(columns.at_us < wanted.until_us)
                    if cursor is not None:
                        query = query.where(
                            tuple_(columns.at_us, columns.number)
                            < tuple_(literal(cursor.at_us), literal(cursor.number))
                        )
                    found.append([(at, number) for at, number in reader.execute(query)])
            # Own lines of a device in scope are found twice.
            numbers = list(dict.fromkeys(n for _, n in heapq.merge(*found, reverse=True)))[:limit]
            rows = reader.execute(select(self._lines).where(columns.number.in_(numbers)))
            lines = {row[0]: AuditLine._make(row[1:-1]) for row in rows}
        return [(number, lines[number]) for number in numbers if number in lines]

    def _branches(
        self, reader: Connection, scope: Scope, wanted: Filter
    ) -> Iterator[list[ColumnElement[bool]]]:
        """Yield conditions that each have an index of their own."""
        columns = self._lines.c
        by_serial = [columns.serial == wanted.serial] if wanted.serial else []
        by_principal = [columns.principal == wanted.principal] if wanted.principal else []
        for serial in sorted(scope.serials):
            if wanted.serial in {"", serial}:
                since_us = reader.execute(
                    select(self._marks.c.value).where(self._marks.c.name == _owned(serial))
                ).scalar()
                own = columns.at_us >= int(since_us or 0)
                yield [columns.serial == serial, own, *by_principal]
        if scope.principal and wanted.principal in {"", scope.principal}:
            yield [columns.principal == scope.principal, *by_serial]

    def rows(self, progress: Callable[[int], None] = lambda _: None) -> Iterator[Row]:
        """Yield all lines in their order, for verification; `progress` hears how many were read."""
        count = 0
        with self._engine.connect().execution_options(stream_results=True) as reader:
            found = reader.execute(select(self._lines).order_by(self._lines.c.number))
            for part in found.partitions(READ_CHUNK):
                for row in part:
                    yield row[0], AuditLine._make(row[1:-1]), row[-1]
                count += len(part)
                progress(count)
                time.sleep(0)

    def count(self) -> int:
        """Return how many lines there are."""
        with self._engine.connect() as reader:
            return reader.execute(select(func.count()).select_from(self._lines)).scalar() or 0

    def seals(self) -> tuple[Seal | None, list[Seal]]:
        """Return the sealed start and all sealed heads."""
        columns = self._seals.c
        with self._engine.connect() as reader:
            found = reader.execute(
                select(columns.number, columns.digest, columns.mac).where(
                    columns.purpose == Purpose.HEAD
                )
            )
            return self._start(reader), [Seal(Head(row[0], row[1]), row[2]) for row in found]

    # -------------------------------------------------------------------------------------------------
    def _open_writer(self) -> Connection:
        if self._writer is None:
            raise OSError("the record is not open")
        return self._writer

    def _start(self, connection: Connection) -> Seal | None:
        columns = self._seals.c
        row = connection.execute(
            select(columns.number, columns.digest, columns.mac).where(
                columns.purpose == Purpose.START
            )
        ).first()
        return None if row is None else Seal(Head(row[0], row[1]), row[2])

    def _put_seal(self, connection: Connection, purpose: Purpose, seal: Seal) -> None:
        number, digest = seal.head
        stale = self._seals.c.purpose == purpose
        if purpose is Purpose.HEAD:
            stale &= self._seals.c.number == number
        connection.execute(delete(self._seals).where(stale))  # there is one start only
        connection.execute(
            insert(self._seals).values(purpose=purpose, number=number, digest=digest, mac=seal.mac)
        )

    def _put_mark(self, connection: Connection, name: str, value: str) -> None:
        changed = connection.execute(
            update(self._marks).where(self._marks.c.name == name).values(value=value)
        )
        if not changed.rowcount:
            connection.execute(insert(self._marks).values(name=name, value=value))


_TYPES: Final[dict[str, Any]] = {
    "at_us": BigInteger(),
    "row": Integer(),
    "duration_us": BigInteger(),
    "arguments": String(MAX_ARGUMENTS),
}
_MAY_BE_NULL: Final = frozenset({"row", "duration_us"})


def _owned(serial: str) -> str:
    return f"owned {serial}"


def _set_up_sqlite(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    # Readers do not wait for the writer; what was committed outlives a power cut.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={int(BUSY_S * 1000)}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _make_private(path: Path) -> None:
    """See that only this user can read the file; SQLite gives its other files the same rights."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
