"""Commands from Home Assistant to a real device: who may give them, and what people are told."""

import asyncio
import logging
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import (
    MockUser,
    async_get_persistent_notifications,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.setup import async_setup_component

from .house import House, token_of
from custom_components.iot_secure_gateway import switch
from custom_components.iot_secure_gateway.gateway.settings import GatewaySettings


async def test_owner_switches_a_claimed_device(house: House, owner: MockUser) -> None:
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    assert house.state("switch", "LAMP-1-relay") == "off"
    assert house.state("sensor", "LAMP-1-temperature") == "21.5"
    assert house.state("binary_sensor", "LAMP-1.connectivity") == "on"

    await house.switch("turn_on", Context(user_id=owner.id))
    assert (device.switched, house.state("switch", "LAMP-1-relay")) == ([True], "on")

    await house.switch("turn_off", Context(user_id=owner.id))
    assert (device.switched, house.state("switch", "LAMP-1-relay")) == ([True, False], "off")

    await house.switch("toggle", Context(user_id=owner.id))
    assert (device.switched, house.state("switch", "LAMP-1-relay")) == ([True, False, True], "on")


async def test_administrator_who_is_not_the_owner_is_refused_with_the_reason(
    house: House, owner: MockUser, other: MockUser
) -> None:
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)

    with pytest.raises(ServiceValidationError) as refused:
        await house.switch("turn_on", Context(user_id=other.id))

    assert isinstance(refused.value, Unauthorized)
    assert refused.value.user_id == other.id
    assert str(refused.value) == (
        "Nothing was sent to Lamp: you are not its owner. Ask Olivia, who is, in person or with "
        "the action Ask for access"
    )
    assert device.switched == []
    assert house.state("switch", "LAMP-1-relay") == "off"


async def test_call_without_a_person_is_refused(house: House, owner: MockUser) -> None:
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    for context in (None, Context(), Context(parent_id=Context(user_id=owner.id).id)):
        with pytest.raises(ServiceValidationError, match="could not be established"):
            await house.switch("turn_on", context)
    assert device.switched == []


async def test_direct_call_of_an_entity_has_no_context_and_is_refused(
    house: House, owner: MockUser
) -> None:
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    await house.switch("turn_on", Context(user_id=owner.id))  # leaves no right behind
    entity = house.hass.data["switch"].get_entity(house.entity_id("switch", "LAMP-1-relay"))
    with pytest.raises(ServiceValidationError, match="could not be established"):
        await entity.async_turn_off()
    assert device.switched == [True]


async def test_refusal_reaches_websocket_and_rest_as_text_and_is_no_failed_login(
    house: House,
    owner: MockUser,
    other: MockUser,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
) -> None:
    assert await async_setup_component(house.hass, "api", {})
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    token = await token_of(house.hass, other)
    target = {"entity_id": house.entity_id("switch", "LAMP-1-relay")}

    websocket = await hass_ws_client(house.hass, token)
    await websocket.send_json_auto_id(
        {"type": "call_service", "domain": "switch", "service": "turn_on", "target": target}
    )
    answer = await websocket.receive_json()
    assert not answer["success"]
    assert answer["error"]["code"] == "service_validation_error"
    assert answer["error"]["translation_key"] == "refused_not_owner"
    assert "you are not its owner" in answer["error"]["message"]

    eve = await house.person("Eve")  # who was refused once is blocked for a while
    client = await hass_client(await token_of(house.hass, eve))
    response = await client.post("/api/services/switch/turn_on", json=target)
    assert response.status == 400
    assert "you are not its owner" in await response.text()
    assert device.switched == []
    notifications = async_get_persistent_notifications(house.hass)
    assert "http-login" not in notifications


@pytest.mark.parametrize("service", ["turn_on", "toggle"])
@pytest.mark.parametrize("parallel_updates", [0, 1])
async def test_each_of_many_concurrent_calls_is_judged_by_its_own_person(
    house: House, owner: MockUser, other: MockUser, service: str, parallel_updates: int
) -> None:
    """`Entity._context` alone is a race: the last caller would lend all others his rights."""
    await house.add_gateway()
    with patch.object(switch, "PARALLEL_UPDATES", parallel_updates):
        first, _ = await house.claimed_device(owner, "LAMP-1")
        second, _ = await house.claimed_device(other, "LAMP-2")
    first.gate = second.gate = asyncio.Event()  # so that calls pile up

    calls = [
        (person, serial, house.switch(service, Context(user_id=person.id), serial))
        for _ in range(4)
        for serial in ("LAMP-1", "LAMP-2")
        for person in (owner, other, owner)
    ]
    pending = asyncio.gather(*(call for _, _, call in calls), return_exceptions=True)
    await asyncio.wait({pending}, timeout=0)
    first.gate.set()
    results = await pending

    own = {(owner.id, "LAMP-1"), (other.id, "LAMP-2")}
    for (person, serial, _), result in zip(calls, results, strict=True):
        if (person.id, serial) in own:
            assert result is None
        else:
            assert isinstance(result, Unauthorized)
            assert result.user_id == person.id
    assert (len(first.switched), len(second.switched)) == (8, 4)


