"""Commands through the funnel, over real TCP to a device of the library."""

import asyncio

import pytest

from .kit import ANN, BOB, SERIAL, Bench, Rig, soon, until
from custom_components.iot_secure_gateway.gateway.errors import (
    CommandFailed,
    DeviceOffline,
    InvalidCommand,
    QueueFull,
    Refused,
    RefusedByDevice,
    UnknownDevice,
)
from custom_components.iot_secure_gateway.gateway.events import CommandRefused
from custom_components.iot_secure_gateway.gateway.queue import MAX_WAITING
from custom_components.iot_secure_gateway.policy.actors import Automation, System, Unknown
from custom_components.iot_secure_gateway.policy.decision import Reason


async def test_owner_switches_and_the_result_confirms(rig: Rig, bench: Bench) -> None:
    device = await rig.claimed(bench)
    assert await rig.turn(True) == {"values": {"relay": True}}
    assert bench.switched == [True]
    assert device.values["relay"] is True
    result = await rig.gateway.execute(ANN, SERIAL, "turn_off", entity="relay")
    assert (result.result, len(result.session_id)) == ({"values": {"relay": False}}, 16)
    assert result.duration_ms > 0
    assert device.stats.last_command_ms == result.duration_ms
    assert bench.switched == [True, False]


async def test_device_is_described_and_read_after_the_claim(rig: Rig, bench: Bench) -> None:
    device = await rig.claimed(bench)
    assert device.is_connected
    assert device.description is not None
    assert device.description.facts.manufacturer == "Maker"
    assert [entity.key for entity in device.description.entities] == [
        "relay",
        "slow",
        "stuck",
        "temp",
    ]
    assert device.values == {"relay": False, "slow": False, "stuck": False, "temp": "21.5"}
    assert device.observed_address == "127.0.0.1"
    assert device.firmware == "1.0"


@pytest.mark.parametrize("actor", [BOB, Automation(entity_id="automation.x"), Unknown(), System()])
async def test_anyone_else_is_refused_and_the_device_hears_nothing(
    rig: Rig, bench: Bench, actor: object
) -> None:
    device = await rig.claimed(bench)
    opened = device.stats.commands
    with pytest.raises(Refused):
        await rig.turn(True, actor=actor)
    assert (bench.switched, device.stats.commands) == ([], opened)
    (event,) = rig.seen(CommandRefused)
    assert (event.actor, event.command, event.serial) == (actor, "turn_on", SERIAL)


async def test_refusal_carries_the_reason(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    with pytest.raises(Refused) as refused:
        await rig.turn(True, actor=BOB)
    assert refused.value.decision.reason is Reason.NOT_OWNER
    assert refused.value.placeholders == {"reason": "not_owner"}


async def test_unknown_device_and_device_without_link(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.gateway.detach(SERIAL)
    with pytest.raises(UnknownDevice):
        await rig.turn(True)
    await bench.stop()
    await rig.gateway.attach(SERIAL, "127.0.0.1", bench.port)
    with pytest.raises(DeviceOffline):
        await rig.turn(True)


async def test_error_of_the_handler_reaches_the_caller(rig: Rig, bench: Bench) -> None:
    device = await rig.claimed(bench)
    with pytest.raises(CommandFailed) as failed:
        await rig.turn(True, "stuck")
    assert failed.value.error == "the valve is stuck"
    assert device.stats.failed == 1


async def test_command_that_the_device_does_not_know(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    with pytest.raises(RefusedByDevice):
        await rig.gateway.execute(ANN, SERIAL, "explode", entity="relay")
    assert await rig.turn(True) == {"values": {"relay": True}}


@pytest.mark.parametrize(
    "arguments",
    [{"n": 2**60}, {"n": 1.5}, {"text": "x" * 5000}, {"n": object()}, {"text": "\ud800"}],
)
async def test_command_without_form_on_the_wire(
    rig: Rig, bench: Bench, arguments: dict[str, object]
) -> None:
    await rig.claimed(bench)
    with pytest.raises(InvalidCommand):
        await rig.gateway.execute(ANN, SERIAL, "turn_on", entity="relay", arguments=arguments)
    assert await rig.turn(True) == {"values": {"relay": True}}


async def test_commands_given_at_once_run_one_after_the_other(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    wanted = [index % 2 == 0 for index in range(20)]
    answers = await asyncio.gather(*(rig.turn(on) for on in wanted))
    assert bench.switched == wanted
    assert answers == [{"values": {"relay": on}} for on in wanted]


async def test_concurrent_people_are_judged_each_by_their_own_rights(
    rig: Rig, bench: Bench
) -> None:
    await rig.claimed(bench)
    answers = await asyncio.gather(
        *(rig.turn(True, actor=actor) for actor in (ANN, BOB) * 8), return_exceptions=True
    )
    assert [isinstance(answer, Refused) for answer in answers] == [False, True] * 8
    assert bench.switched == [True] * 8


async def test_permission_is_judged_again_at_delivery(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    first = asyncio.create_task(rig.turn(True, "slow"))
    await asyncio.sleep(0)
    second = asyncio.create_task(rig.turn(True))
    await asyncio.sleep(0)
    await rig.gateway.permissions.set_owner(SERIAL, BOB.id)
    bench.gate.set()
    await first
    with pytest.raises(Refused):
        await second
    assert bench.switched == [True]


async def test_queue_is_bounded(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    first = asyncio.create_task(rig.turn(True, "slow"))
    await asyncio.sleep(0)
    waiting = [asyncio.create_task(rig.turn(True)) for _ in range(MAX_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(QueueFull):
        await rig.turn(False)
    waiting[0].cancel()
    await asyncio.gather(waiting[0], return_exceptions=True)
    last = asyncio.create_task(rig.turn(False))  # takes the place of the one that went away
    await asyncio.sleep(0)
    bench.gate.set()
    await asyncio.gather(first, *waiting[1:], last)
    assert bench.switched == [True] * MAX_WAITING + [False]


async def test_caller_that_goes_away_leaves_a_session_that_ends_cleanly(
    rig: Rig, bench: Bench
) -> None:
    device = await rig.claimed(bench)
    task = asyncio.create_task(rig.turn(True, "slow"))
    await soon(lambda: device.stats.commands > 2)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    bench.gate.set()
    await until(device, lambda: device.values["slow"] is True)
    assert await rig.turn(True) == {"values": {"relay": True}}
    assert device.stats.links == 1


async def test_waiting_command_of_a_caller_that_went_away_is_not_executed(
    rig: Rig, bench: Bench
) -> None:
    await rig.claimed(bench)
    first = asyncio.create_task(rig.turn(True, "slow"))
    await asyncio.sleep(0)
    second = asyncio.create_task(rig.turn(True))
    await asyncio.sleep(0)
    second.cancel()
    bench.gate.set()
    await first
    await rig.turn(False)
    assert bench.switched == [True, False]
