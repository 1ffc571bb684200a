"""What happens around a device and shows in no entity, as triggers of automations.

What the device itself tells are events and states of its entities, and its link is one of them. An
automation that is set off here acts in its own name, like any other.
"""

from collections.abc import Callable
from contextvars import Context as VariableContext
from typing import Any, Final

import probatio

from homeassistant.components.device_automation import DEVICE_TRIGGER_BASE_SCHEMA
from homeassistant.components.device_automation.exceptions import InvalidDeviceAutomationConfig
from homeassistant.const import CONF_DEVICE_ID, CONF_DOMAIN, CONF_PLATFORM, CONF_TYPE
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.trigger import TriggerActionType, TriggerInfo
from homeassistant.helpers.typing import ConfigType

from .const import DEMO_UNIQUE_ID, DOMAIN, GATEWAY_UNIQUE_ID
from .gateway.events import (
    ClaimAttempted,
    CommandRefused,
    CopySuspected,
    DeviceReset,
    GatewayEvent,
    OwnerChanged,
)
from .gateway.rates import Bucket
from .policy.actors import Actor, Automation, Script, User
from .runtime import DATA_RUNTIME

# Runs of one automation: its own refused command sets it off again, and anybody may be refused often.
MAX_RUNS: Final = 10.0  # at once
RUNS_A_SECOND: Final = 0.5

_KIND_OF: Final[dict[type[GatewayEvent], str]] = {
    CommandRefused: "command_refused",
    ClaimAttempted: "claim_attempted",
    CopySuspected: "copy_suspected",
    OwnerChanged: "owner_changed",
    DeviceReset: "device_reset",
}
TRIGGERS: Final = tuple(_KIND_OF.values())
TRIGGER_SCHEMA = DEVICE_TRIGGER_BASE_SCHEMA.extend(
    {probatio.Required(CONF_TYPE): probatio.In(TRIGGERS)}
)


async def async_get_triggers(hass: HomeAssistant, device_id: str) -> list[dict[str, str]]:
    """Return the triggers of a claimed device; the gateway itself has none."""
    if _serial_of(hass, device_id) is None:
        return []
    base = {CONF_PLATFORM: "device", CONF_DOMAIN: DOMAIN, CONF_DEVICE_ID: device_id}
    return [{**base, CONF_TYPE: kind} for kind in TRIGGERS]


async def async_attach_trigger(
    hass: HomeAssistant,
    config: ConfigType,
    action: TriggerActionType,
    trigger_info: TriggerInfo,
) -> CALLBACK_TYPE:
    """Run `action` whenever it happens; returns the end of it."""
    serial, kind = _serial_of(hass, config[CONF_DEVICE_ID]), config[CONF_TYPE]
    runtime = hass.data.get(DATA_RUNTIME)
    if serial is None or runtime is None:
        raise InvalidDeviceAutomationConfig(f"{config[CONF_DEVICE_ID]} is no claimed device")
    job = HassJob(action, f"{DOMAIN} {kind}")
    bucket = Bucket(RUNS_A_SECOND, MAX_RUNS, hass.loop.time())

    @callback
    def run(facts: dict[str, Any]) -> None:
        described = {
            **trigger_info["trigger_data"],
            CONF_PLATFORM: "device",
            CONF_DOMAIN: DOMAIN,
            CONF_DEVICE_ID: config[CONF_DEVICE_ID],
            CONF_TYPE: kind,
            "description": kind.replace("_", " "),
            **facts,
        }
        hass.async_run_hass_job(job, {"trigger": described})

    @callback
    def told(event: GatewayEvent) -> None:
        if (
            _KIND_OF.get(type(event)) == kind
            and getattr(event, "serial", None) == serial
            and bucket.take(hass.loop.time())
        ):
            # Not inside what is being told, and without the user of the request that caused it.
            hass.loop.call_soon(run, _facts(event), context=VariableContext())

    return _stopping(runtime.gateway.add_listener(told))


def _stopping(remove: Callable[[], None]) -> CALLBACK_TYPE:
    @callback
    def stop() -> None:
        remove()

    return stop


def _facts(event: GatewayEvent) -> dict[str, Any]:
    """Return what an automation may know of it, beside the device: ids and names of reasons."""
    if isinstance(event, CommandRefused):
        return {
            "command": event.command,
            "reason": event.decision.reason.value,
            "by": _name(event.actor),
        }
    if isinstance(event, ClaimAttempted):
        return {"reason": event.code, "by": event.user_id}
    if isinstance(event, OwnerChanged):
        return {"from": event.from_id, "to": event.to_id, "is_takeover": event.is_takeover}
    return {}


def _name(actor: Actor) -> str:
    """Return the id of a person, automation or script; "" for everybody else."""
    if isinstance(actor, User):
        return actor.id
    return actor.entity_id if isinstance(actor, Automation | Script) else ""


def _serial_of(hass: HomeAssistant, device_id: str) -> str | None:
    """Return the serial of a claimed device."""
    device, entry = dr.async_get_device_and_config_entry_for_domain(hass, device_id, domain=DOMAIN)
    if device is None or entry is None or entry.unique_id in (GATEWAY_UNIQUE_ID, DEMO_UNIQUE_ID):
        return None
    return entry.unique_id
