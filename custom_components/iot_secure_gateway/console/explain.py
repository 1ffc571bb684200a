"""Commands that answer questions about permissions: why, what if, and how a week looks (B1, B2)."""

from ..gateway.errors import ChangeRefused
from ..permission_questions import (
    QUESTION,
    TRIED,
    async_explain,
    async_simulate,
    async_week,
    read_question,
    read_tried,
)
from ..policy.errors import PolicyError
from ..policy.rows import Row
from .command import Caller, Message, Result, command


@command("explain", QUESTION)
async def ws_explain(caller: Caller, msg: Message) -> Result:
    """Tell whether somebody may do something, by which row, or which came nearest."""
    asked = read_question(caller.gateway, caller.actor, msg)
    return await async_explain(caller.hass, caller.gateway, asked)


@command("simulate", {**QUESTION, **TRIED})
async def ws_simulate(caller: Caller, msg: Message) -> Result:
    """Tell the same as it would be with other rows; nothing is saved."""
    asked = read_question(caller.gateway, caller.actor, msg)
    try:
        rows, removed = read_tried(caller.gateway, asked, msg, caller.user.id)
    except PolicyError as error:
        raise ChangeRefused(error) from None
    return await async_simulate(caller.hass, caller.gateway, asked, rows, removed)


@command("permission_week", {**QUESTION, **TRIED})
async def ws_week(caller: Caller, msg: Message) -> Result:
    """Tell the verdicts of the week that the moment is in."""
    asked = read_question(caller.gateway, caller.actor, msg)
    rows: list[Row] = []
    removed: list[int] = []
    if msg["rows"] or msg["removed"]:
        try:
            rows, removed = read_tried(caller.gateway, asked, msg, caller.user.id)
        except PolicyError as error:
            raise ChangeRefused(error) from None
    return await async_week(caller.hass, caller.gateway, asked, rows, removed)


COMMANDS = (ws_explain, ws_simulate, ws_week)
