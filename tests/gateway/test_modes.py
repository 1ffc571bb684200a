"""Devices without a GSID cache (FIG 10-12): their mode is learnt at the claim, and all works as with others."""

import pytest

from .kit import HOST, SERIAL, Bench, Proxy, Rig, until
from custom_components.iot_secure_gateway.gateway.errors import OutcomeUnknown, WrongPassword
from custom_components.iot_secure_gateway.gateway.events import Breach, OutcomeLearned
from custom_components.iot_secure_gateway.protocol import wire


async def test_mode_of_a_device_is_learnt_at_its_claim(rig: Rig) -> None:
    for mode in (wire.MODE_DSID_GSID, wire.MODE_DSID):
        bench = Bench(f"D-{mode}", mode=mode)
        await bench.start()
        await rig.claim(bench.serial, bench.port)
        state = rig.gateway._keeper.get(bench.serial)
        assert state is not None
        assert state.mode == mode
        await bench.stop()


async def test_device_of_dsids_only_works_across_restarts_of_both(rig: Rig) -> None:
    bench = Bench(mode=wire.MODE_DSID)
    await bench.start()
    await rig.claimed(bench)
    assert await rig.turn(True) == {"values": {"relay": True}}
    await rig.restart()
    device = await rig.gateway.attach(SERIAL, HOST, bench.port)
    await until(device, lambda: device.is_connected)
    assert await rig.turn(False) == {"values": {"relay": False}}
    await bench.stop()
    await bench.start()
    await until(device, lambda: device.stats.links == 2)
    assert await rig.turn(True) == {"values": {"relay": True}}
    assert bench.switched == [True, False, True]
    assert rig.seen(Breach) == []
    await bench.stop()


async def test_outcome_is_learnt_without_gsids_too(rig: Rig) -> None:
    bench = Bench(mode=wire.MODE_DSID)
    await bench.start()
    proxy = Proxy(bench.port)
    await proxy.start()
    device = await rig.claimed(bench, proxy.port)
    await bench.hush()
    proxy.arm("GDG", deliver=True)
    with pytest.raises(OutcomeUnknown):
        await rig.turn(True)
    await until(device, lambda: device.stats.links == 2)
    (learned,) = rig.seen(OutcomeLearned)
    assert learned.status == wire.STATUS_OK
    assert bench.switched == [True]
    await proxy.stop()
    await bench.stop()


async def test_wrong_password_counts_once_whatever_the_mode(rig: Rig) -> None:
    bench = Bench(mode=wire.MODE_DSID)
    await bench.start()
    with pytest.raises(WrongPassword) as wrong:
        await rig.claim(SERIAL, bench.port, password="ABCDEFGHIJKLMNOQ")
    assert wrong.value.attempts == 1
    assert bench.device.core.memory.wrong_claims == 1
    await rig.claim(SERIAL, bench.port)
    assert rig.gateway.devices[SERIAL].is_connected
    await bench.stop()


async def test_device_without_a_password_in_that_slot_is_a_wrong_password(rig: Rig) -> None:
    bench = Bench(prs=[None, "00" * 32])
    await bench.start()
    with pytest.raises(WrongPassword):
        await rig.claim(SERIAL, bench.port)
    assert bench.device.core.memory.wrong_claims == 0
    await bench.stop()
