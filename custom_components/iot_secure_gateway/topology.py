"""The gateway and its devices in Home Assistant's device registry (FIG 4 step 430)."""

from collections.abc import Callable

from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.event import async_track_device_registry_updated_event
from homeassistant.helpers.typing import UNDEFINED

from .child_devices import async_arrange
from .const import DOMAIN, GATEWAY_UNIQUE_ID
from .gateway.device import Device
from .gateway.printable import printable
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


@callback
def async_follow_name(
    hass: HomeAssistant, entry: DeviceConfigEntry, device: Device
) -> Callable[[], None]:
    """Call a registered device what its people call it, from now on; returns the end of that."""
    registry = dr.async_get(hass)
    registered = registry.async_get_device_by_identifier((DOMAIN, device.serial), entry.entry_id)
    if registered is None:
        return lambda: None

    @callback
    def follow(event: Event[dr.EventDeviceRegistryUpdatedData] | None = None) -> None:
        known = registry.async_get(registered.id)
        name = printable((known.name_by_user if known is not None else None) or "")
        if name != device.given_name:
            device.given_name = name
            device.notify()

    follow()
    return async_track_device_registry_updated_event(hass, registered.id, follow)
