"""The columns users, devices and commands of a row (FIG 8: 805, 810, 815).

Of the entries of a column any one is enough. A column that names nothing is refused: it would look
as if it asked for nothing. As JSON every kind is a list under its own name, or true where it takes
no names; kinds without an entry are left out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
import json
import math
from typing import Any, Self

from .commands import CommandGroup, read_command, read_group
from .passes import read_pass
from .reading import fields, many, text, within
from .times import MAX_ENTITY_ID_LENGTH, MAX_ID_LENGTH

MAX_ENTRIES = 256  # of one kind in one row; more is a group's job
MAX_LIMITS = 64  # in one row
MAX_CHOICES = 64
MAX_CHOICE_LENGTH = 64
MAX_NUMBER = 2.0**53  # beyond, whole numbers are not exact any more

ALL = "all"  # instead of an entity id: all of that kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Users:
    """Who: everyone stands for every person with a login, never for software."""

    everyone: bool = False
    groups: frozenset[str] = frozenset()  # ids of user groups
    users: frozenset[str] = frozenset()  # user ids
    persons: frozenset[str] = frozenset()  # entity ids
    automations: frozenset[str] = frozenset()  # entity ids, or ALL
    scripts: frozenset[str] = frozenset()  # entity ids, or ALL
    integrations: frozenset[str] = frozenset()  # names, or ALL
    guests: frozenset[str] = frozenset()  # ids of guest passes

    def __post_init__(self) -> None:
        _check(self, "users", "everyone", _USERS)

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        return _to_dict(self, "everyone", _USERS)

    @classmethod
    def from_dict(cls, value: object, place: str) -> Self:
        """Read the JSON form. Raises ValueError that names the place."""
        return cls(**_from_dict(value, place, "everyone", _USERS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Devices:
    """On which devices; never on one that the row's maker has no authority over."""

    all_of_maker: bool = False  # whatever is under the maker's authority
    groups: frozenset[str] = frozenset()  # ids of device groups
    serials: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()  # area ids
    labels: frozenset[str] = frozenset()  # label ids

    def __post_init__(self) -> None:
        _check(self, "devices", "all_of_maker", _DEVICES)

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        return _to_dict(self, "all_of_maker", _DEVICES)

    @classmethod
    def from_dict(cls, value: object, place: str) -> Self:
        """Read the JSON form. Raises ValueError that names the place."""
        return cls(**_from_dict(value, place, "all_of_maker", _DEVICES))


