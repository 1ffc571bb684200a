"""Fans of devices."""

from typing import Any, override

from homeassistant.components.fan import (
    DIRECTION_FORWARD,
    DIRECTION_REVERSE,
    FanEntity,
    FanEntityFeature,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import DescribedEntity, async_add_described
from .gateway.description import EntityDescription
from .readings import PERCENT, choice, flag, whole
from .runtime import DeviceConfigEntry

PARALLEL_UPDATES = 0  # the gateway queues commands per device


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DeviceConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the fans of one device."""
    async_add_described(hass, entry, "fan", DeviceFan, async_add_entities)


_FEATURES = {
    "percentage": FanEntityFeature.SET_SPEED,
    "preset": FanEntityFeature.PRESET_MODE,
    "direction": FanEntityFeature.DIRECTION,
    "oscillating": FanEntityFeature.OSCILLATE,
}


class DeviceFan(DescribedEntity, FanEntity):
    """A fan: on and off, and where declared speed, presets, direction, oscillation."""

    further = ("percentage", "preset", "direction", "oscillating")

    @override
    def _apply_description(self, description: EntityDescription) -> None:
        super()._apply_description(description)
        can = description.abilities.features
        self._attr_supported_features = FanEntityFeature.TURN_ON | FanEntityFeature.TURN_OFF
        for word in can:
            self._attr_supported_features |= _FEATURES[word]
        if "percentage" in can:
            step = description.abilities.ranges["percentage"].step
            self._attr_speed_count = max(1, min(PERCENT, int(PERCENT / step)))
        presets = description.abilities.options["preset"] if "preset" in can else ()
        self._attr_preset_modes = list(presets)

    @override
    def _apply_values(self) -> None:
        self._is_on = self._told(flag)
        self._attr_percentage = self._told(whole(0, PERCENT), "percentage")
        self._attr_preset_mode = self._told(choice(self._attr_preset_modes or ()), "preset")
        self._attr_current_direction = self._told(
            choice((DIRECTION_FORWARD, DIRECTION_REVERSE)), "direction"
        )
        self._attr_oscillating = self._told(flag, "oscillating")

    @property
    @override
    def is_on(self) -> bool | None:
        return self._is_on

    @override
    async def async_turn_on(
        self,
        percentage: int | None = None,
        preset_mode: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Turn on, with a speed or preset where asked for."""
        await self._async_execute("turn_on", _given(percentage=percentage, preset=preset_mode))

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Turn off."""
        await self._async_execute("turn_off")

    @override
    async def async_set_percentage(self, percentage: int) -> None:
        """Set the speed; 0 is off."""
        await self._async_execute("set_percentage", {"percentage": percentage})

    @override
    async def async_set_preset_mode(self, preset_mode: str) -> None:
        """Choose a preset."""
        await self._async_execute("set_preset", {"preset": preset_mode})

    @override
    async def async_set_direction(self, direction: str) -> None:
        """Turn the other way."""
        await self._async_execute("set_direction", {"direction": direction})

    @override
    async def async_oscillate(self, oscillating: bool) -> None:
        """Oscillate, or stop doing so."""
        await self._async_execute("set_oscillating", {"oscillating": oscillating})


def _given(**arguments: object) -> dict[str, object]:
    """Return those arguments that somebody asked for."""
    return {name: value for name, value in arguments.items() if value is not None}
