#!/usr/bin/env python3
"""What the record costs: lines per second, what the event loop feels of it, reading and verifying.

    benchmarks/audit.py                     200,000 lines into SQLite, and as many events into Home Assistant's recorder
    benchmarks/audit.py --lines 1000000     a full record; takes some minutes
    benchmarks/audit.py --no-recorder       the record alone
    benchmarks/audit.py --url postgresql://user:password@host/database

The loop's lag is how late a timer of 1 ms comes. It is compared with the same loop making the same lines at the
same pace without writing them. Machines differ, and other work disturbs: read the ratios, and run it twice.
"""

import argparse
import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
import os
from pathlib import Path
import subprocess
import sys
import tempfile
import time
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))
PYTHON: Final = ROOT / ".venv/bin/python"

try:
    from sqlalchemy import URL, event as sql_event, text

    from benchmarks.measures import percentile as percentile_of

    from custom_components.iot_secure_gateway.gateway.audit_pages import Cursor, Filter, Scope
    from custom_components.iot_secure_gateway.gateway.audit_store import AuditStore, MemorySealStore
    from custom_components.iot_secure_gateway.gateway.database import file_url, read_url
    from custom_components.iot_secure_gateway.policy.audit import AuditLine, Verdict
except ImportError:
    if Path(sys.prefix) == ROOT / ".venv":
        raise
    subprocess.run([ROOT / "scripts/setup"], check=True)
    sys.exit(subprocess.run([PYTHON, *sys.argv], check=False).returncode)

BURST: Final = 200  # lines, each 10 ms: 20,000 a second are offered
BURST_S: Final = 0.01
PACED_S: Final = 5.0  # how long the lag is measured
PART: Final = 5000  # lines between looks at how far the writer is, where speed alone is measured
DEVICES: Final = 20
PEOPLE: Final = 7
PAGE: Final = 100  # lines
PAGE_TRIES: Final = 20

WANTED_RATE: Final = 20_000  # lines a second
WANTED_P99_MS: Final = 2.0  # more than without the record
WANTED_MAX_MS: Final = 20.0
WANTED_VERIFY_S: Final = 20.0  # a million lines
WANTED_PAGE_MS: Final = 50.0


def percentile(times: list[float], share: float) -> float:
    """Return a measured value, in milliseconds as given."""
    return percentile_of([int(value * 1e6) for value in times], share) / 1e6


def verdict(is_reached: bool) -> str:
    """Say whether a target was reached."""
    return "reached" if is_reached else "MISSED"


async def lags_during(work: Callable[[], Awaitable[None]]) -> list[float]:
    """Return how late (ms) each of a row of timers of 1 ms came while something was at work."""
    lags: list[float] = []
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work())
    while not task.done():
        before = loop.time()
        await asyncio.sleep(0.001)
        lags.append((loop.time() - before - 0.001) * 1000)
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
        verdict=(Verdict.REFUSED if number % 10 == 0 else Verdict.OK).value,
        result="ok",
        detail="owner",
        duration_us=3000,
    )


async def paced(put: Callable[[int], None]) -> None:
    """Offer lines or events at an even pace, as fast as `BURST` says."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    for start in range(0, int(PACED_S / BURST_S) * BURST, BURST):
        for number in range(start, start + BURST):
            put(number)
        due += BURST_S
        await asyncio.sleep(max(0.0, due - loop.time()))


async def at_full_speed(
    count: int, put: Callable[[int], None], done: Callable[[], Awaitable[None]]
) -> float:
    """Offer as much as is taken, two parts under way at most; return how many a second."""
    started = time.perf_counter()
    under_way: deque[asyncio.Future[None]] = deque()
    for start in range(0, count, PART):
        for number in range(start, min(start + PART, count)):
            put(number)
        under_way.append(asyncio.ensure_future(done()))
        if len(under_way) > 2:
            await under_way.popleft()
        await asyncio.sleep(0)
    await asyncio.gather(*under_way)
    return count / (time.perf_counter() - started)


def show_lag(name: str, lags: list[float]) -> None:
    """Print how late timers came."""
    print(
        f"{name}: loop lag p50 {percentile(lags, 0.5):.2f} ms, p99 {percentile(lags, 0.99):.2f} ms,"
        f" max {max(lags):.2f} ms"
    )


async def measure_record(folder: Path, url: URL | None, count: int) -> tuple[float, list[float]]:
    """Print the figures of the record; return lines a second, and the loop's lag at the wanted pace."""
    told: list[object] = []
    path = folder / "record.db"
    store = AuditStore(
        url or file_url(str(path)),
        folder / "spool",
        os.urandom(16),
        MemorySealStore(),
        report=told.append,
    )
    await store.start()
    await store.flush()
    kept: deque[AuditLine] = deque(maxlen=1000)
    without = await lags_during(lambda: paced(lambda number: kept.append(line_of(number))))
    show_lag(f"making {WANTED_RATE:,} lines a second, not written", without)

    async def work() -> None:
        await paced(lambda number: store.put(line_of(number)))
        await store.flush()

    lags = await lags_during(work)
    show_lag(f"record, {WANTED_RATE:,} lines a second", lags)
    lost = len(told)
    for name, share, wanted in (("p99", 0.99, WANTED_P99_MS), ("max", 1.0, WANTED_MAX_MS)):
        more = percentile(lags, share) - percentile(without, share)
        print(
            f"  {name} above that without: {more:.2f} ms; wanted {wanted:g}: {verdict(more <= wanted)}"
        )
    lines = [line_of(number) for number in range(count)]
    rate = await at_full_speed(count, lambda number: store.put(lines[number]), store.flush)
    print(
        f"record, as fast as it takes: {rate:,.0f} lines/s; wanted {WANTED_RATE:,}:"
        f" {verdict(rate >= WANTED_RATE)}; troubles: {lost + len(told)}"
    )
    started = time.perf_counter()
    found = await store.verify()
    a_million = (time.perf_counter() - started) * 1e6 / found.lines
    if url is None:
        print(f"  {os.path.getsize(path) / found.lines:.0f} bytes a line")
    print(
        f"  verification of {found.lines:,} lines: {a_million:.1f} s a million, {len(found.faults)} faults;"
        f" wanted {WANTED_VERIFY_S:g}: {verdict(a_million <= WANTED_VERIFY_S)}"
    )
    await measure_pages(store, found.lines)
    await store.stop()
    return rate, lags


