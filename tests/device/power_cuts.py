"""Cuts the power of a MicroPython device at random moments of commands, and judges what comes of it."""

import asyncio
from collections import Counter
from pathlib import Path
import random
import secrets
from typing import Any

from tools import build
from tools.provision import make_factory, make_password, write_factory

from .gateway_client import CutShortError, Linked, claim
from custom_components.iot_secure_gateway.protocol import wire
from simulator import fleet

HERE = Path(__file__).parent
HOST = "127.0.0.1"
SERIAL = "CUT-1"
LATEST_CUT_S = 0.02  # a command takes about half of that
HEAP = "192k"


class CutDevice:
    """A device whose process is killed and started again; what its relay did stands in a file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = fleet.free_port(HOST)
        self.password = make_password()
        self._process: Any = None
        factory = make_factory(SERIAL, [self.password], port=self.port, ping_to=[])
        write_factory(str(folder), factory)
        build.build(str(folder), "linux")

    async def start(self) -> None:
        """Start, and return when it listens."""
        script = str(HERE / "micropython_cut_device.py")
        self._process = await asyncio.create_subprocess_exec(
            fleet.find_micropython(),
            "-X",
            "heapsize=" + HEAP,
            script,
            str(self.folder / "lib"),
            str(self.folder),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        line = b""
        async with asyncio.timeout(fleet.READY_WAIT_S):
            while b"listens on port" not in line:
                line = await self._process.stdout.readline()
                assert line, "the device ended before it listened"

    def cut(self) -> None:
        """Take the power away."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def gone(self) -> None:
        """Wait until it has ended."""
        await self._process.communicate()

    def switchings(self) -> int:
        """Return how often the relay was switched."""
        path = self.folder / "switched.txt"
        return path.read_text().count("\n") if path.exists() else 0


async def cut_at_random(folder: Path, cuts: int, seed: int) -> Counter[str]:
    """Cut `cuts` times; return how the commands ended. AssertionError when a promise was broken.

    None executed twice, none that was reported as not executed has run, the next command works.
    """
    dice = random.Random(seed)
    device = CutDevice(folder)
    ends: Counter[str] = Counter()
    await device.start()
    try:
        claimed = await claim(HOST, device.port, SERIAL, device.password)
        assert claimed.status == "validated"
        for number in range(cuts):
            before = device.switchings()
            async with Linked(HOST, device.port, SERIAL, claimed) as link:
                timer = asyncio.get_running_loop().call_later(
                    dice.uniform(0, LATEST_CUT_S), device.cut
                )
                status, session_id = await _switch(link)
                timer.cancel()
                device.cut()
            await device.gone()
            await device.start()
            async with Linked(HOST, device.port, SERIAL, claimed) as link:
                status = _learned(link, session_id, status)
                executed = device.switchings() - before
                what = f"cut {number} of seed {seed}: status {status}, executed {executed} times"
                assert executed in _POSSIBLE[status], what
                ends[_NAMES[status]] += 1
                # The next command always works, and is executed once.
                status, result = await link.command("turn_on", "relay")
                assert (status, result) == (wire.STATUS_OK, {"values": {"relay": True}}), what
                assert device.switchings() == before + executed + 1, what
    finally:
        device.cut()
        await device.gone()
    return ends


_POSSIBLE = {
    wire.STATUS_OK: (1,),
    wire.STATUS_NOT_EXECUTED: (0,),
    wire.STATUS_INTERRUPTED: (0, 1),
    wire.STATUS_UNKNOWN: (0, 1),
}
_NAMES = {
    wire.STATUS_OK: "done",
    wire.STATUS_NOT_EXECUTED: "not executed",
    wire.STATUS_INTERRUPTED: "interrupted",
    wire.STATUS_UNKNOWN: "unknown",
}


async def _switch(link: Linked) -> tuple[int, bytes]:
    """Send a command; return (status, session id) as far as the gateway knows before the next link."""
    try:
        status, _ = await link.command("turn_on", "relay")
    except CutShortError as error:
        status = error.args[0] if error.args else wire.STATUS_UNKNOWN
    return status, link.session_id


def _learned(link: Linked, session_id: bytes, status: int) -> int:
    """Return the status after the link: an outcome may be known by now."""
    for event in link.events:
        if event.kind == "outcome" and event.session_id == session_id:
            assert status == wire.STATUS_UNKNOWN, "a status that was final changed"
            return int(event.status)
    return status


async def many_commands(folder: Path, count: int) -> tuple[int, int]:
    """Run `count` commands; return the bytes in use after a tenth of them, and at the end."""
    from .running_example import owned_device

    build.build(str(folder), "linux")
    script = str(HERE / "micropython_ten_entities.py")
    command = [
        fleet.find_micropython(),
        "-X",
        "heapsize=" + HEAP,
        script,
        str(folder / "lib"),
        str(folder),
    ]
    async with owned_device(folder, command) as (link, output):
        used: list[int] = []
        watch = asyncio.create_task(_watch(output, used))
        early = 0
        for number in range(count):
            status, _ = await link.command(
                "turn_off" if number % 2 else "turn_on", f"relay_{number % 4}"
            )
            assert status == wire.STATUS_OK
            if number == count // 10:
                early = max(used[-3:])
        await asyncio.sleep(1)  # one more line of the device
        watch.cancel()
        return early, min(used[-3:])


async def _watch(output: Any, used: list[int]) -> None:
    async for line in output:
        if line.startswith(b"in use"):
            used.append(int(line.split()[2]))  # noqa: PERF401 - seen while they come


def fresh_seed() -> int:
    """Return a seed to print, so that a run can be had again."""
    return secrets.randbelow(1 << 32)
