"""What a device tells by itself: coalesced, bounded, sent again until the gateway has it."""

import asyncio
from collections.abc import AsyncIterator
import json
from typing import Any

import pytest

from .gateway_client import Linked, claim, now_ms
from custom_components.iot_secure_gateway.protocol import wire
from iotsg_device.device import Device
from iotsg_device.entities import Sensor, Switch
from iotsg_device.entities.alarms import Event
from iotsg_device.entities.light import Light
from iotsg_device.executor import Executor
from iotsg_device.factory import FactorySettings
from iotsg_device.log import Log
from iotsg_device.memory_store import MemoryStore
from iotsg_device.reporter import (
    MAX_EVENTS,
    MAX_LINES,
    MAX_PACKAGE,
    MAX_PAUSE_MS,
    MAX_SAMPLE_AGE_MS,
    MAX_SAMPLES,
    MIN_PAUSE_MS,
    POLL_MS,
    Reporter,
)

HOST = "127.0.0.1"
ABOUT = {"manufacturer": "", "model": "M1", "fw": "1.0", "name": "Lamp"}
PASSWORD = "correct horse battery"


class FakeCore:
    """The data lane as the reporter sees it."""

    boot = 3

    def __init__(self) -> None:
        self.can_send_package = True
        self.sent: list[dict[str, Any]] = []

    def send_package(self, package: bytes, now_ms: int) -> bytes:
        assert len(package) <= MAX_PACKAGE
        self.can_send_package = False
        self.sent.append(json.loads(package))
        return b"%d" % len(self.sent)


class Bench:
    """A reporter with its entities and a clock."""

    def __init__(self) -> None:
        self.core = FakeCore()
        self.temperature = Sensor("temp", "Temperature")
        self.lamp = Light("lamp", "Lamp", brightness=True)
        self.bell = Event("bell", "Bell", ("ring", "knock"))
        entities = [self.temperature, self.lamp, self.bell]
        for entity in entities:
            entity.told = entity.values() if entity.is_compound else entity.read()
        self.executor = Executor(entities, ABOUT, 4096, print)
        self.reporter = Reporter(self.core, self.executor, entities)
        self.now = 0

    def pump(self, after_ms: int = MIN_PAUSE_MS) -> dict[str, Any] | None:
        """Let time pass; return the package that went out."""
        self.now += after_ms
        return self.core.sent[-1] if self.reporter.pump(self.now) else None

    def done(self, status: int = wire.STATUS_OK) -> None:
        """Let the gateway answer the package under way."""
        self.core.can_send_package = True
        self.reporter.on_package(b"%d" % len(self.core.sent), status)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_of_a_value_that_changes_often_the_newest_is_told(bench: Bench) -> None:
    bench.pump()
    for value in (20.0, 20.5, 21.0):
        bench.temperature.value = value
        bench.temperature.changed()
    assert bench.pump() == {"boot": 3, "values": {"temp": "21.0"}}
    bench.done()
    bench.temperature.value = 22.0
    bench.temperature.changed()
    assert bench.pump(MIN_PAUSE_MS - 1) is None
    assert bench.pump(1) == {"boot": 3, "values": {"temp": "22.0"}}


def test_of_a_value_that_is_sampled_each_is_told_with_its_age(bench: Bench) -> None:
    bench.pump()
    for value in (20.0, 20.5, 21.0):
        bench.temperature.value = value
        bench.temperature.sample()
        bench.reporter._last_now_ms += 10
    assert bench.pump() == {
        "boot": 3,
        "values": {"temp": "21.0"},
        "samples": [["temp", 100, "20.0"], ["temp", 90, "20.5"], ["temp", 80, "21.0"]],
    }
    bench.done(wire.STATUS_REFUSED)  # then they are sent again, older
    package = bench.pump(MAX_PAUSE_MS)
    assert package is not None
    ages = [age for _, age, _ in package["samples"]]
    assert ages == [MAX_PAUSE_MS + 100, MAX_PAUSE_MS + 90, MAX_PAUSE_MS + 80]
    bench.done()
    bench.temperature.sample()
    package = bench.pump(2 * MIN_PAUSE_MS)  # it was refused
    assert package is not None
    assert package["samples"] == [["temp", 2 * MIN_PAUSE_MS, "21.0"]]


