"""The permission model once more, as plainly as it can be said: the specification of policy/table.py.

Every rule is one function that looks at all of the state; nothing is indexed, resolved or remembered.
Only the times of rows are judged by the module that has a reference of its own.
"""

from collections.abc import Mapping
from datetime import datetime
from math import isfinite

from custom_components.iot_secure_gateway.policy.actors import (
    Actor,
    Automation,
    Guest,
    Integration,
    Script,
    System,
    User,
)
from custom_components.iot_secure_gateway.policy.authority import Role
from custom_components.iot_secure_gateway.policy.commands import CommandGroup, group_of
from custom_components.iot_secure_gateway.policy.coverage import covers
from custom_components.iot_secure_gateway.policy.decision import (
    SYSTEM_COMMANDS,
    Column,
    Decision,
    Reason,
)
from custom_components.iot_secure_gateway.policy.facts import Facts
from custom_components.iot_secure_gateway.policy.rows import Row
from custom_components.iot_secure_gateway.policy.state import PolicyState

ONLY_FIRST_OWNERS = {"invite_gateway", "release", "transfer", "object_takeover"}
NO_ROW = {
    User: Reason.NOT_OWNER,
    Automation: Reason.AUTOMATION_NOT_PERMITTED,
    Script: Reason.SCRIPT_NOT_PERMITTED,
    Integration: Reason.INTEGRATION_NOT_PERMITTED,
    Guest: Reason.GUEST_NOT_PERMITTED,
}


