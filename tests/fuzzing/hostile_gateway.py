"""Fuzz target: gateways that hold right keys and say anything at all, against the real device."""

from __future__ import annotations

from collections.abc import Callable

from custom_components.iot_secure_gateway.protocol import data_records, link, records, wire
from custom_components.iot_secure_gateway.protocol.caches import LaneCache
from custom_components.iot_secure_gateway.protocol.claim import GatewayClaim
from custom_components.iot_secure_gateway.protocol.errors import HandshakeError, RecordError
from custom_components.iot_secure_gateway.protocol.frames import encode_frame
from custom_components.iot_secure_gateway.protocol.identifiers import draw
from tests.fuzzing.program import Program
from tests.fuzzing.watched_device import (
    ADDRESSES,
    CRYPTO,
    GATEWAYS,
    KEYS,
    MAX_STEPS,
    PRS,
    WatchedDevice,
)

INVITED = bytes(range(1, 33))
TIMES = (1, 999, 2000, 5000, 10_000, 20_000, 60_000, 120_000, 600_000)
COUNTS = (1, 1000, wire.MAX_COUNT, wire.MAX_COUNT + 1, 0xFFFFFFFF)
COMMANDS = (
    b'{"args":{},"cmd":"turn_on","entity":"relay","id":"000102030405060708090a0b0c0d0e0f"}',
    b'{"args":{"n":1},"cmd":"set","id":"0f0102030405060708090a0b0c0d0e0f"}',
    b"{}",
    b"not a command",
    b"",
)


