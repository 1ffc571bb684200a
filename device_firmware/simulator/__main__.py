"""Command line of the simulator: `python -m simulator --count 2 --interpreter both`.

Prints serial, password, claim text and address of each device; ends with Ctrl-C or SIGTERM.
"""

import argparse
import asyncio
import json
import os
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from simulator import fleet
from simulator.virtual_device import DIE_POINTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

INTERPRETERS = ("cpython", "micropython")
MAX_COUNT = 100


def parse(arguments: "list[str] | None" = None) -> "Any":
    """Return the parsed command line."""
    parser = argparse.ArgumentParser(prog="simulator", description=__doc__.split("\n", 1)[0])
    parser.add_argument(
        "--count", type=int, default=1, help="devices of each interpreter (default 1)"
    )
    parser.add_argument("--cameras", type=int, default=0, help="cameras beside these (default 0)")
    parser.add_argument("--interpreter", choices=(*INTERPRETERS, "both"), default="cpython")
    parser.add_argument(
        "--folder", default="simulated-devices", help="identity and flash are kept here"
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on and to name in pings"
    )
    parser.add_argument(
        "--port", type=int, default=0, help="of the first device, others follow (default: free)"
    )
    parser.add_argument(
        "--ping-to", action="append", metavar="HOST:PORT", help="default: 127.0.0.1:8863"
    )
    parser.add_argument("--ping-interval", type=int, default=30, metavar="SECONDS")
    parser.add_argument("--claim-from", action="append", metavar="NETWORK", help="default: subnet")
    parser.add_argument(
        "--die-at", choices=DIE_POINTS, help="each device loses its power there, once"
    )
    parser.add_argument(
        "--no-restart", action="store_true", help="leave a device off after a power cut"
    )
    parser.add_argument(
        "--micropython", metavar="PATH", help="the interpreter (default: beside this Python)"
    )
    parser.add_argument(
        "--json", action="store_true", help="one line of JSON per device, nothing else"
    )
    given = parser.parse_args(arguments)
    if not 1 <= given.count <= MAX_COUNT:
        parser.error("--count is 1 to {}".format(MAX_COUNT))
    if not 0 <= given.cameras <= MAX_COUNT:
        parser.error("--cameras is 0 to {}".format(MAX_COUNT))
    return given


def build(given: "Any") -> "list[fleet.VirtualDevice]":
    """Provision all devices that the command line asks for."""
    interpreters = INTERPRETERS if given.interpreter == "both" else (given.interpreter,)
    micropython = given.micropython
    if micropython is None and "micropython" in interpreters:
        micropython = fleet.find_micropython()
    claim_from = given.claim_from or ["subnet"]
    devices: "list[fleet.VirtualDevice]" = []
    wanted = [(each, each, given.count, False) for each in interpreters]
    wanted.append(("camera", "cpython", given.cameras, True))
    for kind, interpreter, count, is_camera in wanted:
        for number in range(1, count + 1):
            folder = os.path.join(os.path.abspath(given.folder), "{}-{}".format(kind, number))
            device = fleet.prepare(
                folder,
                interpreter,
                given.host,
                given.port + len(devices) if given.port else 0,
                given.ping_to or ["127.0.0.1:8863"],
                given.ping_interval,
                claim_from[0] if claim_from[0] in ("subnet", "any") else claim_from,
                micropython or "",
                is_camera,
            )
            if given.die_at and not is_camera:
                fleet.arm(folder, given.die_at)
            devices.append(device)
    return devices


async def run(given: "Any") -> None:
    """Run all devices until a signal comes."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    devices = build(given)
    show = (lambda text: None) if given.json else (lambda text: print(text, flush=True))
    running = [loop.create_task(device.run(not given.no_restart, show)) for device in devices]
    waiting = loop.create_task(ended.wait())
    try:
        for device, task in zip(devices, running):
            ready = loop.create_task(device.ready.wait())
            await asyncio.wait(
                (ready, task, waiting),
                timeout=fleet.READY_WAIT_S,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if waiting.done():
                return
            if not ready.done():
                ready.cancel()
                raise fleet.SimulatorError("{} did not start".format(device.serial))
            announce(device, given.json)
        await asyncio.wait((waiting, *running), return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():  # a device ended for good: the others go on
            await asyncio.wait(
                (waiting, asyncio.gather(*running)), return_when=asyncio.FIRST_COMPLETED
            )
    finally:
        for device in devices:
            await device.stop()
        waiting.cancel()
        for task in running:
            task.cancel()


def announce(device: "fleet.VirtualDevice", as_json: bool) -> None:
    """Print what is needed to claim a device."""
    facts = device.facts()
    if as_json:
        print(json.dumps(facts, sort_keys=True), flush=True)
        return
    print(
        "{serial}  password {password}  code {claim}  at {host}:{port}  ({interpreter}, {folder})".format(
            **facts
        ),
        flush=True,
    )


def main() -> int:
    """Run the simulator."""
    given = parse()
    try:
        asyncio.run(run(given))
    except (fleet.SimulatorError, OSError, ValueError) as error:
        print("simulator: {}".format(error), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
