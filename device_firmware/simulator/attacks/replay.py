"""Records the owner's traffic on the way to a device and sends it again, in several ways."""

import asyncio

from . import options as settings
from .taps import Tap
from .wires import connect, read_all
from isg_protocol import wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .options import Options
    from .report import Report

TARGET = "device"
ANSWER_S = 8.0  # a device ends what has not proved itself after 5 s


async def run(options: "Options", report: "Report") -> None:
    """Replay whole links, single records, and the claim; then copy records on the living link."""
    tap = Tap(options.host, options.port, options.listen)
    owner = await settings.claimed(options, report, await tap.start())
    try:
        await owner.turn(True)
        await owner.turn(False)
        recording = tap.recordings[-1]
        frames = list(recording.frames)
        claim_frames = list(tap.recordings[0].frames)
        report.say(
            "recorded {} frames of a link and {} of the claim".format(
                len(frames), len(claim_frames)
            )
        )
        links = owner.links

        await _again(options, report, b"".join(frames), "a recorded link, sent again at once")
        for number, frame in enumerate(frames[1:6], 1):
            await _again(
                options,
                report,
                frames[0] + frame,
                "its first message and then record {}".format(number),
            )
        await _again(options, report, frames[-1], "a record without any link")
        await _again(options, report, b"".join(claim_frames), "the recorded claim")
        await settings.unharmed(owner, report, links)

        report.say(
            "copying the owner's last record on the living link (who can do that can cut it, too)"
        )
        recording.inject(recording.frames[-1])
        report.expect(
            await owner.link.ended(), "the device ends a link on which a record comes twice"
        )
        await owner.connect()
        await settings.unharmed(owner, report, links + 1)
    finally:
        await settings.give_back(owner, report)
        await tap.stop()


async def _again(options: "Options", report: "Report", data: bytes, what: str) -> None:
    reader, writer = await connect(options.host, options.port)
    try:
        writer.write(data)
        answer = await read_all(reader, ANSWER_S)
    finally:
        writer.close()
    await asyncio.sleep(0)
    validated = bytes((wire.FRAME_CLAIM_RESULT, wire.CLAIM_VALIDATED))
    is_refused = answer is not None and answer[2:4] != validated and not _has_record(answer)
    seen = "still open" if answer is None else "{} bytes answered, then closed".format(len(answer))
    report.expect(is_refused, "replay of " + what + " is refused", seen)


def _has_record(answer: bytes) -> bool:
    """Tell whether the device said something on an authenticated link."""
    at = 0
    while at + 3 <= len(answer):
        if answer[at + 2] == wire.FRAME_RECORD:
            return True
        at += 2 + (answer[at] << 8 | answer[at + 1])
    return False
