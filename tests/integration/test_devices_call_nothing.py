"""Whatever a device tells, it sets nothing in Home Assistant going but the states of its own entities."""

import ast
from pathlib import Path
import re

from pytest_homeassistant_custom_component.common import MockUser, async_capture_events

from homeassistant.const import EVENT_CALL_SERVICE, MATCH_ALL
from homeassistant.helpers import entity_registry as er

from .every_kind import SERIAL, house_of_every_kind
from .house import House
from .test_kinds_events import counted
from custom_components.iot_secure_gateway import const
from custom_components.iot_secure_gateway.policy.threats import Detection
from custom_components.iot_secure_gateway.threat_notices import EVENT_THREAT
from iotsg_device.entities import Switch

FOLDER = Path(const.__file__).parent
# The gateway asks Home Assistant for the times of a schedule that a person wrote, and has people told; and it
# fires an event when a command ends that somebody gave, now or for a device that was away.
CALLERS = {
    "schedules.py": 1,
    "phones.py": 1,
    "command_events.py": 2,
    "alarms.py": 1,
    "threat_notices.py": 1,
}
# What Home Assistant says of entities of the device itself, and of the user that claimed it.
HARMLESS = {
    "state_changed",
    "state_reported",
    "entity_registry_updated",
    "device_registry_updated",
    "service_registered",
    "component_loaded",
}


def calls_into_home_assistant(source: str) -> int:
    """Count the places that call a service or fire an event."""
    return sum(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (
            (node.func.attr in ("async_call", "call") and "services" in ast.dump(node.func.value))
            or node.func.attr in ("async_fire", "async_fire_internal", "fire_internal")
        )
        for node in ast.walk(ast.parse(source))
    )


def test_few_places_call_services_and_these_only_ask_or_tell() -> None:
    found = {
        str(path.relative_to(FOLDER)): count
        for path in FOLDER.rglob("*.py")
        if (count := calls_into_home_assistant(path.read_text("utf-8")))
    }
    assert found == CALLERS
    assert set(re.findall(r"\"(get_\w+)\"", (FOLDER / "schedules.py").read_text("utf-8"))) == {
        "get_events",
        "get_schedule",
    }
    told = re.findall(r"services\.async_call\((.*?),", (FOLDER / "phones.py").read_text("utf-8"))
    assert told == ['"notify"']


def test_a_call_is_found() -> None:
    assert calls_into_home_assistant("await self._hass.services.async_call('a', 'b')") == 1
    assert calls_into_home_assistant("hass.bus.async_fire('a')") == 1
    assert calls_into_home_assistant("self.fire('a')\nqueue.call(1)") == 0


async def test_events_values_log_and_another_description_call_nothing(
    house: House, owner: MockUser
) -> None:
    every, device = await house_of_every_kind(house, owner)
    told = async_capture_events(house.hass, MATCH_ALL)
    lie = {
        "action": "lock.unlock",
        "service": "homeassistant.restart",
        "entity_id": "switch.house_1",
        "template": "{{ states('lock.lock') }}",
    }
    every["event"].fire("ring", lie)
    device.device.reporter.fire("event", EVENT_CALL_SERVICE, lie)
    device.device.reporter.fire("homeassistant", "call_service", lie)
    every.door = True
    every.temperature = 30
    await counted(house, 3)
    await device.stop()
    device.declare([Switch("call_service", "lock.unlock", lambda is_on: None)])
    await device.start()
    await house.until(lambda: house.state("switch", f"{SERIAL}-call_service") is not None)
    await house.until(lambda: any(event.event_type == EVENT_THREAT for event in told))
    await house.hass.async_block_till_done()

    # That the description is another is worth a word of the gateway's own.
    (threat,) = [event for event in told if event.event_type == EVENT_THREAT]
    assert threat.data["detection"] == Detection.DESCRIPTION_CHANGED
    assert "unlock" not in str(threat.data)
    assert {event.event_type for event in told} <= HARMLESS | {EVENT_THREAT}
    own = {
        entry.entity_id
        for entry in er.async_get(house.hass).entities.values()
        if entry.platform == const.DOMAIN
    }
    changed = {event.data["entity_id"] for event in told if event.event_type == "state_changed"}
    gone = {
        event.data["entity_id"]
        for event in told
        if event.event_type == "entity_registry_updated" and event.data["action"] == "remove"
    }
    assert changed <= own | gone
    assert all(event.context.user_id is None for event in told)
