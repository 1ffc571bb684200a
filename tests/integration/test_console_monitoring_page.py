"""The console's page of monitoring: what each person is shown of threats, their story, and what was done."""

import json

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError

from .house import House
from .test_console_monitoring import suspend, tried
from .test_console_pages import seen_until
from .visitor import Visitor, refusal, visit


@pytest.fixture
async def ben(house: House) -> MockUser:
    """Somebody of the household who owns nothing."""
    return await house.person("Ben")


@pytest.fixture
async def lamp(house: House, owner: MockUser) -> House:
    """A house in which Olivia owns a lamp."""
    await house.add_gateway()
    await house.claimed_device(owner)
    return house


async def flooded(house: House) -> None:
    house.gateway.monitor.on_ping("flood", "", "10.0.0.9")
    await house.hass.async_block_till_done()


def kinds(shown: dict[str, object]) -> list[str]:
    story = shown["story"]
    assert isinstance(story, dict)
    return [step["kind"] for step in story["steps"]]


async def test_threat_appears_by_itself_and_its_story_goes_on_while_it_is_looked_at(
    lamp: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    page = await visit(lamp, hass_ws_client, owner)
    shown = await page.look("monitoring")
    assert (shown["threats"], shown["open"], shown["story"]) == ([], 0, None)
    assert [sum(day["counts"]) for day in shown["days"]] == [0] * 30
    threat = await tried(lamp, ben)
    shown = await seen_until(page, shown, lambda one: bool(one["threats"]))
    (brief,) = shown["threats"]
    assert (brief["id"], brief["name"], brief["device"]) == (threat.id, "Ben", "Lamp")
    assert (brief["is_open"], shown["open"], shown["levels"]["all"]) == (True, 1, "medium")
    assert shown["days"][-1]["counts"] == [0, 0, 1, 0]
    (block,) = shown["restraints"]["users"]
    assert (block["device"], block["threat"]) == ("Lamp", threat.id)

    story = await visit(lamp, hass_ws_client, owner)
    shown = await story.look("monitoring", threat=threat.id)
    shown = await seen_until(story, shown, lambda one: len(kinds(one)) == 2)
    assert sorted(kinds(shown)) == ["blocked", "traced"]
    assert (shown["story"]["proof"], shown["story"]["is_open"]) == ("person", True)
    olivia = await visit(lamp, hass_ws_client, owner)
    await olivia.call("keep_block", user_id=ben.id, serial="LAMP-1")
    shown = await seen_until(story, shown, lambda one: kinds(one)[-1] == "blocked")
    assert shown["story"]["steps"][-1]["until"] == threat.at + 300 + 86400
    await olivia.call("release_block", user_id=ben.id, serial="LAMP-1")
    shown = await seen_until(story, shown, lambda one: kinds(one)[-1] == "released")
    assert shown["story"]["steps"][-1]["by"] == "Olivia"
    assert not shown["story"]["is_blocked"]
    assert await olivia.call("acknowledge_threats", threats=[threat.id, "gone"]) == {
        "acknowledged": 1
    }
    shown = await seen_until(story, shown, lambda one: kinds(one)[-1] == "acknowledged")
    assert (shown["story"]["is_open"], shown["open"]) == (False, 0)
    await olivia.call("acknowledge_threats", threats=[threat.id])
    again = await (await visit(lamp, hass_ws_client, owner)).look("monitoring", threat=threat.id)
    assert kinds(again).count("acknowledged") == 1  # once is enough


async def test_story_tells_how_a_suspension_ended(
    lamp: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    olivia = await visit(lamp, hass_ws_client, owner)
    policy = await olivia.call("monitoring_policy")
    await olivia.call(
        "set_monitoring_rule",
        scope={"kind": "device", "id": "LAMP-1"},
        revision=policy["revision"],
        detection="unauthorised_user",
        level="high",
        responses=["log", "suspend"],
        confirm=True,
    )
    device = lamp.gateway.devices["LAMP-1"]
    threat = await tried(lamp, ben)
    await lamp.until(lambda: not device.is_connected)
    page = await visit(lamp, hass_ws_client, owner)
    shown = await page.look("monitoring", threat=threat.id)
    assert kinds(shown) == ["suspended"]
    (cut_off,) = shown["restraints"]["suspended"]
    assert (cut_off["device"], cut_off["threat"]) == ("Lamp", threat.id)
    await olivia.call("lift_suspension", serial="LAMP-1")
    shown = await seen_until(page, shown, lambda one: kinds(one)[-1] == "lifted")
    assert shown["story"]["steps"][-1]["by"] == "Olivia"


async def test_page_shows_as_much_as_is_asked_for(
    lamp: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    threat = await tried(lamp, ben)
    olivia = await visit(lamp, hass_ws_client, owner)
    await olivia.call("acknowledge_threats", threats=[threat.id])
    for fields, count in (
        ({}, 1),
        ({"serial": "LAMP-1"}, 1),
        ({"serial": ""}, 0),
        ({"level": "medium"}, 1),
        ({"level": "high"}, 0),
        ({"is_open": True}, 0),
    ):
        page = await visit(lamp, hass_ws_client, owner)
        assert len((await page.look("monitoring", **fields))["threats"]) == count, fields


async def nothing_is_told(visitor: Visitor, threat_id: str) -> None:
    shown = await visitor.look("monitoring", threat=threat_id)
    assert (shown["story"], shown["threats"], shown["devices"]) == (None, [], [])
    assert [sum(day["counts"]) for day in shown["days"]] == [0] * 30
    assert shown["restraints"] == {"users": [], "sources": [], "suspended": []}
    assert "LAMP-1" not in json.dumps(shown)


async def test_who_knows_the_number_of_a_threat_to_others_learns_and_ends_nothing(
    lamp: House, owner: MockUser, other: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    threat = await tried(lamp, ben)
    await suspend(lamp)
    for person in (other, ben):
        await nothing_is_told(await visit(lamp, hass_ws_client, person), threat.id)
        visitor = await visit(lamp, hass_ws_client, person)
        refused = await refusal(visitor, "acknowledge_threats", threats=[threat.id])
        assert refused.code == "unknown_threat"
        refused = await refusal(visitor, "keep_block", user_id=ben.id, serial="LAMP-1")
        assert refused.code == "unauthorized"
    assert lamp.gateway.monitor.memory.is_open(threat)


async def test_administrators_are_shown_what_is_nobodys_and_nothing_else(
    lamp: House, owner: MockUser, other: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await tried(lamp, ben)
    await flooded(lamp)
    pauls = await (await visit(lamp, hass_ws_client, other)).look("monitoring")
    assert [each["detection"] for each in pauls["threats"]] == ["flood"]
    assert sum(pauls["days"][-1]["counts"]) == 1
    assert [scope["kind"] for scope in pauls["scopes"]] == ["gateway"]
    olivias = await (await visit(lamp, hass_ws_client, owner)).look("monitoring")
    assert [each["detection"] for each in olivias["threats"]] == ["unauthorised_user"]
    assert sum(olivias["days"][-1]["counts"]) == 1


async def test_scopes_are_those_that_the_person_may_say_something_for(
    lamp: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    olivia = await visit(lamp, hass_ws_client, owner)
    group = {"name": "Lamps", "serials": ["LAMP-1"]}
    made = await olivia.call("put_reference", kind="device_groups", reference=group)
    shown = await (await visit(lamp, hass_ws_client, owner)).look("monitoring")
    assert shown["scopes"] == [
        {"kind": "all", "name": ""},
        {"kind": "group", "id": made["reference_id"], "name": "Lamps"},
        {"kind": "device", "id": "LAMP-1", "name": "Lamp"},
    ]
    assert shown["devices"] == [{"serial": "LAMP-1", "name": "Lamp"}]
    bens = await (await visit(lamp, hass_ws_client, ben)).look("monitoring")
    assert bens["scopes"] == []


async def test_rule_for_a_group_counts_for_the_devices_in_it(
    lamp: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    olivia = await visit(lamp, hass_ws_client, owner)
    group = {"name": "Lamps", "serials": ["LAMP-1"]}
    made = await olivia.call("put_reference", kind="device_groups", reference=group)
    scope = {"kind": "group", "id": made["reference_id"]}
    quietly = {"detection": "unauthorised_user", "level": "low", "responses": ["log"]}
    await olivia.call("set_monitoring_rule", scope=scope, revision=0, **quietly)
    threat = await tried(lamp, ben)
    shown = await (await visit(lamp, hass_ws_client, owner)).look("monitoring", threat=threat.id)
    assert shown["story"]["threat"]["rule"] == 1
    assert (shown["story"]["threat"]["level"], kinds(shown)) == ("low", [])
    effective = await olivia.call("effective_monitoring", serial="LAMP-1")
    (found,) = [each for each in effective["detections"] if each["rule"] is not None]
    assert (found["scope"], found["may_remove"]) == (scope, True)


async def test_rule_of_a_wider_scope_is_named_and_only_its_maker_takes_it_back(
    lamp: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    olivia = await visit(lamp, hass_ws_client, owner)
    quietly = {"detection": "unauthorised_user", "level": "low", "responses": ["log"]}
    await olivia.call("set_monitoring_rule", scope={"kind": "all"}, revision=0, **quietly)
    await olivia.call(
        "appoint",
        user_id=ben.id,
        role="owner",
        serials=["LAMP-1"],
        commands=["configure"],
    )
    for person, may_remove in ((owner, True), (ben, False)):
        visitor = await visit(lamp, hass_ws_client, person)
        effective = await visitor.call("effective_monitoring", serial="LAMP-1")
        (found,) = [e for e in effective["detections"] if e["rule"] is not None]
        assert (found["scope"], found["may_remove"]) == ({"kind": "all"}, may_remove)


async def test_who_was_blocked_and_given_a_row_is_told_as_freed(
    lamp: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    threat = await tried(lamp, ben)
    olivia = await visit(lamp, hass_ws_client, owner)
    row = {
        "effect": "allow",
        "users": {"users": [ben.id]},
        "devices": {"serials": ["LAMP-1"]},
        "commands": {"groups": ["read"]},
        "times": {"always": True},
    }
    await olivia.call("add_row", row=row)
    shown = await (await visit(lamp, hass_ws_client, owner)).look("monitoring", threat=threat.id)
    assert kinds(shown)[-1] == "freed"
    with pytest.raises(ServiceValidationError):
        await lamp.switch("turn_on", Context(user_id=ben.id))
