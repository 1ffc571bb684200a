"""A device with ten entities, loaded from compiled files, lives in 192 KiB and does not grow."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from tools import build

from .running_example import owned_device
from simulator import fleet

HERE = Path(__file__).parent
SETTINGS_KIB = 208  # to look at settings, and to change some, of ten entities
WARM_UP = 100  # commands until every place for an outcome is filled
COMMANDS = 80
LOOKS = 5  # of the device at its memory, for one measurement
GROWTH = 8192  # bytes that a measurement may differ by: what is under way then; a leak of 103 bytes per command shows


async def _used(link: Any, output: Any) -> int:
    """Return the bytes in use when nothing is under way: the least of what is printed after now.

    The link is served meanwhile: a package that nobody answers stays in the device's memory, and
    after ten seconds the device hangs up.
    """
    looking = asyncio.create_task(_looks(output))
    while not looking.done():
        with suppress(TimeoutError):
            async with asyncio.timeout(0.1):
                await link.until(looking.done)
    return await looking


async def _looks(output: Any) -> int:
    seen: list[int] = []
    while len(seen) < LOOKS:
        line = await output.readline()
        assert line
        if line.startswith(b"in use"):
            seen.append(int(line.split()[2]))
    return min(seen[1:])  # the first may have been printed before


@pytest.mark.micropython
async def test_ten_entities_live_in_192_kib_without_growth(
    tmp_path: Path, socket_enabled: None
) -> None:
    build.build(str(tmp_path), "linux")
    command = [
        fleet.find_micropython(),
        "-X",
        "heapsize=192k",
        str(HERE / "micropython_ten_entities.py"),
        "lib",  # the device runs in its folder, where the names of files are as short as on a board
        ".",
    ]
    async with owned_device(tmp_path, command) as (link, output):
        status, described = await link.command("describe")
        assert status == 0
        assert len(described["entities"]) == 10
        for _ in range(WARM_UP):
            assert (await link.command("turn_on", "relay_1"))[0] == 0
        before = await _used(link, output)
        for number in range(COMMANDS):
            name = "turn_off" if number % 2 else "turn_on"
            assert (await link.command(name, f"relay_{number % 4}"))[0] == 0
        assert (await link.command("read"))[0] == 0
        assert await _used(link, output) <= before + GROWTH


@pytest.mark.micropython
async def test_settings_cost_memory_only_while_somebody_looks(
    tmp_path: Path, socket_enabled: None
) -> None:
    build.build(str(tmp_path), "linux")
    command = [
        fleet.find_micropython(),
        "-X",
        f"heapsize={SETTINGS_KIB}k",
        str(HERE / "micropython_ten_entities.py"),
        "lib",
        ".",
    ]
    async with owned_device(tmp_path, command) as (link, output):
        for _ in range(WARM_UP):
            assert (await link.command("turn_on", "relay_1"))[0] == 0
        before = await _used(link, output)
        for _ in range(3):
            pages = (await link.command("settings"))[1]["pages"]
            found = []
            for page in range(pages):
                status, told = await link.command("settings", page=page)
                assert status == 0
                found += [one["key"] for one in told["settings"]]
            assert {"gateway_addresses", "ping_interval", "persistence"} <= set(found)
            values = {"gateway_addresses": "127.0.0.1,192.0.2.9", "ping_interval": 60}
            assert (await link.command("set_settings", values=values))[0] == 0
        assert await _used(link, output) <= before + GROWTH
