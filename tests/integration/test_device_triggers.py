"""What happens around a device sets automations off, and they gain nothing by that."""

import asyncio
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import (
    MockUser,
    async_get_device_automations,
    async_mock_service,
)

from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.components.device_automation import DeviceAutomationType
from homeassistant.components.device_automation.exceptions import InvalidDeviceAutomationConfig
from homeassistant.components.websocket_api import current_connection
from homeassistant.core import Context, ServiceCall
from homeassistant.exceptions import ServiceValidationError
from homeassistant.setup import async_setup_component

from .house import WITHIN_S, WRONG_PASSWORD, House
from .test_actions import device_id
from custom_components.iot_secure_gateway import device_trigger
from custom_components.iot_secure_gateway.attribution import acting_user
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.errors import AlreadyOwned
from custom_components.iot_secure_gateway.gateway.events import (
    CommandRefused,
    CopySuspected,
    DeviceReset,
)
from custom_components.iot_secure_gateway.policy.actors import User


class Told:
    """An automation per kind, which calls a service `test.told` with what set it off."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.calls: list[ServiceCall] = async_mock_service(house.hass, "test", "told")

    async def listen(self, *kinds: str) -> None:
        trigger = {"trigger": "device", "domain": DOMAIN, "device_id": device_id(self.house)}
        assert await async_setup_component(
            self.house.hass,
            AUTOMATION,
            {
                AUTOMATION: [
                    {
                        "alias": kind,
                        "mode": "queued",
                        "max": 100,
                        "triggers": {**trigger, "type": kind},
                        "actions": {"action": "test.told", "data": {"said": "{{ trigger }}"}},
                    }
                    for kind in kinds
                ]
            },
        )
        await self.house.hass.async_block_till_done()

    async def heard(self, count: int = 1) -> list[dict[str, Any]]:
        """Return what set automations off, when that was so often."""
        await self.house.until(lambda: len(self.calls) >= count)
        await self.house.hass.async_block_till_done()
        return [call.data["said"] for call in self.calls]


@pytest.fixture
async def told(house: House, owner: MockUser) -> Told:
    await house.add_gateway()
    await house.claimed_device(owner)
    return Told(house)


async def test_device_and_gateway_have_their_triggers_and_those_of_their_entities(
    told: Told,
) -> None:
    async def offered(device: str) -> set[tuple[str, str]]:
        triggers = await async_get_device_automations(
            told.house.hass, DeviceAutomationType.TRIGGER, device
        )
        return {(one["domain"], one["type"]) for one in triggers}

    lamp = await offered(device_id(told.house))
    assert {(DOMAIN, kind) for kind in device_trigger.TRIGGERS} <= lamp
    assert {("binary_sensor", "connected"), ("binary_sensor", "not_connected")} <= lamp
    gateway = await offered(device_id(told.house, "gateway"))
    assert {kind for domain, kind in gateway if domain == DOMAIN} == set(
        device_trigger.GATEWAY_TRIGGERS
    )


async def test_refused_command_sets_an_automation_off(told: Told, other: MockUser) -> None:
    await told.listen("command_refused", "owner_changed")
    with pytest.raises(ServiceValidationError):
        await told.house.switch("turn_on", Context(user_id=other.id))
    (said,) = await told.heard()
    assert (said["type"], said["command"], said["reason"], said["by"]) == (
        "command_refused",
        "turn_on",
        "not_owner",
        other.id,
    )


async def test_failed_claim_sets_an_automation_off(told: Told, other: MockUser) -> None:
    await told.listen("claim_attempted")
    port = told.house.devices[0].port
    with pytest.raises(AlreadyOwned):
        await told.house.gateway.claim("LAMP-1", WRONG_PASSWORD, "127.0.0.1", port, other.id)
    (said,) = await told.heard()
    assert (said["reason"], said["by"]) == ("already_owned", other.id)
    assert WRONG_PASSWORD not in str(said)


async def test_copy_reset_and_another_owner_set_automations_off(
    told: Told, owner: MockUser, other: MockUser
) -> None:
    await told.listen("copy_suspected", "device_reset", "owner_changed")
    emit = told.house.gateway.events.emit
    emit(CopySuspected(serial="LAMP-1", detail="lane 0"))
    emit(DeviceReset(serial="OTHER-1", owner_id=owner.id))
    emit(DeviceReset(serial="LAMP-1", owner_id=owner.id))
    assert [said["type"] for said in await told.heard(2)] == ["copy_suspected", "device_reset"]

    ownership = told.house.gateway.ownership
    await ownership.offer_transfer("LAMP-1", User(id=owner.id), other.id)
    await ownership.accept_transfer("LAMP-1", User(id=other.id))
    said = (await told.heard(3))[-1]
    assert (said["type"], said["from"], said["to"], said["is_takeover"]) == (
        "owner_changed",
        owner.id,
        other.id,
        False,
    )


async def test_automation_whose_own_command_is_refused_does_not_run_for_ever(
    told: Told, owner: MockUser
) -> None:
    house, refusals, most = told.house, 0, asyncio.Event()

    def count(event: object) -> None:
        nonlocal refusals
        refusals += isinstance(event, CommandRefused)
        if refusals > device_trigger.MAX_RUNS:
            most.set()

    house.gateway.add_listener(count)
    assert await async_setup_component(
        house.hass,
        AUTOMATION,
        {
            AUTOMATION: {
                "alias": "again",
                "mode": "parallel",
                "max": 100,
                "triggers": {
                    "trigger": "device",
                    "domain": DOMAIN,
                    "device_id": device_id(house),
                    "type": "command_refused",
                },
                "actions": {
                    "action": "switch.turn_on",
                    "target": {"entity_id": house.entity_id("switch", "LAMP-1-relay")},
                },
            }
        },
    )
    with pytest.raises(ServiceValidationError):
        await house.switch("turn_on", None)
    async with asyncio.timeout(WITHIN_S):
        await most.wait()
    for _ in range(20):  # each run takes a few turns of the loop
        await house.hass.async_block_till_done()
    assert refusals == 1 + device_trigger.MAX_RUNS
    assert house.devices[0].switched == []


async def test_action_carries_no_user_and_runs_after_what_set_it_off(
    told: Told, other: MockUser
) -> None:
    """Else an automation would act while somebody's request is served, and look like that person."""
    house, seen = told.house, []

    class Connection:
        user = other

    async def act(run_variables: dict[str, Any], context: Context | None = None) -> None:
        seen.append((acting_user(house.hass), context))

    stop = await device_trigger.async_attach_trigger(
        house.hass,
        {"device_id": device_id(house), "type": "copy_suspected"},
        act,
        {"trigger_data": {}},  # type: ignore[typeddict-item]
    )
    token = current_connection.set(Connection())  # type: ignore[arg-type]
    try:
        house.gateway.events.emit(CopySuspected(serial="LAMP-1", detail="lane 0"))
    finally:
        current_connection.reset(token)
    assert seen == []
    await house.hass.async_block_till_done()
    assert seen == [(None, None)]
    stop()
    house.gateway.events.emit(CopySuspected(serial="LAMP-1", detail="lane 0"))
    await house.hass.async_block_till_done()
    assert len(seen) == 1


async def test_trigger_of_what_is_no_claimed_device_says_so(told: Told) -> None:
    for one in ("nothing", device_id(told.house, "gateway")):
        with pytest.raises(InvalidDeviceAutomationConfig):
            await device_trigger.async_attach_trigger(
                told.house.hass,
                {"device_id": one, "type": "device_reset"},
                lambda: None,  # type: ignore[arg-type,return-value]
                {"trigger_data": {}},  # type: ignore[typeddict-item]
            )
