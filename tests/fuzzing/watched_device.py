"""The device that fuzz targets drive, with what must hold in every state of it."""

from __future__ import annotations

from typing import Any

from custom_components.iot_secure_gateway.protocol import data_records, link, records, wire
from custom_components.iot_secure_gateway.protocol.caches import LaneCache
from custom_components.iot_secure_gateway.protocol.claim import GatewayClaim
from custom_components.iot_secure_gateway.protocol.device_connection import DeviceConnection
from custom_components.iot_secure_gateway.protocol.device_core import DeviceCore
from custom_components.iot_secure_gateway.protocol.device_memory import CONFIRMED, Binding
from custom_components.iot_secure_gateway.protocol.frames import FrameReader, encode_frame
from tests.fuzzing.ports import CountingRandom, Facts, Flash, QuickCrypto
from tests.fuzzing.program import Program

MAX_STEPS = 60  # of one input: more finds nothing that fewer do not
CRYPTO = QuickCrypto()
ADDRESSES = (b"\x7f\0\0\1", b"\x7f\0\0\2", b"\x7f\0\0\3", bytes(15) + b"\1")
PRS = bytes(range(32))
KEYS = (b"k" * 32, b"q" * 32)
GATEWAYS = (b"G" * 16, b"H" * 16)


class Peer:
    """One connection of a hostile gateway, and what it remembers of what the device said."""

    def __init__(self, connection: DeviceConnection, slot: int) -> None:
        self.connection = connection
        self.slot = slot
        self.channel: link.RecordChannel | None = None
        self.limit = wire.MAX_FRAME_BEFORE_LINK  # of frames that the device may send
        self.echo: tuple[bytes, bytes, bytes] | None = None  # that may be committed
        self.package: data_records.DataOpen | None = None
        self.gsid = b""  # the pair of the data lane that is committed
        self.claim: GatewayClaim | None = None


class WatchedDevice:
    """A device with one or two bindings, as a program's first byte says, and its peers' connections."""

    def __init__(self, program: Program) -> None:
        self.program = program
        kinds = program.byte()
        self.mode = kinds & 1
        persistence = [("always", "checkpoint")[kinds >> bit & 1] for bit in (1, 2)]
        self.facts = Facts([PRS, None, None, None], self.mode, persistence[0], persistence[1])
        if kinds & 16:
            self.facts.ip_recovery = "strict"
        self.now_ms = 1000
        self.drawn = CountingRandom(b"gateway")
        self.flash = Flash()
        self.core = self._start()
        self._bind(0)
        if kinds & 8:
            self._bind(1)
        self.keys = list(KEYS)
        self.secret = b""
        self.peers: list[Peer] = []
        self.peer: Peer | None = None
        self.may_execute: tuple[int, bytes] | None = None
        self.executed: dict[bytes, int] = {}  # binding key -> highest number that was executed

    def _start(self) -> DeviceCore:
        return DeviceCore(CRYPTO, CountingRandom(b"device"), self.flash, self.facts, self.now_ms)

    def _bind(self, slot: int) -> None:
        binding = Binding(slot, CONFIRMED, self.mode, GATEWAYS[slot], KEYS[slot])
        binding.addresses = [ADDRESSES[slot], ADDRESSES[3]]
        gsid = b"" if self.mode else b"E" * 20
        binding.lanes = [LaneCache(gsid, b"5" * 20), LaneCache(b"6" * 20, gsid)]
        self.core.memory.add_binding(binding)

    # --- what the device says --------------------------------------------------------------------------
    def settle(self) -> None:
        """Take output and events of all connections, and check what must hold in every state."""
        for peer in self.peers:
            for event in peer.connection.take_events():
                self._on_event(peer, event)
            self._read(peer, peer.connection.take_output())
            reader = peer.connection._reader
            assert peer.connection.closed or len(reader._buffer) < reader.limit + 2
        self.may_execute = None
        core = self.core
        assert len(core._waiting) <= 2
        assert len(core.memory.bindings) <= wire.PRS_SLOTS
        for binding in core.memory.bindings.values():
            assert binding.epoch <= wire.MAX_COUNT
            assert max(lane.count for lane in binding.lanes) <= wire.MAX_COUNT + MAX_STEPS
        for table in core.memory.outcomes.values():
            assert len(table) <= wire.OUTCOMES_KEPT
        if core.live is not None:
            assert not core.live.closed
            assert core.live is core._links[core.active_slot]
        for slot, connection in core._links.items():
            assert not connection.closed
            assert slot in core.memory.bindings
        self.peers = [peer for peer in self.peers if not peer.connection.closed]
        if self.peer not in self.peers:
            self.peer = self.peers[-1] if self.peers else None

    def _on_event(self, peer: Peer, event: Any) -> None:
        repr(event)
        if event.kind != "execute":
            return
        # G1 and G2: only what was committed as it was echoed, and every session once.
        assert self.may_execute is not None, "a command that nobody committed"
        slot, command = self.may_execute
        assert slot == peer.slot
        assert event.session_id.hex().encode() in command
        binding = self.core.memory.bindings[slot]
        number = binding.lanes[0].count
        assert number > self.executed.get(binding.key, 0), "a session that was executed before"
        self.executed[binding.key] = number
        self.may_execute = None

    def _read(self, peer: Peer, data: bytes) -> None:
        reader = FrameReader(wire.MAX_MAX_FRAME)
        reader.feed(data)
        while (frame := reader.next()) is not None:
            limit = peer.limit
            if frame[0] == wire.FRAME_RECORD:
                assert peer.channel is not None
                record = peer.channel.open(frame[1])
                self._on_record(peer, record)
                if record[0] == wire.ECHO:  # as long as the command, whatever the gateway said
                    limit = self.facts.max_frame
            assert len(frame[1]) + 1 <= limit, "a frame that the gateway does not take"
            if frame[0] != wire.FRAME_RECORD and peer.claim is not None:
                peer.claim.receive(encode_frame(*frame), self.now_ms)
        assert reader._buffer == b""

    def _on_record(self, peer: Peer, record: bytes) -> None:
        gsid_size = 0 if self.mode else wire.IDENTIFIER_SIZE
        if record[0] == wire.ECHO:
            peer.echo = records.decode_session(record, gsid_size)
        elif record[0] == wire.DATA_OPEN:
            peer.package = data_records.decode_data_open(record)
        elif record[0] == wire.ROTATED and self.secret:
            public = records.decode_public_key(record)
            key = self.keys[peer.slot % 2]
            self.keys[peer.slot % 2] = link.rotated_key(CRYPTO, key, self.secret, public)

    # --- what peers do --------------------------------------------------------------------------------
    def connect(self, slot: int) -> Peer:
        """Open a connection from an address of the program's choice."""
        address = ADDRESSES[self.program.byte() & 3]
        peer = Peer(self.core.connect(address, True, self.now_ms), slot)
        self.peers.append(peer)
        self.peer = peer
        return peer

    def say(self, record: bytes) -> None:
        """Send one record on the current link."""
        peer = self.peer
        if peer is None or peer.channel is None:
            return
        if record[:1] == bytes((wire.HELLO,)) and len(record) == 55:
            peer.limit = max(peer.limit, int.from_bytes(record[9:11], "big"))
        if peer.echo is not None and record[:1] == bytes((wire.COMMIT,)):
            gsid, dsid, command = peer.echo
            if record == records.encode_session(wire.COMMIT, gsid, dsid, command):
                self.may_execute = (peer.slot, command)
        peer.connection.receive(peer.channel.seal(record), self.now_ms)
