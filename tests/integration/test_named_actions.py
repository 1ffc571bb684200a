"""B30: what a device may set going is what a person wrote as an automation, that action and no other."""

from typing import Any

from pytest_homeassistant_custom_component.common import MockUser, async_mock_service

from homeassistant.core import ServiceCall
from homeassistant.setup import async_setup_component

from .every_kind import house_of_every_kind, shown
from .house import House
from .test_kinds_events import UNIQUE_ID, counted
from custom_components.iot_secure_gateway.policy.actors import Automation
from custom_components.iot_secure_gateway.runtime import DATA_RUNTIME

ALLOWED = "script.open_the_gate"


async def with_an_automation(
    house: House, owner: MockUser
) -> tuple[Any, list[ServiceCall], list[ServiceCall]]:
    """Allow the bell's ring one script, in the way of Home Assistant; return it with what is called."""
    every, _ = await house_of_every_kind(house, owner)
    done = async_mock_service(house.hass, "test", "opened")
    other = async_mock_service(house.hass, "test", "unlocked")
    scripts = {
        "open_the_gate": {"sequence": [{"action": "test.opened"}]},
        "unlock": {"sequence": [{"action": "test.unlocked"}]},
    }
    assert await async_setup_component(house.hass, "script", {"script": scripts})
    trigger = {
        "trigger": "event.received",
        "target": {"entity_id": house.entity_id("event", UNIQUE_ID)},
        "options": {"event_type": ["ring"]},
    }
    automation = {
        "alias": "Bell",
        "id": "bell",
        "triggers": [trigger],
        "actions": [{"action": ALLOWED}],
    }
    assert await async_setup_component(house.hass, "automation", {"automation": [automation]})
    await house.hass.async_block_till_done()
    return every, done, other


async def test_event_runs_the_action_that_was_allowed_for_it_and_no_other(
    house: House, owner: MockUser
) -> None:
    every, done, other = await with_an_automation(house, owner)
    every["event"].fire("ring", {"action": "script.unlock", "entity_id": "lock.front"})
    await counted(house, 1)
    assert len(done) == 1
    assert done[0].data == {}, "nothing that the device said is in the call"
    assert other == []
    attribution = house.hass.data[DATA_RUNTIME].attribution
    assert isinstance(await attribution.async_actor(done[0].context), Automation)

    every["event"].fire("knock", {"action": ALLOWED})
    await counted(house, 2)
    assert len(done) == 1


async def test_what_was_allowed_ends_when_it_is_taken_back(house: House, owner: MockUser) -> None:
    every, done, _ = await with_an_automation(house, owner)
    await house.hass.services.async_call(
        "automation", "turn_off", {"entity_id": "automation.bell"}, blocking=True
    )
    every["event"].fire("ring", {})
    await counted(house, 1)
    assert shown(house, "event")["event_type"] == "ring"
    assert done == []
