"""Trying without hardware: the demo device from its form to its deletion, as a person meets it."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, suppress
import json
from pathlib import Path
import shutil
import socket
from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockUser,
    async_test_home_assistant,
)

from homeassistant.config_entries import (
    SOURCE_INTEGRATION_DISCOVERY,
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigEntry,
    ConfigEntryState,
)
from homeassistant.core import Context, HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, UnknownFlow
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import issue_registry as ir
from homeassistant.loader import DATA_CUSTOM_COMPONENTS
from homeassistant.setup import async_setup_component

from .house import House
from custom_components.iot_secure_gateway import demo
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.demo_device import device as demo_module
from custom_components.iot_secure_gateway.demo_device.device import MAX_PEERS, DemoDevice
from custom_components.iot_secure_gateway.demo_device.identity import Label
from custom_components.iot_secure_gateway.demo_flow import TITLE
from custom_components.iot_secure_gateway.diagnostics import async_get_config_entry_diagnostics
from custom_components.iot_secure_gateway.gateway.settings import GatewaySettings
from custom_components.iot_secure_gateway.runtime import DATA_RUNTIME
from custom_components.iot_secure_gateway.storage import PrivateStore, StorageError


@pytest.fixture
def lively() -> Generator[None]:
    """Let the thermometer measure and pings go out at once: real ones would make tests wait."""
    with (
        patch.object(demo_module, "MEASURE_EVERY_MS", 20),
        patch.object(demo_module, "PING_EVERY_MS", 150),
    ):
        yield


async def choose_demo(house: House) -> Any:
    """Choose the demo device in the menu; return its form."""
    menu = await house.hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert menu["type"] is FlowResultType.MENU
    assert menu["menu_options"] == ["device", "demo_device"]
    form = await house.submit(menu, {"next_step_id": "demo_device"})
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "demo_device")
    return form


async def start_demo(house: House) -> tuple[ConfigEntry, dict[str, str]]:
    """Start a demo device through its form; return its entry and what its label says."""
    form = await choose_demo(house)
    result = await house.submit(form, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    return result["result"], form["description_placeholders"]


async def claimed_demo(
    house: House, owner: MockUser
) -> tuple[ConfigEntry, dict[str, str], ConfigEntry]:
    """Start a demo device and claim it from its card; return its entry, its label, the claim's entry."""
    entry, label = await start_demo(house)
    device_entry = await claim_card(house, label, owner)
    return entry, label, device_entry


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
    entry: ConfigEntry = result["result"]
    await is_shown(house, label["serial"])
    return entry


async def is_shown(house: House, serial: str, outlet: str = "off") -> None:
    """Wait until the outlet is shown in this state."""
    await house.until(lambda: house.state("switch", f"{serial}-outlet") == outlet)


def demo_of(entry: ConfigEntry) -> DemoDevice:
    """Return the device that the entry runs."""
    device: DemoDevice = entry.runtime_data
    return device


async def another_runs(house: House, entry: ConfigEntry, before: DemoDevice) -> None:
    """Wait until the device was started anew."""
    await house.until(lambda: getattr(entry, "runtime_data", before) is not before)


async def command(
    house: House, person: MockUser, serial: str, entity: str, service: str, **data: Any
) -> None:
    """Command `entity`, "platform.key", as a person."""
    platform, _, key = entity.partition(".")
    await house.hass.services.async_call(
        platform,
        service,
        {"entity_id": house.entity_id(platform, f"{serial}-{key}"), **data},
        blocking=True,
        context=Context(user_id=person.id),
    )


