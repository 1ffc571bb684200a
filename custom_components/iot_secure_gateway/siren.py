"""Sirens of devices."""

from typing import Any, override

from homeassistant.components.siren import (
    ATTR_DURATION,
    ATTR_TONE,
    ATTR_VOLUME_LEVEL,
    SirenEntity,
    SirenEntityFeature,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import DescribedEntity, async_add_described
from .gateway.description import EntityDescription
from .readings import PERCENT, flag
from .runtime import DeviceConfigEntry

PARALLEL_UPDATES = 0  # the gateway queues commands per device


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DeviceConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sirens of one device."""
    async_add_described(hass, entry, "siren", DeviceSiren, async_add_entities)


_FEATURES = {
    "tone": SirenEntityFeature.TONES,
    "duration": SirenEntityFeature.DURATION,
    "volume": SirenEntityFeature.VOLUME_SET,
}


class DeviceSiren(DescribedEntity, SirenEntity):
    """A siren; turned on with a tone, a duration and a volume where declared."""

    @override
    def _apply_description(self, description: EntityDescription) -> None:
        super()._apply_description(description)
        can = description.abilities.features
        self._attr_supported_features = SirenEntityFeature.TURN_ON | SirenEntityFeature.TURN_OFF
        for word in can:
            self._attr_supported_features |= _FEATURES[word]
        self._attr_available_tones = [*description.abilities.options.get("tone", ())]

    @override
    def _apply_values(self) -> None:
        self._attr_is_on = self._told(flag)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Sound."""
        await self._async_execute("turn_on", _arguments(kwargs))

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Be silent."""
        await self._async_execute("turn_off")


def _arguments(asked: dict[str, Any]) -> dict[str, object]:
    """Return Home Assistant's words in those of the device."""
    arguments: dict[str, object] = {}
    if ATTR_TONE in asked:
        arguments["tone"] = asked[ATTR_TONE]
    if ATTR_DURATION in asked:
        arguments["duration"] = asked[ATTR_DURATION]
    if ATTR_VOLUME_LEVEL in asked:
        arguments["volume"] = round(asked[ATTR_VOLUME_LEVEL] * PERCENT)
    return arguments
