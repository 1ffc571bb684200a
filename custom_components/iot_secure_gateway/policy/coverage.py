"""Does this moment count? Judged by the wall clock of the home's time zone.

- A local time that exists twice (clocks set back) counts both times, one that does not exist never.
- Dates and weekdays are about the day on which a shift or a range of hours starts: Friday 22:00 to
  06:00 lasts until Saturday morning. Where a shift and hours are given, the day is the shift's.
- What cannot be known - a source that does not answer, a shift that is gone - is taken for what
  leads to `if_unknown`: False for a row that allows, True for a row that forbids.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import islice
from typing import Protocol

from .times import DAY_S, Shift, Times

_DAY = timedelta(days=1)
# A shift that is gone may have begun at any time of its day, and have ended at any of the next.
_ANY_TIME = (0, 2 * DAY_S)


class Sources(Protocol):
    """What the caller knows of schedule helpers and calendars. Answers at once, changes nothing.

    Is asked in UTC: moments of one zone are compared by its clock, which shows some times twice.
    """

    def is_on(self, entity_id: str, when: datetime) -> bool | None:
        """Return whether it is on at that moment; None when that cannot be known."""

    def next_change(self, entity_id: str, after: datetime) -> datetime | None:
        """Return up to when after that moment its answer stays; None when no change is known."""


def covers(
    times: Times,
    shifts: Mapping[str, Shift],
    when: datetime,
    zone: tzinfo,
    sources: Sources,
    *,
    if_unknown: bool = False,
) -> bool:
    """Return whether the times hold at an aware moment. Quickest when it is in `zone` already."""
    if times.is_always:
        return True
    if when.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    local = when.astimezone(zone)
    return clock_holds(times, shifts, local, if_unknown=if_unknown) and sources_hold(
        times, when, sources, if_unknown=if_unknown
    )


def clock_holds(
    times: Times, shifts: Mapping[str, Shift], local: datetime, *, if_unknown: bool
) -> bool:
    """Return whether dates, weekdays, hours and shifts hold at a moment of the home's clock."""
    today = local.date()
    seconds = local.hour * 3600 + local.minute * 60 + local.second
    if any(start <= seconds < end for start, end in windows(times, shifts, today, if_unknown)):
        return True
    seconds += DAY_S
    return any(
        start <= seconds < end for start, end in windows(times, shifts, today - _DAY, if_unknown)
    )


def sources_hold(times: Times, when: datetime, sources: Sources, *, if_unknown: bool) -> bool:
    """Return whether schedules and calendars hold at that moment."""
    if not (times.schedules or times.calendars or times.except_calendars):
        return True
    when = when.astimezone(UTC)

    def one_is_on(entity_ids: frozenset[str], if_unknown: bool) -> bool:
        answers = (sources.is_on(entity_id, when) for entity_id in entity_ids)
        return any(if_unknown if answer is None else answer for answer in answers)

    return (
        (not times.schedules or one_is_on(times.schedules, if_unknown))
        and (not times.calendars or one_is_on(times.calendars, if_unknown))
        and not one_is_on(times.except_calendars, not if_unknown)
    )


def windows(
    times: Times, shifts: Mapping[str, Shift], day: date, if_unknown: bool
) -> Iterator[tuple[int, int]]:
    """Yield what counts of one day, as start and end in seconds of the clock after its midnight.

    Windows may overlap, and end up to a day after it. Without hours and shifts it is the day.
    """
    if times.dates and not any(given.holds(day) for given in times.dates):
        return iter(())
    return weekday_windows(times, shifts, day.weekday(), if_unknown)


def weekday_windows(
    times: Times, shifts: Mapping[str, Shift], weekday: int, if_unknown: bool
) -> Iterator[tuple[int, int]]:
    """Yield what `windows` does for any such day that the dates allow."""
    if times.weekdays and weekday not in times.weekdays:
        return
    if times.shifts:
        of_shifts = _shift_windows(times, shifts, weekday, if_unknown)
        yield from _narrowed(times, of_shifts) if times.hours else of_shifts
    elif times.hours:
        for hours in times.hours:
            yield hours.window
    else:
        yield 0, DAY_S


def _shift_windows(
    times: Times, shifts: Mapping[str, Shift], weekday: int, if_unknown: bool
) -> Iterator[tuple[int, int]]:
    """Yield when the named shifts are that start on a weekday."""
    for shift_id in times.shifts:
        shift = shifts.get(shift_id)
        if shift is None:
            if if_unknown:
                yield _ANY_TIME
        elif not shift.weekdays or weekday in shift.weekdays:
            for hours in shift.hours:
                yield hours.window


def _narrowed(times: Times, of_shifts: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield what the hours leave of shifts, whichever day these hours start on."""
    of_hours = merged(
        (start + offset, end + offset)
        for start, end in (hours.window for hours in times.hours)
        for offset in (-DAY_S, 0, DAY_S)
    )
    first = 0
    for start, end in merged(of_shifts):
        # What is over when one shift starts, is over when the next one does.
        while first < len(of_hours) and of_hours[first][1] <= start:
            first += 1
        for since, until in islice(of_hours, first, None):
            if since >= end:
                break
            yield max(start, since), min(end, until)


def merged(given: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the same time in as few windows as possible, in order."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(given):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found
