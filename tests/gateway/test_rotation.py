"""Replacing a binding key in two steps: whatever is cut, both ends still have a key in common."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from .kit import ANN, BOB, HOST, SERIAL, Bench, Proxy, Rig, soon, until
from custom_components.iot_secure_gateway.gateway.errors import (
    DeviceOffline,
    NoAnswer,
    Refused,
    UnknownDevice,
)
from custom_components.iot_secure_gateway.gateway.events import Breach, KeyRotated
from custom_components.iot_secure_gateway.gateway.stores import Binding
from custom_components.iot_secure_gateway.policy.actors import Automation, System


async def stored(rig: Rig) -> Binding:
    return (await rig.stores.bindings.load())[SERIAL]


def keys_of(bench: Bench) -> list[bytes]:
    binding: Any = bench.device.core.memory.bindings[0]
    return list(binding.keys())


async def works(rig: Rig, bench: Bench) -> None:
    device = rig.gateway.devices[SERIAL]
    await until(device, lambda: device.is_connected)
    assert await rig.turn(True) == {"values": {"relay": True}}


async def test_new_key_replaces_the_old_on_both_sides(rig: Rig, bench: Bench) -> None:
    device = await rig.claimed(bench)
    old = (await stored(rig)).key
    await rig.gateway.rotate_key(SERIAL, ANN)
    binding = await stored(rig)
    assert binding.key != old
    assert binding.keys == (binding.key,)
    assert keys_of(bench) == [binding.key]
    assert rig.seen(KeyRotated) == [KeyRotated(serial=SERIAL)]
    await works(rig, bench)
    assert device.stats.links == 2
    await rig.restart()
    await rig.gateway.attach(SERIAL, HOST, bench.port)
    await works(rig, bench)


async def test_key_can_be_replaced_again_and_again(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    seen = {(await stored(rig)).key}
    for _ in range(3):
        await rig.gateway.rotate_key(SERIAL, ANN)
        seen.add((await stored(rig)).key)
    assert len(seen) == 4
    await works(rig, bench)


async def test_two_rotations_at_once_come_one_after_the_other(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    await asyncio.gather(*(rig.gateway.rotate_key(SERIAL, ANN) for _ in range(2)))
    assert keys_of(bench) == [(await stored(rig)).key]
    await works(rig, bench)


async def test_commands_given_while_the_key_is_replaced_are_carried_out(
    rig: Rig, bench: Bench
) -> None:
    device = await rig.claimed(bench)
    rotation = asyncio.create_task(rig.gateway.rotate_key(SERIAL, ANN))
    count = 0
    while not rotation.done():
        await rig.turn(bool(count % 2))
        assert device.is_connected
        count += 1
    await rotation
    assert bench.switched == [bool(index % 2) for index in range(count)]


@pytest.mark.parametrize("actor", [BOB, System(), Automation(entity_id="automation.x")])
async def test_nobody_but_the_owner_replaces_the_key(rig: Rig, bench: Bench, actor: Any) -> None:
    await rig.claimed(bench)
    before = await stored(rig)
    with pytest.raises(Refused):
        await rig.gateway.rotate_key(SERIAL, actor)
    assert await stored(rig) == before


async def test_key_of_a_device_that_is_away_is_not_replaced(rig: Rig, bench: Bench) -> None:
    device = await rig.claimed(bench)
    await bench.stop()
    await until(device, lambda: not device.is_connected)
    with pytest.raises(DeviceOffline):
        await rig.gateway.rotate_key(SERIAL, ANN)
    await rig.gateway.detach(SERIAL)
    with pytest.raises(UnknownDevice):
        await rig.gateway.rotate_key(SERIAL, ANN)


# --- cut anywhere --------------------------------------------------------------------------------------
@pytest.mark.parametrize("sequence", ["G", "GD"], ids=["ROTATE lost", "ROTATED lost"])
async def test_cut_before_the_answer_keeps_the_old_key_and_asks_again(
    rig: Rig, bench: Bench, proxy: Proxy, sequence: str
) -> None:
    await rig.claimed(bench, proxy.port)
    old = (await stored(rig)).key
    await bench.hush()
    proxy.arm(sequence)
    await rig.gateway.rotate_key(SERIAL, ANN)
    assert old not in keys_of(bench)
    assert keys_of(bench) == [(await stored(rig)).key]
    await works(rig, bench)


@pytest.mark.parametrize("is_answer_lost", [False, True])
async def test_gateway_that_dies_before_the_new_key_is_durable_goes_on_with_the_old(
    bench: Bench, proxy: Proxy, is_answer_lost: bool
) -> None:
    rig = Rig()
    await rig.start()
    await rig.claimed(bench, proxy.port)
    old = (await stored(rig)).key
    await bench.hush()
    if is_answer_lost:
        proxy.stay_cut = True
        proxy.arm("GD")
        with rig.hurried(release_timeout=0.05), pytest.raises(NoAnswer):
            await rig.gateway.rotate_key(SERIAL, ANN)
    else:
        before = await rig.back_up()
        await rig.gateway.rotate_key(SERIAL, ANN)
        await rig.stores.bindings.save(await before.bindings.load())
        binding: Any = bench.device.core.memory.bindings[0]
        binding.next_key, binding.key = binding.key, old  # as before the first link with it
    await rig.die()
    proxy.stay_cut = False
    await rig.start()
    assert len(keys_of(bench)) == 2
    assert (await stored(rig)).keys == (old,)
    await rig.gateway.attach(SERIAL, HOST, bench.port)
    await works(rig, bench)
    await rig.gateway.rotate_key(SERIAL, ANN)
    assert keys_of(bench) == [(await stored(rig)).key]
    await rig.stop()


async def test_gateway_that_dies_when_the_new_key_is_durable_links_with_it(
    bench: Bench, proxy: Proxy
) -> None:
    rig = Rig()
    await rig.start()
    await rig.claimed(bench, proxy.port)
    await bench.hush()
    proxy.stay_cut = True
    proxy.arm("GD", deliver=True)
    with rig.hurried(ready_timeout=0.05), pytest.raises(NoAnswer):
        await rig.gateway.rotate_key(SERIAL, ANN)
    new, old = (await stored(rig)).keys
    assert keys_of(bench) == [new, old]
    await rig.die()
    await rig.start()
    await rig.gateway.attach(SERIAL, HOST, bench.port)
    await works(rig, bench)
    await soon(lambda: rig.gateway._binding_keeper.keys(SERIAL) == (new,))
    assert keys_of(bench) == [new]
    await rig.stop()


async def test_gateway_that_dies_before_the_old_key_is_dropped_links_with_the_new(
    rig: Rig, bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await rig.claimed(bench)
    old = (await stored(rig)).key
    store: Any = rig.stores.bindings
    save = store.save

    async def only_once(bindings: Mapping[str, Binding]) -> None:
        if bindings[SERIAL].next_key is None:
            raise OSError("disk full")
        await save(bindings)

    with monkeypatch.context() as patch:
        patch.setattr(store, "save", only_once)
        rotation = asyncio.create_task(rig.gateway.rotate_key(SERIAL, ANN))
        await soon(lambda: "The binding of TEST-1 could not be saved" in caplog.text)
        rotation.cancel()
        await rig.die()
    new = (await stored(rig)).keys[0]
    assert (await stored(rig)).keys == (new, old)
    assert keys_of(bench) == [new]
    await rig.start()
    await rig.gateway.attach(SERIAL, HOST, bench.port)
    await works(rig, bench)
    await soon(lambda: rig.gateway._binding_keeper.keys(SERIAL) == (new,))


async def test_key_that_cannot_be_stored_is_never_used(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = Rig()
    await rig.start()
    await rig.claimed(bench)
    old = (await stored(rig)).key

    async def fail(bindings: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(rig.stores.bindings, "save", fail)
        with rig.hurried(ready_timeout=0.1), pytest.raises(NoAnswer):
            await rig.gateway.rotate_key(SERIAL, ANN)
        await works(rig, bench)
    assert (await stored(rig)).keys == (old,)
    assert old in keys_of(bench)
    await rig.gateway.rotate_key(SERIAL, ANN)
    assert keys_of(bench) == [(await stored(rig)).key]
    await rig.stop()


async def test_device_that_lost_the_new_key_is_linked_with_the_old(
    rig: Rig, bench: Bench, proxy: Proxy
) -> None:
    device = await rig.claimed(bench, proxy.port)
    old = (await stored(rig)).key
    await rig.gateway._binding_keeper.add_key(SERIAL, bytes(32))  # the device never heard of it
    proxy.cut()
    await until(device, lambda: not device.is_connected)
    await works(rig, bench)
    assert (await stored(rig)).keys == (bytes(32), old)
    await rig.gateway.rotate_key(SERIAL, ANN)
    binding = await stored(rig)
    assert bytes(32) not in binding.keys
    assert keys_of(bench) == [binding.key]
    assert not any(breach.is_authenticated for breach in rig.seen(Breach))


async def test_binding_that_is_gone_when_its_key_was_replaced_stops_nothing_else(
    bench: Bench, socket_enabled: None
) -> None:
    rig = Rig()
    await rig.start()
    await rig.claimed(bench)
    with rig.hurried(ready_timeout=0.1):
        rotation = asyncio.create_task(rig.gateway.rotate_key(SERIAL, ANN))
        await asyncio.sleep(0)
        await rig.gateway._registry.bindings.put(SERIAL, None)
        with pytest.raises(NoAnswer):
            await rotation
    await rig.stop()


async def test_device_that_restarts_between_keeps_both_until_one_is_used(
    bench: Bench, proxy: Proxy
) -> None:
    rig = Rig()
    await rig.start()
    device = await rig.claimed(bench, proxy.port)
    await bench.hush()
    proxy.stay_cut = True
    proxy.arm("GD", deliver=True)
    with rig.hurried(ready_timeout=0.05), pytest.raises(NoAnswer):
        await rig.gateway.rotate_key(SERIAL, ANN)
    new = (await stored(rig)).keys[0]
    await bench.stop()
    await bench.start()
    proxy.stay_cut = False
    await until(device, lambda: device.is_connected)
    await soon(lambda: rig.gateway._binding_keeper.keys(SERIAL) == (new,))
    await works(rig, bench)
    await rig.stop()
