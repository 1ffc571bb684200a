"""Why may somebody, and what would be if: questions about the permission table (B1, B2).

Asked by whoever has authority over the device about anybody, by everybody else about themselves. What a
question costs grows with the table, so it is answered in a thread.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

import probatio

from homeassistant.core import HomeAssistant
from homeassistant.helpers.typing import VolDictType
from homeassistant.util import dt as dt_util

from .const import CONF_SERIAL
from .gateway.gateway import Gateway
from .permission_errors import InvalidPermission, NoAuthority, TooManyChanges
from .policy.actors import Actor, Automation, Guest, Integration, Script, User
from .policy.commands import read_command
from .policy.decision import Decision
from .policy.errors import PolicyError
from .policy.explain import Explanation, Question, explain, simulate
from .policy.reading import moment
from .policy.rows import NEW, Row
from .policy.table import Table, compile_table
from .policy.visibility import View
from .policy.week import TooManyChangesError, changes, drawn, week_of

MAX_ROWS: Final = 64  # that are tried at once
MAX_ARGUMENTS: Final = 32

KINDS: Final = ("user", "automation", "script", "integration", "guest")
_ID: Final = probatio.All(str, probatio.Length(min=1, max=255))
_WHO: Final = {probatio.Required("kind"): probatio.In(KINDS), probatio.Required("id"): _ID}
ASKED: Final[VolDictType] = {
    probatio.Required("command"): probatio.All(str, probatio.Length(min=1, max=64)),
    probatio.Optional("arguments", default=dict): probatio.All(
        {str: object}, probatio.Length(max=MAX_ARGUMENTS)
    ),
}
QUESTION: Final[VolDictType] = {
    **ASKED,
    probatio.Required(CONF_SERIAL): probatio.All(str, probatio.Length(min=1, max=32)),
    probatio.Optional("who"): _WHO,  # left out: the caller
    probatio.Optional("starter"): _WHO,  # who started an automation or script
    probatio.Optional("when"): probatio.Any(str, datetime),  # left out: now
}
TRIED: Final[VolDictType] = {
    probatio.Optional("rows", default=list): probatio.All(
        [{str: object}], probatio.Length(max=MAX_ROWS)
    ),
    probatio.Optional("removed", default=list): probatio.All([int], probatio.Length(max=MAX_ROWS)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question that its asker may have answered."""

    question: Question
    view: View


def read_question(gateway: Gateway, actor: User, given: Mapping[str, Any]) -> Asked:
    """Read a question. Raises InvalidPermission, NoAuthority."""
    permissions = gateway.permissions
    view = View(permissions.table, permissions.facts, actor)
    who = _who(given["who"]) if "who" in given else actor
    starter = _who(given["starter"]) if "starter" in given else None
    if given[CONF_SERIAL] not in view.serials and (who != actor or starter not in (None, actor)):
        raise NoAuthority
    try:
        question = Question(
            actor=who,
            serial=given[CONF_SERIAL],
            command=read_command(given["command"], "command"),
            arguments=given["arguments"],
            when=_moment(given["when"]) if "when" in given else permissions.now(),
            starter=starter,
        )
    except ValueError as error:
        raise InvalidPermission(error) from None
    return Asked(question=question, view=view)


async def async_explain(hass: HomeAssistant, gateway: Gateway, asked: Asked) -> dict[str, Any]:
    """Return the verdict, the rows that the asker sees with their failing columns, and the nearest."""
    table = gateway.permissions.table
    found = await hass.async_add_executor_job(explain, table, asked.question)
    return _told(found, asked.view, table.state.rows.values())


async def async_simulate(
    hass: HomeAssistant, gateway: Gateway, asked: Asked, rows: list[Row], removed: list[int]
) -> dict[str, Any]:
    """Return the same as it would be with rows that are not saved, and without some that are."""
    state, facts = gateway.permissions.state, gateway.permissions.facts

    def run() -> Explanation:
        return simulate(state, facts, asked.question, rows=rows, removed=removed)

    found = await hass.async_add_executor_job(run)
    return _told(found, asked.view, (*state.rows.values(), *numbered(rows, state.next_number)))


async def async_week(
    hass: HomeAssistant,
    gateway: Gateway,
    asked: Asked,
    rows: list[Row],
    removed: list[int],
) -> dict[str, Any]:
    """Return the verdicts of a whole week of the home's calendar. Raises TooManyChanges."""
    state, facts = gateway.permissions.state, gateway.permissions.facts
    question = asked.question
    start, end = week_of(question.when.astimezone(facts.zone).date(), facts.zone)

    def run() -> list[dict[str, Any]]:
        kept = {number: row for number, row in state.rows.items() if number not in removed}
        kept |= {row.number: row for row in numbered(rows, state.next_number)}
        table = compile_table(replace(state, rows=kept), facts)
        found = drawn(
            lambda when: _outline(table, question, when),
            _changes(table, question, start, end),
            start,
            end,
        )
        return [
            {
                "start": _local(one.start),
                "end": _local(one.end),
                "allowed": one.verdict[0],
                "reason": one.verdict[1],
                "row": one.verdict[2],
            }
            for one in found
        ]

    try:
        return {"week": await hass.async_add_executor_job(run)}
    except TooManyChangesError:
        raise TooManyChanges from None


