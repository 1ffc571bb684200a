"""Copies of a gateway or of a device become evident at the next contact, and stay suspended (G7)."""

from collections.abc import AsyncIterator

import pytest

from .kit import ANN, HOST, SERIAL, Bench, Rig, soon, until
from custom_components.iot_secure_gateway.gateway.device import Device, Problem
from custom_components.iot_secure_gateway.gateway.errors import (
    AlreadyOwned,
    DeviceSuspended,
    NotExecuted,
    OutcomeUnknown,
)
from custom_components.iot_secure_gateway.gateway.events import Breach, CopySuspected
from custom_components.iot_secure_gateway.gateway.stores import GatewayStores
from custom_components.iot_secure_gateway.protocol import wire


@pytest.fixture
async def twin(socket_enabled: None) -> AsyncIterator[Rig]:
    """Return a second gateway with the identity of the first; it is not started yet."""
    twin = Rig()
    yield twin
    if hasattr(twin, "gateway"):
        await twin.stop()


async def backup_of(rig: Rig, *, is_clean: bool) -> GatewayStores:
    """Return a backup: made of files while the gateway ran, or after an orderly stop."""
    if not is_clean:
        await rig.gateway._keeper.flush()
        return await rig.back_up()
    await rig.stop()
    backup = await rig.back_up()
    await rig.start()
    return backup


async def linked(rig: Rig, bench: Bench) -> Device:
    device = await rig.gateway.attach(SERIAL, HOST, bench.port)
    await until(device, lambda: device.is_connected or device.problem is Problem.SUSPENDED)
    return device


async def turn_off_again(rig: Rig, device: Device) -> None:
    """Switch off by the gateway that is left; that the other took its link may be noticed only now."""
    await until(device, lambda: device.is_connected)
    try:
        await rig.turn(False)
    except NotExecuted:
        await until(device, lambda: device.is_connected)
        await rig.turn(False)


async def is_suspended(rig: Rig, device: Device) -> bool:
    """Tell whether all that a suspension is has come to be: known, told, durable, in force."""
    await until(device, lambda: device.problem is Problem.SUSPENDED)
    with pytest.raises(DeviceSuspended):
        await rig.turn(True)
    await soon(lambda: rig.gateway._registry.bindings.records[SERIAL].is_suspended)
    (told,) = rig.seen(CopySuspected)
    breach = next(breach for breach in rig.seen(Breach) if breach.code == wire.CONTINUITY_BREAK)
    return told.serial == SERIAL and breach.is_authenticated and not device.is_connected


# --- copies of the gateway ------------------------------------------------------------------------------
async def test_restored_backup_of_an_orderly_stop_is_suspended_once_it_is_behind(
    rig: Rig, bench: Bench, twin: Rig
) -> None:
    await rig.claimed(bench)
    backup = await backup_of(rig, is_clean=True)
    await linked(rig, bench)
    await rig.turn(True)
    await rig.stop()
    twin.stores = backup
    await twin.start()
    device = await linked(twin, bench)
    assert await is_suspended(twin, device)
    assert bench.switched == [True]
    await rig.start()


async def test_restored_backup_that_is_not_behind_goes_on(
    rig: Rig, bench: Bench, twin: Rig
) -> None:
    await rig.claimed(bench)
    await rig.turn(True)
    await bench.hush()
    twin.stores = await backup_of(rig, is_clean=True)
    await rig.stop()
    await twin.start()
    device = await linked(twin, bench)
    assert device.is_connected
    await twin.turn(False)
    assert twin.seen(CopySuspected) == []
    await rig.start()


async def test_backup_made_of_running_files_is_forgiven_as_much_as_a_crash(
    rig: Rig, bench: Bench, twin: Rig
) -> None:
    await rig.claimed(bench)
    backup = await backup_of(rig, is_clean=False)
    for index in range(10):
        await rig.turn(bool(index % 2))
    await rig.die()
    twin.stores = backup
    await twin.start()
    device = await linked(twin, bench)
    assert device.is_connected
    await twin.turn(True)
    assert len(bench.switched) == 11
    await rig.start()


async def test_backup_made_of_running_files_that_is_far_behind_is_suspended(
    rig: Rig, bench: Bench, twin: Rig
) -> None:
    await rig.claimed(bench)
    backup = await backup_of(rig, is_clean=False)
    for index in range(40):
        await rig.turn(bool(index % 2))
    await rig.stop()
    twin.stores = backup
    await twin.start()
    device = await linked(twin, bench)
    assert await is_suspended(twin, device)
    await rig.start()


