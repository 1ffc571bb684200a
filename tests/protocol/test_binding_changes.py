"""What a gateway may change of its binding: addresses, key, further gateways; and who commands when there are several."""

from __future__ import annotations

from typing import Any

import pytest

from custom_components.iot_secure_gateway.protocol import records, wire
from custom_components.iot_secure_gateway.protocol.claim import GatewayClaim
from custom_components.iot_secure_gateway.protocol.errors import MisuseError
from custom_components.iot_secure_gateway.protocol.gateway_link import GatewayLink
from tests.protocol.puppets import PuppetDevice, PuppetGateway
from tests.protocol.world import (
    GATEWAY_ADDRESS,
    OTHER_ADDRESS,
    SERIAL,
    UNIX_MS,
    Pipe,
    World,
    breaches,
    claimed,
    linked,
)

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


# --- further gateways --------------------------------------------------------------------------------------
class OtherGateway:
    """Another gateway, which was given a code."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.key = b""
        self.state: Any = None
        self.events: list[Any] = []

    def claim(self, prs: bytes = INVITED_PRS, slot: int = SLOT) -> str:
        world = self.world
        claim = GatewayClaim(
            world.gateway_crypto, world.gateway_random, SERIAL, OTHER_ID, prs, slot, 0, world.now_ms
        )
        world.accept(claim, OTHER_ADDRESS)
        world.pump()
        assert claim.result is not None
        if claim.result.status == "validated":
            self.key, self.state = claim.result.binding_key, claim.result.state
        return claim.result.status

    def connect(self) -> Pipe:
        world = self.world
        self.link = GatewayLink(
            world.gateway_crypto,
            world.gateway_random,
            SERIAL,
            OTHER_ID,
            self.key,
            self.state,
            world.now_ms,
            UNIX_MS,
        )
        pipe = world.accept(self.link, OTHER_ADDRESS)
        world.pump()
        return pipe


def invited(seconds: int = 600) -> World:
    """Return a world whose owner invited another gateway."""
    world = linked()
    ask(world, "add_binding", SLOT, INVITED_PRS, seconds)
    event = next(event for event in world.gateway_events if event.kind == "binding_added")
    assert event.slot == SLOT
    assert world.link.is_ready
    return world


def test_invited_gateway_claims_with_its_code_and_stands_by() -> None:
    world = invited()
    owner = world.pipe
    other = OtherGateway(world)
    assert other.claim() == "validated"
    other.connect()
    assert "standby" in world.gateway_kinds()
    assert not other.link.is_ready
    with pytest.raises(MisuseError):
        other.link.open(bytes(16), b"{}", world.now_ms)
    world.pipe = owner
    assert world.run().kind == "result"
    assert sorted(world.core.memory.bindings) == [0, SLOT]


def test_code_works_once() -> None:
    world = invited()
    other = OtherGateway(world)
    assert other.claim() == "validated"
    world.wait(1000)
    assert OtherGateway(world).claim() == "owned"


def test_code_works_for_its_time_only() -> None:
    world = invited(seconds=10)
    world.wait(10_000)
    assert OtherGateway(world).claim() == "owned"


def test_code_is_withdrawn_by_the_owner_even_while_it_is_being_used() -> None:
    world = invited()
    owner = world.pipe
    claim = GatewayClaim(
        world.gateway_crypto,
        world.gateway_random,
        SERIAL,
        OTHER_ID,
        INVITED_PRS,
        SLOT,
        0,
        world.now_ms,
    )
    theirs = world.accept(claim, OTHER_ADDRESS)
    world.until("CLAIM_CONFIRM")
    world.pipe = owner
    ask(world, "add_binding", SLOT, INVITED_PRS, 0)
    world.pipe = theirs
    world.pump()
    assert claim.result is not None
    assert claim.result.status == "owned"
    assert sorted(world.core.memory.bindings) == [0]


def test_wrong_code_is_counted_like_a_wrong_password() -> None:
    world = invited()
    assert OtherGateway(world).claim(prs=bytes(32)) == "rejected"
    assert world.core.memory.wrong_claims == 1


def test_other_gateway_may_not_invite_and_may_not_command() -> None:
    world = invited()
    other = OtherGateway(world)
    other.claim()
    pipe = other.connect()
    other.link.phase = 3  # as if it were ready
    other.link.open(bytes(16), b"{}", world.now_ms)
    world.collect()
    world.pump()
    assert ("BUSY", True) in breaches(world.device_events)
    other.link.phase = 3
    other.link.requests.add_binding(3, bytes(32), 600, world.now_ms)
    world.collect()
    world.pump()
    assert pipe.far.closed
    assert ("BAD_RECORD", False) in breaches(world.device_events)


def test_standby_link_is_kept_alive() -> None:
    world = invited()
    owner = world.pipe
    world.core.open_package = (bytes(16), 1)
    other = OtherGateway(world)
    other.claim()
    pipe = other.connect()
    for _ in range(3):
        world.wait(wire.KEEPALIVE_MS)
        world.tick()
        for one in (owner, pipe):
            world.pipe = one
            world.pump()
    assert not pipe.far.closed
    assert not owner.far.closed


def test_owner_takes_the_other_binding_away() -> None:
    world = invited()
    owner = world.pipe
    other = OtherGateway(world)
    other.claim()
    pipe = other.connect()
    world.pipe = owner
    ask(world, "add_binding", SLOT, bytes(32), 0)
    assert pipe.far.closed
    assert sorted(world.core.memory.bindings) == [0]
    assert world.run().kind == "result"


def test_release_by_the_owner_ends_all_and_by_the_other_only_its_own() -> None:
    for is_owner in (True, False):
        world = invited()
        owner = world.pipe
        other = OtherGateway(world)
        other.claim()
        pipe = other.connect()
        if is_owner:
            world.pipe = owner
            world.link.release(world.now_ms)
        else:
            other.link.phase = 3
            other.link.release(world.now_ms)
        world.collect()
        world.pump()
        assert sorted(world.core.memory.bindings) == ([] if is_owner else [0])
        assert pipe.far.closed
        assert owner.far.closed == is_owner


def test_release_by_the_owner_ends_bindings_that_have_no_link_too() -> None:
    world = invited()
    owner = world.pipe
    OtherGateway(world).claim()
    world.pipe = owner
    ask(world, "release")
    assert world.core.memory.bindings == {}
    assert set(world.flash.values) == {b"boot", b"claim"}


def test_answer_to_an_invitation_names_the_slot_and_nothing_else() -> None:
    puppet = PuppetDevice(linked()).accept().greet()
    puppet.link.requests.add_binding(SLOT, INVITED_PRS, 600, puppet.world.now_ms)
    puppet.collect()
    puppet.record(bytes([wire.BINDING_ADDED, SLOT, 0]))
    assert puppet.breaches() == [("BAD_RECORD", False)]
    assert "binding_added" not in puppet.kinds()


def test_owner_that_releases_takes_its_invitations_along() -> None:
    world = invited()
    ask(world, "release")
    world.wait(1000)
    assert OtherGateway(world).claim() == "rejected"


# --- who commands --------------------------------------------------------------------------------------------
def fallen_back() -> tuple[World, OtherGateway]:
    """Return a world whose owner's gateway went away for longer than the other waits."""
    world = invited()
    owner = world.pipe
    other = OtherGateway(world)
    other.claim()
    pipe = other.connect()
    world.pipe = owner
    world.cut()
    world.pipe = pipe
    due = world.now_ms + world.facts.fallback_after_ms
    while world.now_ms < due:
        assert not pipe.far.closed
        world.wait(min(wire.KEEPALIVE_MS, due - world.now_ms))
        world.tick()
        world.pump()
    assert pipe.far.closed
    other.connect()
    return world, other


