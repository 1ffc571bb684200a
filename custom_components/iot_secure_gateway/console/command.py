"""How a websocket command becomes an act of the person who is logged in.

    gateway running? -> a person? -> the act, judged by the gateway -> result, or what went wrong as text

Fields that hold a secret are named "password", which Home Assistant leaves out of its error log.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import probatio

from homeassistant.auth.models import User as HomeAssistantUser
from homeassistant.components import websocket_api
from homeassistant.components.websocket_api import ERR_UNAUTHORIZED
from homeassistant.components.websocket_api.const import WebSocketCommandHandler
from homeassistant.core import HomeAssistant
from homeassistant.helpers.typing import VolDictType

from ..acts import async_note_visit, noted
from ..attribution import actor_of
from ..const import CONF_SERIAL, DOMAIN
from ..exceptions import ConsoleOff, NotAPerson, NotRunning, home_assistant_error
from ..gateway.errors import GatewayError, Refused
from ..gateway.gateway import Gateway
from ..modules import MODULE_CONSOLE, is_on
from ..people import device_texts
from ..policy.actors import User
from ..runtime import DATA_RUNTIME

MAX_TEXT: Final = 256  # characters of a field: serials, names and passwords are shorter
TEXT: Final = probatio.All(str, probatio.Length(max=MAX_TEXT))
SERIAL: Final = probatio.All(str, probatio.Length(min=1, max=32))
PORT: Final = probatio.All(int, probatio.Range(min=1, max=65535))


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, and where."""

    hass: HomeAssistant
    gateway: Gateway
    user: HomeAssistantUser
    actor: User


type Message = dict[str, Any]
type Result = Mapping[str, object] | None
type Act = Callable[[Caller, Message], Awaitable[Result]]


def command(
    name: str, fields: VolDictType | None = None
) -> Callable[[Act], WebSocketCommandHandler]:
    """Make a websocket command of an act, which raises GatewayError for whatever cannot be."""

    def decorate(act: Act) -> WebSocketCommandHandler:
        @websocket_api.websocket_command(
            {probatio.Required("type"): f"{DOMAIN}/{name}", **(fields or {})}
        )
        @websocket_api.async_response
        async def handle(
            hass: HomeAssistant, connection: websocket_api.ActiveConnection, msg: Message
        ) -> None:
            try:
                caller = caller_of(hass, connection.user)
                async_note_visit(hass, connection, caller.actor)
                with noted(hass, name, caller.actor, msg.get(CONF_SERIAL, "")):
                    result = await act(caller, msg)
            except GatewayError as error:
                await async_send_error(hass, connection, msg, error)
            else:
                connection.send_result(msg["id"], result)

        return handle

    return decorate


def caller_of(hass: HomeAssistant, user: HomeAssistantUser) -> Caller:
    """Return who asks, as they are now. Raises NotRunning, ConsoleOff, NotAPerson."""
    runtime = hass.data.get(DATA_RUNTIME)
    if runtime is None:
        raise NotRunning
    if not is_on(hass, MODULE_CONSOLE):
        raise ConsoleOff
    actor = actor_of(user)
    if not isinstance(actor, User):
        raise NotAPerson
    return Caller(hass=hass, gateway=runtime.gateway, user=user, actor=actor)


async def async_send_error(
    hass: HomeAssistant,
    connection: websocket_api.ActiveConnection,
    msg: Message,
    error: GatewayError,
) -> None:
    """Tell in words what went wrong: Home Assistant itself would say no more than "unauthorized"."""
    placeholders = await device_texts(hass, msg.get(CONF_SERIAL, ""))
    raised = home_assistant_error(error, context=None, placeholders=placeholders)
    connection.send_error(
        msg["id"],
        ERR_UNAUTHORIZED if isinstance(error, Refused) else error.code,
        str(raised),
        translation_key=raised.translation_key,
        translation_domain=raised.translation_domain,
        translation_placeholders=dict(raised.translation_placeholders or {}),
    )