class Reference:
    """Judges commands by the state and the facts as they are."""

    def __init__(self, state: PolicyState, facts: Facts) -> None:
        self.state = state
        self.facts = facts

    # --- authority -----------------------------------------------------------------------------------
    def path(self, user_id: str, by: str | None) -> list[str]:
        """From the first owner down to who holds a link; empty when a link is broken."""
        if by is None:
            return [user_id]
        link = self.state.appointments.get(by)
        if link is None or link.user_id != user_id:
            return []
        if link.parent is not None:
            above = self.state.appointments.get(link.parent)
            if above is None or not above.may_appoint:
                return []
        path = self.path(link.given_by, link.parent)
        return [*path, user_id] if path else []

    def reaches(self, user_id: str, by: str | None, serial: str) -> bool:
        """Whether every link covers the device, and the first is its first owner's."""
        path = self.path(user_id, by)
        if not path or self.state.owners.get(serial) != path[0]:
            return False
        while by is not None:
            link = self.state.appointments[by]
            above = self.path(link.given_by, link.parent)
            in_group = any(
                self.group_has_device(group, serial, above, ()) for group in link.device_groups
            )
            if serial not in link.devices and not in_group:
                return False
            by = link.parent
        return True

    def may_give(self, by: str | None, group: CommandGroup) -> bool:
        """Whether every link has the group, and every role may have it."""
        while by is not None:
            link = self.state.appointments[by]
            if group not in link.commands:
                return False
            if link.role is Role.MANAGER and group is CommandGroup.ADMINISTER:
                return False
            by = link.parent
        return True

    # --- groups --------------------------------------------------------------------------------------
    def group_has_device(
        self, group_id: str, serial: str, makers: list[str], above: tuple[str, ...]
    ) -> bool:
        group = self.state.device_groups.get(group_id)
        if group is None or group_id in above or group.made_by not in makers:
            return False
        return serial in group.serials or any(
            self.group_has_device(inner, serial, makers, (*above, group_id))
            for inner in group.groups
        )

    def group_has_user(
        self, group_id: str, user_id: str, makers: list[str], above: tuple[str, ...]
    ) -> bool:
        group = self.state.user_groups.get(group_id)
        if group is None or group_id in above or group.made_by not in makers:
            return False
        return (
            user_id in group.users
            or self.facts.persons.get(user_id) in group.persons
            or any(
                self.group_has_user(inner, user_id, makers, (*above, group_id))
                for inner in group.groups
            )
        )

    # --- the four columns ----------------------------------------------------------------------------
    def names_user(self, row: Row, actor: Actor) -> bool:
        users = row.users
        if isinstance(actor, User):
            makers = self.path(row.made_by, row.by)
            return (
                users.everyone
                or actor.id in users.users
                or self.facts.persons.get(actor.id) in users.persons
                or any(self.group_has_user(one, actor.id, makers, ()) for one in users.groups)
            )
        if isinstance(actor, Automation):
            return actor.entity_id in users.automations or "all" in users.automations
        if isinstance(actor, Script):
            return actor.entity_id in users.scripts or "all" in users.scripts
        if isinstance(actor, Integration):
            return actor.name in users.integrations or "all" in users.integrations
        if isinstance(actor, Guest):
            return actor.id in users.guests
        return False

    def names_device(self, row: Row, serial: str) -> bool:
        devices = row.devices
        makers = self.path(row.made_by, row.by)
        named = (
            devices.all_of_maker
            or serial in devices.serials
            or self.facts.areas.get(serial) in devices.areas
            or bool(self.facts.labels.get(serial, frozenset()) & devices.labels)
            or any(self.group_has_device(one, serial, makers, ()) for one in devices.groups)
        )
        return named and self.reaches(row.made_by, row.by, serial)

    def names_command(self, row: Row, command: str) -> bool:
        group = group_of(command)
        makers = self.path(row.made_by, row.by)
        own = [
            self.state.command_groups[one]
            for one in row.commands.own_groups
            if one in self.state.command_groups and self.state.command_groups[one].made_by in makers
        ]
        named = (
            group in row.commands.groups
            or command in row.commands.names
            or any(group in one.groups or command in one.names for one in own)
        )
        return named and command not in ONLY_FIRST_OWNERS and self.may_give(row.by, group)

    def is_within(self, row: Row, command: str, arguments: Mapping[str, object]) -> bool:
        for limit in row.commands.limits:
            if limit.command != command:
                continue
            value = arguments.get(limit.argument)
            if limit.choices:
                known = isinstance(value, str)
                good = value in limit.choices
            else:
                known = type(value) in (int, float) and isfinite(value)  # type: ignore[arg-type]
                low = limit.minimum if limit.minimum is not None else float("-inf")
                high = limit.maximum if limit.maximum is not None else float("inf")
                good = known and low <= value <= high  # type: ignore[operator]
            if not known and row.is_allow:
                return False
            if known and not good:
                return False
        return True

    def is_time(self, row: Row, now: datetime) -> bool:
        makers = self.path(row.made_by, row.by)
        shifts = {key: shift for key, shift in self.state.shifts.items() if shift.made_by in makers}
        return covers(
            row.times,
            shifts,
            now,
            self.facts.zone,
            self.facts.sources,
            if_unknown=not row.is_allow,
        )

    # --- the verdict ---------------------------------------------------------------------------------
    def counts(
        self,
        row: Row,
        actor: Actor,
        serial: str,
        command: str,
        arguments: Mapping[str, object],
        now: datetime,
    ) -> bool:
        return (
            row.is_on
            and self.names_user(row, actor)
            and self.names_device(row, serial)
            and self.names_command(row, command)
            and self.is_within(row, command, arguments)
            and not (row.starts_at is not None and now < row.starts_at)
            and not (row.expires_at is not None and row.expires_at <= now)
            and row.uses_left != 0
            and self.is_time(row, now)
        )

    def judge(
        self,
        actor: Actor,
        serial: str,
        command: str,
        arguments: Mapping[str, object],
        now: datetime,
    ) -> Decision:
        if isinstance(actor, System):
            if command in SYSTEM_COMMANDS:
                return Decision(allowed=True, reason=Reason.SYSTEM)
            return Decision(allowed=False, reason=Reason.SYSTEM_NOT_PERMITTED)
        if type(actor) not in NO_ROW:
            return Decision(allowed=False, reason=Reason.UNKNOWN_ACTOR)
        if not self.state.owners.get(serial):
            return Decision(allowed=False, reason=Reason.NO_OWNER)
        if isinstance(actor, User):
            if self.state.owners[serial] == actor.id:
                return Decision(allowed=True, reason=Reason.OWNER)
            for link in self.state.appointments.values():
                if (
                    link.user_id == actor.id
                    and command not in ONLY_FIRST_OWNERS
                    and self.reaches(actor.id, link.id, serial)
                    and self.may_give(link.id, group_of(command))
                ):
                    return Decision(allowed=True, reason=Reason.APPOINTED)
        asked = (actor, serial, command, arguments, now)
        counting = [row for row in self.state.rows.values() if self.counts(row, *asked)]
        forbidding = [row for row in counting if not row.is_allow]
        if forbidding:
            first = min(forbidding, key=lambda row: row.number)
            return Decision(allowed=False, reason=Reason.FORBIDDEN, row=first.number)
        if counting:
            first = min(counting, key=lambda row: (row.uses_left is not None, row.number))
            return Decision(allowed=True, reason=Reason.ROW, row=first.number)
        return self.denial(*asked)

    def denial(
        self,
        actor: Actor,
        serial: str,
        command: str,
        arguments: Mapping[str, object],
        now: datetime,
    ) -> Decision:
        """Name the row of the user and the device to which the least is missing."""
        near: list[tuple[int, bool, int, Reason, Column]] = []
        if command not in ONLY_FIRST_OWNERS:
            for row in self.state.rows.values():
                if not (row.is_allow and row.is_on):
                    continue
                if not (self.names_user(row, actor) and self.names_device(row, serial)):
                    continue
                order = (row.uses_left is not None, row.number)
                if not self.names_command(row, command):
                    missing = (5, *order, Reason.OTHER_COMMANDS, Column.COMMANDS)
                elif not self.is_within(row, command, arguments):
                    missing = (4, *order, Reason.OUTSIDE_LIMITS, Column.COMMANDS)
                elif row.expires_at is not None and row.expires_at <= now:
                    missing = (3, *order, Reason.EXPIRED, Column.TIMES)
                elif row.uses_left == 0:
                    missing = (2, *order, Reason.USED_UP, Column.TIMES)
                else:
                    missing = (1, *order, Reason.NOT_NOW, Column.TIMES)
                near.append(missing)
        if not near:
            return Decision(allowed=False, reason=NO_ROW[type(actor)])
        _, _, number, reason, column = min(near)
        return Decision(allowed=False, reason=reason, row=number, column=column)

    def judge_both(
        self,
        actor: Actor,
        starter: Actor | None,
        serial: str,
        command: str,
        arguments: Mapping[str, object],
        now: datetime,
    ) -> Decision:
        """Where a person started it, both have to be allowed."""
        first = self.judge(actor, serial, command, arguments, now)
        if starter is None or not first.allowed:
            return first
        second = self.judge(starter, serial, command, arguments, now)
        if second.allowed:
            return first
        return Decision(
            allowed=False,
            reason=Reason.STARTER_NOT_PERMITTED,
            row=second.row,
            column=second.column,
        )
