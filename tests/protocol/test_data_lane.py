"""The data lane: packages and streams of the device, in sessions of its own, with the roles of FIG 13 swapped."""

from __future__ import annotations

import pytest

from custom_components.iot_secure_gateway.protocol import data_records, wire
from custom_components.iot_secure_gateway.protocol.errors import MisuseError
from custom_components.iot_secure_gateway.protocol.identifiers import draw
from tests.protocol.packages import (
    LONG,
    MODES,
    PACKAGE,
    deal_with,
    delivered,
    same_lanes,
    send,
    told,
)
from tests.protocol.world import World, breaches, linked


# --- packages ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("mode", MODES)
def test_short_package_goes_in_four_messages(mode: int) -> None:
    world = linked(mode)
    world.wire_log.clear()
    session_id = send(world)
    world.pump()
    assert delivered(world) == [PACKAGE]
    assert told(world, session_id) == []
    deal_with(world, session_id)
    assert told(world, session_id) == [wire.STATUS_OK]
    assert world.names() == ["DATA_OPEN", "DATA_ECHO", "DATA_COMMIT", "DATA_DONE"]
    assert same_lanes(world)
    assert world.state.lanes[1].count == 1


@pytest.mark.parametrize("mode", MODES)
def test_identifiers_of_the_data_lane_change_with_every_package(mode: int) -> None:
    world = linked(mode)
    seen = set()
    for _ in range(4):
        session_id = send(world)
        world.pump()
        deal_with(world, session_id)
        cache = world.state.lanes[1]
        seen |= {cache.opener_id, cache.acceptor_id} - {b""}
        assert same_lanes(world)
    assert len(seen) == (8 if mode == wire.MODE_DSID_GSID else 4)


def test_caches_of_both_sides_after_each_message_follow_the_cache_rule() -> None:
    world = linked()
    cache = world.state.lanes[1]
    first = (cache.opener_id, cache.acceptor_id)

    def held() -> list[tuple[bytes, bytes, bytes, bytes]]:
        return [
            (
                lane.opener_id,
                lane.acceptor_id,
                lane.provisional_opener,
                lane.provisional_acceptor,
            )
            for lane in (world.device_binding().lanes[1], world.state.lanes[1])
        ]

    world.device_random.script = [b"\x32" * 32]
    world.gateway_random.script = [b"\x5a" * 32]
    dsid, gsid = draw(b"\x32" * 32), draw(b"\x5a" * 32)
    send(world)
    assert held() == [(*first, dsid, b""), (*first, b"", b"")]
    world.step()
    assert held() == [(*first, dsid, b""), (*first, dsid, gsid)]
    world.step()
    assert held() == [(dsid, gsid, b"", b""), (*first, dsid, gsid)]
    world.step()
    assert held() == [(dsid, gsid, b"", b"")] * 2


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [1, 3968, 3969, 10_000])
def test_package_of_any_size_arrives_whole(size: int, mode: int) -> None:
    world = linked(mode)
    package = (LONG * 2)[:size]
    session_id = send(world, package)
    world.pump()
    assert delivered(world) == [package]
    deal_with(world, session_id)
    assert told(world, session_id) == [wire.STATUS_OK]
    assert ("CHUNK" in world.names()) == (size > 3968)


def test_package_that_the_gateway_cannot_use_is_told_as_refused() -> None:
    world = linked()
    session_id = send(world)
    world.pump()
    deal_with(world, session_id, wire.STATUS_REFUSED)
    assert told(world, session_id) == [wire.STATUS_REFUSED]


def test_commands_and_packages_do_not_wait_for_each_other() -> None:
    world = linked()
    package_id = send(world)
    command_id = world.open()
    world.pump()
    assert world.ending(command_id).status == wire.STATUS_OK
    assert delivered(world) == [PACKAGE]
    deal_with(world, package_id)
    assert world.run().kind == "result"


def test_lane_opens_only_when_the_gateway_has_settled() -> None:
    world = linked()
    world.cut()
    world.connect()
    world.until("KEEPALIVE")
    assert not world.core.can_send_package
    with pytest.raises(MisuseError):
        send(world)
    world.pump()
    assert world.core.can_send_package


def test_further_keepalives_change_nothing() -> None:
    world = linked()
    send(world)
    world.wait(wire.KEEPALIVE_MS)
    world.link.tick(world.now_ms)
    world.collect()
    world.pump()
    assert delivered(world) == [PACKAGE]


