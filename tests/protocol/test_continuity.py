"""Who still remembers what: honest losses are forgiven, copies are not."""

from __future__ import annotations

import json

import pytest

from custom_components.iot_secure_gateway.protocol import continuity, gateway_state, wire
from custom_components.iot_secure_gateway.protocol.continuity import COPY, FINE, RESYNC
from custom_components.iot_secure_gateway.protocol.identifiers import draw
from tests.protocol.puppets import PuppetDevice
from tests.protocol.world import World, breaches, claimed, linked

NEW = [draw(bytes(31) + bytes([number])) for number in range(1, 6)]


def verdict(world: World, lane: int = 0, **changed: object) -> str:
    """Return the gateway's verdict on what the world's device would say."""
    puppet = PuppetDevice(world).accept()
    hello = puppet.hello_ok(**changed)
    link_hash = puppet.link.channel_hash
    return continuity.judge(world.gateway_crypto, link_hash, world.state, lane, hello)


def test_equal_caches_are_fine() -> None:
    world = linked()
    for _ in range(3):
        assert verdict(world, 0) == verdict(world, 1) == FINE
        world.run()


@pytest.mark.parametrize("lane", wire.LANES)
@pytest.mark.parametrize("field", ["opener_id", "acceptor_id"])
def test_equal_count_with_another_identifier_is_a_copy(field: str, lane: int) -> None:
    world = claimed()
    setattr(world.device_binding().lanes[lane], field, NEW[0])
    assert verdict(world, lane) == COPY


def test_lost_commit_is_fine() -> None:
    world = linked()
    world.open()
    world.until("COMMIT")
    world.cut()
    assert world.state.lanes[0].count == world.device_binding().lanes[0].count + 1
    assert verdict(world) == FINE


def test_gateway_that_is_ahead_by_one_with_another_pair_is_a_copy() -> None:
    """Without the proof of the provisional pair a device restored from a backup would pass."""
    world = linked()
    world.run()
    backup = dict(world.flash.values)
    world.run()
    world.cut()
    world.flash.values = backup
    world.reboot_device()
    assert verdict(world) == COPY


def test_gateway_that_is_ahead_by_one_without_any_provisional_pair_is_a_copy() -> None:
    world = claimed()
    world.state.lanes[0].count += 1
    assert verdict(world) == COPY


def test_gateway_that_is_ahead_by_two_is_a_copy_even_with_a_matching_provisional_pair() -> None:
    world = linked()
    world.open()
    world.until("COMMIT")
    world.cut()
    world.state.lanes[0].count += 1
    assert verdict(world) == COPY


def test_lost_commit_of_the_data_lane_is_fine() -> None:
    world = claimed()
    ours, theirs = world.state.lanes[1], world.device_binding().lanes[1]
    ours.offer(NEW[0], NEW[1])
    theirs.begin(NEW[0])
    theirs.echoed(NEW[1])
    assert verdict(world, 1) == FINE
    ours.offer(NEW[0], NEW[2])
    assert verdict(world, 1) == COPY
    ours.drop_provisional()
    assert verdict(world, 1) == COPY


@pytest.mark.parametrize("lane", wire.LANES)
@pytest.mark.parametrize(("ahead", "expected"), [(1, RESYNC), (32, RESYNC), (33, COPY)])
def test_mark_of_lost_state_forgives_a_device_that_is_ahead_by_up_to_32(
    ahead: int, expected: str, lane: int
) -> None:
    world = claimed()
    world.device_binding().lanes[lane].reset(NEW[0], NEW[1], ahead)
    assert verdict(world, lane) == COPY
    world.state.may_have_lost[lane] = True
    assert verdict(world, lane) == expected
    world.state.may_have_lost = [lane != 0, lane != 1]
    assert verdict(world, lane) == COPY


