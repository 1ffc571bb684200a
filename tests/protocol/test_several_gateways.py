"""Several gateways in the alternative: stand-ins among themselves, and what must not pass from one to another."""

from __future__ import annotations

from custom_components.iot_secure_gateway.protocol import records, wire
from custom_components.iot_secure_gateway.protocol.claim import GatewayClaim
from custom_components.iot_secure_gateway.protocol.gateway_link import GatewayLink
from custom_components.iot_secure_gateway.protocol.gateway_state import GatewayState
from tests.protocol.puppets import PuppetGateway
from tests.protocol.world import (
    GATEWAY_ADDRESS,
    OTHER_ADDRESS,
    SERIAL,
    UNIX_MS,
    Pipe,
    World,
    breaches,
    linked,
)

INVITED_PRS = bytes(range(7, 39))


class StandIn:
    """Another gateway with a binding of its own, in one of the slots 1 to 3."""

    def __init__(self, world: World, slot: int) -> None:
        self._world = world
        self._id = bytes([slot]) * 16
        self._address = bytes((192, 0, 2, 100 + slot))
        self.pipe: Pipe
        self.link: GatewayLink
        self._key, self._state = self._claim(slot)
        self.connect()

    def _claim(self, slot: int) -> tuple[bytes, GatewayState]:
        world = self._world
        world.core.desk.invite(slot, INVITED_PRS, 600, world.now_ms)
        world.wait(1000)
        claim = GatewayClaim(
            world.gateway_crypto,
            world.gateway_random,
            SERIAL,
            self._id,
            INVITED_PRS,
            slot,
            wire.MODE_DSID_GSID,
            world.now_ms,
        )
        world.accept(claim, self._address)
        world.pump()
        assert claim.result is not None
        assert claim.result.state is not None
        return claim.result.binding_key, claim.result.state

    def connect(self) -> None:
        """Link anew."""
        world = self._world
        self.link = GatewayLink(
            world.gateway_crypto,
            world.gateway_random,
            SERIAL,
            self._id,
            self._key,
            self._state,
            world.now_ms,
            UNIX_MS,
        )
        self.pipe = world.accept(self.link, self._address)
        world.pump()

    @property
    def is_standby(self) -> bool:
        return not self.pipe.far.closed and not self.link.is_ready


def stay(world: World, milliseconds: int, *gateways: StandIn) -> None:
    """Let time pass with all links kept alive; whoever is closed comes back at once."""
    end = world.now_ms + milliseconds
    while world.now_ms < end:
        world.wait(min(5000, end - world.now_ms))
        world.tick()
        for pipe in list(world.pipes):
            world.pipe = pipe
            world.pump()
        for gateway in gateways:
            if gateway.pipe.far.closed:
                gateway.connect()


def two_stand_ins() -> tuple[World, StandIn, StandIn]:
    """Return a world whose owner's gateway has just gone away."""
    world = linked()
    owner = world.pipe
    first, second = StandIn(world, 1), StandIn(world, 2)
    assert first.is_standby
    assert second.is_standby
    world.pipe = owner
    world.cut()
    return world, first, second


def test_one_stand_in_takes_over_and_is_left_alone_by_the_other() -> None:
    world, first, second = two_stand_ins()
    stay(world, world.facts.fallback_after_ms, first, second)
    active, standby = (first, second) if first.link.is_ready else (second, first)
    assert active.link.is_ready
    link = active.link
    stay(world, 3 * world.facts.fallback_after_ms, first, second)
    assert active.link is link
    assert link.is_ready
    assert standby.is_standby


def test_second_stand_in_takes_over_when_the_first_stays_away_as_long() -> None:
    world, first, second = two_stand_ins()
    stay(world, world.facts.fallback_after_ms, first, second)
    active, standby = (first, second) if first.link.is_ready else (second, first)
    world.pipe = active.pipe
    world.cut()
    stay(world, world.facts.fallback_after_ms - 1, standby)
    assert standby.is_standby
    stay(world, 5000, standby)
    assert standby.link.is_ready


def test_stand_in_that_comes_back_in_time_stays_the_active_one() -> None:
    world, first, second = two_stand_ins()
    stay(world, world.facts.fallback_after_ms, first, second)
    active, standby = (first, second) if first.link.is_ready else (second, first)
    world.pipe = active.pipe
    world.cut()
    stay(world, world.facts.fallback_after_ms // 2, standby)
    active.connect()
    assert active.link.is_ready
    stay(world, world.facts.fallback_after_ms, first, second)
    assert active.link.is_ready
    assert standby.is_standby


def test_owner_comes_back_over_any_stand_in() -> None:
    world, first, second = two_stand_ins()
    stay(world, world.facts.fallback_after_ms, first, second)
    world.link_up()
    owner = world.pipe
    stay(world, 2 * world.facts.fallback_after_ms, first, second)
    world.pipe = owner
    assert first.is_standby
    assert second.is_standby
    assert world.run().kind == "result"


def test_outcome_of_a_package_is_asked_of_the_gateway_that_was_given_it_only() -> None:
    world, first, second = two_stand_ins()
    stay(world, world.facts.fallback_after_ms - 5000, first, second)
    world.link_up()
    world.core.send_package(b"{}", world.now_ms)
    world.collect()
    world.pump()
    assert world.core.open_package is not None
    world.cut()
    asked = world.names().count("DATA_OUTCOME_QUERY")
    stay(world, world.facts.fallback_after_ms, first, second)
    assert first.link.is_ready or second.link.is_ready
    assert world.core.can_send_package
    assert world.names().count("DATA_OUTCOME_QUERY") == asked


def test_release_of_the_active_stand_in_ends_its_question_and_no_other_binding() -> None:
    world, first, second = two_stand_ins()
    stay(world, world.facts.fallback_after_ms, first, second)
    active = first if first.link.is_ready else second
    world.core.send_package(b"{}", world.now_ms)
    world.pipe = active.pipe
    world.collect()
    world.pump()
    assert world.core.open_package is not None
    active.link.release(world.now_ms)
    world.collect()
    world.pump()
    assert world.core.open_package is None
    assert len(world.core.memory.bindings) == 2


# --- a link that may only give addresses -------------------------------------------------------------------
def restricted(world: World) -> PuppetGateway:
    return PuppetGateway(world, peer=OTHER_ADDRESS).shake().greet()


def addresses() -> bytes:
    return bytes([wire.ADDRESSES]) + records.pack_addresses([OTHER_ADDRESS, GATEWAY_ADDRESS])


def test_addresses_do_not_bring_back_a_binding_that_the_button_ended() -> None:
    world = linked()
    puppet = restricted(world)
    world.core.factory_reset()
    puppet.record(addresses())
    assert puppet.closed
    assert puppet.breaches() == [("BAD_RECORD", False)]
    assert set(world.flash.values) == {b"boot", b"claim", b"reset"}
    assert not world.core.is_owned


def test_addresses_do_not_bring_back_a_binding_that_was_released() -> None:
    world = linked()
    puppet = restricted(world)
    world.link.release(world.now_ms)
    world.collect()
    world.pump()
    puppet.record(addresses())
    assert puppet.closed
    assert not world.core.memory.bindings


def test_restricted_link_opens_no_data_lane() -> None:
    world = linked()
    world.core.open_package = (bytes(16), 1)
    puppet = restricted(world)
    puppet.record(bytes([wire.KEEPALIVE]))
    assert puppet.records == []
    puppet.record(addresses())
    assert puppet.records == [bytes([wire.ADDRESSES_OK])]
    assert breaches(puppet.events) == []