# --- streams -------------------------------------------------------------------------------------------
def streaming(granted: int = 8192) -> tuple[World, bytes]:
    """Return a world with a stream of which the gateway takes so much at first."""
    world = linked()
    session_id = send(world, b'{"stream":"video"}', is_stream=True)
    world.pump()
    grant(world, session_id, granted)
    return world, session_id


def grant(world: World, session_id: bytes, size: int) -> None:
    world.link.take_more(session_id, size, world.now_ms)
    world.collect()
    world.pump()


def write(world: World, *parts: bytes) -> None:
    for part in parts:
        world.core.write_stream(part, world.now_ms)
        world.collect()
    world.pump()


def say(world: World, record: bytes) -> None:
    """Have the device say what our library never would."""
    world.pipe.far.link.send(record, world.now_ms)
    world.collect()
    world.pump()


def chunks(world: World) -> list[bytes]:
    return [event.data for event in world.gateway_events if event.kind == "chunk"]


def test_stream_carries_parts_until_it_is_ended() -> None:
    world, session_id = streaming()
    assert "stream_room" in world.device_kinds()
    write(world, b"one", b"two", b"")
    stream = next(event for event in world.gateway_events if event.kind == "stream")
    assert (stream.session_id, stream.package) == (session_id, b'{"stream":"video"}')
    parts = [event for event in world.gateway_events if event.kind == "chunk"]
    assert [(part.data, part.last) for part in parts] == [
        (b"one", False),
        (b"two", False),
        (b"", True),
    ]
    deal_with(world, session_id)
    assert told(world, session_id) == [wire.STATUS_OK]


def test_stream_sends_nothing_before_the_gateway_takes_it_and_no_more_than_it_takes() -> None:
    world = linked()
    session_id = send(world, b'{"stream":"video"}', is_stream=True)
    assert world.core.stream_room == 0
    world.pump()
    assert world.core.stream_room == 0
    with pytest.raises(MisuseError):
        world.core.write_stream(b"x", world.now_ms)
    grant(world, session_id, 5)
    assert world.core.stream_room == 5
    write(world, b"three")
    assert world.core.stream_room == 0
    with pytest.raises(MisuseError):
        world.core.write_stream(b"x", world.now_ms)
    grant(world, session_id, 2)
    assert world.core.stream_room == 2
    write(world, b"so", b"")
    assert chunks(world) == [b"three", b"so", b""]
    assert world.core.stream_room == 0


def test_stream_that_is_not_wanted_is_refused_before_it_sends_anything() -> None:
    world = linked()
    session_id = send(world, b'{"stream":"video"}', is_stream=True)
    world.pump()
    deal_with(world, session_id, wire.STATUS_REFUSED)
    assert told(world, session_id) == [wire.STATUS_REFUSED]
    assert "stream_room" not in world.device_kinds()
    assert world.core.can_send_package


def test_stream_is_ended_by_the_gateway_and_what_was_under_way_is_dropped() -> None:
    world, session_id = streaming()
    world.core.write_stream(b"late", world.now_ms)
    world.core.write_stream(b"", world.now_ms)
    world.link.package_done(session_id, wire.STATUS_REFUSED, world.now_ms)
    world.collect()
    world.pump()
    assert told(world, session_id) == [wire.STATUS_REFUSED]
    assert chunks(world) == []
    grant(world, session_id, 5)  # too late: nothing is said
    again = send(world)
    world.pump()
    deal_with(world, again)
    assert told(world, again) == [wire.STATUS_OK]


def test_device_that_goes_on_after_the_end_of_its_stream_loses_the_link() -> None:
    world, session_id = streaming(10)
    world.link.package_done(session_id, wire.STATUS_REFUSED, world.now_ms)
    say(world, data_records.encode_chunk(0, bytes(10)))
    assert not world.link.closed
    say(world, data_records.encode_chunk(10, b"x"))
    assert world.link.closed


def test_chunk_beyond_what_was_granted_ends_the_link() -> None:
    world, _ = streaming(10)
    say(world, data_records.encode_chunk(0, bytes(11)))
    assert world.link.closed
    assert chunks(world) == []


