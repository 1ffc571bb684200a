"""Learn mode proposes rows from what somebody used or tried, and allows nothing by itself (B3, US6)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
import logging
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component

from .house import House, VirtualDevice
from .phone import Phones
from .test_actions import device_id
from .test_permission_actions import people
from .test_rows import row_for
from .visitor import Visitor, refusal, visit
from custom_components.iot_secure_gateway.access import Access
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway import learning as module
from custom_components.iot_secure_gateway.gateway.learning import Learner
from custom_components.iot_secure_gateway.learning import DATA_LEARNER
from custom_components.iot_secure_gateway.learning_store import HomeLearningStore
from custom_components.iot_secure_gateway.policy.actors import User
from custom_components.iot_secure_gateway.storage import PrivateStore, StorageError

# Commands that are tried here as somebody who may not.
TRIED = {
    "start_learning",
    "stop_learning",
    "forget_learning",
    "learnings",
    "learning",
    "learning_proposals",
    "take_proposal",
    "decline_proposal",
}


class Clock:
    """The gateway's clock; it begins on a Wednesday at 12:00 in Berlin."""

    def __init__(self, house: House, patch: pytest.MonkeyPatch) -> None:
        self.now = datetime(2026, 11, 25, 11, tzinfo=UTC)
        patch.setattr(house.gateway.permissions, "_now", lambda: self.now.timestamp())

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)


@pytest.fixture
async def ben(house: House) -> MockUser:
    """Somebody of the household who owns nothing."""
    return await house.person("Ben")


@pytest.fixture
async def lamp(house: House, owner: MockUser) -> VirtualDevice:
    """Olivia's lamp."""
    await house.hass.config.async_set_time_zone("Europe/Berlin")
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    return device


