#!/usr/bin/env python3
"""What floods of strangers do to an owner's commands: their times while it is quiet, and under each flood.

Gateway and device run in this process over loopback, the flood in another one, as fast as it can, from one address:
pings with forged proofs, and connections to the device that are dropped, held, or say what no gateway would. Quiet
and flooded rounds take turns, so that a disturbed machine disturbs both. Ends with 1 when a command failed.
"""

import argparse
import asyncio
from collections.abc import Callable
import os
from pathlib import Path
import socket
from statistics import median
import subprocess
import sys
import time
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
for folder in (ROOT, ROOT / "device_firmware"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
PYTHON: Final = ROOT / ".venv/bin/python"

HOST: Final = "127.0.0.1"
STRANGER: Final = "127.0.0.9"
SERIAL: Final = "FLOOD-1"
PASSWORD: Final = "ABCDEFGHIJKLMNOP"
TARGET: Final = 5.0  # times the quiet p99
HELD: Final = 64  # connections that are held at once
WARM_UP: Final = 200

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
    from iotsg_device.factory import FactorySettings
    from iotsg_device.memory_store import MemoryStore
except ImportError:
    if Path(sys.prefix) == ROOT / ".venv":
        raise
    subprocess.run([ROOT / "scripts/setup"], check=True)
    sys.exit(subprocess.run([PYTHON, *sys.argv], check=False).returncode)

OWNER: Final = User(id="owner")


# --- the flood, in a process of its own -------------------------------------------------------------------
def _pings(ping_port: int, _: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.bind((STRANGER, 0))
        facts = f'{{"v":1,"sn":"{SERIAL}","ip":"{STRANGER}","port":1,"model":"x","fw":"1","claimed":true,'
        while True:
            forged = f'ISG1P{facts}"boot":900,"seq":1}}'.encode() + os.urandom(16)
            sender.sendto(forged, (HOST, ping_port))


def _connect(port: int) -> socket.socket:
    return socket.create_connection((HOST, port), 5, (STRANGER, 0))


def _dropped(_: int, port: int) -> None:
    while True:
        try:
            _connect(port).close()
        except OSError:
            continue


def _held(_: int, port: int) -> None:
    held: list[socket.socket] = []
    while True:
        try:
            held.append(_connect(port))
        except OSError:
            continue
        if len(held) > HELD:
            held.pop(0).close()


def _strange(_: int, port: int) -> None:
    first = b"\x00\x41\x01" + bytes(range(64))  # the first message of a link, without the key
    while True:
        try:
            with _connect(port) as stranger:
                stranger.sendall(first)
                stranger.recv(64)
        except OSError:
            continue


FLOODS: Final[dict[str, Callable[[int, int], None]]] = {
    "forged pings": _pings,
    "dropped connections": _dropped,
    "held connections": _held,
    "links without the key": _strange,
}


# --- what is measured -------------------------------------------------------------------------------------
async def _times(gateway: Gateway, count: int) -> list[int]:
    found = []
    for number in range(count):
        before = time.perf_counter_ns()
        command = "turn_on" if number % 2 else "turn_off"
        await gateway.execute(OWNER, SERIAL, command, entity="relay")
        found.append(time.perf_counter_ns() - before)
    return found


async def _round(gateway: Gateway, name: str, port: int, count: int) -> tuple[float, float]:
    """Return p99 of commands while it is quiet and under a flood, in us."""
    quiet = await _times(gateway, count)
    flood = subprocess.Popen(  # noqa: ASYNC220 - it is one fork, outside what is timed
        [sys.executable, __file__, "--flood", name, str(gateway.ping_port), str(port)]
    )
    try:
        await asyncio.sleep(1)  # until it is under way
        flooded = await _times(gateway, count)
        if flood.poll() is not None:
            raise RuntimeError(f"the flood of {name} did not go on")
    finally:
        flood.kill()
        flood.wait()
    await asyncio.sleep(0.5)  # what it left in queues
    return percentile(quiet, 0.99) / 1000, percentile(flooded, 0.99) / 1000


async def measure(rounds: int, commands: int) -> None:
    """Print p99 beside p99."""
    settings = FactorySettings(
        {
            "serial": SERIAL,
            "prs": [kdf.prs(GatewayCrypto(), PASSWORD, SERIAL).hex()],
            "claim_from": "any",
            "ping_to": [],
            "port": 0,
        }
    )
    switch = Switch("relay", "Relay", lambda is_on: None)
    device = Device(
        entities=[switch], host=HOST, settings=settings, store=MemoryStore(), log=lambda text: None
    )
    serving = asyncio.create_task(device.serve())
    while not device.port:
        await asyncio.sleep(0.01)
    gateway = Gateway(os.urandom(16), memory_stores())
    await gateway.start()
    await gateway.start_pings(0, HOST)
    await gateway.claim(SERIAL, PASSWORD, HOST, device.port, OWNER.id)
    await _times(gateway, WARM_UP)
    for name in FLOODS:
        pairs = [await _round(gateway, name, device.port, commands) for _ in range(rounds)]
        ratio = median(flooded / quiet for quiet, flooded in pairs)
        quiet, flooded = (median(values) for values in zip(*pairs, strict=True))
        target = Target(what=name, measured=ratio, target=TARGET)
        print(
            f"{name:22} p99 quiet {quiet:7.0f} us, flooded {flooded:7.0f} us: "
            f"{ratio:.1f} times (aim {TARGET:g}: {target.verdict})",
            flush=True,
        )
    links = gateway.devices[SERIAL].stats.links
    print(f"all commands succeeded over {links} link(s)")
    await gateway.stop()
    device.stop()
    await serving


def main() -> None:
    """Measure, or be the flood."""
    if sys.argv[1:2] == ["--flood"]:
        FLOODS[sys.argv[2]](int(sys.argv[3]), int(sys.argv[4]))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--commands", type=int, default=500, help="in each round")
    given = parser.parse_args()
    asyncio.run(measure(given.rounds, given.commands))


if __name__ == "__main__":
    main()
