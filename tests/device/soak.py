"""The long runs of `scripts/soak`; prints what it did, and ends with 1 when a promise was broken."""

import asyncio
from pathlib import Path
import sys
import tempfile

from .power_cuts import cut_at_random, fresh_seed, many_commands

CUTS = 1000
COMMANDS = 10000
CUTS_AT_ONCE = 100  # per fixed seed, so that a failure can be had again without the whole run
FIRST_SEED = 1
GROWTH = 2048  # bytes: what is under way when the device looks


async def soak(cuts: int, commands: int, seed: int) -> int:
    """Run both; return the exit status."""
    while cuts > 0:
        with tempfile.TemporaryDirectory() as folder:
            now = min(cuts, CUTS_AT_ONCE)
            ends = await cut_at_random(Path(folder), now, seed)
        print(f"{now} power cuts, seed {seed}: {dict(ends)}", flush=True)
        cuts -= now
        seed += 1
    if commands:
        with tempfile.TemporaryDirectory() as folder:
            early, late = await many_commands(Path(folder), commands)
        print(f"{commands} commands: {early} bytes in use after a tenth, {late} at the end")
        if late > early + GROWTH:
            print("memory grew", file=sys.stderr)
            return 1
    return 0


def main(arguments: list[str]) -> int:
    """Take CUTS, COMMANDS and SEED (or the word `random`) from the command line."""
    cuts = int(arguments[0]) if arguments else CUTS
    commands = int(arguments[1]) if len(arguments) > 1 else COMMANDS
    word = arguments[2] if len(arguments) > 2 else str(FIRST_SEED)
    return asyncio.run(soak(cuts, commands, fresh_seed() if word == "random" else int(word)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
