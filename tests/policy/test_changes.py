"""Who may change authority, and what ends with it: transfer, release, deletion, revocation (S31, B24)."""

import pytest

from .makings import judge, link, row, serials, state, users
from custom_components.iot_secure_gateway.policy.actors import Automation, System, User
from custom_components.iot_secure_gateway.policy.authority import (
    MAX_CHAIN,
    NO_AUTHORITY,
    Role,
    authority_of,
)
from custom_components.iot_secure_gateway.policy.changes import (
    appoint,
    forget_device,
    forget_user,
    revoke,
    set_owner,
    transfer,
)
from custom_components.iot_secure_gateway.policy.columns import Devices
from custom_components.iot_secure_gateway.policy.commands import ALL_GROUPS, CommandGroup
from custom_components.iot_secure_gateway.policy.decision import Reason
from custom_components.iot_secure_gateway.policy.errors import PolicyError
from custom_components.iot_secure_gateway.policy.groups import DeviceGroup

ANN, BOB, CID, DAN, EVE, ZOE = (
    User(id=user_id) for user_id in ("ann", "bob", "cid", "dan", "eve", "zoe")
)
READ = frozenset({CommandGroup.READ})

# Ann -> Bob (may appoint) -> Cid (may appoint) -> Dan; and Ann -> Kim apart from them.
TREE = [
    link("bob's", "bob", may_appoint=True, devices=frozenset({"ISG-1", "ISG-2"})),
    link("cid's", "cid", may_appoint=True, given_by="bob", parent="bob's"),
    link("dan's", "dan", given_by="cid", parent="cid's", commands=READ),
    link("kim's", "kim"),
]


def test_authority_comes_down_the_tree_and_gets_no_larger() -> None:
    given = state(links=TREE)
    assert authority_of(given, "ann", "ISG-1").is_first_owner
    assert authority_of(given, "ann", "ISG-1").commands == ALL_GROUPS
    dans = authority_of(given, "dan", "ISG-1")
    assert dans.path == ("ann", "bob", "cid", "dan")
    assert dans.commands == READ
    assert dans.role is Role.MANAGER
    assert not dans.may_appoint
    assert dans.appointment == "dan's"
    assert authority_of(given, "dan", "ISG-2") == NO_AUTHORITY
    assert authority_of(given, "dan", "ISG-9") == NO_AUTHORITY
    assert authority_of(given, "eve", "ISG-1") == NO_AUTHORITY


def test_what_is_below_never_has_more_than_what_is_above() -> None:
    wide = frozenset({CommandGroup.READ, CommandGroup.CONTROL})
    links = [
        link("bob's", "bob", may_appoint=True, commands=READ),
        link(
            "cid's",
            "cid",
            given_by="bob",
            parent="bob's",
            commands=wide,
            devices=frozenset({"ISG-1", "ISG-2"}),
        ),
    ]
    given = state(row(made_by="cid", by="cid's", users=users("kim")), links=links)
    assert authority_of(given, "cid", "ISG-1").commands == READ
    assert authority_of(given, "cid", "ISG-2") == NO_AUTHORITY
    assert judge(given, "cid", command="read").allowed
    assert not judge(given, "cid", command="turn_on").allowed
    assert not judge(given, "kim", command="turn_on").allowed


def test_revoking_a_branch_ends_all_that_hung_on_it_and_nothing_else() -> None:
    rows = [row(number=1, made_by="cid", by="cid's"), row(number=2, made_by="kim", by="kim's")]
    given = revoke(state(*rows, links=TREE), ANN, "bob's")
    assert set(given.appointments) == {"kim's"}
    assert set(given.rows) == {2}
    for user_id in ("bob", "cid", "dan"):
        assert authority_of(given, user_id, "ISG-1") == NO_AUTHORITY


@pytest.mark.parametrize(
    ("actor", "may"),
    [(ANN, True), (BOB, True), (CID, True), (DAN, True), (EVE, False), (ZOE, False)],
)
def test_an_appointment_is_ended_from_above_or_given_back(actor: User, may: bool) -> None:
    given = state(links=TREE)
    if may:
        assert "dan's" not in revoke(given, actor, "dan's").appointments
    else:
        with pytest.raises(PolicyError, match="not_yours"):
            revoke(given, actor, "dan's")


def test_nobody_below_or_beside_ends_an_appointment() -> None:
    given = state(links=TREE)
    for actor in (DAN, User(id="kim")):
        with pytest.raises(PolicyError, match="not_yours"):
            revoke(given, actor, "bob's")
    with pytest.raises(PolicyError, match="unknown_appointment"):
        revoke(given, ANN, "nobody's")