# --- the story -----------------------------------------------------------------------------------------
async def test_person_without_hardware_claims_commands_and_watches_a_demo_device(
    house: House, owner: MockUser, other: MockUser, lively: None
) -> None:
    await house.add_gateway()
    entry, label = await start_demo(house)
    device_entry = await claim_card(house, label, owner)
    serial = label["serial"]
    assert device_entry.unique_id == serial
    assert dict(device_entry.data) == {"host": "127.0.0.1", "port": int(label["port"])}
    assert house.gateway.owners == {serial: owner.id}
    assert not cards(house)

    await command(house, owner, serial, "switch.outlet", "turn_on")
    assert house.state("switch", f"{serial}-outlet") == "on"
    await command(house, owner, serial, "light.lamp", "turn_on", brightness=80)
    lamp = house.hass.states.get(house.entity_id("light", f"{serial}-lamp"))
    assert lamp is not None
    assert (lamp.state, lamp.attributes["brightness"]) == ("on", 80)
    await command(house, owner, serial, "light.lamp", "turn_off")
    assert house.state("light", f"{serial}-lamp") == "off"

    with pytest.raises(ServiceValidationError):
        await command(house, other, serial, "switch.outlet", "turn_off")
    assert house.state("switch", f"{serial}-outlet") == "on"

    first = house.state("sensor", f"{serial}-temperature")
    await house.until(lambda: house.state("sensor", f"{serial}-temperature") != first)

    assert house.state("event", f"{serial}-bell") == "unknown"
    await command(house, owner, serial, "button.ring", "press")
    await house.until(lambda: house.state("event", f"{serial}-bell") != "unknown")
    assert demo_of(entry).is_linked


def test_readme_calls_the_steps_as_they_are_called_on_screen() -> None:
    folder = Path(demo.__file__).parent
    texts = json.loads((folder / "translations" / "en.json").read_text("utf-8"))
    readme = (folder.parent.parent / "README.md").read_text("utf-8")
    for option in texts["config"]["step"]["user"]["menu_options"].values():
        assert f"*{option}*" in readme
    assert f"*{TITLE}*" in readme
    assert TITLE in texts["config"]["step"]["demo_device"]["description"]


async def test_label_is_shown_once_and_its_password_is_kept_nowhere(
    house: House, owner: MockUser, hass_config_dir: str, caplog: pytest.LogCaptureFixture
) -> None:
    await house.add_gateway()
    form = await choose_demo(house)
    label = form["description_placeholders"]
    (field,) = form["data_schema"].schema.values()
    code = f"ISG1:{label['serial']}:{label['password'].replace('-', '')}"
    assert field.config["data"] == code
    await house.submit(form, {})
    await claim_card(house, label, owner)
    await house.hass.async_block_till_done()

    def kept() -> list[str]:
        files = [path for path in Path(hass_config_dir).rglob("*") if path.is_file()]
        return [path.read_text("utf-8", "replace").upper() for path in files]

    texts = await asyncio.to_thread(kept)
    assert any(label["serial"] in text for text in texts)
    for secret in (label["password"], label["password"].replace("-", "")):
        assert not any(secret in text for text in texts)
        assert secret not in caplog.text
    assert label["password"] not in repr(Label(label["serial"], label["password"]))


async def test_there_is_one_demo_device_and_the_menu_goes_when_it_runs(house: House) -> None:
    await house.add_gateway()
    flows = house.hass.config_entries.flow
    menu = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})  # in another window
    form = await choose_demo(house)  # in a third
    await start_demo(house)
    result = await house.submit(menu, {"next_step_id": "demo_device"})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "demo_device_exists")
    with pytest.raises(UnknownFlow):
        await house.submit(form, {})
    result = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert result["step_id"] == "device"


async def test_demo_device_that_cannot_be_stored_is_not_started(house: House) -> None:
    await house.add_gateway()
    form = await choose_demo(house)
    serial = form["description_placeholders"]["serial"]
    with patch.object(PrivateStore, "async_save_durably", side_effect=StorageError("demo_device")):
        form = await house.submit(form, {})
    assert form["errors"] == {"base": "demo_device_not_kept"}
    assert form["description_placeholders"]["serial"] == serial
    result = await house.submit(form, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert demo_of(result["result"]).serial == serial


async def test_demo_device_has_no_options_and_no_address_to_change(house: House) -> None:
    await house.add_gateway()
    entry, _ = await start_demo(house)
    assert not entry.supports_options
    result = await house.hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
    )
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "demo_device_is_fixed")


async def test_diagnostics_tell_whether_it_is_claimed_and_linked(
    house: House, owner: MockUser
) -> None:
    await house.add_gateway()
    entry, label = await start_demo(house)
    tell = async_get_config_entry_diagnostics
    assert await tell(house.hass, entry) == {"is_owned": False, "is_linked": False}
    await claim_card(house, label, owner)
    assert await tell(house.hass, entry) == {"is_owned": True, "is_linked": True}


