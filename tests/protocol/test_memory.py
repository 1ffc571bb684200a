"""What both ends keep: caches, the device's flash records, the gateway's state, damaged or whole."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.iot_secure_gateway.protocol import caches, gateway_state, wire
from custom_components.iot_secure_gateway.protocol.caches import LaneCache
from custom_components.iot_secure_gateway.protocol.device_memory import (
    CONFIRMED,
    Binding,
    DeviceMemory,
    unpack_binding,
)
from custom_components.iot_secure_gateway.protocol.gateway_state import GatewayState
from custom_components.iot_secure_gateway.protocol.records import Outcome
from tests.protocol.world import claimed, linked
from tests.protocol.world_ports import Flash

ALWAYS = (False, False)
texts = st.just(b"") | st.text("ABCxyz019", min_size=20, max_size=20).map(str.encode)


# --- caches --------------------------------------------------------------------------------------------
@settings(max_examples=40, deadline=None)
@given(texts, texts, texts, texts, st.integers(0, 2**32 - 1))
def test_any_cache_goes_round(
    opener: bytes, acceptor: bytes, new_opener: bytes, new_acceptor: bytes, count: int
) -> None:
    cache = LaneCache(opener, acceptor, count)
    cache.offer(new_opener, new_acceptor)
    packed = cache.pack()
    assert len(packed) == caches.PACKED_SIZE
    assert vars(caches.unpack(packed)) == vars(cache)


def test_cache_of_another_size_is_refused() -> None:
    packed = LaneCache(b"E" * 20, b"5" * 20).pack()
    for length in [*range(len(packed)), len(packed) + 1]:
        with pytest.raises(ValueError, match="size"):
            caches.unpack((packed + b"\0")[:length])


def test_identifier_that_is_not_held_never_settles() -> None:
    cache = LaneCache(b"E" * 20, b"5" * 20)
    assert not cache.settle(b"")
    assert not cache.would_settle(b"")
    assert not cache.settle(b"2" * 20)
    cache.offer(b"Z" * 20, b"2" * 20)
    assert not cache.settle(b"Z" * 20)
    assert cache.would_settle(b"2" * 20)
    assert cache.count == 0


def test_settling_on_the_confirmed_identifier_drops_the_provisional_pair() -> None:
    cache = LaneCache(b"E" * 20, b"5" * 20)
    cache.offer(b"Z" * 20, b"2" * 20)
    assert cache.would_settle(b"5" * 20)
    assert cache.settle(b"5" * 20)
    assert (cache.provisional_opener, cache.provisional_acceptor, cache.count) == (b"", b"", 0)


def test_settling_on_the_provisional_identifier_promotes_both() -> None:
    cache = LaneCache(b"E" * 20, b"5" * 20)
    cache.offer(b"Z" * 20, b"2" * 20)
    assert cache.settle(b"2" * 20)
    assert (cache.opener_id, cache.acceptor_id, cache.count) == (b"Z" * 20, b"2" * 20, 1)
    assert not cache.has_pair


def test_lane_whose_acceptor_has_no_identifier_settles_on_the_openers() -> None:
    cache = LaneCache(b"5" * 20, b"")
    assert cache.last_used == b"5" * 20
    assert not cache.has_pair
    cache.offer(b"2" * 20, b"")
    assert cache.has_pair
    assert cache.settle(b"2" * 20)
    assert (cache.opener_id, cache.count) == (b"2" * 20, 1)


# --- the device's flash ----------------------------------------------------------------------------------
def bound(flash: Flash) -> Binding:
    """Put a confirmed binding into flash."""
    memory = DeviceMemory(flash, ALWAYS)
    binding = Binding(0, CONFIRMED, 0, b"g" * 16, b"k" * 32)
    binding.addresses = [bytes(4), bytes(16)]
    binding.lanes = [LaneCache(b"E" * 20, b"5" * 20), LaneCache(b"F" * 20, b"6" * 20)]
    memory.add_binding(binding)
    return binding


def test_binding_goes_round() -> None:
    binding = Binding(2, CONFIRMED, 1, b"g" * 16, b"k" * 32)
    binding.addresses = [b"abcd", b"e" * 16]
    for next_key in (b"", b"n" * 32):
        binding.next_key = next_key
        again = unpack_binding(2, binding.pack())
        assert again.pack() == binding.pack()
        assert (again.slot, again.status, again.mode) == (2, CONFIRMED, 1)
        assert (again.gateway_id, again.key, again.next_key) == (b"g" * 16, b"k" * 32, next_key)
        assert again.addresses == binding.addresses
        assert again.keys() == ((next_key, b"k" * 32) if next_key else (b"k" * 32,))


def test_binding_that_is_cut_or_has_another_status_is_refused() -> None:
    binding = Binding(0, CONFIRMED, 0, b"g" * 16, b"k" * 32)
    binding.addresses = [b"abcd"]
    packed = binding.pack()
    for damaged in [packed[:length] for length in range(len(packed))] + [
        b"\0" + packed[1:],
        b"\3" + packed[1:],
        packed + b"\0",
    ]:
        with pytest.raises(ValueError, match="."):
            unpack_binding(0, damaged)


def test_longest_value_fits_into_the_store() -> None:
    flash = Flash()
    memory = DeviceMemory(flash, ALWAYS)
    binding = Binding(0, CONFIRMED, 0, b"g" * 16, b"k" * 32)
    binding.addresses = [bytes(16)] * wire.MAX_ADDRESSES
    binding.lanes = [LaneCache(b"E" * 20, b"5" * 20), LaneCache(b"F" * 20, b"6" * 20)]
    memory.add_binding(binding)
    memory.save_outcome(0, Outcome(bytes(16), 1, 0, bytes(wire.MAX_KEPT_RESULT)))
    assert max(len(value) for value in flash.values.values()) <= 288


def test_what_is_in_flash_is_found_again() -> None:
    flash = Flash()
    binding = bound(flash)
    memory = DeviceMemory(flash, ALWAYS)
    again = memory.bindings[0]
    assert vars(again.lanes[1]) == vars(binding.lanes[1])
    assert (again.key, again.addresses, again.lane_lost) == (
        binding.key,
        binding.addresses,
        False,
    )
    assert memory.boot == 2
    assert not memory.lost


@pytest.mark.parametrize("value", [None, b"", b"short", bytes(200)])
def test_lane_record_that_is_damaged_loses_the_lane_and_not_the_binding(
    value: bytes | None,
) -> None:
    flash = Flash()
    bound(flash)
    if value is None:
        del flash.values[b"L\0\0"]
    else:
        flash.values[b"L\0\0"] = value
    memory = DeviceMemory(flash, ALWAYS)
    binding = memory.bindings[0]
    assert binding.lane_lost
    assert binding.lanes[0].count == 0
    assert not binding.lanes[0].would_settle(b"5" * 20)
    assert binding.lanes[1].acceptor_id == b"6" * 20


@pytest.mark.parametrize("is_gone", [True, False])
def test_damage_that_took_the_binding_leaves_the_device_owned(is_gone: bool) -> None:
    """Otherwise damage would free the device for whoever claims it next."""
    world = linked()
    flash = world.flash
    if is_gone:
        del flash.values[b"B\0"]
    else:
        flash.values[b"B\0"] = b"\1" + flash.values[b"B\0"][1:]  # the record before it: provisional
    flash.lost = True
    world.reboot_device()
    assert world.claim().status == "owned"
    if not is_gone:
        assert world.core.is_owned
        world.link_up()
    world.core.factory_reset()
    flash.lost = False
    world.reboot_device()
    world.wait(1000)
    assert world.claim().status == "validated"


@pytest.mark.parametrize("key", [b"boot", b"claim", b"O\0\1"])
@pytest.mark.parametrize("value", [b"", b"\1", bytes(20)])
def test_damaged_counter_or_outcome_counts_as_nothing(key: bytes, value: bytes) -> None:
    flash = Flash()
    bound(flash)
    flash.values[key] = value
    memory = DeviceMemory(flash, ALWAYS)
    assert memory.boot >= 1
    assert memory.outcomes[0] == {}


def test_keys_that_nobody_knows_are_left_alone() -> None:
    flash = Flash()
    bound(flash)
    flash.values[b"X"] = b"1"
    flash.values[b"Bxy"] = b"2"
    memory = DeviceMemory(flash, ALWAYS)
    assert list(memory.bindings) == [0]
    memory.erase_all()
    assert flash.values[b"X"] == b"1"
    assert flash.values[b"Bxy"] == b"2"


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("write", range(1, 6))  # the first is the proof for the gateway
def test_power_cut_while_erasing_leaves_no_usable_rest(write: int, kept: bool) -> None:
    world = linked()
    world.run()
    world.flash.cut_at = (write, kept)
    world.link.release(world.now_ms)
    world.collect()
    world.pump()
    assert world.core.boot == 2, "the power did not go"
    is_still_bound = write == 1 or (write == 2 and not kept)
    assert (0 in world.core.memory.bindings) == is_still_bound
    assert not any(binding.lane_lost for binding in world.core.memory.bindings.values())
    if not is_still_bound:
        world.wait(1000)
        assert world.claim().status == "validated"
        world.link_up()


def test_started_mark_whose_outcome_is_kept_changes_nothing_at_boot() -> None:
    world = linked()
    world.run()
    world.reboot_device()
    assert world.core.memory.outcomes[0][1].status == wire.STATUS_OK


# --- the gateway's state -----------------------------------------------------------------------------------
def filled() -> GatewayState:
    state = GatewayState(0, [LaneCache(b"E" * 20, b"5" * 20, 7), LaneCache(b"F" * 20, b"6" * 20)])
    state.epoch = 3
    state.last_boot = 4
    state.resync_pending = [True, False]
    state.may_have_lost = [False, True]
    state.unresolved = [(b"s" * 16, 7)]
    state.data_done = [(b"d" * 16, 1, 0)]
    return state


def test_state_goes_round_through_json() -> None:
    state = filled()
    data = json.loads(json.dumps(state.to_dict()))
    assert gateway_state.from_dict(data).to_dict() == state.to_dict()


@pytest.mark.parametrize(
    "change",
    [
        {"lanes": []},
        {"lanes": ["00", "00"]},
        {"lanes": ["zz", "zz"]},
        {"lanes": None},
        {"mode": 2},
        {"resync_pending": [True]},
        {"may_have_lost": [True, True, True]},
        {"epoch": "x"},
        {"epoch": None},
        {"unresolved": [["zz", 1]]},
        {"unresolved": [["00"]]},
    ],
)
def test_damaged_state_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError)):
        gateway_state.from_dict({**filled().to_dict(), **change})


@pytest.mark.parametrize(
    "name",
    ["mode", "epoch", "last_boot", "resync_pending", "may_have_lost", "unresolved", "lanes"],
)
def test_state_without_a_field_is_refused(name: str) -> None:
    data = filled().to_dict()
    del data[name]
    with pytest.raises(KeyError):
        gateway_state.from_dict(data)


def test_unclean_stop_marks_both_lanes_and_ends_every_open_question() -> None:
    state = filled()
    assert state.mark_unclean_stop() == [b"s" * 16]
    assert state.may_have_lost == [True, True]
    assert state.unresolved == []
    assert state.mark_unclean_stop() == []


def test_new_state_is_to_be_saved() -> None:
    assert filled().dirty
    assert claimed().state.unsaved == 0


def test_what_changes_while_a_save_is_under_way_is_saved_by_the_next() -> None:
    world = linked()
    world.disk.is_saved_by_itself = False
    world.run()
    data, token = world.state.snapshot()
    world.run()
    assert world.state.dirty
    world.state.saved(token)
    assert world.state.unsaved == 1
    assert gateway_state.from_dict(data).lanes[0].count == 1


def test_state_shows_no_identifier() -> None:
    assert repr(filled()) == "<GatewayState epoch=3 counts=7/0>"
