"""Services that record a camera: for automations, which so record by the hour or because of whatever happens."""

from typing import Final

import probatio

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.helpers import config_validation as cv

from .const import DOMAIN
from .gateway.video_errors import UnknownCamera
from .runtime import DeviceRuntime
from .service_calls import ID, device_of, in_words
from .video import MAX_RECORDING_S, async_record, async_stop_recording

SERVICE_RECORD: Final = "record"
SERVICE_STOP: Final = "stop_recording"
ATTR_ENTITY: Final = "entity"
ATTR_FOR: Final = "duration"

_CAMERA: Final = {
    probatio.Required(ATTR_DEVICE_ID): ID,
    probatio.Optional(ATTR_ENTITY): probatio.All(str, probatio.Length(min=1, max=32)),
}
_SECONDS: Final = probatio.All(
    cv.positive_time_period,
    lambda period: int(period.total_seconds()),
    probatio.Range(min=1, max=MAX_RECORDING_S),
)


@callback
def async_register_video_actions(hass: HomeAssistant) -> None:
    """Register them."""
    hass.services.async_register(
        DOMAIN,
        SERVICE_RECORD,
        _async_record,
        probatio.Schema({**_CAMERA, probatio.Optional(ATTR_FOR): _SECONDS}),
    )
    hass.services.async_register(DOMAIN, SERVICE_STOP, _async_stop, probatio.Schema(_CAMERA))


async def _async_record(call: ServiceCall) -> None:
    """Record a camera for so long, or until somebody stops it."""
    runtime = device_of(call)
    serial = runtime.device.serial
    async with in_words(call, serial):
        actor = await runtime.attribution.async_actor(call.context)
        await async_record(
            call.hass, actor, serial, _camera(call, runtime), call.data.get(ATTR_FOR)
        )


async def _async_stop(call: ServiceCall) -> None:
    """End a recording; its film is there when this returns."""
    runtime = device_of(call)
    serial = runtime.device.serial
    async with in_words(call, serial):
        actor = await runtime.attribution.async_actor(call.context)
        await async_stop_recording(call.hass, actor, serial, _camera(call, runtime))


def _camera(call: ServiceCall, runtime: DeviceRuntime) -> str:
    """Return the camera that a call names, or the only one. Raises UnknownCamera."""
    if ATTR_ENTITY in call.data:
        return str(call.data[ATTR_ENTITY])
    cameras = runtime.gateway.video.cameras(runtime.device.serial)
    if len(cameras) != 1:
        raise UnknownCamera
    return cameras[0].key
