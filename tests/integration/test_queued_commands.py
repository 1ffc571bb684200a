"""Commands for devices that are away, through the action and the console: kept, judged again, told (B15)."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
import shutil
from typing import Any

import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockUser, async_capture_events
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from .house import WITHIN_S, House, VirtualDevice
from .phone import Phones
from .test_actions import call, device_id, lamp
from .test_console_pages import seen_until
from .test_demo_device import restarted, unload_all
from .test_permission_stories import set_clock
from .test_rows import row_for
from .visitor import Visitor, refusal, visit
from custom_components.iot_secure_gateway.command_events import EVENT_COMMAND, EVENT_QUEUED_COMMAND
from custom_components.iot_secure_gateway.gateway.device import Problem
from custom_components.iot_secure_gateway.gateway.settings import GatewaySettings
from custom_components.iot_secure_gateway.policy.actors import Automation, User
from custom_components.iot_secure_gateway.runtime import DATA_RUNTIME

__all__ = ["set_clock"]  # a fixture
# Commands that are tried here as somebody who may not.
TRIED = {"send_command", "queued_commands", "waiting_commands", "cancel_queued_command"}
ON = {"command": "turn_on", "entity": "relay"}
TWO_HOURS = {"queue_for": {"hours": 2}}


@pytest.fixture
async def ben(house: House) -> MockUser:
    """Somebody of the household who owns nothing."""
    return await house.person("Ben")


async def away(house: House, owner: MockUser) -> tuple[VirtualDevice, str]:
    """Have a lamp of the owner's that is without power."""
    device, lamp_id = await lamp(house, owner)
    await unplug(house, device)
    return device, lamp_id


async def unplug(house: House, device: VirtualDevice) -> None:
    await device.stop()
    await house.until(lambda: not house.gateway.devices["LAMP-1"].is_connected)


async def ended(house: House, told: list[Any], count: int = 1) -> list[tuple[str, str]]:
    """Wait until so many ended; return them with how."""
    await house.until(lambda: len(told) >= count)
    return [(event.data["queued"], event.data["result"]) for event in told]


async def test_command_waits_for_the_device_and_its_end_is_told(
    house: House,
    owner: MockUser,
    other: MockUser,
    fast_gateway: GatewaySettings,
    hass_ws_client: WebSocketGenerator,
) -> None:
    device, lamp_id = await away(house, owner)
    told = async_capture_events(house.hass, EVENT_QUEUED_COMMAND)
    answer = await call(house, "send_command", owner, device_id=lamp_id, **ON, **TWO_HOURS)
    until = datetime.fromisoformat(answer["until"])
    assert timedelta(minutes=119) < until - dt_util.utcnow() <= timedelta(hours=2)
    listed = (await call(house, "queued_commands", owner))["commands"]
    assert len(listed) == 1
    assert listed[0] | {"asked_at": ""} == {
        "queued": answer["queued"],
        "device_id": lamp_id,
        "device": "Lamp",
        "command": "turn_on",
        "entity": "relay",
        "arguments": {},
        "by": "Olivia",
        "asked_at": "",
        "until": answer["until"],
        "is_being_delivered": False,
    }
    olivia = await visit(house, hass_ws_client, owner)
    assert (await olivia.call("queued_commands"))["commands"] == listed
    assert (await call(house, "queued_commands", other))["commands"] == []

    await device.start()
    assert await ended(house, told) == [(answer["queued"], "ok")]
    assert device.switched == [True]
    assert told[0].data == {
        "queued": answer["queued"],
        "device_id": lamp_id,
        "command": "turn_on",
        "result": "ok",
    }
    assert (await call(house, "queued_commands", owner))["commands"] == []
    kinds = [line["kind"] for line in (await olivia.call("audit"))["lines"]]
    assert {"command_postponed", "postponed_ended"} <= set(kinds)


