"""Every finding comes from what really happens on the wire or in the gateway, and gets its level (FIG 14, FIG 15)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from .kit import ANN, BOB, HOST, PASSWORD, SERIAL, Bench, soon, tcp_server, until
from .watched import Stranger, Watched, tells
from custom_components.iot_secure_gateway.gateway.errors import (
    AlreadyOwned,
    ClaimLocked,
    RefusedByDevice,
    SerialNotListed,
    WrongPassword,
)
from custom_components.iot_secure_gateway.gateway.threat_events import (
    Blocked,
    ThreatLevelChanged,
    ThreatSeen,
    ThreatTraced,
)
from custom_components.iot_secure_gateway.policy.actors import Automation, Unknown
from custom_components.iot_secure_gateway.policy.decision import Reason
from custom_components.iot_secure_gateway.policy.threats import Detection, Level, Response
from custom_components.iot_secure_gateway.protocol import wire

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


# --- people and what acts for them (FIG 15, rows 1 to 3) --------------------------------------------------
async def test_routine_is_very_low_and_makes_no_threat(rig: Watched, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.turn(True)
    assert rig.seen(ThreatSeen) == []
    assert rig.gateway.monitor.level(SERIAL) is Level.VERY_LOW


async def test_routine_is_told_where_its_owner_wants_that(rig: Watched, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.rule(Detection.ROUTINE, level=Level.LOW, responses=frozenset({LOG, REPORT}))
    await rig.turn(True)
    threat = await rig.threat(Detection.ROUTINE)
    assert is_told(threat, Level.LOW, LOG, REPORT)
    assert (threat.user_id, threat.rule) == (ANN.id, 1)


async def test_whoever_holds_something_and_tries_more_is_low(rig: Watched, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.allow(BOB.id)
    assert await rig.refused(BOB, "turn_off") is Reason.OTHER_COMMANDS
    threat = await rig.threat(Detection.BEYOND_PERMISSION)
    assert is_told(threat, Level.LOW, LOG, REPORT)
    assert (threat.principal, threat.evidence) == ("user:bob", "command turn_off, other_commands")
    await rig.gateway.execute(BOB, SERIAL, "turn_on", entity="relay")


async def test_use_outside_the_window_is_low(rig: Watched, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.allow(BOB.id, expires_at=NEVER)
    assert await rig.refused(BOB) is Reason.EXPIRED
    assert is_told(await rig.threat(Detection.OUTSIDE_WINDOW), Level.LOW, LOG, REPORT)
    assert rig.threats(Detection.BEYOND_PERMISSION) == []


async def test_whoever_holds_nothing_is_medium_blocked_and_traced(
    rig: Watched, bench: Bench
) -> None:
    await rig.claimed(bench)
    assert await rig.refused(BOB) is Reason.NOT_OWNER
    threat = await rig.threat(Detection.UNAUTHORISED_USER)
    assert is_told(threat, Level.MEDIUM, LOG, BLOCK, TRACE, REPORT)
    (blocked,) = rig.seen(Blocked)
    assert (blocked.user_id, blocked.serial, blocked.threat) == (BOB.id, SERIAL, threat.id)
    assert blocked.until == rig.now + 300
    await soon(lambda: rig.seen(ThreatTraced) != [])
    assert await rig.refused(BOB) is Reason.BLOCKED
    assert len(rig.threats(Detection.UNAUTHORISED_USER)) == 1
    assert rig.gateway.monitor.level(SERIAL) is Level.MEDIUM
    levels = [(event.serial, event.level) for event in rig.seen(ThreatLevelChanged)]
    assert levels == [("", Level.MEDIUM), (SERIAL, Level.MEDIUM)]


async def test_who_cannot_be_named_is_unauthorised_but_nobody_is_blocked(
    rig: Watched, bench: Bench
) -> None:
    await rig.claimed(bench)
    assert await rig.refused(Unknown()) is Reason.UNKNOWN_ACTOR
    threat = await rig.threat(Detection.UNAUTHORISED_USER)
    assert is_told(threat, Level.MEDIUM, LOG, TRACE, REPORT)
    assert rig.seen(Blocked) == []


async def test_automations_are_refused_and_never_blocked(rig: Watched, bench: Bench) -> None:
    await rig.claimed(bench)
    automation = Automation(entity_id="automation.night", starter=BOB)
    for _ in range(4):
        assert await rig.refused(automation) is Reason.AUTOMATION_NOT_PERMITTED
    threat = await rig.threat(Detection.SOFTWARE_REFUSED)
    assert is_told(threat, Level.LOW, LOG, REPORT)
    assert (threat.principal, threat.count) == ("automation.night", 3)
    assert rig.seen(Blocked) == []


async def test_an_argument_that_the_device_refuses_is_low(rig: Watched, bench: Bench) -> None:
    await rig.claimed(bench)
    bench.lies["turn_on"] = (wire.STATUS_REFUSED, b"{}")
    with pytest.raises(RefusedByDevice):
        await rig.turn(True)
    assert is_told(await rig.threat(Detection.REFUSED_BY_DEVICE), Level.LOW, LOG)


async def test_asking_aloud_for_a_device_is_medium(rig: Watched, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.gateway.ownership.ask_takeover(
        SERIAL, BOB, is_administrator=True, is_owner_gone=False
    )
    assert is_told(await rig.threat(Detection.TAKEOVER_ASKED), Level.MEDIUM, LOG, REPORT)


# --- claims -----------------------------------------------------------------------------------------------
async def test_the_third_wrong_password_is_medium(rig: Watched, bench: Bench) -> None:
    for number in range(3):
        assert rig.threats(Detection.WRONG_PASSWORD) == [], number
        bench.device.core.desk._locked_until_ms = 0
        with pytest.raises(WrongPassword):
            await rig.claim(SERIAL, bench.port, password="Q" * 16)
        await asyncio.sleep(0)
    threat = await rig.threat(Detection.WRONG_PASSWORD)
    assert is_told(threat, Level.MEDIUM, LOG, TRACE, REPORT)
    assert (threat.user_id, threat.count) == (ANN.id, 3)


async def test_claiming_while_it_is_locked_is_medium(rig: Watched, bench: Bench) -> None:
    await rig.gateway.maker_records.import_file(f"{SERIAL},{PASSWORD}".encode())
    for _ in range(5):
        with pytest.raises(WrongPassword):
            await rig.claim(SERIAL, bench.port, password="Q" * 16)
    with pytest.raises(ClaimLocked):
        await rig.claim(SERIAL, bench.port)
    assert is_told(await rig.threat(Detection.CLAIM_LOCKED), Level.MEDIUM, LOG, TRACE, REPORT)


async def test_claiming_what_has_an_owner_is_medium_but_not_for_the_owner(
    rig: Watched, bench: Bench
) -> None:
    await rig.claimed(bench)
    with pytest.raises(AlreadyOwned):
        await rig.claim(SERIAL, bench.port)
    with pytest.raises(AlreadyOwned):
        await rig.claim(SERIAL, bench.port, owner=BOB.id)
    threat = await rig.threat(Detection.CLAIM_OF_OWNED)
    assert is_told(threat, Level.MEDIUM, LOG, TRACE, REPORT)
    assert threat.user_id == BOB.id


async def test_a_serial_that_is_on_no_list_is_low(rig: Watched, bench: Bench) -> None:
    await rig.gateway.maker_records.set_refuses_unlisted(refuses=True)
    with pytest.raises(SerialNotListed):
        await rig.claim(SERIAL, bench.port)
    assert is_told(await rig.threat(Detection.UNKNOWN_SERIAL), Level.LOW, LOG, REPORT)


# --- what devices tell and do -----------------------------------------------------------------------------
TOLD = [
    (wire.ADDRESS_NOT_ALLOWED, False, Detection.WRONG_ADDRESS, Level.HIGH),
    (wire.BAD_HANDSHAKE, False, Detection.SPOOFED_GATEWAY, Level.HIGH),
    (wire.BAD_FRAME, False, Detection.MALFORMED, Level.MEDIUM),
    (wire.BAD_RECORD, False, Detection.MALFORMED, Level.MEDIUM),
    (wire.COMMAND_MISMATCH, True, Detection.COMMAND_ALTERED, Level.HIGH),
    (wire.GSID_MISMATCH, True, Detection.IDENTIFIER_WRONG, Level.HIGH),
    (wire.DSID_MISMATCH, True, Detection.IDENTIFIER_WRONG, Level.HIGH),
    (wire.GSID_REUSED, True, Detection.IDENTIFIER_WRONG, Level.HIGH),
    (wire.CONTINUITY_BREAK, True, Detection.COPY_SUSPECTED, Level.HIGH),
]


@pytest.mark.parametrize(("code", "is_proven", "detection", "level"), TOLD)
async def test_what_a_device_tells_of_breaches_gets_its_level(
    rig: Watched, bench: Bench, code: int, is_proven: bool, detection: Detection, level: Level
) -> None:
    device = await rig.claimed(bench)
    await tells(bench, code, authenticated=is_proven)
    threat = await rig.threat(detection)
    assert (threat.level, threat.is_proven, threat.serial) == (level, is_proven, SERIAL)
    assert (SUSPEND in threat.responses) is is_proven
    if not is_proven:
        await rig.turn(True)
        assert device.is_connected


async def test_busy_and_late_sessions_are_routine(rig: Watched, bench: Bench) -> None:
    await rig.claimed(bench)
    await tells(bench, wire.BUSY, authenticated=True, count=50)
    await tells(bench, wire.SESSION_EXPIRED, authenticated=True, count=50)
    await soon(lambda: rig.gateway.devices[SERIAL].stats.breaches_told == 100)
    await rig.turn(True)
    assert rig.seen(ThreatSeen) == []


async def test_malformed_is_graver_when_it_is_repeated(rig: Watched, bench: Bench) -> None:
    await rig.claimed(bench)
    await tells(bench, wire.BAD_FRAME, authenticated=False)
    await rig.threat(Detection.MALFORMED)
    await tells(bench, wire.BAD_FRAME, authenticated=False, count=6)
    threat = await rig.threat(Detection.MALFORMED, 2)
    assert is_told(threat, Level.HIGH, LOG, TRACE, REPORT, ALARM)
    assert threat.count == 5


async def test_what_was_told_before_is_not_told_again_over_the_next_link(
    rig: Watched, bench: Bench
) -> None:
    device = await rig.claimed(bench)
    await tells(bench, wire.ADDRESS_NOT_ALLOWED, authenticated=False, count=2)
    await rig.threat(Detection.WRONG_ADDRESS)
    await rig.restart()
    rig.events.clear()
    device = await rig.gateway.attach(SERIAL, HOST, bench.port)
    await until(device, lambda: device.is_connected)
    await tells(bench, wire.ADDRESS_NOT_ALLOWED, authenticated=False, count=2)
    await soon(lambda: device.stats.breaches_told == 2)
    assert rig.threats(Detection.WRONG_ADDRESS) == []
    await tells(bench, wire.ADDRESS_NOT_ALLOWED, authenticated=False, count=3)
    assert (await rig.threat(Detection.WRONG_ADDRESS)).count == 1


async def test_a_copy_is_high_and_suspended_for_good(rig: Watched, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.gateway.detach(SERIAL)
    state = rig.gateway._keeper.get(SERIAL)
    assert state is not None
    state.lanes[wire.LANE_COMMAND].count += 5
    await rig.gateway.attach(SERIAL, HOST, bench.port)
    threat = await rig.threat(Detection.COPY_SUSPECTED)
    assert is_told(threat, Level.HIGH, LOG, SUSPEND, ALARM, REPORT)
    await soon(lambda: rig.gateway.devices[SERIAL].problem is not None)
    await rig.restart()
    rig.events.clear()
    await rig.gateway.attach(SERIAL, HOST, bench.port)
    await asyncio.sleep(0)
    assert rig.threats(Detection.COPY_SUSPECTED) == [], "it was told in an earlier run"


async def test_another_description_and_firmware_are_low_the_first_ones_routine(
    rig: Watched, bench: Bench
) -> None:
    device = await rig.claimed(bench)
    assert rig.seen(ThreatSeen) == []
    facts: Any = bench.device.core.facts
    facts.firmware = "6.6.6"
    bench.lies["describe"] = (
        b'{"device":{"fw":"6.6.6","manufacturer":"M","model":"B","name":""},"entities":'
        b'[{"key":"temp","kind":"sensor","name":"T"}],"page":0,"pages":1,"v":1}'
    )
    rig.gateway._links[SERIAL].relink()
    changed = await rig.threat(Detection.FIRMWARE_CHANGED)
    assert is_told(changed, Level.LOW, LOG, REPORT)
    assert changed.evidence == "firmware 1.0 to 6.6.6"
    assert device.firmware == "6.6.6"
    other = await rig.threat(Detection.DESCRIPTION_CHANGED)
    assert is_told(other, Level.LOW, LOG, REPORT)


async def test_a_reset_at_the_device_is_medium(rig: Watched, bench: Bench) -> None:
    await rig.claimed(bench)
    rig.gateway.ownership.device_reset(SERIAL)
    assert is_told(await rig.threat(Detection.DEVICE_RESET), Level.MEDIUM, LOG, REPORT)


async def test_something_else_at_the_address_is_noticed(rig: Watched, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.gateway.detach(SERIAL)

    async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(bytes(64))
        await writer.drain()
        await reader.read()

    async with tcp_server(garbage) as port:
        await rig.gateway.attach(SERIAL, HOST, port)
        threat = await rig.threat(Detection.MALFORMED)
        assert (threat.level, threat.is_proven) == (Level.MEDIUM, False)
        await rig.gateway.detach(SERIAL)


async def test_a_door_that_is_shut_in_our_face_is_medium(rig: Watched, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.gateway.detach(SERIAL)

    async def shut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)

    async with tcp_server(shut) as port:
        device = await rig.gateway.attach(SERIAL, HOST, port)
        await soon(lambda: device.stats.turned_away >= 5)
        rig.tick()
        threat = await rig.threat(Detection.HALF_OPEN)
        assert is_told(threat, Level.MEDIUM, LOG, REPORT)
        await rig.gateway.detach(SERIAL)
