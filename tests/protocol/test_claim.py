"""Claiming: the password is proved and never sent, guessing is counted and slowed, an owned device stays owned."""

from __future__ import annotations

from typing import Any

import pytest

from custom_components.iot_secure_gateway.protocol import claim_messages, frames, wire
from custom_components.iot_secure_gateway.protocol.claim import ANSWER_TIMEOUT_MS, GatewayClaim
from custom_components.iot_secure_gateway.protocol.device_memory import CONFIRMED, PROVISIONAL
from custom_components.iot_secure_gateway.protocol.errors import HandshakeError
from tests.protocol.puppets import PuppetGateway, split
from tests.protocol.world import (
    GATEWAY_ADDRESS,
    GATEWAY_ID,
    OTHER_ADDRESS,
    PRS,
    SERIAL,
    WRONG_PRS,
    World,
    breaches,
    claimed,
    linked,
)

MODES = [wire.MODE_DSID_GSID, wire.MODE_DSID]


# --- the right password --------------------------------------------------------------------------------
@pytest.mark.parametrize("mode", MODES)
def test_right_password_gives_both_ends_the_same_key_and_first_identifiers(mode: int) -> None:
    world = World(mode)
    result = world.claim()
    binding = world.device_binding()
    assert result.status == "validated"
    assert result.binding_key == binding.key
    assert len(binding.key) == 32
    assert result.state is not None
    for ours, theirs in zip(result.state.lanes, binding.lanes, strict=True):
        assert (ours.opener_id, ours.acceptor_id) == (theirs.opener_id, theirs.acceptor_id)
    drawn = [text for lane in binding.lanes for text in (lane.opener_id, lane.acceptor_id) if text]
    assert len(set(drawn)) == len(drawn) == (4 if mode == wire.MODE_DSID_GSID else 2)
    assert {len(text) for text in drawn} == {20}
    world.link_up()


def test_claim_has_the_messages_of_figure_5() -> None:
    world = World()
    world.claim()
    assert world.names() == ["CLAIM_OPEN", "CLAIM_REPLY", "CLAIM_CONFIRM", "CLAIM_RESULT"]
    sizes = [len(frame.data) - frames.HEADER_SIZE for frame in world.wire_log]
    assert sizes == [67, 32, 64, 65]


def test_neither_password_nor_key_crosses_the_network() -> None:
    world = World()
    result = world.claim()
    sent = b"".join(frame.data for frame in world.wire_log)
    assert PRS not in sent
    assert result.binding_key not in sent


def test_two_claims_with_the_same_password_give_other_keys() -> None:
    world = World()
    first = world.claim().binding_key
    world.wait(1000)
    assert world.claim().binding_key != first


def test_any_password_slot_of_the_device_will_do() -> None:
    world = World()
    world.facts.prs = [None, None, None, PRS]
    assert world.claim(slot=3).status == "validated"


@pytest.mark.parametrize("slot", [1, 2, 3])
def test_slot_without_a_password_is_rejected(slot: int) -> None:
    world = World()
    assert world.claim(slot=slot).status == "rejected"


def test_slot_that_the_device_does_not_know_is_rejected() -> None:
    world = World()
    world.facts.prs = [PRS]
    assert world.claim(slot=3).status == "rejected"


def test_mode_that_the_device_does_not_speak_is_rejected() -> None:
    assert World().claim(mode=wire.MODE_DSID).status == "rejected"


def test_claim_is_from_the_address_that_sessions_may_come_from() -> None:
    world = World()
    assert not world.core.address_allowed(GATEWAY_ADDRESS)
    world.claim()
    assert world.core.address_allowed(GATEWAY_ADDRESS)
    assert not world.core.address_allowed(OTHER_ADDRESS)


# --- who may claim ----------------------------------------------------------------------------------------
def test_claim_from_an_address_that_may_not_is_closed_at_once() -> None:
    world = World()
    claim = world.start_claim(may_claim=False)
    world.pump()
    assert claim.result is not None
    assert claim.result.status == "failed"
    assert breaches(world.device_events) == [("ADDRESS_NOT_ALLOWED", False)]


