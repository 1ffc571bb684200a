"""What happens in every home - restarts, dropped links, moves - is no threat above VERY LOW."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from .kit import ANN, BOB, HOST, SERIAL, WAIT_S, Bench, Proxy, soon, until
from .watched import Watched
from custom_components.iot_secure_gateway.gateway.errors import CommandError
from custom_components.iot_secure_gateway.gateway.threat_events import ThreatSeen
from custom_components.iot_secure_gateway.policy.actors import User
from custom_components.iot_secure_gateway.policy.threats import Level

HOURS = 24


@pytest.fixture
async def rig(socket_enabled: None) -> AsyncIterator[Watched]:
    rig = Watched()
    await rig.start()
    yield rig
    await rig.stop()


def alarming(rig: Watched) -> list[ThreatSeen]:
    return [threat for threat in rig.seen(ThreatSeen) if threat.level is not Level.VERY_LOW]


async def turned(rig: Watched, is_on: bool, actor: User = ANN) -> None:
    """Switch like people do, who try again when it did not work."""
    async with asyncio.timeout(WAIT_S):
        while True:
            device = rig.gateway.devices[SERIAL]
            await until(device, lambda: rig.gateway.devices[SERIAL].is_connected)
            try:
                await rig.turn(is_on, actor=actor)
            except CommandError:
                await asyncio.sleep(0)  # that the link is gone comes after it
            else:
                return


async def test_a_day_of_restarts_and_dropped_links_alarms_nobody(
    rig: Watched, bench: Bench, proxy: Proxy
) -> None:
    """Each hour somebody uses the device, and something else of a home's life happens."""
    await rig.claimed(bench, proxy.port)
    await rig.allow(BOB.id, "turn_on")
    for hour in range(HOURS):
        for is_on in (True, False):
            await turned(rig, is_on)
        await turned(rig, True, BOB)
        match hour % 6:
            case 0:
                proxy.cut()
            case 1:
                await bench.stop()
                await bench.start()
            case 2:
                await rig.restart()
                await rig.gateway.attach(SERIAL, HOST, proxy.port)
            case 3:
                await rig.die()
                await rig.start()
                await rig.gateway.attach(SERIAL, HOST, proxy.port)
            case 4:  # cut in the midst of a session
                proxy.arm("GD")
                with pytest.raises(CommandError):
                    await rig.turn(True)
            case 5:
                await rig.gateway.rotate_key(SERIAL, ANN)
        rig.tick(3600)
    assert alarming(rig) == []
    assert rig.gateway.monitor.level() is Level.VERY_LOW


async def test_a_device_that_moves_and_pings_alarms_nobody(rig: Watched) -> None:
    await rig.gateway.start_pings(0, HOST)
    bench = Bench(ping_to=[f"{HOST}:{rig.gateway.ping_port}"], ping_interval=1)
    await bench.start()
    try:
        await soon(lambda: SERIAL in rig.gateway.discovered)
        device = await rig.claimed(bench)
        for _ in range(2):
            await bench.stop()
            bench.port = 0  # its next lease is another address
            await bench.start()
            await until(device, lambda: device.port == bench.port and device.is_connected)
            await rig.turn(True)
            rig.tick(3600)
    finally:
        await rig.gateway.detach(SERIAL)
        await bench.stop()
    assert alarming(rig) == []
