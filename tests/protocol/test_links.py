"""Making, keeping and ending a link: who gets a place, when a link counts, how long it may be silent."""

from __future__ import annotations

import pytest

from custom_components.iot_secure_gateway.protocol import (
    frames,
    link as link_module,
    noise,
    records,
    wire,
)
from custom_components.iot_secure_gateway.protocol.identifiers import draw
from tests.protocol.puppets import COMMAND, PuppetDevice, PuppetGateway
from tests.protocol.world import (
    GATEWAY_ADDRESS,
    OTHER_ADDRESS,
    UNIX_MS,
    World,
    breaches,
    claimed,
    linked,
)

REJECT = (wire.FRAME_REJECT, b"\x00")
IPV6 = bytes(15) + b"\x01"


# --- set-up --------------------------------------------------------------------------------------------
def test_link_is_ready_after_hello_and_tells_what_the_device_is() -> None:
    world = linked()
    ready = next(event for event in world.gateway_events if event.kind == "ready")
    assert (ready.firmware, ready.boot, ready.reset_cause) == ("1.0", 1, 1)
    assert ready.observed_address == GATEWAY_ADDRESS
    assert ready.flags & wire.FLAG_FLASH_LOST == 0
    assert world.link.is_ready
    assert world.device_kinds()[-3:] == ["claimed", "linked", "time"]
    assert world.device_events[-1].unix_ms == UNIX_MS


def test_everything_after_the_handshake_is_sealed() -> None:
    world = linked()
    world.run()
    after = world.wire_log[world.names().index("LINK_ACCEPT") + 1 :]
    assert {frame.data[2] for frame in after} == {wire.FRAME_RECORD}
    for frame in after:
        assert frame.record[1:] == b"" or frame.record[1:] not in frame.data
    wire_bytes = b"".join(frame.data for frame in world.wire_log)
    assert b"turn_on" not in wire_bytes
    assert world.disk.binding_key not in wire_bytes


def test_both_handshake_payloads_are_empty() -> None:
    world = claimed()
    world.connect()
    init, accept = world.step(), world.next_frame
    assert accept is not None
    assert len(init.data) == frames.HEADER_SIZE + wire.GATEWAY_ID_SIZE + link_module.MESSAGE_SIZE
    assert len(accept.data) == frames.HEADER_SIZE + link_module.MESSAGE_SIZE


def test_binding_key_taken_later_does_not_open_a_recorded_link() -> None:
    world = linked()
    first = world.wire_log[:]
    puppet = PuppetGateway(world).shake()
    assert puppet._channel is not None
    hello = next(frame for frame in first if frame.name == "HELLO_OK")
    with pytest.raises(Exception, match="authenticate"):
        puppet._channel.open(hello.data[3:])


def test_device_says_what_it_observed_for_an_ipv6_gateway() -> None:
    world = claimed()
    world.device_binding().addresses = [IPV6]
    world.link_up(peer=IPV6)
    ready = next(event for event in world.gateway_events if event.kind == "ready")
    assert ready.observed_address == IPV6


def test_wrong_binding_key_is_rejected_without_a_reason() -> None:
    world = claimed()
    puppet = PuppetGateway(world)
    puppet.frame(wire.FRAME_LINK_INIT, puppet.init_message(key=bytes(32)))
    assert puppet.frames == [REJECT]
    assert puppet.breaches() == [("BAD_HANDSHAKE", False)]
    assert puppet.closed


def test_unknown_gateway_is_rejected_with_the_same_answer() -> None:
    world = claimed()
    puppet = PuppetGateway(world)
    body = bytearray(puppet.init_message())
    body[0] ^= 1
    puppet.frame(wire.FRAME_LINK_INIT, bytes(body))
    assert puppet.frames == [REJECT]


def test_link_to_a_device_that_has_no_owner_is_rejected() -> None:
    world = claimed()
    world.core.factory_reset()
    world.connect()
    world.pump()
    assert world.gateway_kinds() == ["rejected", "closed"]


@pytest.mark.parametrize("changed", ["serial", "mode", "gateway_id"])
def test_handshake_is_bound_to_serial_mode_and_gateway(changed: str) -> None:
    world = claimed()
    puppet = PuppetGateway(world)
    serial, mode, gateway_id = world.facts.serial, world.mode, bytes(range(16))
    handshake = link_module.handshake(
        world.gateway_crypto,
        "LAMP-2" if changed == "serial" else serial,
        bytes(16) if changed == "gateway_id" else gateway_id,
        1 if changed == "mode" else mode,
        world.disk.binding_key,
        True,
    )
    puppet.frame(wire.FRAME_LINK_INIT, gateway_id + handshake.write_1(bytes(range(32))))
    assert puppet.frames == [REJECT]