@pytest.mark.parametrize(
    "record",
    [
        data_records.encode_credit(wire.MAX_CREDIT + 1),
        data_records.encode_credit(0xFFFFFFFF),
        data_records.encode_credit(0) + b"x",
    ],
    ids=["too much", "less than before", "too long"],
)
def test_credit_out_of_range_ends_the_link(record: bytes) -> None:
    world, _ = streaming(0)
    far = world.pipe.far
    world.link.send(record, world.now_ms)
    world.collect()
    world.pump()
    assert far.closed


def test_credit_without_a_stream_ends_the_link() -> None:
    world = linked()
    far = world.pipe.far
    world.link.send(data_records.encode_credit(10), world.now_ms)
    world.collect()
    world.pump()
    assert far.closed


def test_credit_that_comes_after_the_end_of_a_stream_does_no_harm() -> None:
    world, session_id = streaming()
    world.core.write_stream(b"", world.now_ms)
    grant(world, session_id, 10)
    assert world.core.stream_room == 0
    deal_with(world, session_id)
    assert told(world, session_id) == [wire.STATUS_OK]


def test_offsets_of_a_stream_wrap() -> None:
    world, session_id = streaming(0)
    lane, acceptor = world.pipe.far.link.data, world.link._data
    lane._offset = lane._limit = 0xFFFFFFFE
    acceptor._received = acceptor._granted = 0xFFFFFFFE
    grant(world, session_id, 5)
    assert world.core.stream_room == 5
    write(world, b"one", b"up")
    assert chunks(world) == [b"one", b"up"]


def test_stream_has_no_step_to_wait_for_between_being_taken_and_its_end() -> None:
    world = linked()
    session_id = send(world, is_stream=True)
    world.pump()
    lane = world.pipe.far.link.data
    assert lane.deadline() == world.now_ms + wire.DATA_STEP_MS
    grant(world, session_id, 10)
    assert lane.deadline() is None
    world.core.write_stream(b"", world.now_ms)
    assert lane.deadline() == world.now_ms + wire.DATA_STEP_MS


def test_what_was_sent_of_a_cut_stream_stays() -> None:
    world, session_id = streaming()
    write(world, b"one")
    world.cut()
    assert world.core.stream_room == 0
    assert told(world, session_id) == [wire.STATUS_UNKNOWN]
    assert chunks(world) == [b"one"]
    world.link_up()
    assert told(world, session_id) == [wire.STATUS_UNKNOWN, wire.STATUS_UNKNOWN]


# --- interruptions ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("is_saved", [True, False])
@pytest.mark.parametrize(
    ("lost", "at_once", "later"),
    [
        ("DATA_OPEN", wire.STATUS_NOT_EXECUTED, None),
        ("DATA_ECHO", wire.STATUS_NOT_EXECUTED, None),
        ("DATA_COMMIT", wire.STATUS_UNKNOWN, wire.STATUS_NOT_EXECUTED),
        ("DATA_DONE", wire.STATUS_UNKNOWN, wire.STATUS_OK),
    ],
)
def test_lost_message_is_told_and_the_next_package_works(
    lost: str, at_once: int, later: int | None, is_saved: bool, mode: int
) -> None:
    world = linked(mode)
    session_id = send(world)
    if lost == "DATA_DONE":
        world.until("DATA_COMMIT")
        world.step()
        world.link.package_done(session_id, wire.STATUS_OK, world.now_ms)
        world.collect()
    world.until(lost)
    world.cut()
    assert told(world, session_id) == [at_once]
    if is_saved:
        world.restart_gateway(clean=True)
    world.link_up()
    world.pump()
    assert told(world, session_id) == [at_once] + ([] if later is None else [later])
    again = send(world)
    world.pump()
    deal_with(world, again)
    assert told(world, again) == [wire.STATUS_OK]
    assert same_lanes(world)
    assert breaches(world.gateway_events + world.device_events) == []


def test_package_that_the_gateway_had_not_dealt_with_stays_unknown() -> None:
    world = linked()
    session_id = send(world)
    world.pump()
    world.cut()
    world.link_up()
    assert told(world, session_id) == [wire.STATUS_UNKNOWN, wire.STATUS_UNKNOWN]


def test_package_dealt_with_after_the_cut_is_told_at_the_next_contact() -> None:
    world = linked()
    session_id = send(world)
    world.pump()
    link = world.link
    world.cut()
    link.package_done(session_id, wire.STATUS_OK, world.now_ms)
    assert link.take_output() == b""
    world.link_up()
    assert told(world, session_id) == [wire.STATUS_UNKNOWN, wire.STATUS_OK]


