"""Commands that take the permission table out and in, and undo changes of it (B11, S54)."""

from typing import Final

import probatio

from homeassistant.helpers.typing import VolDictType

from ..permission_exchange import (
    FORMATS,
    async_export,
    async_history,
    async_import,
    async_preview,
    async_undo,
)
from ..policy.exchange import MAX_TEXT_LENGTH
from ..policy.rows import MAX_NUMBER
from .command import Caller, Message, Result, command
from .rows import VERSION

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
    return {"changes": await async_history(caller.hass, caller.gateway, caller.actor)}


@command(
    "undo_permissions",
    {probatio.Required("number"): probatio.All(int, probatio.Range(min=1, max=MAX_NUMBER))},
)
async def ws_undo(caller: Caller, msg: Message) -> Result:
    """Take a change back; that is a change of its own."""
    await async_undo(caller.gateway, caller.actor, msg["number"])
    return None


COMMANDS = (ws_export, ws_preview, ws_import, ws_history, ws_undo)
