"""The same fleet through a whole Home Assistant: entries, registries, entities, states, files.

The folder is as the gateway leaves it at a stop, with an entry for each device; a first start, which is not
measured, lets Home Assistant fill its registries, so that the second is a restart.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
import json
import os
from pathlib import Path
import socket
import time
from typing import Any, Final, NamedTuple

from benchmarks.contract import Facts
from benchmarks.exchange import RELAY
from benchmarks.systems.our_gateway import OWNER, claim_all
from benchmarks.waiting import wait_until

from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.crypto import GatewayCrypto
from custom_components.iot_secure_gateway.policy.state import PolicyState
from custom_components.iot_secure_gateway.protocol import wire
from custom_components.iot_secure_gateway.runtime import DATA_RUNTIME
from custom_components.iot_secure_gateway.storage import STORAGE_MINOR_VERSIONS, STORAGE_VERSION

_INTEGRATION: Final = Path(__file__).resolve().parent.parent / "custom_components" / DOMAIN
_CONFIGURATION: Final = "homeassistant:\nrecorder:\nlogger:\n  default: error\n"
_NOW: Final = "2026-01-01T00:00:00+00:00"


class MeasuredHome(NamedTuple):
    """One start of Home Assistant."""

    entities: int
    started_s: float  # from nothing loaded until Home Assistant runs
    available_s: float  # ... until every entity of every device is available
    kib: float  # of the whole process, when idle
    idle_percent: float  # of one core
    commands_ms: float  # one command to each device, all at once


async def prepare(folder: Path, facts: Facts) -> None:
    """Claim all devices for real, and write what Home Assistant and the gateway would have kept."""
    crypto, gateway_id = GatewayCrypto(), os.urandom(wire.GATEWAY_ID_SIZE)
    bindings, states = await claim_all(crypto, gateway_id, facts, OWNER.id)
    await asyncio.to_thread(
        _write,
        folder,
        {
            "identity": {"gateway_id": gateway_id.hex()},
            "bindings": {"records": {one: kept.to_dict() for one, kept in bindings.items()}},
            "states": {"states": states, "is_clean": True},
            "permissions": PolicyState(owners=dict.fromkeys(bindings, OWNER.id)).to_dict(),
        },
        [
            entry("gateway", {}, {"listen_for_pings": False}),
            *(
                entry(one["serial"], {"host": "127.0.0.1", "port": one["port"]}, {})
                for one in facts["devices"]
            ),
        ],
    )


def _write(folder: Path, stores: Mapping[str, Any], entries: list[dict[str, Any]]) -> None:
    storage = folder / ".storage"
    storage.mkdir(parents=True)
    (folder / "configuration.yaml").write_text(_CONFIGURATION, encoding="utf-8")
    (folder / "custom_components").mkdir()
    (folder / "custom_components" / DOMAIN).symlink_to(_INTEGRATION)
    for name, data in stores.items():
        minor = STORAGE_MINOR_VERSIONS.get(name, 1)
        write_store(storage / f"{DOMAIN}.{name}", STORAGE_VERSION, minor, data)
    write_store(storage / "core.config_entries", 1, 5, {"entries": entries})
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    write_store(storage / "http", 1, 1, {"server_host": ["127.0.0.1"], "server_port": port})


def write_store(path: Path, version: int, minor_version: int, data: Any) -> None:
    """Write a file of Home Assistant's store; it must not run."""
    content = {"version": version, "minor_version": minor_version, "key": path.name, "data": data}
    path.write_text(json.dumps(content), encoding="utf-8")


def entry(unique_id: str, data: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """Return an entry of this integration as Home Assistant keeps it."""
    return {
        "created_at": _NOW,
        "data": data,
        "disabled_by": None,
        "discovery_keys": {},
        "domain": DOMAIN,
        "entry_id": f"{unique_id:0>32}"[:32].replace("-", "0").lower(),
        "minor_version": 1,
        "modified_at": _NOW,
        "options": options,
        "pref_disable_new_entities": False,
        "pref_disable_polling": False,
        "source": "user",
        "subentries": [],
        "title": unique_id,
        "unique_id": unique_id,
        "version": 1,
    }


async def start(
    folder: Path, count: int, idle_s: float, memory_kib: Callable[[], float]
) -> MeasuredHome:
    """Start Home Assistant on the folder, watch it, stop it."""
    from homeassistant import bootstrap, runner

    started = time.perf_counter()
    config = runner.RuntimeConfig(config_dir=str(folder), skip_pip=True, log_no_color=True)
    hass = await bootstrap.async_setup_hass(config)
    if hass is None:
        raise RuntimeError("Home Assistant does not start")
    try:
        await hass.async_start()
        started_s = time.perf_counter() - started
        gateway = hass.data[DATA_RUNTIME].gateway

        def ours() -> list[Any]:
            return [
                state
                for state in hass.states.async_all()
                if state.attributes.get("friendly_name") and state.domain == "switch"
            ]

        await wait_until(
            lambda: (
                len(gateway.devices) == count
                and all(one.is_connected and one.values for one in gateway.devices.values())
                and len(ours()) >= count
                and all(state.state != "unavailable" for state in ours())
            )
        )
        available_s = time.perf_counter() - started
        await hass.async_block_till_done()
        cpu = time.process_time()
        await asyncio.sleep(idle_s)
        idle_percent = (time.process_time() - cpu) / idle_s * 100
        kib = memory_kib()
        commands: list[Awaitable[Any]] = [
            gateway.execute(OWNER, serial, "turn_on", entity=RELAY) for serial in gateway.devices
        ]
        began = time.perf_counter()
        await asyncio.gather(*commands)
        commands_ms = (time.perf_counter() - began) * 1000
        entities = len(hass.states.async_all())
    finally:
        await hass.async_stop(force=True)
    return MeasuredHome(entities, started_s, available_s, kib, idle_percent, commands_ms)
