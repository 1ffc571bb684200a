"""What is confidential is in no state, attribute, event, diagnostics or history; who may read is given it (B38)."""

import asyncio
from datetime import timedelta
import json
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockUser,
    async_capture_events,
)
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from homeassistant.components.recorder import Recorder
from homeassistant.components.recorder.history import get_significant_states
from homeassistant.const import EVENT_STATE_CHANGED, MATCH_ALL
from homeassistant.core import Context, Event, callback
from homeassistant.exceptions import Unauthorized
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from .every_kind import SERIAL, act, house_of_every_kind, shown
from .house import WITHIN_S, House
from .test_actions import call, device_id
from .test_rows import row_for
from .visitor import OPTIONS, Visitor, forms, refusal, visit
from custom_components.iot_secure_gateway.attribution import actor_of
from custom_components.iot_secure_gateway.diagnostics import async_get_config_entry_diagnostics
from custom_components.iot_secure_gateway.gateway.description import DeviceDescription, DeviceFacts
from custom_components.iot_secure_gateway.gateway.device import Device
from custom_components.iot_secure_gateway.gateway.disclosure import Disclosure, Disclosures
from custom_components.iot_secure_gateway.storage import (
    PrivateStore,
    StorageError,
    home_assistant_stores,
)
from custom_components.iot_secure_gateway.topology import async_register_device

SECRET = "7037.7"  # no time of day has it
HIDDEN = {"serial": SERIAL, "choice": "confidential"}


def everything_shown(house: House) -> str:
    """Return all that Home Assistant says of anything, as text."""
    return json.dumps([state.as_dict() for state in house.hass.states.async_all()], default=str)


async def kept(house: House, owner: MockUser, key: str, serial: str = SERIAL) -> list[Any]:
    """Return what was kept of an entity, the oldest first."""
    answer = await call(
        house, "get_readings", owner, device_id=device_id(house, serial), entity=key
    )
    return [one["value"] for one in reversed(answer["readings"])]


