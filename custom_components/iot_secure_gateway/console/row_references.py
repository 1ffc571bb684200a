"""Commands about what rows refer to: groups of users, of devices and of commands, and shifts (FIG 8)."""

from collections.abc import Mapping
from typing import Any, Final
import uuid

import probatio

from homeassistant.helpers.typing import VolDictType

from ..people import user_name
from ..permission_errors import ChangedMeanwhile, InvalidPermission
from ..policy.errors import PolicyError
from ..policy.exchange import read_table
from ..policy.row_changes import put, take_away
from ..policy.state import SHARED_KINDS, PolicyState, Shared
from .command import Caller, Message, Result, command
from .rows import OBJECT, VERSION, version_of, view_of

_ID: Final = probatio.All(str, probatio.Length(min=1, max=64))
_KIND: Final[VolDictType] = {probatio.Required("kind"): probatio.In(SHARED_KINDS)}


@command("references")
async def ws_references(caller: Caller, msg: Message) -> Result:
    """Tell which groups and shifts there are for the caller."""
    return await shown_references(caller)


async def shown_references(caller: Caller) -> dict[str, Any]:
    """Return the groups and shifts that the caller sees, by kind."""
    view = view_of(caller)
    found: dict[str, Any] = {}
    for kind in SHARED_KINDS:
        kept: Mapping[str, Shared] = getattr(caller.gateway.permissions.state, kind)
        found[kind] = [
            {
                "reference": shown.to_dict(),
                "version": version_of(one.to_dict()),
                "made_by_name": await user_name(caller.hass, one.made_by),
                "may_change": one.made_by == caller.user.id,
            }
            for one in kept.values()
            if (shown := view.shared(one)) is not None
        ]
    return found


@command(
    "put_reference",
    {
        **_KIND,
        probatio.Required("reference"): OBJECT,
        # Of the one that it replaces; both left out: it is a new one.
        probatio.Optional("reference_id"): _ID,
        probatio.Optional("version"): VERSION,
    },
)
async def ws_put_reference(caller: Caller, msg: Message) -> Result:
    """Add or replace a group or shift of the caller's; rows that name it follow at once."""
    kind: str = msg["kind"]
    new_id = msg.get("reference_id") or uuid.uuid4().hex
    one = _read(kind, {**msg["reference"], "id": new_id, "made_by": caller.user.id})

    def change(state: PolicyState) -> PolicyState:
        if "reference_id" in msg:
            _seen(caller, state, msg)
        return put(state, caller.actor, one)

    await caller.gateway.permissions.change(change, caller.actor)
    return {"reference_id": new_id, "version": version_of(one.to_dict())}


@command(
    "remove_reference",
    {**_KIND, probatio.Required("reference_id"): _ID, probatio.Required("version"): VERSION},
)
async def ws_remove_reference(caller: Caller, msg: Message) -> Result:
    """Take a group or shift of the caller's away that nothing names."""

    def change(state: PolicyState) -> PolicyState:
        return take_away(state, caller.actor, _seen(caller, state, msg))

    await caller.gateway.permissions.change(change, caller.actor)
    return None


def _read(kind: str, given: Mapping[str, object]) -> Shared:
    """Read a group or shift. Raises InvalidPermission."""
    try:
        kept: Mapping[str, Shared] = getattr(read_table({kind: [given]}, "reference"), kind)
    except ValueError as error:
        raise InvalidPermission(error) from None
    return next(iter(kept.values()))


def _seen(caller: Caller, state: PolicyState, msg: Message) -> Shared:
    """Return it if it is as the caller saw it. Raises PolicyError, ChangedMeanwhile."""
    one: Shared | None = getattr(state, msg["kind"]).get(msg["reference_id"])
    if one is None or view_of(caller).shared(one) is None:
        raise PolicyError("unknown_group", group=msg["reference_id"])
    if version_of(one.to_dict()) != msg.get("version"):
        raise ChangedMeanwhile
    return one


COMMANDS = (ws_references, ws_put_reference, ws_remove_reference)
