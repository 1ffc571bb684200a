"""Nobody gives more than they hold: rows, groups, shifts, and whole tables (B24)."""

from dataclasses import replace
from typing import Any

import pytest

from .makings import ALL_DEVICES, NOW as NOON, commands, judge, link, row, serials, state, users
from .test_state import FULL
from custom_components.iot_secure_gateway.policy import adoption, row_changes, state as state_module
from custom_components.iot_secure_gateway.policy.actors import Automation, User
from custom_components.iot_secure_gateway.policy.adoption import adopt
from custom_components.iot_secure_gateway.policy.columns import Commands, Devices, Users
from custom_components.iot_secure_gateway.policy.commands import CommandGroup
from custom_components.iot_secure_gateway.policy.errors import PolicyError
from custom_components.iot_secure_gateway.policy.facts import Facts
from custom_components.iot_secure_gateway.policy.groups import (
    MAX_DEPTH,
    DeviceGroup,
    OwnCommandGroup,
    UserGroup,
)
from custom_components.iot_secure_gateway.policy.row_changes import (
    add_row,
    give_back,
    put,
    remove_row,
    replace_row,
    spend,
    take_away,
)
from custom_components.iot_secure_gateway.policy.state import PolicyState, Shared
from custom_components.iot_secure_gateway.policy.table import compile_table
from custom_components.iot_secure_gateway.policy.times import HourRange, Shift, Times

ANN, BOB, CID, EVE, ZOE = (User(id=user_id) for user_id in ("ann", "bob", "cid", "eve", "zoe"))
NIGHT = frozenset({HourRange(start_s=22 * 3600, end_s=6 * 3600)})
LINKS = [
    link("bob's", "bob", may_appoint=True),
    link("cid's", "cid", given_by="bob", parent="bob's"),
]


def group(of: type, group_id: str, made_by: str = "ann", **given: Any) -> Any:
    return of(id=group_id, name=group_id, made_by=made_by, **given)


GROUPS: dict[str, Any] = {
    "user_groups": {
        "anns": group(UserGroup, "anns", users=frozenset({"kim"})),
        "zoes": group(UserGroup, "zoes", "zoe", users=frozenset({"kim"})),
    },
    "device_groups": {
        "anns": group(DeviceGroup, "anns", serials=frozenset({"ISG-1", "ISG-2"})),
        "zoes": group(DeviceGroup, "zoes", "zoe", serials=frozenset({"ISG-1", "ISG-9"})),
    },
    "command_groups": {
        "anns": group(OwnCommandGroup, "anns", names=frozenset({"turn_on"})),
        "zoes": group(OwnCommandGroup, "zoes", "zoe", names=frozenset({"turn_on"})),
    },
    "shifts": {
        "anns": group(Shift, "anns", hours=NIGHT),
        "zoes": group(Shift, "zoes", "zoe", hours=NIGHT),
    },
}
HOUSE = state(links=LINKS, **GROUPS)
BOBS: dict[str, Any] = {"made_by": "bob", "by": "bob's", "users": users("kim")}


def refused(code: str) -> Any:
    return pytest.raises(PolicyError, match=rf"^{code}\b")


# --- rows -------------------------------------------------------------------------------------------
def test_a_new_row_gets_a_number_that_was_never_used() -> None:
    one = add_row(HOUSE, ANN, row(number=77))
    assert set(one.rows) == {1}
    two = add_row(remove_row(one, ANN, 1), ANN, row(commands=commands("turn_on", "turn_off")))
    assert set(two.rows) == {2}
    assert judge(two, "bob").allowed
    assert HOUSE.rows == {}


@pytest.mark.parametrize(
    ("actor", "given", "code"),
    [
        (ANN, {"devices": serials("ISG-9")}, "grants_too_much"),
        (ANN, {"commands": commands("release")}, "grants_too_much"),
        (ANN, {"by": "bob's"}, "no_authority"),
        (EVE, {"made_by": "eve"}, "no_authority"),
        (EVE, {}, "not_yours"),
        (Automation(entity_id="automation.a"), {}, "not_a_person"),
        (User(id=""), {}, "not_a_person"),
        (BOB, {**BOBS, "by": None}, "no_authority"),
        (BOB, {**BOBS, "by": "cid's"}, "no_authority"),
        (BOB, {**BOBS, "devices": serials("ISG-2")}, "grants_too_much"),
        (BOB, {**BOBS, "commands": commands("rotate_key")}, "grants_too_much"),
        (
            BOB,
            {**BOBS, "commands": Commands(groups=frozenset({CommandGroup.VIDEO}))},
            "grants_too_much",
        ),
        (ANN, {"users": Users(groups=frozenset({"zoes"}))}, "unknown_group"),
        (ANN, {"users": Users(groups=frozenset({"none"}))}, "unknown_group"),
        (ANN, {"devices": Devices(groups=frozenset({"zoes"}))}, "unknown_group"),
        (ANN, {"commands": Commands(own_groups=frozenset({"zoes"}))}, "unknown_group"),
        (ANN, {"times": Times(shifts=frozenset({"zoes"}))}, "unknown_group"),
    ],
)
def test_nobody_makes_a_row_of_more_than_they_hold(
    actor: User, given: dict[str, Any], code: str
) -> None:
    with refused(code):
        add_row(HOUSE, actor, row(**given))


