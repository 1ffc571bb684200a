"""Selections of devices."""

from typing import override

from homeassistant.components.select import SelectEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .deployment_select import async_add_deployment
from .entity import DescribedEntity, async_add_described
from .gateway.description import EntityDescription
from .readings import choice
from .runtime import DeviceConfigEntry

PARALLEL_UPDATES = 0  # the gateway queues commands per device


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DeviceConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the selections of one device, and that of its deployment."""
    async_add_deployment(hass, entry, async_add_entities)
    async_add_described(hass, entry, "select", DeviceSelect, async_add_entities)


class DeviceSelect(DescribedEntity, SelectEntity):
    """One of the options that the device declared."""

    @override
    def _apply_description(self, description: EntityDescription) -> None:
        super()._apply_description(description)
        self._attr_options = list(description.abilities.options["value"])

    @override
    def _apply_values(self) -> None:
        self._attr_current_option = self._told(choice(self._attr_options))

    @override
    async def async_select_option(self, option: str) -> None:
        """Choose."""
        await self._async_execute("set", {"value": option})
