"""How a command ended, and what can be learned of it later."""

from __future__ import annotations

import pytest

from custom_components.iot_secure_gateway.protocol import records, wire
from custom_components.iot_secure_gateway.protocol.records import Outcome
from tests.protocol.puppets import PuppetDevice, PuppetGateway
from tests.protocol.world import World, linked


def asked(world: World, session_id: bytes, number: int) -> Outcome:
    """Ask the device over a link of its own."""
    puppet = PuppetGateway(world).shake().greet()
    puppet.record(records.encode_outcome_query(session_id, number))
    outcome = records.decode_outcome(puppet.records.pop())
    assert (outcome.session_id, outcome.number) == (session_id, number)
    return outcome


@pytest.mark.parametrize(
    ("name", "status", "result", "is_called"),
    [
        ("turn_on", wire.STATUS_OK, b'{"values":{"relay":"turn_on"}}', True),
        ("broken", wire.STATUS_FAILED, b'{"error":"no power at the relay"}', True),
        ("unheard_of", wire.STATUS_REFUSED, b'{"error":"unknown command"}', False),
    ],
)
@pytest.mark.parametrize("lost", [False, True])
def test_outcome_arrives_with_the_result_or_at_the_next_contact(
    name: str, status: int, result: bytes, is_called: bool, lost: bool
) -> None:
    world = linked()
    session_id = world.open(name)
    if lost:
        world.until("RESULT")
        world.cut()
        world.link_up()
    world.pump()
    told = world.ending(session_id)
    assert (told.kind, told.status, told.result) == (
        "outcome" if lost else "result",
        status,
        result,
    )
    assert (session_id.hex() in world.executed) == is_called
    assert world.device_binding().lanes[0].count == 1  # a refused session is promoted too
    assert world.run().kind == "result"


def test_refused_command_stays_refused_after_a_reboot() -> None:
    world = linked()
    session_id = world.open("unheard_of")
    world.until("RESULT")
    world.reboot_device()
    world.link_up()
    assert world.ending(session_id).status == wire.STATUS_REFUSED


def test_command_that_still_runs_is_asked_for_until_it_has_ended() -> None:
    world = linked()
    session_id = world.open("slow")
    world.pump()
    world.wait(wire.STEP_TIMEOUT_MS)
    world.tick()
    world.pump()
    assert world.ending(session_id).status == wire.STATUS_UNKNOWN
    link = world.connect()
    world.pump()
    for _ in range(3):
        assert not link.is_ready
        assert world.names()[-2:] == ["OUTCOME_QUERY", "OUTCOME"]
        due = link.deadline()
        assert due == world.now_ms + 500
        world.wait(499)
        link.tick(world.now_ms)
        world.collect()
        assert world.next_frame is None
        world.wait(1)
        world.tick()
        world.pump()
    world.finish(session_id, wire.STATUS_OK, b'{"values":{}}')
    world.pump()
    world.wait(500)
    world.tick()
    world.pump()
    assert (world.ending(session_id).status, world.ending(session_id).result) == (
        wire.STATUS_OK,
        b'{"values":{}}',
    )
    assert link.is_ready


def test_another_session_is_not_told_as_running() -> None:
    world = linked()
    session_id = world.open("slow")
    world.pump()
    world.cut()
    assert asked(world, session_id, 1).status == wire.STATUS_RUNNING
    assert asked(world, b"another session!", 1).status == wire.STATUS_NOT_EXECUTED
    assert asked(world, session_id, 2).status == wire.STATUS_NOT_EXECUTED


def test_result_of_an_earlier_link_is_not_sent_on_a_newer_one() -> None:
    world = linked()
    session_id = world.open("slow")
    world.pump()
    world.cut()
    puppet = PuppetGateway(world).shake().greet()
    world.finish(session_id)
    puppet._collect()
    assert puppet.records == []
    assert asked(world, session_id, 1).status == wire.STATUS_OK


def test_interrupted_command_is_told_as_interrupted_for_good() -> None:
    world = linked()
    session_id = world.open("slow")
    world.pump()
    world.reboot_device()
    world.link_up()
    assert world.ending(session_id).status == wire.STATUS_INTERRUPTED
    world.reboot_device()
    assert asked(world, session_id, 1).status == wire.STATUS_INTERRUPTED