# --- power ---------------------------------------------------------------------------------------------
async def test_unloading_takes_its_power_and_loading_brings_it_back(
    house: House, owner: MockUser, fast_gateway: GatewaySettings
) -> None:
    await house.add_gateway()
    entry, label, _ = await claimed_demo(house, owner)
    serial, port = label["serial"], demo_of(entry).port
    entries = house.hass.config_entries
    assert await entries.async_unload(entry.entry_id)
    await house.until(lambda: house.state("switch", f"{serial}-outlet") == "unavailable")
    with pytest.raises(OSError):
        await asyncio.open_connection("127.0.0.1", port)
    assert await entries.async_setup(entry.entry_id)
    await is_shown(house, serial)
    assert demo_of(entry).port == port
    await command(house, owner, serial, "switch.outlet", "turn_on")


async def test_demo_device_whose_port_is_taken_moves_and_is_found_by_its_pings(
    house: House, owner: MockUser, fast_gateway: GatewaySettings
) -> None:
    await house.add_gateway()
    entry, label, device_entry = await claimed_demo(house, owner)
    serial, port = label["serial"], demo_of(entry).port
    entries = house.hass.config_entries
    assert await entries.async_unload(entry.entry_id)
    await house.until(lambda: house.state("switch", f"{serial}-outlet") == "unavailable")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as program:
        program.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        program.bind(("127.0.0.1", port))
        program.listen()
        assert await entries.async_setup(entry.entry_id)
        assert demo_of(entry).port != port
        await is_shown(house, serial)
    assert dict(device_entry.data) == {"host": "127.0.0.1", "port": demo_of(entry).port}


async def test_demo_device_is_found_when_the_gateway_listens_on_another_port(
    house: House, lively: None
) -> None:
    gateway_entry = await house.add_gateway(listen=False)
    await start_demo(house)
    house.hass.config_entries.async_update_entry(
        gateway_entry, options={"listen_for_pings": True, "ping_port": house.ping_port}
    )
    await house.hass.config_entries.async_reload(gateway_entry.entry_id)
    await house.until(lambda: bool(cards(house)))


# --- restarts ------------------------------------------------------------------------------------------
@asynccontextmanager
async def restarted(
    old: House, config_dir: str, owner: MockUser, entries: list[ConfigEntry]
) -> AsyncGenerator[House]:
    """Another Home Assistant on this configuration folder, with the same entries and people."""
    async with async_test_home_assistant(config_dir=config_dir) as hass:
        hass.data.pop(DATA_CUSTOM_COMPONENTS, None)
        assert await async_setup_component(hass, "http", {})
        MockUser(id=owner.id, name=owner.name, groups=list(owner.groups)).add_to_hass(hass)
        for entry in entries:
            MockConfigEntry(
                domain=DOMAIN,
                unique_id=entry.unique_id,
                data=dict(entry.data),
                options=dict(entry.options),
                title=entry.title,
            ).add_to_hass(hass)
        assert await async_setup_component(hass, DOMAIN, {})
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


async def test_restart_of_home_assistant_keeps_the_demo_device_and_its_claim(
    house: House, owner: MockUser, hass_config_dir: str
) -> None:
    gateway_entry = await house.add_gateway()
    entry, label, device_entry = await claimed_demo(house, owner)
    serial = label["serial"]
    await command(house, owner, serial, "switch.outlet", "turn_on")
    await house.hass.async_stop(force=True)  # entries are not unloaded by a stop
    with pytest.raises(OSError):
        await asyncio.open_connection("127.0.0.1", demo_of(entry).port)
    await unload_all(house.hass)

    async with restarted(
        house, hass_config_dir, owner, [gateway_entry, entry, device_entry]
    ) as again:
        await is_shown(again, serial)  # its switch fell off with the power
        await command(again, owner, serial, "switch.outlet", "turn_on")
        assert again.state("switch", f"{serial}-outlet") == "on"
        assert not cards(again)


