"""Commands by which devices change hands: a transfer of two people, and break-glass."""

from datetime import UTC, datetime
from typing import Any, Final

import probatio

from homeassistant.helpers.typing import VolDictType

from ..const import CONF_SERIAL, CONF_USER_ID
from ..handing_over import async_ask_takeover, async_has_owner, async_offer, async_take_over
from ..people import device_name, user_name
from .command import SERIAL, TEXT, Caller, Message, Result, command

_ONE_DEVICE: Final[VolDictType] = {probatio.Required(CONF_SERIAL): SERIAL}


@command("handovers")
async def ws_handovers(caller: Caller, msg: Message) -> Result:
    """Tell what is offered and asked for, as far as the caller has a part in it."""
    return await shown_handovers(caller)


async def shown_handovers(caller: Caller) -> dict[str, list[dict[str, Any]]]:
    """Return what is offered and asked for, as far as the caller has a part in it."""
    gateway, own_id = caller.gateway, caller.user.id
    offers: list[dict[str, Any]] = []
    takeovers: list[dict[str, Any]] = []
    orphans: list[dict[str, Any]] = []
    for serial in sorted(gateway.owners):
        device = {"serial": serial, "name": device_name(gateway, serial)}
        offer = gateway.ownership.offer(serial)
        if offer is not None and own_id in (offer.from_id, offer.to_id):
            offers.append(device | await _between(caller, offer.from_id, offer.to_id, offer.until))
        asked = gateway.ownership.takeover(serial)
        if asked is not None and own_id in (asked.from_id, asked.by_id):
            people = await _between(caller, asked.from_id, asked.by_id, asked.due_at)
            takeovers.append(device | people)
        if caller.user.is_admin and not await async_has_owner(caller.hass, gateway, serial):
            orphans.append(device)
    return {"offers": offers, "takeovers": takeovers, "orphans": orphans}


@command("offer_transfer", {**_ONE_DEVICE, probatio.Required(CONF_USER_ID): TEXT})
async def ws_offer_transfer(caller: Caller, msg: Message) -> Result:
    """Offer a device of one's own to another person, who has to accept it."""
    to_id: str = msg[CONF_USER_ID]
    await async_offer(caller.hass, caller.gateway, caller.user, msg[CONF_SERIAL], to_id)
    return None


@command("accept_transfer", _ONE_DEVICE)
async def ws_accept_transfer(caller: Caller, msg: Message) -> Result:
    """Take a device over that was offered."""
    await caller.gateway.ownership.accept_transfer(msg[CONF_SERIAL], caller.actor)
    return None


@command("end_transfer", _ONE_DEVICE)
async def ws_end_transfer(caller: Caller, msg: Message) -> Result:
    """Withdraw what one offered, or decline what one was offered."""
    await caller.gateway.ownership.end_transfer(msg[CONF_SERIAL], caller.actor)
    return None


@command("ask_takeover", _ONE_DEVICE)
async def ws_ask_takeover(caller: Caller, msg: Message) -> Result:
    """Ask for a device whose owner cannot act; the owner is told, and may object in time."""
    asked = await async_ask_takeover(caller.hass, caller.gateway, caller.user, msg[CONF_SERIAL])
    return {"due_at": _time(asked.due_at)}


@command("object_takeover", _ONE_DEVICE)
async def ws_object_takeover(caller: Caller, msg: Message) -> Result:
    """Keep a device of one's own that an administrator asks for, or ask for it no longer."""
    await caller.gateway.ownership.object_takeover(msg[CONF_SERIAL], caller.actor)
    return None


@command("take_over", _ONE_DEVICE)
async def ws_take_over(caller: Caller, msg: Message) -> Result:
    """Complete what one asked for."""
    await async_take_over(caller.gateway, caller.user, msg[CONF_SERIAL])
    return None


async def _between(caller: Caller, from_id: str, to_id: str, at: float) -> dict[str, Any]:
    return {
        "from": await user_name(caller.hass, from_id),
        "to": await user_name(caller.hass, to_id),
        "is_to_you": to_id == caller.user.id,
        "at": _time(at),  # an offer ends then; a takeover may be completed from then on
    }


def _time(unix_time: float) -> str:
    return datetime.fromtimestamp(unix_time, UTC).isoformat()


COMMANDS = (
    ws_handovers,
    ws_offer_transfer,
    ws_accept_transfer,
    ws_end_transfer,
    ws_ask_takeover,
    ws_object_takeover,
    ws_take_over,
)
