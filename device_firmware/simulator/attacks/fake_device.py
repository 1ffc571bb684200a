"""Announces somebody else's serial to a gateway, and answers whatever the gateway then sends."""

import asyncio
import json
import os
import socket

from .report import CannotAttackError
from isg_protocol import wire
from isg_protocol.errors import ProtocolError
from isg_protocol.frames import FrameReader, encode_frame
from isg_protocol.wire import TAG_SIZE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .options import Options
    from .report import Report

TARGET = "gateway"
PING_S = 0.5
READ_SIZE = 4096
# X25519 of 9 by some secret; any valid point will do.
POINT = bytes.fromhex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c")


class FakeDevice:
    """Answers claims and links as well as one can who knows neither password nor key."""

    def __init__(self, report: "Report") -> None:
        self._report = report
        self.seen: "dict[int, int]" = {}  # frame type -> how many came

    async def serve(self, reader: "Any", writer: "Any") -> None:
        """Deal with one connection of the gateway."""
        frames = FrameReader(wire.MAX_MAX_FRAME)
        try:
            while True:
                data = await reader.read(READ_SIZE)
                if not data:
                    break
                frames.feed(data)
                frame = frames.next()
                while frame is not None:
                    self._count(frame[0])
                    writer.write(_ANSWERS.get(frame[0], _nothing)())
                    frame = frames.next()
        except (OSError, ProtocolError):
            pass
        finally:
            writer.close()

    def count(self, frame_type: int) -> int:
        """Return how many frames of a type the gateway sent."""
        return self.seen.get(frame_type, 0)

    def _count(self, frame_type: int) -> None:
        if frame_type not in self.seen:
            self._report.say("the gateway sends {}".format(_NAMES.get(frame_type, "something")))
        self.seen[frame_type] = self.seen.get(frame_type, 0) + 1


_NAMES = {
    wire.FRAME_LINK_INIT: "the first message of a link",
    wire.FRAME_CLAIM_OPEN: "the first message of a claim: somebody typed the password for us",
    wire.FRAME_CLAIM_CONFIRM: "its proof of the password: one guess could be checked with it",
    wire.FRAME_RECORD: "a record",
}


def _nothing() -> bytes:
    return b""


_ANSWERS = {
    wire.FRAME_LINK_INIT: lambda: encode_frame(
        wire.FRAME_LINK_ACCEPT, POINT + os.urandom(TAG_SIZE)
    ),
    wire.FRAME_CLAIM_OPEN: lambda: encode_frame(wire.FRAME_CLAIM_REPLY, POINT),
    wire.FRAME_CLAIM_CONFIRM: lambda: encode_frame(
        wire.FRAME_CLAIM_RESULT, bytes((wire.CLAIM_VALIDATED,)) + os.urandom(64)
    ),
}


async def run(options: "Options", report: "Report") -> None:
    """Ping as the victim, unclaimed and with a forged proof, and serve whoever comes."""
    if options.serial is None:
        raise CannotAttackError("whom to pose as: --serial")
    fake = FakeDevice(report)
    server = await asyncio.start_server(fake.serve, *options.listen)
    host, port = server.sockets[0].getsockname()[:2]
    report.say(
        "posing as {} at {}:{} for {:.0f} s".format(options.serial, host, port, options.seconds)
    )
    facts: "dict[str, Any]" = {
        "v": wire.VERSION, "sn": options.serial, "ip": host, "port": port,
        "model": "fake", "fw": "1.0", "claimed": False,
    }  # fmt: skip
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    sender = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sender.setblocking(False)
        for number in range(int(options.seconds / PING_S)):
            bound = dict(facts, claimed=True, boot=1000, seq=number)
            forged = b"ISG1P" + json.dumps(bound).encode() + os.urandom(TAG_SIZE)
            for datagram in (json.dumps(facts).encode(), forged):
                try:
                    sender.sendto(datagram, (options.host, options.port))
                except OSError:
                    pass  # nobody listens for pings there, or the queue is full
            await asyncio.sleep(PING_S)
    finally:
        sender.close()
        server.close()
        await server.wait_closed()
    links = fake.count(wire.FRAME_LINK_INIT)
    claims = fake.count(wire.FRAME_CLAIM_OPEN)
    report.expect(
        fake.count(wire.FRAME_RECORD) == 0,
        "the gateway told us nothing and commanded us nothing",
        "it tried {} links and {} claims".format(links, claims),
    )
