"""Keys are replaced when they are as old as somebody chose, and what fails is told once."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from .kit import ANN, FAST, HOST, SERIAL, Bench, Rig, soon, until
from custom_components.iot_secure_gateway.gateway.errors import NoAnswer
from custom_components.iot_secure_gateway.gateway.events import KeyRotated, KeyRotationFailed
from custom_components.iot_secure_gateway.gateway.gateway import Gateway
from custom_components.iot_secure_gateway.gateway.key_schedule import (
    DAY_S,
    MAX_DAYS,
    RETRY_AFTER_S,
    KeySchedule,
)
from custom_components.iot_secure_gateway.gateway.links import DeviceLink

NOW = 1_800_000_000


class Calendar(Rig):
    """A gateway on a clock that a test moves."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW

    def prepare(self) -> None:
        self.gateway = Gateway(
            self.gateway_id, self.stores, settings=FAST, unix_time=lambda: self.now
        )
        self.gateway.add_listener(self.events.append)

    @property
    def schedule(self) -> KeySchedule:
        return self.gateway.key_schedule

    async def since(self) -> int | None:
        """Return since when the device's key is used, as it is stored."""
        return (await self.stores.bindings.load())[SERIAL].key_since

    async def pass_days(self, days: float) -> None:
        """Let time go by, and have what is due replaced."""
        self.now += int(days * DAY_S)
        await self.schedule.replace_due()

    async def choose(self, days: int) -> None:
        """Choose, and wait for the look that follows at once."""
        await self.schedule.choose(days)
        await soon(
            lambda: all(
                binding.key_since for binding in self.gateway._registry.bindings.records.values()
            )
        )


@pytest.fixture
async def rig(socket_enabled: None) -> AsyncIterator[Calendar]:
    rig = Calendar()
    await rig.start()
    yield rig
    await rig.stop()


async def test_key_is_replaced_when_it_is_old_enough_and_not_before(
    rig: Calendar, bench: Bench
) -> None:
    device = await rig.claimed(bench)
    await rig.choose(30)
    assert await rig.since() == NOW, "counted from when the schedule first saw it"
    key = (await rig.stores.bindings.load())[SERIAL].key
    await rig.pass_days(29.9)
    assert rig.seen(KeyRotated) == []
    await rig.pass_days(0.1)
    assert rig.seen(KeyRotated) == [KeyRotated(serial=SERIAL)]
    assert (await rig.stores.bindings.load())[SERIAL].key != key
    assert await rig.since() == rig.now
    await until(device, lambda: device.is_connected)
    await rig.turn(True)
    await rig.pass_days(29)
    assert len(rig.seen(KeyRotated)) == 1


async def test_age_of_a_key_is_remembered_across_restarts(rig: Calendar, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.choose(30)
    await rig.restart()
    device = await rig.gateway.attach(SERIAL, HOST, bench.port)
    await until(device, lambda: device.is_connected)
    await rig.schedule.choose(30)
    await rig.pass_days(30)
    assert len(rig.seen(KeyRotated)) == 1


async def test_key_that_somebody_replaced_is_young_again(rig: Calendar, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.choose(30)
    rig.now += 20 * DAY_S
    await rig.gateway.rotate_key(SERIAL, ANN)
    await rig.pass_days(29)
    assert len(rig.seen(KeyRotated)) == 1


async def test_nothing_is_replaced_unless_somebody_chose(rig: Calendar, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.choose(30)
    await rig.schedule.choose(0)
    assert rig.schedule._task is None
    for days in (-5, MAX_DAYS + 1):
        await rig.schedule.choose(days)
        assert 0 <= rig.schedule._days <= MAX_DAYS


async def test_device_that_is_away_gets_its_new_key_when_it_is_back(
    rig: Calendar, bench: Bench
) -> None:
    device = await rig.claimed(bench)
    await rig.choose(30)
    await bench.stop()
    await until(device, lambda: not device.is_connected)
    await rig.pass_days(31)
    assert not rig.seen(KeyRotated)
    assert not rig.seen(KeyRotationFailed)
    await bench.start()
    await until(device, lambda: device.is_connected)
    await rig.pass_days(0)
    assert len(rig.seen(KeyRotated)) == 1


async def test_clock_that_was_set_back_begins_anew(rig: Calendar, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.choose(30)
    await rig.pass_days(-100)
    assert await rig.since() == rig.now
    await rig.pass_days(31)
    assert len(rig.seen(KeyRotated)) == 1


async def test_failure_is_told_once_and_tried_again_a_day_later(
    rig: Calendar, bench: Bench
) -> None:
    await rig.claimed(bench)
    await rig.choose(30)
    tried: list[str] = []

    async def fail(link: DeviceLink) -> None:
        tried.append(link.device.serial)
        raise NoAnswer

    rotate, rig.schedule._rotate = rig.schedule._rotate, fail
    await rig.pass_days(31)
    await rig.pass_days(0.5)
    assert tried == [SERIAL]
    await rig.pass_days(RETRY_AFTER_S / DAY_S)
    assert tried == [SERIAL, SERIAL]
    assert rig.seen(KeyRotationFailed) == [KeyRotationFailed(serial=SERIAL, code="no_answer")]
    rig.schedule._rotate = rotate
    await rig.pass_days(2)
    assert len(rig.seen(KeyRotated)) == 1
    rig.schedule._rotate = fail
    await rig.pass_days(31)
    assert len(rig.seen(KeyRotationFailed)) == 2, "told anew after it had worked"


async def test_schedule_outlives_a_full_disk(
    rig: Calendar, bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(bindings: object) -> None:
        raise OSError("disk full")

    await rig.claimed(bench)
    monkeypatch.setattr(rig.stores.bindings, "save", fail)
    await rig.schedule.choose(30)
    await soon(lambda: "Old keys could not be replaced" in caplog.text)
    task = rig.schedule._task
    assert task is not None
    assert not task.done()


async def test_stop_ends_the_schedule(rig: Calendar, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.choose(30)
    task = rig.schedule._task
    assert isinstance(task, asyncio.Task)
    await rig.stop()
    assert task.cancelled()
    assert await rig.since() == NOW
    await rig.start()
