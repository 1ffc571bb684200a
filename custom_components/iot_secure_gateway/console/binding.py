"""Commands about the binding of a device: a new key, other gateways, the address of this one."""

from typing import Final

import probatio

from homeassistant.helpers.typing import VolDictType

from ..const import CONF_SERIAL, CONF_SLOT
from .command import SERIAL, Caller, Message, Result, command

_ONE_DEVICE: Final[VolDictType] = {probatio.Required(CONF_SERIAL): SERIAL}


@command("rotate_key", _ONE_DEVICE)
async def ws_rotate_key(caller: Caller, msg: Message) -> Result:
    """Replace the binding key."""
    await caller.gateway.rotate_key(msg[CONF_SERIAL], caller.actor)
    return None


@command("invite_gateway", _ONE_DEVICE)
async def ws_invite_gateway(caller: Caller, msg: Message) -> Result:
    """Let another gateway claim the device; its code is told here, once."""
    invitation = await caller.gateway.invite_gateway(msg[CONF_SERIAL], caller.actor)
    return {
        CONF_SLOT: invitation.slot,
        "password": invitation.code,
        "expires_in": invitation.expires_in,
    }


@command("remove_gateway", {**_ONE_DEVICE, probatio.Required(CONF_SLOT): int})
async def ws_remove_gateway(caller: Caller, msg: Message) -> Result:
    """Take an invitation back, and the binding that came of it."""
    await caller.gateway.remove_gateway(msg[CONF_SERIAL], msg[CONF_SLOT], caller.actor)
    return None


@command("allow_address", _ONE_DEVICE)
async def ws_allow_address(caller: Caller, msg: Message) -> Result:
    """Confirm that the address which the device saw is that of this gateway."""
    await caller.gateway.allow_address(msg[CONF_SERIAL], caller.actor)
    return None


@command("accept_backup", _ONE_DEVICE)
async def ws_accept_backup(caller: Caller, msg: Message) -> Result:
    """Let this gateway, which was restored from a backup, go on with the device."""
    await caller.gateway.restoring.accept(msg[CONF_SERIAL], caller.actor)
    return None


COMMANDS = (
    ws_rotate_key,
    ws_invite_gateway,
    ws_remove_gateway,
    ws_allow_address,
    ws_accept_backup,
)
