"""The service that looks over the house (B37)."""

from typing import Final

import probatio

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)

from .const import DOMAIN
from .self_audit import async_look_over
from .service_calls import async_person, in_words, runtime_of

SERVICE_SELF_AUDIT: Final = "self_audit"


@callback
def async_register_self_audit_action(hass: HomeAssistant) -> None:
    """Register the service."""
    hass.services.async_register(
        DOMAIN,
        SERVICE_SELF_AUDIT,
        _async_self_audit,
        probatio.Schema({}),
        supports_response=SupportsResponse.ONLY,
    )


async def _async_self_audit(call: ServiceCall) -> ServiceResponse:
    """Return what is worth mending, as far as it concerns whoever calls."""
    async with in_words(call):
        gateway = runtime_of(call).gateway
        person = await async_person(call)
        user = await call.hass.auth.async_get_user(person.id)
        is_administrator = user is not None and user.is_admin
        found = await async_look_over(call.hass, gateway, person, is_administrator=is_administrator)
        return {"findings": [dict(one) for one in found]}
