"""Commands about commands: giving one, also to a device that is away, and what waits for such devices (B15)."""

import probatio

from ..const import CONF_SERIAL
from ..policy.commands import read_command
from ..postponing import QUEUE, told_answer, told_waiting, until_of
from ..runtime import DATA_RUNTIME
from .command import SERIAL, Caller, Message, Result, command


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


@command(
    "cancel_queued_command",
    {probatio.Required("queued"): probatio.All(str, probatio.Length(min=1, max=64))},
)
async def ws_cancel_queued_command(caller: Caller, msg: Message) -> Result:
    """Drop one of these."""
    await caller.hass.data[DATA_RUNTIME].postponed.cancel(caller.actor, msg["queued"])
    return None


COMMANDS = (ws_send_command, ws_queued_commands, ws_cancel_queued_command)
