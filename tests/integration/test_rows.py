"""Rows, groups and shifts at the console: who sees and changes which, and two people who edit at once (FIG 8)."""

from collections.abc import Mapping
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError

from .house import House
from .visitor import Refused, Visitor, refusal, visit

LAMP = {"serials": ["LAMP-1"]}
CONTROL = {"groups": ["read", "control"]}


def row_for(person: MockUser, **changes: Any) -> dict[str, Any]:
    """Return a row that lets a person control the lamp at any time."""
    return {
        "effect": "allow",
        "users": {"users": [person.id]},
        "devices": LAMP,
        "commands": CONTROL,
        "times": {"always": True},
        **changes,
    }


async def shown(visitor: Visitor, **fields: Any) -> dict[int, dict[str, Any]]:
    """Return the rows that a visitor sees, by number."""
    return {one["row"]["number"]: one for one in (await visitor.call("rows", **fields))["rows"]}


@pytest.fixture
async def ben(house: House) -> MockUser:
    """Somebody of the household who owns nothing."""
    return await house.person("Ben")


@pytest.fixture
async def mia(house: House) -> MockUser:
    """Somebody who will be a manager."""
    return await house.person("Mia")


async def test_row_counts_at_once_and_an_edited_one_with_the_next_command(
    house: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    made = await olivia.call("add_row", row=row_for(ben, note="Ben's"))
    await house.switch("turn_on", Context(user_id=ben.id))
    only_reading = row_for(ben, commands={"groups": ["read"]})
    made = await olivia.call("change_row", **made, row=only_reading)
    with pytest.raises(ServiceValidationError):
        await house.switch("turn_off", Context(user_id=ben.id))
    made = await olivia.call("change_row", **made, row=row_for(ben))
    await house.switch("turn_off", Context(user_id=ben.id))
    made = await olivia.call("switch_row", **made, is_on=False)
    with pytest.raises(ServiceValidationError):
        await house.switch("turn_on", Context(user_id=ben.id))
    made = await olivia.call("switch_row", **made, is_on=True)
    await olivia.call("remove_row", **made)
    with pytest.raises(ServiceValidationError):
        await house.switch("turn_on", Context(user_id=ben.id))
    assert device.switched == [True, False]
    assert await shown(olivia) == {}


async def test_second_editor_sees_the_conflict(
    house: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    first, second = [await visit(house, hass_ws_client, owner) for _ in range(2)]
    seen = await first.call("add_row", row=row_for(ben))
    await second.call("change_row", **seen, row=row_for(ben, note="second"))
    before = house.gateway.permissions.state
    for command, fields in (
        ("change_row", {"row": row_for(ben, note="first")}),
        ("switch_row", {"is_on": False}),
        ("remove_row", {}),
    ):
        assert (await refusal(first, command, **seen, **fields)).code == "changed_meanwhile"
    assert house.gateway.permissions.state == before
    version = (await shown(first))[seen["number"]]["version"]
    await first.call("remove_row", number=seen["number"], version=version)
    assert (await refusal(second, "remove_row", **seen)).code == "policy_unknown_row"


async def test_everybody_sees_their_own_part_of_the_table(
    house: House,
    owner: MockUser,
    other: MockUser,
    ben: MockUser,
    mia: MockUser,
    hass_ws_client: WebSocketGenerator,
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    await house.claimed_device(owner, serial="LAMP-2")
    await house.claimed_device(other, serial="LAMP-3")
    olivia, adam, bens, mias = [
        await visit(house, hass_ws_client, person) for person in (owner, other, ben, mia)
    ]
    both = await olivia.call("add_row", row=row_for(ben, devices={"serials": ["LAMP-1", "LAMP-2"]}))
    second = await olivia.call("add_row", row=row_for(ben, devices={"serials": ["LAMP-2"]}))
    by = (
        await olivia.call(
            "appoint",
            user_id=mia.id,
            role="manager",
            serials=["LAMP-1"],
            commands=["read", "control"],
        )
    )["appointment"]
    mias_row = await mias.call("add_row", row=row_for(ben), by=by)
    off = await olivia.call("add_row", row=row_for(ben, is_on=False))

    everything = {one["number"] for one in (both, second, mias_row, off)}
    assert set(await shown(olivia)) == everything
    seen = await shown(mias)
    assert set(seen) == everything - {second["number"]}
    assert seen[both["number"]]["row"]["devices"] == LAMP  # of LAMP-2 she is told nothing
    assert not seen[both["number"]]["may_change"]
    assert seen[mias_row["number"]]["may_change"]
    assert (await shown(olivia))[mias_row["number"]]["may_change"]  # for he stands above her
    assert await shown(bens) == await shown(adam) == {}  # one is permitted, one an administrator
    assert set(await shown(olivia, serial="LAMP-2")) == {both["number"], second["number"]}

    # When her authority ends her row goes with it.
    await olivia.call("revoke", appointment=by)
    assert mias_row["number"] not in await shown(olivia)
    assert await shown(mias) == {}


async def test_rows_come_in_pages(
    house: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    made = [await olivia.call("add_row", row=row_for(ben, note=f"no {at}")) for at in range(5)]
    numbers, after = [], 0
    while after is not None:
        page = await olivia.call("rows", limit=2, after=after)
        assert len(page["rows"]) <= 2
        numbers += [one["row"]["number"] for one in page["rows"]]
        after = page["next"]
    assert numbers == [one["number"] for one in made]


async def test_list_says_what_is_wrong_with_a_row_and_when_it_counts(
    house: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    gone = await olivia.call(
        "add_row",
        row=row_for(ben, users={"users": ["nobody"]}, times={"weekdays": ["mon", "tue", "wed"]}),
    )
    seen = (await shown(olivia))[gone["number"]]
    assert seen["marks"] == [
        {"fault": "nothing", "column": "users", "ids": ["nobody"], "why": "", "is_dead": True}
    ]
    assert seen["when"] == [[{"kind": "weekdays", "first": "mon", "last": "wed"}]]
    assert seen["made_by_name"] == "Olivia"


async def test_rows_that_cannot_be_are_refused_with_their_place(
    house: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    before = house.gateway.permissions.state
    wrong: Mapping[str, tuple[dict[str, Any], str]] = {
        "another maker": ({"made_by": ben.id}, "row.made_by"),
        "a number": ({"number": 7}, "row.number"),
        "an appointment": ({"by": "x"}, "row.by"),
        "no devices": ({"devices": {}}, "row.devices"),
        "a day that is not": (
            {"times": {"dates": [{"first": "2027-02-29"}]}},
            "row.times.dates[0].first",
        ),
        "a window that is none": (
            {"times": {"hours": [{"start": "08:00", "end": "08:00"}]}},
            "row.times.hours[0].end",
        ),
        "an unknown field": ({"wish": 1}, "row"),
    }
    for what, (changes, place) in wrong.items():
        refused = await refusal(olivia, "add_row", row=row_for(ben, **changes))
        assert refused.code == "invalid_permission", what
        assert f"{place}: " in refused.text, what
    for changes, code in (
        ({"devices": {"serials": ["LAMP-9"]}}, "policy_grants_too_much"),
        ({"commands": {"names": ["release"]}}, "policy_grants_too_much"),
        ({"users": {"groups": ["none"]}}, "policy_unknown_group"),
    ):
        assert (await refusal(olivia, "add_row", row=row_for(ben, **changes))).code == code
    assert house.gateway.permissions.state == before


async def test_groups_and_shifts_count_in_rows_at_once(
    house: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    ids: dict[str, dict[str, str]] = {}
    for kind, reference in (
        ("user_groups", {"name": "Kids", "users": [ben.id]}),
        ("device_groups", {"name": "Lamps", "serials": ["LAMP-1"]}),
        ("command_groups", {"name": "Switching", "names": ["turn_on", "turn_off"]}),
        ("shifts", {"name": "All day", "hours": [{"start": "00:00", "end": "24:00"}]}),
    ):
        ids[kind] = await olivia.call("put_reference", kind=kind, reference=reference)
    await olivia.call(
        "add_row",
        row=row_for(
            ben,
            users={"groups": [ids["user_groups"]["reference_id"]]},
            devices={"groups": [ids["device_groups"]["reference_id"]]},
            commands={"own_groups": [ids["command_groups"]["reference_id"]]},
            times={"shifts": [ids["shifts"]["reference_id"]]},
        ),
    )
    await house.switch("turn_on", Context(user_id=ben.id))
    seen = ids["user_groups"]
    fields = {"kind": "user_groups", "reference_id": seen["reference_id"]}
    changed = await olivia.call(
        "put_reference", **fields, version=seen["version"], reference={"name": "Kids"}
    )
    with pytest.raises(ServiceValidationError):
        await house.switch("turn_off", Context(user_id=ben.id))
    assert device.switched == [True]
    for command, more, code in (
        (
            "put_reference",
            {"version": seen["version"], "reference": {"name": "x"}},
            "changed_meanwhile",
        ),
        ("put_reference", {"reference": {"name": "x"}}, "changed_meanwhile"),
        ("remove_reference", {"version": seen["version"]}, "changed_meanwhile"),
        ("remove_reference", {"version": changed["version"]}, "policy_still_used"),
        (
            "put_reference",
            {"version": changed["version"], "reference": {"name": ""}},
            "invalid_permission",
        ),
    ):
        assert (await refusal(olivia, command, **fields, **more)).code == code
    shift = (await olivia.call("references"))["shifts"][0]
    assert shift["reference"]["name"] == "All day"
    assert shift["may_change"]
    number, row = next(iter((await shown(olivia)).items()))
    await olivia.call("remove_row", number=number, version=row["version"])
    await olivia.call("remove_reference", **fields, version=changed["version"])
    assert (await olivia.call("references"))["user_groups"] == []
    assert (
        await refusal(olivia, "remove_reference", **fields, version=changed["version"])
    ).code == "policy_unknown_group"


async def test_groups_are_shown_to_who_may_name_them_and_changed_by_their_maker(
    house: House, owner: MockUser, ben: MockUser, mia: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    await house.claimed_device(owner, serial="LAMP-2")
    olivia, bens, mias = [
        await visit(house, hass_ws_client, person) for person in (owner, ben, mia)
    ]
    given = {"role": "manager", "serials": ["LAMP-1"], "commands": ["read", "control"]}
    await olivia.call("appoint", user_id=mia.id, **given)
    lamps = await olivia.call(
        "put_reference",
        kind="device_groups",
        reference={"name": "Lamps", "serials": ["LAMP-1", "LAMP-2"]},
    )
    hers = await mias.call("put_reference", kind="user_groups", reference={"name": "Guests"})
    seen = (await mias.call("references"))["device_groups"][0]
    assert seen["reference"]["serials"] == ["LAMP-1"]
    assert not seen["may_change"]
    assert [one["reference"]["id"] for one in (await olivia.call("references"))["user_groups"]] == [
        hers["reference_id"]
    ]
    assert not any((await bens.call("references")).values())
    for visitor, code in ((mias, "policy_not_yours"), (bens, "policy_unknown_group")):
        refused = await refusal(
            visitor,
            "put_reference",
            kind="device_groups",
            reference_id=lamps["reference_id"],
            version=lamps["version"],
            reference={"name": "Mine"},
        )
        assert refused.code == code


async def verdict(visitor: Visitor, command: str, /, **fields: Any) -> str | None:
    """Return the code that a command is refused with, None when it is not."""
    try:
        await visitor.call(command, **fields)
    except Refused as refused:
        return refused.code
    return None


# Who may do what, on the row of the owner: a verdict for everybody.
VERDICTS = {
    "add_row": (None, None, "policy_no_authority", "policy_no_authority", "policy_no_authority"),
    "change_row": (None, "policy_not_yours", *("policy_unknown_row",) * 3),
    "switch_row": (None, "policy_not_yours", *("policy_unknown_row",) * 3),
    "remove_row": (None, "policy_not_yours", *("policy_unknown_row",) * 3),
    "rows": (None, None, None, None, None),
    "references": (None, None, None, None, None),
    "put_reference": (None, None, *("policy_no_authority",) * 3),
    "remove_reference": (None, "policy_not_yours", *("policy_unknown_group",) * 3),
}


@pytest.mark.parametrize("command", VERDICTS)
async def test_each_command_answers_everybody_by_their_rights(
    house: House,
    owner: MockUser,
    other: MockUser,
    ben: MockUser,
    mia: MockUser,
    hass_ws_client: WebSocketGenerator,
    command: str,
) -> None:
    """As owner, manager, permitted user, user without permission, administrator who owns nothing."""
    await house.add_gateway()
    await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    given = {"role": "manager", "serials": ["LAMP-1"], "commands": ["read", "control"]}
    by = (await olivia.call("appoint", user_id=mia.id, **given))["appointment"]
    stranger = await house.person("Tom")
    people = (owner, mia, ben, stranger, other)
    answers: list[str | None] = []
    for person in people:
        number_and_version = await olivia.call("add_row", row=row_for(ben))
        shift = {"name": "Day", "hours": [{"start": "08:00", "end": "18:00"}]}
        made = await olivia.call("put_reference", kind="shifts", reference=shift)
        fields: dict[str, dict[str, Any]] = {
            "add_row": {"row": row_for(ben), "by": by if person is mia else None},
            "change_row": {**number_and_version, "row": row_for(ben, note="x")},
            "switch_row": {**number_and_version, "is_on": False},
            "remove_row": number_and_version,
            "put_reference": {"kind": "shifts", "reference": shift},
            "remove_reference": {"kind": "shifts", **made},
        }
        visitor = olivia if person is owner else await visit(house, hass_ws_client, person)
        answers.append(await verdict(visitor, command, **fields.get(command, {})))
    assert tuple(answers) == VERDICTS[command]
