"""What the device refuses of a session, step by step, and what follows (FIG 11)."""

from __future__ import annotations

import pytest

from custom_components.iot_secure_gateway.protocol import records, wire
from custom_components.iot_secure_gateway.protocol.identifiers import draw
from tests.protocol.puppets import COMMAND, SESSION_ID, PuppetDevice, PuppetGateway
from tests.protocol.world import OTHER_ADDRESS, World, claimed, linked

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


def test_new_open_takes_the_place_of_the_pending_session() -> None:
    world, puppet, _, _ = pending()
    command = COMMAND.replace(b"0001", b"ffff")
    echo = puppet.open(NEW[1], world.device_binding().lanes[0].acceptor_id, command)
    puppet.commit(NEW[1], records.decode_session(echo, 20)[1], command)
    assert world.executed == ["ffff" + SESSION_ID.hex()[4:]]


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
