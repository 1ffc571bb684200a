"""All that permissions are judged by, in one record that changes as a whole (FIG 2 box 235).

A record is never changed: `changes.py` makes new ones. The JSON form is read with suspicion, so
that a damaged store is noticed at once and by its place.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol, Self

from .authority import MAX_CHAIN, Appointment
from .columns import read_id
from .groups import DeviceGroup, OwnCommandGroup, UserGroup, badly_nested
from .reading import fields, whole_number
from .rows import MAX_NUMBER, Row
from .times import Shift

MAX_DEVICES = 10_000
MAX_ROWS = 20_000
MAX_APPOINTMENTS = 1000
MAX_GROUPS = 1000  # of each kind
MAX_SHIFTS = 1000

type Shared = UserGroup | DeviceGroup | OwnCommandGroup | Shift  # what rows refer to


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyState:
    """Owners, authority, rows, and what rows refer to."""

    owners: Mapping[str, str] = field(default_factory=dict)  # user id of the first owner by serial
    appointments: Mapping[str, Appointment] = field(default_factory=dict)
    rows: Mapping[int, Row] = field(default_factory=dict)
    user_groups: Mapping[str, UserGroup] = field(default_factory=dict)
    device_groups: Mapping[str, DeviceGroup] = field(default_factory=dict)
    command_groups: Mapping[str, OwnCommandGroup] = field(default_factory=dict)
    shifts: Mapping[str, Shift] = field(default_factory=dict)
    next_number: int = 1  # of the next new row; numbers are never used again
    _owned: Mapping[str, frozenset[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name in ("owners", "appointments", "rows", *_SHARED):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))
        owned: dict[str, set[str]] = {}
        for serial, user_id in self.owners.items():
            owned.setdefault(user_id, set()).add(serial)
        by_user = {user_id: frozenset(serials) for user_id, serials in owned.items()}
        object.__setattr__(self, "_owned", by_user)

    def serials_of(self, user_id: str) -> frozenset[str]:
        """Return the devices that a person is first owner of."""
        return self._owned.get(user_id, frozenset())

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        found: dict[str, object] = {"owners": dict(sorted(self.owners.items()))}
        found["appointments"] = _listed(self.appointments)
        found["rows"] = [row.to_dict() for _, row in sorted(self.rows.items())]
        for name in _SHARED:
            found[name] = _listed(getattr(self, name))
        found["next_number"] = self.next_number
        return found

    @classmethod
    def from_dict(cls, value: object, place: str = "policy") -> Self:
        """Read the JSON form. Raises ValueError that names the place."""
        given = fields(value, place, ("owners", "appointments", "rows", *_SHARED, "next_number"))
        state = cls(
            owners=_read_owners(given.get("owners", {}), f"{place}.owners"),
            appointments=_read_by_id(
                given, place, "appointments", MAX_APPOINTMENTS, Appointment.from_dict
            ),
            rows=read_rows(given.get("rows", []), f"{place}.rows"),
            **read_shared(given, place),  # type: ignore[arg-type]
            next_number=whole_number(
                given.get("next_number", 1), f"{place}.next_number", 1, MAX_NUMBER
            ),
        )
        if state.next_number <= max(state.rows, default=0):
            raise ValueError(f"{place}.next_number: is not beyond all rows")
        check_nesting(state, place)
        for link in state.appointments.values():
            if _is_too_deep(state.appointments, link):
                raise ValueError(f"{place}.appointments: are too deep, or hang on themselves")
        return state


class Identified(Protocol):
    """A record with an id of its own."""

    @property
    def id(self) -> str:
        """Return the id."""

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""


def read_rows(value: object, place: str) -> dict[int, Row]:
    """Read rows, each with a number of its own. Raises ValueError that names the place."""
    rows: dict[int, Row] = {}
    for at, entry in enumerate(_entries(value, place, MAX_ROWS)):
        row = Row.from_dict(entry, f"{place}[{at}]")
        if row.number in rows or row.number < 1:
            raise ValueError(f"{place}[{at}].number: is not one of its own")
        rows[row.number] = row
    return rows


def read_shared(given: Mapping[str, object], place: str) -> dict[str, Mapping[str, Identified]]:
    """Read groups and shifts. Raises ValueError that names the place."""
    return {
        name: _read_by_id(given, place, name, max_count, read)
        for name, (max_count, read) in _SHARED.items()
    }


def check_nesting(state: PolicyState, place: str) -> None:
    """Raise ValueError when groups contain themselves or too many levels of groups."""
    for name in ("user_groups", "device_groups"):
        if badly_nested(getattr(state, name)) is not None:
            raise ValueError(f"{place}.{name}: are too deep, or contain themselves")


# What rows refer to: how many there may be, and how one is read.
_SHARED: Mapping[str, tuple[int, Callable[[object, str], Identified]]] = {
    "user_groups": (MAX_GROUPS, UserGroup.from_dict),
    "device_groups": (MAX_GROUPS, DeviceGroup.from_dict),
    "command_groups": (MAX_GROUPS, OwnCommandGroup.from_dict),
    "shifts": (MAX_SHIFTS, Shift.from_dict),
}


SHARED_KINDS = tuple(_SHARED)


def _listed(records: Mapping[str, Identified]) -> list[dict[str, object]]:
    return [record.to_dict() for _, record in sorted(records.items())]


def _entries(value: object, place: str, max_count: int) -> Iterable[object]:
    if not isinstance(value, list):
        raise ValueError(f"{place}: expected a list")
    if len(value) > max_count:
        raise ValueError(f"{place}: expected at most {max_count} entries")
    return value


def _read_by_id[T: Identified](
    given: Mapping[str, object],
    place: str,
    name: str,
    max_count: int,
    read: Callable[[object, str], T],
) -> dict[str, T]:
    place = f"{place}.{name}"
    records: dict[str, T] = {}
    for at, entry in enumerate(_entries(given.get(name, []), place, max_count)):
        record = read(entry, f"{place}[{at}]")
        if record.id in records:
            raise ValueError(f"{place}[{at}].id: is there twice")
        records[record.id] = record
    return records


def _read_owners(value: object, place: str) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{place}: expected an object")
    if len(value) > MAX_DEVICES:
        raise ValueError(f"{place}: expected at most {MAX_DEVICES} devices")
    return {
        read_id(serial, f"{place}[{at}]"): read_id(user_id, f"{place}[{at}]")
        for at, (serial, user_id) in enumerate(value.items())
    }


def _is_too_deep(appointments: Mapping[str, Appointment], link: Appointment) -> bool:
    at: str | None = link.id
    for _ in range(MAX_CHAIN + 1):
        if at is None or at not in appointments:
            return False
        at = appointments[at].parent
    return True


EMPTY = PolicyState()
