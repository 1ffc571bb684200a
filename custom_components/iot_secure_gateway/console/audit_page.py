"""What the console's page of the record shows: its newest lines, and what they can be filtered by (S16, B21)."""

from typing import Any

from ..people import async_people, device_name
from ..policy.audit_export import shown
from .audit import FILTERS, PAGE, audited, page_of
from .command import Caller, Message
from .devices import SEE_COMMAND
from .subscription import subscription


@subscription("audit_page", FILTERS)
async def ws_audit_page(caller: Caller, msg: Message) -> dict[str, Any]:
    """Show the newest lines that are wanted; the command `audit` has those behind them."""
    lines, cursor = await page_of(caller, msg, PAGE)
    serials = audited(caller)
    # Who lives here is told to those who can see what others did.
    people = await async_people(caller.hass) if serials else [caller.user]
    return {
        "lines": [shown(number, line) for number, line in lines],
        "next": cursor,
        "devices": _devices(caller, serials),
        "people": [{"user_id": user.id, "name": user.name or ""} for user in people],
        "may_verify": bool(serials),
    }


def _devices(caller: Caller, serials: frozenset[str]) -> list[dict[str, str]]:
    """Return what devices are called that the caller may know of."""
    gateway = caller.gateway
    known = [
        {"serial": serial, "name": device_name(gateway, serial)}
        for serial in sorted({*gateway.devices, *gateway.owners} | serials)
        if serial in serials or gateway.judge(caller.actor, serial, SEE_COMMAND).allowed
    ]
    return sorted(known, key=lambda one: (one["name"].casefold(), one["serial"]))


COMMANDS = (ws_audit_page,)
