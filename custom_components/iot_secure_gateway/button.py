"""Buttons of devices."""

from typing import override

from homeassistant.components.button import ButtonDeviceClass, ButtonEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .device_classes import known_class
from .entity import DescribedEntity, async_add_described
from .gateway.description import EntityDescription
from .runtime import DeviceConfigEntry

PARALLEL_UPDATES = 0  # the gateway queues commands per device


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DeviceConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the buttons of one device."""
    async_add_described(hass, entry, "button", DeviceButton, async_add_entities)


class DeviceButton(DescribedEntity, ButtonEntity):
    """Something that can be set off; its state is when the device last confirmed that."""

    @override
    def _apply_description(self, description: EntityDescription) -> None:
        super()._apply_description(description)
        self._attr_device_class = known_class(ButtonDeviceClass, description.device_class)

    @override  # type: ignore[misc]
    async def _async_press_action(self) -> None:
        """Press. Home Assistant's own order - note the press, then try it - would show refused ones."""
        context = await self._async_execute("press")
        self._async_credit(context)
        await super()._async_press_action()

    @override
    async def async_press(self) -> None:
        """Do nothing: the device was pressed before Home Assistant noted it."""