@pytest.fixture
async def olivia(
    house: House, lamp: VirtualDevice, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> Visitor:
    """The owner at the console."""
    return await visit(house, hass_ws_client, owner)


@pytest.fixture
def clock(house: House, lamp: VirtualDevice, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The gateway's clock."""
    return Clock(house, monkeypatch)


def learner_of(house: House) -> Learner:
    return house.hass.data[DATA_LEARNER]


async def start(visitor: Visitor, ben: MockUser, **changes: Any) -> str:
    fields = {"serials": ["LAMP-1"], "hours": 24, "user_id": ben.id, **changes}
    learning: str = (await visitor.call("start_learning", **fields))["learning"]
    return learning


async def proposed(visitor: Visitor, learning: str) -> dict[str, dict[str, Any]]:
    """Return the proposals by their ids."""
    found = await visitor.call("learning_proposals", learning=learning)
    return {one["proposal"]: one for one in found["proposals"]}


async def ben_tries(house: House, ben: MockUser, service: str = "turn_on") -> None:
    """Ben tries the lamp in vain."""
    with pytest.raises(ServiceValidationError):
        await house.switch(service, Context(user_id=ben.id))


async def test_us6_learn_mode_for_a_day_proposes_rows_from_what_was_used(
    house: House, lamp: VirtualDevice, olivia: Visitor, ben: MockUser, clock: Clock
) -> None:
    reads = row_for(ben, commands={"groups": ["read"]})
    await olivia.call("add_row", row=reads)
    learning = await start(olivia, ben)
    before = house.gateway.permissions.state
    await ben_tries(house, ben)
    clock.later(hours=1, minutes=10)
    await ben_tries(house, ben, "turn_off")
    await house.gateway.execute(User(id=ben.id), "LAMP-1", "read")
    assert house.gateway.permissions.state is before  # nothing was allowed by it
    assert lamp.switched == []

    shown = await proposed(olivia, learning)
    assert list(shown) == ["LAMP-1/control/refused/1", "LAMP-1/read/used/1"]
    tried = shown["LAMP-1/control/refused/1"]
    assert (tried["was_refused"], tried["counts"]) == (True, {"turn_on": 1, "turn_off": 1})
    assert tried["row"] == {
        "effect": "allow",
        "users": {"users": [ben.id]},
        "devices": {"serials": ["LAMP-1"]},
        "commands": {"names": ["turn_off", "turn_on"]},
        "times": {"weekdays": ["wed"], "hours": [{"start": "12:00:00", "end": "14:00:00"}]},
    }
    assert shown["LAMP-1/read/used/1"]["counts"] == {"read": 1}

    taken = await olivia.call(
        "take_proposal", learning=learning, proposal="LAMP-1/control/refused/1"
    )
    row = house.gateway.permissions.state.rows[taken["row"]]
    assert (row.made_by, row.note) == (
        house.gateway.owners["LAMP-1"],
        "Learned from what was used or tried",
    )
    await house.switch("turn_on", Context(user_id=ben.id))
    assert lamp.switched == [True]
    clock.later(hours=1)  # 14:10
    await ben_tries(house, ben)
    shown = await proposed(olivia, learning)
    assert [one["is_taken"] for one in shown.values()] == [True, False, False]
    assert shown["LAMP-1/control/used/1"]["counts"] == {"turn_on": 1}


async def test_it_ends_by_itself_and_what_was_learned_stays(
    house: House, olivia: Visitor, ben: MockUser, clock: Clock
) -> None:
    learning = await start(olivia, ben, hours=1)
    (shown,) = (await olivia.call("learnings"))["learnings"]
    assert shown["until"] == (clock.now + timedelta(hours=1)).isoformat()
    await ben_tries(house, ben)
    clock.later(hours=1)
    await ben_tries(house, ben)
    assert {name: one["counts"] for name, one in (await proposed(olivia, learning)).items()} == {
        "LAMP-1/control/refused/1": {"turn_on": 1}
    }
    clock.later(days=-2)  # a clock that was set back does not make it run
    await ben_tries(house, ben)
    (found,) = (await proposed(olivia, learning)).values()
    assert found["counts"] == {"turn_on": 1}
    await olivia.call("forget_learning", learning=learning)
    assert (await olivia.call("learnings"))["learnings"] == []
    refused = await refusal(olivia, "learning_proposals", learning=learning)
    assert refused.code == "policy_unknown_learning"


async def test_the_end_is_kept_over_a_restart_and_so_is_what_was_learned(
    house: House, olivia: Visitor, ben: MockUser, clock: Clock
) -> None:
    learning = await start(olivia, ben, hours=2)
    await ben_tries(house, ben)
    await learner_of(house).stop()
    await ben_tries(house, ben)  # while nothing listens
    again = Learner(house.gateway, HomeLearningStore(house.hass))
    await again.load()
    again.start()
    house.hass.data[DATA_LEARNER] = again
    await ben_tries(house, ben, "turn_off")
    (found,) = (await proposed(olivia, learning)).values()
    assert found["counts"] == {"turn_on": 1, "turn_off": 1}
    clock.later(hours=2)
    await ben_tries(house, ben, "turn_off")
    (found,) = (await proposed(olivia, learning)).values()
    assert found["counts"]["turn_off"] == 1
    await again.stop()


async def test_the_person_is_told_and_it_is_shown_to_who_is_concerned(
    house: House,
    owner: MockUser,
    ben: MockUser,
    other: MockUser,
    hass_client: ClientSessionGenerator,
    hass_ws_client: WebSocketGenerator,
) -> None:
    phones = Phones(house, hass_client, hass_ws_client)
    await phones.start()
    await house.add_gateway()
    await house.claimed_device(owner)
    bens_phone = await phones.phone(ben, "Bens phone")
    bens_phone.only = ("iotsg_learning",)
    olivia, bens, adam = [
        await visit(house, hass_ws_client, person) for person in (owner, ben, other)
    ]
    learning = await start(olivia, ben)
    told = (await bens_phone.received())["message"]
    assert told.startswith("Until ")
    assert "so that Olivia can propose permissions for you" in told
    for visitor in (olivia, bens):
        (shown,) = (await visitor.call("learnings"))["learnings"]
        assert (shown["by"], shown["person"], shown["is_running"]) == ("Olivia", "Ben", True)
    assert (await adam.call("learnings"))["learnings"] == []
    for visitor in (bens, adam):
        for command, fields in (
            ("stop_learning", {}),
            ("forget_learning", {}),
            ("learning_proposals", {}),
            ("take_proposal", {"proposal": "LAMP-1/control/used/1"}),
        ):
            refused = await refusal(visitor, command, learning=learning, **fields)
            assert refused.code == "policy_unknown_learning"
        refused = await refusal(
            visitor, "start_learning", serials=["LAMP-1"], hours=1, user_id=owner.id
        )
        assert refused.code == "policy_grants_too_much"
    assert (await olivia.call("learnings"))["learnings"][0]["is_running"]
    await olivia.call("stop_learning", learning=learning)
    assert not (await olivia.call("learnings"))["learnings"][0]["is_running"]
    await olivia.call("stop_learning", learning=learning)  # ended is ended


async def test_automations_are_learned_about_in_their_own_name(
    house: House, lamp: VirtualDevice, olivia: Visitor, ben: MockUser, clock: Clock
) -> None:
    entity_id = house.entity_id("switch", "LAMP-1-relay")
    night = {
        "id": "night",
        "alias": "Night",
        "triggers": [{"trigger": "event", "event_type": "night"}],
        "actions": [{"action": "switch.turn_on", "target": {"entity_id": entity_id}}],
    }
    assert await async_setup_component(house.hass, "automation", {"automation": [night]})
    await house.hass.async_block_till_done()
    learning = (
        await olivia.call(
            "start_learning", serials=["LAMP-1"], hours=24, entity_id="automation.night"
        )
    )["learning"]
    await ben_tries(house, ben)
    house.hass.bus.async_fire("night")
    await house.hass.async_block_till_done()
    (found,) = (await proposed(olivia, learning)).values()
    assert found["counts"] == {"turn_on": 1}
    await olivia.call("take_proposal", learning=learning, proposal=found["proposal"])
    house.hass.bus.async_fire("night")
    await house.hass.async_block_till_done()
    assert lamp.switched == [True]
    assert not [one for one in ir.async_get(house.hass).issues if "automation_refused" in one[1]]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"serials": ["NONE-1"]}, "policy_grants_too_much"),
        ({"serials": ["LAMP-1", "NONE-1"]}, "policy_grants_too_much"),
        ({"user_id": "0" * 32}, "invalid_permission"),
        ({"user_id": None}, "invalid_permission"),
        ({"user_id": None, "entity_id": "light.kitchen"}, "invalid_permission"),
        ({"user_id": None, "entity_id": "automation.none"}, "invalid_permission"),
        ({"entity_id": "automation.none"}, "invalid_format"),
        ({"hours": 0}, "invalid_format"),
        ({"hours": 337}, "invalid_format"),
        ({"serials": []}, "invalid_format"),
    ],
)
async def test_what_cannot_be_learned_is_refused(
    olivia: Visitor, ben: MockUser, fields: dict[str, Any], code: str
) -> None:
    whole = {"serials": ["LAMP-1"], "hours": 24, "user_id": ben.id, **fields}
    given = {name: value for name, value in whole.items() if value is not None}
    assert (await refusal(olivia, "start_learning", **given)).code == code
    assert (await olivia.call("learnings"))["learnings"] == []


