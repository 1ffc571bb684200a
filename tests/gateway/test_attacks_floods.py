"""No traffic without proof makes a claimed device unusable: all kinds of floods at once, while commands go on."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from .kit import HOST, SERIAL, Bench, Rig, soon
from .ping_storm import SOURCES, Storm
from custom_components.iot_secure_gateway.gateway.events import PingSuspicious
from custom_components.iot_secure_gateway.gateway.monitor import NETWORK_BURST, NETWORK_RATE
from custom_components.iot_secure_gateway.gateway.pings import MAX_DISCOVERED
from custom_components.iot_secure_gateway.gateway.restraints import MAX_BLOCKED_SOURCES
from custom_components.iot_secure_gateway.gateway.threat_events import ThreatSeen
from custom_components.iot_secure_gateway.gateway.threat_memory import MAX_THREATS, MAX_TRIERS
from custom_components.iot_secure_gateway.policy.threats import Response

COMMANDS = 60
KNOCKERS = 4  # more than a device has places for strangers
PINGS = 20_000
AT_ONCE = 50  # pings between two turns of the loop
OTHER_HOST = "127.0.0.9"
LINK_INIT = b"\x00\x41\x01" + bytes(range(64))  # a frame of a link, without the key
GARBAGE = b"\xff" * 64
HALF_A_FRAME = b"\x40\x00\x01" + bytes(30)

Flood = Callable[[Rig, Bench], Awaitable[None]]


async def knocking(bench: Bench, data: bytes, *, waits: bool) -> None:
    """Knock from several places at once, for ever."""
    async with asyncio.TaskGroup() as group:
        for _ in range(KNOCKERS):
            group.create_task(_knocking(bench, data, waits=waits))


async def _knocking(bench: Bench, data: bytes, *, waits: bool) -> None:
    """Connect, send, and wait for the device to hang up, or leave at once; again and again."""
    while True:
        with suppress(OSError):
            reader, writer = await asyncio.open_connection(
                HOST, bench.port, local_addr=(OTHER_HOST, 0)
            )
            try:
                writer.write(data)
                if waits:
                    await reader.read()
            finally:
                writer.transport.abort()
        await asyncio.sleep(0)


async def pinging(rig: Rig) -> None:
    port = rig.gateway.ping_port
    assert port is not None
    storm = Storm(port, 1)
    try:
        while True:
            for _ in storm.send(AT_ONCE):
                pass
            await asyncio.sleep(0)
    finally:
        storm.close()


async def all_at_once(rig: Rig, bench: Bench) -> None:
    async with asyncio.TaskGroup() as group:
        for flood in FLOODS.values():
            group.create_task(_of(flood, rig, bench))


async def _of(flood: Flood, rig: Rig, bench: Bench) -> None:
    await flood(rig, bench)


FLOODS: dict[str, Flood] = {
    "pings of all kinds": lambda rig, bench: pinging(rig),
    "connections that leave at once": lambda rig, bench: knocking(bench, b"", waits=False),
    "connections that say nothing": lambda rig, bench: knocking(bench, b"", waits=True),
    "half a frame": lambda rig, bench: knocking(bench, HALF_A_FRAME, waits=True),
    "bytes that are no frame": lambda rig, bench: knocking(bench, GARBAGE, waits=True),
    "links without the key": lambda rig, bench: knocking(bench, LINK_INIT, waits=True),
}


@asynccontextmanager
async def under(flood: Flood, rig: Rig, bench: Bench) -> AsyncIterator[None]:
    task = asyncio.create_task(_of(flood, rig, bench))
    try:
        yield
        assert not task.done(), "it went on all the time"
    finally:
        task.cancel()
        await asyncio.wait((task,))


@pytest.mark.parametrize("name", [*FLOODS, "all at once"])
async def test_every_command_succeeds_during_a_flood(rig: Rig, bench: Bench, name: str) -> None:
    await rig.gateway.start_pings(0, HOST)
    device = await rig.claimed(bench)
    flood = FLOODS.get(name, all_at_once)
    async with under(flood, rig, bench):
        for number in range(COMMANDS):
            is_on = bool(number % 2)
            assert await rig.turn(is_on) == {"values": {"relay": is_on}}
    assert len(bench.switched) == COMMANDS
    assert (device.is_connected, device.stats.links) == (True, 1)
    assert not rig.gateway.safeguards.restraints.suspensions
    assert all(Response.SUSPEND not in threat.responses for threat in rig.seen(ThreatSeen))


async def test_a_device_links_anew_under_a_flood(rig: Rig, bench: Bench) -> None:
    """Whoever holds all doors does so only for a while: the owner gets in."""
    device = await rig.claimed(bench)
    async with under(all_at_once_but_pings, rig, bench):
        await bench.stop()
        await soon(lambda: not device.is_connected)
        await bench.start()
        await soon(lambda: device.is_connected and "temp" in device.values)
        assert await rig.turn(True) == {"values": {"relay": True}}


async def all_at_once_but_pings(rig: Rig, bench: Bench) -> None:
    async with asyncio.TaskGroup() as group:
        for name, flood in FLOODS.items():
            if "pings" not in name:
                group.create_task(_of(flood, rig, bench))


async def test_many_pings_are_kept_within_bounds(rig: Rig, bench: Bench) -> None:
    """A million of them: scripts/soak pings."""
    await rig.gateway.start_pings(0, HOST)
    device = await rig.claimed(bench)
    loop = asyncio.get_running_loop()
    started = loop.time()
    port = rig.gateway.ping_port
    assert port is not None
    storm = Storm(port, 2)
    for number, _ in enumerate(storm.send(PINGS)):
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)
    storm.close()
    assert await rig.turn(True) == {"values": {"relay": True}}
    gateway, seconds = rig.gateway, loop.time() - started
    assert len(gateway.discovered) <= MAX_DISCOVERED
    assert len(gateway.monitor.memory.threats) <= MAX_THREATS
    assert len(gateway.monitor.memory._triers) <= MAX_TRIERS
    assert len(gateway.safeguards.restraints.sources) <= MAX_BLOCKED_SOURCES
    assert 0 < len(rig.seen(ThreatSeen)) <= NETWORK_BURST + NETWORK_RATE * seconds + 1
    of_serial = [event for event in rig.seen(PingSuspicious) if event.serial == SERIAL]
    assert 0 < len(of_serial) <= 2 * (1 + seconds / 10 + 1)
    assert len(rig.seen(PingSuspicious)) <= len(of_serial) + SOURCES * (2 + seconds / 10)
    assert device.is_connected
    assert device.stats.links == 1