def test_transfer_ends_all_that_the_old_owner_gave_and_it_does_not_come_back() -> None:
    given = state(
        row(number=1, devices=serials("ISG-1")),
        row(number=2, devices=serials("ISG-1", "ISG-2")),
        row(number=3, made_by="cid", by="cid's"),
        links=TREE,
        device_groups={
            "g": DeviceGroup(id="g", name="G", made_by="ann", serials=frozenset({"ISG-1"}))
        },
    )
    assert judge(given, "bob").allowed
    given = transfer(given, ANN, "ISG-1", "eve")
    assert given.owners["ISG-1"] == "eve"
    for user_id in ("ann", "bob", "cid", "dan", "kim"):
        assert not judge(given, user_id).allowed
    back = transfer(given, EVE, "ISG-1", "ann")
    for user_id in ("bob", "cid", "dan", "kim"):
        assert not judge(back, user_id).allowed
    assert set(back.appointments) == {"bob's"}
    assert back.rows[2].devices == serials("ISG-2")
    assert set(back.rows) == {2}
    assert back.device_groups["g"].serials == frozenset()


@pytest.mark.parametrize("actor", [BOB, EVE, ZOE, System(), Automation(entity_id="automation.a")])
def test_only_the_first_owner_transfers(actor: User | System | Automation) -> None:
    with pytest.raises(PolicyError):
        transfer(state(links=TREE), actor, "ISG-1", "eve")


def test_release_leaves_nothing_that_names_the_device() -> None:
    given = forget_device(
        state(
            row(number=1, devices=Devices(all_of_maker=True, serials=frozenset({"ISG-1"}))),
            links=TREE,
        ),
        "ISG-1",
    )
    assert "ISG-1" not in given.owners
    assert judge(given, "ann").reason is Reason.NO_OWNER
    assert given.rows[1].devices == Devices(all_of_maker=True)
    again = set_owner(given, "ISG-1", "eve")
    assert judge(again, "eve").allowed
    assert not judge(again, "ann").allowed
    assert not judge(again, "bob").allowed


def test_a_claim_by_the_same_owner_changes_nothing() -> None:
    given = state(links=TREE)
    assert set_owner(given, "ISG-1", "ann") is given


def test_deleting_a_user_ends_all_that_hung_on_them() -> None:
    given = forget_user(state(row(made_by="cid", by="cid's"), links=TREE), "bob")
    assert set(given.appointments) == {"kim's"}
    assert not given.rows
    given = forget_user(state(row(), links=TREE), "ann")
    assert given.owners == state().owners  # nobody inherits silently
    assert not given.appointments
    assert not given.rows


def test_first_owner_and_who_may_appoint_give_a_part_of_what_they_hold() -> None:
    given = appoint(state(), ANN, TREE[0])
    given = appoint(given, BOB, TREE[1])
    given = appoint(given, CID, TREE[2])
    assert authority_of(given, "dan", "ISG-1").commands == READ
    assert judge(given, "dan", command="read").reason is Reason.APPOINTED
    assert not judge(given, "dan", command="turn_on").allowed


@pytest.mark.parametrize(
    ("actor", "given", "code"),
    [
        (ANN, link("x", "eve", devices=frozenset({"ISG-9"})), "grants_too_much"),
        (ZOE, link("x", "eve"), "not_yours"),
        (ZOE, link("x", "eve", given_by="zoe"), "grants_too_much"),
        (EVE, link("x", "dan", given_by="eve"), "may_not_appoint"),
        (ANN, link("x", "ann"), "appoints_self"),
        (ANN, link("bob's", "eve"), "appointment_exists"),
        (DAN, link("x", "eve", given_by="dan", parent="dan's", commands=READ), "may_not_appoint"),
        (EVE, link("x", "dan", given_by="eve", parent="bob's"), "may_not_appoint"),
        (BOB, link("x", "eve", given_by="bob", parent="nobody's"), "may_not_appoint"),
        (
            BOB,
            link(
                "x", "eve", given_by="bob", parent="bob's", commands=frozenset({CommandGroup.VIDEO})
            ),
            "grants_too_much",
        ),
        (BOB, link("x", "eve", given_by="bob", parent="bob's", role=Role.OWNER), "grants_too_much"),
        (BOB, link("x", "eve", given_by="bob", devices=frozenset({"ISG-1"})), "may_not_appoint"),
        (ANN, link("x", "eve", device_groups=frozenset({"unknown"})), "unknown_group"),
        (System(), link("x", "eve"), "not_a_person"),
    ],
)
def test_nobody_gives_more_than_they_hold(actor: User, given: object, code: str) -> None:
    with pytest.raises(PolicyError, match=code):
        appoint(state(links=TREE), actor, given)  # type: ignore[arg-type]


def test_a_chain_has_an_end() -> None:
    given = state()
    above, parent = "ann", None
    for number in range(MAX_CHAIN + 1):
        user_id = f"user-{number}"
        appointment = link(f"l{number}", user_id, given_by=above, parent=parent, may_appoint=True)
        if number == MAX_CHAIN:
            with pytest.raises(PolicyError, match="chain_too_long"):
                appoint(given, User(id=above), appointment)
            break
        given = appoint(given, User(id=above), appointment)
        assert authority_of(given, user_id, "ISG-1").may_appoint
        above, parent = user_id, f"l{number}"
