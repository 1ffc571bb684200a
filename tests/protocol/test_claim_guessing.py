"""Guessing a claim password: counted before it is looked at, slowed, locked."""

from __future__ import annotations

from typing import Any

from custom_components.iot_secure_gateway.protocol import wire
from tests.protocol.puppets import PuppetGateway, claim_open
from tests.protocol.world import GATEWAY_ADDRESS, PRS, WRONG_PRS, World, linked

MODES = [wire.MODE_DSID_GSID, wire.MODE_DSID]


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
    puppet.frame(wire.FRAME_CLAIM_OPEN, claim_open())
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


# --- the claim window --------------------------------------------------------------------------------------
def test_device_with_a_claim_window_is_claimed_within_it_only() -> None:
    world = World()
    world.facts.claim_window_ms = 600_000
    world.wait(600_000)
    result = world.claim()
    assert (result.status, result.was_tried) == ("closed", False)
    assert world.core.memory.wrong_claims == 0, "the password was not looked at"
    world.reboot_device()
    world.wait(599_999)
    assert world.claim().status == "validated"


def test_button_opens_the_claim_window_again() -> None:
    world = World()
    world.facts.claim_window_ms = 60_000
    world.wait(60_000)
    assert world.claim().status == "closed"
    world.core.desk.unlock(world.now_ms)
    assert world.claim().status == "validated"


def test_owned_device_says_that_it_is_owned_whatever_its_window() -> None:
    world = linked()
    world.facts.claim_window_ms = 1
    world.wait(1000)
    assert world.claim().status == "owned"
