"""What the console's page of permissions shows: the four-column table, and what its rows can name (FIG 8)."""

from typing import Any

from ..gateway.guest_offers import ACTS
from ..gateway.kinds import CAMERA, VIDEO_COMMANDS
from ..modules import MODULE_GUEST_PASSES, is_on
from ..people import async_people, device_name
from ..policy.authority import Grant, grants_of
from .command import Caller, Message
from .devices import SEE_COMMAND
from .row_references import shown_references
from .rows import PAGE, shown_rows
from .subscription import subscription


@subscription("permissions", PAGE)
async def ws_permissions(caller: Caller, msg: Message) -> dict[str, Any]:
    """Show a page of the rows that the caller sees, and what the caller can make rows of."""
    grants = grants_of(caller.gateway.permissions.state, caller.user.id)
    # Whom something can be given to is told to those who have something to give.
    people = await async_people(caller.hass) if grants else [caller.user]
    return {
        **await shown_rows(caller, msg),
        "references": await shown_references(caller),
        "grants": [_grant(grant) for grant in grants],
        "devices": _devices(caller, grants),
        "people": [{"user_id": user.id, "name": user.name or ""} for user in people],
        "has_passes": is_on(caller.hass, MODULE_GUEST_PASSES),
    }


def _grant(grant: Grant) -> dict[str, Any]:
    """Return by what the caller can make rows: as first owner, or by an appointment."""
    return {
        "by": grant.appointment,
        "role": grant.role.value,
        "serials": sorted(grant.serials),
        "commands": sorted(grant.commands),
    }


def _devices(caller: Caller, grants: tuple[Grant, ...]) -> list[dict[str, Any]]:
    """Return the devices that the caller can ask about: about others only with authority."""
    gateway = caller.gateway
    held = frozenset[str]().union(*(grant.serials for grant in grants))
    found = [
        {
            "serial": serial,
            "name": device_name(gateway, serial),
            "has_authority": serial in held,
            "commands": _commands(caller, serial),
        }
        for serial in sorted({*gateway.devices, *gateway.owners} | held)
        if serial in held or gateway.judge(caller.actor, serial, SEE_COMMAND).allowed
    ]
    return sorted(found, key=lambda one: (str(one["name"]).casefold(), str(one["serial"])))


def _commands(caller: Caller, serial: str) -> list[str]:
    """Return the commands for a device's entities that rows name."""
    device = caller.gateway.devices.get(serial)
    description = device.description if device is not None else None
    kinds = {entity.kind for entity in description.entities} if description is not None else set()
    named = {act.command for kind in kinds for act in ACTS.get(kind, ())}
    return sorted(named.union(VIDEO_COMMANDS if CAMERA in kinds else ()))


COMMANDS = (ws_permissions,)
