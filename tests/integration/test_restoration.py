"""Who is told of a restore: each owner, administrator or not, of what waits for them; with a button that counts as theirs."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context

from .house import House, VirtualDevice
from .phone import Phone, Phones
from custom_components.iot_secure_gateway.gateway.device import Problem
from custom_components.iot_secure_gateway.protocol import gateway_state
from custom_components.iot_secure_gateway.restoration import MAX_NAMED, listed
from custom_components.iot_secure_gateway.runtime import DATA_RUNTIME

SERIAL = "LAMP-1"


@pytest.fixture
async def phone(
    house: House,
    owner: MockUser,
    hass_client: ClientSessionGenerator,
    hass_ws_client: WebSocketGenerator,
) -> Phone:
    phones = Phones(house, hass_client, hass_ws_client)
    await phones.start()
    await house.add_gateway()
    phone = await phones.phone(owner, "Olivias phone")
    phone.only = ("iotsg_restored",)
    return phone


async def forgetful(house: House, owner: MockUser) -> tuple[VirtualDevice, ConfigEntry]:
    """Have the gateway lose what it knows of the sessions of a device, as with half a backup."""
    device, entry = await house.claimed_device(owner)
    await house.hass.config_entries.async_unload(entry.entry_id)
    await house.gateway._keeper.put(SERIAL, gateway_state.unknown(0))
    return device, entry


async def behind(house: House, entry: ConfigEntry) -> None:
    assert await house.hass.config_entries.async_setup(entry.entry_id)
    await house.until(lambda: house.gateway.devices[SERIAL].problem is Problem.BEHIND)
    await house.hass.async_block_till_done()


@pytest.mark.usefixtures("fast_gateway")
async def test_owner_is_told_on_the_phone_and_lets_it_go_on_there(
    house: House, owner: MockUser, phone: Phone
) -> None:
    device, entry = await forgetful(house, owner)
    await behind(house, entry)
    message = await phone.received()
    assert "these devices wait for you: Lamp" in message["message"]
    await phone.press(message, "Go on")
    await house.known()
    await house.switch("turn_on", Context(user_id=owner.id))
    assert device.switched == [True]


@pytest.mark.usefixtures("fast_gateway")
async def test_button_of_a_former_owner_does_nothing(
    house: House, owner: MockUser, other: MockUser, phone: Phone
) -> None:
    _, entry = await forgetful(house, owner)
    await behind(house, entry)
    message = await phone.received()
    await house.gateway.permissions.set_owner(SERIAL, other.id)
    await phone.press(message, "Go on")
    assert house.gateway.restoring.behind == (SERIAL,)


@pytest.mark.usefixtures("fast_gateway")
async def test_device_of_nobody_and_a_gateway_that_stops_tell_nobody(
    house: House, owner: MockUser, phone: Phone
) -> None:
    _, entry = await forgetful(house, owner)
    await house.gateway.permissions.forget_device(SERIAL)
    await behind(house, entry)
    assert await phone.nothing_came()


async def test_form_says_so_when_the_gateway_does_not_run(house: House) -> None:
    from custom_components.iot_secure_gateway.restoration import RestoredFlow

    flow: Any = RestoredFlow()
    flow.hass, flow.handler, flow.flow_id = house.hass, "iot_secure_gateway", "1"
    assert DATA_RUNTIME not in house.hass.data
    answer = await flow.async_step_init()
    assert answer["reason"] == "gateway_not_ready"


def test_many_names_have_an_end() -> None:
    names = [f"Lamp {number:03}" for number in range(MAX_NAMED + 5)]
    assert listed(names).endswith(f"Lamp {MAX_NAMED - 1:03} (+5)")
    assert listed(["b", "a"]) == "a, b"
