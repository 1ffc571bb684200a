"""Texts of devices."""

from typing import override

from homeassistant.components.text import TextEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import DescribedEntity, async_add_described
from .gateway.description import MAX_VALUE_TEXT, EntityDescription
from .readings import text
from .runtime import DeviceConfigEntry

PARALLEL_UPDATES = 0  # the gateway queues commands per device


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DeviceConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the texts of one device."""
    async_add_described(hass, entry, "text", DeviceText, async_add_entities)


class DeviceText(DescribedEntity, TextEntity):
    """A text that people set, of a length that the device declared."""

    @override
    def _apply_description(self, description: EntityDescription) -> None:
        super()._apply_description(description)
        length = description.abilities.ranges["value"]
        self._attr_native_max = int(min(max(length.high, 0), MAX_VALUE_TEXT))
        self._attr_native_min = int(min(max(length.low, 0), self._attr_native_max))

    @override
    def _apply_values(self) -> None:
        self._attr_native_value = self._told(text(self._attr_native_min, self._attr_native_max))

    @override
    async def async_set_value(self, value: str) -> None:
        """Set the text."""
        await self._async_execute("set", {"value": value})
