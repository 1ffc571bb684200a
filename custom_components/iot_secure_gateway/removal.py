"""Removing the entry of a device: what becomes of the binding depends on who does it.

Home Assistant lets every administrator delete every entry. Only the owner's deletion releases the
device; anyone else's takes the entry away and leaves the binding, so that nobody can take a device
from its owner by deleting it, and adding it again brings it back without a new claim.
"""

import logging
from typing import Final

from homeassistant.const import CONF_HOST, CONF_PORT
from homeassistant.core import HomeAssistant

from .acts import note_done
from .attribution import acting_user, actor_of, without_request
from .gateway.errors import GatewayError
from .gateway.gateway import Gateway
from .issues import async_not_released, async_removed_by_other, async_reset_is_settled
from .people import user_name
from .policy.actors import Actor, User
from .runtime import DATA_RUNTIME, DeviceConfigEntry, async_connected

_LOGGER = logging.getLogger(__name__)

LINK_WITHIN_S: Final = 10.0  # how long the deletion waits for a link to the device


async def async_remove_device(hass: HomeAssistant, entry: DeviceConfigEntry) -> None:
    """Release the device if its owner removes it; else keep the binding and tell the owner."""
    serial = entry.unique_id or ""
    if (runtime := hass.data.get(DATA_RUNTIME)) is None:
        _LOGGER.warning("Device %s stays bound: the gateway does not run", serial)
        return
    gateway = runtime.gateway
    async_reset_is_settled(hass, serial)
    if not gateway.has_binding(serial):
        return
    actor = actor_of(acting_user(hass))
    note_done(hass, "remove_entry", actor, serial)
    owner_id = gateway.owners.get(serial)
    if isinstance(actor, User) and actor.id == owner_id:
        await _async_release(hass, gateway, entry, serial, actor)
        return
    async_removed_by_other(
        hass,
        serial,
        name=entry.title,
        owner=await user_name(hass, owner_id),
        actor=(actor.name if isinstance(actor, User) else "") or "Home Assistant",
    )
    _LOGGER.warning("Device %s was removed by someone who is not its owner; it stays bound", serial)


async def _async_release(
    hass: HomeAssistant, gateway: Gateway, entry: DeviceConfigEntry, serial: str, actor: Actor
) -> None:
    """Link up once more, for the entry is unloaded by now, and let the device go."""

    async def release() -> bool:
        device = await gateway.attach(serial, entry.data[CONF_HOST], entry.data[CONF_PORT])
        try:
            return await async_connected(device, LINK_WITHIN_S) and await gateway.release(
                serial, actor
            )
        finally:
            await gateway.detach(serial)

    try:
        is_released = await without_request(hass, release())
    except GatewayError as err:
        _LOGGER.warning("Device %s could not be released: %s", serial, err)
        is_released = False
    if not is_released:
        async_not_released(hass, serial, entry.title)
