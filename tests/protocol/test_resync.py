"""Setting a lane anew after the gateway lost state: RESYNC, and what a cut in the middle of it leaves."""

from __future__ import annotations

import pytest

from custom_components.iot_secure_gateway.protocol import records, wire
from custom_components.iot_secure_gateway.protocol.identifiers import draw
from tests.protocol.puppets import PuppetDevice, PuppetGateway
from tests.protocol.world import World, breaches, linked

NEW_PAIR = draw(bytes(31) + b"\x01"), draw(bytes(31) + b"\x02")


def behind(sessions: int = 2) -> World:
    """Return a world whose gateway died without saving that many sessions."""
    world = linked()
    world.run()
    world.disk.is_saved_by_itself = False
    world.save()
    for _ in range(sessions):
        world.run()
    world.restart_gateway(clean=False)
    world.disk.is_saved_by_itself = True
    return world


def test_resync_after_an_unclean_stop_makes_both_ends_go_on() -> None:
    world = behind(2)
    world.link_up()
    assert "RESYNC" in world.names()
    assert "RESYNCED" in world.names()
    cache, theirs = world.state.lanes[0], world.device_binding().lanes[0]
    assert (cache.opener_id, cache.acceptor_id) == (theirs.opener_id, theirs.acceptor_id)
    assert cache.count == theirs.count == 4
    assert world.state.epoch == world.device_binding().epoch == 1
    assert world.state.may_have_lost == [False, False]
    assert world.run().kind == "result"
    assert breaches(world.gateway_events + world.device_events) == []


def test_resync_gives_an_identifier_pair_that_was_never_used() -> None:
    world = behind(1)
    before = {world.state.lanes[0].acceptor_id, world.device_binding().lanes[0].acceptor_id}
    world.link_up()
    assert world.state.lanes[0].acceptor_id not in before


@pytest.mark.parametrize("lost", ["RESYNC", "RESYNCED"])
@pytest.mark.parametrize("restart", [None, True, False])
def test_cut_resync_is_repeated_and_never_taken_for_a_copy(lost: str, restart: bool | None) -> None:
    world = behind(2)
    world.connect()
    world.until(lost)
    world.cut()
    if restart is not None:
        world.restart_gateway(clean=restart)
    world.link_up()
    assert world.state.resync_pending == [False, False]
    assert world.state.lanes[0].count == world.device_binding().lanes[0].count
    assert world.run().kind == "result"
    assert breaches(world.gateway_events + world.device_events) == []


@pytest.mark.parametrize("lost", ["RESYNC", "RESYNCED"])
@pytest.mark.parametrize("number", [1, 2])
def test_cut_between_the_resyncs_of_two_lanes_is_never_taken_for_a_copy(
    lost: str, number: int
) -> None:
    world = behind(2)
    world.state.resync_pending = [True, True]
    world.connect()
    for _ in range(number - 1):
        world.until(lost)
        world.step()
    world.until(lost)
    world.cut()
    world.link_up()
    assert world.state.resync_pending == [False, False]
    assert world.state.epoch == world.device_binding().epoch
    assert world.run().kind == "result"
    assert breaches(world.gateway_events + world.device_events) == []


def test_pending_is_durable_before_resync_is_sent() -> None:
    world = behind(2)
    world.disk.is_saved_by_itself = False
    link = world.connect()
    world.pump()
    assert "save_now" in world.gateway_kinds()
    assert "RESYNC" not in world.names()
    assert not link.is_ready
    world.save()
    link.saved(world.now_ms)
    world.collect()
    assert world.names()[-1] == "RESYNC"
    assert '"resync_pending": [true, false]' in world.disk.state


def test_saved_without_a_question_sends_nothing() -> None:
    world = linked()
    world.link.saved(world.now_ms)
    world.collect()
    assert world.next_frame is None


def test_while_the_save_is_awaited_no_step_times_out() -> None:
    world = behind(2)
    world.disk.is_saved_by_itself = False
    link = world.connect()
    world.pump()
    world.wait(wire.STEP_TIMEOUT_MS + 1)
    world.tick()
    assert not link.closed


def test_while_the_save_is_awaited_nothing_tells_the_device_that_the_gateway_has_settled() -> None:
    world = behind(2)
    world.disk.is_saved_by_itself = False
    link = world.connect()
    world.pump()
    world.wire_log.clear()
    world.wait(wire.KEEPALIVE_MS)
    world.tick()
    world.pump()
    assert ("device", "KEEPALIVE") not in [(frame.to, frame.name) for frame in world.wire_log]
    due = link.deadline()
    assert due is not None
    assert due > world.now_ms
    assert not world.core.can_send_package
    world.save()
    link.saved(world.now_ms)
    world.collect()
    world.pump()
    assert link.is_ready
    assert world.core.can_send_package


def test_device_behind_a_pending_resync_may_not_be_ahead_of_its_epoch() -> None:
    world = behind(2)
    world.state.resync_pending = [True, False]
    puppet = PuppetDevice(world).accept().greet(epoch=1)
    assert puppet.breaches() == [("CONTINUITY_BREAK", True)]
    assert "copy_suspected" in puppet.kinds()


