"""What a gateway may change of its binding: its addresses and its key."""

from __future__ import annotations

from typing import Any

import pytest

from custom_components.iot_secure_gateway.protocol import records, wire
from custom_components.iot_secure_gateway.protocol.errors import MisuseError
from tests.protocol.puppets import PuppetDevice, PuppetGateway
from tests.protocol.world import GATEWAY_ADDRESS, OTHER_ADDRESS, World, breaches, claimed, linked

INVITED_PRS = bytes(range(7, 39))
OTHER_ID = bytes(range(50, 66))
SLOT = 2


def ask(world: World, request: str, *arguments: Any) -> None:
    """Have the gateway ask something over its link, and carry it out."""
    getattr(world.link.requests, request)(*arguments, world.now_ms)
    world.collect()
    world.pump()


# --- addresses -------------------------------------------------------------------------------------------
def test_gateway_tells_the_device_where_it_comes_from() -> None:
    world = linked()
    ask(world, "send_addresses", [GATEWAY_ADDRESS, OTHER_ADDRESS])
    assert "addresses_set" in world.gateway_kinds()
    assert world.link.is_ready
    world.cut()
    world.reboot_device()
    world.link_up(peer=OTHER_ADDRESS)
    assert world.run().kind == "result"


def test_link_whose_address_is_no_longer_allowed_ends_at_the_next_open() -> None:
    world = linked()
    ask(world, "send_addresses", [OTHER_ADDRESS])
    session_id = world.open()
    world.pump()
    assert world.ending(session_id).status == wire.STATUS_NOT_EXECUTED
    assert breaches(world.device_events) == [("ADDRESS_NOT_ALLOWED", False)]


@pytest.mark.parametrize("number", [0, 9])
def test_one_to_eight_addresses(number: int) -> None:
    world = linked()
    with pytest.raises(MisuseError):
        world.link.requests.send_addresses([GATEWAY_ADDRESS] * number, world.now_ms)
    assert world.link.is_ready


def test_gateway_at_a_new_address_may_give_its_addresses_and_nothing_else() -> None:
    world = linked()
    world.cut()
    world.connect(peer=OTHER_ADDRESS)
    world.pump()
    assert "restricted" in world.gateway_kinds()
    assert not world.link.is_ready
    restricted = next(event for event in world.gateway_events if event.kind == "restricted")
    assert restricted.observed_address == OTHER_ADDRESS
    with pytest.raises(MisuseError):
        world.link.release(world.now_ms)
    ask(world, "send_addresses", [GATEWAY_ADDRESS, OTHER_ADDRESS])
    assert world.link.closed
    event = next(event for event in world.device_events if event.kind == "addresses")
    assert event.recovered
    world.link_up(peer=OTHER_ADDRESS)
    assert world.run().kind == "result"


def restricted_puppet(world: World) -> PuppetGateway:
    return PuppetGateway(world, peer=OTHER_ADDRESS).shake().greet()


@pytest.mark.parametrize(
    "kind",
    [
        wire.OPEN,
        wire.COMMIT,
        wire.OUTCOME_QUERY,
        wire.RESYNC,
        wire.RELEASE,
        wire.ROTATE,
        wire.ADD_BINDING,
        wire.DATA_ECHO,
    ],
)
def test_restricted_link_is_good_for_addresses_only(kind: int) -> None:
    world = linked()
    puppet = restricted_puppet(world)
    assert puppet.hello_ok.flags & wire.FLAG_RESTRICTED
    flash = dict(world.flash.values)
    puppet.record(bytes([kind]) + bytes(60))
    assert puppet.closed
    assert puppet.breaches() == [("ADDRESS_NOT_ALLOWED", False)]
    assert world.flash.values == flash
    assert world.core.live is world.pipe.far


def test_restricted_link_leaves_the_live_link_alone_and_lasts_five_seconds() -> None:
    world = linked()
    puppet = restricted_puppet(world)
    assert world.core.live is world.pipe.far
    assert puppet.connection.is_waiting
    puppet.record(bytes([wire.KEEPALIVE]))
    assert puppet.records == []
    puppet.connection.tick(world.now_ms + wire.FIRST_RECORD_MS)
    assert puppet.closed
    assert world.run().kind == "result"


