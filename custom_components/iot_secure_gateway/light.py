"""Lights of devices."""

from typing import Any, override

from homeassistant.components.light import (
    ATTR_BRIGHTNESS,
    ATTR_COLOR_TEMP_KELVIN,
    ATTR_EFFECT,
    ATTR_RGB_COLOR,
    ColorMode,
    LightEntity,
    LightEntityFeature,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import DescribedEntity, async_add_described
from .gateway.description import EntityDescription
from .readings import choice, colour, flag, whole
from .runtime import DeviceConfigEntry

PARALLEL_UPDATES = 0  # the gateway queues commands per device

_BRIGHTEST = 255
_WARMEST_K, _COLDEST_K = 1000, 40000  # what Home Assistant can show as a colour


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DeviceConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the lights of one device."""
    async_add_described(hass, entry, "light", DeviceLight, async_add_entities)


class DeviceLight(DescribedEntity, LightEntity):
    """One lamp: on and off, and where declared brightness, colour, white temperature, effects."""

    further = ("brightness", "rgb", "color_temp", "effect")

    @override
    def _apply_description(self, description: EntityDescription) -> None:
        super()._apply_description(description)
        can, ranges = description.abilities.features, description.abilities.ranges
        modes = set()
        if "rgb" in can:
            modes.add(ColorMode.RGB)
        if "color_temp" in can:
            kelvin = ranges["color_temp"]
            if kelvin.low >= _WARMEST_K and kelvin.high <= _COLDEST_K:
                modes.add(ColorMode.COLOR_TEMP)
                self._attr_min_color_temp_kelvin = int(kelvin.low)
                self._attr_max_color_temp_kelvin = int(kelvin.high)
        self._plain_mode = ColorMode.BRIGHTNESS if "brightness" in can else ColorMode.ONOFF
        self._attr_supported_color_modes = modes or {self._plain_mode}
        effects = description.abilities.options["effect"] if "effect" in can else ()
        self._attr_effect_list = list(effects)
        self._attr_supported_features = (
            LightEntityFeature.EFFECT if effects else LightEntityFeature(0)
        )

    @override
    def _apply_values(self) -> None:
        self._attr_is_on = self._told(flag)
        self._attr_brightness = self._told(whole(1, _BRIGHTEST), "brightness")
        self._attr_rgb_color = self._told(colour, "rgb")
        self._attr_color_temp_kelvin = self._told(
            whole(self.min_color_temp_kelvin, self.max_color_temp_kelvin), "color_temp"
        )
        self._attr_effect = self._told(choice(self._attr_effect_list or ()), "effect")
        self._attr_color_mode = self._mode()

    def _mode(self) -> ColorMode:
        """Return which of its values make the present light."""
        modes = self._attr_supported_color_modes or set()
        if self._attr_effect is not None:
            return self._plain_mode
        if ColorMode.COLOR_TEMP in modes and self._attr_color_temp_kelvin is not None:
            return ColorMode.COLOR_TEMP
        return ColorMode.RGB if ColorMode.RGB in modes else next(iter(modes), self._plain_mode)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Turn on, with what is asked for."""
        await self._async_execute("turn_on", _arguments(kwargs))

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Turn off."""
        await self._async_execute("turn_off")


def _arguments(asked: dict[str, Any]) -> dict[str, object]:
    """Return Home Assistant's words in those of the device."""
    arguments: dict[str, object] = {}
    if ATTR_BRIGHTNESS in asked:
        arguments["brightness"] = asked[ATTR_BRIGHTNESS]
    if ATTR_RGB_COLOR in asked:
        arguments["rgb"] = bytes(asked[ATTR_RGB_COLOR]).hex()
    if ATTR_COLOR_TEMP_KELVIN in asked:
        arguments["color_temp"] = asked[ATTR_COLOR_TEMP_KELVIN]
    if ATTR_EFFECT in asked:
        arguments["effect"] = asked[ATTR_EFFECT]
    return arguments
