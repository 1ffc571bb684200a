"""What became of one act at several devices, told for each by name and in words."""

from collections.abc import Iterable, Sequence
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.util.json import JsonValueType

from .exceptions import home_assistant_error
from .gateway.gateway import Gateway
from .gateway.group_deployments import Outcome
from .people import device_name, device_texts

MAX_NAMED: Final = 5  # devices in one text

type Told = dict[str, JsonValueType]


async def async_told(
    hass: HomeAssistant, gateway: Gateway, outcomes: Iterable[Outcome]
) -> list[Told]:
    """Return for each device whether it has confirmed, and what kept it from that."""
    return [
        {
            "serial": one.serial,
            "name": device_name(gateway, one.serial),
            "applied": one.is_applied,
            "code": one.error.code if one.error is not None else None,
            "error": await _async_text(hass, one),
        }
        for one in outcomes
    ]


def failures(told: Sequence[Told]) -> str:
    """Return which devices did not take it and why, as one text; empty when all did or will."""
    found = [f"{one['name']} ({one['error']})" for one in told if one["error"] is not None]
    more = [f"+{len(found) - MAX_NAMED}"] if len(found) > MAX_NAMED else []
    return ", ".join(found[:MAX_NAMED] + more)


async def _async_text(hass: HomeAssistant, outcome: Outcome) -> str | None:
    if outcome.error is None:
        return None
    texts = await device_texts(hass, outcome.serial)
    return str(home_assistant_error(outcome.error, context=None, placeholders=texts))
