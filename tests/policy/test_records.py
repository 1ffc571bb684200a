"""Records of the policy: what cannot be is refused, in code and from JSON, with its place."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import json
from typing import Any

import pytest

from .makings import ALL_DEVICES, CONTROL, NOW, judge, link, row, state, users
from .test_state import FULL
from custom_components.iot_secure_gateway.policy import changes, next_allowed
from custom_components.iot_secure_gateway.policy.actors import User
from custom_components.iot_secure_gateway.policy.authority import MAX_CHAIN, Role, grant_of
from custom_components.iot_secure_gateway.policy.changes import appoint, set_owner
from custom_components.iot_secure_gateway.policy.columns import (
    MAX_ENTRIES,
    ArgumentLimit,
    Commands,
    Devices,
    Users,
)
from custom_components.iot_secure_gateway.policy.commands import CommandGroup
from custom_components.iot_secure_gateway.policy.errors import PolicyError
from custom_components.iot_secure_gateway.policy.exchange_json import _locate
from custom_components.iot_secure_gateway.policy.groups import (
    MAX_MEMBERS,
    MAX_SUBGROUPS,
    DeviceGroup,
    OwnCommandGroup,
    UserGroup,
)
from custom_components.iot_secure_gateway.policy.row_changes import put
from custom_components.iot_secure_gateway.policy.state import PolicyState
from custom_components.iot_secure_gateway.policy.times import HourRange, Shift, Times

NAIVE = datetime(2026, 1, 1)
MANY = frozenset(f"id-{number}" for number in range(MAX_MEMBERS + 1))
FEW = frozenset(sorted(MANY)[: MAX_ENTRIES + 1])


@pytest.mark.parametrize(
    ("make", "place"),
    [
        (lambda: Users(), "users"),
        (lambda: Devices(), "devices"),
        (lambda: Commands(), "commands"),
        (lambda: Users(users=frozenset({""})), "users"),
        (lambda: Users(users=frozenset({" bob"})), "users"),
        (lambda: Users(users=frozenset({"b\nob"})), "users"),
        (lambda: Users(users=frozenset({"x" * 65})), "users"),
        (lambda: Users(users=FEW), "users"),
        (lambda: Devices(serials=FEW), "serials"),
        (lambda: Commands(names=frozenset({"turn on"})), "names"),
        (lambda: Commands(names=frozenset({"Turn"})), "names"),
        (
            lambda: Commands(
                names=frozenset({"set"}),
                limits=frozenset(
                    ArgumentLimit(command="set", argument=f"a{number}", maximum=1)
                    for number in range(65)
                ),
            ),
            "limits",
        ),
        (lambda: ArgumentLimit(command="set", argument="value"), "choices"),
        (
            lambda: ArgumentLimit(
                command="set", argument="value", maximum=1, choices=frozenset({"a"})
            ),
            "choices",
        ),
        (lambda: ArgumentLimit(command="set", argument="value", minimum=2, maximum=1), "maximum"),
        (lambda: ArgumentLimit(command="set", argument="value", maximum=1e300), "maximum"),
        (lambda: ArgumentLimit(command="set", argument="value", minimum=float("nan")), "minimum"),
        (lambda: ArgumentLimit(command="set", argument="value", choices=FEW), "choices"),
        (lambda: row(number=-1), "number"),
        (lambda: row(number=True), "number"),
        (lambda: row(made_by=""), "made_by"),
        (lambda: row(by=""), "by"),
        (lambda: row(note="x" * 201), "note"),
        (lambda: row(uses_left=-1), "uses_left"),
        (lambda: row(uses_left=1, is_allow=False), "uses_left"),
        (lambda: row(expires_at=NAIVE), "expires_at"),
        (lambda: row(starts_at=NAIVE), "starts_at"),
        (lambda: row(starts_at=NOW, expires_at=NOW), "expires_at"),
        (lambda: Users(guests=frozenset({"A" * 32})), "guests"),
        (lambda: Users(guests=frozenset({"a" * 31})), "guests"),
        (lambda: link("", "bob"), "id"),
        (lambda: link("l", ""), "user_id"),
        (lambda: link("l", "bob", parent=""), "parent"),
        (lambda: link("l", "bob", devices=frozenset()), "devices"),
        (lambda: link("l", "bob", devices=FEW), "devices"),
        (lambda: link("l", "bob", device_groups=FEW), "device_groups"),
        (lambda: link("l", "bob", commands=frozenset()), "commands"),
        (lambda: link("l", "bob", commands=frozenset({CommandGroup.ADMINISTER})), "commands"),
        (lambda: link("l", "bob", created_at=NAIVE), "created_at"),
        (lambda: UserGroup(id="", name="G", made_by="ann"), "id"),
        (lambda: UserGroup(id="g", name="", made_by="ann"), "name"),
        (lambda: UserGroup(id="g", name="G", made_by=""), "made_by"),
        (lambda: UserGroup(id="g", name="G", made_by="ann", users=MANY), "members"),
        (lambda: UserGroup(id="g", name="G", made_by="ann", persons=MANY), "members"),
        (lambda: DeviceGroup(id="g", name="G", made_by="ann", serials=MANY), "members"),
        (lambda: OwnCommandGroup(id="g", name="G", made_by="ann", names=MANY), "members"),
        (
            lambda: UserGroup(
                id="g", name="G", made_by="ann", groups=frozenset(sorted(MANY)[: MAX_SUBGROUPS + 1])
            ),
            "groups",
        ),
    ],
)
def test_a_record_that_cannot_be_is_refused_with_the_place(
    make: Callable[[], object], place: str
) -> None:
    with pytest.raises(ValueError, match=rf"^{place}: "):
        make()


type Change = Callable[[Any], object]


def at(*path: str | int, to: object) -> Change:
    """Return what puts a value at a place of a state in JSON form."""

    def change(whole: Any) -> None:
        for step in path[:-1]:
            whole = whole[step]
        whole[path[-1]] = to

    return change


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (at("owner", to={}), "policy"),
        (at("owners", to=[]), "policy.owners"),
        (at("owners", to={"ISG-1": 7}), "policy.owners[0]"),
        (at("owners", to={"": "ann"}), "policy.owners[0]"),
        (at("owners", to={f"ISG-{n}": "ann" for n in range(10_001)}), "policy.owners"),
        (at("rows", to={}), "policy.rows"),
        (at("rows", to=[0] * 20_001), "policy.rows"),
        (at("rows", 0, to=None), "policy.rows[0]"),
        (at("rows", 1, "number", to=1), "policy.rows[1].number"),
        (at("rows", 0, "number", to=0), "policy.rows[0].number"),
        (at("rows", 0, "effect", to="deny"), "policy.rows[0].effect"),
        (at("rows", 0, "is_on", to="yes"), "policy.rows[0].is_on"),
        (at("rows", 0, "made_by", to=None), "policy.rows[0].made_by"),
        (at("rows", 0, "colour", to="red"), "policy.rows[0]"),
        (at("rows", 1, "by", to=7), "policy.rows[1].by"),
        (at("rows", 1, "note", to="\n"), "policy.rows[1].note"),
        (at("rows", 1, "uses_left", to=1.5), "policy.rows[1].uses_left"),
        (at("rows", 1, "expires_at", to=7), "policy.rows[1].expires_at"),
        (at("rows", 1, "expires_at", to="2027-02-30"), "policy.rows[1].expires_at"),
        (at("rows", 1, "expires_at", to="2027-01-01T00:00:00"), "policy.rows[1].expires_at"),
        (at("rows", 1, "expires_at", to="0001-01-01T00:00:00+23:00"), "policy.rows[1].expires_at"),
        (at("rows", 1, "expires_at", to="2" * 41), "policy.rows[1].expires_at"),
        (at("rows", 1, "users", "everyone", to=False), "policy.rows[1].users.everyone"),
        (at("rows", 1, "users", "users", to="bob"), "policy.rows[1].users.users"),
        (at("rows", 1, "users", "users", to=[["bob"]]), "policy.rows[1].users.users[0]"),
        (at("rows", 1, "devices", to={}), "policy.rows[1].devices"),
        (at("rows", 1, "commands", "groups", to=["all"]), "policy.rows[1].commands.groups[0]"),
        (at("rows", 1, "commands", "groups", to=[7]), "policy.rows[1].commands.groups[0]"),
        (
            at("rows", 1, "commands", "limits", 0, "minimum", to="18"),
            "policy.rows[1].commands.limits[0].minimum",
        ),
        (
            at("rows", 1, "commands", "limits", 0, "minimum", to=True),
            "policy.rows[1].commands.limits[0].minimum",
        ),
        (
            at("rows", 1, "commands", "limits", 0, "maximum", to=1e99),
            "policy.rows[1].commands.limits[0].maximum",
        ),
        (
            at("rows", 1, "commands", "limits", 0, to={"command": "set", "argument": "value"}),
            "policy.rows[1].commands.limits[0].choices",
        ),
        (at("rows", 1, "times", to={}), "policy.rows[1].times"),
        (at("appointments", 0, "role", to="king"), "policy.appointments[0].role"),
        (at("appointments", 0, "role", to=7), "policy.appointments[0].role"),
        (at("appointments", 0, "commands", to=["administer"]), "policy.appointments[0].commands"),
        (at("appointments", 0, "may_appoint", to=1), "policy.appointments[0].may_appoint"),
        (at("appointments", 0, "created_at", to="today"), "policy.appointments[0].created_at"),
        (at("appointments", 1, "id", to="l"), "policy.appointments[1].id"),
        (at("appointments", 0, "parent", to="m"), "policy.appointments"),
        (at("appointments", 1, "parent", to="m"), "policy.appointments"),
        (at("user_groups", 1, "groups", to=["family"]), "policy.user_groups"),
        (at("user_groups", 1, "id", to="family"), "policy.user_groups[1].id"),
        (at("user_groups", 0, "persons", to=[""]), "policy.user_groups[0].persons[0]"),
        (at("device_groups", 0, "serials", to=[7]), "policy.device_groups[0].serials[0]"),
        (at("device_groups", to="all"), "policy.device_groups"),
        (at("command_groups", 0, "names", to=["; drop"]), "policy.command_groups[0].names[0]"),
        (at("command_groups", 0, "groups", to=["all"]), "policy.command_groups[0].groups[0]"),
        (at("shifts", 0, "hours", to=[]), "policy.shifts[0].hours"),
        (at("next_number", to=7), "policy.next_number"),
        (at("next_number", to="8"), "policy.next_number"),
    ],
)
def test_a_damaged_state_is_refused_with_the_place(change: Change, place: str) -> None:
    whole: Any = deepcopy(FULL.to_dict())
    whole = json.loads(json.dumps(whole))
    change(whole)
    with pytest.raises(ValueError, match=".") as caught:
        PolicyState.from_dict(whole)
    assert str(caught.value).partition(": ")[0] == place


def test_whatever_is_no_state_is_refused() -> None:
    wrong: list[object] = [None, 7, "", [], {"x": 1}]
    for given in wrong:
        with pytest.raises(ValueError, match=r"^policy: "):
            PolicyState.from_dict(given)


def test_groups_may_be_empty_and_dead_ends_are_kept() -> None:
    whole = state(
        row(users=Users(groups=frozenset({"gone"})), by="gone"),
        links=[link("l", "bob", parent="gone")],
        command_groups={"c": OwnCommandGroup(id="c", name="C", made_by="ann")},
        device_groups={
            "d": DeviceGroup(id="d", name="D", made_by="ann", groups=frozenset({"gone"}))
        },
    )
    assert PolicyState.from_dict(whole.to_dict()) == whole
    assert not judge(whole, "bob").allowed


def test_a_chain_that_hangs_on_itself_gives_nothing_and_ends() -> None:
    loop = [
        link("a", "bob", given_by="cid", parent="b", may_appoint=True),
        link("b", "cid", given_by="bob", parent="a", may_appoint=True),
    ]
    given = state(links=loop)
    assert grant_of(given, "bob", "a") is None
    assert not judge(given, "bob").allowed
    with pytest.raises(ValueError, match="hang on themselves"):
        PolicyState.from_dict(given.to_dict())
    assert MAX_CHAIN < 10


def test_a_manager_below_an_owner_cannot_make_an_owner() -> None:
    links = [
        link("m", "bob", may_appoint=True),
        link("o", "cid", given_by="bob", parent="m", role=Role.OWNER),
    ]
    grant = grant_of(state(links=links), "cid", "o")
    assert grant is not None
    assert grant.role is Role.MANAGER


def test_devices_and_appointments_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "MAX_DEVICES", 3)
    monkeypatch.setattr(changes, "MAX_APPOINTMENTS", 1)
    given = state(links=[link("l", "bob")])
    with pytest.raises(PolicyError, match="too_many_devices"):
        set_owner(given, "ISG-3", "ann")
    assert set_owner(given, "ISG-1", "bob").owners["ISG-1"] == "bob"
    with pytest.raises(PolicyError, match="too_many_appointments"):
        appoint(given, User(id="ann"), link("m", "cid"))


def test_an_appointment_may_name_groups_of_the_giver() -> None:
    groups = {
        "d": DeviceGroup(id="d", name="D", made_by="ann", serials=frozenset({"ISG-2", "ISG-9"})),
        "e": DeviceGroup(id="e", name="E", made_by="ann"),
    }
    wanted = link("l", "bob", devices=frozenset(), device_groups=frozenset({"d", "e"}))
    given = appoint(state(device_groups=groups), User(id="ann"), wanted)
    assert judge(given, "bob", "ISG-2").allowed
    assert not judge(given, "bob", "ISG-1").allowed
    assert not judge(given, "bob", "ISG-9").allowed
    assert PolicyState.from_dict(given.to_dict()) == given


def test_own_command_groups_and_shifts_are_put_in() -> None:
    ann = User(id="ann")
    hours = frozenset({HourRange(start_s=0, end_s=3600)})
    given = put(state(), ann, OwnCommandGroup(id="c", name="C", made_by="ann"))
    given = put(given, ann, Shift(id="s", name="S", made_by="ann", hours=hours))
    assert (set(given.command_groups), set(given.shifts)) == ({"c"}, {"s"})


# --- next allowed time ------------------------------------------------------------------------------
def hour(start: int) -> Times:
    return Times(hours=frozenset({HourRange(start_s=start * 60, end_s=(start + 1) * 60)}))


def test_too_many_different_times_name_no_next_time_rather_than_a_wrong_one() -> None:
    few = state(*(row(number=number, times=hour(number)) for number in range(1, 33)))
    assert judge(few, "bob").next_allowed_at == NOW.replace(hour=0, minute=1) + timedelta(days=1)
    many = state(*(row(number=number, times=hour(number)) for number in range(1, 34)))
    assert judge(many, "bob").next_allowed_at is None


def test_search_for_the_next_time_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    given = state(
        row(times=hour(0)), row(number=2, is_allow=False, expires_at=NOW + timedelta(hours=20))
    )
    assert judge(given, "bob").next_allowed_at == NOW.replace(hour=0) + timedelta(days=2)
    monkeypatch.setattr(next_allowed, "MAX_STEPS", 1)
    assert judge(given, "bob").next_allowed_at is None
    monkeypatch.undo()
    parts = [Late(1), Late(2)]
    assert next_allowed.next_allowed(parts, NOW) is None


class Late(next_allowed.Waiting):
    """One that is never at rest."""

    def __init__(self, hours: int) -> None:
        super().__init__([])
        self.hours = hours

    def from_(self, when: datetime) -> datetime:
        return when + timedelta(hours=self.hours)


def test_row_that_forbids_for_ever_leaves_no_next_time() -> None:
    given = state(row(times=hour(0)), row(number=2, is_allow=False))
    assert judge(given, "bob").next_allowed_at is None


def test_times_are_those_of_the_home() -> None:
    summer = datetime(2026, 7, 1, 20, 30, tzinfo=UTC)
    found = judge(state(row(times=hour(0))), "bob", now=summer)
    assert found.next_allowed_at == datetime(2026, 7, 1, 22, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "place", "offset"),
    [
        ('{"rows": 7}', ".rows[0]", 9),
        ('{"rows": [1, {"a": 2}]}', ".rows[1].a", 19),
        ('{"rows": [1]}', ".rows[3]", 9),
        ('{"rows": [1]}', ".shifts", 0),
        (" []", "", 1),
    ],
)
def test_a_place_that_is_not_there_is_the_nearest_around_it(
    text: str, place: str, offset: int
) -> None:
    assert _locate(text, place) == offset


def test_records_can_be_compared_and_replaced() -> None:
    assert row() == row()
    assert replace(row(), users=users("kim")) != row()
    assert row().devices == ALL_DEVICES
    assert row().commands == CONTROL
