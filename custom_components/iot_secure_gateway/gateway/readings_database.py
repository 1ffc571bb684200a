"""Readings in a database: SQLite by default, or the one that the record is in; a table for each gateway.

One thread writes; others read over connections of their own. Everything here blocks: it is called in threads only.
"""

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from itertools import batched
from pathlib import Path
import sqlite3
import time
from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    literal,
    select,
    tuple_,
)
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from .database import open_engine
from .description import MAX_UNIT
from .readings import Cursor, Page, Reading, Wanted

CHUNK: Final = 32  # rows between which a thread lets others run: a fraction of a millisecond
MAX_PAGE: Final = 500  # readings
_TEXT: Final = 64  # characters of ids and keys
_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_SQLITE_FILES: Final = ("", "-wal", "-shm")


class ReadingsDatabase:
    """The readings of one gateway."""

    def __init__(self, url: URL, gateway_id: bytes) -> None:
        """Nothing is opened yet."""
        self._url = url
        self._metadata = MetaData()
        name = f"iotsg_readings_{gateway_id[:4].hex()}"
        number = BigInteger().with_variant(Integer, "sqlite")  # so that it is the row's own number
        self._table = Table(
            name,
            self._metadata,
            Column("number", number, primary_key=True, autoincrement=True),
            Column("at_us", BigInteger, nullable=False),
            Column("arrived_us", BigInteger, nullable=False),
            *(Column(one, String(_TEXT), nullable=False) for one in ("serial", "owner", "entity")),
            Column("name", String(_TEXT), nullable=False),
            Column("value", Text, nullable=False),
            Column("unit", String(MAX_UNIT), nullable=False),
            Column("session", String(_TEXT), nullable=False),
            Column("lost", Integer, nullable=False),
            sqlite_autoincrement=True,  # numbers are not given twice: pages go on behind one
        )
        columns = self._table.c
        Index(f"{name}_by_device", columns.serial, columns.at_us, columns.number)
        Index(f"{name}_by_entity", columns.serial, columns.entity, columns.at_us, columns.number)
        Index(f"{name}_by_time", columns.arrived_us)
        self._engine: Engine | None = None
        self._writer: Connection | None = None

    # --- writing: one thread -------------------------------------------------------------------------
    def open(self) -> None:
        """Be ready to append."""
        self.close()
        self._engine = open_engine(self._url)
        self._writer = writer = self._engine.connect()
        with writer.begin():
            self._metadata.create_all(writer)

    def close(self) -> None:
        """Let the database go."""
        if (writer := self._writer) is not None:
            self._writer = None
            with suppress(Exception):  # it may be what failed
                writer.close()

    def set_aside(self, error: Exception) -> bool:
        """Put a damaged file of SQLite aside, so that a new one is begun; False for any other fault."""
        cause = error.orig if isinstance(error, DBAPIError) else error
        code = getattr(cause, "sqlite_errorcode", 0)
        if not isinstance(cause, sqlite3.Error) or code & 0xFF not in _DAMAGED:
            return False
        path = Path(self._url.database or "")
        for end in _SQLITE_FILES:
            found = path.with_name(path.name + end)
            if found.exists():
                found.replace(path.with_name(f"{path.name}.damaged{end}"))
        return True

    def append(self, readings: Iterable[Reading]) -> None:
        """Write readings, all or none, durably."""
        writer = self._open_writer()
        statement = insert(self._table)
        with writer.begin():
            for chunk in batched(readings, CHUNK, strict=False):
                writer.execute(statement, [reading._asdict() for reading in chunk])
                time.sleep(0)  # others wait for the interpreter: the event loop above all

    def forget(self, serial: str) -> None:
        """Remove all readings of a device, durably."""
        writer = self._open_writer()
        with writer.begin():
            writer.execute(delete(self._table).where(self._table.c.serial == serial))

    def remove_older(self, before_us: int, at_most: int) -> int:
        """Remove readings that arrived before, the oldest first; returns how many."""
        columns = self._table.c
        old = (
            select(columns.number)
            .where(columns.arrived_us < before_us)
            .order_by(columns.arrived_us)
            .limit(at_most)
        )
        return self._remove(old)

    def remove_oldest(self, serial: str, at_most: int) -> int:
        """Remove the oldest readings of a device; returns how many."""
        columns = self._table.c
        old = (
            select(columns.number)
            .where(columns.serial == serial)
            .order_by(columns.at_us, columns.number)
            .limit(at_most)
        )
        return self._remove(old)

    def counts(self) -> Counter[str]:
        """Return how many readings there are, by device."""
        columns = self._table.c
        found = self._open_writer().execute(
            select(columns.serial, func.count()).group_by(columns.serial)
        )
        counts = Counter({row[0]: row[1] for row in found})
        found.connection.rollback()
        return counts

    # --- reading: any thread -------------------------------------------------------------------------
    def count(self) -> int:
        """Return how many readings there are."""
        if self._engine is None:
            raise OSError("the database was never reached")
        with self._engine.connect() as reader:
            return reader.execute(select(func.count()).select_from(self._table)).scalar() or 0

    def page(
        self, serial: str, owner: str, wanted: Wanted, cursor: Cursor | None, limit: int
    ) -> Page:
        """Return the newest readings of a device for an owner of it, behind `cursor`."""
        if self._engine is None:
            raise OSError("the database was never reached")
        columns = self._table.c
        query = (
            select(self._table)
            .where(columns.serial == serial, columns.owner == owner)
            .order_by(columns.at_us.desc(), columns.number.desc())
            .limit(min(limit, MAX_PAGE))
        )
        if wanted.entity:
            query = query.where(columns.entity == wanted.entity)
        if wanted.since_us is not None:
            query = query.where(columns.at_us >= wanted.since_us)
        if wanted.until_us is not None:
            query = query.where(columns.at_us < wanted.until_us)
        if cursor is not None:
            query = query.where(
                tuple_(columns.at_us, columns.number)
                < tuple_(literal(cursor.at_us), literal(cursor.number))
            )
        with self._engine.connect() as reader:
            return [(row[0], Reading._make(row[1:])) for row in reader.execute(query)]

    # -------------------------------------------------------------------------------------------------
    def _open_writer(self) -> Connection:
        if self._writer is None:
            raise OSError("the database is not open")
        return self._writer

    def _remove(self, numbers: Select[tuple[int]]) -> int:
        writer = self._open_writer()
        with writer.begin():
            gone = writer.execute(delete(self._table).where(self._table.c.number.in_(numbers)))
            return gone.rowcount