async def test_a_proposal_may_be_changed_and_gives_no_more_than_its_taker_holds(
    house: House,
    olivia: Visitor,
    ben: MockUser,
    other: MockUser,
    clock: Clock,
    hass_ws_client: WebSocketGenerator,
) -> None:
    given = {"serials": ["LAMP-1"], "role": "manager", "commands": ["read"]}
    made = await olivia.call("appoint", user_id=other.id, **given)
    adam = await visit(house, hass_ws_client, other)
    learning = await start(olivia, ben)
    await ben_tries(house, ben)
    what = {"learning": learning, "proposal": "LAMP-1/control/refused/1"}
    assert list(await proposed(adam, learning)) == [what["proposal"]]
    assert (await refusal(adam, "take_proposal", **what)).code == "policy_grants_too_much"
    row = row_for(ben)
    refused = await refusal(adam, "take_proposal", **what, row=row, by=made["appointment"])
    assert refused.code == "policy_grants_too_much"
    refused = await refusal(olivia, "take_proposal", **{**what, "proposal": "LAMP-1/x"})
    assert refused.code == "policy_unknown_learning"
    taken = await olivia.call("take_proposal", **what, row=row_for(ben, note="mine"))
    assert house.gateway.permissions.state.rows[taken["row"]].note == "mine"

    await olivia.call("revoke", appointment=made["appointment"])
    assert (await refusal(adam, "learning_proposals", learning=learning)).code == (
        "policy_unknown_learning"
    )


