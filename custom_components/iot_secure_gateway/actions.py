"""Services for what no entity offers: any command of a device, and its values as they are now.

Whoever calls is judged as by an entity. Home Assistant shows and stores what a call is given, so
nothing that is secret may be in it; what comes back reaches the caller only.
"""

from collections.abc import Awaitable, Callable, Mapping
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
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.service import async_get_device_and_config_entry

from .const import DOMAIN
from .exceptions import home_assistant_error
from .gateway.deployment_records import MAX_NAME
from .gateway.errors import GatewayError
from .gateway.introduction import ask_values
from .gateway.results import CommandResult
from .gateway.wording import shown_result
from .people import device_texts
from .policy.actors import Actor
from .policy.commands import read_command
from .runtime import AnyConfigEntry, DeviceRuntime, is_demo, is_gateway

SERVICE_SEND_COMMAND: Final = "send_command"
SERVICE_READ: Final = "read"
SERVICE_SET_DEPLOYMENT: Final = "set_deployment"
ATTR_COMMAND: Final = "command"
ATTR_ENTITY: Final = "entity"
ATTR_ARGUMENTS: Final = "arguments"
ATTR_DEPLOYMENT: Final = "deployment"
ATTR_CONFIRM: Final = "confirm"

_ID: Final = probatio.All(str, probatio.Length(min=1, max=64))
_READ_SCHEMA: Final = probatio.Schema({probatio.Required(ATTR_DEVICE_ID): _ID})
_COMMAND_SCHEMA: Final = probatio.Schema(
    {
        probatio.Required(ATTR_DEVICE_ID): _ID,
        probatio.Required(ATTR_COMMAND): lambda name: read_command(name, ATTR_COMMAND),
        probatio.Optional(ATTR_ENTITY): probatio.All(str, probatio.Length(min=1, max=32)),
        probatio.Optional(ATTR_ARGUMENTS, default=dict): {str: object},
    }
)
_DEPLOYMENT_SCHEMA: Final = probatio.Schema(
    {
        probatio.Required(ATTR_DEVICE_ID): _ID,
        probatio.Required(ATTR_DEPLOYMENT): probatio.All(str, probatio.Length(min=1, max=MAX_NAME)),
        probatio.Optional(ATTR_CONFIRM, default=False): bool,
    }
)

# command, key of an entity, arguments
type Ask = Callable[[str, str | None, Mapping[str, object]], Awaitable[CommandResult]]


@callback
def async_register_actions(hass: HomeAssistant) -> None:
    """Register the services; they say by themselves when a device is not set up."""
    register = hass.services.async_register
    register(
        DOMAIN,
        SERVICE_SEND_COMMAND,
        _async_send_command,
        _COMMAND_SCHEMA,
        supports_response=SupportsResponse.OPTIONAL,
    )
    register(
        DOMAIN, SERVICE_READ, _async_read, _READ_SCHEMA, supports_response=SupportsResponse.ONLY
    )
    register(
        DOMAIN,
        SERVICE_SET_DEPLOYMENT,
        _async_set_deployment,
        _DEPLOYMENT_SCHEMA,
        supports_response=SupportsResponse.OPTIONAL,
    )


async def _async_send_command(call: ServiceCall) -> ServiceResponse:
    """Give one command; return what the device answered."""

    async def act(runtime: DeviceRuntime, actor: Actor, ask: Ask) -> ServiceResponse:
        answer = await ask(
            call.data[ATTR_COMMAND], call.data.get(ATTR_ENTITY), call.data[ATTR_ARGUMENTS]
        )
        return {"result": shown_result(answer.result), "duration_ms": round(answer.duration_ms, 1)}

    return await _async_act(call, act)


async def _async_read(call: ServiceCall) -> ServiceResponse:
    """Ask the device for all its values; return them by the keys of its entities."""

    async def act(runtime: DeviceRuntime, actor: Actor, ask: Ask) -> ServiceResponse:
        device = runtime.device
        await ask_values(lambda command, given: ask(command, None, given), device.description)
        return {"values": dict(device.values)}

    return await _async_act(call, act)


async def _async_set_deployment(call: ServiceCall) -> ServiceResponse:
    """Switch a device to a deployment; `applied` is false when it is away and gets it later."""

    async def act(runtime: DeviceRuntime, actor: Actor, ask: Ask) -> ServiceResponse:
        is_applied = await runtime.gateway.deployments.activate(
            runtime.device.serial,
            call.data[ATTR_DEPLOYMENT],
            actor,
            is_confirmed=call.data[ATTR_CONFIRM],
        )
        return {"applied": is_applied}

    return await _async_act(call, act)


async def _async_act(
    call: ServiceCall, act: Callable[[DeviceRuntime, Actor, Ask], Awaitable[ServiceResponse]]
) -> ServiceResponse:
    """Do `act` on behalf of whoever calls. Raises HomeAssistantError in words."""
    hass = call.hass
    runtime = _runtime_of(hass, call.data[ATTR_DEVICE_ID])
    serial = runtime.device.serial
    actor = await runtime.attribution.async_actor(call.context)

    async def ask(
        command: str, entity: str | None, arguments: Mapping[str, object]
    ) -> CommandResult:
        return await runtime.gateway.execute(
            actor, serial, command, entity=entity, arguments=arguments
        )

    try:
        return await act(runtime, actor, ask)
    except GatewayError as err:
        texts = await device_texts(hass, serial)
        raise home_assistant_error(err, context=call.context, placeholders=texts) from err


def _runtime_of(hass: HomeAssistant, device_id: str) -> DeviceRuntime:
    """Return what belongs to a device. Raises ServiceValidationError for what is no claimed device."""
    entry: AnyConfigEntry
    _, entry = async_get_device_and_config_entry(
        hass, DOMAIN, device_id, include_child_devices=False
    )
    if is_gateway(entry) or is_demo(entry):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="not_a_claimed_device"
        )
    return entry.runtime_data
