"""What is lost, and what the next session makes of it: the interruption table, cut by cut, crash by crash."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from custom_components.iot_secure_gateway.protocol import wire
from tests.protocol.world import World, breaches, linked


class Row(NamedTuple):
    """One row of the interruption table; identifiers by name, see `Names`."""

    lost: str
    gateway: tuple[str, str]  # pair confirmed after the cut, GSID / DSID
    gateway_provisional: str
    device: tuple[str, str]
    device_provisional: tuple[str, str]
    next_open_carries: str  # the DSID used last
    executed: bool
    asked: bool  # OUTCOME? comes before the next OPEN


ROWS = [
    Row("OPEN", ("E", "5"), "Z", ("E", "5"), ("", ""), "5", executed=False, asked=False),
    Row("ECHO", ("E", "5"), "Z", ("E", "5"), ("Z", "2"), "5", executed=False, asked=False),
    Row("COMMIT", ("Z", "2"), "", ("E", "5"), ("Z", "2"), "2", executed=False, asked=True),
    Row("RESULT", ("Z", "2"), "", ("Z", "2"), ("", ""), "2", executed=True, asked=True),
]
MODES = [wire.MODE_DSID_GSID, wire.MODE_DSID]
HAPPENINGS = ["cut", "device reboots", "gateway restarts", "gateway dies", "both"]


class Names:
    """Gives identifiers the names of FIG 13 as they appear on the wire."""

    def __init__(self, world: World) -> None:
        cache = world.state.lanes[0]
        self._names = {cache.opener_id: "E", cache.acceptor_id: "5", b"": ""}

    def learn(self, world: World) -> None:
        for frame in world.wire_log:
            size = world.state.gsid_size
            if frame.name == "OPEN" and size:
                self._names.setdefault(frame.record[1:21], "Z")
            if frame.name == "ECHO":
                self._names.setdefault(frame.record[1 + size : 21 + size], "2")

    def __call__(self, text: bytes) -> str:
        return self._names.get(text, "?")


def lose(world: World, row: Row, happening: str) -> bytes:
    """Open a session, lose a message of it in some way, and return the session's id."""
    world.disk.is_saved_by_itself = happening != "gateway dies"
    if happening == "gateway dies":
        world.save()
    session_id = world.open()
    world.until(row.lost)
    if happening == "cut":
        world.cut()
    if happening in ("device reboots", "both"):
        world.reboot_device()
    if happening in ("gateway restarts", "gateway dies", "both"):
        world.restart_gateway(clean=happening != "gateway dies")
    world.disk.is_saved_by_itself = True
    return session_id


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.lost)
def test_caches_after_the_cut_are_those_of_the_table(row: Row, mode: int) -> None:
    world = linked(mode)
    names = Names(world)
    lose(world, row, "cut")
    names.learn(world)
    with_gsid = mode == wire.MODE_DSID_GSID
    gateway, device = world.state.lanes[0], world.device_binding().lanes[0]

    def pair(gsid: str, dsid: str) -> tuple[str, str]:
        return (gsid if with_gsid else "", dsid)

    assert (names(gateway.opener_id), names(gateway.acceptor_id)) == pair(*row.gateway)
    assert (names(device.opener_id), names(device.acceptor_id)) == pair(*row.device)
    assert names(gateway.provisional_opener) == (row.gateway_provisional if with_gsid else "")
    provisional = (names(device.provisional_opener), names(device.provisional_acceptor))
    assert provisional == pair(*row.device_provisional)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("happening", HAPPENINGS)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.lost)
def test_next_session_works_by_itself_and_nothing_is_taken_for_an_attack(
    row: Row, happening: str, mode: int
) -> None:
    world = linked(mode)
    session_id = lose(world, row, happening)
    world.link_up()
    assert world.run().status == wire.STATUS_OK
    assert breaches(world.gateway_events + world.device_events) == []
    assert world.executed.count(session_id.hex()) == int(row.executed)
    assert len(world.executed) == 1 + int(row.executed)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("happening", ["cut", "device reboots", "gateway restarts", "both"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.lost)
def test_gateway_tells_what_became_of_the_interrupted_command(
    row: Row, happening: str, mode: int
) -> None:
    world = linked(mode)
    session_id = lose(world, row, happening)
    told = world.ending(session_id)
    assert told.kind == "failed"
    assert told.status == (wire.STATUS_UNKNOWN if row.asked else wire.STATUS_NOT_EXECUTED)
    world.wire_log.clear()
    world.link_up()
    told = world.ending(session_id)
    assert ("OUTCOME_QUERY" in world.names()) == row.asked
    if row.asked:
        expected = wire.STATUS_OK if row.executed else wire.STATUS_NOT_EXECUTED
        assert (told.kind, told.status) == ("outcome", expected)
        assert (told.result == b'{"values":{"relay":"turn_on"}}') == row.executed
    assert world.state.unresolved == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.lost)
def test_next_open_carries_the_identifier_of_the_table(row: Row) -> None:
    world = linked()
    names = Names(world)
    lose(world, row, "cut")
    names.learn(world)
    world.link_up()
    world.open()
    frame = world.until("OPEN")
    assert names(frame.record[21:41]) == row.next_open_carries
    assert names(frame.record[1:21]) == "?"  # Y: new again