def test_mark_of_lost_state_forgives_no_device_that_is_behind() -> None:
    world = linked()
    world.run()
    world.state.may_have_lost = [True, True]
    world.device_binding().lanes[0].reset(NEW[0], NEW[1], 0)
    assert verdict(world) == COPY


def test_device_that_is_behind_is_a_copy_also_after_a_reboot() -> None:
    world = linked()
    backup = dict(world.flash.values)
    for _ in range(3):
        world.run()
    world.flash.values = backup
    world.reboot_device()
    assert verdict(world) == COPY
    world.state.last_boot = 0
    assert verdict(world) == COPY


def test_device_of_an_earlier_epoch_is_a_copy() -> None:
    world = claimed()
    world.state.epoch = 2
    assert verdict(world) == COPY
    world.device_binding().epoch = 3
    assert verdict(world) == COPY
    world.device_binding().epoch = 2
    assert verdict(world) == FINE


@pytest.mark.parametrize("epoch", [0, 1, 2])
def test_pending_resync_is_repeated_whatever_of_it_arrived(epoch: int) -> None:
    world = claimed()
    world.state.epoch = 2
    world.state.resync_pending = [True, False]
    assert verdict(world, epoch=epoch) == RESYNC
    assert verdict(world, epoch=3) == COPY


def test_pending_resync_of_one_lane_excuses_only_the_epoch_of_the_other() -> None:
    world = claimed()
    world.state.epoch = 2
    world.state.resync_pending = [True, False]
    assert verdict(world, 1) == FINE
    world.device_binding().lanes[1].count = 1
    assert verdict(world, 1) == COPY
    world.device_binding().lanes[1].count = 0
    world.state.resync_pending = [False, False]
    assert verdict(world, 1) == COPY


def test_proof_of_another_link_is_worth_nothing() -> None:
    world = claimed()
    first = PuppetDevice(world).accept().hello_ok()
    puppet = PuppetDevice(world).accept()
    assert continuity.judge(
        world.gateway_crypto, puppet.link.channel_hash, world.state, 0, first
    ) == (COPY)


def test_gateways_own_proof_sent_back_is_worth_nothing() -> None:
    world = claimed()
    puppet = PuppetDevice(world).accept()
    hello = puppet.hello_ok()
    lanes = [
        summary._replace(confirmed_tag=tag)
        for summary, (_, tag) in zip(hello.lanes, puppet.hello.lanes, strict=True)
    ]
    puppet.greet(lanes=lanes)
    assert puppet.breaches() == [("CONTINUITY_BREAK", True)]


def test_proof_of_one_lane_is_worth_nothing_on_the_other() -> None:
    world = claimed()
    puppet = PuppetDevice(world).accept()
    hello = puppet.hello_ok()
    puppet.greet(lanes=[hello.lanes[1], hello.lanes[0]])
    assert puppet.breaches() == [("CONTINUITY_BREAK", True)]


# --- copies, run ---------------------------------------------------------------------------------------
def test_copy_of_a_device_that_ran_sessions_shows_at_the_next_contact_of_the_original() -> None:
    world = linked()
    world.run()
    world.cut()
    original = dict(world.flash.values)
    world.link_up()  # to the copy, which has the same flash
    world.run()
    world.flash.values = original
    world.reboot_device()
    world.connect()
    world.pump()
    assert "copy_suspected" in world.gateway_kinds()
    assert ("CONTINUITY_BREAK", True) in breaches(world.gateway_events)
    assert ("CONTINUITY_BREAK", True) in breaches(world.device_events)
    assert world.link.closed
    assert len(world.executed) == 2


def test_copy_of_a_gateway_that_ran_sessions_shows_at_the_next_contact_of_the_original() -> None:
    world = linked()
    world.run()
    world.cut()
    copy = world.copy()
    copy.core, copy.flash = world.core, world.flash  # the one device
    copy.executed = world.executed
    copy.link_up()
    copy.run()
    copy.cut()
    world.connect()
    world.pump()
    assert "copy_suspected" in world.gateway_kinds()
    assert len(world.executed) == 2


