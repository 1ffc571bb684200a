"""Times as records and as JSON: what is taken, what is refused, and with which place."""

from datetime import date
from typing import Any

import pytest

from custom_components.iot_secure_gateway.policy.times import (
    ALWAYS,
    MAX_HOURS,
    DateRange,
    HourRange,
    Shift,
    Times,
)
from tests.policy.times_cases import days, hours, shift, times, weekdays

FULL = times(
    dates="2020-01-02 2020-03-01..2020-06-30 2021-01-01.. ..2019-12-31",
    weekdays="sat mon",
    hours="22:00-06:00 13:00-15:00:30",
    shifts="night early",
    schedules="schedule.school",
    calendars="calendar.term",
    except_calendars="calendar.holidays calendar.birthdays",
)
FULL_JSON = {
    "dates": [
        {"last": "2019-12-31"},
        {"first": "2020-01-02", "last": "2020-01-02"},
        {"first": "2020-03-01", "last": "2020-06-30"},
        {"first": "2021-01-01"},
    ],
    "weekdays": ["mon", "sat"],
    "hours": [
        {"start": "13:00:00", "end": "15:00:30"},
        {"start": "22:00:00", "end": "06:00:00"},
    ],
    "shifts": ["early", "night"],
    "schedules": ["schedule.school"],
    "calendars": ["calendar.term"],
    "except_calendars": ["calendar.birthdays", "calendar.holidays"],
}
SHIFT_JSON = {
    "id": "night",
    "name": "Night",
    "made_by": "ann",
    "weekdays": ["fri"],
    "hours": [{"start": "22:00:00", "end": "06:00:00"}],
}


def test_times_are_the_same_after_a_way_through_json() -> None:
    assert FULL.to_dict() == FULL_JSON
    assert Times.from_dict(FULL_JSON, "times") == FULL
    assert not FULL.is_always
    assert FULL.sources == {
        "schedule.school",
        "calendar.term",
        "calendar.holidays",
        "calendar.birthdays",
    }


def test_a_shift_is_the_same_after_a_way_through_json() -> None:
    night = shift("night", "22:00-06:00", "fri")["night"]
    assert night.to_dict() == SHIFT_JSON
    assert Shift.from_dict(SHIFT_JSON, "shifts[0]") == night
    daily = shift("early", "06:00-14:00")["early"]
    assert Shift.from_dict(daily.to_dict(), "shifts[0]") == daily
    assert "weekdays" not in daily.to_dict()


def test_always_says_so() -> None:
    assert ALWAYS.is_always
    assert ALWAYS.to_dict() == {"always": True}
    assert Times.from_dict({"always": True}, "times") == ALWAYS


def test_midnight_can_be_written_both_ways_and_ends_the_day() -> None:
    assert (
        hours("22:00-00:00") == hours("22:00-24:00:00") == {HourRange(start_s=79200, end_s=86400)}
    )
    assert HourRange(start_s=79200, end_s=86400).window == (79200, 86400)
    assert HourRange(start_s=79200, end_s=21600).window == (79200, 108000)
    assert HourRange(start_s=79200, end_s=86400).to_dict()["end"] == "24:00:00"


