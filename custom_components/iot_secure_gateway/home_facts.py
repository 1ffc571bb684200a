"""What Home Assistant knows that rows refer to: areas, labels, persons, users, the time zone, schedules.

Read once at the start and again whenever one of them changes. What is not known allows nothing.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
import logging
from typing import Any, Final

from homeassistant.auth import EVENT_USER_ADDED, EVENT_USER_REMOVED, EVENT_USER_UPDATED
from homeassistant.const import EVENT_CORE_CONFIG_UPDATE, STATE_OFF, STATE_ON
from homeassistant.core import (
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
    split_entity_id,
)
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .gateway.errors import GatewayError
from .gateway.events import GatewayEvent, PermissionsChanged
from .gateway.gateway import Gateway
from .policy.coverage import Sources
from .policy.facts import Facts
from .schedules import Schedules
from .storage import StorageError

_LOGGER = logging.getLogger(__name__)

_PERSON: Final = "person"
_USERS_CHANGED = (EVENT_USER_ADDED, EVENT_USER_REMOVED, EVENT_USER_UPDATED)


class HomeSources:
    """Schedule helpers and calendars, by their states."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass

    def is_on(self, entity_id: str, when: datetime) -> bool | None:
        """Return whether it is on at that moment; None when that cannot be known."""
        state = self._hass.states.get(entity_id)
        if state is None or state.state not in (STATE_ON, STATE_OFF):
            return None
        is_on, changes_at = state.state == STATE_ON, _changes_at(state)
        if changes_at is None or when < changes_at:
            return is_on
        # A moment after the change that is known: Home Assistant tells one change and no more.
        return not is_on if when == changes_at else None

    def next_change(self, entity_id: str, after: datetime) -> datetime | None:
        """Return when it changes next after that moment; None when no change is known."""
        state = self._hass.states.get(entity_id)
        changes_at = _changes_at(state) if state is not None else None
        return changes_at if changes_at is not None and changes_at > after else None


def _changes_at(state: State) -> datetime | None:
    """Return when a schedule or calendar says that it will change."""
    attributes = state.attributes
    name = (
        "next_event"
        if split_entity_id(state.entity_id)[0] == "schedule"
        else ("end_time" if state.state == STATE_ON else "start_time")
    )
    told: Any = attributes.get(name)
    if isinstance(told, str):
        told = dt_util.parse_datetime(told)
    if not isinstance(told, datetime):
        return None
    if told.tzinfo is None:
        told = told.replace(tzinfo=dt_util.get_default_time_zone())
    return dt_util.as_utc(told)


class HomeFacts:
    """Keeps the gateway told. One per Home Assistant; listens from start to stop."""

    def __init__(self, hass: HomeAssistant, gateway: Gateway) -> None:
        self._hass = hass
        self._gateway = gateway
        self._sources: Sources = HomeSources(hass)
        self._schedules = Schedules(hass, self._sources, self._sources_read)
        self._users: frozenset[str] = frozenset()
        self._unsubscribe: list[Callable[[], None]] = []

    async def async_start(self) -> None:
        """Tell what is known now, and go on telling."""
        await self._async_read_users()
        await self._async_forget(self._gateway.ownership.forget_users_but(self._users))
        listen = self._hass.bus.async_listen
        self._unsubscribe = [
            *(listen(event_type, self._async_users_changed) for event_type in _USERS_CHANGED),
            listen(dr.EVENT_DEVICE_REGISTRY_UPDATED, self._changed),
            listen(EVENT_CORE_CONFIG_UPDATE, self._changed),
            listen("state_changed", self._changed, event_filter=_is_new_person),
            self._gateway.add_listener(self._gateway_told),
        ]
        self._schedules.async_follow(self._gateway.permissions.state)
        self._tell()

    @callback
    def async_stop(self) -> None:
        """Stop listening."""
        while self._unsubscribe:
            self._unsubscribe.pop()()
        self._schedules.async_stop()

    @callback
    def _gateway_told(self, event: GatewayEvent) -> None:
        if isinstance(event, PermissionsChanged):
            self._schedules.async_follow(self._gateway.permissions.state)

    @callback
    def _sources_read(self, sources: Sources) -> None:
        self._sources = sources
        self._tell()

    @callback
    def _changed(self, event: Event[Any]) -> None:
        self._tell()

    async def _async_users_changed(self, event: Event[Any]) -> None:
        await self._async_read_users()
        self._tell()
        if event.event_type == EVENT_USER_REMOVED:
            await self._async_forget(self._gateway.ownership.forget_user(event.data["user_id"]))

    async def _async_forget(self, forgetting: Awaitable[None]) -> None:
        """Note that a user was deleted; what cannot be written now is noted at the next start."""
        try:
            await forgetting
        except (GatewayError, StorageError) as error:
            _LOGGER.error("What a deleted user was given could not be ended: %s", error)

    async def _async_read_users(self) -> None:
        self._users = frozenset(user.id for user in await self._hass.auth.async_get_users())

    @callback
    def _tell(self) -> None:
        areas: dict[str, str] = {}
        labels: dict[str, frozenset[str]] = {}
        devices = dr.async_get(self._hass)
        for entry in self._hass.config_entries.async_entries(DOMAIN):
            for device in dr.async_entries_for_config_entry(devices, entry.entry_id):
                for domain, serial in device.identifiers:
                    if domain != DOMAIN:
                        continue
                    if device.area_id is not None:
                        areas[serial] = device.area_id
                    if device.labels:
                        labels[serial] = frozenset(device.labels)
        persons = {
            user_id: state.entity_id
            for state in self._hass.states.async_all(_PERSON)
            if isinstance(user_id := state.attributes.get("user_id"), str)
        }
        self._gateway.permissions.set_facts(
            Facts(
                areas=areas,
                labels=labels,
                persons=persons,
                zone=dt_util.get_default_time_zone(),
                sources=self._sources,
                users=self._users,
            )
        )


@callback
def _is_new_person(data: EventStateChangedData) -> bool:
    """Only whose person it is matters, not where that person is."""
    if split_entity_id(data["entity_id"])[0] != _PERSON:
        return False
    states = (data["old_state"], data["new_state"])
    before, now = (state and state.attributes.get("user_id") for state in states)
    return before != now
