"""What devices tell by themselves: taken within bounds, events once and durable before they count."""

import asyncio
from collections.abc import Mapping
import json
from typing import Any

import pytest

from .kit import HOST, SERIAL, Bench, Proxy, Rig, soon, until, with_settings
from custom_components.iot_secure_gateway.gateway import inbox
from custom_components.iot_secure_gateway.gateway.device import MAX_LOG, MAX_RECENT_EVENTS
from custom_components.iot_secure_gateway.gateway.events import Breach, DeviceEvent, EventsDropped
from custom_components.iot_secure_gateway.gateway.packages import (
    MAX_BYTES,
    MAX_EVENT_DATA,
    MAX_EVENTS,
    PackageError,
    read_package,
)
from custom_components.iot_secure_gateway.protocol import wire

PRESS = {"entity": "bell", "seq": 1, "type": "pressed"}


def pack(**content: Any) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


async def tell(bench: Bench, **content: Any) -> int:
    """Send a package with the device's boot number; return the status that the gateway answered."""
    core = bench.device.core
    answers: dict[bytes, int] = {}
    reporter: Any = bench.device.driver.reporter
    before = reporter.on_package

    def on_package(session_id: bytes, status: int) -> None:
        before(session_id, status)
        answers[session_id] = status

    reporter.on_package = on_package
    try:
        sent = await bench.push(pack(boot=content.pop("boot", core.boot), **content))
        await soon(lambda: sent in answers)
    finally:
        del reporter.on_package
    return answers[sent]


def events_of(rig: Rig) -> list[tuple[int, str]]:
    return [(told.event.sequence, told.event.type) for told in rig.seen(DeviceEvent)]


# --- what a package may be --------------------------------------------------------------------------
@pytest.mark.parametrize(
    "content",
    [
        {},
        {"other": 1},
        {"values": 5},
        {"boot": -1, "values": {}},
        {"boot": "1", "values": {}},
        {"boot": 2**32, "values": {}},
        {"boot": True, "values": {}},
        {"events": [PRESS]},
        {"dropped": 1},
        {"boot": 1, "events": {}},
        {"boot": 1, "events": [5]},
        {"boot": 1, "events": [{**PRESS, "seq": 0}]},
        {"boot": 1, "events": [{**PRESS, "seq": "1"}]},
        {"boot": 1, "events": [{**PRESS, "entity": "Bell"}]},
        {"boot": 1, "events": [{**PRESS, "type": 5}]},
        {"boot": 1, "events": [{**PRESS, "data": []}]},
        {"boot": 1, "events": [{**PRESS, "seq": n + 1} for n in range(MAX_EVENTS + 1)]},
        {"boot": 1, "dropped": -1},
        {"log": "line"},
        {"log": [5]},
        {"boot": 1, "breaches": [5]},
        {"boot": 1, "breaches": [{"code": 1, "count": 1}]},
        {"boot": 1, "breaches": [{"authenticated": True, "code": 256, "count": 1}]},
        {"boot": 1, "breaches": [{"authenticated": True, "code": 1, "count": -1}]},
        {"log": ["x" * MAX_BYTES]},
    ],
    ids=lambda content: str(content)[:60],
)
def test_package_out_of_form_is_refused(content: Mapping[str, object]) -> None:
    with pytest.raises(PackageError):
        read_package(pack(**content), 1)


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b'{"boot":1.5}', b'{"log":' + b"[" * 900])
def test_bytes_that_are_no_object_are_refused(data: bytes) -> None:
    with pytest.raises(PackageError):
        read_package(data, 1)


def test_what_is_unknown_in_a_package_is_left_out() -> None:
    package = read_package(
        pack(
            boot=1,
            later=[1],
            breaches=[
                {"authenticated": True, "code": wire.BUSY, "count": 2},
                {"authenticated": True, "code": 200, "count": 2},
            ],
        ),
        1,
    )
    assert package.breaches == {(wire.BUSY, True): 2}


def test_data_of_an_event_are_plain_values_cleaned_and_few() -> None:
    data = {
        "deep": {"a": 1},
        "huge": 2**64,  # what no store could take
        "list": [1],
        "n": None,
        "on": True,
        "text": "a\nb" + "x" * 500,
    }
    package = read_package(pack(boot=1, events=[{**PRESS, "data": data}]), 1)
    cleaned = package.events[0].data
    assert set(cleaned) == {"n", "on", "text"}
    assert str(cleaned["text"]).isprintable()
    many = {f"k{n}": n for n in range(MAX_EVENT_DATA + 5)}
    package = read_package(pack(boot=1, events=[{**PRESS, "data": many}]), 1)
    assert len(package.events[0].data) == MAX_EVENT_DATA


