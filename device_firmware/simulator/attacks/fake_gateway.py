"""Poses as a gateway: guesses a password, sends weak keys, links without the key, claims again."""

import asyncio
import secrets

from . import options as settings
from .owner import Owner
from .report import CannotAttackError
from .wires import Wire, connect, read_all
from isg_protocol import wire
from isg_protocol.claim_messages import ClaimOpen, encode_open
from isg_protocol.frames import encode_frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .options import Options
    from .report import Report

TARGET = "device"
ANSWER_S = 8.0
GUESS = "AAAABBBBCCCCDDDD"
PATIENCE_S = 1.1  # after each failed claim a device takes none for a second
# Points of X25519 with a shared secret that everybody knows: zero, one, and one of order eight.
WEAK_POINTS = (
    bytes(32),
    b"\x01" + bytes(31),
    bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
)


async def run(options: "Options", report: "Report") -> None:
    """Try all this before and after the device has an owner."""
    if options.code is None:
        raise CannotAttackError("give the device's label: --claim ISG1:<serial>:<password>")
    stranger = Owner(options.host, options.port, options.code)
    for point in WEAK_POINTS:
        message = ClaimOpen(secrets.token_bytes(16), wire.VERSION, 0, 0, stranger.gateway_id, point)
        answer = await _send(options, encode_frame(wire.FRAME_CLAIM_OPEN, encode_open(message)))
        is_refused = answer is not None and wire.FRAME_CLAIM_REPLY not in answer[2:3]
        report.expect(is_refused, "a claim with a weak key gets no reply to work on")
        await asyncio.sleep(PATIENCE_S)
    result = await stranger.try_claim(GUESS)
    report.expect(
        result.status in ("rejected", "locked"), "a guessed password is refused", result.status
    )
    result = await stranger.try_claim(GUESS)
    report.expect(result.status == "locked", "the next guess has to wait", result.status)
    await asyncio.sleep(PATIENCE_S)

    owner = await settings.claimed(options, report)
    try:
        links = owner.links
        for gateway_id, whose in (
            (owner.gateway_id, "the owner's"),
            (stranger.gateway_id, "another"),
        ):
            machine = owner.machine(secrets.token_bytes(wire.KEY_SIZE), gateway_id)
            line = Wire(machine, *(await connect(options.host, options.port)))
            is_over = await line.ended()
            is_linked = any(event.kind == "ready" for event in line.events)
            await line.close()
            report.expect(
                is_over and not is_linked, "no link without the key, under {} id".format(whose)
            )
        result = await stranger.try_claim(GUESS)
        report.expect(result.status == "owned", "a device with owner is not claimed", result.status)
        await settings.unharmed(owner, report, links)
    finally:
        await settings.give_back(owner, report)


async def _send(options: "Options", data: bytes) -> "bytes | None":
    reader, writer = await connect(options.host, options.port)
    try:
        writer.write(data)
        return await read_all(reader, ANSWER_S)
    finally:
        writer.close()
