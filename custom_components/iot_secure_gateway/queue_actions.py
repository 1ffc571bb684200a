"""Services about commands that wait for devices that are away: seeing them, and dropping them (B15)."""

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
from .postponing import told_waiting
from .service_calls import ID, in_words, runtime_of

SERVICE_QUEUED_COMMANDS: Final = "queued_commands"
SERVICE_CANCEL_QUEUED_COMMAND: Final = "cancel_queued_command"
ATTR_QUEUED: Final = "queued"


@callback
def async_register_queue_actions(hass: HomeAssistant) -> None:
    """Register the services."""
    hass.services.async_register(
        DOMAIN,
        SERVICE_QUEUED_COMMANDS,
        _async_queued_commands,
        probatio.Schema({}),
        supports_response=SupportsResponse.ONLY,
    )
    hass.services.async_register(
        DOMAIN,
        SERVICE_CANCEL_QUEUED_COMMAND,
        _async_cancel,
        probatio.Schema({probatio.Required(ATTR_QUEUED): ID}),
    )


async def _async_queued_commands(call: ServiceCall) -> ServiceResponse:
    """Return what waits that the caller gave, or that waits for devices of theirs."""
    async with in_words(call):
        runtime = runtime_of(call)
        actor = await runtime.attribution.async_actor(call.context)
        return {
            "commands": [
                told_waiting(call.hass, runtime.gateway, serial, one)
                for serial, one in runtime.postponed.visible(actor)
            ]
        }


async def _async_cancel(call: ServiceCall) -> None:
    """Drop one of these."""
    async with in_words(call):
        runtime = runtime_of(call)
        actor = await runtime.attribution.async_actor(call.context)
        await runtime.postponed.cancel(actor, call.data[ATTR_QUEUED])
