"""Cameras of devices, as far as Home Assistant's own way of showing cameras goes.

Home Assistant gives the picture of a camera entity to everybody who has the token in its state, and does not say who
that is. So nobody could be judged there: the entity shows a drawing, and the pictures are at addresses of this
integration (`video_views.py`). The owner may give the cameras of a device to that proxy all the same.
"""

from functools import partial
from pathlib import Path
from typing import Final, override

from homeassistant.components.camera import Camera
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .entity import DescribedEntity, async_add_described
from .gateway.description import EntityDescription
from .gateway.errors import GatewayError
from .gateway.recordings import Recordings
from .modules import MODULE_VIDEO, is_on
from .runtime import DeviceConfigEntry, DeviceRuntime
from .video import DATA_VIDEO, async_choice

PARALLEL_UPDATES = 0  # the gateway queues commands per device

DRAWING: Final = Path(__file__).with_name("camera.png")
STILL_AGE_S: Final = 1.0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DeviceConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the cameras of one device."""
    drawing = await hass.async_add_executor_job(DRAWING.read_bytes)

    def make(runtime: DeviceRuntime, description: EntityDescription) -> DeviceCamera:
        return DeviceCamera(runtime, description, drawing)

    async_add_described(hass, entry, "camera", make, async_add_entities)


class DeviceCamera(DescribedEntity, Camera):
    """One camera; its state says whether it is being recorded."""

    def __init__(
        self, runtime: DeviceRuntime, description: EntityDescription, drawing: bytes
    ) -> None:
        Camera.__init__(self)
        super().__init__(runtime, description)
        self._drawing = drawing

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        recordings = self.hass.data[DATA_VIDEO].recordings
        self._async_recordings_changed(recordings)
        changed = partial(self._async_recordings_changed, recordings)
        self.async_on_remove(recordings.add_listener(changed))

    @callback
    def _async_recordings_changed(self, recordings: Recordings) -> None:
        is_recording = (self._device.serial, self.key) in recordings.active
        if is_recording != self._attr_is_recording:
            self._attr_is_recording = is_recording
            if self.hass and self.entity_id:
                self.async_write_ha_state()

    @property
    @override
    def is_recording(self) -> bool:
        """What is confidential shows not even that."""
        return self._attr_is_recording and not self.is_confidential

    @property
    def _is_open(self) -> bool:
        is_chosen = async_choice(self.hass, self._device.serial).is_open
        return is_chosen and is_on(self.hass, MODULE_VIDEO)

    @override
    async def async_camera_image(
        self, width: int | None = None, height: int | None = None
    ) -> bytes | None:
        """Return the picture where the owner gave it away, else the drawing."""
        if not self._is_open or self.is_confidential:
            self.content_type = "image/png"
            return self._drawing
        self.content_type = "image/jpeg"
        try:
            frame = await self._runtime.gateway.video.still(
                self._device.serial, self.key, max_age_s=STILL_AGE_S
            )
        except GatewayError:
            return None
        return frame.jpeg

    @override
    async def async_enable_motion_detection(self) -> None:
        """Say where that is set."""
        self._refuse()

    @override
    async def async_disable_motion_detection(self) -> None:
        """Say where that is set."""
        self._refuse()

    def _refuse(self) -> None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="motion_is_a_setting"
        )
