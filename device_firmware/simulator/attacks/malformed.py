"""Sends a device what is no protocol: wrong lengths, types, orders, sizes, and random bytes."""

import asyncio
import random

from . import options as settings
from .wires import connect, read_all
from isg_protocol import wire
from isg_protocol.frames import encode_frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .options import Options
    from .report import Report

TARGET = "device"
ANSWER_S = 8.0
SEED = 863
PAUSE_S = 0.01


def messages(count: int) -> "list[tuple[str, bytes]]":
    """Return (name, bytes): the odd ones by name, then `count` random ones, the same each time."""
    found = [
        ("nothing but a length", b"\xff\xff"),
        ("a frame of no length", b"\x00\x00"),
        ("a frame over the limit", (257).to_bytes(2, "big") + bytes(257)),
        ("half a frame", b"\x00\x10\x01abc"),
        ("an unknown type", encode_frame(0x7F, b"x")),
        ("a web request", b"GET / HTTP/1.1\r\nHost: device\r\n\r\n"),
        ("a TLS hello", bytes.fromhex("16030100c8010000c40303")),
    ]
    for frame_type in sorted(wire.FRAME_TYPES):
        for size in (0, 1, 47, 64, 83, 84, 200):
            name = "type {:#04x} with {} bytes of zero".format(frame_type, size)
            found.append((name, encode_frame(frame_type, bytes(size))))
    source = random.Random(SEED)
    for number in range(count):
        found.append(("random bytes {}".format(number), source.randbytes(source.randrange(1, 300))))
    return found


async def run(options: "Options", report: "Report") -> None:
    """Send each on a connection of its own and wait until the device hangs up."""
    owner = await settings.claimed(options, report)
    try:
        links = owner.links
        all_messages = messages(min(options.count, 200))
        open_ones, told = [], 0
        for name, data in all_messages:
            reader, writer = await connect(options.host, options.port)
            try:
                writer.write(data)
                # Half a message may be waited for; an end of our side must end it.
                if writer.can_write_eof():
                    writer.write_eof()
                answer = await read_all(reader, ANSWER_S)
            except ConnectionError:
                answer = b""  # hung up while we wrote
            finally:
                writer.close()
            if answer is None:
                open_ones.append(name)
            else:
                told += len(answer)
            await asyncio.sleep(PAUSE_S)
        report.expect(
            not open_ones,
            "{} malformed messages each end their connection".format(len(all_messages)),
            ", ".join(open_ones) or "{} bytes answered in all".format(told),
        )
        await settings.unharmed(owner, report, links)
    finally:
        await settings.give_back(owner, report)
