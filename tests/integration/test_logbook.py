"""Commands in Home Assistant's real logbook, as people read it there (B22)."""

from datetime import timedelta
import json
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser, async_capture_events
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.components.recorder import Recorder
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from .every_kind import SERIAL, house_of_every_kind
from .house import House, VirtualDevice, token_of
from .test_actions import call, device_id
from .test_rows import row_for
from .visitor import Visitor, visit
from custom_components.iot_secure_gateway.command_events import EVENT_COMMAND, EVENT_QUEUED_COMMAND
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.settings import GatewaySettings

SWITCH = "switch.lamp_relay"
TURN_ON = {"action": "switch.turn_on", "target": {"entity_id": SWITCH}}


@pytest.fixture(autouse=True)
def recorder_first(recorder_mock: Recorder) -> None:
    """Home Assistant's recorder has to be there before everything else."""


@pytest.fixture
async def ben(house: House) -> MockUser:
    """Somebody of the household who owns nothing."""
    return await house.person("Ben")


async def lamp(house: House, owner: MockUser) -> VirtualDevice:
    assert await async_setup_component(house.hass, "logbook", {})
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    return device


async def read(
    house: House, connect: WebSocketGenerator, reader: MockUser, **fields: Any
) -> list[dict[str, Any]]:
    """Return the lines about commands, the oldest first; what was noticed about devices is apart."""
    await async_wait_recording_done(house.hass)
    websocket = await connect(house.hass, await token_of(house.hass, reader))
    since = (dt_util.utcnow() - timedelta(hours=1)).isoformat()
    await websocket.send_json_auto_id({"type": "logbook/get_events", "start_time": since, **fields})
    lines: list[dict[str, Any]] = (await websocket.receive_json())["result"]
    own = [line for line in lines if line.get("domain") == DOMAIN]
    return [line for line in own if "threat level" not in line["message"]]