async def test_nothing_of_a_confidential_device_is_shown_from_the_moment_it_is_chosen(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    every, _ = await house_of_every_kind(house, owner)
    every.temperature = float(SECRET)
    await act(house, Context(user_id=owner.id), "text.set_value", value="diary")
    await call(house, "read", owner, device_id=device_id(house, SERIAL))
    every["event"].fire("ring", {"code": "swordfish"})
    await house.until(lambda: shown(house, "event")["event_type"] == "ring")
    assert shown(house, "sensor")["state"] == SECRET
    olivia = await visit(house, hass_ws_client, owner)
    told = async_capture_events(house.hass, MATCH_ALL)

    await olivia.call("set_disclosure", **HIDDEN)
    now = everything_shown(house)
    for secret in (SECRET, "diary", "swordfish"):
        assert secret not in now
    for entity in er.async_entries_for_config_entry(
        er.async_get(house.hass), device_entry(house).entry_id
    ):
        state = house.hass.states.get(entity.entity_id)
        if state is None or not entity.unique_id.startswith(f"{SERIAL}-"):
            continue  # said by the gateway, not by the device
        assert state.state == ("unavailable" if entity.domain == "event" else "unknown"), entity

    # What comes from now on is not shown either, in whatever way it comes.
    every.temperature = 7038.9
    every["event"].fire("knock", {"code": "marlin"})
    await call(house, "read", owner, device_id=device_id(house, SERIAL))
    await act(house, Context(user_id=owner.id), "text.set_value", value="letters")
    assert every.done[-1] == ("text", {"value": "letters"})  # it is commanded as before
    assert (await kept(house, owner, "text"))[-1] == "letters"
    knock = {"type": "knock", "data": {"code": "marlin"}}
    async with asyncio.timeout(WITHIN_S):  # the device tells it in its own time
        while knock not in await kept(house, owner, "event"):
            await house.hass.async_block_till_done()
    await house.hass.async_block_till_done()
    entry = device_entry(house)
    diagnostics = json.dumps(await async_get_config_entry_diagnostics(house.hass, entry))
    given = [event for event in told if event.event_type == "call_service"]
    events = json.dumps(
        [
            event.as_dict()
            for event in told
            # The states before, which went, and what a person typed.
            if event not in given and event.event_type != EVENT_STATE_CHANGED
        ]
        + [
            event.data["new_state"].as_dict()
            for event in told
            if event.event_type == EVENT_STATE_CHANGED
        ],
        default=str,
    )
    for secret in (SECRET, "7038.9", "diary", "letters", "marlin", "swordfish"):
        assert secret not in everything_shown(house)
        assert secret not in diagnostics
        assert secret not in events


def device_entry(house: House, serial: str = SERIAL) -> Any:
    entry = house.hass.config_entries.async_entry_for_domain_unique_id("iot_secure_gateway", serial)
    assert entry is not None
    return entry


async def test_one_entity_is_confidential_also_when_its_entry_was_loaded_anew(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    every, _ = await house_of_every_kind(house, owner)
    every["event"].fire("ring", {"code": "swordfish"})
    await house.until(lambda: shown(house, "event")["event_type"] == "ring")
    olivia = await visit(house, hass_ws_client, owner)
    await olivia.call("set_disclosure", **HIDDEN, entity="sensor")
    await olivia.call("set_disclosure", **HIDDEN, entity="event")
    assert await house.hass.config_entries.async_reload(device_entry(house).entry_id)
    await house.known(SERIAL)
    assert house.state("sensor", f"{SERIAL}-sensor") == "unknown"
    assert house.state("event", f"{SERIAL}-event") == "unavailable"
    assert house.state("switch", f"{SERIAL}-switch") == "off"
    assert "swordfish" not in everything_shown(house)
    await olivia.call("set_disclosure", serial=SERIAL, entity="sensor", choice=None)
    assert house.state("sensor", f"{SERIAL}-sensor") == "21.5"
    assert shown(house, "event")["state"] == "unavailable"


async def test_who_may_read_is_given_it_by_the_action_and_nobody_else(
    house: House, owner: MockUser, other: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    adam = await visit(house, hass_ws_client, other)
    await olivia.call("set_disclosure", serial="LAMP-1", choice="confidential")
    lamp = device_id(house)
    values = {"relay": False, "temperature": "21.5"}
    assert await call(house, "read", owner, device_id=lamp) == {"values": values}
    assert await olivia.call("read", serial="LAMP-1") == {"values": values}
    with pytest.raises(Unauthorized):
        await call(house, "read", other, device_id=lamp)
    with pytest.raises(Unauthorized):
        await call(house, "get_readings", other, device_id=lamp)
    # Who may switch it is not told by the answer what it is.
    switching = {"commands": {"names": ["turn_on"]}}
    await olivia.call("add_row", row=row_for(other, **switching))
    turn = {"device_id": lamp, "command": "turn_on", "entity": "relay"}
    assert (await call(house, "send_command", other, **turn))["result"] == {"values": {}}
    await olivia.call("add_row", row=row_for(other, commands={"groups": ["read"]}))
    values["relay"] = True
    assert await call(house, "read", other, device_id=lamp) == {"values": values}
    assert await adam.call("read", serial="LAMP-1") == {"values": values}
    assert house.state("switch", "LAMP-1-relay") == "unknown"


async def test_automation_with_a_row_reads_what_is_confidential(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    await olivia.call("set_disclosure", serial="LAMP-1", choice="confidential")
    heard: list[dict[str, Any]] = []
    came = asyncio.Event()

    @callback
    def hear(event: Event) -> None:
        heard.append(dict(event.data))
        came.set()

    house.hass.bus.async_listen("told", hear)
    actions = [
        {
            "action": "iot_secure_gateway.read",
            "data": {"device_id": device_id(house)},
            "response_variable": "lamp",
        },
        {"event": "told", "event_data": {"warm": "{{ lamp['values'].temperature | float > 20 }}"}},
    ]
    reader = {
        "id": "reader",
        "alias": "Reader",
        "triggers": [{"trigger": "event", "event_type": "ask"}],
        "actions": actions,
    }
    assert await async_setup_component(house.hass, "automation", {"automation": [reader]})
    await house.hass.async_block_till_done()
    house.hass.bus.async_fire("ask")
    await house.hass.async_block_till_done()
    assert not heard
    row = row_for(
        owner, users={"automations": ["automation.reader"]}, commands={"groups": ["read"]}
    )
    await olivia.call("add_row", row=row)
    house.hass.bus.async_fire("ask")
    async with asyncio.timeout(10):
        await came.wait()
    assert heard == [{"warm": True}]


async def test_choices_are_on_the_disk_and_damage_of_them_is_no_permission(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    hidden = {"serial": "LAMP-1", "choice": "confidential"}
    await olivia.call("set_disclosure", **hidden, entity="temperature")
    stores = home_assistant_stores(house.hass)
    assert await stores.disclosures.load() == {
        "LAMP-1": Disclosures(entities={"temperature": Disclosure.CONFIDENTIAL})
    }
    damaged = PrivateStore(house.hass, "disclosures")
    await damaged.async_save_durably({"records": {"LAMP-1": {"device": "shwon", "entities": {}}}})
    with pytest.raises(StorageError):
        await home_assistant_stores(house.hass).disclosures.load()


# --- Home Assistant's own database --------------------------------------------------------------------
async def test_what_is_confidential_is_not_recorded(
    recorder_mock: Recorder, house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    every, _ = await house_of_every_kind(house, owner)
    olivia = await visit(house, hass_ws_client, owner)
    await olivia.call("set_disclosure", **HIDDEN)
    every.temperature = float(SECRET)
    await call(house, "read", owner, device_id=device_id(house, SERIAL))
    sensor = house.entity_id("sensor", f"{SERIAL}-sensor")
    await async_wait_recording_done(house.hass)

    async def recorded() -> list[str]:
        since = dt_util.utcnow() - timedelta(hours=1)
        found = await recorder_mock.async_add_executor_job(
            get_significant_states, house.hass, since, None, [sensor]
        )
        return [state.state for state in found[sensor]]

    assert SECRET not in await recorded()
    assert (await recorded())[-1] == "unknown"
    await olivia.call("set_disclosure", serial=SERIAL, choice="shown")
    await async_wait_recording_done(house.hass)
    assert (await recorded())[-1] == SECRET  # so it would have been found


# --- choosing in a form -------------------------------------------------------------------------------
async def test_owner_chooses_in_the_form_of_the_device(
    house: House, hass_client: ClientSessionGenerator, hass_ws_client: WebSocketGenerator
) -> None:
    boss = await house.person("Boss", is_admin=True)
    await house.add_gateway()
    _, entry = await house.claimed_device(boss)
    options = await forms(house, hass_client, boss, OPTIONS)
    menu = await options.start(handler=entry.entry_id)
    form = await options.choose(menu, "set_disclosure")
    assert [field["name"] for field in form["data_schema"]] == [
        "device",
        "shown",
        "kept",
        "confidential",
    ]
    twice = {"device": "shown", "kept": ["relay"], "confidential": ["relay"]}
    form = await options.submit(form, **twice)
    assert form["errors"] == {"base": "chosen_twice"}
    done = await options.submit(
        form, device="confidential", shown=["relay"], kept=[], confidential=[]
    )
    assert done["type"] == "create_entry"
    assert house.state("switch", "LAMP-1-relay") == "off"
    assert house.state("sensor", "LAMP-1-temperature") == "unknown"
    assert house.gateway.readings.choices(actor_of(boss), "LAMP-1") == Disclosures(
        device=Disclosure.CONFIDENTIAL, entities={"relay": Disclosure.SHOWN}
    )
    form = await options.choose(await options.start(handler=entry.entry_id), "set_disclosure")
    defaults = {field["name"]: field.get("default") for field in form["data_schema"]}
    assert defaults == {
        "device": "confidential",
        "shown": ["relay"],
        "kept": [],
        "confidential": [],
    }
    visitor = await visit(house, hass_ws_client, boss)
    assert await visitor.call("disclosure", serial="LAMP-1") == {
        "device": "confidential",
        "entities": [
            {
                "key": "relay",
                "name": "Relay",
                "kind": "switch",
                "choice": "shown",
                "in_force": "shown",
            },
            {
                "key": "temperature",
                "name": "Temperature",
                "kind": "sensor",
                "choice": None,
                "in_force": "confidential",
            },
        ],
    }


async def test_form_is_for_who_may_choose(
    house: House, owner: MockUser, other: MockUser, hass_client: ClientSessionGenerator
) -> None:
    await house.add_gateway()
    _, entry = await house.claimed_device(owner)
    options = await forms(house, hass_client, other, OPTIONS)
    form = await options.choose(await options.start(handler=entry.entry_id), "set_disclosure")
    assert (form["type"], form["reason"]) == ("abort", "not_allowed")


# --- serials, addresses, places -----------------------------------------------------------------------
async def test_no_state_or_attribute_has_a_serial_or_an_address(
    house: House, owner: MockUser
) -> None:
    await house.add_gateway()
    device, entry = await house.claimed_device(owner, "SERIAL-77")
    await house.switch("turn_on", Context(user_id=owner.id), "SERIAL-77")
    await device.stop()
    await house.until(lambda: not house.gateway.devices["SERIAL-77"].is_connected)
    await device.start()
    await house.known("SERIAL-77")
    now = everything_shown(house).lower()
    assert "connectivity" in now
    for private in ("serial-77", "serial_77", "127.0.0.1", str(device.port)):
        assert private not in now
    # The registry of devices shows who made it and what it is; also its serial number, but no address.
    (registered,) = dr.async_entries_for_config_entry(dr.async_get(house.hass), entry.entry_id)
    assert "127.0.0.1" not in json.dumps(registered.dict_repr, default=str)
    assert (registered.serial_number, registered.name) == ("SERIAL-77", "Lamp")


async def test_device_that_did_not_say_its_name_is_not_called_by_its_serial(
    house: House,
) -> None:
    await house.add_gateway()
    entry = MockConfigEntry(domain="iot_secure_gateway", unique_id="SERIAL-77")
    entry.add_to_hass(house.hass)
    device = Device("SERIAL-77", "127.0.0.1", 1)
    for facts, name in (
        (None, "IoT device"),
        (DeviceFacts(), "IoT device"),
        (DeviceFacts(model="Scale 3"), "Scale 3"),
        (DeviceFacts(model="Scale 3", name="Scale"), "Scale"),
    ):
        if facts is not None:
            device.learn_description(DeviceDescription(facts=facts, entities=()))
        async_register_device(house.hass, entry, device)
        (found,) = dr.async_entries_for_config_entry(dr.async_get(house.hass), entry.entry_id)
        assert found.name == name


async def test_command_group_of_choosing_is_administering(
    house: House, owner: MockUser, other: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    olivia: Visitor = await visit(house, hass_ws_client, owner)
    adam = await visit(house, hass_ws_client, other)
    all_but = {"groups": ["read", "control", "configure", "video"]}
    await olivia.call("add_row", row=row_for(other, commands=all_but))
    for command, fields in (("disclosure", {}), ("set_disclosure", {"choice": "shown"})):
        assert (await refusal(adam, command, serial="LAMP-1", **fields)).code == "unauthorized"
    await olivia.call("add_row", row=row_for(other, commands={"groups": ["administer"]}))
    await adam.call("set_disclosure", serial="LAMP-1", choice="confidential")
    assert house.state("switch", "LAMP-1-relay") == "unknown"