def test_29_february_is_a_day_in_leap_years_only() -> None:
    leap = Times.from_dict({"dates": [{"first": "2028-02-29"}]}, "t")
    assert leap.dates == {DateRange(first=date(2028, 2, 29), last=None)}
    with pytest.raises(ValueError, match=r"^t\.dates\[0\]\.last: expected a day that exists"):
        Times.from_dict({"dates": [{"first": "2027-02-28", "last": "2027-02-29"}]}, "t")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], "t: expected an object"),
        (None, "t: expected an object"),
        ({}, "t: say always, or one kind of times"),
        ({"hour": []}, "t: unknown field; known are always, calendars, dates, except_calendars, "),
        ({1: 2}, "t: unknown field"),
        ({"always": False}, "t.always: is true, and stands alone"),
        ({"always": 1}, "t.always: is true, and stands alone"),
        ({"always": True, "weekdays": ["mon"]}, "t.always: is true, and stands alone"),
        ({"weekdays": []}, "t.weekdays: expected 1 to 7 entries"),
        ({"weekdays": ["mon"] * 8}, "t.weekdays: expected 1 to 7 entries"),
        ({"weekdays": "mon"}, "t.weekdays: expected a list"),
        ({"weekdays": ["Mon"]}, "t.weekdays[0]: expected one of mon, tue, "),
        ({"weekdays": [0]}, "t.weekdays[0]: expected one of mon, tue, "),
        ({"weekdays": [["mon"]]}, "t.weekdays[0]: expected one of mon, tue, "),
        ({"dates": ["2020-01-02"]}, "t.dates[0]: expected an object"),
        ({"dates": [{}]}, "t.dates[0].first: give a first or a last day"),
        ({"dates": [{"first": "20200102"}]}, "t.dates[0].first: expected a day that exists"),
        ({"dates": [{"first": "2020-W01-1"}]}, "t.dates[0].first: expected a day that exists"),
        ({"dates": [{"first": "2020-13-01"}]}, "t.dates[0].first: expected a day that exists"),
        ({"dates": [{"first": "2020-01-02T00"}]}, "t.dates[0].first: expected a day that exists"),
        ({"dates": [{"first": None}]}, "t.dates[0].first: expected a day that exists"),
        ({"dates": [{"first": "0001-01-01"}]}, "t.dates[0].first: expected a year from 2000"),
        ({"dates": [{"last": "9999-01-01"}]}, "t.dates[0].last: expected a year from 2000"),
        (
            {"dates": [{"first": "2020-01-03", "last": "2020-01-02"}]},
            "t.dates[0].last: is before the first day",
        ),
        ({"dates": [{"from": "2020-01-03"}]}, "t.dates[0]: unknown field; known are first, last"),
        ({"hours": [{"start": "08:00"}]}, "t.hours[0].end: expected a time of day"),
        ({"hours": [{"end": "08:00"}]}, "t.hours[0].start: expected a time of day"),
        ({"hours": [{"start": "8:00", "end": "09:00"}]}, "t.hours[0].start: expected a time"),
        ({"hours": [{"start": 800, "end": "09:00"}]}, "t.hours[0].start: expected a time"),
        ({"hours": [{"start": "08:60", "end": "09:00"}]}, "t.hours[0].start: expected a time"),
        ({"hours": [{"start": "٠٨:00", "end": "09:00"}]}, "t.hours[0].start: expected a time"),
        ({"hours": [{"start": "08:00\n", "end": "09:00"}]}, "t.hours[0].start: expected a time"),
        ({"hours": [{"start": "24:00", "end": "09:00"}]}, "t.hours[0].start: expected 00:00:00"),
        ({"hours": [{"start": "08:00", "end": "24:00:01"}]}, "t.hours[0].end: expected a time"),
        ({"hours": [{"start": "08:00", "end": "08:00:00"}]}, "t.hours[0].end: is the start; "),
        ({"hours": [{}] * 25}, "t.hours: expected 1 to 24 entries"),
        ({"shifts": [1]}, "t.shifts[0]: expected text"),
        ({"shifts": [""]}, "t.shifts[0]: expected 1 to 64 characters"),
        ({"shifts": ["x" * 65]}, "t.shifts[0]: expected 1 to 64 characters"),
        ({"shifts": ["a\x1b[2J"]}, "t.shifts[0]: expected printable text"),
        ({"shifts": [" a"]}, "t.shifts[0]: expected printable text"),
        ({"schedules": ["calendar.x"]}, "t.schedules[0]: expected the id of a schedule entity"),
        ({"calendars": ["calendar.X"]}, "t.calendars[0]: expected the id of a calendar entity"),
        ({"except_calendars": ["calendar."]}, "t.except_calendars[0]: expected the id of a cal"),
        ({"calendars": ["calendar." + "x" * 255]}, "t.calendars[0]: expected 1 to 255 characters"),
    ],
)
def test_wrong_json_is_refused_with_its_place(given: object, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        Times.from_dict(given, "t")
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"id": None}, "s.id: expected text"),
        ({"name": "\u200d"}, "s.name: expected printable text"),
        ({"name": "\u202ea"}, "s.name: expected printable text"),
        ({"id": "a\u200db"}, "s.id: expected printable text"),
        ({"name": "x" * 65}, "s.name: expected 1 to 64 characters"),
        ({"made_by": ""}, "s.made_by: expected 1 to 64 characters"),
        ({"hours": None}, "s.hours: expected a list"),
        ({"hours": []}, "s.hours: expected 1 to 24 entries"),
        ({"weekdays": []}, "s.weekdays: expected 1 to 7 entries"),
        ({"colour": "red"}, "s: unknown field; known are hours, id, made_by, name, weekdays"),
    ],
)
def test_wrong_shift_is_refused_with_its_place(changed: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        Shift.from_dict(SHIFT_JSON | changed, "s")
    assert str(caught.value).startswith(message)


def test_names_keep_the_joiners_without_which_emoji_fall_apart() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert Shift.from_dict(SHIFT_JSON | {"name": family}, "s").name == family


MANY_HOURS = frozenset(HourRange(start_s=n, end_s=n + 1) for n in range(MAX_HOURS + 1))


@pytest.mark.parametrize(
    ("kinds", "message"),
    [
        ({"weekdays": frozenset({7})}, "weekdays: expected 0"),
        ({"weekdays": frozenset({-1})}, "weekdays: expected 0"),
        ({"hours": MANY_HOURS}, "hours: expected at most 24 entries"),
        ({"shifts": frozenset({"\n"})}, "shifts: expected printable text"),
        ({"shifts": frozenset(map(str, range(17)))}, "shifts: expected at most 16 entries"),
        ({"schedules": frozenset({"switch.x"})}, "schedules: expected the id of a schedule"),
        (
            {"calendars": frozenset(f"calendar.c{n}" for n in range(17))},
            "calendars: expected at most 16 entries",
        ),
        (
            {
                "dates": frozenset(
                    DateRange(first=date(2000 + n, 1, 1), last=None) for n in range(101)
                )
            },
            "dates: expected at most 100 entries",
        ),
    ],
)
def test_a_record_cannot_be_made_wrong_either(kinds: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        Times(**kinds)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"hours": frozenset()}, "hours: give at least one range"),
        ({"hours": MANY_HOURS}, "hours: expected at most 24 entries"),
        ({"weekdays": frozenset({7})}, "weekdays: expected 0"),
        ({"name": "\x00"}, "name: expected printable text"),
    ],
)
def test_a_shift_cannot_be_made_wrong_either(changed: dict[str, Any], message: str) -> None:
    good = {"id": "s", "name": "S", "made_by": "ann", "hours": hours("08:00-09:00")}
    assert Shift(**good).weekdays == weekdays("")  # type: ignore[arg-type]
    with pytest.raises(ValueError) as caught:
        Shift(**good | changed)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(("start_s", "end_s"), [(-1, 5), (86400, 5), (0, 0), (5, 86401), (5, 5)])
def test_hours_outside_of_a_day_are_refused(start_s: int, end_s: int) -> None:
    with pytest.raises(ValueError):
        HourRange(start_s=start_s, end_s=end_s)


def test_what_was_read_is_never_repeated() -> None:
    secret = "s3cret"
    for given in ({"shifts": [secret + "\n"]}, {secret: 1}, {"hours": [{"start": secret}]}):
        with pytest.raises(ValueError) as caught:
            Times.from_dict(given, "t")
        assert secret not in str(caught.value)


def test_order_and_repetition_do_not_matter() -> None:
    assert days("2020-01-02 2020-01-03") == days("2020-01-03 2020-01-02 2020-01-03")
