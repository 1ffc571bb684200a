"""Random times at random moments against the specification, one moment after the other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from custom_components.iot_secure_gateway.policy.coverage import covers
from custom_components.iot_secure_gateway.policy.next_times import next_change, next_end, next_start
from custom_components.iot_secure_gateway.policy.times import (
    DAY_S,
    DateRange,
    HourRange,
    Shift,
    Times,
)
from tests.policy.times_cases import APIA, BERLIN, LORD_HOWE, NEW_YORK, ListedSources
from tests.policy.times_reference import holds

MINUTE = timedelta(minutes=1)
# Days around which clocks were changed, or a day, a year or a February ended.
PLACES = [
    (BERLIN, date(2026, 3, 29)),
    (BERLIN, date(2026, 10, 25)),
    (BERLIN, date(2028, 2, 29)),
    (NEW_YORK, date(2026, 3, 8)),
    (NEW_YORK, date(2026, 11, 1)),
    (LORD_HOWE, date(2026, 4, 5)),
    (LORD_HOWE, date(2026, 10, 4)),
    (APIA, date(2011, 12, 30)),
    # Clocks are set back over midnight, so that a part of the day before comes twice.
    (ZoneInfo("America/Havana"), date(2026, 11, 1)),
    (ZoneInfo("America/Asuncion"), date(2023, 3, 26)),
    # And forward over midnight, so that a day begins at one o'clock.
    (ZoneInfo("America/Asuncion"), date(2023, 10, 1)),
    (ZoneInfo("Asia/Kathmandu"), date(2026, 12, 31)),
]
# When clocks are changed exactly, and near which second of the day that is.
CHANGES = [
    (BERLIN, datetime(2026, 3, 29, 1, tzinfo=UTC), 7200),
    (BERLIN, datetime(2026, 10, 25, 1, tzinfo=UTC), 7200),
    (NEW_YORK, datetime(2026, 11, 1, 6, tzinfo=UTC), 7200),
    (LORD_HOWE, datetime(2026, 10, 3, 15, 30, tzinfo=UTC), 7200),
    (APIA, datetime(2011, 12, 30, 10, tzinfo=UTC), 0),
]


@dataclass
class Case:
    """One question, and all that it hangs on."""

    times: Times
    shifts: Mapping[str, Shift]
    zone: ZoneInfo
    sources: ListedSources
    if_unknown: bool
    start: datetime


def draw(
    random: Random,
    zone: ZoneInfo,
    start: datetime,
    length: timedelta,
    unit_s: int,
    near_s: int | None = None,
) -> Case:
    """Draw a case of this length whose boundaries are all whole units of the clock.

    Hours are drawn near a second of the day, if one is given.
    """
    day = (start + length / 2).astimezone(zone).date()

    def some_hours(most: int) -> frozenset[HourRange]:
        made = set()
        for _ in range(random.randint(1, most)):
            first, second = random.sample(range(0, DAY_S, unit_s), 2)
            if near_s is not None:
                first = (near_s + random.randrange(-7200, 7200)) % DAY_S
                second = (near_s + random.randrange(-7200, 7200)) % DAY_S
            if first != second:
                made.add(HourRange(start_s=first, end_s=second or DAY_S))
        return frozenset(made or {HourRange(start_s=0, end_s=DAY_S)})

    def some_days() -> frozenset[DateRange]:
        made = set()
        for _ in range(random.randint(1, 2)):
            first = day + timedelta(days=random.randint(-3, 3))
            last = first + timedelta(days=random.choice([0, 0, 1, 2]))
            made.add(
                DateRange(
                    first=first if random.random() < 0.8 else None,
                    last=last,
                )
            )
        return frozenset(made)

    def some(*names: str) -> frozenset[str]:
        return frozenset(random.sample(names, random.randint(1, len(names))))

    def some_weekdays() -> frozenset[int]:
        return frozenset(random.sample(range(7), random.randint(1, 6)))

    shifts = {
        name: Shift(
            id=name,
            name=name,
            made_by="ann",
            hours=some_hours(2),
            weekdays=some_weekdays() if random.random() < 0.5 else frozenset(),
        )
        for name in ("a", "b")
    }
    units = length // timedelta(seconds=unit_s)
    spans = {}
    for entity_id in ("schedule.a", "schedule.b", "calendar.a", "calendar.b"):
        edges = sorted(random.sample(range(units), 6))
        moments = [start + timedelta(seconds=unit_s * edge) for edge in edges]
        spans[entity_id] = list(zip(moments[::2], moments[1::2], strict=True))
    kinds = {
        "dates": some_days(),
        "weekdays": some_weekdays(),
        "hours": some_hours(3),
        "shifts": some("a", "b", "gone"),
        "schedules": some("schedule.a", "schedule.b", "schedule.unheard"),
        "calendars": some("calendar.a", "calendar.unheard"),
        "except_calendars": some("calendar.b", "calendar.unheard"),
    }
    chosen = {*random.sample(sorted(kinds), random.choice([1, 1, 2, 2, 3, 4]))}
    if near_s is not None:
        chosen.add("hours")
    return Case(
        times=Times(**{kind: kinds[kind] for kind in sorted(chosen)}),  # type: ignore[arg-type]
        shifts=shifts,
        zone=zone,
        sources=ListedSources(spans),
        if_unknown=random.random() < 0.3,
        start=start,
    )


def check(case: Case, random: Random, unit: timedelta, units: int) -> bool:
    """Compare all moments and some searches; return whether the answer changed at all."""
    common = (case.zone, case.sources)
    moments = [case.start + unit * number for number in range(units)]
    right = [holds(case.times, case.shifts, moment, *common, case.if_unknown) for moment in moments]
    for moment, answer in zip(moments, right, strict=True):
        assert (
            covers(case.times, case.shifts, moment, *common, if_unknown=case.if_unknown) is answer
        ), (case, moment)
    for number in random.sample(range(units), 12):
        after = moments[number]
        for search, wanted in ((next_start, True), (next_end, False)):
            found = search(case.times, case.shifts, after, *common, if_unknown=case.if_unknown)
            expected = next((n for n in range(number, units) if right[n] is wanted), None)
            if expected is not None:
                assert found is not None and found.astimezone(UTC) == moments[expected], (
                    case,
                    after,
                    search,
                )
            else:
                assert found is None or found.astimezone(UTC) > moments[-1], (case, after, search)
        change = next_change(
            case.times, case.shifts, after, *common, if_unknown=case.if_unknown
        ).astimezone(UTC)
        until = [
            answer
            for moment, answer in zip(moments, right, strict=True)
            if after <= moment < change
        ]
        assert len(set(until)) == 1, (case, after)
        assert after < change <= after + timedelta(days=1)
    return len(set(right)) == 2


@pytest.mark.parametrize("seed", range(8))
def test_every_minute_of_days_with_changed_clocks(seed: int) -> None:
    random = Random(seed)
    units = 4 * 24 * 60
    changed = 0
    for _ in range(8):
        zone, day = random.choice(PLACES)
        start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=36)
        case = draw(random, zone, start, MINUTE * units, 60)
        changed += check(case, random, MINUTE, units)
    # Most cases begin or end within these days, else this would show little.
    assert changed >= 3


@pytest.mark.parametrize("seed", range(4))
def test_every_second_around_a_change_of_clocks(seed: int) -> None:
    random = Random(1000 + seed)
    units = 6000
    changed = 0
    for _ in range(5):
        zone, change, near_s = random.choice(CHANGES)
        start = change - timedelta(seconds=units // 2)
        case = draw(random, zone, start, timedelta(seconds=units), 1, near_s)
        changed += check(case, random, timedelta(seconds=1), units)
    assert changed >= 1