def test_who_was_appointed_makes_rows_within_that_also_with_groups_from_above() -> None:
    given = add_row(
        HOUSE,
        BOB,
        row(**BOBS | {"users": Users(groups=frozenset({"anns"})), "devices": ALL_DEVICES}),
    )
    assert judge(given, "kim", "ISG-1").allowed
    assert not judge(given, "kim", "ISG-2").allowed
    assert not judge(given, "kim", "ISG-1", "rotate_key").allowed


def test_group_of_somebody_beside_or_below_counts_for_nothing() -> None:
    # A store may hold what the rules of today refuse.
    for kind, named in (
        ("users", Users(groups=frozenset({"zoes"}))),
        ("devices", Devices(groups=frozenset({"zoes"}))),
        ("commands", Commands(own_groups=frozenset({"zoes"}))),
    ):
        given = replace(HOUSE, rows={1: row(**{"users": users("kim")} | {kind: named})})
        assert not judge(given, "kim").allowed


@pytest.mark.parametrize(
    ("actor", "may"), [(ANN, True), (BOB, True), (CID, True), (ZOE, False), (EVE, False)]
)
def test_a_row_is_changed_by_its_maker_and_from_above(actor: User, may: bool) -> None:
    cids = row(made_by="cid", by="cid's", users=users("kim"))
    given = replace(HOUSE, rows={1: cids}, next_number=2)
    off = replace(cids, is_on=False)
    if may:
        assert replace_row(given, actor, off).rows[1] == off
        assert not remove_row(given, actor, 1).rows
    else:
        for change in (replace_row, remove_row):
            with refused("not_yours"):
                change(given, actor, off if change is replace_row else 1)  # type: ignore[arg-type]


def test_a_row_below_is_changed_within_what_its_maker_holds() -> None:
    given = replace(HOUSE, rows={1: row(**BOBS), 2: row(number=2)}, next_number=3)
    with refused("grants_too_much"):
        replace_row(given, ANN, row(**BOBS | {"devices": serials("ISG-2")}))
    with refused("not_yours"):
        replace_row(given, ANN, row())
    with refused("not_yours"):
        replace_row(given, BOB, row(number=2))
    with refused("unknown_row"):
        remove_row(given, ANN, 3)


def test_own_row_can_be_removed_when_authority_has_ended() -> None:
    dead = replace(HOUSE, rows={1: row(made_by="eve")})
    assert not remove_row(dead, EVE, 1).rows
    with refused("not_yours"):
        remove_row(dead, ANN, 1)


def test_uses_are_spent_one_by_one() -> None:
    given = state(row(uses_left=2), row(number=2, users=users("kim")))
    table = compile_table(given, Facts())
    for left in (1, 0):
        assert judge(given, "bob").row == 1
        given = spend(given, 1)
        assert given.rows[1].uses_left == left
        table = table.after_use(given)
    assert not judge(given, "bob").allowed
    assert not table.decide(BOB, "ISG-1", "turn_on", {}, NOON).allowed
    assert table.state is given
    for number in (1, 2, 3):
        assert spend(given, number) is given


def test_a_use_that_was_taken_for_nothing_is_given_back() -> None:
    given = state(row(uses_left=1), row(number=2, users=users("kim")))
    assert give_back(spend(given, 1), 1) == given
    for number in (2, 3):
        assert give_back(given, number) is given


def test_counted_use_is_spent_only_where_it_has_to_be() -> None:
    given = state(row(uses_left=5), row(number=2))
    assert judge(given, "bob").row == 2


# --- groups and shifts ------------------------------------------------------------------------------
def test_an_edited_group_counts_for_the_next_command() -> None:
    given = add_row(HOUSE, ANN, row(users=Users(groups=frozenset({"anns"}))))
    assert not judge(given, "lea").allowed
    given = put(given, ANN, group(UserGroup, "anns", users=frozenset({"lea"})))
    assert judge(given, "lea").allowed
    assert not judge(given, "kim").allowed


