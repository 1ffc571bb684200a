"""Groups that people make: of users, of devices, of commands; users and devices in groups of groups.

A group belongs to its maker, and only its maker changes it. It counts in what another person makes
only when its maker stands above that person: so nobody edits into a group more than they hold (B24).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, Self

from .columns import read_id
from .commands import CommandGroup, read_command, read_group
from .reading import fields, many, text, within, words
from .times import MAX_ENTITY_ID_LENGTH, MAX_ID_LENGTH, MAX_NAME_LENGTH

MAX_MEMBERS = 1000  # of one kind in one group
MAX_SUBGROUPS = 64
MAX_DEPTH = 8  # groups in groups


class Nested(Protocol):
    """A group that may contain groups of its kind."""

    @property
    def made_by(self) -> str:
        """Return the id of the user whose group it is."""

    @property
    def groups(self) -> frozenset[str]:
        """Return the ids of the groups in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserGroup:
    """People."""

    id: str
    name: str
    made_by: str
    users: frozenset[str] = frozenset()  # user ids
    persons: frozenset[str] = frozenset()  # entity ids
    groups: frozenset[str] = frozenset()  # ids

    def __post_init__(self) -> None:
        _check(self, self.groups, self.users, self.persons)

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        return _to_dict(self, "users", "persons", "groups")

    @classmethod
    def from_dict(cls, value: object, place: str) -> Self:
        """Read the JSON form. Raises ValueError that names the place."""
        given = fields(value, place, ("id", "name", "made_by", "users", "persons", "groups"))
        with within(place):
            return cls(
                id=text(given.get("id"), "id", MAX_ID_LENGTH),
                name=words(given.get("name"), "name", MAX_NAME_LENGTH),
                made_by=text(given.get("made_by"), "made_by", MAX_ID_LENGTH),
                users=_members(given, "users", MAX_MEMBERS),
                persons=_members(given, "persons", MAX_MEMBERS),
                groups=_members(given, "groups", MAX_SUBGROUPS),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceGroup:
    """Devices."""

    id: str
    name: str
    made_by: str
    serials: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()  # ids

    def __post_init__(self) -> None:
        _check(self, self.groups, self.serials)

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        return _to_dict(self, "serials", "groups")

    @classmethod
    def from_dict(cls, value: object, place: str) -> Self:
        """Read the JSON form. Raises ValueError that names the place."""
        given = fields(value, place, ("id", "name", "made_by", "serials", "groups"))
        with within(place):
            return cls(
                id=text(given.get("id"), "id", MAX_ID_LENGTH),
                name=words(given.get("name"), "name", MAX_NAME_LENGTH),
                made_by=text(given.get("made_by"), "made_by", MAX_ID_LENGTH),
                serials=_members(given, "serials", MAX_MEMBERS),
                groups=_members(given, "groups", MAX_SUBGROUPS),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCommandGroup:
    """Commands under a name of one's own: whole built-in groups, and single commands."""

    id: str
    name: str
    made_by: str
    groups: frozenset[CommandGroup] = frozenset()
    names: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        _check(self, frozenset(), self.names)

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        return _to_dict(self, "groups", "names")

    @classmethod
    def from_dict(cls, value: object, place: str) -> Self:
        """Read the JSON form. Raises ValueError that names the place."""
        given = fields(value, place, ("id", "name", "made_by", "groups", "names"))
        with within(place):
            return cls(
                id=text(given.get("id"), "id", MAX_ID_LENGTH),
                name=words(given.get("name"), "name", MAX_NAME_LENGTH),
                made_by=text(given.get("made_by"), "made_by", MAX_ID_LENGTH),
                groups=frozenset()
                if "groups" not in given
                else many(given["groups"], "groups", len(CommandGroup), read_group),
                names=frozenset()
                if "names" not in given
                else many(given["names"], "names", MAX_MEMBERS, read_command),
            )


def counted(
    groups: Mapping[str, Nested], ids: Iterable[str], makers: Collection[str]
) -> frozenset[str]:
    """Return those of the groups, and of all in them, that exist and were made by one of `makers`."""
    found: set[str] = set()
    waiting = list(ids)
    while waiting:
        group_id = waiting.pop()
        group = groups.get(group_id)
        if group_id in found or group is None or group.made_by not in makers:
            continue
        found.add(group_id)
        waiting.extend(group.groups)
    return frozenset(found)


def members(
    groups: Mapping[str, DeviceGroup], ids: Iterable[str], makers: Collection[str]
) -> frozenset[str]:
    """Return the serials in the groups that count."""
    return frozenset[str]().union(
        *(groups[group_id].serials for group_id in counted(groups, ids, makers))
    )


def badly_nested(groups: Mapping[str, Nested]) -> str | None:
    """Return the id of a group that contains itself or too many levels of groups; None is good."""
    heights: dict[str, int] = {}

    def height(group_id: str, above: tuple[str, ...]) -> int:
        if group_id in above or len(above) == MAX_DEPTH:
            return MAX_DEPTH + 1
        if group_id not in heights:
            inner = (group for group in groups[group_id].groups if group in groups)
            below = max((height(group, (*above, group_id)) for group in inner), default=0)
            heights[group_id] = below + 1
        return heights[group_id]

    return next((group_id for group_id in groups if height(group_id, ()) > MAX_DEPTH), None)


def _check(
    group: UserGroup | DeviceGroup | OwnCommandGroup,
    subgroups: frozenset[str],
    *kinds: frozenset[str],
) -> None:
    text(group.id, "id", MAX_ID_LENGTH)
    words(group.name, "name", MAX_NAME_LENGTH)
    text(group.made_by, "made_by", MAX_ID_LENGTH)
    if len(subgroups) > MAX_SUBGROUPS:
        raise ValueError(f"groups: expected at most {MAX_SUBGROUPS} entries")
    if any(len(entries) > MAX_MEMBERS for entries in kinds):
        raise ValueError(f"members: expected at most {MAX_MEMBERS} of each kind")


def _members(given: Mapping[str, object], name: str, max_count: int) -> frozenset[str]:
    if name not in given:
        return frozenset()
    read = _read_entity_id if name == "persons" else read_id
    return many(given[name], name, max_count, read)


def _read_entity_id(value: object, place: str) -> str:
    return text(value, place, MAX_ENTITY_ID_LENGTH)


def _to_dict(group: UserGroup | DeviceGroup | OwnCommandGroup, *kinds: str) -> dict[str, object]:
    found: dict[str, object] = {"id": group.id, "name": group.name, "made_by": group.made_by}
    return found | {kind: sorted(getattr(group, kind)) for kind in kinds if getattr(group, kind)}
