"""Threats set automations off, and how grave it is decides in their conditions (B28)."""

from typing import Any

import probatio
import pytest
from pytest_homeassistant_custom_component.common import (
    MockUser,
    async_get_device_automations,
    async_mock_service,
)

from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.components.device_automation import DeviceAutomationType
from homeassistant.components.device_automation.exceptions import InvalidDeviceAutomationConfig
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component

from .house import House
from .test_actions import device_id
from .test_threats import spoofed
from custom_components.iot_secure_gateway import device_condition, device_trigger
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.policy.actors import User


class Told:
    """Automations that call a service `test.told` with what set them off."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.calls = async_mock_service(house.hass, "test", "told")

    async def listen(
        self, *kinds: str, of: str = "LAMP-1", conditions: list[dict[str, Any]] | None = None
    ) -> None:
        trigger = {"trigger": "device", "domain": DOMAIN, "device_id": device_id(self.house, of)}
        automations = [
            {
                "alias": kind,
                "mode": "queued",
                "max": 20,
                "triggers": {**trigger, "type": kind},
                "conditions": conditions or [],
                "actions": {"action": "test.told", "data": {"said": "{{ trigger }}"}},
            }
            for kind in kinds
        ]
        assert await async_setup_component(self.house.hass, AUTOMATION, {AUTOMATION: automations})
        await self.house.hass.async_block_till_done()

    async def heard(self, count: int) -> list[dict[str, Any]]:
        """Return what set automations off, when that was so often."""
        await self.house.until(lambda: len(self.calls) >= count)
        await self.house.hass.async_block_till_done()
        return [call.data["said"] for call in self.calls]


@pytest.fixture
async def told(house: House, owner: MockUser) -> Told:
    await house.add_gateway()
    await house.claimed_device(owner)
    return Told(house)


async def refused(house: House, person: MockUser) -> None:
    with pytest.raises(ServiceValidationError):
        await house.switch("turn_on", Context(user_id=person.id))


async def test_threat_and_block_set_automations_off(told: Told, other: MockUser) -> None:
    await told.listen("threat_medium", "threat_high", "blocked")
    await refused(told.house, other)
    said = {one["type"]: one for one in await told.heard(2)}
    assert said.keys() == {"threat_medium", "blocked"}
    assert said["threat_medium"]["detection"] == "unauthorised_user"
    assert (said["threat_medium"]["by"], said["blocked"]["by"]) == (other.id, other.id)


async def test_suspension_and_its_end_set_automations_off(told: Told, owner: MockUser) -> None:
    await told.listen("suspended", "suspension_lifted", "threat_high")
    spoofed(told.house)
    assert {one["type"] for one in await told.heard(2)} == {"suspended", "threat_high"}
    await told.house.gateway.safeguards.lift("LAMP-1", User(id=owner.id))
    said = (await told.heard(3))[-1]
    assert (said["type"], said["reason"]) == ("suspension_lifted", "owner")


async def test_gateway_tells_of_threats_to_all_devices_and_of_claims(
    told: Told, owner: MockUser, other: MockUser
) -> None:
    await told.listen("threat_medium", "device_claimed", of="gateway")
    await refused(told.house, other)
    (said,) = await told.heard(1)
    assert said["threatened"] == device_id(told.house)
    await told.house.claimed_device(owner, "BELL-1")
    said = (await told.heard(2))[-1]
    assert (said["type"], said["owner"], said["serial"]) == (
        "device_claimed",
        owner.id,
        "BELL-1",
    )


@pytest.mark.parametrize(("least", "count"), [("medium", 1), ("high", 0)])
async def test_condition_asks_how_grave_it_is(
    told: Told, other: MockUser, least: str, count: int
) -> None:
    condition = {
        "condition": "device",
        "domain": DOMAIN,
        "device_id": device_id(told.house),
        "type": "threat_level_at_least",
        "level": least,
    }
    await told.listen("command_refused", conditions=[condition])
    await refused(told.house, other)
    await told.house.until(lambda: told.house.state("sensor", "LAMP-1.threat_level") == "medium")
    await told.house.hass.async_block_till_done()
    before = len(told.calls)
    await refused(told.house, other)
    await told.house.hass.async_block_till_done()
    assert len(told.calls) - before == count


async def test_condition_asks_whether_a_device_is_cut_off(told: Told, owner: MockUser) -> None:
    house = told.house
    config = device_condition.CONDITION_SCHEMA(
        {
            "condition": "device",
            "domain": DOMAIN,
            "device_id": device_id(house),
            "type": "is_suspended",
        }
    )
    is_so = device_condition.async_condition_from_config(house.hass, config)
    assert not is_so(house.hass, None)
    spoofed(house)
    await house.until(lambda: bool(is_so(house.hass, None)))
    assert await device_condition.async_get_condition_capabilities(house.hass, config) == {}


async def offered(hass: HomeAssistant, device: str) -> set[str]:
    found = await async_get_device_automations(hass, DeviceAutomationType.CONDITION, device)
    return {one["type"] for one in found if one["domain"] == DOMAIN}


async def test_conditions_are_offered_for_the_device_and_the_gateway(told: Told) -> None:
    hass = told.house.hass
    assert await offered(hass, device_id(told.house)) == {"threat_level_at_least", "is_suspended"}
    gateway = device_id(told.house, "gateway")
    assert await offered(hass, gateway) == {"threat_level_at_least"}
    form = await device_condition.async_get_condition_capabilities(
        hass, {"type": "threat_level_at_least"}
    )
    assert form["extra_fields"]({"level": "high"}) == {"level": "high"}
    with pytest.raises(probatio.Invalid):
        form["extra_fields"]({"level": "endless"})


async def test_what_a_device_does_not_have_is_refused(told: Told) -> None:
    hass, gateway = told.house.hass, device_id(told.house, "gateway")
    condition = {"device_id": gateway, "type": "is_suspended"}
    with pytest.raises(InvalidDeviceAutomationConfig):
        device_condition.async_condition_from_config(hass, condition)
    trigger = {"device_id": gateway, "type": "suspended"}
    with pytest.raises(InvalidDeviceAutomationConfig):
        await device_trigger.async_attach_trigger(hass, trigger, None, {})  # type: ignore[arg-type,typeddict-item]
    (lamp,) = hass.config_entries.async_entries(DOMAIN)[1:]
    stranger = dr.async_get(hass).async_get_or_create(
        config_entry_id=lamp.entry_id, identifiers={("other", "x")}
    )
    assert device_trigger.serial_of(hass, stranger.id) == "LAMP-1"  # hangs on that entry
