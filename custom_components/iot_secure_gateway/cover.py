"""Covers of devices."""

from typing import Any, override

from homeassistant.components.cover import (
    ATTR_POSITION,
    ATTR_TILT_POSITION,
    CoverDeviceClass,
    CoverEntity,
    CoverEntityFeature,
    CoverState,
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
    """Add the covers of one device."""
    async_add_described(hass, entry, "cover", DeviceCover, async_add_entities)


_FEATURES = {
    "stop": CoverEntityFeature.STOP,
    "position": CoverEntityFeature.SET_POSITION,
    "tilt": CoverEntityFeature.OPEN_TILT
    | CoverEntityFeature.CLOSE_TILT
    | CoverEntityFeature.SET_TILT_POSITION,
}


class DeviceCover(DescribedEntity, CoverEntity):
    """A blind, shutter, gate or garage door."""

    further = ("position", "tilt")

    @override
    def _apply_description(self, description: EntityDescription) -> None:
        super()._apply_description(description)
        self._attr_device_class = known_class(CoverDeviceClass, description.device_class)
        self._attr_supported_features = CoverEntityFeature.OPEN | CoverEntityFeature.CLOSE
        for word in description.abilities.features:
            self._attr_supported_features |= _FEATURES[word]

    @override
    def _apply_values(self) -> None:
        state = self._told(choice(CoverState))
        position = self._told(whole(0, PERCENT), "position")
        self._attr_is_opening = state is CoverState.OPENING
        self._attr_is_closing = state is CoverState.CLOSING
        if state in (CoverState.OPEN, CoverState.CLOSED) or position is None:
            self._attr_is_closed = None if state is None else state is CoverState.CLOSED
        else:
            self._attr_is_closed = position == 0
        self._attr_current_cover_position = position
        self._attr_current_cover_tilt_position = self._told(whole(0, PERCENT), "tilt")

    @override
    async def async_open_cover(self, **kwargs: Any) -> None:
        """Open."""
        await self._async_execute("open")

    @override
    async def async_close_cover(self, **kwargs: Any) -> None:
        """Close."""
        await self._async_execute("close")

    @override
    async def async_stop_cover(self, **kwargs: Any) -> None:
        """Halt where it is."""
        await self._async_execute("stop")

    @override
    async def async_set_cover_position(self, **kwargs: Any) -> None:
        """Move to a position."""
        await self._async_execute("set_position", {"position": kwargs[ATTR_POSITION]})

    @override
    async def async_open_cover_tilt(self, **kwargs: Any) -> None:
        """Open the slats."""
        await self._async_execute("open_tilt")

    @override
    async def async_close_cover_tilt(self, **kwargs: Any) -> None:
        """Close the slats."""
        await self._async_execute("close_tilt")

    @override
    async def async_set_cover_tilt_position(self, **kwargs: Any) -> None:
        """Turn the slats."""
        await self._async_execute("set_tilt", {"tilt": kwargs[ATTR_TILT_POSITION]})
