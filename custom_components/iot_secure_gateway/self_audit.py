"""Looking over the house (B37): gathers what is known, and tells each person what concerns them.

Of rows they see those that the table shows them; of devices those that they own or look after. What concerns
the gateway is for owners and administrators.
"""

from datetime import datetime
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.network import NoURLAvailableError, get_url
from homeassistant.util import dt as dt_util

from .const import DOMAIN, ISSUE_FIRMWARE_TOO_OLD
from .discovery import may_be_shown
from .gateway.gateway import Gateway
from .handing_over import async_has_owner
from .modules import MODULE_GUEST_PASSES, is_on
from .people import device_name
from .policy.actors import User
from .policy.errors import PolicyError
from .policy.marks import marks_of
from .policy.responding import effective_conduct
from .policy.self_audit import House, Weakness, WeaknessFound, weaknesses
from .policy.visibility import View

_AUDIT: Final = "audit"  # the module that keeps the record
_OF_THE_NEIGHBOURHOOD: Final = frozenset({Weakness.UNCLAIMED})


async def async_look_over(
    hass: HomeAssistant, gateway: Gateway, person: User, *, is_administrator: bool
) -> list[dict[str, Any]]:
    """Return what was found, as far as it concerns this person, the gravest first."""
    permissions = gateway.permissions
    found = weaknesses(await _async_house(hass, gateway))
    try:
        view = View(permissions.table, permissions.facts, person)
    except PolicyError:
        return []
    concerned = is_administrator or bool(view.serials)
    return [
        _shown(gateway, one) for one in found if _concerns(gateway, view, one, concerned=concerned)
    ]


def _concerns(gateway: Gateway, view: View, found: WeaknessFound, *, concerned: bool) -> bool:
    if found.row is not None:
        row = gateway.permissions.state.rows.get(found.row)
        return row is not None and view.row(row) is not None
    if found.serial and found.weakness not in _OF_THE_NEIGHBOURHOOD:
        return found.serial in view.serials or (concerned and found.weakness is Weakness.OWNER_GONE)
    return concerned


def _shown(gateway: Gateway, found: WeaknessFound) -> dict[str, Any]:
    return {
        "finding": found.weakness.value,
        "level": found.level.value,
        "row": found.row,
        "serial": found.serial or None,
        "device": device_name(gateway, found.serial) if found.serial else None,
        "count": found.count,
    }


async def _async_house(hass: HomeAssistant, gateway: Gateway) -> House:
    permissions, safeguards = gateway.permissions, gateway.safeguards
    state, now = permissions.state, dt_util.utcnow()
    knows_backups, last_backup = _backups(hass)
    issues = ir.async_get(hass)
    return House(
        state=state,
        marks=await hass.async_add_executor_job(marks_of, state, permissions.facts, now),
        now=now,
        unclaimed=frozenset(
            seen.serial
            for seen in gateway.discovered.values()
            if not seen.claimed and may_be_shown(hass, gateway, seen)
        ),
        weak_passwords=gateway.maker_records.weak_count,
        old_firmware=frozenset(
            serial
            for serial in gateway.owners
            if issues.async_get_issue(DOMAIN, f"{ISSUE_FIRMWARE_TOO_OLD}_{serial}")
        ),
        suspended=frozenset(safeguards.restraints.suspensions),
        ownerless=frozenset(
            [
                serial
                for serial in gateway.owners
                if not await async_has_owner(hass, gateway, serial)
            ]
        ),
        detect_only=frozenset(
            serial
            for serial in gateway.owners
            if effective_conduct(safeguards.policy, state, serial).is_detect_only
        ),
        is_audited=is_on(hass, _AUDIT),
        last_backup=last_backup,
        knows_backups=knows_backups,
        is_guest_page_encrypted=not is_on(hass, MODULE_GUEST_PASSES) or _is_encrypted(hass),
    )


def _backups(hass: HomeAssistant) -> tuple[bool, datetime | None]:
    """Tell whether Home Assistant knows of backups, and when it last completed one by itself."""
    if "backup" not in hass.config.components:
        return False, None
    # Here, for it is there only where backups are used.
    from homeassistant.components.backup import async_get_manager  # noqa: PLC0415

    return True, async_get_manager(hass).config.data.last_completed_automatic_backup


def _is_encrypted(hass: HomeAssistant) -> bool:
    """Tell whether the address that a guest is given is reached over TLS."""
    try:
        return get_url(hass, prefer_external=True).startswith("https:")
    except NoURLAvailableError:
        return True  # then no link can be made at all
