"""Every message in every phase of both ends: what the phase does not allow closes the link and stores nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from custom_components.iot_secure_gateway.protocol import records, wire
from custom_components.iot_secure_gateway.protocol.identifiers import draw
from tests.protocol.puppets import COMMAND, SESSION_ID, PuppetDevice, PuppetGateway, claim_open
from tests.protocol.world import World, claimed, linked

NEW = draw(bytes(31) + b"\x07")
KINDS = range(256)


# --- the device ----------------------------------------------------------------------------------------
def new() -> PuppetGateway:
    return PuppetGateway(claimed())


def claiming() -> PuppetGateway:
    puppet = PuppetGateway(World())
    puppet.frame(wire.FRAME_CLAIM_OPEN, claim_open())
    return puppet


def linking() -> PuppetGateway:
    return PuppetGateway(claimed()).shake()


def greeting() -> PuppetGateway:
    """The link's first record has come, and it was HELLO: the next ones are records."""
    return PuppetGateway(linked()).shake().greet()


def pending() -> PuppetGateway:
    puppet = greeting()
    puppet.open(NEW, puppet.world.device_binding().lanes[0].acceptor_id)
    return puppet


def executing() -> PuppetGateway:
    puppet = greeting()
    command = COMMAND.replace(b"turn_on", b"slow")
    echo = puppet.open(NEW, puppet.world.device_binding().lanes[0].acceptor_id, command)
    puppet.commit(NEW, records.decode_session(echo, 20)[1], command)
    assert puppet.world.core.executing is not None
    return puppet


DEVICE_FRAMES: dict[Callable[[], PuppetGateway], set[int]] = {
    new: {wire.FRAME_LINK_INIT, wire.FRAME_CLAIM_OPEN},
    claiming: {wire.FRAME_CLAIM_CONFIRM},
    linking: {wire.FRAME_RECORD},
    greeting: {wire.FRAME_RECORD},
    pending: {wire.FRAME_RECORD},
    executing: {wire.FRAME_RECORD},
}
DEVICE_KINDS = {
    wire.KEEPALIVE,
    wire.RESYNC,
    wire.ADDRESSES,
    wire.ROTATE,
    wire.RELEASE,
    wire.ADD_BINDING,
    wire.OPEN,
    wire.COMMIT,
    wire.OUTCOME_QUERY,
    wire.BREACH,
    wire.DATA_ECHO,
    wire.DATA_DONE,
    wire.DATA_OUTCOME,
}
WITHOUT_FIELDS = {wire.KEEPALIVE, wire.RELEASE}


def check_device_closed(puppet: PuppetGateway, before: dict[bytes, bytes], code: str) -> None:
    assert puppet.closed
    assert (code, False) in puppet.breaches()
    assert puppet.world.flash.values == before
    assert len(puppet.world.executed) <= 1


@pytest.mark.parametrize(
    ("phase", "frame_type"),
    [
        (phase, frame_type)
        for phase, legal in DEVICE_FRAMES.items()
        for frame_type in sorted(wire.FRAME_TYPES - legal)
    ],
)
def test_frame_that_the_device_does_not_expect_closes_and_stores_nothing(
    phase: Callable[[], PuppetGateway], frame_type: int
) -> None:
    puppet = phase()
    before = dict(puppet.world.flash.values)
    is_linked = phase in (greeting, pending, executing)
    puppet.frames.clear()
    puppet.frame(frame_type, bytes(64))
    check_device_closed(puppet, before, "BAD_FRAME")
    assert puppet.frames == ([] if is_linked else [(wire.FRAME_REJECT, b"\0")])


@pytest.mark.parametrize("phase", [new, claiming, linking, greeting])
def test_unknown_frame_type_closes_the_device(phase: Callable[[], PuppetGateway]) -> None:
    for frame_type in (0x00, 0x07, 0x0E, 0x11, 0xFF):
        puppet = phase()
        before = dict(puppet.world.flash.values)
        puppet.frame(frame_type, b"")
        check_device_closed(puppet, before, "BAD_FRAME")


