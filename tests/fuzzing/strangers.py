"""Fuzz targets: peers without any key, on both ends, links and claims. Nothing they say is stored (G8).

The cryptography is the real one here, so that nothing can be forged.
"""

from __future__ import annotations

from custom_components.iot_secure_gateway.gateway.crypto import GatewayCrypto
from custom_components.iot_secure_gateway.protocol import wire
from custom_components.iot_secure_gateway.protocol.caches import LaneCache
from custom_components.iot_secure_gateway.protocol.claim import GatewayClaim
from custom_components.iot_secure_gateway.protocol.device_connection import DeviceConnection
from custom_components.iot_secure_gateway.protocol.device_core import DeviceCore
from custom_components.iot_secure_gateway.protocol.device_memory import CONFIRMED, Binding
from custom_components.iot_secure_gateway.protocol.frames import FrameReader, encode_frame
from custom_components.iot_secure_gateway.protocol.gateway_link import GatewayLink
from custom_components.iot_secure_gateway.protocol.gateway_state import GatewayState
from tests.fuzzing.ports import CountingRandom, Facts, Flash, QuickCrypto
from tests.fuzzing.program import Program

MAX_STEPS = 40  # of one input
CRYPTO = GatewayCrypto()
SERIAL = "FUZZ-1"
GATEWAY = b"G" * 16
KEY = bytes(range(32))
PRS = bytes(range(1, 33))
OURS, THEIRS = b"\x7f\0\0\1", b"\x7f\0\0\2"
LENGTHS = {
    wire.FRAME_LINK_INIT: 64,
    wire.FRAME_CLAIM_OPEN: 67,
    wire.FRAME_CLAIM_CONFIRM: 64,
    wire.FRAME_RECORD: 71,
}


def _message(program: Program) -> bytes:
    """Return a frame of about the right form, or any bytes."""
    how = program.byte()
    if how & 3 == 0:
        return program.sized()
    kind = program.choose((*sorted(wire.FRAME_TYPES), 0x30))
    body = program.sized()
    if how & 4:
        body = body.ljust(LENGTHS.get(kind, 48), b"\1")[: LENGTHS.get(kind, 48)]
    if how & 8 and kind == wire.FRAME_LINK_INIT:
        body = GATEWAY + body[16:]
    if how & 16 and kind == wire.FRAME_CLAIM_OPEN:
        body = body[:16].ljust(16) + bytes((1, program.byte() & 1, program.byte() & 3)) + body[19:]
    return encode_frame(kind, body)


def _device(is_owned: bool) -> tuple[DeviceCore, Flash]:
    flash = Flash()
    facts = Facts([PRS, None, bytes(32), None], wire.MODE_DSID_GSID, "always", "always")
    core = DeviceCore(CRYPTO, CountingRandom(b"device"), flash, facts, 0)
    if is_owned:
        binding = Binding(0, CONFIRMED, wire.MODE_DSID_GSID, GATEWAY, KEY)
        binding.addresses = [OURS]
        binding.lanes = [LaneCache(b"E" * 20, b"5" * 20), LaneCache(b"6" * 20, b"F" * 20)]
        core.memory.add_binding(binding)
    return core, flash


def stranger_at_device(data: bytes) -> None:
    """Anybody who connects to a device, owned or not, from any address: several at a time."""
    program = Program(data)
    core, flash = _device(program.flag())
    now_ms = 1000
    before = {key: value for key, value in flash.values.items() if key != b"claim"}
    connections: list[DeviceConnection] = []
    for _ in range(MAX_STEPS):
        if program.is_over:
            break
        how = program.byte()
        if how & 7 == 0 or not connections:
            address = OURS if how & 8 else THEIRS
            connections.append(core.connect(address, bool(how & 16), now_ms))
        elif how & 7 == 1:
            now_ms += program.choose((1, 1000, 5000, 60_000))
            for connection in connections:
                connection.tick(now_ms)
        else:
            connection = connections[-1 - (how >> 3) % len(connections)]
            connection.receive(_message(program), now_ms)
            assert connection.closed or len(connection._reader._buffer) < 258
        for connection in connections:
            assert "execute" not in [event.kind for event in connection.take_events()]
            output = connection.take_output()
            assert len(output) <= 2 * 90, "an answer larger than its question may be"
        connections = [connection for connection in connections if not connection.closed]
        assert len(connections) <= 2
    after = {key: value for key, value in flash.values.items() if key != b"claim"}
    assert after == before, "a stranger's word was stored"
    assert core.live is None


