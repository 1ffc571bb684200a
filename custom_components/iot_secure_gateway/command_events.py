"""The end of each command as an event of Home Assistant, for its logbook and for automations (B22).

Home Assistant keeps it, and shows it to everybody: so it has no arguments, values, serial or session. Refusals
and the gateway's own questions stay on the gateway's record, where each person sees what is theirs.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from .const import DOMAIN
from .gateway.events import CommandEnded, GatewayEvent
from .gateway.gateway import Gateway
from .gateway.printable import printable
from .policy.actors import Automation, Script, System, User
from .postponing import name_of_actor, registered_id

EVENT_COMMAND: Final = f"{DOMAIN}_command"

# Of the call that a command is given for: what follows from the event follows from that call.
_CALL: ContextVar[Context | None] = ContextVar("call", default=None)


@contextmanager
def called_by(context: Context | None) -> Iterator[None]:
    """Credit the commands that are given within to a call."""
    token = _CALL.set(context)
    try:
        yield
    finally:
        _CALL.reset(token)


@callback
def async_watch_commands(hass: HomeAssistant, gateway: Gateway) -> Callable[[], None]:
    """Fire an event for each command from now on; returns the end of that."""

    @callback
    def told(event: GatewayEvent) -> None:
        if not isinstance(event, CommandEnded) or isinstance(event.actor, System):
            return
        actor = event.actor
        context = _CALL.get()
        if context is None:
            context = Context(user_id=actor.id if isinstance(actor, User) else None)
        starter = actor.starter if isinstance(actor, Automation | Script) else None
        hass.bus.async_fire(
            EVENT_COMMAND,
            {
                "device_id": registered_id(hass, event.serial),
                "entity_id": _entity_id(hass, event),
                "command": printable(event.command),
                "result": event.code,
                "row": event.decision.row,
                "by": name_of_actor(actor),
                "by_kind": type(actor).__name__.lower(),
                "started_by": None if starter is None else name_of_actor(starter),
            },
            context=context,
        )

    return gateway.add_listener(told)


def _entity_id(hass: HomeAssistant, event: CommandEnded) -> str | None:
    """Return the entity that the command was for; None when it was for the device as a whole."""
    if not event.entity:
        return None
    wanted = f"{event.serial}-{event.entity}"
    registry = er.async_get(hass)
    device_id = registered_id(hass, event.serial)
    if device_id is None:
        return None
    entities = er.async_entries_for_device(registry, device_id, include_disabled_entities=True)
    return next((one.entity_id for one in entities if one.unique_id == wanted), None)
