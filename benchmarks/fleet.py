#!/usr/bin/env python3
"""What many devices cost one gateway: start to all available, memory per device, CPU while idle.

    benchmarks/fleet.py                    10, 50 and 200 devices, about four minutes
    benchmarks/fleet.py --devices 10,50    only these
    benchmarks/fleet.py --home             through a whole Home Assistant, about nine minutes

Devices are those of the device library, some in each of a few processes; the gateway has a process to
itself, without Home Assistant and with its stores in memory. Each device has a switch, is claimed for
real and then told of by a gateway that starts as after a restart. With `--home` the process is a whole Home
Assistant (home_fleet.py), and what one without devices takes is measured and taken off.
"""

import argparse
import os
from pathlib import Path
import subprocess
import sys

_ROOT = Path(__file__).resolve().parent.parent
_PYTHON = _ROOT / ".venv" / "bin" / "python"

if __name__ == "__main__" and Path(sys.prefix).resolve() != (_ROOT / ".venv").resolve():
    # Typed as a command: make the environment ready, then run in it.
    subprocess.run([_ROOT / "scripts" / "setup"], check=True)
    os.execv(_PYTHON, [str(_PYTHON), __file__, *sys.argv[1:]])
sys.path[:0] = [str(_ROOT), str(_ROOT / "device_firmware")]

import asyncio  # noqa: E402
from collections.abc import Callable, Iterator, Sequence  # noqa: E402
from concurrent.futures import ProcessPoolExecutor  # noqa: E402
from contextlib import contextmanager  # noqa: E402
import gc  # noqa: E402
from multiprocessing import get_context  # noqa: E402
from multiprocessing.connection import Connection  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
from typing import Any, Final, NamedTuple  # noqa: E402

from benchmarks.contract import Facts  # noqa: E402
from benchmarks.exchange import RELAY  # noqa: E402
from benchmarks.home_fleet import MeasuredHome, prepare, start  # noqa: E402
from benchmarks.systems.our_device import OurDevices  # noqa: E402
from benchmarks.systems.our_gateway import OWNER, claim_all  # noqa: E402
from benchmarks.waiting import wait_until  # noqa: E402

from custom_components.iot_secure_gateway.gateway.crypto import GatewayCrypto  # noqa: E402
from custom_components.iot_secure_gateway.gateway.gateway import Gateway  # noqa: E402
from custom_components.iot_secure_gateway.gateway.stores import (  # noqa: E402
    GatewayStores,
    StoredStates,
    memory_stores,
)
from custom_components.iot_secure_gateway.policy.state import PolicyState  # noqa: E402
from custom_components.iot_secure_gateway.protocol import wire  # noqa: E402

SIZES: Final = (10, 50, 200)
IDLE_S: Final = 60.0  # three keepalives and two measurements of a device that is asked
PER_PROCESS: Final = 25  # devices in one process
MAX_DEVICES: Final = 1000


class Measured(NamedTuple):
    """One row."""

    devices: int
    available_s: float  # from the start of the gateway until all are linked and told their values
    kib_per_device: float  # at the gateway
    idle_percent: float  # of one core, at the gateway
    commands_ms: float  # one command to each device, all at once