def test_message_1_of_a_stranger_costs_no_diffie_hellman() -> None:
    world = claimed()
    puppet = PuppetGateway(world)
    body = puppet.init_message(key=bytes(32))
    before = world.device_crypto.multiplications
    puppet.frame(wire.FRAME_LINK_INIT, body)
    assert world.device_crypto.multiplications == before


def test_ephemeral_key_of_low_order_is_rejected() -> None:
    world = claimed()

    class LowOrder(type(world.gateway_crypto)):  # type: ignore[misc]
        def x25519_public(self, scalar: bytes) -> bytes:
            return bytes(32)

    world.gateway_crypto = LowOrder(world.sealed)
    puppet = PuppetGateway(world)
    puppet.frame(wire.FRAME_LINK_INIT, puppet.init_message())
    assert puppet.frames == [REJECT]
    assert puppet.breaches() == [("BAD_HANDSHAKE", False)]


@pytest.mark.parametrize("size", [0, 1, 63, 65])
def test_link_init_of_any_other_size_is_rejected(size: int) -> None:
    puppet = PuppetGateway(claimed())
    puppet.frame(wire.FRAME_LINK_INIT, bytes(size))
    assert puppet.frames == [REJECT]
    assert puppet.breaches() == [("BAD_HANDSHAKE", False)]


def test_forged_link_accept_ends_the_attempt() -> None:
    world = claimed()
    puppet = PuppetDevice(world)
    puppet.frame(wire.FRAME_LINK_ACCEPT, bytes(48))
    assert puppet.breaches() == [("BAD_HANDSHAKE", False)]
    assert puppet.link.closed


# --- when a link counts ----------------------------------------------------------------------------------
def test_link_is_authenticated_by_its_first_record_only() -> None:
    world = claimed()
    before = dict(world.flash.values)
    puppet = PuppetGateway(world).shake()
    assert not world.core.is_owned
    assert world.flash.values == before
    puppet.greet()
    assert world.core.is_owned


def test_replayed_message_1_ends_nothing_and_stores_nothing() -> None:
    world = linked()
    init = next(frame for frame in world.wire_log if frame.name == "LINK_INIT")
    live = world.core.live
    before = dict(world.flash.values)
    puppet = PuppetGateway(world)
    puppet.feed(init.data)
    assert puppet.frames[0][0] == wire.FRAME_LINK_ACCEPT
    assert world.core.live is live
    puppet.frame(wire.FRAME_RECORD, bytes(80))
    assert puppet.frames[1:] == [REJECT]
    assert puppet.breaches() == [("BAD_RECORD", False)]
    assert world.core.live is live
    assert world.flash.values == before
    assert world.run().kind == "result"


def test_older_link_ends_with_its_pending_session_when_the_newer_proves_itself() -> None:
    world = linked()
    world.open()
    world.until("COMMIT")
    older = world.pipe
    newer = PuppetGateway(world).shake()
    assert not older.far.closed
    newer.greet()
    assert older.far.closed
    assert world.core.live is newer.connection
    world.step()
    assert world.executed == []


def test_summary_is_computed_after_the_older_link_has_ended() -> None:
    """Otherwise the older link could still execute what HELLO_OK says is not executed."""
    world = linked()
    session_id = world.open()
    world.until("COMMIT")
    newer = PuppetGateway(world).shake().greet()
    assert newer.hello_ok.lanes[0].count == 0
    world.step()
    assert session_id.hex() not in world.executed
    assert world.device_binding().lanes[0].count == 0


def test_records_before_hello_end_the_link() -> None:
    world = claimed()
    puppet = PuppetGateway(world).shake()
    puppet.record(records.encode_session(wire.OPEN, b"A" * 20, b"B" * 20, COMMAND))
    assert puppet.breaches() == [("BAD_RECORD", False)]
    assert puppet.closed


def test_binding_replaced_during_the_handshake_is_not_confirmed() -> None:
    world = claimed()
    old = world.disk.binding_key
    puppet = PuppetGateway(world).shake()
    world.wait(1000)
    assert world.claim().status == "validated"
    assert world.disk.binding_key != old
    hello = records.Hello(UNIX_MS, 4096, 0, [(0, bytes(16))] * 2)
    puppet.record(records.encode_hello(hello))
    assert puppet.closed
    assert not world.core.is_owned
    world.link_up()


