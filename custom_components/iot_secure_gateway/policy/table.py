"""The permission table, made ready for judging: who may give which command to which device, and when?

The order of judging (FIG 3 step 335): the gateway itself may ask what a device is and measures; the
first owner may do everything; an appointment gives what it says; then rows that forbid, then rows
that allow, in any order; everything else is denied. An error anywhere denies.
"""

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Final, Self

from .actors import Actor, Automation, Integration, Script, System, User
from .authority import Grant, grant_of
from .commands import FIRST_OWNERS_COMMANDS, CommandGroup, group_of
from .decision import (
    BY_APPOINTMENT,
    BY_OWNER,
    BY_SYSTEM,
    DENIED,
    SYSTEM_COMMANDS,
    Column,
    Decision,
    Reason,
)
from .entries import ALL_AUTOMATIONS, ALL_INTEGRATIONS, ALL_SCRIPTS, EVERYONE, Entry, Miss, all_of
from .facts import Facts
from .next_allowed import Waiting, next_allowed
from .rows import Row
from .state import PolicyState

NO_ARGUMENTS: Final[Mapping[str, object]] = MappingProxyType({})

_REASON_OF_MISS = {
    Miss.TIME: (Reason.NOT_NOW, Column.TIMES),
    Miss.USED_UP: (Reason.USED_UP, Column.TIMES),
    Miss.EXPIRED: (Reason.EXPIRED, Column.TIMES),
    Miss.LIMITS: (Reason.OUTSIDE_LIMITS, Column.COMMANDS),
    Miss.COMMAND: (Reason.OTHER_COMMANDS, Column.COMMANDS),
}


class _Named:
    """Rows that name the same devices and the same users."""

    __slots__ = ("by_command", "by_group", "entries")

    def __init__(self) -> None:
        self.by_command: dict[str, list[Entry]] = {}
        self.by_group: dict[CommandGroup, list[Entry]] = {}
        self.entries: list[Entry] = []

    def add(self, entry: Entry) -> None:
        """File a row under the commands that it names."""
        self.entries.append(entry)
        for name in entry.names:
            self.by_command.setdefault(name, []).append(entry)
        for group in entry.commands:
            self.by_group.setdefault(group, []).append(entry)


type _Index = dict[str, dict[str, _Named]]  # by keys of devices, then of users
type _Cells = tuple[dict[str, _Named], ...]  # the parts of it that are about one device


