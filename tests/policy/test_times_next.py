"""When times begin and end to count: exact, bounded, and with a reason when they never do."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from custom_components.iot_secure_gateway.policy.coverage import covers
from custom_components.iot_secure_gateway.policy.next_times import (
    Never,
    next_change,
    next_end,
    next_start,
    why_never,
)
from custom_components.iot_secure_gateway.policy.times import ALWAYS, Shift
from tests.policy.times_cases import (
    APIA,
    BERLIN,
    LORD_HOWE,
    NEW_YORK,
    SOURCES,
    ListedSources,
    end_of,
    start_of,
    times,
    when,
)


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
    nothing: dict[str, Shift] = {}
    common = (asked, nothing, start, BERLIN, sources)
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


def test_windows_that_meet_are_no_change() -> None:
    asked = times(hours="08:00-10:00 10:00-11:00 22:00-24:00 00:00-01:00")
    for after, change in (("09:00", "11:00"), ("10:00", "11:00"), ("11:00", "22:00")):
        found = next_change(
            asked, {}, when(f"2026-09-01T{after}"), BERLIN, SOURCES, if_unknown=False
        )
        assert found == when(f"2026-09-01T{change}")
