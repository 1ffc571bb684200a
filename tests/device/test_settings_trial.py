"""A change that could keep the owner out is tried first: taken back unless its gateway links anew."""

import json
from typing import Any

import pytest

from .test_settings import HOST, FailingStore, PowerCutError, all_settings, run
from iotsg_device.deployment import TRIAL, TRIAL_MS
from iotsg_device.device import Device
from iotsg_device.driver import Peer
from iotsg_device.entities import Switch
from iotsg_device.entities.arguments import Text, Whole
from iotsg_device.factory import FactorySettings
from iotsg_device.memory_store import MemoryStore
from iotsg_device.settings import Setting
from isg_protocol.device_memory import CONFIRMED, Binding
from isg_protocol.events import Event

OLD = {"network": "home", "level": 3}
NEW = {"network": "hole", "level": 7}


class Clock:
    """The device's time, moved by a test."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        return self.now


def make(store: Any, clock: Clock, lines: list[str] | None = None) -> Device:
    return Device(
        entities=[Switch("relay", "Relay")],
        host=HOST,
        settings=FactorySettings({"serial": "S-1", "prs": ["00" * 32], "port": 0, "ping_to": []}),
        store=store,
        clock=clock,
        log=(lines if lines is not None else []).append,
        deployment_settings=[
            Setting("network", "Network", Text(1, 32), "home", risky=True),
            Setting("level", "Level", Whole(1, 9), 3),
        ],
    )


def values(device: Device) -> dict[str, Any]:
    return {key: device.deployment[key] for key in OLD}


def linked(device: Device, slot: int = 0, *, restricted: bool = False) -> None:
    """Let the driver hear that a gateway has linked."""
    event = Event("linked", slot=slot, restricted=restricted)
    device.driver._handle(event, _nobody())


def _nobody() -> Peer:
    carrier: Any = None
    return Peer(carrier, None, HOST)


def pass_by(device: Device, clock: Clock, ms: int) -> None:
    device.driver.tick()
    clock.now += ms
    device.driver.tick()


def test_a_risky_setting_says_so() -> None:
    told = all_settings(make(MemoryStore(), Clock()))
    risky = {key for key, setting in told.items() if setting.get("risky")}
    assert risky == {"ip_recovery", "network"}


def test_a_risky_change_holds_at_once_and_is_taken_back_whole_when_nobody_links() -> None:
    clock, lines, store = Clock(), list[str](), MemoryStore()
    device = make(store, clock, lines)
    assert run(device, "set_settings", values=NEW)[0] == 0
    assert values(device) == NEW
    pass_by(device, clock, TRIAL_MS - 1)
    assert values(device) == NEW
    pass_by(device, clock, 1)
    assert values(device) == OLD
    assert "settings taken back: no gateway came with them" in lines
    assert values(make(store, clock)) == OLD
    assert not _marks(store)


def test_a_risky_change_stays_when_the_owners_gateway_links() -> None:
    clock, store = Clock(), MemoryStore()
    device = make(store, clock)
    run(device, "set_settings", values=NEW)
    linked(device)
    assert not _marks(store)
    pass_by(device, clock, 2 * TRIAL_MS)
    assert values(device) == NEW


@pytest.mark.parametrize(("slot", "restricted"), [(1, False), (0, True)])
def test_another_gateway_or_a_restricted_link_proves_nothing(slot: int, restricted: bool) -> None:
    clock = Clock()
    device = make(MemoryStore(), clock)
    run(device, "set_settings", values=NEW)
    linked(device, slot, restricted=restricted)
    pass_by(device, clock, TRIAL_MS)
    assert values(device) == OLD


def test_a_trial_goes_on_after_a_power_cut_and_goes_back_to_what_was_good_before_the_first() -> (
    None
):
    clock, store = Clock(), MemoryStore()
    run(make(store, clock), "set_settings", values=NEW)
    device = make(store, clock)
    run(device, "set_settings", values={"network": "other"})
    assert values(device) == {**NEW, "network": "other"}
    device = make(store, clock)
    pass_by(device, clock, TRIAL_MS)
    assert values(device) == OLD


@pytest.mark.parametrize("harmless", [{"level": 7}, {"network": "home", "level": 7}])
def test_what_changes_nothing_risky_needs_no_trial(harmless: dict[str, Any]) -> None:
    clock, store = Clock(), MemoryStore()
    device = make(store, clock)
    run(device, "set_settings", values=harmless)
    assert not _marks(store)
    pass_by(device, clock, TRIAL_MS)
    assert values(device) == {**OLD, **harmless}


def give(device: Device, slot: int, **changes: Any) -> bytes:
    """Have the gateway of a slot change settings, and return its end."""
    session_id = bytes(15) + b"1"
    binding = Binding(slot, CONFIRMED, 0, b"g" * 16, b"k" * 32)
    core = device.core
    core.memory.bindings[slot] = binding
    core.memory.outcomes[slot] = {}
    core.executing = (binding, 1, session_id)
    command = {"id": session_id.hex(), "cmd": "set_settings", "args": {"values": changes}}
    device.driver._handle(Event("execute", session_id=session_id, command=command), _nobody())
    return core.memory.result_of(slot, core.memory.outcomes[slot][1])


def test_only_the_owners_gateway_changes_what_could_keep_it_out() -> None:
    """Another one that stands in could put the owner's off for ever: that one cannot link meanwhile."""
    store = MemoryStore()
    device = make(store, Clock())
    assert b"owner's gateway" in give(device, 1, **NEW)
    assert values(device) == OLD
    assert not _marks(store)
    give(device, 1, level=7)
    assert values(device) == {**OLD, "level": 7}
    give(device, 0, **NEW)
    assert values(device) == NEW


