"""The table as CSV, for spreadsheets: one row, group or shift a line.

A cell of a column holds entries with `;` between them, each a kind alone or `kind: value`; a value that
begins with one of `"{[`, or holds a `;`, is written as JSON. A cell that a spreadsheet would take for a
formula has a `'` before it, and so has one that begins with `'`.
"""

from collections.abc import Callable, Iterator, Mapping
import csv
import io
import json

from .exchange import ContentError, check_length, read_table
from .state import MAX_GROUPS, MAX_ROWS, MAX_SHIFTS, PolicyState

HEADS = (
    "kind", "id", "name", "effect", "is_on", "made_by", "by", "users", "devices", "commands", "times",
    "uses_left", "starts_at", "expires_at",
)  # fmt: skip

# The kind of a line, where such things are kept, and which cell holds what is in them (of rows
# each column has a cell of its own).
_KINDS = {
    "row": ("rows", ""),
    "user_group": ("user_groups", "users"),
    "device_group": ("device_groups", "devices"),
    "command_group": ("command_groups", "commands"),
    "shift": ("shifts", "times"),
}
_COLUMNS = ("users", "devices", "commands", "times")
# Where a field of a row stands, where that is not a cell of its name.
_CELL_OF = {"number": "id", "note": "name"}
_MAX_LINES = MAX_ROWS + 3 * MAX_GROUPS + MAX_SHIFTS + 1
type _Decode = Callable[[str, int], tuple[object, int]]
_FORMULA = "=+-@\t\r'"


def export_csv(state: PolicyState) -> str:
    """Return rows, groups and shifts as text, which reads as the same again."""
    whole = state.to_dict()
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, HEADS, restval="")
    writer.writeheader()
    for kind, (kept_in, cell) in _KINDS.items():
        for record in whole[kept_in]:  # type: ignore[attr-defined]
            cells = _row_cells(record) if kind == "row" else _group_cells(record, cell)
            writer.writerow(
                {"kind": kind} | {head: _harmless(text) for head, text in cells.items()}
            )
    return out.getvalue()


def import_csv(text: str) -> PolicyState:
    """Read a table. Raises ContentError, which says in which line and which cell of it."""
    check_length(text)
    given: dict[str, list[object]] = {kept_in: [] for kept_in, _ in _KINDS.values()}
    lines: dict[str, list[int]] = {kept_in: [] for kept_in in given}
    for line, cells in _lines(text.removeprefix("\ufeff")):
        kept_in, cell = _KINDS.get(cells["kind"], ("", ""))
        if not kept_in:
            raise ContentError(line, 1, f"expected one of {', '.join(_KINDS)}")
        record = _row(cells, line) if kept_in == "rows" else _group(cells, cell, line)
        given[kept_in].append(record)
        lines[kept_in].append(line)
    try:
        return read_table(given, "table")
    except ValueError as error:
        place, _, why = str(error).partition(": ")
        raise ContentError(*_position(place.removeprefix("table."), lines), why) from None


# --- out --------------------------------------------------------------------------------------------
def _row_cells(record: Mapping[str, object]) -> dict[str, str]:
    cells = {}
    for name, value in record.items():
        head = _CELL_OF.get(name, name)
        if isinstance(value, Mapping):
            cells[head] = _write_cell(value)
        elif isinstance(value, bool):
            cells[head] = "yes" if value else "no"
        else:
            cells[head] = str(value)
    return cells


def _group_cells(record: Mapping[str, object], cell: str) -> dict[str, str]:
    texts = ("id", "name", "made_by")
    held = {kind: entries for kind, entries in record.items() if kind not in texts}
    return {name: str(record[name]) for name in texts} | {cell: _write_cell(held)}


def _write_cell(column: Mapping[str, object]) -> str:
    entries = []
    for kind, values in column.items():
        if isinstance(values, list):
            entries += [f"{kind}: {_write_value(value)}" for value in values]
        else:
            entries.append(kind)  # true
    return "; ".join(entries)


def _write_value(value: object) -> str:
    if isinstance(value, str) and value[0] not in '"{[' and ";" not in value:
        return value
    return json.dumps(value, ensure_ascii=False)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(tuple(_FORMULA)) else text


