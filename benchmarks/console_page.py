#!/usr/bin/env python3
"""How quickly the console shows a large home in a real browser: many devices, many rows of permissions.

    benchmarks/console_page.py                            200 devices, 1,000 rows; about three minutes
    benchmarks/console_page.py --devices 20 --rows 100    fewer

A Home Assistant of its own is started with devices of the library on loopback, all of one owner, and the pages
are opened in Chromium. A page's time is from the choice in an open Home Assistant until its first rows are painted;
beside it stands the whole of a page that is loaded anew, most of which is Home Assistant's own. Smooth is
what has no task that keeps the page busy for long: the longest one while scrolling to the end is told.
"""

import argparse
import asyncio
import json
import os
from pathlib import Path
from random import Random
import shutil
import subprocess
import sys
import tempfile
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
for place in (ROOT, ROOT / "device_firmware"):
    if str(place) not in sys.path:
        sys.path.insert(0, str(place))
PYTHON: Final = ROOT / ".venv/bin/python"

try:
    from playwright.async_api import Page, async_playwright

    from benchmarks.fleet import fleet
    from benchmarks.home_fleet import entry, write_store
    from benchmarks.systems.our_gateway import claim_all
    from scripts.demonstration import stage as stages
    from scripts.demonstration.home import DOMAIN
    from scripts.demonstration.people import log_in

    from custom_components.iot_secure_gateway.gateway.crypto import GatewayCrypto
    from custom_components.iot_secure_gateway.policy.columns import Commands, Devices, Users
    from custom_components.iot_secure_gateway.policy.rows import Row
    from custom_components.iot_secure_gateway.policy.state import PolicyState
    from custom_components.iot_secure_gateway.policy.times import ALWAYS, HourRange, Times
    from custom_components.iot_secure_gateway.storage import STORAGE_MINOR_VERSIONS, STORAGE_VERSION
except ImportError:
    if Path(sys.prefix) == ROOT / ".venv":
        raise
    subprocess.run([ROOT / "scripts/setup"], check=True)
    sys.exit(subprocess.run([PYTHON, *sys.argv], check=False).returncode)

CONSOLE: Final = "/iot-secure-gateway"
ELSEWHERE: Final = "/profile/general"  # a page of Home Assistant's own
CHROMIUM: Final = "/usr/bin/chromium"
FLAGS: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
# Each page: its address, its element, the field with what the gateway sent, and where a row of it is.
PAGES: Final = {
    "overview": ("isg-overview", "overview", ["isg-overview", "li a.name"]),
    "permissions": (
        "isg-permissions",
        "permissions",
        ["isg-permissions", "isg-permission-table", "tbody tr"],
    ),
    "my-access": ("isg-my-access", "access", ["isg-my-access", "isg-device-access", "li"]),
}
TRIES: Final = 5  # of each page; the median counts
WAIT_MS: Final = 60_000
LINKED_S: Final = 120.0
WANTED_MS: Final = 1000.0
WANTED_TASK_MS: Final = 100.0

