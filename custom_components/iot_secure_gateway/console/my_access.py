"""What a person may do: their devices, a button for each plain command, and when a locked one opens (B27)."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..claiming import entry_of
from ..const import DOMAIN
from ..gateway.description import EntityDescription
from ..gateway.guest_offers import ACTS
from ..gateway.kinds import CAMERA
from ..modules import MODULE_VIDEO, is_on
from ..people import device_name, user_name
from .command import Caller, Message
from .subscription import subscription
from .video import may_use_video

MAX_DEVICES: Final = 256  # that one page lists

# Of whoever may do nothing with a device, nothing of it is told.
_NOTHING: Final[Mapping[str, Any]] = {}


@subscription("my_access")
async def ws_my_access(caller: Caller, msg: Message) -> dict[str, Any]:
    """Show each device with which the caller may do anything, now or later."""
    gateway = caller.gateway
    found: list[dict[str, Any]] = []
    for serial in sorted({*gateway.devices, *gateway.owners}):
        device = gateway.devices.get(serial)
        description = device.description if device is not None else None
        entities = [
            shown
            for entity in (description.entities if description is not None else ())
            if (shown := _entity(caller, serial, entity))
        ]
        is_yours = gateway.owners.get(serial) == caller.user.id
        if entities or is_yours:
            found.append(
                {
                    "serial": serial,
                    "device_id": _device_id(caller, serial),
                    "name": device_name(gateway, serial),
                    "owner": await user_name(caller.hass, gateway.owners.get(serial)),
                    "is_yours": is_yours,
                    "is_connected": device is not None and device.is_connected,
                    "entities": entities,
                }
            )
    found.sort(key=lambda shown: (shown["name"].casefold(), shown["serial"]))
    return {"devices": found[:MAX_DEVICES], "left_out": max(0, len(found) - MAX_DEVICES)}


def _entity(caller: Caller, serial: str, entity: EntityDescription) -> Mapping[str, Any]:
    """Return one entity with its buttons, or nothing when the caller may never do anything with it."""
    reads = caller.gateway.judge(caller.actor, serial, "read")
    buttons: list[dict[str, Any]] = []
    for act in ACTS.get(entity.kind, ()):
        if act.argument or (act.feature and act.feature not in entity.abilities.features):
            continue  # what takes a value has Home Assistant's own dialog
        decision = caller.gateway.judge(caller.actor, serial, act.command)
        if decision.allowed or decision.next_allowed_at is not None:
            next_at = decision.next_allowed_at
            buttons.append(
                {
                    "command": act.command,
                    "is_allowed": decision.allowed,
                    "next_at": next_at.isoformat() if next_at is not None else None,
                }
            )
    has_video = (
        entity.kind == CAMERA and is_on(caller.hass, MODULE_VIDEO) and may_use_video(caller, serial)
    )
    if not buttons and not reads.allowed and not has_video:
        return _NOTHING
    return {
        "key": entity.key,
        "kind": entity.kind,
        "name": entity.name,
        "entity_id": _entity_id(caller, serial, entity) if reads.allowed else None,
        "buttons": buttons,
        "has_video": has_video,  # the page of cameras has it
    }


def _device_id(caller: Caller, serial: str) -> str | None:
    """Return by which name Home Assistant's actions know the device."""
    entry = entry_of(caller.hass, serial)
    if entry is None:
        return None
    devices = dr.async_get(caller.hass)
    device = devices.async_get_device_by_identifier((DOMAIN, serial), entry.entry_id)
    return device.id if device is not None else None


def _entity_id(caller: Caller, serial: str, entity: EntityDescription) -> str | None:
    """Return by which name Home Assistant shows the entity, for its state and its own dialog."""
    entry = entry_of(caller.hass, serial)
    if entry is None or entry.disabled_by is not None:
        return None
    return er.async_get(caller.hass).async_get_entity_id(
        entity.kind, DOMAIN, f"{serial}-{entity.key}"
    )


COMMANDS = (ws_my_access,)
