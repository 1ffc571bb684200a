"""Two things at once about one device: whatever is begun first, none undoes the other or leaves half of it."""

import asyncio
from typing import Any

import pytest

from .kit import ANN, BOB, HOST, SERIAL, Bench, Proxy, Rig, until
from custom_components.iot_secure_gateway.gateway.claims import Claims
from custom_components.iot_secure_gateway.gateway.errors import Refused
from custom_components.iot_secure_gateway.gateway.events import DeviceReset
from custom_components.iot_secure_gateway.gateway.links import DeviceLink


async def test_claim_begun_before_a_transfer_does_not_undo_it(
    rig: Rig, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = await rig.claimed(bench)
    await rig.gateway.ownership.offer_transfer(SERIAL, ANN, BOB.id)
    await bench.stop()
    await until(device, lambda: not device.is_connected)
    bench.device.factory_reset()
    await bench.start()
    resolve, is_held, gate = Claims._resolve, asyncio.Event(), asyncio.Event()

    async def held(claims: Claims, host: str, port: int) -> None:
        is_held.set()
        await gate.wait()
        await resolve(claims, host, port)

    monkeypatch.setattr(Claims, "_resolve", held)
    claim = asyncio.create_task(rig.claim(SERIAL, bench.port))
    await is_held.wait()
    accept = asyncio.create_task(rig.gateway.ownership.accept_transfer(SERIAL, BOB))
    for _ in range(20):
        await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(claim, accept)
    assert rig.gateway.owners == {SERIAL: BOB.id}
    with pytest.raises(Refused):
        await rig.turn(True)
    assert await rig.turn(True, actor=BOB) == {"values": {"relay": True}}


async def test_proof_of_a_reset_that_comes_late_takes_nothing_of_a_new_claim(
    rig: Rig, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = await rig.claimed(bench)
    await bench.stop()
    await until(device, lambda: not device.is_connected)
    bench.device.factory_reset()
    await bench.start()
    keeper: Any = rig.gateway._keeper
    put, is_held, gate = keeper.put, asyncio.Event(), asyncio.Event()

    async def held(serial: str, state: Any) -> None:
        await put(serial, state)
        if state is not None:
            is_held.set()
            await gate.wait()

    monkeypatch.setattr(keeper, "put", held)
    claim = asyncio.create_task(rig.claim(SERIAL, bench.port))
    await is_held.wait()
    rig.gateway.ownership.device_reset(SERIAL)
    for _ in range(20):
        await asyncio.sleep(0)
    gate.set()
    await claim
    await rig.gateway.ownership.stop()
    assert rig.gateway.owners == {SERIAL: ANN.id}
    assert await rig.turn(True) == {"values": {"relay": True}}
    assert not rig.seen(DeviceReset)


async def test_entry_set_up_while_its_device_is_linked_anew_leaves_one_link(
    rig: Rig, bench: Bench, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = await rig.claimed(bench, proxy.port)
    await proxy.stop()  # it is to be found at another address only
    await until(device, lambda: not device.is_connected)
    stop = DeviceLink.stop
    between: list[DeviceLink] = []

    async def stopped(link: DeviceLink) -> None:
        await stop(link)
        if not between:  # what Home Assistant does when somebody reloads the entry
            await rig.gateway.attach(SERIAL, HOST, bench.port)
            between.append(rig.gateway._links[SERIAL])

    monkeypatch.setattr(DeviceLink, "stop", stopped)
    await rig.claim(SERIAL, bench.port)
    assert between[0] is not rig.gateway._links[SERIAL]
    assert between[0]._is_ended
    assert await rig.turn(True) == {"values": {"relay": True}}
