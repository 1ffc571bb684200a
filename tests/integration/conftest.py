"""A real Home Assistant with a configuration folder of its own, real sockets on loopback."""

from collections.abc import AsyncGenerator, Generator
from pathlib import Path
import socket
import tempfile
from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .house import House, free_port
from .neighbourhood import Neighbourhood
from custom_components.iot_secure_gateway.gateway.settings import GatewaySettings

GATEWAY_MODULE = "custom_components.iot_secure_gateway.gateway.gateway"


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """Give each test a folder of its own."""
    return str(tmp_path / "config")


@pytest.fixture
def hass_storage(hass_config_dir: str) -> dict[str, Any]:
    """Write stores for real: the test kit would keep them in memory."""
    Path(hass_config_dir, ".storage").mkdir(parents=True)
    return {}


@pytest.fixture(autouse=True)
def temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep temporary files apart: what is uploaded goes to a folder that Home Assistants would share."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))


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
    # A client of these tests takes no more views; the real server does.
    assert await async_setup_component(hass, "camera", {})
    house = House(hass, free_port(socket.SOCK_DGRAM))
    await house.person("Hanna")  # in a house of one nobody would be asked what others may do
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


@pytest.fixture
async def here(
    house: House,
    owner: MockUser,
    hass_ws_client: WebSocketGenerator,
    hass_client_no_auth: ClientSessionGenerator,
) -> Neighbourhood:
    """A camera with an owner, and a neighbour."""
    neighbourhood = Neighbourhood(house, hass_ws_client, hass_client_no_auth)
    await neighbourhood.start(owner)
    return neighbourhood
