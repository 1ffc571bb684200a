"""The permission table, made ready for judging: who may give which command to which device, and when?

The order of judging (FIG 3 step 335): the gateway itself may ask what a device is and measures; the
first owner may do everything; an appointment gives what it says; then rows that forbid, then rows
that allow, in any order; everything else is denied. An error anywhere denies.
"""

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from datetime import datetime
from sys import intern
from types import MappingProxyType
from typing import Final, Self

from .actors import Actor, Automation, Guest, Integration, Script, System, User
from .authority import Grant, grant_of
from .commands import FIRST_OWNERS_COMMANDS, group_of
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
from .entries import (
    ALL_AUTOMATIONS,
    ALL_INTEGRATIONS,
    ALL_SCRIPTS,
    EVERYONE,
    Entry,
    Miss,
    When,
    Whens,
    all_of,
    guest_key,
)
from .facts import Facts
from .index import Cell, Index, about, in_order
from .next_allowed import Waiting, next_allowed
from .state import PolicyState

NO_ARGUMENTS: Final[Mapping[str, object]] = MappingProxyType({})

_REASON_OF_MISS = {
    Miss.TIME: (Reason.NOT_NOW, Column.TIMES),
    Miss.USED_UP: (Reason.USED_UP, Column.TIMES),
    Miss.EXPIRED: (Reason.EXPIRED, Column.TIMES),
    Miss.LIMITS: (Reason.OUTSIDE_LIMITS, Column.COMMANDS),
    Miss.COMMAND: (Reason.OTHER_COMMANDS, Column.COMMANDS),
}
_MATTER_OF_TIME = {Reason.NOT_NOW, Reason.FORBIDDEN, Reason.STARTER_NOT_PERMITTED}


