"""The monitoring turned against the owner: what a stranger does to be blocked for, is done in somebody else's name."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from .kit import HOST, SERIAL, Bench, soon
from .watched import OTHER_HOST, Stranger, Watched
from custom_components.iot_secure_gateway.gateway.monitor import NETWORK_BURST
from custom_components.iot_secure_gateway.gateway.threat_events import ThreatSeen
from custom_components.iot_secure_gateway.gateway.threat_memory import MAX_THREATS, ThreatMemory
from custom_components.iot_secure_gateway.policy.threats import Detection, Level


@pytest.fixture
async def rig(socket_enabled: None) -> AsyncIterator[Watched]:
    rig = Watched()
    await rig.start()
    await rig.gateway.start_pings(0, HOST)
    yield rig
    await rig.stop()


async def test_who_has_an_address_blocked_keeps_no_device_away_that_moves_there(
    rig: Watched, bench: Bench
) -> None:
    """Datagrams carry any source address: a proof is heard from a blocked one, too."""
    await rig.claimed(bench)
    stranger = Stranger(rig)
    await stranger.send(stranger.bound(bytes(32), 9, 0))
    await soon(lambda: rig.gateway.monitor.is_source_blocked(OTHER_HOST))
    key = (await rig.stores.bindings.load())[SERIAL].key
    await stranger.send(stranger.unbound(sn="UNHEARD"), stranger.bound(key, 99, 1))
    await soon(lambda: SERIAL in rig.gateway.discovered)
    stranger.close()
    assert rig.gateway.discovered[SERIAL].host == OTHER_HOST
    assert "UNHEARD" not in rig.gateway.discovered


async def test_noise_about_nothing_hides_nothing_about_a_device(rig: Watched, bench: Bench) -> None:
    await rig.claimed(bench)
    for number in range(int(NETWORK_BURST) * 3):
        rig.gateway.monitor.on_ping("flood", "", f"10.0.0.{number}")
    for number in range(int(NETWORK_BURST) * 9):
        rig.gateway.monitor.on_ping("other_address", f"MADE-UP-{number // 3}", "10.0.1.1")
    rig.gateway.monitor.on_ping("wrong_tag", SERIAL, OTHER_HOST)
    await asyncio.sleep(0)
    (threat,) = rig.threats(Detection.SPOOFED_DEVICE)
    assert threat.level is Level.HIGH
    assert len(rig.seen(ThreatSeen)) <= NETWORK_BURST + 2


def test_many_small_attempts_of_a_person_push_out_nothing_grave() -> None:
    memory = ThreatMemory()
    memory.add(_threat("grave", Detection.COMMAND_ALTERED, Level.HIGH))
    for number in range(2 * MAX_THREATS):
        memory.add(_threat(f"small {number}", Detection.UNAUTHORISED_USER, Level.MEDIUM))
    assert len(memory.threats) == MAX_THREATS
    assert "grave" in memory.threats
    assert f"small {2 * MAX_THREATS - 1}" in memory.threats


def _threat(name: str, detection: Detection, level: Level) -> ThreatSeen:
    return ThreatSeen(id=name, at=1, detection=detection, level=level, serial=SERIAL)
