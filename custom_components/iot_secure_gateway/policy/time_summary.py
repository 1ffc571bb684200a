"""What times say, as data that texts and pictures are made from: no language, no format.

A summary is a list of groups. All groups must hold, and of the items in a group any one is enough.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from .times import WEEKDAYS, DateRange, HourRange, Shift, Times, clock

# Fewer weekdays in a row are named one by one: "Sat, Sun", but "Mon to Fri".
MIN_RUN = 3


class ItemKind(StrEnum):
    """What an item says; also the key of its text. Its placeholders are in brackets."""

    ALWAYS = "always"
    DAY = "day"  # (day)
    DAYS = "days"  # (first, last)
    DAYS_FROM = "days_from"  # (first)
    DAYS_UNTIL = "days_until"  # (last)
    WEEKDAY = "weekday"  # (day)
    WEEKDAYS = "weekdays"  # (first, last)
    HOURS = "hours"  # (start, end)
    HOURS_OVERNIGHT = "hours_overnight"  # (start, end): the end is on the next day
    SHIFT = "shift"  # (id, name)
    SHIFT_GONE = "shift_gone"  # (id)
    SCHEDULE = "schedule"  # (entity_id)
    CALENDAR = "calendar"  # (entity_id)
    NOT_CALENDAR = "not_calendar"  # (entity_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One statement. Days are YYYY-MM-DD or mon to sun, times of day HH:MM or HH:MM:SS."""

    kind: ItemKind
    placeholders: Mapping[str, str]


type Group = tuple[Item, ...]


def summary(times: Times, shifts: Mapping[str, Shift]) -> tuple[Group, ...]:
    """Return what the times say, in the order in which people say it."""
    groups = [
        tuple(_dates(times)),
        tuple(_weekdays(times.weekdays)),
        tuple(_shifts(times, shifts)),
        tuple(_hours(hours) for hours in sorted(times.hours)),
        tuple(_item(ItemKind.SCHEDULE, entity_id=name) for name in sorted(times.schedules)),
        tuple(_item(ItemKind.CALENDAR, entity_id=name) for name in sorted(times.calendars)),
        # None of them may be on, so each is a condition of its own.
        *(
            (_item(ItemKind.NOT_CALENDAR, entity_id=name),)
            for name in sorted(times.except_calendars)
        ),
    ]
    return tuple(group for group in groups if group) or ((_item(ItemKind.ALWAYS),),)


def _item(kind: ItemKind, **placeholders: str) -> Item:
    return Item(kind=kind, placeholders=placeholders)


def _dates(times: Times) -> Iterator[Item]:
    for given in sorted(times.dates, key=DateRange.order):
        ends = given.to_dict()
        if given.first is None:
            yield _item(ItemKind.DAYS_UNTIL, **ends)
        elif given.last is None:
            yield _item(ItemKind.DAYS_FROM, **ends)
        elif given.first == given.last:
            yield _item(ItemKind.DAY, day=ends["first"])
        else:
            yield _item(ItemKind.DAYS, **ends)


def _weekdays(weekdays: frozenset[int]) -> Iterator[Item]:
    """Yield days in a row as one item, also over the end of the week."""
    count = len(WEEKDAYS)
    if len(weekdays) == count:
        yield _item(ItemKind.WEEKDAYS, first=WEEKDAYS[0], last=WEEKDAYS[-1])
        return
    for first in sorted(weekdays):
        if (first - 1) % count in weekdays:
            continue
        length = 1
        while (first + length) % count in weekdays:
            length += 1
        names = [WEEKDAYS[(first + number) % count] for number in range(length)]
        if length >= MIN_RUN:
            yield _item(ItemKind.WEEKDAYS, first=names[0], last=names[-1])
        else:
            yield from (_item(ItemKind.WEEKDAY, day=name) for name in names)


def _shifts(times: Times, shifts: Mapping[str, Shift]) -> Iterator[Item]:
    for shift_id in sorted(times.shifts):
        if shift_id in shifts:
            yield _item(ItemKind.SHIFT, id=shift_id, name=shifts[shift_id].name)
        else:
            yield _item(ItemKind.SHIFT_GONE, id=shift_id)


def _hours(hours: HourRange) -> Item:
    kind = ItemKind.HOURS if hours.start_s < hours.end_s else ItemKind.HOURS_OVERNIGHT
    start, end = (clock(seconds).removesuffix(":00") for seconds in (hours.start_s, hours.end_s))
    return _item(kind, start=start, end=end)
