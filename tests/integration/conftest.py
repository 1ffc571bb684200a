"""A real Home Assistant with a configuration folder of its own, real sockets on loopback."""

from collections.abc import AsyncGenerator, Generator
import socket
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockUser

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .house import House, free_port
from custom_components.iot_secure_gateway.gateway.settings import GatewaySettings

GATEWAY_MODULE = "custom_components.iot_secure_gateway.gateway.gateway"


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Write stores for real, into a folder of this test."""
    return hass_tmp_config_dir


@pytest.fixture
def fast_gateway() -> Generator[GatewaySettings]:
    """Let the gateway come back at once: the times of a real one would make tests wait."""
    settings = GatewaySettings(first_retry=0.02, last_retry=0.05, connect_timeout=2.0)
    with patch(f"{GATEWAY_MODULE}.GatewaySettings", return_value=settings):
        yield settings


@pytest.fixture
async def house(
    socket_enabled: None, enable_custom_integrations: None, hass: HomeAssistant
) -> AsyncGenerator[House]:
    """A Home Assistant without the gateway yet."""
    assert await async_setup_component(hass, "http", {})
    assert await async_setup_component(hass, "homeassistant", {})
    house = House(hass, free_port(socket.SOCK_DGRAM))
    yield house
    for device in house.devices:
        await device.stop()


@pytest.fixture
async def owner(house: House) -> MockUser:
    """A person without administrator's rights, who will own devices."""
    return await house.person("Olivia")


@pytest.fixture
async def other(house: House) -> MockUser:
    """An administrator of Home Assistant, who owns none of the devices."""
    return await house.person("Adam", is_admin=True)