# --- in ---------------------------------------------------------------------------------------------
def _lines(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the lines below the heads with their numbers, as cells by head."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        if tuple(next(reader, ())) != HEADS:
            raise ContentError(1, 1, f"expected the heads {','.join(HEADS)}")
        line = reader.line_num + 1
        for count, cells in enumerate(reader):
            if count == _MAX_LINES:
                raise ContentError(line, 1, "has too many lines")
            if cells:
                if len(cells) != len(HEADS):
                    raise ContentError(line, len(cells), f"expected {len(HEADS)} cells")
                bare = (cell.removeprefix("'") for cell in cells)
                yield line, dict(zip(HEADS, bare, strict=True))
            line = reader.line_num + 1
    except csv.Error as error:
        raise ContentError(line, 1, str(error)) from None


def _row(cells: Mapping[str, str], line: int) -> dict[str, object]:
    """Return a row in JSON form, as far as its cells can be read."""
    record: dict[str, object] = {
        "number": _whole_number(cells["id"]),
        "effect": cells["effect"],
        "is_on": {"yes": True, "no": False}.get(cells["is_on"], cells["is_on"]),
        "made_by": cells["made_by"],
    }
    record |= {column: _read_cell(cells[column], line, column) for column in _COLUMNS}
    if cells["uses_left"]:
        record["uses_left"] = _whole_number(cells["uses_left"])
    for name, cell in (("by", "by"), ("note", "name")):
        if cells[cell]:
            record[name] = cells[cell]
    record |= {name: cells[name] for name in ("starts_at", "expires_at") if cells[name]}
    return record


def _group(cells: Mapping[str, str], cell: str, line: int) -> dict[str, object]:
    """Return a group or shift in JSON form, as far as its cells can be read."""
    texts = ("id", "name", "made_by")
    for head in HEADS[1:]:
        if cells[head] and head not in (*texts, cell):
            raise ContentError(line, HEADS.index(head) + 1, "has to be empty in such a line")
    return {name: cells[name] for name in texts} | _read_cell(cells[cell], line, cell)


def _whole_number(text: str) -> object:
    """Return a number where it is one; what it should have been is said when the row is read."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else text


def _read_cell(text: str, line: int, head: str) -> dict[str, object]:
    """Read the entries of a cell."""
    found: dict[str, object] = {}
    decode = json.JSONDecoder().raw_decode
    at = 0
    try:
        while at < len(text):
            kind, value, at = _entry(text, at, decode)
            _collect(found, kind, value)
    except (ValueError, RecursionError) as error:
        why = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        raise ContentError(line, HEADS.index(head) + 1, why) from None
    return found


def _collect(found: dict[str, object], kind: str, value: object) -> None:
    entries = found.setdefault(kind, True if value is None else [])
    if (value is None) != (entries is True):
        raise ValueError(f"{kind} stands alone or with values, not both")
    if isinstance(entries, list):
        entries.append(value)


def _entry(text: str, at: int, decode: _Decode) -> tuple[str, object, int]:
    """Read one entry: its kind, its value or None, and where the next one begins."""
    end = text.find(";", at)
    end = len(text) if end < 0 else end
    colon = text.find(":", at, end)
    if colon < 0:
        return text[at:end].strip(), None, end + 1
    kind, start = text[at:colon].strip(), colon + 1
    while start < len(text) and text[start] == " ":
        start += 1
    if text[start : start + 1] not in ('"', "{", "["):
        return kind, text[start:end].strip(), end + 1
    value, end = decode(text, start)
    rest = text[end:].lstrip(" ")
    if rest and not rest.startswith(";"):
        raise ValueError("expected ; between entries")
    return kind, value, len(text) - len(rest) + 1


def _position(place: str, lines: Mapping[str, list[int]]) -> tuple[int, int]:
    """Return line and number of the cell of a place such as rows[3].users.groups[0]."""
    kept_in, _, rest = place.partition("[")
    number, _, path = rest.partition("]")
    if not number.isdigit():
        return 1, 1  # about all of a kind
    name = path.removeprefix(".").partition(".")[0].partition("[")[0]
    cell = next(cell for kept, cell in _KINDS.values() if kept == kept_in)
    head = _CELL_OF.get(name, name)
    if head not in HEADS or (cell and head not in ("id", "name", "made_by")):
        head = cell or "kind"
    return lines[kept_in][int(number)], HEADS.index(head) + 1
