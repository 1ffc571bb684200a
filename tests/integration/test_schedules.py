"""Schedule helpers and calendars that rows name are read ahead, and followed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser

from homeassistant.components.calendar import CalendarEntity, CalendarEvent
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_component import DATA_INSTANCES
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from .house import House
from custom_components.iot_secure_gateway import schedules
from custom_components.iot_secure_gateway.home_facts import HomeSources
from custom_components.iot_secure_gateway.policy.actors import User
from custom_components.iot_secure_gateway.policy.columns import Commands, Devices, Users
from custom_components.iot_secure_gateway.policy.coverage import Sources
from custom_components.iot_secure_gateway.policy.row_changes import add_row, remove_row
from custom_components.iot_secure_gateway.policy.rows import Row
from custom_components.iot_secure_gateway.policy.times import Times
from custom_components.iot_secure_gateway.schedules import read_events, read_plan

DAY = {"schedule": {"day": {"name": "Day", "monday": [{"from": "07:00:00", "to": "20:30:00"}]}}}
ZONE = dt_util.get_time_zone("Europe/Berlin")


class Holidays(CalendarEntity):
    """A calendar with one event."""

    _attr_name = "Holidays"
    _attr_should_poll = False

    def __init__(self, days_from_now: int) -> None:
        start = dt_util.start_of_local_day() + timedelta(days=days_from_now)
        self.only = CalendarEvent(
            start=start.date(), end=(start + timedelta(days=1)).date(), summary="Holiday"
        )
        self.broken = False

    @property
    def event(self) -> CalendarEvent | None:
        return self.only

    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        if self.broken:
            raise TimeoutError
        return [self.only]


def sources_of(house: House) -> Sources:
    return house.gateway.permissions.facts.sources


async def add(house: House, owner: MockUser, other: MockUser, times: Times) -> None:
    row = Row(
        made_by=owner.id,
        users=Users(users=frozenset({other.id})),
        devices=Devices(serials=frozenset({"LAMP-1"})),
        commands=Commands(names=frozenset({"turn_on"})),
        times=times,
    )
    actor = User(id=owner.id)
    await house.gateway.permissions.change(lambda state: add_row(state, actor, row), by=actor)


async def read(house: House) -> None:
    """Wait until what was named is read."""
    await house.until(lambda: not isinstance(sources_of(house), HomeSources))
    await house.hass.async_block_till_done()


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedules, "SETTLE_S", 0)


@pytest.mark.parametrize("expected_lingering_timers", [True])  # of the schedule itself
async def test_week_of_a_schedule_that_a_row_names_is_known_ahead(
    house: House, owner: MockUser, other: MockUser
) -> None:
    assert await async_setup_component(house.hass, "schedule", DAY)
    await house.hass.config.async_update(time_zone="Europe/Berlin")
    await house.add_gateway()
    await house.claimed_device(owner)
    assert isinstance(sources_of(house), HomeSources)
    await add(house, owner, other, Times(schedules=frozenset({"schedule.day"})))
    await read(house)
    monday = datetime(2027, 3, 29, 7, tzinfo=ZONE)  # the day after the clocks were changed
    sources = sources_of(house)
    assert sources.is_on("schedule.day", (monday - timedelta(seconds=1)).astimezone(UTC)) is False
    assert sources.is_on("schedule.day", monday.astimezone(UTC)) is True
    assert sources.next_change("schedule.day", monday.astimezone(UTC)) == datetime(
        2027, 3, 29, 20, 30, tzinfo=ZONE
    )
    decision = house.gateway.judge(User(id=other.id), "LAMP-1", "turn_on")
    if not decision.allowed:
        assert decision.next_allowed_at is not None
        assert decision.next_allowed_at.astimezone(ZONE).strftime("%a %H:%M") == "Mon 07:00"
    await house.gateway.permissions.change(
        lambda state: remove_row(state, User(id=owner.id), min(state.rows))
    )
    assert isinstance(sources_of(house), HomeSources), "nobody asks for it any more"
    await house.hass.config.async_update(time_zone="UTC")


@pytest.mark.parametrize("expected_lingering_timers", [True])  # of the calendar itself
async def test_calendar_that_a_row_names_is_known_ahead_and_followed(
    house: House, owner: MockUser, other: MockUser
) -> None:
    hass = house.hass
    assert await async_setup_component(hass, "calendar", {})
    calendar = Holidays(days_from_now=20)
    await hass.data[DATA_INSTANCES]["calendar"].async_add_entities([calendar])
    await house.add_gateway()
    await house.claimed_device(owner)
    await add(house, owner, other, Times(except_calendars=frozenset({"calendar.holidays"})))
    await read(house)
    holiday = dt_util.as_utc(dt_util.start_of_local_day() + timedelta(days=20))
    assert sources_of(house).is_on("calendar.holidays", holiday) is True
    assert sources_of(house).is_on("calendar.holidays", holiday - timedelta(seconds=1)) is False
    judged = house.gateway.permissions.table.decide(
        User(id=other.id), "LAMP-1", "turn_on", {}, holiday
    )
    assert not judged.allowed
    before = sources_of(house)
    calendar.only = Holidays(days_from_now=30).only
    calendar.async_write_ha_state()
    await house.until(lambda: sources_of(house) is not before)
    assert sources_of(house).is_on("calendar.holidays", holiday) is False


@pytest.mark.parametrize("expected_lingering_timers", [True])  # of the calendar itself
async def test_calendar_that_cannot_be_read_is_judged_by_its_state(
    house: House, owner: MockUser, other: MockUser, caplog: pytest.LogCaptureFixture
) -> None:
    hass = house.hass
    assert await async_setup_component(hass, "calendar", {})
    calendar = Holidays(days_from_now=20)
    calendar.broken = True
    await hass.data[DATA_INSTANCES]["calendar"].async_add_entities([calendar])
    await house.add_gateway()
    await house.claimed_device(owner)
    await add(house, owner, other, Times(except_calendars=frozenset({"calendar.holidays"})))
    await read(house)
    assert "calendar.holidays could not be read" in caplog.text
    assert house.gateway.judge(User(id=other.id), "LAMP-1", "turn_on").allowed


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        {"monday": 7},
        {"monday": [7]},
        {"monday": [{}]},
        {"monday": [{"from": 7, "to": 8}]},
        {"monday": [{"from": "08:00", "to": "08:00"}]},
        {"monday": [{"from": "x", "to": "y"}]},
    ],
)
def test_week_out_of_form_is_none(told: Any) -> None:
    assert read_plan(told) is None


def test_week_whose_day_ends_at_midnight_goes_on_into_the_next() -> None:
    plan = read_plan(
        {
            "monday": [{"from": "22:00:00", "to": "24:00:00".replace("24", "00")}],
            "tuesday": [{"from": "00:00:00", "to": "06:00:00"}],
        }
    )
    assert plan is not None
    assert plan.is_on(datetime(2026, 1, 5, 23, 59, 59, tzinfo=UTC), UTC)
    assert plan.is_on(datetime(2026, 1, 6, 0, 0, tzinfo=UTC), UTC)
    assert not plan.is_on(datetime(2026, 1, 6, 6, 0, tzinfo=UTC), UTC)


@pytest.mark.parametrize(
    "told",
    [
        None,
        {},
        {"events": 7},
        {"events": [{}]},
        {"events": [{"start": 7, "end": 8}]},
        {"events": [{"start": "x", "end": "y"}]},
    ],
)
def test_events_out_of_form_are_none(told: Any) -> None:
    assert read_events(told, UTC) is None


def test_events_are_read_at_home() -> None:
    assert ZONE is not None
    told = {"events": [{"start": "2026-12-24", "end": "2026-12-25T12:00:00"}]}
    ((start, end),) = read_events(told, ZONE) or []
    assert start.astimezone(UTC) == datetime(2026, 12, 23, 23, tzinfo=UTC)
    assert end.astimezone(UTC) == datetime(2026, 12, 25, 11, tzinfo=UTC)
