"""The permission table out and in as text, and the differences that an import would make (B11).

Out goes what the person may change, for nothing else could come in again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
import hashlib
import json
from typing import Final

from homeassistant.core import HomeAssistant

from .gateway.errors import ChangeRefused
from .gateway.gateway import Gateway
from .permission_errors import ChangedMeanwhile
from .policy.actors import User
from .policy.adoption import adopt
from .policy.differences import Difference, differences
from .policy.errors import PolicyError
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
) -> dict[str, object]:
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
) -> dict[str, object]:
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


async def _async_read(hass: HomeAssistant, form: str, content: str) -> PolicyState:
    try:
        return await hass.async_add_executor_job(
            import_csv if form == "csv" else import_json, content
        )
    except PolicyError as error:
        raise ChangeRefused(error) from None


def told(found: Iterable[Difference]) -> list[dict[str, object]]:
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


def _told(found: tuple[Difference, ...]) -> dict[str, object]:
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
