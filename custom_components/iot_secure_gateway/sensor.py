"""Sensors of devices."""

from decimal import Decimal, InvalidOperation
from typing import override

from homeassistant.components.sensor import (
    DEVICE_CLASS_STATE_CLASSES,
    DEVICE_CLASS_UNITS,
    NON_NUMERIC_DEVICE_CLASSES,
    SensorDeviceClass,
    SensorEntity,
    SensorStateClass,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType

from .entity import DescribedEntity, async_add_described
from .gateway.description import EntityDescription
from .runtime import DeviceConfigEntry

PARALLEL_UPDATES = 0  # read only


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DeviceConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of one device."""
    async_add_described(entry, "sensor", DeviceSensor, async_add_entities)


def _device_class(description: EntityDescription) -> SensorDeviceClass | None:
    """Return the declared class where Home Assistant knows it, for numbers of a unit that fits."""
    try:
        device_class = SensorDeviceClass(description.device_class or "")
    except ValueError:
        return None
    if device_class in NON_NUMERIC_DEVICE_CLASSES:
        return None
    units = DEVICE_CLASS_UNITS.get(device_class)
    if units is not None and description.unit not in units:
        return None
    return device_class


class DeviceSensor(DescribedEntity, SensorEntity):
    """One measured value. Devices send decimals as text, so that no digit is lost on the way."""

    @override
    def _apply_description(self, description: EntityDescription) -> None:
        super()._apply_description(description)
        self._attr_device_class = device_class = _device_class(description)
        self._attr_native_unit_of_measurement = description.unit
        state_classes = (
            DEVICE_CLASS_STATE_CLASSES.get(device_class, set()) if device_class else set()
        )
        self._attr_state_class = (
            SensorStateClass.MEASUREMENT if SensorStateClass.MEASUREMENT in state_classes else None
        )
        self._is_number = device_class is not None or description.unit is not None

    @property
    @override
    def native_value(self) -> StateType | Decimal:
        value = self.value
        if isinstance(value, bool):
            return None if self._is_number else str(value).lower()
        if isinstance(value, str) and self._is_number:
            return _number(value)
        return value


def _number(text: str) -> Decimal | None:
    """Return a finite decimal of ordinary size, or None: what is no number is not shown as one."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > 30:
        return None
    return number
