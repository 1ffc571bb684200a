"""Telling the owner of a camera that a recording ended by itself before its time: nobody looks at a full disk."""

from collections.abc import Callable
from typing import Final

from homeassistant.core import HomeAssistant, callback

from .console_links import PAGE_VIDEO
from .gateway.command_ends import OK
from .gateway.events import GatewayEvent
from .gateway.gateway import Gateway
from .gateway.video_errors import NoPicture
from .gateway.video_events import RecordingEnded
from .messages import Message
from .people import device_name
from .runtime import DATA_RUNTIME

_BROKE_OFF: Final = "recording_broke_off"
_TEXTS: Final = {"disk_full": "recording_disk_full", NoPicture.code: "recording_no_picture"}


@callback
def async_watch_recordings(hass: HomeAssistant, gateway: Gateway) -> Callable[[], None]:
    """Tell from now on; returns the end of that."""

    @callback
    def told(event: GatewayEvent) -> None:
        if not isinstance(event, RecordingEnded) or event.code == OK or event.actor is not None:
            return
        owner_id = gateway.owners.get(event.serial)
        runtime = hass.data.get(DATA_RUNTIME)
        if owner_id is None or runtime is None:
            return
        message = Message(
            text=_TEXTS.get(event.code, _BROKE_OFF),
            placeholders={"device": device_name(gateway, event.serial)},
            tag=f"iotsg_recording_{event.serial}",
            public="recording_ended_public",
            page=PAGE_VIDEO,
        )
        hass.async_create_task(runtime.messages.tell([owner_id], message))

    return gateway.add_listener(told)
