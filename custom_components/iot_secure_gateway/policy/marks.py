"""What is wrong with a row that is stored: it can never count, or names what does not exist.

Such rows are shown, not refused: what a row names may come back, and who made it may want to know.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .authority import Grant, grant_of
from .decision import Column
from .entries import Entry
from .facts import Facts
from .groups import counted
from .rows import Row
from .state import PolicyState


class Fault(StrEnum):
    """What is wrong; also the key of the text that people are shown."""

    NO_AUTHORITY = "no_authority"  # the maker's authority has ended
    NOTHING = "nothing"  # of a column nothing is left that counts
    UNKNOWN = "unknown"  # names what is not there, beside what is
    USED_UP = "used_up"
    EXPIRED = "expired"
    NEVER = "never"  # its times do not come again


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One fault of one row."""

    fault: Fault
    column: Column | None = None
    ids: tuple[str, ...] = ()  # what is unknown
    why: str = ""  # of times that do not come again

    @property
    def is_dead(self) -> bool:
        """Whether the row cannot count as things are."""
        return self.fault is not Fault.UNKNOWN


def marks_of(state: PolicyState, facts: Facts, now: datetime) -> dict[int, tuple[Mark, ...]]:
    """Return the marks of all rows that have one, by number."""
    found = {number: tuple(_marks(state, facts, row, now)) for number, row in state.rows.items()}
    return {number: marks for number, marks in found.items() if marks}


def _marks(state: PolicyState, facts: Facts, row: Row, now: datetime) -> Iterable[Mark]:
    if row.uses_left == 0:
        yield Mark(fault=Fault.USED_UP, column=Column.TIMES)
    if row.expires_at is not None and now >= row.expires_at:
        yield Mark(fault=Fault.EXPIRED, column=Column.TIMES)
    grant = grant_of(state, row.made_by, row.by)
    if grant is None:
        yield Mark(fault=Fault.NO_AUTHORITY)
        return
    entry = Entry(row, grant, state, facts, {})
    unknown = _unknown(state, facts, row, grant)
    for column, is_left in (
        (Column.USERS, bool(_users_left(state, facts, entry))),
        (Column.DEVICES, bool(devices_left(state, facts, entry))),
        (Column.COMMANDS, bool(entry.commands or entry.names)),
        (Column.TIMES, True),
    ):
        ids = tuple(sorted(unknown[column]))
        if not is_left:
            yield Mark(fault=Fault.NOTHING, column=column, ids=ids)
        elif ids:
            yield Mark(fault=Fault.UNKNOWN, column=column, ids=ids)
    if entry.when.start(now if row.starts_at is None else max(now, row.starts_at)) is None:
        yield Mark(fault=Fault.NEVER, column=Column.TIMES, why=entry.when.why_never(now))


def _unknown(state: PolicyState, facts: Facts, row: Row, grant: Grant) -> dict[Column, set[str]]:
    """Return what a row names that is not there, or that somebody else made."""

    def groups(kept_in: str, ids: Iterable[str]) -> set[str]:
        kept = getattr(state, kept_in)
        return {key for key in ids if key not in kept or kept[key].made_by not in grant.path}

    users = set(row.users.users) - facts.users if facts.users is not None else set[str]()
    return {
        Column.USERS: users | groups("user_groups", row.users.groups),
        Column.DEVICES: set(row.devices.serials - grant.serials)
        | groups("device_groups", row.devices.groups),
        Column.COMMANDS: groups("command_groups", row.commands.own_groups),
        Column.TIMES: groups("shifts", row.times.shifts),
    }


def _users_left(state: PolicyState, facts: Facts, entry: Entry) -> set[str]:
    """Return something that the row's column of users still names."""
    keys = entry.subject_keys(state)
    for group_id in counted(state.user_groups, entry.row.users.groups, entry.grant.path):
        keys.discard(f"group:{group_id}")
        group = state.user_groups[group_id]
        keys |= {f"user:{user_id}" for user_id in group.users}
        keys |= {f"person:{entity_id}" for entity_id in group.persons}
    if facts.users is not None:
        keys -= {f"user:{user_id}" for user_id in entry.row.users.users - facts.users}
    return keys


def devices_left(state: PolicyState, facts: Facts, entry: Entry) -> frozenset[str]:
    """Return the devices that the row still counts for."""
    devices, serials = entry.row.devices, entry.grant.serials
    if devices.all_of_maker:
        return serials
    groups = counted(state.device_groups, devices.groups, entry.grant.path)
    named = devices.serials.union(*(state.device_groups[key].serials for key in groups))
    by_place = {
        serial
        for serial in serials
        if facts.areas.get(serial) in devices.areas
        or facts.labels.get(serial, frozenset()) & devices.labels
    }
    return serials & (named | by_place)
