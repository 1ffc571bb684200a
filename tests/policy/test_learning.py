"""What was used is counted within bounds, and proposed as rows that allow just that (B3)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, strategies as st
import pytest

from .makings import BERLIN, NOW, state
from custom_components.iot_secure_gateway.policy.actors import (
    Actor,
    Automation,
    Integration,
    Script,
    System,
    User,
)
from custom_components.iot_secure_gateway.policy.facts import Facts
from custom_components.iot_secure_gateway.policy.learning import (
    MAX_ARGUMENTS,
    MAX_DEVICES,
    MAX_SEEN,
    MAX_TIME,
    MAX_TOGETHER,
    Learning,
    Proposal,
    Seen,
    proposals,
    seen_now,
)
from custom_components.iot_secure_gateway.policy.row_changes import add_row
from custom_components.iot_secure_gateway.policy.table import compile_table

ANN, BOB = User(id="ann"), User(id="bob")
BOTH = frozenset({"ISG-1", "ISG-2"})


def learning(**changes: Any) -> Learning:
    """Ann learns for a day what Bob does."""
    fields: dict[str, Any] = {
        "id": "1",
        "by": "ann",
        "user_id": "bob",
        "serials": BOTH,
        "started_at": NOW,
        "until": NOW + timedelta(days=1),
    }
    return Learning(**{**fields, **changes})


def one(command: str = "turn_on", when: datetime = NOW, **given: Any) -> Seen:
    arguments: Mapping[str, object] = given.pop("arguments", {})
    fields = {"serial": "ISG-1", "is_refused": False, **given}
    found = seen_now(fields["serial"], command, arguments, when, is_refused=fields["is_refused"])
    assert found is not None
    return found


def after(*seen: Seen) -> Learning:
    found = learning()
    for each in seen:
        found = found.noted(each)
    return found


def proposed(found: Learning) -> dict[str, Proposal]:
    return {proposal.id: proposal for proposal in proposals(found, BOTH, "ann")}


# --- noting --------------------------------------------------------------------------------------------
def test_a_learning_is_about_one_and_runs_until_its_moment() -> None:
    found = learning()
    actors: list[Actor] = [ANN, BOB, Automation(entity_id="bob"), System(), Integration(name="bob")]
    assert [actor for actor in actors if found.is_about(actor)] == [BOB]
    night = learning(user_id="", entity_id="automation.night")
    assert night.is_about(Automation(entity_id="automation.night", starter=BOB))
    assert not night.is_about(Script(entity_id="script.night"))
    assert not night.is_about(User(id=""))
    for when, runs in (
        (NOW - timedelta(seconds=1), False),
        (NOW, True),
        (found.until - timedelta(microseconds=1), True),
        (found.until, False),
    ):
        assert found.is_running(when) is runs


def test_it_ends_early_but_never_later() -> None:
    found = learning()
    soon = NOW + timedelta(hours=1)
    assert found.ended(soon).until == soon
    for when in (found.until, found.until + timedelta(days=1)):
        assert found.ended(when) is found
    for when in (NOW, NOW - timedelta(days=1)):  # a clock that was set back
        assert not found.ended(when).is_running(NOW + timedelta(seconds=1))


@pytest.mark.parametrize(
    "changes",
    [
        {"user_id": ""},
        {"entity_id": "automation.x"},
        {"serials": frozenset()},
        {"serials": frozenset(f"ISG-{number}" for number in range(MAX_DEVICES + 1))},
        {"until": NOW},
        {"until": NOW + MAX_TIME + timedelta(seconds=1)},
        {"until": datetime(2026, 11, 26)},
        {"id": ""},
        {"by": " "},
    ],
)
def test_what_is_no_learning_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=":"):
        learning(**changes)


def test_the_same_again_is_counted_together() -> None:
    evening = NOW + timedelta(days=1, hours=8)
    found = after(one(), one(), one(when=evening), one("turn_off"), one(is_refused=True))
    used = found.seen["ISG-1", "turn_on", False]
    assert used.count == 3
    assert used.weekdays == {2, 3}
    assert used.hours == {12, 20}
    assert {key: seen.count for key, seen in found.seen.items()} == {
        ("ISG-1", "turn_on", False): 3,
        ("ISG-1", "turn_off", False): 1,
        ("ISG-1", "turn_on", True): 1,
    }


def test_what_no_row_could_allow_is_not_noted() -> None:
    for command in ("release", "appoint", "rotate_key", "Not a name", ""):
        assert seen_now("ISG-1", command, {}, NOW, is_refused=False) is None


def test_only_numbers_of_arguments_are_noted_and_no_secrets() -> None:
    arguments = {
        "brightness": 50,
        "level": 2.5,
        "code": 1234,
        "is_on": True,
        "text": "hello",
        "No Name": 1,
        "far": float("inf"),
    }
    found = one(arguments=arguments)
    assert found.ranges == {"brightness": (50.0, 50.0), "level": (2.5, 2.5)}
    assert one(arguments=arguments, is_refused=True).ranges == {}
    many = one(arguments={f"x{number}": number for number in range(MAX_ARGUMENTS + 1)})
    assert len(many.ranges) == MAX_ARGUMENTS
    both = found.and_again(one(arguments={"brightness": 20}))
    assert both.ranges == {"brightness": (20.0, 50.0)}  # level was left out once


def test_room_is_bounded_and_the_rest_is_counted() -> None:
    found = learning()
    for number in range(MAX_SEEN + 3):
        found = found.noted(one(f"do_{number}"))
    assert (len(found.seen), found.lost) == (MAX_SEEN, 3)
    assert found.noted(one("do_0")).seen["ISG-1", "do_0", False].count == 2


def test_what_is_on_devices_of_others_is_dropped() -> None:
    found = after(one(), one(serial="ISG-2"))
    assert found.on(BOTH | {"ISG-9"}) is found
    left = found.on(frozenset({"ISG-2", "ISG-9"}))
    assert left is not None
    assert left.serials == {"ISG-2"}
    assert list(left.seen) == [("ISG-2", "turn_on", False)]
    assert found.on(frozenset({"ISG-9"})) is None


# --- proposing -----------------------------------------------------------------------------------------
def test_commands_of_a_group_are_one_row_with_full_hours_and_weekdays() -> None:
    at = datetime(2026, 11, 25, 7, 59, tzinfo=BERLIN)  # a Wednesday
    found = after(
        one(when=at),
        one("turn_off", at.replace(hour=8, minute=1)),
        one("turn_off", at.replace(day=27, hour=22)),
        one("read", at),
        one("turn_on", at, is_refused=True),
        one("turn_on", at, serial="ISG-2"),
    )
    shown = proposed(found)
    assert list(shown) == [
        "ISG-1/control/used/1",
        "ISG-1/read/used/1",
        "ISG-1/control/refused/1",
        "ISG-2/control/used/1",
    ]
    control = shown["ISG-1/control/used/1"]
    assert control.counts == {"turn_on": 1, "turn_off": 2}
    row = control.row.to_dict()
    assert row["users"] == {"users": ["bob"]}
    assert row["devices"] == {"serials": ["ISG-1"]}
    assert row["commands"] == {"names": ["turn_off", "turn_on"]}
    assert row["times"] == {
        "weekdays": ["wed", "fri"],
        "hours": [
            {"start": "07:00:00", "end": "09:00:00"},
            {"start": "22:00:00", "end": "23:00:00"},
        ],
    }
    assert shown["ISG-1/control/refused/1"].is_refused
    assert [one.serial for one in proposals(found, frozenset({"ISG-2"}), "ann")] == ["ISG-2"]


def test_hours_around_midnight_stay_on_their_days() -> None:
    late = datetime(2026, 11, 25, 23, 30, tzinfo=BERLIN)
    (found,) = proposed(after(one(when=late), one(when=late + timedelta(hours=1)))).values()
    assert found.row.times.to_dict()["hours"] == [
        {"start": "00:00:00", "end": "01:00:00"},
        {"start": "23:00:00", "end": "24:00:00"},
    ]


def test_at_all_hours_of_all_days_is_always() -> None:
    times = [NOW + timedelta(hours=number) for number in range(24 * 7)]
    (found,) = proposed(after(*(one(when=when) for when in times))).values()
    assert found.row.times.is_always


def test_many_commands_are_several_rows_whose_limits_fit() -> None:
    arguments = {f"x{number}": number for number in range(MAX_ARGUMENTS)}
    names = [f"do_{number}" for number in range(MAX_TOGETHER + 1)]
    shown = proposed(after(*(one(name, arguments=arguments) for name in names)))
    assert [len(found.counts) for found in shown.values()] == [MAX_TOGETHER, 1]
    assert list(shown) == ["ISG-1/control/used/1", "ISG-1/control/used/2"]
    assert len(shown["ISG-1/control/used/1"].row.commands.limits) == 64


@pytest.mark.parametrize(
    ("entity_id", "column"),
    [("automation.night", "automations"), ("script.night", "scripts")],
)
def test_automations_and_scripts_are_named_in_their_own_column(entity_id: str, column: str) -> None:
    found = learning(user_id="", entity_id=entity_id).noted(one())
    (proposal,) = proposals(found, BOTH, "ann")
    assert proposal.row.users.to_dict() == {column: [entity_id]}


COMMANDS = st.sampled_from(["turn_on", "turn_off", "read", "set", "set_settings", "view"])
MOMENTS = st.integers(0, 14 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes))
USES = st.tuples(COMMANDS, MOMENTS, st.one_of(st.none(), st.integers(-50, 50)))


@given(st.lists(USES, min_size=1, max_size=30))
def test_proposed_rows_allow_all_that_was_used_and_name_nothing_else(
    uses: list[tuple[str, datetime, int | None]],
) -> None:
    found = learning()
    given_now = [
        (command, when, {} if value is None else {"value": value}) for command, when, value in uses
    ]
    for command, when, arguments in given_now:
        found = found.noted(one(command, when, arguments=arguments))
    house = state()
    for proposal in proposals(found, BOTH, "ann"):
        house = add_row(house, ANN, proposal.row)
    table = compile_table(house, Facts(zone=BERLIN))
    for command, when, arguments in given_now:
        assert table.decide(BOB, "ISG-1", command, arguments, when).allowed
    hours = {when.hour for _, when, _ in given_now}
    days = {when.weekday() for _, when, _ in given_now}
    for number in range(24 * 7):
        when = NOW + timedelta(hours=number)
        if when.hour not in hours or when.weekday() not in days:
            for command, _, arguments in given_now:
                assert not table.decide(BOB, "ISG-1", command, arguments, when).allowed


# --- kept ----------------------------------------------------------------------------------------------
def test_what_was_learned_comes_back_as_it_was() -> None:
    for found in (
        learning(),
        after(one(arguments={"x": 2}), one("turn_off"), one(is_refused=True)).took(
            "ISG-1/control/used/1"
        ),
        learning(user_id="", entity_id="script.x", until=datetime(2026, 11, 26, tzinfo=UTC)),
    ):
        again = Learning.from_dict(found.to_dict(), "learning")
        assert again == found
        assert list(again.seen) == list(found.seen)  # in order: proposals keep their ids


def test_what_is_not_wanted_is_kept_until_it_is_taken_all_the_same() -> None:
    kept = after(one()).turned_down("LAMP-1/control/used/1")
    assert kept.declined == {"LAMP-1/control/used/1"}
    assert Learning.from_dict(kept.to_dict(), "learning") == kept
    assert kept.took("LAMP-1/control/used/1").declined == frozenset()


def test_what_was_kept_before_anything_could_be_declined_is_read() -> None:
    old = {name: value for name, value in learning().to_dict().items() if name != "declined"}
    assert Learning.from_dict(old, "learning") == learning()


SEEN = one(arguments={"x": 2}).to_dict()


DAMAGE: list[dict[str, Any]] = [
    {"count": 0},
    {"hours": [24]},
    {"weekdays": [7]},
    {"weekdays": []},
    {"command": "No Name"},
    {"is_refused": 1},
    {"ranges": []},
    {"ranges": {"x": 1}},
    {"ranges": {"x": [1]}},
    {"ranges": {"x": [2, 1]}},
    {"ranges": {f"x{number}": [1, 2] for number in range(MAX_ARGUMENTS + 1)}},
]


@pytest.mark.parametrize(
    "changes",
    [
        {"more": 1},
        {"seen": {}},
        {"taken": {}},
        {"seen": [SEEN] * (MAX_SEEN + 1)},
        {"lost": -1},
        {"taken": ["x" * 97]},
        {"declined": {}},
        {"declined": ["x" * 97]},
        {"until": "soon"},
        {"serials": []},
        *({"seen": [{**SEEN, **damage}]} for damage in DAMAGE),
    ],
)
def test_damage_is_noticed(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=":"):
        Learning.from_dict({**learning().to_dict(), **changes}, "learning")
