"""Changes of rows, groups and shifts: each returns a new state, or raises PolicyError.

Nobody gives more than they hold (B24): a row may name only devices and commands that its maker has
authority over, and only groups and shifts of its maker or of people above. What a row names by area,
label or group changes later; then it counts only as far as its maker's authority reaches.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from .actors import Actor
from .authority import grant_of, grants_of
from .changes import held, person
from .commands import FIRST_OWNERS_COMMANDS, group_of
from .errors import PolicyError
from .groups import DeviceGroup, OwnCommandGroup, UserGroup, badly_nested
from .rows import Row
from .state import MAX_GROUPS, MAX_ROWS, MAX_SHIFTS, PolicyState, Shared
from .times import Shift

# Where each kind of thing that rows refer to is kept.
KEPT_IN: Final = {
    UserGroup: "user_groups",
    DeviceGroup: "device_groups",
    OwnCommandGroup: "command_groups",
    Shift: "shifts",
}


def add_row(state: PolicyState, actor: Actor, row: Row) -> PolicyState:
    """Add a row of one's own; its number is the state's next one."""
    if row.made_by != person(actor):
        raise PolicyError("not_yours")
    if len(state.rows) >= MAX_ROWS:
        raise PolicyError("too_many_rows", limit=str(MAX_ROWS))
    check_row(state, row)
    number = state.next_number
    rows = {**state.rows, number: replace(row, number=number)}
    return replace(state, rows=rows, next_number=number + 1)


def replace_row(state: PolicyState, actor: Actor, row: Row) -> PolicyState:
    """Put a row in the place of the one with its number; it stays its maker's."""
    old = _row_to_change(state, actor, row.number)
    if (row.made_by, row.by) != (old.made_by, old.by):
        raise PolicyError("not_yours")
    check_row(state, row)
    return replace(state, rows={**state.rows, row.number: row})


def remove_row(state: PolicyState, actor: Actor, number: int) -> PolicyState:
    """Take a row away."""
    _row_to_change(state, actor, number)
    return replace(state, rows={key: row for key, row in state.rows.items() if key != number})


def spend(state: PolicyState, number: int) -> PolicyState:
    """A command was carried out by this row: one use less where uses are counted."""
    row = state.rows.get(number)
    if row is None or not row.uses_left:
        return state
    return replace(state, rows={**state.rows, number: replace(row, uses_left=row.uses_left - 1)})


def give_back(state: PolicyState, number: int) -> PolicyState:
    """What was to be carried out by this row certainly was not: the use that was taken counts again."""
    row = state.rows.get(number)
    if row is None or row.uses_left is None:
        return state
    return replace(state, rows={**state.rows, number: replace(row, uses_left=row.uses_left + 1)})


def put(state: PolicyState, actor: Actor, shared: Shared) -> PolicyState:
    """Add or replace a group or shift of one's own; rows that refer to it follow at once."""
    user_id = person(actor)
    kept_in = KEPT_IN[type(shared)]
    records: dict[str, Shared] = dict(getattr(state, kept_in))
    old = records.get(shared.id)
    if shared.made_by != user_id or (old is not None and old.made_by != user_id):
        raise PolicyError("not_yours")
    limit = MAX_SHIFTS if isinstance(shared, Shift) else MAX_GROUPS
    if old is None and len(records) >= limit:
        raise PolicyError("too_many_groups", limit=str(limit))
    records[shared.id] = shared
    new = _with(state, kept_in, records)
    check_shared(new, user_id, shared)
    return new


def take_away(state: PolicyState, actor: Actor, shared: Shared) -> PolicyState:
    """Remove a group or shift of one's own that nothing refers to."""
    kept_in = KEPT_IN[type(shared)]
    records: dict[str, Shared] = dict(getattr(state, kept_in))
    if records.get(shared.id) != shared or shared.made_by != person(actor):
        raise PolicyError("not_yours")
    if user := used_by(state, shared):
        raise PolicyError("still_used", by=user)
    del records[shared.id]
    return _with(state, kept_in, records)


def check_shared(state: PolicyState, user_id: str, shared: Shared) -> None:
    """Raise PolicyError when a person may not have made a group or shift of a state as it is."""
    if shared.made_by != user_id:
        raise PolicyError("not_yours")
    grants = grants_of(state, user_id)
    if not grants:
        raise PolicyError("no_authority")
    if isinstance(shared, DeviceGroup):
        over = frozenset[str]().union(*(grant.serials for grant in grants))
        if not shared.serials <= over:
            raise PolicyError("grants_too_much")
    if isinstance(shared, (UserGroup, DeviceGroup)):
        makers = {user_id}.union(*(grant.path for grant in grants))
        groups = getattr(state, KEPT_IN[type(shared)])
        for group_id in sorted(shared.groups):
            if group_id not in groups or groups[group_id].made_by not in makers:
                raise PolicyError("unknown_group", group=group_id)
        if badly_nested(groups) is not None:
            raise PolicyError("badly_nested")


def may_change(state: PolicyState, user_id: str, row: Row) -> bool:
    """Return whether a person made a row, or stands above who made it."""
    grant = grant_of(state, row.made_by, row.by)
    return row.made_by == user_id or (grant is not None and user_id in grant.path)


def _with(state: PolicyState, kept_in: str, records: Mapping[str, Shared]) -> PolicyState:
    changed: Any = {kept_in: records}
    return replace(state, **changed)


def _row_to_change(state: PolicyState, actor: Actor, number: int) -> Row:
    row = state.rows.get(number)
    if row is None:
        raise PolicyError("unknown_row", row=str(number))
    if not may_change(state, person(actor), row):
        raise PolicyError("not_yours")
    return row


def check_row(state: PolicyState, row: Row) -> None:
    """Raise PolicyError when a row names what its maker does not hold."""
    grant = held(state, row.made_by, row.by)
    commands = row.commands
    if not row.devices.serials <= grant.serials or not commands.groups <= grant.commands:
        raise PolicyError("grants_too_much")
    for name in sorted(commands.names):
        if name in FIRST_OWNERS_COMMANDS or group_of(name) not in grant.commands:
            raise PolicyError("grants_too_much")
    for kept_in, ids in (
        ("user_groups", row.users.groups),
        ("device_groups", row.devices.groups),
        ("command_groups", commands.own_groups),
        ("shifts", row.times.shifts),
    ):
        for group_id in sorted(ids):
            shared = getattr(state, kept_in).get(group_id)
            if shared is None or shared.made_by not in grant.path:
                raise PolicyError("unknown_group", group=group_id)


def used_by(state: PolicyState, shared: Shared) -> str:
    """Return what refers to a group or shift, as a number of a row or an id; empty when nothing does."""
    for row in state.rows.values():
        if shared.id in _referred(row, shared):
            return str(row.number)
    if isinstance(shared, DeviceGroup):
        for link in state.appointments.values():
            if shared.id in link.device_groups:
                return link.id
    if isinstance(shared, (UserGroup, DeviceGroup)):
        for group in getattr(state, KEPT_IN[type(shared)]).values():
            if shared.id in group.groups:
                return str(group.id)
    return ""


def _referred(row: Row, shared: Shared) -> frozenset[str]:
    if isinstance(shared, UserGroup):
        return row.users.groups
    if isinstance(shared, DeviceGroup):
        return row.devices.groups
    if isinstance(shared, OwnCommandGroup):
        return row.commands.own_groups
    return row.times.shifts
