"""Climate controls of devices."""

from typing import Any, override

from homeassistant.components.climate import (
    ATTR_HVAC_MODE,
    ATTR_TARGET_TEMP_HIGH,
    ATTR_TARGET_TEMP_LOW,
    ClimateEntity,
    ClimateEntityFeature,
    HVACAction,
    HVACMode,
)
from homeassistant.const import ATTR_TEMPERATURE, UnitOfTemperature
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import DescribedEntity, async_add_described
from .gateway.description import EntityDescription
from .readings import PERCENT, choice, decimal, number, whole
from .runtime import DeviceConfigEntry

PARALLEL_UPDATES = 0  # the gateway queues commands per device


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DeviceConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the climate controls of one device."""
    async_add_described(hass, entry, "climate", DeviceClimate, async_add_entities)


_FEATURES = {
    "target_range": ClimateEntityFeature.TARGET_TEMPERATURE_RANGE,
    "fan_mode": ClimateEntityFeature.FAN_MODE,
    "swing_mode": ClimateEntityFeature.SWING_MODE,
    "preset": ClimateEntityFeature.PRESET_MODE,
}
_TARGETS = {
    ATTR_TEMPERATURE: "temperature",
    ATTR_TARGET_TEMP_LOW: "target_low",
    ATTR_TARGET_TEMP_HIGH: "target_high",
}


class DeviceClimate(DescribedEntity, ClimateEntity):
    """Heating, cooling, a thermostat."""

    _attr_temperature_unit = UnitOfTemperature.CELSIUS
    further = (
        "temperature",
        "target_low",
        "target_high",
        "fan_mode",
        "swing_mode",
        "preset",
        "current_temperature",
        "current_humidity",
        "action",
    )

    @override
    def _apply_description(self, description: EntityDescription) -> None:
        super()._apply_description(description)
        can, options = description.abilities.features, description.abilities.options
        self._range = description.abilities.ranges["temperature"]
        self._attr_min_temp = self._range.low
        self._attr_max_temp = self._range.high
        self._attr_target_temperature_step = self._range.step
        modes = choice(HVACMode)
        self._attr_hvac_modes = [mode for word in options["mode"] if (mode := modes(word))]
        self._attr_fan_modes = list(options["fan_mode"]) if "fan_mode" in can else []
        self._attr_swing_modes = list(options["swing_mode"]) if "swing_mode" in can else []
        self._attr_preset_modes = list(options["preset"]) if "preset" in can else []
        features = ClimateEntityFeature.TARGET_TEMPERATURE
        for word in can:
            features |= _FEATURES[word]
        if HVACMode.OFF in self._attr_hvac_modes and len(self._attr_hvac_modes) > 1:
            features |= ClimateEntityFeature.TURN_ON | ClimateEntityFeature.TURN_OFF
        self._attr_supported_features = features

    @override
    def _apply_values(self) -> None:
        target = number(self._range.low, self._range.high)
        self._attr_hvac_mode = self._told(choice(self._attr_hvac_modes))
        self._attr_target_temperature = self._told(target, "temperature")
        self._attr_target_temperature_low = self._told(target, "target_low")
        self._attr_target_temperature_high = self._told(target, "target_high")
        self._attr_fan_mode = self._told(choice(self._attr_fan_modes or ()), "fan_mode")
        self._attr_swing_mode = self._told(choice(self._attr_swing_modes or ()), "swing_mode")
        self._attr_preset_mode = self._told(choice(self._attr_preset_modes or ()), "preset")
        self._attr_current_temperature = self._told(number(), "current_temperature")
        self._attr_current_humidity = self._told(whole(0, PERCENT), "current_humidity")
        self._attr_hvac_action = self._told(choice(HVACAction), "action")

    @override
    async def async_turn_on(self) -> None:
        """Switch to a mode in which it does something."""
        await self._async_execute("set_mode", {"mode": self._working_mode()})

    @override
    async def async_turn_off(self) -> None:
        """Switch off."""
        await self._async_execute("set_mode", {"mode": HVACMode.OFF.value})

    @override
    async def async_set_hvac_mode(self, hvac_mode: HVACMode) -> None:
        """Choose a mode."""
        await self._async_execute("set_mode", {"mode": str(hvac_mode)})

    @override
    async def async_set_temperature(self, **kwargs: Any) -> None:
        """Set what is to be reached, with a mode where asked for."""
        await self._async_execute("set_temperature", _targets(kwargs))

    @override
    async def async_set_fan_mode(self, fan_mode: str) -> None:
        """Choose how the fan runs."""
        await self._async_execute("set_fan_mode", {"fan_mode": fan_mode})

    @override
    async def async_set_swing_mode(self, swing_mode: str) -> None:
        """Choose how the air is spread."""
        await self._async_execute("set_swing_mode", {"swing_mode": swing_mode})

    @override
    async def async_set_preset_mode(self, preset_mode: str) -> None:
        """Choose a preset."""
        await self._async_execute("set_preset", {"preset": preset_mode})

    def _working_mode(self) -> str:
        """Return what turning on means: heating and cooling if it can, else the first that is not off."""
        modes = [mode for mode in self._attr_hvac_modes if mode is not HVACMode.OFF]
        usual = [
            mode for mode in (HVACMode.HEAT_COOL, HVACMode.HEAT, HVACMode.COOL) if mode in modes
        ]
        return str((usual or modes)[0])


def _targets(asked: dict[str, Any]) -> dict[str, object]:
    """Return Home Assistant's words in those of the device."""
    targets: dict[str, object] = {
        name: decimal(asked[word]) for word, name in _TARGETS.items() if asked.get(word) is not None
    }
    if (mode := asked.get(ATTR_HVAC_MODE)) is not None:
        targets["mode"] = str(mode)
    return targets
