"""The service that gives what the gateway kept of a device's values, to whoever may read the device."""

from typing import Final

import probatio

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)

from .const import DOMAIN
from .reading_pages import FIELDS, async_page
from .service_calls import ID, device_of, in_words

SERVICE_GET_READINGS: Final = "get_readings"
_SCHEMA: Final = probatio.Schema({probatio.Required(ATTR_DEVICE_ID): ID, **FIELDS})


@callback
def async_register_reading_actions(hass: HomeAssistant) -> None:
    """Register it."""
    hass.services.async_register(
        DOMAIN,
        SERVICE_GET_READINGS,
        _async_get_readings,
        _SCHEMA,
        supports_response=SupportsResponse.ONLY,
    )


async def _async_get_readings(call: ServiceCall) -> ServiceResponse:
    """Return a page, which reaches the caller only."""
    runtime = device_of(call)
    serial = runtime.device.serial
    async with in_words(call, serial):
        actor = await runtime.attribution.async_actor(call.context)
        return await async_page(runtime.gateway, actor, serial, call.data)
