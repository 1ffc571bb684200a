"""A link lives for a day at most: it is set up anew between two sessions, and nobody notices."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from .kit import SERIAL, Bench, Proxy, Rig, soon, until, with_settings
from custom_components.iot_secure_gateway.gateway.errors import DeviceOffline
from custom_components.iot_secure_gateway.gateway.settings import GatewaySettings

A_MOMENT = 0.05


@pytest.fixture
async def rig(socket_enabled: None) -> AsyncIterator[Rig]:
    """Return a gateway whose days are short."""
    rig = Rig(with_settings(relink_after=A_MOMENT))
    await rig.start()
    yield rig
    await rig.stop()


def test_a_day_is_a_day() -> None:
    assert GatewaySettings().relink_after == 24 * 3600


async def test_link_is_set_up_anew_after_its_time_and_nobody_notices(
    rig: Rig, bench: Bench
) -> None:
    device = await rig.claimed(bench)
    was_away = False

    def look() -> None:
        nonlocal was_away
        was_away = was_away or not device.is_connected

    device.add_listener(look)
    count = 0
    while device.stats.links < 5:
        assert await rig.turn(bool(count % 2))
        count += 1
    assert bench.switched == [bool(index % 2) for index in range(count)]
    assert not was_away


async def test_session_that_is_open_is_not_cut_short(rig: Rig, bench: Bench) -> None:
    device = await rig.claimed(bench)
    command = asyncio.create_task(rig.turn(True, "slow"))
    await soon(lambda: bench.device.core.executing is not None)
    links = device.stats.links
    await asyncio.sleep(3 * A_MOMENT)
    assert device.stats.links == links
    bench.gate.set()
    assert await command == {"values": {"slow": True}}
    await until(device, lambda: device.stats.links > links)


async def test_device_that_is_gone_when_its_link_is_set_up_anew_is_offline(
    bench: Bench, proxy: Proxy, rig: Rig
) -> None:
    device = await rig.claimed(bench, proxy.port)
    await proxy.stop()
    await until(device, lambda: not device.is_connected)
    with pytest.raises(DeviceOffline):
        await rig.turn(True)
    await proxy.start()
    await until(device, lambda: device.is_connected)
    assert SERIAL in rig.gateway.devices
