"""What times mean, written down as plainly as possible: the specification that the code is held to.

Slow and without any cleverness on purpose. One moment is looked at by itself; to find when times
begin, one moment after the other is looked at.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo

from custom_components.iot_secure_gateway.policy.coverage import Sources
from custom_components.iot_secure_gateway.policy.times import HourRange, Shift, Times


def holds(
    times: Times,
    shifts: Mapping[str, Shift],
    moment: datetime,
    zone: tzinfo,
    sources: Sources,
    if_unknown: bool,
) -> bool:
    """Return whether all given kinds hold, as somebody reads them off the clock on the wall."""
    wall = moment.astimezone(zone).replace(tzinfo=None)
    if not _clock(times, shifts, wall, if_unknown):
        return False
    for kind in (times.schedules, times.calendars):
        answers = [sources.is_on(entity_id, moment) for entity_id in kind]
        if kind and True not in answers and not (None in answers and if_unknown):
            return False
    answers = [sources.is_on(entity_id, moment) for entity_id in times.except_calendars]
    return True not in answers and not (None in answers and not if_unknown)


def _clock(times: Times, shifts: Mapping[str, Shift], wall: datetime, if_unknown: bool) -> bool:
    # What holds now started today or yesterday.
    starts = [
        day for day in (wall.date(), wall.date() - timedelta(days=1)) if _is_day_right(times, day)
    ]
    if times.shifts:
        if times.hours and not any(_is_by_the_clock(hours, wall) for hours in times.hours):
            return False
        for shift_id in times.shifts:
            for day in starts:
                if shift_id not in shifts:
                    if if_unknown:
                        return True
                elif not shifts[shift_id].weekdays or day.weekday() in shifts[shift_id].weekdays:
                    if any(_is_in(hours, day, wall) for hours in shifts[shift_id].hours):
                        return True
        return False
    if times.hours:
        return any(_is_in(hours, day, wall) for hours in times.hours for day in starts)
    return wall.date() in starts


def _is_day_right(times: Times, day: date) -> bool:
    in_dates = [
        given
        for given in times.dates
        if (given.first or date.min) <= day <= (given.last or date.max)
    ]
    return (not times.dates or bool(in_dates)) and (
        not times.weekdays or day.weekday() in times.weekdays
    )


def _is_in(hours: HourRange, day: date, wall: datetime) -> bool:
    """Return whether the range that starts on this day holds."""
    midnight = datetime.combine(day, time())
    start = midnight + timedelta(seconds=hours.start_s)
    end = midnight + timedelta(seconds=hours.end_s)
    if end < start:
        end += timedelta(days=1)
    return start <= wall < end


def _is_by_the_clock(hours: HourRange, wall: datetime) -> bool:
    """Return whether the clock shows a time in the range, whatever day it is."""
    now_s = (wall - datetime.combine(wall.date(), time())) // timedelta(seconds=1)
    if hours.start_s < hours.end_s:
        return hours.start_s <= now_s < hours.end_s
    return now_s >= hours.start_s or now_s < hours.end_s
