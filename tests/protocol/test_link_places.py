"""Who gets a place at the device, from where, and how much may be sent."""

from __future__ import annotations

import pytest

from custom_components.iot_secure_gateway.protocol import noise, records, wire
from tests.protocol.puppets import PuppetDevice, PuppetGateway
from tests.protocol.world import OTHER_ADDRESS, UNIX_MS, World, claimed, linked

REJECT = (wire.FRAME_REJECT, b"\x00")
IPV6 = bytes(15) + b"\x01"


# --- addresses and places ----------------------------------------------------------------------------------
def test_peer_at_an_address_that_is_not_allowed_is_closed_at_once() -> None:
    world = linked()
    world.facts.ip_recovery = "strict"
    puppet = PuppetGateway(world, peer=OTHER_ADDRESS, may_claim=False)
    assert puppet.closed
    assert puppet.breaches() == [("ADDRESS_NOT_ALLOWED", False)]
    puppet.frame(wire.FRAME_LINK_INIT, bytes(64))
    assert puppet.frames == []


def test_right_key_from_another_address_is_of_no_use() -> None:
    world = linked()
    world.facts.ip_recovery = "strict"
    before = world.device_crypto.multiplications
    puppet = PuppetGateway(world, peer=OTHER_ADDRESS)
    puppet.frame(wire.FRAME_LINK_INIT, puppet.init_message())
    assert puppet.frames == []
    assert puppet.breaches() == [("ADDRESS_NOT_ALLOWED", False)]
    assert puppet.closed
    assert world.device_crypto.multiplications == before


def test_first_record_that_was_held_back_counts_only_from_an_address_that_is_still_allowed() -> (
    None
):
    """Else it would end the trial of new addresses with which the gateway does not reach its device."""
    world = claimed()
    held = PuppetGateway(world).shake()
    world.link_up()
    world.device_binding().addresses = [OTHER_ADDRESS]
    hello = records.Hello(UNIX_MS, 4096, 0, [(0, bytes(16))] * 2)
    held.record(records.encode_hello(hello))
    assert held.closed
    assert held.breaches() == [("ADDRESS_NOT_ALLOWED", False)]
    assert "linked" not in [event.kind for event in held.events]
    assert world.core.live is not None
    assert world.core.live is not held.connection


def test_strangers_leave_a_place_for_the_gateway() -> None:
    world = claimed()
    first = PuppetGateway(world, peer=OTHER_ADDRESS)
    second = PuppetGateway(world, peer=OTHER_ADDRESS)
    assert not first.closed
    assert second.closed
    assert [event.kind for event in second.events] == ["no_place", "closed"]
    world.link_up()


def test_gateway_itself_gets_no_more_than_the_places_there_are() -> None:
    world = claimed()
    puppets = [PuppetGateway(world) for _ in range(3)]
    assert [puppet.closed for puppet in puppets] == [False, False, True]


def test_device_without_owner_gives_every_place_to_strangers() -> None:
    world = World()
    puppets = [PuppetGateway(world, peer=OTHER_ADDRESS) for _ in range(3)]
    assert [puppet.closed for puppet in puppets] == [False, False, True]


def test_stranger_gets_no_place_when_the_gateway_holds_both() -> None:
    world = claimed()
    for _ in range(2):
        PuppetGateway(world)
    assert PuppetGateway(world, peer=OTHER_ADDRESS).closed


def test_link_that_proved_itself_frees_its_place() -> None:
    world = linked()
    PuppetGateway(world)
    assert not PuppetGateway(world).closed


def test_closed_connections_free_their_places() -> None:
    world = claimed()
    for _ in range(5):
        puppet = PuppetGateway(world)
        assert not puppet.closed
        puppet.connection.connection_lost(world.now_ms)


def test_five_seconds_from_accept_to_the_first_record() -> None:
    for shaken in (False, True):
        world = claimed()
        puppet = PuppetGateway(world)
        if shaken:
            puppet.shake()
        assert puppet.connection.deadline() == world.now_ms + wire.FIRST_RECORD_MS
        puppet.connection.tick(world.now_ms + wire.FIRST_RECORD_MS - 1)
        assert not puppet.closed
        puppet.connection.tick(world.now_ms + wire.FIRST_RECORD_MS)
        assert puppet.closed
        assert puppet.connection.deadline() is None
        puppet.connection.tick(world.now_ms + 2 * wire.FIRST_RECORD_MS)


# --- limits ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("shaken", [False, True])
def test_frame_over_256_bytes_before_the_link_is_refused_by_the_device(shaken: bool) -> None:
    world = claimed()
    puppet = PuppetGateway(world)
    if shaken:
        puppet.shake()
    puppet.feed((257).to_bytes(2, "big"))
    assert puppet.closed
    assert puppet.breaches() == [("BAD_FRAME", False)]


def test_frame_over_256_bytes_before_the_link_is_refused_by_the_gateway() -> None:
    puppet = PuppetDevice(claimed())
    puppet.feed((257).to_bytes(2, "big"))
    assert puppet.breaches() == [("BAD_FRAME", False)]


def test_frame_over_max_frame_is_refused_by_both_ends() -> None:
    world = linked()
    device = PuppetGateway(world).shake().greet()
    device.feed((4096).to_bytes(2, "big"))
    assert not device.closed
    device = PuppetGateway(world).shake().greet()
    device.feed((4097).to_bytes(2, "big"))
    assert device.breaches() == [("BAD_FRAME", False)]
    gateway = PuppetDevice(world, max_frame=600).accept().greet()
    gateway.feed((601).to_bytes(2, "big"))
    assert gateway.breaches() == [("BAD_FRAME", False)]


def test_keys_of_both_directions_are_renewed_on_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noise.RecordCipher.__init__, "__defaults__", (3,))
    world = linked()
    first = world.link._channel._sealer._cipher
    for _ in range(20):
        assert world.run().kind == "result"
    assert world.link._channel._sealer._cipher is not first
    assert world.link._channel._sealer._number > 40
