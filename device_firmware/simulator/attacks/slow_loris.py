"""Takes places and keeps them: sends one byte at a time, never a whole message."""

import asyncio
import time

from . import options as settings
from .wires import connect
from isg_protocol import wire
from isg_protocol.frames import encode_frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .options import Options
    from .report import Report

TARGET = "device"
OTHER_LOOPBACK = "127.0.0.2"
CONNECTIONS = 6
BYTE_S = 0.25
GRACE_S = 3.0


async def run(options: "Options", report: "Report") -> None:
    """Hold places as long as the device lets, and see whether its owner still gets in."""
    owner = await settings.claimed(options, report)
    source = options.source or (OTHER_LOOPBACK if options.host.startswith("127.") else None)
    try:
        links = owner.links
        holds = [
            asyncio.ensure_future(_hold(options, source, owner.gateway_id))
            for _ in range(CONNECTIONS)
        ]
        report.expect(await owner.turn(False), "the owner's link works meanwhile")
        await owner.connect()
        report.expect(
            owner.links == links + 1,
            "a new link of the owner finds a place although others are held",
        )
        times = await asyncio.gather(*holds)
        limit = wire.FIRST_RECORD_MS / 1000 + GRACE_S
        report.expect(
            max(times) < limit,
            "{} slow connections are ended".format(CONNECTIONS),
            "the longest after {:.1f} s".format(max(times)),
        )
        await settings.unharmed(owner, report, links + 1)
    finally:
        await settings.give_back(owner, report)


async def _hold(options: "Options", source: "str | None", gateway_id: bytes) -> float:
    """Return after how many seconds the device hung up."""
    started = time.monotonic()
    message = encode_frame(wire.FRAME_LINK_INIT, gateway_id + bytes(48))
    try:
        reader, writer = await connect(options.host, options.port, source)
        closing = asyncio.ensure_future(reader.read(1))
        for at in range(len(message) - 1):
            writer.write(message[at : at + 1])
            done, _ = await asyncio.wait((closing,), timeout=BYTE_S)
            if done:
                break
        writer.close()
        closing.cancel()
        await asyncio.gather(closing, return_exceptions=True)
    except OSError:
        pass
    return time.monotonic() - started
