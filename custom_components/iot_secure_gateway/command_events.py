"""The end of each command as an event of Home Assistant, for its logbook and for automations (B15, B22).

Home Assistant keeps it, and shows it to everybody: so it has no arguments, values, serial or session. Refusals,
the gateway's own questions and commands for what is confidential stay on the gateway's record, where each
person sees what is theirs.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from .attribution import Attribution
from .const import DOMAIN
from .gateway.events import CommandEnded, GatewayEvent, PostponedCancelled, PostponedEnded
from .gateway.gateway import Gateway
from .gateway.printable import printable
from .policy.actors import Automation, Script, System
from .postponing import name_of_actor, registered_id

EVENT_COMMAND: Final = f"{DOMAIN}_command"
EVENT_QUEUED_COMMAND: Final = f"{DOMAIN}_queued_command"
CANCELLED: Final = "cancelled"

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
def async_watch_commands(
    hass: HomeAssistant, gateway: Gateway, attribution: Attribution
) -> Callable[[], None]:
    """Fire an event for each command, and each that waited, from now on; returns the end of that."""

    @callback
    def told(event: GatewayEvent) -> None:
        if isinstance(event, PostponedEnded):
            tell_queued(event, event.code)
        elif isinstance(event, PostponedCancelled):
            tell_queued(event, CANCELLED)
        elif isinstance(event, CommandEnded) and not isinstance(event.actor, System):
            tell(event)

    def is_hidden(event: CommandEnded | PostponedEnded | PostponedCancelled) -> bool:
        """Tell whether the command was for what the owner keeps confidential: it would tell its state."""
        return bool(event.entity) and gateway.readings.is_hidden(event.serial, event.entity)

    def tell(event: CommandEnded) -> None:
        if is_hidden(event):
            return
        actor = event.actor
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
            context=_CALL.get() or attribution.async_context_for(actor),
        )

    def tell_queued(event: PostponedEnded | PostponedCancelled, result: str) -> None:
        hass.bus.async_fire(
            EVENT_QUEUED_COMMAND,
            {
                "queued": event.id,
                "device_id": registered_id(hass, event.serial),
                "command": None if is_hidden(event) else event.command,
                "result": result,
            },
            context=attribution.async_context_for(event.actor),
        )

    return gateway.add_listener(told)


def _entity_id(hass: HomeAssistant, event: CommandEnded) -> str | None:
    """Return the entity that the command was for; None when it was for the device as a whole."""
    if not event.entity:
        return None
    wanted = f"{event.serial}-{event.entity}"
    registry = er.async_get(hass)
    entry = hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, event.serial)
    if entry is None:
        return None
    entities = er.async_entries_for_config_entry(registry, entry.entry_id)  # of its parts, too
    return next((one.entity_id for one in entities if one.unique_id == wanted), None)
