"""A row made ready for judging: what of it counts, with all references resolved."""

from collections.abc import Mapping, Set as AbstractSet
from datetime import datetime
from enum import IntEnum

from .authority import Grant
from .columns import ALL, ArgumentLimit
from .commands import FIRST_OWNERS_COMMANDS, CommandGroup, group_of
from .coverage import covers
from .decision import Decision, Reason
from .facts import Facts
from .groups import counted
from .next_times import Never, next_end, next_start, why_never
from .rows import MAX_NUMBER, Row
from .state import PolicyState
from .times import Shift, Times


class Miss(IntEnum):
    """Why a row that names user and device does not count for a command; the smaller, the nearer."""

    TIME = 1
    USED_UP = 2
    EXPIRED = 3
    LIMITS = 4
    COMMAND = 5


class When:
    """When rows count; one object for all rows that count at the same times."""

    __slots__ = ("_facts", "_if_unknown", "_shifts", "_times", "is_always")

    def __init__(
        self, times: Times, shifts: Mapping[str, Shift], facts: Facts, *, is_allow: bool
    ) -> None:
        """Only the shifts that are given count. What cannot be known forbids, and does not allow."""
        self._times = times
        self._shifts = shifts
        self._facts = facts
        self._if_unknown = not is_allow
        self.is_always = times.is_always

    def covers(self, now: datetime) -> bool:
        """Return whether the times hold."""
        return covers(
            self._times,
            self._shifts,
            now,
            self._facts.zone,
            self._facts.sources,
            if_unknown=self._if_unknown,
        )

    def start(self, when: datetime) -> datetime | None:
        """Return the first moment from `when` on at which they hold; None when there is none."""
        return next_start(
            self._times,
            self._shifts,
            when,
            self._facts.zone,
            self._facts.sources,
            if_unknown=self._if_unknown,
        )

    def end(self, when: datetime) -> datetime | None:
        """Return the first moment from `when` on at which they do not hold; None when there is none."""
        return next_end(
            self._times,
            self._shifts,
            when,
            self._facts.zone,
            self._facts.sources,
            if_unknown=self._if_unknown,
        )

    def why_never(self, when: datetime) -> Never:
        """Return why there is no start."""
        return why_never(self._times, self._shifts, when, self._facts.zone, self._facts.sources)


_COUNTED = 2 * MAX_NUMBER
_ALLOWING = 2 * _COUNTED

type Whens = dict[tuple[Times, frozenset[str], bool], When]