class HostileGateway(WatchedDevice):
    """Carries out one program against a device."""

    def run(self) -> None:
        """Carry out the program."""
        self.do_link()
        for _ in range(MAX_STEPS):
            if self.program.is_over:
                break
            self.program.choose(STEPS)(self)
            self.settle()
            if not self.peers:
                self.do_link()
        self.core.stop()

    # --- what gateways do --------------------------------------------------------------------------------
    def do_link(self) -> None:
        """Link with a right key (the old one, where it was rotated, is tried as well) and greet."""
        program = self.program
        slot = program.byte() & 1
        key = KEYS[slot] if program.flag() else self.keys[slot]
        peer = self.connect(slot)
        gateway = GATEWAYS[slot]
        handshake = link.handshake(CRYPTO, self.facts.serial, gateway, self.mode, key, True)
        first = handshake.write_1(self.drawn(32))
        peer.connection.receive(encode_frame(wire.FRAME_LINK_INIT, gateway + first), self.now_ms)
        answer = peer.connection.take_output()
        if answer[2:3] != bytes((wire.FRAME_LINK_ACCEPT,)):
            return
        handshake.read_2(answer[3:])
        peer.channel = link.RecordChannel(CRYPTO, handshake)
        binding = self.core.memory.bindings[slot]
        max_frame = program.choose((512, 700, 4096, 65535))
        lanes = [(lane.count, bytes(16)) for lane in binding.lanes]
        hello = records.encode_hello(records.Hello(0, max_frame, binding.epoch, lanes))
        if program.byte() & 3 != 3:  # else the first record is any other
            peer.limit = max_frame
            self.say(hello)

    def do_say_anything(self) -> None:
        self.say(self.program.sized())

    def do_say_long(self) -> None:
        kind = bytes((self.program.byte(),))
        self.say(kind + self.program.sized() + bytes(self.program.number(2) % 1100))

    def _lanes(self) -> list[LaneCache]:
        slot = 0 if self.peer is None else self.peer.slot
        binding = self.core.memory.bindings.get(slot)
        return [LaneCache(b"", b""), LaneCache(b"", b"")] if binding is None else binding.lanes

    def do_open(self) -> None:
        cache = self._lanes()[0]
        last = cache.provisional_acceptor if self.program.flag() else cache.acceptor_id
        gsid = b"" if self.mode else draw(self.drawn(32))
        command = self.program.choose(COMMANDS)
        if self.program.byte() & 7 == 7:
            command = command.ljust(self.program.number(2) % 1100)
        record = records.encode_session(wire.OPEN, gsid, last, command)
        self.say(self.program.spoil(record))

    def do_commit(self) -> None:
        if self.peer is not None and self.peer.echo is not None:
            gsid, dsid, command = self.peer.echo
            if self.program.flag():
                command = self.program.choose(COMMANDS)
            record = records.encode_session(wire.COMMIT, gsid, dsid, command)
            self.say(self.program.spoil(record))

    def do_session(self) -> None:
        """Open and commit, so that what comes after sessions is found, too."""
        cache = self._lanes()[0]
        gsid = b"" if self.mode else draw(self.drawn(32))
        self.say(
            records.encode_session(
                wire.OPEN, gsid, cache.acceptor_id, self.program.choose(COMMANDS)
            )
        )
        self.settle()
        if self.peer is not None and self.peer.echo is not None:
            self.say(records.encode_session(wire.COMMIT, *self.peer.echo))

    def do_ask(self) -> None:
        command = self.program.choose(COMMANDS)
        session_id = bytes.fromhex(command[-34:-2].decode()) if len(command) > 40 else bytes(16)
        number = self.program.number(4) if self.program.flag() else self.program.byte()
        self.say(records.encode_outcome_query(session_id, number))

    def do_resync(self) -> None:
        program = self.program
        lane = program.byte() % 3
        slot = 0 if self.peer is None else self.peer.slot
        binding = self.core.memory.bindings.get(slot)
        epoch, count = (0, 0) if binding is None else (binding.epoch, binding.lanes[lane % 2].count)
        if program.flag():
            epoch, count = program.choose(COUNTS), program.choose(COUNTS)
        else:
            epoch, count = epoch + (program.byte() & 3), count + (program.byte() & 63)
        gsid = b"" if self.mode else draw(self.drawn(32))
        said = records.Resync(lane, epoch, count, gsid, draw(self.drawn(32)))
        self.say(program.spoil(records.encode_resync(said)))

    def do_short(self) -> None:
        kinds = (wire.KEEPALIVE, wire.RELEASE, wire.BREACH, wire.RELEASED, wire.HELLO_OK)
        record = bytes((self.program.choose(kinds),))
        self.say(record + self.program.take(self.program.byte() & 1))

    def do_addresses(self) -> None:
        number = self.program.byte() % 10
        given = [self.program.choose(ADDRESSES) for _ in range(number)]
        record = bytes((wire.ADDRESSES,)) + records.pack_addresses(given)
        self.say(self.program.spoil(record))

    def do_rotate(self) -> None:
        self.secret = self.drawn(32)
        self.say(
            self.program.spoil(bytes((wire.ROTATE,)) + CRYPTO.x25519_public(self.secret)),
        )

    def do_invite(self) -> None:
        slot, seconds = self.program.byte() & 3, self.program.choose((0, 1, 600, 65535))
        self.say(self.program.spoil(records.encode_add_binding(slot, INVITED, seconds)))

    def do_claim(self) -> None:
        program = self.program
        slot = program.byte() & 3
        peer = self.connect(slot)
        prs = program.choose((PRS, INVITED, bytes(32)))
        peer.claim = GatewayClaim(
            CRYPTO, self.drawn, self.facts.serial, b"I" * 16, prs, slot, self.mode, self.now_ms
        )
        for _ in range(2):
            peer.connection.receive(program.spoil(peer.claim.take_output()), self.now_ms)
            self.settle()

    # --- the data lane -----------------------------------------------------------------------------------
    def do_echo_package(self) -> None:
        peer = self.peer
        if peer is not None and peer.package is not None:
            peer.gsid = b"" if self.mode else draw(self.drawn(32))
            package = peer.package
            record = data_records.encode_data_step(
                wire.DATA_ECHO, package.dsid, peer.gsid, package.digest
            )
            self.say(self.program.spoil(record))

    def do_done(self) -> None:
        peer = self.peer
        if peer is not None and peer.package is not None:
            record = data_records.encode_data_done(
                peer.package.dsid, peer.gsid, self.program.byte() & 3
            )
            self.say(self.program.spoil(record))

    def do_tell_outcome(self) -> None:
        session_id, number = self.core.open_package or (bytes(16), 0)
        record = data_records.encode_data_outcome(session_id, number, self.program.byte() & 7)
        self.say(self.program.spoil(record))

    def do_send_package(self) -> None:
        size, is_stream = self.program.number(2) % 3000, self.program.flag()
        live = self.core.live
        if live is not None:
            self.say(bytes((wire.KEEPALIVE,)))  # the lane opens with it
            self.settle()
            live = self.core.live
        if live is not None and self.core.can_send_package:
            room = live.link.max_frame - data_records.OPEN_OVERHEAD
            size = 1 + size % room if is_stream else 1 + size
            self.core.send_package(bytes(size), self.now_ms, is_stream)

    def do_whole_package(self) -> None:
        """A package, echoed and perhaps done, so that what comes after packages is found, too."""
        self.do_send_package()
        self.settle()
        self.do_echo_package()
        self.settle()
        if self.program.flag():
            self.do_done()

    def do_write_stream(self) -> None:
        live = self.core.live
        size = self.program.byte()
        if live is not None and live.link.data._is_stream and live.link.data._phase == 4:
            self.core.write_stream(bytes(min(size, self.core.stream_room)), self.now_ms)

    # --- what happens at the device ------------------------------------------------------------------------
    def do_finish(self) -> None:
        if self.core.executing is not None:
            status = self.program.choose((wire.STATUS_OK, wire.STATUS_FAILED, wire.STATUS_REFUSED))
            result = bytes(self.program.choose((2, 256, 257, 5000)))
            self.core.finish(self.core.executing[2], status, result, self.now_ms)

    def do_wait(self) -> None:
        self.now_ms += self.program.choose(TIMES)
        for peer in list(self.peers):
            due = peer.connection.deadline()
            if due is not None and due <= self.now_ms:
                peer.connection.tick(self.now_ms)
                after = peer.connection.deadline()
                assert after is None or after > self.now_ms, "a clock that never comes to rest"

    def do_cut(self) -> None:
        if self.peer is not None:
            self.peer.connection.connection_lost(self.now_ms)

    def do_change_peer(self) -> None:
        if self.peers:
            self.peer = self.program.choose(self.peers)

    def do_reboot(self) -> None:
        self.flash.lost = self.program.byte() & 7 == 7
        if self.program.flag():
            self.core.stop()
        self.core = self._start()
        if self.facts.persistence == "checkpoint":  # there counts may go back, until a RESYNC
            self.executed.clear()
        self.peers = []
        self.peer = None

    def do_button(self) -> None:
        if self.program.flag():
            self.core.desk.unlock(self.now_ms)
        else:
            self.core.factory_reset()
            self.executed.clear()
            assert not self.core.is_owned

    def do_ping(self) -> None:
        assert self.core.pings("192.0.2.1", 8863)

    def do_bytes(self) -> None:
        if self.peer is not None:
            self.peer.connection.receive(self.program.sized(), self.now_ms)

    def do_frame(self) -> None:
        if self.peer is not None:
            kind = self.program.choose((*sorted(wire.FRAME_TYPES), 0x20))
            self.peer.connection.receive(encode_frame(kind, self.program.sized()), self.now_ms)


