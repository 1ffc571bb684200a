"""Further gateways: invited by the owner, and who commands when there are several."""

from __future__ import annotations

from typing import Any

import pytest

from custom_components.iot_secure_gateway.protocol import wire
from custom_components.iot_secure_gateway.protocol.claim import GatewayClaim
from custom_components.iot_secure_gateway.protocol.errors import MisuseError
from custom_components.iot_secure_gateway.protocol.gateway_link import GatewayLink
from tests.protocol.puppets import PuppetDevice
from tests.protocol.world import OTHER_ADDRESS, SERIAL, UNIX_MS, Pipe, World, breaches, linked

INVITED_PRS = bytes(range(7, 39))
OTHER_ID = bytes(range(50, 66))
SLOT = 2


def ask(world: World, request: str, *arguments: Any) -> None:
    """Have the gateway ask something over its link, and carry it out."""
    getattr(world.link.requests, request)(*arguments, world.now_ms)
    world.collect()
    world.pump()


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


def test_code_that_nobody_used_in_time_is_forgotten_and_its_slot_free() -> None:
    world = invited(seconds=10)
    desk = world.core.desk
    world.core.desk.invite(SLOT + 1, bytes(32), 600, world.now_ms)
    world.wait(9_999)
    desk.drop_expired(world.now_ms)
    assert sorted(desk._invitations) == [SLOT, SLOT + 1]
    world.wait(1)
    desk.drop_expired(world.now_ms)
    assert sorted(desk._invitations) == [SLOT + 1]
    ask(world, "add_binding", SLOT, INVITED_PRS, 60)
    assert OtherGateway(world).claim() == "validated"


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
    assert set(world.flash.values) == {b"boot", b"claim", b"reset"}


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
