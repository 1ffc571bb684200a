"""Services by which a device changes hands: a person offers it, and another one accepts (B7)."""

from typing import Final

import probatio

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import HomeAssistant, ServiceCall, callback

from .const import DOMAIN
from .gateway.errors import InvalidReceiver
from .handing_over import async_offer
from .people import user_id_of_person
from .service_calls import ID, async_person, device_of, in_words

SERVICE_TRANSFER_DEVICE: Final = "transfer_device"
SERVICE_ACCEPT_TRANSFER: Final = "accept_transfer"
SERVICE_END_TRANSFER: Final = "end_transfer"
ATTR_RECEIVER: Final = "receiver"


@callback
def async_register_handover_actions(hass: HomeAssistant) -> None:
    """Register the services."""
    one_device = {probatio.Required(ATTR_DEVICE_ID): ID}
    offered = {**one_device, probatio.Required(ATTR_RECEIVER): ID}
    register = hass.services.async_register
    register(DOMAIN, SERVICE_TRANSFER_DEVICE, _async_transfer, probatio.Schema(offered))
    register(DOMAIN, SERVICE_ACCEPT_TRANSFER, _async_accept, probatio.Schema(one_device))
    register(DOMAIN, SERVICE_END_TRANSFER, _async_end, probatio.Schema(one_device))


async def _async_transfer(call: ServiceCall) -> None:
    """Offer a device of the caller's to a person, who has to accept it."""
    runtime = device_of(call)
    serial = runtime.device.serial
    async with in_words(call, serial):
        giver = await async_person(call)
        receiver_id = user_id_of_person(call.hass, call.data[ATTR_RECEIVER])
        if receiver_id is None:
            raise InvalidReceiver
        user = await call.hass.auth.async_get_user(giver.id)
        await async_offer(call.hass, runtime.gateway, user, serial, receiver_id)


async def _async_accept(call: ServiceCall) -> None:
    """Take over a device that was offered to the caller."""
    runtime = device_of(call)
    serial = runtime.device.serial
    async with in_words(call, serial):
        await runtime.gateway.ownership.accept_transfer(serial, await async_person(call))


async def _async_end(call: ServiceCall) -> None:
    """Withdraw what the caller offered, or decline what was offered to them."""
    runtime = device_of(call)
    serial = runtime.device.serial
    async with in_words(call, serial):
        await runtime.gateway.ownership.end_transfer(serial, await async_person(call))