def stranger_at_gateway(data: bytes) -> None:
    """Whoever answers where the gateway thinks that its device is."""
    program = Program(data)
    state = GatewayState(0, [LaneCache(b"E" * 20, b"5" * 20), LaneCache(b"6" * 20, b"F" * 20)])
    before = state.to_dict()
    link = GatewayLink(CRYPTO, CountingRandom(b"gateway"), SERIAL, GATEWAY, KEY, state, 0, 0)
    link.take_output()
    now_ms = 0
    for _ in range(MAX_STEPS):
        if program.is_over:
            break
        if program.byte() & 7 == 0:
            now_ms += program.choose((1, 1000, 5000))
            link.tick(now_ms)
        else:
            link.receive(_message(program), now_ms)
        assert link.closed or len(link._reader._buffer) < 258
        assert link.take_output() == b""
        for event in link.take_events():
            assert event.kind in ("breach", "closed", "rejected")
    assert not link.is_ready
    assert state.to_dict() == before


def claimer_at_device(data: bytes) -> None:
    """Claims of an unowned device: only the right password binds, wrong ones are counted first."""
    program = Program(data)
    quick = QuickCrypto()
    flash = Flash()
    facts = Facts([PRS, bytes(32), None, None], program.byte() & 1, "always", "checkpoint")
    core = DeviceCore(quick, CountingRandom(b"device"), flash, facts, 0)
    drawn = CountingRandom(b"gateway")
    now_ms = 1000
    for _ in range(MAX_STEPS):
        if program.is_over:
            break
        now_ms += program.choose((0, 1000, 10_000, 60_000))
        slot, mode = program.byte() & 3, program.byte() & 1
        prs = program.choose((PRS, bytes(32), b"w" * 32))
        claim = GatewayClaim(quick, drawn, SERIAL, GATEWAY, prs, slot, mode, now_ms)
        connection = core.connect(OURS, program.byte() & 7 != 7, now_ms)
        wrong, bound = core.memory.wrong_claims, dict(core.memory.bindings)
        is_honest = True
        for _ in range(2):
            said = claim.take_output()
            sent = program.spoil(said)
            is_honest = is_honest and sent.startswith(said)  # what follows is not read
            connection.receive(sent, now_ms)
            claim.receive(connection.take_output(), now_ms)
        kinds = [event.kind for event in connection.take_events()]
        right = is_honest and slot < 2 and prs == facts.prs[slot] and mode == facts.mode
        if "claim_accepted" in kinds:
            assert right, "a binding without the right password"
            assert core.memory.wrong_claims == 0
            assert core.memory.bindings[0].addresses == [OURS]
        else:
            assert core.memory.bindings == bound
            assert core.memory.wrong_claims == wrong + ("claim_failed" in kinds)
        if claim.result is not None and claim.result.status == "validated":
            assert "claim_accepted" in kinds
            assert claim.result.binding_key == core.memory.bindings[0].key
        connection.connection_lost(now_ms)
    assert not core.is_owned  # a claim alone confirms nothing


def fake_device_at_claim(data: bytes) -> None:
    """Whoever answers a claim without knowing the password."""
    program = Program(data)
    claim = GatewayClaim(CRYPTO, CountingRandom(b"gateway"), SERIAL, GATEWAY, PRS, 0, 0, 0)
    assert len(claim.take_output()) == 70
    for _ in range(MAX_STEPS):
        if program.is_over or claim.closed:
            break
        how = program.byte()
        if how & 3 == 0:
            claim.receive(_message(program), 0)
        elif how & 3 == 1:
            reply = CRYPTO.x25519_public(program.exact(32))
            claim.receive(program.spoil(encode_frame(wire.FRAME_CLAIM_REPLY, reply)), 0)
        elif how & 3 == 2:
            result = bytes((program.byte() & 7,)) + program.exact(program.choose((0, 2, 64)))
            claim.receive(program.spoil(encode_frame(wire.FRAME_CLAIM_RESULT, result)), 0)
        else:
            claim.tick(program.choose((1, 14_999, 15_000)))
        sent = FrameReader()
        sent.feed(claim.take_output())
        while (frame := sent.next()) is not None:
            assert frame[0] == wire.FRAME_CLAIM_CONFIRM
    claim.connection_lost(0)
    assert claim.result is not None
    assert claim.result.status != "validated", "a device that does not know the password"
    assert claim.result.binding_key == b""
