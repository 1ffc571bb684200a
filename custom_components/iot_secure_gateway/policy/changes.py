"""Changes of authority: each returns a new state, or raises PolicyError and nothing changed.

Who does it is named by `actor`; only a person can. What the gateway does by itself - a device was
claimed or released, a user deleted - takes no actor. Rows and groups are changed in `row_changes.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from .actors import Actor, User
from .authority import MAX_CHAIN, Appointment, Grant, Role, grant_of
from .errors import PolicyError
from .groups import counted
from .rows import Row
from .state import MAX_APPOINTMENTS, MAX_DEVICES, PolicyState, Shared


def set_owner(state: PolicyState, serial: str, user_id: str) -> PolicyState:
    """A device was claimed: its first owner is this user. All that another one gave on it ends."""
    owner = state.owners.get(serial)
    if owner == user_id:
        return state
    if owner is None and len(state.owners) >= MAX_DEVICES:
        raise PolicyError("too_many_devices", limit=str(MAX_DEVICES))
    state = forget_device(state, serial)
    return replace(state, owners={**state.owners, serial: user_id})


def transfer(state: PolicyState, actor: Actor, serial: str, receiver: str) -> PolicyState:
    """The first owner hands a device over. All that the old one gave on it ends."""
    if state.owners.get(serial) != person(actor):
        raise PolicyError("not_first_owner")
    return set_owner(state, serial, receiver)


def forget_device(state: PolicyState, serial: str) -> PolicyState:
    """A device was released: nobody owns it, and nothing that names it is left to come back."""
    rows = (_row_without(row, serial) for row in state.rows.values())
    state = replace(
        state,
        owners=_without(state.owners, {serial}),
        rows={row.number: row for row in rows if row is not None},
        device_groups={
            group.id: replace(group, serials=group.serials - {serial})
            for group in state.device_groups.values()
        },
    )
    named = [link for link in state.appointments.values() if serial in link.devices]
    narrowed = {
        link.id: replace(link, devices=link.devices - {serial})
        for link in named
        if link.device_groups or link.devices != {serial}
    }
    state = replace(state, appointments={**state.appointments, **narrowed})
    return _cut(state, (link.id for link in named if link.id not in narrowed))


def forget_user(state: PolicyState, user_id: str) -> PolicyState:
    """A user was deleted: what they were given ends, and all that they gave, also as first owner.

    Their devices stay theirs, for nobody inherits silently; so nobody else may do anything with these.
    """
    links = state.appointments.values()
    state = _cut(state, [link.id for link in links if user_id in (link.user_id, link.given_by)])
    return replace(
        state,
        rows={row.number: row for row in state.rows.values() if row.made_by != user_id},
        user_groups=_of_others(state.user_groups, user_id),
        device_groups=_of_others(state.device_groups, user_id),
        command_groups=_of_others(state.command_groups, user_id),
        shifts=_of_others(state.shifts, user_id),
    )


def appoint(state: PolicyState, actor: Actor, appointment: Appointment) -> PolicyState:
    """Give another person a part of one's own authority: as first owner, or by one's own appointment."""
    giver = person(actor)
    if appointment.given_by != giver:
        raise PolicyError("not_yours")
    if appointment.user_id == giver:
        raise PolicyError("appoints_self")
    if appointment.id in state.appointments:
        raise PolicyError("appointment_exists")
    if len(state.appointments) >= MAX_APPOINTMENTS:
        raise PolicyError("too_many_appointments", limit=str(MAX_APPOINTMENTS))
    grant = grant_of(state, giver, appointment.parent)
    if grant is None or not grant.may_appoint:
        raise PolicyError("may_not_appoint")
    if len(grant.path) > MAX_CHAIN:
        raise PolicyError("chain_too_long", limit=str(MAX_CHAIN))
    if appointment.role is Role.OWNER and grant.role is Role.MANAGER:
        raise PolicyError("grants_too_much")
    if not appointment.commands <= grant.commands or not appointment.devices <= grant.serials:
        raise PolicyError("grants_too_much")
    for group_id in sorted(appointment.device_groups):
        if not counted(state.device_groups, (group_id,), grant.path):
            raise PolicyError("unknown_group", group=group_id)
    return replace(state, appointments={**state.appointments, appointment.id: appointment})


def revoke(state: PolicyState, actor: Actor, appointment_id: str) -> PolicyState:
    """End an appointment with all that hung on it: by who is above it, or by who has it."""
    link = state.appointments.get(appointment_id)
    if link is None:
        raise PolicyError("unknown_appointment")
    if not may_end(state, person(actor), link):
        raise PolicyError("not_yours")
    return _cut(state, [appointment_id])


def may_end(state: PolicyState, user_id: str, link: Appointment) -> bool:
    """Return whether a person stands above an appointment, or has it."""
    if user_id in {link.user_id, link.given_by}:
        return True
    grant = grant_of(state, link.user_id, link.id)
    return grant is not None and user_id in grant.path


def person(actor: Actor) -> str:
    """Return the id of the person who makes a change. Raises PolicyError for whatever is none."""
    if not isinstance(actor, User) or not actor.id:
        raise PolicyError("not_a_person")
    return actor.id


def held(state: PolicyState, user_id: str, by: str | None) -> Grant:
    """Return what a person holds by an appointment or as first owner. Raises PolicyError."""
    grant = grant_of(state, user_id, by)
    if grant is None:
        raise PolicyError("no_authority")
    return grant


def _cut(state: PolicyState, appointments: Iterable[str]) -> PolicyState:
    """Return the state without these appointments, those below them, and the rows made by them."""
    gone: set[str | None] = set(appointments)
    if not gone:
        return state
    while below := {link.id for link in state.appointments.values() if link.parent in gone} - gone:
        gone |= below
    return replace(
        state,
        appointments=_without(state.appointments, gone),
        rows={row.number: row for row in state.rows.values() if row.by not in gone},
    )


def _row_without(row: Row, serial: str) -> Row | None:
    """Return a row that does not name the device, or None when it would name none."""
    devices = row.devices
    if serial not in devices.serials:
        return row
    if devices.serials == {serial} and not (
        devices.all_of_maker or devices.groups or devices.areas or devices.labels
    ):
        return None
    return replace(row, devices=replace(devices, serials=devices.serials - {serial}))


def _without[V](records: Mapping[str, V], gone: set[str | None] | set[str]) -> dict[str, V]:
    return {key: value for key, value in records.items() if key not in gone}


def _of_others[V: Shared](records: Mapping[str, V], user_id: str) -> dict[str, V]:
    return {key: record for key, record in records.items() if record.made_by != user_id}
