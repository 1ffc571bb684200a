"""Making a link: the handshake, and when the link counts."""

from __future__ import annotations

import pytest

from custom_components.iot_secure_gateway.protocol import frames, link as link_module, records, wire
from tests.protocol.puppets import COMMAND, PuppetDevice, PuppetGateway
from tests.protocol.world import GATEWAY_ADDRESS, UNIX_MS, breaches, claimed, linked

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
