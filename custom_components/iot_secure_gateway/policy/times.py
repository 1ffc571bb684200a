"""When a row counts: dates, weekdays, hours, named shifts, schedules, calendars (FIG 8 column 820).

Kinds that are given must all hold; of several entries of one kind any one is enough; a kind that
is left out asks for nothing. What a moment is judged by is in `coverage.py`.

As JSON every kind is a list under its own name, and `{"always": true}` stands for no kind at all:
an empty list or object is refused, for it would read as "never" and count as "always".
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
import re
from typing import Self

from .reading import fields, many, text, within, words

DAY_S = 86_400
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # the index is date.weekday()

# More than a person overlooks; what needs more is a calendar's job.
MAX_DATES = 100
MAX_HOURS = 24
MAX_SHIFTS = 16
MAX_SOURCES = 16
MAX_ID_LENGTH = 64
MAX_NAME_LENGTH = 64
MAX_ENTITY_ID_LENGTH = 255  # Home Assistant's own limit
# Typed years outside are slips of the pen.
MIN_DATE = date(2000, 1, 1)
MAX_DATE = date(2199, 12, 31)

# The kinds that name entities, and of which domain.
_DOMAINS = {"schedules": "schedule", "calendars": "calendar", "except_calendars": "calendar"}
KINDS = ("dates", "weekdays", "hours", "shifts", *_DOMAINS)

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_ENTITY_ID = re.compile(r"(schedule|calendar)\.[a-z0-9_]+", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRange:
    """Days from `first` to `last`, both included; None leaves that end open."""

    first: date | None
    last: date | None

    def __post_init__(self) -> None:
        if self.first is None and self.last is None:
            raise ValueError("first: give a first or a last day")
        for name, day in (("first", self.first), ("last", self.last)):
            if day is not None and not MIN_DATE <= day <= MAX_DATE:
                raise ValueError(f"{name}: expected a year from 2000 to 2199")
        if self.first is not None and self.last is not None and self.last < self.first:
            raise ValueError("last: is before the first day")

    def holds(self, day: date) -> bool:
        """Return whether a day is one of these."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def order(self) -> tuple[date, date]:
        """Return what ranges are sorted by; those without a first day come first."""
        return self.first or date.min, self.last or date.max

    def to_dict(self) -> dict[str, str]:
        """Return the JSON form."""
        ends = (("first", self.first), ("last", self.last))
        return {name: day.isoformat() for name, day in ends if day is not None}

    @classmethod
    def from_dict(cls, value: object, place: str) -> Self:
        """Read the JSON form. Raises ValueError that names the place."""
        given = fields(value, place, ("first", "last"))
        first = _read_date(given["first"], f"{place}.first") if "first" in given else None
        last = _read_date(given["last"], f"{place}.last") if "last" in given else None
        with within(place):
            return cls(first=first, last=last)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class HourRange:
    """Local times from `start_s` up to but not including `end_s`, in seconds of the day's clock.

    An end before the start is on the next day, and the range belongs to the day it starts on.
    """

    start_s: int  # 0 ... 86,399
    end_s: int  # 1 ... 86,400, which is midnight at the end of the day

    def __post_init__(self) -> None:
        if not 0 <= self.start_s < DAY_S:
            raise ValueError("start: expected 00:00:00 to 23:59:59")
        if not 0 < self.end_s <= DAY_S:
            raise ValueError("end: expected 00:00:01 to 24:00:00")
        if self.start_s == self.end_s:
            raise ValueError("end: is the start; for the whole day give 00:00 to 24:00")

    @property
    def window(self) -> tuple[int, int]:
        """Start and end in seconds after the midnight that its day starts with."""
        end_s = self.end_s if self.end_s > self.start_s else self.end_s + DAY_S
        return self.start_s, end_s

    def to_dict(self) -> dict[str, str]:
        """Return the JSON form."""
        return {"start": clock(self.start_s), "end": clock(self.end_s)}

    @classmethod
    def from_dict(cls, value: object, place: str) -> Self:
        """Read the JSON form. Raises ValueError that names the place."""
        given = fields(value, place, ("start", "end"))
        start_s = _read_clock(given.get("start"), f"{place}.start")
        end_s = _read_clock(given.get("end"), f"{place}.end")
        with within(place):
            # An end of 00:00 is the midnight to come.
            return cls(start_s=start_s, end_s=end_s or DAY_S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Hours with a name, on some weekdays or on all, that rows refer to by id."""

    id: str
    name: str
    made_by: str  # user id
    hours: frozenset[HourRange]
    weekdays: frozenset[int] = frozenset()  # on which a range starts

    def __post_init__(self) -> None:
        text(self.id, "id", MAX_ID_LENGTH)
        words(self.name, "name", MAX_NAME_LENGTH)
        text(self.made_by, "made_by", MAX_ID_LENGTH)
        if not self.hours:
            raise ValueError("hours: give at least one range")
        _check_count(self.hours, "hours", MAX_HOURS)
        _check_weekdays(self.weekdays)

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        found: dict[str, object] = {"id": self.id, "name": self.name, "made_by": self.made_by}
        if self.weekdays:
            found["weekdays"] = [WEEKDAYS[number] for number in sorted(self.weekdays)]
        found["hours"] = [hours.to_dict() for hours in sorted(self.hours)]
        return found

    @classmethod
    def from_dict(cls, value: object, place: str) -> Self:
        """Read the JSON form. Raises ValueError that names the place."""
        given = fields(value, place, ("id", "name", "made_by", "hours", "weekdays"))
        return cls(
            id=text(given.get("id"), f"{place}.id", MAX_ID_LENGTH),
            name=words(given.get("name"), f"{place}.name", MAX_NAME_LENGTH),
            made_by=text(given.get("made_by"), f"{place}.made_by", MAX_ID_LENGTH),
            hours=many(given.get("hours"), f"{place}.hours", MAX_HOURS, HourRange.from_dict),
            weekdays=_kind(given, place, "weekdays", len(WEEKDAYS), _read_weekday),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """When a row counts. Without any kind: always."""

    dates: frozenset[DateRange] = frozenset()
    weekdays: frozenset[int] = frozenset()
    hours: frozenset[HourRange] = frozenset()
    shifts: frozenset[str] = frozenset()  # ids
    schedules: frozenset[str] = frozenset()  # entity ids; while one of them is on
    calendars: frozenset[str] = frozenset()  # entity ids; while one of them is on
    except_calendars: frozenset[str] = frozenset()  # entity ids; while none of them is on
    is_always: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check_count(self.dates, "dates", MAX_DATES)
        _check_weekdays(self.weekdays)
        _check_count(self.hours, "hours", MAX_HOURS)
        _check_count(self.shifts, "shifts", MAX_SHIFTS)
        for shift in self.shifts:
            text(shift, "shifts", MAX_ID_LENGTH)
        for kind, domain in _DOMAINS.items():
            entity_ids: frozenset[str] = getattr(self, kind)
            _check_count(entity_ids, kind, MAX_SOURCES)
            for entity_id in entity_ids:
                _check_entity_id(entity_id, kind, domain)
        # Asked for every command, so known beforehand.
        object.__setattr__(self, "is_always", not any(getattr(self, kind) for kind in KINDS))

    @property
    def sources(self) -> frozenset[str]:
        """Entity ids of all schedules and calendars."""
        return self.schedules | self.calendars | self.except_calendars

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        if self.is_always:
            return {"always": True}
        found: dict[str, Sequence[object]] = {
            "dates": [given.to_dict() for given in sorted(self.dates, key=DateRange.order)],
            "weekdays": [WEEKDAYS[number] for number in sorted(self.weekdays)],
            "hours": [hours.to_dict() for hours in sorted(self.hours)],
            "shifts": sorted(self.shifts),
            "schedules": sorted(self.schedules),
            "calendars": sorted(self.calendars),
            "except_calendars": sorted(self.except_calendars),
        }
        return {kind: entries for kind, entries in found.items() if entries}

    @classmethod
    def from_dict(cls, value: object, place: str) -> Self:
        """Read the JSON form. Raises ValueError that names the place."""
        given = fields(value, place, ("always", *KINDS))
        if "always" in given:
            if given["always"] is not True or len(given) > 1:
                raise ValueError(f"{place}.always: is true, and stands alone")
            return cls()
        if not given:
            raise ValueError(f"{place}: say always, or one kind of times")
        return cls(
            dates=_kind(given, place, "dates", MAX_DATES, DateRange.from_dict),
            weekdays=_kind(given, place, "weekdays", len(WEEKDAYS), _read_weekday),
            hours=_kind(given, place, "hours", MAX_HOURS, HourRange.from_dict),
            shifts=_kind(given, place, "shifts", MAX_SHIFTS, _read_id),
            schedules=_kind(given, place, "schedules", MAX_SOURCES, _read_schedule),
            calendars=_kind(given, place, "calendars", MAX_SOURCES, _read_calendar),
            except_calendars=_kind(given, place, "except_calendars", MAX_SOURCES, _read_calendar),
        )


def clock(seconds: int) -> str:
    """Return seconds of the day as HH:MM:SS; its end is 24:00:00."""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _check_count(entries: frozenset[object], kind: str, max_count: int) -> None:
    if len(entries) > max_count:
        raise ValueError(f"{kind}: expected at most {max_count} entries")


def _check_weekdays(weekdays: frozenset[int]) -> None:
    if not weekdays <= frozenset(range(len(WEEKDAYS))):
        raise ValueError("weekdays: expected 0 (Monday) to 6")


def _check_entity_id(value: object, place: str, domain: str) -> str:
    entity_id = text(value, place, MAX_ENTITY_ID_LENGTH)
    if not (match := _ENTITY_ID.fullmatch(entity_id)) or match[1] != domain:
        raise ValueError(f"{place}: expected the id of a {domain} entity")
    return entity_id


def _kind[T](
    given: Mapping[str, object],
    place: str,
    kind: str,
    max_count: int,
    read: Callable[[object, str], T],
) -> frozenset[T]:
    """Read one kind, which may be left out."""
    if kind not in given:
        return frozenset()
    return many(given[kind], f"{place}.{kind}", max_count, read)


def _read_id(value: object, place: str) -> str:
    return text(value, place, MAX_ID_LENGTH)


def _read_schedule(value: object, place: str) -> str:
    return _check_entity_id(value, place, "schedule")


def _read_calendar(value: object, place: str) -> str:
    return _check_entity_id(value, place, "calendar")


def _read_weekday(value: object, place: str) -> int:
    if not isinstance(value, str) or value not in WEEKDAYS:
        raise ValueError(f"{place}: expected one of {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(value)


def _read_date(value: object, place: str) -> date:
    if isinstance(value, str) and _DATE.fullmatch(value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise ValueError(f"{place}: expected a day that exists, as YYYY-MM-DD")


def _read_clock(value: object, place: str) -> int:
    """Return a time of day as seconds after midnight."""
    if value in ("24:00", "24:00:00"):
        return DAY_S
    if not isinstance(value, str) or not (match := _CLOCK.fullmatch(value)):
        raise ValueError(f"{place}: expected a time of day as HH:MM or HH:MM:SS")
    return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)


ALWAYS = Times()
