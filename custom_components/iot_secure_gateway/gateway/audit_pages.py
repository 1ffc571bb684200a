"""Pages of the record: what somebody wants to see of what that person may see, the newest lines first."""

from collections.abc import Iterator, Sequence
from itertools import batched
from typing import Final, NamedTuple

from sqlalchemy import Connection, select, text

from ..policy.audit import AuditLine, Verdict
from .audit_tables import LINES, MARKS, owned

MAX_PAGE: Final = 500  # lines

MAX_BRANCHES: Final = 100  # of one statement: SQLite takes 500

_COLUMNS: Final = LINES.c
_LINE: Final = tuple(_COLUMNS[name] for name in AuditLine._fields)
_ORDER: Final = "ORDER BY at_us DESC, number DESC LIMIT :limit"


class Scope(NamedTuple):
    """What somebody may see: the lines of these devices, and those of this principal."""

    serials: frozenset[str]
    principal: str


class Filter(NamedTuple):
    """What somebody wants to see; empty texts and None filter nothing."""

    serial: str = ""
    principal: str = ""  # who did it, or set the automation off that did
    verdict: str = ""
    session: str = ""  # looked for line by line: give a device and a short time with it
    since_us: int | None = None  # included
    until_us: int | None = None  # excluded
    commands: tuple[str, ...] = ()  # one of these; looked for line by line, too
    not_by: str = ""  # what this principal did is left out


class Cursor(NamedTuple):
    """Where the next page starts: behind this line."""

    at_us: int
    number: int


def read_page(
    reader: Connection, chain: int, scope: Scope, wanted: Filter, cursor: Cursor | None, limit: int
) -> list[tuple[int, AuditLine]]:
    """Return the newest lines in `scope` that are `wanted`, behind `cursor`: number and line."""
    limit = min(limit, MAX_PAGE)
    given: dict[str, object] = {"chain": chain, "limit": limit}
    everywhere = ["chain = :chain"]
    for condition, name, value in (
        ("at_us >= :since", "since", wanted.since_us),
        ("at_us < :until", "until", wanted.until_us),
        ("(at_us, number) < (:at_us, :number)", "at_us", cursor and cursor.at_us),
    ):
        if value is not None:
            everywhere.append(condition)
            given[name] = value
    if wanted.session:
        everywhere.append("session = :session")
        given["session"] = wanted.session
    if wanted.commands:
        names = {f"command{place}": name for place, name in enumerate(wanted.commands)}
        everywhere.append(f"command IN ({', '.join(f':{name}' for name in names)})")
        given |= names
    if wanted.not_by:
        everywhere.append("principal <> :not_by")
        given["not_by"] = wanted.not_by
    if cursor is not None:
        given["number"] = cursor.number
    verdicts = [wanted.verdict] if wanted.verdict else [verdict.value for verdict in Verdict]
    given |= {f"verdict{place}": verdict for place, verdict in enumerate(verdicts)}
    branches = [
        " AND ".join([*everywhere, *branch, f"verdict = :verdict{place}"])
        for branch in _branches(reader, scope, wanted, given)
        for place in range(len(verdicts))
    ]
    found: list[tuple[int, int]] = []
    for part in batched(branches, MAX_BRANCHES, strict=False):
        query = text(_newest(part))
        mentioned = {name: given[name] for name in query.compile().params}
        found += [(at, number) for at, number in reader.execute(query, mentioned)]
    # Own lines of a device in scope are found twice.
    numbers = [number for _, number in sorted(set(found), reverse=True)[:limit]]
    rows = reader.execute(
        select(_COLUMNS.number, *_LINE).where(_COLUMNS.chain == chain, _COLUMNS.number.in_(numbers))
    )
    lines = {row[0]: AuditLine._make(row[1:]) for row in rows}
    return [(number, lines[number]) for number in numbers if number in lines]


def read_owned_since(reader: Connection, chain: int, serials: Sequence[str]) -> dict[str, int]:
    """Return when (microseconds) devices came to their present owners, of those whose line is still there."""
    names = {owned(serial): serial for serial in serials}
    marks = select(MARKS.c.name, MARKS.c.value).where(
        MARKS.c.chain == chain, MARKS.c.name.in_(names)
    )
    numbers = {int(number): names[name] for name, number in reader.execute(marks)}
    rows = reader.execute(
        select(_COLUMNS.number, _COLUMNS.at_us).where(
            _COLUMNS.chain == chain, _COLUMNS.number.in_(numbers)
        )
    )
    return {numbers[number]: at_us for number, at_us in rows}


def _newest(branches: Sequence[str]) -> str:
    """Return the statement for the newest lines of all branches, each looked up by its own index.

    Written out, for one statement of many parts takes SQLAlchemy longer to put together than to carry out.
    All that comes from outside is a parameter.
    """
    columns = "SELECT at_us, number FROM"
    parts = (
        f"SELECT * FROM ({columns} {LINES.name} WHERE {branch} {_ORDER}) AS b{place}"  # noqa: S608
        for place, branch in enumerate(branches)
    )
    return f"{columns} ({' UNION '.join(parts)}) AS found {_ORDER}"


def _branches(
    reader: Connection, scope: Scope, wanted: Filter, given: dict[str, object]
) -> Iterator[list[str]]:
    """Yield conditions that each have an index of their own; their parameters go into `given`."""
    given |= {"serial": wanted.serial, "principal": wanted.principal, "own": scope.principal}
    serials = sorted(serial for serial in scope.serials if wanted.serial in {"", serial})
    marks = select(MARKS.c.name, MARKS.c.value).where(
        MARKS.c.chain == given["chain"], MARKS.c.name.in_([owned(serial) for serial in serials])
    )
    since = {name: int(number) for name, number in reader.execute(marks)}
    for place, serial in enumerate(serials):
        given[f"serial{place}"] = serial
        given[f"first{place}"] = since.get(owned(serial), 0)
        own = [f"serial = :serial{place}", f"number >= :first{place}"]
        if not wanted.principal:
            yield own
        else:
            yield [*own, "principal = :principal"]
            # Said as the index for it says it, or SQLite does not take that one.
            yield [*own, "starter = :principal", "starter <> ''"]
    if scope.principal and wanted.principal in {"", scope.principal}:
        yield ["principal = :own", *(["serial = :serial"] if wanted.serial else [])]
