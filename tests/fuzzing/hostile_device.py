"""Fuzz target: devices that hold the right key and say anything at all, against the real gateway's end."""

from __future__ import annotations

from collections.abc import Callable
import hashlib
import json

from custom_components.iot_secure_gateway.protocol import (
    continuity,
    data_records,
    gateway_state,
    records,
    wire,
)
from custom_components.iot_secure_gateway.protocol.errors import ProtocolError
from custom_components.iot_secure_gateway.protocol.frames import encode_frame
from custom_components.iot_secure_gateway.protocol.gateway_link import GatewayLink
from custom_components.iot_secure_gateway.protocol.gateway_phases import READY, RESTRICTED, SETTLING
from custom_components.iot_secure_gateway.protocol.gateway_state import MAX_UNSAVED
from custom_components.iot_secure_gateway.protocol.identifiers import draw
from custom_components.iot_secure_gateway.protocol.link import RecordChannel, handshake
from custom_components.iot_secure_gateway.protocol.records import HelloOk, LaneSummary, Outcome
from tests.fuzzing.program import Program
from tests.fuzzing.watched_gateway import CRYPTO, GATEWAY, KEY, MAX_STEPS, SERIAL, WatchedGateway

TIMES = (1, 500, 999, 5000, 10_000, 20_000, 60_000)
ANSWERS = (wire.RELEASED, wire.ADDRESSES_OK, wire.ROTATED, wire.BINDING_ADDED)


