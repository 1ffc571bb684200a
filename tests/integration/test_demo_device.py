"""Trying without hardware: the demo device from its form to its deletion, as a person meets it."""

from collections.abc import Generator
from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockUser

from homeassistant.config_entries import SOURCE_INTEGRATION_DISCOVERY, SOURCE_USER, ConfigEntry
from homeassistant.core import Context
from homeassistant.data_entry_flow import FlowResultType

from .house import House
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.demo_device import device as demo_module
from custom_components.iot_secure_gateway.demo_device.device import DemoDevice


@pytest.fixture
def lively() -> Generator[None]:
    """Let the thermometer measure at once: every ten seconds would make tests wait."""
    with patch.object(demo_module, "MEASURE_EVERY_MS", 20):
        yield


async def start_demo(house: House) -> tuple[ConfigEntry, dict[str, str]]:
    """Start a demo device through its form; return its entry and what its label says."""
    result = await house.hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert result["type"] is FlowResultType.MENU
    assert result["menu_options"] == ["device", "demo_device"]
    result = await house.submit(result, {"next_step_id": "demo_device"})
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "demo_device")
    label = dict(result["description_placeholders"] or {})
    result = await house.submit(result, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    return result["result"], label


def cards(house: House) -> list[Any]:
    """Return the cards that are shown."""
    return list(
        house.hass.config_entries.flow.async_progress_by_handler(
            DOMAIN, match_context={"source": SOURCE_INTEGRATION_DISCOVERY}
        )
    )


async def claim_card(house: House, label: dict[str, str], owner: MockUser) -> ConfigEntry:
    """Claim the device from its card with the password of the label."""
    await house.until(lambda: bool(cards(house)))
    (card,) = cards(house)
    assert card["context"]["title_placeholders"] == {"name": f"Demo device ({label['serial']})"}
    result = await house.hass.config_entries.flow.async_configure(
        card["flow_id"], {"password": label["password"], "owner": owner.id}
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY, result
    await house.known(label["serial"])
    entry: ConfigEntry = result["result"]
    return entry


def demo_of(entry: ConfigEntry) -> DemoDevice:
    device: DemoDevice = entry.runtime_data
    return device


async def command(house: House, owner: MockUser, serial: str, key: str, service: str) -> None:
    """Switch something of the device as its owner."""
    await house.hass.services.async_call(
        "switch",
        service,
        {"entity_id": house.entity_id("switch", f"{serial}-{key}")},
        blocking=True,
        context=Context(user_id=owner.id),
    )


async def test_person_without_hardware_claims_commands_and_watches_a_demo_device(
    house: House, owner: MockUser, lively: None
) -> None:
    await house.add_gateway()
    entry, label = await start_demo(house)
    device_entry = await claim_card(house, label, owner)
    serial = label["serial"]
    assert device_entry.unique_id == serial
    assert dict(device_entry.data) == {"host": "127.0.0.1", "port": int(label["port"])}
    await house.until(lambda: house.state("switch", f"{serial}-outlet") == "off")

    await command(house, owner, serial, "outlet", "turn_on")
    assert house.state("switch", f"{serial}-outlet") == "on"

    first = house.state("sensor", f"{serial}-temperature")
    await house.until(lambda: house.state("sensor", f"{serial}-temperature") != first)
    assert demo_of(entry).is_linked