async def test_what_a_manager_learns_ends_with_the_authority_and_the_owner_may_end_it(
    house: House,
    olivia: Visitor,
    ben: MockUser,
    other: MockUser,
    clock: Clock,
    hass_ws_client: WebSocketGenerator,
) -> None:
    given = {"serials": ["LAMP-1"], "role": "manager", "commands": ["control"]}
    made = await olivia.call("appoint", user_id=other.id, **given)
    adam = await visit(house, hass_ws_client, other)
    learning = await start(adam, ben)
    await ben_tries(house, ben)
    await olivia.call("stop_learning", learning=learning)
    assert not (await adam.call("learnings"))["learnings"][0]["is_running"]
    taken = await adam.call("take_proposal", learning=learning, proposal="LAMP-1/control/refused/1")
    row = house.gateway.permissions.state.rows[taken["row"]]
    assert (row.made_by, row.by) == (other.id, made["appointment"])
    await olivia.call("revoke", appointment=made["appointment"])
    assert (await olivia.call("learnings"))["learnings"] == []
    again = Learner(house.gateway, HomeLearningStore(house.hass))
    await again.load()
    again.start()  # also what a crash left
    assert again.visible(house.gateway.owners["LAMP-1"]) == []
    await again.stop()


async def test_who_looks_after_one_device_is_told_of_no_other(
    house: House,
    olivia: Visitor,
    owner: MockUser,
    other: MockUser,
    ben: MockUser,
    hass_ws_client: WebSocketGenerator,
) -> None:
    await house.claimed_device(owner, "BELL-1", name="Bell")
    both = ["BELL-1", "LAMP-1"]
    await olivia.call("start_learning", serials=both, user_id=ben.id, hours=1)
    await olivia.call(
        "appoint", user_id=other.id, role="manager", serials=["LAMP-1"], commands=["control"]
    )
    seen = {}
    for person in (owner, other, ben):
        visitor = await visit(house, hass_ws_client, person)
        (told,) = (await visitor.call("learnings"))["learnings"]
        seen[person.id] = told["serials"]
    assert seen == {owner.id: both, other.id: ["LAMP-1"], ben.id: both}


