"""A gateway, a device and a proxy between them."""

from collections.abc import AsyncIterator

import pytest

from .kit import Bench, Proxy, Rig


@pytest.fixture
async def rig(socket_enabled: None) -> AsyncIterator[Rig]:
    """Return a running gateway."""
    rig = Rig()
    await rig.start()
    yield rig
    await rig.stop()


@pytest.fixture
async def bench(socket_enabled: None) -> AsyncIterator[Bench]:
    """Return a device that listens."""
    bench = Bench()
    await bench.start()
    yield bench
    await bench.stop()


@pytest.fixture
async def proxy(bench: Bench) -> AsyncIterator[Proxy]:
    """Return a proxy in front of the device."""
    proxy = Proxy(bench.port)
    await proxy.start()
    yield proxy
    await proxy.stop()
