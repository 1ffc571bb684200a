"""The page of the gateway itself: what is on, how its databases, links and pings do, and what runs where.

For administrators of Home Assistant. Of a device that they may not see it tells no more than system
health does: counts.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import probatio

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange
from homeassistant.const import __version__ as home_assistant_version
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.loader import async_get_integration

from ..auditing import DATA_AUDIT
from ..const import DOMAIN, GATEWAY_UNIQUE_ID, ISSUE_FIRMWARE_TOO_OLD
from ..gateway.database_condition import Condition
from ..gateway.device import Device
from ..gateway.errors import GatewayError
from ..gateway.gateway import Gateway
from ..gateway.pings import MAX_DISCOVERED, SOURCE_RATE, TOTAL_RATE, Fate
from ..keeping import DATA_READINGS
from ..module_switch import async_switch
from ..modules import MODULE_AUDIT, MODULE_CONSOLE, MODULE_READINGS, MODULES, is_on
from ..people import device_name
from ..protocol import wire
from ..runtime import DATA_RUNTIME
from .command import Caller, Message, Result, command
from .devices import SEE_COMMAND
from .panel import async_hide_panel
from .subscription import subscription

MAX_DEVICES: Final = 100  # with their links; those beyond are counted
STORES: Final = ".storage"


class GatewayForAdministrators(GatewayError):
    """Somebody else asked for the page of the gateway."""

    code = "gateway_for_administrators"


@callback
def _listen(hass: HomeAssistant, changed: Callable[[], None]) -> Callable[[], None]:
    """Hear of issues that come and go, and of options."""

    @callback
    def on_issue(event: Event[Any]) -> None:
        changed()

    @callback
    def on_entry(change: ConfigEntryChange, entry: ConfigEntry) -> None:
        changed()

    ends = (
        hass.bus.async_listen(ir.EVENT_REPAIRS_ISSUE_REGISTRY_UPDATED, on_issue),
        async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, on_entry),
    )

    @callback
    def stop() -> None:
        for end in ends:
            end()

    return stop


@subscription("gateway_page", listen=_listen)
async def ws_gateway_page(caller: Caller, msg: Message) -> dict[str, Any]:
    """Show how the gateway does."""
    _require_administrator(caller)
    hass, gateway = caller.hass, caller.gateway
    integration = await async_get_integration(hass, DOMAIN)
    entry = hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, GATEWAY_UNIQUE_ID)
    restored_at = hass.data[DATA_RUNTIME].restored_at
    return {
        "entry": entry.entry_id if entry is not None else None,
        "modules": [{"name": module, "is_on": is_on(hass, module)} for module in MODULES],
        "databases": await _databases(hass),
        "links": _links(caller),
        "pings": _pings(gateway),
        "versions": {
            "integration": str(integration.version),
            "protocol": wire.VERSION,
            "home_assistant": home_assistant_version,
            "too_old": _too_old(hass),
        },
        "restore": {
            "at": _moment(restored_at),
            "waiting": len(gateway.restoring.behind),
            "locked_out": len(gateway.restoring.locked_out),
        },
    }


@command(
    "switch_module",
    {probatio.Required("module"): probatio.In(MODULES), probatio.Required("is_on"): bool},
)
async def ws_switch_module(caller: Caller, msg: Message) -> Result:
    """Switch a part of the gateway on or off; without the console this page goes, too."""
    _require_administrator(caller)
    module: str = msg["module"]
    async_switch(caller.hass, caller.gateway, module, on=msg["is_on"], actor=caller.actor)
    if module == MODULE_CONSOLE and not msg["is_on"]:
        async_hide_panel(caller.hass)
    return None


def _require_administrator(caller: Caller) -> None:
    if not caller.user.is_admin:
        raise GatewayForAdministrators


async def _databases(hass: HomeAssistant) -> list[dict[str, Any]]:
    files, size, written_at = await hass.async_add_executor_job(
        _stores, Path(hass.config.path(STORES))
    )
    return [
        _database("audit", MODULE_AUDIT, hass, await hass.data[DATA_AUDIT].store.condition()),
        _database("readings", MODULE_READINGS, hass, await hass.data[DATA_READINGS].condition()),
        {
            "kind": "stores",
            "name": STORES,
            "is_file": True,
            "is_on": True,
            "is_reached": True,
            "lines": files,
            "size": size,
            "written_at": _moment(written_at),
        },
    ]


def _database(kind: str, module: str, hass: HomeAssistant, found: Condition) -> dict[str, Any]:
    return {
        "kind": kind,
        "name": found.name,
        "is_file": found.is_file,
        "is_on": is_on(hass, module),
        "is_reached": found.is_reached,
        "lines": found.lines,
        "size": found.size,
        "written_at": _moment(found.written_at),
    }


def _stores(folder: Path) -> tuple[int, int, float | None]:
    """Return number, bytes and time of the last change of the gateway's own files; in a thread."""
    found = []
    for path in folder.glob(f"{DOMAIN}.*"):
        with suppress(FileNotFoundError):  # put in the place of another one just now
            found.append(path.stat())
    return (
        len(found),
        sum(one.st_size for one in found),
        max((one.st_mtime for one in found), default=None),
    )


