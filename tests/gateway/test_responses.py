"""What the monitoring does, how long that lasts, and who ends it (FIG 14 step 1415, FIG 15)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from .kit import ANN, BOB, HOST, SERIAL, Bench, soon, until
from .watched import Stranger, Watched, tells
from custom_components.iot_secure_gateway.gateway.device import Problem
from custom_components.iot_secure_gateway.gateway.errors import (
    AlreadyOwned,
    ChangeRefused,
    DeviceSuspendedByPolicy,
    NotBlocked,
    NotSuspended,
    Refused,
)
from custom_components.iot_secure_gateway.gateway.threat_events import (
    BlockEnded,
    DeviceSuspendedNow,
    MonitoringChanged,
    SuspensionLifted,
)
from custom_components.iot_secure_gateway.gateway.threat_levels import FALLS_AFTER_S
from custom_components.iot_secure_gateway.policy.actors import Automation
from custom_components.iot_secure_gateway.policy.decision import Reason
from custom_components.iot_secure_gateway.policy.monitoring import AlarmAction
from custom_components.iot_secure_gateway.policy.threats import Detection, Level, Response
from custom_components.iot_secure_gateway.protocol import wire

BLOCKS = frozenset({Response.LOG, Response.BLOCK})
SIREN = AlarmAction(action="siren.turn_on", entity_id="siren.hall")


@pytest.fixture
async def rig(socket_enabled: None) -> AsyncIterator[Watched]:
    rig = Watched()
    await rig.start()
    yield rig
    await rig.stop()


async def suspended(rig: Watched, bench: Bench) -> None:
    """Have a device suspended by authenticated evidence."""
    device = rig.gateway.devices.get(SERIAL) or await rig.claimed(bench)
    await tells(bench, wire.COMMAND_MISMATCH, authenticated=True)
    await soon(lambda: rig.seen(DeviceSuspendedNow) != [])
    await until(device, lambda: not device.is_connected)
    assert device.problem is Problem.SUSPENDED_BY_POLICY


async def is_back(rig: Watched) -> bool:
    device = rig.gateway.devices[SERIAL]
    await until(device, lambda: device.is_connected)
    await rig.turn(True)
    return device.problem is None


# --- blocks of users --------------------------------------------------------------------------------------
async def test_a_block_ends_after_five_minutes_and_its_reason_says_when(
    rig: Watched, bench: Bench
) -> None:
    await rig.claimed(bench)
    await rig.refused(BOB)
    decision = rig.gateway.judge(BOB, SERIAL, "turn_on")
    assert decision.reason is Reason.BLOCKED
    assert decision.next_allowed_at == datetime.fromtimestamp(rig.now + 300, UTC)
    rig.tick(299)
    assert await rig.refused(BOB) is Reason.BLOCKED
    rig.tick(1)
    (ended,) = rig.seen(BlockEnded)
    assert (ended.user_id, ended.actor) == (BOB.id, None)
    assert await rig.refused(BOB) is Reason.NOT_OWNER
    await rig.threat(Detection.UNAUTHORISED_USER, 2)
    assert await rig.refused(BOB) is Reason.BLOCKED


async def test_granting_a_row_frees_at_once(rig: Watched, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.refused(BOB)
    await rig.allow(BOB.id)
    await rig.gateway.execute(BOB, SERIAL, "turn_on", entity="relay")
    assert [event.actor for event in rig.seen(BlockEnded)] == [None]


async def test_a_row_for_somebody_else_frees_nobody(rig: Watched, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.refused(BOB)
    await rig.allow("joe")
    assert await rig.refused(BOB) is Reason.BLOCKED


async def test_who_holds_something_is_freed_by_one_row_more(rig: Watched, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.allow(BOB.id)
    await rig.rule(Detection.BEYOND_PERMISSION, level=Level.MEDIUM, responses=BLOCKS)
    assert await rig.refused(BOB, "turn_off") is Reason.OTHER_COMMANDS
    assert await rig.refused(BOB, "turn_on") is Reason.BLOCKED
    await rig.allow(BOB.id, "turn_off")
    await rig.gateway.execute(BOB, SERIAL, "turn_off", entity="relay")


async def test_the_owner_frees_and_nobody_else(rig: Watched, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.refused(BOB)
    safeguards = rig.gateway.safeguards
    with pytest.raises(Refused):
        await safeguards.release(BOB, user_id=BOB.id, serial=SERIAL)
    with pytest.raises(Refused):
        await safeguards.release(BOB, user_id="joe", serial=SERIAL)
    with pytest.raises(NotBlocked):
        await safeguards.release(ANN, user_id="joe", serial=SERIAL)
    await safeguards.release(ANN, user_id=BOB.id, serial=SERIAL)
    assert rig.seen(BlockEnded)[-1].actor == ANN
    assert await rig.refused(BOB) is Reason.NOT_OWNER


async def test_a_block_holds_for_what_the_blocked_set_off_and_over_a_restart(
    rig: Watched, bench: Bench
) -> None:
    await rig.claimed(bench)
    await rig.allow(BOB.id)
    await rig.rule(Detection.BEYOND_PERMISSION, level=Level.MEDIUM, responses=BLOCKS)
    await rig.refused(BOB, "turn_off")
    await rig.restart()
    decision = rig.gateway.judge(Automation(entity_id="automation.a", starter=BOB), SERIAL, "x")
    assert decision.reason is Reason.BLOCKED
    assert rig.gateway.judge(BOB, SERIAL, "turn_on").reason is Reason.BLOCKED
    assert rig.gateway.judge(ANN, SERIAL, "turn_on").allowed


async def test_the_first_owner_is_never_blocked_on_their_own_device(
    rig: Watched, bench: Bench
) -> None:
    await rig.claimed(bench)
    conduct = rig.gateway.monitor._rule(Detection.ROUTINE, SERIAL).conduct
    assert rig.gateway.safeguards.block_user(ANN.id, SERIAL, rig.now, conduct, "0") is None
    await rig.refused(BOB)
    await rig.gateway.permissions.set_owner(SERIAL, BOB.id)
    await rig.gateway.execute(BOB, SERIAL, "turn_on", entity="relay")


async def test_a_block_of_an_address_is_released_by_an_administrator(
    rig: Watched, bench: Bench
) -> None:
    await rig.claimed(bench)
    await rig.gateway.start_pings(0, HOST)
    stranger = Stranger(rig)
    await stranger.send(stranger.bound(bytes(32), 9, 0))
    await rig.threat(Detection.SPOOFED_DEVICE)
    stranger.close()
    release = rig.gateway.safeguards.release
    with pytest.raises(Refused):
        await release(BOB, source=stranger.host)
    await release(BOB, source=stranger.host, is_administrator=True)
    assert not rig.gateway.monitor.is_source_blocked(stranger.host)
    with pytest.raises(NotBlocked):
        await release(ANN, source=stranger.host)


# --- suspensions ------------------------------------------------------------------------------------------
async def test_authenticated_evidence_suspends_until_the_owner_lifts_it(
    rig: Watched, bench: Bench
) -> None:
    await rig.claimed(bench)
    await suspended(rig, bench)
    with pytest.raises(DeviceSuspendedByPolicy):
        await rig.turn(True)
    with pytest.raises(Refused):
        await rig.gateway.safeguards.lift(SERIAL, BOB)
    rig.tick(10 * FALLS_AFTER_S)
    assert rig.gateway.monitor.level(SERIAL) is Level.HIGH
    await rig.gateway.safeguards.lift(SERIAL, ANN)
    assert await is_back(rig)
    (lifted,) = rig.seen(SuspensionLifted)
    assert (lifted.why, lifted.actor) == ("owner", ANN)
    with pytest.raises(NotSuspended):
        await rig.gateway.safeguards.lift(SERIAL, ANN)
    rig.tick()
    assert rig.gateway.monitor.level(SERIAL) is Level.VERY_LOW
    assert len(rig.seen(DeviceSuspendedNow)) == 1, "what was told before suspends nobody again"


@pytest.mark.parametrize("is_orderly", [True, False])
async def test_a_suspension_outlives_the_gateway(
    rig: Watched, bench: Bench, is_orderly: bool
) -> None:
    await rig.claimed(bench)
    await suspended(rig, bench)
    await (rig.stop() if is_orderly else rig.die())
    await rig.start()
    device = await rig.gateway.attach(SERIAL, HOST, bench.port)
    assert device.problem is Problem.SUSPENDED_BY_POLICY
    with pytest.raises(DeviceSuspendedByPolicy):
        await rig.turn(True)
    assert rig.gateway.monitor.level(SERIAL) is Level.HIGH
    with pytest.raises(AlreadyOwned):
        await rig.claim(SERIAL, bench.port)
    assert rig.gateway.devices[SERIAL] is device, "it stays as it is"
    await rig.gateway.attach(SERIAL, HOST, bench.port)
    await rig.gateway.safeguards.lift(SERIAL, ANN)
    assert await is_back(rig)


async def test_a_suspension_ends_by_time_where_that_was_set(rig: Watched, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.conduct(lift_after_s=600)
    await suspended(rig, bench)
    rig.tick(599)
    assert rig.gateway.safeguards.is_suspended(SERIAL)
    rig.tick(1)
    assert await is_back(rig)
    assert rig.seen(SuspensionLifted)[0].why == "time"


@pytest.mark.parametrize("is_set", [True, False])
async def test_a_proven_start_lifts_only_where_that_was_set(
    rig: Watched, bench: Bench, is_set: bool
) -> None:
    await rig.claimed(bench)
    await rig.conduct(lifts_on_power_up=is_set)
    await rig.gateway.start_pings(0, HOST)
    await suspended(rig, bench)
    key = (await rig.stores.bindings.load())[SERIAL].key
    device = Stranger(rig, HOST)
    boot = bench.device.core.boot
    await device.send(device.bound(bytes(32), boot + 9, 0))  # proves nothing
    await rig.threat(Detection.SPOOFED_DEVICE)
    await device.send(device.bound(key, boot, 2**20))  # is not a new start
    await soon(lambda: SERIAL in rig.gateway.discovered)
    assert rig.gateway.safeguards.is_suspended(SERIAL)
    rig.gateway._pings.forget(SERIAL)
    await device.send(device.bound(key, boot + 1, 0))
    await soon(lambda: SERIAL in rig.gateway.discovered)
    device.close()
    if not is_set:
        assert rig.gateway.safeguards.is_suspended(SERIAL)
        return
    assert await is_back(rig)
    assert rig.seen(SuspensionLifted)[0].why == "power_up"


async def test_a_reset_and_a_new_claim_end_a_suspension(rig: Watched, bench: Bench) -> None:
    await rig.claimed(bench)
    await suspended(rig, bench)
    bench.device.factory_reset()
    await rig.claim(SERIAL, bench.port)
    assert await is_back(rig)
    await rig.restart()
    device = await rig.gateway.attach(SERIAL, HOST, bench.port)
    await until(device, lambda: device.is_connected)
    assert not rig.gateway.safeguards.is_suspended(SERIAL)


async def test_a_device_that_is_given_up_leaves_nothing_behind(rig: Watched, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.refused(BOB)
    await rig.rule(Detection.ROUTINE, level=Level.LOW, responses=frozenset({Response.LOG}))
    await suspended(rig, bench)
    rig.gateway.ownership.device_reset(SERIAL)
    await rig.threat(Detection.DEVICE_RESET)
    safeguards, memory = rig.gateway.safeguards, rig.gateway.monitor.memory
    assert not safeguards.is_suspended(SERIAL)
    assert not safeguards.restraints.users
    assert not safeguards.policy.rules
    assert SERIAL not in memory.baselines
    record = await rig.stores.monitoring.load()
    assert record is not None
    assert (record.suspensions, record.blocks) == ((), ())


async def test_suspension_that_cannot_be_stored_holds_all_the_same(
    rig: Watched, bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(record: object) -> None:
        raise OSError("disk full")

    await rig.claimed(bench)
    save = rig.stores.monitoring.save
    monkeypatch.setattr(rig.stores.monitoring, "save", fail)
    await suspended(rig, bench)
    await soon(lambda: "could not carry out" in caplog.text)
    with pytest.raises(OSError, match="full"):
        await rig.gateway.safeguards.lift(SERIAL, ANN)
    assert rig.gateway.safeguards.is_suspended(SERIAL)
    with pytest.raises(OSError, match="full"):
        await rig.conduct(is_detect_only=True)
    assert rig.gateway.safeguards.policy.revision == 0
    monkeypatch.setattr(rig.stores.monitoring, "save", save)
    await rig.gateway.safeguards.lift(SERIAL, ANN)
    assert await is_back(rig)


# --- conduct ----------------------------------------------------------------------------------------------
async def test_detect_only_does_nothing_but_says_so(rig: Watched, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.conduct(is_detect_only=True, alarms=(SIREN,))
    await tells(bench, wire.COMMAND_MISMATCH, authenticated=True)
    threat = await rig.threat(Detection.COMMAND_ALTERED)
    assert threat.responses == {Response.LOG, Response.REPORT}
    assert threat.withheld == {Response.SUSPEND, Response.ALARM}
    assert (threat.is_detect_only, threat.alarms) == (True, ())
    await rig.turn(True)
    await rig.refused(BOB)
    assert await rig.refused(BOB) is Reason.NOT_OWNER


async def test_an_alarm_carries_what_to_set_off(rig: Watched, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.conduct(alarms=(SIREN,))
    await tells(bench, wire.ADDRESS_NOT_ALLOWED, authenticated=False)
    threat = await rig.threat(Detection.WRONG_ADDRESS)
    assert threat.alarms == (SIREN,)


async def test_a_snooze_silences_for_a_time_and_blocks_go_on(rig: Watched, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.snooze(rig.now + 3600)
    await rig.refused(BOB)
    threat = await rig.threat(Detection.UNAUTHORISED_USER)
    assert threat.withheld == {Response.REPORT}
    assert await rig.refused(BOB) is Reason.BLOCKED
    rig.tick(3601)
    await rig.refused(BOB)
    assert (await rig.threat(Detection.UNAUTHORISED_USER, 2)).withheld == frozenset()
    with pytest.raises(ChangeRefused, match="snoozed_too_long"):
        await rig.snooze(rig.now + 86401)


async def test_cool_down_tells_the_same_once_with_how_often_it_was(
    rig: Watched, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rig.claimed(bench)
    await rig.allow(BOB.id)
    loop = asyncio.get_running_loop()
    start, ahead = loop.time(), 0.0
    for _ in range(5):
        await rig.refused(BOB, "turn_off")
    await rig.threat(Detection.BEYOND_PERMISSION)
    ahead = 301.0
    with monkeypatch.context() as patch:
        patch.setattr(loop, "time", lambda: start + ahead)
        await rig.refused(BOB, "turn_off")
    threat = await rig.threat(Detection.BEYOND_PERMISSION, 2)
    assert threat.count == 5
    assert len(rig.threats(Detection.BEYOND_PERMISSION)) == 2


async def test_changes_of_the_policy_are_told_and_refused_without_authority(
    rig: Watched, bench: Bench
) -> None:
    with pytest.raises(ChangeRefused, match="no_authority"):
        await rig.conduct(is_detect_only=True)
    await rig.claimed(bench)
    await rig.conduct(is_detect_only=True)
    assert [event.actor for event in rig.seen(MonitoringChanged)] == [ANN]
    await rig.restart()
    assert rig.gateway.safeguards.policy.revision == 1
    await rig.refused(BOB)
    await rig.snooze(rig.now + 60)
    await rig.rule(Detection.FLOOD, level=Level.LOW, responses=frozenset({Response.LOG}))
    await rig.gateway.ownership.forget_users_but({ANN.id})
    assert not rig.gateway.safeguards.restraints.users
    assert rig.gateway.safeguards.policy.conducts
    await rig.gateway.ownership.forget_users_but(())
    policy = rig.gateway.safeguards.policy
    assert (dict(policy.conducts), dict(policy.rules), dict(policy.snoozes)) == ({}, {}, {})


async def test_levels_fall_after_a_quiet_hour_and_survive_a_restart(
    rig: Watched, bench: Bench
) -> None:
    await rig.claimed(bench)
    await rig.refused(BOB)
    await rig.threat(Detection.UNAUTHORISED_USER)
    await rig.restart()
    assert rig.gateway.monitor.level(SERIAL) is Level.MEDIUM
    rig.tick(FALLS_AFTER_S - 1)
    assert rig.gateway.monitor.level() is Level.MEDIUM
    rig.tick(1)
    assert rig.gateway.monitor.level() is rig.gateway.monitor.level(SERIAL) is Level.VERY_LOW