def test_repeated_hello_ends_the_link() -> None:
    world = claimed()
    puppet = PuppetGateway(world).shake().greet()
    hello = records.Hello(UNIX_MS, 4096, 0, [(0, bytes(16))] * 2)
    puppet.record(records.encode_hello(hello))
    assert puppet.breaches() == [("BAD_RECORD", False)]


def test_altered_record_ends_the_link_and_executes_nothing() -> None:
    world = linked()
    session_id = world.open()
    frame = world.until("COMMIT")
    altered = bytearray(frame.data)
    altered[-1] ^= 1
    world.pipe.to_device.clear()
    world.inject("device", bytes(altered))
    assert world.pipe.far.closed
    assert breaches(world.device_events) == [("BAD_RECORD", False)]
    world.pump()
    assert world.executed == []
    assert world.ending(session_id).status == wire.STATUS_UNKNOWN


@pytest.mark.parametrize("happening", ["repeated", "skipped"])
def test_repeated_or_skipped_record_ends_the_link(happening: str) -> None:
    world = linked()
    world.open()
    frame = world.until("OPEN")
    if happening == "repeated":
        world.step()
        world.inject("device", frame.data)
    else:
        world.drop()
        world.link.phase = 3  # ready again, as if nothing had been sent
        world.open()
        world.step()
    assert world.pipe.far.closed
    assert breaches(world.device_events) == [("BAD_RECORD", False)]


def test_records_of_one_direction_do_not_open_in_the_other() -> None:
    world = linked()
    world.open()
    frame = world.until("ECHO")
    world.inject("device", frame.data)
    assert breaches(world.device_events) == [("BAD_RECORD", False)]


# --- addresses and places ----------------------------------------------------------------------------------
def test_peer_at_an_address_that_is_not_allowed_is_closed_at_once() -> None:
    world = linked()
    world.facts.ip_recovery = "strict"
    puppet = PuppetGateway(world, peer=OTHER_ADDRESS, may_claim=False)
    assert puppet.closed
    assert puppet.breaches() == [("ADDRESS_NOT_ALLOWED", False)]
    puppet.frame(wire.FRAME_LINK_INIT, bytes(64))
    assert puppet.frames == []


def test_right_key_from_another_address_is_of_no_use() -> None:
    world = linked()
    world.facts.ip_recovery = "strict"
    before = world.device_crypto.multiplications
    puppet = PuppetGateway(world, peer=OTHER_ADDRESS)
    puppet.frame(wire.FRAME_LINK_INIT, puppet.init_message())
    assert puppet.frames == []
    assert puppet.breaches() == [("ADDRESS_NOT_ALLOWED", False)]
    assert puppet.closed
    assert world.device_crypto.multiplications == before


def test_strangers_leave_a_place_for_the_gateway() -> None:
    world = claimed()
    first = PuppetGateway(world, peer=OTHER_ADDRESS)
    second = PuppetGateway(world, peer=OTHER_ADDRESS)
    assert not first.closed
    assert second.closed
    assert [event.kind for event in second.events] == ["no_place", "closed"]
    world.link_up()


def test_gateway_itself_gets_no_more_than_the_places_there_are() -> None:
    world = claimed()
    puppets = [PuppetGateway(world) for _ in range(3)]
    assert [puppet.closed for puppet in puppets] == [False, False, True]


def test_device_without_owner_gives_every_place_to_strangers() -> None:
    world = World()
    puppets = [PuppetGateway(world, peer=OTHER_ADDRESS) for _ in range(3)]
    assert [puppet.closed for puppet in puppets] == [False, False, True]


def test_stranger_gets_no_place_when_the_gateway_holds_both() -> None:
    world = claimed()
    for _ in range(2):
        PuppetGateway(world)
    assert PuppetGateway(world, peer=OTHER_ADDRESS).closed


def test_link_that_proved_itself_frees_its_place() -> None:
    world = linked()
    PuppetGateway(world)
    assert not PuppetGateway(world).closed


def test_closed_connections_free_their_places() -> None:
    world = claimed()
    for _ in range(5):
        puppet = PuppetGateway(world)
        assert not puppet.closed
        puppet.connection.connection_lost(world.now_ms)


def test_five_seconds_from_accept_to_the_first_record() -> None:
    for shaken in (False, True):
        world = claimed()
        puppet = PuppetGateway(world)
        if shaken:
            puppet.shake()
        assert puppet.connection.deadline() == world.now_ms + wire.FIRST_RECORD_MS
        puppet.connection.tick(world.now_ms + wire.FIRST_RECORD_MS - 1)
        assert not puppet.closed
        puppet.connection.tick(world.now_ms + wire.FIRST_RECORD_MS)
        assert puppet.closed
        assert puppet.connection.deadline() is None
        puppet.connection.tick(world.now_ms + 2 * wire.FIRST_RECORD_MS)


