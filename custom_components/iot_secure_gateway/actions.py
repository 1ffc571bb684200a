"""Services for what no entity offers: any command of a device, and its values as they are now.

Whoever calls is judged as by an entity. Home Assistant shows and stores what a call is given, so
nothing that is secret may be in it; what comes back reaches the caller only. Services about permissions
and about who owns a device are in files of their own.
"""

from collections.abc import Mapping
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

from .blueprints_action import async_register_blueprints_action
from .command_events import called_by
from .const import DOMAIN
from .deployment_actions import async_register_deployment_actions
from .gateway.introduction import ask_values
from .gateway.postponed_records import PostponedCommand
from .gateway.results import CommandResult
from .handover_actions import async_register_handover_actions
from .monitoring_actions import async_register_monitoring_actions
from .permission_actions import async_register_permission_actions
from .policy.commands import read_command
from .postponing import QUEUE, told_answer, until_of
from .queue_actions import async_register_queue_actions
from .reading_actions import async_register_reading_actions
from .self_audit_action import async_register_self_audit_action
from .service_calls import ID, device_of, in_words, runtime_of
from .video_actions import async_register_video_actions

SERVICE_SEND_COMMAND: Final = "send_command"
SERVICE_READ: Final = "read"
ATTR_COMMAND: Final = "command"
ATTR_ENTITY: Final = "entity"
ATTR_ARGUMENTS: Final = "arguments"

_READ_SCHEMA: Final = probatio.Schema({probatio.Required(ATTR_DEVICE_ID): ID})
_COMMAND_SCHEMA: Final = probatio.Schema(
    {
        probatio.Required(ATTR_DEVICE_ID): ID,
        probatio.Required(ATTR_COMMAND): lambda name: read_command(name, ATTR_COMMAND),
        probatio.Optional(ATTR_ENTITY): probatio.All(str, probatio.Length(min=1, max=32)),
        probatio.Optional(ATTR_ARGUMENTS, default=dict): {str: object},
        **QUEUE,
    }
)


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
    async_register_deployment_actions(hass)
    async_register_queue_actions(hass)
    async_register_reading_actions(hass)
    async_register_permission_actions(hass)
    async_register_handover_actions(hass)
    async_register_monitoring_actions(hass)
    async_register_self_audit_action(hass)
    async_register_blueprints_action(hass)
    async_register_video_actions(hass)


async def _async_send_command(call: ServiceCall) -> ServiceResponse:
    """Give one command; return what the device answered, or that it waits for the device."""
    device = device_of(call)
    serial, given = device.device.serial, call.data
    async with in_words(call, serial):
        actor = await device.attribution.async_actor(call.context)
        answer: CommandResult | PostponedCommand
        with called_by(call.context):
            if (until := until_of(given, device.gateway.permissions.now())) is None:
                answer = await device.gateway.execute(
                    actor,
                    serial,
                    given[ATTR_COMMAND],
                    entity=given.get(ATTR_ENTITY),
                    arguments=given[ATTR_ARGUMENTS],
                )
            else:
                answer = await runtime_of(call).postponed.submit(
                    actor,
                    serial,
                    given[ATTR_COMMAND],
                    entity=given.get(ATTR_ENTITY),
                    arguments=given[ATTR_ARGUMENTS],
                    until=until,
                )
    return told_answer(answer)


async def _async_read(call: ServiceCall) -> ServiceResponse:
    """Ask the device for all its values; return them by the keys of its entities."""
    runtime = device_of(call)
    device = runtime.device
    async with in_words(call, device.serial):
        actor = await runtime.attribution.async_actor(call.context)

        async def ask(command: str, arguments: Mapping[str, object]) -> CommandResult:
            with called_by(call.context):
                return await runtime.gateway.execute(
                    actor, device.serial, command, arguments=arguments
                )

        values = await ask_values(ask, device.description)  # those that are confidential, too
    return {"values": dict(values)}
