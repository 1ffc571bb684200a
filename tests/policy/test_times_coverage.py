"""Which moments count: cases by hand, among them every night on which clocks are changed."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.iot_secure_gateway.policy.coverage import covers
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

SHIFTS: dict[str, Shift] = {
    **shift("early", "06:00-14:00"),
    **shift("late", "14:00-22:00"),
    **shift("night", "22:00-06:00"),
    **shift("weekend", "08:00-12:00 13:00-17:00", "sat sun"),
    **shift("friday_night", "22:00-06:00", "fri"),
}


def counts(asked: Times, moment: datetime, zone: ZoneInfo = BERLIN) -> bool:
    return covers(asked, SHIFTS, moment, zone, NoSources())


def test_always_is_always() -> None:
    assert counts(ALWAYS, when("2020-01-02T13:00:00"))
    assert covers(ALWAYS, {}, datetime.min, BERLIN, NoSources())


@pytest.mark.parametrize(
    ("kinds", "inside", "outside"),
    [
        # A date, to the second; the second row of FIG 9.
        (
            {"dates": "2020-01-02"},
            ["2020-01-02T00:00:00", "2020-01-02T23:59:59.999999"],
            ["2020-01-01T23:59:59.999999", "2020-01-03T00:00:00"],
        ),
        (
            {"dates": "2020-01-02", "hours": "13:00-15:00"},
            ["2020-01-02T13:00:00", "2020-01-02T14:59:59", "2020-01-02T14:59:59.999999"],
            [
                "2020-01-02T12:59:59",
                "2020-01-02T12:59:59.999999",
                "2020-01-02T15:00:00",
                "2020-01-01T14:00:00",
                "2020-01-03T14:00:00",
            ],
        ),
        # A range of dates has both ends; one that is open has one.
        (
            {"dates": "2027-03-01..2027-06-30"},
            ["2027-03-01T00:00:00", "2027-06-30T23:59:59"],
            ["2027-02-28T23:59:59", "2027-07-01T00:00:00"],
        ),
        ({"dates": "2027-03-01.."}, ["2027-03-01T00:00:00", "2100-01-01"], ["2027-02-28"]),
        ({"dates": "..2027-03-01"}, ["2027-03-01T23:00:00", "2001-01-01"], ["2027-03-02"]),
        ({"dates": "2027-03-01 2027-03-03"}, ["2027-03-01", "2027-03-03"], ["2027-03-02"]),
        # 29 February, and a range that ends on 28 February in a leap year.
        ({"dates": "2028-02-29"}, ["2028-02-29T12:00:00"], ["2028-02-28", "2028-03-01"]),
        ({"dates": "2028-02-01..2028-02-28"}, ["2028-02-28T23:59:59"], ["2028-02-29"]),
        ({"dates": "2027-02-28..2027-03-01"}, ["2027-02-28", "2027-03-01"], ["2027-03-02"]),
        (
            {"dates": "2028-02-29", "hours": "22:00-06:00"},
            ["2028-02-29T22:00:00", "2028-03-01T05:59:59"],
            ["2028-02-29T05:00:00", "2028-03-01T06:00:00", "2028-03-01T22:00:00"],
        ),
        # Weekdays: 2 January 2020 is a Thursday.
        ({"weekdays": "thu"}, ["2020-01-02T00:00:00"], ["2020-01-01", "2020-01-03"]),
        (
            {"weekdays": "tue fri", "hours": "09:00-12:00", "dates": "2027-03-01..2027-06-30"},
            ["2027-03-02T09:00:00", "2027-03-05T11:59:59"],
            ["2027-03-03T10:00:00", "2027-03-02T12:00:00", "2027-07-02T10:00:00"],
        ),
        # Hours across midnight belong to the day they start on.
        (
            {"hours": "22:00-06:00"},
            ["2020-01-02T22:00:00", "2020-01-02T05:59:59", "2020-01-02T00:00:00"],
            ["2020-01-02T06:00:00", "2020-01-02T21:59:59"],
        ),
        (
            {"hours": "22:00-06:00", "weekdays": "fri"},
            ["2020-01-03T22:00:00", "2020-01-04T05:59:59"],
            ["2020-01-03T05:00:00", "2020-01-04T06:00:00", "2020-01-04T22:00:00"],
        ),
        (
            {"hours": "22:00-06:00", "dates": "2019-12-31"},
            ["2019-12-31T23:59:59", "2020-01-01T05:59:59"],
            ["2019-12-31T03:00:00", "2020-01-01T22:00:00"],
        ),
        (
            {"hours": "22:00-00:00 00:00-06:00", "weekdays": "fri"},
            ["2020-01-03T22:00:00", "2020-01-03T23:59:59", "2020-01-03T03:00:00"],
            ["2020-01-04T00:00:00", "2020-01-03T06:00:00"],
        ),
        ({"hours": "00:00-24:00"}, ["2020-01-02T00:00:00", "2020-01-02T23:59:59.9"], []),
        (
            {"hours": "07:00:05-20:30:07"},
            ["2020-01-02T07:00:05", "2020-01-02T20:30:06.999999"],
            ["2020-01-02T07:00:04.999999", "2020-01-02T20:30:07"],
        ),
        ({"hours": "08:00-09:00 10:00-11:00"}, ["2020-01-02T08:30"], ["2020-01-02T09:30"]),
        # Shifts, the first row of FIG 9 among them.
        (
            {"shifts": "early"},
            ["2020-01-02T06:00:00", "2020-01-02T13:59:59"],
            ["2020-01-02T05:59:59", "2020-01-02T14:00:00"],
        ),
        ({"shifts": "early night"}, ["2020-01-02T23:00", "2020-01-02T13:00"], ["2020-01-02T15:00"]),
        (
            {"shifts": "weekend"},
            ["2020-01-04T08:00", "2020-01-05T16:59:59"],
            ["2020-01-03T09:00", "2020-01-04T12:30", "2020-01-06T09:00"],
        ),
        (
            {"shifts": "friday_night"},
            ["2020-01-03T22:00", "2020-01-04T05:59"],
            ["2020-01-03T05:00", "2020-01-04T22:00"],
        ),
        # A row's own days are those on which the shift starts.
        (
            {"shifts": "night", "dates": "2020-01-02"},
            ["2020-01-02T22:00", "2020-01-03T05:59:59"],
            ["2020-01-02T05:00", "2020-01-03T22:00"],
        ),
        (
            {"shifts": "friday_night", "weekdays": "sat"},
            [],
            ["2020-01-03T23:00", "2020-01-04T03:00"],
        ),
        ({"shifts": "friday_night", "weekdays": "fri"}, ["2020-01-04T03:00"], ["2020-01-04T06:00"]),
        # Hours narrow a shift, on both sides of midnight.
        (
            {"shifts": "night", "hours": "23:00-01:00", "weekdays": "fri"},
            ["2020-01-03T23:00", "2020-01-04T00:59:59"],
            ["2020-01-03T22:59:59", "2020-01-04T01:00", "2020-01-03T00:30", "2020-01-04T23:30"],
        ),
        (
            {"shifts": "night", "hours": "04:00-05:00", "weekdays": "fri"},
            ["2020-01-04T04:00", "2020-01-04T04:59:59"],
            ["2020-01-03T04:30", "2020-01-04T05:00", "2020-01-03T23:00"],
        ),
        (
            {"shifts": "early", "hours": "20:00-08:00"},
            ["2020-01-02T06:00", "2020-01-02T07:59:59"],
            ["2020-01-02T05:00", "2020-01-02T08:00", "2020-01-02T21:00"],
        ),
        ({"shifts": "early", "hours": "15:00-16:00"}, [], ["2020-01-02T15:30", "2020-01-02T07:00"]),
        # A shift that is gone allows nothing, and takes nothing from those that are there.
        ({"shifts": "gone"}, [], ["2020-01-02T07:00"]),
        ({"shifts": "gone early"}, ["2020-01-02T07:00"], ["2020-01-02T15:00"]),
    ],
)
def test_moments_inside_and_outside(
    kinds: dict[str, str], inside: list[str], outside: list[str]
) -> None:
    asked = times(**kinds)
    assert [text for text in inside if not counts(asked, when(text))] == []
    assert [text for text in outside if counts(asked, when(text))] == []


@pytest.mark.parametrize(
    ("zone", "window", "day", "minutes"),
    [
        # Of an hour that is half skipped; of an hour that comes twice.
        (BERLIN, "02:30-03:30", "2026-03-29", 30),
        (BERLIN, "02:00-03:00", "2026-10-25", 120),
        (NEW_YORK, "02:30-03:30", "2026-03-08", 30),
        (NEW_YORK, "01:00-02:00", "2026-11-01", 120),
        # Here clocks are changed by half an hour.
        (LORD_HOWE, "01:45-02:45", "2026-10-04", 30),
        (LORD_HOWE, "01:00-02:30", "2026-04-05", 120),
    ],
)
def test_nights_on_which_clocks_are_changed(
    zone: ZoneInfo, window: str, day: str, minutes: int
) -> None:
    asked = times(hours=window, dates=day)
    start, end = (datetime.fromisoformat(f"{day}T{text}") for text in window.split("-"))
    midnight = when(f"{day}T00:00", zone).astimezone(UTC)
    counted = 0
    for minute in range(25 * 60):
        moment = midnight + timedelta(minutes=minute)
        wall = moment.astimezone(zone).replace(tzinfo=None)
        assert counts(asked, moment, zone) is (start <= wall < end), wall
        counted += start <= wall < end
    assert counted == minutes


def test_a_time_that_does_not_exist_never_counts() -> None:
    skipped = times(hours="02:00-03:00", dates="2026-03-29")
    midnight = when("2026-03-29T00:00").astimezone(UTC)
    assert not any(counts(skipped, midnight + timedelta(minutes=n)) for n in range(24 * 60))


def test_a_time_that_exists_twice_counts_twice() -> None:
    asked = times(hours="02:00-03:00")
    for fold in (0, 1):
        assert counts(asked, when("2026-10-25T02:30", fold=fold))
    assert when("2026-10-25T02:30", fold=0) - when("2026-10-25T02:30", fold=1).astimezone(
        UTC
    ) == timedelta(hours=-1)


def test_a_window_over_midnight_is_as_long_as_the_night_is() -> None:
    asked = times(hours="22:00-06:00")
    for day, hours_long in (("2026-03-28", 7), ("2026-10-24", 9), ("2026-06-01", 8)):
        start = when(f"{day}T22:00").astimezone(UTC)
        length = next(
            n for n in range(1, 24 * 60) if not counts(asked, start + timedelta(minutes=n))
        )
        assert length == hours_long * 60


def test_the_day_that_apia_skipped_never_counts() -> None:
    """Friday, 30 December 2011 was left out there."""
    before, after = when("2011-12-29T23:59:59", APIA), when("2011-12-31T00:00", APIA)
    assert after.astimezone(UTC) - before.astimezone(UTC) == timedelta(seconds=1)
    fridays = times(weekdays="fri")
    assert not counts(fridays, before, APIA)
    assert not counts(fridays, after, APIA)
    skipped = times(dates="2011-12-30")
    midnight = when("2011-12-28T00:00", APIA).astimezone(UTC)
    assert not any(counts(skipped, midnight + timedelta(minutes=n), APIA) for n in range(5 * 1440))
    # The night of Thursday ends with midnight; that of Friday has its second half only.
    assert counts(times(hours="22:00-06:00", weekdays="thu"), before, APIA)
    assert not counts(times(hours="22:00-06:00", weekdays="thu"), after, APIA)
    assert counts(times(hours="22:00-06:00", weekdays="fri"), after, APIA)


def test_the_answer_hangs_on_the_moment_not_on_where_it_was_written() -> None:
    asked = times(hours="13:00-15:00", dates="2020-01-02")
    assert counts(asked, datetime(2020, 1, 2, 12, 0, tzinfo=UTC))
    assert counts(asked, when("2020-01-03T01:00", ZoneInfo("Pacific/Auckland")))
    assert not counts(asked, datetime(2020, 1, 2, 14, 0, tzinfo=UTC))


def test_a_clock_that_is_set_back_gets_the_same_answers_again() -> None:
    asked = times(hours="08:00-09:00")
    moments = ["2020-01-02T08:30", "2020-01-02T09:30", "2020-01-02T08:30", "1970-01-01T08:30"]
    assert [counts(asked, when(text)) for text in moments] == [True, False, True, True]


def test_a_moment_without_a_time_zone_is_an_error() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        counts(times(weekdays="mon"), datetime(2020, 1, 2, 13, 0))


def _span(start: str, end: str) -> tuple[datetime, datetime]:
    return when(start), when(end)


SOURCES = ListedSources(
    {
        "schedule.school": [_span("2026-09-01T08:00", "2026-09-01T13:00")],
        "schedule.club": [_span("2026-09-01T16:00", "2026-09-01T18:00")],
        "calendar.holidays": [_span("2026-09-01T12:00", "2026-09-02T00:00")],
        "calendar.empty": [],
    }
)


@pytest.mark.parametrize(
    ("kinds", "moment", "expected"),
    [
        ({"schedules": "schedule.school"}, "2026-09-01T08:00", True),
        ({"schedules": "schedule.school"}, "2026-09-01T13:00", False),
        ({"schedules": "schedule.school schedule.club"}, "2026-09-01T16:00", True),
        ({"schedules": "schedule.school", "hours": "09:00-10:00"}, "2026-09-01T08:30", False),
        ({"schedules": "schedule.school", "hours": "09:00-10:00"}, "2026-09-01T09:30", True),
        ({"calendars": "calendar.holidays"}, "2026-09-01T11:59:59", False),
        ({"calendars": "calendar.holidays"}, "2026-09-01T12:00", True),
        (
            {"calendars": "calendar.holidays", "schedules": "schedule.school"},
            "2026-09-01T12:30",
            True,
        ),
        (
            {"calendars": "calendar.holidays", "schedules": "schedule.school"},
            "2026-09-01T14:00",
            False,
        ),
        ({"except_calendars": "calendar.holidays"}, "2026-09-01T11:00", True),
        ({"except_calendars": "calendar.holidays"}, "2026-09-01T12:00", False),
        ({"except_calendars": "calendar.holidays calendar.empty"}, "2026-09-01T12:00", False),
        (
            {"schedules": "schedule.school", "except_calendars": "calendar.holidays"},
            "2026-09-01T12:30",
            False,
        ),
        (
            {"schedules": "schedule.school", "except_calendars": "calendar.holidays"},
            "2026-09-01T11:30",
            True,
        ),
    ],
)
def test_schedules_and_calendars(kinds: dict[str, str], moment: str, expected: bool) -> None:
    assert covers(times(**kinds), SHIFTS, when(moment), BERLIN, SOURCES) is expected
    # All is known here, so it makes no difference what is thought of the unknown.
    assert (
        covers(times(**kinds), SHIFTS, when(moment), BERLIN, SOURCES, if_unknown=True) is expected
    )


@pytest.mark.parametrize(
    "kinds",
    [
        {"schedules": "schedule.unheard"},
        {"schedules": "schedule.unheard schedule.club"},
        {"calendars": "calendar.unheard"},
        {"except_calendars": "calendar.unheard"},
        {"except_calendars": "calendar.unheard calendar.empty"},
        {"shifts": "gone"},
        {"shifts": "gone", "hours": "08:00-10:00"},
        {"shifts": "gone", "weekdays": "mon"},  # may have started the day before
    ],
)
def test_the_unknown_allows_nothing_and_forbids(kinds: dict[str, str]) -> None:
    moment = when("2026-09-01T09:00")
    asked = times(**kinds)
    assert not covers(asked, SHIFTS, moment, BERLIN, SOURCES)
    assert covers(asked, SHIFTS, moment, BERLIN, SOURCES, if_unknown=True)


@pytest.mark.parametrize(
    "kinds",
    [
        {"schedules": "schedule.unheard", "hours": "10:00-11:00"},
        {"schedules": "schedule.unheard", "calendars": "calendar.empty"},
        {"except_calendars": "calendar.unheard", "weekdays": "thu"},
        {"shifts": "gone", "hours": "10:00-11:00"},
        {"shifts": "gone", "weekdays": "sun"},
        {"shifts": "gone", "dates": "2026-09-02"},
    ],
)
@pytest.mark.parametrize("if_unknown", [False, True])
def test_what_is_known_not_to_hold_needs_nothing_else(
    kinds: dict[str, str], if_unknown: bool
) -> None:
    moment = when("2026-09-01T09:00")
    assert not covers(times(**kinds), SHIFTS, moment, BERLIN, SOURCES, if_unknown=if_unknown)


def test_sources_are_not_asked_when_the_clock_says_no() -> None:
    class Untouchable:
        def __getattr__(self, name: str) -> Any:
            raise AssertionError(name)

    asked = times(hours="10:00-11:00", schedules="schedule.school")
    assert not covers(asked, {}, when("2026-09-01T09:00"), BERLIN, Untouchable())
