"""Motion before a camera, as an event entity beside the camera: the device tells it, whether or not anybody looks."""

from typing import Final, override

from homeassistant.components.event import EventDeviceClass, EventEntity
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import DeviceEntity
from .gateway.description import EntityDescription
from .gateway.events import DeviceEvent, GatewayEvent
from .runtime import DeviceConfigEntry, DeviceRuntime

MOTION: Final = "motion"  # the feature of a camera, and the type of its event
_SUFFIX: Final = f"_{MOTION}"


@callback
def async_add_motion(
    hass: HomeAssistant,
    entry: DeviceConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add one for each camera that notices motion, now and later; take away those of cameras that are gone."""
    runtime = entry.runtime_data
    device = runtime.device
    added: set[str] = set()

    @callback
    def update() -> None:
        if device.description is None:
            return
        cameras = {
            camera.key: camera
            for camera in runtime.gateway.video.cameras(device.serial)
            if MOTION in camera.abilities.features
        }
        wanted = {_unique_id(device.serial, key) for key in cameras}
        registry = er.async_get(hass)
        for known in er.async_entries_for_config_entry(registry, entry.entry_id):
            is_one = known.domain == "event" and known.unique_id.endswith(_SUFFIX)
            is_one = is_one and known.unique_id.startswith(f"{device.serial}_")
            if is_one and known.unique_id not in wanted:
                registry.async_remove(known.entity_id)
        added.intersection_update(cameras)
        new = [camera for key, camera in cameras.items() if key not in added]
        added.update(cameras)
        async_add_entities([MotionEvent(runtime, camera) for camera in new])

    entry.async_on_unload(device.add_listener(update))
    update()


class MotionEvent(DeviceEntity, EventEntity):
    """When something moved last."""

    _attr_device_class = EventDeviceClass.MOTION
    _attr_event_types = [MOTION]
    _attr_translation_key = MOTION

    def __init__(self, runtime: DeviceRuntime, camera: EntityDescription) -> None:
        super().__init__(runtime, _unique_id(runtime.device.serial, camera.key))
        self._key = camera.key
        self._attr_translation_placeholders = {"camera": camera.name}

    @property
    @override
    def available(self) -> bool:
        """What happened last is a state that cannot be taken back; it can only be shown no longer."""
        return self._device.is_connected and not self._device.intake.is_hidden(self._key)

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self._runtime.gateway.add_listener(self._async_gateway_event))

    @callback
    def _async_gateway_event(self, event: GatewayEvent) -> None:
        if (
            isinstance(event, DeviceEvent)
            and event.serial == self._device.serial
            and (event.event.entity, event.event.type) == (self._key, MOTION)
        ):
            self._trigger_event(MOTION)
            self.async_write_ha_state()


def _unique_id(serial: str, key: str) -> str:
    """Return an id that no declared entity has: theirs begin with the serial and a hyphen."""
    return f"{serial}_{key}{_SUFFIX}"
