"""Telling who gave a command what became of it, when it had waited for a device that was away (B15)."""

from typing import Final

from homeassistant.core import HomeAssistant, callback

from .console_links import PAGE_MY_ACCESS
from .gateway.audit import principal_of, principal_of_user
from .gateway.command_ends import OK
from .gateway.errors import OutcomeUnknown, Refused
from .gateway.events import GatewayEvent, PostponedCancelled, PostponedEnded
from .gateway.gateway import Gateway
from .gateway.postponed import EXPIRED
from .gateway.postponed_ends import CANCELLED
from .messages import Message
from .people import async_is_person, device_name
from .runtime import DATA_RUNTIME

END_TEXTS: Final = "postponed_"  # how the keys of texts about ends begin
_CANCELLED: Final = "postponed_cancelled"
_FAILED: Final = "postponed_failed"
_PERSON: Final = principal_of_user("?")[:-1]  # how the record's names of people begin
_TEXTS: Final = {
    OK: "postponed_done",
    EXPIRED: "postponed_expired",
    CANCELLED: _CANCELLED,
    Refused.code: "postponed_refused",
    OutcomeUnknown.code: "postponed_unknown",
}


@callback
def async_tell_of_postponed(hass: HomeAssistant, gateway: Gateway, event: GatewayEvent) -> None:
    """Tell the person who is waiting for this, and nobody who did it themselves."""
    if isinstance(event, PostponedEnded):
        giver, text = principal_of(event.actor), text_of_end(event.code)
    elif isinstance(event, PostponedCancelled) and event.given_by != principal_of(event.actor):
        giver, text = event.given_by, _CANCELLED
    else:
        return
    if giver.startswith(_PERSON):
        texts = {
            "device": device_name(gateway, event.serial),
            "command": event.command.replace("_", " "),
        }
        message = Message(
            text=text,
            placeholders=texts,
            tag=f"iotsg_postponed_{event.id}",
            page=PAGE_MY_ACCESS,
        )
        hass.async_create_task(_async_tell(hass, giver.removeprefix(_PERSON), message))


def text_of_end(code: str) -> str:
    """Return the key of the text that says what became of a command."""
    return _TEXTS.get(code, _FAILED)


async def _async_tell(hass: HomeAssistant, user_id: str, message: Message) -> None:
    runtime = hass.data.get(DATA_RUNTIME)
    if runtime is not None and await async_is_person(hass, user_id):
        await runtime.messages.tell([user_id], message)
