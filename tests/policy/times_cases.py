"""Short forms for what the tests of times are about."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from custom_components.iot_secure_gateway.policy.next_times import next_end, next_start
from custom_components.iot_secure_gateway.policy.times import (
    WEEKDAYS,
    DateRange,
    HourRange,
    Shift,
    Times,
)

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
APIA = ZoneInfo("Pacific/Apia")


class NoSources:
    """A home without schedules and calendars: whatever is asked for cannot be known."""

    def is_on(self, entity_id: str, when: datetime) -> bool | None:
        return None

    def next_change(self, entity_id: str, after: datetime) -> datetime | None:
        return None


class ListedSources:
    """Schedules and calendars that are on in listed spans of time."""

    def __init__(self, spans: Mapping[str, list[tuple[datetime, datetime]]]) -> None:
        self.spans = spans

    def is_on(self, entity_id: str, when: datetime) -> bool | None:
        if entity_id not in self.spans:
            return None
        return any(start <= when < end for start, end in self.spans[entity_id])

    def next_change(self, entity_id: str, after: datetime) -> datetime | None:
        edges = [edge for span in self.spans.get(entity_id, []) for edge in span]
        return min((edge for edge in edges if edge > after), default=None)


def days(text: str) -> frozenset[DateRange]:
    """Read "2020-01-02", "2020-01-02..2020-03-01" or "2020-01-02..", several apart by spaces."""

    def one(part: str) -> DateRange:
        first, dots, last = part.partition("..")
        return DateRange(
            first=date.fromisoformat(first) if first else None,
            last=date.fromisoformat(last if dots else first) if last or not dots else None,
        )

    return frozenset(one(part) for part in text.split())


def hours(text: str) -> frozenset[HourRange]:
    """Read "22:00-06:00", several apart by spaces."""
    pairs = [part.split("-") for part in text.split()]
    return frozenset(
        HourRange.from_dict({"start": start, "end": end}, "hours") for start, end in pairs
    )


def weekdays(text: str) -> frozenset[int]:
    """Read "mon tue"."""
    return frozenset(WEEKDAYS.index(name) for name in text.split())


def shift(shift_id: str, clock: str, on: str = "") -> dict[str, Shift]:
    """Return one shift by its id."""
    made = Shift(
        id=shift_id,
        name=shift_id.title(),
        made_by="ann",
        hours=hours(clock),
        weekdays=weekdays(on),
    )
    return {shift_id: made}


def when(text: str, zone: ZoneInfo = BERLIN, fold: int = 0) -> datetime:
    """Return a moment by the clock of a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


def times(**kinds: str) -> Times:
    """Make times from the short forms above; ids are apart by spaces."""
    readers = {"dates": days, "hours": hours, "weekdays": weekdays}
    read = {
        kind: readers[kind](text) if kind in readers else frozenset(text.split())
        for kind, text in kinds.items()
    }
    return Times(**read)  # type: ignore[arg-type]


# A home to search in.
SHIFTS = {**shift("night", "22:00-06:00"), **shift("weekend", "08:00-12:00", "sat sun")}
SOURCES = ListedSources(
    {
        "schedule.school": [
            (when("2026-09-01T08:00"), when("2026-09-01T13:00")),
            (when("2026-09-08T08:00"), when("2026-09-08T13:00")),
        ],
        "calendar.holidays": [(when("2026-09-01T00:00"), when("2026-09-03T00:00"))],
        "calendar.empty": [],
    }
)


def start_of(asked: Times, after: datetime, zone: ZoneInfo = BERLIN) -> datetime | None:
    """Search in this home."""
    return next_start(asked, SHIFTS, after, zone, SOURCES)


def end_of(asked: Times, after: datetime, zone: ZoneInfo = BERLIN) -> datetime | None:
    """Search in this home."""
    return next_end(asked, SHIFTS, after, zone, SOURCES)