def test_package_dealt_with_after_a_newer_one_keeps_its_number() -> None:
    world = linked()
    first = send(world)
    world.pump()
    link = world.link
    world.cut()
    world.link_up()
    second = send(world)
    world.pump()
    deal_with(world, second)
    link.package_done(first, wire.STATUS_OK, world.now_ms)
    assert world.state.data_done == [(second, 2, wire.STATUS_OK), (first, 1, wire.STATUS_OK)]


def test_done_of_another_package_is_ignored() -> None:
    world = linked()
    world.link.package_done(bytes(16), wire.STATUS_OK, world.now_ms)
    send(world)
    world.pump()
    world.link.package_done(bytes(16), wire.STATUS_OK, world.now_ms)
    world.collect()
    assert world.next_frame is None


@pytest.mark.parametrize("persistence", ["always", "checkpoint"])
@pytest.mark.parametrize("lost", ["DATA_OPEN", "DATA_ECHO", "DATA_COMMIT", "DATA_DONE", ""])
def test_reboot_of_the_device_at_any_message_is_no_copy(lost: str, persistence: str) -> None:
    world = linked()
    world.facts.data_persistence = persistence
    world.reboot_device()
    world.link_up()
    for _ in range(2):
        session_id = send(world)
        world.pump()
        deal_with(world, session_id)
    if lost:
        session_id = send(world)
        if lost == "DATA_DONE":
            world.until("DATA_COMMIT")
            world.step()
            world.link.package_done(session_id, wire.STATUS_OK, world.now_ms)
            world.collect()
        world.until(lost)
    world.reboot_device()
    world.link_up()
    session_id = send(world)
    world.pump()
    deal_with(world, session_id)
    assert same_lanes(world)
    assert breaches(world.gateway_events + world.device_events) == []
    assert ("RESYNC" in world.names()) == (persistence == "checkpoint")


@pytest.mark.parametrize("lost", ["DATA_OPEN", "DATA_ECHO", "DATA_COMMIT"])
def test_unclean_stop_of_the_gateway_at_any_message_is_no_copy(lost: str) -> None:
    world = linked()
    world.facts.data_persistence = "always"
    world.reboot_device()
    world.link_up()
    world.save()
    world.disk.is_saved_by_itself = False
    session_id = send(world)
    world.pump()
    deal_with(world, session_id)
    send(world)
    world.until(lost)
    world.restart_gateway(clean=False)
    world.disk.is_saved_by_itself = True
    world.link_up()
    session_id = send(world)
    world.pump()
    deal_with(world, session_id)
    assert same_lanes(world)
    assert breaches(world.gateway_events + world.device_events) == []


def test_lane_that_is_always_kept_is_in_flash_before_the_commit_goes_out() -> None:
    world = linked()
    world.facts.data_persistence = "always"
    world.reboot_device()
    world.link_up()
    send(world)
    world.until("DATA_ECHO")
    world.flash.changes.clear()
    world.step()
    assert world.flash.changes == [b"L\0\1"]


# --- misuse ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("package", "is_stream"), [(b"", False), (bytes(wire.MAX_PACKAGE + 1), False), (LONG, True)]
)
def test_package_of_impossible_size_is_misuse(package: bytes, is_stream: bool) -> None:
    with pytest.raises(MisuseError):
        send(linked(), package, is_stream=is_stream)


def test_one_package_at_a_time() -> None:
    world = linked()
    send(world)
    with pytest.raises(MisuseError):
        send(world)


def test_nothing_is_sent_without_a_link() -> None:
    world = linked()
    world.cut()
    assert not world.core.can_send_package
    with pytest.raises(MisuseError):
        send(world)
    with pytest.raises(MisuseError):
        world.core.write_stream(b"x", world.now_ms)


def test_stream_is_written_to_only_while_it_is_open_and_in_parts_that_fit() -> None:
    world = linked()
    with pytest.raises(MisuseError):
        world.core.write_stream(b"x", world.now_ms)
    send(world)
    world.pump()
    with pytest.raises(MisuseError):
        world.core.write_stream(b"x", world.now_ms)
    world, _ = streaming()
    limit = 4096 - data_records.CHUNK_OVERHEAD
    with pytest.raises(MisuseError):
        world.core.write_stream(bytes(limit + 1), world.now_ms)
    world.core.write_stream(bytes(limit), world.now_ms)
    world.collect()
    world.pump()
    assert world.link.is_ready
