"""How a text reaches one person: their phones with Home Assistant's app, and entities they chose.

The only place that calls services to tell somebody something. Whoever calls has seen to it that the text
may be told to this person.
"""

import asyncio
from collections.abc import Mapping, Sequence
from enum import StrEnum
import logging
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError

from .const import DOMAIN

TITLE: Final = "IoT Secure Gateway"
MAX_PHONES: Final = 8  # of one person
SEND_S: Final = 15.0  # the app's own attempt gives up after 10 s

_APP: Final = "mobile_app"
_CLEAR: Final = "clear_notification"  # what the app takes as: remove what has this tag
_LOGGER: Final = logging.getLogger(__name__)


class Severity(StrEnum):
    """How loud a message is."""

    PASSIVE = "passive"  # there when one looks
    NORMAL = "normal"
    CRITICAL = "critical"  # also through "do not disturb"


# What the app is told of it: the first key of each is for Android, "push" for iOS.
_LOUDNESS: Final[Mapping[Severity, Mapping[str, Any]]] = {
    Severity.PASSIVE: {"importance": "low", "push": {"interruption-level": "passive"}},
    Severity.NORMAL: {},
    Severity.CRITICAL: {
        "channel": "alarm_stream",
        "ttl": 0,
        "priority": "high",
        "push": {
            "interruption-level": "critical",
            "sound": {"name": "default", "critical": 1, "volume": 1.0},
        },
    },
}


@callback
def phones_of(hass: HomeAssistant, user_id: str) -> dict[str, str]:
    """Return the services that reach a person's phones, with the names of the phones."""
    found: dict[str, str] = {}
    for entry in hass.config_entries.async_entries(_APP):
        if entry.data.get("user_id") != user_id or entry.state is not ConfigEntryState.LOADED:
            continue
        # Here, for what the app needs is there only where it is used.
        from homeassistant.components.mobile_app.util import get_notify_service  # noqa: PLC0415

        try:
            service = get_notify_service(hass, entry.data["webhook_id"])
        except AttributeError, KeyError:  # the app's services come last when Home Assistant starts
            service = None
        if service is not None and len(found) < MAX_PHONES:
            found[service] = entry.title
    return found


async def async_push(
    hass: HomeAssistant,
    user_id: str,
    text: str,
    *,
    severity: Severity,
    tag: str,
    actions: Sequence[tuple[str, str]],
    entities: Sequence[str],
    path: str | None = None,
) -> None:
    """Send a text to all phones of a person, and to `entities`. Never raises.

    `actions`: id and label of each button; `entities` get no buttons. `path`: where a tap leads.
    """
    data = {"tag": tag, "group": DOMAIN, **_LOUDNESS[severity]}
    if path is not None:
        data |= {"clickAction": path, "url": path}  # the first is for Android, the second for iOS
    if actions:
        data["actions"] = [
            {"action": action_id, "title": label, "authenticationRequired": True}
            for action_id, label in actions
        ]
    await asyncio.gather(
        *(
            _async_call(hass, service, {"message": text, "title": TITLE, "data": data})
            for service in phones_of(hass, user_id)
        ),
        # In the person's name: Home Assistant judges which entities that person may use.
        *(
            _async_call(
                hass,
                "send_message",
                {"entity_id": entity_id, "message": text, "title": TITLE},
                Context(user_id=user_id),
            )
            for entity_id in entities
        ),
    )


async def async_clear(hass: HomeAssistant, user_id: str, tag: str) -> None:
    """Take a message away from the phones of a person."""
    await asyncio.gather(
        *(
            _async_call(hass, service, {"message": _CLEAR, "data": {"tag": tag}})
            for service in phones_of(hass, user_id)
        )
    )


async def _async_call(
    hass: HomeAssistant, service: str, data: dict[str, Any], context: Context | None = None
) -> None:
    try:
        async with asyncio.timeout(SEND_S):
            await hass.services.async_call("notify", service, data, blocking=True, context=context)
    except TimeoutError, HomeAssistantError:
        _LOGGER.warning("A message could not be sent by notify.%s", service)
    except Exception:  # whatever somebody else's code raises: the others are told all the same
        _LOGGER.exception("A message could not be sent by notify.%s", service)
