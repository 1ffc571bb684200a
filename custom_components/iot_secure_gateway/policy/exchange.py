"""The table as text, out and in: what is common to JSON and CSV.

Out goes what belongs to rows: rows, groups, shifts; not owners and appointments, which nobody takes over
by a file. In comes whatever somebody wrote: it is refused with line and column, or read as a whole.
"""

from collections.abc import Mapping

from .errors import PolicyError
from .state import SHARED_KINDS, PolicyState, check_nesting, read_rows, read_shared

FORMAT = "iot_secure_gateway.permissions"
VERSION = 1
MAX_TEXT_LENGTH = 16 * 1024 * 1024  # characters; a full table has about half of that
TABLE_KINDS = ("rows", *SHARED_KINDS)


class ContentError(PolicyError):
    """A text that is no table; says where, counted from 1, and why."""

    def __init__(self, line: int, column: int, why: str) -> None:
        super().__init__("bad_content", line=str(line), column=str(column), why=why)
        self.line = line
        self.column = column
        self.why = why


def check_length(text: str) -> None:
    """Raise ContentError for more text than a table can have."""
    if len(text) > MAX_TEXT_LENGTH:
        raise ContentError(1, 1, f"is longer than {MAX_TEXT_LENGTH} characters")


def read_table(given: Mapping[str, object], place: str) -> PolicyState:
    """Read rows, groups and shifts in JSON form. Raises ValueError that names the place."""
    rows = read_rows(given.get("rows", []), f"{place}.rows")
    shared = read_shared(given, place)
    table = PolicyState(rows=rows, **shared, next_number=max(rows, default=0) + 1)  # type: ignore[arg-type]
    check_nesting(table, place)
    return table
