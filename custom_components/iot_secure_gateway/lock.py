"""Locks of devices."""

from typing import Any, override

from homeassistant.components.lock import LockEntity, LockEntityFeature, LockState
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

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
    """Add the locks of one device."""
    async_add_described(hass, entry, "lock", DeviceLock, async_add_entities)


class DeviceLock(DescribedEntity, LockEntity):
    """One lock. A code typed in Home Assistant is not sent: who may open is the gateway's to judge."""

    @override
    def _apply_description(self, description: EntityDescription) -> None:
        super()._apply_description(description)
        self._attr_supported_features = (
            LockEntityFeature.OPEN
            if "open" in description.abilities.features
            else LockEntityFeature(0)
        )

    @override
    def _apply_values(self) -> None:
        state = self._told(choice(LockState))
        self._attr_is_locked = None if state is None else state is LockState.LOCKED
        self._attr_is_locking = state is LockState.LOCKING
        self._attr_is_unlocking = state is LockState.UNLOCKING
        self._attr_is_open = state is LockState.OPEN
        self._attr_is_opening = state is LockState.OPENING
        self._attr_is_jammed = state is LockState.JAMMED

    @override
    async def async_lock(self, **kwargs: Any) -> None:
        """Lock."""
        await self._async_execute("lock")

    @override
    async def async_unlock(self, **kwargs: Any) -> None:
        """Unlock."""
        await self._async_execute("unlock")

    @override
    async def async_open(self, **kwargs: Any) -> None:
        """Draw the latch."""
        await self._async_execute("open")
