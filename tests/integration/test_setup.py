"""Setting up, unloading, reloading, restarting: nothing is lost and nothing is left behind."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
import json
from pathlib import Path
import shutil
import socket
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockUser,
    async_test_home_assistant,
)

from homeassistant.components.websocket_api import current_connection
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.loader import DATA_CUSTOM_COMPONENTS
from homeassistant.setup import async_setup_component

from .house import House, VirtualDevice
from custom_components.iot_secure_gateway import async_unload_entry
from custom_components.iot_secure_gateway.attribution import acting_user
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.events import (
    AddressNotAllowed,
    CopySuspected,
    DescriptionChanged,
    PingSuspicious,
)
from custom_components.iot_secure_gateway.gateway.settings import GatewaySettings
from custom_components.iot_secure_gateway.issues import async_report_event


async def test_device_comes_back_after_unload_and_reload(house: House, owner: MockUser) -> None:
    await house.add_gateway()
    device, entry = await house.claimed_device(owner)
    entries = house.hass.config_entries
    assert await entries.async_unload(entry.entry_id)
    assert entry.state is ConfigEntryState.NOT_LOADED
    assert house.state("switch", "LAMP-1-relay") == "unavailable"
    assert not house.gateway.devices
    assert await entries.async_setup(entry.entry_id)
    await house.known()
    assert await entries.async_reload(entry.entry_id)
    await house.known()
    await house.switch("turn_on", Context(user_id=owner.id))
    assert device.switched == [True]
    assert device.log.count("127.0.0.1: claimed") == 1


async def test_device_that_is_off_when_home_assistant_starts_is_unavailable_not_missing(
    house: House, owner: MockUser, fast_gateway: GatewaySettings
) -> None:
    await house.add_gateway()
    device, entry = await house.claimed_device(owner)
    await house.hass.config_entries.async_unload(entry.entry_id)
    await device.stop()
    assert await house.hass.config_entries.async_setup(entry.entry_id)
    await house.hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert house.state("switch", "LAMP-1-relay") == "unavailable"
    assert house.state("binary_sensor", "LAMP-1.connectivity") == "off"
    await device.start()
    await house.until(lambda: house.state("switch", "LAMP-1-relay") == "off")


async def test_entry_without_a_binding_says_so(house: House, owner: MockUser) -> None:
    await house.add_gateway()
    entry = MockConfigEntry(
        domain=DOMAIN, unique_id="LOST-1", data={"host": "127.0.0.1", "port": 1}
    )
    entry.add_to_hass(house.hass)
    assert not await house.hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "no_binding"


async def test_device_hangs_below_the_gateway_in_whatever_order_they_come(
    house: House, owner: MockUser
) -> None:
    gateway_entry = await house.add_gateway()
    _, entry = await house.claimed_device(owner)
    registry = dr.async_get(house.hass)
    gateway = registry.async_get_device_by_identifier((DOMAIN, "gateway"), gateway_entry.entry_id)
    device = registry.async_get_device_by_identifier((DOMAIN, "LAMP-1"), entry.entry_id)
    assert gateway is not None
    assert device is not None
    assert gateway.entry_type is dr.DeviceEntryType.SERVICE
    assert gateway.name == "IoT Secure Gateway"
    assert device.via_device_id == gateway.id
    assert (device.name, device.manufacturer, device.model, device.serial_number) == (
        "Lamp",
        "ACME",
        "Test lamp",
        "LAMP-1",
    )
    assert device.sw_version == "1.0"

    entries = house.hass.config_entries
    for each in (gateway_entry, entry):
        await entries.async_unload(each.entry_id)
    registry.async_remove_device(gateway.id)
    assert await entries.async_setup(entry.entry_id)
    device = registry.async_get_device_by_identifier((DOMAIN, "LAMP-1"), entry.entry_id)
    gateway = registry.async_get_device_by_identifier((DOMAIN, "gateway"), gateway_entry.entry_id)
    assert device is not None
    assert gateway is not None
    assert device.via_device_id == gateway.id


async def test_busy_ping_port_is_an_issue_and_devices_work_all_the_same(
    house: House, owner: MockUser
) -> None:
    entry = await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    await house.hass.config_entries.async_unload(entry.entry_id)
    issues = ir.async_get(house.hass)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as program:
        program.bind(("0.0.0.0", house.ping_port))
        assert await house.hass.config_entries.async_setup(entry.entry_id)
        issue = issues.async_get_issue(DOMAIN, "ping_port_in_use")
        assert issue is not None
        assert issue.translation_placeholders == {"port": str(house.ping_port)}
        await house.switch("turn_on", Context(user_id=owner.id))
        assert device.switched == [True]
    assert await house.hass.config_entries.async_reload(entry.entry_id)
    assert issues.async_get_issue(DOMAIN, "ping_port_in_use") is None


async def test_device_that_moved_is_found_by_its_pings_and_its_entry_follows(
    house: House, owner: MockUser, fast_gateway: GatewaySettings
) -> None:
    await house.add_gateway()
    device, entry = await house.claimed_device(owner, ping_port=house.ping_port)
    await device.stop()
    await house.until(lambda: house.state("switch", "LAMP-1-relay") == "unavailable")
    old = device.port
    device.move()
    await device.start()
    await house.until(lambda: house.state("switch", "LAMP-1-relay") == "off")
    assert device.port != old
    assert dict(entry.data) == {"host": "127.0.0.1", "port": device.port}


async def test_name_that_a_person_gave_the_entry_is_kept(house: House, owner: MockUser) -> None:
    await house.add_gateway()
    _, entry = await house.claimed_device(owner)
    house.hass.config_entries.async_update_entry(entry, title="Over the table")
    await house.hass.config_entries.async_reload(entry.entry_id)
    await house.known()
    assert entry.title == "Over the table"


async def test_nothing_that_outlives_a_request_carries_its_user(
    house: House, owner: MockUser
) -> None:
    """What the gateway does later must not look as if whoever set it up had asked for it."""

    class Connection:
        user = owner

    users: list[object] = []
    token = current_connection.set(Connection())  # type: ignore[arg-type]
    try:
        await house.add_gateway()
        device, _ = await house.claimed_device(owner, ping_port=house.ping_port)
        house.gateway.devices["LAMP-1"].add_listener(lambda: users.append(acting_user(house.hass)))
        house.gateway.add_discovery_listener(lambda _: users.append(acting_user(house.hass)))
    finally:
        current_connection.reset(token)
    await device.stop()
    await house.until(lambda: bool(users))
    assert set(users) == {None}


async def test_suspicions_of_the_gateway_become_issues(house: House, owner: MockUser) -> None:
    await house.add_gateway()
    device, entry = await house.claimed_device(owner)
    issues = ir.async_get(house.hass)
    said = PingSuspicious(serial="LAMP-1", kind="says_unclaimed", source="127.0.0.1")

    async_report_event(house.hass, house.gateway, said)  # the link says otherwise
    assert not [key for key in issues.issues if key[0] == DOMAIN]

    await device.stop()
    await house.until(lambda: house.state("switch", "LAMP-1-relay") == "unavailable")
    async_report_event(house.hass, house.gateway, said)
    async_report_event(house.hass, house.gateway, CopySuspected(serial="LAMP-1", detail="lane 0"))
    async_report_event(
        house.hass, house.gateway, AddressNotAllowed(serial="LAMP-1", address="192.0.2.9")
    )
    async_report_event(house.hass, house.gateway, DescriptionChanged(serial="LAMP-1"))
    assert {key[1] for key in issues.issues if key[0] == DOMAIN} == {
        "says_unclaimed_LAMP-1",
        "copy_suspected_LAMP-1",
        "address_not_allowed_LAMP-1",
    }
    shown = issues.async_get_issue(DOMAIN, "address_not_allowed_LAMP-1")
    assert shown is not None
    assert shown.translation_placeholders == {"serial": "LAMP-1", "address": "192.0.2.9"}
    await device.start()
    await house.hass.config_entries.async_reload(entry.entry_id)
    await house.known()
    assert not [key for key in issues.issues if key[0] == DOMAIN]


async def test_platform_that_fails_leaves_no_link_behind(house: House, owner: MockUser) -> None:
    await house.add_gateway()
    _, entry = await house.claimed_device(owner)
    await house.hass.config_entries.async_unload(entry.entry_id)
    with patch.object(
        house.hass.config_entries, "async_forward_entry_setups", side_effect=ValueError
    ):
        assert not await house.hass.config_entries.async_setup(entry.entry_id)
    assert not house.gateway.devices


async def test_link_stays_while_a_platform_does_not_unload(house: House, owner: MockUser) -> None:
    await house.add_gateway()
    _, entry = await house.claimed_device(owner)
    with patch.object(house.hass.config_entries, "async_unload_platforms", return_value=False):
        assert not await async_unload_entry(house.hass, entry)
    assert house.gateway.devices["LAMP-1"].is_connected


# --- restarts -----------------------------------------------------------------------------------------
@asynccontextmanager
async def restarted(
    old: House, config_dir: str, owner: MockUser, device: VirtualDevice
) -> AsyncGenerator[House]:
    """Another Home Assistant on this configuration folder, with the same entries and people."""
    async with async_test_home_assistant(config_dir=config_dir) as hass:
        hass.data.pop(DATA_CUSTOM_COMPONENTS, None)
        assert await async_setup_component(hass, "http", {})
        MockUser(id=owner.id, name=owner.name, groups=list(owner.groups)).add_to_hass(hass)
        for unique_id, data in (
            ("gateway", {}),
            (device.serial, {"host": "127.0.0.1", "port": device.port}),
        ):
            MockConfigEntry(
                domain=DOMAIN,
                unique_id=unique_id,
                data=data,
                options={"listen_for_pings": False, "ping_port": old.ping_port},
            ).add_to_hass(hass)
        assert await async_setup_component(hass, DOMAIN, {})
        await hass.async_block_till_done()
        house = House(hass, old.ping_port)
        try:
            yield house
        finally:
            await unload_all(hass)
            await hass.async_stop(force=True)


async def unload_all(hass: HomeAssistant) -> None:
    """Unload all entries, as a test must."""
    entries: list[ConfigEntry] = hass.config_entries.async_entries(DOMAIN)
    await asyncio.gather(*(hass.config_entries.async_unload(entry.entry_id) for entry in entries))


def stored_states(config_dir: str) -> dict[str, object]:
    """Return what the store of session caches holds on disk."""
    path = Path(config_dir, ".storage", f"{DOMAIN}.states")
    data: dict[str, object] = json.loads(path.read_text("utf-8"))["data"]
    return data


async def test_device_works_after_a_restart_without_a_new_claim(
    house: House, owner: MockUser, hass_config_dir: str
) -> None:
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    await house.switch("turn_on", Context(user_id=owner.id))
    assert stored_states(hass_config_dir)["is_clean"] is False
    await unload_all(house.hass)
    await house.hass.async_stop(force=True)
    assert stored_states(hass_config_dir)["is_clean"] is True

    async with restarted(house, hass_config_dir, owner, device) as again:
        await again.known()
        assert again.state("switch", "LAMP-1-relay") == "on"
        await again.switch("turn_off", Context(user_id=owner.id))
        assert device.switched == [True, False]
        assert again.gateway.owners == {"LAMP-1": owner.id}


async def test_device_works_after_home_assistant_was_killed(
    house: House, owner: MockUser, hass_config_dir: str, tmp_path: Path
) -> None:
    """The copy of the folder is what a kill leaves behind: saved last before the commands."""
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    left_behind = str(tmp_path / "killed")
    await asyncio.to_thread(shutil.copytree, hass_config_dir, left_behind)
    for service in ("turn_on", "turn_off", "turn_on"):
        await house.switch(service, Context(user_id=owner.id))
    await unload_all(house.hass)

    async with restarted(house, left_behind, owner, device) as again:
        await again.known()
        assert again.state("switch", "LAMP-1-relay") == "on"
        await again.switch("turn_off", Context(user_id=owner.id))
        assert device.switched == [True, False, True, False]


async def test_damaged_key_store_stops_the_gateway_and_is_not_overwritten(
    house: House, hass_config_dir: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = Path(hass_config_dir, ".storage", f"{DOMAIN}.bindings")
    damaged = {
        "version": 1,
        "minor_version": 1,
        "key": f"{DOMAIN}.bindings",
        "data": {"records": {"LAMP-1": {"key": "secret-but-short"}}},
    }
    await asyncio.to_thread(path.parent.mkdir, exist_ok=True)
    await asyncio.to_thread(path.write_text, json.dumps(damaged))
    entry = MockConfigEntry(domain=DOMAIN, unique_id="gateway", options={})
    entry.add_to_hass(house.hass)
    assert not await async_setup_component(house.hass, DOMAIN, {})
    assert json.loads(await asyncio.to_thread(path.read_text)) == damaged
    assert "secret-but-short" not in caplog.text
