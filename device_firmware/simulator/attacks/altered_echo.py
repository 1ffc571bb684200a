"""A hostile device that can be claimed, and then echoes something else than the gateway opened."""

import asyncio

from tools import provision

from .report import CannotAttackError
from iotsg_device.device import Device
from iotsg_device.entities import Switch
from iotsg_device.factory import FactorySettings
from iotsg_device.memory_store import MemoryStore
from isg_protocol import records, wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .options import Options
    from .report import Report

TARGET = "gateway"
FOREIGN = b"AAAAAAAAAAAAAAAAAAAA"  # an identifier that nobody drew
PING_S = 5
COMMITTED = -1  # in place of a breach code
SWITCHING = (b'"cmd":"turn_on"', b'"cmd":"turn_off"')


def _other_command(gsid: bytes, dsid: bytes, last: bytes, command: bytes) -> "tuple[bytes, ...]":
    on, off = SWITCHING
    swapped = command.replace(on, off) if on in command else command.replace(off, on)
    return gsid, dsid, swapped


def _old_dsid(gsid: bytes, dsid: bytes, last: bytes, command: bytes) -> "tuple[bytes, ...]":
    return gsid, last, command


def _other_gsid(gsid: bytes, dsid: bytes, last: bytes, command: bytes) -> "tuple[bytes, ...]":
    return (FOREIGN if gsid else gsid), dsid, command


CHANGES: "tuple[tuple[str, int, Any], ...]" = (
    ("another command", wire.COMMAND_MISMATCH, _other_command),
    ("the DSID of the last session instead of a new one", wire.DSID_MISMATCH, _old_dsid),
    ("a GSID that the gateway did not send", wire.GSID_MISMATCH, _other_gsid),
)


class HostileDevice:
    """A device of the library whose echoes of switch commands are changed, one way after the other."""

    def __init__(self, options: "Options", report: "Report") -> None:
        self._report = report
        self.password = provision.make_password()
        self.serial = options.serial or provision.make_serial("BAD-")
        self.executed: "list[bool]" = []
        self._answers: "asyncio.Queue[Any]" = asyncio.Queue()
        self._at = 0
        self._is_waiting = False
        host, port = options.listen
        factory = provision.make_factory(
            self.serial,
            [self.password],
            port=port,
            model="hostile",
            name="Hostile lamp",
            claim_from="any",
            ping_to=["{}:{}".format(options.host, options.port)],
            ping_interval=PING_S,
        )
        self.device = Device(
            entities=[Switch("relay", "Lamp", self.executed.append)],
            settings=FactorySettings(factory),
            store=MemoryStore(),
            host=host,
            address=host,
            log=lambda text: None,
        )
        self._listen_to_events(self.device.driver.on_event)
        self._change_echoes(self.device.core.connect)

    async def answer(self, seconds: float) -> "Any":
        """Return what follows the next changed echo: a breach code, COMMITTED, or None for the end."""
        return await asyncio.wait_for(self._answers.get(), seconds)

    def _listen_to_events(self, others: "Callable[[Any], None]") -> None:
        def on_event(event: "Any") -> None:
            others(event)
            if event.kind == "closed":
                self._answered(None)

        self.device.driver.on_event = on_event

    def _listen_to_records(self, link: "Any") -> None:
        """Hear what the gateway says: our own half calls a COMMIT that does not fit a breach, too."""
        honest_on_record = link.on_record

        def on_record(record: bytes, now_ms: int) -> None:
            if record[0] == wire.BREACH:
                self._answered(records.decode_breach(record))
            elif record[0] == wire.COMMIT:
                self._answered(COMMITTED)
            honest_on_record(record, now_ms)

        link.on_record = on_record

    def _answered(self, answer: "int | None") -> None:
        if self._is_waiting:
            self._is_waiting = False
            self._answers.put_nowait(answer)

    def _change_echoes(self, honest_connect: "Callable[..., Any]") -> None:
        def connect(*arguments: "Any") -> "Any":
            connection = honest_connect(*arguments)
            honest_send = connection.send
            connection.send = lambda record: honest_send(self._changed(connection, record))
            return connection

        core: "Any" = self.device.core
        core.connect = connect

    def _changed(self, connection: "Any", record: bytes) -> bytes:
        if record[0] != wire.ECHO or self._at >= len(CHANGES):
            return record
        binding = connection.link._binding  # noqa: SLF001 - a hostile device looks where it likes
        gsid, dsid, command = records.decode_session(record, binding.gsid_size)
        if not [word for word in SWITCHING if word in command]:
            return record
        what, _, change = CHANGES[self._at]
        self._at += 1
        self._is_waiting = True
        self._listen_to_records(connection.link)
        self._report.say("the gateway opens a session; echoing it with " + what)
        last = bytes(binding.lanes[wire.LANE_COMMAND].acceptor_id)
        return records.encode_session(wire.ECHO, *change(gsid, dsid, last, command))


async def run(options: "Options", report: "Report") -> None:
    """Wait to be claimed and switched; change the echo of each of the first three commands."""
    hostile = HostileDevice(options, report)
    serving = asyncio.ensure_future(hostile.device.serve())
    try:
        while not hostile.device.port and not serving.done():
            await asyncio.sleep(0.01)
        report.say(
            "a hostile device listens at {}:{}; claim it: code {}".format(
                options.listen[0],
                hostile.device.port,
                provision.claim_text(hostile.serial, hostile.password),
            )
        )
        report.say("then switch its lamp, three times")
        for what, code, _ in CHANGES:
            done = len(hostile.executed)
            answer: "int | None" = None
            try:
                answer = await hostile.answer(options.seconds)
            except asyncio.TimeoutError:
                if not report.held:
                    raise CannotAttackError(
                        "nobody claimed and switched the hostile device"
                    ) from None
                report.say("no further command came: a gateway may suspend what lied to it")
                return
            if answer is None:  # what it said last may be lost when it hangs up
                seen = "the gateway ends the link"
            else:
                seen = "the gateway says " + wire.BREACH_NAMES.get(answer, "COMMIT")
            report.expect(
                answer in (code, None) and len(hostile.executed) == done,
                "an echo with " + what + " is never committed",
                seen,
            )
    finally:
        hostile.device.stop()
        await asyncio.gather(serving, return_exceptions=True)
