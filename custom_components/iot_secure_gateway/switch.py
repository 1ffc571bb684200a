"""Switches of devices."""

from typing import Any, override

from homeassistant.components.switch import SwitchEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import DescribedEntity, async_add_described
from .runtime import DeviceConfigEntry

PARALLEL_UPDATES = 0  # the gateway queues commands per device


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DeviceConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the switches of one device."""
    async_add_described(entry, "switch", DeviceSwitch, async_add_entities)


class DeviceSwitch(DescribedEntity, SwitchEntity):
    """One switch; its state is what the device confirmed."""

    _attr_translation_key = "declared"

    @property
    @override
    def is_on(self) -> bool | None:
        return self.value if isinstance(self.value, bool) else None

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch on."""
        await self._async_execute("turn_on")

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch off."""
        await self._async_execute("turn_off")
