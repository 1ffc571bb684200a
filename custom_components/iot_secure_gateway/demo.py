"""The device for trying without hardware: an entry that runs it, and a store that is its flash.

To the gateway it is a device like any other, on the other side of a socket. Unloading the entry cuts
its power in order; deleting the entry destroys the device with all it holds.
"""

import asyncio
import logging
import os
import socket
from typing import Any, Final

from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryError, ConfigEntryNotReady

from .attribution import without_request
from .const import DOMAIN
from .demo_device.device import HOST, DemoDevice
from .demo_device.flash import Flash
from .demo_device.identity import Identity, Label
from .gateway.crypto import GatewayCrypto
from .gateway.events import DeviceReset, GatewayEvent
from .runtime import DATA_RUNTIME, DemoConfigEntry
from .storage import PrivateStore, StorageError

_LOGGER = logging.getLogger(__name__)

HEARD_WITHIN_S: Final = 2.0  # on loopback: the time it takes to write the gateway's stores


def draw_label() -> Label:
    """Return the label of a new device."""
    return Label.draw(os.urandom)


def free_port() -> int:
    """Return a TCP port for a new device; opens and closes it, which does not block."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


async def async_make_demo_device(hass: HomeAssistant, label: Label, port: int) -> None:
    """Put a new device into the store; it runs when its entry is set up. Raises StorageError."""
    identity = await hass.async_add_executor_job(label.identity, GatewayCrypto())
    await _store(hass).async_save_durably(_content(identity, port, {}))


async def async_setup_demo_device(hass: HomeAssistant, entry: DemoConfigEntry) -> None:
    """Give the device power."""
    store = _store(hass)
    try:
        identity, port, flash = _read(await store.async_load())
    except (KeyError, TypeError, ValueError) as err:
        raise ConfigEntryError(
            translation_domain=DOMAIN, translation_key="demo_device_lost"
        ) from err
    device = _device(hass, identity, flash)

    async def save(values: dict[str, str]) -> None:
        await store.async_save_durably(_content(identity, device.port, values))

    @callback
    def start_anew() -> None:
        hass.config_entries.async_schedule_reload(entry.entry_id)

    try:
        await without_request(hass, device.start(port, save, start_anew))
    except (OSError, StorageError) as err:
        raise ConfigEntryNotReady(
            translation_domain=DOMAIN, translation_key="demo_device_not_started"
        ) from err
    entry.runtime_data = device

    async def stop(event: Event) -> None:
        await async_stop_demo_device(device)

    # Entries are not unloaded when Home Assistant stops.
    entry.async_on_unload(hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, stop))


async def async_stop_demo_device(device: DemoDevice) -> None:
    """Take the power away, in order."""
    try:
        await device.stop()
    except StorageError as err:
        _LOGGER.warning("The demo device forgot what it did last: %s", err)


async def async_remove_demo_device(hass: HomeAssistant) -> None:
    """Destroy the device: the gateway gives up its binding, its card and the entry of its claim go."""
    store = _store(hass)
    try:
        identity, _, flash = _read(await store.async_load())
    except KeyError, TypeError, ValueError, StorageError:
        pass  # nothing is left that could be told
    else:
        await _async_say_farewell(hass, _device(hass, identity, flash))
        flows = hass.config_entries.flow
        for card in flows.async_progress_by_handler(
            DOMAIN, match_context={"unique_id": identity.serial}
        ):
            flows.async_abort(card["flow_id"])
    await store.async_remove()


async def _async_say_farewell(hass: HomeAssistant, device: DemoDevice) -> None:
    """Let the last ping of the device prove that it is gone; what stands for it here goes, too."""
    told = asyncio.Event()

    @callback
    def on_event(event: GatewayEvent) -> None:
        if isinstance(event, DeviceReset) and event.serial == device.serial:
            told.set()

    runtime = hass.data.get(DATA_RUNTIME)
    if runtime is None or not runtime.gateway.has_binding(device.serial):
        return  # nobody to tell
    stop_listening = runtime.gateway.add_listener(on_event)
    device.farewell()
    try:
        async with asyncio.timeout(HEARD_WITHIN_S):
            await told.wait()
    except TimeoutError:
        return  # the gateway does not listen: the binding stays until the owner deletes that entry
    finally:
        stop_listening()
    entry = hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, device.serial)
    if entry is not None:
        await hass.config_entries.async_remove(entry.entry_id)


def _device(hass: HomeAssistant, identity: Identity, flash: Flash) -> DemoDevice:
    def ping_port() -> int | None:
        runtime = hass.data.get(DATA_RUNTIME)
        return runtime.gateway.ping_port if runtime is not None else None

    return DemoDevice(
        identity=identity,
        flash=flash,
        crypto=GatewayCrypto(),
        random=os.urandom,
        ping_port=ping_port,
    )


def _store(hass: HomeAssistant) -> PrivateStore:
    return PrivateStore(hass, "demo_device")


def _content(identity: Identity, port: int, flash: dict[str, str]) -> dict[str, Any]:
    return {"serial": identity.serial, "prs": identity.prs.hex(), "port": port, "flash": flash}


def _read(content: dict[str, Any] | None) -> tuple[Identity, int, Flash]:
    """Return what was kept. Raises KeyError, TypeError, ValueError."""
    if content is None:
        raise ValueError("nothing was kept")
    identity = Identity(content["serial"], bytes.fromhex(content["prs"]))
    port = content["port"]
    if type(port) is not int or not 0 <= port <= 65535:
        raise ValueError("no port")
    return identity, port, Flash(content["flash"])
