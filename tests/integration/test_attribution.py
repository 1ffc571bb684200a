"""From contexts of Home Assistant to actors, through real automations, scripts and users."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from homeassistant.auth.const import GROUP_ID_USER
from homeassistant.auth.models import User as HomeAssistantUser
from homeassistant.components.automation import EVENT_AUTOMATION_TRIGGERED
from homeassistant.components.websocket_api import current_connection
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component

from .house import WITHIN_S, House
from custom_components.iot_secure_gateway import attribution as attribution_module
from custom_components.iot_secure_gateway.attribution import (
    MAX_PARENTS,
    Attribution,
    acting_user,
    async_actor_now,
    without_request,
)
from custom_components.iot_secure_gateway.gateway.events import CommandRefused, GatewayEvent
from custom_components.iot_secure_gateway.policy.actors import (
    Actor,
    Automation,
    Guest,
    Integration,
    Script,
    Unknown,
    User,
)
from custom_components.iot_secure_gateway.policy.columns import Commands, Devices, Users
from custom_components.iot_secure_gateway.policy.commands import CommandGroup
from custom_components.iot_secure_gateway.policy.decision import Reason
from custom_components.iot_secure_gateway.policy.row_changes import add_row
from custom_components.iot_secure_gateway.policy.rows import Row

ACT = {"action": "probe.act"}


class Probe:
    """A service `probe.act` that names the actor at the very place where an entity would."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.hass = hass
        self.attribution = Attribution(hass)
        self.actors: list[Actor] = []
        self.contexts: list[Context] = []
        self.has_acted = asyncio.Event()
        hass.services.async_register("probe", "act", self._act)

    async def _act(self, call: ServiceCall) -> None:
        self.contexts.append(call.context)
        self.actors.append(await self.attribution.async_actor(call.context))
        self.has_acted.set()

    async def automations(self, *configs: dict[str, Any]) -> None:
        """Set automations up."""
        assert await async_setup_component(self.hass, "automation", {"automation": list(configs)})
        await self.hass.async_block_till_done()


@pytest.fixture
async def probe(hass: HomeAssistant) -> Any:
    assert await async_setup_component(hass, "homeassistant", {})
    probe = Probe(hass)
    probe.attribution.async_start()
    yield probe
    probe.attribution.async_stop()


@pytest.fixture
async def person(hass: HomeAssistant) -> MockUser:
    group = await hass.auth.async_get_group(GROUP_ID_USER)
    assert group is not None
    return MockUser(name="Olivia", groups=[group]).add_to_hass(hass)


async def test_user_is_known_by_id(probe: Probe, person: MockUser) -> None:
    await probe.hass.services.async_call(
        "probe", "act", blocking=True, context=Context(user_id=person.id)
    )
    assert probe.actors == [User(id=person.id)]
    assert probe.actors[0].name == "Olivia"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"is_active": False}, Unknown()),
        ({"system_generated": True, "name": "Cloud"}, Integration(name="Cloud")),
        ({"system_generated": True, "is_owner": True, "name": "Boss"}, Integration(name="Boss")),
        ({"system_generated": True, "is_active": False}, Unknown()),
    ],
)
async def test_login_that_is_no_active_person_is_no_user(
    probe: Probe, facts: dict[str, Any], expected: Actor
) -> None:
    user = MockUser(**facts).add_to_hass(probe.hass)
    assert await probe.attribution.async_actor(Context(user_id=user.id)) == expected


async def test_what_cannot_be_named_is_nobody(probe: Probe) -> None:
    for context in (None, Context(), Context(user_id="0" * 32), Context(parent_id="x")):
        assert await probe.attribution.async_actor(context) == Unknown()


async def test_script_run_by_a_person_acts_for_that_person(probe: Probe, person: MockUser) -> None:
    assert await async_setup_component(
        probe.hass, "script", {"script": {"evening": {"sequence": [ACT]}}}
    )
    await probe.hass.services.async_call(
        "script", "evening", blocking=True, context=Context(user_id=person.id)
    )
    assert probe.actors == [User(id=person.id)]


async def test_script_run_by_nobody_acts_under_its_own_name(probe: Probe) -> None:
    assert await async_setup_component(
        probe.hass, "script", {"script": {"evening": {"sequence": [ACT]}}}
    )
    await probe.hass.services.async_call("script", "evening", blocking=True, context=Context())
    assert probe.actors == [Script(entity_id="script.evening")]


@pytest.mark.parametrize("identity", [{"id": "0815"}, {}])
async def test_automation_set_off_by_an_event_is_known_with_and_without_id(
    probe: Probe, identity: dict[str, str]
) -> None:
    trigger = {"trigger": "event", "event_type": "go"}
    await probe.automations({"alias": "Night", "triggers": trigger, "actions": ACT, **identity})
    probe.hass.bus.async_fire("go")
    await probe.hass.async_block_till_done()
    assert probe.actors == [Automation(entity_id="automation.night")]


