"""Commands about automations and scripts that were refused: seeing them, and allowing exactly that (US7)."""

import probatio

from ..automation_refusals import async_allow, async_refused_automations
from ..const import CONF_SERIAL
from ..gateway.errors import ChangeRefused
from ..policy.errors import PolicyError
from .command import SERIAL, TEXT, Caller, Message, Result, command
from .rows import view_of


def shown_refusals(caller: Caller) -> list[Result]:
    """Return what was refused, not settled, and on devices that the caller has authority over."""
    serials = view_of(caller).serials
    return [
        {"serial": serial, "automation": entity_id, "command": name}
        for serial, entity_id, name in async_refused_automations(caller.hass)
        if serial in serials
    ]


@command("refused_automations")
async def ws_refused_automations(caller: Caller, msg: Message) -> Result:
    """Tell what was refused on devices that the caller has authority over."""
    return {"refused": shown_refusals(caller)}


@command(
    "allow_automation",
    {
        probatio.Required(CONF_SERIAL): SERIAL,
        probatio.Required("automation"): TEXT,
        probatio.Required("command"): TEXT,
    },
)
async def ws_allow_automation(caller: Caller, msg: Message) -> Result:
    """Allow what was refused, as a row of the caller's; its issue is settled by that."""
    refusal = (msg[CONF_SERIAL], msg["automation"], msg["command"])
    if refusal not in async_refused_automations(caller.hass):
        raise ChangeRefused(PolicyError("not_refused"))
    await async_allow(caller.gateway, caller.actor, refusal)
    return None


COMMANDS = (ws_refused_automations, ws_allow_automation)
