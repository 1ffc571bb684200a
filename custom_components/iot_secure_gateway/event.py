"""Events of devices: a bell rang, a button was pressed."""

from typing import override

from homeassistant.components.event import DoorbellEventType, EventDeviceClass, EventEntity
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .camera_motion import async_add_motion
from .device_classes import known_class
from .entity import DescribedEntity, async_add_described
from .gateway.description import EntityDescription
from .gateway.events import DeviceEvent, GatewayEvent
from .gateway.packages import EventRecord
from .runtime import DeviceConfigEntry, DeviceRuntime, GatewayConfigEntry, is_gateway
from .threat_sensors import ThreatEvent

PARALLEL_UPDATES = 0  # read only


async def async_setup_entry(
    hass: HomeAssistant,
    entry: GatewayConfigEntry | DeviceConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the events of one device, or the threats that the gateway notices."""
    if is_gateway(entry):
        async_add_entities([ThreatEvent(entry.runtime_data.gateway)])
        return
    stats = entry.runtime_data.device.stats
    is_starting = True

    def make(runtime: DeviceRuntime, description: EntityDescription) -> DeviceEventEntity:
        # What came since the link began is for the entities that are known when this starts;
        # those that the device declares later have no past.
        return DeviceEventEntity(runtime, description, 0 if is_starting else stats.events)

    async_add_described(hass, entry, "event", make, async_add_entities)
    is_starting = False
    async_add_motion(hass, entry, async_add_entities)


class DeviceEventEntity(DescribedEntity, EventEntity):
    """What happened last, and when the gateway heard of it; that it is told once, the gateway sees to."""

    def __init__(self, runtime: DeviceRuntime, description: EntityDescription, heard: int) -> None:
        """Events of the device up to the number `heard` are not shown any more."""
        super().__init__(runtime, description)
        self._heard = heard

    @property
    @override
    def available(self) -> bool:
        """What happened last is a state that cannot be taken back; it can only be shown no longer."""
        return super().available and not self.is_confidential

    @override
    def _apply_description(self, description: EntityDescription) -> None:
        super()._apply_description(description)
        self._attr_event_types = list(description.abilities.options["type"])
        device_class = known_class(EventDeviceClass, description.device_class)
        if (
            device_class is EventDeviceClass.DOORBELL
            and DoorbellEventType.RING not in self._attr_event_types
        ):
            device_class = None  # Home Assistant knows doorbells by their ringing
        self._attr_device_class = device_class

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        # Each event is a state of its own: the first can be written as soon as this has returned.
        self.async_on_remove(self.hass.loop.call_soon(self._async_listen).cancel)

    @callback
    def _async_listen(self) -> None:
        """Show what came since the entity was made, then what comes."""
        self.async_on_remove(self._runtime.gateway.add_listener(self._async_gateway_event))
        device = self._device
        missed = device.stats.events - self._heard
        for event in [*device.recent_events][-missed:] if missed else []:
            self._async_show(event)
        self._heard = device.stats.events

    @callback
    def _async_gateway_event(self, event: GatewayEvent) -> None:
        if isinstance(event, DeviceEvent) and event.serial == self._device.serial:
            self._heard += 1
            self._async_show(event.event)

    @callback
    def _async_show(self, event: EventRecord) -> None:
        """Show an event of this entity, if it is of a declared type."""
        if event.entity != self.key or event.type not in self._attr_event_types:
            return
        # Below one name: else a device could replace what Home Assistant says of the entity.
        self._trigger_event(event.type, {"data": dict(event.data)} if event.data else None)
        self.async_write_ha_state()
