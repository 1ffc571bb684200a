"""Keeping a link alive, giving it up, and ending it on purpose."""

from __future__ import annotations

import pytest

from custom_components.iot_secure_gateway.protocol import records, wire
from custom_components.iot_secure_gateway.protocol.identifiers import draw
from tests.protocol.puppets import PuppetDevice, PuppetGateway
from tests.protocol.world import claimed, linked

REJECT = (wire.FRAME_REJECT, b"\x00")
IPV6 = bytes(15) + b"\x01"


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


def test_a_link_that_only_sends_is_given_up_when_the_silence_is_over() -> None:
    world = linked()
    link = world.link
    heard_ms = world.now_ms
    for _ in range(2):  # keepalives go out, nothing comes back
        world.wait(wire.KEEPALIVE_MS)
        link.tick(world.now_ms)
    world.wait(wire.KEEPALIVE_MS - 1)
    link.send(bytes((wire.KEEPALIVE,)), world.now_ms)
    assert link.deadline() == heard_ms + wire.SILENCE_MS


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
    assert set(world.flash.values) == {b"boot", b"claim", b"reset"}
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
    assert set(world.flash.values) == {b"boot", b"claim", b"reset"}
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