@pytest.mark.parametrize(
    ("actor", "shared", "code"),
    [
        (ANN, group(UserGroup, "new", "zoe"), "not_yours"),
        (ANN, group(UserGroup, "zoes", "ann"), "not_yours"),
        (EVE, group(UserGroup, "new", "eve"), "no_authority"),
        (EVE, group(Shift, "new", "eve", hours=NIGHT), "no_authority"),
        (ANN, group(DeviceGroup, "new", serials=frozenset({"ISG-9"})), "grants_too_much"),
        (BOB, group(DeviceGroup, "new", "bob", serials=frozenset({"ISG-2"})), "grants_too_much"),
        (ANN, group(UserGroup, "new", groups=frozenset({"none"})), "unknown_group"),
        (ANN, group(UserGroup, "new", groups=frozenset({"zoes"})), "unknown_group"),
        (ANN, group(UserGroup, "anns", groups=frozenset({"anns"})), "badly_nested"),
        (ANN, group(DeviceGroup, "anns", groups=frozenset({"anns"})), "badly_nested"),
    ],
)
def test_nobody_edits_into_a_group_more_than_they_hold(
    actor: User, shared: Shared, code: str
) -> None:
    with refused(code):
        put(HOUSE, actor, shared)


def test_who_was_appointed_makes_groups_of_groups_from_above() -> None:
    given = put(HOUSE, BOB, group(DeviceGroup, "bobs", "bob", groups=frozenset({"anns"})))
    given = add_row(given, BOB, row(**BOBS | {"devices": Devices(groups=frozenset({"bobs"}))}))
    assert judge(given, "kim", "ISG-1").allowed
    assert not judge(given, "kim", "ISG-2").allowed


def test_groups_that_contain_each_other_or_go_too_deep_are_refused() -> None:
    given = HOUSE
    for depth in range(1, MAX_DEPTH + 2):
        inner = frozenset({f"g{depth - 1}"} if depth > 1 else ())
        nested = group(UserGroup, f"g{depth}", groups=inner)
        if depth > MAX_DEPTH:
            with refused("badly_nested"):
                put(given, ANN, nested)
        else:
            given = put(given, ANN, nested)
    with refused("badly_nested"):
        put(given, ANN, group(UserGroup, "g1", groups=frozenset({"g3"})))


def test_groups_in_use_are_not_removed() -> None:
    given = HOUSE
    for named in (
        {"users": Users(groups=frozenset({"anns"}))},
        {"devices": Devices(groups=frozenset({"anns"}))},
        {"commands": Commands(own_groups=frozenset({"anns"}))},
        {"times": Times(shifts=frozenset({"anns"}))},
    ):
        given = add_row(given, ANN, row(**named))
    for number, kept_in in enumerate(GROUPS, 1):
        shared = GROUPS[kept_in]["anns"]
        with pytest.raises(PolicyError) as caught:
            take_away(given, ANN, shared)
        assert (caught.value.code, caught.value.placeholders) == ("still_used", {"by": str(number)})
        assert "anns" not in getattr(take_away(HOUSE, ANN, shared), kept_in)
        with refused("not_yours"):
            take_away(HOUSE, ZOE, shared)
        with refused("not_yours"):
            take_away(HOUSE, ANN, replace(shared, name="changed since"))
    outer = put(HOUSE, ANN, group(UserGroup, "outer", groups=frozenset({"anns"})))
    with refused("still_used"):
        take_away(outer, ANN, GROUPS["user_groups"]["anns"])
    linked = replace(HOUSE, appointments={"l": link("l", "bob", device_groups=frozenset({"anns"}))})
    with refused("still_used"):
        take_away(linked, ANN, GROUPS["device_groups"]["anns"])
    assert "zoes" not in take_away(outer, ZOE, GROUPS["user_groups"]["zoes"]).user_groups
    assert "zoes" not in take_away(linked, ZOE, GROUPS["device_groups"]["zoes"]).device_groups


