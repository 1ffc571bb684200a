"""Asking for access: started with the gateway, and fed into the record."""

from collections.abc import Callable

from homeassistant.core import HomeAssistant, callback

from .access_questions import AccessQuestion
from .asking import DATA_ASKING, Asking
from .auditing import DATA_AUDIT
from .gateway.gateway import Gateway
from .messages import Messages
from .policy.actors import Actor


async def async_start_access(
    hass: HomeAssistant, gateway: Gateway, messages: Messages
) -> Callable[[], None]:
    """Take questions from now on; returns the end of it. Raises StorageError."""

    @callback
    def record(kind: str, actor: Actor, question: AccessQuestion) -> None:
        hass.data[DATA_AUDIT].audit.note(
            kind,
            actor,
            serial=question.serial,
            command=question.command,
            result=question.answer,
            detail=f"asked_by={question.user_id}",
        )

    asking = Asking(hass, gateway, messages, record=record)
    await asking.async_start()
    hass.data[DATA_ASKING] = asking

    @callback
    def stop() -> None:
        asking.async_stop()

    return stop
