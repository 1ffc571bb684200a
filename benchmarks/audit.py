#!/usr/bin/env python3
"""What the record costs: lines per second into SQLite, what the event loop feels of it, reading and verifying.

The loop's lag is how late a timer of 1 ms comes.
"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
import os
from pathlib import Path
import subprocess
import sys
import tempfile
import time
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))
PYTHON: Final = ROOT / ".venv/bin/python"

try:
    from benchmarks.measures import percentile as percentile_of

    from custom_components.iot_secure_gateway.gateway.audit_pages import Cursor, Filter, Scope
    from custom_components.iot_secure_gateway.gateway.audit_store import AuditStore, MemorySealStore
    from custom_components.iot_secure_gateway.gateway.database import file_url
    from custom_components.iot_secure_gateway.policy.audit import AuditLine, Verdict
except ImportError:
    if Path(sys.prefix) == ROOT / ".venv":
        raise
    subprocess.run([ROOT / "scripts/setup"], check=True)
    sys.exit(subprocess.run([PYTHON, *sys.argv], check=False).returncode)

BURST: Final = 200  # lines, each 10 ms: 20,000 a second are offered
BURST_S: Final = 0.01
DEVICES: Final = 20
PEOPLE: Final = 7
PAGE_TRIES: Final = 20


def percentile(times: list[float], share: float) -> float:
    """Return a measured value, in milliseconds as given."""
    return percentile_of([int(value * 1e6) for value in times], share) / 1e6


async def lag_of(work: Callable[[], Awaitable[None]] | None, seconds: float = 2.0) -> list[float]:
    """Return how late (ms) each of a row of timers of 1 ms came while something was at work."""
    lags: list[float] = []
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + seconds
    task = None if work is None else asyncio.ensure_future(work())
    while (not task.done()) if task is not None else loop.time() < ends_at:
        before = loop.time()
        await asyncio.sleep(0.001)
        lags.append((loop.time() - before - 0.001) * 1000)
    if task is not None:
        await task
    return lags


def line_of(number: int) -> AuditLine:
    """Return a line as commands make them."""
    return AuditLine(
        at_us=1_800_000_000_000_000 + number * 1000,
        kind="command",
        serial=f"DEVICE-{number % DEVICES}",
        principal=f"user:{number % PEOPLE:032x}",
        name="Ann",
        command="turn_on",
        entity="relay",
        arguments='{"brightness": 3}',
        source="192.168.1.20",
        session=f"{number:032x}",
        verdict=Verdict.REFUSED if number % 10 == 0 else Verdict.OK,
        result="ok",
        detail="owner",
        duration_us=3000,
    )


async def burst(count: int, put: Callable[[int], None]) -> None:
    """Offer lines or events at an even pace, as fast as `BURST` says."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    for start in range(0, count, BURST):
        for number in range(start, min(start + BURST, count)):
            put(number)
        due += BURST_S
        await asyncio.sleep(max(0.0, due - loop.time()))


async def measure_store(folder: Path, count: int) -> None:
    """Print the figures of the record."""
    told: list[object] = []
    path = folder / "record.db"
    store = AuditStore(
        file_url(str(path)), folder / "spool", bytes(16), MemorySealStore(), report=told.append
    )
    await store.start()
    await store.flush()
    lines = [line_of(number) for number in range(count)]  # made before: only writing is measured

    async def work() -> None:
        await burst(count, lambda number: store.put(lines[number]))
        await store.flush()

    started = time.perf_counter()
    show("record", count, time.perf_counter, started, await lag_of(work), told)
    print(f"  {os.path.getsize(path) / count:.0f} bytes a line")
    started = time.perf_counter()
    found = await store.verify()
    took = time.perf_counter() - started
    print(
        f"  verification: {found.lines / took:,.0f} lines/s,"
        f" {took * 1e6 / found.lines:.1f} s a million; faults: {len(found.faults)}"
    )
    own = f"user:{3:032x}"
    every = frozenset(f"DEVICE-{number}" for number in range(DEVICES))
    for name, scope, wanted in (
        ("one device", Scope(frozenset({"DEVICE-3"}), "user:x"), Filter()),
        ("20 devices", Scope(every, own), Filter()),
        ("20 devices, refused", Scope(every, own), Filter(verdict=Verdict.REFUSED)),
        ("20 devices, one person", Scope(every, "user:x"), Filter(principal=own)),
    ):
        times = []
        cursor = None
        for _ in range(PAGE_TRIES):
            started = time.perf_counter()
            page = await store.page(scope, wanted, cursor, 100)
            times.append((time.perf_counter() - started) * 1000)
            cursor = Cursor(page[-1][1].at_us, page[-1][0]) if page else None
        print(
            f"  page of 100, {name}: p50 {percentile(times, 0.5):.1f} ms, max {max(times):.1f} ms"
        )
    await store.stop()


def show(
    name: str,
    count: int,
    clock: Callable[[], float],
    started: float,
    lags: list[float],
    troubles: list[object],
) -> None:
    """Print one system's figures."""
    print(
        f"{name}: {count / (clock() - started):,.0f} lines/s, loop lag p50 {percentile(lags, 0.5):.2f} ms,"
        f" p99 {percentile(lags, 0.99):.2f} ms, max {max(lags):.2f} ms; troubles: {len(troubles)}"
    )


async def main() -> None:
    """Measure."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--lines", type=int, default=200_000)
    chosen = arguments.parse_args()
    idle = await lag_of(None)
    print(
        f"idle loop: lag p50 {percentile(idle, 0.5):.2f} ms, p99 {percentile(idle, 0.99):.2f} ms,"
        f" max {max(idle):.2f} ms"
    )
    with tempfile.TemporaryDirectory() as name:
        await measure_store(Path(name), chosen.lines)


if __name__ == "__main__":
    asyncio.run(main())
