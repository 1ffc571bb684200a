"""FIG 11 step 1155: what the device itself does about breaches, and when nobody commands it."""

import asyncio
from typing import Any

import pytest

from custom_components.iot_secure_gateway.protocol import wire
from custom_components.iot_secure_gateway.protocol.device_memory import CONFIRMED, Binding
from custom_components.iot_secure_gateway.protocol.events import Event
from iotsg_device.device import Device
from iotsg_device.entities import Switch
from iotsg_device.entities.light import Light
from iotsg_device.factory import FactorySettings
from iotsg_device.guard import MAX_HOSTS, STORE_PAUSE_MS, Guard
from iotsg_device.memory_store import MemoryStore

PEER = bytes((192, 0, 2, 9))


class CountingStore(MemoryStore):
    """Counts writes of the counters."""

    writes = 0

    def put(self, key: bytes, value: bytes) -> None:
        self.writes += key == b"breaches"
        super().put(key, value)


class Rig:
    """A guard with settings that a test may change."""

    def __init__(self, store: MemoryStore | None = None) -> None:
        self.store = store if store is not None else CountingStore()
        self.values: dict[str, Any] = {
            "breach_limit": 4,
            "breach_pause": 30,
            "breach_safe_state": False,
            "safe_after": 0,
        }
        self.safe = 0
        self.lines: list[str] = []
        self.guard = Guard(self.store, self.values, self.make_safe, self.lines.append, 0)  # type: ignore[arg-type]

    def make_safe(self) -> None:
        self.safe += 1


def test_an_address_that_keeps_breaking_in_is_paused_longer_and_longer() -> None:
    rig = Rig()
    for _ in range(rig.values["breach_limit"]):
        rig.guard.breach("192.0.2.9", False, 0)
        assert not rig.guard.is_paused("192.0.2.9", False, 0)
    now, pauses = 0, []
    for _ in range(8):
        rig.guard.breach("192.0.2.9", False, now)
        began = now
        while rig.guard.is_paused("192.0.2.9", False, now):
            now += 500
        pauses.append(now - began)
    assert pauses == [1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]
    assert not rig.guard.is_paused("192.0.2.10", False, now)


def test_a_neighbour_can_not_have_the_gateway_paused() -> None:
    rig = Rig()
    for _ in range(20):
        rig.guard.breach("192.0.2.1", False, 0)
    assert not rig.guard.is_paused("192.0.2.1", True, 0)
    rig.guard.breach("192.0.2.1", True, 0)  # this one held the key
    assert rig.guard.is_paused("192.0.2.1", True, 0)


def test_a_link_ends_the_pause() -> None:
    rig = Rig()
    for _ in range(20):
        rig.guard.breach("192.0.2.1", True, 0)
    rig.guard.linked("192.0.2.1")
    assert not rig.guard.is_paused("192.0.2.1", False, 0)


def test_the_owner_may_switch_pauses_off() -> None:
    rig = Rig()
    rig.values["breach_pause"] = 0
    for _ in range(20):
        rig.guard.breach("192.0.2.1", True, 0)
    assert not rig.guard.is_paused("192.0.2.1", False, 0)


def test_only_so_many_addresses_are_remembered() -> None:
    rig = Rig()
    for number in range(MAX_HOSTS + 50):
        rig.guard.breach(f"198.51.100.{number}", False, 0)
    assert len(rig.guard._hosts) == MAX_HOSTS


def test_a_flood_of_breaches_does_not_wear_flash_out() -> None:
    store = CountingStore()
    rig = Rig(store)
    for now in range(0, 10 * STORE_PAUSE_MS, 1000):
        rig.guard.breach("192.0.2.9", False, now)
        rig.guard.tick(False, now)
    assert store.writes == 9
    rig.guard.breach("192.0.2.9", True, 0)
    rig.guard.keep()
    assert Rig(store).guard.counts == [600, 1]


@pytest.mark.parametrize("data", [b"", b"1234567", b"123456789"])
def test_damaged_counters_begin_anew(data: bytes) -> None:
    store = MemoryStore()
    store.put(b"breaches", data)
    assert Rig(store).guard.counts == [0, 0]


