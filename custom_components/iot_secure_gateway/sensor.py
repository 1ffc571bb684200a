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

from .device_classes import measured_class
from .entity import DescribedEntity, async_add_described
from .gateway.description import EntityDescription, Value
from .runtime import DeviceConfigEntry, GatewayConfigEntry, is_gateway
from .threat_sensors import ThreatLevelSensor, gateway_sensors

PARALLEL_UPDATES = 0  # read only


async def async_setup_entry(
    hass: HomeAssistant,
    entry: GatewayConfigEntry | DeviceConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of one device, or those of the gateway."""
    gateway = entry.runtime_data.gateway
    if is_gateway(entry):
        async_add_entities(gateway_sensors(gateway))
        return
    async_add_entities([ThreatLevelSensor(gateway, entry.runtime_data.device.serial)])
    async_add_described(hass, entry, "sensor", DeviceSensor, async_add_entities)


class DeviceSensor(DescribedEntity, SensorEntity):
    """One measured value. Devices send decimals as text, so that no digit is lost on the way."""

    is_read_only = True

    @override
    def _apply_description(self, description: EntityDescription) -> None:
        super()._apply_description(description)
        device_class = measured_class(SensorDeviceClass, DEVICE_CLASS_UNITS, description)
        if device_class in NON_NUMERIC_DEVICE_CLASSES:
            device_class = None
        self._attr_device_class = device_class
        self._attr_native_unit_of_measurement = description.unit
        state_classes = (
            DEVICE_CLASS_STATE_CLASSES.get(device_class, set()) if device_class else set()
        )
        self._attr_state_class = (
            SensorStateClass.MEASUREMENT if SensorStateClass.MEASUREMENT in state_classes else None
        )
        self._is_number = device_class is not None or description.unit is not None

    @override
    def _apply_values(self) -> None:
        if self._is_number:
            self._attr_native_value = self._told(_number)
        else:
            self._attr_native_value = self._told(_word)


def _word(value: Value) -> str:
    """Read what comes, as what it is."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(value: Value) -> Decimal | None:
    """Read a finite number of ordinary size: what is no number is not shown as one."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > 30:
        return None
    return number
