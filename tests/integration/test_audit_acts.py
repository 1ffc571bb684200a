"""Whatever somebody does or tries at the console, in forms or through a service leaves a line of the record."""

from contextlib import suppress
import logging
import re
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.core import Context, ServiceCall
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component

from .house import House, token_of
from .visitor import Visitor, forms, refusal, visit
from custom_components.iot_secure_gateway import console
from custom_components.iot_secure_gateway.acts import QUESTIONS, TOLD_BY_THEMSELVES
from custom_components.iot_secure_gateway.auditing import DATA_AUDIT
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.audit_pages import Filter, Scope
from custom_components.iot_secure_gateway.policy.audit import AuditLine

COMMANDS = {
    handler._ws_command.removeprefix(f"{DOMAIN}/"): handler  # type: ignore[attr-defined]
    for handler in console.COMMANDS
}
# Pages that stay open; they show, and do nothing.
PAGES = {name for name in COMMANDS if "subscription" in COMMANDS[name].__qualname__}

BELL = "input_boolean.bell"


async def acts(house: House, person: MockUser) -> list[AuditLine]:
    """Return what the record says that a person did, the oldest first."""
    scope = Scope(frozenset(), f"user:{person.id}")
    found = await house.hass.data[DATA_AUDIT].store.page(scope, Filter(), None, 500)
    return [line for _, line in reversed(found) if line.kind == "act"]


async def done(house: House, person: MockUser) -> list[tuple[str, str, str]]:
    """Return act, verdict and result of each."""
    return [(line.command, line.verdict, line.result) for line in await acts(house, person)]


def connection(house: House, person: MockUser) -> ActiveConnection:
    """Return a connection of a person, past the check of fields."""
    return ActiveConnection(
        logging.getLogger(__name__),  # type: ignore[arg-type]
        house.hass,
        lambda message: None,
        person,
        None,
        "10.0.0.9",
    )


def test_nothing_that_sounds_like_a_change_is_a_question() -> None:
    changes = re.compile(
        "(accept|acknowledge|activate|add|allow|answer|appoint|ask|cancel|change|claim$|clear|decline|delete|end|forget|import|install"
        "|invite|keep|lift|move|object|offer|put|release|remove|restore|revoke|rotate|send|set_|snooze|start|stop|switch"
        "|take|try|undo|withdraw)"
    )
    assert {name for name in COMMANDS if changes.match(name)} >= {"add_row", "revoke", "rotate_key"}
    assert not {name for name in QUESTIONS if changes.match(name)}


def test_questions_are_commands_or_services_that_exist(house: House) -> None:
    services = {"explain_permission", "get_proposals", "record", "simulate_permission"}
    assert {*COMMANDS, *services} >= QUESTIONS | TOLD_BY_THEMSELVES


async def test_every_command_of_the_console_that_is_no_question_leaves_a_line(
    house: House, owner: MockUser, caplog: pytest.LogCaptureFixture
) -> None:
    await house.add_gateway()
    silent = QUESTIONS | TOLD_BY_THEMSELVES | PAGES
    there = connection(house, owner)
    for number, (name, handler) in enumerate(sorted(COMMANDS.items())):
        if name in PAGES:
            continue
        before = len(await acts(house, owner))
        handler(house.hass, there, {"id": number + 1, "type": f"{DOMAIN}/{name}"})
        await house.hass.async_block_till_done(wait_background_tasks=True)
        told = (await acts(house, owner))[before:]
        assert [line.command for line in told] == ([] if name in silent else [name]), name
    caplog.clear()  # commands without their fields are told as faults


async def test_every_service_that_is_no_question_leaves_a_line(
    house: House, owner: MockUser, other: MockUser, caplog: pytest.LogCaptureFixture
) -> None:
    await house.add_gateway()
    _, entry = await house.claimed_device(owner)
    (device,) = dr.async_entries_for_config_entry(dr.async_get(house.hass), entry.entry_id)
    other_fields = {"format": "json", "content": "", "number": 1}
    services = house.hass.services.async_services()[DOMAIN]
    assert len(services) >= 15
    for name, service in services.items():
        before = len(await acts(house, other))
        target: Any = service.job.target
        for named in (device.id, [device.id]):  # some take several
            data = {"device_id": named, **other_fields}
            call = ServiceCall(house.hass, DOMAIN, name, data, Context(user_id=other.id))
            with suppress(Exception):  # refused, or fields are missing
                await target(call)
        told = {line.command for line in (await acts(house, other))[before:]}
        assert told == (set() if name in QUESTIONS | TOLD_BY_THEMSELVES else {name}), name
    caplog.clear()


