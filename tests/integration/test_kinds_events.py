"""What happens at a device becomes an event of Home Assistant: each one, once, and nothing beside it."""

import asyncio
from collections.abc import Sequence
from typing import Any
from unittest.mock import patch

from pytest_homeassistant_custom_component.common import MockUser, async_capture_events

from homeassistant.config_entries import ConfigEntries, ConfigEntry
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Context
from homeassistant.helpers import entity_registry as er

from .every_kind import SERIAL, act, house_of_every_kind, shown
from .house import WITHIN_S, House
from custom_components.iot_secure_gateway.diagnostics import async_get_config_entry_diagnostics
from iotsg_device.entities import Entity
from iotsg_device.entities.alarms import Event

UNIQUE_ID = f"{SERIAL}-event"


def entry_of(house: House) -> ConfigEntry:
    """Return the entry of the device."""
    return next(
        entry
        for entry in house.hass.config_entries.async_entries("iot_secure_gateway")
        if entry.unique_id == SERIAL
    )


async def counted(house: House, events: int) -> None:
    """Wait until the gateway has heard of so many events of the device."""
    heard = asyncio.Event()
    remove = house.gateway.add_listener(lambda _: heard.set())
    async with asyncio.timeout(WITHIN_S):
        while (
            device := house.gateway.devices.get(SERIAL)
        ) is None or device.stats.events != events:
            heard.clear()
            await heard.wait()
    remove()
    await house.hass.async_block_till_done()


async def test_event_shows_when_it_came_its_type_and_its_data(
    house: House, owner: MockUser
) -> None:
    every, _ = await house_of_every_kind(house, owner)
    assert shown(house, "event")["state"] == "unknown"
    assert shown(house, "event")["event_types"] == ["ring", "knock"]
    every["event"].fire("ring", {"floor": 2, "name": "näive 🦊"})
    await counted(house, 1)
    event = shown(house, "event")
    assert event["state"].startswith("20")
    assert event["event_type"] == "ring"
    assert event["data"] == {"floor": 2, "name": "näive 🦊"}


async def test_each_of_many_events_is_a_change_of_its_own(house: House, owner: MockUser) -> None:
    every, _ = await house_of_every_kind(house, owner)
    entity_id = house.entity_id("event", UNIQUE_ID)
    changes = async_capture_events(house.hass, EVENT_STATE_CHANGED)
    for number in range(20):
        every["event"].fire(("ring", "knock")[number % 2], {"number": number})
    await counted(house, 20)
    told = [change.data["new_state"] for change in changes if change.data["entity_id"] == entity_id]
    assert [state.attributes["data"]["number"] for state in told] == [*range(20)]
    assert len({state.state for state in told}) == 20


async def test_event_is_not_credited_to_who_commanded_the_device_just_before(
    house: House, owner: MockUser
) -> None:
    every, _ = await house_of_every_kind(house, owner)
    context = Context(user_id=owner.id)
    await act(house, context, "switch.turn_on")
    every["event"].fire("ring")
    await counted(house, 1)
    state = house.hass.states.get(house.entity_id("event", UNIQUE_ID))
    assert state is not None
    assert state.context.user_id is None


async def test_data_of_an_event_replace_nothing_that_home_assistant_says(
    house: House, owner: MockUser
) -> None:
    every, _ = await house_of_every_kind(house, owner)
    before = shown(house, "event")
    for name, value in (
        ("friendly_name", "Front door"),
        ("event_type", "knock"),
        ("entity_picture", "https://example.com/x.png"),
        ("device_class", "motion"),
    ):
        every["event"].fire("ring", {name: value})
    await counted(house, 4)
    event = shown(house, "event")
    assert event["data"] == {"device_class": "motion"}
    assert event["event_type"] == "ring"
    for name in ("friendly_name", "entity_picture", "device_class"):
        assert event.get(name) == before.get(name)


async def test_undeclared_event_shows_nothing_and_disturbs_nothing(
    house: House, owner: MockUser
) -> None:
    every, device = await house_of_every_kind(house, owner)
    device.device.reporter.fire("event", "explode")
    device.device.reporter.fire("switch", "ring")
    device.device.reporter.fire("nobody", "ring")
    await counted(house, 3)
    assert shown(house, "event")["state"] == "unknown"
    every["event"].fire("knock")
    await counted(house, 4)
    assert shown(house, "event")["event_type"] == "knock"


