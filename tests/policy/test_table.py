"""The table decides: first owners, appointments, rows that forbid, rows that allow, nobody else."""

from datetime import timedelta
from typing import Any, cast

import pytest

from .makings import NOW, commands, judge, link, row, serials, state, users
from custom_components.iot_secure_gateway.policy.actors import (
    Actor,
    Automation,
    Integration,
    Script,
    System,
    Unknown,
    User,
)
from custom_components.iot_secure_gateway.policy.authority import Role
from custom_components.iot_secure_gateway.policy.columns import Commands, Devices, Users
from custom_components.iot_secure_gateway.policy.commands import ALL_GROUPS, CommandGroup
from custom_components.iot_secure_gateway.policy.decision import Column, Decision, Reason
from custom_components.iot_secure_gateway.policy.facts import Facts
from custom_components.iot_secure_gateway.policy.groups import (
    DeviceGroup,
    OwnCommandGroup,
    UserGroup,
)
from custom_components.iot_secure_gateway.policy.table import compile_table


def test_first_owner_may_do_everything_on_own_devices_and_nothing_on_others() -> None:
    for command in ("turn_on", "release", "transfer", "rotate_key"):
        assert judge(state(), "ann", command=command).reason is Reason.OWNER
    assert judge(state(), "ann", "ISG-9").reason is Reason.NOT_OWNER


def test_row_gives_exactly_what_its_columns_say() -> None:
    table = state(row(users=users("bob"), devices=serials("ISG-1"), commands=commands("turn_on")))
    assert judge(table, "bob") == Decision(allowed=True, reason=Reason.ROW, row=1)
    assert not judge(table, "eve").allowed
    assert not judge(table, "bob", "ISG-2").allowed
    assert not judge(table, "bob", command="turn_off").allowed


def test_refusal_names_the_nearest_row_and_its_failing_column() -> None:
    table = state(row(commands=commands("turn_on")))
    assert judge(table, "bob", command="turn_off") == Decision(
        allowed=False, reason=Reason.OTHER_COMMANDS, row=1, column=Column.COMMANDS
    )
    assert judge(table, "eve") == Decision(allowed=False, reason=Reason.NOT_OWNER)


@pytest.mark.parametrize(
    ("actor", "reason"),
    [
        (User(id="eve"), Reason.NOT_OWNER),
        (User(id=""), Reason.NOT_OWNER),
        (Automation(entity_id="automation.ann"), Reason.AUTOMATION_NOT_PERMITTED),
        (Script(entity_id="script.ann"), Reason.SCRIPT_NOT_PERMITTED),
        (Integration(name="cloud"), Reason.INTEGRATION_NOT_PERMITTED),
        (System(), Reason.SYSTEM_NOT_PERMITTED),
        (Unknown(), Reason.UNKNOWN_ACTOR),
        (cast(Actor, None), Reason.UNKNOWN_ACTOR),
        (cast(Actor, "ann"), Reason.UNKNOWN_ACTOR),
    ],
)
def test_anyone_else_is_refused_with_the_reason(actor: Actor, reason: Reason) -> None:
    table = compile_table(state(), Facts())
    assert table.decide(actor, "ISG-1", "turn_on", {}, NOW).reason is reason


@pytest.mark.parametrize("owners", [{}, {"ISG-1": ""}])
def test_device_without_owner_obeys_nobody(owners: dict[str, str]) -> None:
    table = state(row(users=Users(everyone=True)), owners=owners)
    for user_id in ("ann", "bob", ""):
        assert judge(table, user_id).reason is Reason.NO_OWNER


def test_gateway_may_ask_what_any_device_is_and_measures_and_no_more() -> None:
    for command in ("describe", "read"):
        assert judge(state(), System(), "ISG-7", command).reason is Reason.SYSTEM
    assert not judge(state(row(users=Users(everyone=True))), System()).allowed


def test_everyone_means_people_and_no_software() -> None:
    table = state(row(users=Users(everyone=True)))
    assert judge(table, "anybody").allowed
    for actor in (
        Automation(entity_id="automation.a"),
        Script(entity_id="script.a"),
        Integration(name="cloud"),
        Unknown(),
    ):
        assert not judge(table, actor).allowed


