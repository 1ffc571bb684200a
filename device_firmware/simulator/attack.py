"""Command line of the attacker kit: `python -m simulator.attack NAME --target HOST:PORT ...`.

Ends with 0 when every defence held, with 2 when one did not, with 1 when it could not be tried.
"""

import argparse
import asyncio
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from simulator.attacks import (
    altered_echo,
    cloned_flash,
    fake_device,
    fake_gateway,
    flood,
    malformed,
    other_address,
    replay,
    slow_loris,
    swapped_dsid,
    targets,
)
from simulator.attacks.options import Options
from simulator.attacks.report import CannotAttackError, Report
from simulator.attacks.wires import WireLost

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

ATTACKS: "dict[str, Any]" = {
    "replay": replay,
    "altered-echo": altered_echo,
    "swapped-dsid": swapped_dsid,
    "other-address": other_address,
    "fake-gateway": fake_gateway,
    "fake-device": fake_device,
    "cloned-flash": cloned_flash,
    "flood": flood,
    "slow-loris": slow_loris,
    "malformed": malformed,
}
ALL_HELD, NOT_TRIED, BROKEN = 0, 1, 2


def parse(arguments: "list[str] | None" = None) -> "Any":
    """Return the parsed command line."""
    listed = "\n".join(
        "  {:14} {:8} {}".format(name, attack.TARGET, attack.__doc__.split("\n", 1)[0])
        for name, attack in sorted(ATTACKS.items())
    )
    parser = argparse.ArgumentParser(
        prog="simulator.attack",
        description="What somebody in your network may try, against a device or a gateway of yours.",
        epilog="attacks and what they are aimed at:\n" + listed,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", choices=sorted(ATTACKS), metavar="NAME")
    parser.add_argument(
        "--target",
        required=True,
        metavar="HOST:PORT",
        help="the device's TCP port, or the gateway's UDP port for pings (8863)",
    )
    parser.add_argument("--claim", metavar="CODE", help="label of a device without owner: ISG1:…:…")
    parser.add_argument("--source", metavar="ADDRESS", help="address to attack from")
    parser.add_argument(
        "--listen", default="127.0.0.1:0", metavar="HOST:PORT", help="where taps and fakes listen"
    )
    parser.add_argument("--serial", help="of the device to pose as (fake-device)")
    parser.add_argument(
        "--flash", metavar="FOLDER", help="folder of a virtual device (cloned-flash)"
    )
    parser.add_argument("--switch", metavar="KEY", help="which switch (default: the first)")
    parser.add_argument("--count", type=int, default=200, help="how often (flood, malformed)")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long at most")
    parser.add_argument(
        "--mine", action="store_true", help="the target is another machine, and it is yours"
    )
    return parser.parse_args(arguments)


def options_of(given: "Any") -> Options:
    """Return the options of a parsed command line. Raises CannotAttackError."""
    host, _, port = given.listen.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise CannotAttackError("--listen is HOST:PORT")
    return Options(
        targets.parse(given.target),
        code=given.claim,
        source=given.source,
        listen=(host, int(port)),
        serial=given.serial,
        flash=given.flash,
        switch=given.switch,
        count=given.count,
        seconds=given.seconds,
        is_mine=given.mine,
    )


async def attack(name: str, options: Options, show: "Callable[[str], None]") -> Report:
    """Carry out one attack and return what was found. Raises CannotAttackError."""
    report = Report(show)
    try:
        await ATTACKS[name].run(options, report)
    except (WireLost, asyncio.TimeoutError):
        if not report.held and not report.broken:
            raise CannotAttackError("the target does not answer as a device does") from None
        report.expect(False, "the owner is answered all the time")
    return report


def main(arguments: "list[str] | None" = None) -> int:
    """Attack, and tell how it went."""
    given = parse(arguments)
    try:
        report = asyncio.run(
            attack(given.name, options_of(given), lambda text: print(text, flush=True))
        )
    except (CannotAttackError, OSError) as error:
        print("not tried: {}".format(error), file=sys.stderr)
        return NOT_TRIED
    except KeyboardInterrupt:
        return NOT_TRIED
    print(
        "{} defences held, {} did not".format(len(report.held), len(report.broken)),
        flush=True,
    )
    return ALL_HELD if report.is_defended else BROKEN


if __name__ == "__main__":
    sys.exit(main())
