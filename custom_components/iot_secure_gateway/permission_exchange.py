"""The permission table out and in as text, the differences that an import would make, its changes (B11).

Out goes what the person may change, for nothing else could come in again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
import hashlib
import json
from typing import Any, Final

from homeassistant.core import HomeAssistant

from .gateway.errors import ChangeRefused
from .gateway.gateway import Gateway
from .gateway.permission_history import undo
from .people import user_name
from .permission_errors import ChangedMeanwhile
from .policy.actors import User
from .policy.adoption import adopt
from .policy.differences import Difference, differences
from .policy.errors import PolicyError
from .policy.exchange import read_table
from .policy.exchange_csv import export_csv, import_csv
from .policy.exchange_json import export_json, import_json
from .policy.state import SHARED_KINDS, PolicyState
from .policy.visibility import View

FORMATS: Final = ("json", "csv")
MAX_SHOWN: Final = 500  # differences in one answer; the rest is counted


async def async_export(hass: HomeAssistant, gateway: Gateway, actor: User, form: str) -> str:
    """Return what belongs to a person, and to those below, as text."""
    permissions = gateway.permissions
    view = View(permissions.table, permissions.facts, actor)
    state = permissions.state
    own = replace(
        state,
        rows={number: row for number, row in state.rows.items() if view.may_change(row)},
        **{  # type: ignore[arg-type]
            kind: {
                key: one for key, one in getattr(state, kind).items() if one.made_by == view.user_id
            }
            for kind in SHARED_KINDS
        },
    )
    return await hass.async_add_executor_job(export_csv if form == "csv" else export_json, own)


async def async_preview(
    hass: HomeAssistant, gateway: Gateway, actor: User, form: str, content: str
) -> dict[str, Any]:
    """Return what an import would change; nothing is changed. Raises ChangeRefused."""
    state = gateway.permissions.state
    table = await _async_read(hass, form, content)
    try:
        found = differences(state, adopt(state, actor, table))
    except PolicyError as error:
        raise ChangeRefused(error) from None
    return _told(found)


async def async_import(
    hass: HomeAssistant, gateway: Gateway, actor: User, form: str, content: str, version: str | None
) -> dict[str, Any]:
    """Take a table over; `version`: of the differences that were shown. Raises ChangeRefused, ChangedMeanwhile."""
    table = await _async_read(hass, form, content)
    found: tuple[Difference, ...] = ()

    def change(state: PolicyState) -> PolicyState:
        nonlocal found
        new = adopt(state, actor, table)
        found = differences(state, new)
        if version is not None and _version(found) != version:
            raise ChangedMeanwhile
        return new

    await gateway.permissions.change(change, actor)
    return _told(found)


async def async_history(hass: HomeAssistant, gateway: Gateway, actor: User) -> list[dict[str, Any]]:
    """Return who changed when what of that which a person sees, the newest first."""
    permissions = gateway.permissions
    view = View(permissions.table, permissions.facts, actor)
    found: list[dict[str, Any]] = []
    for change in reversed(permissions.history.changes):
        seen = [shown for one in change.differences if (shown := _shown(view, one)) is not None]
        if seen:
            found.append(
                {
                    "number": change.number,
                    "at": change.at.isoformat(),
                    "by": change.by,
                    "by_name": await user_name(hass, change.by) if change.by else "",
                    "differences": told(seen),
                }
            )
    return found


async def async_undo(gateway: Gateway, actor: User, number: int) -> None:
    """Take a change back; that is a change of its own. Raises ChangeRefused."""
    permissions = gateway.permissions
    await permissions.change(
        lambda state: undo(state, actor, permissions.history.find(number)), actor
    )


def _shown(view: View, one: Difference) -> Difference | None:
    """Return a difference as a person sees it, None when it is not shown."""
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


async def _async_read(hass: HomeAssistant, form: str, content: str) -> PolicyState:
    try:
        return await hass.async_add_executor_job(
            import_csv if form == "csv" else import_json, content
        )
    except PolicyError as error:
        raise ChangeRefused(error) from None


def told(found: Iterable[Difference]) -> list[dict[str, Any]]:
    """Return differences as data."""
    return [
        {
            "kind": one.kind,
            "id": one.id,
            "before": one.before,
            "after": one.after,
            "fields": list(one.fields),
        }
        for one in found
    ]


def _told(found: tuple[Difference, ...]) -> dict[str, Any]:
    return {
        "differences": told(found[:MAX_SHOWN]),
        "count": len(found),
        "version": _version(found),
    }


def _version(found: tuple[Difference, ...]) -> str:
    listed: list[Mapping[str, object] | str | None] = []
    for one in found:
        listed += [one.kind, one.id, one.before, one.after]
    return hashlib.sha256(json.dumps(listed, sort_keys=True).encode()).hexdigest()[:16]
