#!/usr/bin/env python3
"""Measures one confirmed command beside other ways to carry it out, all in one run.

    benchmarks/command_latency.py            the whole table, about two minutes
    benchmarks/command_latency.py --quick    fewer rounds: about twenty seconds, for a first look
    benchmarks/command_latency.py --only link,funnel    some rows (the floor always runs)

Both ends of a system are processes of their own on loopback. For latency they share one core and the systems
take turns round by round; for throughput they have a core each. Nothing here is a test: machines differ, so
read the ratios to the floor, and no figure from a machine that was busy.
"""

import argparse
import os
from pathlib import Path
import subprocess
import sys

_ROOT = Path(__file__).resolve().parent.parent
_PYTHON = _ROOT / ".venv" / "bin" / "python"

if Path(sys.prefix).resolve() != (_ROOT / ".venv").resolve():
    # Typed as a command: make the environment ready, then run in it.
    subprocess.run([_ROOT / "scripts" / "setup"], check=True)
    os.execv(_PYTHON, [str(_PYTHON), __file__, *sys.argv[1:]])
sys.path.insert(0, str(_ROOT))

import asyncio  # noqa: E402
from collections.abc import Sequence  # noqa: E402

from benchmarks import report  # noqa: E402
from benchmarks.catalogue import FLOOR, SYSTEMS, THROUGHPUT_KEYS  # noqa: E402
from benchmarks.contract import LeftOut  # noqa: E402
from benchmarks.harness import Measured, Running, System, cores_for_latency, cores_for_throughput  # noqa: E402


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Measure one confirmed command beside other systems."
    )
    parser.add_argument("--rounds", type=int, default=12, help="interleaved rounds (default 12)")
    parser.add_argument(
        "--commands", type=int, default=400, help="commands per system and round (default 400)"
    )
    parser.add_argument(
        "--warm-up", type=int, default=300, help="commands before the first round (default 300)"
    )
    parser.add_argument(
        "--devices", type=int, default=100, help="devices at once for throughput (default 100)"
    )
    parser.add_argument(
        "--throughput-commands", type=int, default=10_000, help="commands per throughput round"
    )
    parser.add_argument(
        "--throughput-rounds", type=int, default=4, help="throughput rounds; 0 leaves it out"
    )
    parser.add_argument(
        "--quick", action="store_true", help="3 rounds of 200 commands, 1 throughput round of 3000"
    )
    parser.add_argument(
        "--only", default="", help="keys of the systems to measure, with commas between"
    )
    parser.add_argument(
        "--profile", metavar="FOLDER", help="leave a cProfile of both ends in this folder"
    )
    arguments = parser.parse_args(argv)
    if arguments.quick:
        arguments.rounds, arguments.commands = 3, 200
        arguments.throughput_rounds, arguments.throughput_commands = 1, 3000
    for name in ("rounds", "warm_up", "commands", "devices", "throughput_commands"):
        if getattr(arguments, name) < 1:
            parser.error(f"--{name.replace('_', '-')} must be at least 1")
    known = {system.key for system in SYSTEMS}
    arguments.keys = {key for key in arguments.only.split(",") if key}
    if not arguments.keys <= known:
        parser.error(
            f"unknown in --only: {', '.join(sorted(arguments.keys - known))}; known: {', '.join(sorted(known))}"
        )
    return arguments


async def _start_all(
    systems: Sequence[System],
    devices: int,
    left_out: dict[str, str],
) -> list[Running]:
    """Start all systems at once; those that cannot run here are left out with their reason."""

    async def start(system: System) -> Running | None:
        try:
            return await Running.start(system, devices)
        except LeftOut as reason:
            left_out[system.key] = str(reason)
        except (RuntimeError, OSError) as fault:
            left_out[system.key] = f"failed to start: {fault}"
        return None

    started = await asyncio.gather(*(start(system) for system in systems))
    return [running for running in started if running is not None]


async def _stop_all(running: Sequence[Running]) -> None:
    await asyncio.gather(*(each.stop() for each in running))


async def _latency(
    systems: Sequence[System], arguments: argparse.Namespace, left_out: dict[str, str]
) -> dict[str, Measured]:
    core = cores_for_latency()
    others = os.sched_getaffinity(0) - set(core)
    running = await _start_all(systems, 1, left_out)
    os.sched_setaffinity(0, others or set(core))  # this process must not disturb what it measures
    try:
        for each in running:
            each.pin(core, core)
            await each.warm_up(arguments.warm_up)
        for number in range(arguments.rounds):
            # Each round starts at another system, so that none always follows the same neighbour.
            start = number % len(running)
            for each in running[start:] + running[:start]:
                await each.latency_round(arguments.commands)
        for each in running:
            await each.count_bytes()
            if arguments.profile:
                await each.profile(arguments.commands, Path(arguments.profile).resolve())
    finally:
        os.sched_setaffinity(0, others | set(core))
        await _stop_all(running)
    return {each.system.key: each.measured for each in running}


async def _throughput(
    systems: Sequence[System], arguments: argparse.Namespace, left_out: dict[str, str]
) -> dict[str, Measured]:
    gateway_cores, device_cores = cores_for_throughput()
    running = await _start_all(systems, arguments.devices, left_out)
    try:
        for each in running:
            each.pin(gateway_cores, device_cores)
        for _ in range(arguments.throughput_rounds):
            for each in running:
                await each.throughput_round(arguments.throughput_commands)
    finally:
        await _stop_all(running)
    return {each.system.key: each.measured for each in running}


async def run(arguments: argparse.Namespace) -> None:
    """Measure and print."""
    wanted = [
        system
        for system in SYSTEMS
        if not arguments.keys or system.key == FLOOR or system.key in arguments.keys
    ]
    print(
        f"CPython {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}; "
        f"{arguments.rounds} rounds of {arguments.commands} commands per system, in turns, both ends on one core",
        flush=True,
    )
    left_out: dict[str, str] = {}
    latency = await _latency(wanted, arguments, left_out)
    print("\n" + report.latency_table(wanted, latency, left_out), flush=True)
    throughput: dict[str, Measured] = {}
    if arguments.throughput_rounds:
        many = [system for system in wanted if system.key in THROUGHPUT_KEYS]
        left_out_there: dict[str, str] = {}
        throughput = await _throughput(many, arguments, left_out_there)
        print(
            "\n" + report.throughput_table(many, throughput, left_out_there, arguments.devices),
            flush=True,
        )
    found = report.targets(latency, throughput)
    if found:
        print("\n" + report.target_table(found), flush=True)


def main(argv: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    asyncio.run(run(_arguments(argv)))


if __name__ == "__main__":
    main()
