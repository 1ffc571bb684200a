"""Diagnostics help to find faults and tell nothing that is anybody's business."""

import json

from pytest_homeassistant_custom_component.common import MockUser

from .house import House
from custom_components.iot_secure_gateway.diagnostics import async_get_config_entry_diagnostics


async def test_device_diagnostics_are_counts_and_states(house: House, owner: MockUser) -> None:
    await house.add_gateway()
    _, entry = await house.claimed_device(owner)
    told = await async_get_config_entry_diagnostics(house.hass, entry)
    assert told["is_connected"] is True
    assert told["problem"] is None
    assert told["entities"] == {"switch": 1, "sensor": 1}
    assert told["stats"]["succeeded"] >= 2


async def test_gateway_diagnostics_are_counts(house: House, owner: MockUser) -> None:
    entry = await house.add_gateway()
    await house.claimed_device(owner)
    told = await async_get_config_entry_diagnostics(house.hass, entry)
    assert told == {
        "listens": True,
        "is_listening": True,
        "devices": 1,
        "connected": 1,
        "discovered": 0,
    }


async def test_diagnostics_hold_no_secret_address_serial_name_or_value(
    house: House, owner: MockUser
) -> None:
    gateway_entry = await house.add_gateway()
    device, entry = await house.claimed_device(owner)
    binding = house.gateway._registry.bindings.records["LAMP-1"]
    for one in (gateway_entry, entry):
        text = json.dumps(await async_get_config_entry_diagnostics(house.hass, one))
        for private in (
            "LAMP-1",
            "127.0.0.1",
            str(device.port),
            binding.key.hex(),
            owner.id,
            "Olivia",
            '"Lamp"',
            "21.5",
        ):
            assert private not in text


async def test_device_that_never_told_what_it_is_has_diagnostics(
    house: House, owner: MockUser
) -> None:
    await house.add_gateway()
    _, entry = await house.claimed_device(owner)
    house.gateway.devices["LAMP-1"].description = None
    told = await async_get_config_entry_diagnostics(house.hass, entry)
    assert told["entities"] is None
