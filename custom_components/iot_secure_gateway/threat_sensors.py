"""How grave it is now, and how much was asked and refused today, as entities (FIG 15 column 1510).

Everybody may read states, so they name neither people, addresses nor serials; the story of a threat is at
the console.
"""

from datetime import date
from typing import override

from homeassistant.components.event import EventEntity
from homeassistant.components.sensor import (
    RestoreSensor,
    SensorDeviceClass,
    SensorEntity,
    SensorStateClass,
)
from homeassistant.const import EntityCategory
from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity
from homeassistant.util import dt as dt_util

from .const import DOMAIN, GATEWAY_UNIQUE_ID
from .gateway.events import CommandEnded, CommandRefused, GatewayEvent
from .gateway.gateway import Gateway
from .gateway.threat_events import ThreatLevelChanged, ThreatSeen
from .people import device_name
from .policy.threats import LEVELS


class _GatewayEntity(Entity):
    """An entity of the gateway itself, or what the gateway says of a device."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, gateway: Gateway, serial: str, key: str) -> None:
        """`serial`: "" for the gateway."""
        owner = serial or GATEWAY_UNIQUE_ID
        self._gateway = gateway
        self._serial = serial
        # The dot keeps it apart from whatever key a device may declare.
        self._attr_unique_id = f"{owner}.{key}"
        self._attr_translation_key = key
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, owner)})

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self._gateway.add_listener(self._async_told))

    @callback
    def _async_told(self, event: GatewayEvent) -> None:
        """Look at what the gateway tells."""


class ThreatLevelSensor(_GatewayEntity, SensorEntity):
    """The gravest of what was noticed of late, for one device or for all."""

    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_device_class = SensorDeviceClass.ENUM
    _attr_options = [level.value for level in LEVELS]

    def __init__(self, gateway: Gateway, serial: str = "") -> None:
        super().__init__(gateway, serial, "threat_level")

    @property
    @override
    def native_value(self) -> str:
        return self._gateway.monitor.level(self._serial).value

    @callback
    @override
    def _async_told(self, event: GatewayEvent) -> None:
        if isinstance(event, ThreatLevelChanged) and event.serial == self._serial:
            self.async_write_ha_state()


class CountToday(_GatewayEntity, RestoreSensor):
    """How often something was told since midnight in the home; goes on after a restart on the same day.

    Written every half minute by Home Assistant's polling: devices are asked many times a minute.
    """

    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_should_poll = True
    _attr_state_class = SensorStateClass.TOTAL_INCREASING

    def __init__(self, gateway: Gateway, key: str, kind: type[GatewayEvent]) -> None:
        super().__init__(gateway, "", key)
        self._kind = kind
        self._count = 0
        self._day = dt_util.now().date()

    @override
    async def async_added_to_hass(self) -> None:
        state, told = await self.async_get_last_state(), await self.async_get_last_sensor_data()
        if state is not None and told is not None and isinstance(told.native_value, int):
            if dt_util.as_local(state.last_updated).date() == self._day:
                self._count = told.native_value
        await super().async_added_to_hass()

    @property
    @override
    def native_value(self) -> int:
        self._turn(dt_util.now().date())
        return self._count

    @callback
    @override
    def _async_told(self, event: GatewayEvent) -> None:
        if isinstance(event, self._kind) and getattr(event, "session_id", True):
            self._turn(dt_util.now().date())
            self._count += 1

    def _turn(self, today: date) -> None:
        if today != self._day:
            self._day, self._count = today, 0


class ThreatEvent(_GatewayEntity, EventEntity):
    """The last threat; its type is its level."""

    _attr_event_types = [level.value for level in LEVELS]

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(gateway, "", "threat")

    @callback
    @override
    def _async_told(self, event: GatewayEvent) -> None:
        if not isinstance(event, ThreatSeen):
            return
        about = {"device": device_name(self._gateway, event.serial)} if event.serial else {}
        self._trigger_event(
            event.level.value,
            {
                "detection": event.detection.value,
                "responses": sorted(event.responses),
                "is_detect_only": event.is_detect_only,
                **about,
            },
        )
        self.async_write_ha_state()


def gateway_sensors(gateway: Gateway) -> list[SensorEntity]:
    """Return the sensors of the gateway itself."""
    return [
        ThreatLevelSensor(gateway),
        CountToday(gateway, "sessions_today", CommandEnded),
        CountToday(gateway, "refused_today", CommandRefused),
    ]