@pytest.mark.parametrize(
    ("named", "actor"),
    [
        (Users(persons=frozenset({"person.bob"})), User(id="bob")),
        (Users(groups=frozenset({"family"})), User(id="bob")),
        (Users(groups=frozenset({"family"})), User(id="kim")),
        (Users(automations=frozenset({"automation.a"})), Automation(entity_id="automation.a")),
        (Users(automations=frozenset({"all"})), Automation(entity_id="automation.a")),
        (Users(scripts=frozenset({"script.a"})), Script(entity_id="script.a")),
        (Users(scripts=frozenset({"all"})), Script(entity_id="script.a")),
        (Users(integrations=frozenset({"cloud"})), Integration(name="cloud")),
        (Users(integrations=frozenset({"all"})), Integration(name="cloud")),
    ],
)
def test_users_may_be_named_in_every_way(named: Users, actor: Actor) -> None:
    family = UserGroup(
        id="family",
        name="Family",
        made_by="ann",
        users=frozenset({"bob"}),
        persons=frozenset({"person.kim"}),
    )
    facts = Facts(persons={"bob": "person.bob", "kim": "person.kim", "eve": "person.eve"})
    table = state(row(users=named), user_groups={"family": family})
    assert judge(table, actor, facts=facts).allowed
    for other in (
        User(id="eve"),
        User(id="person.bob"),
        Automation(entity_id="automation.b"),
        Script(entity_id="script.b"),
        Integration(name="supervisor"),
    ):
        if "all" not in named.automations | named.scripts | named.integrations:
            assert not judge(table, other, facts=facts).allowed


@pytest.mark.parametrize(
    "named",
    [
        Devices(all_of_maker=True),
        Devices(groups=frozenset({"pumps"})),
        Devices(groups=frozenset({"machines"})),
        Devices(serials=frozenset({"ISG-1"})),
        Devices(areas=frozenset({"cellar"})),
        Devices(labels=frozenset({"wet"})),
    ],
)
def test_devices_may_be_named_in_every_way_and_only_those_of_the_maker_count(
    named: Devices,
) -> None:
    everywhere = frozenset({"ISG-1", "ISG-9"})
    groups = {
        "pumps": DeviceGroup(id="pumps", name="Pumps", made_by="ann", serials=everywhere),
        "machines": DeviceGroup(
            id="machines", name="Machines", made_by="ann", groups=frozenset({"pumps"})
        ),
    }
    facts = Facts(
        areas={"ISG-1": "cellar", "ISG-9": "cellar", "ISG-2": "roof"},
        labels={"ISG-1": frozenset({"wet"}), "ISG-9": frozenset({"wet"})},
    )
    named = Devices(
        all_of_maker=named.all_of_maker,
        groups=named.groups,
        serials=named.serials and everywhere,
        areas=named.areas,
        labels=named.labels,
    )
    table = state(row(devices=named), device_groups=groups)
    assert judge(table, "bob", "ISG-1", facts=facts).allowed
    assert judge(table, "bob", "ISG-2", facts=facts).allowed is named.all_of_maker
    assert not judge(table, "bob", "ISG-9", facts=facts).allowed  # Zoe's