def read_tried(
    gateway: Gateway, asked: Asked, given: Mapping[str, Any], user_id: str
) -> tuple[list[Row], list[int]]:
    """Read rows that are not saved, and numbers of rows to leave out, which the asker may change.

    A row with the number of a saved one takes its place. Raises InvalidPermission, NoAuthority, PolicyError.
    """
    state = gateway.permissions.state
    if asked.question.serial not in asked.view.serials:
        raise NoAuthority
    rows = []
    for at, one in enumerate(given["rows"]):
        number = one.get("number", NEW)
        old = state.rows.get(number) if isinstance(number, int) else None
        if number != NEW and (old is None or not asked.view.may_change(old)):
            raise PolicyError("unknown_row", row=str(number)[:20])
        whose: dict[str, object] = {"made_by": user_id, "number": number}
        if old is not None:
            whose["made_by"] = old.made_by
        by = old.by if old is not None else one.get("by")
        fields = {name: value for name, value in one.items() if name not in ("made_by", "by")}
        if by is not None:
            whose["by"] = by
        try:
            rows.append(Row.from_dict({"is_on": True, **fields, **whose}, f"rows[{at}]"))
        except ValueError as error:
            raise InvalidPermission(error) from None
    for number in given["removed"]:
        if number not in state.rows or not asked.view.may_change(state.rows[number]):
            raise PolicyError("unknown_row", row=str(number))
    return rows, given["removed"]


def numbered(rows: Iterable[Row], number: int) -> list[Row]:
    """Give new rows the numbers that they would get."""
    found = []
    for row in rows:
        if row.number == NEW:
            row = replace(row, number=number)
            number += 1
        found.append(row)
    return found


def told_decision(decision: Decision) -> dict[str, Any]:
    """Return a verdict as data; times are the home's."""
    next_at = decision.next_allowed_at
    return {
        "allowed": decision.allowed,
        "reason": decision.reason.value,
        "row": decision.row,
        "column": None if decision.column is None else decision.column.value,
        "next_allowed_at": None if next_at is None else _local(next_at),
    }


def _told(found: Explanation, view: View, rows: Iterable[Row]) -> dict[str, Any]:
    seen = {row.number for row in rows if view.row(row) is not None}
    nearest = found.nearest
    return {
        "decision": told_decision(found.decision),
        "rows": [
            {
                "number": row.number,
                "effect": "allow" if row.is_allow else "forbid",
                "failing": [column.value for column in row.failing],
            }
            for row in found.rows
            if row.number in seen
        ],
        "nearest": nearest.number if nearest is not None and nearest.number in seen else None,
    }


def _outline(table: Table, question: Question, when: datetime) -> tuple[bool, str, int | None]:
    decision = table.decide(
        question.actor,
        question.serial,
        question.command,
        question.arguments,
        when,
        question.starter,
    )
    return decision.allowed, decision.reason.value, decision.row


def _changes(table: Table, question: Question, start: datetime, end: datetime) -> set[datetime]:
    """Return all moments at which the verdict may change."""
    actors = [one for one in (question.actor, question.starter) if one is not None]
    subjects = {key for one in actors for key in table.subject_keys(one)}
    entries = [
        entry
        for entry in table.entries.values()
        if question.serial in entry.serials
        and entry.names_command(question.command)
        and not entry.subject_keys(table.state).isdisjoint(subjects)
    ]
    facts = table.facts
    found = set(
        changes(
            ((entry.row.times, not entry.is_allow) for entry in entries),
            table.state.shifts,
            start,
            end,
            facts.zone,
            facts.sources,
        )
    )
    ends = (end for entry in entries for end in (entry.row.starts_at, entry.row.expires_at))
    return found | {end for end in ends if end is not None}


def _who(given: Mapping[str, str]) -> Actor:
    name = given["id"]
    match given["kind"]:
        case "user":
            return User(id=name)
        case "automation":
            return Automation(entity_id=name)
        case "script":
            return Script(entity_id=name)
        case "guest":
            return Guest(id=name)
        case _:
            return Integration(name=name)


def _moment(given: str | datetime) -> datetime:
    """Return a moment; one without an offset is the home's. Raises ValueError."""
    if isinstance(given, datetime):
        given = given.isoformat()
    if len(given) == len("2026-01-01"):
        given = f"{date.fromisoformat(given)}T00:00:00"
    if len(given) <= len("2026-01-01T00:00:00") and "+" not in given and "Z" not in given:
        local = datetime.fromisoformat(given)
        given = local.replace(tzinfo=dt_util.get_default_time_zone()).isoformat()
    return moment(given, "when")


def _local(when: datetime) -> str:
    return when.astimezone(dt_util.get_default_time_zone()).isoformat()