async def test_automation_set_off_by_a_state_is_known_though_its_event_is_still_queued(
    probe: Probe, person: MockUser
) -> None:
    trigger = {"trigger": "state", "entity_id": "sensor.door", "to": "open"}
    await probe.automations({"alias": "Night", "triggers": trigger, "actions": ACT})
    # A person's act set it off; it acts under its own name all the same.
    probe.hass.states.async_set("sensor.door", "open", context=Context(user_id=person.id))
    await probe.hass.async_block_till_done()
    assert probe.actors == [Automation(entity_id="automation.night")]


async def test_automation_that_a_person_runs_acts_under_its_own_name(
    probe: Probe, person: MockUser
) -> None:
    trigger = {"trigger": "event", "event_type": "never"}
    await probe.automations({"alias": "Night", "triggers": trigger, "actions": ACT})
    await probe.hass.services.async_call(
        "automation",
        "trigger",
        {"entity_id": "automation.night"},
        blocking=True,
        context=Context(user_id=person.id),
    )
    assert probe.actors == [Automation(entity_id="automation.night")]


async def test_script_in_an_automation_acts_in_the_automations_name(probe: Probe) -> None:
    assert await async_setup_component(
        probe.hass, "script", {"script": {"evening": {"sequence": [ACT]}}}
    )
    trigger = {"trigger": "state", "entity_id": "sensor.door", "to": "open"}
    await probe.automations(
        {"alias": "Night", "triggers": trigger, "actions": {"action": "script.evening"}}
    )
    probe.hass.states.async_set("sensor.door", "open")
    await probe.hass.async_block_till_done()
    probe.hass.states.async_set("sensor.door", "closed")
    assert probe.actors == [Automation(entity_id="automation.night")]


async def test_automation_that_a_run_switched_off_is_not_taken_for_the_run(probe: Probe) -> None:
    """It carries the context of the run in its state, and would lend it its own name."""
    trigger = {"trigger": "state", "entity_id": "sensor.door", "to": "open"}
    switch_off = {"action": "automation.turn_off", "target": {"entity_id": "automation.zebra"}}
    await probe.automations(
        {"alias": "Night", "triggers": trigger, "actions": [switch_off, ACT]},
        {"alias": "Zebra", "triggers": {"trigger": "event", "event_type": "z"}, "actions": []},
    )
    probe.hass.bus.async_fire("z")
    await probe.hass.async_block_till_done()
    probe.hass.states.async_set("sensor.door", "open")
    await probe.hass.async_block_till_done()
    assert probe.actors == [Automation(entity_id="automation.night")]


async def test_nobody_who_switches_an_automation_does_not_become_it(
    probe: Probe, freezer: FrozenDateTimeFactory
) -> None:
    trigger = {"trigger": "event", "event_type": "go"}
    await probe.automations({"alias": "Night", "triggers": trigger, "actions": []})
    probe.hass.bus.async_fire("go")
    await probe.hass.async_block_till_done()
    freezer.tick(5)
    context = Context()
    await probe.hass.services.async_call(
        "automation", "turn_off", {"entity_id": "automation.night"}, blocking=True, context=context
    )
    state = probe.hass.states.get("automation.night")
    assert state is not None
    assert state.context.id == context.id
    assert await probe.attribution.async_actor(context) == Unknown()


async def test_automation_is_still_known_long_after_it_started(probe: Probe) -> None:
    """Its state moves on, the memory of its context stays."""
    trigger = {"trigger": "event", "event_type": "go"}
    await probe.automations(
        {"alias": "Night", "mode": "parallel", "triggers": trigger, "actions": ACT}
    )
    for _ in range(2):
        probe.hass.bus.async_fire("go")
        await probe.hass.async_block_till_done()
    first, second = probe.contexts
    assert first.id != second.id
    for context in (first, second):
        assert await probe.attribution.async_actor(context) == Automation(
            entity_id="automation.night"
        )


async def test_forged_events_name_nobody(probe: Probe, person: MockUser) -> None:
    fire: Callable[..., None] = probe.hass.bus.async_fire
    forged = {"name": "x", "entity_id": "automation.trusted"}
    taken, own = Context(), Context(user_id=person.id)
    fire(EVENT_AUTOMATION_TRIGGERED, {"entity_id": "automation.first"}, context=taken)
    fire(EVENT_AUTOMATION_TRIGGERED, forged, context=taken)  # the first to use a context keeps it
    fire(EVENT_AUTOMATION_TRIGGERED, forged, context=own)
    odd = Context()
    for data in ({}, {"entity_id": 7}, {"entity_id": "switch.x"}, {"entity_id": ""}):
        fire(EVENT_AUTOMATION_TRIGGERED, data, context=odd)
    await probe.hass.async_block_till_done()
    name = probe.attribution.async_actor
    assert await name(taken) == Automation(entity_id="automation.first")
    assert await name(own) == User(id=person.id)
    assert await name(odd) == Unknown()


