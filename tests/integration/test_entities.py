"""Entities made of what devices declare: sensible, also where the device is not."""

import importlib
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser

from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.icon import async_get_icons

from .house import House
from custom_components.iot_secure_gateway import PLATFORMS
from custom_components.iot_secure_gateway.gateway.description import DescriptionReader
from custom_components.iot_secure_gateway.gateway.device import Device
from iotsg_device.entities import Entity, Sensor, Switch

SENSOR = {"kind": "sensor", "name": "Measured"}


def declare(device: Device, *entities: dict[str, Any], **values: object) -> None:
    """Let the device say over its link what it is and measures."""
    reader = DescriptionReader()
    facts = {"manufacturer": "ACME", "model": "M", "fw": "1", "name": "Lamp"}
    reader.add({"device": facts, "entities": list(entities), "page": 0, "pages": 1})
    device.learn_description(reader.description())
    device.learn_values({"values": values})


async def linked(house: House, owner: MockUser) -> Device:
    """Return the gateway's view of a claimed device."""
    await house.add_gateway()
    await house.claimed_device(owner)
    return house.gateway.devices["LAMP-1"]


@pytest.mark.parametrize(
    ("facts", "value", "state", "attributes"),
    [
        (
            {"device_class": "temperature", "unit": "°C"},
            "21.50",
            "21.50",
            {
                "device_class": "temperature",
                "unit_of_measurement": "°C",
                "state_class": "measurement",
            },
        ),
        ({"device_class": "temperature", "unit": "°C"}, 21, "21", {"state_class": "measurement"}),
        # No class that Home Assistant knows, or one whose unit or kind of value does not fit.
        ({"device_class": "mood", "unit": "smiles"}, "3", "3", {"device_class": None}),
        ({"device_class": "temperature", "unit": "lx"}, "3", "3", {"device_class": None}),
        ({"device_class": "timestamp"}, "now", "now", {"device_class": None}),
        ({"device_class": "energy", "unit": "kWh"}, "3", "3", {"state_class": None}),
        # What is no number is not shown as one.
        ({"device_class": "temperature", "unit": "°C"}, "warm", "unknown", {}),
        ({"device_class": "temperature", "unit": "°C"}, "NaN", "unknown", {}),
        ({"device_class": "temperature", "unit": "°C"}, "1e999999", "unknown", {}),
        ({"device_class": "temperature", "unit": "°C"}, "-Infinity", "unknown", {}),
        ({"device_class": "temperature", "unit": "°C"}, True, "unknown", {}),
        ({"device_class": "temperature", "unit": "°C"}, None, "unknown", {}),
        ({"unit": "clicks"}, "0", "0", {"unit_of_measurement": "clicks"}),
        ({}, "any text", "any text", {}),
        ({}, "a\nb", "a\ufffdb", {}),
        ({}, True, "true", {}),
        ({}, 2**53 - 1, str(2**53 - 1), {}),
    ],
)
async def test_sensor_shows_what_fits_and_nothing_else(
    house: House,
    owner: MockUser,
    facts: dict[str, str],
    value: object,
    state: str,
    attributes: dict[str, str | None],
) -> None:
    device = await linked(house, owner)
    declare(device, {"key": "measured", **SENSOR, **facts}, measured=value)
    await house.hass.async_block_till_done()
    shown = house.hass.states.get(house.entity_id("sensor", "LAMP-1-measured"))
    assert shown is not None
    assert shown.state == state
    for name, expected in attributes.items():
        assert shown.attributes.get(name) == expected


async def test_switch_of_unknown_state_is_unknown(house: House, owner: MockUser) -> None:
    device = await linked(house, owner)
    declare(device, {"key": "relay", "kind": "switch", "name": "Relay"}, relay="on")
    await house.hass.async_block_till_done()
    assert house.state("switch", "LAMP-1-relay") == "unknown"


async def test_entities_come_and_go_with_the_description(house: House, owner: MockUser) -> None:
    device = await linked(house, owner)
    declare(
        device,
        {"key": "relay", "kind": "switch", "name": "Lamp"},
        {"key": "second", "kind": "switch", "name": "Fan"},
        {"key": "camera", "kind": "hologram", "name": "Unknown kind"},
        relay=True,
        second=False,
    )
    await house.hass.async_block_till_done()
    assert house.state("switch", "LAMP-1-second") == "off"
    assert house.state("sensor", "LAMP-1-temperature") is None
    registry = er.async_get(house.hass)
    keys = {
        entry.unique_id
        for entry in er.async_entries_for_config_entry(
            registry,
            house.hass.config_entries.async_entries(domain="iot_secure_gateway")[1].entry_id,
        )
    }
    assert keys == {"LAMP-1-relay", "LAMP-1-second", "LAMP-1.connectivity", "LAMP-1.threat_level"}
    # What stays takes its new name.
    state = house.hass.states.get(house.entity_id("switch", "LAMP-1-relay"))
    assert state is not None
    assert state.attributes["friendly_name"] == "Lamp Lamp"


async def test_key_that_changes_its_kind_changes_its_platform(
    house: House, owner: MockUser
) -> None:
    device = await linked(house, owner)
    declare(device, {"key": "relay", "kind": "sensor", "name": "Relay"}, relay="5")
    await house.hass.async_block_till_done()
    assert house.state("switch", "LAMP-1-relay") is None
    assert house.state("sensor", "LAMP-1-relay") == "5"


async def test_entity_that_was_removed_by_a_person_does_not_disturb(
    house: House, owner: MockUser
) -> None:
    device = await linked(house, owner)
    er.async_get(house.hass).async_remove(house.entity_id("switch", "LAMP-1-relay"))
    await house.hass.async_block_till_done()
    declare(device, {"key": "other", "kind": "switch", "name": "Other"}, other=True)
    await house.hass.async_block_till_done()
    assert house.state("switch", "LAMP-1-other") == "on"


async def test_renamed_entity_goes_on(house: House, owner: MockUser) -> None:
    device = await linked(house, owner)
    registry = er.async_get(house.hass)
    registry.async_update_entity(
        house.entity_id("switch", "LAMP-1-relay"), new_entity_id="switch.desk"
    )
    await house.hass.async_block_till_done()
    device.learn_values({"values": {"relay": True}})
    await house.hass.async_block_till_done()
    state = house.hass.states.get("switch.desk")
    assert state is not None
    assert state.state == "on"


async def test_device_of_sixty_four_entities_shows_all(house: House, owner: MockUser) -> None:
    entities: list[Entity] = [
        Switch(f"switch_{number}", f"Switch {number}") for number in range(32)
    ]
    entities += [Sensor(f"sensor_{number}", f"Sensor {number}", lambda: 1) for number in range(32)]
    await house.add_gateway()
    await house.claimed_device(owner, entities=entities)
    states = house.hass.states.async_entity_ids()
    declared = ("switch.lamp_switch_", "sensor.lamp_sensor_")
    assert len([one for one in states if one.startswith(declared)]) == 64


async def test_every_platform_says_how_many_updates_run_at_once() -> None:
    for platform in PLATFORMS:
        module = importlib.import_module(f"custom_components.iot_secure_gateway.{platform}")
        assert module.PARALLEL_UPDATES == 0  # the gateway queues


async def test_switch_has_its_icon_by_translation(house: House, owner: MockUser) -> None:
    await linked(house, owner)
    entry = er.async_get(house.hass).async_get(house.entity_id("switch", "LAMP-1-relay"))
    assert entry is not None
    icons = await async_get_icons(house.hass, "entity", {"iot_secure_gateway"})
    assert entry.translation_key in icons["iot_secure_gateway"]["switch"]
