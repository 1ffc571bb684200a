"""Switches of devices."""

from typing import Any, override

from homeassistant.components.switch import SwitchDeviceClass, SwitchEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .device_classes import known_class
from .entity import DescribedEntity, async_add_described
from .gateway.description import EntityDescription
from .readings import flag
from .runtime import DeviceConfigEntry

PARALLEL_UPDATES = 0  # the gateway queues commands per device


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DeviceConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the switches of one device."""
    async_add_described(hass, entry, "switch", DeviceSwitch, async_add_entities)


class DeviceSwitch(DescribedEntity, SwitchEntity):
    """One switch; its state is what the device confirmed."""

    _attr_translation_key = "declared"

    @override
    def _apply_description(self, description: EntityDescription) -> None:
        super()._apply_description(description)
        self._attr_device_class = known_class(SwitchDeviceClass, description.device_class)

    @override
    def _apply_values(self) -> None:
        self._attr_is_on = self._told(flag)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch on."""
        await self._async_execute("turn_on")

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch off."""
        await self._async_execute("turn_off")
