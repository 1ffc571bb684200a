"""What becomes of a device when its entry is deleted, by whom ever."""

from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import (
    MockUser,
    async_get_persistent_notifications,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Context
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component

from .house import PASSWORD, House, VirtualDevice, token_of
from custom_components.iot_secure_gateway import removal
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.errors import NoBinding
from custom_components.iot_secure_gateway.runtime import DATA_RUNTIME


@pytest.fixture(autouse=True)
async def api(house: House) -> None:
    """Deletions come over Home Assistant's own API, as from its pages."""
    assert await async_setup_component(house.hass, "config", {})
    assert await async_setup_component(house.hass, "persistent_notification", {})


@pytest.fixture
async def owner(house: House) -> MockUser:
    """The owner must be an administrator to delete an entry at all."""
    return await house.person("Olivia", is_admin=True)


async def delete(
    house: House, hass_client: ClientSessionGenerator, user: MockUser, entry: ConfigEntry
) -> None:
    """Delete an entry as a person does."""
    client = await hass_client(await token_of(house.hass, user))
    answer = await client.delete(f"/api/config/config_entries/entry/{entry.entry_id}")
    assert answer.status == 200
    await house.hass.async_block_till_done()


async def add(
    house: House,
    hass_client: ClientSessionGenerator,
    user: MockUser,
    device: VirtualDevice,
    owner: MockUser,
) -> dict[str, Any]:
    """Fill in the form for a device as a person does; `owner` is who they say owns it."""
    client = await hass_client(await token_of(house.hass, user))
    flows = "/api/config/config_entries/flow"
    menu = await (await client.post(flows, json={"handler": DOMAIN})).json()
    answer = await client.post(f"{flows}/{menu['flow_id']}", json={"next_step_id": "device"})
    form = await answer.json()
    fields = {
        "serial": device.serial,
        "password": PASSWORD,
        "host": "127.0.0.1",
        "port": device.port,
        "owner": owner.id,
    }
    answer = await client.post(f"{flows}/{form['flow_id']}", json=fields)
    assert answer.status == 200
    result: dict[str, Any] = await answer.json()
    return result


def issue(house: House, kind: str) -> ir.IssueEntry | None:
    """Return the repair issue of this kind about LAMP-1."""
    return ir.async_get(house.hass).async_get_issue(DOMAIN, f"{kind}_LAMP-1")


async def test_owner_releases_the_device_which_can_be_claimed_by_anybody_then(
    house: House, owner: MockUser, other: MockUser, hass_client: ClientSessionGenerator
) -> None:
    await house.add_gateway()
    device, entry = await house.claimed_device(owner)
    await delete(house, hass_client, owner, entry)
    assert not device.device.core.is_owned
    assert not house.gateway.has_binding("LAMP-1")
    assert not house.gateway.owners
    assert issue(house, "not_released") is None
    assert issue(house, "removed_by_other") is None

    device.let_time_pass(2)  # one claim a second
    result = await house.add_device(device, other)
    assert result["type"] is FlowResultType.CREATE_ENTRY, result["errors"]
    assert house.gateway.owners == {"LAMP-1": other.id}


async def test_nobody_else_puts_another_device_in_the_place_of_an_owned_one(
    house: House, owner: MockUser, other: MockUser, hass_client: ClientSessionGenerator
) -> None:
    await house.add_gateway()
    device, entry = await house.claimed_device(owner)
    await delete(house, hass_client, other, entry)

    # Says the same serial; its password is known to who built it.
    impostor = VirtualDevice("LAMP-1")
    house.devices.append(impostor)
    await impostor.start()
    refusal = await add(house, hass_client, other, impostor, owner)
    assert (refusal["type"], refusal["step_id"]) == (FlowResultType.FORM, "restore")
    assert not impostor.device.core.is_owned

    result = await house.add_device(device, owner, password=None)
    result = await house.submit(result, {})
    await house.known()
    await house.switch("turn_on", Context(user_id=owner.id))
    assert (device.switched, impostor.switched) == ([True], [])


async def test_owner_is_told_when_the_device_could_not_be_released(
    house: House, owner: MockUser, hass_client: ClientSessionGenerator
) -> None:
    await house.add_gateway()
    device, entry = await house.claimed_device(owner)
    await device.stop()
    with patch.object(removal, "LINK_WITHIN_S", 0.05):
        await delete(house, hass_client, owner, entry)
    told = issue(house, "not_released")
    assert told is not None
    assert told.is_persistent
    assert told.translation_placeholders == {"serial": "LAMP-1", "name": "Lamp"}
    assert house.gateway.has_binding("LAMP-1")
    assert not house.gateway.devices

    # The way on: add it again, without a password, and remove it again.
    await device.start()
    result = await house.add_device(device, owner, password=None)
    result = await house.submit(result, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await house.known()
    assert issue(house, "not_released") is None
    await delete(house, hass_client, owner, result["result"])
    assert not device.device.core.is_owned


async def test_device_that_was_reset_after_a_failed_release_is_claimed_anew(
    house: House, owner: MockUser, hass_client: ClientSessionGenerator
) -> None:
    await house.add_gateway()
    device, entry = await house.claimed_device(owner)
    await device.stop()
    with patch.object(removal, "LINK_WITHIN_S", 0.05):
        await delete(house, hass_client, owner, entry)
    await device.start()
    device.device.factory_reset()
    claimed = await add(house, hass_client, owner, device, owner)
    assert claimed["type"] == FlowResultType.CREATE_ENTRY
    await house.known()
    await house.switch("turn_on", Context(user_id=owner.id))
    assert device.switched == [True]


async def test_anybody_else_takes_the_entry_away_but_not_the_device(
    house: House, owner: MockUser, other: MockUser, hass_client: ClientSessionGenerator
) -> None:
    await house.add_gateway()
    device, entry = await house.claimed_device(owner)
    await delete(house, hass_client, other, entry)
    assert device.device.core.is_owned
    assert house.gateway.has_binding("LAMP-1")
    assert house.gateway.owners == {"LAMP-1": owner.id}
    told = issue(house, "removed_by_other")
    assert told is not None
    assert told.translation_placeholders == {
        "serial": "LAMP-1",
        "name": "Lamp",
        "owner": "Olivia",
        "actor": "Adam",
    }
    (notification,) = async_get_persistent_notifications(house.hass).values()
    assert "Adam removed the device Lamp (LAMP-1), whose owner is Olivia" in notification["message"]

    # Adding it again restores it without a new claim; the thief of the entry does not become owner.
    result = await house.add_device(device, other, password=None)
    assert result["step_id"] == "restore"
    assert result["description_placeholders"] == {"serial": "LAMP-1", "owner": "Olivia"}
    result = await house.submit(result, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await house.known()
    assert house.gateway.owners == {"LAMP-1": owner.id}
    assert issue(house, "removed_by_other") is None
    assert not async_get_persistent_notifications(house.hass)
    await house.switch("turn_on", Context(user_id=owner.id))
    assert device.switched == [True]
    assert device.log.count("127.0.0.1: claimed") == 1


async def test_password_of_a_device_that_belongs_to_someone_here_only_restores_it(
    house: House, owner: MockUser, other: MockUser, hass_client: ClientSessionGenerator
) -> None:
    await house.add_gateway()
    device, entry = await house.claimed_device(owner)
    await delete(house, hass_client, other, entry)
    result = await house.add_device(device, other)  # with the password from the label
    assert result["step_id"] == "restore"
    await house.submit(result, {})
    assert house.gateway.owners == {"LAMP-1": owner.id}


async def test_deletion_without_a_person_does_not_release(house: House, owner: MockUser) -> None:
    await house.add_gateway()
    device, entry = await house.claimed_device(owner)
    await house.hass.config_entries.async_remove(entry.entry_id)
    assert device.device.core.is_owned
    told = issue(house, "removed_by_other")
    assert told is not None
    assert told.translation_placeholders is not None
    assert told.translation_placeholders["actor"] == "Home Assistant"


async def test_binding_that_went_away_meanwhile_cannot_be_restored(
    house: House, owner: MockUser
) -> None:
    await house.add_gateway()
    device, entry = await house.claimed_device(owner)
    await house.hass.config_entries.async_remove(entry.entry_id)
    result = await house.add_device(device, owner, password=None)
    assert result["step_id"] == "restore"
    await house.gateway._registry.forget("LAMP-1")
    result = await house.submit(result, {})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "binding_gone")


async def test_entry_of_a_device_without_a_binding_just_goes(house: House, owner: MockUser) -> None:
    await house.add_gateway()
    _, entry = await house.claimed_device(owner)
    await house.gateway._registry.forget("LAMP-1")
    await house.hass.config_entries.async_remove(entry.entry_id)
    assert issue(house, "removed_by_other") is None


async def test_removing_the_gateway_entry_stops_listening_and_leaves_devices_alone(
    house: House, owner: MockUser
) -> None:
    gateway_entry = await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    await house.hass.config_entries.async_remove(gateway_entry.entry_id)
    assert house.gateway.ping_port is None
    await house.switch("turn_on", Context(user_id=owner.id))
    assert device.switched == [True]
    result = await house.start_flow()
    assert result["step_id"] == "gateway"  # and it can be set up again
    house.hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await house.hass.async_block_till_done()


async def test_fault_during_a_release_is_told_as_a_failed_release(
    house: House, owner: MockUser, hass_client: ClientSessionGenerator
) -> None:
    await house.add_gateway()
    _, entry = await house.claimed_device(owner)
    with patch.object(type(house.gateway), "release", side_effect=NoBinding):
        await delete(house, hass_client, owner, entry)
    assert issue(house, "not_released") is not None


async def test_removal_while_the_gateway_does_not_run_leaves_the_binding(
    house: House, owner: MockUser, hass_client: ClientSessionGenerator
) -> None:
    await house.add_gateway()
    device, entry = await house.claimed_device(owner)
    await house.hass.config_entries.async_unload(entry.entry_id)
    runtime = house.hass.data.pop(DATA_RUNTIME)
    await delete(house, hass_client, owner, entry)
    house.hass.data[DATA_RUNTIME] = runtime
    assert device.device.core.is_owned
    assert house.gateway.has_binding("LAMP-1")
