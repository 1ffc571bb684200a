"""The interruption table of FIG 13, over TCP: whatever is lost, the next command works by itself."""

import asyncio

import pytest

from .kit import ANN, HOST, SERIAL, Bench, Proxy, Rig, soon, until, with_settings
from custom_components.iot_secure_gateway.gateway.device import Problem
from custom_components.iot_secure_gateway.gateway.errors import (
    CommandExpired,
    NotExecuted,
    OutcomeUnknown,
)
from custom_components.iot_secure_gateway.gateway.events import (
    Breach,
    CopySuspected,
    OutcomeLearned,
)
from custom_components.iot_secure_gateway.gateway.stores import StoredStates
from custom_components.iot_secure_gateway.protocol import wire


@pytest.mark.parametrize(
    ("lost", "sequence", "delivered"),
    [
        ("OPEN", "G", False),
        ("ECHO", "G", True),
        ("ECHO", "GD", False),
        ("COMMIT, before it was sent", "GD", False),
    ],
)
async def test_cut_before_the_commit_means_not_executed(
    rig: Rig, bench: Bench, proxy: Proxy, lost: str, sequence: str, delivered: bool
) -> None:
    device = await rig.claimed(bench, proxy.port)
    await bench.hush()
    proxy.arm(sequence, deliver=delivered)
    with pytest.raises(NotExecuted):
        await rig.turn(True)
    await until(device, lambda: device.is_connected)
    assert bench.switched == []
    assert await rig.turn(True) == {"values": {"relay": True}}
    assert bench.switched == [True]
    assert not rig.seen(CopySuspected)
    assert not rig.seen(Breach)


@pytest.mark.parametrize(
    ("sequence", "delivered", "status", "switched"),
    [
        ("GDG", False, wire.STATUS_NOT_EXECUTED, []),  # COMMIT lost
        ("GDG", True, wire.STATUS_OK, [True]),  # RESULT lost before it was sent
        ("GDGD", False, wire.STATUS_OK, [True]),  # RESULT lost
    ],
)
async def test_cut_after_the_commit_is_unknown_until_the_next_contact_tells(
    rig: Rig,
    bench: Bench,
    proxy: Proxy,
    sequence: str,
    delivered: bool,
    status: int,
    switched: list[bool],
) -> None:
    device = await rig.claimed(bench, proxy.port)
    await bench.hush()
    proxy.arm(sequence, deliver=delivered)
    with pytest.raises(OutcomeUnknown) as unknown:
        await rig.turn(True)
    await until(device, lambda: device.is_connected)
    (learned,) = rig.seen(OutcomeLearned)
    assert (learned.session_id, learned.status) == (unknown.value.session_id, status)
    assert bench.switched == switched
    await until(device, lambda: device.values.get("relay") is bool(switched))
    assert await rig.turn(False) == {"values": {"relay": False}}
    assert bench.switched == [*switched, False]
    assert not rig.seen(CopySuspected)
    assert not rig.seen(Breach)


async def test_device_that_hangs_is_given_up_after_the_step_timeout(
    bench: Bench, proxy: Proxy
) -> None:
    rig = Rig(with_settings(step_timeout_ms=1000))
    await rig.start()
    try:
        device = await rig.claimed(bench, proxy.port)
        proxy.mute()
        with pytest.raises(NotExecuted) as failed:
            await rig.turn(True)
        assert failed.value.reason == "timeout"
        proxy.mute(is_mute=False)
        await until(device, lambda: device.is_connected)
        assert await rig.turn(True) == {"values": {"relay": True}}
    finally:
        await rig.stop()


async def test_device_that_was_restarted_is_linked_again(rig: Rig, bench: Bench) -> None:
    device = await rig.claimed(bench)
    await bench.stop()
    await until(device, lambda: not device.is_connected)
    await until(device, lambda: device.problem is Problem.UNREACHABLE)
    await bench.start()
    await until(device, lambda: device.is_connected)
    assert device.problem is None
    assert await rig.turn(True) == {"values": {"relay": True}}


