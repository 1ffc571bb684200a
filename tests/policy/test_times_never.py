"""Times that never begin, or not within what is looked at: always a reason, never a long search."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from custom_components.iot_secure_gateway.policy.next_times import (
    HORIZON,
    MAX_STEPS,
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
    SHIFTS,
    SOURCES,
    NoSources,
    end_of,
    start_of,
    times,
    when,
)


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
