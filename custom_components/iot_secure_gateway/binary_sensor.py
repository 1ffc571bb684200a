"""Binary sensors of devices, and whether there is an authenticated link to a device."""

from typing import override

from homeassistant.components.binary_sensor import BinarySensorDeviceClass, BinarySensorEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .device_classes import known_class
from .entity import DescribedEntity, DeviceEntity, async_add_described
from .gateway.description import EntityDescription
from .readings import flag
from .runtime import DeviceConfigEntry, DeviceRuntime

PARALLEL_UPDATES = 0  # read only


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DeviceConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the connectivity of one device, and its binary sensors."""
    async_add_entities([DeviceConnectivity(entry.runtime_data)])
    async_add_described(hass, entry, "binary_sensor", DeviceBinarySensor, async_add_entities)


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


class DeviceBinarySensor(DescribedEntity, BinarySensorEntity):
    """Yes or no, as the device measures it."""

    is_read_only = True

    @override
    def _apply_description(self, description: EntityDescription) -> None:
        super()._apply_description(description)
        self._attr_device_class = known_class(BinarySensorDeviceClass, description.device_class)

    @override
    def _apply_values(self) -> None:
        self._attr_is_on = self._told(flag)