def test_restricted_peer_must_name_the_address_it_speaks_from() -> None:
    world = linked()
    puppet = restricted_puppet(world)
    puppet.record(bytes([wire.ADDRESSES]) + records.pack_addresses([GATEWAY_ADDRESS]))
    assert puppet.closed
    assert puppet.breaches() == [("BAD_RECORD", False)]
    assert world.device_binding().addresses == [GATEWAY_ADDRESS]


def test_strangers_cost_one_diffie_hellman_in_two_seconds() -> None:
    world = linked()
    restricted_puppet(world).connection.connection_lost(world.now_ms)
    before = world.device_crypto.multiplications
    puppet = PuppetGateway(world, peer=OTHER_ADDRESS)
    puppet.frame(wire.FRAME_LINK_INIT, puppet.init_message())
    assert puppet.breaches() == [("ADDRESS_NOT_ALLOWED", False)]
    assert world.device_crypto.multiplications == before
    world.wait(2000)
    restricted_puppet(world)


def test_stranger_with_a_wrong_key_learns_nothing() -> None:
    world = linked()
    puppet = PuppetGateway(world, peer=OTHER_ADDRESS)
    puppet.frame(wire.FRAME_LINK_INIT, puppet.init_message(key=bytes(32)))
    assert puppet.closed
    assert puppet.frames == []


def test_provisional_binding_is_not_recovered_from_another_address() -> None:
    world = claimed()
    puppet = PuppetGateway(world, peer=OTHER_ADDRESS)
    puppet.frame(wire.FRAME_LINK_INIT, puppet.init_message())
    assert puppet.breaches() == [("ADDRESS_NOT_ALLOWED", False)]


# --- rotation ----------------------------------------------------------------------------------------------
def rotated(world: World) -> bytes:
    """Rotate, and take the new key over durably, as a gateway does before it uses it."""
    ask(world, "rotate")
    key = next(event.key for event in reversed(world.gateway_events) if event.kind == "rotated")
    assert isinstance(key, bytes)
    return key


def test_rotation_gives_both_ends_a_new_key_that_is_confirmed_by_its_first_link() -> None:
    world = linked()
    old = world.disk.binding_key
    key = rotated(world)
    assert world.link.closed
    assert key != old
    binding = world.device_binding()
    assert (binding.key, binding.next_key) == (old, key)
    world.reboot_device()
    world.disk.binding_key = key
    world.link_up()
    binding = world.device_binding()
    assert (binding.key, binding.next_key) == (key, b"")
    assert world.run().kind == "result"
    puppet = PuppetGateway(world)
    puppet.frame(wire.FRAME_LINK_INIT, puppet.init_message(key=old))
    assert puppet.frames == [(wire.FRAME_REJECT, b"\0")]


@pytest.mark.parametrize("lost", ["ROTATE", "ROTATED"])
def test_rotation_that_is_cut_leaves_the_old_key_working(lost: str) -> None:
    world = linked()
    world.link.requests.rotate(world.now_ms)
    world.collect()
    world.until(lost)
    world.cut()
    world.link_up()
    assert world.run().kind == "result"
    key = rotated(world)
    world.disk.binding_key = key
    world.link_up()


def test_keys_of_a_rotation_never_cross_the_network() -> None:
    world = linked()
    key = rotated(world)
    assert key not in b"".join(frame.data + frame.record for frame in world.wire_log)


def test_rotation_with_a_point_of_low_order_is_refused_by_both_ends() -> None:
    world = linked()
    puppet = PuppetGateway(world).shake().greet()
    puppet.record(bytes([wire.ROTATE]) + bytes(32))
    assert puppet.breaches() == [("BAD_RECORD", False)]
    assert world.device_binding().next_key == b""
    device = PuppetDevice(world).accept().greet()
    device.link.requests.rotate(world.now_ms)
    device.collect()
    device.record(bytes([wire.ROTATED]) + bytes(32))
    assert device.breaches() == [("BAD_RECORD", False)]
    assert "rotated" not in device.kinds()
