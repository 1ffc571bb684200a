"""How devices change hands here, for forms and commands alike: who is who is known to Home Assistant."""

from homeassistant.auth.models import User as HomeAssistantUser
from homeassistant.core import HomeAssistant

from .attribution import actor_of
from .gateway.errors import InvalidReceiver
from .gateway.gateway import Gateway
from .gateway.handovers import Takeover
from .people import async_is_person


async def async_offer(
    hass: HomeAssistant, gateway: Gateway, user: HomeAssistantUser | None, serial: str, to_id: str
) -> None:
    """Offer a device to an active person. Raises Refused, InvalidReceiver."""
    if not await async_is_person(hass, to_id):
        raise InvalidReceiver
    await gateway.ownership.offer_transfer(serial, actor_of(user), to_id)


async def async_ask_takeover(
    hass: HomeAssistant, gateway: Gateway, user: HomeAssistantUser | None, serial: str
) -> Takeover:
    """Ask for a device whose owner cannot act. Raises NotAdministrator, UnknownDevice."""
    return await gateway.ownership.ask_takeover(
        serial,
        actor_of(user),
        is_administrator=user is not None and user.is_admin,
        is_owner_gone=not await async_has_owner(hass, gateway, serial),
    )


async def async_take_over(gateway: Gateway, user: HomeAssistantUser | None, serial: str) -> None:
    """Complete what was asked for. Raises NotAdministrator, NoOffer, TakeoverTooEarly."""
    await gateway.ownership.take_over(
        serial, actor_of(user), is_administrator=user is not None and user.is_admin
    )


async def async_has_owner(hass: HomeAssistant, gateway: Gateway, serial: str) -> bool:
    """Tell whether the owner of a device is somebody who can act."""
    owner_id = gateway.owners.get(serial)
    return bool(owner_id) and await async_is_person(hass, owner_id or "")
