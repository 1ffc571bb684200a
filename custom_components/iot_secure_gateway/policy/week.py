"""A verdict drawn over time: what holds from when until when, found at the moments it can change."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise

from .coverage import Sources
from .next_times import next_change
from .times import Shift, Times

# A moment for every five minutes of a week: more cannot be drawn.
MAX_CHANGES = 2016
MAX_SPAN = timedelta(days=32)


class TooManyChangesError(ValueError):
    """There are more changes than a picture shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval[T]:
    """One verdict and the time it holds for, the end excluded."""

    start: datetime
    end: datetime
    verdict: T


def week_of(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return in UTC the start and end of the calendar week, Monday to Sunday; not always 168 hours."""
    monday = day - timedelta(days=day.weekday())
    start, end = (
        datetime.combine(first, time(), zone).astimezone(UTC)
        for first in (monday, monday + timedelta(days=7))
    )
    return start, end


def changes(
    questions: Iterable[tuple[Times, bool]],
    shifts: Mapping[str, Shift],
    start: datetime,
    end: datetime,
    zone: tzinfo,
    sources: Sources,
) -> frozenset[datetime]:
    """Return the moments between start and end at which one of the times may begin or end to hold.

    `questions` are times, each with the `if_unknown` that `covers` is asked with. Raises
    TooManyChangesError.
    """
    if end - start > MAX_SPAN:
        raise TooManyChangesError("the time to look at is too long")
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    found: set[datetime] = set()
    for times, if_unknown in set(questions):
        if times.is_always:
            continue
        when = next_change(times, shifts, start, zone, sources, if_unknown=if_unknown)
        while when < end:
            found.add(when)
            if len(found) > MAX_CHANGES:
                raise TooManyChangesError("the times change too often")
            when = next_change(times, shifts, when, zone, sources, if_unknown=if_unknown)
    return frozenset(found)


def drawn[T](
    judge: Callable[[datetime], T], moments: Iterable[datetime], start: datetime, end: datetime
) -> tuple[Interval[T], ...]:
    """Return the verdicts from start to end, in UTC and without a gap. Raises ValueError.

    `moments` are all at which the verdict may change; equal verdicts in a row are one interval.
    """
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end <= start:
        raise ValueError("the end is not after the start")
    within = {moment.astimezone(UTC) for moment in moments}
    edges = [start, *sorted(moment for moment in within if start < moment < end), end]
    found: list[Interval[T]] = []
    for since, until in pairwise(edges):
        verdict = judge(since)
        if found and found[-1].verdict == verdict:
            since = found.pop().start
        found.append(Interval(start=since, end=until, verdict=verdict))
    return tuple(found)
