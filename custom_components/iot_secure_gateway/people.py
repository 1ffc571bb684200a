"""What people and devices are called in texts."""

from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant

from .const import CONF_USER_ID
from .gateway.gateway import Gateway
from .gateway.printable import printable
from .runtime import DATA_RUNTIME, name_of

NOBODY = "?"  # somebody who has no name, or is no longer there


async def async_people(hass: HomeAssistant) -> list[User]:
    """Return everybody who may own devices: active users who are no software."""
    users = await hass.auth.async_get_users()
    return [user for user in users if user.is_active and not user.system_generated]


async def async_is_person(hass: HomeAssistant, user_id: str) -> bool:
    """Tell whether this is one of them."""
    user = await hass.auth.async_get_user(user_id)
    return user is not None and user.is_active and not user.system_generated


async def user_name(hass: HomeAssistant, user_id: str | None) -> str:
    """Return what a user is called."""
    user = await hass.auth.async_get_user(user_id) if user_id else None
    return printable((user.name if user is not None else None) or NOBODY)


def user_id_of_person(hass: HomeAssistant, entity_id: str) -> str | None:
    """Return the login of a person of Home Assistant; None when there is none."""
    state = hass.states.get(entity_id) if entity_id.startswith("person.") else None
    user_id = state.attributes.get(CONF_USER_ID) if state is not None else None
    return user_id if isinstance(user_id, str) else None


def device_name(gateway: Gateway, serial: str) -> str:
    """Return what a device is called, as far as that is known now."""
    device = gateway.devices.get(serial)
    return name_of(device) if device is not None else printable(serial)


async def device_texts(hass: HomeAssistant, serial: str) -> dict[str, str]:
    """Return the placeholders of texts about a device: what it is called, and its owner."""
    runtime = hass.data.get(DATA_RUNTIME)
    if runtime is None:
        return {"device": printable(serial), "owner": NOBODY}
    return {
        "device": device_name(runtime.gateway, serial),
        "owner": await user_name(hass, runtime.gateway.owners.get(serial)),
    }
