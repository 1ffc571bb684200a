"""What comes over the network without proof, and what the gateway compares by itself (FIG 14, FIG 15)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
import time

import pytest

from .kit import ANN, HOST, SERIAL, WAIT_S, Bench, soon, until
from .watched import OTHER_HOST, Stranger, Watched
from custom_components.iot_secure_gateway.gateway.monitor import NETWORK_BURST
from custom_components.iot_secure_gateway.gateway.passes import Passes
from custom_components.iot_secure_gateway.gateway.threat_events import (
    AuditTroubled,
    Blocked,
    ThreatSeen,
)
from custom_components.iot_secure_gateway.policy.threats import Detection, Level, Response

LOG, REPORT, BLOCK = Response.LOG, Response.REPORT, Response.BLOCK
TRACE, SUSPEND, ALARM = Response.TRACE, Response.SUSPEND, Response.ALARM
NEVER = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
async def rig(socket_enabled: None) -> AsyncIterator[Watched]:
    rig = Watched()
    await rig.start()
    yield rig
    await rig.stop()


@pytest.fixture
async def stranger(rig: Watched) -> AsyncIterator[Stranger]:
    await rig.gateway.start_pings(0, HOST)
    stranger = Stranger(rig)
    yield stranger
    stranger.close()


def is_told(threat: ThreatSeen, level: Level, *responses: Response) -> bool:
    return threat.level is level and threat.responses == frozenset(responses)


# --- pings ------------------------------------------------------------------------------------------------
async def test_a_ping_with_a_wrong_tag_is_high_and_its_source_blocked(
    rig: Watched, bench: Bench, stranger: Stranger
) -> None:
    device = await rig.claimed(bench)
    await stranger.send(stranger.bound(bytes(32), 9, 0))
    threat = await rig.threat(Detection.SPOOFED_DEVICE)
    assert is_told(threat, Level.HIGH, LOG, BLOCK, TRACE, REPORT, ALARM)
    assert (threat.source, threat.is_proven) == (OTHER_HOST, False)
    (blocked,) = rig.seen(Blocked)
    assert (blocked.source, blocked.user_id) == (OTHER_HOST, "")
    assert rig.gateway.monitor.is_source_blocked(OTHER_HOST)
    await stranger.send(stranger.unbound(sn="UNHEARD"))
    honest = Stranger(rig, "127.0.0.7")
    await honest.send(honest.unbound(sn="HEARD"))
    await soon(lambda: "HEARD" in rig.gateway.discovered)
    assert "UNHEARD" not in rig.gateway.discovered
    honest.close()
    await rig.turn(True)
    assert device.is_connected
    rig.tick(301)
    assert not rig.gateway.monitor.is_source_blocked(OTHER_HOST)
    await stranger.send(stranger.unbound(sn="UNHEARD"))
    await soon(lambda: "UNHEARD" in rig.gateway.discovered)


async def test_the_address_of_a_device_of_ours_is_never_blocked(
    rig: Watched, bench: Bench, stranger: Stranger
) -> None:
    await rig.claimed(bench)
    liar = Stranger(rig, HOST)  # sends in the name of the device's own address
    await liar.send(liar.bound(bytes(32), 9, 0))
    threat = await rig.threat(Detection.SPOOFED_DEVICE)
    liar.close()
    assert is_told(threat, Level.HIGH, LOG, TRACE, REPORT, ALARM)
    assert not rig.gateway.monitor.is_source_blocked(HOST)


async def test_pings_of_a_device_of_two_gateways_are_no_spoofing(
    rig: Watched, bench: Bench, stranger: Stranger
) -> None:
    await rig.claimed(bench)
    await rig.gateway.invite_gateway(SERIAL, ANN)
    await stranger.send(stranger.bound(bytes(32), 9, 0), stranger.unbound(sn="LAST"))
    await soon(lambda: "LAST" in rig.gateway.discovered)
    assert rig.seen(ThreatSeen) == []


async def test_the_third_replayed_ping_is_low(
    rig: Watched, bench: Bench, stranger: Stranger
) -> None:
    await rig.claimed(bench)
    key = (await rig.stores.bindings.load())[SERIAL].key
    ping = stranger.bound(key, 99, 1)
    await stranger.send(*[ping] * 4)
    threat = await rig.threat(Detection.REPLAYED_PING)
    assert is_told(threat, Level.LOW, LOG, REPORT)


async def test_saying_that_a_device_of_ours_has_no_owner_is_medium(
    rig: Watched, bench: Bench, stranger: Stranger
) -> None:
    await rig.claimed(bench)
    await stranger.send(stranger.unbound())
    threat = await rig.threat(Detection.SAYS_UNCLAIMED)
    assert is_told(threat, Level.MEDIUM, LOG, TRACE, REPORT)


async def test_two_devices_of_one_serial_are_medium_a_new_address_is_not(
    rig: Watched, stranger: Stranger
) -> None:
    other = Stranger(rig, "127.0.0.7")
    await stranger.send(stranger.unbound())
    await soon(lambda: SERIAL in rig.gateway.discovered)
    await other.send(other.unbound())
    await soon(lambda: rig.gateway.discovered[SERIAL].host == other.host)
    assert rig.seen(ThreatSeen) == []
    await stranger.send(stranger.unbound())
    await soon(lambda: rig.gateway.discovered[SERIAL].host == stranger.host)
    await other.send(other.unbound())
    threat = await rig.threat(Detection.DUPLICATE_SERIAL)
    other.close()
    assert is_told(threat, Level.MEDIUM, LOG, TRACE, REPORT)


async def test_a_flood_is_medium_and_its_source_no_longer_heard(
    rig: Watched, bench: Bench, stranger: Stranger
) -> None:
    await rig.claimed(bench)
    async with asyncio.timeout(WAIT_S):
        while not rig.threats(Detection.FLOOD):  # a full buffer may lose some
            await stranger.send(*[b"x"] * 30)
            await asyncio.sleep(0)  # let them be heard
    threat = await rig.threat(Detection.FLOOD)
    assert is_told(threat, Level.MEDIUM, LOG, BLOCK, TRACE, REPORT)
    assert (threat.source, threat.serial) == (OTHER_HOST, "")
    assert rig.gateway.monitor.is_source_blocked(OTHER_HOST)
    await rig.turn(True)


async def test_the_third_made_up_link_of_a_guest_pass_is_medium(rig: Watched) -> None:
    gateway = rig.gateway
    passes = Passes(gateway.permissions, clock=time.monotonic, emit=gateway.events.emit)
    for _ in range(3):
        assert passes.rejected("10.0.0.9")
    threat = await rig.threat(Detection.PASS_REJECTED)
    assert is_told(threat, Level.MEDIUM, LOG, TRACE, REPORT)
    assert (threat.source, threat.count) == ("10.0.0.9", 3)


async def test_threats_that_anybody_can_bring_about_are_bounded(rig: Watched) -> None:
    for number in range(500):
        rig.gateway.monitor.on_ping(
            "wrong_tag", f"S-{number}", f"10.0.{number // 250}.{number % 250}"
        )
    await asyncio.sleep(0)
    assert len(rig.threats(Detection.SPOOFED_DEVICE)) <= NETWORK_BURST + 1
    assert await rig_still_tells_people(rig)


async def rig_still_tells_people(rig: Watched) -> bool:
    rig.gateway.events.emit(AuditTroubled(kind="database_down", lines=3))
    await rig.threat(Detection.AUDIT_TROUBLE)
    return True


async def test_a_device_that_pinged_and_fell_silent_is_noticed_once(
    rig: Watched, bench: Bench, stranger: Stranger
) -> None:
    device = await rig.claimed(bench)
    rig.gateway.monitor.heard(SERIAL, 1)
    rig.tick(700)
    await bench.stop()
    await until(device, lambda: not device.is_connected)
    rig.tick(599)
    assert rig.threats(Detection.MISSED_PINGS) == []
    rig.tick(2)
    rig.tick(2)
    threat = await rig.threat(Detection.MISSED_PINGS)
    assert is_told(threat, Level.VERY_LOW, LOG)
    assert len(rig.threats(Detection.MISSED_PINGS)) == 1
    assert rig.gateway.monitor.level(SERIAL) is Level.VERY_LOW


# --- what the gateway compares ------------------------------------------------------------------------------
async def test_a_clock_that_is_set_back_is_low(rig: Watched) -> None:
    rig.tick(5)
    rig.now -= 3600
    rig.tick(5)
    threat = await rig.threat(Detection.CLOCK_JUMP)
    assert is_told(threat, Level.LOW, LOG, REPORT)
    assert threat.evidence == "clock set back by 3600 s"


async def test_a_clock_that_gets_its_time_after_the_start_is_no_jump(rig: Watched) -> None:
    rig.now += 3600
    rig.tick(5)
    await asyncio.sleep(0)
    assert rig.seen(ThreatSeen) == []
    rig.tick(700)
    rig.now += 3600
    rig.tick(5)
    assert (await rig.threat(Detection.CLOCK_JUMP)).evidence == "clock set forward by 3600 s"


async def test_trouble_of_the_record_is_medium(rig: Watched) -> None:
    rig.gateway.events.emit(AuditTroubled(kind="database_down", lines=3))
    threat = await rig.threat(Detection.AUDIT_TROUBLE)
    assert is_told(threat, Level.MEDIUM, LOG, REPORT)
    assert threat.evidence == "database_down, lines 3"


async def test_unusual_hours_and_bursts_are_low_after_a_week_of_learning(
    rig: Watched, bench: Bench
) -> None:
    await rig.claimed(bench)
    for _ in range(8):
        await rig.turn(True)
        rig.now += timedelta(days=1).total_seconds()
    await rig.turn(True)
    assert rig.seen(ThreatSeen) == []
    rig.now += 12 * 3600
    await rig.turn(False)
    assert is_told(await rig.threat(Detection.UNUSUAL_HOUR), Level.LOW, LOG)
    rig.now += 3600
    for _ in range(31):
        await rig.turn(False)
    assert is_told(await rig.threat(Detection.BURST), Level.LOW, LOG)
    await rig.restart()
    rig.events.clear()
    assert rig.gateway.monitor.memory.baselines[SERIAL].since == 1_800_000_000


def test_every_finding_is_tried_here() -> None:
    """A finding that is added needs a test over what really happens."""
    source = "".join(
        path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_monitor*.py")
    )
    assert [each.name for each in Detection if f"Detection.{each.name}" not in source] == []
