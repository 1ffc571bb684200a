"""Commands about the values of a device: what becomes of them, what they are now, and what was kept (S6, B38)."""

from collections.abc import Mapping
from typing import Any, Final

import probatio

from ..const import CONF_SERIAL
from ..gateway.disclosure import Disclosure
from ..gateway.introduction import ask_values
from ..gateway.results import CommandResult
from ..reading_pages import FIELDS, async_page
from .command import SERIAL, TEXT, Caller, Message, Result, command

_CHOICE: Final = probatio.In([choice.value for choice in Disclosure])


@command("disclosure", {probatio.Required(CONF_SERIAL): SERIAL})
async def ws_disclosure(caller: Caller, msg: Message) -> Result:
    """Tell what becomes of the values of a device, to who may choose that."""
    serial: str = msg[CONF_SERIAL]
    choices = caller.gateway.readings.choices(caller.actor, serial)
    device = caller.gateway.devices.get(serial)
    description = device.description if device is not None else None
    entities: list[dict[str, Any]] = [
        {
            "key": entity.key,
            "name": entity.name,
            "kind": entity.kind,
            "choice": choices.entities.get(entity.key),
            "in_force": choices.of(entity.key),
        }
        for entity in (description.entities if description is not None else ())
    ]
    return {"device": choices.device, "entities": entities}


@command(
    "set_disclosure",
    {
        probatio.Required(CONF_SERIAL): SERIAL,
        probatio.Optional("entity"): TEXT,
        probatio.Required("choice"): probatio.Any(None, _CHOICE),
    },
)
async def ws_set_disclosure(caller: Caller, msg: Message) -> Result:
    """Choose for a device, or for one of its entities; null: as is usual, as the device."""
    choice = None if msg["choice"] is None else Disclosure(msg["choice"])
    await caller.gateway.readings.choose(caller.actor, msg[CONF_SERIAL], msg.get("entity"), choice)
    return None


@command("read", {probatio.Required(CONF_SERIAL): SERIAL})
async def ws_read(caller: Caller, msg: Message) -> Result:
    """Ask a device for all its values, also those that are confidential."""
    serial: str = msg[CONF_SERIAL]

    async def ask(name: str, arguments: Mapping[str, object]) -> CommandResult:
        return await caller.gateway.execute(caller.actor, serial, name, arguments=arguments)

    device = caller.gateway.devices.get(serial)
    return {"values": await ask_values(ask, None if device is None else device.description)}


@command("readings", {probatio.Required(CONF_SERIAL): SERIAL, **FIELDS})
async def ws_readings(caller: Caller, msg: Message) -> Result:
    """Give a page of what was kept of a device, the newest first, as data or as a part of a file."""
    return await async_page(caller.gateway, caller.actor, msg[CONF_SERIAL], msg)


COMMANDS = (ws_disclosure, ws_set_disclosure, ws_read, ws_readings)