async def test_an_act_says_who_from_where_and_how_it_ended(
    house: House, owner: MockUser, other: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    adam = await visit(house, hass_ws_client, other)
    await refusal(adam, "rotate_key", serial="LAMP-1")
    await refusal(adam, "remove_row", number=7, version="0" * 16)
    olivia = await visit(house, hass_ws_client, owner)
    await olivia.call("rotate_key", serial="LAMP-1")
    await refusal(olivia, "remove_gateway", serial="LAMP-1", slot=3)
    line = (await acts(house, owner))[0]
    assert (line.serial, line.name, line.source) == ("LAMP-1", "Olivia", "127.0.0.1")
    assert await done(house, owner) == [
        ("rotate_key", "ok", "ok"),
        ("remove_gateway", "failed", "no_such_guest"),
    ]
    tried = await done(house, other)
    assert tried[0] == ("rotate_key", "refused", "refused")
    assert tried[1][:2] == ("remove_row", "refused")
    # Who owns the device sees what others tried with it.
    seen = await olivia.call("audit", serial="LAMP-1", user_id=other.id, verdict="refused")
    assert [line["command"] for line in seen["lines"] if line["kind"] == "act"] == ["rotate_key"]


async def test_opening_the_console_is_a_line_for_each_connection(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()

    async def opened(visitor: Visitor) -> list[str]:
        lines = (await visitor.call("audit"))["lines"]
        return [line["source"] for line in lines if line["kind"] == "console_opened"]

    first = await visit(house, hass_ws_client, owner)
    await first.call("devices")
    assert await opened(first) == ["127.0.0.1"]
    second = await visit(house, hass_ws_client, owner)
    await second.call(min(PAGES))
    assert await opened(first) == ["127.0.0.1", "127.0.0.1"]


async def test_what_is_done_in_forms_is_on_the_record(
    house: House, owner: MockUser, other: MockUser, hass_client: ClientSessionGenerator
) -> None:
    await house.add_gateway()
    _, entry = await house.claimed_device(other)
    options = await forms(house, hass_client, other, "/api/config/config_entries/options/flow")
    menu = await options.start(handler=entry.entry_id)
    form = await options.choose(menu, "rotate_key")
    await options.submit(form)
    assert await done(house, other) == [("rotate_key", "ok", "ok")]
    client = await hass_client(await token_of(house.hass, other))
    answer = await client.delete(f"/api/config/config_entries/entry/{entry.entry_id}")
    assert answer.status == 200
    await house.hass.async_block_till_done()
    assert (await done(house, other))[-1] == ("remove_entry", "ok", "ok")


async def test_who_set_an_automation_off_is_on_the_record_with_it(
    house: House, owner: MockUser, other: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    hass = house.hass
    assert await async_setup_component(hass, "input_boolean", {"input_boolean": {"bell": None}})
    assert await async_setup_component(
        hass,
        "automation",
        {
            "automation": {
                "id": "night",
                "alias": "Night",
                "triggers": {"trigger": "state", "entity_id": "input_boolean.bell", "to": "on"},
                "actions": {
                    "action": "switch.turn_on",
                    "target": {"entity_id": house.entity_id("switch", "LAMP-1-relay")},
                },
            }
        },
    )
    await hass.async_block_till_done()
    client = await hass_ws_client(hass, await token_of(hass, other))
    press = {"domain": "input_boolean", "service": "turn_on", "target": {"entity_id": BELL}}
    await client.send_json_auto_id({"type": "call_service", **press})
    assert (await client.receive_json())["success"]
    await hass.async_block_till_done()
    olivia = await visit(house, hass_ws_client, owner)
    by_automation = (await olivia.call("audit", principal="automation.night"))["lines"]
    (line,) = by_automation
    assert line["kind"] == "refused"
    assert (line["starter"], line["name"]) == (f"user:{other.id}", "Adam")
    # Whoever looks for a person finds what that person set off, too.
    assert (await olivia.call("audit", user_id=other.id))["lines"] == by_automation
    # An automation is no act of a person whose devices these are not.
    adam = await visit(house, hass_ws_client, other)
    assert "refused" not in [line["kind"] for line in (await adam.call("audit"))["lines"]]
