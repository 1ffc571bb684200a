"""When do times begin or end to count? Exact to the second, and bounded.

Answers are in UTC, so that they can be compared: two moments of one zone are compared by its clock,
which shows some times twice.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum

from .coverage import Sources, clock_holds, covers, merged, sources_hold, weekday_windows, windows
from .times import DAY_S, WEEKDAYS, Shift, Times

# A year and a month: whatever comes once a year is found.
HORIZON = timedelta(days=400)
# Steps are changes of the clock's part (mostly one a day) or of sources, so this is ten of them a day.
MAX_STEPS = 4000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)


class Never(StrEnum):
    """Why times do not begin again; also the key of the text that people are shown."""

    OVER = "over"  # the last date is past
    TOO_FAR = "too_far"  # the first date is further away than is looked
    SHIFT_GONE = "shift_gone"  # no named shift exists
    SOURCE_SILENT = "source_silent"  # a schedule or calendar cannot be asked
    NOT_TOGETHER = "not_together"  # the kinds do not meet within the time looked at


def next_start(
    times: Times,
    shifts: Mapping[str, Shift],
    after: datetime,
    zone: tzinfo,
    sources: Sources,
    *,
    if_unknown: bool = False,
) -> datetime | None:
    """Return the first moment from `after` on, itself included, that `covers` says yes to.

    None when there is none within `HORIZON` and `MAX_STEPS`; `why_never` says why.
    """
    # Else every day would be looked at, in vain, each time that somebody is refused.
    if not any(
        True
        for weekday in range(len(WEEKDAYS))
        for _ in weekday_windows(times, shifts, weekday, if_unknown)
    ):
        return None
    when = after.astimezone(UTC)
    horizon = when + HORIZON
    for _ in range(MAX_STEPS):
        if when > horizon:
            break
        local = when.astimezone(zone)
        if not clock_holds(times, shifts, local, if_unknown=if_unknown):
            days = _days_to_dates(times, local.date())
            if days is None:
                break
            # Two days less, for a change of clocks may be as much as one.
            when = (
                when + (days - 2) * _DAY
                if days > 2
                else _clock_change(times, shifts, when, zone, if_unknown=if_unknown)
            )
        elif sources_hold(times, when, sources, if_unknown=if_unknown):
            return when
        # As long as sources say no, the clock's part does not matter.
        elif (change := _source_change(times, when, sources)) is not None:
            when = change
        else:
            break
    return None


def next_end(
    times: Times,
    shifts: Mapping[str, Shift],
    after: datetime,
    zone: tzinfo,
    sources: Sources,
    *,
    if_unknown: bool = False,
) -> datetime | None:
    """Return the first moment from `after` on, itself included, that `covers` says no to.

    None when there is none within `HORIZON` and `MAX_STEPS`.
    """
    if times.is_always:
        return None
    when = after.astimezone(UTC)
    horizon = when + HORIZON
    for _ in range(MAX_STEPS):
        if when > horizon:
            break
        if not covers(times, shifts, when, zone, sources, if_unknown=if_unknown):
            return when
        when = next_change(times, shifts, when, zone, sources, if_unknown=if_unknown)
    return None


def next_change(
    times: Times,
    shifts: Mapping[str, Shift],
    after: datetime,
    zone: tzinfo,
    sources: Sources,
    *,
    if_unknown: bool = False,
) -> datetime:
    """Return a moment after `after`, at most a day later, up to which `covers` keeps its answer."""
    when = after.astimezone(UTC)
    change = _clock_change(times, shifts, when, zone, if_unknown=if_unknown)
    by_sources = _source_change(times, when, sources)
    return change if by_sources is None else min(change, by_sources)


def why_never(
    times: Times,
    shifts: Mapping[str, Shift],
    after: datetime,
    zone: tzinfo,
    sources: Sources,
) -> Never:
    """Return why `next_start`, asked the same, found nothing."""
    today = after.astimezone(zone).date()
    if times.dates and all(given.last and given.last <= today for given in times.dates):
        return Never.OVER
    if times.dates and all(given.first and given.first - today > HORIZON for given in times.dates):
        return Never.TOO_FAR
    if times.shifts and not times.shifts & shifts.keys():
        return Never.SHIFT_GONE
    if any(sources.is_on(entity_id, after.astimezone(UTC)) is None for entity_id in times.sources):
        return Never.SOURCE_SILENT
    return Never.NOT_TOGETHER


def _days_to_dates(times: Times, today: date) -> int | None:
    """Return how far away the first date is by which something may hold; None when all are past."""
    if not times.dates:
        return 0
    # What started yesterday may last until today.
    yesterday = today - _DAY
    firsts = [
        given.first or today
        for given in times.dates
        if given.last is None or given.last >= yesterday
    ]
    return (min(firsts) - today).days if firsts else None


def _clock_change(
    times: Times, shifts: Mapping[str, Shift], when: datetime, zone: tzinfo, *, if_unknown: bool
) -> datetime:
    """Return when the clock's part may change next after a moment in UTC: at most a day later."""
    local = when.astimezone(zone)
    seconds = local.hour * 3600 + local.minute * 60 + local.second
    yesterday, today = local.date() - _DAY, local.date()
    parts = merged(
        [
            *((a - DAY_S, b - DAY_S) for a, b in windows(times, shifts, yesterday, if_unknown)),
            *windows(times, shifts, today, if_unknown),
        ]
    )
    edges = (edge for part in parts for edge in part)
    target = min(next((edge for edge in edges if edge > seconds), DAY_S), DAY_S)
    change = when + timedelta(seconds=target - seconds, microseconds=-local.microsecond)
    return _before_clocks_change(when, change, zone)


def _before_clocks_change(when: datetime, until: datetime, zone: tzinfo) -> datetime:
    """Return when clocks are changed between two moments in UTC, else the later one.

    Clocks are changed at whole seconds, of which the later one is one, and never twice within a day.
    """
    offset = when.astimezone(zone).utcoffset()
    if until.astimezone(zone).utcoffset() == offset:
        return until
    before = (when - _EPOCH) // timedelta(seconds=1)
    changed = (until - _EPOCH) // timedelta(seconds=1)
    while changed - before > 1:
        middle = (before + changed) // 2
        moment = _EPOCH + timedelta(seconds=middle)
        if moment.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            changed = middle
    return _EPOCH + timedelta(seconds=changed)


def _source_change(times: Times, when: datetime, sources: Sources) -> datetime | None:
    """Return when a source changes next after a moment; None when no change is known."""
    found = (sources.next_change(entity_id, when) for entity_id in times.sources)
    changes = [change.astimezone(UTC) for change in found if change is not None]
    # A source that names the past would hold the search on the spot.
    return min((change for change in changes if change > when), default=None)
