"""Claiming: the password is proved and never sent, an owned device stays owned."""

from __future__ import annotations

import pytest

from custom_components.iot_secure_gateway.protocol import frames, wire
from custom_components.iot_secure_gateway.protocol.device_memory import CONFIRMED, PROVISIONAL
from tests.protocol.world import (
    GATEWAY_ADDRESS,
    OTHER_ADDRESS,
    PRS,
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