# --- bounds -----------------------------------------------------------------------------------------
def test_everything_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (row_changes, adoption):
        for name in ("MAX_ROWS", "MAX_GROUPS", "MAX_SHIFTS"):
            monkeypatch.setattr(module, name, 2)
    full = replace(HOUSE, rows={1: row(), 2: row(number=2)}, next_number=3)
    with refused("too_many_rows"):
        add_row(full, ANN, row())
    with refused("too_many_groups"):
        put(full, ANN, group(UserGroup, "third"))
    with refused("too_many_groups"):
        put(full, ANN, group(Shift, "third", hours=NIGHT))
    assert put(full, ANN, group(UserGroup, "anns")).user_groups["anns"].users == frozenset()
    with refused("too_many_rows"):
        adopt(full, ANN, replace(full, rows={**full.rows, 3: row(number=3)}))
    with refused("too_many_groups"):
        more = {**full.user_groups, "third": group(UserGroup, "third")}
        adopt(full, ANN, replace(full, user_groups=more))


# --- whole tables -----------------------------------------------------------------------------------
TABLE = replace(
    HOUSE,
    rows={
        1: row(),
        2: row(**{**BOBS, "number": 2}),
        3: row(number=3, made_by="zoe", devices=serials("ISG-9"), users=users("kim")),
    },
    next_number=4,
)


def test_what_was_exported_changes_nothing_when_it_is_imported() -> None:
    for actor in (ANN, BOB, ZOE):
        assert adopt(TABLE, actor, TABLE) == TABLE
    assert adopt(FULL, User(id="ann"), FULL) == FULL


def test_an_import_makes_ones_own_rows_those_of_the_table_and_leaves_others() -> None:
    new = replace(TABLE, rows={1: row(is_on=False), 8: row(number=8, users=users("lea"))})
    found = adopt(TABLE, ANN, new)
    assert set(found.rows) == {1, 3, 8}  # Bob is below Ann, Zoe is not
    assert found.next_number == 9
    assert judge(found, "lea").allowed
    empty = PolicyState()
    assert set(adopt(TABLE, ZOE, empty).rows) == {1, 2}
    assert set(adopt(TABLE, ZOE, empty).user_groups) == {"anns"}
    assert adopt(TABLE, ZOE, empty).owners == TABLE.owners


@pytest.mark.parametrize(
    ("actor", "given", "code"),
    [
        (BOB, {"rows": {**TABLE.rows, 1: row(is_on=False)}}, "not_yours"),
        (ANN, {"rows": {**TABLE.rows, 3: row(number=3)}}, "not_yours"),
        (ANN, {"rows": {**TABLE.rows, 2: row(number=2)}}, "not_yours"),
        (ANN, {"rows": {**TABLE.rows, 9: row(number=9, made_by="zoe")}}, "not_yours"),
        (ANN, {"rows": {1: row(devices=serials("ISG-9"))}}, "grants_too_much"),
        (
            ANN,
            {"user_groups": {"zoes": group(UserGroup, "zoes", "zoe", users=frozenset({"eve"}))}},
            "not_yours",
        ),
        (ANN, {"user_groups": {"new": group(UserGroup, "new", "zoe")}}, "not_yours"),
        (ANN, {"user_groups": {"zoes": group(UserGroup, "zoes")}}, "not_yours"),
        (
            ANN,
            {"device_groups": {"n": group(DeviceGroup, "n", serials=frozenset({"ISG-9"}))}},
            "grants_too_much",
        ),
        (
            ANN,
            {"rows": {1: row(users=Users(groups=frozenset({"anns"})))}, "user_groups": {}},
            "still_used",
        ),
        (EVE, {"rows": {9: row(number=9, made_by="eve")}}, "no_authority"),
        (Automation(entity_id="automation.a"), {}, "not_a_person"),
    ],
)
def test_nobody_imports_more_than_they_hold(actor: User, given: dict[str, Any], code: str) -> None:
    with refused(code):
        adopt(TABLE, actor, replace(TABLE, **given))


def test_an_import_does_not_use_up_the_numbers_of_rows() -> None:
    highest = TABLE.next_number + state_module.MAX_ROWS
    high = {**TABLE.rows, highest + 1: row(number=highest + 1)}
    with refused("number_too_high"):
        adopt(TABLE, ANN, replace(TABLE, rows=high))
    found = adopt(TABLE, ANN, replace(TABLE, rows={**TABLE.rows, highest: row(number=highest)}))
    assert PolicyState.from_dict(found.to_dict()) == found
    assert max(add_row(found, ANN, row()).rows) == highest + 1


def test_import_removes_no_group_that_others_use() -> None:
    using = replace(
        TABLE, rows={2: row(**BOBS | {"number": 2, "users": Users(groups=frozenset({"anns"}))})}
    )
    # The row of Bob, who is below Ann, goes with the table; one of which Ann is not the head stays.
    with refused("still_used"):
        adopt(using, ANN, replace(using, user_groups={}))
    assert adopt(using, ANN, PolicyState()).user_groups.keys() == {"zoes"}