STEPS: tuple[Callable[[HostileGateway], None], ...] = (
    HostileGateway.do_open,
    HostileGateway.do_commit,
    HostileGateway.do_session,
    HostileGateway.do_finish,
    HostileGateway.do_short,
    HostileGateway.do_send_package,
    HostileGateway.do_echo_package,
    HostileGateway.do_done,
    HostileGateway.do_whole_package,
    HostileGateway.do_link,
    HostileGateway.do_say_anything,
    HostileGateway.do_say_long,
    HostileGateway.do_ask,
    HostileGateway.do_resync,
    HostileGateway.do_addresses,
    HostileGateway.do_rotate,
    HostileGateway.do_invite,
    HostileGateway.do_claim,
    HostileGateway.do_tell_outcome,
    HostileGateway.do_write_stream,
    HostileGateway.do_wait,
    HostileGateway.do_cut,
    HostileGateway.do_change_peer,
    HostileGateway.do_reboot,
    HostileGateway.do_button,
    HostileGateway.do_ping,
    HostileGateway.do_bytes,
    HostileGateway.do_frame,
)


def device_end(data: bytes) -> None:
    """Run one program of a hostile gateway."""
    try:
        HostileGateway(Program(data)).run()
    except (HandshakeError, RecordError) as error:
        raise AssertionError("a device's message that no gateway understands") from error
