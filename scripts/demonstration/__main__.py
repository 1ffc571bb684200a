"""Command line of the demonstration; scripts/demo starts it."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
import re
import shutil
import signal
import sys
import tempfile

from .attack import attack, check_attack
from .check import check
from .errors import DemonstrationError
from .home import CHECKOUT
from .stage import ROOT, Stage, make_root, wipe
from .steps import say
from simulator.fleet import VirtualDevice

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """Return the parsed command line."""
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description="A real Home Assistant with simulated devices, on this machine only.",
    )
    parser.add_argument("--fresh", action="store_true", help="forget the last demonstration first")
    parser.add_argument(
        "--check", action="store_true", help="go through every step without a person, then end"
    )
    parser.add_argument(
        "--attack",
        action="store_true",
        help="claim the devices, then attack them and the gateway, one attack every ten seconds, "
        "so that you see how it reacts; with --check without a person",
    )
    parser.add_argument(
        "--name",
        default="home",
        help="keep several apart: this one is in .demo/NAME (default: home)",
    )
    given = parser.parse_args(arguments)
    if not re.fullmatch(r"[a-z0-9-]{1,32}", given.name):
        parser.error("--name is 1 to 32 of a-z, 0-9 and -")
    return given


async def run_check(steps: Callable[[Stage], Awaitable[bool]]) -> int:
    """Run the steps in a folder of its own; keep the folder only when one of them did not happen."""
    make_root()
    folder = Path(tempfile.mkdtemp(prefix="check-", dir=ROOT))
    stage = Stage(folder)
    try:
        happened = await steps(stage)
    finally:
        stage.close()
    if not happened:
        say(f"Logs and settings are kept in {folder.relative_to(CHECKOUT)}/.")
        return 1
    shutil.rmtree(folder)
    return 0


async def run_for_people(name: str, *, fresh: bool, is_attacked: bool) -> int:
    """Start everything, print what is needed to use it, and wait for the end."""
    folder = ROOT / name
    if fresh:
        wipe(folder)
    stage = Stage(folder, usual_ports=True)
    ended = asyncio.ensure_future(asyncio.get_running_loop().create_future())
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, ended.cancel)
    try:
        say("Starting Home Assistant, two lamps and a camera ...")
        starting = asyncio.create_task(_start(stage))
        await asyncio.wait((starting, ended), return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            await asyncio.wait((starting,))
            return 0
        await starting
        introduce(stage, await stage.devices.start_camera())
        watching = asyncio.create_task(stage.home.wait())
        if is_attacked:
            say("\nLog in and look at the console (Secure Gateway, at the left). It begins now.\n")
            attacking = asyncio.create_task(attack(stage, is_watched=True))
            await asyncio.wait((attacking, watching, ended), return_when=asyncio.FIRST_COMPLETED)
            if not attacking.done():
                attacking.cancel()
            await asyncio.wait((attacking,))
        await asyncio.wait((watching, ended), return_when=asyncio.FIRST_COMPLETED)
        if watching.done() and not ended.done():
            raise DemonstrationError(
                f"Home Assistant ended with code {watching.result()}\n{stage.home.tail()}"
            )
        say("\nEnding ...")
        return 0
    finally:
        await stage.stop()
        stage.close()


async def _start(stage: Stage) -> None:
    await stage.start()
    await stage.devices.start_camera()


def introduce(stage: Stage, camera: VirtualDevice) -> None:
    """Print addresses, people and labels."""
    people = stage.people
    say(f"""
Home Assistant   {stage.home.address}

  log in as      {people.owner.username:<10} password  {people.owner.password}   (owner of this home)
                 {people.second.username:<10} password  {people.second.password}   (may see all, owns nothing)

Devices, announcing themselves to UDP port {stage.ping_port}:
""")
    for device in (*stage.devices.all, camera):
        facts = device.facts()
        kind = "a camera" if device is camera else f"a lamp on {facts['interpreter']}"
        say(f"  {facts['serial']}   {kind}, at {facts['host']} port {facts['port']}")
        say(f"      password   {facts['password']}")
        say(f"      claim code {facts['claim']}\n")
    say(f"""Claim them:  {stage.home.address}/config/integrations/dashboard
Kept in {stage.folder.relative_to(CHECKOUT)} for the next time; --fresh forgets it. Ctrl-C ends everything.""")


def main() -> int:
    """Run the demonstration or its check."""
    given = parse()
    try:
        if given.check:
            return asyncio.run(interruptible_check(check_attack if given.attack else check))
        return asyncio.run(run_for_people(given.name, fresh=given.fresh, is_attacked=given.attack))
    except DemonstrationError as error:
        sys.stderr.write(f"demo: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130


async def interruptible_check(steps: Callable[[Stage], Awaitable[bool]]) -> int:
    """Run the check so that a signal ends it with everything it started."""
    task = asyncio.create_task(run_check(steps))
    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        say("\nStopped before all steps happened.")
        return 1


if __name__ == "__main__":
    sys.exit(main())
