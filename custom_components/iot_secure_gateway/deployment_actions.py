"""The service that switches deployments: of one device, of several, or of a group of the permission table."""

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
from homeassistant.exceptions import HomeAssistantError

from .command_events import called_by
from .const import DOMAIN
from .deployment_outcomes import async_told, failures
from .gateway.deployment_records import MAX_NAME
from .gateway.group_deployments import MAX_DEVICES, GroupDeployments
from .policy.times import MAX_NAME_LENGTH
from .service_calls import ID, device_of, in_words, runtime_of

SERVICE_SET_DEPLOYMENT: Final = "set_deployment"
ATTR_DEPLOYMENT: Final = "deployment"
ATTR_CONFIRM: Final = "confirm"
ATTR_GROUP: Final = "group"

_SCHEMA: Final = probatio.Schema(
    {
        probatio.Optional(ATTR_DEVICE_ID, default=list): probatio.Any(
            ID, probatio.All([ID], probatio.Length(max=MAX_DEVICES))
        ),
        probatio.Optional(ATTR_GROUP): probatio.All(
            str, probatio.Length(min=1, max=MAX_NAME_LENGTH)
        ),
        probatio.Required(ATTR_DEPLOYMENT): probatio.All(str, probatio.Length(min=1, max=MAX_NAME)),
        probatio.Optional(ATTR_CONFIRM, default=False): bool,
    }
)


@callback
def async_register_deployment_actions(hass: HomeAssistant) -> None:
    """Register the service."""
    hass.services.async_register(
        DOMAIN,
        SERVICE_SET_DEPLOYMENT,
        _async_set_deployment,
        _SCHEMA,
        supports_response=SupportsResponse.OPTIONAL,
    )


async def _async_set_deployment(call: ServiceCall) -> ServiceResponse:
    """Switch; `applied` is false when a device is away and gets it later, or did not take it."""
    given = call.data[ATTR_DEVICE_ID]
    ids = [given] if isinstance(given, str) else given
    if len(ids) == 1 and ATTR_GROUP not in call.data:
        return await _async_set_one(call, ids[0])
    serials = {device_of(call, device_id).device.serial for device_id in ids}
    async with in_words(call):
        runtime = runtime_of(call)
        actor = await runtime.attribution.async_actor(call.context)
        several = GroupDeployments(runtime.gateway.deployments, runtime.gateway.permissions)
        if ATTR_GROUP in call.data:
            serials |= several.serials_of(call.data[ATTR_GROUP], actor)
        with called_by(call.context):
            outcomes = await several.activate(
                serials, call.data[ATTR_DEPLOYMENT], actor, is_confirmed=call.data[ATTR_CONFIRM]
            )
    told = await async_told(call.hass, runtime.gateway, outcomes)
    if not call.return_response and (refused := failures(told)):
        # Nobody looks at a response, so this is how it is noticed.
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="deployment_partly",
            translation_placeholders={"devices": refused},
        )
    return {"applied": all(one["applied"] for one in told), "devices": [*told]}


async def _async_set_one(call: ServiceCall, device_id: str) -> ServiceResponse:
    runtime = device_of(call, device_id)
    serial = runtime.device.serial
    async with in_words(call, serial):
        actor = await runtime.attribution.async_actor(call.context)
        with called_by(call.context):
            is_applied = await runtime.gateway.deployments.activate(
                serial, call.data[ATTR_DEPLOYMENT], actor, is_confirmed=call.data[ATTR_CONFIRM]
            )
    return {"applied": is_applied}