@pytest.mark.parametrize("epoch", [0, 4])
def test_resync_that_does_not_raise_the_epoch_is_refused(epoch: int) -> None:
    world = linked()
    world.device_binding().epoch = 4
    puppet = PuppetGateway(world).shake().greet()
    before = dict(world.flash.values)
    puppet.record(records.encode_resync(records.Resync(0, epoch, 9, *NEW_PAIR)))
    assert puppet.closed
    assert puppet.breaches() == [("BAD_RECORD", False)]
    assert world.flash.values == before


def test_resync_that_does_not_raise_the_count_is_refused() -> None:
    world = linked()
    world.run()
    puppet = PuppetGateway(world).shake().greet()
    before = dict(world.flash.values)
    puppet.record(records.encode_resync(records.Resync(0, 1, 1, *NEW_PAIR)))
    assert puppet.closed
    assert world.flash.values == before


def test_resync_drops_a_session_that_waits_for_its_commit() -> None:
    world = linked()
    puppet = PuppetGateway(world).shake().greet()
    gsid = draw(bytes(31) + b"\x09")
    echo = puppet.open(gsid, world.device_binding().lanes[0].acceptor_id)
    _, dsid, command = records.decode_session(echo, 20)
    puppet.record(records.encode_resync(records.Resync(0, 1, 1, *NEW_PAIR)))
    puppet.commit(gsid, dsid, command)
    assert world.executed == []
    assert puppet.breaches() == [("SESSION_EXPIRED", True)]


def test_resynced_tells_as_many_outcomes_as_fit() -> None:
    world = linked()
    for _ in range(wire.OUTCOMES_KEPT + 2):
        world.run()
    for max_frame, expected in ((512, 18), (4096, 32)):
        puppet = PuppetGateway(world).shake().greet(max_frame=max_frame)
        binding = world.device_binding()
        resync = records.Resync(0, binding.epoch + 1, binding.lanes[0].count + 1, *NEW_PAIR)
        puppet.record(records.encode_resync(resync))
        told, outcomes = records.decode_resynced(puppet.records.pop(), 20)
        assert told == resync
        assert len(outcomes) == expected
        assert outcomes[-1].number == wire.OUTCOMES_KEPT + 2


def test_sessions_without_outcome_do_not_make_the_kept_outcomes_grow() -> None:
    world = linked()
    for number in range(80):
        if number % 3 == 2:
            world.open()
            world.until("COMMIT")
            world.cut()
            world.link_up()
        else:
            world.run()
    assert len(world.core.memory.outcomes[0]) <= wire.OUTCOMES_KEPT
    world.disk.is_saved_by_itself = False
    world.run()
    world.restart_gateway(clean=False)
    world.disk.is_saved_by_itself = True
    world.link_up()
    assert world.names()[-1] in ("RESYNCED", "KEEPALIVE")


def resynced_puppet() -> tuple[World, PuppetDevice, records.Resync]:
    """Return a puppet device that has got RESYNC."""
    world = behind(2)
    puppet = PuppetDevice(world).accept().greet()
    puppet.link.saved(world.now_ms)
    puppet.collect()
    return world, puppet, records.decode_resync(puppet.records.pop(), 20)


@pytest.mark.parametrize("field", ["lane", "epoch", "count", "gsid", "dsid"])
def test_resynced_with_any_other_value_ends_the_link(field: str) -> None:
    world, puppet, resync = resynced_puppet()
    other = {"lane": 1, "epoch": 9, "count": 9, "gsid": NEW_PAIR[0], "dsid": NEW_PAIR[0]}[field]
    puppet.record(records.encode_resynced(resync._replace(**{field: other}), []))
    assert puppet.breaches() == [("BAD_RECORD", False)]
    assert world.state.resync_pending[0]


def test_resynced_before_resync_was_sent_ends_the_link() -> None:
    world = behind(2)
    puppet = PuppetDevice(world).accept().greet()
    resync = records.Resync(0, 1, 4, *NEW_PAIR)
    puppet.record(records.encode_resynced(resync, []))
    assert puppet.breaches() == [("BAD_RECORD", False)]


def test_resynced_while_an_outcome_is_asked_for_ends_the_link() -> None:
    world = linked()
    world.open()
    world.until("RESULT")
    world.cut()
    puppet = PuppetDevice(world).accept().greet()
    puppet.record(records.encode_resynced(records.Resync(0, 1, 4, *NEW_PAIR), []))
    assert puppet.breaches() == [("BAD_RECORD", False)]
    assert puppet.link.closed


def test_resynced_said_twice_does_not_count_for_the_other_lane() -> None:
    world = behind(2)
    world.state.resync_pending = [True, True]
    puppet = PuppetDevice(world).accept().greet()
    puppet.link.saved(world.now_ms)
    puppet.collect()
    resync = records.decode_resync(puppet.records.pop(), 20)
    puppet.record(records.encode_resynced(resync, []))
    puppet.record(records.encode_resynced(resync, []))
    assert puppet.breaches() == [("BAD_RECORD", False)]
    assert world.state.resync_pending == [False, True]
