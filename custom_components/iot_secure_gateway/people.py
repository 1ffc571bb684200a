"""What people and devices are called in texts."""

from homeassistant.core import HomeAssistant

from .gateway.printable import printable
from .runtime import DATA_RUNTIME, name_of

NOBODY = "?"  # somebody who has no name, or is no longer there


async def user_name(hass: HomeAssistant, user_id: str | None) -> str:
    """Return what a user is called."""
    user = await hass.auth.async_get_user(user_id) if user_id else None
    return printable((user.name if user is not None else None) or NOBODY)


async def device_texts(hass: HomeAssistant, serial: str) -> dict[str, str]:
    """Return the placeholders of texts about a device: what it is called, and its owner."""
    runtime = hass.data.get(DATA_RUNTIME)
    if runtime is None:
        return {"device": printable(serial), "owner": NOBODY}
    device = runtime.gateway.devices.get(serial)
    return {
        "device": name_of(device) if device is not None else printable(serial),
        "owner": await user_name(hass, runtime.gateway.owners.get(serial)),
    }
