"""What the console's first page shows: devices, what waits to be claimed, what needs attention (FIG 1)."""

from datetime import UTC, datetime
from typing import Any, Final

from homeassistant.helpers import area_registry as ar, device_registry as dr

from ..claiming import entry_of
from ..const import DOMAIN
from ..gateway.device import Problem
from ..policy.authority import grants_of
from ..starter import async_asks_starter
from .automations import shown_refusals
from .claims import shown_discovered
from .command import Caller, Message, Result, command
from .devices import shown_devices
from .handovers import shown_handovers
from .subscription import subscription

# Problems that go away only when somebody acts.
_NEEDS_ACT: Final = {
    Problem.BEHIND,
    Problem.SUSPENDED,
    Problem.SUSPENDED_BY_POLICY,
    Problem.ADDRESS_NOT_ALLOWED,
}
_SLOW: Final = "slow"  # its handshakes are (B34)


@subscription("overview")
async def ws_overview(caller: Caller, msg: Message) -> dict[str, Any]:
    """Show the devices that the caller may see, and what the caller should look at."""
    devices = await shown_devices(caller)
    grants = grants_of(caller.gateway.permissions.state, caller.user.id)
    theirs = frozenset[str]().union(*(grant.serials for grant in grants))
    for shown in devices:
        serial = shown["serial"]
        shown.update(_more(caller, serial), **_watched(caller, serial, is_told=serial in theirs))
    return {
        "devices": devices,
        "discovered": shown_discovered(caller),
        "asks_starter": await async_asks_starter(caller.hass),
        "handovers": await shown_handovers(caller),
        "attention": [
            {"kind": shown["problem"], "serial": shown["serial"], "name": shown["name"]}
            for shown in devices
            if shown["problem"] in _NEEDS_ACT and shown["acts"]
        ]
        + [
            {"kind": _SLOW, "serial": shown["serial"], "name": shown["name"]}
            for shown in devices
            if shown["is_slow"]
        ],
        "refused_automations": shown_refusals(caller),
    }


@command("areas")
async def ws_areas(caller: Caller, msg: Message) -> Result:
    """Tell which areas the home has, for saying where a device is."""
    areas = ar.async_get(caller.hass).async_list_areas()
    return {"areas": [{"id": area.id, "name": area.name} for area in areas]}


def _more(caller: Caller, serial: str) -> dict[str, Any]:
    """Return what the page shows beside what the command `devices` tells."""
    device = caller.gateway.devices.get(serial)
    return {
        "area": _area(caller, serial),
        "sessions": device.stats.commands if device is not None else 0,
        "last_command_ms": device.stats.last_command_ms if device is not None else None,
    }


def _watched(caller: Caller, serial: str, *, is_told: bool) -> dict[str, Any]:
    """Return what only those with authority over a device are told: what the gateway noticed there."""
    trace = caller.gateway.traces.get(serial) if is_told else None
    last = trace.sessions[-1] if trace is not None and trace.sessions else None
    times = trace.times() if trace is not None else None
    return {
        "level": caller.gateway.monitor.level(serial).value if is_told else None,
        "last_session_at": (
            datetime.fromtimestamp(last.started_at, UTC).isoformat() if last is not None else None
        ),
        "is_slow": times is not None and times.is_slow,
    }


def _area(caller: Caller, serial: str) -> str | None:
    entry = entry_of(caller.hass, serial)
    if entry is None:
        return None
    device = dr.async_get(caller.hass).async_get_device_by_identifier(
        (DOMAIN, serial), entry.entry_id
    )
    if device is None or device.area_id is None:
        return None
    area = ar.async_get(caller.hass).async_get_area(device.area_id)
    return area.name if area is not None else None


COMMANDS = (ws_overview, ws_areas)
