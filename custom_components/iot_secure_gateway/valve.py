"""Valves of devices."""

from typing import override

from homeassistant.components.valve import (
    ValveDeviceClass,
    ValveEntity,
    ValveEntityFeature,
    ValveState,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .device_classes import known_class
from .entity import DescribedEntity, async_add_described
from .gateway.description import EntityDescription
from .readings import PERCENT, choice, whole
from .runtime import DeviceConfigEntry

PARALLEL_UPDATES = 0  # the gateway queues commands per device


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DeviceConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the valves of one device."""
    async_add_described(hass, entry, "valve", DeviceValve, async_add_entities)


_FEATURES = {"stop": ValveEntityFeature.STOP, "position": ValveEntityFeature.SET_POSITION}


class DeviceValve(DescribedEntity, ValveEntity):
    """A valve; by position where it stops in between."""

    further = ("position",)

    @override
    def _apply_description(self, description: EntityDescription) -> None:
        super()._apply_description(description)
        self._attr_device_class = known_class(ValveDeviceClass, description.device_class)
        self._attr_supported_features = ValveEntityFeature.OPEN | ValveEntityFeature.CLOSE
        for word in description.abilities.features:
            self._attr_supported_features |= _FEATURES[word]
        self._attr_reports_position = "position" in description.abilities.features

    @override
    def _apply_values(self) -> None:
        state = self._told(choice(ValveState))
        self._attr_is_opening = state is ValveState.OPENING
        self._attr_is_closing = state is ValveState.CLOSING
        self._attr_is_closed = None if state is None else state is ValveState.CLOSED
        self._attr_current_valve_position = self._told(whole(0, PERCENT), "position")

    @override
    async def async_open_valve(self) -> None:
        """Open."""
        await self._async_execute("open")

    @override
    async def async_close_valve(self) -> None:
        """Close."""
        await self._async_execute("close")

    @override
    async def async_stop_valve(self) -> None:
        """Halt where it is."""
        await self._async_execute("stop")

    @override
    async def async_set_valve_position(self, position: int) -> None:
        """Move to a position. Home Assistant says open and close so, too: they keep their names."""
        await self._async_execute(*_moved_to(position))


def _moved_to(position: int) -> tuple[str, dict[str, object]]:
    """Return the command, with its arguments, that moves a valve there."""
    if position == PERCENT:
        return "open", {}
    return ("close", {}) if position == 0 else ("set_position", {"position": position})
