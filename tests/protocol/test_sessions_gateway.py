"""What the gateway refuses of a session, step by step, and what it cannot be made to do (FIG 10)."""

from __future__ import annotations

import pytest

from custom_components.iot_secure_gateway.protocol import commands, records, wire
from custom_components.iot_secure_gateway.protocol.errors import MisuseError
from custom_components.iot_secure_gateway.protocol.identifiers import draw
from tests.protocol.puppets import COMMAND, SESSION_ID, PuppetDevice, PuppetGateway
from tests.protocol.world import World, breaches, claimed, linked

NEW = [draw(bytes(31) + bytes([number])) for number in range(1, 6)]
OTHER_COMMAND = COMMAND.replace(b"turn_on", b"unlocks")
MODES = [wire.MODE_DSID_GSID, wire.MODE_DSID]


def gsid_of(world: World, identifier: bytes) -> bytes:
    return identifier if world.mode == wire.MODE_DSID_GSID else b""


def greeted(mode: int = wire.MODE_DSID_GSID) -> tuple[World, PuppetGateway]:
    """Return a world and a puppet gateway whose link is through HELLO."""
    world = claimed(mode)
    return world, PuppetGateway(world).shake().greet()


def pending(mode: int = wire.MODE_DSID_GSID) -> tuple[World, PuppetGateway, bytes, bytes]:
    """Return a world, a puppet gateway with a session before COMMIT, and its GSID and DSID."""
    world, puppet = greeted(mode)
    gsid = gsid_of(world, NEW[0])
    echo = puppet.open(gsid, world.device_binding().lanes[0].acceptor_id)
    _, dsid, command = records.decode_session(echo, len(gsid))
    assert command == COMMAND
    return world, puppet, gsid, dsid


# --- the gateway on ECHO ---------------------------------------------------------------------------------
def opened(mode: int = wire.MODE_DSID_GSID) -> tuple[World, PuppetDevice, bytes]:
    """Return a world, a puppet device that has got OPEN, and the GSID in it."""
    world = claimed(mode)
    puppet = PuppetDevice(world).accept().greet()
    gsid = records.decode_session(puppet.open(), world.state.gsid_size)[0]
    return world, puppet, gsid


@pytest.mark.parametrize("mode", MODES)
def test_echo_of_what_was_sent_is_committed(mode: int) -> None:
    world, puppet, gsid = opened(mode)
    puppet.record(records.encode_session(wire.ECHO, gsid, NEW[0], COMMAND))
    assert puppet.records == [records.encode_session(wire.COMMIT, gsid, NEW[0], COMMAND)]
    assert world.state.unresolved == [(SESSION_ID, 1)]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("other", [OTHER_COMMAND, COMMAND + b" ", COMMAND[:-1], b""])
def test_echo_of_another_command_is_never_committed(other: bytes, mode: int) -> None:
    world, puppet, gsid = opened(mode)
    puppet.record(records.encode_session(wire.ECHO, gsid, NEW[0], other))
    assert puppet.records == [bytes([wire.BREACH, wire.COMMAND_MISMATCH])]
    assert puppet.breaches() == [("COMMAND_MISMATCH", True)]
    assert puppet.link.closed
    failed = next(event for event in puppet.events if event.kind == "failed")
    assert failed.status == wire.STATUS_NOT_EXECUTED
    assert world.state.lanes[0].count == 0
    assert world.state.unresolved == []


def test_echo_with_another_gsid_is_never_committed() -> None:
    _, puppet, _ = opened()
    puppet.record(records.encode_session(wire.ECHO, NEW[1], NEW[0], COMMAND))
    assert puppet.records == [bytes([wire.BREACH, wire.GSID_MISMATCH])]
    assert puppet.link.closed


@pytest.mark.parametrize("mode", MODES)
def test_echo_without_a_new_dsid_is_never_committed(mode: int) -> None:
    for dsid in (None, b"-" * 20, bytes(20)):
        world, puppet, gsid = opened(mode)
        given = world.state.lanes[0].acceptor_id if dsid is None else dsid
        puppet.record(records.encode_session(wire.ECHO, gsid, given, COMMAND))
        assert puppet.records == [bytes([wire.BREACH, wire.DSID_MISMATCH])]
        assert puppet.link.closed


