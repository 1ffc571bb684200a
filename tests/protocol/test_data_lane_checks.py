"""What either end refuses on the data lane."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from custom_components.iot_secure_gateway.protocol import data_records, records, wire
from custom_components.iot_secure_gateway.protocol.data_records import DataOpen
from custom_components.iot_secure_gateway.protocol.identifiers import draw
from tests.protocol.packages import DIGEST, LONG, MODES, NEW, PACKAGE, deal_with, send
from tests.protocol.puppets import PuppetDevice, PuppetGateway
from tests.protocol.world import World, linked


# --- what the gateway refuses ------------------------------------------------------------------------------
def device(mode: int = wire.MODE_DSID_GSID) -> PuppetDevice:
    """Return a puppet device whose link is ready."""
    puppet = PuppetDevice(linked(mode)).accept().greet()
    puppet.records.clear()
    return puppet


def message(puppet: PuppetDevice, **changed: Any) -> bytes:
    """Return a DATA_OPEN that fits, with some fields changed."""
    last = puppet.world.state.lanes[1].last_used
    fitting = DataOpen(
        NEW[0], last, bytes(16), DIGEST, len(PACKAGE), data_records.FLAG_INLINE, PACKAGE
    )
    return data_records.encode_data_open(fitting._replace(**changed))


def offered(puppet: PuppetDevice, **changed: Any) -> bytes:
    """Send a DATA_OPEN that fits and return the GSID of the answer."""
    puppet.record(message(puppet, **changed))
    echo = puppet.records.pop()
    assert echo[0] == wire.DATA_ECHO
    return data_records.decode_data_step(echo, puppet.world.state.gsid_size)[1]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"last": NEW[1]}, "GSID_MISMATCH"),
        ({"dsid": b"-" * 20}, "DSID_MISMATCH"),
        ({"digest": bytes(32)}, "COMMAND_MISMATCH"),
    ],
)
def test_data_open_that_does_not_fit_is_refused(
    changed: dict[str, Any], code: str, mode: int
) -> None:
    puppet = device(mode)
    puppet.record(message(puppet, **changed))
    assert puppet.breaches() == [(code, True)]
    assert puppet.link.closed
    assert puppet.world.state.lanes[1].count == 0
    assert "package" not in puppet.kinds()


def test_data_open_with_a_dsid_used_before_is_refused() -> None:
    puppet = device()
    puppet.record(message(puppet, dsid=puppet.world.state.lanes[1].opener_id))
    assert puppet.breaches() == [("DSID_MISMATCH", True)]


@pytest.mark.parametrize(
    ("dsid", "gsid", "digest", "code"),
    [
        (NEW[0], None, bytes(32), "COMMAND_MISMATCH"),
        (NEW[0], NEW[2], DIGEST, "GSID_MISMATCH"),
        (NEW[1], None, DIGEST, "DSID_MISMATCH"),
    ],
)
def test_data_commit_that_does_not_fit_is_refused(
    dsid: bytes, gsid: bytes | None, digest: bytes, code: str
) -> None:
    puppet = device()
    given = offered(puppet) if gsid is None else offered(puppet) and gsid
    puppet.record(data_records.encode_data_step(wire.DATA_COMMIT, dsid, given, digest))
    assert puppet.breaches() == [(code, True)]
    assert puppet.link.closed
    assert "package" not in puppet.kinds()


def test_data_commit_without_a_session_or_too_late_is_told_as_expired() -> None:
    puppet = device()
    commit = data_records.encode_data_step(wire.DATA_COMMIT, NEW[0], NEW[1], DIGEST)
    puppet.record(commit)
    assert puppet.breaches() == [("SESSION_EXPIRED", True)]
    gsid = offered(puppet)
    puppet.world.wait(wire.PENDING_SESSION_MS)
    puppet.record(data_records.encode_data_step(wire.DATA_COMMIT, NEW[0], gsid, DIGEST))
    assert puppet.breaches() == [("SESSION_EXPIRED", True)] * 2
    assert not puppet.link.closed
    assert "package" not in puppet.kinds()


def test_new_data_open_drops_the_one_that_was_offered() -> None:
    puppet = device()
    gsid = offered(puppet)
    offered(puppet, dsid=NEW[1])
    puppet.record(data_records.encode_data_step(wire.DATA_COMMIT, NEW[0], gsid, DIGEST))
    assert puppet.link.closed
    assert "package" not in puppet.kinds()


def test_package_while_another_is_being_taken_is_busy() -> None:
    puppet = device()
    gsid = offered(puppet)
    puppet.record(data_records.encode_data_step(wire.DATA_COMMIT, NEW[0], gsid, DIGEST))
    puppet.record(message(puppet, dsid=NEW[1], last=gsid))
    assert puppet.breaches() == [("BUSY", True)]
    assert not puppet.link.closed
    puppet.link.package_done(bytes(16), wire.STATUS_OK, puppet.world.now_ms)
    puppet.collect()
    assert puppet.records[-1][0] == wire.DATA_DONE


def test_too_many_unsaved_sessions_make_the_lane_busy_until_they_are_saved() -> None:
    puppet = device()
    state = puppet.world.state
    state.unsaved = 24
    puppet.record(message(puppet))
    assert puppet.records == [bytes([wire.BREACH, wire.BUSY])]
    assert "save_now" in puppet.kinds()
    assert puppet.breaches() == []
    state.saved(24)
    offered(puppet)


def long_session(puppet: PuppetDevice, package: bytes = LONG[:100]) -> None:
    """Open and commit a session for a package that goes in chunks."""
    digest = hashlib.sha256(package).digest()
    gsid = offered(puppet, size=len(package), flags=0, package=b"", digest=digest)
    puppet.record(data_records.encode_data_step(wire.DATA_COMMIT, NEW[0], gsid, digest))


def test_chunks_in_order_make_the_package() -> None:
    puppet = device()
    long_session(puppet)
    puppet.record(data_records.encode_chunk(0, LONG[:60]))
    puppet.record(data_records.encode_chunk(60, LONG[60:100]))
    packages = [event.package for event in puppet.events if event.kind == "package"]
    assert packages == [LONG[:100]]


@pytest.mark.parametrize(
    "chunk",
    [
        data_records.encode_chunk(1, LONG[:50]),
        data_records.encode_chunk(0, LONG[:101]),
        data_records.encode_chunk(0, b""),
    ],
)
def test_chunk_that_does_not_follow_or_goes_beyond_closes_the_link(chunk: bytes) -> None:
    puppet = device()
    long_session(puppet)
    puppet.record(chunk)
    assert puppet.breaches() == [("BAD_RECORD", False)]
    assert puppet.link.closed


def test_chunk_without_a_session_closes_the_link() -> None:
    puppet = device()
    puppet.record(data_records.encode_chunk(0, b"x"))
    assert puppet.breaches() == [("BAD_RECORD", False)]


def test_package_of_other_bytes_than_announced_is_a_breach() -> None:
    puppet = device()
    long_session(puppet)
    puppet.record(data_records.encode_chunk(0, bytes(100)))
    assert puppet.breaches() == [("COMMAND_MISMATCH", True)]
    assert puppet.link.closed
    assert "package" not in puppet.kinds()


def test_gateway_remembers_the_last_packages_only() -> None:
    world = linked()
    for _ in range(8):
        session_id = send(world)
        world.pump()
        deal_with(world, session_id)
    assert [number for _, number, _ in world.state.data_done] == [5, 6, 7, 8]


@pytest.mark.parametrize(
    ("number", "status"), [(1, wire.STATUS_UNKNOWN), (2, wire.STATUS_NOT_EXECUTED)]
)
def test_package_that_nobody_remembers(number: int, status: int) -> None:
    puppet = device()
    gsid = offered(puppet)
    puppet.record(data_records.encode_data_step(wire.DATA_COMMIT, NEW[0], gsid, DIGEST))
    query = records.encode_outcome_query(b"x" * 16, number, wire.DATA_OUTCOME_QUERY)
    puppet.record(query)
    answer = data_records.decode_data_outcome(puppet.records.pop())
    assert answer == (b"x" * 16, number, status)


def test_package_among_others_that_were_dealt_with_is_found_by_its_session() -> None:
    world = linked()
    ids = []
    for _ in range(3):
        ids.append(send(world))
        world.pump()
        deal_with(world, ids[-1], wire.STATUS_OK if len(ids) < 3 else wire.STATUS_REFUSED)
    puppet = PuppetDevice(world).accept().greet()
    for session_id, number, status in (
        (ids[0], 1, wire.STATUS_OK),
        (ids[2], 3, wire.STATUS_REFUSED),
        (ids[2], 2, wire.STATUS_UNKNOWN),
        (ids[0], 4, wire.STATUS_NOT_EXECUTED),
    ):
        puppet.record(records.encode_outcome_query(session_id, number, wire.DATA_OUTCOME_QUERY))
        answer = data_records.decode_data_outcome(puppet.records.pop())
        assert answer == (session_id, number, status)


def test_gateway_draws_again_what_is_in_its_cache() -> None:
    world = linked()
    world.gateway_random.script = [b"\x5a" * 32]
    session_id = send(world)
    world.pump()
    deal_with(world, session_id)
    world.gateway_random.script = [b"\x5a" * 32, b"\x5b" * 32]
    world.device_random.script = []
    session_id = send(world)
    world.pump()
    assert world.state.lanes[1].acceptor_id == draw(b"\x5b" * 32)


# --- what the device refuses -------------------------------------------------------------------------------
def gateway(mode: int = wire.MODE_DSID_GSID) -> tuple[World, PuppetGateway, DataOpen]:
    """Return a puppet gateway that has got DATA_OPEN."""
    world = linked(mode)
    puppet = PuppetGateway(world).shake().greet()
    puppet.record(bytes([wire.KEEPALIVE]))
    world.core.send_package(PACKAGE, world.now_ms)
    puppet._collect()
    return world, puppet, data_records.decode_data_open(puppet.records.pop())


@pytest.mark.parametrize(
    ("field", "code"), [(0, "DSID_MISMATCH"), (1, "GSID_MISMATCH"), (2, "COMMAND_MISMATCH")]
)
def test_data_echo_that_does_not_fit_is_never_committed(field: int, code: str) -> None:
    for wrong in ([NEW[3], b"-" * 20, bytes(32)][field], None):
        world, puppet, opening = gateway()
        values = [opening.dsid, NEW[1], opening.digest]
        if wrong is None and field != 1:
            continue
        values[field] = world.device_binding().lanes[1].acceptor_id if wrong is None else wrong
        puppet.record(data_records.encode_data_step(wire.DATA_ECHO, *values))
        assert puppet.breaches() == [(code, True)]
        assert puppet.closed
        assert [record[0] for record in puppet.records] == [wire.BREACH]
        assert world.device_binding().lanes[1].count == 0


def committed() -> tuple[World, PuppetGateway, DataOpen]:
    """Return a puppet gateway that has got DATA_COMMIT."""
    world, puppet, opening = gateway()
    puppet.record(
        data_records.encode_data_step(wire.DATA_ECHO, opening.dsid, NEW[1], opening.digest)
    )
    assert puppet.records.pop()[0] == wire.DATA_COMMIT
    return world, puppet, opening


@pytest.mark.parametrize("field", [0, 1])
def test_data_done_of_another_session_ends_the_link(field: int) -> None:
    _, puppet, opening = committed()
    values = [opening.dsid, NEW[1]]
    values[field] = NEW[3]
    puppet.record(data_records.encode_data_done(values[0], values[1], wire.STATUS_OK))
    assert puppet.breaches() == [("GSID_MISMATCH", True)]
    assert puppet.closed


@pytest.mark.parametrize("code", [wire.BUSY, wire.SESSION_EXPIRED])
def test_package_that_the_gateway_refuses_before_commit_is_not_executed(code: int) -> None:
    world, puppet, _ = gateway()
    puppet.record(records.encode_breach(code))
    package = next(event for event in puppet.events if event.kind == "package")
    assert package.status == wire.STATUS_NOT_EXECUTED
    assert world.core.can_send_package


def test_package_that_the_gateway_refuses_after_commit_is_unknown_until_asked() -> None:
    world, puppet, _ = committed()
    puppet.record(records.encode_breach(wire.COMMAND_MISMATCH))
    package = next(event for event in puppet.events if event.kind == "package")
    assert package.status == wire.STATUS_UNKNOWN
    assert puppet.closed
    assert world.core.open_package is not None


def test_outcome_of_another_package_ends_the_link() -> None:
    world, puppet, _ = committed()
    puppet.connection.connection_lost(world.now_ms)
    again = PuppetGateway(world).shake().greet()
    again.record(bytes([wire.KEEPALIVE]))
    session_id, number = records.decode_outcome_query(again.records.pop())
    again.record(data_records.encode_data_outcome(session_id, number + 1, wire.STATUS_OK))
    assert again.breaches() == [("BAD_RECORD", False)]
    assert world.core.open_package == (session_id, number)


def test_device_waits_ten_seconds_for_each_step() -> None:
    for make in (gateway, committed):
        world, puppet, _ = make()
        due = puppet.connection.deadline()
        assert due == world.now_ms + wire.DATA_STEP_MS
        puppet.connection.tick(due - 1)
        assert not puppet.closed
        puppet.connection.tick(due)
        assert puppet.closed


def test_device_draws_again_what_is_in_its_cache() -> None:
    world = linked()
    world.device_random.script = [b"\x32" * 32, bytes(16)]
    session_id = send(world)
    world.pump()
    deal_with(world, session_id)
    world.device_random.script = [b"\x32" * 32, b"\x33" * 32, bytes(16)]
    send(world)
    world.pump()
    assert world.device_binding().lanes[1].opener_id == draw(b"\x33" * 32)