async def test_page_shows_what_waits_and_what_became_of_it(
    house: House,
    owner: MockUser,
    other: MockUser,
    ben: MockUser,
    fast_gateway: GatewaySettings,
    hass_ws_client: WebSocketGenerator,
) -> None:
    device, _ = await lamp(house, owner)
    olivia = await visit(house, hass_ws_client, owner)
    await olivia.call("add_row", row=row_for(ben, commands={"names": ["turn_on"]}))
    await unplug(house, device)
    bens = await visit(house, hass_ws_client, ben)
    given = {"serial": "LAMP-1", **ON, "queue_for": 3600}
    first = (await bens.call("send_command", **given))["queued"]
    second = (await olivia.call("send_command", **given))["queued"]
    shown = await olivia.look("waiting_commands")
    assert [(one["queued"], one["by"]) for one in shown["commands"]] == [
        (first, "Ben"),
        (second, "Olivia"),
    ]
    assert shown["ended"] == []
    bens_shown = await bens.look("waiting_commands", serial="LAMP-1")
    assert [one["queued"] for one in bens_shown["commands"]] == [first]
    elsewhere = await visit(house, hass_ws_client, owner)
    nothing: dict[str, list[object]] = {"commands": [], "ended": []}
    assert await elsewhere.look("waiting_commands", serial="LAMP-2") == nothing
    stranger = await visit(house, hass_ws_client, other)
    assert await stranger.look("waiting_commands") == nothing

    await (await visit(house, hass_ws_client, owner)).call("cancel_queued_command", queued=first)
    for visitor in (olivia, bens):
        shown = await seen_until(visitor, await visitor.see(), lambda one: bool(one["ended"]))
        (end,) = shown["ended"]
        assert (end["queued"], end["end"], end["device"]) == (first, "cancelled", "Lamp")
    await device.start()
    shown = await seen_until(olivia, await olivia.see(), lambda one: not one["commands"])
    assert [(one["queued"], one["end"]) for one in shown["ended"]] == [
        (second, "done"),
        (first, "cancelled"),
    ]
    bens_shown = await (await visit(house, hass_ws_client, ben)).look("waiting_commands")
    assert [one["queued"] for one in bens_shown["ended"]] == [first]
    stranger = await visit(house, hass_ws_client, other)
    assert await stranger.look("waiting_commands") == nothing


