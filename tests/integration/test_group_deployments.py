"""Deployments of several devices with one act: the commands of the page and the action (FIG 7, S42)."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component

from .house import House
from .test_actions import call, device_id
from .visitor import Visitor, refusal, visit
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.group_deployments import MAX_DEVICES
from custom_components.iot_secure_gateway.policy.actors import User
from custom_components.iot_secure_gateway.policy.columns import Commands, Devices, Users
from custom_components.iot_secure_gateway.policy.commands import CommandGroup
from custom_components.iot_secure_gateway.policy.row_changes import add_row
from custom_components.iot_secure_gateway.policy.rows import Row
from iotsg_device.entities.arguments import Whole
from iotsg_device.settings import Setting

LAMPS = ["LAMP-1", "LAMP-2"]
AWAY = {"report_interval": 60, "dim_after": 5}
FIELDS: dict[str, dict[str, Any]] = {
    "group_deployments": {},
    "put_group_deployment": {"name": "away", "values": AWAY},
    "delete_group_deployment": {"name": "away"},
    "activate_group_deployment": {"name": "away"},
}


def dimmable() -> list[Setting]:
    return [Setting("dim_after", "Dim after", Whole(1, 60), 10, "s")]


@pytest.fixture
async def olivia(house: House, owner: MockUser, hass_ws_client: WebSocketGenerator) -> Visitor:
    """The owner of two lamps and of a bell of another model, at the page."""
    await house.add_gateway()
    await house.claimed_device(owner, "LAMP-1", name="Hall <b>ランプ</b>", settings=dimmable())
    await house.claimed_device(owner, "LAMP-2", name="Stairs", settings=dimmable())
    await house.claimed_device(owner, "BELL-1", name="Bell")
    visitor = await visit(house, hass_ws_client, owner)
    for serial in (*LAMPS, "BELL-1"):
        await visitor.call("deployments", serial=serial)
    return visitor


async def group_of(visitor: Visitor, name: str, serials: list[str]) -> str:
    """Make a group; return its id."""
    reference = {"name": name, "serials": serials}
    made = await visitor.call("put_reference", kind="device_groups", reference=reference)
    group_id: str = made["reference_id"]
    return group_id


def intervals(house: House) -> dict[str, int]:
    return {one.serial: one.device.deployment["report_interval"] for one in house.devices}


def kept(house: House) -> dict[str, list[str]]:
    """Return the names of what is kept for each device."""
    deployments = house.gateway.deployments
    return {one.serial: list(deployments.of(one.serial).deployments) for one in house.devices}


async def test_owner_makes_one_for_a_group_and_switches_all_with_one_act(
    house: House, olivia: Visitor
) -> None:
    group = await group_of(olivia, "Lampen 💡", LAMPS)
    await olivia.call("put_group_deployment", group=group, name="weg", values=AWAY)
    assert kept(house) == {"LAMP-1": ["weg"], "LAMP-2": ["weg"], "BELL-1": []}
    answer = await olivia.call("activate_group_deployment", group="Lampen 💡", name="weg")
    assert [(one["serial"], one["applied"], one["error"]) for one in answer["devices"]] == [
        ("LAMP-1", True, None),
        ("LAMP-2", True, None),
    ]
    assert intervals(house) == {"LAMP-1": 60, "LAMP-2": 60, "BELL-1": 5}
    shown = await olivia.call("group_deployments", group=group)
    assert [(one["serial"], one["in_force"], one["may_change"]) for one in shown["devices"]] == [
        ("LAMP-1", "weg", True),
        ("LAMP-2", "weg", True),
    ]
    assert "dim_after" in {setting["key"] for setting in shown["settings"]}
    assert all("value" not in setting for setting in shown["settings"])
    both = await olivia.call("group_deployments", serials=[*LAMPS, "BELL-1"])
    keys = {setting["key"] for setting in both["settings"]}
    assert "report_interval" in keys
    assert "dim_after" not in keys, "the bell has no such setting"
    answer = await olivia.call("delete_group_deployment", group=group, name="weg")
    assert [one["error"] for one in answer["devices"]] == [None, None]
    assert kept(house) == {"LAMP-1": [], "LAMP-2": [], "BELL-1": []}
    assert intervals(house)["LAMP-1"] == 60, "the devices keep what they have"


async def test_devices_of_another_model_are_refused_by_name_and_setting_and_nothing_is_kept(
    house: House, olivia: Visitor
) -> None:
    refused = await refusal(
        olivia, "put_group_deployment", serials=[*LAMPS, "BELL-1"], name="away", values=AWAY
    )
    assert refused.code == "setting_unknown"
    assert "Bell" in refused.text
    assert "dim_after" in refused.text
    for values, key in (
        ({"dim_after": 61}, "setting_out_of_range"),
        ({"dim_after": "<script>"}, "setting_wrong_form"),
        ({"ip_recovery": "maybe"}, "setting_not_an_option"),
        ({"gateway_addresses": "nowhere"}, "setting_wrong_form"),
    ):
        refused = await refusal(
            olivia, "put_group_deployment", serials=LAMPS, name="away", values=values
        )
        assert refused.code == key
        assert "Hall <b>ランプ</b>" in refused.text, "says which device"
    assert kept(house) == {"LAMP-1": [], "LAMP-2": [], "BELL-1": []}


async def test_what_one_device_does_not_take_is_told_and_stops_no_other(
    house: House, owner: MockUser, olivia: Visitor
) -> None:
    await olivia.call("put_group_deployment", serials=LAMPS, name="away", values=AWAY)
    await house.devices[1].stop()
    await house.until(lambda: not house.gateway.devices["LAMP-2"].is_connected)
    answer = await olivia.call(
        "activate_group_deployment", serials=[*LAMPS, "BELL-1", "NONE-1"], name="away"
    )
    told = {one["serial"]: one for one in answer["devices"]}
    assert (told["LAMP-1"]["applied"], told["LAMP-1"]["error"]) == (True, None)
    assert (told["LAMP-2"]["applied"], told["LAMP-2"]["error"]) == (False, None), "it waits"
    assert told["BELL-1"]["code"] == "no_deployment"
    assert "Bell" in told["BELL-1"]["error"]
    assert (told["NONE-1"]["code"], told["NONE-1"]["applied"]) == ("refused", False)
    assert house.gateway.deployments.of("LAMP-2").pending is not None
    with pytest.raises(HomeAssistantError, match=r"Bell \(.*no deployment of that name"):
        await house.hass.services.async_call(
            DOMAIN,
            "set_deployment",
            {
                "device_id": [device_id(house, serial) for serial in ("LAMP-1", "BELL-1")],
                "deployment": "away",
            },
            blocking=True,
            context=Context(user_id=owner.id),
        )


async def test_action_takes_several_devices_and_a_group_and_tells_of_each(
    house: House, owner: MockUser, olivia: Visitor
) -> None:
    await group_of(olivia, "Lamps", ["LAMP-2"])
    await olivia.call("put_group_deployment", serials=LAMPS, name="away", values=AWAY)
    answer = await call(
        house,
        "set_deployment",
        owner,
        device_id=[device_id(house, "LAMP-1")],
        group="Lamps",
        deployment="away",
    )
    assert answer["applied"] is True
    assert [one["serial"] for one in answer["devices"]] == LAMPS
    assert intervals(house) == {"LAMP-1": 60, "LAMP-2": 60, "BELL-1": 5}
    for data, text in (
        ({"group": "Nothing"}, "there is no device group Nothing"),
        ({}, "no device was named"),
    ):
        with pytest.raises(HomeAssistantError, match=text):
            await call(house, "set_deployment", owner, deployment="away", **data)


async def test_automation_switches_a_group_as_far_as_its_rows_let_it(
    house: House, owner: MockUser, olivia: Visitor
) -> None:
    group = await group_of(olivia, "Lamps", LAMPS)
    await olivia.call("put_group_deployment", group=group, name="away", values=AWAY)
    row = Row(
        made_by=owner.id,
        users=Users(automations=frozenset({"automation.leave"})),
        devices=Devices(serials=frozenset({"LAMP-1"})),
        commands=Commands(groups=frozenset({CommandGroup.CONFIGURE})),
    )
    actor = User(id=owner.id)
    await house.gateway.permissions.change(lambda state: add_row(state, actor, row), by=actor)
    assert await async_setup_component(
        house.hass,
        AUTOMATION,
        {
            AUTOMATION: {
                "id": "leave",
                "alias": "Leave",
                "triggers": {"trigger": "event", "event_type": "everybody_left"},
                "actions": {
                    "action": f"{DOMAIN}.set_deployment",
                    "data": {"group": "Lamps", "deployment": "away"},
                },
            }
        },
    )
    house.hass.bus.async_fire("everybody_left")
    await house.hass.async_block_till_done()
    assert intervals(house) == {"LAMP-1": 60, "LAMP-2": 5, "BELL-1": 5}


@pytest.mark.parametrize("command", FIELDS)
async def test_somebody_else_sees_changes_and_switches_nothing(
    house: House,
    olivia: Visitor,
    other: MockUser,
    hass_ws_client: WebSocketGenerator,
    command: str,
) -> None:
    group = await group_of(olivia, "Lamps", LAMPS)
    await olivia.call("put_group_deployment", serials=LAMPS, name="away", values=AWAY)
    before = {serial: house.gateway.deployments.of(serial) for serial in LAMPS}
    adam = await visit(house, hass_ws_client, other)
    for named in (group, "Lamps"):
        refused = await refusal(adam, command, group=named, **FIELDS[command])
        assert refused.code == "no_device_group", "the serials in it are not told"
    if command == "put_group_deployment":
        refused = await refusal(adam, command, serials=LAMPS, **FIELDS[command])
        assert (refused.code, refused.key) == ("unauthorized", "refused_not_owner")
    else:
        answer = await adam.call(command, serials=LAMPS, **FIELDS[command])
        assert [one.get("code") for one in answer["devices"]] == (
            [] if command == "group_deployments" else ["refused", "refused"]
        )
        assert answer.get("settings", []) == []
    assert {serial: house.gateway.deployments.of(serial) for serial in LAMPS} == before
    assert intervals(house)["LAMP-1"] == 5


async def test_two_people_at_the_page_are_told_of_each_other(
    house: House, olivia: Visitor, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    seen = await olivia.call("group_deployments", serials=LAMPS)
    revisions = {one["serial"]: one["revision"] for one in seen["devices"]}
    again = await visit(house, hass_ws_client, owner)
    await again.call("put_deployment", serial="LAMP-2", name="home", values={"dim_after": 1})
    refused = await refusal(
        olivia,
        "put_group_deployment",
        serials=LAMPS,
        name="away",
        values=AWAY,
        revisions=revisions,
    )
    assert refused.code == "deployment_changed"
    assert "Stairs" in refused.text
    assert kept(house)["LAMP-1"] == []


@pytest.mark.parametrize("command", FIELDS)
async def test_what_names_too_much_or_nothing_is_refused(olivia: Visitor, command: str) -> None:
    many = [f"S-{number}" for number in range(MAX_DEVICES + 1)]
    refused = await refusal(olivia, command, serials=many, **FIELDS[command])
    assert refused.code == "invalid_format"
    if command != "group_deployments":
        refused = await refusal(olivia, command, **FIELDS[command])
        assert refused.code == "no_devices"


async def test_what_could_lock_out_is_confirmed_for_all_and_proved_by_each(
    house: House, olivia: Visitor
) -> None:
    values = {"ip_recovery": "strict"}
    await olivia.call("put_group_deployment", serials=LAMPS, name="strict", values=values)
    answer = await olivia.call("activate_group_deployment", serials=LAMPS, name="strict")
    assert [one["code"] for one in answer["devices"]] == ["confirmation_needed"] * 2
    links = {serial: house.gateway.devices[serial].stats.links for serial in LAMPS}
    answer = await olivia.call(
        "activate_group_deployment", serials=LAMPS, name="strict", confirm=True
    )
    assert [one["applied"] for one in answer["devices"]] == [True, True]
    for number, serial in enumerate(LAMPS):
        device, before = house.gateway.devices[serial], links[serial]
        await house.until(lambda device=device, before=before: device.stats.links > before)  # type: ignore[misc]
        await house.known(serial)
        store = house.devices[number].store
        assert not [key for key in store.keys() if key[:1] == b"U"]  # noqa: SIM118 - no dict