# What the page has, without looking through all of Home Assistant's elements.
FIND: Final = """
    const panel = () => {
        const main = document.querySelector("home-assistant")?.shadowRoot
            ?.querySelector("home-assistant-main")?.shadowRoot;
        return main?.querySelector("iot-secure-gateway-panel");
    };
    const within = (tags) => tags.reduce((at, tag) => at?.shadowRoot?.querySelector(tag), panel());
    const frame = () => new Promise(requestAnimationFrame);
"""
# Chooses a page as a link does; returns how long (ms) until its first rows are painted.
CHOOSE: Final = f"""async ([path, tags]) => {{
    {FIND}
    const started = performance.now();
    history.pushState(null, "", path);
    window.dispatchEvent(new CustomEvent("location-changed"));
    while (!within(tags)) await frame();
    await frame();
    return performance.now() - started;
}}"""
LEAVE: Final = f"""async (path) => {{
    {FIND}
    history.pushState(null, "", path);
    window.dispatchEvent(new CustomEvent("location-changed"));
    while (panel()) await frame();
}}"""
# From the beginning of loading: when our panel is there, and when its rows are painted.
LOADED: Final = f"""async (tags) => {{
    {FIND}
    while (!panel()) await frame();
    const panelAt = performance.now();
    while (!within(tags)) await frame();
    await frame();
    return [panelAt, performance.now()];
}}"""
SNAPSHOT: Final = f"""async ([tag, field]) => {{
    {FIND}
    return new Blob([JSON.stringify(within([tag])[field].value)]).size;
}}"""
SCROLL: Final = f"""async (tags) => {{
    {FIND}
    const tasks = [];
    const observer = new PerformanceObserver(
        found => tasks.push(...found.getEntries().map(one => one.duration)));
    observer.observe({{entryTypes: ["longtask"]}});
    let view = within(tags);
    while (view && !(view.scrollHeight > view.clientHeight + 1
            && ["auto", "scroll"].includes(getComputedStyle(view).overflowY))) {{
        view = view.assignedSlot ?? view.parentElement ?? view.getRootNode().host;
    }}
    view ??= document.scrollingElement;
    const started = performance.now();
    let steps = 0, before = -1;
    while (view.scrollTop > before) {{
        before = view.scrollTop;
        view.scrollTop += view.clientHeight / 4;
        await frame();
        steps++;
    }}
    await new Promise(done => setTimeout(done, 100));
    return {{
        steps, ms: performance.now() - started, height: view.scrollTop,
        longest: Math.max(0, ...tasks), long: tasks.length,
    }};
}}"""


def verdict(is_reached: bool) -> str:
    """Say whether a target was reached."""
    return "reached" if is_reached else "MISSED"


def row_of(number: int, owner: str, serials: list[str], random: Random) -> Row:
    """Return a row as large homes have them: some devices, a few commands, half at some hours only."""
    hours = Times(hours=frozenset({HourRange(start_s=6 * 3600, end_s=22 * 3600)}))
    return Row(
        number=number,
        is_allow=random.random() < 0.95,
        made_by=owner,
        users=Users(users=frozenset({owner})) if number % 3 else Users(everyone=True),
        devices=Devices(serials=frozenset(random.sample(serials, min(3, len(serials))))),
        commands=Commands(names=frozenset({"turn_on", "turn_off"})),
        times=hours if number % 2 else ALWAYS,
        note=f"Row {number} of a large home",
    )


async def settle(folder: Path, owner: str, facts: dict[str, Any], rows: int) -> None:
    """Claim all devices for real, and write what the gateway, which is stopped, would have kept."""
    storage = folder / ".storage"
    identity = json.loads((storage / f"{DOMAIN}.identity").read_text())["data"]
    bindings, states = await claim_all(
        GatewayCrypto(), bytes.fromhex(identity["gateway_id"]), facts, owner
    )
    random = Random(1)
    state = PolicyState(
        owners=dict.fromkeys(bindings, owner),
        rows={number: row_of(number, owner, [*bindings], random) for number in range(1, rows + 1)},
        next_number=rows + 1,
    )
    stores = {
        "bindings": {"records": {serial: kept.to_dict() for serial, kept in bindings.items()}},
        "states": {"states": states, "is_clean": True},
        "permissions": state.to_dict(),
    }
    for name, data in stores.items():
        minor = STORAGE_MINOR_VERSIONS.get(name, 1)
        write_store(storage / f"{DOMAIN}.{name}", STORAGE_VERSION, minor, data)
    path = storage / "core.config_entries"
    entries = json.loads(path.read_text())
    entries["data"]["entries"] += [
        entry(one["serial"], {"host": "127.0.0.1", "port": one["port"]}, {})
        for one in facts["devices"]
    ]
    path.write_text(json.dumps(entries))


async def linked(stage: stages.Stage, count: int) -> None:
    """Wait until all devices are linked and have said what they are."""
    async with await stage.as_owner() as client, asyncio.timeout(LINKED_S):
        while True:
            devices = (await client.command(f"{DOMAIN}/devices"))["devices"]
            if sum(one["is_connected"] for one in devices) == count:
                return
            await asyncio.sleep(0.5)


