"""Why is a command allowed or denied, and what would be with other rows? For people, row by row.

Looks at every row, so it takes as long as there are rows: nothing for the way of a command.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from .actors import Actor
from .decision import Column, Decision
from .facts import Facts
from .rows import NEW, Row
from .state import PolicyState
from .table import Table, compile_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One command: who, which device, which command, when."""

    actor: Actor
    serial: str
    command: str
    arguments: Mapping[str, object] = field(default_factory=dict)
    when: datetime
    starter: Actor | None = None  # who started an automation or script


@dataclass(frozen=True, slots=True, kw_only=True)
class RowVerdict:
    """One row that is on and whose maker has authority, held against a command."""

    number: int
    is_allow: bool
    failing: tuple[Column, ...]  # in the order of the table; empty: the row counts

    @property
    def counts(self) -> bool:
        """Whether the row says something about the command."""
        return not self.failing


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A verdict with what led to it."""

    decision: Decision
    rows: tuple[RowVerdict, ...]  # by number, held against the actor, not against the starter

    @property
    def nearest(self) -> RowVerdict | None:
        """The allowing row to which the least is missing, of a command that rows do not allow."""
        missing = [row for row in self.rows if row.is_allow and row.failing]
        return min(missing, key=lambda row: (len(row.failing), row.number), default=None)


def explain(table: Table, question: Question) -> Explanation:
    """Judge a command and hold every row against it."""
    decision = table.decide(
        question.actor,
        question.serial,
        question.command,
        question.arguments,
        question.when,
        question.starter,
    )
    subjects = table.subject_keys(question.actor)
    devices = table.device_keys(question.serial)
    verdicts = []
    for number, entry in sorted(table.entries.items()):
        serial, command = question.serial, question.command
        holds = {
            Column.USERS: not entry.subject_keys(table.state).isdisjoint(subjects),
            Column.DEVICES: serial in entry.serials
            and not entry.device_keys(table.state).isdisjoint(devices),
            Column.COMMANDS: entry.names_command(command)
            and entry.is_within(command, question.arguments),
            Column.TIMES: table.is_usable(entry, question.when)
            and entry.when.covers(question.when),
        }
        failing = tuple(column for column, does in holds.items() if not does)
        verdicts.append(RowVerdict(number=number, is_allow=entry.row.is_allow, failing=failing))
    return Explanation(decision=decision, rows=tuple(verdicts))


def simulate(
    state: PolicyState,
    facts: Facts,
    question: Question,
    *,
    rows: Iterable[Row] = (),
    removed: Iterable[int] = (),
) -> Explanation:
    """Explain a command as it would be with rows that are not saved, and without some that are.

    A row with the number of a saved one takes its place; new ones count after all others. What a
    row's maker does not hold it does not give here either.
    """
    changed = {number: row for number, row in state.rows.items() if number not in set(removed)}
    number = state.next_number
    for row in rows:
        if row.number == NEW:
            row = replace(row, number=number)
            number += 1
        changed[row.number] = row
    return explain(compile_table(replace(state, rows=changed), facts), question)