def test_allowed_address_that_may_not_claim_is_rejected() -> None:
    world = claimed()
    world.wait(1000)
    assert world.claim(may_claim=False).status == "failed"
    assert world.names()[-1] == "REJECT"


def test_owned_device_says_so_without_looking_at_the_password() -> None:
    world = linked()
    before = world.device_crypto.multiplications
    flash = dict(world.flash.values)
    for prs in (PRS, WRONG_PRS):
        assert world.claim(prs).status == "owned"
    assert world.device_crypto.multiplications == before
    assert world.flash.values == flash
    assert world.core.memory.wrong_claims == 0


def test_device_whose_binding_is_damaged_is_still_somebodys() -> None:
    world = linked()
    world.flash.values[b"B\x00"] = world.flash.values[b"B\x00"][:-1]
    world.reboot_device()
    assert world.claim().status == "owned"
    world.core.factory_reset()
    assert world.claim().status == "validated"


# --- provisional and confirmed ------------------------------------------------------------------------------
def test_binding_is_provisional_until_the_first_link_with_it() -> None:
    world = claimed()
    assert world.device_binding().status == PROVISIONAL
    assert not world.core.is_owned
    world.connect()
    world.until("HELLO")
    assert world.device_binding().status == PROVISIONAL
    world.pump()
    assert world.device_binding().status == CONFIRMED
    assert world.core.is_owned
    world.reboot_device()
    assert world.core.is_owned


def test_provisional_binding_survives_a_reboot_and_can_be_used() -> None:
    world = claimed()
    world.reboot_device()
    assert world.device_binding().status == PROVISIONAL
    world.link_up()


def test_new_valid_claim_overwrites_a_provisional_binding() -> None:
    world = claimed()
    old = world.disk.binding_key
    world.wait(1000)
    assert world.claim().status == "validated"
    assert world.device_binding().key == world.disk.binding_key != old
    world.link_up()


def test_wrong_password_leaves_a_provisional_binding_alone() -> None:
    world = claimed()
    world.wait(1000)
    assert world.claim(WRONG_PRS).status == "rejected"
    world.link_up()


def test_claim_whose_validation_is_lost_is_made_again() -> None:
    world = World()
    world.start_claim()
    world.until("CLAIM_RESULT")
    world.cut()
    world.wait(1000)
    assert world.claim().status == "validated"
    world.link_up()


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("write", range(1, 6))
def test_power_cut_at_any_write_of_a_claim_leaves_a_device_that_can_be_claimed(
    write: int, kept: bool
) -> None:
    world = World()
    world.start_claim()
    world.until("CLAIM_CONFIRM")
    world.flash.cut_at = (write, kept)
    world.pump()
    assert world.core.boot == 2, "the power did not go"
    world.wait(1000)
    assert world.claim().status == "validated"
    world.link_up()
    assert world.run().kind == "result"


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("write", range(1, 11))
def test_power_cut_at_any_write_of_a_new_claim_leaves_no_half_binding(
    write: int, kept: bool
) -> None:
    world = claimed()
    world.wait(1000)
    world.start_claim()
    world.until("CLAIM_CONFIRM")
    world.flash.cut_at = (write, kept)
    world.pump()
    world.flash.cut_at = None
    for binding in world.core.memory.bindings.values():
        assert not binding.lane_lost
    assert not world.core.memory.binding_damaged
    world.wait(1000)
    assert world.claim().status == "validated"
    world.link_up()


def test_slower_of_two_claims_finds_the_device_owned() -> None:
    world = World()
    slow = world.start_claim()
    world.until("CLAIM_CONFIRM")
    slow_pipe = world.pipe
    world.wait(1000)
    assert world.claim().status == "validated"
    world.link_up()
    binding = world.device_binding()
    world.pipe = slow_pipe
    world.pump()
    assert slow.result is not None
    assert slow.result.status == "owned"
    assert world.device_binding() is binding


# --- guessing ---------------------------------------------------------------------------------------------
def wrong(world: World) -> Any:
    """Try a wrong password as soon as the device takes one."""
    world.wait(1000)
    return world.claim(WRONG_PRS)