async def test_what_runs_and_what_is_kept_is_bounded(
    house: House,
    olivia: Visitor,
    ben: MockUser,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MAX_RUNNING", 2)
    monkeypatch.setattr(module, "MAX_KEPT", 3)
    first = [await start(olivia, ben, hours=1) for _ in range(2)]
    fields = {"serials": ["LAMP-1"], "hours": 1, "user_id": ben.id}
    refused = await refusal(olivia, "start_learning", **fields)
    assert refused.code == "policy_too_much_learning"
    clock.later(hours=2)
    second = [await start(olivia, ben, hours=1) for _ in range(2)]
    shown = [one["learning"] for one in (await olivia.call("learnings"))["learnings"]]
    assert shown == [first[1], *second]


async def test_what_is_noted_is_saved_soon_and_a_disk_that_fails_stops_nothing(
    house: House,
    olivia: Visitor,
    ben: MockUser,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = HomeLearningStore(house.hass)
    learning = await start(olivia, ben)
    learner = Learner(house.gateway, store, save_within=0.0)
    await learner.load()
    learner.start()
    await ben_tries(house, ben)
    await house.hass.async_block_till_done()
    await learner.stop()
    (kept,) = await store.load()
    assert isinstance(kept, Mapping)
    assert kept["seen"][0]["count"] == 1

    async def fail(*_: Any) -> None:
        raise StorageError("learning")

    await ben_tries(house, ben)  # noted by the learner of the house
    with monkeypatch.context() as broken:
        broken.setattr(PrivateStore, "async_save_durably", fail)
        with caplog.at_level(logging.ERROR):
            await learner_of(house).stop()
        assert "What was learned could not be saved" in caplog.text
        with pytest.raises(StorageError):
            await learner_of(house).forget(User(id=house.gateway.owners["LAMP-1"]), learning)
    assert learner_of(house).visible(ben.id)
    await PrivateStore(house.hass, "learning").async_save_durably({"learnings": {}})
    with pytest.raises(StorageError):
        await store.load()
    # What is a list, but no learning, is noticed before the gateway starts.
    await PrivateStore(house.hass, "learning").async_save_durably({"learnings": [{}]})
    with pytest.raises(StorageError):
        await Access(house.hass, house.gateway, house.messages).async_load()


# --- as actions ----------------------------------------------------------------------------------------
async def answer(house: House, service: str, person: MockUser | None, **data: Any) -> Any:
    """Call a service; return its answer."""
    return await house.hass.services.async_call(
        DOMAIN,
        service,
        data,
        blocking=True,
        return_response=True,
        context=Context(user_id=person.id) if person else Context(),
    )


async def test_learning_as_actions(
    house: House, lamp: VirtualDevice, owner: MockUser, ben: MockUser, clock: Clock
) -> None:
    await people(house, owner, ben)
    device = device_id(house, "LAMP-1")
    begun = await answer(
        house, "start_learning", owner, device_id=[device], who="person.ben", hours=24
    )
    assert begun["until"] == (clock.now + timedelta(hours=24)).isoformat()
    await ben_tries(house, ben)
    learning = begun["learning"]
    found = await answer(house, "get_proposals", owner, learning=learning)
    assert [one["counts"] for one in found["proposals"]] == [{"turn_on": 1}]
    with pytest.raises(HomeAssistantError, match="not yours"):
        await answer(house, "get_proposals", ben, learning=learning)
    clock.later(seconds=1)
    assert await answer(house, "stop_learning", owner, learning=learning) == found
    await ben_tries(house, ben)
    assert await answer(house, "get_proposals", owner, learning=learning) == found
    for who in ("person.baby", "light.kitchen"):
        with pytest.raises(HomeAssistantError, match="is no person with a login"):
            await answer(house, "start_learning", owner, device_id=device, who=who, hours=1)
    with pytest.raises(HomeAssistantError, match="more than you have"):
        await answer(house, "start_learning", ben, device_id=device, who="person.ben", hours=1)


async def test_asking_as_an_action(
    house: House, lamp: VirtualDevice, olivia: Visitor, ben: MockUser
) -> None:
    device = device_id(house, "LAMP-1")
    asked = await answer(house, "ask_for_access", ben, device_id=device, command="turn_on")
    (waits,) = (await olivia.call("access_questions"))["to_answer"]
    assert (waits["question"], asked["is_new"]) == (asked["question"], True)
    for person in (None, ben):
        with pytest.raises(HomeAssistantError):
            await answer(house, "ask_for_access", person, device_id=device, command="release")
    await olivia.call("answer_access", question=asked["question"], answer="once")
    await house.switch("turn_on", Context(user_id=ben.id))
    assert lamp.switched == [True]
