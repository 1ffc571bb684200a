"""Whether there is an authenticated link to a device."""

from typing import override

from homeassistant.components.binary_sensor import BinarySensorDeviceClass, BinarySensorEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import DeviceEntity
from .runtime import DeviceConfigEntry, DeviceRuntime

PARALLEL_UPDATES = 0  # read only


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DeviceConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the connectivity of one device."""
    async_add_entities([DeviceConnectivity(entry.runtime_data)])


class DeviceConnectivity(DeviceEntity, BinarySensorEntity):
    """On while the link is up. Always available: that it is down is what it says."""

    _attr_device_class = BinarySensorDeviceClass.CONNECTIVITY
    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, runtime: DeviceRuntime) -> None:
        # The dot keeps it apart from whatever key the device may declare.
        super().__init__(runtime, f"{runtime.device.serial}.connectivity")

    @property
    @override
    def is_on(self) -> bool:
        return self._device.is_connected
