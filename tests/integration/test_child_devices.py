"""Parts of a device as child devices in Home Assistant: they come, change and go with the description."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser

from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .house import House, VirtualDevice
from .test_actions import call, device_id
from custom_components.iot_secure_gateway.const import DOMAIN
from iotsg_device.entities import Sensor, Switch

SERIAL = "STRIP-1"
LEFT, RIGHT = ("left", "Left socket", "S-1"), ("right", "Right socket", "")


def sockets(switched: list[bool] | None = None, **of: str | None) -> list[Any]:
    """Return a switch for each name, in the part it belongs to, and a sensor of the whole."""
    made: list[Any] = []
    for key, child in of.items():
        switch = Switch(key, f"Relay of {key}", (switched if switched is not None else []).append)
        switch.child = child
        made.append(switch)
    return [*made, Sensor("power", "Power", lambda: 1)]


async def strip(house: House, owner: MockUser, **facts: Any) -> VirtualDevice:
    await house.add_gateway()
    facts = {"entities": sockets(a="left", b="right"), "children": [LEFT, RIGHT], **facts}
    device, _ = await house.claimed_device(owner, SERIAL, name="Strip", **facts)
    return device


def parts(house: House) -> dict[str, str | None]:
    """Return the names of the child devices by their keys."""
    entry = house.hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, SERIAL)
    assert entry is not None
    registry = dr.async_get(house.hass)
    found = dr.async_child_entries_for_config_entry(registry, entry.entry_id)
    parent = device_id(house, SERIAL)
    assert all(one.parent_device_id == parent for one in found)
    names = {next(iter(one.identifiers))[1]: one.name for one in found}
    assert all(key.startswith(f"{SERIAL}/") for key in names)
    return {key.partition("/")[2]: name for key, name in names.items()}


def place(house: House, key: str) -> str:
    """Return the key of the part that an entity is in; empty for the device itself."""
    platform = "sensor" if key == "power" else "switch"
    entry = er.async_get(house.hass).async_get(house.entity_id(platform, f"{SERIAL}-{key}"))
    assert entry is not None
    assert entry.device_id is not None
    device = dr.async_get(house.hass).async_get(entry.device_id)
    assert device is not None
    return next(iter(device.identifiers))[1].partition("/")[2]


async def change(house: House, device: VirtualDevice, entities: list[Any], children: Any) -> None:
    """Let the device start with another firmware, and wait until that is known."""
    known = house.gateway.devices[SERIAL]
    before = known.description
    await device.stop()
    device.declare(entities)
    device.children = children
    await device.start()
    await house.until(lambda: known.description is not before and known.is_connected)
    await house.hass.async_block_till_done()


async def test_parts_are_devices_below_the_device_with_their_entities(
    house: House, owner: MockUser
) -> None:
    await strip(house, owner)
    assert parts(house) == {"left": "Left socket", "right": "Right socket"}
    assert [place(house, key) for key in ("a", "b", "power")] == ["left", "right", ""]
    state = house.hass.states.get(house.entity_id("switch", f"{SERIAL}-a"))
    assert state is not None
    assert "Left socket" in str(state.attributes["friendly_name"])


@pytest.mark.usefixtures("fast_gateway")
async def test_parts_come_change_and_go_without_a_restart(house: House, owner: MockUser) -> None:
    device = await strip(house, owner)
    entity_id = house.entity_id("switch", f"{SERIAL}-a")
    ids = device_id(house, SERIAL)
    # One is renamed and takes a thing over, one is new, one is gone; a thing becomes the device's own.
    await change(
        house,
        device,
        sockets(a="right", b=None, c="middle"),
        [("right", "Window socket", ""), ("middle", "Middle socket", "")],
    )
    assert parts(house) == {"right": "Window socket", "middle": "Middle socket"}
    assert [place(house, key) for key in ("a", "b", "c", "power")] == ["right", "", "middle", ""]
    assert house.entity_id("switch", f"{SERIAL}-a") == entity_id, "it is the same entity"
    state = house.hass.states.get(entity_id)
    assert state is not None
    assert state.state != "unavailable"
    await change(house, device, sockets(a=None), [])
    assert parts(house) == {}
    assert [place(house, key) for key in ("a", "power")] == ["", ""]
    assert house.state("switch", f"{SERIAL}-b") is None
    assert device_id(house, SERIAL) == ids


@pytest.mark.usefixtures("fast_gateway")
async def test_parts_are_there_after_a_restart_and_go_with_the_entry(
    house: House, owner: MockUser
) -> None:
    await strip(house, owner)
    entry = house.hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, SERIAL)
    assert entry is not None
    await house.hass.config_entries.async_reload(entry.entry_id)
    await house.known(SERIAL)
    assert parts(house) == {"left": "Left socket", "right": "Right socket"}
    assert place(house, "a") == "left"
    await house.hass.config_entries.async_remove(entry.entry_id)
    await house.hass.async_block_till_done()
    assert not dr.async_get(house.hass).child_devices


async def test_whoever_may_not_command_the_device_commands_none_of_its_parts(
    house: House, owner: MockUser, other: MockUser
) -> None:
    switched: list[bool] = []
    await strip(house, owner, entities=sockets(switched, a="left"))
    for person in (other, owner):
        act = house.hass.services.async_call(
            "switch",
            "turn_on",
            {"entity_id": house.entity_id("switch", f"{SERIAL}-a")},
            blocking=True,
            context=Context(user_id=person.id),
        )
        if person is other:
            with pytest.raises(ServiceValidationError, match="you are not its owner"):
                await act
        else:
            await act
    assert switched == [True]


async def test_action_on_a_part_is_for_the_device_that_it_is_a_part_of(
    house: House, owner: MockUser
) -> None:
    switched: list[bool] = []
    await strip(house, owner, entities=sockets(switched, a="left"))
    entry = er.async_get(house.hass).async_get(house.entity_id("switch", f"{SERIAL}-a"))
    assert entry is not None
    answer = await call(
        house,
        "send_command",
        owner,
        device_id=entry.device_id,
        command="turn_on",
        entity="a",
    )
    assert answer["result"] == {"values": {"a": True}}
    assert switched == [True]


async def test_names_are_shown_as_they_are_whatever_they_say(house: House, owner: MockUser) -> None:
    children = [("left", "<b>左</b> \u202eevil", ""), ("right", "{{ states('x') }}", "")]
    await strip(house, owner, children=children)
    assert parts(house) == {"left": "<b>左</b> \ufffdevil", "right": "{{ states('x') }}"}
    # A part that is called like another device is none: its identifier has the serial in front.
    await house.claimed_device(owner, "LAMP-1")
    assert device_id(house, "LAMP-1") != device_id(house, SERIAL)