async def test_memory_of_contexts_is_bounded(probe: Probe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attribution_module, "MAX_CONTEXTS", 3)
    contexts = [Context() for _ in range(5)]
    for context in contexts:
        probe.hass.bus.async_fire(
            EVENT_AUTOMATION_TRIGGERED, {"entity_id": "automation.a"}, context=context
        )
    await probe.hass.async_block_till_done()
    known = [await probe.attribution.async_actor(context) != Unknown() for context in contexts]
    assert known == [False, False, True, True, True]


async def test_without_request_hides_the_user_of_the_request(hass: HomeAssistant) -> None:
    class Connection:
        user = MockUser()

    async def who() -> HomeAssistantUser | None:
        return acting_user(hass)

    token = current_connection.set(Connection())  # type: ignore[arg-type]
    try:
        assert acting_user(hass) is Connection.user
        assert await without_request(hass, who()) is None
        assert acting_user(hass) is Connection.user
    finally:
        current_connection.reset(token)


async def test_refusals_of_real_calls_name_the_automation_and_the_cloud(
    house: House, owner: MockUser
) -> None:
    """End to end: what the gateway reports is what the probe above sees."""
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    refused: list[GatewayEvent] = []
    house.gateway.add_listener(refused.append)
    action = {
        "action": "switch.turn_on",
        "target": {"entity_id": house.entity_id("switch", "LAMP-1-relay")},
    }
    trigger = {"trigger": "state", "entity_id": "sensor.door", "to": "open"}
    config = {"automation": [{"alias": "Night", "triggers": trigger, "actions": action}]}
    assert await async_setup_component(house.hass, "automation", config)
    await house.hass.async_block_till_done()

    house.hass.states.async_set("sensor.door", "open", context=Context(user_id=owner.id))
    await house.hass.async_block_till_done()
    cloud = await house.person("Home Assistant Cloud", is_admin=True, system_generated=True)
    with pytest.raises(Exception, match="software without a person"):
        await house.switch("turn_on", Context(user_id=cloud.id))

    actors = [event.actor for event in refused if isinstance(event, CommandRefused)]
    assert actors == [
        Automation(entity_id="automation.night"),
        Integration(name="Home Assistant Cloud"),
    ]
    assert device.switched == []


# --- who started it --------------------------------------------------------------------------------------
async def chain(probe: Probe, person: MockUser, length: int) -> Actor:
    """Have a person run the first of automations that set one another off; return who acts in the end."""
    last = {"alias": f"Step {length}", "actions": ACT}
    others = [
        {"alias": f"Step {number}", "actions": {"event": f"step_{number + 1}"}}
        for number in range(1, length)
    ]
    configs = [
        {**config, "triggers": {"trigger": "event", "event_type": f"step_{number}"}}
        for number, config in enumerate([*others, last], 1)
    ]
    await probe.automations(*configs)
    await probe.hass.services.async_call(
        "automation",
        "trigger",
        {"entity_id": "automation.step_1"},
        blocking=True,
        context=Context(user_id=person.id),
    )
    async with asyncio.timeout(WITHIN_S):
        await probe.has_acted.wait()
    (actor,) = probe.actors
    return actor


@pytest.mark.parametrize("length", [1, 2, MAX_PARENTS])
async def test_who_began_a_chain_of_automations_is_found(
    probe: Probe, person: MockUser, length: int
) -> None:
    actor = await chain(probe, person, length)
    assert actor == Automation(entity_id=f"automation.step_{length}")
    assert isinstance(actor, Automation)
    assert actor.starter == User(id=person.id)


@pytest.mark.parametrize("length", [MAX_PARENTS + 1, 2 * MAX_PARENTS])
async def test_who_began_a_longer_chain_is_nobody(
    probe: Probe, person: MockUser, length: int
) -> None:
    actor = await chain(probe, person, length)
    assert isinstance(actor, Automation)
    assert actor.starter == Unknown()