def _links(caller: Caller) -> dict[str, Any]:
    gateway = caller.gateway
    devices = gateway.devices
    facts = {serial: found for serial in devices if (found := gateway.link_facts(serial))}
    seen = [
        serial
        for serial in sorted(devices, key=lambda one: (device_name(gateway, one), one))
        if gateway.judge(caller.actor, serial, SEE_COMMAND).allowed
    ]
    return {
        "devices": len(devices),
        "states": Counter(_state(device) for device in devices.values()),
        "invited": sum(one.guests > 0 for one in facts.values()),
        "guest_here": sum(one.is_guest for one in facts.values()),
        "shown": [_link(gateway, devices[serial]) for serial in seen[:MAX_DEVICES]],
        "left_out": max(0, len(seen) - MAX_DEVICES),
        "hidden": len(devices) - len(seen),
    }


def _link(gateway: Gateway, device: Device) -> dict[str, Any]:
    found, stats = gateway.link_facts(device.serial), device.stats
    return {
        "serial": device.serial,
        "name": device_name(gateway, device.serial),
        "state": _state(device),
        "firmware": device.firmware or "",
        "linked_at": _moment(stats.linked_at) if device.is_connected else None,
        "links": stats.links,
        "last_command_ms": stats.last_command_ms,
        "has_gsid": found is not None and found.has_gsid,
        "commands": found.commands if found is not None else 0,
        "packages": found.packages if found is not None else 0,
        "boots": found.boots if found is not None else 0,
    }


def _state(device: Device) -> str:
    if device.is_connected:
        return "connected"
    return device.problem.value if device.problem is not None else "connecting"


def _pings(gateway: Gateway) -> dict[str, Any]:
    fates = gateway.ping_fates
    return {
        "port": gateway.ping_port,
        "received": fates.total(),
        "fates": {fate.value: fates[fate] for fate in Fate},
        "discovered": len(gateway.discovered),
        "max_discovered": MAX_DISCOVERED,
        "source_rate": SOURCE_RATE,
        "total_rate": TOTAL_RATE,
    }


def _too_old(hass: HomeAssistant) -> int:
    issues = ir.async_get(hass).issues
    return sum(
        domain == DOMAIN and issue_id.startswith(ISSUE_FIRMWARE_TOO_OLD)
        for domain, issue_id in issues
    )


def _moment(unix_time: float | None) -> str | None:
    if unix_time is None:
        return None
    return datetime.fromtimestamp(unix_time, UTC).isoformat(timespec="seconds")


COMMANDS = (ws_gateway_page, ws_switch_module)
