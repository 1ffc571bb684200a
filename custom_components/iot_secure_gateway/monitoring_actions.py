"""Services that end what the monitoring did: connecting a device again, releasing who is blocked (B26)."""

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
from homeassistant.helpers.typing import VolDictType

from .const import DOMAIN
from .gateway.errors import InvalidReceiver, NotBlocked
from .gateway.safeguards import RELEASE_BLOCK_COMMAND
from .people import user_id_of_person
from .service_calls import ID, async_person, device_of, in_words

SERVICE_LIFT_SUSPENSION: Final = "lift_suspension"
SERVICE_RELEASE_BLOCK: Final = "release_block"
ATTR_PERSON: Final = "person"


@callback
def async_register_monitoring_actions(hass: HomeAssistant) -> None:
    """Register the services."""
    one_device: VolDictType = {probatio.Required(ATTR_DEVICE_ID): ID}
    whom: VolDictType = {**one_device, probatio.Optional(ATTR_PERSON): ID}
    register = hass.services.async_register
    register(DOMAIN, SERVICE_LIFT_SUSPENSION, _async_lift, probatio.Schema(one_device))
    register(
        DOMAIN,
        SERVICE_RELEASE_BLOCK,
        _async_release,
        probatio.Schema(whom),
        supports_response=SupportsResponse.OPTIONAL,
    )


async def _async_lift(call: ServiceCall) -> None:
    """Connect a device again that the monitoring policy had suspended."""
    runtime = device_of(call)
    serial = runtime.device.serial
    async with in_words(call, serial):
        await runtime.gateway.safeguards.lift(serial, await async_person(call))


async def _async_release(call: ServiceCall) -> ServiceResponse:
    """Release a person who is blocked on a device, or without one all who are; return how many."""
    runtime = device_of(call)
    serial, safeguards = runtime.device.serial, runtime.gateway.safeguards
    async with in_words(call, serial):
        actor = await async_person(call)
        runtime.gateway.require(actor, serial, RELEASE_BLOCK_COMMAND)
        users = [user_id for user_id, blocked in safeguards.restraints.users if blocked == serial]
        if (person := call.data.get(ATTR_PERSON)) is not None:
            user_id = user_id_of_person(call.hass, person)
            if user_id is None:
                raise InvalidReceiver
            if user_id not in users:
                raise NotBlocked
            users = [user_id]
        for user_id in users:
            await safeguards.release(actor, user_id=user_id, serial=serial)
    return {"released": len(users)}