async def test_who_turned_on_what_and_by_which_row_is_read_by_everybody(
    house: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await lamp(house, owner)
    olivia = await visit(house, hass_ws_client, owner)
    row = await olivia.call("add_row", row=row_for(ben, note="for the cellar"))
    await house.switch("turn_on", Context(user_id=ben.id))
    await house.switch("turn_off", Context(user_id=owner.id))
    stranger = await house.person("Tom")
    lines = await read(house, hass_ws_client, stranger)
    assert [(line["name"], line["message"], line["entity_id"]) for line in lines] == [
        ("Lamp Relay", f"carried out turn on for Ben, row {row['number']}", SWITCH),
        ("Lamp Relay", "carried out turn off for Olivia", SWITCH),
    ]
    assert [line["context_user_id"] for line in lines] == [ben.id, owner.id]
    # Below the entity and below the device it stands, too.
    for place in ({"entity_ids": [SWITCH]}, {"device_ids": [device_id(house)]}):
        assert len(await read(house, hass_ws_client, stranger, **place)) == 2
    assert "LAMP-1" not in json.dumps(lines)
    assert "cellar" not in json.dumps(lines)


async def test_it_is_read_in_the_language_of_the_home(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    house.hass.config.language = "de"
    await lamp(house, owner)
    await house.switch("turn_on", Context(user_id=owner.id))
    (line,) = await read(house, hass_ws_client, owner)
    assert line["message"] == "hat turn on für Olivia ausgeführt"


async def test_automation_is_named_with_who_started_it(
    house: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await lamp(house, owner)
    olivia = await visit(house, hass_ws_client, owner)
    for users in ({"users": [ben.id]}, {"automations": ["all"], "scripts": ["all"]}):
        await olivia.call("add_row", row=row_for(ben, users=users))
    night = {"alias": "Good night", "triggers": {"trigger": "event", "event_type": "go"}}
    config = {"automation": [{**night, "actions": TURN_ON}]}
    assert await async_setup_component(house.hass, "automation", config)
    script = {"script": {"evening": {"alias": "Evening", "sequence": [TURN_ON]}}}
    assert await async_setup_component(house.hass, "script", script)
    services = house.hass.services
    await services.async_call(
        "automation",
        "trigger",
        {"entity_id": "automation.good_night"},
        blocking=True,
        context=Context(user_id=ben.id),
    )
    house.hass.bus.async_fire("go")
    await house.hass.async_block_till_done(wait_background_tasks=True)
    await services.async_call("script", "evening", blocking=True)
    await services.async_call("script", "evening", blocking=True, context=Context(user_id=ben.id))
    lines = await read(house, hass_ws_client, owner)
    assert [line["message"] for line in lines] == [
        "carried out turn on for Good night, started by Ben, row 2",
        "carried out turn on for Good night, row 2",
        "carried out turn on for Evening, row 2",
        "carried out turn on for Ben, row 1",
    ]


async def test_what_failed_or_is_unknown_is_said_and_what_was_refused_is_not(
    house: House,
    owner: MockUser,
    ben: MockUser,
    fast_gateway: GatewaySettings,
    hass_ws_client: WebSocketGenerator,
) -> None:
    device = await lamp(house, owner)
    with pytest.raises(HomeAssistantError):
        await house.switch("turn_on", Context(user_id=ben.id))
    device.fault = "the relay is stuck at 4711"
    with pytest.raises(HomeAssistantError):
        await house.switch("turn_on", Context(user_id=owner.id))
    lamp_id = device_id(house)
    await call(house, "read", owner, device_id=lamp_id)
    lines = await read(house, hass_ws_client, owner)
    assert [(line["name"], line["message"]) for line in lines] == [
        ("Lamp Relay", "did not carry out turn on for Olivia"),
        ("Lamp", "carried out read for Olivia"),
    ]
    assert "4711" not in json.dumps(lines)
    for number, result in enumerate(("outcome_unknown", "caller_left")):
        data = {"command": "turn_on", "by": "Olivia", "by_kind": "user", "result": result}
        house.hass.bus.async_fire(EVENT_COMMAND, data)
        line = (await read(house, hass_ws_client, owner))[2 + number]
        assert (line["name"], line["message"]) == ("?", "may have carried out turn on for Olivia")


async def test_neither_arguments_nor_secrets_nor_serials_are_in_the_event(
    house: House, owner: MockUser
) -> None:
    await house_of_every_kind(house, owner)
    told = async_capture_events(house.hass, EVENT_COMMAND)
    context = Context(user_id=owner.id)
    await house.hass.services.async_call(
        "text",
        "set_value",
        {"entity_id": house.entity_id("text", f"{SERIAL}-text"), "value": "4711"},
        blocking=True,
        context=context,
    )
    (event,) = told
    assert event.context is context  # what follows from it follows from that call
    assert set(event.data) == {
        "device_id",
        "entity_id",
        "command",
        "result",
        "row",
        "by",
        "by_kind",
        "started_by",
    }
    written = json.dumps(dict(event.data))
    assert "4711" not in written
    assert SERIAL not in written


async def test_automation_that_hears_of_a_command_gains_nothing_by_it(
    house: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    """Ben may read the lamp. An automation that his reading sets off may not do more for him."""
    device = await lamp(house, owner)
    olivia: Visitor = await visit(house, hass_ws_client, owner)
    reading = {"commands": {"groups": ["read"]}}
    await olivia.call("add_row", row=row_for(ben, **reading))
    await olivia.call("add_row", row=row_for(ben, users={"automations": ["all"]}))
    hears = {"alias": "Hears", "triggers": {"trigger": "event", "event_type": EVENT_COMMAND}}
    only_reading = {
        "condition": "template",
        "value_template": "{{ trigger.event.data.command == 'read' }}",
    }
    config = {"automation": [{**hears, "conditions": only_reading, "actions": TURN_ON}]}
    assert await async_setup_component(house.hass, "automation", config)
    await call(house, "read", ben, device_id=device_id(house))
    await house.hass.async_block_till_done(wait_background_tasks=True)
    assert device.switched == []
    await call(house, "read", owner, device_id=device_id(house))
    await house.hass.async_block_till_done(wait_background_tasks=True)
    assert device.switched == [True]


async def test_device_that_is_gone_and_an_entity_of_none_are_no_fault(
    hass: HomeAssistant, house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await lamp(house, owner)
    told = async_capture_events(hass, EVENT_COMMAND)
    lamp_id = device_id(house)
    with pytest.raises(HomeAssistantError):
        await call(
            house, "send_command", owner, device_id=lamp_id, command="turn_on", entity="nothing"
        )
    assert told[0].data["entity_id"] is None
    dr.async_get(hass).async_update_device(lamp_id, name_by_user="Ceiling")
    (line,) = await read(house, hass_ws_client, owner)
    assert line["name"] == "Ceiling"


async def test_command_for_what_is_confidential_is_in_no_event(
    house: House,
    owner: MockUser,
    fast_gateway: GatewaySettings,
    hass_ws_client: WebSocketGenerator,
) -> None:
    device = await lamp(house, owner)
    olivia = await visit(house, hass_ws_client, owner)
    await olivia.call("set_disclosure", serial="LAMP-1", entity="relay", choice="confidential")
    told = async_capture_events(house.hass, EVENT_COMMAND)
    waited = async_capture_events(house.hass, EVENT_QUEUED_COMMAND)
    on = {"command": "turn_on", "entity": "relay"}
    await olivia.call("send_command", serial="LAMP-1", **on)
    await olivia.call("send_command", serial="LAMP-1", command="read")
    assert [event.data["command"] for event in told] == ["read"]
    await device.stop()
    await house.until(lambda: not house.gateway.devices["LAMP-1"].is_connected)
    given = await olivia.call("send_command", serial="LAMP-1", **on, queue_for=3600)
    await device.start()
    await house.until(lambda: bool(waited))
    assert (waited[0].data["queued"], waited[0].data["command"]) == (given["queued"], None)
    assert [event.data["command"] for event in told] == ["read"]
    assert device.switched == [True, True]


async def test_confidential_stays_what_waits_while_its_entry_is_not_loaded(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    device = await lamp(house, owner)
    olivia = await visit(house, hass_ws_client, owner)
    await olivia.call("set_disclosure", serial="LAMP-1", entity="relay", choice="confidential")
    await device.stop()
    await house.until(lambda: not house.gateway.devices["LAMP-1"].is_connected)
    waited = async_capture_events(house.hass, EVENT_QUEUED_COMMAND)
    on = {"command": "turn_on", "entity": "relay"}
    given = await olivia.call("send_command", serial="LAMP-1", **on, queue_for=3600)
    (entry,) = [
        entry
        for entry in house.hass.config_entries.async_entries(DOMAIN)
        if entry.unique_id == "LAMP-1"
    ]
    await house.hass.config_entries.async_unload(entry.entry_id)
    await olivia.call("cancel_queued_command", queued=given["queued"])
    await house.until(lambda: bool(waited))
    assert waited[0].data["command"] is None