@pytest.mark.parametrize(
    ("given", "allowed"),
    [
        (Commands(groups=frozenset({CommandGroup.READ})), {"describe", "read", "settings"}),
        (Commands(groups=frozenset({CommandGroup.CONTROL})), {"turn_on", "open", "set"}),
        (Commands(groups=frozenset({CommandGroup.CONFIGURE})), {"set_settings"}),
        (Commands(groups=frozenset({CommandGroup.VIDEO})), {"view", "playback", "record"}),
        (Commands(groups=frozenset({CommandGroup.ADMINISTER})), {"rotate_key", "resume"}),
        (Commands(own_groups=frozenset({"group-a"})), {"read", "describe", "settings", "turn_on"}),
        (Commands(names=frozenset({"read"})), {"read"}),
    ],
)
def test_commands_may_be_named_in_every_way(given: Commands, allowed: set[str]) -> None:
    own = OwnCommandGroup(
        id="group-a",
        name="Command group A",
        made_by="ann",
        groups=frozenset({CommandGroup.READ}),
        names=frozenset({"turn_on"}),
    )
    table = state(row(commands=given), command_groups={"group-a": own})
    every = {
        "describe", "read", "settings", "turn_on", "open", "set", "set_settings", "view", "playback",
        "record", "rotate_key", "resume", "release", "transfer", "control", "administer",
    }  # fmt: skip
    if CommandGroup.CONTROL in given.groups:
        allowed = allowed | {"control", "administer"}  # names of no known command
    assert {name for name in every if judge(table, "bob", command=name).allowed} == allowed


def test_no_row_and_no_appointment_gives_the_first_owners_own_acts() -> None:
    table = state(
        row(commands=Commands(groups=ALL_GROUPS)),
        links=[link("l", "cid", role=Role.OWNER, commands=ALL_GROUPS)],
    )
    for command in ("invite_gateway", "release", "transfer", "object_takeover"):
        assert not judge(table, "bob", command=command).allowed
        assert not judge(table, "cid", command=command).allowed
    assert judge(table, "cid", command="rotate_key").reason is Reason.APPOINTED


def test_forbidding_row_wins_whatever_the_order() -> None:
    allow = {"users": Users(everyone=True)}
    for numbers in ((1, 2), (2, 1)):
        table = state(row(number=numbers[0], **allow), row(number=numbers[1], is_allow=False))
        assert judge(table, "bob") == Decision(
            allowed=False, reason=Reason.FORBIDDEN, row=numbers[1]
        )
        assert judge(table, "kim").allowed


def test_nothing_forbids_the_first_owner_or_whom_he_appointed() -> None:
    table = state(row(is_allow=False, users=Users(everyone=True)), links=[link("l", "cid")])
    assert judge(table, "ann").allowed
    assert judge(table, "cid").allowed


def test_row_that_is_off_does_nothing() -> None:
    assert not judge(state(row(is_on=False)), "bob").allowed
    assert judge(state(row(number=1), row(number=2, is_allow=False, is_on=False)), "bob").allowed


def test_row_expires_and_is_used_up() -> None:
    table = state(row(expires_at=NOW))
    assert judge(table, "bob", now=NOW - timedelta(microseconds=1)).allowed
    assert judge(table, "bob").reason is Reason.EXPIRED
    assert judge(state(row(uses_left=1)), "bob").allowed
    assert judge(state(row(uses_left=0)), "bob").reason is Reason.USED_UP


def test_many_rows_for_one_person_and_device_are_told_apart() -> None:
    names = [f"command_{number}" for number in range(12)]
    rows = [row(number=1 + at, commands=commands(name)) for at, name in enumerate(names)]
    forbidden = row(number=50, is_allow=False, commands=commands("command_3", "command_4"))
    off = row(number=51, commands=Commands(groups=frozenset({CommandGroup.READ})), uses_left=0)
    for count in (2, 12):  # few rows are kept otherwise than many
        table = state(*rows[:count], *([] if count == 2 else [forbidden, off]))
        verdicts = {name: judge(table, "bob", command=name) for name in names}
        for at, name in enumerate(names):
            expected = Reason.ROW if at < count else Reason.OTHER_COMMANDS
            if count == 12 and at in (3, 4):
                expected = Reason.FORBIDDEN
            assert verdicts[name].reason is expected, name
            if expected is Reason.ROW:
                assert verdicts[name].row == 1 + at
    assert judge(table, "bob", command="read").reason is Reason.USED_UP
    assert judge(table, "bob", command="settings").reason is Reason.USED_UP
    assert judge(table, "bob", command="view").row == 1


def test_an_error_in_the_decision_denies() -> None:
    table = compile_table(state(), Facts())
    broken: Any = ["unhashable"]
    assert table.decide(User(id="ann"), broken, "turn_on", {}, NOW).reason is Reason.ERROR
