"""Commands about devices that are set up: which there are, giving one up, looking for it elsewhere."""

from typing import Any, Final

import probatio

from homeassistant.const import CONF_HOST, CONF_PORT
from homeassistant.helpers import device_registry as dr

from ..claiming import entry_of
from ..const import CONF_SERIAL, DOMAIN, MOVE_COMMAND
from ..gateway.errors import NoAnswer
from ..gateway.gateway import RELEASE_COMMAND
from ..gateway.owner_acts import ALLOW_COMMAND, INVITE_COMMAND, REMOVE_COMMAND, ROTATE_COMMAND
from ..gateway.ownership import TRANSFER_COMMAND
from ..gateway.restoring import ACCEPT_COMMAND
from ..moving import async_move
from ..people import device_name, user_name
from .command import PORT, SERIAL, TEXT, Caller, Message, Result, command

SEE_COMMAND: Final = "read"  # who may have its values may know of it
APPOINT_COMMAND: Final = "appoint"
ACTS: Final = (
    RELEASE_COMMAND,
    MOVE_COMMAND,
    ROTATE_COMMAND,
    INVITE_COMMAND,
    REMOVE_COMMAND,
    ALLOW_COMMAND,
    ACCEPT_COMMAND,
    TRANSFER_COMMAND,
    APPOINT_COMMAND,
)


@command("devices")
async def ws_devices(caller: Caller, msg: Message) -> Result:
    """Tell of each device that the caller may see what it is, and what the caller may do with it."""
    return {"devices": await shown_devices(caller)}


async def shown_devices(caller: Caller) -> list[dict[str, Any]]:
    """Return what the caller is told of all devices that they may see."""
    gateway = caller.gateway
    return [
        await shown_device(caller, serial)
        for serial in sorted({*gateway.devices, *gateway.owners})
        if gateway.judge(caller.actor, serial, SEE_COMMAND).allowed
    ]


@command("release", {probatio.Required(CONF_SERIAL): SERIAL})
async def ws_release(caller: Caller, msg: Message) -> Result:
    """Give a device up: it forgets this gateway, and its entry goes. Without its answer all stays."""
    serial: str = msg[CONF_SERIAL]
    if not await caller.gateway.release(serial, caller.actor):
        raise NoAnswer
    if (entry := entry_of(caller.hass, serial)) is not None:
        await caller.hass.config_entries.async_remove(entry.entry_id)
    return None


@command(
    "move",
    {
        probatio.Required(CONF_SERIAL): SERIAL,
        probatio.Required(CONF_HOST): TEXT,
        probatio.Required(CONF_PORT): PORT,
    },
)
async def ws_move(caller: Caller, msg: Message) -> Result:
    """Look for a device at another address; where it is not reached, all stays."""
    await async_move(
        caller.hass, caller.gateway, caller.actor, msg[CONF_SERIAL], msg[CONF_HOST], msg[CONF_PORT]
    )
    return None


async def shown_device(caller: Caller, serial: str) -> dict[str, Any]:
    """Return what the caller is told of a device that they may see."""
    hass, gateway = caller.hass, caller.gateway
    device, entry = gateway.devices.get(serial), entry_of(hass, serial)
    description = device.description if device is not None else None
    registered = (
        dr.async_get(hass).async_get_device_by_identifier((DOMAIN, serial), entry.entry_id)
        if entry is not None
        else None
    )
    acts = [act for act in ACTS if gateway.judge(caller.actor, serial, act).allowed]
    return {
        "serial": serial,
        "name": device_name(gateway, serial),
        "device_id": registered.id if registered is not None else None,
        "is_set_up": entry is not None,
        "is_connected": device is not None and device.is_connected,
        "problem": device.problem if device is not None else None,
        "model": description.facts.model if description is not None else "",
        "firmware": (device.firmware if device is not None else None) or "",
        "owner": await user_name(hass, gateway.owners.get(serial)),
        "is_yours": gateway.owners.get(serial) == caller.user.id,
        "acts": acts,
        # Where it is and who stands in concerns those who look after it.
        "host": device.host if device is not None and MOVE_COMMAND in acts else None,
        "port": device.port if device is not None and MOVE_COMMAND in acts else None,
        "guests": list(gateway.guests(serial)) if REMOVE_COMMAND in acts else [],
    }


COMMANDS = (ws_devices, ws_release, ws_move)
