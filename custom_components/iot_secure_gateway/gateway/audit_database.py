"""The record in a database: its chain written by one thread, read by others over connections of their own.

Everything here blocks: it is called in threads only.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import batched
from pathlib import Path
import time
from typing import Final

from sqlalchemy import (
    URL,
    Connection,
    Delete,
    Engine,
    Select,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import sqlite

from ..policy.audit import (
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
from .audit_pages import Cursor, Filter, Scope, read_owned_since, read_page
from .audit_tables import CHAINS, LINES, MARKS, METADATA, SEALS, owned
from .database import name_of, open_engine

CHUNK: Final = 32  # lines between which a thread lets others run: a fraction of a millisecond
READ_CHUNK: Final = 256  # rows fetched at a time
SAMPLE: Final = 1000  # newest lines that tell how long lines are
# Of a line beside its texts: numbers, digests, keys of indexes. Serial and principal stand in these, too.
LINE_OVERHEAD: Final = 190  # bytes, measured

# From such a line on a device's record belongs to whoever has it then, not to former owners.
OWNER_KINDS: Final = frozenset({"claimed", "owner_changed", "device_reset"})

_LINE: Final = tuple(LINES.c[name] for name in AuditLine._fields)
_COLUMNS: Final = tuple(LINES.c.keys())
_INSERT_INTO_FILE: Final = str(insert(LINES).compile(dialect=sqlite.dialect()))


class AuditDatabase:
    """The record of one gateway."""

    def __init__(self, url: URL, gateway_id: bytes) -> None:
        """Nothing is opened yet."""
        self._url = url
        self._gateway_id = gateway_id
        self._engine: Engine | None = None
        self._writer: Connection | None = None
        self._chain: int | None = None
        self._file = _identity(url)
        self._key = b""
        self.name = name_of(url)
        self.head = genesis(gateway_id)

    # --- writing: one thread -------------------------------------------------------------------------
    def open(self, key: bytes, anchor: Head | None, *, is_new: bool = False) -> int:
        """Be ready to append behind the last line; returns how many lines are missing before that.

        Lines are missing when the database was replaced by an older copy, or is gone: `anchor` is the head
        that was noted apart. The chain goes on behind it, so that the gap stays visible.
        `is_new`: the record comes from another database, in which all up to `anchor` stands.
        """
        self.close()
        self._key = key
        self._engine = engine = open_engine(self._url)
        self._writer = writer = engine.connect()
        self._file = _identity(self._url)
        begin = genesis(self._gateway_id)
        with writer.begin():
            METADATA.create_all(writer)
            chain = None if is_new else self._last_chain(writer)
            if chain is None:
                chain = (writer.execute(select(func.max(CHAINS.c.chain))).scalar() or 0) + 1
                writer.execute(insert(CHAINS).values(chain=chain, gateway_id=self._gateway_id))
                begin = anchor if is_new and anchor is not None else begin
            self._chain = chain
            start = self._start(writer)
            if start is None:
                start = sealed(key, Purpose.START, begin)
                self._put_seal(writer, Purpose.START, start)
            last = writer.execute(
                self._of(select(LINES.c.number, LINES.c.digest), LINES)
                .order_by(LINES.c.number.desc())
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

    def set_aside(self, ending: str) -> str:
        """Give the damaged file another name, so that a new one takes its place; return that name.

        Raises OSError; for a database that is no file, too.
        """
        self.close()
        if self._file is None or not self._url.database:
            raise OSError("no file")
        path = Path(self._url.database)
        aside = path.with_name(f"{path.name}.{ending}")
        for suffix in ("-wal", "-shm", ""):
            with suppress(FileNotFoundError):
                Path(f"{path}{suffix}").rename(f"{aside}{suffix}")
        return aside.name

    def append(
        self, lines: Sequence[AuditLine], *, is_sealed: bool, mark: tuple[str, str] | None = None
    ) -> None:
        """Write lines, all or none, durably; with a seal behind them if `is_sealed`, and a mark."""
        writer = self._open_writer()
        if self._file != _identity(self._url):
            raise OSError("the file was replaced by another one")
        number, digest = self.head
        chain = self._open_chain()
        ours: dict[str, int] = {}
        with writer.begin():
            for chunk in batched(lines, CHUNK, strict=False):
                rows = []
                for given in chunk:
                    line = tidy(given)
                    number += 1
                    digest = chained(digest, number, line)
                    rows.append((chain, number, *line, digest))
                    if line.kind in OWNER_KINDS and line.verdict == Verdict.OK:
                        ours[line.serial] = number
                self._insert(writer, rows)
                time.sleep(0)  # others wait for the interpreter: the event loop above all
            for serial, since in ours.items():
                self._put_mark(writer, owned(serial), str(since))
            if mark is not None:
                self._put_mark(writer, *mark)
            head = Head(number, digest)
            if is_sealed:
                self._put_seal(writer, Purpose.HEAD, sealed(self._key, Purpose.HEAD, head))
        self.head = head

    def _insert(self, writer: Connection, rows: Sequence[tuple[object, ...]]) -> None:
        """Write rows of all columns, in their order."""
        if self._file is not None:  # past SQLAlchemy, which would take a third of the time
            writer.exec_driver_sql(_INSERT_INTO_FILE, list(rows))
        else:
            writer.execute(insert(LINES), [dict(zip(_COLUMNS, row, strict=True)) for row in rows])

    def mark(self, name: str) -> str | None:
        """Return what was noted with `append`."""
        writer = self._open_writer()
        with writer.begin():
            value: str | None = writer.execute(
                self._of(select(MARKS.c.value), MARKS).where(MARKS.c.name == name)
            ).scalar()
        return value

    def remove_until(self, last: int) -> int:
        """Remove lines up to this number, durably; a sealed start takes their place. Returns how many."""
        writer = self._open_writer()
        with writer.begin():
            found = writer.execute(
                self._of(select(LINES.c.number, LINES.c.digest), LINES)
                .where(LINES.c.number <= last)
                .order_by(LINES.c.number.desc())
                .limit(1)
            ).first()
            if found is None:
                return 0
            seal = sealed(self._key, Purpose.START, Head(found[0], found[1]))
            removed = writer.execute(self._of(delete(LINES), LINES).where(LINES.c.number <= last))
            writer.execute(self._of(delete(SEALS), SEALS).where(SEALS.c.number <= last))
            self._put_seal(writer, Purpose.START, seal)
            return removed.rowcount

    # --- reading: any thread -------------------------------------------------------------------------
    def oldest(self) -> int | None:
        """Return the number of the first line, or None."""
        with self._reader() as reader:
            found: int | None = reader.execute(
                self._of(select(LINES.c.number), LINES).order_by(LINES.c.number).limit(1)
            ).scalar()
        return found

    def last_before(self, at_us: int, at_most: int) -> int:
        """Return the number of the last of the first `at_most` lines that is older; 0 for none."""
        with self._reader() as reader:
            found = reader.execute(
                self._of(select(LINES.c.number, LINES.c.at_us), LINES)
                .order_by(LINES.c.number)
                .limit(at_most)
            ).all()
        return max((number for number, line_at_us in found if line_at_us < at_us), default=0)

    def line_size(self) -> int:
        """Return about how many bytes a line takes on the disk, with its share of the indexes."""
        with self._reader() as reader:
            found = reader.execute(
                self._of(select(*_LINE), LINES).order_by(LINES.c.number.desc()).limit(SAMPLE)
            ).all()
        lines = [AuditLine._make(row) for row in found]
        texts = sum(
            len("".join([*map(str, line), 2 * line.serial, 2 * line.principal]).encode())
            for line in lines
        )
        return LINE_OVERHEAD + texts // max(1, len(lines))

    def page(
        self, scope: Scope, wanted: Filter, cursor: Cursor | None, limit: int
    ) -> list[tuple[int, AuditLine]]:
        """Return the newest lines in `scope` that are `wanted`, behind `cursor`: number and line."""
        with self._reader() as reader:
            return read_page(reader, self._open_chain(), scope, wanted, cursor, limit)

    def owned_since(self, serials: Sequence[str]) -> dict[str, int]:
        """Return when (microseconds) devices came to their present owners, as far as the record has that."""
        with self._reader() as reader:
            return read_owned_since(reader, self._open_chain(), serials)

    def rows(self, progress: Callable[[int], None] = lambda _: None) -> Iterator[Row]:
        """Yield all lines in their order, for verification; `progress` hears how many were read."""
        count = 0
        query = self._of(select(LINES.c.number, *_LINE, LINES.c.digest), LINES)
        with self._reader() as reader:
            found = reader.execution_options(
                stream_results=True, max_row_buffer=READ_CHUNK
            ).execute(query.order_by(LINES.c.number))
            for part in found.partitions(READ_CHUNK):
                for row in part:
                    yield row[0], AuditLine._make(row[1:-1]), row[-1]
                count += len(part)
                progress(count)
                time.sleep(0)

    def count(self) -> int:
        """Return how many lines there are."""
        with self._reader() as reader:
            query = self._of(select(func.count()).select_from(LINES), LINES)
            return reader.execute(query).scalar() or 0

    def seals(self) -> tuple[Seal | None, list[Seal]]:
        """Return the sealed start and all sealed heads."""
        with self._reader() as reader:
            found = reader.execute(
                self._of(select(SEALS.c.number, SEALS.c.digest, SEALS.c.mac), SEALS).where(
                    SEALS.c.purpose == Purpose.HEAD.value
                )
            )
            heads = [Seal(Head(row[0], row[1]), row[2]) for row in found]
            return self._start(reader), heads

    # -------------------------------------------------------------------------------------------------
    def _open_writer(self) -> Connection:
        if self._writer is None:
            raise OSError("the record is not open")
        return self._writer

    def _reader(self) -> Connection:
        if self._engine is None:
            raise OSError("the record was never open")
        return self._engine.connect()

    def _open_chain(self) -> int:
        if self._chain is None:
            raise OSError("the record was never open")
        return self._chain

    def _of[Q: (Select, Delete)](self, query: Q, table: Table) -> Q:  # type: ignore[type-arg]
        return query.where(table.c.chain == self._open_chain())

    def _last_chain(self, connection: Connection) -> int | None:
        chain: int | None = connection.execute(
            select(func.max(CHAINS.c.chain)).where(CHAINS.c.gateway_id == self._gateway_id)
        ).scalar()
        return chain

    def _start(self, connection: Connection) -> Seal | None:
        row = connection.execute(
            self._of(select(SEALS.c.number, SEALS.c.digest, SEALS.c.mac), SEALS).where(
                SEALS.c.purpose == Purpose.START.value
            )
        ).first()
        return None if row is None else Seal(Head(row[0], row[1]), row[2])

    def _put_seal(self, connection: Connection, purpose: Purpose, seal: Seal) -> None:
        number, digest = seal.head
        stale = self._of(delete(SEALS), SEALS).where(SEALS.c.purpose == purpose.value)
        if purpose is Purpose.HEAD:
            stale = stale.where(SEALS.c.number == number)
        connection.execute(stale)  # there is one start only
        connection.execute(
            insert(SEALS).values(
                chain=self._open_chain(),
                purpose=purpose.value,
                number=number,
                digest=digest,
                mac=seal.mac,
            )
        )

    def _put_mark(self, connection: Connection, name: str, value: str) -> None:
        own = {"chain": self._open_chain(), "name": name}
        changed = connection.execute(
            update(MARKS)
            .where(MARKS.c.chain == own["chain"], MARKS.c.name == name)
            .values(value=value)
        )
        if not changed.rowcount:
            connection.execute(insert(MARKS).values(**own, value=value))


def _identity(url: URL) -> tuple[int, int] | None:
    """Return what tells a file from another one that took its name; None for what is no file."""
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    try:
        found = Path(url.database).stat()
    except FileNotFoundError:
        return 0, 0
    return found.st_dev, found.st_ino
