"""The picture of a week: drawn from few moments, and the same as if every minute were looked at."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from custom_components.iot_secure_gateway.policy.coverage import covers
from custom_components.iot_secure_gateway.policy.times import ALWAYS, Times
from custom_components.iot_secure_gateway.policy.week import (
    MAX_CHANGES,
    MAX_SPAN,
    Interval,
    TooManyChangesError,
    changes,
    drawn,
    week_of,
)
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

SHIFTS = shift("night", "22:00-06:00", "sat")
SCHOOL = ListedSources({"schedule.school": [(when("2026-10-20T08:00"), when("2026-10-20T13:00"))]})


def test_a_week_is_from_monday_to_monday_by_the_clock() -> None:
    for day in (date(2026, 10, 19), date(2026, 10, 25)):
        start, end = week_of(day, BERLIN)
        assert start == when("2026-10-19T00:00")
        assert end - start == timedelta(hours=169)
    assert [
        week_of(day, zone)[1] - week_of(day, zone)[0]
        for zone, day in (
            (BERLIN, date(2026, 3, 25)),
            (LORD_HOWE, date(2026, 10, 4)),
            (APIA, date(2011, 12, 30)),
        )
    ] == [timedelta(hours=167), timedelta(hours=167.5), timedelta(days=6)]


def test_the_week_of_a_child_and_a_cleaner() -> None:
    light = times(hours="07:00-20:30", weekdays="mon tue")
    door = times(hours="09:00-12:00", weekdays="tue")
    start, end = week_of(date(2026, 6, 1), BERLIN)
    asked: list[datetime] = []

    def judge(moment: datetime) -> str:
        asked.append(moment)
        both = [covers(asking, {}, moment, BERLIN, NoSources()) for asking in (light, door)]
        return "-lcb"[both[0] + 2 * both[1]]

    moments = changes([(light, False), (door, False)], {}, start, end, BERLIN, NoSources())
    found = drawn(judge, moments, start, end)
    assert [
        (f"{interval.start.astimezone(BERLIN):%a %H:%M}", interval.verdict) for interval in found
    ] == [
        ("Mon 00:00", "-"),
        ("Mon 07:00", "l"),
        ("Mon 20:30", "-"),
        ("Tue 07:00", "l"),
        ("Tue 09:00", "b"),
        ("Tue 12:00", "l"),
        ("Tue 20:30", "-"),
    ]
    assert found[-1].end == end
    assert len(asked) < 20


def test_a_window_on_the_night_of_changed_clocks_is_drawn_as_long_as_it_is() -> None:
    night = times(shifts="night")
    start, end = week_of(date(2026, 10, 25), BERLIN)
    moments = changes([(night, False)], SHIFTS, start, end, BERLIN, NoSources())
    found = drawn(
        lambda moment: covers(night, SHIFTS, moment, BERLIN, NoSources()), moments, start, end
    )
    assert [interval.verdict for interval in found] == [False, True, False]
    assert found[1].end - found[1].start == timedelta(hours=9)


def test_what_changes_for_another_reason_is_drawn_when_told() -> None:
    start, end = week_of(date(2026, 6, 1), BERLIN)
    expires_at = when("2026-06-03T10:00")
    outside = {start - timedelta(days=1), start, end, end + timedelta(days=1)}
    found = drawn(lambda moment: moment < expires_at, {expires_at, *outside}, start, end)
    assert found == (
        Interval(start=start, end=expires_at.astimezone(UTC), verdict=True),
        Interval(start=expires_at.astimezone(UTC), end=end, verdict=False),
    )


def test_what_changes_at_the_end_is_not_drawn() -> None:
    start, end = week_of(date(2026, 6, 1), BERLIN)
    assert drawn(lambda moment: moment < end, {start, end}, start, end) == (
        Interval(start=start, end=end, verdict=True),
    )


def test_what_is_unknown_is_drawn_as_it_is_judged() -> None:
    """A row that forbids from 10:00 to 12:00 within a shift that nobody knows."""
    forbidding = times(shifts="gone", hours="10:00-12:00")
    start, end = when("2026-06-01T00:00"), when("2026-06-02T00:00")
    for if_unknown, edges in ((True, ["10:00", "12:00"]), (False, [])):
        moments = changes([(forbidding, if_unknown)], {}, start, end, BERLIN, NoSources())
        assert moments == {when(f"2026-06-01T{edge}") for edge in edges}


def test_what_never_changes_is_one_interval() -> None:
    start, end = week_of(date(2026, 6, 1), BERLIN)
    moments = changes([(ALWAYS, False)], {}, start, end, BERLIN, NoSources())
    assert moments == frozenset()
    assert drawn(lambda _: "yes", moments, start, end) == (
        Interval(start=start, end=end, verdict="yes"),
    )


def test_no_time_has_no_picture() -> None:
    start = when("2026-06-01T00:00")
    with pytest.raises(ValueError, match="not after"):
        drawn(lambda _: True, (), start, start)


def test_too_long_and_too_many_is_refused() -> None:
    start = when("2026-06-01T00:00")
    with pytest.raises(TooManyChangesError, match="too long"):
        changes([], {}, start, start + MAX_SPAN + timedelta(seconds=1), BERLIN, NoSources())

    class Restless(NoSources):
        asked = 0

        def next_change(self, entity_id: str, after: datetime) -> datetime:
            self.asked += 1
            return after + timedelta(microseconds=1)

    restless = Restless()
    asked = [(times(schedules="schedule.x"), False)]
    with pytest.raises(TooManyChangesError, match="too often"):
        changes(asked, {}, start, start + MAX_SPAN, BERLIN, restless)
    assert restless.asked == MAX_CHANGES + 1


@pytest.mark.parametrize("seed", range(6))
def test_the_picture_is_that_of_every_minute(seed: int) -> None:
    random = Random(seed)
    zone, day = random.choice(
        [
            (BERLIN, date(2026, 10, 25)),
            (NEW_YORK, date(2026, 3, 8)),
            (LORD_HOWE, date(2026, 4, 5)),
            (APIA, date(2011, 12, 30)),
        ]
    )
    start, end = week_of(day, zone)
    rows: list[tuple[Times, bool]] = []
    for _ in range(4):
        first, second = random.sample(range(24 * 60), 2)
        kinds = {
            "hours": f"{first // 60:02}:{first % 60:02}-{second // 60:02}:{second % 60:02}",
            "weekdays": " ".join(random.sample(["mon", "thu", "fri", "sat", "sun"], 3)),
            "shifts": random.choice(["night", "night gone"]),
            "schedules": random.choice(["schedule.school", "schedule.unheard"]),
        }
        chosen = random.sample(sorted(kinds), random.choice([1, 2]))
        rows.append((times(**{kind: kinds[kind] for kind in chosen}), random.random() < 0.5))

    def judge(moment: datetime) -> tuple[bool, ...]:
        return tuple(
            covers(asked, SHIFTS, moment, zone, SCHOOL, if_unknown=if_unknown)
            for asked, if_unknown in rows
        )

    found = drawn(judge, changes(rows, SHIFTS, start, end, zone, SCHOOL), start, end)
    minutes = (start + timedelta(minutes=n) for n in range((end - start) // timedelta(minutes=1)))
    expected: list[tuple[datetime, tuple[bool, ...]]] = []
    for minute in minutes:
        verdict = judge(minute)
        if not expected or expected[-1][1] != verdict:
            expected.append((minute, verdict))
    assert [(interval.start, interval.verdict) for interval in found] == expected
    assert len(expected) > 2
