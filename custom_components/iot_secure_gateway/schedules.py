"""Schedule helpers and calendars that rows name, read ahead, so that later moments can be judged too.

Their states tell what is now and one change after it. For "when next?", a week's picture or a try of
tomorrow the whole week of a schedule and a year of a calendar are read, and read again when their state
changes. What could not be read is judged by the state alone; what that does not tell is unknown.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta, tzinfo
import logging
from typing import Any, Final

from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
    split_entity_id,
)
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.event import async_track_state_change_event, async_track_time_interval
from homeassistant.util import dt as dt_util

from .policy.coverage import Sources
from .policy.known_sources import Events, KnownSources, Plan
from .policy.state import PolicyState
from .policy.times import DAY_S, HourRange

_LOGGER = logging.getLogger(__name__)

AHEAD: Final = timedelta(days=366)  # of a calendar that is read: rows are searched about as far
READ_AGAIN: Final = timedelta(hours=6)  # calendars change without their state changing
SETTLE_S: Final = 0.5  # changes that come together are read once

_SCHEDULE: Final = "schedule"
_CALENDAR: Final = "calendar"
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class ReadSources:
    """What was read, and the states for what was not; `Sources` of the policy."""

    def __init__(self, by_state: Sources, known: KnownSources) -> None:
        self._by_state = by_state
        self._known = known

    def is_on(self, entity_id: str, when: datetime) -> bool | None:
        """Return whether it is on at that moment; None when that cannot be known."""
        told = self._known.is_on(entity_id, when)
        return self._by_state.is_on(entity_id, when) if told is None else told

    def next_change(self, entity_id: str, after: datetime) -> datetime | None:
        """Return when its answer may change next after that moment; None when no change is known."""
        told = self._known.next_change(entity_id, after)
        return self._by_state.next_change(entity_id, after) if told is None else told


class Schedules:
    """Reads what rows name, for as long as they name it."""

    def __init__(
        self, hass: HomeAssistant, by_state: Sources, on_read: Callable[[Sources], None]
    ) -> None:
        self._hass = hass
        self._by_state = by_state
        self._on_read = on_read
        self._named: frozenset[str] = frozenset()
        self._unsubscribe: list[CALLBACK_TYPE] = []
        self._reader: Debouncer[Any] = Debouncer(
            hass, _LOGGER, cooldown=SETTLE_S, immediate=False, function=self._async_read
        )

    @callback
    def async_follow(self, state: PolicyState) -> None:
        """Read what the rows of this state name, and go on following it."""
        named = frozenset(
            entity_id for row in state.rows.values() for entity_id in row.times.sources
        )
        if named == self._named:
            return
        self._stop_listening()
        self._named = named
        if not named:
            self._on_read(self._by_state)
            return
        self._unsubscribe = [
            async_track_state_change_event(self._hass, named, self._state_changed),
            async_track_time_interval(self._hass, self._time_passed, READ_AGAIN),
        ]
        self._reader.async_schedule_call()

    @callback
    def async_stop(self) -> None:
        """Follow nothing any more."""
        self._stop_listening()
        self._reader.async_shutdown()

    def _stop_listening(self) -> None:
        while self._unsubscribe:
            self._unsubscribe.pop()()

    @callback
    def _state_changed(self, event: Event[EventStateChangedData]) -> None:
        self._reader.async_schedule_call()

    @callback
    def _time_passed(self, now: datetime) -> None:
        self._reader.async_schedule_call()

    async def _async_read(self) -> None:
        zone = dt_util.get_default_time_zone()
        plans = {
            entity_id: plan
            for entity_id, week in (await self._async_ask(_SCHEDULE, "get_schedule", {})).items()
            if (plan := read_plan(week)) is not None
        }
        since = dt_util.start_of_local_day()
        until = since + AHEAD
        asked = {"start_date_time": since.isoformat(), "end_date_time": until.isoformat()}
        calendars = {
            entity_id: Events(spans, since, until)
            for entity_id, told in (await self._async_ask(_CALENDAR, "get_events", asked)).items()
            if (spans := read_events(told, zone)) is not None
        }
        self._on_read(ReadSources(self._by_state, KnownSources(zone, plans, calendars)))

    async def _async_ask(
        self, domain: str, service: str, fields: Mapping[str, object]
    ) -> Mapping[str, Any]:
        """Return the answers of those that are there, by entity id."""
        entity_ids = [
            entity_id
            for entity_id in sorted(self._named)
            if split_entity_id(entity_id)[0] == domain and self._hass.states.get(entity_id)
        ]
        answers: dict[str, Any] = {}
        for entity_id in entity_ids:  # one by one: of several, one that fails would fail them all
            try:
                answer = await self._hass.services.async_call(
                    domain,
                    service,
                    {"entity_id": entity_id, **fields},
                    blocking=True,
                    return_response=True,
                )
            except Exception:  # border: what is asked is another integration's code
                _LOGGER.exception("%s could not be read", entity_id)
            else:
                answers.update(answer or {})
        return answers


def read_plan(week: object) -> Plan | None:
    """Return the week of a schedule helper as its service tells it; None for anything else."""
    if not isinstance(week, Mapping):
        return None
    try:
        return Plan(
            {
                number: frozenset(_hours(entries))
                for number, day in enumerate(_DAYS)
                if (entries := week.get(day))
            }
        )
    except AttributeError, KeyError, TypeError, ValueError:
        _LOGGER.warning("A schedule could not be understood")
        return None


def _hours(entries: Iterable[Mapping[str, object]]) -> Iterable[HourRange]:
    for entry in entries:
        start, end = (_seconds(entry[name]) for name in ("from", "to"))
        # The helper takes the last moment of a day for its end.
        yield HourRange(start_s=start, end_s=DAY_S if end in (0, DAY_S - 1) else end)


def _seconds(told: object) -> int:
    moment = time.fromisoformat(told) if isinstance(told, str) else told
    if not isinstance(moment, time):
        raise TypeError
    return moment.hour * 3600 + moment.minute * 60 + moment.second


def read_events(told: object, zone: tzinfo) -> list[tuple[datetime, datetime]] | None:
    """Return the events of a calendar as its service tells them; None for anything else."""
    events = told.get("events") if isinstance(told, Mapping) else None
    if not isinstance(events, list):
        return None
    try:
        return [(_moment(event["start"], zone), _moment(event["end"], zone)) for event in events]
    except KeyError, TypeError, ValueError:
        _LOGGER.warning("A calendar could not be understood")
        return None


def _moment(told: object, zone: tzinfo) -> datetime:
    """Return a moment; a date alone is its midnight, at home."""
    if not isinstance(told, str):
        raise TypeError
    if len(told) == len("2026-01-01"):
        return datetime.combine(date.fromisoformat(told), time(), zone)
    moment = datetime.fromisoformat(told)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
