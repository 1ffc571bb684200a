"""Commands in Home Assistant's logbook: who gave which, and by which row of the permission table (B22)."""

from collections.abc import Callable
from typing import Any, Final

from homeassistant.components.logbook import (
    LOGBOOK_ENTRY_ENTITY_ID,
    LOGBOOK_ENTRY_MESSAGE,
    LOGBOOK_ENTRY_NAME,
    LazyEventPartialState,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.translation import async_get_cached_translations

from .command_events import EVENT_COMMAND
from .const import DOMAIN
from .gateway.command_ends import CALLER_LEFT, OK
from .gateway.errors import OutcomeUnknown
from .people import NOBODY
from .phones import TITLE
from .threat_notices import EVENT_THREAT

_RUNS: Final = ("automation", "script")
_UNKNOWN: Final = (CALLER_LEFT, OutcomeUnknown.code)


@callback
def async_describe_events(
    hass: HomeAssistant,
    async_describe_event: Callable[
        [str, str, Callable[[LazyEventPartialState], dict[str, Any]]], None
    ],
) -> None:
    """Say how the events of commands read."""

    @callback
    def describe(event: LazyEventPartialState) -> dict[str, Any]:
        data = event.data
        entity_id, result, row = data.get("entity_id"), data.get("result"), data.get("row")
        by, starter = str(data.get("by")), data.get("started_by")
        who = _called(hass, by) if data.get("by_kind") in _RUNS else by
        if starter is not None:
            who = _text(hass, "started", who=who, starter=str(starter))
        how = "done" if result == OK else "unknown" if result in _UNKNOWN else "failed"
        command = str(data.get("command")).replace("_", " ")
        message = _text(hass, how, command=command, who=who)
        if row is not None:
            message = _text(hass, "row", what=message, row=str(row))
        return {
            LOGBOOK_ENTRY_NAME: _called(hass, str(entity_id))
            if entity_id
            else _device(hass, data.get("device_id")),
            LOGBOOK_ENTRY_MESSAGE: message,
            LOGBOOK_ENTRY_ENTITY_ID: entity_id,
        }

    @callback
    def describe_threat(event: LazyEventPartialState) -> dict[str, Any]:
        data = event.data
        what = _text(hass, str(data.get("detection")), part="detection")
        level = _text(hass, str(data.get("level")), part="level")
        device_id = data.get("device_id")
        return {
            LOGBOOK_ENTRY_NAME: TITLE if device_id is None else _device(hass, device_id),
            LOGBOOK_ENTRY_MESSAGE: _text(hass, "threat", what=what, level=level),
        }

    async_describe_event(DOMAIN, EVENT_COMMAND, describe)
    async_describe_event(DOMAIN, EVENT_THREAT, describe_threat)


def _called(hass: HomeAssistant, entity_id: str) -> str:
    """Return what people call an entity."""
    state = hass.states.get(entity_id)
    return entity_id if state is None else state.name


def _device(hass: HomeAssistant, device_id: object) -> str:
    device = dr.async_get(hass).async_get(device_id) if isinstance(device_id, str) else None
    return (device.name_by_user or device.name if device is not None else None) or NOBODY


def _text(hass: HomeAssistant, key: str, part: str = "logbook", **names: str) -> str:
    texts = async_get_cached_translations(hass, hass.config.language, "exceptions", DOMAIN)
    key = f"{part}_{key}"
    return texts.get(f"component.{DOMAIN}.exceptions.{key}.message", key).format(**names)