# --- keeping ----------------------------------------------------------------------------------------------
def test_both_ends_keep_a_silent_link_alive() -> None:
    world = linked()
    for _ in range(10):
        due = min(world.link.deadline() or 0, world.pipe.far.deadline() or 0)
        assert due <= world.now_ms + wire.KEEPALIVE_MS
        world.wait(due - world.now_ms)
        world.tick()
        world.pump()
    assert world.link.is_ready
    assert world.names().count("KEEPALIVE") > 10
    assert world.run().kind == "result"


def test_silence_of_the_gateway_ends_the_link_at_the_device() -> None:
    world = linked()
    world.wait(wire.SILENCE_MS - 1)
    world.pipe.far.tick(world.now_ms)
    assert not world.pipe.far.closed
    world.wait(1)
    world.pipe.far.tick(world.now_ms)
    assert world.pipe.far.closed
    assert world.core.live is None


def test_silence_of_the_device_ends_the_link_at_the_gateway() -> None:
    world = linked()
    link = world.link
    link.tick(world.now_ms + wire.SILENCE_MS - 1)
    assert not link.closed
    link.tick(world.now_ms + wire.SILENCE_MS)
    assert link.closed
    assert link.deadline() is None
    link.tick(world.now_ms + 2 * wire.SILENCE_MS)
    assert [event.reason for event in link.take_events() if event.kind == "closed"] == ["silence"]


def test_no_keepalive_before_the_link_is_there() -> None:
    world = claimed()
    link = world.connect()
    link.take_output()
    link._step_timeout_ms = 10**6
    link.tick(world.now_ms + wire.KEEPALIVE_MS)
    assert link.take_output() == b""


@pytest.mark.parametrize(
    ("lost", "status"),
    [
        ("LINK_INIT", None),
        ("LINK_ACCEPT", None),
        ("HELLO", None),
        ("HELLO_OK", None),
        ("OPEN", wire.STATUS_NOT_EXECUTED),
        ("ECHO", wire.STATUS_NOT_EXECUTED),
        ("COMMIT", wire.STATUS_UNKNOWN),
        ("RESULT", wire.STATUS_UNKNOWN),
    ],
)
def test_step_that_takes_longer_than_its_timeout_closes_the_link(
    lost: str, status: int | None
) -> None:
    world = linked()
    if status is None:
        world.cut()
        world.connect()
    session_id = b"" if status is None else world.open()
    world.until(lost)
    assert world.link.deadline() == world.now_ms + wire.STEP_TIMEOUT_MS
    world.wait(wire.STEP_TIMEOUT_MS - 1)
    world.link.tick(world.now_ms)
    assert not world.link.closed
    world.wait(1)
    world.link.tick(world.now_ms)
    world.collect()
    assert world.link.closed
    if status is not None:
        told = world.ending(session_id)
        assert (told.kind, told.status, told.reason) == ("failed", status, "timeout")


def test_step_timeout_starts_anew_with_each_step() -> None:
    world = linked()
    world.open()
    for _ in range(3):
        world.wait(wire.STEP_TIMEOUT_MS - 1)
        world.link.tick(world.now_ms)
        world.step()
        if world.next_frame is not None and world.next_frame.to == "gateway":
            world.step()
        if world.link.is_ready:
            break
    assert world.link.is_ready


def test_idle_link_has_no_step_timeout() -> None:
    world = linked()
    assert world.link.deadline() == world.now_ms + wire.KEEPALIVE_MS


# --- limits ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("shaken", [False, True])
def test_frame_over_256_bytes_before_the_link_is_refused_by_the_device(shaken: bool) -> None:
    world = claimed()
    puppet = PuppetGateway(world)
    if shaken:
        puppet.shake()
    puppet.feed((257).to_bytes(2, "big"))
    assert puppet.closed
    assert puppet.breaches() == [("BAD_FRAME", False)]


def test_frame_over_256_bytes_before_the_link_is_refused_by_the_gateway() -> None:
    puppet = PuppetDevice(claimed())
    puppet.feed((257).to_bytes(2, "big"))
    assert puppet.breaches() == [("BAD_FRAME", False)]


def test_frame_over_max_frame_is_refused_by_both_ends() -> None:
    world = linked()
    device = PuppetGateway(world).shake().greet()
    device.feed((4096).to_bytes(2, "big"))
    assert not device.closed
    device = PuppetGateway(world).shake().greet()
    device.feed((4097).to_bytes(2, "big"))
    assert device.breaches() == [("BAD_FRAME", False)]
    gateway = PuppetDevice(world, max_frame=600).accept().greet()
    gateway.feed((601).to_bytes(2, "big"))
    assert gateway.breaches() == [("BAD_FRAME", False)]


