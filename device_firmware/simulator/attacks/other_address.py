"""Comes from another address than the gateway's: first without the key, then with the stolen key."""

from . import options as settings
from .report import CannotAttackError
from .wires import Wire, WireLost, connect, now_ms, read_all
from isg_protocol import commands, wire
from isg_protocol.frames import encode_frame
from isg_protocol.gateway_phases import READY, RESTRICTED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .options import Options
    from .owner import Owner
    from .report import Report

TARGET = "device"
OTHER_LOOPBACK = "127.0.0.2"
ANSWER_S = 8.0


async def run(options: "Options", report: "Report") -> None:
    """Knock without the key, claim, then link with the stolen key and open a session all the same."""
    source = options.source or OTHER_LOOPBACK
    owner = await settings.claimed(options, report)
    try:
        links = owner.links
        report.say("coming from {}".format(source))
        try:
            reader, writer = await connect(options.host, options.port, source)
        except OSError as error:
            raise CannotAttackError("can't send from {}: {}".format(source, error)) from None
        # The gateway's id is seen on the wire by everybody; its key is not.
        writer.write(encode_frame(wire.FRAME_LINK_INIT, owner.gateway_id + bytes(48)))
        answer = await read_all(reader, ANSWER_S)
        writer.close()
        is_quiet = answer is not None and wire.FRAME_LINK_ACCEPT not in answer[2:3]
        report.expect(is_quiet, "without the key nothing is answered, the connection is closed")
        await _with_key(owner, source, report)
        await settings.unharmed(owner, report, links)
    finally:
        await settings.give_back(owner, report)


async def _with_key(owner: "Owner", source: str, report: "Report") -> None:
    """Link with the stolen key, and open a session although the device says that it allows none."""
    line = Wire(owner.machine(), *(await connect(owner.host, owner.port, source)))
    machine = line.machine
    try:
        try:
            await line.until(lambda: machine.is_ready or machine.phase == RESTRICTED)
        except WireLost:
            report.expect(True, "with the stolen key no link comes up at this address")
            return
        report.expect(
            machine.phase == RESTRICTED,
            "with the stolen key the device lets this address do one thing: tell the gateway's addresses",
        )
        machine.phase = READY
        session_id = bytes(wire.SESSION_ID_SIZE)
        command = commands.encode_command(session_id, "turn_on", owner.switch, {})
        machine.open(session_id, command, now_ms())
        line.flush()
        is_over = await line.ended()
        ends = [event.status for event in line.events if event.kind == "failed"]
        is_unanswered = ends == [wire.STATUS_NOT_EXECUTED]
        report.expect(
            is_over and is_unanswered, "OPEN from this address ends the connection, unanswered"
        )
    finally:
        await line.close()