def told(name: str, times: list[float]) -> None:
    """Print the times of one page."""
    times.sort()
    print(
        f"  {name}: {times[len(times) // 2]:.0f} ms until first rows, at most {times[-1]:.0f} ms;"
        f" wanted {WANTED_MS:g}: {verdict(times[len(times) // 2] <= WANTED_MS)}"
    )


async def measure_page(page: Page, address: str, name: str) -> None:
    """Print the figures of one page."""
    tag, field, row = PAGES[name]
    times = []
    for _ in range(TRIES):
        await page.evaluate(LEAVE, ELSEWHERE)
        times.append(await page.evaluate(CHOOSE, [f"{CONSOLE}/{name}", row]))
    told(name, times)
    loads = []
    for _ in range(TRIES):
        await page.goto(f"{address}{CONSOLE}/{name}", wait_until="commit")
        loads.append(await page.evaluate(LOADED, row))
    loads.sort(key=lambda one: one[1])
    panel, rows = loads[TRIES // 2]
    print(
        f"    loaded anew: {rows:.0f} ms, of which {panel:.0f} are Home Assistant's, at most {loads[-1][1]:.0f} ms"
    )
    size = await page.evaluate(SNAPSHOT, [tag, field])
    print(f"    what the gateway sent: {size / 1000:.0f} kB")
    found = await page.evaluate(SCROLL, row)
    print(
        f"    {found['height']} pixels scrolled in {found['ms'] / 1000:.1f} s, {found['steps']} steps;"
        f" {found['long']} tasks of 50 ms or more, the longest {found['longest']:.0f} ms;"
        f" wanted {WANTED_TASK_MS:g}: {verdict(found['longest'] <= WANTED_TASK_MS)}"
    )


async def measure(stage: stages.Stage, pages: list[str]) -> None:
    """Print the figures of all pages."""
    address = stage.home.address
    tokens = (await log_in(address, stage.people.owner)).for_browser(address)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        context = await browser.new_context(
            service_workers="block", viewport={"width": 1280, "height": 900}
        )
        context.set_default_timeout(WAIT_MS)
        await context.add_init_script(f"localStorage.hassTokens ??= {tokens!r}")
        page = await context.new_page()
        await page.goto(f"{address}{CONSOLE}/overview")
        await page.evaluate(LOADED, PAGES["overview"][2])
        for name in pages:
            await measure_page(page, address, name)
        await browser.close()


async def main() -> None:
    """Measure."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--devices", type=int, default=200)
    arguments.add_argument("--rows", type=int, default=1000)
    arguments.add_argument("--page", choices=PAGES, action="append", help="default: all")
    chosen = arguments.parse_args()
    if not 1 <= chosen.devices <= 1000 or not 1 <= chosen.rows <= 20_000:
        arguments.error("--devices is from 1 to 1000, --rows from 1 to 20000")
    if not Path(CHROMIUM).exists():
        arguments.error("chromium is not installed: scripts/setup --system")
    stages.make_root()
    folder = Path(tempfile.mkdtemp(prefix="console-page-", dir=stages.ROOT))
    stage = stages.Stage(folder)
    try:
        await stage.start_home()
        await stage.start_gateway()
        async with await stage.as_owner() as client:
            owner: str = (await client.command("auth/current_user"))["id"]
        await stage.home.stop()
        with fleet(chosen.devices) as facts:
            await settle(folder / "config", owner, facts, chosen.rows)
            await stage.restart_home()
            await linked(stage, chosen.devices)
            print(
                f"CPython {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.2f};"
                f" {chosen.devices} devices, {chosen.rows:,} rows"
            )
            await measure(stage, chosen.page or [*PAGES])
            await stage.home.stop()
    finally:
        await stage.stop()
        stage.close()
        shutil.rmtree(folder)


if __name__ == "__main__":
    asyncio.run(main())
