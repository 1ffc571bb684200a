"""Services: any command of a device and its values, judged by whoever calls."""

from typing import Any

import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockUser, async_capture_events

from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component

from .house import House, VirtualDevice
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.settings import GatewaySettings


def device_id(house: House, unique_id: str = "LAMP-1") -> str:
    """Return Home Assistant's id of a device, or of the gateway."""
    entry = house.hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, unique_id)
    assert entry is not None
    registered = dr.async_get(house.hass).async_get_device_by_identifier(
        (DOMAIN, unique_id), entry.entry_id
    )
    assert registered is not None
    return registered.id


async def call(house: House, service: str, person: MockUser | None, **data: Any) -> Any:
    """Call a service as somebody, with its answer."""
    return await house.hass.services.async_call(
        DOMAIN,
        service,
        data,
        blocking=True,
        return_response=True,
        context=Context(user_id=person.id) if person is not None else Context(),
    )


async def lamp(house: House, owner: MockUser) -> tuple[VirtualDevice, str]:
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    return device, device_id(house)


async def test_command_is_run_and_its_answer_comes_back(house: House, owner: MockUser) -> None:
    device, lamp_id = await lamp(house, owner)
    answer = await call(
        house, "send_command", owner, device_id=lamp_id, command="turn_on", entity="relay"
    )
    assert device.switched == [True]
    assert answer["result"] == {"values": {"relay": True}}
    assert 0 < answer["duration_ms"] < 10_000
    assert house.state("switch", "LAMP-1-relay") == "on"


async def test_arguments_reach_the_device(house: House, owner: MockUser) -> None:
    _, lamp_id = await lamp(house, owner)
    answer = await call(
        house,
        "send_command",
        owner,
        device_id=lamp_id,
        command="read",
        arguments={"keys": ["temperature"]},
    )
    assert answer["result"] == {"values": {"temperature": "21.5"}}


async def test_values_are_those_of_this_moment(house: House, owner: MockUser) -> None:
    device, lamp_id = await lamp(house, owner)
    device.temperature = 30.5
    answer = await call(house, "read", owner, device_id=lamp_id)
    assert answer == {"values": {"relay": False, "temperature": "30.5"}}


@pytest.mark.parametrize(
    ("service", "more"),
    [("send_command", {"command": "turn_on", "entity": "relay"}), ("read", {})],
)
async def test_who_may_not_is_refused_with_the_reason_and_the_device_hears_nothing(
    house: House, owner: MockUser, other: MockUser, service: str, more: dict[str, str]
) -> None:
    device, lamp_id = await lamp(house, owner)
    sent = house.gateway.devices["LAMP-1"].stats.commands
    with pytest.raises(ServiceValidationError, match="you are not its owner") as refused:
        await call(house, service, other, device_id=lamp_id, **more)
    assert isinstance(refused.value, Unauthorized)
    with pytest.raises(ServiceValidationError, match="could not be established"):
        await call(house, service, None, device_id=lamp_id, **more)
    assert device.switched == []
    assert house.gateway.devices["LAMP-1"].stats.commands == sent


async def test_automation_is_judged_in_its_own_name(house: House, owner: MockUser) -> None:
    device, lamp_id = await lamp(house, owner)
    assert await async_setup_component(
        house.hass,
        "automation",
        {
            "automation": {
                "id": "one",
                "alias": "One",
                "triggers": {"trigger": "event", "event_type": "go"},
                "actions": {
                    "action": f"{DOMAIN}.send_command",
                    "data": {"device_id": lamp_id, "command": "turn_on", "entity": "relay"},
                },
            }
        },
    )
    refused: list[Any] = []
    house.gateway.add_listener(refused.append)
    house.hass.bus.async_fire("go", context=Context(user_id=owner.id))
    await house.hass.async_block_till_done()
    assert device.switched == []
    assert [getattr(event.actor, "entity_id", None) for event in refused] == ["automation.one"]


async def test_command_that_the_device_does_not_know_is_refused_in_its_words(
    house: House, owner: MockUser
) -> None:
    _, lamp_id = await lamp(house, owner)
    with pytest.raises(ServiceValidationError, match="Lamp"):
        await call(house, "send_command", owner, device_id=lamp_id, command="explode")
    with pytest.raises(ServiceValidationError, match="cannot be sent in this form"):
        await call(
            house,
            "send_command",
            owner,
            device_id=lamp_id,
            command="read",
            arguments={"keys": [1.5]},
        )


@pytest.mark.parametrize(
    "bad",
    [
        {"command": "Turn on"},
        {"command": "x" * 65},
        {"command": ""},
        {"command": 1},
        {"command": "read", "entity": "x" * 33},
        {"command": "read", "arguments": [1]},
        {"command": "read", "password": "ABCD"},
        {},
    ],
)
async def test_odd_calls_are_refused_before_anything_is_asked(
    house: House, owner: MockUser, bad: dict[str, Any]
) -> None:
    _, lamp_id = await lamp(house, owner)
    sent = house.gateway.devices["LAMP-1"].stats.commands
    with pytest.raises(probatio.Invalid):
        await call(house, "send_command", owner, device_id=lamp_id, **bad)
    assert house.gateway.devices["LAMP-1"].stats.commands == sent


async def test_what_is_no_claimed_device_is_said_to_be_none(house: House, owner: MockUser) -> None:
    await lamp(house, owner)
    with pytest.raises(ServiceValidationError, match="this is the gateway itself"):
        await call(house, "read", owner, device_id=device_id(house, "gateway"))
    with pytest.raises(ServiceValidationError, match="nothing"):
        await call(house, "read", owner, device_id="nothing")


async def test_device_without_power_is_said_to_be_away(
    house: House, owner: MockUser, fast_gateway: GatewaySettings
) -> None:
    device, lamp_id = await lamp(house, owner)
    await device.stop()
    await house.until(lambda: house.state("switch", "LAMP-1-relay") == "unavailable")
    with pytest.raises(HomeAssistantError, match="Lamp"):
        await call(house, "read", owner, device_id=lamp_id)


async def test_answer_is_on_no_bus_and_in_no_log(
    house: House, owner: MockUser, caplog: pytest.LogCaptureFixture
) -> None:
    """Home Assistant shows and keeps what a call is given, never what it gives back."""
    device, lamp_id = await lamp(house, owner)
    device.temperature = 77.5
    events = async_capture_events(house.hass, EVENT_CALL_SERVICE)
    answer = await call(house, "read", owner, device_id=lamp_id)
    assert "77.5" in str(answer)
    await house.hass.async_block_till_done()
    assert len(events) == 1
    assert "77.5" not in str(events[0].data)
    assert "77.5" not in "".join(
        line.getMessage() for line in caplog.records if line.name.startswith("custom_components")
    )