@pytest.mark.parametrize("phase", [greeting, pending, executing])
def test_record_kind_that_no_gateway_sends_closes_and_stores_nothing(
    phase: Callable[[], PuppetGateway],
) -> None:
    for kind in KINDS:
        if kind in DEVICE_KINDS or (kind > 0x30 and kind % 16):
            continue
        puppet = phase()
        before = dict(puppet.world.flash.values)
        puppet.record(bytes([kind]) + bytes(40))
        check_device_closed(puppet, before, "BAD_RECORD")


@pytest.mark.parametrize("kind", [kind for kind in range(0x30) if kind != wire.HELLO])
def test_no_record_but_hello_may_be_the_first(kind: int) -> None:
    puppet = linking()
    count = puppet.world.device_binding().lanes[0].count
    puppet.record(bytes([kind]) + bytes(40))
    assert puppet.closed
    assert puppet.breaches() == [("BAD_RECORD", False)]
    assert puppet.world.device_binding().lanes[0].count == count


@pytest.mark.parametrize("phase", [greeting, pending, executing])
@pytest.mark.parametrize("kind", sorted(DEVICE_KINDS))
def test_record_whose_fields_do_not_fit_closes_the_device_and_stores_nothing(
    kind: int, phase: Callable[[], PuppetGateway]
) -> None:
    puppet = phase()
    before = dict(puppet.world.flash.values)
    puppet.record(bytes([kind]) + (b"\0" if kind in WITHOUT_FIELDS else b""))
    check_device_closed(puppet, before, "BAD_RECORD")


@pytest.mark.parametrize("phase", [greeting, pending, linking])
def test_empty_record_closes_the_device(phase: Callable[[], PuppetGateway]) -> None:
    puppet = phase()
    puppet.record(b"")
    assert puppet.breaches() == [("BAD_RECORD", False)]
    assert puppet.closed


@pytest.mark.parametrize(
    "record",
    [
        bytes([wire.DATA_ECHO]) + b"D" * 20 + b"G" * 20 + bytes(32),
        bytes([wire.DATA_DONE]) + b"D" * 20 + b"G" * 20 + b"\0",
        bytes([wire.DATA_OUTCOME]) + bytes(21),
    ],
)
def test_answer_on_the_data_lane_that_nobody_asked_for_closes_the_device(record: bytes) -> None:
    for puppet in (greeting(), pending()):
        before = dict(puppet.world.flash.values)
        puppet.record(record)
        check_device_closed(puppet, before, "BAD_RECORD")


# --- the gateway -----------------------------------------------------------------------------------------
def connecting() -> PuppetDevice:
    return PuppetDevice(linked())


def gateway_greeting() -> PuppetDevice:
    return PuppetDevice(linked()).accept()


def asking_outcome() -> PuppetDevice:
    world = linked()
    world.open()
    world.until("RESULT")
    world.cut()
    return PuppetDevice(world).accept().greet()


def awaiting_save() -> PuppetDevice:
    world = linked()
    world.state.resync_pending = [True, False]
    return PuppetDevice(world).accept().greet()


def resyncing() -> PuppetDevice:
    puppet = awaiting_save()
    puppet.link.saved(puppet.world.now_ms)
    puppet.collect()
    return puppet


def ready() -> PuppetDevice:
    return PuppetDevice(linked()).accept().greet()


def opened() -> PuppetDevice:
    puppet = ready()
    puppet.open()
    return puppet


def committed() -> PuppetDevice:
    puppet = ready()
    gsid = records.decode_session(puppet.open(), 20)[0]
    puppet.record(records.encode_session(wire.ECHO, gsid, NEW, COMMAND))
    return puppet


def releasing() -> PuppetDevice:
    puppet = ready()
    puppet.link.release(puppet.world.now_ms)
    puppet.collect()
    return puppet


def restricted() -> PuppetDevice:
    return PuppetDevice(linked()).accept().greet(flags=wire.FLAG_RESTRICTED)


def standby() -> PuppetDevice:
    return PuppetDevice(linked()).accept().greet(flags=wire.FLAG_STANDBY)


