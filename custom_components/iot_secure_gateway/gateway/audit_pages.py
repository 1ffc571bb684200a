"""Pages of the record: what somebody wants to see of what that person may see, the newest lines first."""

from collections.abc import Iterator
import heapq
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, literal, literal_column, select, tuple_

from ..policy.audit import AuditLine, Verdict
from .audit_tables import LINES, MARKS, owned

MAX_PAGE: Final = 500  # lines

_COLUMNS: Final = LINES.c
_NOTHING: Final[ColumnElement[str]] = literal_column("''")
_LINE: Final = tuple(_COLUMNS[name] for name in AuditLine._fields)


class Scope(NamedTuple):
    """What somebody may see: the lines of these devices, and those of this principal."""

    serials: frozenset[str]
    principal: str


class Filter(NamedTuple):
    """What somebody wants to see; empty texts and None filter nothing."""

    serial: str = ""
    principal: str = ""  # who did it, or set the automation off that did
    verdict: str = ""
    since_us: int | None = None  # included
    until_us: int | None = None  # excluded


class Cursor(NamedTuple):
    """Where the next page starts: behind this line."""

    at_us: int
    number: int


def read_page(
    reader: Connection, chain: int, scope: Scope, wanted: Filter, cursor: Cursor | None, limit: int
) -> list[tuple[int, AuditLine]]:
    """Return the newest lines in `scope` that are `wanted`, behind `cursor`: number and line."""
    limit = min(limit, MAX_PAGE)
    found: list[list[tuple[int, int]]] = []
    for branch in _branches(reader, chain, scope, wanted):
        for verdict in (wanted.verdict,) if wanted.verdict else tuple(Verdict):
            query = (
                select(_COLUMNS.at_us, _COLUMNS.number)
                .where(_COLUMNS.chain == chain, *branch, _COLUMNS.verdict == str(verdict))
                .order_by(_COLUMNS.at_us.desc(), _COLUMNS.number.desc())
                .limit(limit)
            )
            if wanted.since_us is not None:
                query = query.where(_COLUMNS.at_us >= wanted.since_us)
            if wanted.until_us is not None:
                query = query.where(_COLUMNS.at_us < wanted.until_us)
            if cursor is not None:
                query = query.where(
                    tuple_(_COLUMNS.at_us, _COLUMNS.number)
                    < tuple_(literal(cursor.at_us), literal(cursor.number))
                )
            found.append([(at, number) for at, number in reader.execute(query)])
    # Own lines of a device in scope are found twice.
    numbers = list(dict.fromkeys(n for _, n in heapq.merge(*found, reverse=True)))[:limit]
    rows = reader.execute(
        select(_COLUMNS.number, *_LINE).where(_COLUMNS.chain == chain, _COLUMNS.number.in_(numbers))
    )
    lines = {row[0]: AuditLine._make(row[1:]) for row in rows}
    return [(number, lines[number]) for number in numbers if number in lines]


def _branches(
    reader: Connection, chain: int, scope: Scope, wanted: Filter
) -> Iterator[list[ColumnElement[bool]]]:
    """Yield conditions that each have an index of their own."""
    by_serial = [_COLUMNS.serial == wanted.serial] if wanted.serial else []
    by_principal = [_COLUMNS.principal == wanted.principal] if wanted.principal else []
    serials = sorted(serial for serial in scope.serials if wanted.serial in {"", serial})
    since = {
        name: int(number)
        for name, number in reader.execute(
            select(MARKS.c.name, MARKS.c.value).where(
                MARKS.c.chain == chain, MARKS.c.name.in_([owned(serial) for serial in serials])
            )
        )
    }
    for serial in serials:
        own = [_COLUMNS.serial == serial, _COLUMNS.number >= since.get(owned(serial), 0)]
        yield [*own, *by_principal]
        if wanted.principal:
            # Said as the index for it says it, or SQLite does not take that one.
            yield [*own, _COLUMNS.starter == wanted.principal, _COLUMNS.starter != _NOTHING]
    if scope.principal and wanted.principal in {"", scope.principal}:
        yield [_COLUMNS.principal == scope.principal, *by_serial]