async def measure_pages(store: AuditStore, count: int) -> None:
    """Print how long pages take, and whether an index is used for all that is looked up."""
    own = f"user:{3:032x}"
    every = frozenset(f"DEVICE-{number}" for number in range(DEVICES))
    statements: set[tuple[str, Any]] = set()
    engine = store._database._engine
    assert engine is not None

    def note(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        if statement.startswith("SELECT"):
            statements.add((statement, tuple(parameters)))

    for name, scope, wanted in (
        ("one device", Scope(frozenset({"DEVICE-3"}), "user:x"), Filter()),
        (
            "one device, refused",
            Scope(frozenset({"DEVICE-10"}), "user:x"),
            Filter(verdict="refused"),
        ),
        ("20 devices", Scope(every, own), Filter()),
        ("20 devices, refused", Scope(every, own), Filter(verdict="refused")),
        ("20 devices, one person", Scope(every, "user:x"), Filter(principal=own)),
    ):
        times = []
        cursor = None
        for _ in range(PAGE_TRIES):
            started = time.perf_counter()
            page = await store.page(scope, wanted, cursor, PAGE)
            times.append((time.perf_counter() - started) * 1000)
            cursor = Cursor(page[-1][1].at_us, page[-1][0]) if page else None
        p50 = percentile(times, 0.5)
        print(
            f"  page of {PAGE} of {count:,}, {name}: p50 {p50:.1f} ms, max {max(times):.1f} ms;"
            f" wanted {WANTED_PAGE_MS:g}: {verdict(p50 <= WANTED_PAGE_MS)}"
        )
        if engine.dialect.name == "sqlite":
            sql_event.listen(engine, "before_cursor_execute", note)
            await store.page(scope, wanted, cursor, PAGE)
            sql_event.remove(engine, "before_cursor_execute", note)
    with engine.connect() as connection:
        plans = [
            str(row[3])
            for statement, parameters in statements
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    if plans:
        scans = [plan for plan in plans if plan.startswith("SCAN iotsg")]
        print(f"  index plan: {len(plans)} steps; whole tables read: {len(scans)}")


async def measure_recorder(folder: Path, count: int) -> float:
    """Print what Home Assistant's recorder makes of as many events; return events a second."""
    from homeassistant import loader
    from homeassistant.components.recorder import get_instance
    from homeassistant.config_entries import ConfigEntries
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers import recorder as recorder_helper
    from homeassistant.setup import async_setup_component

    hass = HomeAssistant(str(folder))
    loader.async_setup(hass)
    hass.config_entries = ConfigEntries(hass, {})
    await hass.config_entries.async_initialize()
    recorder_helper.async_initialize_recorder(hass)
    assert await async_setup_component(
        hass, "recorder", {"recorder": {"db_url": f"sqlite:///{folder}/recorder.db"}}
    )
    await hass.async_start()
    recorder = get_instance(hass)
    await recorder.async_recorder_ready.wait()
    await recorder.async_block_till_done()
    data = [line_of(number)._asdict() for number in range(count)]

    def put(number: int) -> None:
        hass.bus.async_fire("iotsg_benchmark", data[number])

    rate = await at_full_speed(count, put, recorder.async_block_till_done)

    def written() -> int:
        with recorder.get_session() as session:
            return int(session.execute(text("SELECT count(*) FROM events")).scalar() or 0)

    count = await recorder.async_add_executor_job(written)
    await hass.async_stop(force=True)
    print(
        f"Home Assistant's recorder, as fast as it takes: {rate:,.0f} events/s; {count:,} written"
    )
    return rate


async def main() -> None:
    """Measure."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--lines", type=int, default=200_000)
    arguments.add_argument("--no-recorder", action="store_true")
    arguments.add_argument("--url", help="of a PostgreSQL, instead of a file of SQLite")
    chosen = arguments.parse_args()
    if chosen.lines < 1:
        arguments.error("--lines must be at least 1")
    url = None if chosen.url is None else read_url(chosen.url)
    print(
        f"CPython {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}"
    )
    with tempfile.TemporaryDirectory() as name:
        rate, _ = await measure_record(Path(name), url, chosen.lines)
        if not chosen.no_recorder:
            recorder = await measure_recorder(Path(name), chosen.lines)
            print(f"record / recorder: {rate / recorder:.1f}")


if __name__ == "__main__":
    asyncio.run(main())
