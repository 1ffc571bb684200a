"""What a device's page shows of its owner: who holds authority, who may do what now, and what is under way (S31, B1).

The verdicts are those of the table as it is now, so nothing here can differ from what a command would be answered.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import probatio

from homeassistant.auth.models import User as HomeAssistantUser

from ..attribution import actor_of
from ..const import CONF_SERIAL
from ..gateway.device import Problem
from ..gateway.guest_offers import ACTS
from ..gateway.owner_acts import ROTATE_COMMAND
from ..gateway.printable import printable
from ..gateway.readings import DISCLOSE_COMMAND
from ..gateway.safeguards import RESUME_COMMAND
from ..handing_over import async_has_owner
from ..people import async_people, user_name
from ..policy.authority import grants_of
from ..policy.commands import CommandGroup, group_of
from .authority import shown_authority
from .command import SERIAL, Caller, Message
from .devices import APPOINT_COMMAND, SEE_COMMAND, shown_device
from .handovers import shown_handovers
from .subscription import subscription

MAX_PEOPLE: Final = 128  # whom one page judges, which takes 0.2 ms each; by their names

# What stands for a group of commands, beside what the device's entities take.
_ASKED: Final = (
    SEE_COMMAND,
    "settings",
    "set_settings",
    ROTATE_COMMAND,
    APPOINT_COMMAND,
    RESUME_COMMAND,
)
_ORDER: Final = tuple(group.value for group in CommandGroup)
# Of whoever may not know of the device, and when it is not there, nothing is told.
_GONE: Final[Mapping[str, Any]] = {"is_gone": True}


@subscription("ownership", {probatio.Required(CONF_SERIAL): SERIAL})
async def ws_ownership(caller: Caller, msg: Message) -> Mapping[str, Any]:
    """Show who a device belongs to, who may do what with it now, and what the caller can do about that."""
    serial, gateway = msg[CONF_SERIAL], caller.gateway
    if serial not in gateway.owners or not gateway.judge(caller.actor, serial, SEE_COMMAND).allowed:
        return _GONE
    grants = [
        grant
        for grant in grants_of(gateway.permissions.state, caller.user.id)
        if serial in grant.serials
    ]
    handovers = await shown_handovers(caller)
    device = await shown_device(caller, serial)
    people = await async_people(caller.hass) if grants else []
    people.sort(key=lambda person: (person.name or "").casefold())
    shown = [_verdicts(caller, serial, person) for person in people[:MAX_PEOPLE]]
    shown.sort(key=lambda one: not one["may"])
    is_own = gateway.owners[serial] == caller.user.id
    return {
        "is_gone": False,
        "owner": device["owner"],
        "is_yours": is_own,
        "has_owner": await async_has_owner(caller.hass, gateway, serial),
        "acts": [
            *device["acts"],
            *(
                act
                for act in (RESUME_COMMAND, DISCLOSE_COMMAND)
                if gateway.judge(caller.actor, serial, act).allowed
            ),
        ],
        "may_ask_takeover": caller.user.is_admin and not is_own,
        "problem": device["problem"],
        "address": _address(caller, serial) if device["acts"] else None,
        "suspension": _suspension(caller, serial),
        "guests": device["guests"],
        "offer": next((one for one in handovers["offers"] if one["serial"] == serial), None),
        "takeover": next((one for one in handovers["takeovers"] if one["serial"] == serial), None),
        "authority": await shown_authority(caller, serial),
        "grants": [
            {
                "by": grant.appointment,
                "giver": await user_name(caller.hass, grant.path[-2] if grant.path[1:] else None),
                "role": grant.role.value,
                "commands": sorted(grant.commands),
            }
            for grant in grants
            if grant.may_appoint
        ],
        "groups": sorted(
            {group_of(name).value for name in _commands(caller, serial)}, key=_ORDER.index
        ),
        "people": shown,
        "left_out": len(people) - len(shown),
    }


def _commands(caller: Caller, serial: str) -> tuple[str, ...]:
    """Return what is judged: what stands for each group, and what the device's entities take."""
    device = caller.gateway.devices.get(serial)
    description = device.description if device is not None else None
    kinds = {entity.kind for entity in description.entities} if description is not None else set()
    taken = {act.command for kind in kinds for act in ACTS.get(kind, ())}
    return (*_ASKED, *sorted(taken))


def _verdicts(caller: Caller, serial: str, person: HomeAssistantUser) -> dict[str, Any]:
    """Return what somebody may do now, by groups; of commands that are refused the earliest next time."""
    actor = actor_of(person)
    groups: dict[str, dict[str, Any]] = {}
    may = False
    for command in _commands(caller, serial):
        decision = caller.gateway.judge(actor, serial, command)
        group = groups.setdefault(
            group_of(command).value, {"allowed": [], "refused": 0, "next_at": None, "reason": None}
        )
        may = may or decision.allowed
        if decision.allowed:
            group["allowed"].append(command)
            continue
        group["refused"] += 1
        group["reason"] = group["reason"] or decision.reason.value
        if (next_at := decision.next_allowed_at) is not None:
            at = next_at.astimezone(UTC).isoformat()
            group["next_at"] = min(at, group["next_at"] or at)
    return {
        "user_id": person.id,
        "name": printable(person.name or ""),
        "may": may,
        "groups": groups,
    }


def _address(caller: Caller, serial: str) -> str | None:
    """Return the address of this gateway as a device saw it that does not allow it."""
    device = caller.gateway.devices.get(serial)
    if device is None or device.problem is not Problem.ADDRESS_NOT_ALLOWED:
        return None
    return device.observed_address


def _suspension(caller: Caller, serial: str) -> dict[str, Any] | None:
    """Return why and since when the monitoring policy keeps a device apart, to who can end that."""
    suspension = caller.gateway.safeguards.restraints.suspensions.get(serial)
    if suspension is None or not caller.gateway.judge(caller.actor, serial, RESUME_COMMAND).allowed:
        return None
    return {
        "since": _time(suspension.since),
        "until": _time(suspension.until) if suspension.until else None,
        "lifts_on_power_up": suspension.boot is not None,
        "detection": suspension.detection,
    }


def _time(unix_time: float) -> str:
    return datetime.fromtimestamp(unix_time, UTC).isoformat()


COMMANDS = (ws_ownership,)
