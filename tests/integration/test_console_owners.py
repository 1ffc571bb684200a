"""What a device's page tells of its owner, and of who may do what now: the verdicts of the table itself (S31, B1)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util

from .house import House
from .test_console_pages import seen_until
from .test_rows import row_for
from .visitor import Visitor, refusal, visit
from custom_components.iot_secure_gateway.console import ownership
from custom_components.iot_secure_gateway.gateway.device import Problem
from custom_components.iot_secure_gateway.gateway.restraints import Suspension
from custom_components.iot_secure_gateway.policy.actors import User

MANAGER: dict[str, Any] = {
    "serials": ["LAMP-1"],
    "role": "manager",
    "commands": ["read", "control"],
}


@pytest.fixture
async def ben(house: House) -> MockUser:
    """Somebody of the household who owns nothing."""
    return await house.person("Ben")


@pytest.fixture
async def olivia(house: House, owner: MockUser, hass_ws_client: WebSocketGenerator) -> Visitor:
    """The owner of a lamp, at the console."""
    await house.add_gateway()
    await house.claimed_device(owner)
    await house.known()
    return await visit(house, hass_ws_client, owner)


def of(shown: dict[str, Any], name: str, group: str) -> tuple[list[str], int]:
    """Return what somebody may do of a group of commands, and how many they may not."""
    found = next(one for one in shown["people"] if one["name"] == name)["groups"][group]
    return found["allowed"], found["refused"]


async def test_who_may_do_what_now_is_what_the_gateway_answers(
    house: House, owner: MockUser, ben: MockUser, olivia: Visitor
) -> None:
    row = row_for(ben, commands={"names": ["turn_on"]})
    await olivia.call("add_row", row=row)
    shown = await olivia.look("ownership", serial="LAMP-1")
    assert shown["groups"] == ["read", "control", "configure", "administer"]
    assert [one["name"] for one in shown["people"]][:2] == ["Ben", "Olivia"]  # who may do something
    assert of(shown, "Ben", "control") == (["turn_on"], 1)
    assert of(shown, "Ben", "read") == ([], 2)
    assert of(shown, "Olivia", "administer") == (["rotate_key", "appoint", "resume"], 0)
    for command in ("turn_on", "turn_off"):
        is_allowed = command in of(shown, "Ben", "control")[0]
        assert house.gateway.judge(User(id=ben.id), "LAMP-1", command).allowed is is_allowed
    await house.switch("turn_on", Context(user_id=ben.id))
    with pytest.raises(ServiceValidationError):
        await house.switch("turn_off", Context(user_id=ben.id))


async def test_what_is_possible_later_says_when(
    house: House, ben: MockUser, olivia: Visitor
) -> None:
    tomorrow = (dt_util.utcnow() + timedelta(days=1)).replace(microsecond=0)
    row = row_for(ben, commands={"names": ["turn_on"]}, starts_at=tomorrow.isoformat())
    await olivia.call("add_row", row=row)
    shown = await olivia.look("ownership", serial="LAMP-1")
    control = next(one for one in shown["people"] if one["name"] == "Ben")["groups"]["control"]
    assert datetime.fromisoformat(control["next_at"]) == tomorrow
    assert control["allowed"] == []


async def test_page_follows_a_change_of_authority_and_the_end_of_the_device(
    house: House,
    ben: MockUser,
    olivia: Visitor,
    hass_ws_client: WebSocketGenerator,
    owner: MockUser,
) -> None:
    shown = await olivia.look("ownership", serial="LAMP-1")
    assert [one["name"] for one in shown["authority"]] == ["Olivia"]
    beside = await visit(house, hass_ws_client, owner)
    await beside.call("appoint", user_id=ben.id, **MANAGER)
    shown = await seen_until(olivia, shown, lambda one: len(one["authority"]) == 2)
    assert of(shown, "Ben", "control") == (["turn_off", "turn_on"], 0)
    await beside.call("release", serial="LAMP-1")
    shown = await seen_until(olivia, shown, lambda one: bool(one["is_gone"]))
    assert shown == {"is_gone": True}


async def test_others_are_told_no_more_than_they_may_know(
    house: House, ben: MockUser, olivia: Visitor, hass_ws_client: WebSocketGenerator
) -> None:
    gone = {"is_gone": True}
    bens = await visit(house, hass_ws_client, ben)
    assert await bens.look("ownership", serial="LAMP-1") == gone
    assert await bens.look("ownership", serial="LAMP-2") == gone  # there is none
    await olivia.call("add_row", row=row_for(ben, commands={"groups": ["read"]}))
    bens = await visit(house, hass_ws_client, ben)
    shown = await bens.look("ownership", serial="LAMP-1")
    assert (shown["owner"], shown["is_yours"], shown["acts"]) == ("Olivia", False, [])
    assert (shown["people"], shown["authority"], shown["grants"]) == ([], [], [])
    assert (shown["guests"], shown["may_ask_takeover"]) == ([], False)
    administrator = await house.person("Ada", is_admin=True)
    await olivia.call("add_row", row=row_for(administrator, commands={"groups": ["read"]}))
    adas = await visit(house, hass_ws_client, administrator)
    assert (await adas.look("ownership", serial="LAMP-1"))["may_ask_takeover"] is True


async def test_only_some_people_are_listed_and_the_rest_is_counted(
    house: House,
    owner: MockUser,
    ben: MockUser,
    olivia: Visitor,
    monkeypatch: pytest.MonkeyPatch,
    hass_ws_client: WebSocketGenerator,
) -> None:
    everybody = await olivia.look("ownership", serial="LAMP-1")
    assert everybody["left_out"] == 0
    monkeypatch.setattr(ownership, "MAX_PEOPLE", 1)
    again = await visit(house, hass_ws_client, owner)
    shown = await again.look("ownership", serial="LAMP-1")
    assert len(shown["people"]) == 1
    assert shown["left_out"] == len(everybody["people"]) - 1 > 0


async def test_suspension_is_explained_to_who_can_end_it(
    house: House, ben: MockUser, olivia: Visitor, hass_ws_client: WebSocketGenerator
) -> None:
    await olivia.call("add_row", row=row_for(ben, commands={"groups": ["read"]}))
    house.gateway.safeguards.restraints.suspensions["LAMP-1"] = Suspension(
        serial="LAMP-1", since=1_800_000_000, boot=3, threat="x", detection="copy_suspected"
    )
    shown = await olivia.look("ownership", serial="LAMP-1")
    assert shown["suspension"] == {
        "since": datetime.fromtimestamp(1_800_000_000, UTC).isoformat(),
        "until": None,
        "lifts_on_power_up": True,
        "detection": "copy_suspected",
    }
    assert "resume" in shown["acts"]
    bens = await visit(house, hass_ws_client, ben)
    assert (await bens.look("ownership", serial="LAMP-1"))["suspension"] is None


async def test_address_that_a_device_saw_is_told_to_who_looks_after_it(
    house: House, ben: MockUser, olivia: Visitor, hass_ws_client: WebSocketGenerator
) -> None:
    await olivia.call("add_row", row=row_for(ben, commands={"groups": ["read"]}))
    bens = await visit(house, hass_ws_client, ben)
    device = house.gateway.devices["LAMP-1"]
    device.problem, device.observed_address = Problem.ADDRESS_NOT_ALLOWED, "10.0.0.5"
    shown = await olivia.look("ownership", serial="LAMP-1")
    assert (shown["problem"], shown["address"]) == ("address_not_allowed", "10.0.0.5")
    shown = await bens.look("ownership", serial="LAMP-1")
    assert (shown["problem"], shown["address"]) == ("address_not_allowed", None)


async def test_offer_is_told_to_both_of_it_and_to_nobody_else(
    house: House, ben: MockUser, olivia: Visitor, hass_ws_client: WebSocketGenerator
) -> None:
    mia = await house.person("Mia")
    await olivia.call(
        "add_row", row=row_for(ben, users={"everyone": True}, commands={"groups": ["read"]})
    )
    await olivia.call("offer_transfer", serial="LAMP-1", user_id=ben.id)
    told = {}
    for name, visitor in (
        ("Olivia", olivia),
        ("Ben", await visit(house, hass_ws_client, ben)),
        ("Mia", await visit(house, hass_ws_client, mia)),
    ):
        offer = (await visitor.look("ownership", serial="LAMP-1"))["offer"]
        told[name] = offer and offer["is_to_you"]
    assert told == {"Olivia": False, "Ben": True, "Mia": None}


async def test_end_of_an_appointment_is_told_with_all_that_falls_with_it(
    house: House, ben: MockUser, olivia: Visitor, hass_ws_client: WebSocketGenerator
) -> None:
    tim = await house.person("Tim")
    given = await olivia.call("appoint", user_id=ben.id, **MANAGER, may_appoint=True)
    bens = await visit(house, hass_ws_client, ben)
    by = given["appointment"]
    await bens.call("appoint", user_id=tim.id, **MANAGER, by=by)
    await bens.call("add_row", row=row_for(tim), by=by)
    told = await olivia.call("revoking", appointment=by)
    assert told == {"people": ["Tim"], "rows": 1, "devices": 1}
    before = house.gateway.permissions.state
    assert len(before.appointments) == 2  # nothing has changed
    await olivia.call("revoke", appointment=by)
    after = house.gateway.permissions.state
    assert (len(after.appointments), len(before.rows) - len(after.rows)) == (0, 1)
    assert (await refusal(olivia, "revoking", appointment=by)).code == "policy_unknown_appointment"


async def test_giver_and_what_can_be_given_on_are_told(
    house: House, ben: MockUser, olivia: Visitor, hass_ws_client: WebSocketGenerator
) -> None:
    given = await olivia.call("appoint", user_id=ben.id, **MANAGER, may_appoint=True)
    bens = await visit(house, hass_ws_client, ben)
    shown = await bens.look("ownership", serial="LAMP-1")
    assert shown["grants"] == [
        {
            "by": given["appointment"],
            "giver": "Olivia",
            "role": "manager",
            "commands": ["control", "read"],
        }
    ]


# --- asking ----------------------------------------------------------------------------------------------
async def test_what_can_be_asked_for_is_offered_of_devices_that_one_may_know_of(
    house: House, ben: MockUser, olivia: Visitor, hass_ws_client: WebSocketGenerator
) -> None:
    bens = await visit(house, hass_ws_client, ben)
    assert await bens.call("access_choices") == {"devices": []}
    await olivia.call("add_row", row=row_for(ben, commands={"names": ["turn_on"]}))
    offered = {"serial": "LAMP-1", "name": "Lamp", "commands": ["read", "turn_off"]}
    assert await bens.call("access_choices") == {"devices": [offered]}
    assert await olivia.call("access_choices") == {"devices": []}  # nothing is refused to her


async def test_reason_is_told_to_who_answers_and_is_bounded(
    house: House, ben: MockUser, olivia: Visitor, hass_ws_client: WebSocketGenerator
) -> None:
    bens = await visit(house, hass_ws_client, ben)
    wanted = {"serial": "LAMP-1", "command": "turn_on"}
    long = await refusal(bens, "ask_for_access", **wanted, why="x" * 201)
    assert long.code == "invalid_format"
    why = "I read\x07 until \u202eten"
    await bens.call("ask_for_access", **wanted, why=why)
    (asked,) = (await olivia.call("access_questions"))["to_answer"]
    assert asked["why"] == "I read\N{REPLACEMENT CHARACTER} until \N{REPLACEMENT CHARACTER}ten"


# --- learning --------------------------------------------------------------------------------------------
async def test_learning_is_shown_as_it_grows_and_nothing_of_it_to_whom_it_is_about(
    house: House,
    owner: MockUser,
    ben: MockUser,
    olivia: Visitor,
    hass_ws_client: WebSocketGenerator,
) -> None:
    shown = await olivia.look("learning")
    assert shown == {"learnings": []}
    beside = await visit(house, hass_ws_client, owner)
    await beside.call("start_learning", serials=["LAMP-1"], hours=1, user_id=ben.id)
    with pytest.raises(ServiceValidationError):
        await house.switch("turn_on", Context(user_id=ben.id))
    shown = await seen_until(
        olivia, shown, lambda one: any(each["proposals"] for each in one["learnings"])
    )
    (learning,) = shown["learnings"]
    (proposal,) = learning["proposals"]
    assert (proposal["was_refused"], proposal["counts"]) == (True, {"turn_on": 1})
    assert (learning["may_change"], learning["may_make_rows"]) == (True, True)
    chosen = {"learning": learning["learning"], "proposal": proposal["proposal"]}
    await beside.call("decline_proposal", **chosen)
    (told,) = (await beside.call("learning_proposals", learning=chosen["learning"]))["proposals"]
    assert (told["is_declined"], told["is_taken"]) == (True, False)
    assert house.gateway.permissions.state.rows == {}
    await beside.call("take_proposal", **chosen)  # on second thoughts
    (told,) = (await beside.call("learning_proposals", learning=chosen["learning"]))["proposals"]
    assert (told["is_declined"], told["is_taken"]) == (False, True)
    bens = await visit(house, hass_ws_client, ben)
    assert (await refusal(bens, "decline_proposal", **chosen)).code == "policy_unknown_learning"
    unknown = await refusal(beside, "decline_proposal", **{**chosen, "proposal": "x"})
    assert unknown.code == "policy_unknown_learning"
    (about_me,) = (await bens.look("learning"))["learnings"]
    assert (about_me["proposals"], about_me["may_change"], about_me["by"]) == ([], False, "Olivia")
