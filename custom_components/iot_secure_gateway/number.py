"""Numbers of devices."""

from typing import override

from homeassistant.components.number import DEVICE_CLASS_UNITS, NumberDeviceClass, NumberEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .device_classes import measured_class
from .entity import DescribedEntity, async_add_described
from .gateway.description import EntityDescription
from .readings import decimal, number
from .runtime import DeviceConfigEntry

PARALLEL_UPDATES = 0  # the gateway queues commands per device


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DeviceConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the numbers of one device."""
    async_add_described(hass, entry, "number", DeviceNumber, async_add_entities)


class DeviceNumber(DescribedEntity, NumberEntity):
    """A number that people set, within the range that the device declared."""

    @override
    def _apply_description(self, description: EntityDescription) -> None:
        super()._apply_description(description)
        self._range = description.abilities.ranges["value"]
        self._attr_native_min_value = self._range.low
        self._attr_native_max_value = self._range.high
        self._attr_native_step = self._range.step
        self._attr_native_unit_of_measurement = description.unit
        self._attr_device_class = measured_class(NumberDeviceClass, DEVICE_CLASS_UNITS, description)

    @override
    def _apply_values(self) -> None:
        value = self._told(number(self._range.low, self._range.high))
        if value is not None and value.is_integer() and self._range.step.is_integer():
            value = int(value)  # shown without a decimal point, as it is meant
        self._attr_native_value = value

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Set the number."""
        await self._async_execute("set", {"value": decimal(value)})
