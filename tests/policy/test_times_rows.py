"""Rows with times, judged by the table: S48 to S51, and nights on which clocks are changed (B33)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from .makings import judge, row, state
from .times_cases import BERLIN, LORD_HOWE, NEW_YORK, hours, shift, times, when
from custom_components.iot_secure_gateway.policy.decision import Column, Decision, Reason
from custom_components.iot_secure_gateway.policy.facts import Facts
from custom_components.iot_secure_gateway.policy.known_sources import Events, KnownSources, Plan
from custom_components.iot_secure_gateway.policy.times import Shift, Times

SHIFTS: dict[str, Shift] = {
    **shift("night", "22:00-06:00", "fri"),
    **shift("early", "06:00-14:00"),
}
SOURCES = KnownSources(
    BERLIN,
    {"schedule.club": Plan({0: hours("16:00-18:00")})},
    {
        "calendar.holidays": Events(
            [(when("2026-11-30T00:00"), when("2026-12-01T00:00"))],
            since=when("2026-01-01T00:00"),
            until=when("2027-01-01T00:00"),
        )
    },
)


def decide(
    asked: Times, moment: datetime, zone: ZoneInfo = BERLIN, *, is_allow: bool = True
) -> Decision:
    """Judge Bob's command; where the row with these times forbids, another one allows always."""
    rows = [row(times=asked, is_allow=is_allow)]
    if not is_allow:
        rows.append(row(number=2))
    of = state(*rows, shifts=SHIFTS)
    return judge(of, "bob", now=moment, facts=Facts(zone=zone, sources=SOURCES))


@pytest.mark.parametrize(
    ("kinds", "inside", "outside", "next_start"),
    [
        # S48
        ({"dates": "2026-12-24"}, "2026-12-24T23:59:59", "2026-12-23T23:59:59", "2026-12-24T00:00"),
        (
            {"dates": "2027-03-01..2027-06-30"},
            "2027-06-30T12:00",
            "2027-02-28T12:00",
            "2027-03-01T00:00",
        ),
        # S49
        ({"weekdays": "tue fri"}, "2026-12-01T12:00", "2026-12-02T12:00", "2026-12-04T00:00"),
        # S50
        ({"shifts": "early"}, "2026-12-01T13:59:59", "2026-12-01T14:00", "2026-12-02T06:00"),
        ({"shifts": "night"}, "2026-12-05T05:59:59", "2026-12-05T06:00", "2026-12-11T22:00"),
        # S51
        ({"hours": "07:00-20:30"}, "2026-12-01T20:29:59", "2026-12-01T20:31", "2026-12-02T07:00"),
        ({"hours": "22:00-06:00"}, "2026-12-01T05:59:59", "2026-12-01T06:00", "2026-12-01T22:00"),
        # B33: a schedule helper, but not on holidays, of which one is a Monday.
        (
            {"schedules": "schedule.club", "except_calendars": "calendar.holidays"},
            "2026-11-23T17:59:59",
            "2026-11-30T17:00",
            "2026-12-07T16:00",
        ),
    ],
)
def test_a_row_counts_at_its_times(
    kinds: dict[str, str], inside: str, outside: str, next_start: str
) -> None:
    asked = times(**kinds)
    assert decide(asked, when(inside)).allowed
    refused = decide(asked, when(outside))
    assert (refused.reason, refused.row, refused.column) == (Reason.NOT_NOW, 1, Column.TIMES)
    assert refused.next_allowed_at == when(next_start)


@pytest.mark.parametrize(
    ("kinds", "inside", "outside", "end"),
    [
        ({"dates": "2026-12-24"}, "2026-12-24T12:00", "2026-12-25T00:00", "2026-12-25T00:00"),
        ({"weekdays": "sat sun"}, "2026-12-05T12:00", "2026-12-04T12:00", "2026-12-07T00:00"),
        ({"shifts": "night"}, "2026-12-05T05:00", "2026-12-05T06:00", "2026-12-05T06:00"),
        ({"hours": "22:00-06:00"}, "2026-12-01T23:00", "2026-12-01T21:59:59", "2026-12-02T06:00"),
        (
            {"calendars": "calendar.holidays"},
            "2026-11-30T12:00",
            "2026-12-01T00:00",
            "2026-12-01T00:00",
        ),
    ],
)
def test_a_row_forbids_at_its_times(
    kinds: dict[str, str], inside: str, outside: str, end: str
) -> None:
    asked = times(**kinds)
    refused = decide(asked, when(inside), is_allow=False)
    assert (refused.reason, refused.row) == (Reason.FORBIDDEN, 1)
    assert refused.next_allowed_at == when(end)
    assert decide(asked, when(outside), is_allow=False).allowed


@pytest.mark.parametrize(
    ("zone", "night", "window", "minutes"),
    [
        (BERLIN, "2026-03-28", "22:00-06:00", 7 * 60),
        (BERLIN, "2026-10-24", "22:00-06:00", 9 * 60),
        (NEW_YORK, "2026-03-07", "22:00-06:00", 7 * 60),
        (NEW_YORK, "2026-10-31", "22:00-06:00", 9 * 60),
        (LORD_HOWE, "2026-10-03", "22:00-06:00", 7 * 60 + 30),
        (LORD_HOWE, "2026-04-04", "22:00-06:00", 8 * 60 + 30),
    ],
)
@pytest.mark.parametrize("is_allow", [True, False])
def test_a_night_on_which_clocks_are_changed(
    zone: ZoneInfo, night: str, window: str, minutes: int, is_allow: bool
) -> None:
    asked = times(hours=window, dates=night)
    start = when(f"{night}T22:00", zone).astimezone(UTC)
    end = start + timedelta(minutes=minutes)
    second = timedelta(seconds=1)
    assert end == when(f"{night}T06:00", zone) + timedelta(days=1)
    for moment, is_inside in (
        (start - second, False),
        (start, True),
        (start + timedelta(minutes=minutes // 2), True),
        (end - second, True),
        (end, False),
    ):
        assert decide(asked, moment, zone, is_allow=is_allow).allowed is (is_inside is is_allow)
    refused = decide(asked, start - second if is_allow else start, zone, is_allow=is_allow)
    assert refused.next_allowed_at == (start if is_allow else end)


def test_holidays_that_nobody_knows_yet_allow_nothing_and_forbid() -> None:
    next_year = when("2027-02-01T17:00")
    assert not decide(times(except_calendars="calendar.holidays"), next_year).allowed
    assert not decide(times(calendars="calendar.holidays"), next_year).allowed
    assert not decide(times(calendars="calendar.holidays"), next_year, is_allow=False).allowed
    assert not decide(times(shifts="gone"), next_year, is_allow=False).allowed