async def test_demo_device_goes_on_after_home_assistant_was_killed(
    house: House, owner: MockUser, hass_config_dir: str, tmp_path: Path
) -> None:
    """The copy of the folder is what a kill leaves behind."""
    gateway_entry = await house.add_gateway()
    entry, label, device_entry = await claimed_demo(house, owner)
    serial = label["serial"]
    for service in ("turn_on", "turn_off", "turn_on"):
        await command(house, owner, serial, "switch.outlet", service)
    left_behind = str(tmp_path / "killed")
    await asyncio.to_thread(shutil.copytree, hass_config_dir, left_behind)
    entries = [gateway_entry, entry, device_entry]
    await unload_all(house.hass)

    async with restarted(house, left_behind, owner, entries) as again:
        await is_shown(again, serial)
        await command(again, owner, serial, "switch.outlet", "turn_on")
        assert again.gateway.owners == {serial: owner.id}


# --- the end -------------------------------------------------------------------------------------------
async def test_released_demo_device_shows_up_again_and_is_gone_when_deleted(
    house: House, owner: MockUser, hass_config_dir: str, lively: None
) -> None:
    await house.add_gateway()
    entry, _ = await start_demo(house)
    await house.until(lambda: bool(cards(house)))
    assert await house.hass.config_entries.async_remove(entry.entry_id)
    assert not cards(house)
    files = await asyncio.to_thread(lambda: sorted(Path(hass_config_dir, ".storage").iterdir()))
    assert files
    assert not [path.name for path in files if "demo" in path.name]

    _, label = await start_demo(house)  # another one, with a label of its own
    await claim_card(house, label, owner)


async def test_deleted_demo_device_frees_the_gateway_of_its_binding(
    house: House, owner: MockUser
) -> None:
    gateway_entry = await house.add_gateway()
    entry, label, _ = await claimed_demo(house, owner)
    assert house.gateway.has_binding(label["serial"])
    assert await house.hass.config_entries.async_remove(entry.entry_id)
    assert not house.gateway.has_binding(label["serial"])
    assert house.hass.config_entries.async_entries(DOMAIN) == [gateway_entry]
    await house.hass.async_block_till_done()
    assert not house.hass.config_entries.flow.async_progress()
    assert not ir.async_get(house.hass).issues
    assert label["serial"] not in house.gateway.discovered


