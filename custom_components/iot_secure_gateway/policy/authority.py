"""Who has authority over a device: its first owner, and whoever got a part of it from above (S31).

Authority is a tree. What an appointment gives is looked up from the first owner down each time, so
it ends by itself with any link above it, and never exceeds what that link has.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from .columns import MAX_ENTRIES, read_id
from .commands import ALL_GROUPS, CommandGroup, read_group
from .groups import DeviceGroup, members
from .reading import fields, many, moment, text, truth, within
from .times import MAX_ID_LENGTH

if TYPE_CHECKING:
    from .state import PolicyState

MAX_CHAIN = 8  # appointments below one another; deeper than any household or firm


class Role(StrEnum):
    """An owner may be given all but the first owner's own acts; a manager does not administer."""

    OWNER = "owner"
    MANAGER = "manager"


ROLE_GROUPS = {Role.OWNER: ALL_GROUPS, Role.MANAGER: ALL_GROUPS - {CommandGroup.ADMINISTER}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A part of one person's authority, given to another person."""

    id: str
    user_id: str
    role: Role
    given_by: str  # user id
    parent: str | None = None  # the giver's own appointment; None: given as first owner
    devices: frozenset[str] = frozenset()  # serials
    device_groups: frozenset[str] = frozenset()  # ids
    commands: frozenset[CommandGroup]  # may be used, and be given to others in rows
    may_appoint: bool = False
    created_at: datetime

    def __post_init__(self) -> None:
        for name in ("id", "user_id", "given_by"):
            read_id(getattr(self, name), name)
        if self.parent is not None:
            read_id(self.parent, "parent")
        if not self.devices and not self.device_groups:
            raise ValueError("devices: name at least one device or group")
        for name in ("devices", "device_groups"):
            if len(getattr(self, name)) > MAX_ENTRIES:
                raise ValueError(f"{name}: expected at most {MAX_ENTRIES} entries")
        if not self.commands <= ROLE_GROUPS[self.role]:
            raise ValueError("commands: are more than this role can have")
        if not self.commands:
            raise ValueError("commands: name at least one group")
        if self.created_at.tzinfo is None:
            raise ValueError("created_at: needs a time zone")

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        found: dict[str, object] = {
            "id": self.id,
            "user_id": self.user_id,
            "role": self.role.value,
            "given_by": self.given_by,
            "commands": sorted(self.commands),
            "may_appoint": self.may_appoint,
            "created_at": self.created_at.isoformat(),
        }
        if self.parent is not None:
            found["parent"] = self.parent
        if self.devices:
            found["devices"] = sorted(self.devices)
        if self.device_groups:
            found["device_groups"] = sorted(self.device_groups)
        return found

    @classmethod
    def from_dict(cls, value: object, place: str) -> Self:
        """Read the JSON form. Raises ValueError that names the place."""
        given = fields(value, place, _FIELDS)
        role, parent = given.get("role"), given.get("parent")
        if not isinstance(role, str) or role not in set(Role):
            raise ValueError(f"{place}.role: expected one of {', '.join(Role)}")
        with within(place):
            return cls(
                id=text(given.get("id"), "id", MAX_ID_LENGTH),
                user_id=text(given.get("user_id"), "user_id", MAX_ID_LENGTH),
                role=Role(role),
                given_by=text(given.get("given_by"), "given_by", MAX_ID_LENGTH),
                parent=None if parent is None else text(parent, "parent", MAX_ID_LENGTH),
                devices=_ids(given, "devices"),
                device_groups=_ids(given, "device_groups"),
                commands=many(given.get("commands"), "commands", len(CommandGroup), read_group),
                may_appoint=truth(given.get("may_appoint"), "may_appoint"),
                created_at=moment(given.get("created_at"), "created_at"),
            )


_FIELDS = (
    "id", "user_id", "role", "given_by", "parent", "devices", "device_groups", "commands", "may_appoint",
    "created_at",
)  # fmt: skip


def _ids(given: Mapping[str, object], name: str) -> frozenset[str]:
    return many(given[name], name, MAX_ENTRIES, read_id) if name in given else frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What one person holds by one link of the tree, as far as everything above it allows."""

    user_id: str
    appointment: str | None  # None: as first owner
    role: Role
    serials: frozenset[str]
    commands: frozenset[CommandGroup]
    may_appoint: bool
    path: tuple[str, ...]  # user ids from the first owner down to this person


def grant_of(state: PolicyState, user_id: str, by: str | None) -> Grant | None:
    """Return what a person holds by an appointment, or as first owner; None when that is nothing."""
    links: list[Appointment] = []
    holder, at = user_id, by
    while at is not None:
        link = state.appointments.get(at)
        if link is None or link.user_id != holder or len(links) == MAX_CHAIN:
            return None
        links.append(link)
        holder, at = link.given_by, link.parent
    grant = Grant(
        user_id=holder,
        appointment=None,
        role=Role.OWNER,
        serials=state.serials_of(holder),
        commands=ALL_GROUPS,
        may_appoint=True,
        path=(holder,),
    )
    for link in reversed(links):
        if not grant.may_appoint:
            return None
        grant = _below(grant, link, state.device_groups)
    return grant if grant.serials and grant.commands else None


def _below(above: Grant, link: Appointment, groups: Mapping[str, DeviceGroup]) -> Grant:
    """Return what a link leaves of the grant above it."""
    serials = link.devices | members(groups, link.device_groups, above.path)
    role = Role.MANAGER if above.role is Role.MANAGER else link.role
    return Grant(
        user_id=link.user_id,
        appointment=link.id,
        role=role,
        serials=above.serials & serials,
        commands=above.commands & link.commands & ROLE_GROUPS[role],
        may_appoint=link.may_appoint,
        path=(*above.path, link.user_id),
    )


def grants_of(state: PolicyState, user_id: str) -> tuple[Grant, ...]:
    """Return all that a person holds: as first owner first, then by appointments, by their ids."""
    links: list[str | None] = [None]
    links += sorted(link.id for link in state.appointments.values() if link.user_id == user_id)
    found = (grant_of(state, user_id, link) for link in links)
    return tuple(grant for grant in found if grant is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """What a person may do with one device: the strongest of what was given."""

    is_first_owner: bool = False
    role: Role | None = None  # None: has none
    commands: frozenset[CommandGroup] = frozenset()
    may_appoint: bool = False
    appointment: str | None = None  # its id; None for the first owner
    path: tuple[str, ...] = ()  # user ids from the first owner down


NO_AUTHORITY = Authority()


def authority_of(state: PolicyState, user_id: str, serial: str) -> Authority:
    """Return the authority of a person over a device; `NO_AUTHORITY` when there is none."""
    grants = [grant for grant in grants_of(state, user_id) if serial in grant.serials]
    if not grants:
        return NO_AUTHORITY
    best = max(grants, key=lambda grant: (grant.appointment is None, *_strength(grant)))
    return Authority(
        is_first_owner=best.appointment is None,
        role=best.role,
        commands=best.commands,
        may_appoint=best.may_appoint,
        appointment=best.appointment,
        path=best.path,
    )


def _strength(grant: Grant) -> tuple[int, bool, str]:
    return len(grant.commands), grant.may_appoint, grant.appointment or ""