def test_outcome_is_asked_for_before_any_open() -> None:
    world = linked()
    lose(world, ROWS[3], "cut")
    world.wire_log.clear()
    world.link_up()
    world.run()
    names = [name for name in world.names() if name != "KEEPALIVE"]
    assert names[:6] == [
        "LINK_INIT",
        "LINK_ACCEPT",
        "HELLO",
        "HELLO_OK",
        "OUTCOME_QUERY",
        "OUTCOME",
    ]
    assert names[6] == "OPEN"


def test_lost_commit_whose_outcome_answer_is_lost_is_asked_for_again() -> None:
    world = linked()
    session_id = lose(world, ROWS[2], "cut")
    for lost in ("OUTCOME_QUERY", "OUTCOME"):
        world.connect()
        world.until(lost)
        world.cut()
        assert world.ending(session_id).status == wire.STATUS_UNKNOWN
        assert len(world.state.unresolved) == 1
    world.link_up()
    assert world.ending(session_id).status == wire.STATUS_NOT_EXECUTED


def test_commit_lost_again_and_again_stays_harmless() -> None:
    world = linked()
    for _ in range(6):
        session_id = lose(world, ROWS[2], "cut")
        world.link_up()
        assert world.ending(session_id).status == wire.STATUS_NOT_EXECUTED
    assert world.run().kind == "result"
    assert world.state.lanes[0].count == world.device_binding().lanes[0].count == 7
    assert len(world.executed) == 1


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.lost)
def test_replay_of_everything_recorded_after_a_cut_executes_nothing(row: Row) -> None:
    world = linked()
    lose(world, row, "cut")
    recorded = [frame.data for frame in world.wire_log if frame.to == "device"]
    executed, flash = list(world.executed), dict(world.flash.values)
    for data in recorded:
        world.connect()
        world.inject("device", data)
        world.cut()
    world.connect()
    for data in recorded:
        world.inject("device", data)
    assert world.executed == executed
    assert world.flash.values == flash


# --- the device's power goes at every write ----------------------------------------------------------
@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize(
    ("name", "write", "status"),
    [
        ("OPEN", 1, wire.STATUS_NOT_EXECUTED),  # the lane with its provisional pair
        ("COMMIT", 1, wire.STATUS_INTERRUPTED),  # promotion and mark in one write
        ("COMMIT", 2, wire.STATUS_OK),  # the outcome
    ],
)
def test_power_cut_at_each_write_of_a_session(
    name: str, write: int, status: int, kept: bool
) -> None:
    world = linked()
    session_id = world.open()
    world.until(name)
    world.flash.cut_at = (write, kept)
    with_handler = name == "COMMIT" and write == 2
    world.step()
    assert world.core.boot == 2, "the power did not go"
    assert (session_id.hex() in world.executed) == with_handler
    world.link_up()
    told = world.ending(session_id)
    if name == "COMMIT" and not kept:
        status = wire.STATUS_INTERRUPTED if with_handler else wire.STATUS_NOT_EXECUTED
    assert told.status == status
    assert world.run().kind == "result"
    assert breaches(world.gateway_events + world.device_events) == []
    assert world.executed.count(session_id.hex()) <= 1


def test_promotion_and_started_mark_are_one_write() -> None:
    world = linked()
    world.open("slow")
    world.until("COMMIT")
    world.flash.changes.clear()
    world.step()
    assert world.flash.changes == [b"L\x00\x00"]
    assert len(world.executed) == 1


def test_mark_is_in_flash_before_the_handler_is_called() -> None:
    world = linked()
    session_id = world.open("slow")
    world.until("COMMIT")
    seen: list[bytes] = []
    handle = world.handle

    def spy(command: dict[str, object]) -> tuple[int, bytes] | None:
        seen.append(world.flash.values[b"L\x00\x00"])
        return handle(command)

    world.handle = spy  # type: ignore[method-assign]
    world.step()
    assert seen[0].endswith(b"\x01" + session_id)


# --- the gateway's disk --------------------------------------------------------------------------------
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.lost)
def test_after_an_unclean_stop_what_was_committed_is_unknown_for_good(row: Row) -> None:
    world = linked()
    session_id = world.open()
    world.until(row.lost)
    world.save()
    world.restart_gateway(clean=False)
    assert world.unknown_at_start == ([session_id] if row.asked else [])
    world.wire_log.clear()
    world.link_up()
    assert "OUTCOME_QUERY" not in world.names()
    assert world.run().kind == "result"


def test_gateway_dies_with_as_many_sessions_unsaved_as_it_may_and_is_forgiven() -> None:
    world = linked()
    world.save()
    world.disk.is_saved_by_itself = False
    for _ in range(24):
        world.run()
    with pytest.raises(Exception, match="saved first"):
        world.open()
    world.restart_gateway(clean=False)
    world.disk.is_saved_by_itself = True
    world.link_up()
    assert world.run().kind == "result"
    assert breaches(world.gateway_events) == []


def test_saving_makes_room_for_further_sessions() -> None:
    world = linked()
    world.disk.is_saved_by_itself = False
    for _ in range(24):
        world.run()
    data, token = world.state.snapshot()
    assert data["lanes"]
    assert not world.state.dirty
    world.state.saved(token)
    assert world.state.unsaved == 0
    assert world.run().kind == "result"
    assert world.state.unsaved == 1
    assert world.state.dirty