def test_other_gateway_commands_when_the_owners_has_been_away() -> None:
    world, other = fallen_back()
    assert other.link.is_ready
    assert world.core.active_slot == SLOT
    other.link.open(
        bytes(16), b'{"args":{},"cmd":"turn_on","id":"' + b"0" * 32 + b'"}', world.now_ms
    )
    world.collect()
    world.pump()
    assert world.executed == ["0" * 32]


def test_owners_gateway_takes_over_again_and_a_pending_session_ends() -> None:
    world, other = fallen_back()
    pipe = world.pipe
    other.link.open(
        bytes(16), b'{"args":{},"cmd":"turn_on","id":"' + b"0" * 32 + b'"}', world.now_ms
    )
    world.collect()
    world.until("COMMIT")
    world.link_up()
    assert pipe.far.closed
    assert world.core.active_slot == 0
    assert world.run().kind == "result"
    assert len(world.executed) == 1
    other.connect()
    assert not other.link.is_ready


def test_other_gateway_that_links_anew_after_taking_over_stays_active() -> None:
    world, other = fallen_back()
    other.connect()
    assert other.link.is_ready
    assert world.core.live is world.pipe.far


def test_taking_over_without_a_link_is_possible() -> None:
    world = invited()
    OtherGateway(world).claim()
    world.core.fall_back(SLOT)
    assert world.core.active_slot == SLOT
    assert world.core.live is None


def test_factory_reset_makes_the_owner_slot_active_again() -> None:
    world, _ = fallen_back()
    world.core.factory_reset()
    world.pump()
    assert world.core.active_slot == 0
    assert world.core.memory.bindings == {}


def test_each_binding_pings_with_its_own_key() -> None:
    world = invited()
    other = OtherGateway(world)
    other.claim()
    other.connect()
    assert len(world.core.pings("192.0.2.7", 8863)) == 2


def test_handler_that_ends_when_no_link_is_there_keeps_its_outcome() -> None:
    world = linked()
    session_id = world.open("slow")
    world.pump()
    world.cut()
    world.finish(session_id)
    world.link_up()
    assert world.ending(session_id).status == wire.STATUS_OK
