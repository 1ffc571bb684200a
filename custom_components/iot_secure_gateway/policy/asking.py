"""Asking for what was refused, and what an answer makes of the table (B20).

An answer gives no more than was asked for: that person, that device, that command, those arguments. Who
answers is looked up in the state as it is then.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from .actors import User
from .audit import names_secret
from .authority import Grant, grant_of, grants_of
from .columns import ArgumentLimit, Commands, Devices, Users
from .commands import CommandGroup, group_of
from .errors import PolicyError
from .facts import Facts
from .row_changes import add_row
from .rows import Row
from .state import PolicyState
from .table import compile_table

ONCE_WITHIN: Final = timedelta(minutes=15)  # somebody who stands at the door
MAX_ARGUMENTS: Final = 8


class Answer(StrEnum):
    """What somebody with authority says to a question."""

    ONCE = "once"
    HOUR = "hour"
    TODAY = "today"
    ROW = "row"  # a row of their own making
    REFUSE = "refuse"


def may_be_asked(command: str) -> bool:
    """Return whether it can be asked for: what administers a device is given by appointing somebody."""
    return group_of(command) is not CommandGroup.ADMINISTER


def grant_to_answer(state: PolicyState, user_id: str, serial: str, command: str) -> Grant | None:
    """Return by what a person may allow a command; None when they may not."""
    grants = grants_of(state, user_id)
    return next((grant for grant in grants if _covers(grant, serial, command)), None)


def who_may_answer(state: PolicyState, serial: str, command: str) -> frozenset[str]:
    """Return the ids of all who may allow a command."""
    holders = [(link.user_id, link.id) for link in state.appointments.values()]
    grants = [grant_of(state, user_id, link_id) for user_id, link_id in holders]
    found = {one.user_id for one in grants if one is not None and _covers(one, serial, command)}
    if (owner_id := state.owners.get(serial)) is not None:
        found.add(owner_id)
    return frozenset(found)


def limits_of(command: str, arguments: Mapping[str, object]) -> frozenset[ArgumentLimit]:
    """Return limits that let these arguments through and no others. Raises ValueError."""
    if len(arguments) > MAX_ARGUMENTS:
        raise ValueError(f"arguments: expected at most {MAX_ARGUMENTS}")
    return frozenset(_limit(command, name, value) for name, value in arguments.items())


def row_of_answer(
    answer: Answer,
    *,
    asker_id: str,
    serial: str,
    command: str,
    limits: frozenset[ArgumentLimit],
    grant: Grant,
    now: datetime,
    zone: tzinfo,
    note: str,
) -> Row:
    """Return the row that an answer stands for: `ONCE`, `HOUR` or `TODAY`."""
    if answer is Answer.ONCE:
        end = now + ONCE_WITHIN
    elif answer is Answer.HOUR:
        end = now + timedelta(hours=1)
    else:
        tomorrow = now.astimezone(zone).date() + timedelta(days=1)
        end = datetime.combine(tomorrow, time(), zone)
    return Row(
        made_by=grant.user_id,
        by=grant.appointment,
        users=Users(users=frozenset({asker_id})),
        devices=Devices(serials=frozenset({serial})),
        commands=Commands(names=frozenset({command}), limits=limits),
        note=note,
        uses_left=1 if answer is Answer.ONCE else None,
        expires_at=end,
    )


def allow(state: PolicyState, by: User, row: Row, now: datetime) -> PolicyState:
    """Add the row of an answer; those of earlier answers of the same person that have expired go."""
    kept = {
        number: old
        for number, old in state.rows.items()
        if (old.made_by, old.note) != (row.made_by, row.note)
        or old.expires_at is None
        or old.expires_at > now
    }
    return add_row(replace(state, rows=kept), by, row)


def check_effect(
    state: PolicyState,
    facts: Facts,
    asker: User,
    serial: str,
    command: str,
    arguments: Mapping[str, object],
    now: datetime,
) -> None:
    """Raise PolicyError when what was allowed is refused all the same: a row that forbids wins."""
    decision = compile_table(state, facts).decide(asker, serial, command, arguments, now)
    if not decision.allowed:
        raise PolicyError("still_forbidden", row=str(decision.row))


def _covers(grant: Grant, serial: str, command: str) -> bool:
    return serial in grant.serials and group_of(command) in grant.commands


def _limit(command: str, argument: str, value: object) -> ArgumentLimit:
    if names_secret(argument):
        raise ValueError(f"{argument}: is secret, leave it out")
    if isinstance(value, bool):
        choices = frozenset({"true" if value else "false"})
    elif isinstance(value, (int, float)):
        return ArgumentLimit(command=command, argument=argument, minimum=value, maximum=value)
    elif isinstance(value, str):
        choices = frozenset({value})
    else:
        raise ValueError(f"{argument}: expected a number, a word, true or false")
    return ArgumentLimit(command=command, argument=argument, choices=choices)
