"""The demo device as the gateway sees it: over the wire, like any other."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
import os
from unittest.mock import patch

import pytest

from .kit import ANN, CRYPTO, HOST, PASSWORD, WAIT_S, Proxy, Rig, soon, until
from custom_components.iot_secure_gateway.demo_device import reports as reports_module
from custom_components.iot_secure_gateway.demo_device.device import MAX_PEERS, DemoDevice
from custom_components.iot_secure_gateway.demo_device.flash import Flash
from custom_components.iot_secure_gateway.demo_device.identity import Identity, Label
from custom_components.iot_secure_gateway.demo_device.reports import MAX_EVENTS
from custom_components.iot_secure_gateway.demo_device.things import Things
from custom_components.iot_secure_gateway.gateway.device import Device
from custom_components.iot_secure_gateway.gateway.errors import RefusedByDevice
from custom_components.iot_secure_gateway.gateway.events import DeviceEvent, EventsDropped
from custom_components.iot_secure_gateway.protocol import identifiers, wire

SERIAL = "DEMO-1"


class DemoBench:
    """A demo device whose host keeps its flash in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.failures = 0
        self.device: DemoDevice
        self.while_keeping: Callable[[], Awaitable[None]] | None = None

    async def start(self, port: int = 0) -> None:
        """Give it power."""
        self.device = DemoDevice(
            identity=Label(SERIAL, PASSWORD).identity(CRYPTO),
            flash=Flash(self.kept),
            crypto=CRYPTO,
            random=os.urandom,
            ping_port=lambda: None,
        )
        await self.device.start(port, self._save, self._failed)

    async def _save(self, content: dict[str, str]) -> None:
        if self.while_keeping is not None:
            await self.while_keeping()
        self.kept = content

    def _failed(self) -> None:
        self.failures += 1

    async def claimed(self, rig: Rig, port: int | None = None) -> Device:
        """Have it claimed for Ann; return what the gateway knows of it."""
        await rig.claim(SERIAL, port or self.device.port)
        device = rig.gateway.devices[SERIAL]
        await until(device, lambda: "outlet" in device.values)
        return device


@pytest.fixture
async def demo(socket_enabled: None) -> AsyncIterator[DemoBench]:
    """Return a demo device that listens."""
    bench = DemoBench()
    await bench.start()
    yield bench
    await bench.device.stop()
    assert not bench.failures


def rung(rig: Rig) -> list[int]:
    """Return the numbers of the events that reached the gateway."""
    return [told.event.sequence for told in rig.seen(DeviceEvent)]


async def test_it_says_what_it_is_and_what_it_measures(rig: Rig, demo: DemoBench) -> None:
    device = await demo.claimed(rig)
    assert device.description is not None
    assert device.description.facts.model == "Demo device"
    assert {entity.key: entity.kind for entity in device.description.entities} == {
        "outlet": "switch",
        "lamp": "light",
        "temperature": "sensor",
        "ring": "button",
        "bell": "event",
    }
    assert dict(device.values) == {
        "outlet": False,
        "lamp": False,
        "lamp.brightness": 255,
        "temperature": "21.0",
        "ring": None,
        "bell": None,
    }


@pytest.mark.parametrize(
    ("entity", "command", "arguments", "reason"),
    [
        ("door", "turn_on", {}, "unknown entity"),
        ("outlet", "open", {}, "unknown command"),
        ("temperature", "turn_on", {}, "unknown command"),
        ("outlet", "turn_on", {"brightness": 5}, "unknown argument"),
        ("lamp", "turn_on", {"brightness": 0}, "brightness must be 1 to 255"),
        ("lamp", "turn_on", {"brightness": 256}, "brightness must be 1 to 255"),
        ("lamp", "turn_on", {"brightness": True}, "brightness must be 1 to 255"),
        ("lamp", "turn_on", {"brightness": "80"}, "brightness must be 1 to 255"),
        (None, "reboot", {}, "unknown command"),
        (None, "describe", {"page": 1}, "no such page"),
        (None, "describe", {"page": "0"}, "describe takes page"),
        (None, "describe", {"side": 0}, "describe takes page"),
        (None, "read", {"keys": "lamp"}, "read takes keys"),
        (None, "read", {"key": []}, "read takes keys"),
        (None, "read", {"keys": [[]]}, "unknown entity"),
        (None, "read", {"keys": ["door"]}, "unknown entity"),
    ],
)
async def test_it_refuses_what_it_does_not_know_and_does_nothing(
    rig: Rig,
    demo: DemoBench,
    entity: str | None,
    command: str,
    arguments: dict[str, object],
    reason: str,
) -> None:
    device = await demo.claimed(rig)
    before = dict(device.values)
    with pytest.raises(RefusedByDevice) as caught:
        await rig.gateway.execute(ANN, SERIAL, command, entity=entity, arguments=arguments)
    assert caught.value.placeholders["error"] == reason
    answer = await rig.gateway.execute(ANN, SERIAL, "read")
    assert answer.result["values"] == before


