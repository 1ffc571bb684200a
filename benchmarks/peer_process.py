"""One end of one system in a process of its own, told what to do by JSON lines on standard input.

Started by `harness.py` as `python -m benchmarks.peer_process MODULE.CLASS OPTIONS`.
Answers go to the descriptor that was standard output, one JSON line each; stray prints go to standard error.
"""

import asyncio
import cProfile
import importlib
import json
import os
import sys
import time
from typing import Any

from benchmarks.contract import LeftOut
from benchmarks.measures import own_tcp_bytes


async def _latencies(command: Any, count: int) -> dict[str, Any]:
    """Carry out `count` commands one after the other; every duration in ns and the CPU time of all."""
    durations = [0] * count
    clock = time.perf_counter_ns
    cpu_before = time.process_time_ns()
    for number in range(count):
        before = clock()
        await command(0)
        durations[number] = clock() - before
    return {"durations_ns": durations, "cpu_ns": time.process_time_ns() - cpu_before}


async def _throughput(command: Any, devices: int, count: int) -> dict[str, Any]:
    """Carry out `count` commands in all, every device working off one after the other."""
    remaining = count

    async def worker(index: int) -> None:
        nonlocal remaining
        while remaining > 0:
            remaining -= 1
            await command(index)

    before, cpu_before = time.perf_counter_ns(), time.process_time_ns()
    async with asyncio.TaskGroup() as group:
        for index in range(devices):
            group.create_task(worker(index))
    elapsed_ns = time.perf_counter_ns() - before
    return {"elapsed_ns": elapsed_ns, "cpu_ns": time.process_time_ns() - cpu_before}


async def _serve(end: Any, options: dict[str, Any], answers: Any) -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=1 << 22)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    profile = cProfile.Profile()
    while line := await reader.readline():
        order = json.loads(line)
        answer: dict[str, Any] = {}
        try:
            match order["do"]:
                case "serve":
                    answer = {"facts": await end.start(options)}
                case "connect":
                    await end.start(options, order["facts"])
                case "latencies":
                    answer = await _latencies(end.command, order["count"])
                case "throughput":
                    answer = await _throughput(end.command, options["devices"], order["count"])
                case "profile":
                    profile.enable()
                case "profiled":
                    profile.disable()
                    profile.dump_stats(order["path"])
                case "bytes":
                    count = getattr(end, "wire_bytes", own_tcp_bytes)
                    answer = {"bytes": count()}
                case "stop":
                    await end.stop()
        except LeftOut as reason:
            answer = {"left_out": str(reason)}
        except Exception as fault:  # noqa: BLE001 - the border of this process: said to the harness
            answer = {"fault": f"{type(fault).__name__}: {fault}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
        if order["do"] == "stop":
            return


def main() -> None:
    """Make the end and serve orders until told to stop or standard input ends."""
    end_name, options = sys.argv[1:3]
    module, name = end_name.split(".")
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    end = getattr(importlib.import_module(f"benchmarks.systems.{module}"), name)()
    asyncio.run(_serve(end, json.loads(options), answers))


if __name__ == "__main__":
    main()
