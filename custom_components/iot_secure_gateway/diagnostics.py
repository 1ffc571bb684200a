"""Diagnostics from an allow-list: counts and states. No address, serial, key, name or value."""

from collections import Counter
from typing import Any

from homeassistant.core import HomeAssistant

from .const import CONF_LISTEN
from .gateway.device import Device
from .runtime import AnyConfigEntry, is_demo, is_gateway


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: AnyConfigEntry
) -> dict[str, Any]:
    """Return what helps to find a fault in an entry."""
    if is_gateway(entry):
        gateway = entry.runtime_data.gateway
        devices = gateway.devices.values()
        return {
            "listens": bool(entry.options.get(CONF_LISTEN)),
            "is_listening": gateway.ping_port is not None,
            "devices": len(devices),
            "connected": sum(device.is_connected for device in devices),
            "discovered": len(gateway.discovered),
        }
    if is_demo(entry):
        return {
            "is_owned": entry.runtime_data.is_owned,
            "is_linked": entry.runtime_data.is_linked,
        }
    return _device(entry.runtime_data.device)


def _device(device: Device) -> dict[str, Any]:
    description, stats = device.description, device.stats
    return {
        "is_connected": device.is_connected,
        "problem": device.problem.value if device.problem is not None else None,
        "firmware": device.firmware,
        "model": description.facts.model if description is not None else None,
        "entities": dict(Counter(entity.kind for entity in description.entities))
        if description is not None
        else None,
        "entities_left_out": description.left_out if description is not None else None,
        "stats": {
            "links": stats.links,
            "commands": stats.commands,
            "succeeded": stats.succeeded,
            "failed": stats.failed,
            "not_executed": stats.not_executed,
            "unknown": stats.unknown,
            "breaches": stats.breaches,
            "breaches_told": stats.breaches_told,
            "events": stats.events,
            "events_dropped": stats.events_dropped,
            "last_command_ms": stats.last_command_ms,
        },
    }
