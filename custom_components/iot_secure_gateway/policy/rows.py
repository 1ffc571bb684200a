"""Rows of the permission table: who, which device, which command, when (FIG 8, FIG 9)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from .columns import Commands, Devices, Users
from .reading import fields, moment, text, truth, whole_number, within, words
from .times import ALWAYS, MAX_ID_LENGTH, Times

MAX_NUMBER = 2**31
MAX_USES = 1_000_000
MAX_NOTE_LENGTH = 200

NEW = 0  # the number of a row that is not in a table yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Allows or forbids. Belongs to its maker, and counts as far as the maker's authority reaches."""

    number: int = NEW
    is_allow: bool = True
    is_on: bool = True
    made_by: str  # user id
    by: str | None = None  # the appointment it is made by; None: made as first owner
    users: Users
    devices: Devices
    commands: Commands
    times: Times = ALWAYS
    note: str = ""
    uses_left: int | None = None  # commands that it still allows; None: any number
    starts_at: datetime | None = None  # before, it does not count
    expires_at: datetime | None = None  # from then on it does not count

    def __post_init__(self) -> None:
        whole_number(self.number, "number", NEW, MAX_NUMBER)
        text(self.made_by, "made_by", MAX_ID_LENGTH)
        if self.by is not None:
            text(self.by, "by", MAX_ID_LENGTH)
        if self.note:
            words(self.note, "note", MAX_NOTE_LENGTH)
        if self.uses_left is not None:
            whole_number(self.uses_left, "uses_left", 0, MAX_USES)
            if not self.is_allow:
                raise ValueError("uses_left: a row that forbids is not used up")
        for name in ("starts_at", "expires_at"):
            when: datetime | None = getattr(self, name)
            if when is not None and when.tzinfo is None:
                raise ValueError(f"{name}: needs a time zone")
        if self.starts_at is not None and self.expires_at is not None:
            if self.expires_at <= self.starts_at:
                raise ValueError("expires_at: is not after the start")

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        found: dict[str, object] = {
            "number": self.number,
            "effect": "allow" if self.is_allow else "forbid",
            "is_on": self.is_on,
            "made_by": self.made_by,
            "users": self.users.to_dict(),
            "devices": self.devices.to_dict(),
            "commands": self.commands.to_dict(),
            "times": self.times.to_dict(),
        }
        if self.by is not None:
            found["by"] = self.by
        if self.note:
            found["note"] = self.note
        if self.uses_left is not None:
            found["uses_left"] = self.uses_left
        if self.starts_at is not None:
            found["starts_at"] = self.starts_at.isoformat()
        if self.expires_at is not None:
            found["expires_at"] = self.expires_at.isoformat()
        return found

    @classmethod
    def from_dict(cls, value: object, place: str) -> Self:
        """Read the JSON form. Raises ValueError that names the place."""
        given = fields(value, place, FIELDS)
        effect = given.get("effect")
        if effect not in ("allow", "forbid"):
            raise ValueError(f"{place}.effect: expected allow or forbid")
        note, uses_left, by = given.get("note"), given.get("uses_left"), given.get("by")
        number = whole_number(given.get("number"), f"{place}.number", NEW, MAX_NUMBER)
        starts_at, expires_at = given.get("starts_at"), given.get("expires_at")
        with within(place):
            return cls(
                number=number,
                is_allow=effect == "allow",
                is_on=truth(given.get("is_on"), "is_on"),
                made_by=text(given.get("made_by"), "made_by", MAX_ID_LENGTH),
                by=None if by is None else text(by, "by", MAX_ID_LENGTH),
                users=Users.from_dict(given.get("users"), "users"),
                devices=Devices.from_dict(given.get("devices"), "devices"),
                commands=Commands.from_dict(given.get("commands"), "commands"),
                times=Times.from_dict(given.get("times"), "times"),
                note="" if note is None else words(note, "note", MAX_NOTE_LENGTH),
                uses_left=None
                if uses_left is None
                else whole_number(uses_left, "uses_left", 0, MAX_USES),
                starts_at=None if starts_at is None else moment(starts_at, "starts_at"),
                expires_at=None if expires_at is None else moment(expires_at, "expires_at"),
            )


FIELDS = (
    "number", "effect", "is_on", "made_by", "by", "users", "devices", "commands", "times", "note",
    "uses_left", "starts_at", "expires_at",
)  # fmt: skip
