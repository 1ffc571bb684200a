"""The four messages of a claim: what either end refuses in them, and what it never says."""

from __future__ import annotations

from typing import Any

import pytest

from custom_components.iot_secure_gateway.protocol import claim_messages, frames, wire
from custom_components.iot_secure_gateway.protocol.claim import ANSWER_TIMEOUT_MS, GatewayClaim
from custom_components.iot_secure_gateway.protocol.errors import HandshakeError
from tests.protocol.puppets import PuppetGateway, claim_open, fresh_claim, split
from tests.protocol.world import World

MODES = [wire.MODE_DSID_GSID, wire.MODE_DSID]


# --- messages ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "body",
    [
        claim_open()[:-1],
        claim_open() + b"\0",
        b"",
        claim_open(version=0),
        claim_open(version=2),
        claim_open(mode=2),
        claim_open(slot=4),
        claim_open(slot=255),
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
    puppet.frame(wire.FRAME_CLAIM_OPEN, claim_open(share=point))
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
        puppet.frame(wire.FRAME_CLAIM_OPEN, claim_open())
        puppet.frame(wire.FRAME_CLAIM_CONFIRM, bytes(size))
        assert puppet.frames[-1] == (wire.FRAME_REJECT, b"\0")
        assert world.core.memory.wrong_claims == 0


def test_device_waits_five_seconds_for_the_confirmation() -> None:
    world = World()
    puppet = PuppetGateway(world)
    world.wait(4000)
    puppet.frame(wire.FRAME_CLAIM_OPEN, claim_open())
    assert puppet.connection.deadline() == world.now_ms + wire.FIRST_RECORD_MS
    puppet.connection.tick(world.now_ms + wire.FIRST_RECORD_MS)
    assert puppet.closed


# --- the gateway's side -----------------------------------------------------------------------------------
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
    "body", [b"", b"\x00", b"\x05", b"\x01\x00", b"\x03", b"\x03\x00", bytes(64), bytes(66)]
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
    whole = claim_open()
    for length in range(len(whole)):
        with pytest.raises(HandshakeError):
            claim_messages.decode_open(whole[:length])
    for body in (b"\x00" + b"t" * 64, b"\x03\x00\x0a"):
        for length in range(len(body)):
            with pytest.raises(HandshakeError):
                claim_messages.decode_result(body[:length])