def test_handler_that_ends_after_a_reboot_changes_nothing() -> None:
    world = linked()
    session_id = world.open("slow")
    world.pump()
    world.reboot_device()
    before = dict(world.flash.values)
    world.finish(session_id)
    assert world.flash.values == before


def test_handler_of_another_session_changes_nothing() -> None:
    world = linked()
    world.open("slow")
    world.pump()
    before = dict(world.flash.values)
    world.finish(bytes(16))
    assert world.flash.values == before
    assert world.core.executing is not None


def test_handler_that_outlives_its_binding_leaves_no_trace_in_the_next_one() -> None:
    world = linked()
    session_id = world.open("slow")
    world.pump()
    world.core.factory_reset()
    world.pump()
    world.wait(1000)
    assert world.claim().status == "validated"
    before = dict(world.flash.values)
    world.finish(session_id)
    assert world.flash.values == before
    world.link_up()
    assert world.run().kind == "result"


def test_last_thirty_two_outcomes_are_kept_also_over_a_reboot() -> None:
    world = linked()
    ids = [world.run().session_id for _ in range(wire.OUTCOMES_KEPT + 3)]
    for _ in range(2):
        for number, session_id in enumerate(ids, start=1):
            status = asked(world, session_id, number).status
            expected = wire.STATUS_UNKNOWN if number <= 3 else wire.STATUS_OK
            assert status == expected, number
        world.reboot_device()


def test_outcome_that_is_too_old_is_forgotten_at_boot() -> None:
    world = linked()
    first = world.run().session_id
    for _ in range(wire.OUTCOMES_KEPT):
        world.open()
        world.until("COMMIT")
        world.cut()
        world.link_up()
    world.open()
    world.until("ECHO")  # promotes what the last lost COMMIT left
    world.reboot_device()
    assert world.core.memory.outcomes[0] == {}
    assert asked(world, first, 1).status == wire.STATUS_UNKNOWN


def test_session_that_was_never_committed_is_told_as_not_executed() -> None:
    world = linked()
    world.run()
    for number in (1, 2, 3):
        assert asked(world, b"another session!", number).status == wire.STATUS_NOT_EXECUTED


def test_session_older_than_what_is_known_is_unknown() -> None:
    world = linked()
    for _ in range(wire.OUTCOMES_KEPT + 1):
        world.run()
    assert asked(world, b"another session!", 1).status == wire.STATUS_UNKNOWN
    assert asked(world, b"another session!", 2).status == wire.STATUS_NOT_EXECUTED


def test_after_flash_was_lost_only_sessions_from_here_on_are_known() -> None:
    world = linked()
    ids = [world.run().session_id for _ in range(3)]
    del world.flash.values[b"O\x00\x02"]
    world.flash.lost = True
    world.reboot_device()
    world.flash.lost = False
    assert asked(world, ids[0], 1).status == wire.STATUS_OK
    assert asked(world, ids[1], 2).status == wire.STATUS_UNKNOWN
    assert asked(world, bytes(16), 4).status == wire.STATUS_NOT_EXECUTED
    world.reboot_device()
    assert asked(world, ids[1], 2).status == wire.STATUS_UNKNOWN


def test_long_result_goes_out_once_but_is_not_kept() -> None:
    world = linked()
    long = b'{"values":{"text":"' + b"x" * 300 + b'"}}'
    world.handle = lambda command: (wire.STATUS_OK, long)  # type: ignore[method-assign]
    told = world.run()
    assert told.result == long
    kept = asked(world, told.session_id, 1)
    assert (kept.status, kept.result) == (wire.STATUS_OK, b"")


def test_result_of_exactly_the_kept_size_is_kept() -> None:
    world = linked()
    result = b'"' + b"x" * (wire.MAX_KEPT_RESULT - 2) + b'"'
    world.handle = lambda command: (wire.STATUS_OK, result)  # type: ignore[method-assign]
    assert asked(world, world.run().session_id, 1).result == result


