"""Commands about rows of the permission table: seeing, adding, changing, switching and removing them (FIG 8).

Whoever changes a row says which version of it they saw, so that two who edit at once notice each other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
import hashlib
import json
from typing import Any, Final

import probatio

from homeassistant.helpers.typing import VolDictType

from ..const import CONF_SERIAL
from ..people import user_name
from ..permission_errors import ChangedMeanwhile, InvalidPermission
from ..policy.errors import PolicyError
from ..policy.marks import Mark, marks_of
from ..policy.row_changes import add_row, remove_row, replace_row
from ..policy.rows import MAX_NUMBER, NEW, Row
from ..policy.state import PolicyState
from ..policy.time_summary import summary
from ..policy.visibility import View
from .command import SERIAL, Caller, Message, Result, command

MAX_PAGE: Final = 200  # rows in one answer
VERSION: Final = probatio.All(str, probatio.Length(min=16, max=16))
NUMBER: Final = probatio.All(int, probatio.Range(min=1, max=MAX_NUMBER))
OBJECT: Final = probatio.Schema({str: object})  # read within bounds by the policy
_ROW: Final[VolDictType] = {
    probatio.Required("number"): NUMBER,
    probatio.Required("version"): VERSION,
}

PAGE: Final[VolDictType] = {
    probatio.Optional("after", default=0): probatio.All(int, probatio.Range(min=0, max=MAX_NUMBER)),
    probatio.Optional("limit", default=MAX_PAGE): probatio.All(
        int, probatio.Range(min=1, max=MAX_PAGE)
    ),
    # Only rows that count for this device as things are.
    probatio.Optional(CONF_SERIAL): SERIAL,
}


def version_of(record: Mapping[str, object]) -> str:
    """Return what tells two states of a row, group or shift apart."""
    text = json.dumps(record, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def view_of(caller: Caller) -> View:
    """Return what the caller is shown."""
    permissions = caller.gateway.permissions
    return View(permissions.table, permissions.facts, caller.actor)


@command("rows", PAGE)
async def ws_rows(caller: Caller, msg: Message) -> Result:
    """Tell which rows there are, with what is wrong with them; `next`: go on after this number."""
    return await shown_rows(caller, msg)


async def shown_rows(caller: Caller, msg: Message) -> dict[str, Any]:
    """Return a page of the rows that the caller sees; `after`, `limit` and `serial` as in `rows`."""
    permissions = caller.gateway.permissions
    state = permissions.state
    view = view_of(caller)
    found: list[tuple[Row, Row]] = []
    following = None
    for row, shown in _rows(view, state, msg):
        if len(found) == msg["limit"]:
            following = found[-1][0].number
            break
        found.append((row, shown))
    page = replace(state, rows={row.number: row for row, _ in found})
    marks = marks_of(page, permissions.facts, permissions.now())
    return {
        "rows": [
            {
                "row": shown.to_dict(),
                "version": version_of(row.to_dict()),
                "made_by_name": await user_name(caller.hass, row.made_by),
                "may_change": view.may_change(row),
                "marks": [_mark(mark) for mark in marks.get(row.number, ())]
                if view.may_change(row)
                else [],
                "when": [
                    [{"kind": item.kind.value, **item.placeholders} for item in group]
                    for group in summary(row.times, state.shifts)
                ],
            }
            for row, shown in found
        ],
        "next": following,
    }


@command(
    "add_row",
    {
        probatio.Required("row"): OBJECT,
        # The caller's own appointment by which it is made; left out: as first owner.
        probatio.Optional("by", default=None): probatio.Any(None, str),
    },
)
async def ws_add_row(caller: Caller, msg: Message) -> Result:
    """Add a row in the caller's name."""
    row = read_row(msg["row"], number=NEW, made_by=caller.user.id, by=msg["by"])
    permissions = caller.gateway.permissions
    state = await permissions.change(lambda state: add_row(state, caller.actor, row), caller.actor)
    return _made(state.rows[state.next_number - 1])


@command("change_row", {**_ROW, probatio.Required("row"): OBJECT})
async def ws_change_row(caller: Caller, msg: Message) -> Result:
    """Put another row in the place of one; it stays its maker's."""

    def change(old: Row) -> Row:
        return read_row(msg["row"], number=old.number, made_by=old.made_by, by=old.by)

    return await _changed(caller, msg, change)


@command("switch_row", {**_ROW, probatio.Required("is_on"): bool})
async def ws_switch_row(caller: Caller, msg: Message) -> Result:
    """Let a row count, or not."""
    return await _changed(caller, msg, lambda old: replace(old, is_on=msg["is_on"]))


@command("remove_row", _ROW)
async def ws_remove_row(caller: Caller, msg: Message) -> Result:
    """Take a row away."""
    number: int = msg["number"]

    def remove(state: PolicyState) -> PolicyState:
        _seen(caller, state, msg)
        return remove_row(state, caller.actor, number)

    await caller.gateway.permissions.change(remove, caller.actor)
    return None


def read_row(given: Mapping[str, object], *, number: int, made_by: str, by: str | None) -> Row:
    """Read what somebody wants a row to be; whose it is they do not say. Raises InvalidPermission."""
    named = {"number": number, "made_by": made_by} | ({} if by is None else {"by": by})
    if taken := sorted(given.keys() & {"number", "made_by", "by"}):
        raise InvalidPermission(ValueError(f"row.{taken[0]}: cannot be chosen"))
    try:
        return Row.from_dict({"is_on": True, **given, **named}, "row")
    except ValueError as error:
        raise InvalidPermission(error) from None


async def _changed(caller: Caller, msg: Message, change: Any) -> Result:
    def replaced(state: PolicyState) -> PolicyState:
        return replace_row(state, caller.actor, change(_seen(caller, state, msg)))

    permissions = caller.gateway.permissions
    state = await permissions.change(replaced, caller.actor)
    return _made(state.rows[msg["number"]])


def _seen(caller: Caller, state: PolicyState, msg: Message) -> Row:
    """Return the row if it is as the caller saw it. Raises PolicyError, ChangedMeanwhile."""
    row = state.rows.get(msg["number"])
    if row is None or view_of(caller).row(row) is None:
        raise PolicyError("unknown_row", row=str(msg["number"]))
    if version_of(row.to_dict()) != msg["version"]:
        raise ChangedMeanwhile
    return row


def _made(row: Row) -> Result:
    return {"number": row.number, "version": version_of(row.to_dict())}


def _rows(view: View, state: PolicyState, msg: Message) -> Iterator[tuple[Row, Row]]:
    """Yield each row with what is shown of it, from a number on."""
    serial = msg.get(CONF_SERIAL)
    for number, row in sorted(state.rows.items()):
        if number <= msg["after"]:
            continue
        if serial is not None and not view.is_about(row, serial):
            continue
        if (shown := view.row(row)) is not None:
            yield row, shown


def _mark(mark: Mark) -> dict[str, object]:
    return {
        "fault": mark.fault.value,
        "column": mark.column,
        "ids": list(mark.ids),
        "why": str(mark.why),
        "is_dead": mark.is_dead,
    }


COMMANDS = (ws_rows, ws_add_row, ws_change_row, ws_switch_row, ws_remove_row)