async def test_deleted_demo_device_stays_bound_while_the_gateway_does_not_listen(
    house: House, owner: MockUser
) -> None:
    await house.add_gateway(listen=False)
    entry, label = await start_demo(house)
    form = await house.start_flow()
    result = await house.submit(
        form,
        {name: label[name] for name in ("serial", "password", "host")}
        | {"port": int(label["port"]), "owner": owner.id},
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    with patch.object(demo, "HEARD_WITHIN_S", 0.05):
        assert await house.hass.config_entries.async_remove(entry.entry_id)
    assert house.gateway.has_binding(label["serial"])
    assert result["result"].state is ConfigEntryState.LOADED


async def test_demo_device_is_deleted_while_the_gateway_does_not_run(
    house: House, owner: MockUser, hass_config_dir: str
) -> None:
    await house.add_gateway()
    entry, _, _ = await claimed_demo(house, owner)
    runtime = house.hass.data.pop(DATA_RUNTIME)
    try:
        assert await house.hass.config_entries.async_remove(entry.entry_id)
    finally:
        house.hass.data[DATA_RUNTIME] = runtime
    assert not await asyncio.to_thread(
        Path(hass_config_dir, ".storage", f"{DOMAIN}.demo_device").exists
    )


async def test_deleting_a_demo_device_whose_memory_is_lost_leaves_nothing(
    house: House, hass_config_dir: str
) -> None:
    await house.add_gateway()
    entry, _ = await start_demo(house)
    entries = house.hass.config_entries
    await entries.async_unload(entry.entry_id)
    path = Path(hass_config_dir, ".storage", f"{DOMAIN}.demo_device")
    content = json.loads(await asyncio.to_thread(path.read_text))
    content["data"]["port"] = -1
    await asyncio.to_thread(path.write_text, json.dumps(content))
    await entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "demo_device_lost"
    await asyncio.to_thread(path.unlink)
    await entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert await entries.async_remove(entry.entry_id)
    await start_demo(house)


# --- faults --------------------------------------------------------------------------------------------
async def test_demo_device_that_cannot_remember_does_not_act_and_starts_anew(
    house: House, owner: MockUser, fast_gateway: GatewaySettings
) -> None:
    await house.add_gateway()
    entry, label, _ = await claimed_demo(house, owner)
    serial, before = label["serial"], demo_of(entry)
    saved = PrivateStore.async_save_durably
    failed = asyncio.Event()

    async def fail(store: PrivateStore, content: dict[str, Any]) -> None:
        if store.name == "demo_device" and not failed.is_set():
            failed.set()
            raise StorageError(store.name)
        await saved(store, content)

    with patch.object(PrivateStore, "async_save_durably", fail):
        with pytest.raises(Exception, match="did not carry out|unavailable|no link"):
            await command(house, owner, serial, "switch.outlet", "turn_on")
        assert failed.is_set()
        await another_runs(house, entry, before)
        await is_shown(house, serial)
    await command(house, owner, serial, "switch.outlet", "turn_on")
    assert house.state("switch", f"{serial}-outlet") == "on"


async def test_demo_device_that_cannot_be_started_is_tried_again(house: House) -> None:
    await house.add_gateway()
    entry, _ = await start_demo(house)
    entries = house.hass.config_entries
    await entries.async_unload(entry.entry_id)
    with patch.object(PrivateStore, "async_save_durably", side_effect=StorageError("demo_device")):
        await entries.async_setup(entry.entry_id)
    assert entry.state.value == "setup_retry"
    assert entry.error_reason_translation_key == "demo_device_not_started"
    await entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED


async def test_stop_that_cannot_be_kept_is_told_and_ends_the_device_all_the_same(
    house: House, owner: MockUser, caplog: pytest.LogCaptureFixture
) -> None:
    await house.add_gateway()
    entry, label, _ = await claimed_demo(house, owner)
    port = demo_of(entry).port
    with patch.object(PrivateStore, "async_save_durably", side_effect=StorageError("demo_device")):
        assert await house.hass.config_entries.async_unload(entry.entry_id)
    assert "forgot what it did last" in caplog.text
    with pytest.raises(OSError):
        await asyncio.open_connection("127.0.0.1", port)
    await house.hass.config_entries.async_setup(entry.entry_id)
    await is_shown(house, label["serial"])


async def test_strangers_at_its_port_are_bounded_and_answered_with_nothing(
    house: House, owner: MockUser, caplog: pytest.LogCaptureFixture
) -> None:
    await house.add_gateway()
    entry, label, _ = await claimed_demo(house, owner)
    port = demo_of(entry).port
    streams = [await asyncio.open_connection("127.0.0.1", port) for _ in range(MAX_PEERS + 3)]
    try:
        for _, writer in streams:
            writer.write(b"GET / HTTP/1.1\r\n\r\n" * 40)
        for reader, _ in streams:
            with suppress(ConnectionError):
                assert len(await reader.read()) <= 8  # the generic answer, then the end
    finally:
        for _, writer in streams:
            writer.close()
    await command(house, owner, label["serial"], "switch.outlet", "turn_on")
    assert "Fault" not in caplog.text


async def test_fault_of_its_own_makes_it_start_anew_instead_of_hanging(
    house: House, owner: MockUser, fast_gateway: GatewaySettings
) -> None:
    await house.add_gateway()
    entry, label, _ = await claimed_demo(house, owner)
    before = demo_of(entry)
    with (
        patch.object(before._things, "execute", side_effect=ZeroDivisionError),
        pytest.raises(Exception, match="not known"),
    ):
        await command(house, owner, label["serial"], "switch.outlet", "turn_on")
    await another_runs(house, entry, before)
    await is_shown(house, label["serial"])
    await command(house, owner, label["serial"], "switch.outlet", "turn_on")


async def test_fault_in_its_own_time_makes_it_start_anew(
    house: House, owner: MockUser, lively: None, fast_gateway: GatewaySettings
) -> None:
    await house.add_gateway()
    entry, label, _ = await claimed_demo(house, owner)
    before = demo_of(entry)
    with patch.object(before._things, "measure", side_effect=ZeroDivisionError):
        await another_runs(house, entry, before)
        await is_shown(house, label["serial"])


async def test_ping_that_cannot_be_sent_does_not_disturb(
    house: House, owner: MockUser, lively: None
) -> None:
    await house.add_gateway()
    with patch("socket.socket.sendto", side_effect=OSError):
        _, label = await start_demo(house)
    await claim_card(house, label, owner)