class Table:
    """Judges commands. Made by `compile_table`; never changes, but for uses, which are counted apart."""

    def __init__(self, state: PolicyState, facts: Facts) -> None:
        """Resolve and file all rows; the time this takes grows with what rows name, not with users."""
        self.state = state
        self._owners = state.owners
        self._uses = _uses(state)
        self.entries: dict[int, Entry] = {}
        self._forbidding: _Index = {}
        self._allowing: _Index = {}
        device_keys = self._device_keys = _device_keys(state, facts)
        held: dict[str, Grant] = {}  # what rows name as all of their makers' devices
        grants: dict[tuple[str, str | None], Grant | None] = {}
        for row in sorted(state.rows.values(), key=_order):
            by = (row.made_by, row.by)
            if by not in grants:
                grants[by] = grant_of(state, *by)
            grant = grants[by]
            if not row.is_on or grant is None:
                continue
            entry = self.entries[row.number] = Entry(row, grant, state, facts)
            index = self._allowing if row.is_allow else self._forbidding
            subjects = entry.subject_keys(state)
            for device_key in entry.device_keys(state):
                by_subject = index.setdefault(device_key, {})
                for subject in subjects:
                    by_subject.setdefault(subject, _Named()).add(entry)
            if row.devices.all_of_maker:
                held[all_of(grant)] = grant
        for key, grant in held.items():
            for serial in grant.serials:
                device_keys[serial].append(key)
        self._forbidding_by_serial = _by_serial(self._forbidding, device_keys)
        self._allowing_by_serial = _by_serial(self._allowing, device_keys)
        self._subjects = _subject_keys_of_users(state, facts)
        self._appointed: dict[str, list[Grant]] = {}
        for link in state.appointments.values():
            grant = grant_of(state, link.user_id, link.id)
            if grant is not None:
                self._appointed.setdefault(link.user_id, []).append(grant)

    def after_use(self, state: PolicyState) -> Self:
        """Return the table for a state that differs in `uses_left` only; costs next to nothing."""
        table = copy(self)
        table.state = state
        table._uses = _uses(state)  # noqa: SLF001 - a new one of this class
        return table

    # --- judging -------------------------------------------------------------------------------------
    def decide(
        self,
        actor: Actor,
        serial: str,
        command: str,
        arguments: Mapping[str, object],
        now: datetime,
        starter: Actor | None = None,
    ) -> Decision:
        """Judge one command at an aware moment. Never raises: an error denies.

        With `starter`, who started an automation or script, both of them must be allowed.
        """
        try:
            decision = self._judge(actor, serial, command, arguments, now)
            if decision.allowed and starter is not None:
                of_starter = self._judge(starter, serial, command, arguments, now)
                if not of_starter.allowed:
                    decision = replace(of_starter, reason=Reason.STARTER_NOT_PERMITTED)
            if decision.allowed:
                return decision
            actors = (actor,) if starter is None else (actor, starter)
            parts = [self._waiting(one, serial, command, arguments) for one in actors]
            return replace(decision, next_allowed_at=_next_allowed(parts, now))
        except Exception:  # noqa: BLE001 - whatever is broken, the answer is no
            return DENIED[Reason.ERROR]

    def _judge(
        self,
        actor: Actor,
        serial: str,
        command: str,
        arguments: Mapping[str, object],
        now: datetime,
    ) -> Decision:
        fixed = self._without_rows(actor, serial, command)
        if fixed is not None:
            return fixed
        subjects = self.subject_keys(actor)
        for is_allow, by_serial in (
            (False, self._forbidding_by_serial),
            (True, self._allowing_by_serial),
        ):
            best: Row | None = None
            for entries in _found(by_serial.get(serial, ()), subjects, command):
                for entry in entries:
                    if (
                        serial in entry.grant.serials
                        and self._miss(entry, command, arguments, now) is None
                    ):
                        if best is None or _order(entry.row) < _order(best):
                            best = entry.row
                        break  # the others of this list come after it
            if best is not None:
                reason = Reason.ROW if is_allow else Reason.FORBIDDEN
                return Decision(allowed=is_allow, reason=reason, row=best.number)
        return self._nearest(actor, serial, command, arguments, now)

    def _without_rows(self, actor: Actor, serial: str, command: str) -> Decision | None:
        """Return the verdict where no row has a say; None where rows decide."""
        if isinstance(actor, System):
            return BY_SYSTEM if command in SYSTEM_COMMANDS else DENIED[Reason.SYSTEM_NOT_PERMITTED]
        if (reason := _REASON_WITHOUT_ROW.get(type(actor))) is None:
            return DENIED[Reason.UNKNOWN_ACTOR]
        owner = self._owners.get(serial)
        if not owner:
            return DENIED[Reason.NO_OWNER]
        if isinstance(actor, User) and actor.id == owner:
            return BY_OWNER
        if command in FIRST_OWNERS_COMMANDS:
            return DENIED[reason]
        if isinstance(actor, User) and actor.id in self._appointed:
            group = group_of(command)
            for grant in self._appointed[actor.id]:
                if group in grant.commands and serial in grant.serials:
                    return BY_APPOINTMENT
        return None

    def _nearest(
        self,
        actor: Actor,
        serial: str,
        command: str,
        arguments: Mapping[str, object],
        now: datetime,
    ) -> Decision:
        """Return the denial, with the row that is nearest of those that name user and device."""
        best: tuple[Miss, int] | None = None
        for named in _named(self._allowing_by_serial.get(serial, ()), self.subject_keys(actor)):
            for entry in named.entries:
                if serial not in entry.grant.serials:
                    continue
                miss: Miss | None = Miss.COMMAND
                if entry.names_command(command, group_of(command)):
                    miss = self._miss(entry, command, arguments, now)
                if miss is not None and (best is None or (miss, entry.row.number) < best):
                    best = (miss, entry.row.number)
        if best is None:
            return DENIED[_REASON_WITHOUT_ROW[type(actor)]]
        reason, column = _REASON_OF_MISS[best[0]]
        return Decision(allowed=False, reason=reason, row=best[1], column=column)

    def _waiting(
        self, actor: Actor, serial: str, command: str, arguments: Mapping[str, object]
    ) -> Waiting | bool:
        """Return what the verdict waits for; True when it is yes at any time, False when no."""
        fixed = self._without_rows(actor, serial, command)
        if fixed is not None:
            return fixed.allowed
        subjects = self.subject_keys(actor)
        parts = [
            [
                entry
                for entries in _found(by_serial.get(serial, ()), subjects, command)
                for entry in entries
                if serial in entry.grant.serials
                and entry.is_within(command, arguments)
                and self._uses.get(entry.row.number) != 0
            ]
            for by_serial in (self._forbidding_by_serial, self._allowing_by_serial)
        ]
        return Waiting(*parts)

    def _miss(
        self, entry: Entry, command: str, arguments: Mapping[str, object], now: datetime
    ) -> Miss | None:
        return entry.miss(command, arguments, now, self._uses.get(entry.row.number))

    def is_usable(self, entry: Entry, when: datetime) -> bool:
        """Return whether a row is neither used up nor expired."""
        expires_at = entry.row.expires_at
        if expires_at is not None and when >= expires_at:
            return False
        return self._uses.get(entry.row.number) != 0

    def device_keys(self, serial: str) -> tuple[str, ...]:
        """Return the keys under which rows may name a device."""
        return tuple(self._device_keys.get(serial, ()))

    def subject_keys(self, actor: Actor) -> tuple[str, ...]:
        """Return the keys under which rows may name an actor."""
        if isinstance(actor, User):
            return self._subjects.get(actor.id) or (f"user:{actor.id}", EVERYONE)
        if isinstance(actor, Automation):
            return f"automation:{actor.entity_id}", ALL_AUTOMATIONS
        if isinstance(actor, Script):
            return f"script:{actor.entity_id}", ALL_SCRIPTS
        if isinstance(actor, Integration):
            return f"integration:{actor.name}", ALL_INTEGRATIONS
        return ()