async def test_device_that_is_there_answers_at_once_by_action_and_console(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    device, lamp_id = await lamp(house, owner)
    answer = await call(house, "send_command", owner, device_id=lamp_id, **ON, **TWO_HOURS)
    assert answer["result"] == {"values": {"relay": True}}
    olivia = await visit(house, hass_ws_client, owner)
    off = {"command": "turn_off", "entity": "relay"}
    for fields in ({}, {"queue_for": 3600}):
        told = await olivia.call("send_command", serial="LAMP-1", **off, **fields)
        assert told["result"] == {"values": {"relay": False}}
    assert device.switched == [True, False, False]


async def test_without_asking_for_it_nothing_waits(
    house: House,
    owner: MockUser,
    fast_gateway: GatewaySettings,
    hass_ws_client: WebSocketGenerator,
) -> None:
    _, lamp_id = await away(house, owner)
    olivia = await visit(house, hass_ws_client, owner)
    with pytest.raises(HomeAssistantError, match="no link"):
        await call(house, "send_command", owner, device_id=lamp_id, **ON)
    assert (await refusal(olivia, "send_command", serial="LAMP-1", **ON)).code == "device_offline"
    assert (await olivia.call("queued_commands"))["commands"] == []


@pytest.mark.parametrize("lost", ["row", "login", "window"])
async def test_right_that_ended_meanwhile_is_missing_at_delivery(
    house: House,
    owner: MockUser,
    ben: MockUser,
    set_clock: Callable[[str], None],
    fast_gateway: GatewaySettings,
    hass_ws_client: WebSocketGenerator,
    lost: str,
) -> None:
    await house.hass.config.async_set_time_zone("Europe/Berlin")
    set_clock("2027-03-27T11:00")
    device, lamp_id = await lamp(house, owner)
    olivia = await visit(house, hass_ws_client, owner)
    hours = {"hours": [{"start": "08:00", "end": "12:00"}]}
    row = await olivia.call("add_row", row=row_for(ben, times=hours))
    await unplug(house, device)
    told = async_capture_events(house.hass, EVENT_QUEUED_COMMAND)
    waits = {"queue_for": {"hours": 20}}
    given = await call(house, "send_command", ben, device_id=lamp_id, **ON, **waits)
    assert given["until"] == "2027-03-28T06:00:00+00:00"
    if lost == "row":
        await olivia.call("remove_row", **row)
    elif lost == "login":
        await house.hass.auth.async_deactivate_user(ben)
    else:
        set_clock("2027-03-27T12:00")
    await device.start()
    assert await ended(house, told) == [(given["queued"], "refused")]
    assert device.switched == []
    refused = [line for line in (await olivia.call("audit"))["lines"] if line["kind"] == "refused"]
    reasons = {"row": "not_owner", "login": "unknown_actor", "window": "not_now"}
    assert refused[0]["result"] == reasons[lost]
    (end,) = [
        line for line in (await olivia.call("audit"))["lines"] if line["kind"] == "postponed_ended"
    ]
    assert (end["verdict"], end["result"]) == ("failed", "refused")
    assert f"id={given['queued']}" in end["detail"]


async def test_expired_command_is_told_and_not_given(
    house: House,
    owner: MockUser,
    set_clock: Callable[[str], None],
    fast_gateway: GatewaySettings,
    hass_ws_client: WebSocketGenerator,
) -> None:
    await house.hass.config.async_set_time_zone("Europe/Berlin")
    set_clock("2027-03-27T11:00")
    device, _ = await away(house, owner)
    olivia = await visit(house, hass_ws_client, owner)
    told = async_capture_events(house.hass, EVENT_QUEUED_COMMAND)
    at = {"queue_until": "2027-03-27 18:00:00"}  # at home
    answer = await olivia.call("send_command", serial="LAMP-1", **ON, **at)
    assert answer["until"] == "2027-03-27T17:00:00+00:00"
    set_clock("2027-03-27T18:00")
    await device.start()
    assert await ended(house, told) == [(answer["queued"], "expired")]
    assert device.switched == []


async def test_restart_of_home_assistant_keeps_what_waits_and_loses_nobody(
    house: House, owner: MockUser, hass_config_dir: str, fast_gateway: GatewaySettings
) -> None:
    gateway_entry = await house.add_gateway()
    device, entry = await house.claimed_device(owner)
    await unplug(house, device)
    answer = await call(house, "send_command", owner, device_id=device_id(house), **ON, **TWO_HOURS)
    await house.hass.async_stop(force=True)
    await unload_all(house.hass)
    async with restarted(house, hass_config_dir, owner, [gateway_entry, entry]) as again:
        (waiting,) = (await call(again, "queued_commands", owner))["commands"]
        assert (waiting["queued"], waiting["by"]) == (answer["queued"], "Olivia")
        told = async_capture_events(again.hass, EVENT_QUEUED_COMMAND)
        await device.start()
        assert await ended(again, told) == [(answer["queued"], "ok")]
        assert device.switched == [True]


async def test_restored_backup_gives_nothing_again(
    house: House,
    owner: MockUser,
    hass_config_dir: str,
    tmp_path: Path,
    fast_gateway: GatewaySettings,
) -> None:
    """What waited when the backup was made was given since."""
    gateway_entry = await house.add_gateway()
    device, entry = await house.claimed_device(owner)
    await unplug(house, device)
    answer = await call(house, "send_command", owner, device_id=device_id(house), **ON, **TWO_HOURS)
    backup = tmp_path / "backup"
    left_out = shutil.ignore_patterns("*.log")  # as Home Assistant does
    await asyncio.to_thread(shutil.copytree, hass_config_dir, backup, ignore=left_out)
    told = async_capture_events(house.hass, EVENT_QUEUED_COMMAND)
    await device.start()
    assert await ended(house, told) == [(answer["queued"], "ok")]
    await house.hass.async_stop(force=True)
    await unload_all(house.hass)
    async with restarted(house, str(backup), owner, [gateway_entry, entry]) as again:
        await again.until(lambda: again.gateway.devices["LAMP-1"].problem is Problem.BEHIND)
        await again.gateway.restoring.accept("LAMP-1", User(id=owner.id))
        await again.known()
        assert again.hass.data[DATA_RUNTIME].postponed.visible(User(id=owner.id)) == []
    assert device.switched == [True]


async def test_automation_queues_in_its_own_name_and_the_owner_drops_it(
    house: House,
    owner: MockUser,
    ben: MockUser,
    other: MockUser,
    fast_gateway: GatewaySettings,
    hass_ws_client: WebSocketGenerator,
) -> None:
    device, lamp_id = await lamp(house, owner)
    olivia = await visit(house, hass_ws_client, owner)
    for users in ({"automations": ["automation.night"]}, {"users": [ben.id]}):
        await olivia.call("add_row", row=row_for(ben, users=users))
    action = {
        "action": "iot_secure_gateway.send_command",
        "data": {"device_id": lamp_id, **ON, **TWO_HOURS},
    }
    night = {"alias": "Night", "triggers": {"trigger": "event", "event_type": "go"}}
    config = {"automation": [{**night, "actions": action}]}
    assert await async_setup_component(house.hass, "automation", config)
    await unplug(house, device)
    await house.hass.services.async_call(
        "automation",
        "trigger",
        {"entity_id": "automation.night"},
        blocking=True,
        context=Context(user_id=ben.id),
    )
    ((_, one),) = house.hass.data[DATA_RUNTIME].postponed.visible(User(id=owner.id))
    assert one.actor == Automation(entity_id="automation.night")
    assert one.actor.starter == User(id=ben.id)  # type: ignore[union-attr]
    (shown,) = (await olivia.call("queued_commands"))["commands"]
    assert shown["by"] == "automation.night"

    queued = {"queued": one.id}
    bens, adam = [await visit(house, hass_ws_client, person) for person in (ben, other)]
    for visitor in (bens, adam):
        assert (await visitor.call("queued_commands"))["commands"] == []
        refused = await refusal(visitor, "cancel_queued_command", **queued)
        assert refused.code == "not_postponed"
    with pytest.raises(HomeAssistantError, match="does not wait"):
        await cancel(house, other, one.id)
    told = async_capture_events(house.hass, EVENT_QUEUED_COMMAND)
    await olivia.call("cancel_queued_command", **queued)
    assert await ended(house, told) == [(one.id, "cancelled")]
    # Its own is dropped by whoever gave it, with the action.
    answer = await call(house, "send_command", ben, device_id=lamp_id, **ON, **TWO_HOURS)
    await cancel(house, ben, answer["queued"])
    await device.start()
    await house.known()
    assert device.switched == []
    lines = (await olivia.call("audit"))["lines"]
    dropped = [line for line in lines if line["kind"] == "postponed_cancelled"]
    assert [line["principal"] for line in dropped] == [f"user:{ben.id}", f"user:{owner.id}"]


@pytest.mark.parametrize("end", ["done", "expired", "refused", "failed", "cancelled", "own"])
async def test_person_is_told_on_their_phone_what_became_of_it(
    house: House,
    owner: MockUser,
    ben: MockUser,
    set_clock: Callable[[str], None],
    fast_gateway: GatewaySettings,
    hass_client: ClientSessionGenerator,
    hass_ws_client: WebSocketGenerator,
    end: str,
) -> None:
    await house.hass.config.async_set_time_zone("Europe/Berlin")
    set_clock("2027-03-27T11:00")
    phones = Phones(house, hass_client, hass_ws_client)
    await phones.start()
    device, lamp_id = await lamp(house, owner)
    phone = await phones.phone(ben, "Bens phone")
    olivia = await visit(house, hass_ws_client, owner)
    row = await olivia.call("add_row", row=row_for(ben))
    await unplug(house, device)
    given = await call(house, "send_command", ben, device_id=lamp_id, **ON, **TWO_HOURS)
    told = async_capture_events(house.hass, EVENT_QUEUED_COMMAND)
    if end == "expired":
        set_clock("2027-03-27T14:00")
    elif end == "refused":
        await olivia.call("remove_row", **row)
    elif end == "failed":
        device.fault = "stuck"
    elif end == "cancelled":
        await olivia.call("cancel_queued_command", queued=given["queued"])
    elif end == "own":
        await cancel(house, ben, given["queued"])
    await device.start()
    await ended(house, told)
    says = {
        "done": "Lamp is back and carried out what you had asked for: turn on",
        "expired": "Lamp did not come back in time",
        "refused": "you have no permission any more",
        "failed": "did not carry out what you had asked for: turn on",
        "cancelled": "was dropped by its owner: turn on",
    }
    if end == "own":
        assert await phone.nothing_came()
    else:
        async with asyncio.timeout(WITHIN_S):
            while says[end] not in (await phone.received())["message"]:
                pass  # that a refusal was noticed is told, too


async def cancel(house: House, person: MockUser, queued: str) -> None:
    await house.hass.services.async_call(
        "iot_secure_gateway",
        "cancel_queued_command",
        {"queued": queued},
        blocking=True,
        context=Context(user_id=person.id),
    )


async def test_who_may_not_queues_nothing(
    house: House,
    owner: MockUser,
    ben: MockUser,
    other: MockUser,
    fast_gateway: GatewaySettings,
    hass_ws_client: WebSocketGenerator,
) -> None:
    _, lamp_id = await away(house, owner)
    for person in (ben, other):
        with pytest.raises(ServiceValidationError, match="you are not its owner"):
            await call(house, "send_command", person, device_id=lamp_id, **ON, **TWO_HOURS)
        visitor: Visitor = await visit(house, hass_ws_client, person)
        refused = await refusal(visitor, "send_command", serial="LAMP-1", **ON, queue_for=60)
        assert refused.code == "unauthorized"
    with pytest.raises(HomeAssistantError, match="could not be"):
        await call(house, "send_command", None, device_id=lamp_id, **ON, **TWO_HOURS)
    assert (await call(house, "queued_commands", owner))["commands"] == []


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"queue_for": {"days": 8}}, "seven days"),
        ({"queue_for": {"seconds": 0}}, "seven days"),
        ({"queue_until": "2020-01-01 00:00:00"}, "seven days"),
        ({"queue_for": 60, "arguments": {"code": "1234"}}, "secret"),
    ],
)
async def test_what_cannot_wait_is_told_why(
    house: House,
    owner: MockUser,
    fast_gateway: GatewaySettings,
    bad: dict[str, Any],
    says: str,
) -> None:
    _, lamp_id = await away(house, owner)
    with pytest.raises(HomeAssistantError, match=says):
        await call(house, "send_command", owner, device_id=lamp_id, **{**ON, **bad})


