"""Lanes that are kept in flash at checkpoints only: what a power cut loses is forgiven, and never told wrongly."""

from __future__ import annotations

import pytest

from custom_components.iot_secure_gateway.protocol import continuity, wire
from custom_components.iot_secure_gateway.protocol.identifiers import draw
from tests.protocol.puppets import PuppetDevice, PuppetGateway
from tests.protocol.world import World, breaches, claimed


def checkpointed() -> World:
    """Return a linked world whose device keeps its command lane at checkpoints."""
    world = claimed()
    world.facts.persistence = "checkpoint"
    world.reboot_device()
    world.link_up()
    return world


def test_sessions_between_checkpoints_write_no_lane() -> None:
    world = checkpointed()
    world.flash.changes.clear()
    for _ in range(20):
        world.run()
    assert world.flash.changes == []


def test_result_that_a_cut_lost_is_told_whole_at_the_next_link() -> None:
    world = checkpointed()
    session_id = world.open()
    world.until("RESULT")
    world.cut()
    world.link_up()
    told = world.ending(session_id)
    assert (told.kind, told.status) == ("outcome", wire.STATUS_OK)
    assert told.result == b'{"values":{"relay":"turn_on"}}'
    assert not [key for key in world.flash.keys() if key[:1] == b"O"]  # noqa: SIM118 - no dict


def test_power_cut_between_checkpoints_is_resynced() -> None:
    world = checkpointed()
    for _ in range(5):
        world.run()
    world.reboot_device()
    assert world.device_binding().lanes[0].count == 0
    world.link_up()
    assert "RESYNC" in world.names()
    assert world.run().kind == "result"
    assert breaches(world.gateway_events) == []


def test_two_power_cuts_between_links_are_resynced() -> None:
    world = checkpointed()
    world.run()
    world.reboot_device()
    world.reboot_device()
    world.link_up()
    assert world.run().kind == "result"


def test_device_that_is_behind_within_one_boot_is_a_copy() -> None:
    world = checkpointed()
    world.run()
    world.cut()
    world.device_binding().lanes[0].count = 0
    world.connect()
    world.pump()
    assert "copy_suspected" in world.gateway_kinds()


@pytest.mark.parametrize("sessions", range(28, 36))
@pytest.mark.parametrize("ending", ["done", "COMMIT", "COMMIT twice", "ECHO"])
def test_power_cut_at_any_distance_from_a_checkpoint_is_no_copy(sessions: int, ending: str) -> None:
    world = checkpointed()
    for _ in range(sessions):
        world.run()
    for _ in range(2 if ending == "COMMIT twice" else 0 if ending == "done" else 1):
        if not world.link.is_ready:
            world.link_up()
        world.open()
        world.until(ending.split(maxsplit=1)[0])
        world.cut()
    world.reboot_device()
    world.link_up()
    assert world.run().kind == "result"
    assert breaches(world.gateway_events) == []


@pytest.mark.parametrize("sessions", [0, 3, 31, 32, 33])
def test_executed_command_is_never_told_as_not_executed_after_a_power_cut(sessions: int) -> None:
    world = checkpointed()
    for _ in range(sessions):
        world.run()
    session_id = world.open()
    world.until("RESULT")
    world.reboot_device()
    world.link_up()
    assert session_id.hex() in world.executed
    # Where the power went just after a checkpoint, its mark is there to tell.
    assert world.ending(session_id).status in (wire.STATUS_UNKNOWN, wire.STATUS_INTERRUPTED)


def test_greeting_of_an_old_copy_of_the_gateway_makes_no_command_not_executed() -> None:
    """A gateway from a backup comes before the one that gave the command: it knows less than flash lost."""
    world = checkpointed()
    world.run()
    session_id = world.open()
    world.until("RESULT")
    world.reboot_device()
    PuppetGateway(world).shake().greet()
    world.link_up()
    assert session_id.hex() in world.executed
    assert world.ending(session_id).status == wire.STATUS_UNKNOWN


def test_after_an_orderly_restart_lost_commits_are_told_as_not_executed_again() -> None:
    world = checkpointed()
    world.run()
    world.core.stop()
    world.reboot_device()
    world.link_up()
    assert "RESYNC" not in world.names()
    session_id = world.open()
    world.until("COMMIT")
    world.cut()
    world.link_up()
    assert world.ending(session_id).status == wire.STATUS_NOT_EXECUTED
    assert world.ending(session_id).kind == "outcome"


def test_orderly_stop_writes_only_what_is_not_in_flash_yet() -> None:
    world = claimed()
    world.link_up()
    world.flash.changes.clear()
    world.core.stop()
    assert world.flash.changes == [b"L\0\1"]


@pytest.mark.parametrize("cut_at", ["OUTCOME_QUERY", "OUTCOME", "RESYNC", "RESYNCED"])
def test_cut_while_settling_after_a_power_cut_is_no_copy(cut_at: str) -> None:
    world = checkpointed()
    world.run()
    world.open()
    world.until("RESULT")
    world.reboot_device()
    world.connect()
    world.until(cut_at)
    world.cut()
    world.link_up()
    assert world.run().kind == "result"
    assert breaches(world.gateway_events) == []


def test_flag_of_one_lane_forgives_nothing_on_the_other() -> None:
    world = claimed()
    binding = world.device_binding()
    for lane, flag in enumerate((wire.FLAG_CHECKPOINT, wire.FLAG_DATA_CHECKPOINT)):
        world.state.lanes[lane].count = binding.lanes[lane].count + 1
        for flags, verdict in ((0, continuity.COPY), (flag, continuity.RESYNC)):
            puppet = PuppetDevice(world).accept()
            hello = puppet.hello_ok(flags=flags)
            link_hash = puppet.link.channel_hash
            found = continuity.judge(world.gateway_crypto, link_hash, world.state, lane, hello)
            assert found == verdict
        other = puppet.hello_ok(flags=(wire.FLAG_CHECKPOINT | wire.FLAG_DATA_CHECKPOINT) & ~flag)
        found = continuity.judge(world.gateway_crypto, link_hash, world.state, lane, other)
        assert found == continuity.COPY
        world.state.lanes[lane].count -= 1


@pytest.mark.parametrize(("behind", "verdict"), [(32, continuity.RESYNC), (33, continuity.COPY)])
def test_checkpoint_forgives_a_bounded_number_of_sessions(behind: int, verdict: str) -> None:
    world = claimed()
    world.state.lanes[0].reset(draw(bytes(32)), draw(bytes(31) + b"\x01"), behind)
    puppet = PuppetDevice(world).accept()
    hello = puppet.hello_ok(flags=wire.FLAG_CHECKPOINT)
    link_hash = puppet.link.channel_hash
    assert continuity.judge(world.gateway_crypto, link_hash, world.state, 0, hello) == verdict