class Table:
    """Judges commands. Made by `compile_table`; never changes, but for uses, which are counted apart."""

    def __init__(self, state: PolicyState, facts: Facts) -> None:
        """Resolve and file all rows; the time this takes grows with what rows name, not with users."""
        self.state = state
        self.facts = facts
        self._owners = state.owners
        self._uses = _uses(state)
        self.entries: dict[int, Entry] = {}
        self.guests: dict[str, list[Entry]] = {}  # by ids of passes
        self._index = Index()
        self._device_keys = _device_keys(state, facts)
        grants: dict[tuple[str, str | None], Grant | None] = {}
        whens: Whens = {}
        whole: dict[str, Grant] = {}  # what rows name as all of their makers' devices
        entries = []
        for row in state.rows.values():
            by = (row.made_by, row.by)
            if by not in grants:
                grants[by] = grant_of(state, *by)
            grant = grants[by]
            if row.is_on and grant is not None:
                entries.append(Entry(row, grant, state, facts, whens))
                if row.devices.all_of_maker:
                    whole[all_of(grant)] = grant
        named: set[str] = set()
        for entry in sorted(entries, key=lambda entry: entry.order):
            self.entries[entry.row.number] = entry
            subjects = entry.subject_keys(state)
            named |= subjects
            self._index.add(entry, entry.device_keys(state), subjects)
            for guest in entry.row.users.guests:
                self.guests.setdefault(guest, []).append(entry)
        for key, grant in whole.items():
            for serial in grant.serials:
                self._device_keys[serial].append(key)
        self._index.close(self._device_keys)
        # Keys that no row names need not be looked up.
        self._everyone = (EVERYONE,) if EVERYONE in named else ()
        self._subjects = {
            user_id: tuple(intern(key) for key in keys if key in named)
            for user_id, keys in _subject_keys_of_users(state, facts).items()
        }
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
            asked = (serial, command, arguments)
            decision = self._judge(actor, *asked, now)
            if decision.allowed and starter is not None:
                of_starter = self._judge(starter, *asked, now)
                if not of_starter.allowed:
                    decision = replace(of_starter, reason=Reason.STARTER_NOT_PERMITTED)
            if decision.reason not in _MATTER_OF_TIME:
                return decision
            actors = (actor,) if starter is None else (actor, starter)
            waiting = [self._waiting(one, *asked, now) for one in actors]
            return replace(decision, next_allowed_at=next_allowed(waiting, now))
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
        found = self._index.find(serial, self.subject_keys(actor))
        if found:
            first = self._first(found, serial, command, arguments, now)
            if first is not None:
                return first.verdict
            nearest = self._nearest(found, serial, command, arguments, now)
            if nearest is not None:
                return nearest
        return DENIED[_REASON_WITHOUT_ROW[type(actor)]]

    def _without_rows(self, actor: Actor, serial: str, command: str) -> Decision | None:
        """Return the verdict where no row has a say; None where rows decide."""
        owner = self._owners.get(serial)
        if type(actor) is User:
            if owner == actor.id and owner:
                return BY_OWNER
        elif type(actor) is System:
            return BY_SYSTEM if command in SYSTEM_COMMANDS else DENIED[Reason.SYSTEM_NOT_PERMITTED]
        elif type(actor) not in _REASON_WITHOUT_ROW:
            return DENIED[Reason.UNKNOWN_ACTOR]
        if not owner:
            return DENIED[Reason.NO_OWNER]
        if command in FIRST_OWNERS_COMMANDS:
            return DENIED[_REASON_WITHOUT_ROW[type(actor)]]
        if type(actor) is User and actor.id in self._appointed:
            group = group_of(command)
            for grant in self._appointed[actor.id]:
                if group in grant.commands and serial in grant.serials:
                    return BY_APPOINTMENT
        return None

    def _first(
        self,
        found: list[Cell],
        serial: str,
        command: str,
        arguments: Mapping[str, object],
        now: datetime,
    ) -> Entry | None:
        """Return the first row, in the order of rows, that counts for a command."""
        first: Entry | None = None
        held: dict[When, bool] = {}
        for entries in about(found, command):
            for entry in entries:
                if first is not None and entry.order > first.order:
                    break
                if serial not in entry.serials:
                    continue
                if not entry.is_plain:
                    if self._obstacle(entry, command, arguments, now) is not None:
                        continue
                when = entry.when
                if not when.is_always:
                    if when not in held:
                        held[when] = when.covers(now)
                    if not held[when]:
                        continue
                first = entry
                break
        return first

    def _nearest(
        self,
        found: list[Cell],
        serial: str,
        command: str,
        arguments: Mapping[str, object],
        now: datetime,
    ) -> Decision | None:
        """Return the denial by rows none of which counts now, with the nearest that allows."""
        best: Entry | None = None
        best_miss = Miss.COMMAND
        for entries in about(found, command):
            for entry in entries:
                if entry.is_allow and serial in entry.serials:
                    miss = Miss.TIME
                    if not entry.is_plain:
                        miss = self._obstacle(entry, command, arguments, now) or miss
                    if best is None or (miss, entry.order) < (best_miss, best.order):
                        best, best_miss = entry, miss
        if best is None:
            for cell in found:
                for entry in in_order(cell):
                    if entry.is_allow and serial in entry.serials:
                        if best is None or entry.order < best.order:
                            best = entry
                        break
        if best is None:
            return None
        reason, column = _REASON_OF_MISS[best_miss]
        return Decision(allowed=False, reason=reason, row=best.row.number, column=column)

    def _waiting(
        self,
        actor: Actor,
        serial: str,
        command: str,
        arguments: Mapping[str, object],
        now: datetime,
    ) -> Waiting | bool:
        """Return what the verdict waits for; True when it is yes at any time, False when no."""
        fixed = self._without_rows(actor, serial, command)
        if fixed is not None:
            return fixed.allowed
        entries = [
            entry
            for of_command in about(self._index.find(serial, self.subject_keys(actor)), command)
            for entry in of_command
            if serial in entry.serials
            and self._obstacle(entry, command, arguments, now) in (None, Miss.TIME)
        ]
        return Waiting(entries)

    def _obstacle(
        self, entry: Entry, command: str, arguments: Mapping[str, object], now: datetime
    ) -> Miss | None:
        return entry.obstacle(command, arguments, now, self._uses.get(entry.row.number))

    # --- for explanations ----------------------------------------------------------------------------
    def is_usable(self, entry: Entry, when: datetime) -> bool:
        """Return whether a row has begun and is neither used up nor expired."""
        starts_at, expires_at = entry.row.starts_at, entry.row.expires_at
        if starts_at is not None and when < starts_at:
            return False
        if expires_at is not None and when >= expires_at:
            return False
        return self._uses.get(entry.row.number) != 0

    def device_keys(self, serial: str) -> tuple[str, ...]:
        """Return the keys under which rows may name a device."""
        return tuple(self._device_keys.get(serial, ()))

    def subject_keys(self, actor: Actor) -> tuple[str, ...]:
        """Return the keys under which rows may name an actor."""
        if isinstance(actor, User):
            keys = self._subjects.get(actor.id)
            return (f"user:{actor.id}", *self._everyone) if keys is None else keys
        if isinstance(actor, Automation):
            return f"automation:{actor.entity_id}", ALL_AUTOMATIONS
        if isinstance(actor, Script):
            return f"script:{actor.entity_id}", ALL_SCRIPTS
        if isinstance(actor, Integration):
            return f"integration:{actor.name}", ALL_INTEGRATIONS
        if isinstance(actor, Guest):
            return (guest_key(actor.id),)
        return ()


def compile_table(state: PolicyState, facts: Facts) -> Table:
    """Make the table ready for judging: once per change of the state or the facts."""
    return Table(state, facts)


_REASON_WITHOUT_ROW: Mapping[type, Reason] = {
    User: Reason.NOT_OWNER,
    Automation: Reason.AUTOMATION_NOT_PERMITTED,
    Script: Reason.SCRIPT_NOT_PERMITTED,
    Integration: Reason.INTEGRATION_NOT_PERMITTED,
    Guest: Reason.GUEST_NOT_PERMITTED,
}


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
