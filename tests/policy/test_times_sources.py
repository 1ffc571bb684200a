"""Schedule helpers and calendars as they were read: right at any moment, unknown beyond."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from custom_components.iot_secure_gateway.policy.coverage import covers
from custom_components.iot_secure_gateway.policy.known_sources import (
    MAX_EVENTS,
    Events,
    KnownSources,
    Plan,
)
from custom_components.iot_secure_gateway.policy.next_times import next_end, next_start
from custom_components.iot_secure_gateway.policy.times import HourRange
from tests.policy.times_cases import BERLIN, hours, times, when

# On Mondays and Sundays; the last block of Sunday is that of the night on which clocks are set back.
PLAN = Plan(
    {0: hours("08:00-12:00 13:00-24:00"), 6: hours("02:00-03:00 23:00-24:00"), 2: hours("")}
)
HOLIDAYS = Events(
    [
        (when("2026-12-25T00:00"), when("2026-12-27T00:00")),
        (when("2026-10-24T00:00"), when("2026-10-26T00:00")),
        (when("2026-12-26T00:00"), when("2026-12-26T12:00")),
        (when("2026-12-27T00:00"), when("2026-12-28T00:00")),
        (when("2026-11-01T00:00"), when("2026-11-01T00:00")),
    ],
    since=when("2026-10-01T00:00"),
    until=when("2027-01-01T00:00"),
)
SOURCES = KnownSources(
    BERLIN,
    {"schedule.club": PLAN, "schedule.empty": Plan({})},
    {"calendar.holidays": HOLIDAYS},
)


@pytest.mark.parametrize(
    ("entity_id", "moment", "expected"),
    [
        ("schedule.club", "2026-10-19T08:00", True),
        ("schedule.club", "2026-10-19T11:59:59", True),
        ("schedule.club", "2026-10-19T12:00", False),
        ("schedule.club", "2026-10-19T23:59:59", True),
        ("schedule.club", "2026-10-20T00:00", False),
        ("schedule.club", "2026-10-20T08:00", False),
        ("schedule.club", "2026-10-25T23:30", True),
        ("schedule.club", "2026-10-26T00:00", False),
        ("schedule.empty", "2026-10-19T08:00", False),
        ("schedule.unread", "2026-10-19T08:00", None),
        ("calendar.unread", "2026-10-19T08:00", None),
        ("calendar.holidays", "2026-10-23T23:59:59", False),
        ("calendar.holidays", "2026-10-24T00:00", True),
        ("calendar.holidays", "2026-10-26T00:00", False),
        ("calendar.holidays", "2026-11-01T00:00", False),
        # One that lies in another does not end it, and the next one goes on without a gap.
        ("calendar.holidays", "2026-12-26T13:00", True),
        ("calendar.holidays", "2026-12-27T12:00", True),
        ("calendar.holidays", "2026-12-28T00:00", False),
        # Not read.
        ("calendar.holidays", "2026-09-30T23:59:59", None),
        ("calendar.holidays", "2026-10-01T00:00", False),
        ("calendar.holidays", "2026-12-31T23:59:59", False),
        ("calendar.holidays", "2027-01-01T00:00", None),
    ],
)
def test_answers(entity_id: str, moment: str, expected: bool | None) -> None:
    assert SOURCES.is_on(entity_id, when(moment).astimezone(UTC)) is expected


def test_a_block_in_a_repeated_hour_is_on_twice() -> None:
    night = datetime(2026, 10, 24, 22, tzinfo=UTC)
    on = [
        minute
        for minute in range(8 * 60)
        if SOURCES.is_on("schedule.club", night + timedelta(minutes=minute))
    ]
    assert on == list(range(2 * 60, 4 * 60))


@pytest.mark.parametrize(
    ("after", "change"),
    [
        ("2026-09-01T00:00", "2026-10-01T00:00"),
        ("2026-10-01T00:00", "2026-10-24T00:00"),
        ("2026-10-24T00:00", "2026-10-26T00:00"),
        ("2026-10-26T00:00", "2026-12-25T00:00"),
        ("2026-12-25T00:00", "2026-12-28T00:00"),
        ("2026-12-28T00:00", "2027-01-01T00:00"),
        ("2027-01-01T00:00", None),
    ],
)
def test_changes_of_a_calendar(after: str, change: str | None) -> None:
    found = SOURCES.next_change("calendar.holidays", when(after).astimezone(UTC))
    assert found == (when(change) if change else None)


def test_what_was_not_read_does_not_change() -> None:
    for entity_id in ("schedule.unread", "calendar.unread", "schedule.empty"):
        assert SOURCES.next_change(entity_id, when("2026-10-19T08:00").astimezone(UTC)) is None


def test_times_with_schedule_and_holidays() -> None:
    asked = times(schedules="schedule.club", except_calendars="calendar.holidays")
    start = next_start(asked, {}, when("2026-10-20T00:00"), BERLIN, SOURCES)
    # Not the night of Sunday, which is a holiday.
    assert start == when("2026-10-26T08:00")
    assert next_end(asked, {}, start, BERLIN, SOURCES) == when("2026-10-26T12:00")
    # Nobody knows yet what will be a holiday next year, so nothing is allowed then.
    assert next_start(asked, {}, when("2026-12-31T00:00"), BERLIN, SOURCES) is None
    assert not covers(asked, {}, when("2027-01-04T08:00"), BERLIN, SOURCES)
    assert covers(asked, {}, when("2027-01-04T08:00"), BERLIN, SOURCES, if_unknown=True)


def test_more_events_than_are_kept_are_unknown_not_missed() -> None:
    first = when("2026-10-01T00:00").astimezone(UTC)
    hour = timedelta(hours=1)
    spans = [(first + 2 * n * hour, first + (2 * n + 1) * hour) for n in range(MAX_EVENTS + 5)]
    events = Events(spans, since=first, until=first + timedelta(days=365))
    assert events.is_on(spans[MAX_EVENTS - 1][0]) is True
    assert events.is_on(spans[MAX_EVENTS][0] - hour) is False
    assert events.is_on(spans[MAX_EVENTS][0]) is None
    assert events.until == spans[MAX_EVENTS][0]
    all_of_them = Events(spans[:MAX_EVENTS], since=first, until=first + timedelta(days=365))
    assert all_of_them.until == first + timedelta(days=365)


def test_a_plan_has_as_many_blocks_as_can_be_overlooked() -> None:
    many = frozenset(HourRange(start_s=60 * n, end_s=60 * n + 30) for n in range(25))
    with pytest.raises(ValueError, match="hours: expected at most 24 entries"):
        Plan({3: many})


@pytest.mark.parametrize("seed", range(4))
def test_a_calendar_answers_as_its_events_do(seed: int) -> None:
    random = Random(seed)
    since = datetime(2026, 10, 24, tzinfo=UTC)
    minute = timedelta(minutes=1)
    spans = []
    for _ in range(20):
        start = since + random.randrange(-300, 3000) * minute
        zone = random.choice([UTC, BERLIN, ZoneInfo("Asia/Tokyo")])
        spans.append(
            (start.astimezone(zone), (start + random.randrange(200) * minute).astimezone(zone))
        )
    events = Events(spans, since=since, until=since + 2880 * minute)
    utc = [(start.astimezone(UTC), end.astimezone(UTC)) for start, end in spans]
    answers = []
    for number in range(2880):
        moment = since + number * minute
        answers.append(events.is_on(moment))
        assert answers[-1] is any(start <= moment < end for start, end in utc)
    for number in range(0, 2880, 7):
        change = events.next_change(since + number * minute)
        assert change is not None
        following = next(
            (later for later in range(number, 2880) if answers[later] != answers[number]), 2880
        )
        assert change == since + following * minute
