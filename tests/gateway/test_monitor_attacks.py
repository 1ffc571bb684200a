"""Strangers at the device's own door, over real sockets: noticed, given their level, and of no harm to the owner (US8)."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from .kit import ANN, HOST, SERIAL, Bench, soon
from .watched import OTHER_HOST, Watched
from custom_components.iot_secure_gateway.gateway.threat_events import ThreatSeen
from custom_components.iot_secure_gateway.policy.threats import Detection, Level, Response

FRAME = 0x01  # LINK_INIT
COMMANDS = 20


@pytest.fixture
async def rig(socket_enabled: None) -> AsyncIterator[Watched]:
    rig = Watched()
    await rig.start()
    yield rig
    await rig.stop()


async def knock(bench: Bench, data: bytes, host: str = HOST) -> bytes:
    """Connect to the device from an address, send something, return what it says until it hangs up."""
    reader, writer = await asyncio.open_connection(HOST, bench.port, local_addr=(host, 0))
    try:
        writer.write(data)
        return await asyncio.wait_for(reader.read(), 10)
    except ConnectionError:
        return b""
    finally:
        writer.transport.abort()


def frame(kind: int, body: bytes) -> bytes:
    return (len(body) + 1).to_bytes(2) + bytes([kind]) + body


ATTACKS = {
    "bytes that are no frame": (b"\xff" * 64, HOST, Detection.MALFORMED, Level.MEDIUM),
    "a frame of an unknown type": (frame(0x77, b"x"), HOST, Detection.MALFORMED, Level.MEDIUM),
    "a link without the key": (
        frame(FRAME, bytes(range(64))),
        HOST,
        Detection.SPOOFED_GATEWAY,
        Level.HIGH,
    ),
}


@pytest.mark.parametrize("name", sorted(ATTACKS))
async def test_an_attack_on_a_device_gets_its_level_and_harms_nobody(
    rig: Watched, bench: Bench, name: str
) -> None:
    data, host, detection, level = ATTACKS[name]
    device = await rig.claimed(bench)
    await knock(bench, data, host)
    threat = await rig.threat(detection)
    assert (threat.level, threat.is_proven) == (level, False)
    assert Response.SUSPEND not in threat.responses
    await rig.turn(True)
    assert device.is_connected
    assert device.stats.links == 1


async def test_an_address_that_is_not_the_gateways_is_high_where_no_other_may_come(
    rig: Watched, bench: Bench
) -> None:
    await rig.claimed(bench)
    strict = {"values": {"ip_recovery": "strict"}}
    await rig.gateway.execute(ANN, SERIAL, "set_settings", arguments=strict)
    await knock(bench, frame(FRAME, bytes(64)), OTHER_HOST)
    threat = await rig.threat(Detection.WRONG_ADDRESS)
    assert threat.level is Level.HIGH
    assert Response.SUSPEND not in threat.responses
    await rig.turn(True)


async def test_floods_and_held_doors_cost_the_owner_no_command(rig: Watched, bench: Bench) -> None:
    """What anybody can do without a key makes no claimed device unusable to its owner."""
    device = await rig.claimed(bench)
    held = [
        await asyncio.open_connection(HOST, bench.port, local_addr=(OTHER_HOST, 0))
        for _ in range(8)
    ]
    flood = asyncio.create_task(_flood(bench))
    for number in range(COMMANDS):
        assert await rig.turn(bool(number % 2)) == {"values": {"relay": bool(number % 2)}}
    flood.cancel()
    await asyncio.wait((flood,))
    for _, writer in held:
        writer.transport.abort()
    assert (device.stats.links, device.stats.succeeded >= COMMANDS) == (1, True)
    await rig.threat(Detection.SPOOFED_GATEWAY)
    threats = rig.seen(ThreatSeen)
    assert len(threats) < 10, "a flood is few messages"
    assert all(Response.SUSPEND not in threat.responses for threat in threats)
    await soon(lambda: device.is_connected)


async def _flood(bench: Bench) -> None:
    while True:
        await knock(bench, frame(FRAME, bytes(range(64))))
