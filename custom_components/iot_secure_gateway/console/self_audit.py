"""The command that looks over the house (B37)."""

from ..self_audit import async_look_over
from .command import Caller, Message, Result, command


@command("self_audit")
async def ws_self_audit(caller: Caller, msg: Message) -> Result:
    """Tell what is worth mending, as far as it concerns the caller."""
    return {
        "findings": await async_look_over(
            caller.hass, caller.gateway, caller.actor, is_administrator=caller.user.is_admin
        )
    }


COMMANDS = (ws_self_audit,)
