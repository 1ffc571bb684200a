"""The gateway's end that fuzz targets drive, with what must hold in every state of it."""

from __future__ import annotations

import json
from typing import Any

from custom_components.iot_secure_gateway.protocol import gateway_state, wire
from custom_components.iot_secure_gateway.protocol.caches import LaneCache
from custom_components.iot_secure_gateway.protocol.frames import FrameReader
from custom_components.iot_secure_gateway.protocol.gateway_link import GatewayLink
from custom_components.iot_secure_gateway.protocol.gateway_state import GatewayState
from custom_components.iot_secure_gateway.protocol.link import RecordChannel
from tests.fuzzing.ports import CountingRandom, QuickCrypto
from tests.fuzzing.program import Program

MAX_STEPS = 60  # of one input
CRYPTO = QuickCrypto()
SERIAL = "FUZZ-1"
GATEWAY = b"G" * 16
KEY = b"k" * 32
_ENDS = ("result", "failed", "outcome")


class WatchedGateway:
    """The gateway's state of one binding, as a program's first byte says, and its link of the moment."""

    link: GatewayLink
    channel: RecordChannel

    def __init__(self, program: Program) -> None:
        self.program = program
        kinds = program.byte()
        self.mode = kinds & 1
        self.gsid_size = 0 if self.mode else wire.IDENTIFIER_SIZE
        gsid = b"" if self.mode else b"E" * 20
        self.state = GatewayState(
            self.mode, [LaneCache(gsid, b"5" * 20), LaneCache(b"6" * 20, gsid)]
        )
        self.state.resync_pending = [bool(kinds & 2), bool(kinds & 4)]
        self.state.may_have_lost = [bool(kinds & 8), bool(kinds & 16)]
        if kinds & 32:
            self.state.unresolved = [(b"\1" * 16, 0), (b"\2" * 16, 7)]
        self.known = {session_id for session_id, _ in self.state.unresolved}
        self.drawn = CountingRandom(b"device")
        self.random = CountingRandom(b"gateway")
        self.now_ms = 1000
        self.sessions = 0
        self.command = b""
        self.may_commit = b""  # the COMMIT that the last ECHO allows
        self.said: dict[int, bytes] = {}  # last record of each kind that the gateway sent
        self.ends: dict[bytes, list[tuple[str, int]]] = {}
        self.package = b""
        self.package_id = b""

    # --- what the gateway says ---------------------------------------------------------------------------
    def settle(self) -> None:
        """Take output and events, and check what must hold in every state."""
        self.read(self.link.take_output())
        for event in self.link.take_events():
            self._on_event(event)
        data = self.link._data
        if data._parts:
            assert sum(map(len, data._parts)) < data._message.size <= wire.MAX_PACKAGE
        assert self.link.closed or len(self.link._reader._buffer) < self.link._reader.limit + 2
        assert len(self.state.data_done) <= 4
        self.may_commit = b""

    def read(self, output: bytes) -> None:
        """Open what the gateway sent."""
        reader = FrameReader(wire.MAX_MAX_FRAME)
        reader.feed(output)
        while (frame := reader.next()) is not None:
            if frame[0] != wire.FRAME_RECORD:
                continue
            record = self.channel.open(frame[1])
            self.said[record[0]] = record
            assert len(frame[1]) + 1 <= max(self.link.peer_max_frame, 256)
            if record[0] == wire.COMMIT:  # FIG 10 step 1015
                assert record == self.may_commit, "COMMIT of something else than was echoed"
                assert not self.link.suspended
        assert reader._buffer == b""

    def _on_event(self, event: Any) -> None:
        repr(event)
        if event.kind == "save_now":
            self.save()
        elif event.kind == "package":
            self.package_id = event.session_id
            assert len(event.package) <= wire.MAX_PACKAGE
        elif event.kind == "stream":
            self.package_id = event.session_id
            self.link.take_more(event.session_id, 8192, self.now_ms)
        elif event.kind == "rotated":
            assert len(event.key) == wire.KEY_SIZE
        elif event.kind in _ENDS:
            assert event.session_id in self.known, "the end of a session that never was"
            ends = self.ends.setdefault(event.session_id, [])
            ends.append((event.kind, event.status))
            # G3: one end, and one more only where it was unknown.
            assert ends[:-1] in ([], [("failed", wire.STATUS_UNKNOWN)]), "a session that ends twice"
            assert event.kind == "outcome" or len(ends) == 1

    # --- the driver ------------------------------------------------------------------------------------------
    def save(self) -> None:
        """Keep the state, as the driver does."""
        data, token = self.state.snapshot()
        assert gateway_state.from_dict(json.loads(json.dumps(data))).to_dict() == data
        self.state.saved(token)
        self.link.saved(self.now_ms)

    def say(self, record: bytes) -> None:
        """Send one record."""
        echo = record[1 : 21 + self.gsid_size]
        opened = self.said.get(wire.OPEN, b"")
        size = len(self.command).to_bytes(2, "big")
        if opened[1 : 1 + self.gsid_size] == echo[: self.gsid_size]:
            self.may_commit = bytes((wire.COMMIT,)) + echo + size + self.command
        if record[:1] != bytes((wire.ECHO,)) or record[1:] != self.may_commit[1:]:
            self.may_commit = b""
        self.link.receive(self.channel.seal(record), self.now_ms)
