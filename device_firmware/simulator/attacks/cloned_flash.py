"""Runs a copy of a device's flash beside the device: same keys, same identifiers, as of the copy."""

import asyncio
import os
import shutil
import tempfile

from .report import CannotAttackError
from isg_protocol import wire
from simulator import fleet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .options import Options
    from .report import Report

TARGET = "gateway"
CALLED_A_COPY = wire.BREACH_NAMES[wire.CONTINUITY_BREAK] + " (authenticated)"
KEPT = ("factory.json", "label.json", "journal.bin", "relay.txt", "switched.txt")


def copy_flash(folder: str, target: str) -> None:
    """Copy what a thief finds in the flash of a virtual device."""
    os.makedirs(target, exist_ok=True)
    for name in KEPT:
        if os.path.exists(os.path.join(folder, name)):
            shutil.copy(os.path.join(folder, name), os.path.join(target, name))


def switched(folder: str) -> int:
    """Return how often the lamp of a virtual device was switched."""
    path = os.path.join(folder, "switched.txt")
    if not os.path.exists(path):
        return 0
    with open(path) as file:
        return len(file.readlines())


async def run(options: "Options", report: "Report") -> None:
    """Start the copy, let it ping the gateway, and watch until it is found out."""
    if options.flash is None or not os.path.exists(os.path.join(options.flash, "journal.bin")):
        raise CannotAttackError("the folder of a virtual device that has an owner: --flash")
    with tempfile.TemporaryDirectory() as folder:
        copy_flash(options.flash, folder)
        host, port = options.listen
        clone = fleet.prepare(
            folder,
            "cpython",
            host,
            port or fleet.free_port(host),
            ["{}:{}".format(options.host, options.port)],
            1,
            "any",
            "",
        )
        before = switched(folder)
        is_found = asyncio.Event()
        is_linked = asyncio.Event()

        def show(line: str) -> None:
            report.say(line)
            if CALLED_A_COPY in line:
                is_found.set()
            elif ": linked" in line:
                is_linked.set()

        running = asyncio.ensure_future(clone.run(False, show))
        report.say(
            "the copy of {} listens at {}:{} and pings".format(clone.serial, host, clone.port)
        )
        try:
            await asyncio.wait_for(is_found.wait(), options.seconds)
        except asyncio.TimeoutError:
            pass
        finally:
            await clone.stop()
            await asyncio.gather(running, return_exceptions=True)
        if not is_linked.is_set() and not is_found.is_set():
            raise CannotAttackError(
                "the gateway did not come to the copy: does it listen for pings, is it the owner's?"
            )
        if not is_found.is_set():
            report.say(
                "the copy is as new as the device; whichever of both comes second will be called a copy"
            )
        report.expect(is_found.is_set(), "the gateway calls the copy a copy")
        report.expect(switched(folder) == before, "the copy was given no command")
