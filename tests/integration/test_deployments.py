"""Deployments in Home Assistant: the page's commands, the selection, the service (FIG 7)."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import (
    MockUser,
    async_get_persistent_notifications,
)
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component

from .house import House, VirtualDevice
from .test_actions import call, device_id
from .visitor import Visitor, refusal, visit
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.policy.actors import User
from custom_components.iot_secure_gateway.policy.columns import Commands, Devices, Users
from custom_components.iot_secure_gateway.policy.commands import CommandGroup
from custom_components.iot_secure_gateway.policy.row_changes import add_row
from custom_components.iot_secure_gateway.policy.rows import Row

SERIAL = "LAMP-1"
SELECT = f"{SERIAL}_deployment"
AWAY = {"report_interval": 60, "report_log": False}
# What each command is given in the test of somebody else, and what that person is told.
FIELDS: dict[str, dict[str, Any]] = {
    "deployments": {},
    "put_deployment": {"name": "away", "values": AWAY},
    "delete_deployment": {"name": "away"},
    "activate_deployment": {"name": "away"},
    "cancel_deployment": {},
}


@pytest.fixture
async def olivia(house: House, owner: MockUser, hass_ws_client: WebSocketGenerator) -> Visitor:
    """The owner of a lamp, at the page."""
    await house.add_gateway()
    await house.claimed_device(owner)
    return await visit(house, hass_ws_client, owner)


async def with_both(olivia: Visitor) -> dict[str, Any]:
    """Look at the device, and give it two deployments."""
    await olivia.call("deployments", serial=SERIAL)
    await olivia.call("put_deployment", serial=SERIAL, name="home", values={"report_interval": 5})
    await olivia.call("put_deployment", serial=SERIAL, name="away", values=AWAY)
    shown: dict[str, Any] = await olivia.call("deployments", serial=SERIAL)
    return shown


def lamp(house: House) -> VirtualDevice:
    return house.devices[0]


async def select(house: House, option: str, person: MockUser) -> None:
    await house.hass.services.async_call(
        "select",
        "select_option",
        {"entity_id": house.entity_id("select", SELECT), "option": option},
        blocking=True,
        context=Context(user_id=person.id),
    )


async def go_away(house: House) -> None:
    await lamp(house).stop()
    await house.until(lambda: not house.gateway.devices[SERIAL].is_connected)


async def test_page_shows_what_can_be_set_and_what_nobody_can(
    house: House, olivia: Visitor
) -> None:
    shown = await olivia.call("deployments", serial=SERIAL)
    settings = {setting["key"]: setting for setting in shown["settings"]}
    assert settings["report_interval"] == {
        "key": "report_interval",
        "name": "Read sensors every",
        "type": "whole",
        "default": 5,
        "value": 5,
        "unit": "s",
        "range": ["1", "3600", "1"],
    }
    assert settings["ip_recovery"]["risky"] is True
    assert shown["factory"]["serial"] == SERIAL
    assert shown["factory"]["claim_from"] == "any"
    assert "prs" not in shown["factory"]
    assert (shown["deployments"], shown["active"], shown["may_change"]) == ([], None, True)
    assert house.state("select", SELECT) is None
    refused = await refusal(
        olivia, "put_deployment", serial=SERIAL, name="x", values={"serial": "LAMP-2"}
    )
    assert refused.code == "setting_unknown"
    await go_away(house)
    assert (await olivia.call("deployments", serial=SERIAL))["settings"] == shown["settings"]


async def test_owner_switches_at_the_page_and_in_the_selection(
    house: House, owner: MockUser, olivia: Visitor
) -> None:
    shown = await with_both(olivia)
    assert shown["deployments"] == [
        {"name": "home", "values": {"report_interval": 5}},
        {"name": "away", "values": AWAY},
    ]
    await house.hass.async_block_till_done()
    assert house.state("select", SELECT) == "unknown"
    assert await olivia.call("activate_deployment", serial=SERIAL, name="away") == {"applied": True}
    assert lamp(house).device.deployment["report_interval"] == 60
    assert house.state("select", SELECT) == "away"
    await select(house, "home", owner)
    assert lamp(house).device.deployment["report_interval"] == 5
    state = house.hass.states.get(house.entity_id("select", SELECT))
    assert state is not None
    assert (state.state, state.attributes["options"]) == ("home", ["home", "away"])
    assert (state.attributes["pending"], state.context.user_id) == (None, owner.id)
    assert (await olivia.call("deployments", serial=SERIAL))["in_force"] == "home"


async def test_selection_goes_with_the_last_deployment_and_comes_back_after_a_restart(
    house: House, olivia: Visitor
) -> None:
    await with_both(olivia)
    await olivia.call("activate_deployment", serial=SERIAL, name="away")
    await house.hass.async_block_till_done()
    entity_id = house.entity_id("select", SELECT)
    entry = er.async_get(house.hass).async_get(entity_id)
    assert entry is not None
    assert entry.config_entry_id is not None
    await house.hass.config_entries.async_reload(entry.config_entry_id)
    await house.known()
    assert house.state("select", SELECT) == "away"
    await olivia.call("delete_deployment", serial=SERIAL, name="away")
    await olivia.call("delete_deployment", serial=SERIAL, name="home")
    await house.hass.async_block_till_done()
    assert er.async_get(house.hass).async_get(entity_id) is None
    assert house.hass.states.get(entity_id) is None
    await with_both(olivia)
    await house.hass.async_block_till_done()
    assert house.state("select", SELECT) == "unknown"


async def test_somebody_else_switches_nothing(
    house: House, other: MockUser, olivia: Visitor
) -> None:
    await with_both(olivia)
    await house.hass.async_block_till_done()
    with pytest.raises(ServiceValidationError, match="you are not its owner"):
        await select(house, "away", other)
    # Who was refused may be blocked by now, so either answer is right.
    with pytest.raises(ServiceValidationError, match="you are not its owner|you are blocked"):
        await call(house, "set_deployment", other, device_id=device_id(house), deployment="away")
    assert lamp(house).device.deployment["report_interval"] == 5


@pytest.mark.parametrize("command", FIELDS)
async def test_every_command_is_refused_to_somebody_else(
    house: House,
    olivia: Visitor,
    other: MockUser,
    hass_ws_client: WebSocketGenerator,
    command: str,
) -> None:
    await with_both(olivia)
    before = house.gateway.deployments.of(SERIAL)
    adam = await visit(house, hass_ws_client, other)
    refused = await refusal(adam, command, serial=SERIAL, **FIELDS[command])
    assert (refused.code, refused.key) == ("unauthorized", "refused_not_owner")
    refused = await refusal(adam, command, serial="NONE-1", **FIELDS[command])
    assert (refused.code, refused.key) == ("unauthorized", "refused_no_owner")
    assert house.gateway.deployments.of(SERIAL) == before


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"report_interval": 0}, "setting_out_of_range"),
        ({"report_interval": "often"}, "setting_wrong_form"),
        ({"ip_recovery": "never"}, "setting_not_an_option"),
        ({}, "invalid_deployment"),
        ({"report_interval": [5]}, "invalid_format"),
        ({"label": "x" * 256}, "invalid_format"),
        ({f"k{number}": 1 for number in range(65)}, "invalid_format"),
    ],
)
async def test_what_cannot_be_set_is_said_in_words(
    olivia: Visitor, values: dict[str, Any], code: str
) -> None:
    await olivia.call("deployments", serial=SERIAL)
    refused = await refusal(olivia, "put_deployment", serial=SERIAL, name="x", values=values)
    assert refused.code == code
    assert code == "invalid_format" or refused.text.startswith("Nothing was changed: ")
    assert "{" not in refused.text or code == "invalid_format"


async def test_two_people_at_the_page_are_told_of_each_other(
    olivia: Visitor, house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    seen = (await with_both(olivia))["revision"]
    again = await visit(house, hass_ws_client, owner)
    await again.call("put_deployment", serial=SERIAL, name="home", values=AWAY, revision=seen)
    for command, fields in (
        ("put_deployment", {"name": "home", "values": {"report_interval": 7}}),
        ("delete_deployment", {"name": "home"}),
    ):
        refused = await refusal(olivia, command, serial=SERIAL, revision=seen, **fields)
        assert refused.code == "deployment_changed"
        assert "Load the page again" in refused.text


async def test_automation_switches_when_a_row_lets_it(
    house: House, owner: MockUser, olivia: Visitor
) -> None:
    await with_both(olivia)
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
                    "data": {"device_id": device_id(house), "deployment": "away"},
                },
            }
        },
    )
    house.hass.bus.async_fire("everybody_left")
    await house.hass.async_block_till_done()
    assert lamp(house).device.deployment["report_interval"] == 5, "automations have no right yet"
    row = Row(
        made_by=owner.id,
        users=Users(automations=frozenset({"automation.leave"})),
        devices=Devices(serials=frozenset({SERIAL})),
        commands=Commands(groups=frozenset({CommandGroup.CONFIGURE})),
    )
    actor = User(id=owner.id)
    await house.gateway.permissions.change(lambda state: add_row(state, actor, row), by=actor)
    house.hass.bus.async_fire("everybody_left")
    await house.hass.async_block_till_done()
    assert lamp(house).device.deployment["report_interval"] == 60


async def test_owner_switches_by_the_action_and_is_told_that_it_is_done(
    house: House, owner: MockUser, olivia: Visitor
) -> None:
    await with_both(olivia)
    answer = await call(
        house, "set_deployment", owner, device_id=device_id(house), deployment="away"
    )
    assert answer == {"applied": True}
    assert lamp(house).device.deployment["report_interval"] == 60


@pytest.mark.usefixtures("fast_gateway")
async def test_device_that_was_away_gets_it_when_it_is_back(
    house: House, owner: MockUser, olivia: Visitor
) -> None:
    await with_both(olivia)
    await house.hass.async_block_till_done()
    await go_away(house)
    await select(house, "away", owner)
    pending = (await olivia.call("deployments", serial=SERIAL))["pending"]
    assert (pending["name"], pending["by"]) == ("away", "Olivia")
    state = house.hass.states.get(house.entity_id("select", SELECT))
    assert state is not None
    assert (state.state, state.attributes["pending"]) == ("unknown", "away")
    await lamp(house).start()
    await house.until(lambda: house.state("select", SELECT) == "away")
    assert lamp(house).device.deployment["report_interval"] == 60


@pytest.mark.usefixtures("fast_gateway")
async def test_switch_of_somebody_who_may_not_log_in_any_more_is_dropped(
    house: House, owner: MockUser
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    deployments, actor = house.gateway.deployments, User(id=owner.id)
    await deployments.refresh(SERIAL, actor)
    await deployments.put(SERIAL, "away", AWAY, actor)
    await house.hass.async_block_till_done()
    await go_away(house)
    await select(house, "away", owner)
    await house.hass.auth.async_update_user(owner, name="Olivia B")
    await house.hass.async_block_till_done()
    assert house.gateway.deployments.of(SERIAL).pending is not None
    await house.hass.auth.async_update_user(owner, is_active=False)
    await house.hass.async_block_till_done()
    assert house.gateway.deployments.of(SERIAL).pending is None
    await lamp(house).start()
    await house.known()
    assert lamp(house).device.deployment["report_interval"] == 5


@pytest.mark.usefixtures("fast_gateway")
async def test_switch_that_waits_can_be_dropped(house: House, olivia: Visitor) -> None:
    await with_both(olivia)
    await go_away(house)
    await olivia.call("activate_deployment", serial=SERIAL, name="away")
    await olivia.call("cancel_deployment", serial=SERIAL)
    assert (await olivia.call("deployments", serial=SERIAL))["pending"] is None
    await lamp(house).start()
    await house.known()
    assert lamp(house).device.deployment["report_interval"] == 5


@pytest.mark.usefixtures("fast_gateway")
async def test_settings_that_a_device_lost_are_told(house: House, olivia: Visitor) -> None:
    await with_both(olivia)
    await olivia.call("activate_deployment", serial=SERIAL, name="away")
    await go_away(house)
    lamp(house).store.delete(b"Sreport_interval")
    await lamp(house).start()
    notices = async_get_persistent_notifications(house.hass)
    await house.until(lambda: bool(notices))
    (notice,) = notices.values()
    assert "no longer has the settings of the deployment away" in notice["message"]
    assert house.state("select", SELECT) == "unknown"


@pytest.mark.usefixtures("fast_gateway")
async def test_switch_that_was_refused_later_is_told(
    house: House, olivia: Visitor, other: MockUser
) -> None:
    await with_both(olivia)
    await go_away(house)
    await olivia.call("activate_deployment", serial=SERIAL, name="away")
    await house.gateway.permissions.set_owner(SERIAL, other.id)
    await lamp(house).start()
    notices = async_get_persistent_notifications(house.hass)
    await house.until(lambda: bool(notices))
    (notice,) = notices.values()
    assert "deployment away" in notice["message"]
    assert "Lamp" in notice["message"]


async def test_what_could_lock_the_owner_out_is_confirmed_first(
    house: House, owner: MockUser, olivia: Visitor
) -> None:
    await olivia.call("deployments", serial=SERIAL)
    await olivia.call(
        "put_deployment", serial=SERIAL, name="strict", values={"ip_recovery": "strict"}
    )
    await house.hass.async_block_till_done()
    refused = await refusal(olivia, "activate_deployment", serial=SERIAL, name="strict")
    assert refused.code == "confirmation_needed"
    assert "A gateway at a new address" in refused.text
    with pytest.raises(HomeAssistantError, match="could lock you out"):
        await select(house, "strict", owner)
    assert lamp(house).device.deployment["ip_recovery"] == "authenticated"
    links = house.gateway.devices[SERIAL].stats.links
    assert await olivia.call("activate_deployment", serial=SERIAL, name="strict", confirm=True) == {
        "applied": True
    }
    await house.until(lambda: house.gateway.devices[SERIAL].stats.links > links)
    await house.known()
    assert lamp(house).device.deployment["ip_recovery"] == "strict"
    marks = [key for key in lamp(house).store.keys() if key[:1] == b"U"]  # noqa: SIM118 - no dict
    assert marks == [], "proved good by the new link"
