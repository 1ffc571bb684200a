"""A claim, as every way in makes it: a form, a card, a command of the console page (FIG 4).

The device is claimed and has said its name when this returns; the entry is the caller's.
"""

import asyncio
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from .attribution import without_request
from .const import DOMAIN
from .gateway.errors import ClaimError
from .gateway.gateway import Gateway
from .people import async_is_person
from .policy.actors import User
from .starter import StarterChoices, async_apply_starter

INTRODUCED_WITHIN_S: Final = 3.0  # that a claim waits for the name of the device


class InvalidOwner(ClaimError):
    """The chosen owner is no active user of Home Assistant."""

    code = "invalid_owner"


async def async_claim(
    hass: HomeAssistant,
    gateway: Gateway,
    *,
    serial: str,
    password: str,
    host: str,
    port: int,
    owner_id: str,
    claimant_id: str,
    starter: StarterChoices,
) -> None:
    """Claim a device for an active person. Raises ClaimError, with nothing stored.

    `starter` counts for who claims for themselves: nobody else says what an owner permits. And only once:
    what an owner has taken back since does not return with a new claim.
    """
    if not await async_is_person(hass, owner_id):
        raise InvalidOwner
    is_claimed_anew = gateway.owners.get(serial) == owner_id
    await without_request(
        hass,
        gateway.claim(serial, password, host, port, owner_id, claimant_id=claimant_id),
    )
    if owner_id == claimant_id and not is_claimed_anew:
        await async_apply_starter(gateway, User(id=owner_id), serial, starter)
    await _async_introduced(gateway, serial)


def entry_of(hass: HomeAssistant, serial: str) -> ConfigEntry | None:
    """Return the entry of a device, or None."""
    return hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, serial)


async def _async_introduced(gateway: Gateway, serial: str) -> None:
    """Give a device that was just claimed a moment to say its name, by which its entities are called."""
    device = gateway.devices[serial]
    told = asyncio.Event()
    stop_listening = device.add_listener(told.set)
    try:
        async with asyncio.timeout(INTRODUCED_WITHIN_S):
            while device.description is None:
                await told.wait()
                told.clear()
    except TimeoutError:
        pass  # it is called by its serial until then
    finally:
        stop_listening()