class HostileDevice(WatchedGateway):
    """Carries out one program against the gateway's end of a binding."""

    def run(self) -> None:
        """Carry out the program."""
        self.do_link()
        for _ in range(MAX_STEPS):
            if self.program.is_over:
                break
            self.program.choose(STEPS)(self)
            self.settle()
            if self.link.closed:
                self.do_link()
        self.do_restart()

    # --- the driver ------------------------------------------------------------------------------------------
    def do_link(self) -> None:
        program = self.program
        if hasattr(self, "link"):
            self.link.connection_lost(self.now_ms)
            self.settle()
        max_frame = program.choose((512, 1024, 4096, 65535))
        self.link = GatewayLink(
            CRYPTO, self.random, SERIAL, GATEWAY, KEY, self.state, self.now_ms, 0, max_frame
        )
        program.flag()  # means nothing any more, but kept inputs have it
        output = self.link.take_output()
        ours = handshake(CRYPTO, SERIAL, GATEWAY, self.mode, KEY, False)
        ours.read_1(output[3 + wire.GATEWAY_ID_SIZE :])
        answer = encode_frame(wire.FRAME_LINK_ACCEPT, ours.write_2(self.drawn(32)))
        self.channel = RecordChannel(CRYPTO, ours)
        self.link.receive(program.spoil(answer), self.now_ms)
        self.settle()
        how = program.byte() & 7
        if how < 6:
            self.do_greet()
        if how < 4:
            self.do_settle_down()

    def do_settle_down(self) -> None:
        """Answer as an honest device what the gateway wants to know before it is ready."""
        for _ in range(4):
            self.settle()
            if self.link.phase == SETTLING:
                if self.link.continuity._questions:
                    self.do_outcome()
                else:
                    self.do_resynced()

    def do_restart(self) -> None:
        self.link.connection_lost(self.now_ms)
        self.settle()
        is_clean = self.program.flag()
        self.state = gateway_state.from_dict(json.loads(json.dumps(self.state.to_dict())))
        if not is_clean:
            for session_id in self.state.mark_unclean_stop():
                self.ends.pop(session_id, None)
        self.do_link()

    def do_open(self) -> None:
        if self.link.phase != READY or self.state.unsaved >= MAX_UNSAVED:
            return
        self.sessions += 1
        size = self.program.choose((10, 100, self.link.max_command))
        self.command = bytes(size)
        session_id = self.sessions.to_bytes(16, "big")
        self.known.add(session_id)
        self.link.open(session_id, self.command, self.now_ms)

    def do_request(self) -> None:
        requests = self.link.requests
        which = self.program.byte() & 3
        if self.link.phase == READY or (which == 1 and self.link.phase == RESTRICTED):
            if which == 0:
                requests.release(self.now_ms)
            elif which == 1:
                requests.send_addresses([bytes(4)] * (1 + self.program.byte() % 8), self.now_ms)
            elif which == 2:
                requests.rotate(self.now_ms)
            else:
                requests.add_binding(1, bytes(32), self.program.byte(), self.now_ms)

    def do_suspend(self) -> None:
        self.link.suspended = self.program.flag()

    def do_save(self) -> None:
        self.save()

    def do_deal_with_package(self) -> None:
        status = self.program.choose((wire.STATUS_OK, wire.STATUS_REFUSED))
        self.link.package_done(self.package_id, status, self.now_ms)

    def do_wait(self) -> None:
        self.now_ms += self.program.choose(TIMES)
        due = self.link.deadline()
        if due is not None and due <= self.now_ms:
            self.link.tick(self.now_ms)
            after = self.link.deadline()
            assert after is None or after > self.now_ms, "a clock that never comes to rest"

    # --- what devices say ----------------------------------------------------------------------------------
    def do_greet(self) -> None:
        program = self.program
        how = program.byte() if program.byte() & 3 == 3 else 4  # 4: as an honest device
        lanes = []
        for lane in wire.LANES:
            cache = self.state.lanes[lane]
            args = (
                CRYPTO,
                self.channel.hash,
                continuity.FROM_DEVICE,
                lane,
                self.state.epoch,
                cache,
            )
            tags = [continuity.confirmed_tag(*args), continuity.provisional_tag(*args)]
            count = cache.count
            if how >> 4 & (1 << lane):
                tags.reverse()
                count = program.number(4) if how & 64 else count + program.byte() % 40 - 20
            lanes.append(LaneSummary(count & 0xFFFFFFFF, 1, tags[0], tags[1]))
        flags = program.byte() if how & 1 else 0
        epoch = self.state.epoch + program.byte() if how & 2 else self.state.epoch
        max_frame = program.choose((512, 600, 4096, 65535))
        boot = self.state.last_boot + 1 & 0xFFFFFFFF if how & 4 else program.number(4)
        hello = HelloOk(boot, 0, flags, max_frame, epoch, bytes(4), "1.0", lanes)
        self.say(program.spoil(records.encode_hello_ok(hello)))

    def do_say_anything(self) -> None:
        self.say(self.program.sized())

    def do_say_long(self) -> None:
        kind = bytes((self.program.byte(),))
        self.say(kind + self.program.sized() + bytes(self.program.number(2) % 5000))

    def do_echo(self) -> None:
        opened = self.said.get(wire.OPEN)
        if opened is not None:
            gsid, _, command = records.decode_session(opened, self.gsid_size)
            dsid = draw(self.drawn(32))
            record = records.encode_session(wire.ECHO, gsid, dsid, command)
            self.say(self.program.spoil(record))

    def do_result(self) -> None:
        commit = self.said.get(wire.COMMIT)
        if commit is not None:
            gsid, dsid, _ = records.decode_session(commit, self.gsid_size)
            status = self.program.byte() & 7
            record = records.encode_result(gsid, dsid, status, self.program.sized())
            self.say(self.program.spoil(record))

    def do_session(self) -> None:
        """A whole session, so that what comes after sessions is found, too."""
        self.do_open()
        self.settle()
        self.do_echo()
        self.settle()
        self.do_result()

    def do_outcome(self) -> None:
        query = self.said.get(wire.OUTCOME_QUERY)
        if query is not None:
            session_id, number = records.decode_outcome_query(query)
            outcome = Outcome(session_id, number, self.program.byte() & 7, self.program.sized())
            self.say(self.program.spoil(records.encode_outcome(outcome)))

    def do_resynced(self) -> None:
        resync = self.said.get(wire.RESYNC)
        if resync is not None:
            said = records.decode_resync(resync, self.gsid_size)
            outcomes = [Outcome(bytes(16), 1, 0, b"")] * (self.program.byte() % 34)
            self.say(self.program.spoil(records.encode_resynced(said, outcomes)))

    def do_answer(self) -> None:
        kind = self.link.requests._awaited if self.program.flag() else self.program.choose(ANSWERS)
        fields = {wire.ROTATED: CRYPTO.x25519_public(self.drawn(32)), wire.BINDING_ADDED: b"\1"}
        self.say(self.program.spoil(bytes((kind,)) + fields.get(kind, b"")))

    def do_short(self) -> None:
        kind = self.program.choose((wire.KEEPALIVE, wire.BREACH, wire.HELLO, wire.DATA_DONE))
        self.say(bytes((kind,)) + self.program.take(self.program.byte() & 1))

    # --- the data lane -----------------------------------------------------------------------------------
    def do_offer_package(self) -> None:
        self.offer_package(self.program.byte() & 3)

    def offer_package(self, flags: int) -> None:
        """Send DATA_OPEN."""
        program = self.program
        cache = self.state.lanes[wire.LANE_DATA]
        self.package = bytes(program.choose((1, 100, 700, 5000)))
        inline = self.package if flags & data_records.FLAG_INLINE else b""
        message = data_records.DataOpen(
            draw(self.drawn(32)),
            cache.provisional_acceptor or cache.provisional_opener
            if program.flag()
            else cache.last_used,
            self.drawn(16),
            hashlib.sha256(self.package).digest(),
            len(self.package),
            flags,
            inline,
        )
        self.said.pop(wire.DATA_ECHO, None)
        self.say(program.spoil(data_records.encode_data_open(message)))

    def do_commit_package(self) -> None:
        echo = self.said.get(wire.DATA_ECHO)
        if echo is not None:
            self.say(self.program.spoil(bytes((wire.DATA_COMMIT,)) + echo[1:]))

    def do_chunk(self) -> None:
        offset = self.link._data._received & 0xFFFFFFFF
        size = self.program.choose((0, 1, 100, 700, 4000))
        self.say(self.program.spoil(data_records.encode_chunk(offset, bytes(size))))

    def do_whole_package(self) -> None:
        self.do_offer_package()
        self.settle()
        self.do_commit_package()
        self.settle()
        if self.program.flag():
            self.do_deal_with_package()

    def do_long_package(self) -> None:
        """One that goes in parts, or a stream."""
        flags = self.program.choose((0, data_records.FLAG_INLINE | data_records.FLAG_STREAM))
        self.offer_package(flags)
        self.settle()
        self.do_commit_package()
        self.settle()
        for _ in range(self.program.byte() & 7):
            self.do_chunk()
            self.settle()

    def do_ask(self) -> None:
        number = self.program.number(4) if self.program.flag() else self.program.byte()
        self.say(
            records.encode_outcome_query(
                self.package_id or bytes(16), number, wire.DATA_OUTCOME_QUERY
            )
        )

    def do_bytes(self) -> None:
        self.link.receive(self.program.sized(), self.now_ms)

    def do_frame(self) -> None:
        kind = self.program.choose((*sorted(wire.FRAME_TYPES), 0x20))
        self.link.receive(encode_frame(kind, self.program.sized()), self.now_ms)


STEPS: tuple[Callable[[HostileDevice], None], ...] = (
    HostileDevice.do_open,
    HostileDevice.do_echo,
    HostileDevice.do_result,
    HostileDevice.do_session,
    HostileDevice.do_offer_package,
    HostileDevice.do_commit_package,
    HostileDevice.do_chunk,
    HostileDevice.do_whole_package,
    HostileDevice.do_long_package,
    HostileDevice.do_deal_with_package,
    HostileDevice.do_link,
    HostileDevice.do_greet,
    HostileDevice.do_restart,
    HostileDevice.do_request,
    HostileDevice.do_answer,
    HostileDevice.do_outcome,
    HostileDevice.do_resynced,
    HostileDevice.do_short,
    HostileDevice.do_say_anything,
    HostileDevice.do_say_long,
    HostileDevice.do_ask,
    HostileDevice.do_suspend,
    HostileDevice.do_save,
    HostileDevice.do_wait,
    HostileDevice.do_bytes,
    HostileDevice.do_frame,
)


def gateway_end(data: bytes) -> None:
    """Run one program of a hostile device."""
    try:
        HostileDevice(Program(data)).run()
    except ProtocolError as error:
        raise AssertionError("a gateway's message that no device understands") from error
