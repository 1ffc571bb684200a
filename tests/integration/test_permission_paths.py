"""Every path to a device: who has no row is refused, who has one is not (B5); and automations ask (US7)."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import intent, issue_registry as ir
from homeassistant.setup import async_setup_component

from .house import House, VirtualDevice, token_of
from .phone import Phones
from .test_rows import row_for
from .visitor import REPAIRS, Visitor, forms, refusal, visit
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.events import CommandRefused, GatewayEvent
from custom_components.iot_secure_gateway.policy.actors import Automation, User
from custom_components.iot_secure_gateway.policy.decision import Reason

SWITCH = "switch.lamp_relay"
TURN_ON = {"action": "switch.turn_on", "target": {"entity_id": SWITCH}}


class Scene:
    """A house with a lamp, and everything that may stand between a person and it."""

    def __init__(self, house: House, device: VirtualDevice, owner: Visitor) -> None:
        self.house = house
        self.hass = house.hass
        self.device = device
        self.owner = owner
        self.refused: list[CommandRefused] = []
        house.gateway.add_listener(self._told)

    def _told(self, event: GatewayEvent) -> None:
        if isinstance(event, CommandRefused):
            self.refused.append(event)

    async def call(self, person: MockUser, domain: str, service: str, **data: Any) -> None:
        """Call a service as a person does."""
        await self.hass.services.async_call(
            domain, service, data, blocking=True, context=Context(user_id=person.id)
        )

    async def attempt(self, act: Awaitable[object]) -> tuple[int, list[Reason]]:
        """Return how often the device switched and why it was refused by what was done."""
        self.device.switched.clear()
        self.refused.clear()
        with suppress(HomeAssistantError):  # paths differ in what they tell
            await act
        await self.hass.async_block_till_done(wait_background_tasks=True)
        return len(self.device.switched), [event.decision.reason for event in self.refused]


@pytest.fixture
async def scene(house: House, owner: MockUser, hass_ws_client: WebSocketGenerator) -> Scene:
    """Set it all up."""
    # Before anybody connects.
    for domain in ("api", "intent", "webhook", "conversation", "notify", "mobile_app"):
        assert await async_setup_component(house.hass, domain, {})
    lamps = {"platform": "group", "name": "All lamps", "entities": [SWITCH]}
    assert await async_setup_component(house.hass, "switch", {"switch": [lamps]})
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    assert house.entity_id("switch", "LAMP-1-relay") == SWITCH
    for domain, config in (
        ("script", {"evening": {"sequence": [TURN_ON]}}),
        ("scene", [{"name": "Evening", "entities": {SWITCH: "on"}}]),
        ("template", [{"switch": {"name": "Twin", "state": "{{ false }}", "turn_on": [TURN_ON], "turn_off": []}}]),
        ("input_boolean", {"helper": None}),
        (
            "automation",
            [
                {"alias": "Hook", "triggers": {"trigger": "webhook", "webhook_id": "hook", "local_only": False}, "actions": TURN_ON},
                {"alias": "Night", "triggers": {"trigger": "event", "event_type": "go"}, "actions": TURN_ON},
                {"alias": "Helper", "triggers": {"trigger": "state", "entity_id": "input_boolean.helper"}, "actions": TURN_ON},
            ],
        ),
    ):  # fmt: skip
        assert await async_setup_component(house.hass, domain, {domain: config})
    await house.hass.async_block_till_done()
    return Scene(house, device, olivia)


@pytest.fixture
async def ben(house: House) -> MockUser:
    """Somebody without a row."""
    return await house.person("Ben")


@pytest.fixture
async def mia(house: House) -> MockUser:
    """Somebody who will have one."""
    return await house.person("Mia")


type Path = Callable[[Scene, MockUser, Any], Awaitable[object]]


async def dashboard(scene: Scene, person: MockUser, clients: Any) -> None:
    websocket = await clients.websocket(scene.hass, await token_of(scene.hass, person))
    await websocket.send_json_auto_id(
        {
            "type": "call_service",
            "domain": "switch",
            "service": "turn_on",
            "target": {"entity_id": SWITCH},
        }
    )
    await websocket.receive_json()


async def rest(scene: Scene, person: MockUser, clients: Any) -> None:
    client = await clients.rest(await token_of(scene.hass, person))
    await client.post("/api/services/switch/turn_on", json={"entity_id": SWITCH})


async def run_script(scene: Scene, person: MockUser, clients: Any) -> None:
    await scene.call(person, "script", "evening")


async def apply_scene(scene: Scene, person: MockUser, clients: Any) -> None:
    await scene.call(person, "scene", "turn_on", entity_id="scene.evening")


async def group(scene: Scene, person: MockUser, clients: Any) -> None:
    await scene.call(person, "switch", "turn_on", entity_id="switch.all_lamps")


async def template(scene: Scene, person: MockUser, clients: Any) -> None:
    await scene.call(person, "switch", "turn_on", entity_id="switch.twin")


async def any_domain(scene: Scene, person: MockUser, clients: Any) -> None:
    await scene.call(person, "homeassistant", "turn_on", entity_id=SWITCH)


async def assist(scene: Scene, person: MockUser, clients: Any) -> None:
    slots = {"name": {"value": "Lamp Relay"}}
    context = Context(user_id=person.id)
    await intent.async_handle(scene.hass, "test", "HassTurnOn", slots, context=context)


async def talk(scene: Scene, person: MockUser, clients: Any) -> None:
    await scene.call(person, "conversation", "process", text="turn on Lamp Relay", language="en")


async def app(scene: Scene, person: MockUser, clients: Any) -> None:
    client, webhook_id = await clients.phones.register(person, f"phone of {person.name}")
    data = {"domain": "switch", "service": "turn_on", "service_data": {"entity_id": SWITCH}}
    await client.post(f"/api/webhook/{webhook_id}", json={"type": "call_service", "data": data})


@pytest.mark.parametrize(
    "path",
    [dashboard, rest, run_script, apply_scene, group, template, any_domain, assist, talk, app],
)
async def test_on_every_path_a_row_decides(
    scene: Scene,
    ben: MockUser,
    mia: MockUser,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
    path: Path,
) -> None:
    class Clients:
        websocket = staticmethod(hass_ws_client)
        rest = staticmethod(hass_client)
        phones = Phones(scene.house, hass_client, hass_ws_client)

    await scene.owner.call("add_row", row=row_for(mia))
    assert await scene.attempt(path(scene, ben, Clients)) == (0, [Reason.NOT_OWNER])
    assert scene.refused[0].actor == User(id=ben.id)
    assert await scene.attempt(path(scene, mia, Clients)) == (1, [])


async def webhook(scene: Scene, person: MockUser, clients: Any) -> None:
    client = await clients()
    await client.post("/api/webhook/hook")


async def event(scene: Scene, person: MockUser, clients: Any) -> None:
    scene.hass.bus.async_fire("go")


@pytest.mark.parametrize(("path", "name"), [(webhook, "hook"), (event, "night")])
async def test_automation_needs_a_row_of_its_own(
    scene: Scene,
    mia: MockUser,
    hass_client_no_auth: ClientSessionGenerator,
    path: Path,
    name: str,
) -> None:
    await scene.owner.call("add_row", row=row_for(mia, users={"everyone": True}))
    refused = (0, [Reason.AUTOMATION_NOT_PERMITTED])
    assert await scene.attempt(path(scene, mia, hass_client_no_auth)) == refused
    assert scene.refused[0].actor == Automation(entity_id=f"automation.{name}")
    row = row_for(mia, users={"automations": [f"automation.{name}"]})
    await scene.owner.call("add_row", row=row)
    assert await scene.attempt(path(scene, mia, hass_client_no_auth)) == (1, [])


async def test_us7_automation_started_by_a_person_needs_the_rights_of_both(
    scene: Scene, ben: MockUser, mia: MockUser
) -> None:
    rows = [
        await scene.owner.call("add_row", row=row_for(person, users=users))
        for person, users in ((mia, {"users": [mia.id]}), (ben, {"automations": ["all"]}))
    ]

    def helper(person: MockUser) -> Awaitable[object]:
        return scene.call(person, "input_boolean", "toggle", entity_id="input_boolean.helper")

    def run(person: MockUser) -> Awaitable[object]:
        return scene.call(person, "automation", "trigger", entity_id="automation.night")

    for start in (run, helper):
        denied = (0, [Reason.STARTER_NOT_PERMITTED])
        assert await scene.attempt(start(ben)) == denied
        actor = scene.refused[0].actor
        assert isinstance(actor, Automation)
        assert actor.starter == User(id=ben.id)  # the record names both
        assert await scene.attempt(start(mia)) == (1, [])
    # Nobody started it, so the automation's own row is enough.
    assert await scene.attempt(event(scene, mia, None)) == (1, [])
    # And a row of the person's own is not.
    await scene.owner.call("remove_row", **rows[1])
    assert await scene.attempt(run(mia)) == (0, [Reason.AUTOMATION_NOT_PERMITTED])
    assert await scene.attempt(run_script(scene, mia, None)) == (1, [])
    # A deactivated person starts nothing any more, neither scripts nor automations.
    await scene.owner.call("add_row", row=row_for(ben, users={"automations": ["all"]}))
    await scene.hass.auth.async_deactivate_user(mia)
    assert await scene.attempt(run_script(scene, mia, None)) == (0, [Reason.UNKNOWN_ACTOR])
    assert await scene.attempt(run(mia)) == (0, [Reason.STARTER_NOT_PERMITTED])


def issues_of(scene: Scene) -> list[str]:
    issues = ir.async_get(scene.hass).issues
    return [issue_id for domain, issue_id in issues if domain == DOMAIN]


async def test_us7_refused_automation_is_allowed_by_who_has_authority(
    scene: Scene,
    ben: MockUser,
    mia: MockUser,
    hass_ws_client: WebSocketGenerator,
) -> None:
    await scene.attempt(event(scene, ben, None))
    await scene.attempt(event(scene, ben, None))
    await scene.attempt(run_script(scene, ben, None))  # a person's refusal raises none
    assert issues_of(scene) == ["automation_refused_LAMP-1_automation.night"]
    asked = {"serial": "LAMP-1", "automation": "automation.night", "command": "turn_on"}
    assert (await scene.owner.call("refused_automations"))["refused"] == [asked]
    bens = await visit(scene.house, hass_ws_client, ben)
    assert (await bens.call("refused_automations"))["refused"] == []
    assert (await scene.owner.look("overview"))["refused_automations"] == [asked]
    assert (await bens.look("overview"))["refused_automations"] == []
    assert (await refusal(bens, "allow_automation", **asked)).code == "policy_no_authority"
    other = {**asked, "command": "turn_off"}
    assert (await refusal(scene.owner, "allow_automation", **other)).code == "policy_not_refused"

    await scene.owner.call("allow_automation", **asked)
    assert issues_of(scene) == []
    assert await scene.attempt(event(scene, ben, None)) == (1, [])
    (row,) = scene.house.gateway.permissions.state.rows.values()
    assert row.commands.names == {"turn_on"}  # exactly that
    assert await scene.attempt(webhook(scene, ben, _nobody(scene))) == (0, [])


def _nobody(scene: Scene) -> Any:
    class Client:
        async def post(self, _url: str) -> None:
            return None

    async def connect() -> Client:
        return Client()

    return connect


async def test_us7_form_of_the_issue_is_judged_too(
    house: House,
    other: MockUser,
    ben: MockUser,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
) -> None:
    """The administrator who is no owner is refused there; one who is allows it."""
    for domain in ("config", "repairs"):
        assert await async_setup_component(house.hass, domain, {})
    await house.add_gateway()
    ada = await house.person("Ada", is_admin=True)
    device, _ = await house.claimed_device(ada)
    script = {"script": {"evening": {"sequence": [TURN_ON]}}}
    assert await async_setup_component(house.hass, "script", script)
    adas = await visit(house, hass_ws_client, ada)
    scene = Scene(house, device, adas)
    start = house.hass.services.async_call
    assert await scene.attempt(start("script", "evening", blocking=True)) == (
        0,
        [Reason.SCRIPT_NOT_PERMITTED],
    )
    issue = {"handler": DOMAIN, "issue_id": issues_of(scene)[0]}
    for person, kind in ((other, "abort"), (ada, "create_entry")):
        flow = await forms(house, hass_client, person, REPAIRS)
        form = await flow.start(**issue)
        assert form["description_placeholders"]["automation"] == r"script\.evening"
        answer = await flow.submit(form)
        assert answer["type"] == kind, answer
    assert issues_of(scene) == []
    assert await scene.attempt(start("script", "evening", blocking=True)) == (1, [])


async def test_commands_of_two_people_at_once_are_judged_each_by_their_own_rights(
    scene: Scene, ben: MockUser, mia: MockUser
) -> None:
    await scene.owner.call("add_row", row=row_for(mia))
    answers = await asyncio.gather(
        *(
            scene.call(person, "switch", "turn_on", entity_id=SWITCH)
            for _ in range(5)
            for person in (ben, mia)
        ),
        return_exceptions=True,
    )
    assert [isinstance(answer, ServiceValidationError) for answer in answers] == [True, False] * 5
    assert scene.device.switched == [True] * 5
    assert {event.actor for event in scene.refused} == {User(id=ben.id)}