class Entry:
    """One row, as far as its maker's authority reaches."""

    __slots__ = (
        "commands", "grant", "is_allow", "is_plain", "limits", "names", "order", "row", "serials", "verdict", "when",
    )  # fmt: skip

    def __init__(
        self, row: Row, grant: Grant, state: PolicyState, facts: Facts, whens: Whens
    ) -> None:
        """`whens`: those of other rows, to share; a new one is added."""
        self.row = row
        self.is_allow = row.is_allow
        self.grant = grant
        self.serials = grant.serials
        # What forbids wins; and a counted use is spent only where it has to be.
        self.order = row.number + _COUNTED * (row.uses_left is not None) + _ALLOWING * row.is_allow
        reason = Reason.ROW if row.is_allow else Reason.FORBIDDEN
        self.verdict = Decision(allowed=row.is_allow, reason=reason, row=row.number)
        groups = set(row.commands.groups)
        names = set(row.commands.names)
        for group_id in counted_commands(row, grant, state):
            groups |= state.command_groups[group_id].groups
            names |= state.command_groups[group_id].names
        self.commands: AbstractSet[CommandGroup] = groups & grant.commands
        self.names: AbstractSet[str] = {
            name
            for name in names - FIRST_OWNERS_COMMANDS
            if group_of(name) in grant.commands and group_of(name) not in self.commands
        }
        self.limits: Mapping[str, tuple[ArgumentLimit, ...]] = {
            command: tuple(limit for limit in row.commands.limits if limit.command == command)
            for command in {limit.command for limit in row.commands.limits}
        }
        shifts = {
            shift_id: shift
            for shift_id in row.times.shifts
            if (shift := state.shifts.get(shift_id)) is not None and shift.made_by in grant.path
        }
        key = (row.times, frozenset(shifts), row.is_allow)
        if key not in whens:
            whens[key] = When(row.times, shifts, facts, is_allow=row.is_allow)
        self.when = whens[key]
        # Nothing but its times has to be looked at.
        self.is_plain = (
            not self.limits
            and row.uses_left is None
            and row.starts_at is None
            and row.expires_at is None
        )

    def subject_keys(self, state: PolicyState) -> set[str]:
        """Return the keys of all whom the row names."""
        users = self.row.users
        keys = {f"user:{user_id}" for user_id in users.users}
        keys |= {f"person:{entity_id}" for entity_id in users.persons}
        keys |= {f"automation:{entity_id}" for entity_id in users.automations}
        keys |= {f"script:{entity_id}" for entity_id in users.scripts}
        keys |= {f"integration:{name}" for name in users.integrations}
        keys |= {guest_key(guest) for guest in users.guests}
        groups = counted(state.user_groups, users.groups, self.grant.path)
        keys |= {f"group:{group_id}" for group_id in groups}
        if users.everyone:
            keys.add(EVERYONE)
        return keys

    def device_keys(self, state: PolicyState) -> set[str]:
        """Return the keys of all devices that the row names."""
        devices = self.row.devices
        keys = {f"serial:{serial}" for serial in devices.serials}
        keys |= {f"area:{area}" for area in devices.areas}
        keys |= {f"label:{label}" for label in devices.labels}
        groups = counted(state.device_groups, devices.groups, self.grant.path)
        keys |= {f"group:{group_id}" for group_id in groups}
        if devices.all_of_maker:
            keys.add(all_of(self.grant))
        return keys

    def names_command(self, command: str) -> bool:
        """Return whether the row gives, or forbids, this command at all."""
        if command in FIRST_OWNERS_COMMANDS:
            return False
        return group_of(command) in self.commands or command in self.names

    def obstacle(
        self, command: str, arguments: Mapping[str, object], now: datetime, uses: int | None
    ) -> Miss | None:
        """Return why the row does not count for a command that it names, whatever its times are.

        A row that only has not begun yet misses in time, as one whose times do not hold.
        """
        if not self.is_within(command, arguments):
            return Miss.LIMITS
        if self.row.expires_at is not None and now >= self.row.expires_at:
            return Miss.EXPIRED
        if uses == 0:
            return Miss.USED_UP
        starts_at = self.row.starts_at
        return Miss.TIME if starts_at is not None and now < starts_at else None

    def is_within(self, command: str, arguments: Mapping[str, object]) -> bool:
        """Return whether all limits hold. An argument that cannot be judged holds for forbidding only."""
        for limit in self.limits.get(command, ()):
            holds = limit.holds(arguments.get(limit.argument))
            if not (holds if holds is not None else not self.row.is_allow):
                return False
        return True


EVERYONE = "everyone"
ALL_AUTOMATIONS = f"automation:{ALL}"
ALL_SCRIPTS = f"script:{ALL}"
ALL_INTEGRATIONS = f"integration:{ALL}"


def guest_key(pass_id: str) -> str:
    """Return the key of whoever holds a guest pass."""
    return f"guest:{pass_id}"


def all_of(grant: Grant) -> str:
    """Return the key of all devices that a person holds by one link."""
    return f"all:{grant.user_id}:{grant.appointment or ''}"


def counted_commands(row: Row, grant: Grant, state: PolicyState) -> list[str]:
    """Return the own command groups of a row that exist and were made by its maker or above."""
    return [
        group_id
        for group_id in row.commands.own_groups
        if (group := state.command_groups.get(group_id)) is not None and group.made_by in grant.path
    ]
