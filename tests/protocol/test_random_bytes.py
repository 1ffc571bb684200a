"""Any bytes at all: a closed connection at worst, never another exception, a stored byte or growing memory."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings, strategies as st

from custom_components.iot_secure_gateway.protocol import frames, pings, wire
from custom_components.iot_secure_gateway.protocol.errors import RecordError
from tests.protocol.puppets import PuppetDevice, PuppetGateway, fresh_claim
from tests.protocol.world import GATEWAY_ADDRESS, OTHER_ADDRESS, World, claimed, linked

BOUND = settings(max_examples=60, deadline=None)

# Bytes that look like frames get further than noise does.
framed = st.builds(
    frames.encode_frame, st.sampled_from(sorted(wire.FRAME_TYPES)), st.binary(max_size=250)
)
streams = st.lists(st.binary(max_size=40) | framed, max_size=4).map(b"".join)
pieces = st.lists(streams, min_size=1, max_size=3)

# Inside a link: known kinds with fields of about the right size.
kinds = st.sampled_from(
    [value for name, value in vars(wire).items() if name in ("KEEPALIVE", "HELLO")]
    + list(range(0x0D))
    + list(range(0x10, 0x16))
    + [0x1F, *range(0x20, 0x27)]
)
record = st.builds(lambda kind, rest: bytes([kind]) + rest, kinds, st.binary(max_size=130))
records = st.lists(record | st.binary(max_size=20), min_size=1, max_size=4)

OWNED, UNOWNED = linked(), World()
MEMORY_LIMIT = 4096 + 3  # one whole frame; what came with it is cut at once or ends the connection


def check_bounded(reader: Any) -> None:
    assert len(reader._buffer) <= MEMORY_LIMIT


@BOUND
@given(pieces, st.booleans(), st.booleans())
def test_stranger_with_any_bytes_changes_nothing_in_flash(
    data: list[bytes], is_owned: bool, is_allowed: bool
) -> None:
    world = (OWNED if is_owned else UNOWNED).copy()
    before = dict(world.flash.values)
    live = world.core.live
    puppet = PuppetGateway(world, peer=GATEWAY_ADDRESS if is_allowed else OTHER_ADDRESS)
    for piece in data:
        puppet.feed(piece)
        check_bounded(puppet.connection._reader)
    puppet.connection.tick(world.now_ms + wire.FIRST_RECORD_MS)
    assert puppet.closed
    after = dict(world.flash.values)
    after.pop(b"claim", None)  # the bounded, slowed count of claim attempts
    before.pop(b"claim", None)
    assert after == before
    assert world.core.live is live
    assert world.executed == []
    assert len(world.core._waiting) == 0


@BOUND
@given(pieces)
def test_fake_device_with_any_bytes_gets_nothing_from_the_gateway(data: list[bytes]) -> None:
    world = OWNED.copy()
    before = world.state.to_dict()
    puppet = PuppetDevice(world)
    for piece in data:
        puppet.feed(piece)
        check_bounded(puppet.link._reader)
    assert not puppet.link.is_ready
    puppet.link.tick(world.now_ms + wire.STEP_TIMEOUT_MS)
    assert puppet.link.closed
    assert world.state.to_dict() == before
    assert [frame[0] for frame in puppet.frames] == [wire.FRAME_LINK_INIT]


@BOUND
@given(pieces)
def test_fake_device_with_any_bytes_does_not_get_through_a_claim(data: list[bytes]) -> None:
    claim = fresh_claim()
    for piece in data:
        claim.receive(piece, 0)
        check_bounded(claim._reader)
    claim.tick(60_000)
    assert claim.result is not None
    assert claim.result.status != "validated"


@BOUND
@given(records, st.booleans())
def test_gateway_that_sends_any_records_executes_nothing_without_a_session(
    sent: list[bytes], is_greeted: bool
) -> None:
    world = OWNED.copy()
    puppet = PuppetGateway(world).shake()
    if is_greeted:
        puppet.greet()
    count = world.device_binding().lanes[0].count
    for record in sent:
        if not puppet.closed:
            puppet.record(record)
            check_bounded(puppet.connection._reader)
    assert world.executed == []
    binding = world.core.memory.bindings.get(0)
    assert binding is None or binding.lanes[0].count == count
    assert len(world.core.memory.outcomes.get(0, {})) <= wire.OUTCOMES_KEPT


@BOUND
@given(records, st.sampled_from(["accepted", "greeted", "opened"]))
def test_device_that_sends_any_records_gets_no_commit_and_changes_no_count(
    sent: list[bytes], stage: str
) -> None:
    world = claimed()
    puppet = PuppetDevice(world).accept()
    if stage != "accepted":
        puppet.greet()
    if stage == "opened":
        puppet.open()
    for record in sent:
        if not puppet.link.closed:
            puppet.record(record)
            check_bounded(puppet.link._reader)
    assert world.state.lanes[0].count == 0
    assert not any(record[0] == wire.COMMIT for record in puppet.records)
    assert world.state.unresolved == []


@BOUND
@given(st.binary(max_size=600))
def test_any_datagram_is_a_ping_or_a_record_error(data: bytes) -> None:
    try:
        ping = pings.decode(data)
    except RecordError:
        return
    assert len(ping.serial) <= wire.MAX_SERIAL


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_one_flipped_bit_anywhere_in_a_run_never_executes_another_command(
    data: st.DataObject,
) -> None:
    world = claimed()
    world.connect()
    flip_at = data.draw(st.integers(0, 8))
    session_id = b""
    for number in range(12):
        frame = world.next_frame
        if frame is None:
            if world.link.is_ready and not session_id:
                session_id = world.open()
                continue
            break
        if number == flip_at:
            bit = data.draw(st.integers(0, 8 * len(frame.data) - 1))
            changed = bytearray(frame.data)
            changed[bit // 8] ^= 1 << bit % 8
            world.drop()
            world.inject(frame.to, bytes(changed))
        else:
            world.step()
    assert world.executed in ([], [session_id.hex()])
    world.cut()
    world.link_up()
    assert world.run().kind == "result"