def test_results_of_before_the_lane_was_kept_otherwise_are_those_of_their_own_sessions() -> None:
    world = linked()
    results = [b'{"n":%d}' % number for number in range(wire.OUTCOMES_KEPT + 1)]
    world.handle = lambda command: (wire.STATUS_OK, results[0])  # type: ignore[method-assign]
    first = world.run()  # its record in flash has the place of the last one
    memory = world.core.memory
    memory.checkpoints = (True, True)
    for result in results[1:]:
        world.handle = lambda command, result=result: (wire.STATUS_OK, result)  # type: ignore[method-assign,misc]
        last = world.run()
    memory.checkpoints = (False, True)
    assert asked(world, last.session_id, len(results)).result == results[-1]
    assert memory.result_of(0, Outcome(first.session_id, 1, wire.STATUS_OK, b"")) == results[0]


def test_result_that_no_frame_of_the_gateway_holds_is_replaced() -> None:
    world = linked()
    world.handle = lambda command: (wire.STATUS_OK, b"x" * 4033)  # type: ignore[method-assign]
    told = world.run()
    assert (told.status, told.result) == (wire.STATUS_OK, b'{"error":"result too long"}')


def test_outcome_may_arrive_long_after_unknown_was_said() -> None:
    world = linked()
    session_id = world.open()
    world.until("RESULT")
    world.cut()
    world.restart_gateway(clean=True)
    world.reboot_device()
    world.link_up()
    kinds = [
        (event.kind, event.status)
        for event in world.gateway_events
        if getattr(event, "session_id", b"") == session_id
    ]
    assert kinds == [("failed", wire.STATUS_UNKNOWN), ("outcome", wire.STATUS_OK)]


# --- the gateway's side -------------------------------------------------------------------------------
def asking() -> tuple[World, PuppetDevice, bytes]:
    """Return a puppet device that is asked for an outcome."""
    world = linked()
    session_id = world.open()
    world.until("RESULT")
    world.cut()
    puppet = PuppetDevice(world).accept().greet()
    assert records.decode_outcome_query(puppet.records.pop()) == (session_id, 1)
    return world, puppet, session_id


@pytest.mark.parametrize(
    "status",
    [
        wire.STATUS_OK,
        wire.STATUS_FAILED,
        wire.STATUS_REFUSED,
        wire.STATUS_NOT_EXECUTED,
        wire.STATUS_INTERRUPTED,
        wire.STATUS_UNKNOWN,
    ],
)
def test_every_final_status_resolves_the_question(status: int) -> None:
    world, puppet, session_id = asking()
    puppet.record(records.encode_outcome(Outcome(session_id, 1, status, b"{}")))
    assert world.state.unresolved == []
    outcome = next(event for event in puppet.events if event.kind == "outcome")
    assert (outcome.session_id, outcome.status, outcome.result) == (session_id, status, b"{}")
    assert puppet.link.is_ready


@pytest.mark.parametrize("change", [{"session_id": bytes(16)}, {"number": 2}])
def test_outcome_of_another_session_ends_the_link(change: dict[str, object]) -> None:
    world, puppet, session_id = asking()
    outcome = Outcome(session_id, 1, wire.STATUS_OK, b"{}")._replace(**change)
    puppet.record(records.encode_outcome(outcome))
    assert puppet.breaches() == [("BAD_RECORD", False)]
    assert world.state.unresolved == [(session_id, 1)]


def test_outcome_that_was_not_asked_for_ends_the_link() -> None:
    world, puppet, session_id = asking()
    puppet.record(records.encode_outcome(Outcome(session_id, 1, wire.STATUS_RUNNING, b"")))
    assert not puppet.link.closed
    puppet.record(records.encode_outcome(Outcome(session_id, 1, wire.STATUS_OK, b"")))
    assert puppet.breaches() == [("BAD_RECORD", False)]
    assert world.state.unresolved == [(session_id, 1)]


def test_several_open_questions_are_asked_one_after_the_other() -> None:
    world = linked()
    first = world.open()
    world.until("RESULT")
    world.cut()
    second = bytes(15) + b"\x99"
    world.state.unresolved.append((second, 2))
    world.link_up()
    assert world.ending(first).status == wire.STATUS_OK
    assert world.ending(second).status == wire.STATUS_NOT_EXECUTED
    assert world.state.unresolved == []
