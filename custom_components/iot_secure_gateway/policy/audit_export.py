"""Lines of the record as text for other programs: CSV for spreadsheets, JSON lines for all others."""

from collections.abc import Iterable
import csv
from datetime import UTC, datetime, timedelta
import io
import json
from typing import Final

from .audit import AuditLine

# A spreadsheet takes a cell that begins so for a formula, and a name or argument may have been chosen for that.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

COLUMNS: Final = ("number", "at", *(name for name in AuditLine._fields if name != "at_us"))


def time_text(at_us: int) -> str:
    """Return a time of a line (microseconds since 1970) as ISO 8601, UTC."""
    try:
        return (_EPOCH + timedelta(microseconds=at_us)).isoformat(timespec="milliseconds")
    except OverflowError:  # a clock gone mad
        return str(at_us)


def shown(number: int, line: AuditLine) -> dict[str, object]:
    """Return a line under the names of `COLUMNS`."""
    found = {"number": number, "at": time_text(line.at_us), **line._asdict()}
    del found["at_us"]
    return found


def to_json_lines(lines: Iterable[tuple[int, AuditLine]]) -> str:
    """Return one JSON object per line."""
    return "".join(json.dumps(shown(number, line)) + "\n" for number, line in lines)


def to_csv(lines: Iterable[tuple[int, AuditLine]], *, has_header: bool) -> str:
    """Return rows with commas; a text that a spreadsheet would take for a formula begins with an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text)
    if has_header:
        writer.writerow(COLUMNS)
    for number, line in lines:
        writer.writerow(cell(value) for value in shown(number, line).values())
    return text.getvalue()


def cell(value: object) -> object:
    """Return a value as a cell."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value