def test_what_is_not_risky_does_not_make_a_trial_longer() -> None:
    clock = Clock()
    device = make(MemoryStore(), clock)
    give(device, 0, **NEW)
    pass_by(device, clock, TRIAL_MS - 1)
    give(device, 1, level=8)
    pass_by(device, clock, 1)
    assert values(device) == OLD


def test_the_button_ends_a_trial() -> None:
    clock, store = Clock(), MemoryStore()
    device = make(store, clock)
    run(device, "set_settings", values={**NEW, "level": 5})
    device.factory_reset()
    assert not _marks(store)
    assert values(device) == OLD


@pytest.mark.parametrize("is_kept", [False, True])
@pytest.mark.parametrize("act", ["begin", "end", "take back"])
def test_a_cut_at_any_write_leaves_one_set_or_the_other(act: str, is_kept: bool) -> None:
    for at in range(1, 100):
        clock, store = Clock(), FailingStore()
        device = make(store, clock)
        if act != "begin":
            run(device, "set_settings", values=NEW)
            device.deployment.tick(0)
        store.at, store.is_kept = at, is_kept
        try:
            if act == "begin":
                run(device, "set_settings", values=NEW)
            elif act == "end":
                device.deployment.linked()
            else:
                device.deployment.tick(TRIAL_MS)
        except PowerCutError:
            store.at = 0
        else:
            assert at > 3
            return
        again = make(store, clock)
        found = values(again)
        assert found in (OLD, NEW)
        assert act != "end" or found == NEW
        pass_by(again, clock, TRIAL_MS)
        if found == OLD or act == "begin":
            assert values(again) == OLD
        assert values(again) in (OLD, NEW)
        assert values(make(store, clock)) == values(again)
        assert not _marks(store)


def _marks(store: Any) -> list[bytes]:
    return [key for key in list(store.keys()) if key[:1] == TRIAL]


def test_the_values_on_trial_are_kept_as_they_go_onto_the_wire() -> None:
    store = MemoryStore()
    run(make(store, Clock()), "set_settings", values=NEW)
    kept = {key[1:].decode(): json.loads(store.get(key) or b"null") for key in _marks(store)}
    assert kept == {**OLD, "": None}
