"""The table as JSON: one row, group or shift a line, so that two exports can be compared by line."""

from collections.abc import Callable
import json
import re

from .exchange import FORMAT, TABLE_KINDS, VERSION, ContentError, check_length, read_table
from .reading import fields
from .state import PolicyState

_STEP = re.compile(r"\.?([a-z_]+)|\[(\d+)\]")
_SPACE = re.compile(r"[ \t\r\n]*")


def export_json(state: PolicyState) -> str:
    """Return rows, groups and shifts as text, which reads as the same again."""
    whole = state.to_dict()
    lines = [f'{{"format": {json.dumps(FORMAT)}, "version": {VERSION}']
    for kind in TABLE_KINDS:
        records = whole[kind]
        texts = [json.dumps(record, ensure_ascii=False) for record in records]  # type: ignore[attr-defined]
        lines.append(f'"{kind}": [\n' + ",\n".join(texts) + "\n]" if texts else f'"{kind}": []')
    return ",\n".join(lines) + "\n}\n"


def import_json(text: str) -> PolicyState:
    """Read a table. Raises ContentError, which says where."""
    check_length(text)
    try:
        whole = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise ContentError(error.lineno, error.colno, error.msg) from None
    except _TwiceError as error:
        line, column = _position(text, max(text.rfind(json.dumps(error.key)), 0))
        raise ContentError(line, column, "this name is there twice") from None
    except RecursionError, ValueError:
        raise ContentError(1, 1, "cannot be read as JSON") from None
    try:
        return _table(whole)
    except ValueError as error:
        place, _, why = str(error).partition(": ")
        line, column = _position(text, _locate(text, place.removeprefix("table")))
        raise ContentError(line, column, why) from None


def _table(whole: object) -> PolicyState:
    given = fields(whole, "table", ("format", "version", *TABLE_KINDS))
    if given.get("format") != FORMAT:
        raise ValueError(f"table.format: expected {FORMAT}")
    if given.get("version") != VERSION:
        raise ValueError(f"table.version: expected {VERSION}")
    return read_table(given, "table")


class _TwiceError(Exception):
    """A name is in an object twice."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise _TwiceError(key)
        found[key] = value
    return found


def _constant(name: str) -> object:
    raise ValueError(f"{name} is no number")


def _position(text: str, offset: int) -> tuple[int, int]:
    """Return line and column, both from 1."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def _locate(text: str, place: str) -> int:
    """Return where in a JSON text a place is, or the nearest around it that is there."""
    decode = json.JSONDecoder().raw_decode
    offset = _skip(text, 0)
    for step in _STEP.finditer(place):
        found = _member(text, offset, decode, step[1], int(step[2] or 0))
        if found is None:
            break
        offset = found
    return offset


def _member(
    text: str,
    offset: int,
    decode: Callable[[str, int], tuple[object, int]],
    name: str | None,
    number: int,
) -> int | None:
    """Return where a member of an object, or an entry of a list, begins."""
    if text[offset] != ("[" if name is None else "{"):
        return None
    at = _skip(text, offset + 1)
    count = 0
    while text[at] not in "]}":
        if name is not None:
            key, at = decode(text, at)
            at = _skip(text, _skip(text, at) + 1)  # behind the colon
            if key == name:
                return at
        elif count == number:
            return at
        count += 1
        at = _skip(text, decode(text, at)[1])
        if text[at] == ",":
            at = _skip(text, at + 1)
    return None


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return at if space is None else space.end()
