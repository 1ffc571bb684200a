#!/usr/bin/env python3
"""Tells how small a board may be: heap, size of the files, time per command, all on MicroPython.

    benchmarks/device_footprint.py            a device of ten entities, about a minute
    benchmarks/device_footprint.py --quick    a coarse look, about ten seconds

The interpreter is the 64-bit one of this machine: its objects are about twice as large as those of
a 32-bit board, so a board needs about half the heap that is printed. Times are this machine's; a
board at 240 MHz computes some hundred times slower, and says so at the first link.
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
sys.path[:0] = [str(_ROOT), str(_ROOT / "device_firmware")]

import asyncio  # noqa: E402
from collections.abc import Callable, Sequence  # noqa: E402
import tempfile  # noqa: E402

from benchmarks import footprint  # noqa: E402

LOW_KIB, HIGH_KIB = 64, 1024
ROOM_KIB = 32  # for the measurement of time: at the edge, most of it is garbage collection


def row(name: str, value: str) -> None:
    """Print one line of the result."""
    print(f"{name:44} {value}", flush=True)


async def measure(make: Callable[[Path], int], kind: str, commands: int, *, is_quick: bool) -> None:
    """Measure the library as `make` lays it out."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        row(f"{kind}: all files", f"{make(folder) / 1024:.0f} KiB")
        step = 64 if is_quick else 4
        smallest = await footprint.smallest_heap(folder, LOW_KIB, HIGH_KIB, 20, step)
        if smallest is None:
            raise SystemExit(f"the device does not work in {HIGH_KIB} KiB")
        row(f"{kind}: smallest heap that works", f"{smallest} KiB, to {step} KiB")
        async with footprint.running(folder, smallest + ROOM_KIB) as owner:
            used = await footprint.use(owner, commands)
        row(f"{kind}: in use when linked", f"{used.before / 1024:.0f} KiB")
        row(f"{kind}: more in use after {commands} commands", f"{used.after - used.before} bytes")
        row(f"{kind}: time per command (this machine)", f"{used.median_ms:.2f} ms")


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print."""
    parser = argparse.ArgumentParser(description="Measure what a device of ten entities needs.")
    parser.add_argument(
        "--quick", action="store_true", help="a coarse search for the smallest heap, no source"
    )
    parser.add_argument("--commands", type=int, default=500, help="per measurement (default 500)")
    arguments = parser.parse_args(argv)
    if arguments.commands < 1:
        parser.error("--commands is at least 1")
    commands = min(arguments.commands, 50) if arguments.quick else arguments.commands
    for make, kind in ((footprint.make_compiled, ".mpy"), (footprint.make_source, "source")):
        if arguments.quick and kind == "source":
            continue
        asyncio.run(measure(make, kind, commands, is_quick=arguments.quick))
    return 0


if __name__ == "__main__":
    sys.exit(main())
