"""An answer to a question gives what was asked for, to who asked, as far as its giver's authority reaches (B20)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from .makings import BERLIN, NOW, commands, link, row, serials, state
from custom_components.iot_secure_gateway.policy.actors import User
from custom_components.iot_secure_gateway.policy.asking import (
    MAX_ARGUMENTS,
    Answer,
    allow,
    check_effect,
    grant_to_answer,
    limits_of,
    may_be_asked,
    row_of_answer,
    who_may_answer,
)
from custom_components.iot_secure_gateway.policy.commands import CommandGroup
from custom_components.iot_secure_gateway.policy.errors import PolicyError
from custom_components.iot_secure_gateway.policy.facts import Facts
from custom_components.iot_secure_gateway.policy.rows import Row
from custom_components.iot_secure_gateway.policy.state import PolicyState
from custom_components.iot_secure_gateway.policy.table import compile_table

ANN, BOB, CAT = User(id="ann"), User(id="bob"), User(id="cat")
FACTS = Facts(zone=BERLIN)


def answered(house: PolicyState, answer: Answer, by: str = "ann", **changes: Any) -> Row:
    """Return the row for Bob, who asked to turn ISG-1 on."""
    grant = grant_to_answer(house, by, "ISG-1", "turn_on")
    assert grant is not None
    fields: dict[str, Any] = {
        "asker_id": "bob",
        "serial": "ISG-1",
        "command": "turn_on",
        "limits": frozenset(),
        "grant": grant,
        "now": NOW,
        "zone": BERLIN,
        "note": "asked",
    }
    return row_of_answer(answer, **{**fields, **changes})


@pytest.mark.parametrize(
    ("command", "may"),
    [
        *((command, True) for command in ("turn_on", "read", "set_settings", "view")),
        *((command, False) for command in ("release", "appoint", "rotate_key")),
    ],
)
def test_what_changes_authority_cannot_be_asked_for(command: str, may: bool) -> None:
    assert may_be_asked(command) is may


def test_who_may_answer_is_the_owner_and_whoever_holds_that_command() -> None:
    house = state(
        links=[
            link("m1", "cat"),
            link("m2", "dan", commands=frozenset({CommandGroup.READ})),
            link("m3", "eve", devices=frozenset({"ISG-2"})),
            link("m4", "fay", given_by="dan", parent="m2"),  # of one who may not appoint
        ]
    )
    assert who_may_answer(house, "ISG-1", "turn_on") == {"ann", "cat"}
    assert who_may_answer(house, "ISG-1", "read") == {"ann", "cat", "dan"}
    assert who_may_answer(house, "ISG-8", "turn_on") == frozenset()
    for user_id in ("ann", "cat", "dan", "eve", "fay"):
        grant = grant_to_answer(house, user_id, "ISG-1", "turn_on")
        assert (grant is not None) is (user_id in {"ann", "cat"})


@pytest.mark.parametrize(
    ("answer", "until", "uses"),
    [
        (Answer.ONCE, NOW + timedelta(minutes=15), 1),
        (Answer.HOUR, NOW + timedelta(hours=1), None),
        (Answer.TODAY, datetime(2026, 11, 26, tzinfo=BERLIN), None),
    ],
)
def test_an_answer_is_a_row_of_its_giver_that_ends(
    answer: Answer, until: datetime, uses: int | None
) -> None:
    house = state()
    made = answered(house, answer)
    assert (made.expires_at, made.uses_left, made.made_by, made.by) == (until, uses, "ann", None)
    house = allow(house, ANN, made, NOW)
    table = compile_table(house, FACTS)
    assert table.decide(BOB, "ISG-1", "turn_on", {}, NOW).allowed
    assert table.decide(BOB, "ISG-1", "turn_on", {}, until - timedelta(seconds=1)).allowed
    for actor, command, when in (
        (BOB, "turn_off", NOW),
        (CAT, "turn_on", NOW),
        (BOB, "turn_on", until),
    ):
        assert not table.decide(actor, "ISG-1", command, {}, when).allowed


def test_today_ends_at_midnight_at_home_wherever_the_clock_is_read() -> None:
    late = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)  # half past midnight on the 26th in Berlin
    made = answered(state(), Answer.TODAY, now=late)
    assert made.expires_at == datetime(2026, 11, 27, tzinfo=BERLIN)


def test_a_manager_answers_by_the_appointment_that_covers_it() -> None:
    house = state(
        links=[link("a", "cat", commands=frozenset({CommandGroup.READ})), link("b", "cat")]
    )
    made = answered(house, Answer.ONCE, "cat")
    assert (made.made_by, made.by) == ("cat", "b")
    assert len(allow(house, CAT, made, NOW).rows) == 1


def test_arguments_that_were_asked_for_are_the_only_ones_allowed() -> None:
    arguments = {"temperature": 21.5, "mode": "heat", "boost": True, "quiet": False, "step": 2}
    limits = limits_of("set", arguments)
    made = answered(state(), Answer.HOUR, command="set", limits=limits)
    table = compile_table(allow(state(), ANN, made, NOW), FACTS)
    assert table.decide(BOB, "ISG-1", "set", arguments, NOW).allowed
    for other in ({"temperature": 22}, {"mode": "cool"}, {"boost": False}, {"quiet": True}):
        assert not table.decide(BOB, "ISG-1", "set", {**arguments, **other}, NOW).allowed


@pytest.mark.parametrize(
    "arguments",
    [
        {"x": [1]},
        {"x": None},
        {"x": ""},
        {"x": "y" * 65},
        {"No Name": 1},
        {"code": "1234"},
        {"x": float("nan")},
        {f"x{number}": number for number in range(MAX_ARGUMENTS + 1)},
    ],
)
def test_arguments_that_no_row_can_name_are_refused(arguments: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=":"):
        limits_of("set", arguments)


def test_expired_answers_make_room_and_nothing_else_does() -> None:
    past, later = NOW - timedelta(hours=1), NOW + timedelta(hours=1)
    kept = [
        row(number=1, note="asked", expires_at=later),
        row(number=2, note="asked"),
        row(number=3, note="mine", expires_at=past),
        row(number=4, note="asked", expires_at=past, made_by="cat"),
        row(number=5, note="asked", expires_at=later, uses_left=0),  # its use may be given back
    ]
    house = state(*kept, row(number=6, note="asked", expires_at=past), next_number=7)
    found = allow(house, ANN, answered(house, Answer.ONCE), NOW)
    assert sorted(found.rows) == [1, 2, 3, 4, 5, 7]


def test_an_answer_that_changes_nothing_is_refused_with_the_row_in_the_way() -> None:
    house = state(row(is_allow=False))
    found = allow(house, ANN, answered(house, Answer.ONCE), NOW)
    with pytest.raises(PolicyError) as refused:
        check_effect(found, FACTS, BOB, "ISG-1", "turn_on", {}, NOW)
    assert (refused.value.code, refused.value.placeholders) == ("still_forbidden", {"row": "1"})
    free = allow(state(), ANN, answered(state(), Answer.ONCE), NOW)
    check_effect(free, FACTS, BOB, "ISG-1", "turn_on", {}, NOW)


def test_nobody_answers_with_what_is_another_ones() -> None:
    house = state(links=[link("b", "cat")])
    with pytest.raises(PolicyError, match="not_yours"):
        allow(house, CAT, answered(house, Answer.ONCE), NOW)
    made = row(made_by="cat", by="b", devices=serials("ISG-2"), commands=commands("turn_on"))
    with pytest.raises(PolicyError, match="grants_too_much"):
        allow(house, CAT, made, NOW)
