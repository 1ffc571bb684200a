"""What the console's page of monitoring shows (FIG 14, FIG 15): threats, what was done about them, and its own policy.

Of a device it is shown to whoever may administer it, of what is nobody's to Home Assistant's administrators.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import cache, partial
from typing import Any, Final

import probatio

from homeassistant.helpers.typing import VolDictType

from ..const import CONF_SERIAL
from ..gateway.threat_counts import MAX_DAYS
from ..people import device_name
from ..policy import monitoring_changes
from ..policy.authority import grants_of
from ..policy.errors import PolicyError
from ..policy.monitoring import Scope, ScopeKind
from ..policy.threats import LEVELS, Level
from .command import TEXT, Caller, Message
from .rows import view_of
from .subscription import subscription
from .threats import MAX_SHOWN, brief_of, may_see, shown_levels, shown_restraints, story_of

_NARROWED: Final[VolDictType] = {
    probatio.Optional(CONF_SERIAL): TEXT,  # "": what concerns no device
    probatio.Optional("level", default=Level.VERY_LOW.value): probatio.In(list(LEVELS)),
    probatio.Optional("is_open", default=False): bool,
    probatio.Optional("threat"): TEXT,  # whose story is told, too
}


@subscription("monitoring", _NARROWED)
async def ws_monitoring(caller: Caller, msg: Message) -> dict[str, Any]:
    """Show the last threats, as far as they are asked for, and all that the page needs beside them."""
    monitor = caller.gateway.monitor
    memory, least = monitor.memory, Level(msg["level"]).rank
    is_seen = cache(partial(may_see, caller))  # hundreds of threats are of few devices
    seen = [threat for threat in reversed(memory.threats.values()) if is_seen(threat.serial)]
    asked = [
        threat
        for threat in seen
        if threat.level.rank >= least
        and msg.get(CONF_SERIAL, threat.serial) == threat.serial
        and (memory.is_open(threat) or not msg["is_open"])
    ]
    return {
        "levels": shown_levels(caller),
        "devices": _devices(caller),
        "days": _days(caller, is_seen),
        "threats": [await brief_of(caller, threat) for threat in asked[:MAX_SHOWN]],
        "left_out": max(0, len(asked) - MAX_SHOWN),
        "open": sum(memory.is_open(threat) for threat in seen),
        "story": await story_of(caller, msg["threat"]) if "threat" in msg else None,
        "restraints": await shown_restraints(caller),
        "scopes": _scopes(caller),
        "revision": caller.gateway.safeguards.policy.revision,
    }


def _devices(caller: Caller) -> list[dict[str, Any]]:
    """Return the devices about which the caller is shown anything."""
    serials = _with_authority(caller)
    return _named(caller, [serial for serial in serials if may_see(caller, serial)])


def _days(caller: Caller, is_seen: Callable[[str], bool]) -> list[dict[str, Any]]:
    """Return how many threats there were on each of the last days, today's the last, by level."""
    permissions, counts = caller.gateway.permissions, caller.gateway.monitor.memory.counts
    today = permissions.now().astimezone(permissions.facts.zone).date()
    return [
        {"day": day.isoformat(), "counts": counts.of(day, is_seen)}
        for day in (today - timedelta(days=past) for past in reversed(range(MAX_DAYS)))
    ]


def _scopes(caller: Caller) -> list[dict[str, Any]]:
    """Return for what the caller may say what is watched for: the widest first."""
    scopes: list[tuple[Scope, str]] = [
        (Scope(kind=ScopeKind.ALL), ""),
        (Scope(kind=ScopeKind.GATEWAY), ""),
    ]
    view = view_of(caller)
    scopes += [
        (Scope(kind=ScopeKind.GROUP, id=group.id), group.name)
        for group in caller.gateway.permissions.state.device_groups.values()
        if view.shared(group) is not None
    ]
    scopes += [
        (Scope(kind=ScopeKind.DEVICE, id=one["serial"]), one["name"])
        for one in _named(caller, _with_authority(caller))
    ]
    return [{**scope.to_dict(), "name": name} for scope, name in scopes if _may_set(caller, scope)]


def _may_set(caller: Caller, scope: Scope) -> bool:
    state, is_administrator = caller.gateway.permissions.state, caller.user.is_admin
    try:
        monitoring_changes.check_scope(
            state, caller.user.id, scope, is_administrator=is_administrator
        )
    except PolicyError:
        return False
    return True


def _with_authority(caller: Caller) -> list[str]:
    grants = grants_of(caller.gateway.permissions.state, caller.user.id)
    return sorted({serial for grant in grants for serial in grant.serials})


def _named(caller: Caller, serials: list[str]) -> list[dict[str, Any]]:
    found = [{"serial": serial, "name": device_name(caller.gateway, serial)} for serial in serials]
    return sorted(found, key=lambda one: (one["name"].casefold(), one["serial"]))


COMMANDS = (ws_monitoring,)