def test_the_safe_state_follows_a_breach_only_where_the_owner_wants_it() -> None:
    rig = Rig()
    rig.guard.breach("192.0.2.9", True, 0)
    assert rig.safe == 0
    rig.values["breach_safe_state"] = True
    rig.guard.breach("192.0.2.9", False, 0)  # anybody could cause that
    assert rig.safe == 0
    rig.guard.breach("192.0.2.9", True, 0)
    assert rig.safe == 1
    assert rig.lines == ["going into the safe state: a breach"]


def test_without_a_link_for_too_long_the_outputs_go_safe_once() -> None:
    rig = Rig()
    rig.values["safe_after"] = 60
    rig.guard.tick(True, 0)
    for now in range(0, 120_000, 1000):
        rig.guard.tick(False, now)
        assert rig.safe == (now >= 60_000)
    rig.guard.linked("192.0.2.1")
    rig.guard.tick(True, 120_000)
    rig.guard.tick(False, 180_000)
    assert rig.safe == 2


async def test_safe_states_reach_the_outputs() -> None:
    calls: list[Any] = []

    async def valve(is_on: bool) -> None:
        await asyncio.sleep(0)
        calls.append(is_on)

    heater = Switch("heater", "Heater", calls.append, is_on=True, safe=False)
    pump = Switch("pump", "Pump", valve, is_on=False, safe=True)
    lamp = Light("lamp", "Lamp", None, True, safe=("turn_on", {"brightness": 50}))
    other = Switch("other", "Other", is_on=True)
    device = make(heater, pump, lamp, other)
    device.driver.make_safe()
    while device.driver._tasks:
        await asyncio.sleep(0)
    assert (heater.is_on, pump.is_on, other.is_on) == (False, True, True)
    assert lamp.values() == {"lamp": True, "lamp.brightness": 50}
    assert calls == [False, True]


def make(*entities: Any) -> Device:
    return Device(
        entities=entities,
        settings=FactorySettings({"serial": "S-1", "prs": ["00" * 32], "port": 0, "ping_to": []}),
        store=MemoryStore(),
        log=lambda text: None,
    )


class Carrier:
    """Takes what a device sends to nobody."""

    def send(self, data: bytes) -> None:
        """Take what is sent."""

    def close(self) -> None:
        """End."""


@pytest.mark.parametrize("is_owned", [False, True])
def test_an_owned_device_takes_no_connection_from_a_paused_address(is_owned: bool) -> None:
    device = make()
    guard = device.driver.guard = device._make_guard()
    device.settings.claim_from = "any"
    if is_owned:
        binding = Binding(0, CONFIRMED, 0, bytes(16), bytes(32))
        binding.addresses = [bytes((192, 0, 2, 1))]
        device.core.memory.bindings[0] = binding  # type: ignore[assignment]
    for _ in range(20):
        guard.breach("192.0.2.9", False, device._clock())
    assert (device.driver.connected(PEER, Carrier()) is None) == is_owned


class Deaf:
    def send(self, data: bytes) -> None:
        """Take what is sent."""

    def close(self) -> None:
        """End."""


def test_what_a_delay_brings_about_is_no_reason_to_pause_the_gateway() -> None:
    device = make()
    device.settings.claim_from = "any"
    peer = device.driver.connected(PEER, Deaf())
    assert peer is not None
    for code in (wire.SESSION_EXPIRED, wire.BUSY):
        for _ in range(20):
            peer.connection.report(Event("breach", code=code, authenticated=True))
    device.driver._settle()
    assert device.driver.guard is None or device.driver.guard.counts == [0, 0]
    assert device.driver.connected(PEER, Deaf()) is not None
    peer.connection.report(Event("breach", code=wire.GSID_REUSED, authenticated=True))
    device.driver._settle()
    assert device.driver.guard is not None
    assert device.driver.guard.counts == [0, 1]


def test_a_safe_state_that_is_no_command_is_refused_at_once() -> None:
    with pytest.raises(ValueError):
        make(Light("lamp", "Lamp", safe=("turn_on", {"brightness": 50})))
