"""Set-up of this machine for the project: what `scripts/setup` runs when something is to do.

Runs on the host's own Python (3.9 or later), standard library only.
"""

import argparse
from collections.abc import Iterator
import contextlib
import fcntl
import os
from pathlib import Path
import sys
import time

sys.path.insert(0, str(Path(__file__).parent))

import environment
import interpreter
from steps import SetupError, cache_folder, say
import system_packages


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the lock on a folder; a second set-up waits here, then finds the work done."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another set-up is running, waiting for it")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def main() -> None:
    """Parse what scripts/setup passes on and do what is missing."""
    parser = argparse.ArgumentParser(prog="scripts/setup")
    parser.add_argument("--top", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--venv", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--lock", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--stamp", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--system", action="store_true", help="install missing Debian packages")
    arguments = parser.parse_args()

    started = time.monotonic()
    cache = cache_folder()
    with only_one(cache):
        stamp_file = arguments.venv / ".stamp"
        if not environment.is_ready(arguments.venv, arguments.stamp):
            tools = environment.bootstrap_tools(cache)
            python = interpreter.find_or_get(cache, tools)
            environment.build(cache, tools, python, arguments.venv, arguments.lock)
            stamp_file.write_text(arguments.stamp, encoding="ascii")
            say(f"ready after {time.monotonic() - started:.0f} s")
        system_packages.check(install=arguments.system)


if __name__ == "__main__":
    try:
        main()
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        sys.exit(1)