def test_restored_backup_of_a_gateway_that_stopped_in_order_is_a_copy() -> None:
    world = linked()
    world.run()
    backup = world.disk.state
    world.run()
    world.restart_gateway(clean=True)
    world.state = gateway_state.from_dict(json.loads(backup))
    world.connect()
    world.pump()
    assert "copy_suspected" in world.gateway_kinds()


def test_device_whose_cache_was_lost_is_suspected_and_says_that_flash_was_lost() -> None:
    world = linked()
    world.run()
    world.flash.values[b"L\x00\x00"] = b"?"
    world.reboot_device()
    puppet_flags = []
    world.connect()
    world.until("HELLO_OK")
    puppet_flags.append(world.wire_log[-1].record[6])
    world.pump()
    assert puppet_flags[0] & wire.FLAG_FLASH_LOST
    assert "copy_suspected" in world.gateway_kinds()


def test_device_whose_flash_was_damaged_elsewhere_goes_on_and_says_so() -> None:
    world = linked()
    world.run()
    world.flash.lost = True
    world.reboot_device()
    world.link_up()
    ready = [event for event in world.gateway_events if event.kind == "ready"][-1]
    assert ready.flags & wire.FLAG_FLASH_LOST
    assert world.run().kind == "result"


# --- the mark ------------------------------------------------------------------------------------------
def test_mark_of_lost_state_is_cleared_by_a_completed_hello() -> None:
    world = linked()
    world.run()
    world.restart_gateway(clean=False)
    assert world.state.may_have_lost == [True, True]
    world.connect()
    world.until("HELLO_OK")
    assert world.state.may_have_lost == [True, True]
    world.pump()
    assert world.state.may_have_lost == [False, False]
    assert '"may_have_lost": [false, false]' in world.disk.state


def test_mark_of_lost_state_is_kept_when_a_copy_is_suspected_on_that_lane() -> None:
    world = claimed()
    world.restart_gateway(clean=False)
    world.device_binding().lanes[0].count = 40
    world.connect()
    world.pump()
    assert "copy_suspected" in world.gateway_kinds()
    assert world.state.may_have_lost[0]


def test_count_never_goes_back() -> None:
    world = linked()
    counts = []
    for happening in ("run", "cut", "reboot", "clean", "unclean", "run"):
        if happening == "run":
            world.run()
        elif happening == "cut":
            world.open()
            world.until("COMMIT")
            world.cut()
        elif happening == "reboot":
            world.reboot_device()
        else:
            world.restart_gateway(clean=happening == "clean")
        if not world.link.is_ready:
            world.link_up()
        counts.append((world.state.lanes[0].count, world.device_binding().lanes[0].count))
    assert counts == sorted(counts)


# --- tags --------------------------------------------------------------------------------------------
def test_tag_depends_on_everything_it_proves() -> None:
    world = claimed()
    crypto = world.gateway_crypto
    first = (bytes(32), b"D", 0, 1, 2, NEW[0], NEW[1])
    others = [
        (bytes(31) + b"\x01", b"D", 0, 1, 2, NEW[0], NEW[1]),
        (bytes(32), b"G", 0, 1, 2, NEW[0], NEW[1]),
        (bytes(32), b"D", 1, 1, 2, NEW[0], NEW[1]),
        (bytes(32), b"D", 0, 2, 2, NEW[0], NEW[1]),
        (bytes(32), b"D", 0, 1, 3, NEW[0], NEW[1]),
        (bytes(32), b"D", 0, 1, 2, NEW[2], NEW[1]),
        (bytes(32), b"D", 0, 1, 2, NEW[0], NEW[2]),
    ]
    tags = {continuity.tag(crypto, *arguments) for arguments in [first, *others]}
    assert len(tags) == 1 + len(others)
    assert {len(tag) for tag in tags} == {wire.TAG_SIZE}