async def test_both_times_at_once_or_none_are_refused(house: House, owner: MockUser) -> None:
    _, lamp_id = await lamp(house, owner)
    both = {"queue_for": 60, "queue_until": "2030-01-01 00:00:00"}
    for bad in (both, {"queue_for": -1}, {"queue_until": "soon"}):
        with pytest.raises(probatio.Invalid):
            await call(house, "send_command", owner, device_id=lamp_id, **ON, **bad)


@pytest.mark.parametrize("heard", [EVENT_COMMAND, EVENT_QUEUED_COMMAND])
@pytest.mark.parametrize("giver", ["person", "automation"])
async def test_automation_that_hears_of_it_gains_nothing_for_who_gave_it(
    house: House,
    owner: MockUser,
    ben: MockUser,
    fast_gateway: GatewaySettings,
    hass_ws_client: WebSocketGenerator,
    heard: str,
    giver: str,
) -> None:
    """Ben may turn the lamp on, automations may do all; what his queued command sets off may not turn it off."""
    device, lamp_id = await lamp(house, owner)
    olivia = await visit(house, hass_ws_client, owner)
    await olivia.call("add_row", row=row_for(ben, commands={"names": ["turn_on"]}))
    await olivia.call("add_row", row=row_for(ben, users={"automations": ["all"]}))
    data = {"device_id": lamp_id, **ON, **TWO_HOURS}
    off = {"action": "switch.turn_off", "target": {"entity_id": "switch.lamp_relay"}}
    config = {
        "automation": [
            {
                "alias": "Hears",
                "triggers": {"trigger": "event", "event_type": heard},
                "conditions": "{{ trigger.event.data.command == 'turn_on' }}",
                "actions": off,
            },
            {
                "alias": "Gives",
                "triggers": {"trigger": "event", "event_type": "never"},
                "actions": {"action": "iot_secure_gateway.send_command", "data": data},
            },
        ]
    }
    assert await async_setup_component(house.hass, "automation", config)
    await unplug(house, device)
    told = async_capture_events(house.hass, EVENT_QUEUED_COMMAND)
    for count, person in enumerate((ben, owner), 1):
        context = Context(user_id=person.id)
        if giver == "person":
            await call(house, "send_command", person, **data)
        else:
            await house.hass.services.async_call(
                "automation",
                "trigger",
                {"entity_id": "automation.gives"},
                blocking=True,
                context=context,
            )
        await device.start()
        await ended(house, told, count)
        await house.hass.async_block_till_done(wait_background_tasks=True)
        if person is ben:
            assert device.switched == [True]
            await unplug(house, device)
    assert device.switched == [True, True, False]
