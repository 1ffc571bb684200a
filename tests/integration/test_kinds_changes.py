"""A device that says it is something else: entities follow at once, without a restart, also under load."""

import asyncio
from contextlib import suppress
import logging
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser

from homeassistant.const import UnitOfTemperature
from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er

from .every_kind import COMMANDED, SERIAL, EveryKind, act, house_of_every_kind, shown
from .house import House, VirtualDevice
from .test_entities import declare, linked
from custom_components.iot_secure_gateway.const import DOMAIN
from iotsg_device.entities import Entity, Sensor, Switch
from iotsg_device.entities.air import Climate
from iotsg_device.entities.inputs import Number, Select, TextInput
from iotsg_device.entities.light import Light
from iotsg_device.entities.openings import Cover


async def restart_as(house: House, device: VirtualDevice, entities: list[Entity]) -> None:
    """Cut the power of a device and start it with other firmware; returns when all is known."""
    await device.stop()
    device.declare(entities)
    await device.start()
    keys = {entity.key for entity in entities}
    seen = house.gateway.devices[SERIAL]
    await house.until(
        lambda: (
            seen.is_connected
            and seen.description is not None
            and [(one.key, one.kind, one.name) for one in seen.description.entities]
            == [(one.key, one.kind, one.name) for one in entities]
            and keys <= seen.values.keys()
        )
    )
    await house.hass.async_block_till_done()


def registered(house: House) -> dict[str, er.RegistryEntry]:
    """Return what the registry has of the device, by key; connectivity has none."""
    registry = er.async_get(house.hass)
    return {
        entry.unique_id.removeprefix(f"{SERIAL}-"): entry
        for entry in registry.entities.values()
        if entry.platform == DOMAIN and entry.unique_id.startswith(f"{SERIAL}-")
    }


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if record.levelno >= logging.ERROR]


async def test_new_firmware_changes_what_entities_can_do_and_keeps_their_ids(
    house: House, owner: MockUser, caplog: pytest.LogCaptureFixture
) -> None:
    every, device = await house_of_every_kind(house, owner)
    number = Number("number", "Depth", every.handler("number"), 0, 9, 1, 0, "cm", value=4)
    number.category = "config"
    before = registered(house)
    await restart_as(
        house,
        device,
        [
            Light("light", "Light", every.handler("light"), color_temp=(2500, 4000)),
            Climate("climate", "Climate", every.handler("climate"), ("heat", "auto"), 10, 30, 1),
            Cover("cover", "Gate", every.handler("cover"), device_class="gate"),
            Select("select", "Program", ("slow", "fast"), every.handler("select"), "slow"),
            TextInput("text", "Label", every.handler("text"), 3, 5, "abc"),
            Sensor("sensor", "Sensor", lambda: 68, "temperature", UnitOfTemperature.FAHRENHEIT),
            number,
        ],
    )
    expected: dict[str, dict[str, Any]] = {
        "light": {"supported_color_modes": ["color_temp"], "effect_list": None, "rgb_color": None},
        "climate": {"hvac_modes": ["heat", "auto"], "min_temp": 10, "supported_features": 1},
        "cover": {"device_class": "gate", "supported_features": 3, "friendly_name": "Lamp Gate"},
        "select": {"state": "slow", "options": ["slow", "fast"]},
        "text": {"state": "abc", "min": 3, "max": 5},
        "sensor": {"state": "20.0", "unit_of_measurement": "°C"},
        "number": {"state": "4", "max": 9.0, "unit_of_measurement": "cm", "device_class": None},
    }
    for kind, attributes in expected.items():
        found = shown(house, kind)
        assert {name: found.get(name) for name in attributes} == attributes, kind
    after = registered(house)
    assert after.keys() == expected.keys()
    assert all(after[key].entity_id == before[key].entity_id for key in after)
    assert (after["number"].entity_category, after["number"].original_name) == ("config", "Depth")
    assert after["number"].unit_of_measurement == "cm"
    await act(house, Context(user_id=owner.id), "light.turn_on", color_temp_kelvin=4000)
    assert every.done == [("light", {"on": True, "color_temp": 4000})]
    assert errors(caplog) == []


async def test_all_kinds_come_and_go_without_a_restart(
    house: House, owner: MockUser, caplog: pytest.LogCaptureFixture
) -> None:
    every, device = await house_of_every_kind(house, owner)
    await restart_as(house, device, [Switch("other", "Other")])
    assert registered(house).keys() == {"other"}
    assert {
        entity_id.split(".")[0] for entity_id in house.hass.states.async_entity_ids(COMMANDED)
    } == {"switch"}
    again = EveryKind()
    await restart_as(house, device, [*again.entities.values()])
    assert registered(house).keys() == again.entities.keys()
    for kind, service in (("switch", "turn_on"), ("valve", "open_valve"), ("fan", "turn_on")):
        await act(house, Context(user_id=owner.id), f"{kind}.{service}")
    assert [kind for kind, _ in again.done] == ["switch", "valve", "fan"]
    assert every.done == []
    assert errors(caplog) == []