def test_session_of_a_suspended_device_ends_before_its_commit() -> None:
    world, puppet, gsid = opened()
    puppet.link.suspended = True
    puppet.record(records.encode_session(wire.ECHO, gsid, NEW[0], COMMAND))
    assert puppet.records == []
    failed = next(event for event in puppet.events if event.kind == "failed")
    assert (failed.status, failed.reason) == (wire.STATUS_NOT_EXECUTED, "suspended")
    assert puppet.link.closed
    assert world.state.lanes[0].count == 0


# --- the gateway on RESULT -------------------------------------------------------------------------------
def committed() -> tuple[World, PuppetDevice, bytes]:
    """Return a world, a puppet device that has got COMMIT, and the GSID of the session."""
    world, puppet, gsid = opened()
    puppet.record(records.encode_session(wire.ECHO, gsid, NEW[0], COMMAND))
    puppet.records.clear()
    return world, puppet, gsid


@pytest.mark.parametrize("pair", [(True, False), (False, True)])
def test_result_of_another_session_leaves_the_command_unknown(pair: tuple[bool, bool]) -> None:
    world, puppet, gsid = committed()
    wrong = (gsid if pair[0] else NEW[3], NEW[0] if pair[1] else NEW[3])
    puppet.record(records.encode_result(*wrong, wire.STATUS_OK, b"{}"))
    assert puppet.breaches() == [("DSID_MISMATCH", True)]
    assert puppet.link.closed
    failed = next(event for event in puppet.events if event.kind == "failed")
    assert failed.status == wire.STATUS_UNKNOWN
    assert world.state.unresolved == [(SESSION_ID, 1)]


@pytest.mark.parametrize("code", sorted(wire.BREACH_NAMES))
def test_breach_after_commit_leaves_the_command_unknown_until_it_is_asked_for(code: int) -> None:
    world, puppet, _ = committed()
    puppet.record(records.encode_breach(code))
    failed = next(event for event in puppet.events if event.kind == "failed")
    assert failed.status == wire.STATUS_UNKNOWN
    assert puppet.link.closed
    assert world.state.unresolved == [(SESSION_ID, 1)]


@pytest.mark.parametrize("code", sorted(set(wire.BREACH_NAMES) - set(wire.HARMLESS_BREACHES)))
def test_breach_before_commit_means_not_executed(code: int) -> None:
    world, puppet, _ = opened()
    puppet.record(records.encode_breach(code))
    failed = [event for event in puppet.events if event.kind == "failed"]
    assert [event.status for event in failed] == [wire.STATUS_NOT_EXECUTED]
    assert puppet.breaches() == [(wire.BREACH_NAMES[code], True)]
    assert puppet.link.closed
    assert world.state.unresolved == []


def test_breach_outside_a_session_ends_no_session() -> None:
    world = linked()
    puppet = PuppetDevice(world).accept().greet()
    puppet.record(records.encode_breach(wire.BUSY))
    assert puppet.link.is_ready
    puppet.record(records.encode_breach(wire.DSID_MISMATCH))
    assert puppet.link.closed
    assert "failed" not in puppet.kinds()


# --- misuse ----------------------------------------------------------------------------------------------
def test_one_session_at_a_time() -> None:
    world = linked()
    world.open()
    with pytest.raises(MisuseError):
        world.open()


def test_no_session_before_the_link_is_ready_or_after_its_end() -> None:
    world = claimed()
    link = world.connect()
    with pytest.raises(MisuseError):
        link.open(SESSION_ID, COMMAND, world.now_ms)
    world.pump()
    world.cut()
    with pytest.raises(MisuseError):
        link.open(SESSION_ID, COMMAND, world.now_ms)
    with pytest.raises(MisuseError):
        link.release(world.now_ms)


@pytest.mark.parametrize(("device", "gateway"), [(600, 4096), (4096, 600), (65535, 65535)])
def test_longest_command_that_both_ends_take_goes_through(device: int, gateway: int) -> None:
    world = claimed()
    world.facts.max_frame = device
    world.link_up(max_frame=gateway)
    assert world.link.max_command == min(device, gateway) - wire.COMMAND_OVERHEAD
    empty = commands.encode_command(SESSION_ID, "turn_on", "relay", {"text": ""})
    text = "x" * (world.link.max_command - len(empty))
    command = commands.encode_command(SESSION_ID, "turn_on", "relay", {"text": text})
    with pytest.raises(MisuseError):
        world.link.open(SESSION_ID, command + b"x", world.now_ms)
    world.link.open(SESSION_ID, command, world.now_ms)
    world.collect()
    world.pump()
    assert world.ending(SESSION_ID).status == wire.STATUS_OK
    assert breaches(world.gateway_events + world.device_events) == []
