"""The gateway and its devices in Home Assistant's device registry (FIG 4 step 430)."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.typing import UNDEFINED

from .child_devices import async_arrange
from .const import DOMAIN, GATEWAY_UNIQUE_ID
from .gateway.device import Device
from .runtime import DeviceConfigEntry


@callback
def async_register_gateway(hass: HomeAssistant) -> str | None:
    """Register the gateway as a service device; returns its id, or None when it has no entry.

    Entries are set up side by side, so a device may need it before the gateway's own entry is there.
    """
    entry = hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, GATEWAY_UNIQUE_ID)
    if entry is None:
        return None
    return (
        dr.async_get(hass)
        .async_get_or_create(
            config_entry_id=entry.entry_id,
            identifiers={(DOMAIN, GATEWAY_UNIQUE_ID)},
            entry_type=dr.DeviceEntryType.SERVICE,
            translation_key="gateway",
        )
        .id
    )


@callback
def async_register_device(hass: HomeAssistant, entry: DeviceConfigEntry, device: Device) -> None:
    """Register a device with its parts, or note what it now says it is."""
    facts = device.description.facts if device.description is not None else None
    # Everybody reads names, in states, too: the serial, which is on the label, is none.
    name = (facts.name or facts.model) if facts is not None else ""
    registered = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, device.serial)},
        serial_number=device.serial,
        name=name or UNDEFINED,
        translation_key=None if name else "unnamed",
        manufacturer=(facts.manufacturer if facts is not None else "") or None,
        model=(facts.model if facts is not None else "") or None,
        sw_version=device.firmware or (facts.firmware if facts is not None else "") or None,
    )
    gateway_id = async_register_gateway(hass)
    if gateway_id is not None and registered.via_device_id != gateway_id:
        dr.async_get(hass).async_update_device(registered.id, via_device_id=gateway_id)
    async_arrange(hass, entry, device, registered.id)
