"""Commands that bring devices in: what pings and can be claimed, a claim, bringing back what was removed.

Whoever is logged in may claim, for themselves (FIG 3 step 310): the password is what entitles.
"""

from typing import Final

import probatio

from homeassistant.config_entries import SOURCE_IGNORE, SOURCE_IMPORT
from homeassistant.const import ATTR_AREA_ID, CONF_HOST, CONF_NAME, CONF_PASSWORD, CONF_PORT
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.helpers.typing import VolDictType

from ..claim_codes import read_typed
from ..claiming import async_claim, entry_of
from ..const import CONF_SERIAL, DEFAULT_DEVICE_PORT, DOMAIN, RESTORE_COMMAND
from ..discovery import may_be_shown
from ..gateway.errors import InvalidAddress, InvalidSerial, NoBinding
from ..protocol.identifiers import normalise_serial
from ..starter import CONF_AUTOMATIONS, CONF_HOUSEHOLD, Household, async_asks_starter, async_starter
from .command import PORT, SERIAL, TEXT, Caller, Message, Result, command

_ADDRESS: Final[VolDictType] = {
    probatio.Optional(CONF_HOST): TEXT,
    probatio.Optional(CONF_PORT): PORT,
}
# What the device is called and where it is, as its owner says.
_PLACE: Final[VolDictType] = {
    probatio.Optional(CONF_NAME): TEXT,
    probatio.Optional(ATTR_AREA_ID): probatio.Any(None, TEXT),
}


@command("discovered")
async def ws_discovered(caller: Caller, msg: Message) -> Result:
    """Tell which devices ping and could be added; all that they say is unproven."""
    return {
        "devices": shown_discovered(caller),
        "asks_starter": await async_asks_starter(caller.hass),
    }


def shown_discovered(caller: Caller) -> list[dict[str, object]]:
    """Return what is told of devices that ping and could be added."""
    return [
        {
            "serial": seen.serial,
            "host": seen.host,
            "port": seen.port,
            "model": seen.model,
            "firmware": seen.firmware,
            "is_bound": seen.claimed,  # its key is here: it comes back without a claim
        }
        for seen in caller.gateway.discovered.values()
        if may_be_shown(caller.hass, caller.gateway, seen)
    ]


@command("claim_state", {probatio.Required(CONF_SERIAL): TEXT})
async def ws_claim_state(caller: Caller, msg: Message) -> Result:
    """Tell how many wrong passwords are left for a serial here, and for how many seconds it is locked."""
    state = caller.gateway.claim_state(msg[CONF_SERIAL])
    return {"attempts_left": state.attempts_left, "locked_for": state.locked_for}


@command(
    "claim",
    {
        # The serial may be left out where the password is the text of the label's code.
        probatio.Optional(CONF_SERIAL, default=""): TEXT,
        probatio.Required(CONF_PASSWORD): TEXT,
        **_ADDRESS,
        **_PLACE,
        probatio.Optional(CONF_HOUSEHOLD): probatio.In([choice.value for choice in Household]),
        probatio.Optional(CONF_AUTOMATIONS): bool,
    },
)
async def ws_claim(caller: Caller, msg: Message) -> Result:
    """Claim a device for the caller; without an address, where it pings from."""
    typed = read_typed(msg[CONF_SERIAL], msg[CONF_PASSWORD])
    serial = normalise_serial(typed.serial)
    if serial is None:
        raise InvalidSerial
    msg[CONF_SERIAL] = serial  # what the texts of errors speak of
    host, port = _address(caller, msg, serial)
    await async_claim(
        caller.hass,
        caller.gateway,
        serial=serial,
        password=typed.password,
        host=host,
        port=port,
        owner_id=caller.user.id,
        claimant_id=caller.user.id,
        starter=await async_starter(caller.hass, msg),
    )
    return await _async_add_entry(caller, msg, serial, host, port)


@command("restore", {probatio.Required(CONF_SERIAL): SERIAL, **_ADDRESS, **_PLACE})
async def ws_restore(caller: Caller, msg: Message) -> Result:
    """Bring back a device whose binding is still here."""
    serial: str = msg[CONF_SERIAL]
    caller.gateway.require(caller.actor, serial, RESTORE_COMMAND)
    if not caller.gateway.has_binding(serial):
        raise NoBinding
    host, port = _address(caller, msg, serial)
    if not host:
        raise InvalidAddress
    return await _async_add_entry(caller, msg, serial, host, port)


def _address(caller: Caller, msg: Message, serial: str) -> tuple[str, int]:
    """Return where the device is, as it was typed or as it pings; no host where nobody knows."""
    if CONF_HOST in msg:
        return msg[CONF_HOST], msg.get(CONF_PORT, DEFAULT_DEVICE_PORT)
    seen = caller.gateway.discovered.get(serial)
    if seen is None:
        return "", DEFAULT_DEVICE_PORT
    return seen.host, seen.port


async def _async_add_entry(
    caller: Caller, msg: Message, serial: str, host: str, port: int
) -> dict[str, object]:
    """Give the device an entry, or bring the one it has up to date, and name and place it."""
    hass = caller.hass
    entry = entry_of(hass, serial)
    address = {CONF_HOST: host, CONF_PORT: port}
    if entry is not None and entry.source != SOURCE_IGNORE:
        hass.config_entries.async_update_entry(entry, data=address)
        await hass.config_entries.async_reload(entry.entry_id)
    else:
        result = await hass.config_entries.flow.async_init(
            DOMAIN, context={"source": SOURCE_IMPORT}, data={CONF_SERIAL: serial, **address}
        )
        if result["type"] is not FlowResultType.CREATE_ENTRY:
            raise NoBinding  # released between the two steps
        entry = result["result"]
    devices = dr.async_get(hass)
    device = devices.async_get_device_by_identifier((DOMAIN, serial), entry.entry_id)
    if device is None:
        return {"serial": serial, "device_id": None}
    if msg.get(CONF_NAME):
        devices.async_update_device(device.id, name_by_user=msg[CONF_NAME])
    area_id = msg.get(ATTR_AREA_ID)
    if area_id and ar.async_get(hass).async_get_area(area_id) is not None:
        devices.async_update_device(device.id, area_id=area_id)
    return {"serial": serial, "device_id": device.id}


COMMANDS = (ws_discovered, ws_claim_state, ws_claim, ws_restore)
