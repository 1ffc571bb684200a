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
    PermissionsChanged,
)
from .gateway.rates import Bucket
from .gateway.threat_events import Blocked, DeviceSuspendedNow, SuspensionLifted, ThreatSeen
from .policy.actors import Actor, Automation, Script, User
from .policy.threats import LEVELS, Level
from .postponing import registered_id
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
    DeviceSuspendedNow: "suspended",
    SuspensionLifted: "suspension_lifted",
    Blocked: "blocked",
}
THREATS: Final = tuple(f"threat_{level.value}" for level in LEVELS if level is not Level.VERY_LOW)
TRIGGERS: Final = (*_KIND_OF.values(), *THREATS)
DEVICE_CLAIMED: Final = "device_claimed"
# Of the gateway: what happens at any device, and what concerns none.
GATEWAY_TRIGGERS: Final = (DEVICE_CLAIMED, "claim_attempted", *THREATS)
TRIGGER_SCHEMA = DEVICE_TRIGGER_BASE_SCHEMA.extend(
    {probatio.Required(CONF_TYPE): probatio.In((*TRIGGERS, DEVICE_CLAIMED))}
)


async def async_get_triggers(hass: HomeAssistant, device_id: str) -> list[dict[str, str]]:
    """Return the triggers of a claimed device, or of the gateway."""
    serial = serial_of(hass, device_id)
    if serial is None:
        return []
    base = {CONF_PLATFORM: "device", CONF_DOMAIN: DOMAIN, CONF_DEVICE_ID: device_id}
    return [{**base, CONF_TYPE: kind} for kind in (TRIGGERS if serial else GATEWAY_TRIGGERS)]


async def async_attach_trigger(
    hass: HomeAssistant,
    config: ConfigType,
    action: TriggerActionType,
    trigger_info: TriggerInfo,
) -> CALLBACK_TYPE:
    """Run `action` whenever it happens; returns the end of it."""
    serial, kind = serial_of(hass, config[CONF_DEVICE_ID]), config[CONF_TYPE]
    runtime = hass.data.get(DATA_RUNTIME)
    if serial is None or runtime is None:
        raise InvalidDeviceAutomationConfig(f"{config[CONF_DEVICE_ID]} is no claimed device")
    if kind not in (TRIGGERS if serial else GATEWAY_TRIGGERS):
        raise InvalidDeviceAutomationConfig(f"{config[CONF_DEVICE_ID]} has no trigger {kind}")
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

    owned = frozenset(runtime.gateway.owners)

    @callback
    def told(event: GatewayEvent) -> None:
        nonlocal owned
        if kind == DEVICE_CLAIMED:
            if isinstance(event, PermissionsChanged):
                before, owned = owned, frozenset(runtime.gateway.owners)
                for claimed in sorted(owned - before):
                    start({"owner": runtime.gateway.owners[claimed], "serial": claimed})
        elif _kind_of(event) == kind and serial in ("", getattr(event, "serial", None)):
            start(_facts(hass, event))

    def start(facts: dict[str, Any]) -> None:
        if bucket.take(hass.loop.time()):
            # Not inside what is being told, and without the user of the request that caused it.
            hass.loop.call_soon(run, facts, context=VariableContext())

    return _stopping(runtime.gateway.add_listener(told))


def _stopping(remove: Callable[[], None]) -> CALLBACK_TYPE:
    @callback
    def stop() -> None:
        remove()

    return stop


def _kind_of(event: GatewayEvent) -> str | None:
    if isinstance(event, ThreatSeen):
        return f"threat_{event.level.value}"
    return _KIND_OF.get(type(event))


def _facts(hass: HomeAssistant, event: GatewayEvent) -> dict[str, Any]:
    """Return what an automation may know of it, beside the device: ids and names of reasons."""
    if isinstance(event, ThreatSeen):
        return {
            "detection": event.detection.value,
            "by": event.user_id,
            "source": event.source,
            "responses": sorted(event.responses),
            "threatened": registered_id(hass, event.serial),
        }
    if isinstance(event, Blocked):
        return {"by": event.user_id, "source": event.source}
    if isinstance(event, SuspensionLifted):
        return {"reason": event.why}
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


def serial_of(hass: HomeAssistant, device_id: str) -> str | None:
    """Return the serial of a claimed device; "" for the gateway, None for what is neither."""
    device, entry = dr.async_get_device_and_config_entry_for_domain(hass, device_id, domain=DOMAIN)
    if device is None or entry is None or entry.unique_id == DEMO_UNIQUE_ID:
        return None
    return "" if entry.unique_id == GATEWAY_UNIQUE_ID else entry.unique_id