def test_of_too_many_samples_the_oldest_are_lost_and_counted(bench: Bench) -> None:
    bench.pump()
    for number in range(MAX_SAMPLES + 5):
        bench.temperature.value = float(number)
        bench.temperature.sample()
    told: list[str] = []
    while package := bench.pump():
        told += [value for _, _, value in package.get("samples", [])]
        bench.done()
    assert told == [f"{number}.0" for number in range(5, MAX_SAMPLES + 5)]
    assert bench.reporter.lost_samples == 5
    assert len(bench.core.sent) > 1  # each of them within the size of a package


def test_samples_that_no_gateway_takes_any_more_are_given_up(bench: Bench) -> None:
    bench.pump()
    bench.temperature.value = 20.0
    bench.temperature.sample()
    assert bench.pump(MAX_SAMPLE_AGE_MS + 1) == {"boot": 3, "values": {"temp": "20.0"}}
    assert bench.reporter.lost_samples == 1


def test_samples_for_an_owner_who_is_none_any_more_are_dropped(bench: Bench) -> None:
    bench.temperature.value = 20.0
    bench.temperature.sample()
    bench.reporter.forget()
    assert bench.pump() is None or "samples" not in bench.core.sent[-1]


def test_nothing_changed_tells_nothing(bench: Bench) -> None:
    for _ in range(3):
        assert bench.pump(POLL_MS) is None


def test_what_changed_without_saying_so_is_found(bench: Bench) -> None:
    assert bench.pump() is None
    bench.temperature.value = 19.0
    bench.lamp.state["brightness"] = 10
    assert bench.pump(POLL_MS - 1) is None
    assert bench.pump(1) == {
        "boot": 3,
        "values": {"temp": "19.0", "lamp": False, "lamp.brightness": 10},
    }


def test_what_a_command_told_is_not_told_again(bench: Bench) -> None:
    bench.executor.execute({"cmd": "turn_on", "entity": "lamp", "args": {"brightness": 7}})
    assert bench.pump(POLL_MS) is None


def test_without_a_link_everything_waits(bench: Bench) -> None:
    bench.core.can_send_package = False
    bench.bell.fire("ring")
    assert bench.pump(POLL_MS) is None
    bench.core.can_send_package = True
    assert (bench.pump() or {})["events"] == [{"seq": 1, "entity": "bell", "type": "ring"}]


@pytest.mark.parametrize("status", [wire.STATUS_NOT_EXECUTED, wire.STATUS_FAILED, None])
def test_events_are_sent_again_with_their_numbers_until_the_gateway_has_them(
    bench: Bench, status: int | None
) -> None:
    bench.bell.fire("ring", {"button": 2})
    first = bench.pump()
    bench.bell.fire("knock")
    if status is None:  # the link was cut, and nobody said what became of it
        bench.reporter.on_package(b"1", wire.STATUS_UNKNOWN)
        bench.core.can_send_package = True
    else:
        bench.done(status)
    second = bench.pump(MAX_PAUSE_MS)
    assert first is not None
    assert second is not None
    assert second["events"] == [*first["events"], {"seq": 2, "entity": "bell", "type": "knock"}]
    bench.done()
    assert bench.pump(MAX_PAUSE_MS) is None


def test_an_unknown_package_that_the_gateway_had_is_not_sent_again(bench: Bench) -> None:
    bench.bell.fire("ring")
    bench.pump()
    bench.reporter.on_package(b"1", wire.STATUS_UNKNOWN)
    bench.done()  # the answer to DATA_OUTCOME? on the next link
    assert bench.pump(MAX_PAUSE_MS) is None


def test_a_full_queue_drops_the_oldest_and_counts(bench: Bench) -> None:
    for _ in range(MAX_EVENTS + 3):
        bench.bell.fire("ring")
    package = bench.pump()
    assert package is not None
    assert package["dropped"] == 3
    assert package["events"][0]["seq"] == 4
    numbers = [event["seq"] for event in package["events"]]
    while len(numbers) < MAX_EVENTS:
        bench.done()
        package = bench.pump()
        assert package is not None
        numbers += [event["seq"] for event in package["events"]]
    assert numbers == list(range(4, MAX_EVENTS + 4))


def test_events_that_come_while_others_fly_are_not_lost_in_silence(bench: Bench) -> None:
    for _ in range(MAX_EVENTS):
        bench.bell.fire("ring")
    bench.pump()
    for _ in range(MAX_EVENTS):
        bench.bell.fire("knock")
    bench.done(wire.STATUS_NOT_EXECUTED)
    package = bench.pump()
    assert package is not None
    assert package["dropped"] == MAX_EVENTS
    assert package["events"][0] == {"seq": MAX_EVENTS + 1, "entity": "bell", "type": "knock"}


