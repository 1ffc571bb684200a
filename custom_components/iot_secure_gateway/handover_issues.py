"""What is about to change hands, as repair issues, where who has a part in it can act.

They are worked out anew from what the gateway holds whenever that changed, so none is left over. Home
Assistant shows repairs to administrators only; so that somebody asks for a device is told by a
notification, too, after each start again: an owner who does not hear of it cannot object.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from homeassistant.auth import EVENT_USER_REMOVED, EVENT_USER_UPDATED
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from .console_links import PAGE_OVERVIEW
from .const import (
    DOMAIN,
    ISSUE_OWNER_GONE,
    ISSUE_TAKEOVER_ASKED,
    ISSUE_TRANSFER_OFFERED,
    NOTICE_TAKEN_OVER,
)
from .gateway.events import (
    DeviceReset,
    GatewayEvent,
    OwnerChanged,
    PermissionsChanged,
    TakeoverAsked,
    TakeoverEnded,
    TransferEnded,
    TransferOffered,
)
from .gateway.gateway import Gateway
from .gateway.handovers import Takeover
from .handing_over import async_has_owner
from .issues import async_notify, async_raise, async_take_back
from .markup import escaped
from .people import async_is_person, device_name, user_name

_KINDS = (ISSUE_TRANSFER_OFFERED, ISSUE_TAKEOVER_ASKED, ISSUE_OWNER_GONE)
_CHANGES = (
    DeviceReset,
    OwnerChanged,
    PermissionsChanged,
    TakeoverAsked,
    TakeoverEnded,
    TransferEnded,
    TransferOffered,
)


async def async_watch_handovers(hass: HomeAssistant, gateway: Gateway) -> Callable[[], None]:
    """Show them from now on; returns the end of it."""

    owners = dict(gateway.owners)

    @callback
    def on_event(event: GatewayEvent) -> None:
        nonlocal owners
        if isinstance(event, PermissionsChanged):
            if owners == gateway.owners:
                return  # a row, or one of its uses: nothing that changes hands
            owners = dict(gateway.owners)
        if isinstance(event, TakeoverAsked):
            asked = gateway.ownership.takeover(event.serial)
            if asked is not None:
                hass.async_create_task(_async_tell_asked(hass, gateway, event.serial, asked))
        if isinstance(event, (OwnerChanged, TakeoverEnded, DeviceReset)):
            async_take_back(hass, ISSUE_TAKEOVER_ASKED, event.serial)
        if isinstance(event, OwnerChanged) and event.is_takeover:
            hass.async_create_task(_async_tell_taken_over(hass, gateway, event))
        if isinstance(event, _CHANGES):
            hass.async_create_task(_async_show(hass, gateway))

    async def on_user_event(event: Event[Any]) -> None:
        await _async_show(hass, gateway)

    removals = [
        gateway.add_listener(on_event),
        hass.bus.async_listen(EVENT_USER_REMOVED, on_user_event),
        hass.bus.async_listen(EVENT_USER_UPDATED, on_user_event),
    ]
    await _async_show(hass, gateway)
    for serial in tuple(gateway.owners):
        if (asked := gateway.ownership.takeover(serial)) is not None:
            await _async_tell_asked(hass, gateway, serial, asked)

    @callback
    def stop() -> None:
        for remove in removals:
            remove()

    return stop


async def _async_show(hass: HomeAssistant, gateway: Gateway) -> None:
    """Raise the issues that there are now, and take the others away."""
    shown: set[str] = set()
    nobodys = ((serial, "") for serial in gateway.ownership.unowned)
    for serial, owner_id in (*gateway.owners.items(), *nobodys):
        texts = {
            "name": escaped(device_name(gateway, serial)),
            "owner": escaped(await user_name(hass, owner_id)),
        }
        offer = gateway.ownership.offer(serial)
        if offer is not None and await async_is_person(hass, offer.to_id):
            shown.add(f"{ISSUE_TRANSFER_OFFERED}_{serial}")
            receiver = escaped(await user_name(hass, offer.to_id))
            more = {"receiver": receiver, "until": _local(offer.until)}
            async_raise(hass, ISSUE_TRANSFER_OFFERED, serial, texts | more)
        if not await async_has_owner(hass, gateway, serial):
            shown.add(f"{ISSUE_OWNER_GONE}_{serial}")
            async_raise(hass, ISSUE_OWNER_GONE, serial, texts)
        elif (asked := gateway.ownership.takeover(serial)) is not None:
            shown.add(f"{ISSUE_TAKEOVER_ASKED}_{serial}")
            actor = escaped(await user_name(hass, asked.by_id))
            more = {"actor": actor, "due": _local(asked.due_at)}
            async_raise(hass, ISSUE_TAKEOVER_ASKED, serial, texts | more)
    for domain, issue_id in tuple(ir.async_get(hass).issues):
        if domain == DOMAIN and issue_id.startswith(_KINDS) and issue_id not in shown:
            ir.async_delete_issue(hass, DOMAIN, issue_id)


async def _async_tell_asked(
    hass: HomeAssistant, gateway: Gateway, serial: str, asked: Takeover
) -> None:
    async_notify(
        hass,
        ISSUE_TAKEOVER_ASKED,
        serial,
        {
            "name": escaped(device_name(gateway, serial)),
            "owner": escaped(await user_name(hass, asked.from_id)),
            "actor": escaped(await user_name(hass, asked.by_id)),
            "due": _local(asked.due_at),
        },
        page=PAGE_OVERVIEW,
    )


async def _async_tell_taken_over(
    hass: HomeAssistant, gateway: Gateway, event: OwnerChanged
) -> None:
    async_notify(
        hass,
        NOTICE_TAKEN_OVER,
        event.serial,
        {
            "name": escaped(device_name(gateway, event.serial)),
            "owner": escaped(await user_name(hass, event.from_id)),
            "actor": escaped(await user_name(hass, event.to_id)),
        },
        page=PAGE_OVERVIEW,
    )


def _local(unix_time: float) -> str:
    """Return a time as people of this home read it."""
    at = datetime.fromtimestamp(unix_time, dt_util.get_default_time_zone())
    return at.strftime("%Y-%m-%d %H:%M")
