"""An issue that one confirmation settles: the owner's, whoever else presses the button."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from homeassistant.config_entries import ConfigEntry
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component

from .house import House, VirtualDevice
from .visitor import REPAIRS, forms, visit
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.device import Problem
from custom_components.iot_secure_gateway.gateway.transport import MachineProtocol
from custom_components.iot_secure_gateway.runtime import DATA_RUNTIME

ISSUE = "address_not_allowed_LAMP-1"


@pytest.fixture(autouse=True)
async def repairs(house: House) -> None:
    """Repairs are a component of their own."""
    assert await async_setup_component(house.hass, "repairs", {})


@pytest.fixture
async def owner(house: House) -> MockUser:
    """The owner is an administrator here: Home Assistant opens its forms to no one else."""
    return await house.person("Olivia", is_admin=True)


async def behind_a_translation(
    house: House, owner: MockUser, monkeypatch: pytest.MonkeyPatch
) -> tuple[VirtualDevice, ConfigEntry]:
    """Return a device that knows another address than that from which it sees this gateway."""
    await house.add_gateway()
    device, entry = await house.claimed_device(owner)
    monkeypatch.setattr(MachineProtocol, "local_address", lambda self: b"\xc0\x00\x02\x09")
    core: Any = device.device.core
    for binding in core.memory.bindings.values():
        binding.addresses = [b"\xc0\x00\x02\x01"]
    core._stranger_at_ms = 0
    protocol: Any = house.gateway._links["LAMP-1"]._protocol
    protocol.abort()
    known = house.gateway.devices["LAMP-1"]
    await house.until(lambda: known.problem is Problem.ADDRESS_NOT_ALLOWED)
    return device, entry


def issue(house: House) -> ir.IssueEntry | None:
    return ir.async_get(house.hass).async_get_issue(DOMAIN, ISSUE)


@pytest.mark.usefixtures("fast_gateway")
async def test_owner_allows_the_address_and_the_issue_goes(
    house: House,
    owner: MockUser,
    other: MockUser,
    hass_client: ClientSessionGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    device, _ = await behind_a_translation(house, owner, monkeypatch)
    shown = issue(house)
    assert shown is not None
    assert shown.is_fixable

    adams = await forms(house, hass_client, other, REPAIRS)
    form = await adams.start(handler=DOMAIN, issue_id=ISSUE)
    assert form["step_id"] == "confirm"
    assert form["description_placeholders"] == {
        "serial": "LAMP-1",
        "address": "127.0.0.1",
        "device": "Lamp",
        "owner": "Olivia",
    }
    answer = await adams.submit(form)
    assert (answer["type"], answer["reason"]) == ("abort", "not_allowed")
    assert issue(house) is not None

    flow = await forms(house, hass_client, owner, REPAIRS)
    form = await flow.start(handler=DOMAIN, issue_id=ISSUE)
    device.device.core._stranger_at_ms = 0
    answer = await flow.submit(form)
    assert answer["type"] == "create_entry"
    assert issue(house) is None
    await house.known()
    assert issue(house) is None


@pytest.mark.usefixtures("fast_gateway")
async def test_owner_without_administrators_rights_does_it_at_the_console(
    house: House, hass_ws_client: WebSocketGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    paul = await house.person("Paul")
    device, _ = await behind_a_translation(house, paul, monkeypatch)
    visitor = await visit(house, hass_ws_client, paul)
    assert (await visitor.devices())["LAMP-1"]["problem"] == "address_not_allowed"
    device.device.core._stranger_at_ms = 0
    await visitor.call("allow_address", serial="LAMP-1")
    await house.known()
    assert issue(house) is None


@pytest.mark.usefixtures("fast_gateway")
async def test_form_says_when_there_is_nothing_to_allow_any_more(
    house: House,
    owner: MockUser,
    hass_client: ClientSessionGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await behind_a_translation(house, owner, monkeypatch)
    flow = await forms(house, hass_client, owner, REPAIRS)
    form = await flow.start(handler=DOMAIN, issue_id=ISSUE)
    runtime = house.hass.data.pop(DATA_RUNTIME)
    try:
        answer = await flow.submit(form)
    finally:
        house.hass.data[DATA_RUNTIME] = runtime
    assert answer["reason"] == "gateway_not_ready"

    form = await flow.start(handler=DOMAIN, issue_id=ISSUE)
    house.gateway.devices["LAMP-1"].problem = Problem.UNREACHABLE
    assert (await flow.submit(form))["reason"] == "no_address_seen"
    form = await flow.start(handler=DOMAIN, issue_id=ISSUE)
    await house.gateway.detach("LAMP-1")
    assert (await flow.submit(form))["reason"] == "unknown_device"
    assert issue(house) is not None