# --- events -------------------------------------------------------------------------------------------
async def test_event_is_durable_before_it_is_handed_on_and_answered(rig: Rig, bench: Bench) -> None:
    device = await rig.claimed(bench)
    assert await tell(bench, values={}, events=[{**PRESS, "data": {"times": 2}}]) == wire.STATUS_OK
    stored = (await rig.stores.journals.load())[SERIAL]
    assert (stored["boot"], stored["seq"]) == (bench.device.core.boot, 1)
    (told,) = rig.seen(DeviceEvent)
    assert (told.serial, told.event.entity, dict(told.event.data)) == (SERIAL, "bell", {"times": 2})
    assert list(device.recent_events) == [told.event]
    assert device.stats.events == 1


async def test_repeated_event_is_dropped_and_its_package_answered(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    await tell(bench, events=[PRESS, {**PRESS, "seq": 2}])
    again = [PRESS, {**PRESS, "seq": 2}, {**PRESS, "seq": 3}, {**PRESS, "seq": 3}]
    assert await tell(bench, events=again) == wire.STATUS_OK
    assert await tell(bench, events=again) == wire.STATUS_OK
    assert [number for number, _ in events_of(rig)] == [1, 2, 3]


async def test_repeated_event_is_dropped_after_a_restart_of_the_gateway(
    rig: Rig, bench: Bench
) -> None:
    await rig.claimed(bench)
    await tell(bench, events=[PRESS])
    await rig.die()
    await rig.start()
    device = await rig.gateway.attach(SERIAL, HOST, bench.port)
    assert [event.sequence for event in device.recent_events] == [1]
    await until(device, lambda: device.is_connected)
    await tell(bench, events=[PRESS, {**PRESS, "seq": 2}])
    assert [number for number, _ in events_of(rig)] == [1, 2]


async def test_events_of_a_new_boot_count_from_the_start(rig: Rig, bench: Bench) -> None:
    device = await rig.claimed(bench)
    await tell(bench, events=[{**PRESS, "seq": 7}])
    await bench.stop()
    await bench.start()
    await until(device, lambda: device.stats.links == 2)
    await tell(bench, events=[PRESS])
    assert [number for number, _ in events_of(rig)] == [7, 1]


async def test_numbers_of_another_boot_are_refused(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    assert await tell(bench, boot=99, events=[PRESS]) == wire.STATUS_REFUSED
    assert events_of(rig) == []


async def test_event_that_cannot_be_saved_is_refused_and_taken_when_it_comes_again(
    rig: Rig, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = await rig.claimed(bench)

    async def fail(journals: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(rig.stores.journals, "save", fail)
        assert await tell(bench, events=[PRESS]) == wire.STATUS_REFUSED
        assert events_of(rig) == []
        assert not device.recent_events
    assert await tell(bench, events=[PRESS]) == wire.STATUS_OK
    assert events_of(rig) == [(1, "pressed")]


async def test_event_whose_answer_was_lost_counts_once(
    rig: Rig, bench: Bench, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = await rig.claimed(bench, proxy.port)
    store: Any = rig.stores.journals
    save, may_save = store.save, asyncio.Event()
    is_saving = asyncio.Event()

    async def slow(journals: Mapping[str, Any]) -> None:
        is_saving.set()
        await may_save.wait()
        await save(journals)

    monkeypatch.setattr(store, "save", slow)
    await bench.push(pack(boot=bench.device.core.boot, events=[PRESS]))
    await is_saving.wait()
    proxy.cut()
    await until(device, lambda: device.stats.links == 2)
    may_save.set()
    await soon(lambda: bool(events_of(rig)))
    await tell(bench, events=[PRESS])
    assert events_of(rig) == [(1, "pressed")]


async def test_stop_waits_for_events_that_are_being_saved(
    rig: Rig, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rig.claimed(bench)
    store: Any = rig.stores.journals
    save, is_saving = store.save, asyncio.Event()

    async def slow(journals: Mapping[str, Any]) -> None:
        is_saving.set()
        await asyncio.sleep(0)
        await save(journals)

    monkeypatch.setattr(store, "save", slow)
    await bench.push(pack(boot=bench.device.core.boot, events=[PRESS]))
    await is_saving.wait()
    await rig.gateway.detach(SERIAL)
    assert events_of(rig) == [(1, "pressed")]
    assert SERIAL in await store.load()


async def test_device_that_sends_without_end_is_refused_until_it_slows_down(
    rig: Rig, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "PACKAGE_BURST", 3.0)
    monkeypatch.setattr(inbox, "PACKAGE_RATE", 0.001)
    device = await rig.claimed(bench)
    answers = [await tell(bench, log=["line"]) for _ in range(5)]
    assert answers[-2:] == [wire.STATUS_REFUSED] * 2
    assert len(device.log) <= 3
    assert await rig.turn(True) == {"values": {"relay": True}}


async def test_kept_events_are_bounded(rig: Rig, bench: Bench) -> None:
    device = await rig.claimed(bench)
    for first in (1, 21):
        await tell(bench, events=[{**PRESS, "seq": first + n} for n in range(20)])
    assert len(device.recent_events) == MAX_RECENT_EVENTS
    stored: Any = (await rig.stores.journals.load())[SERIAL]
    assert [event["seq"] for event in stored["events"]] == list(range(25, 41))


@pytest.mark.parametrize(
    "damage",
    [
        {},
        {"boot": "x", "seq": 1, "dropped": [0, 0], "events": []},
        {"boot": 1, "seq": 1, "dropped": [0], "events": []},
        {"boot": 1, "seq": 1, "dropped": [0, 0], "events": [5]},
        {"boot": 1, "seq": 1, "dropped": [0, 0], "events": [{"boot": 1}]},
    ],
)
async def test_damaged_journal_is_begun_anew(
    rig: Rig, bench: Bench, damage: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    await rig.claimed(bench)
    await rig.gateway._registry.journals.put(SERIAL, damage)
    await rig.restart()
    device = await rig.gateway.attach(SERIAL, HOST, bench.port)
    assert "begun anew" in caplog.text
    await until(device, lambda: device.is_connected)
    await tell(bench, events=[PRESS])
    assert events_of(rig) == [(1, "pressed")]


async def test_new_owner_sees_no_events_of_the_one_before(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    await tell(bench, events=[PRESS])
    bench.device.driver.factory_reset()
    await rig.gateway.detach(SERIAL)
    await rig.gateway.permissions.forget_device(SERIAL)
    await rig.claim(SERIAL, bench.port, owner="bob")
    assert not rig.gateway.devices[SERIAL].recent_events
    assert await rig.stores.journals.load() == {}


# --- losses, log, breaches ----------------------------------------------------------------------------
async def test_events_that_a_device_lost_are_told_once_each(rig: Rig, bench: Bench) -> None:
    device = await rig.claimed(bench)
    for dropped in (0, 2, 2, 5):
        await tell(bench, dropped=dropped)
    assert [told.count for told in rig.seen(EventsDropped)] == [2, 3]
    assert device.stats.events_dropped == 5


async def test_log_of_a_device_is_kept_cleaned_and_bounded(rig: Rig, bench: Bench) -> None:
    device = await rig.claimed(bench)
    await tell(bench, log=["one\n\x1b[31mtwo", "x" * 1000])
    first = next(line for line in device.log if line.startswith("one"))
    assert first.isprintable()
    assert all(len(line) <= 200 for line in device.log)
    for _ in range(5):
        await tell(bench, log=["line"] * 64)
    assert len(device.log) == MAX_LOG


async def test_breaches_that_a_device_found_are_told_as_often_as_they_were_found(
    rig: Rig, bench: Bench
) -> None:
    device = await rig.claimed(bench)
    busy = {"authenticated": True, "code": wire.BUSY, "count": 1}
    await tell(bench, breaches=[busy])
    await tell(bench, breaches=[busy])
    await tell(bench, breaches=[{**busy, "count": 4}])
    told = rig.seen(Breach)
    assert [breach.detail for breach in told] == [
        "found by the device, 1 times",
        "found by the device, 3 times",
    ]
    assert device.stats.breaches_told == 4
    await bench.stop()
    await bench.start()
    await until(device, lambda: device.stats.links == 2)
    await tell(bench, breaches=[busy])
    assert device.stats.breaches_told == 5


# --- the watchdog ---------------------------------------------------------------------------------------
async def test_device_that_tells_by_itself_is_asked_seldom(bench: Bench) -> None:
    rig = Rig(with_settings(poll_interval=0.01))
    await rig.start()
    try:
        device = await rig.claimed(bench)
        await tell(bench, values={"temp": "5.0"})
        commands = device.stats.commands
        await asyncio.sleep(0.1)
        assert device.stats.commands <= commands + 1
    finally:
        await rig.stop()


async def test_watchdog_asks_even_a_device_that_tells_by_itself(bench: Bench) -> None:
    rig = Rig(with_settings(poll_interval=0.01, watchdog_interval=0.02))
    await rig.start()
    try:
        device = await rig.claimed(bench)
        await tell(bench, values={})
        commands = device.stats.commands
        await soon(lambda: device.stats.commands > commands + 2)
    finally:
        await rig.stop()
