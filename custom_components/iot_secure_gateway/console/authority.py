"""Commands about authority: who has which over a device, giving others a part of it, ending that (S31)."""

from typing import Any, Final
import uuid

import probatio

from ..const import CONF_SERIAL, CONF_USER_ID
from ..gateway.errors import ChangeRefused, GatewayError, InvalidReceiver
from ..people import async_is_person, async_people, user_name
from ..policy import changes
from ..policy.authority import Appointment, Grant, Role, grant_of, grants_of
from ..policy.commands import CommandGroup
from ..policy.errors import PolicyError
from .command import SERIAL, TEXT, Caller, Message, Result, command

MAX_DEVICES: Final = 256  # named in one appointment; more is a group's job
_ID: Final = probatio.All(str, probatio.Length(min=1, max=64))


class InvalidAppointment(GatewayError):
    """What was to be given does not fit the role that it was to be given with."""

    code = "invalid_appointment"


@command("people")
async def ws_people(caller: Caller, msg: Message) -> Result:
    """Tell whom something can be given to, to those who have something to give."""
    if not grants_of(caller.gateway.permissions.state, caller.user.id):
        return {"people": []}
    people = await async_people(caller.hass)
    return {"people": [{"user_id": user.id, "name": user.name or ""} for user in people]}


@command("authority", {probatio.Required(CONF_SERIAL): SERIAL})
async def ws_authority(caller: Caller, msg: Message) -> Result:
    """Tell who has authority over a device, from its owner down, to those who have some themselves."""
    return {"authority": await shown_authority(caller, msg[CONF_SERIAL])}


async def shown_authority(caller: Caller, serial: str) -> list[dict[str, Any]]:
    """Return who has authority over a device; nobody, to whoever has none themselves."""
    state = caller.gateway.permissions.state
    if not any(serial in grant.serials for grant in grants_of(state, caller.user.id)):
        return []
    grants = [(grant_of(state, state.owners[serial], None), "")]
    grants += [
        (grant_of(state, link.user_id, link.id), link.parent or "")
        for link in state.appointments.values()
    ]
    shown = [
        await _shown(caller, grant, parent)
        for grant, parent in grants
        if grant is not None and serial in grant.serials
    ]
    return sorted(shown, key=lambda grant: (grant["depth"], grant["name"]))


@command(
    "appoint",
    {
        probatio.Required(CONF_USER_ID): TEXT,
        probatio.Required("role"): probatio.In([role.value for role in Role]),
        probatio.Required("serials"): probatio.All(
            [SERIAL], probatio.Length(min=1, max=MAX_DEVICES)
        ),
        probatio.Required("commands"): probatio.All(
            [probatio.In([group.value for group in CommandGroup])], probatio.Length(min=1)
        ),
        probatio.Optional("may_appoint", default=False): bool,
        # The caller's own appointment by which it is given; left out: as first owner.
        probatio.Optional("by", default=None): probatio.Any(None, _ID),
    },
)
async def ws_appoint(caller: Caller, msg: Message) -> Result:
    """Give another person a part of one's own authority. Raises InvalidReceiver, ChangeRefused."""
    if not await async_is_person(caller.hass, msg[CONF_USER_ID]):
        raise InvalidReceiver
    permissions = caller.gateway.permissions
    try:
        appointment = Appointment(
            id=uuid.uuid4().hex,
            user_id=msg[CONF_USER_ID],
            role=Role(msg["role"]),
            given_by=caller.user.id,
            parent=msg["by"],
            devices=frozenset(msg["serials"]),
            commands=frozenset(CommandGroup(group) for group in msg["commands"]),
            may_appoint=msg["may_appoint"],
            created_at=permissions.now(),
        )
    except ValueError:  # a manager who is to administer: the one thing that the fields let pass
        raise InvalidAppointment from None
    await permissions.change(
        lambda state: changes.appoint(state, caller.actor, appointment), caller.actor
    )
    return {"appointment": appointment.id}


@command("revoke", {probatio.Required("appointment"): _ID})
async def ws_revoke(caller: Caller, msg: Message) -> Result:
    """End an appointment, with all that hung on it."""
    appointment_id: str = msg["appointment"]
    await caller.gateway.permissions.change(
        lambda state: changes.revoke(state, caller.actor, appointment_id), caller.actor
    )
    return None


@command("revoking", {probatio.Required("appointment"): _ID})
async def ws_revoking(caller: Caller, msg: Message) -> Result:
    """Tell what would end with an appointment, to who may end it; nothing changes."""
    state = caller.gateway.permissions.state
    try:
        left = changes.revoke(state, caller.actor, msg["appointment"])
    except PolicyError as error:
        raise ChangeRefused(error) from None
    ended = [
        state.appointments[key] for key in state.appointments.keys() - left.appointments.keys()
    ]
    below = {link.user_id for link in ended if link.id != msg["appointment"]}
    held = grant_of(state, state.appointments[msg["appointment"]].user_id, msg["appointment"])
    return {
        "people": sorted([await user_name(caller.hass, user_id) for user_id in below]),
        "rows": len(state.rows) - len(left.rows),
        "devices": len(held.serials) if held is not None else 0,
    }


async def _shown(caller: Caller, grant: Grant, parent: str) -> dict[str, Any]:
    state = caller.gateway.permissions.state
    link = state.appointments.get(grant.appointment) if grant.appointment is not None else None
    return {
        "user_id": grant.user_id,
        "name": await user_name(caller.hass, grant.user_id),
        "appointment": grant.appointment,  # None: the first owner
        "parent": parent or None,
        "depth": len(grant.path) - 1,
        "role": grant.role.value,
        "commands": sorted(grant.commands),
        "may_appoint": grant.may_appoint,
        "may_end": link is not None and changes.may_end(state, caller.user.id, link),
    }


COMMANDS = (ws_people, ws_authority, ws_appoint, ws_revoking, ws_revoke)
