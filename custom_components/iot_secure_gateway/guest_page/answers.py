"""What a guest is told: names that people gave, verdicts and outcomes; never a serial, an address or an owner."""

from datetime import datetime
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..gateway.device import Device
from ..gateway.errors import GatewayError, Refused
from ..gateway.gateway import Gateway
from ..gateway.guest_offers import Offer
from ..gateway.passes import Passes
from ..gateway.printable import printable
from ..policy.actors import Guest
from ..policy.decision import Decision

OK: Final = "ok"
REFUSED: Final = "refused"
FAILED: Final = "failed"


def told(
    hass: HomeAssistant, gateway: Gateway, passes: Passes, guest: Guest, offered: list[Offer]
) -> dict[str, object]:
    """Return what the page shows."""
    rows = [entry.row for entry in passes.entries(guest)]
    ends = [row.expires_at for row in rows if row.expires_at is not None]
    # Uses are counted in the state; rows made ready for judging keep what they began with.
    uses = [gateway.permissions.state.rows[row.number].uses_left for row in rows]
    counted = [left for left in uses if left is not None]
    devices: dict[str, dict[str, Any]] = {}
    for offer in offered:
        device = devices.setdefault(offer.alias, _device(hass, offer.device))
        thing = device["things"].setdefault(
            offer.entity.key, {"name": _thing_name(hass, offer), "acts": []}
        )
        thing["acts"].append(_act(offer))
    return {
        "name": guest.name,
        "zone": hass.config.time_zone,
        "ends_at": _local(max(ends)) if len(ends) == len(rows) else None,
        "uses_left": sum(counted) if len(counted) == len(uses) else None,
        "devices": [
            {
                **device,
                "id": alias,
                "things": [{"id": key, **thing} for key, thing in device["things"].items()],
            }
            for alias, device in devices.items()
        ],
    }


async def async_act(
    gateway: Gateway, guest: Guest, offer: Offer | None, value: object
) -> dict[str, object]:
    """Give a guest's command; return what became of it, with the code of the text that says so."""
    if offer is None:
        return {"result": REFUSED, "code": "guest_not_permitted"}
    arguments = offer.arguments(value)
    if arguments is None:
        return {"result": REFUSED, "code": "outside_limits"}
    try:
        await gateway.execute(
            guest,
            offer.device.serial,
            offer.act.command,
            entity=offer.entity.key,
            arguments=arguments,
        )
    except Refused as refused:
        return {"result": REFUSED, **_verdict(refused.decision)}
    except GatewayError as error:
        return {"result": FAILED, "code": error.code}
    return {"result": OK, "code": offer.act.command}


def _device(hass: HomeAssistant, device: Device) -> dict[str, Any]:
    serial = device.serial
    entry = hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, serial)
    registered = (
        dr.async_get(hass).async_get_device_by_identifier((DOMAIN, serial), entry.entry_id)
        if entry is not None
        else None
    )
    name = None if registered is None else registered.name_by_user or registered.name
    return {
        "name": _harmless(name, serial),
        "is_connected": device.is_connected,
        "things": {},
    }


def _thing_name(hass: HomeAssistant, offer: Offer) -> str:
    registry, serial = er.async_get(hass), offer.device.serial
    entity_id = registry.async_get_entity_id(
        offer.entity.kind, DOMAIN, f"{serial}-{offer.entity.key}"
    )
    entry = registry.async_get(entity_id) if entity_id is not None else None
    return _harmless((entry.name if entry is not None else None) or offer.entity.name, serial)


def _harmless(name: str | None, serial: str) -> str:
    """Return a name as it is shown; none where it tells the serial, as that of an unnamed device does."""
    return "" if name is None or serial.lower() in name.lower() else printable(name)


def _act(offer: Offer) -> dict[str, object]:
    found: dict[str, object] = {"id": offer.act.id, "command": offer.act.command}
    if offer.choice is not None:
        found["argument"] = offer.act.argument
        if offer.choice.range is not None:
            numbers = offer.choice.range
            found["range"] = [numbers.low, numbers.high, numbers.step]
            found["unit"] = offer.entity.unit or ""
        else:
            found["options"] = list(offer.choice.options)
    return found | {"allowed": offer.decision.allowed, **_verdict(offer.decision)}


def _verdict(decision: Decision) -> dict[str, object]:
    next_at = decision.next_allowed_at
    return {
        "code": decision.reason.value,
        "next_allowed_at": None if next_at is None else _local(next_at),
    }


def _local(when: datetime) -> str:
    return dt_util.as_local(when).isoformat()
