"""A row made ready for judging: what of it counts, with all references resolved."""

from collections.abc import Mapping, Set as AbstractSet
from datetime import datetime
from enum import IntEnum

from .authority import Grant
from .columns import ALL, ArgumentLimit
from .commands import FIRST_OWNERS_COMMANDS, CommandGroup, group_of
from .coverage import covers
from .facts import Facts
from .groups import counted
from .rows import Row
from .state import PolicyState
from .times import Shift


class Miss(IntEnum):
    """Why a row that names user and device does not count for a command; the smaller, the nearer."""

    TIME = 1
    USED_UP = 2
    EXPIRED = 3
    LIMITS = 4
    COMMAND = 5


class Entry:
    """One row, as far as its maker's authority reaches."""

    __slots__ = ("commands", "facts", "grant", "limits", "names", "row", "shifts")

    def __init__(self, row: Row, grant: Grant, state: PolicyState, facts: Facts) -> None:
        self.row = row
        self.grant = grant
        self.facts = facts
        groups = set(row.commands.groups)
        names = set(row.commands.names)
        for group_id in counted_commands(row, grant, state):
            groups |= state.command_groups[group_id].groups
            names |= state.command_groups[group_id].names
        # A row that forbids cannot take from those above its maker, and need not be narrowed.
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
        self.shifts: Mapping[str, Shift] = {
            shift_id: shift
            for shift_id in row.times.shifts
            if (shift := state.shifts.get(shift_id)) is not None and shift.made_by in grant.path
        }

    def subject_keys(self, state: PolicyState) -> set[str]:
        """Return the keys of all whom the row names."""
        users = self.row.users
        keys = {f"user:{user_id}" for user_id in users.users}
        keys |= {f"person:{entity_id}" for entity_id in users.persons}
        keys |= {f"automation:{entity_id}" for entity_id in users.automations}
        keys |= {f"script:{entity_id}" for entity_id in users.scripts}
        keys |= {f"integration:{name}" for name in users.integrations}
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

    def names_command(self, command: str, group: CommandGroup) -> bool:
        """Return whether the row gives, or forbids, this command at all."""
        if command in FIRST_OWNERS_COMMANDS:
            return False
        return group in self.commands or command in self.names

    def miss(
        self, command: str, arguments: Mapping[str, object], now: datetime, uses: int | None
    ) -> Miss | None:
        """Return why a row that names the command does not count for it now; None when it counts."""
        row = self.row
        if not self.is_within(command, arguments):
            return Miss.LIMITS
        if row.expires_at is not None and now >= row.expires_at:
            return Miss.EXPIRED
        if uses == 0:
            return Miss.USED_UP
        return None if self.covers(now) else Miss.TIME

    def covers(self, now: datetime) -> bool:
        """Return whether the row's times hold. What cannot be known forbids, and does not allow."""
        return self.row.times.is_always or covers(
            self.row.times,
            self.shifts,
            now,
            self.facts.zone,
            self.facts.sources,
            if_unknown=not self.row.is_allow,
        )

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