async def test_some_values_are_read_by_their_keys(rig: Rig, demo: DemoBench) -> None:
    await demo.claimed(rig)
    await rig.gateway.execute(ANN, SERIAL, "turn_on", entity="lamp", arguments={"brightness": 7})
    answer = await rig.gateway.execute(ANN, SERIAL, "read", arguments={"keys": ["lamp", "bell"]})
    assert answer.result["values"] == {"bell": None, "lamp": True, "lamp.brightness": 7}


def always(drawn: bytes) -> Callable[[int], bytes]:
    """Return a source of randomness that has one side only."""
    return lambda _: drawn


def test_temperature_wanders_within_bounds_and_is_told_only_when_it_changed() -> None:
    told: list[str] = []
    for draw in (b"\x06", b"\x00"):  # up, and down
        things = Things(always(draw), lambda *_: None, told.append)
        measured = set()
        for _ in range(100):
            things.measure()
            measured.add(float(str(things.values("temperature")["temperature"])))
        assert 18.0 <= min(measured) < max(measured) <= 24.0
    assert len(told) == 20  # ten steps of 0.3 each way, then it stays


async def test_event_that_a_cut_swallowed_is_told_again_and_only_once(
    rig: Rig, demo: DemoBench
) -> None:
    proxy = Proxy(demo.device.port)
    await proxy.start()
    try:
        device = await demo.claimed(rig, proxy.port)
        for number, sequence in enumerate(("D", "DG", "DGD", "DGDG"), 1):
            links = number  # each of them began with `describe` and `read`
            await soon(lambda: device.stats.succeeded == 2 * links)  # noqa: B023
            await soon(lambda: demo.device._core.can_send_package)
            proxy.arm(sequence)  # each message of the data lane gets lost once
            demo.device._things._temperature = 180 + links
            demo.device._things._changed("temperature")
            demo.device._things._fire("bell", "ring")
            demo.device._woken.set()
            await until(device, lambda: device.stats.links > links)  # noqa: B023
            await soon(lambda: len(rung(rig)) >= links)  # noqa: B023
            await soon(lambda: device.values.get("temperature") == f"18.{links}")  # noqa: B023
        assert rung(rig) == [1, 2, 3, 4]
    finally:
        await proxy.stop()


async def test_of_too_many_events_the_oldest_go_and_the_gateway_is_told(
    rig: Rig, demo: DemoBench
) -> None:
    await demo.claimed(rig)
    await rig.gateway.detach(SERIAL)
    await soon(lambda: not demo.device.is_linked)
    for _ in range(MAX_EVENTS + 3):
        demo.device._things._fire("bell", "ring")
    await rig.gateway.attach(SERIAL, HOST, demo.device.port)
    await soon(lambda: len(rung(rig)) >= MAX_EVENTS)
    assert rung(rig) == list(range(4, MAX_EVENTS + 4))
    assert [lost.count for lost in rig.seen(EventsDropped)] == [3]


async def test_package_that_the_gateway_refuses_is_not_sent_again_at_once(
    rig: Rig, demo: DemoBench
) -> None:
    device = await demo.claimed(rig)
    reports = demo.device._reports
    demo.device._things._temperature = 185
    demo.device._things._changed("temperature")
    with patch.object(reports_module, "REFUSED_PAUSE_MS", 3_600_000):
        demo.device._things._fire("Bell", "ring")  # no name for an entity
        demo.device._woken.set()
        await soon(lambda: reports._not_before_ms > 0)
    demo.device._things._fire("bell", "ring")
    await rig.gateway.execute(ANN, SERIAL, "turn_on", entity="outlet")
    assert rung(rig) == []
    del reports._events[0]
    reports._not_before_ms = 0
    demo.device._woken.set()
    await soon(lambda: bool(rung(rig)))
    assert rung(rig) == [2]
    assert device.values["temperature"] == "18.5"  # what came with the refused package, too


