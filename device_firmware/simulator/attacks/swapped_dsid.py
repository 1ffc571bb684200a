"""A thief with the owner's key, in the owner's place, who swaps what the third message must repeat."""

from . import options as settings
from isg_protocol import records, wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .options import Options
    from .owner import Owner
    from .report import Report

    Change = Callable[[bytes, bytes, bytes], "tuple[bytes, bytes, bytes]"]

TARGET = "device"
FOREIGN = b"AAAAAAAAAAAAAAAAAAAA"  # an identifier that nobody drew


async def run(options: "Options", report: "Report") -> None:
    """Swap each field of COMMIT and of OPEN in turn; see that nothing runs and the next command does."""
    owner = await settings.claimed(options, report)
    try:
        cache = owner.state.lanes[wire.LANE_COMMAND]
        old_gsid, old_dsid = bytes(cache.opener_id), bytes(cache.acceptor_id)
        await owner.turn(False)  # now there is a session before the last one
        commit: "tuple[tuple[str, Change, tuple[int, ...]], ...]" = (
            (
                "the DSID of an earlier session",
                lambda g, d, c: (g, old_dsid, c),
                (wire.DSID_MISMATCH,),
            ),
            ("a DSID that nobody sent", lambda g, d, c: (g, FOREIGN, c), (wire.DSID_MISMATCH,)),
            (
                "GSID and DSID swapped",
                lambda g, d, c: (d, g, c),
                (wire.GSID_MISMATCH, wire.DSID_MISMATCH),
            ),
            (
                "the GSID of an earlier session",
                lambda g, d, c: (old_gsid, d, c),
                (wire.GSID_MISMATCH,),
            ),
            (
                "another command than was opened",
                lambda g, d, c: (g, d, c.replace(b"turn_off", b"turn_on")),
                (wire.COMMAND_MISMATCH,),
            ),
        )
        opening: "tuple[tuple[str, Change, tuple[int, ...]], ...]" = (
            (
                "a DSID that is not the last one",
                lambda g, d, c: (g, old_dsid, c),
                (wire.DSID_MISMATCH,),
            ),
            (
                "a GSID that was used before",
                lambda g, d, c: (bytes(cache.opener_id), d, c),
                (wire.GSID_REUSED,),
            ),
        )
        for kind, name, changes in ((wire.COMMIT, "COMMIT", commit), (wire.OPEN, "OPEN", opening)):
            for what, change, codes in changes:
                await _swapped(owner, report, kind, change, "{} with {}".format(name, what), codes)
    finally:
        await settings.give_back(owner, report)


async def _swapped(
    owner: "Owner",
    report: "Report",
    kind: int,
    change: "Change",
    what: str,
    codes: "tuple[int, ...]",
) -> None:
    """Send one command with a record changed; only a swapped command could turn something on."""
    machine = owner.link.machine
    line = owner.link
    honest_send = machine.send

    def send(record: bytes, now_ms: int) -> None:
        if record[0] == kind:
            fields: "Any" = records.decode_session(record, machine.state.gsid_size)
            record = records.encode_session(kind, *change(*fields))
        honest_send(record, now_ms)

    machine.send = send
    is_refused = False
    try:
        name = "turn_off" if b"turn_on" in change(b"", b"", b"turn_off")[2] else "turn_on"
        await owner.command(name, owner.switch)
    except Exception as error:  # noqa: BLE001 - refused in whichever way
        is_refused = type(error).__name__ == "WireLost"
    told = [code for code in line.codes() if code in codes]
    seen = ", ".join(wire.BREACH_NAMES[code] for code in line.codes()) or "no word"
    report.expect(
        is_refused and bool(told), what + " executes nothing and is called a breach", seen
    )
    await owner.connect()
    report.expect(not await owner.is_on(), "the switch is off as before, over the next link")
