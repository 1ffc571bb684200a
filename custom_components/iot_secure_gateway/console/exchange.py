"""Commands that take the permission table out and in, and undo changes of it (B11, S54)."""

from typing import Final

import probatio

from homeassistant.helpers.typing import VolDictType

from ..gateway.permission_history import undo
from ..people import user_name
from ..permission_exchange import FORMATS, async_export, async_import, async_preview, told
from ..policy.differences import Difference
from ..policy.exchange import MAX_TEXT_LENGTH, read_table
from ..policy.rows import MAX_NUMBER
from ..policy.state import PolicyState
from ..policy.visibility import View
from .command import Caller, Message, Result, command
from .rows import VERSION, view_of

_FORMAT: Final[VolDictType] = {
    probatio.Optional("format", default="json"): probatio.In(FORMATS),
}
_CONTENT: Final[VolDictType] = {
    **_FORMAT,
    probatio.Required("content"): probatio.All(str, probatio.Length(max=MAX_TEXT_LENGTH)),
}


@command("export_permissions", _FORMAT)
async def ws_export(caller: Caller, msg: Message) -> Result:
    """Tell the caller's part of the table as text."""
    content = await async_export(caller.hass, caller.gateway, caller.actor, msg["format"])
    return {"content": content}


@command("preview_permissions", _CONTENT)
async def ws_preview(caller: Caller, msg: Message) -> Result:
    """Tell what an import would change."""
    return await async_preview(
        caller.hass, caller.gateway, caller.actor, msg["format"], msg["content"]
    )


@command("import_permissions", {**_CONTENT, probatio.Required("version"): VERSION})
async def ws_import(caller: Caller, msg: Message) -> Result:
    """Take a table over, if it still changes what was shown."""
    return await async_import(
        caller.hass, caller.gateway, caller.actor, msg["format"], msg["content"], msg["version"]
    )


@command("permission_history")
async def ws_history(caller: Caller, msg: Message) -> Result:
    """Tell who changed when what of that which the caller sees, the newest first."""
    view = view_of(caller)
    found = []
    for change in reversed(caller.gateway.permissions.history.changes):
        seen = [shown for one in change.differences if (shown := _shown(view, one)) is not None]
        if seen:
            found.append(
                {
                    "number": change.number,
                    "at": change.at.isoformat(),
                    "by": change.by,
                    "by_name": await user_name(caller.hass, change.by) if change.by else "",
                    "differences": told(seen),
                }
            )
    return {"changes": found}


@command(
    "undo_permissions",
    {probatio.Required("number"): probatio.All(int, probatio.Range(min=1, max=MAX_NUMBER))},
)
async def ws_undo(caller: Caller, msg: Message) -> Result:
    """Take a change back; that is a change of its own."""
    permissions = caller.gateway.permissions

    def change(state: PolicyState) -> PolicyState:
        return undo(state, caller.actor, permissions.history.find(msg["number"]))

    await permissions.change(change, caller.actor)
    return None


def _shown(view: View, one: Difference) -> Difference | None:
    """Return a difference as the caller sees it, None when it is not shown."""
    sides: list[dict[str, object] | None] = []
    for record in (one.before, one.after):
        if record is None:
            sides.append(None)
            continue
        kept = getattr(read_table({one.kind: [record]}, "change"), one.kind)
        (held,) = kept.values()
        seen = view.row(held) if one.kind == "rows" else view.shared(held)
        sides.append(None if seen is None else seen.to_dict())
    if sides == [None, None]:
        return None
    return Difference(kind=one.kind, id=one.id, before=sides[0], after=sides[1])


COMMANDS = (ws_export, ws_preview, ws_import, ws_history, ws_undo)