@pytest.mark.parametrize("is_clean", [False, True])
async def test_of_two_gateways_from_one_backup_one_is_suspended_at_its_next_contact(
    rig: Rig, bench: Bench, twin: Rig, is_clean: bool
) -> None:
    await rig.claimed(bench)
    twin.stores = await backup_of(rig, is_clean=is_clean)
    first = await linked(rig, bench)
    await rig.turn(True)
    await twin.start()
    second = await linked(twin, bench)
    if second.is_connected:  # its files said "crashed", so it was let in: now the first is behind
        await until(first, lambda: first.problem is Problem.SUSPENDED)
        assert await is_suspended(rig, first)
        await turn_off_again(twin, second)
        assert bench.switched == [True, False]
    else:
        assert await is_suspended(twin, second)
        await turn_off_again(rig, first)
        assert bench.switched == [True, False]


# --- copies of a device -----------------------------------------------------------------------------------
async def test_cloned_flash_is_suspended_once_the_device_has_gone_on(
    rig: Rig, bench: Bench
) -> None:
    await rig.claimed(bench)
    clone = Bench()
    await bench.stop()
    clone.store._values = dict(bench.store._values)
    device = rig.gateway.devices[SERIAL]
    await until(device, lambda: not device.is_connected)
    await bench.start()
    await until(device, lambda: device.is_connected)
    await rig.turn(True)
    await rig.gateway.detach(SERIAL)
    await clone.start()
    device = await linked(rig, clone)
    assert await is_suspended(rig, device)
    assert clone.switched == []
    await clone.stop()


async def test_clone_that_came_first_makes_the_device_itself_evident(
    rig: Rig, bench: Bench
) -> None:
    await rig.claimed(bench)
    clone = Bench()
    await bench.stop()
    await rig.gateway.detach(SERIAL)
    clone.store._values = dict(bench.store._values)
    await clone.start()
    await linked(rig, clone)
    try:
        await rig.turn(True)
    except OutcomeUnknown:
        pytest.fail("a clone is not known as one before the original speaks")
    await rig.gateway.detach(SERIAL)
    await clone.stop()
    await bench.start()
    device = await linked(rig, bench)
    assert await is_suspended(rig, device)
    assert bench.switched == []


# --- how long it lasts ------------------------------------------------------------------------------------
async def suspended(rig: Rig, bench: Bench) -> Device:
    """Make a copy suspected: the gateway knows sessions that the device does not."""
    await rig.claimed(bench)
    await rig.gateway.detach(SERIAL)
    state = rig.gateway._keeper.get(SERIAL)
    assert state is not None
    state.lanes[wire.LANE_COMMAND].count += 5
    device = await linked(rig, bench)
    assert await is_suspended(rig, device)
    return device


@pytest.mark.parametrize("is_orderly", [False, True])
async def test_suspension_outlives_the_gateway(rig: Rig, bench: Bench, is_orderly: bool) -> None:
    await suspended(rig, bench)
    await (rig.stop() if is_orderly else rig.die())
    rig.events.clear()
    await rig.start()
    device = await rig.gateway.attach(SERIAL, HOST, bench.port)
    assert device.problem is Problem.SUSPENDED
    assert len(rig.seen(CopySuspected)) == 1, "its owner is told again"
    with pytest.raises(DeviceSuspended):
        await rig.turn(True)
    assert device.stats.links == 0
    await rig.gateway.attach(SERIAL, HOST, bench.port)
    assert device.problem is Problem.SUSPENDED


async def test_suspended_device_is_not_taken_up_by_its_password(rig: Rig, bench: Bench) -> None:
    await suspended(rig, bench)
    with pytest.raises(AlreadyOwned):
        await rig.claim(SERIAL, bench.port)
    await rig.restart()
    with pytest.raises(AlreadyOwned):
        await rig.claim(SERIAL, bench.port)


async def test_reset_and_a_new_claim_end_the_suspension(rig: Rig, bench: Bench) -> None:
    await suspended(rig, bench)
    bench.device.factory_reset()
    await rig.claim(SERIAL, bench.port, owner=ANN.id)
    device = rig.gateway.devices[SERIAL]
    assert device.is_connected
    assert await rig.turn(True) == {"values": {"relay": True}}
    assert not (await rig.stores.bindings.load())[SERIAL].is_suspended


async def test_suspension_that_cannot_be_stored_holds_until_the_gateway_stops(
    rig: Rig, bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(bindings: object) -> None:
        raise OSError("disk full")

    await rig.claimed(bench)
    await rig.gateway.detach(SERIAL)
    state = rig.gateway._keeper.get(SERIAL)
    assert state is not None
    state.lanes[wire.LANE_COMMAND].count += 5
    monkeypatch.setattr(rig.stores.bindings, "save", fail)
    device = await linked(rig, bench)
    await soon(lambda: "could not be saved" in caplog.text)
    assert device.problem is Problem.SUSPENDED
    with pytest.raises(DeviceSuspended):
        await rig.turn(True)
