"""A MicroPython device in a heap of a given size, driven by its owner: what it needs, how it keeps."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
import shutil
from statistics import median
import time
from typing import Any

from tools import build, file_lists, provision

from simulator import fleet
from simulator.attacks.owner import Owner

HOST = "127.0.0.1"
PROGRAM = Path(__file__).with_name("ten_entities.py")
SERIAL = "FOOTPRINT-1"
READY_S = 20.0
ENTITIES = 10
WARM_UP = 40  # commands, after which the device holds as many outcomes as it ever will (32)


class TooSmallError(Exception):
    """The device did not work in that heap; the text says how it ended."""


def make_compiled(folder: Path) -> int:
    """Put library and program into `folder` as .mpy; return the bytes of all files."""
    built = build.build(str(folder), "linux", [str(PROGRAM)])
    return sum((folder / path).stat().st_size for path in built)


def make_source(folder: Path) -> int:
    """Put library and program into `folder` as source; return the bytes of all files."""
    size = 0
    for path in file_lists.device_files():
        target = folder / "lib" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(Path(file_lists.FIRMWARE) / path, target)
        size += target.stat().st_size
    shutil.copy(PROGRAM, folder)
    return size + PROGRAM.stat().st_size


@asynccontextmanager
async def running(folder: Path, heap_kib: int) -> AsyncIterator[Owner]:
    """Run the device of `folder` in that heap; give its owner, linked. Raises TooSmallError."""
    for name in ("journal.bin", "journal.bin.owned"):
        (folder / name).unlink(missing_ok=True)
    port, password = fleet.free_port(HOST), provision.make_password()
    values = provision.make_factory(SERIAL, [password], port=port, ping_to=[], claim_from="any")
    provision.write_factory(str(folder), values)
    start = "import sys; sys.path[:] = ['', 'lib', '.frozen']; import ten_entities"
    process = await asyncio.create_subprocess_exec(
        fleet.find_micropython(), "-X", f"heapsize={heap_kib}k", "-c", start,
        cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    output: Any = process.stdout
    said: list[str] = []
    try:
        async with asyncio.timeout(READY_S):
            while not said or "listens on port" not in said[-1]:
                line = await output.readline()
                if not line:
                    raise TooSmallError(said[-1] if said else "ended at once")
                said.append(line.decode().strip())
        reading = asyncio.create_task(_drain(output, said))
        owner = Owner(HOST, port, provision.claim_text(SERIAL, password))
        try:
            await owner.claim()
            await owner.connect()
            yield owner
        finally:
            await owner.disconnect()
            reading.cancel()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _drain(output: Any, said: list[str]) -> None:
    while line := await output.readline():
        said.append(line.decode().strip())
        del said[:-20]


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What commands on a device took: bytes in use before and after, milliseconds per command."""

    commands: int
    entities: int
    before: int
    after: int
    median_ms: float


async def use(owner: Owner, commands: int) -> Usage:
    """Describe the device whole, then switch it again and again, reading all values in between."""
    entities = 0
    page, pages = 0, 1
    while page < pages:
        _, description = await owner.command("describe", page=page)
        entities += len(description["entities"])
        pages = description["pages"]
        page += 1
    owner.switch = "relay"
    for number in range(WARM_UP):
        await owner.turn(number % 2 == 0)
    before = await _used(owner)
    times = []
    for number in range(commands):
        started = time.perf_counter()
        if not await owner.turn(number % 2 == 0):
            raise TooSmallError("a command failed")
        times.append(time.perf_counter() - started)
        if number % 50 == 49:
            await owner.command("read")
    return Usage(
        commands=commands,
        entities=entities,
        before=before,
        after=await _used(owner),
        median_ms=median(times) * 1000,
    )


async def _used(owner: Owner) -> int:
    _, result = await owner.command("read", keys=["heap"])
    return int(result["values"]["heap"])


async def works(folder: Path, heap_kib: int, commands: int) -> bool:
    """Tell whether the device can be claimed and used in that heap."""
    try:
        async with running(folder, heap_kib) as owner:
            return (await use(owner, commands)).entities == ENTITIES
    except Exception as error:
        if isinstance(error, (FileNotFoundError, fleet.SimulatorError)):
            raise
        return False


async def smallest_heap(
    folder: Path, low_kib: int, high_kib: int, commands: int, step_kib: int = 4
) -> int | None:
    """Return the smallest heap in KiB, to `step_kib`, in which the device works; None when none does."""
    if not await works(folder, high_kib, commands):
        return None
    while high_kib - low_kib > step_kib:
        middle = (low_kib + high_kib) // 2
        if await works(folder, middle, commands):
            high_kib = middle
        else:
            low_kib = middle
    return high_kib
