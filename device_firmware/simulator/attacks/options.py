"""What an attack is told: whom, from where, how long."""

import asyncio

from . import targets
from .owner import Owner
from .report import CannotAttackError
from .wires import WireLost

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .report import Report

MAX_SECONDS = 120
MAX_COUNT = 5000


class Options:
    """Settings of one attack; `host` and `port` are the target's.

    code: label text of a device without owner, which the kit claims and releases again
    source: address to attack from, another one than the owner's
    listen: (host, port) where hostile devices and taps listen
    """

    def __init__(
        self,
        target: "tuple[str, int]",
        code: "str | None" = None,
        source: "str | None" = None,
        listen: "tuple[str, int]" = ("127.0.0.1", 0),
        serial: "str | None" = None,
        flash: "str | None" = None,
        switch: "str | None" = None,
        count: int = 200,
        seconds: float = 10.0,
        is_mine: bool = False,
    ) -> None:
        targets.check(target[0], is_mine)
        self.host, self.port = target
        self.code = code
        self.source = source
        self.listen = listen
        self.serial = serial
        self.flash = flash
        self.switch = switch
        self.count = min(count, MAX_COUNT)
        self.seconds = min(seconds, MAX_SECONDS)


async def claimed(options: Options, report: "Report", port: "int | None" = None) -> "Owner":
    """Claim the target as its owner, link, and turn its switch off; `port` is that of a tap."""
    if options.code is None:
        raise CannotAttackError(
            "this attack is watched from the owner's side: --claim ISG1:<serial>:<password>"
        )
    owner = Owner(options.host, options.port, options.code)
    if port is not None:
        owner.host, owner.port = options.listen[0], port
    await owner.claim()
    try:
        await owner.connect()
        await owner.find_switch(options.switch)
        await owner.turn(False)
    except (CannotAttackError, WireLost, asyncio.TimeoutError):
        await give_back(owner, report)
        raise
    report.say("the owner has claimed {} and turned '{}' off".format(owner.serial, owner.switch))
    return owner


async def give_back(owner: "Owner", report: "Report") -> None:
    """Release the device, whatever the attack has done to it: it shall be as it was before."""
    try:
        await owner.release()
    except (CannotAttackError, WireLost, OSError, asyncio.TimeoutError):
        report.say("the device could not be released: hold its reset button, or delete its journal")
    finally:
        await owner.disconnect()


async def unharmed(owner: "Owner", report: "Report", links: int) -> None:
    """Expect that the owner's link still is its `links`-th, and that nothing was switched on."""
    is_same = owner.is_linked and owner.links == links
    report.expect(is_same, "the owner's link stands as before")
    if not owner.is_linked:
        await owner.connect()
    report.expect(not await owner.is_on(), "nothing was executed: the switch is off as before")
    report.expect(await owner.turn(True), "the owner's next command works")
    await owner.turn(False)