def test_wrong_password_is_rejected_and_makes_no_binding() -> None:
    world = World()
    result = world.claim(WRONG_PRS)
    assert (result.status, result.binding_key, result.state) == ("rejected", b"", None)
    assert world.core.memory.bindings == {}
    event = next(event for event in world.device_events if event.kind == "claim_failed")
    assert (event.wrong, event.peer) == (1, GATEWAY_ADDRESS)


def test_wrong_password_is_counted_in_flash_before_it_is_looked_at() -> None:
    world = World()
    world.start_claim(WRONG_PRS)
    world.until("CLAIM_CONFIRM")
    world.flash.cut_at = (1, True)  # the power goes right after the count was written
    world.step()
    assert world.core.memory.wrong_claims == 1
    assert world.core.boot == 2
    assert "CLAIM_RESULT" not in world.names()


def test_right_password_forgets_the_wrong_ones() -> None:
    world = World()
    for _ in range(4):
        wrong(world)
    world.wait(1000)
    assert world.claim().status == "validated"
    assert world.core.memory.wrong_claims == 0
    assert world.flash.values[b"claim"] == b"\x00"


def test_five_wrong_passwords_lock_the_device_ever_longer() -> None:
    world = World()
    for number in range(5):
        assert wrong(world).status == "rejected", number
    for seconds in (10, 20, 40, 60, 60, 60):
        result = world.claim()
        assert (result.status, result.seconds) == ("locked", seconds)
        world.wait(seconds * 1000 - 1)
        assert world.claim(PRS).status == "locked"
        world.wait(1)
        assert world.claim(WRONG_PRS).status == "rejected"


def test_lock_costs_neither_writes_nor_diffie_hellman() -> None:
    world = World()
    for _ in range(5):
        wrong(world)
    before = world.device_crypto.multiplications
    flash = dict(world.flash.values)
    world.wait(1000)
    for _ in range(3):
        assert world.claim().status == "locked"
    assert world.device_crypto.multiplications == before
    assert world.flash.values == flash


def test_reboot_does_not_end_the_lock() -> None:
    world = World()
    for _ in range(6):
        wrong(world)
        world.wait(20_000)
    world.reboot_device()
    result = world.claim()
    assert (result.status, result.seconds) == ("locked", 20)
    world.wait(20_000)
    assert world.claim().status == "validated"


def test_count_in_flash_stops_at_255() -> None:
    world = World()
    world.core.memory.save_wrong_claims(400)
    world.reboot_device()
    assert world.core.memory.wrong_claims == 255
    assert world.claim().seconds == 60


def test_button_ends_the_lock() -> None:
    world = World()
    for _ in range(7):
        wrong(world)
        world.wait(60_000)
    world.core.desk.unlock(world.now_ms)
    assert world.claim().status == "validated"


def test_one_attempt_in_a_second() -> None:
    world = World()
    world.claim(WRONG_PRS)
    result = world.claim()
    assert (result.status, result.seconds) == ("locked", 1)
    world.wait(1000)
    assert world.claim().status == "validated"


def test_aborted_run_teaches_nothing_and_counts_nothing() -> None:
    """The device says nothing that depends on the password before the gateway has confirmed."""
    world = World()
    world.start_claim(WRONG_PRS)
    world.until("CLAIM_CONFIRM")
    assert world.names() == ["CLAIM_OPEN", "CLAIM_REPLY", "CLAIM_CONFIRM"]
    world.cut()
    assert world.core.memory.wrong_claims == 0
    assert b"claim" not in world.flash.values


def test_confirmation_cannot_be_tried_twice_in_one_run() -> None:
    world = World()
    puppet = PuppetGateway(world)
    puppet.frame(wire.FRAME_CLAIM_OPEN, opening())
    puppet.frame(wire.FRAME_CLAIM_CONFIRM, bytes(64))
    puppet.frame(wire.FRAME_CLAIM_CONFIRM, bytes(64))
    assert puppet.closed
    assert world.core.memory.wrong_claims == 1


def test_recorded_claim_cannot_be_replayed() -> None:
    world = World()
    world.claim()
    world.wait(1000)
    binding = world.device_binding()
    puppet = PuppetGateway(world)
    for frame in world.wire_log[:]:
        if frame.to == "device":
            puppet.feed(frame.data)
    assert puppet.frames[-1] == (wire.FRAME_CLAIM_RESULT, bytes([wire.CLAIM_REJECTED]))
    assert world.device_binding() is binding