async def test_next_owner_hears_nothing_of_the_time_before(rig: Rig, demo: DemoBench) -> None:
    device = await demo.claimed(rig)
    with patch.object(demo.device._reports, "_not_before_ms", 1 << 60):
        demo.device._things._fire("bell", "ring")
        assert await rig.gateway.release(SERIAL, ANN)
    assert not device.is_connected
    assert not demo.device.is_owned
    await demo.claimed(rig)
    await rig.gateway.execute(ANN, SERIAL, "press", entity="ring")
    await soon(lambda: bool(rung(rig)))
    assert rung(rig) == [2]


async def test_nothing_is_done_or_said_before_it_is_kept(rig: Rig, demo: DemoBench) -> None:
    await demo.claimed(rig)
    await soon(lambda: demo.device._core.can_send_package)
    command = asyncio.create_task(rig.gateway.execute(ANN, SERIAL, "turn_on", entity="outlet"))
    seen: list[tuple[object, bool]] = []

    async def look() -> None:
        for _ in range(50):  # time enough for what was said too early to arrive
            await asyncio.sleep(0)
        seen.append((demo.device._things.values("outlet")["outlet"], command.done()))

    demo.while_keeping = look
    await command
    # Kept before ECHO, before the command is carried out, before RESULT.
    assert seen == [(False, False), (False, False), (True, False)]


async def test_it_goes_on_from_what_was_kept_last(rig: Rig, demo: DemoBench) -> None:
    await demo.claimed(rig)
    for _ in range(3):
        await rig.gateway.execute(ANN, SERIAL, "turn_on", entity="outlet")
    kept, port = dict(demo.kept), demo.device.port
    await demo.device.stop()
    demo.kept = kept  # the orderly stop did not get that far
    await demo.start(port)
    device = rig.gateway.devices[SERIAL]
    await until(device, lambda: device.is_connected and device.values.get("outlet") is False)
    await rig.gateway.execute(ANN, SERIAL, "turn_on", entity="outlet")
    assert device.stats.links == 2
    assert not device.stats.breaches


async def test_it_sleeps_while_nothing_is_due(rig: Rig, demo: DemoBench) -> None:
    await demo.claimed(rig)
    await soon(lambda: demo.device._core.can_send_package and not demo.device._woken.is_set())
    ticks = 0
    tick = demo.device._tick

    def count(now_ms: int) -> None:
        nonlocal ticks
        ticks += 1
        tick(now_ms)

    with patch.object(demo.device, "_tick", count):
        await rig.gateway.execute(ANN, SERIAL, "turn_on", entity="outlet")
        assert demo.device._idle_for_ms() > 1000
        assert ticks <= 4  # one for each message at most


async def test_crowd_that_comes_while_the_device_is_busy_is_turned_away(demo: DemoBench) -> None:
    async with demo.device._turn:
        streams = [
            await asyncio.open_connection(HOST, demo.device.port) for _ in range(MAX_PEERS + 1)
        ]
        await soon(lambda: len(demo.device._peers) == MAX_PEERS)
        with suppress(ConnectionError):
            assert await asyncio.wait_for(streams[-1][0].read(), WAIT_S) == b""
        assert len(demo.device._peers) == MAX_PEERS
    for _, writer in streams:
        writer.close()
    await soon(lambda: not demo.device._peers)


async def test_stranger_who_says_nothing_is_shown_out(demo: DemoBench) -> None:
    reader, writer = await asyncio.open_connection(HOST, demo.device.port)
    await soon(lambda: len(demo.device._peers) == 1)
    now_ms = demo.device._now_ms()
    with patch.object(demo.device, "_now_ms", lambda: now_ms + wire.FIRST_RECORD_MS):
        demo.device._woken.set()
        assert await asyncio.wait_for(reader.read(), WAIT_S) == b""
    assert not demo.device._peers
    writer.close()


def test_label_is_one_that_a_maker_could_have_printed() -> None:
    label = Label.draw(os.urandom)
    assert identifiers.is_serial(label.serial)
    assert identifiers.normalise_password(label.grouped_password) == label.password
    assert len(label.password) == 20
    assert label.password not in repr(label)
    with pytest.raises(ValueError, match="no identity"):
        Identity("demo", bytes(32))
    assert "DEMO-1" in repr(Identity(SERIAL, bytes(32)))


def test_flash_gives_back_what_it_took() -> None:
    flash = Flash({})
    assert not flash.is_changed
    flash.put(b"B\x00", b"\x01\x02")
    assert flash.is_changed
    content = flash.content()
    assert not flash.is_changed
    flash.delete(b"gone")
    assert not flash.is_changed
    again = Flash(content)
    assert again.get(b"B\x00") == b"\x01\x02"
    assert repr(again) == "<Flash of 1 keys>"
    again.delete(b"B\x00")
    assert again.is_changed
    assert not again.keys()