def test_keys_of_both_directions_are_renewed_on_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noise.RecordCipher.__init__, "__defaults__", (3,))
    world = linked()
    first = world.link._channel._sealer._cipher
    for _ in range(20):
        assert world.run().kind == "result"
    assert world.link._channel._sealer._cipher is not first
    assert world.link._channel._sealer._number > 40


# --- ends ----------------------------------------------------------------------------------------------
def test_nothing_is_taken_after_the_end() -> None:
    world = linked()
    puppet = PuppetGateway(world).shake().greet()
    puppet.connection.connection_lost(world.now_ms)
    puppet.frame(wire.FRAME_RECORD, bytes(40))
    assert puppet.breaches() == []
    gateway = PuppetDevice(world).accept().greet()
    gateway.link.connection_lost(world.now_ms)
    gateway.link.connection_lost(world.now_ms)
    gateway.frame(wire.FRAME_RECORD, bytes(40))
    assert gateway.breaches() == []
    assert gateway.kinds().count("closed") == 1


def test_reject_counts_only_until_the_device_has_greeted() -> None:
    world = linked()
    for stage in range(3):
        puppet = PuppetDevice(world)
        if stage:
            puppet.accept()
        if stage == 2:
            puppet.greet()
        puppet.frame(*REJECT)
        assert puppet.link.closed
        if stage == 2:
            assert puppet.breaches() == [("BAD_FRAME", False)]
        else:
            assert puppet.kinds() == ["rejected", "closed"]


def test_reject_with_anything_in_it_is_no_reject() -> None:
    for body in (b"", b"\x01", b"\x00\x00"):
        puppet = PuppetDevice(claimed())
        puppet.frame(wire.FRAME_REJECT, body)
        assert puppet.breaches() == [("BAD_FRAME", False)]


def test_release_erases_the_binding_on_the_device() -> None:
    world = linked()
    world.run()
    world.link.release(world.now_ms)
    world.collect()
    world.pump()
    assert "released" in world.gateway_kinds()
    assert "released" in world.device_kinds()
    assert world.link.closed
    assert not world.core.is_owned
    assert set(world.flash.values) == {b"boot", b"claim"}
    assert world.claim().status == "validated"


def test_release_whose_answer_is_lost_is_met_with_a_reject_at_the_next_contact() -> None:
    world = linked()
    world.link.release(world.now_ms)
    world.collect()
    world.until("RELEASED")
    world.cut()
    world.connect()
    world.pump()
    assert "rejected" in world.gateway_kinds()


def test_factory_reset_ends_the_link_and_keeps_the_factory_settings() -> None:
    world = linked()
    world.run()
    world.core.factory_reset()
    world.pump()
    assert world.link.closed
    assert set(world.flash.values) == {b"boot", b"claim"}
    world.wait(1000)
    assert world.claim().status == "validated"


def test_factory_reset_without_a_link_erases_as_well() -> None:
    world = claimed()
    world.core.factory_reset()
    assert set(world.flash.values) == {b"boot", b"claim"}


def test_breach_told_by_the_gateway_drops_the_pending_session() -> None:
    world = linked()
    puppet = PuppetGateway(world).shake().greet()
    puppet.open(draw(bytes(32)), world.device_binding().lanes[0].acceptor_id)
    puppet.record(records.encode_breach(wire.COMMAND_MISMATCH))
    assert not puppet.connection.link.has_pending
    assert puppet.breaches() == [("COMMAND_MISMATCH", True)]


def test_harmless_breach_of_the_data_lane_leaves_the_pending_session() -> None:
    world = linked()
    puppet = PuppetGateway(world).shake().greet()
    puppet.open(draw(bytes(32)), world.device_binding().lanes[0].acceptor_id)
    puppet.record(records.encode_breach(wire.BUSY))
    assert puppet.connection.link.has_pending


def test_no_object_shows_its_secrets() -> None:
    world = linked()
    shown = [
        repr(world.link),
        repr(world.link._channel),
        repr(world.link.continuity),
        repr(world.link.commands),
        repr(world.link.requests),
        repr(world.link._data),
        repr(world.state),
        repr(world.device_binding()),
        repr(world.gateway_events),
        repr(world.run()),
    ]
    cache = world.state.lanes[0]
    for secret in (
        world.disk.binding_key.hex(),
        cache.opener_id.decode(),
        cache.acceptor_id.decode(),
    ):
        assert not any(secret in text for text in shown)
