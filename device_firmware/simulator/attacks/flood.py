"""Opens connections as fast as it can, with a first message in each, while the owner works."""

import asyncio
import time

from . import options as settings
from .wires import connect
from isg_protocol import wire
from isg_protocol.frames import encode_frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .options import Options
    from .owner import Owner
    from .report import Report

TARGET = "device"
OTHER_LOOPBACK = "127.0.0.2"
AT_ONCE = 16
COMMANDS = 20
MAX_SLOWER_MS = 3000  # well below the step timeout, after which a gateway gives a link up


async def run(options: "Options", report: "Report") -> None:
    """Flood for `seconds` or `count` connections, whichever comes first."""
    owner = await settings.claimed(options, report)
    source = options.source or (OTHER_LOOPBACK if options.host.startswith("127.") else None)
    try:
        links = owner.links
        before = await _commands(owner)
        report.say("without flood a command takes {:.0f} ms".format(before))
        ends_at = time.monotonic() + options.seconds
        left = [options.count]
        opened = [0]
        floods = [
            asyncio.ensure_future(_flood(options, source, owner.gateway_id, left, opened, ends_at))
            for _ in range(AT_ONCE)
        ]
        try:
            during = await _commands(owner)
        finally:
            await asyncio.gather(*floods)
        report.expect(
            during < before + MAX_SLOWER_MS,
            "the owner's commands go through during {} connections".format(opened[0]),
            "{:.0f} ms each".format(during),
        )
        await settings.unharmed(owner, report, links)
        await owner.connect()
        report.expect(await owner.turn(False), "the owner links anew right after the flood")
    finally:
        await settings.give_back(owner, report)


async def _commands(owner: "Owner") -> float:
    """Return what a command takes on average, in ms."""
    started = time.monotonic()
    for _ in range(COMMANDS):
        await owner.turn(False)
    return (time.monotonic() - started) / COMMANDS * 1000


async def _flood(
    options: "Options",
    source: "str | None",
    gateway_id: bytes,
    left: "list[int]",
    opened: "list[int]",
    ends_at: float,
) -> None:
    first = encode_frame(wire.FRAME_LINK_INIT, gateway_id + bytes(48))
    while left[0] > 0 and time.monotonic() < ends_at:
        left[0] -= 1
        try:
            reader, writer = await connect(options.host, options.port, source)
        except (OSError, asyncio.TimeoutError):
            continue  # the device's queue is full: that is what a flood does
        opened[0] += 1
        try:
            writer.write(first)
            await asyncio.wait_for(reader.read(16), 1)
        except (OSError, asyncio.TimeoutError):
            pass
        finally:
            writer.close()
