"""When times begin and end to count: exact, bounded, and with a reason when they never do."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.iot_secure_gateway.policy.coverage import covers
from custom_components.iot_secure_gateway.policy.next_times import (
    HORIZON,
    MAX_STEPS,
    Never,
    next_change,
    next_end,
    next_start,
    why_never,
)
from custom_components.iot_secure_gateway.policy.times import ALWAYS, Shift, Times
from tests.policy.times_cases import (
    APIA,
    BERLIN,
    LORD_HOWE,
    NEW_YORK,
    ListedSources,
    NoSources,
    shift,
    times,
    when,
)

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
    return next_start(asked, SHIFTS, after, zone, SOURCES)


def end_of(asked: Times, after: datetime, zone: ZoneInfo = BERLIN) -> datetime | None:
    return next_end(asked, SHIFTS, after, zone, SOURCES)


@pytest.mark.parametrize(
    ("kinds", "after", "start", "end"),
    [
        # The child's light of user story 4: not after 20:30, next at 07:00.
        ({"hours": "07:00-20:30"}, "2026-09-01T20:31", "2026-09-02T07:00", "2026-09-02T20:30"),
        (
            {"hours": "07:00-20:30"},
            "2026-09-01T06:59:59.999999",
            "2026-09-01T07:00",
            "2026-09-01T20:30",
        ),
        # What holds already starts now.
        (
            {"hours": "07:00-20:30"},
            "2026-09-01T12:34:56.789",
            "2026-09-01T12:34:56.789",
            "2026-09-01T20:30",
        ),
        ({"dates": "2026-12-24"}, "2026-09-01T12:00", "2026-12-24T00:00", "2026-12-25T00:00"),
        ({"dates": "2026-12-24.."}, "2026-09-01T12:00", "2026-12-24T00:00", None),
        (
            {"weekdays": "fri", "hours": "22:00-06:00"},
            "2026-09-01T12:00",
            "2026-09-04T22:00",
            "2026-09-05T06:00",
        ),
        (
            {"weekdays": "tue fri", "hours": "09:00-12:00", "dates": "2027-03-01..2027-06-30"},
            "2026-09-01T12:00",
            "2027-03-02T09:00",
            "2027-03-02T12:00",
        ),
        # Within the 400 days: the same day next year.
        ({"dates": "2027-09-01"}, "2026-09-01T12:00", "2027-09-01T00:00", "2027-09-02T00:00"),
        # Windows that meet or overlap, also over midnight, are one.
        (
            {"hours": "08:00-10:00 09:00-11:00 11:00-12:00 22:00-02:00 01:00-03:00"},
            "2026-09-01T07:00",
            "2026-09-01T08:00",
            "2026-09-01T12:00",
        ),
        (
            {"hours": "08:00-10:00 22:00-02:00 01:00-03:00"},
            "2026-09-01T12:00",
            "2026-09-01T22:00",
            "2026-09-02T03:00",
        ),
        ({"hours": "00:00-24:00"}, "2026-09-01T12:00", "2026-09-01T12:00", None),
        ({"weekdays": "mon tue"}, "2026-09-01T12:00", "2026-09-01T12:00", "2026-09-02T00:00"),
        ({"shifts": "weekend"}, "2026-09-01T12:00", "2026-09-05T08:00", "2026-09-05T12:00"),
        ({"shifts": "weekend gone"}, "2026-09-01T12:00", "2026-09-05T08:00", "2026-09-05T12:00"),
        (
            {"shifts": "night", "hours": "23:30-00:30"},
            "2026-09-01T12:00",
            "2026-09-01T23:30",
            "2026-09-02T00:30",
        ),
        # Schedules and calendars.
        (
            {"schedules": "schedule.school"},
            "2026-09-01T13:00",
            "2026-09-08T08:00",
            "2026-09-08T13:00",
        ),
        (
            {"schedules": "schedule.school", "hours": "12:00-14:00"},
            "2026-08-01T00:00",
            "2026-09-01T12:00",
            "2026-09-01T13:00",
        ),
        (
            {"schedules": "schedule.school", "except_calendars": "calendar.holidays"},
            "2026-08-01T00:00",
            "2026-09-08T08:00",
            "2026-09-08T13:00",
        ),
        (
            {"hours": "09:00-10:00", "except_calendars": "calendar.holidays"},
            "2026-09-01T05:00",
            "2026-09-03T09:00",
            "2026-09-03T10:00",
        ),
        (
            {"except_calendars": "calendar.holidays"},
            "2026-08-01T00:00",
            "2026-08-01T00:00",
            "2026-09-01T00:00",
        ),
    ],
)
def test_start_and_end(kinds: dict[str, str], after: str, start: str, end: str | None) -> None:
    asked = times(**kinds)
    found = start_of(asked, when(after))
    assert found == when(start)
    assert end_of(asked, found) == (when(end) if end else None)


class Strict(ListedSources):
    """Takes no question that is not in UTC."""

    def is_on(self, entity_id: str, when: datetime) -> bool | None:
        assert when.tzinfo is UTC
        return super().is_on(entity_id, when)

    def next_change(self, entity_id: str, after: datetime) -> datetime | None:
        assert after.tzinfo is UTC
        return super().next_change(entity_id, after)


def test_moments_are_told_and_sources_asked_in_utc() -> None:
    """Of two moments in a repeated hour the clock cannot tell which one is the first."""
    first, second = when("2026-10-25T02:45"), when("2026-10-25T02:15", fold=1)
    assert first > second  # by the clock, though it is half an hour earlier
    sources = Strict({"schedule.late": [(second, second)], "schedule.soon": [(first, first)]})
    asked = times(schedules="schedule.late schedule.soon")
    start = when("2026-10-25T02:30")
    common = (asked, {}, start, BERLIN, sources)
    assert not covers(*common)
    assert next_start(*common) is None
    assert why_never(*common) is Never.NOT_TOGETHER
    for found in (next_change(*common), next_end(*common), start_of(ALWAYS, start)):
        assert found is not None
        assert found.tzinfo is UTC
    assert next_change(*common) == datetime(2026, 10, 25, 0, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "hours", "after", "start", "end"),
    [
        # The start is skipped: as soon as the clock is past it.
        (
            BERLIN,
            "02:30-03:30",
            "2026-03-28T12:00+01",
            "2026-03-29T03:00+02",
            "2026-03-29T03:30+02",
        ),
        # Skipped as a whole.
        (
            BERLIN,
            "02:00-03:00",
            "2026-03-29T00:00+01",
            "2026-03-30T02:00+02",
            "2026-03-30T03:00+02",
        ),
        # It comes twice: without an end between; with one; with the end that the change makes.
        (
            BERLIN,
            "02:00-03:00",
            "2026-10-25T00:00+02",
            "2026-10-25T02:00+02",
            "2026-10-25T03:00+01",
        ),
        (
            BERLIN,
            "02:15-02:30",
            "2026-10-25T00:00+02",
            "2026-10-25T02:15+02",
            "2026-10-25T02:30+02",
        ),
        (
            BERLIN,
            "02:15-02:30",
            "2026-10-25T02:30+02",
            "2026-10-25T02:15+01",
            "2026-10-25T02:30+01",
        ),
        (
            BERLIN,
            "02:45-03:30",
            "2026-10-25T02:50+02",
            "2026-10-25T02:50+02",
            "2026-10-25T02:00+01",
        ),
        (
            NEW_YORK,
            "01:30-02:30",
            "2026-11-01T00:00-04",
            "2026-11-01T01:30-04",
            "2026-11-01T01:00-05",
        ),
        (
            NEW_YORK,
            "01:30-02:30",
            "2026-11-01T01:00-05",
            "2026-11-01T01:30-05",
            "2026-11-01T02:30-05",
        ),
        (
            NEW_YORK,
            "02:00-03:00",
            "2026-03-08T00:00-05",
            "2026-03-09T02:00-04",
            "2026-03-09T03:00-04",
        ),
        # By half an hour.
        (
            LORD_HOWE,
            "02:10-02:40",
            "2026-10-04T00:00+10:30",
            "2026-10-04T02:30+11",
            "2026-10-04T02:40+11",
        ),
        (
            LORD_HOWE,
            "01:40-01:50",
            "2026-04-05T01:50+11",
            "2026-04-05T01:40+10:30",
            "2026-04-05T01:50+10:30",
        ),
        # By a day.
        (APIA, "00:00-01:00", "2011-12-29T12:00-10", "2011-12-31T00:00+14", "2011-12-31T01:00+14"),
        (APIA, "23:00-01:00", "2011-12-29T12:00-10", "2011-12-29T23:00-10", "2011-12-31T01:00+14"),
    ],
)
def test_start_and_end_where_clocks_are_changed(
    zone: ZoneInfo, hours: str, after: str, start: str, end: str
) -> None:
    asked = times(hours=hours)
    # Compared in UTC: by one clock, both passes of a repeated hour would look the same.
    found = start_of(asked, datetime.fromisoformat(after), zone)
    assert found is not None
    assert found.astimezone(UTC) == datetime.fromisoformat(start)
    found = end_of(asked, found, zone)
    assert found is not None
    assert found.astimezone(UTC) == datetime.fromisoformat(end)


def test_a_change_to_the_second_is_found_from_the_middle_of_one() -> None:
    after = when("2026-03-29T00:00:00.5")
    change = next_change(times(hours="04:00-05:00"), {}, after, BERLIN, SOURCES)
    assert change.astimezone(UTC) == datetime(2026, 3, 29, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kinds", "why"),
    [
        ({"dates": "2020-01-02"}, Never.OVER),
        ({"dates": "2020-01-02 2026-08-31", "weekdays": "mon"}, Never.OVER),
        ({"dates": "2026-09-01", "hours": "09:00-14:00"}, Never.OVER),
        ({"dates": "2027-12-24"}, Never.TOO_FAR),
        ({"dates": "2027-12-24.. 2028-02-29"}, Never.TOO_FAR),
        ({"shifts": "gone"}, Never.SHIFT_GONE),
        ({"schedules": "schedule.unheard"}, Never.SOURCE_SILENT),
        ({"except_calendars": "calendar.unheard", "weekdays": "mon"}, Never.SOURCE_SILENT),
        ({"calendars": "calendar.empty"}, Never.NOT_TOGETHER),
        ({"dates": "2027-01-01", "weekdays": "mon"}, Never.NOT_TOGETHER),
        ({"dates": "..2020-01-02 2027-12-24"}, Never.NOT_TOGETHER),
        ({"shifts": "weekend gone", "weekdays": "mon"}, Never.NOT_TOGETHER),
        ({"shifts": "weekend", "hours": "13:00-14:00"}, Never.NOT_TOGETHER),
        ({"schedules": "schedule.school", "hours": "14:00-15:00"}, Never.NOT_TOGETHER),
        ({"schedules": "schedule.school", "weekdays": "wed"}, Never.NOT_TOGETHER),
    ],
)
def test_what_never_starts_has_a_reason(kinds: dict[str, str], why: Never) -> None:
    asked, after = times(**kinds), when("2026-09-01T14:00")
    assert start_of(asked, after) is None
    assert end_of(asked, after) == after
    assert why_never(asked, SHIFTS, after, BERLIN, SOURCES) is why


class Counted(dict[str, Shift]):
    """Shifts that count how often one is looked up."""

    asked = 0

    def get(self, key: str, default: Any = None) -> Any:
        self.asked += 1
        return super().get(key, default)


def test_what_contradicts_itself_is_not_looked_for() -> None:
    """Somebody who is refused may try again and again."""
    shifts = Counted(SHIFTS)
    asked = times(shifts="weekend", weekdays="mon")
    assert next_start(asked, shifts, when("2026-09-01T14:00"), BERLIN, SOURCES) is None
    assert shifts.asked == 1  # that of Monday


def test_the_night_after_the_last_date_is_not_over() -> None:
    asked = times(dates="2026-08-31", hours="22:00-06:00")
    assert start_of(asked, when("2026-09-01T05:59:59")) == when("2026-09-01T05:59:59")
    later = times(dates="2026-08-31", shifts="night", hours="04:00-05:00")
    assert start_of(later, when("2026-09-01T02:00")) == when("2026-09-01T04:00")
    after = when("2026-09-01T06:00")
    assert start_of(asked, after) is None
    assert why_never(asked, SHIFTS, after, BERLIN, SOURCES) is Never.OVER


def test_the_unknown_never_ends_to_forbid() -> None:
    after = when("2026-09-01T14:00")
    for kinds in ({"schedules": "schedule.unheard"}, {"shifts": "gone"}):
        asked = times(**kinds)
        assert next_start(asked, SHIFTS, after, BERLIN, SOURCES, if_unknown=True) == after
        assert next_end(asked, SHIFTS, after, BERLIN, SOURCES, if_unknown=True) is None
    # Forbidden on Mondays, by a shift that nobody knows: until it must be over.
    asked = times(shifts="gone", weekdays="mon")
    assert next_end(asked, SHIFTS, after, BERLIN, SOURCES, if_unknown=True) == when("2026-09-02")


def test_always_starts_now_and_never_ends() -> None:
    after = when("2026-09-01T14:00")
    assert start_of(ALWAYS, after) == after
    assert end_of(ALWAYS, after) is None


@pytest.mark.parametrize("first", ["2011-12-30", "2011-12-31", "2012-01-01", "2012-01-02"])
def test_no_date_is_missed_however_far_away_it_is(first: str) -> None:
    """Days are skipped in the search; here is a day that the calendar skipped, too."""
    asked = times(dates=f"{first}..2012-01-03")
    expected = when(max(first, "2011-12-31"), APIA)
    for days in range(1, 380):
        found = start_of(asked, expected - timedelta(days=days), APIA)
        assert found == expected


def test_the_search_goes_as_far_as_its_horizon() -> None:
    after = when("2026-09-01T00:00")
    last = after + HORIZON
    assert start_of(times(dates=f"{last:%Y-%m-%d}"), after) == last
    next_day = last + timedelta(days=1)
    assert start_of(times(dates=f"{next_day:%Y-%m-%d}"), after) is None


class Restless:
    """A source that says it changes every moment, or names the past; and counts the questions."""

    def __init__(self, step: timedelta, is_on: bool) -> None:
        self.step = step
        self.on = is_on
        self.asked = 0

    def is_on(self, entity_id: str, moment: datetime) -> bool:
        return self.on

    def next_change(self, entity_id: str, after: datetime) -> datetime:
        self.asked += 1
        return after + self.step


@pytest.mark.parametrize("is_on", [False, True])
@pytest.mark.parametrize("step_us", [1, 0, -1])
def test_a_source_cannot_hold_the_search(step_us: int, is_on: bool) -> None:
    source = Restless(timedelta(microseconds=step_us), is_on)
    asked, after = times(schedules="schedule.restless"), when("2026-09-01T00:00")
    search = next_end if is_on else next_start
    assert search(asked, {}, after, BERLIN, source) is None
    # What names the past is not followed: then it is once, or once a day.
    assert 1 <= source.asked <= (MAX_STEPS if step_us > 0 else HORIZON.days + 7)


def test_no_change_is_further_away_than_a_day() -> None:
    for asked in (times(dates="2030-01-01"), times(schedules="schedule.unheard"), ALWAYS):
        after = when("2026-09-01T14:00")
        assert next_change(asked, {}, after, BERLIN, NoSources()) == when("2026-09-02")
