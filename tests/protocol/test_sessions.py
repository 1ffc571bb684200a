"""One session, check by check: what the device and the gateway refuse, and what follows (FIG 10, FIG 11)."""

from __future__ import annotations

import pytest

from custom_components.iot_secure_gateway.protocol import commands, records, wire
from custom_components.iot_secure_gateway.protocol.errors import MisuseError
from custom_components.iot_secure_gateway.protocol.identifiers import draw
from tests.protocol.puppets import COMMAND, SESSION_ID, PuppetDevice, PuppetGateway
from tests.protocol.world import OTHER_ADDRESS, World, breaches, claimed, linked

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


# --- the device on OPEN --------------------------------------------------------------------------------
@pytest.mark.parametrize("mode", MODES)
def test_open_with_another_dsid_is_refused(mode: int) -> None:
    world, puppet = greeted(mode)
    flash = dict(world.flash.values)
    puppet.record(records.encode_session(wire.OPEN, gsid_of(world, NEW[0]), NEW[1], COMMAND))
    assert puppet.records == [bytes([wire.BREACH, wire.DSID_MISMATCH])]
    assert puppet.breaches() == [("DSID_MISMATCH", True)]
    assert puppet.closed
    assert world.flash.values == flash


def test_open_with_a_gsid_used_before_is_refused() -> None:
    world, puppet = greeted()
    cache = world.device_binding().lanes[0]
    puppet.record(records.encode_session(wire.OPEN, cache.opener_id, cache.acceptor_id, COMMAND))
    assert puppet.records == [bytes([wire.BREACH, wire.GSID_REUSED])]
    assert puppet.closed


def test_open_with_the_provisional_gsid_again_is_refused() -> None:
    _, puppet, gsid, dsid = pending()
    puppet.record(records.encode_session(wire.OPEN, gsid, dsid, COMMAND))
    assert puppet.records == [bytes([wire.BREACH, wire.GSID_REUSED])]


@pytest.mark.parametrize("gsid", [b"-" * 20, bytes(20), "ä".encode() * 10])
def test_open_with_a_gsid_of_other_characters_is_refused(gsid: bytes) -> None:
    world, puppet = greeted()
    dsid = world.device_binding().lanes[0].acceptor_id
    puppet.record(records.encode_session(wire.OPEN, gsid, dsid, COMMAND))
    assert puppet.records == [bytes([wire.BREACH, wire.GSID_REUSED])]


@pytest.mark.parametrize("mode", MODES)
def test_new_open_drops_the_pending_session(mode: int) -> None:
    world, puppet, gsid, dsid = pending(mode)
    last = world.device_binding().lanes[0].acceptor_id
    puppet.open(gsid_of(world, NEW[1]), last, OTHER_COMMAND)
    puppet.commit(gsid, dsid)
    assert world.executed == []
    assert puppet.closed


def test_refused_open_drops_the_pending_session_too() -> None:
    world, puppet, _, dsid = pending()
    puppet.record(records.encode_session(wire.OPEN, NEW[1], NEW[2], COMMAND))
    assert puppet.closed
    assert world.device_binding().lanes[0].provisional_acceptor == dsid


def test_dropping_a_session_keeps_the_provisional_identifiers() -> None:
    world, puppet, gsid, dsid = pending()
    puppet.connection.connection_lost(world.now_ms)
    cache = world.device_binding().lanes[0]
    assert (cache.provisional_opener, cache.provisional_acceptor) == (gsid, dsid)


def test_open_while_a_command_executes_is_busy_and_keeps_the_link() -> None:
    world = linked()
    world.open("slow")
    world.pump()
    world.wait(wire.STEP_TIMEOUT_MS)
    world.tick()
    world.pump()
    session_id = bytes.fromhex(world.executed[0])
    puppet = PuppetGateway(world).shake().greet()
    gsid, dsid = NEW[0], world.device_binding().lanes[0].acceptor_id
    assert puppet.open(gsid, dsid) == bytes([wire.BREACH, wire.BUSY])
    assert puppet.breaches() == [("BUSY", True)]
    assert not puppet.closed
    world.finish(session_id)
    assert puppet.open(gsid, dsid)[0] == wire.ECHO


def test_gateway_takes_busy_for_not_executed_and_goes_on() -> None:
    world = linked()
    puppet = PuppetDevice(world).accept().greet()
    puppet.open()
    puppet.record(records.encode_breach(wire.BUSY))
    failed = puppet.events[-1]
    assert (failed.kind, failed.status, failed.reason) == (
        "failed",
        wire.STATUS_NOT_EXECUTED,
        "busy",
    )
    assert puppet.link.is_ready
    assert world.state.unresolved == []


def test_session_after_busy_works() -> None:
    world = linked()
    world.core.executing = (world.device_binding(), 7, bytes(16))
    assert world.run().reason == "busy"
    world.core.executing = None
    assert world.run().kind == "result"


# --- the device on COMMIT ------------------------------------------------------------------------------
@pytest.mark.parametrize("mode", MODES)
def test_commit_of_the_pending_session_executes_it_once(mode: int) -> None:
    world, puppet, gsid, dsid = pending(mode)
    puppet.commit(gsid, dsid)
    assert world.executed == [SESSION_ID.hex()]
    puppet.records.clear()
    puppet.commit(gsid, dsid)
    assert world.executed == [SESSION_ID.hex()]
    assert puppet.records == [bytes([wire.BREACH, wire.SESSION_EXPIRED])]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "other",
    [OTHER_COMMAND, COMMAND + b" ", COMMAND[:-1], b"", COMMAND.replace(b'{"args":{},', b"{")],
)
def test_commit_of_another_command_executes_nothing(other: bytes, mode: int) -> None:
    world, puppet, gsid, dsid = pending(mode)
    flash = dict(world.flash.values)
    puppet.commit(gsid, dsid, other)
    assert world.executed == []
    assert puppet.records == [bytes([wire.BREACH, wire.COMMAND_MISMATCH])]
    assert puppet.breaches() == [("COMMAND_MISMATCH", True)]
    assert puppet.closed
    assert world.flash.values == flash