async def test_gateway_that_was_restarted_needs_no_new_claim(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.turn(True)
    await rig.restart()
    assert rig.gateway.has_binding(SERIAL)
    device = await rig.gateway.attach(SERIAL, HOST, bench.port)
    assert device.description is not None, "known from the store before the device was reached"
    await until(device, lambda: device.values.get("relay") is True)
    await rig.turn(False)
    assert not rig.seen(CopySuspected)


async def test_gateway_that_died_without_saving_resynchronises(bench: Bench) -> None:
    rig = Rig(with_settings(save_within=60))  # nothing is saved in time
    await rig.start()
    await rig.claimed(bench)
    for index in range(5):
        await rig.turn(index % 2 == 0)
    await rig.die()
    await rig.start()
    device = await rig.gateway.attach(SERIAL, HOST, bench.port)
    await until(device, lambda: device.is_connected)
    await rig.turn(True)
    assert not rig.seen(CopySuspected)
    await rig.stop()


async def test_command_open_when_the_gateway_died_stays_unknown(bench: Bench) -> None:
    rig = Rig()
    await rig.start()
    device = await rig.claimed(bench)
    task = asyncio.create_task(rig.turn(True, "slow"))
    await soon(lambda: bool(rig.gateway._keeper._states[SERIAL].unresolved))
    await rig.gateway._keeper.flush()
    task.cancel()
    await rig.die()
    rig.events.clear()
    await rig.start()
    (learned,) = rig.seen(OutcomeLearned)
    assert learned.status == wire.STATUS_UNKNOWN
    device = await rig.gateway.attach(SERIAL, HOST, bench.port)
    await until(device, lambda: device.is_connected)
    bench.gate.set()
    await rig.stop()


async def test_restored_copy_of_a_gateway_is_suspected_and_stays_away(
    rig: Rig, bench: Bench, proxy: Proxy
) -> None:
    await rig.claimed(bench, proxy.port)
    await rig.gateway._keeper.flush()
    backup = await rig.stores.states.load()
    for _ in range(3):
        await rig.turn(True)
    await rig.stop()
    await rig.stores.states.save(StoredStates(states=backup.states, is_clean=True))
    await rig.start()
    device = await rig.gateway.attach(SERIAL, HOST, proxy.port)
    await until(device, lambda: device.problem is Problem.SUSPENDED)
    await soon(lambda: not device.is_connected)
    connections = proxy.connections
    assert rig.seen(CopySuspected)[0].serial == SERIAL
    (breach,) = rig.seen(Breach)
    assert (breach.code, breach.is_authenticated) == (wire.CONTINUITY_BREAK, True)
    rig.gateway._links[SERIAL].hint(HOST, proxy.port, 99)
    task = rig.gateway._links[SERIAL]._task
    assert task is not None
    await asyncio.wait_for(task, 5)
    assert proxy.connections == connections


async def test_command_that_waited_when_the_link_was_cut_is_delivered_after_it_is_back(
    rig: Rig, bench: Bench, proxy: Proxy
) -> None:
    await rig.claimed(bench, proxy.port)
    await bench.hush()
    proxy.arm("GDG")
    first = asyncio.create_task(rig.turn(True))
    await asyncio.sleep(0)
    second = asyncio.create_task(rig.turn(False))
    with pytest.raises(OutcomeUnknown):
        await first
    assert await second == {"values": {"relay": False}}
    assert bench.switched == [False]


async def test_command_that_waits_too_long_is_not_delivered(bench: Bench) -> None:
    rig = Rig(with_settings(wait=0.2))
    await rig.start()
    try:
        await rig.claimed(bench)
        first = asyncio.create_task(rig.turn(True, "slow"))
        await asyncio.sleep(0)
        with pytest.raises(CommandExpired):
            await rig.turn(False)
        bench.gate.set()
        await first
        assert bench.switched == [True]
    finally:
        await rig.stop()


async def test_stop_answers_everyone_who_waits(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    tasks = [asyncio.create_task(rig.turn(True, "slow")), asyncio.create_task(rig.turn(True))]
    await asyncio.sleep(0)
    await rig.gateway.detach(SERIAL)
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(answer).__name__ for answer in answers] == ["NotExecuted", "DeviceOffline"]
    assert bench.switched == []
    bench.gate.set()


async def test_many_commands_between_two_saves_never_outrun_the_store(bench: Bench) -> None:
    rig = Rig(with_settings(save_within=60))
    await rig.start()
    try:
        await rig.claimed(bench)
        for index in range(60):
            await rig.gateway.execute(
                ANN, SERIAL, "turn_on" if index % 2 else "turn_off", entity="relay"
            )
            stored = (await rig.stores.states.load()).states[SERIAL]
            state = rig.gateway._keeper.get(SERIAL)
            assert state is not None
            assert state.unsaved <= 24
            assert stored["lanes"] != []
    finally:
        await rig.stop()
