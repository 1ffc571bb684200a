#!/usr/bin/env python3
"""What live video of a device does to commands for the same device: their times without and with it.

The gateway runs in this process, the device with its camera in another one, over loopback. Somebody watches all the
time: first a camera that sends nothing, then one of 10, then one of 30 pictures a second (640x480, some 40 kB each).
Rounds take turns, so that a disturbed machine disturbs all. Ends with 1 when a command failed.
"""

import argparse
import asyncio
import json
import os
from pathlib import Path
from statistics import median
import subprocess
import sys
import time
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
for folder in (ROOT, ROOT / "device_firmware"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
PYTHON: Final = ROOT / ".venv/bin/python"

HOST: Final = "127.0.0.1"
SERIAL: Final = "VIDEO-1"
PASSWORD: Final = "ABCDEFGHIJKLMNOP"
RATES: Final = (10, 30)  # pictures a second
GRAIN: Final = 0.1  # of the pattern: pictures of some 40 kB
TARGET_MS: Final = 20.0  # that video may add to the slowest of a hundred commands
PAUSE_S: Final = 0.01  # between two commands: people and automations do not stream them
WARM_UP: Final = 100

try:
    from benchmarks.measures import percentile
    from benchmarks.report import Target

    from custom_components.iot_secure_gateway.gateway.crypto import GatewayCrypto
    from custom_components.iot_secure_gateway.gateway.gateway import Gateway
    from custom_components.iot_secure_gateway.gateway.stores import memory_stores
    from custom_components.iot_secure_gateway.policy.actors import User
    from custom_components.iot_secure_gateway.protocol import kdf
    from iotsg_device.device import Device
    from iotsg_device.entities import Switch
    from iotsg_device.entities.camera import Camera
    from iotsg_device.factory import FactorySettings
    from iotsg_device.memory_store import MemoryStore
    from iotsg_device.pattern_cpython import TestPattern
except ImportError:
    if Path(sys.prefix) == ROOT / ".venv":
        raise
    subprocess.run([ROOT / "scripts/setup"], check=True)
    sys.exit(subprocess.run([PYTHON, *sys.argv], check=False).returncode)

OWNER: Final = User(id="owner")


# --- the device, in a process of its own ------------------------------------------------------------------
async def serve() -> None:
    """Be the device; says its port."""
    settings = FactorySettings(
        {
            "serial": SERIAL,
            "prs": [kdf.prs(GatewayCrypto(), PASSWORD, SERIAL).hex()],
            "claim_from": "any",
            "ping_to": [],
            "port": 0,
        }
    )
    pattern = TestPattern(SERIAL, GRAIN)
    device = Device(
        entities=[
            Switch("relay", "Relay", lambda is_on: None),
            Camera("yard", "Yard", pattern.take, setup=pattern.setup),
        ],
        host=HOST,
        settings=settings,
        store=MemoryStore(),
        log=lambda text: None,
    )
    serving = asyncio.create_task(device.serve())
    while not device.port:
        await asyncio.sleep(0.01)
    sys.stdout.write(f"{json.dumps(device.port)}\n")
    sys.stdout.flush()
    await serving


# --- what is measured -------------------------------------------------------------------------------------
class Watch:
    """Somebody who watches: how many pictures came, and of how many bytes."""

    def __init__(self) -> None:
        self.count = 0
        self.size = 0

    async def run(self, gateway: Gateway) -> None:
        """Watch until cancelled."""
        async with gateway.video.watch(SERIAL, "yard") as frames:
            async for frame in frames:
                self.count += 1
                self.size += len(frame.jpeg)


async def _times(gateway: Gateway, count: int) -> list[int]:
    found = []
    for number in range(count):
        await asyncio.sleep(PAUSE_S)
        before = time.perf_counter_ns()
        command = "turn_on" if number % 2 else "turn_off"
        await gateway.execute(OWNER, SERIAL, command, entity="relay")
        found.append(time.perf_counter_ns() - before)
    return found


async def _round(gateway: Gateway, rate: int, count: int) -> dict[str, float]:
    """Return p50 and p99 of commands in ms, without and with video, and what came of it."""
    quiet = await _times(gateway, count)
    arguments = {"values": {"frame_rate": rate}}
    await gateway.execute(OWNER, SERIAL, "set_settings", arguments=arguments)
    watch = Watch()
    watching = asyncio.create_task(watch.run(gateway))
    try:
        async with asyncio.timeout(10):
            while not watch.count:
                await asyncio.sleep(0.01)
        began, first = time.perf_counter(), watch.count
        with_video = await _times(gateway, count)
        lasted = time.perf_counter() - began
    finally:
        watching.cancel()
        await asyncio.wait((watching,))
    await asyncio.sleep(1.5)  # until the device has heard that nobody watches
    return {
        "quiet_50": median(quiet) / 1e6,
        "quiet_99": percentile(quiet, 0.99) / 1e6,
        "video_50": median(with_video) / 1e6,
        "video_99": percentile(with_video, 0.99) / 1e6,
        "rate": (watch.count - first) / lasted,
        "size": watch.size / watch.count / 1000,
    }


async def measure(rounds: int, commands: int) -> None:
    """Print times beside times."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, __file__, "--device", stdout=asyncio.subprocess.PIPE
    )
    output: Any = child.stdout
    gateway = Gateway(os.urandom(16), memory_stores())
    try:
        port = json.loads(await output.readline())
        await gateway.start()
        await gateway.claim(SERIAL, PASSWORD, HOST, port, OWNER.id)
        await _times(gateway, WARM_UP)
        seen: dict[int, list[dict[str, float]]] = {rate: [] for rate in RATES}
        for _ in range(rounds):
            for rate in RATES:
                seen[rate].append(await _round(gateway, rate, commands))
        for rate, found in seen.items():
            middle = {key: median(one[key] for one in found) for key in found[0]}
            added = median(one["video_99"] - one["quiet_99"] for one in found)
            target = Target(what="added p99", measured=added, target=TARGET_MS)
            sys.stdout.write(
                f"{rate:2} pictures/s wanted, {middle['rate']:4.1f} came ({middle['size']:.0f} kB each): "
                f"p50 {middle['quiet_50']:.2f} -> {middle['video_50']:.2f} ms, "
                f"p99 {middle['quiet_99']:.2f} -> {middle['video_99']:.2f} ms "
                f"({middle['video_99'] / middle['quiet_99']:.1f} times), "
                f"{added:.1f} ms more (aim {TARGET_MS:g}: {target.verdict})\n"
            )
        sys.stdout.write(
            f"all commands succeeded over {gateway.devices[SERIAL].stats.links} link(s)\n"
        )
    finally:
        await gateway.stop()
        child.kill()
        await child.wait()


def main() -> None:
    """Measure, or be the device."""
    if sys.argv[1:2] == ["--device"]:
        asyncio.run(serve())
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--commands", type=int, default=300, help="in each round")
    given = parser.parse_args()
    asyncio.run(measure(given.rounds, given.commands))


if __name__ == "__main__":
    main()