def test_commit_with_another_gsid_executes_nothing() -> None:
    world, puppet, _, dsid = pending()
    puppet.commit(NEW[3], dsid)
    assert world.executed == []
    assert puppet.breaches() == [("GSID_MISMATCH", True)]
    assert puppet.closed


@pytest.mark.parametrize("mode", MODES)
def test_commit_with_another_dsid_executes_nothing(mode: int) -> None:
    world, puppet, gsid, _ = pending(mode)
    puppet.commit(gsid, NEW[3])
    assert world.executed == []
    assert puppet.breaches() == [("DSID_MISMATCH", True)]
    assert puppet.closed


@pytest.mark.parametrize("mode", MODES)
def test_commit_with_the_confirmed_identifiers_executes_nothing(mode: int) -> None:
    world, puppet, _, _ = pending(mode)
    cache = world.device_binding().lanes[0]
    puppet.commit(cache.opener_id, cache.acceptor_id)
    assert world.executed == []
    assert puppet.closed


def test_session_that_waits_longer_than_ten_seconds_is_never_executed() -> None:
    world, puppet, gsid, dsid = pending()
    world.wait(wire.PENDING_SESSION_MS)
    puppet.commit(gsid, dsid)
    assert world.executed == []
    assert puppet.breaches() == [("SESSION_EXPIRED", True)]
    assert not puppet.closed


def test_session_is_executed_just_before_its_ten_seconds_are_over() -> None:
    world, puppet, gsid, dsid = pending()
    world.wait(wire.PENDING_SESSION_MS - 1)
    puppet.connection.tick(world.now_ms)
    puppet.commit(gsid, dsid)
    assert world.executed == [SESSION_ID.hex()]


def test_expired_session_is_dropped_by_the_clock_alone() -> None:
    world, puppet, _, _ = pending()
    due = puppet.connection.deadline()
    assert due == world.now_ms + wire.PENDING_SESSION_MS
    assert puppet.connection.link.has_pending
    puppet.connection.tick(due)
    assert not puppet.connection.link.has_pending
    assert puppet.connection.deadline() == world.now_ms + wire.KEEPALIVE_MS


def test_command_whose_session_expired_is_asked_for_and_was_not_executed() -> None:
    world = linked()
    session_id = world.open()
    world.until("COMMIT")
    world.wait(wire.PENDING_SESSION_MS)
    world.pump()
    assert world.ending(session_id).status == wire.STATUS_UNKNOWN
    world.link_up()
    assert world.ending(session_id).status == wire.STATUS_NOT_EXECUTED
    assert world.run().kind == "result"
    assert world.state.lanes[0].count == world.device_binding().lanes[0].count == 2


def test_session_on_a_link_that_ended_is_never_executed() -> None:
    world, puppet, gsid, dsid = pending()
    late = puppet._channel.seal(records.encode_session(wire.COMMIT, gsid, dsid, COMMAND))  # type: ignore[union-attr]
    puppet.connection.connection_lost(world.now_ms)
    puppet.feed(late)
    again = PuppetGateway(world).shake().greet()
    again.commit(gsid, dsid)
    assert world.executed == []
    assert again.breaches() == [("SESSION_EXPIRED", True)]


@pytest.mark.parametrize("mode", MODES)
def test_address_is_checked_again_for_open(mode: int) -> None:
    world, puppet = greeted(mode)
    world.device_binding().addresses = [OTHER_ADDRESS]
    dsid = world.device_binding().lanes[0].acceptor_id
    puppet.record(records.encode_session(wire.OPEN, gsid_of(world, NEW[0]), dsid, COMMAND))
    assert puppet.records == []
    assert puppet.breaches() == [("ADDRESS_NOT_ALLOWED", False)]
    assert puppet.closed


@pytest.mark.parametrize("mode", MODES)
def test_address_is_checked_again_for_commit(mode: int) -> None:
    world, puppet, gsid, dsid = pending(mode)
    world.device_binding().addresses = [OTHER_ADDRESS]
    puppet.commit(gsid, dsid)
    assert world.executed == []
    assert puppet.records == []
    assert puppet.breaches() == [("ADDRESS_NOT_ALLOWED", False)]
    assert puppet.closed


@pytest.mark.parametrize(
    "command",
    [b"", b"{}", b"null", b"\xff", COMMAND + b" ", b'{"cmd":"turn_on","id":"00"}'],
)
def test_committed_bytes_that_are_no_command_are_refused_and_promoted(command: bytes) -> None:
    world, puppet = greeted()
    gsid = NEW[0]
    echo = puppet.open(gsid, world.device_binding().lanes[0].acceptor_id, command)
    dsid = records.decode_session(echo, 20)[1]
    puppet.commit(gsid, dsid, command)
    status = records.decode_result(puppet.records.pop(), 20)[2]
    assert status == wire.STATUS_REFUSED
    assert world.executed == []
    assert world.device_binding().lanes[0].count == 1
    assert not puppet.closed


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
