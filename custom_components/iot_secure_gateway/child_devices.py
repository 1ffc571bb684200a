"""The parts that a device declares, as child devices in Home Assistant: added, renamed and removed with the description.

They are names only: every command is judged by the serial of the device that they are a part of.
"""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.device_registry import ChildDeviceInfo

from .const import DOMAIN
from .gateway.child_devices import ChildDescription
from .gateway.device import Device
from .runtime import DeviceConfigEntry


def child_info(serial: str, child: ChildDescription, parent_id: str) -> ChildDeviceInfo:
    """Return what Home Assistant is told of a part; no serial has the sign that stands in its identifier."""
    return ChildDeviceInfo(
        identifiers={(DOMAIN, f"{serial}/{child.key}")},
        name=child.name,
        parent_device_id=parent_id,
    )


@callback
def async_child_of(
    hass: HomeAssistant, entry: DeviceConfigEntry, key: str | None
) -> ChildDeviceInfo | None:
    """Return the part of the entry's device that has this key; None for the device itself."""
    device = entry.runtime_data.device
    parent = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, device.serial), entry.entry_id
    )
    children = device.description.children if device.description is not None else ()
    found = next((child for child in children if child.key == key), None)
    if parent is None or found is None:
        return None
    return child_info(device.serial, found, parent.id)


@callback
def async_arrange(
    hass: HomeAssistant, entry: DeviceConfigEntry, device: Device, parent_id: str
) -> None:
    """Make the parts that the device now declares, move its entities to where they belong, remove the rest."""
    if (description := device.description) is None:
        return
    devices, entities = dr.async_get(hass), er.async_get(hass)
    ids: dict[str | None, str] = {None: parent_id}
    for child in description.children:
        info = child_info(device.serial, child, parent_id)
        made = devices.async_get_or_create_child(config_entry_id=entry.entry_id, **info)
        ids[child.key] = made.id
    places = {f"{device.serial}-{one.key}": ids[one.child] for one in description.entities}
    for known in er.async_entries_for_config_entry(entities, entry.entry_id):
        place = places.get(known.unique_id)
        if place is not None and known.device_id != place:
            entities.async_update_entity(known.entity_id, device_id=place)
    # Last: with a device go the entities that are still in it.
    for part in dr.async_child_entries_for_config_entry(devices, entry.entry_id):
        if part.id not in ids.values():
            devices.async_remove_device(part.id)