async def test_state_is_credited_to_whoever_was_obeyed_not_to_whoever_was_refused(
    house: House, owner: MockUser, other: MockUser
) -> None:
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    device.gate = asyncio.Event()
    allowed = Context(user_id=owner.id)
    pending = asyncio.create_task(house.switch("turn_on", allowed))
    await asyncio.wait({pending}, timeout=0)
    with pytest.raises(ServiceValidationError):
        await house.switch("turn_on", Context(user_id=other.id))
    device.gate.set()
    await pending
    state = house.hass.states.get(house.entity_id("switch", "LAMP-1-relay"))
    assert state is not None
    assert (state.state, state.context) == ("on", allowed)


async def test_change_after_a_refusal_is_not_credited_to_whoever_was_refused(
    house: House, owner: MockUser, other: MockUser
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    with pytest.raises(ServiceValidationError):
        await house.switch("turn_on", Context(user_id=other.id))
    house.gateway.devices["LAMP-1"].learn_values({"values": {"relay": True}})  # by the wall switch
    state = house.hass.states.get(house.entity_id("switch", "LAMP-1-relay"))
    assert state is not None
    assert (state.state, state.context.user_id) == ("on", None)


async def test_several_targets_are_judged_one_by_one(
    house: House, owner: MockUser, other: MockUser
) -> None:
    await house.add_gateway()
    mine, _ = await house.claimed_device(owner, "LAMP-1")
    theirs, _ = await house.claimed_device(other, "LAMP-2")
    with pytest.raises(Unauthorized):
        await house.hass.services.async_call(
            "switch",
            "turn_on",
            {
                "entity_id": [
                    house.entity_id("switch", "LAMP-2-relay"),
                    house.entity_id("switch", "LAMP-1-relay"),
                ]
            },
            blocking=True,
            context=Context(user_id=owner.id),
        )
    assert (mine.switched, theirs.switched) == ([True], [])


async def test_fault_of_the_device_is_told_in_its_own_words(house: House, owner: MockUser) -> None:
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    device.fault = "the relay is \x1b[31mstuck"
    with pytest.raises(HomeAssistantError) as failed:
        await house.switch("turn_on", Context(user_id=owner.id))
    assert "Lamp ran the command and reported an error" in str(failed.value)
    assert "stuck" in str(failed.value)
    assert "\x1b" not in str(failed.value)
    assert house.state("switch", "LAMP-1-relay") == "off"


async def test_device_without_power_is_unavailable_and_comes_back(
    house: House,
    owner: MockUser,
    fast_gateway: GatewaySettings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    await device.stop()
    await house.until(lambda: house.state("switch", "LAMP-1-relay") == "unavailable")
    assert house.state("binary_sensor", "LAMP-1.connectivity") == "off"
    await device.start()
    await house.until(lambda: house.state("switch", "LAMP-1-relay") == "off")
    await house.switch("turn_on", Context(user_id=owner.id))
    assert device.switched == [True]
    assert caplog.text.count("Link to device LAMP-1 is gone") == 1
    assert caplog.text.count("Link to device LAMP-1 is up") == 2


async def test_power_cut_during_a_command_is_reported_as_unknown_and_the_next_one_works(
    house: House, owner: MockUser, fast_gateway: GatewaySettings
) -> None:
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    device.gate = asyncio.Event()
    pending = asyncio.create_task(house.switch("turn_on", Context(user_id=owner.id)))
    await house.until(lambda: device.is_executing)
    await device.stop()
    with pytest.raises(HomeAssistantError, match="It is not known whether Lamp carried out"):
        await pending
    device.gate = None
    await device.start()
    await house.until(lambda: house.state("switch", "LAMP-1-relay") == "off")
    await house.switch("turn_on", Context(user_id=owner.id))
    assert device.switched == [True]
