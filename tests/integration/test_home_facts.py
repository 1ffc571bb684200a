"""What rows may refer to is taken from Home Assistant, and follows it."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockUser

from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr, label_registry as lr
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from .house import House
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.home_facts import HomeFacts, HomeSources
from custom_components.iot_secure_gateway.policy.actors import Automation, User
from custom_components.iot_secure_gateway.policy.facts import Facts
from custom_components.iot_secure_gateway.runtime import DATA_RUNTIME
from custom_components.iot_secure_gateway.starter import StarterChoices, async_apply_starter
from custom_components.iot_secure_gateway.storage import StorageError


def facts_of(house: House) -> Facts:
    return house.hass.data[DATA_RUNTIME].gateway.permissions.facts


async def test_area_and_labels_of_a_device_are_known_and_followed(
    house: House, owner: MockUser
) -> None:
    await house.add_gateway()
    _, entry = await house.claimed_device(owner)
    assert facts_of(house).areas == {}
    area = ar.async_get(house.hass).async_create("Kitchen")
    label = lr.async_get(house.hass).async_create("Careful")
    devices = dr.async_get(house.hass)
    device = devices.async_get_device_by_identifier((DOMAIN, "LAMP-1"), entry.entry_id)
    assert device is not None
    devices.async_update_device(device.id, area_id=area.id, labels={label.label_id})
    await house.hass.async_block_till_done()
    assert facts_of(house).areas == {"LAMP-1": area.id}
    assert facts_of(house).labels == {"LAMP-1": frozenset({label.label_id})}


async def test_persons_and_users_are_known_and_followed(house: House, owner: MockUser) -> None:
    await house.add_gateway()
    assert facts_of(house).persons == {}
    house.hass.states.async_set("person.olivia", "home", {"user_id": owner.id})
    await house.hass.async_block_till_done()
    before = facts_of(house)
    assert before.persons == {owner.id: "person.olivia"}
    house.hass.states.async_set("person.olivia", "not_home", {"user_id": owner.id})
    await house.hass.async_block_till_done()
    assert facts_of(house) is before, "where somebody is compiles nothing anew"
    new = await house.hass.auth.async_create_user("New")
    await house.hass.async_block_till_done()
    assert new.id in (facts_of(house).users or ())
    house.hass.states.async_remove("person.olivia")
    await house.hass.async_block_till_done()
    assert facts_of(house).persons == {}


async def test_user_deleted_while_nobody_could_tell_is_forgotten_at_the_next_start(
    house: House, owner: MockUser
) -> None:
    """The store of users is written at another moment than that of permissions; a crash may come between."""
    await house.add_gateway()
    await house.claimed_device(owner)
    gateway, giver = house.gateway, User(id=owner.id)
    await async_apply_starter(gateway, giver, "LAMP-1", StarterChoices(automations=True))
    assert gateway.judge(Automation(entity_id="automation.x"), "LAMP-1", "turn_on").allowed
    with patch.object(gateway.permissions._store, "save", side_effect=StorageError("permissions")):
        await house.hass.auth.async_remove_user(owner)
        await house.hass.async_block_till_done()
    facts = HomeFacts(house.hass, gateway)
    await facts.async_start()
    facts.async_stop()
    assert not gateway.judge(Automation(entity_id="automation.x"), "LAMP-1", "turn_on").allowed
    assert gateway.owners == {"LAMP-1": owner.id}, "nobody inherits silently"


async def test_time_zone_of_the_home_counts_and_is_followed(house: House) -> None:
    await house.add_gateway()
    await house.hass.config.async_update(time_zone="Europe/Berlin")
    await house.hass.async_block_till_done()
    assert facts_of(house).zone == dt_util.get_time_zone("Europe/Berlin")
    await house.hass.config.async_update(time_zone="UTC")


async def test_what_was_offered_to_a_user_ends_when_that_user_is_deleted(
    house: House, owner: MockUser
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    await house.hass.auth.async_create_user("First")  # who can't be deleted
    receiver = await house.hass.auth.async_create_user("Rita")
    ownership = house.gateway.ownership
    await ownership.offer_transfer("LAMP-1", User(id=owner.id), receiver.id)
    await house.hass.auth.async_remove_user(receiver)
    await house.hass.async_block_till_done()
    assert ownership.offer("LAMP-1") is None
    assert receiver.id not in (facts_of(house).users or ())
    assert house.gateway.owners == {"LAMP-1": owner.id}


@pytest.mark.parametrize("expected_lingering_timers", [True])  # of the schedule
async def test_schedule_helper_tells_what_it_knows_and_no_more(hass: HomeAssistant) -> None:
    assert await async_setup_component(
        hass,
        "schedule",
        {"schedule": {"day": {"name": "Day", "monday": [{"from": "07:00:00", "to": "20:30:00"}]}}},
    )
    await hass.async_block_till_done()
    sources = HomeSources(hass)
    state = hass.states.get("schedule.day")
    assert state is not None
    change = state.attributes["next_event"]
    now = datetime.now(UTC)
    is_on = state.state == "on"
    assert sources.is_on("schedule.day", now) is is_on
    assert sources.is_on("schedule.day", change) is not is_on
    assert sources.is_on("schedule.day", change + timedelta(seconds=1)) is None
    assert sources.next_change("schedule.day", now) == change
    assert sources.next_change("schedule.day", change) is None


async def test_calendar_tells_its_event_in_the_homes_time(hass: HomeAssistant) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")
    sources = HomeSources(hass)
    event = {"start_time": "2026-12-24 00:00:00", "end_time": "2026-12-27 00:00:00"}
    start, end = (datetime(2026, 12, day, 23, tzinfo=UTC) for day in (23, 26))
    hass.states.async_set("calendar.holidays", "off", event)
    assert sources.is_on("calendar.holidays", start - timedelta(seconds=1)) is False
    assert sources.is_on("calendar.holidays", start) is True
    assert sources.next_change("calendar.holidays", start - timedelta(days=9)) == start
    hass.states.async_set("calendar.holidays", "on", event)
    assert sources.is_on("calendar.holidays", start) is True
    assert sources.next_change("calendar.holidays", start) == end
    hass.states.async_set("calendar.holidays", "off")
    assert sources.is_on("calendar.holidays", start) is False
    assert sources.next_change("calendar.holidays", start) is None
    await hass.config.async_set_time_zone("UTC")


async def test_what_is_not_there_or_out_of_order_is_not_known(hass: HomeAssistant) -> None:
    sources, now = HomeSources(hass), datetime.now(UTC)
    assert sources.is_on("schedule.none", now) is None
    assert sources.next_change("schedule.none", now) is None
    hass.states.async_set("schedule.broken", "unavailable", {"next_event": 7})
    assert sources.is_on("schedule.broken", now) is None
    assert sources.next_change("schedule.broken", now) is None