# --- messages ---------------------------------------------------------------------------------------------
def opening(**changed: Any) -> bytes:
    """Return the body of a CLAIM_OPEN whose share is a point of the right order."""
    share = World().gateway_crypto.x25519_public(bytes(range(32)))
    message = claim_messages.ClaimOpen(bytes(16), 1, 0, 0, GATEWAY_ID, share)
    return claim_messages.encode_open(message._replace(**changed))


@pytest.mark.parametrize(
    "body",
    [
        opening()[:-1],
        opening() + b"\0",
        b"",
        opening(version=0),
        opening(version=2),
        opening(mode=2),
        opening(slot=4),
        opening(slot=255),
    ],
)
def test_claim_open_that_does_not_fit_is_rejected_and_stores_nothing(body: bytes) -> None:
    world = World()
    before = dict(world.flash.values)
    puppet = PuppetGateway(world)
    puppet.frame(wire.FRAME_CLAIM_OPEN, body)
    assert puppet.frames == [(wire.FRAME_REJECT, b"\0")]
    assert puppet.breaches() == [("BAD_HANDSHAKE", False)]
    assert world.flash.values == before


LOW_ORDER = [
    bytes(32),
    b"\x01" + bytes(31),
    bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
    bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    bytes.fromhex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    bytes.fromhex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
]


@pytest.mark.parametrize("point", LOW_ORDER)
def test_share_of_low_order_is_refused_by_the_device_before_any_reply(point: bytes) -> None:
    puppet = PuppetGateway(World())
    puppet.frame(wire.FRAME_CLAIM_OPEN, opening(share=point))
    assert puppet.frames == [(wire.FRAME_REJECT, b"\0")]
    assert puppet.closed


@pytest.mark.parametrize("point", LOW_ORDER)
def test_share_of_low_order_is_refused_by_the_gateway_before_it_confirms(point: bytes) -> None:
    claim = fresh_claim()
    claim.receive(frames.encode_frame(wire.FRAME_CLAIM_REPLY, point), 0)
    assert claim.result is not None
    assert claim.result.status == "failed"
    assert claim.take_output() == b""


def test_confirmation_of_another_size_is_rejected_and_not_counted() -> None:
    for size in (0, 63, 65):
        world = World()
        puppet = PuppetGateway(world)
        puppet.frame(wire.FRAME_CLAIM_OPEN, opening())
        puppet.frame(wire.FRAME_CLAIM_CONFIRM, bytes(size))
        assert puppet.frames[-1] == (wire.FRAME_REJECT, b"\0")
        assert world.core.memory.wrong_claims == 0


def test_device_waits_five_seconds_for_the_confirmation() -> None:
    world = World()
    puppet = PuppetGateway(world)
    world.wait(4000)
    puppet.frame(wire.FRAME_CLAIM_OPEN, opening())
    assert puppet.connection.deadline() == world.now_ms + wire.FIRST_RECORD_MS
    puppet.connection.tick(world.now_ms + wire.FIRST_RECORD_MS)
    assert puppet.closed


# --- the gateway's side -----------------------------------------------------------------------------------
def fresh_claim() -> GatewayClaim:
    """Return a claim whose CLAIM_OPEN was sent."""
    world = World()
    claim = GatewayClaim(
        world.gateway_crypto, world.gateway_random, SERIAL, GATEWAY_ID, PRS, 0, 0, 0
    )
    assert [frame[0] for frame in split(claim.take_output())] == [wire.FRAME_CLAIM_OPEN]
    return claim


def confirming() -> GatewayClaim:
    """Return a claim whose CLAIM_CONFIRM was sent."""
    claim = fresh_claim()
    share = World().gateway_crypto.x25519_public(bytes(range(32)))
    claim.receive(frames.encode_frame(wire.FRAME_CLAIM_REPLY, share), 0)
    assert [frame[0] for frame in split(claim.take_output())] == [wire.FRAME_CLAIM_CONFIRM]
    return claim


