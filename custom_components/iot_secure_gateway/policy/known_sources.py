"""Schedule helpers and calendars as they were read: answers for any moment, without asking anybody.

Whoever reads them makes a new record when one changes. What was not read is not known.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo

from .coverage import covers
from .facts import NoSources
from .next_times import next_change
from .times import WEEKDAYS, HourRange, Shift, Times

# Of one calendar. More is cut off in time, not thinned out: see `Events.until`.
MAX_EVENTS = 2000


class Plan:
    """The week of a schedule helper, by the clock of the home."""

    __slots__ = ("shifts", "times")

    def __init__(self, hours: Mapping[int, frozenset[HourRange]]) -> None:
        """Take the hours by weekday; 0 is Monday. Raises ValueError."""
        self.shifts = {
            name: Shift(id=name, name=name, made_by=name, hours=of_day, weekdays=frozenset({day}))
            for day, name in enumerate(WEEKDAYS)
            if (of_day := hours.get(day))
        }
        self.times = Times(shifts=frozenset(self.shifts))

    def is_on(self, when: datetime, zone: tzinfo) -> bool:
        """Return whether it is on at that moment."""
        # Times that name no shift would hold always.
        return bool(self.shifts) and covers(self.times, self.shifts, when, zone, NoSources())

    def next_change(self, after: datetime, zone: tzinfo) -> datetime | None:
        """Return when it may change next after that moment."""
        if not self.shifts:
            return None
        return next_change(self.times, self.shifts, after, zone, NoSources())


class Events:
    """The events of a calendar, as far as they were read: from `since` to before `until`."""

    __slots__ = ("_ends", "_starts", "since", "until")

    def __init__(
        self, spans: Iterable[tuple[datetime, datetime]], since: datetime, until: datetime
    ) -> None:
        """Take start and end of each event, in any order; they may overlap.

        Of more than MAX_EVENTS apart from each other, the later ones are unknown.
        """
        self.since, self.until = since.astimezone(UTC), until.astimezone(UTC)
        self._starts: list[datetime] = []
        self._ends: list[datetime] = []
        for start, end in sorted((a.astimezone(UTC), b.astimezone(UTC)) for a, b in spans):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            elif start >= end:
                continue
            elif len(self._starts) < MAX_EVENTS:
                self._starts.append(start)
                self._ends.append(end)
            else:
                self.until = min(self.until, start)
                break

    def is_on(self, when: datetime) -> bool | None:
        """Return whether an event is under way; None when that was not read."""
        if not self.since <= when < self.until:
            return None
        number = bisect_right(self._starts, when) - 1
        return number >= 0 and when < self._ends[number]

    def next_change(self, after: datetime) -> datetime | None:
        """Return when the answer changes next after that moment."""
        if after < self.since:
            return self.since
        if after >= self.until:
            return None
        edges = (self._starts, self._ends)
        nexts = [of[number] for of in edges if (number := bisect_right(of, after)) < len(of)]
        return min([*nexts, self.until])


class KnownSources:
    """Answers for times that name schedules and calendars; `Sources` of coverage.py."""

    def __init__(
        self, zone: tzinfo, plans: Mapping[str, Plan], calendars: Mapping[str, Events]
    ) -> None:
        """Take what was read, by entity id."""
        self._zone = zone
        self._plans = plans
        self._calendars = calendars

    def is_on(self, entity_id: str, when: datetime) -> bool | None:
        """Return whether it is on at that moment; None when that was not read."""
        if (plan := self._plans.get(entity_id)) is not None:
            return plan.is_on(when, self._zone)
        if (events := self._calendars.get(entity_id)) is not None:
            return events.is_on(when)
        return None

    def next_change(self, entity_id: str, after: datetime) -> datetime | None:
        """Return when its answer may change next after that moment."""
        if (plan := self._plans.get(entity_id)) is not None:
            return plan.next_change(after, self._zone)
        if (events := self._calendars.get(entity_id)) is not None:
            return events.next_change(after)
        return None
