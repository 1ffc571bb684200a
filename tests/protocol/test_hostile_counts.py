"""Counts and epochs that only a hostile peer or a damaged store would say: no end is ever led past u32."""

from __future__ import annotations

import struct
from typing import Any

import pytest

from custom_components.iot_secure_gateway.protocol import gateway_state, records, wire
from custom_components.iot_secure_gateway.protocol.device_memory import DeviceMemory
from custom_components.iot_secure_gateway.protocol.identifiers import draw
from custom_components.iot_secure_gateway.protocol.records import Resync
from tests.protocol.puppets import COMMAND, PuppetDevice, PuppetGateway
from tests.protocol.world import World, claimed, linked

TOP = 0xFFFFFFFF
GSID, DSID = draw(bytes(31) + b"\1"), draw(bytes(31) + b"\2")


def resync(world: World, **changed: int) -> PuppetGateway:
    """Return a hostile gateway with the right key that has sent one RESYNC."""
    puppet = PuppetGateway(world).shake().greet()
    message = Resync(wire.LANE_COMMAND, 1, 5, GSID, DSID)._replace(**changed)
    puppet.record(records.encode_resync(message))
    return puppet


@pytest.mark.parametrize("field", ["epoch", "count"])
@pytest.mark.parametrize("value", [wire.MAX_COUNT + 1, TOP])
def test_resync_beyond_all_counts_is_refused_and_stores_nothing(field: str, value: int) -> None:
    world = linked()
    flash = dict(world.flash.values)
    puppet = resync(world, **{field: value})
    assert puppet.breaches() == [("BAD_RECORD", False)]
    assert world.flash.values == flash


def test_device_that_was_set_to_the_highest_count_goes_on() -> None:
    world = linked()
    puppet = resync(world, epoch=wire.MAX_COUNT, count=wire.MAX_COUNT)
    new = draw(bytes(31) + b"\3")
    echo = records.decode_session(puppet.open(new, DSID), 20)
    puppet.commit(new, echo[1])
    assert len(world.executed) == 1
    assert world.device_binding().lanes[0].count == wire.MAX_COUNT + 1
    assert COMMAND in echo
    world.reboot_device()
    assert not world.device_binding().lane_lost
    assert world.device_binding().lanes[0].count == wire.MAX_COUNT + 1


def test_gateway_that_went_on_from_the_highest_count_restores_its_state() -> None:
    state = linked().state
    state.lanes[0].count = wire.MAX_COUNT + 1
    assert gateway_state.from_dict(state.to_dict()).lanes[0].count == wire.MAX_COUNT + 1


@pytest.mark.parametrize("count", [wire.MAX_COUNT, TOP])
def test_device_that_says_an_impossible_count_while_a_resync_is_pending_is_a_copy(
    count: int,
) -> None:
    world = claimed()
    world.state.resync_pending = [True, True]
    puppet = PuppetDevice(world).accept()
    lanes = [lane._replace(count=count) for lane in puppet.hello_ok().lanes]
    puppet.greet(lanes=lanes)
    assert "copy_suspected" in puppet.kinds()
    assert ("CONTINUITY_BREAK", True) in puppet.breaches()


def test_highest_count_below_that_is_set_anew() -> None:
    world = claimed()
    world.state.resync_pending = [True, False]
    puppet = PuppetDevice(world).accept()
    lanes = puppet.hello_ok().lanes
    puppet.greet(lanes=[lanes[0]._replace(count=wire.MAX_COUNT - 1), lanes[1]])
    puppet.link.saved(world.now_ms)
    puppet.collect()
    assert records.decode_resync(puppet.records.pop(), 20).count == wire.MAX_COUNT


# --- stores ------------------------------------------------------------------------------------------------
def lane(count: int) -> str:
    return (b"\x0c" + struct.pack(">I", count) + bytes(80)).hex()


@pytest.mark.parametrize(
    "change",
    [
        {"epoch": -1},
        {"epoch": wire.MAX_COUNT + 1},
        {"epoch": 1.5},
        {"last_boot": TOP + 1},
        {"lanes": [lane(0), lane(wire.MAX_KEPT_COUNT + 1)]},
        {"lanes": [1, 2]},
        {"unresolved": [["00" * 15, 1]]},
        {"unresolved": [["00" * 16, TOP + 1]]},
        {"unresolved": 5},
        {"data_done": [["00" * 16, 1, 7]]},
        {"data_done": [["00" * 16, 1]]},
        {"may_have_lost": 1},
    ],
)
def test_state_with_a_value_that_no_message_could_carry_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        gateway_state.from_dict({**claimed().state.to_dict(), **change})


@pytest.mark.parametrize("state", [None, [], "x", 5])
def test_state_that_is_no_object_is_refused(state: Any) -> None:
    with pytest.raises(ValueError):
        gateway_state.from_dict(state)


@pytest.mark.parametrize("at", [1, 85])
def test_lane_with_an_impossible_count_or_epoch_in_flash_is_lost(at: int) -> None:
    world = linked()
    value = bytearray(world.flash.values[b"L\0\0"])
    value[at] = 0xFF
    world.flash.values[b"L\0\0"] = bytes(value)
    memory = DeviceMemory(world.flash, (False, True))
    assert memory.bindings[0].lane_lost
    assert memory.bindings[0].lanes[0].count == 0


@pytest.mark.parametrize("mode", [wire.MODE_DSID_GSID, wire.MODE_DSID])
def test_data_lane_that_was_lost_in_flash_opens_nothing_until_it_is_set_anew(mode: int) -> None:
    world = linked(mode)
    world.flash.values[b"L\0\1"] = b"damaged"
    world.reboot_device()
    puppet = PuppetGateway(world).shake().greet()
    puppet.record(bytes([wire.KEEPALIVE]))
    assert not world.core.can_send_package
    assert puppet.records == []
    gsid = b"" if mode else GSID
    puppet.record(records.encode_resync(Resync(wire.LANE_DATA, 1, 5, gsid, DSID)))
    puppet = PuppetGateway(world).shake().greet()
    puppet.record(bytes([wire.KEEPALIVE]))
    assert world.core.can_send_package


def test_highest_boot_number_in_flash_does_not_keep_a_device_from_starting() -> None:
    world = linked()
    world.flash.values[b"boot"] = b"\xff" * 4
    world.reboot_device()
    assert world.core.boot == wire.MAX_COUNT + 1