async def test_chain_without_end_is_followed_so_far_only(probe: Probe, person: MockUser) -> None:
    """Two runs that name each other as what set them off: nothing real does, but it may not hang."""
    first = Context()
    second = Context(parent_id=first.id)
    first = Context(id=first.id, parent_id=second.id)
    for number, context in enumerate((first, second)):
        data = {"entity_id": f"automation.step_{number}"}
        probe.hass.bus.async_fire(EVENT_AUTOMATION_TRIGGERED, data, context=context)
    await probe.hass.async_block_till_done()
    actor = await probe.attribution.async_actor(first)
    assert isinstance(actor, Automation)
    assert actor.starter == Unknown()


async def test_chain_that_is_too_long_is_refused_though_the_automation_may(
    house: House, owner: MockUser
) -> None:
    """End to end: automations may do everything here, and their owner began it."""
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    permissions = house.gateway.permissions
    row = Row(
        made_by=owner.id,
        users=Users(automations=frozenset({"all"})),
        devices=Devices(all_of_maker=True),
        commands=Commands(groups=frozenset({CommandGroup.CONTROL})),
    )
    maker = User(id=owner.id)
    await permissions.change(lambda state: add_row(state, maker, row), maker)
    refused: list[CommandRefused] = []

    def told(event: GatewayEvent) -> None:
        if isinstance(event, CommandRefused):
            refused.append(event)
            house.hass.bus.async_fire("refused")

    house.gateway.add_listener(told)
    switch = {
        "action": "switch.turn_on",
        "target": {"entity_id": house.entity_id("switch", "LAMP-1-relay")},
    }
    length = MAX_PARENTS + 1
    steps = [
        {
            "alias": f"Step {number}",
            "triggers": {"trigger": "event", "event_type": f"step_{number}"},
            "actions": switch if number == length else {"event": f"step_{number + 1}"},
        }
        for number in range(1, length + 1)
    ]
    assert await async_setup_component(house.hass, "automation", {"automation": steps})
    for first, is_let in ((2, True), (1, False)):
        await house.hass.services.async_call(
            "automation",
            "trigger",
            {"entity_id": f"automation.step_{first}"},
            blocking=True,
            context=Context(user_id=owner.id),
        )
        seen: list[Any] = device.switched if is_let else refused
        await house.until(partial(bool, seen))
        assert device.switched == [True]
    assert [event.decision.reason for event in refused] == [Reason.STARTER_NOT_PERMITTED]


@pytest.mark.parametrize(
    ("told_of", "starter"),
    [
        (User(id="0" * 32), Unknown()),  # deleted meanwhile
        (Guest(id="pass"), Unknown()),
        (Integration(name="Cloud"), Unknown()),
        (Unknown(), Unknown()),
        (Automation(entity_id="automation.other"), None),
        (Automation(entity_id="automation.other", starter=Unknown()), Unknown()),
        (Script(entity_id="script.other", starter=Integration(name="Cloud")), Unknown()),
    ],
)
async def test_what_an_event_about_somebody_sets_off_was_started_by_them(
    probe: Probe, told_of: Actor, starter: Actor | None
) -> None:
    trigger = {"trigger": "event", "event_type": "told"}
    await probe.automations({"alias": "Night", "triggers": trigger, "actions": ACT})
    context = probe.attribution.async_context_for(told_of)
    probe.hass.bus.async_fire("told", context=context)
    await probe.has_acted.wait()
    (actor,) = probe.actors
    assert isinstance(actor, Automation)
    assert actor.starter == starter


async def test_what_an_event_about_a_person_sets_off_was_started_by_that_person(
    probe: Probe, person: MockUser
) -> None:
    trigger = {"trigger": "event", "event_type": "told"}
    await probe.automations({"alias": "Night", "triggers": trigger, "actions": ACT})
    for told_of in (
        User(id=person.id),
        Automation(entity_id="automation.other", starter=User(id=person.id)),
    ):
        probe.has_acted.clear()
        probe.hass.bus.async_fire("told", context=probe.attribution.async_context_for(told_of))
        await probe.has_acted.wait()
        actor = probe.actors.pop()
        assert isinstance(actor, Automation)
        assert actor.starter == User(id=person.id)


async def test_who_somebody_is_by_now_is_asked_anew(probe: Probe, person: MockUser) -> None:
    now = User(id=person.id)
    by_now = partial(async_actor_now, probe.hass)
    assert await by_now(now) == now
    run = await by_now(Automation(entity_id="automation.x", starter=now))
    assert run == Automation(entity_id="automation.x")
    assert isinstance(run, Automation)
    assert run.starter == now
    for same in (Integration(name="Cloud"), Script(entity_id="script.x"), Unknown()):
        assert await by_now(same) == same
    await probe.hass.auth.async_deactivate_user(person)
    assert await by_now(now) == Unknown()
    run = await by_now(Script(entity_id="script.x", starter=now))
    assert isinstance(run, Script)
    assert run.starter == Unknown()