async def test_entity_that_was_disabled_goes_with_its_declaration(
    house: House, owner: MockUser, caplog: pytest.LogCaptureFixture
) -> None:
    every, device = await house_of_every_kind(house, owner)
    registry = er.async_get(house.hass)
    for kind in ("light", "event"):
        registry.async_update_entity(
            house.entity_id(kind, f"{SERIAL}-{kind}"), disabled_by=er.RegistryEntryDisabler.USER
        )
    await house.hass.async_block_till_done()
    await restart_as(house, device, [every["switch"], every["light"]])
    assert registered(house).keys() == {"switch", "light"}
    assert registered(house)["light"].disabled
    assert errors(caplog) == []


async def test_what_an_earlier_start_left_behind_is_cleared_away(
    house: House, owner: MockUser
) -> None:
    await house.add_gateway()
    _, entry = await house.claimed_device(owner, SERIAL)
    er.async_get(house.hass).async_get_or_create(
        "light", DOMAIN, f"{SERIAL}-old", config_entry=entry
    )
    assert "old" in registered(house)
    await house.hass.config_entries.async_reload(entry.entry_id)
    await house.known(SERIAL)
    assert registered(house).keys() == {"relay", "temperature"}
    assert house.state("binary_sensor", f"{SERIAL}.connectivity") == "on"


async def test_entities_are_right_after_many_changes_under_load(
    house: House, owner: MockUser, caplog: pytest.LogCaptureFixture
) -> None:
    """Commands of the owner go on while the device says two hundred times that it is something else."""
    device = await linked(house, owner)
    relay = {"key": "relay", "kind": "switch", "name": "Relay"}
    done = asyncio.Event()

    async def switch_on_and_off() -> int:
        count = 0
        while not done.is_set():
            with suppress(HomeAssistantError):  # away for a moment: then it is unavailable
                await house.switch("toggle", Context(user_id=owner.id))
                count += 1
            await asyncio.sleep(0)
        return count

    user = asyncio.create_task(switch_on_and_off())
    kinds = ("light", "number", "sensor", "switch", "cover")
    for turn in range(200):
        changing = {
            "key": "changing",
            "kind": kinds[turn % len(kinds)],
            "name": f"Changing {turn}",
            "ranges": {"value": [0, turn + 1, 1]},
        }
        gone = [
            {"key": f"k{n}", "kind": "text", "name": "K", "ranges": {"value": [0, turn + 1, 1]}}
            for n in range(turn % 4)
        ]
        declare(device, relay, changing, *gone, relay=True)
        await asyncio.sleep(0)
    done.set()
    assert await user > 0
    await house.hass.async_block_till_done()
    found = {
        entry.unique_id: entry.domain
        for entry in er.async_get(house.hass).entities.values()
        if entry.platform == DOMAIN and entry.unique_id.startswith("LAMP-1")
    }
    assert found == {
        "LAMP-1-relay": "switch",
        "LAMP-1-changing": "cover",
        "LAMP-1-k0": "text",
        "LAMP-1-k1": "text",
        "LAMP-1-k2": "text",
        "LAMP-1.connectivity": "binary_sensor",
        "LAMP-1.threat_level": "sensor",
    }
    for unique_id, domain in found.items():
        entity_id = house.entity_id(domain, unique_id)
        state = house.hass.states.get(entity_id)
        assert state is not None
        assert state.state != "unavailable", unique_id
        assert house.hass.data["entity_components"][domain].get_entity(entity_id) is not None
    text = house.hass.states.get(house.entity_id("text", "LAMP-1-k0"))
    assert text is not None
    assert text.attributes["max"] == 200
    assert errors(caplog) == []


async def test_command_outlives_the_entity_that_gave_it(
    house: House, owner: MockUser, caplog: pytest.LogCaptureFixture
) -> None:
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    device.gate = asyncio.Event()
    command = house.hass.async_create_task(house.switch("turn_on", Context(user_id=owner.id)))
    while not device.is_executing:
        await asyncio.sleep(0)
    declare(house.gateway.devices["LAMP-1"], {"key": "other", "kind": "switch", "name": "Other"})
    await asyncio.sleep(0)
    assert house.state("switch", "LAMP-1-relay") is None
    device.gate.set()
    await command
    assert device.switched == [True]
    assert errors(caplog) == []
