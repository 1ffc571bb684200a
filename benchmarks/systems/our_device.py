"""Our device's end: the real device library, serving one or many devices from this process."""

import asyncio
import os
from pathlib import Path
from typing import Any

from benchmarks.contract import Facts, Options
from benchmarks.exchange import RELAY
from benchmarks.waiting import wait_until

from iotsg_device.device import Device
from iotsg_device.entities import Switch
from iotsg_device.factory import FactorySettings
from iotsg_device.journal import Journal
from iotsg_device.memory_store import MemoryStore


class OurDevices:
    """Devices of a switch, all in this process, each with a server and a store of its own."""

    async def start(self, options: Options) -> Facts:
        """Serve every device on a port of its own; option `store`: "memory" or "journal"."""
        self._devices: list[Device] = []
        self._tasks: list[asyncio.Task[None]] = []
        facts: list[dict[str, Any]] = []
        for index in range(options["devices"]):
            serial = f"BENCH-{options.get('first', 0) + index:04}"
            secret = os.urandom(32)
            device = self._make(serial, secret, options)
            self._devices.append(device)
            self._tasks.append(asyncio.create_task(device.serve()))
            facts.append({"serial": serial, "prs": secret.hex()})
        await wait_until(lambda: all(device.port for device in self._devices))
        for device, fact in zip(self._devices, facts, strict=True):
            fact["port"] = device.port
        return {"devices": facts}

    def _make(self, serial: str, secret: bytes, options: Options) -> Device:
        settings = FactorySettings(
            {
                "serial": serial,
                "prs": [secret.hex()],
                "port": 0,
                "claim_from": "any",
                "ping_to": [],
            }
        )
        store: Any = MemoryStore()
        if options.get("store") == "journal":
            store = Journal(str(Path(options["folder"]) / f"{serial}.bin"))
        return Device(
            entities=[Switch(RELAY, "Relay", self._switch)],
            settings=settings,
            host="127.0.0.1",
            store=store,
            log=_silent,
        )

    def _switch(self, is_on: bool) -> None:
        """Nothing is wired to it."""

    async def stop(self) -> None:
        """Stop every device."""
        for device in self._devices:
            device.stop()
        await asyncio.gather(*self._tasks)


def _silent(text: str) -> None:
    pass
