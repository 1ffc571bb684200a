"""Home Assistant's page of system information: how the gateway does, in counts and states."""

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.core import HomeAssistant, callback

from .gateway.device import Problem
from .runtime import DATA_RUNTIME


@callback
def async_register(hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Offer what the page shows."""
    register.async_register_info(_async_info)


async def _async_info(hass: HomeAssistant) -> dict[str, int | bool]:
    """Return counts and states: no name, serial or address, for people paste the page into forums."""
    gateway = hass.data[DATA_RUNTIME].gateway
    devices, state = gateway.devices.values(), gateway.permissions.state
    return {
        "devices": len(devices),
        "linked": sum(device.is_connected for device in devices),
        "suspended": sum(device.problem is Problem.SUSPENDED for device in devices),
        "listens": gateway.ping_port is not None,
        "ping_port": gateway.ping_port or 0,
        "discovered": len(gateway.discovered),
        "owned": len(state.owners),
        "appointments": len(state.appointments),
        "rows": len(state.rows),
        "was_stopped_in_order": gateway.was_stopped_in_order,
    }
