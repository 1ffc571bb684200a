"""Commands for learning what somebody needs, and for making proposals rows (B3)."""

from datetime import timedelta
from typing import Any, Final

import probatio

from homeassistant.helpers.typing import VolDictType

from ..const import CONF_USER_ID
from ..learning import DATA_LEARNER, async_begin, async_note, async_told_learnings, told_proposals
from ..policy.authority import grants_of
from ..policy.learning import MAX_DEVICES, MAX_TIME
from ..policy.rows import NEW
from .command import SERIAL, TEXT, Caller, Message, Result, command
from .rows import OBJECT, read_row
from .subscription import subscription

HOURS: Final = probatio.All(int, probatio.Range(min=1, max=MAX_TIME // timedelta(hours=1)))
_LEARNING: Final[VolDictType] = {probatio.Required("learning"): TEXT}


@command(
    "start_learning",
    {
        probatio.Required("serials"): probatio.All(
            [SERIAL], probatio.Length(min=1, max=MAX_DEVICES)
        ),
        probatio.Required("hours"): HOURS,
        # One of them: a person, or an automation or script.
        probatio.Exclusive(CONF_USER_ID, "who"): TEXT,
        probatio.Exclusive("entity_id", "who"): TEXT,
    },
)
async def ws_start_learning(caller: Caller, msg: Message) -> Result:
    """Count from now on what somebody does with devices of the caller's."""
    learning = await async_begin(
        caller.hass,
        caller.actor,
        frozenset(msg["serials"]),
        timedelta(hours=msg["hours"]),
        user_id=msg.get(CONF_USER_ID, ""),
        entity_id=msg.get("entity_id", ""),
    )
    return {"learning": learning.id, "until": learning.until.isoformat()}


@command("stop_learning", _LEARNING)
async def ws_stop_learning(caller: Caller, msg: Message) -> Result:
    """Count no more; what was learned stays."""
    await caller.hass.data[DATA_LEARNER].end(caller.actor, msg["learning"])
    return None


@command("forget_learning", _LEARNING)
async def ws_forget_learning(caller: Caller, msg: Message) -> Result:
    """Throw away what was learned."""
    await caller.hass.data[DATA_LEARNER].forget(caller.actor, msg["learning"])
    return None


@command("learnings")
async def ws_learnings(caller: Caller, msg: Message) -> Result:
    """Tell what is and was learned on the caller's devices, and about the caller."""
    return {"learnings": await async_told_learnings(caller.hass, caller.user.id)}


@subscription("learning")
async def ws_learning(caller: Caller, msg: Message) -> dict[str, Any]:
    """Show the same with the rows that are proposed, as these grow."""
    gateway = caller.gateway
    held = frozenset[str]().union(
        *(grant.serials for grant in grants_of(gateway.permissions.state, caller.user.id))
    )
    learnings = await async_told_learnings(caller.hass, caller.user.id)
    for told in learnings:
        may_see = not held.isdisjoint(told["serials"])
        found = told_proposals(caller.hass, caller.user.id, told["learning"]) if may_see else {}
        told.update({"proposals": [], "lost": 0, **found, "may_make_rows": may_see})
    return {"learnings": learnings}


@command("learning_proposals", _LEARNING)
async def ws_learning_proposals(caller: Caller, msg: Message) -> Result:
    """Tell which rows would allow what was used, and which what was refused."""
    return told_proposals(caller.hass, caller.user.id, msg["learning"])


@command(
    "take_proposal",
    {
        **_LEARNING,
        probatio.Required("proposal"): TEXT,
        # Instead of what was proposed; then also by which appointment of the caller's it is made.
        probatio.Optional("row"): OBJECT,
        probatio.Optional("by", default=None): probatio.Any(None, str),
    },
)
async def ws_take_proposal(caller: Caller, msg: Message) -> Result:
    """Make a proposal a row of the caller's."""
    row = None
    if "row" in msg:
        row = read_row(msg["row"], number=NEW, made_by=caller.user.id, by=msg["by"])
    number = await caller.hass.data[DATA_LEARNER].take(
        caller.actor,
        msg["learning"],
        msg["proposal"],
        row=row,
        note=await async_note(caller.hass),
    )
    return {"row": number}


@command("decline_proposal", {**_LEARNING, probatio.Required("proposal"): TEXT})
async def ws_decline_proposal(caller: Caller, msg: Message) -> Result:
    """Keep that a proposal is not wanted."""
    await caller.hass.data[DATA_LEARNER].decline(caller.actor, msg["learning"], msg["proposal"])
    return None


COMMANDS = (
    ws_start_learning,
    ws_stop_learning,
    ws_forget_learning,
    ws_learnings,
    ws_learning,
    ws_learning_proposals,
    ws_take_proposal,
    ws_decline_proposal,
)
