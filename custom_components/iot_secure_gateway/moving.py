"""Looking for a device at another address: tried before it is kept."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.const import CONF_HOST, CONF_PORT
from homeassistant.core import HomeAssistant

from .claiming import entry_of
from .const import MOVE_COMMAND
from .gateway.claims import check_address
from .gateway.errors import DeviceUnreachable, UnknownDevice
from .gateway.gateway import Gateway
from .gateway.printable import printable
from .policy.actors import Actor
from .runtime import async_connected

LINK_WITHIN_S: Final = 10.0  # that a device may take to be linked at its new address


async def async_move(
    hass: HomeAssistant, gateway: Gateway, actor: Actor, serial: str, host: str, port: int
) -> None:
    """Link a device at another address; where it is not reached, it is looked for where it was.

    Raises Refused, UnknownDevice, InvalidAddress, DeviceUnreachable.
    """
    gateway.require(actor, serial, MOVE_COMMAND)
    host = check_address(host, port)
    entry = entry_of(hass, serial)
    if entry is None or serial not in gateway.devices:
        raise UnknownDevice
    before = dict(entry.data)
    if not await _async_linked_at(hass, gateway, serial, {CONF_HOST: host, CONF_PORT: port}):
        await _async_look_at(hass, serial, before)
        raise DeviceUnreachable(printable(host), port)


async def _async_linked_at(
    hass: HomeAssistant, gateway: Gateway, serial: str, address: Mapping[str, Any]
) -> bool:
    await _async_look_at(hass, serial, address)
    device = gateway.devices.get(serial)
    return device is not None and await async_connected(device, LINK_WITHIN_S)


async def _async_look_at(hass: HomeAssistant, serial: str, address: Mapping[str, Any]) -> None:
    if (entry := entry_of(hass, serial)) is not None:
        hass.config_entries.async_update_entry(entry, data=address)
        await hass.config_entries.async_reload(entry.entry_id)
