"""What people are told: why, what would be, what is wrong with a row, and what differs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from .makings import ALL_DEVICES, BERLIN, NOW, commands, judge, link, row, serials, state, users
from .random_houses import house, question
from custom_components.iot_secure_gateway.policy.actors import Automation, System, User
from custom_components.iot_secure_gateway.policy.columns import (
    ArgumentLimit,
    Commands,
    Devices,
    Users,
)
from custom_components.iot_secure_gateway.policy.commands import CommandGroup
from custom_components.iot_secure_gateway.policy.decision import Column, Reason
from custom_components.iot_secure_gateway.policy.differences import differences
from custom_components.iot_secure_gateway.policy.explain import Question, explain, simulate
from custom_components.iot_secure_gateway.policy.facts import Facts
from custom_components.iot_secure_gateway.policy.groups import DeviceGroup, UserGroup
from custom_components.iot_secure_gateway.policy.marks import Fault, Mark, marks_of
from custom_components.iot_secure_gateway.policy.rows import Row
from custom_components.iot_secure_gateway.policy.table import compile_table
from custom_components.iot_secure_gateway.policy.times import DateRange, HourRange, Times

FACTS = Facts(zone=BERLIN)
MORNING = Times(hours=frozenset({HourRange(start_s=6 * 3600, end_s=10 * 3600)}))
BOBS = Question(actor=User(id="bob"), serial="ISG-1", command="turn_on", when=NOW)


def test_explanation_names_every_failing_column_and_the_nearest_row() -> None:
    table = state(
        row(number=1, users=users("kim"), commands=commands("open"), times=MORNING),
        row(number=2, times=MORNING),
        row(number=3, devices=serials("ISG-2")),
        row(number=4, is_allow=False, users=users("kim")),
        row(number=5, is_on=False),
        row(number=6, made_by="eve"),
    )
    found = explain(compile_table(table, FACTS), BOBS)
    assert {one.number: one.failing for one in found.rows} == {
        1: (Column.USERS, Column.COMMANDS, Column.TIMES),
        2: (Column.TIMES,),
        3: (Column.DEVICES,),
        4: (Column.USERS,),
    }
    assert found.decision.reason is Reason.NOT_NOW
    assert found.nearest is not None
    assert found.nearest.number == 2
    assert found.decision.next_allowed_at == NOW.replace(hour=6) + timedelta(days=1)


@pytest.mark.parametrize(
    "given",
    [{"uses_left": 0}, {"expires_at": NOW}, {"times": MORNING}],
)
def test_what_is_used_up_or_expired_fails_in_the_column_of_times(given: dict[str, Any]) -> None:
    found = explain(compile_table(state(row(**given)), FACTS), BOBS)
    assert found.rows[0].failing == (Column.TIMES,)


def test_explanations_of_random_commands_fit_their_verdicts() -> None:
    random = Random(5)
    for _ in range(300):
        given, facts = house(random)
        table = compile_table(given, facts)
        of = question(random)
        found = explain(
            table,
            Question(
                actor=of.actor,
                serial=of.serial,
                command=of.command,
                arguments=of.arguments,
                when=of.now,
            ),
        )
        counting = [one for one in found.rows if one.counts]
        if found.decision.reason is Reason.ROW:
            assert found.decision.row in {one.number for one in counting}
            assert all(one.is_allow for one in counting)
        elif found.decision.reason is Reason.FORBIDDEN:
            assert found.decision.row in {one.number for one in counting if not one.is_allow}
        elif found.decision.column is not None:
            by_number = {one.number: one for one in found.rows}
            assert found.decision.row is not None
            assert found.decision.column in by_number[found.decision.row].failing


def test_rows_are_tried_before_they_are_saved() -> None:
    given = state(row(number=1, times=MORNING), row(number=2, is_allow=False, users=users("kim")))
    assert not simulate(given, FACTS, BOBS).decision.allowed
    added = simulate(given, FACTS, BOBS, rows=[row(number=0), row(number=0, times=MORNING)])
    assert (added.decision.allowed, added.decision.row) == (True, 3)
    assert [one.number for one in added.rows] == [1, 2, 3, 4]
    assert simulate(given, FACTS, BOBS, rows=[row(number=1)]).decision.allowed
    kims = replace(BOBS, actor=User(id="kim"))
    allowed = [row(number=0, users=users("kim"))]
    assert not simulate(given, FACTS, kims, rows=allowed).decision.allowed
    assert simulate(given, FACTS, kims, rows=allowed, removed=[2]).decision.allowed
    foreign = [row(number=0, made_by="eve")]
    assert not simulate(given, FACTS, BOBS, rows=foreign).decision.allowed
    assert given.rows.keys() == {1, 2}


def test_simulation_and_the_saved_table_agree_on_random_cases() -> None:
    random = Random(6)
    for _ in range(300):
        given, facts = house(random)
        saved = replace(given, rows={}, next_number=1)
        of = question(random)
        asked = Question(
            actor=of.actor,
            serial=of.serial,
            command=of.command,
            arguments=of.arguments,
            when=of.now,
            starter=of.starter,
        )
        live = explain(compile_table(given, facts), asked)
        assert simulate(saved, facts, asked, rows=given.rows.values()) == live


# --- both must be allowed ---------------------------------------------------------------------------
def test_automation_that_a_person_starts_needs_the_rights_of_both() -> None:
    automation = Automation(entity_id="automation.a")
    rights = Users(automations=frozenset({"automation.a"}))
    given = state(row(users=rights), row(number=2, times=MORNING))
    assert judge(given, automation).row == 1
    refused = judge(given, automation, starter=User(id="bob"))
    assert (refused.reason, refused.row) == (Reason.STARTER_NOT_PERMITTED, 2)
    assert refused.next_allowed_at == NOW.replace(hour=6) + timedelta(days=1)
    assert judge(given, automation, starter=User(id="eve")).next_allowed_at is None
    started = judge(given, automation, starter=User(id="ann"))
    assert (started.reason, started.row) == (Reason.ROW, 1)
    assert judge(given, automation, starter=System()).allowed is False


def test_person_gains_nothing_by_an_automation_that_may_not() -> None:
    refused = judge(state(row()), Automation(entity_id="automation.a"), starter=User(id="bob"))
    assert refused.reason is Reason.AUTOMATION_NOT_PERMITTED


def test_both_wait_until_both_are_allowed() -> None:
    late = Times(hours=frozenset({HourRange(start_s=20 * 3600, end_s=23 * 3600)}))
    later = Times(hours=frozenset({HourRange(start_s=22 * 3600, end_s=24 * 3600)}))
    given = state(
        row(users=Users(automations=frozenset({"all"})), times=late),
        row(number=2, times=later),
    )
    asked = Automation(entity_id="automation.a")
    assert judge(given, asked, starter=User(id="bob")).next_allowed_at == NOW.replace(hour=22)


# --- limits of arguments ----------------------------------------------------------------------------
HALF = ArgumentLimit(command="turn_on", argument="brightness", maximum=50)
WARM = ArgumentLimit(command="set_temperature", argument="temperature", minimum=18, maximum=22)
MODES = ArgumentLimit(command="set_mode", argument="mode", choices=frozenset({"heat", "true"}))
LIMITED = Commands(groups=frozenset({CommandGroup.CONTROL}), limits=frozenset({HALF, WARM, MODES}))


@pytest.mark.parametrize(
    ("command", "arguments", "within"),
    [
        ("turn_on", {"brightness": 50}, True),
        ("turn_on", {"brightness": 51}, False),
        ("turn_on", {"brightness": "49.5"}, True),
        ("turn_on", {"brightness": "50.01"}, False),
        ("turn_on", {}, None),
        ("turn_on", {"brightness": None}, None),
        ("turn_on", {"brightness": True}, None),
        ("turn_on", {"brightness": "bright"}, None),
        ("turn_on", {"brightness": "nan"}, None),
        ("turn_on", {"brightness": [1]}, None),
        ("turn_on", {"brightness": 10**400}, None),
        ("turn_off", {"brightness": 99}, True),
        ("set_temperature", {"temperature": "18"}, True),
        ("set_temperature", {"temperature": 17.9}, False),
        ("set_mode", {"mode": "heat"}, True),
        ("set_mode", {"mode": "cool"}, False),
        ("set_mode", {"mode": True}, True),
        ("set_mode", {"mode": False}, False),
        ("set_mode", {"mode": 1}, None),
    ],
)
def test_limits_narrow_and_what_cannot_be_judged_is_not_allowed(
    command: str, arguments: dict[str, Any], within: bool | None
) -> None:
    allowing = judge(state(row(commands=LIMITED)), "bob", command=command, **arguments)
    assert allowing.allowed is (within is True)
    if not allowing.allowed:
        assert (allowing.reason, allowing.column) == (Reason.OUTSIDE_LIMITS, Column.COMMANDS)
    # A row that forbids holds for what is within its limits, and for what cannot be judged.
    forbidding = state(row(number=1), row(number=2, is_allow=False, commands=LIMITED))
    assert judge(forbidding, "bob", command=command, **arguments).allowed is (within is False)


# --- marks ------------------------------------------------------------------------------------------
def marks(*rows: Row, facts: Facts = FACTS, **given: Any) -> dict[int, tuple[Mark, ...]]:
    return marks_of(state(*rows, **given), facts, NOW)


def test_good_rows_have_no_marks() -> None:
    here = replace(FACTS, users=frozenset({"ann", "bob"}), areas={"ISG-1": "cellar"})
    rows = (
        row(),
        row(number=2, devices=Devices(areas=frozenset({"cellar"})), times=MORNING),
        row(number=3, users=Users(everyone=True), uses_left=1, expires_at=NOW + timedelta(1)),
    )
    assert marks(*rows, facts=here) == {}


@pytest.mark.parametrize(
    ("given", "mark"),
    [
        ({"made_by": "eve"}, Mark(fault=Fault.NO_AUTHORITY)),
        ({"by": "ended"}, Mark(fault=Fault.NO_AUTHORITY)),
        ({"uses_left": 0}, Mark(fault=Fault.USED_UP, column=Column.TIMES)),
        ({"expires_at": NOW}, Mark(fault=Fault.EXPIRED, column=Column.TIMES)),
        (
            {"users": users("gone")},
            Mark(fault=Fault.NOTHING, column=Column.USERS, ids=("gone",)),
        ),
        (
            {"users": users("bob", "gone")},
            Mark(fault=Fault.UNKNOWN, column=Column.USERS, ids=("gone",)),
        ),
        (
            {"users": Users(groups=frozenset({"empty"}))},
            Mark(fault=Fault.NOTHING, column=Column.USERS),
        ),
        (
            {"users": Users(groups=frozenset({"unknown"}))},
            Mark(fault=Fault.NOTHING, column=Column.USERS, ids=("unknown",)),
        ),
        (
            {"devices": serials("ISG-9")},
            Mark(fault=Fault.NOTHING, column=Column.DEVICES, ids=("ISG-9",)),
        ),
        (
            {"devices": Devices(serials=frozenset({"ISG-1"}), groups=frozenset({"zoes"}))},
            Mark(fault=Fault.UNKNOWN, column=Column.DEVICES, ids=("zoes",)),
        ),
        (
            {"devices": Devices(labels=frozenset({"nowhere"}))},
            Mark(fault=Fault.NOTHING, column=Column.DEVICES),
        ),
        (
            {"commands": Commands(own_groups=frozenset({"gone"}))},
            Mark(fault=Fault.NOTHING, column=Column.COMMANDS, ids=("gone",)),
        ),
        (
            {"commands": commands("release")},
            Mark(fault=Fault.NOTHING, column=Column.COMMANDS),
        ),
        (
            {
                "times": Times(
                    dates=frozenset(
                        {DateRange(first=None, last=datetime(2026, 1, 1, tzinfo=UTC).date())}
                    )
                )
            },
            Mark(fault=Fault.NEVER, column=Column.TIMES, why="over"),
        ),
    ],
)
def test_row_that_cannot_count_is_marked_and_not_fatal(given: dict[str, Any], mark: Mark) -> None:
    here = replace(FACTS, users=frozenset({"ann", "bob"}))
    groups = {"empty": UserGroup(id="empty", name="E", made_by="ann")}
    zoes = {"zoes": DeviceGroup(id="zoes", name="Z", made_by="zoe", serials=frozenset({"ISG-1"}))}
    found = marks(row(**given), row(number=2), facts=here, user_groups=groups, device_groups=zoes)
    assert mark in found[1]
    assert set(found) == {1}
    assert mark.is_dead is (mark.fault is not Fault.UNKNOWN)
    table = state(row(**given), row(number=2), user_groups=groups, device_groups=zoes)
    assert judge(table, "bob", facts=here).allowed


def test_members_of_groups_keep_a_row_alive() -> None:
    groups = {
        "g": UserGroup(id="g", name="G", made_by="ann", persons=frozenset({"person.kim"})),
    }
    assert marks(row(users=Users(groups=frozenset({"g"}))), user_groups=groups) == {}


def test_shift_that_is_gone_is_marked() -> None:
    found = marks(row(times=Times(shifts=frozenset({"gone"}))))
    assert found[1] == (
        Mark(fault=Fault.UNKNOWN, column=Column.TIMES, ids=("gone",)),
        Mark(fault=Fault.NEVER, column=Column.TIMES, why="shift_gone"),
    )


# --- differences ------------------------------------------------------------------------------------
def test_differences_name_what_was_added_removed_and_changed() -> None:
    group = UserGroup(id="g", name="G", made_by="ann")
    old = state(row(number=1), row(number=2), user_groups={"g": group})
    new = state(row(number=2, note="new", is_on=False), row(number=3, devices=ALL_DEVICES))
    found = {(one.kind, one.id): one for one in differences(old, new)}
    assert set(found) == {("rows", "1"), ("rows", "2"), ("rows", "3"), ("user_groups", "g")}
    assert found["rows", "1"].after is None
    assert found["rows", "1"].fields == ()
    assert found["rows", "2"].fields == ("is_on", "note")
    assert found["rows", "3"].before is None
    assert found["user_groups", "g"].before == group.to_dict()
    assert differences(old, old) == ()


def test_an_appointee_never_counts_as_nearest() -> None:
    found = explain(compile_table(state(row(), links=[link("l", "bob")]), FACTS), BOBS)
    assert found.decision.reason is Reason.APPOINTED
    assert found.nearest is None