DATA = {wire.DATA_OPEN, wire.DATA_COMMIT, wire.CHUNK, wire.DATA_OUTCOME_QUERY}
ANY_TIME = {wire.KEEPALIVE, wire.BREACH}
ANSWERS = {wire.RELEASED, wire.ADDRESSES_OK, wire.ROTATED, wire.BINDING_ADDED}
GATEWAY_KINDS: dict[Callable[[], PuppetDevice], set[int]] = {
    gateway_greeting: {wire.HELLO_OK},
    asking_outcome: {wire.OUTCOME} | ANY_TIME,
    awaiting_save: ANY_TIME,
    resyncing: {wire.RESYNCED} | ANY_TIME,
    ready: DATA | ANY_TIME,
    opened: {wire.ECHO} | DATA | ANY_TIME,
    committed: {wire.RESULT} | DATA | ANY_TIME,
    releasing: {wire.RELEASED} | DATA | ANY_TIME,
    restricted: ANY_TIME,
    standby: ANY_TIME,
}


def check_gateway_closed(puppet: PuppetDevice, before: tuple[int, int], code: str) -> None:
    assert puppet.link.closed
    assert (code, False) in puppet.breaches()
    assert not any(record[0] == wire.COMMIT for record in puppet.records)
    assert tuple(lane.count for lane in puppet.world.state.lanes) == before


def counts(puppet: PuppetDevice) -> tuple[int, int]:
    first, second = puppet.world.state.lanes
    return first.count, second.count


@pytest.mark.parametrize("phase", GATEWAY_KINDS)
def test_record_that_the_gateway_does_not_expect_closes_and_changes_no_count(
    phase: Callable[[], PuppetDevice],
) -> None:
    for kind in KINDS:
        if kind in GATEWAY_KINDS[phase] or (kind > 0x30 and kind % 16):
            continue
        puppet = phase()
        before = counts(puppet)
        puppet.records.clear()
        puppet.record(bytes([kind]) + bytes(40))
        check_gateway_closed(puppet, before, "BAD_RECORD")


@pytest.mark.parametrize("phase", GATEWAY_KINDS)
def test_record_whose_fields_do_not_fit_closes_the_gateways_link(
    phase: Callable[[], PuppetDevice],
) -> None:
    for kind in GATEWAY_KINDS[phase]:
        puppet = phase()
        before = counts(puppet)
        puppet.records.clear()
        puppet.record(bytes([kind]) + (b"\0" if kind in (wire.KEEPALIVE, wire.RELEASED) else b""))
        check_gateway_closed(puppet, before, "BAD_RECORD")


@pytest.mark.parametrize("phase", [connecting, gateway_greeting, ready, opened, committed])
def test_frame_that_the_gateway_does_not_expect_closes_the_link(
    phase: Callable[[], PuppetDevice],
) -> None:
    legal = {
        connecting: {wire.FRAME_LINK_ACCEPT},
        gateway_greeting: {wire.FRAME_RECORD},
    }.get(phase, {wire.FRAME_RECORD})
    for frame_type in wire.FRAME_TYPES - legal - {wire.FRAME_REJECT}:
        puppet = phase()
        before = counts(puppet)
        puppet.records.clear()
        puppet.frame(frame_type, bytes(48))
        check_gateway_closed(puppet, before, "BAD_FRAME")


@pytest.mark.parametrize("phase", GATEWAY_KINDS)
def test_empty_record_closes_the_gateways_link(phase: Callable[[], PuppetDevice]) -> None:
    puppet = phase()
    before = counts(puppet)
    puppet.records.clear()
    puppet.record(b"")
    check_gateway_closed(puppet, before, "BAD_RECORD")


@pytest.mark.parametrize(
    ("phase", "status"),
    [(opened, wire.STATUS_NOT_EXECUTED), (committed, wire.STATUS_UNKNOWN)],
)
def test_illegal_message_in_a_session_ends_it_as_any_cut_would(
    phase: Callable[[], PuppetDevice], status: int
) -> None:
    puppet = phase()
    puppet.record(bytes([wire.HELLO_OK]) + bytes(40))
    failed = [event for event in puppet.events if event.kind == "failed"]
    assert [(event.session_id, event.status) for event in failed] == [(SESSION_ID, status)]


def test_answer_to_another_request_closes_the_link() -> None:
    for kind in ANSWERS - {wire.RELEASED}:
        puppet = releasing()
        puppet.record(bytes([kind]))
        assert puppet.link.closed
        assert puppet.breaches() == [("BAD_RECORD", False)]
        assert "released" not in puppet.kinds()
