"""Commands about commands: giving one, also to a device that is away, and what waits for such devices (B15)."""

from typing import Any, Final

import probatio

from ..const import CONF_SERIAL
from ..policy.commands import read_command
from ..postponing import DATA_ENDS, QUEUE, told_answer, told_end, told_waiting, until_of
from ..runtime import DATA_RUNTIME
from .command import SERIAL, Caller, Message, Result, command
from .subscription import subscription

MAX_SHOWN: Final = 8  # commands that wait no longer


@command(
    "send_command",
    {
        probatio.Required(CONF_SERIAL): SERIAL,
        probatio.Required("command"): lambda name: read_command(name, "command"),
        probatio.Optional("entity", default=None): probatio.Any(
            None, probatio.All(str, probatio.Length(min=1, max=32))
        ),
        probatio.Optional("arguments", default=dict): {str: object},
        **QUEUE,
    },
)
async def ws_send_command(caller: Caller, msg: Message) -> Result:
    """Give one command; tell what the device answered, or that it waits for the device."""
    gateway = caller.gateway
    given = {"entity": msg["entity"], "arguments": msg["arguments"]}
    asked = (caller.actor, msg[CONF_SERIAL], msg["command"])
    until = until_of(msg, gateway.permissions.now())
    if until is None:
        return told_answer(await gateway.execute(*asked, **given))
    postponed = caller.hass.data[DATA_RUNTIME].postponed
    return told_answer(await postponed.submit(*asked, until=until, **given))


@command("queued_commands")
async def ws_queued_commands(caller: Caller, msg: Message) -> Result:
    """Tell what waits that the caller gave, or that waits for devices of theirs."""
    found = caller.hass.data[DATA_RUNTIME].postponed.visible(caller.actor)
    return {
        "commands": [
            told_waiting(caller.hass, caller.gateway, serial, one) for serial, one in found
        ]
    }


@subscription(
    "waiting_commands", {probatio.Optional(CONF_SERIAL, default=""): probatio.Any("", SERIAL)}
)
async def ws_waiting_commands(caller: Caller, msg: Message) -> dict[str, Any]:
    """Show the same, for all devices or one, with what became of the last ones."""
    hass, gateway, serial = caller.hass, caller.gateway, msg[CONF_SERIAL]
    waiting = hass.data[DATA_RUNTIME].postponed.visible(caller.actor)
    ended = hass.data[DATA_ENDS].visible(caller.actor)
    return {
        "commands": [
            told_waiting(hass, gateway, of, one) for of, one in waiting if serial in {"", of}
        ],
        "ended": [told_end(gateway, one) for one in ended if serial in {"", one.serial}][
            :MAX_SHOWN
        ],
    }


@command(
    "cancel_queued_command",
    {probatio.Required("queued"): probatio.All(str, probatio.Length(min=1, max=64))},
)
async def ws_cancel_queued_command(caller: Caller, msg: Message) -> Result:
    """Drop one of these."""
    await caller.hass.data[DATA_RUNTIME].postponed.cancel(caller.actor, msg["queued"])
    return None


COMMANDS = (ws_send_command, ws_queued_commands, ws_waiting_commands, ws_cancel_queued_command)