@dataclass(frozen=True, slots=True, kw_only=True)
class ArgumentLimit:
    """What an argument of one command may be: a number within bounds, or one of some words."""

    command: str
    argument: str
    minimum: float | None = None
    maximum: float | None = None
    choices: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        read_command(self.command, "command")
        read_command(self.argument, "argument")
        for name, bound in (("minimum", self.minimum), ("maximum", self.maximum)):
            if bound is not None and not -MAX_NUMBER <= bound <= MAX_NUMBER:
                raise ValueError(f"{name}: is too large")
        has_bounds = self.minimum is not None or self.maximum is not None
        if has_bounds == bool(self.choices):
            raise ValueError("choices: give either bounds or choices")
        if self.minimum is not None and self.maximum is not None and self.maximum < self.minimum:
            raise ValueError("maximum: is below the minimum")
        _check_count(self.choices, "choices", MAX_CHOICES)
        for choice in self.choices:
            _read_choice(choice, "choices")

    def holds(self, value: object) -> bool | None:
        """Return whether a value is within; None when that cannot be said of it."""
        if self.choices:
            if isinstance(value, bool):
                return ("true" if value else "false") in self.choices
            return value in self.choices if isinstance(value, str) else None
        number = _number(value)
        if number is None:
            return None
        return (self.minimum is None or self.minimum <= number) and (
            self.maximum is None or number <= self.maximum
        )

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        found: dict[str, object] = {"command": self.command, "argument": self.argument}
        for name in ("minimum", "maximum"):
            bound = getattr(self, name)
            if bound is not None:
                found[name] = int(bound) if bound == int(bound) else bound
        if self.choices:
            found["choices"] = sorted(self.choices)
        return found

    @classmethod
    def from_dict(cls, value: object, place: str) -> Self:
        """Read the JSON form. Raises ValueError that names the place."""
        given = fields(value, place, ("command", "argument", "minimum", "maximum", "choices"))
        choices: frozenset[str] = frozenset()
        with within(place):
            if "choices" in given:
                choices = many(given["choices"], "choices", MAX_CHOICES, _read_choice)
            return cls(
                command=read_command(given.get("command"), "command"),
                argument=read_command(given.get("argument"), "argument"),
                minimum=_read_bound(given, "minimum"),
                maximum=_read_bound(given, "maximum"),
                choices=choices,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """Which commands, and with which arguments. A limit gives nothing, it only narrows."""

    groups: frozenset[CommandGroup] = frozenset()
    own_groups: frozenset[str] = frozenset()  # ids of groups that somebody made
    names: frozenset[str] = frozenset()
    limits: frozenset[ArgumentLimit] = frozenset()

    def __post_init__(self) -> None:
        _check(self, "commands", None, _COMMANDS)
        _check_count(self.limits, "limits", MAX_LIMITS)

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        found = _to_dict(self, None, _COMMANDS)
        if self.limits:
            limits = (limit.to_dict() for limit in self.limits)
            found["limits"] = sorted(limits, key=json.dumps)
        return found

    @classmethod
    def from_dict(cls, value: object, place: str) -> Self:
        """Read the JSON form. Raises ValueError that names the place."""
        given = dict(fields(value, place, (*_COMMANDS, "limits")))
        limits: frozenset[ArgumentLimit] = frozenset()
        if "limits" in given:
            limits = many(
                given.pop("limits"), f"{place}.limits", MAX_LIMITS, ArgumentLimit.from_dict
            )
        return cls(**_from_dict(given, place, None, _COMMANDS), limits=limits)


def read_id(value: object, place: str) -> str:
    """Read an id. Raises ValueError that names the place."""
    return text(value, place, MAX_ID_LENGTH)


def _read_entity_id(value: object, place: str) -> str:
    return text(value, place, MAX_ENTITY_ID_LENGTH)


def _read_choice(value: object, place: str) -> str:
    return text(value, place, MAX_CHOICE_LENGTH)


type _Read = Callable[[object, str], str]

# The kinds of entries of each column, and how one entry is read.
_USERS: Mapping[str, _Read] = {
    "groups": read_id,
    "users": read_id,
    "persons": _read_entity_id,
    "automations": _read_entity_id,
    "scripts": _read_entity_id,
    "integrations": _read_entity_id,
    "guests": read_pass,
}
_DEVICES: Mapping[str, _Read] = dict.fromkeys(("groups", "serials", "areas", "labels"), read_id)
_COMMANDS: Mapping[str, _Read] = {
    "groups": read_group,
    "own_groups": read_id,
    "names": read_command,
}


def _check(column: object, place: str, flag: str | None, kinds: Mapping[str, _Read]) -> None:
    given = flag is not None and getattr(column, flag)
    for kind, read in kinds.items():
        entries: frozenset[str] = getattr(column, kind)
        _check_count(entries, kind, MAX_ENTRIES)
        for entry in entries:
            read(entry, kind)
        given = given or bool(entries)
    if not given:
        raise ValueError(f"{place}: name at least one")


def _check_count(entries: frozenset[object], kind: str, max_count: int) -> None:
    if len(entries) > max_count:
        raise ValueError(f"{kind}: expected at most {max_count} entries")


def _to_dict(column: object, flag: str | None, kinds: Mapping[str, _Read]) -> dict[str, object]:
    found: dict[str, object] = {}
    if flag is not None and getattr(column, flag):
        found[flag] = True
    found |= {kind: sorted(getattr(column, kind)) for kind in kinds if getattr(column, kind)}
    return found


def _from_dict(
    value: object, place: str, flag: str | None, kinds: Mapping[str, _Read]
) -> dict[str, Any]:
    """Read the fields of a column for its constructor."""
    known = kinds if flag is None else (flag, *kinds)
    given = fields(value, place, known)
    if not given:
        raise ValueError(f"{place}: name at least one")
    found: dict[str, Any] = {}
    for kind, entries in given.items():
        if kind in kinds:
            found[kind] = many(entries, f"{place}.{kind}", MAX_ENTRIES, kinds[kind])
        elif entries is not True:
            raise ValueError(f"{place}.{kind}: is true where it is given")
        else:
            found[kind] = True
    return found


def _number(value: object) -> float | None:
    """Return the number that an argument is; devices are sent decimals as text."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except ValueError, OverflowError:
        return None
    return number if math.isfinite(number) else None


def _read_bound(given: Mapping[str, object], name: str) -> float | None:
    if name not in given:
        return None
    bound = given[name]
    if isinstance(bound, bool) or not isinstance(bound, (int, float)):
        raise ValueError(f"{name}: expected a number")
    if not -MAX_NUMBER <= bound <= MAX_NUMBER:  # also what is no number at all
        raise ValueError(f"{name}: is too large")
    return float(bound)