async def test_last_event_is_still_shown_after_a_reload_and_not_told_again(
    house: House, owner: MockUser
) -> None:
    every, _ = await house_of_every_kind(house, owner)
    every["event"].fire("ring", {"floor": 2})
    await counted(house, 1)
    before = shown(house, "event")
    await house.hass.config_entries.async_reload(entry_of(house).entry_id)
    await house.known(SERIAL)
    assert shown(house, "event") == before
    every["event"].fire("knock")
    await counted(house, 1)
    assert shown(house, "event")["event_type"] == "knock"


async def test_event_that_comes_before_home_assistant_has_its_entity_is_shown(
    house: House, owner: MockUser
) -> None:
    every, _ = await house_of_every_kind(house, owner)
    entry = entry_of(house)
    await house.hass.config_entries.async_unload(entry.entry_id)
    every["event"].fire("ring", {"number": 1})
    every["event"].fire("ring", {"number": 2})
    changes = async_capture_events(house.hass, EVENT_STATE_CHANGED)
    forward = ConfigEntries.async_forward_entry_setups

    async def late(self: ConfigEntries, entry: ConfigEntry, platforms: Sequence[Any]) -> None:
        await counted(house, 2)
        await forward(self, entry, platforms)

    with patch.object(ConfigEntries, "async_forward_entry_setups", late):
        await house.hass.config_entries.async_setup(entry.entry_id)
    await house.hass.async_block_till_done()
    entity_id = house.entity_id("event", UNIQUE_ID)
    told = [
        change.data["new_state"].attributes["data"]["number"]
        for change in changes
        if change.data["entity_id"] == entity_id and "data" in change.data["new_state"].attributes
    ]
    assert told == [1, 2]


async def test_event_entity_that_the_device_declares_anew_has_no_past(
    house: House, owner: MockUser
) -> None:
    every, device = await house_of_every_kind(house, owner)
    every["event"].fire("ring")
    await counted(house, 1)
    before = shown(house, "event")
    changes = async_capture_events(house.hass, EVENT_STATE_CHANGED)

    async def declare(*entities: Entity) -> None:
        await device.stop()
        device.declare([*entities])
        await device.start()
        keys = [entity.key for entity in entities]
        await house.until(
            lambda: (
                [
                    one.key
                    for description in [house.gateway.devices[SERIAL].description]
                    if description is not None
                    for one in description.entities
                ]
                == keys
            )
        )
        await house.hass.async_block_till_done()

    await declare(every["switch"])
    await declare(every["switch"], every["event"])
    assert shown(house, "event") == before
    bell = house.entity_id("event", f"{SERIAL}-event")  # threats are events, too
    rings = [
        change.data["new_state"]
        for change in changes
        if change.data["entity_id"] == bell
        and "event_type" in getattr(change.data["new_state"], "attributes", ())
    ]
    assert {ring.state for ring in rings} == {before["state"]}
    every["event"].fire("knock")
    await counted(house, 2)
    assert shown(house, "event")["event_type"] == "knock"


async def test_renamed_event_entity_goes_on(house: House, owner: MockUser) -> None:
    every, _ = await house_of_every_kind(house, owner)
    every["event"].fire("ring")
    await counted(house, 1)
    er.async_get(house.hass).async_update_entity(
        house.entity_id("event", UNIQUE_ID), new_entity_id="event.front_door"
    )
    every["event"].fire("knock")
    await counted(house, 2)
    assert house.entity_id("event", UNIQUE_ID) == "event.front_door"
    assert shown(house, "event")["event_type"] == "knock"


async def test_events_that_a_device_lost_are_told_in_log_and_diagnostics(
    house: House, owner: MockUser, caplog: Any
) -> None:
    every, _ = await house_of_every_kind(house, owner)
    await house.hass.config_entries.async_unload(entry_of(house).entry_id)
    for number in range(40):
        every["event"].fire("ring", {"number": number})
    await house.hass.config_entries.async_setup(entry_of(house).entry_id)
    await counted(house, 32)
    assert "lost 8 events" in caplog.text
    told = await async_get_config_entry_diagnostics(house.hass, entry_of(house))
    assert (told["stats"]["events"], told["stats"]["events_dropped"]) == (32, 8)


async def test_only_what_rings_is_a_doorbell(house: House, owner: MockUser) -> None:
    await house.add_gateway()
    await house.claimed_device(
        owner,
        SERIAL,
        entities=[
            Event("bell", "Bell", ("ring",), "doorbell"),
            Event("knocker", "Knocker", ("knock",), "doorbell"),
            Event("pad", "Pad", ("press_start",), "button"),
            Event("odd", "Odd", ("press",), "mood"),
        ],
    )
    classes = {
        key: shown(house, "event", key).get("device_class")
        for key in ("bell", "knocker", "pad", "odd")
    }
    assert classes == {"bell": "doorbell", "knocker": None, "pad": "button", "odd": None}