def test_a_gateway_that_refuses_is_asked_less_and_less_often(bench: Bench) -> None:
    bench.bell.fire("ring")
    pauses = []
    for _ in range(12):
        waited = 0
        while bench.pump(50) is None:
            waited += 50
        pauses.append(waited)
        bench.done(wire.STATUS_REFUSED)
    assert pauses == sorted(pauses)
    assert pauses[-1] == pytest.approx(MAX_PAUSE_MS, abs=100)


def test_log_lines_and_breaches_go_too(bench: Bench) -> None:
    for number in range(MAX_LINES + 2):
        bench.reporter.line(f"line {number}")
    bench.reporter.breach(wire.DSID_MISMATCH, True)
    bench.reporter.breach(wire.DSID_MISMATCH, True)
    package = bench.pump()
    assert package is not None
    assert package["breaches"] == [{"code": wire.DSID_MISMATCH, "authenticated": True, "count": 2}]
    assert package["log"][0] == "line 2"
    bench.done(wire.STATUS_NOT_EXECUTED)
    assert (bench.pump() or {})["breaches"] == package["breaches"]
    bench.done()
    bench.reporter.breach(wire.DSID_MISMATCH, True)
    assert (bench.pump() or {})["breaches"][0]["count"] == 3


def test_long_log_lines_wait_for_the_next_package(bench: Bench) -> None:
    lines = [chr(0x4E00 + n) * 200 for n in range(3)]
    for line in lines:
        bench.reporter.line(line)
    told: list[str] = []
    for _ in range(5):
        package = bench.pump()
        if package is not None:
            told += package["log"]
            bench.done()
    assert told == lines


@pytest.mark.parametrize(
    ("event_type", "data"),
    [("bang", None), ("ring", {"x": "y" * 300}), ("ring", {"x": 1.5}), ("ring", {"x": object()})],
)
def test_an_event_that_does_not_fit_is_refused_at_once(
    bench: Bench, event_type: str, data: dict[str, Any] | None
) -> None:
    with pytest.raises(ValueError):
        bench.bell.fire(event_type, data)
    assert bench.pump() is None


def test_a_released_device_keeps_nothing_for_the_next_owner(bench: Bench) -> None:
    bench.bell.fire("ring")
    bench.reporter.line("private")
    bench.reporter.forget()
    assert bench.pump() is None
    bench.bell.fire("knock")
    assert (bench.pump() or {})["events"][0]["seq"] == 2


@pytest.fixture
async def device(socket_enabled: None) -> AsyncIterator[Device]:
    """Return a serving device with a bell, claimed by nobody."""
    from .gateway_client import CRYPTO
    from custom_components.iot_secure_gateway.protocol import kdf

    serial = "BELL-1"
    settings = FactorySettings(
        {
            "serial": serial,
            "prs": [kdf.prs(CRYPTO, PASSWORD, serial).hex()],
            "port": 0,
            "claim_from": [HOST],
            "ping_to": [],
        }
    )
    device = Device(
        entities=[Switch("relay", "Relay"), Event("bell", "Bell", ("ring",))],
        host=HOST,
        settings=settings,
        store=MemoryStore(),
        log=Log(now_ms, lambda line: None),
    )
    device.reporter.tells_log = False  # one package under way is enough for what is shown here
    task = asyncio.create_task(device.serve())
    while not device.port:
        await asyncio.sleep(0)
    yield device
    device.stop()
    await task


async def test_an_event_crosses_a_cut_link_and_arrives_once(device: Device) -> None:
    bell = device.entities[1]
    assert isinstance(bell, Event)
    claimed = await claim(HOST, device.port, "BELL-1", PASSWORD)

    def packages(link: Linked) -> list[dict[str, Any]]:
        return [json.loads(event.package) for event in link.events if event.kind == "package"]

    def numbers(link: Linked) -> list[int]:
        return [event["seq"] for item in packages(link) for event in item.get("events", ())]

    bell.fire("ring")
    first = Linked(HOST, device.port, "BELL-1", claimed)
    first.answers_packages = False
    async with first as link:
        await link.until(lambda: numbers(link) == [1])
        # Cut here: the gateway has the package, the device does not know that.
    bell.fire("ring")
    async with Linked(HOST, device.port, "BELL-1", claimed) as link:
        await link.until(lambda: numbers(link)[-1:] == [2])
        assert numbers(link) in ([1, 2], [2])  # as the gateway's answer to DATA_OUTCOME? has it
        assert {package["boot"] for package in packages(link)} == {1}
        assert await link.command("turn_on", "relay") == (0, {"values": {"relay": True}})