def compile_table(state: PolicyState, facts: Facts) -> Table:
    """Make the table ready for judging: once per change of the state or the facts."""
    return Table(state, facts)


_REASON_WITHOUT_ROW: Mapping[type, Reason] = {
    User: Reason.NOT_OWNER,
    Automation: Reason.AUTOMATION_NOT_PERMITTED,
    Script: Reason.SCRIPT_NOT_PERMITTED,
    Integration: Reason.INTEGRATION_NOT_PERMITTED,
}


def _next_allowed(parts: list[Waiting | bool], now: datetime) -> datetime | None:
    if False in parts:
        return None
    return next_allowed((part for part in parts if isinstance(part, Waiting)), now)


def _order(row: Row) -> tuple[bool, int]:
    """Return the order in which rows are taken: a counted use is spent only where it has to be."""
    return row.uses_left is not None, row.number


def _named(cells: _Cells, subjects: tuple[str, ...]) -> Iterator[_Named]:
    for by_subject in cells:
        for subject in subjects:
            named = by_subject.get(subject)
            if named is not None:
                yield named


def _found(cells: _Cells, subjects: tuple[str, ...], command: str) -> Iterator[list[Entry]]:
    """Yield lists of rows that name device, user and command; each in the order of `_order`."""
    group = group_of(command)
    for named in _named(cells, subjects):
        if (entries := named.by_command.get(command)) is not None:
            yield entries
        if (entries := named.by_group.get(group)) is not None:
            yield entries


def _uses(state: PolicyState) -> dict[int, int]:
    return {row.number: row.uses_left for row in state.rows.values() if row.uses_left is not None}


def _device_keys(state: PolicyState, facts: Facts) -> dict[str, list[str]]:
    """Return the keys under which rows may name each device."""
    keys = {serial: [f"serial:{serial}"] for serial in state.owners}
    for serial, of_device in keys.items():
        if area := facts.areas.get(serial):
            of_device.append(f"area:{area}")
        of_device.extend(f"label:{label}" for label in sorted(facts.labels.get(serial, ())))
    for group in state.device_groups.values():
        for serial in group.serials & keys.keys():
            keys[serial].append(f"group:{group.id}")
    return keys


def _subject_keys_of_users(state: PolicyState, facts: Facts) -> dict[str, tuple[str, ...]]:
    """Return the keys of all users that a row may name otherwise than by their own id."""
    keys: dict[str, list[str]] = {}

    def add(user_id: str, key: str) -> None:
        keys.setdefault(user_id, [f"user:{user_id}", EVERYONE]).append(key)

    users_of: dict[str, list[str]] = {}
    for user_id, entity_id in facts.persons.items():
        users_of.setdefault(entity_id, []).append(user_id)
        add(user_id, f"person:{entity_id}")
    for group in state.user_groups.values():
        by_person = (user_id for person in group.persons for user_id in users_of.get(person, ()))
        for user_id in {*group.users, *by_person}:
            add(user_id, f"group:{group.id}")
    return {user_id: tuple(of_user) for user_id, of_user in keys.items()}


def _by_serial(index: _Index, keys: Mapping[str, list[str]]) -> dict[str, _Cells]:
    return {
        serial: cells
        for serial, of_device in keys.items()
        if (cells := tuple(index[key] for key in of_device if key in index))
    }