def memory_kib() -> float:
    """Return what this process holds in memory."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024


def serve_devices(pipe: Connection, first: int, count: int) -> None:
    """Be the process of some devices until the pipe says anything, or is closed."""

    async def serve() -> None:
        devices = OurDevices()
        pipe.send((await devices.start({"devices": count, "first": first}))["devices"])
        ended = asyncio.Event()
        asyncio.get_running_loop().add_reader(pipe.fileno(), ended.set)
        await ended.wait()
        await devices.stop()

    asyncio.run(serve())


@contextmanager
def fleet(count: int) -> Iterator[Facts]:
    """Run so many devices in processes of their own."""
    context = get_context("spawn")
    pipes: list[Connection] = []
    processes: list[Any] = []
    facts: list[dict[str, Any]] = []
    try:
        for first in range(0, count, PER_PROCESS):
            ours, theirs = context.Pipe()
            process = context.Process(
                target=serve_devices, args=(theirs, first, min(PER_PROCESS, count - first))
            )
            process.start()
            theirs.close()
            pipes.append(ours)
            processes.append(process)
        for pipe in pipes:
            facts += pipe.recv()
        yield {"devices": facts}
    finally:
        for pipe in pipes:
            pipe.close()
        for process in processes:
            process.join()


async def measure(facts: Facts, idle_s: float) -> Measured:
    """Claim all devices, then start a gateway as after a restart, and watch it."""
    crypto, gateway_id = GatewayCrypto(), os.urandom(wire.GATEWAY_ID_SIZE)
    bindings, states = await claim_all(crypto, gateway_id, facts, OWNER.id)
    stores: GatewayStores = memory_stores()
    await stores.bindings.save(bindings)
    await stores.states.save(StoredStates(states=states))
    await stores.permissions.save(PolicyState(owners=dict.fromkeys(bindings, OWNER.id)))
    count = len(bindings)

    before = memory_kib()
    started = time.perf_counter()
    gateway = Gateway(gateway_id, stores, crypto=crypto)
    await gateway.start()
    try:
        for fact in facts["devices"]:
            await gateway.attach(fact["serial"], "127.0.0.1", fact["port"])
        await wait_until(
            lambda: all(one.is_connected and one.values for one in gateway.devices.values())
        )
        available_s = time.perf_counter() - started
        kib = (memory_kib() - before) / count

        cpu = time.process_time()
        await asyncio.sleep(idle_s)
        idle_percent = (time.process_time() - cpu) / idle_s * 100

        started = time.perf_counter()
        await asyncio.gather(
            *(gateway.execute(OWNER, serial, "turn_on", entity=RELAY) for serial in bindings)
        )
        commands_ms = (time.perf_counter() - started) * 1000
    finally:
        await gateway.stop()
    return Measured(count, available_s, kib, idle_percent, commands_ms)


def run_one(count: int, idle_s: float) -> Measured:
    """Measure one size in a process of its own, so that no size inherits memory of another."""
    with fleet(count) as facts:
        return asyncio.run(measure(facts, idle_s))


def fresh[T](work: Callable[..., T], *given: Any) -> T:
    """Do something in a process of its own, so that nothing inherits memory."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(work, *given).result()


def claim_for_home(folder: str, facts: Facts) -> None:
    """Make the folder of a Home Assistant that has these devices."""
    asyncio.run(prepare(Path(folder), facts))


def start_home(folder: str, count: int, idle_s: float) -> MeasuredHome:
    """Start a Home Assistant on that folder and watch it."""
    return asyncio.run(start(Path(folder), count, idle_s, memory_kib))


def run_home(count: int, idle_s: float) -> MeasuredHome:
    """Measure the second start of a Home Assistant with so many devices."""
    with tempfile.TemporaryDirectory() as folder, fleet(count) as facts:
        home = str(Path(folder, "home"))
        fresh(claim_for_home, home, facts)
        fresh(start_home, home, count, 0.1)
        return fresh(start_home, home, count, idle_s)


def measure_homes(sizes: Sequence[int], idle_s: float) -> None:
    """Print a row for each size, beside a Home Assistant without devices."""
    print(
        "| devices | entities | all available s | memory KiB each | idle CPU % | a command to each ms |"
    )
    print("|---|---|---|---|---|---|", flush=True)
    empty = run_home(0, idle_s)
    print(
        f"| 0 | {empty.entities} | {empty.available_s:.2f} | {empty.kib:.0f} in all |"
        f" {empty.idle_percent:.2f} | |",
        flush=True,
    )
    for count in sizes:
        one = run_home(count, idle_s)
        print(
            f"| {count} | {one.entities} | {one.available_s:.2f} |"
            f" {(one.kib - empty.kib) / count:.0f} | {one.idle_percent:.2f} |"
            f" {one.commands_ms:.0f} |",
            flush=True,
        )


def read_sizes(text: str) -> tuple[int, ...]:
    """Read "10,50". Raises ValueError."""
    sizes = tuple(int(one) for one in text.split(","))
    if not all(1 <= size <= MAX_DEVICES for size in sizes):
        raise ValueError(text)
    return sizes


def main(argv: Sequence[str] | None = None) -> int:
    """Measure each size, print a row each."""
    parser = argparse.ArgumentParser(description="Measure what many devices cost one gateway.")
    parser.add_argument("--devices", type=read_sizes, default=SIZES, help="default: 10,50,200")
    parser.add_argument("--idle", type=float, default=IDLE_S, help="seconds watched (default 60)")
    parser.add_argument("--home", action="store_true", help="through a whole Home Assistant")
    given = parser.parse_args(argv)
    if given.home:
        measure_homes(given.devices, given.idle)
        return 0
    print("| devices | all available s | memory KiB each | idle CPU % | a command to each ms |")
    print("|---|---|---|---|---|", flush=True)
    for count in given.devices:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
            one = fresh.submit(run_one, count, given.idle).result()
        print(
            f"| {one.devices} | {one.available_s:.2f} | {one.kib_per_device:.0f} |"
            f" {one.idle_percent:.2f} | {one.commands_ms:.0f} |",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