def test_fake_device_that_does_not_know_the_password_is_not_believed() -> None:
    claim = confirming()
    claim.receive(frames.encode_frame(wire.FRAME_CLAIM_RESULT, bytes(65)), 0)
    assert claim.result is not None
    assert (claim.result.status, claim.result.binding_key) == ("failed", b"")


def test_validation_before_the_confirmation_is_not_believed() -> None:
    claim = fresh_claim()
    claim.receive(frames.encode_frame(wire.FRAME_CLAIM_RESULT, bytes(65)), 0)
    assert claim.result is not None
    assert claim.result.status == "failed"


@pytest.mark.parametrize("make", [fresh_claim, confirming])
@pytest.mark.parametrize(
    ("body", "status", "seconds"),
    [(b"\x01", "rejected", 0), (b"\x02", "owned", 0), (b"\x03\x01\x02", "locked", 258)],
)
def test_refusals_are_told_at_any_time(make: Any, body: bytes, status: str, seconds: int) -> None:
    claim = make()
    claim.receive(frames.encode_frame(wire.FRAME_CLAIM_RESULT, body), 0)
    told = claim.result
    assert (told.status, told.seconds) == (status, seconds)
    assert claim.closed
    assert claim.deadline() is None
    claim.receive(frames.encode_frame(wire.FRAME_CLAIM_RESULT, b"\x02"), 0)
    assert claim.result is told


@pytest.mark.parametrize(
    "body", [b"", b"\x00", b"\x04", b"\x01\x00", b"\x03", b"\x03\x00", bytes(64), bytes(66)]
)
def test_result_that_does_not_fit_fails_the_claim(body: bytes) -> None:
    claim = confirming()
    claim.receive(frames.encode_frame(wire.FRAME_CLAIM_RESULT, body), 0)
    assert claim.result is not None
    assert claim.result.status == "failed"


@pytest.mark.parametrize("size", [0, 31, 33])
def test_reply_of_another_size_fails_the_claim(size: int) -> None:
    claim = fresh_claim()
    claim.receive(frames.encode_frame(wire.FRAME_CLAIM_REPLY, bytes(size)), 0)
    assert claim.result is not None
    assert claim.result.status == "failed"


@pytest.mark.parametrize("make", [fresh_claim, confirming])
@pytest.mark.parametrize("end", ["tick", "connection_lost"])
def test_claim_that_is_cut_or_not_answered_has_failed(make: Any, end: str) -> None:
    claim = make()
    assert claim.deadline() == ANSWER_TIMEOUT_MS
    claim.tick(ANSWER_TIMEOUT_MS - 1)
    assert claim.result is None
    getattr(claim, end)(ANSWER_TIMEOUT_MS)
    told: Any = claim.result
    assert told.status == "failed"
    claim.tick(2 * ANSWER_TIMEOUT_MS)
    claim.connection_lost(2 * ANSWER_TIMEOUT_MS)
    assert claim.result is told


def test_claim_shows_no_secret() -> None:
    world = World()
    claim = world.start_claim()
    shown = repr(claim) + repr(claim._exchange)
    world.pump()
    assert claim.result is not None
    shown += repr(claim.result)
    assert shown == "<GatewayClaim><ClaimExchange><ClaimResult validated>"
    assert claim._secret == b""


# --- codecs -----------------------------------------------------------------------------------------------
def test_claim_open_goes_round() -> None:
    message = claim_messages.ClaimOpen(b"s" * 16, 1, 1, 3, b"g" * 16, b"y" * 32)
    assert claim_messages.decode_open(claim_messages.encode_open(message)) == message


def test_claim_result_goes_round() -> None:
    for result, tag, seconds in ((0, b"t" * 64, 0), (1, b"", 0), (2, b"", 0), (3, b"", 65535)):
        body = claim_messages.encode_result(result, tag, seconds)
        assert claim_messages.decode_result(body) == (result, tag, seconds)


def test_every_cut_of_a_claim_message_is_refused() -> None:
    whole = opening()
    for length in range(len(whole)):
        with pytest.raises(HandshakeError):
            claim_messages.decode_open(whole[:length])
    for body in (b"\x00" + b"t" * 64, b"\x03\x00\x0a"):
        for length in range(len(body)):
            with pytest.raises(HandshakeError):
                claim_messages.decode_result(body[:length])
