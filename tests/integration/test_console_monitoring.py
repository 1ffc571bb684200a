"""The monitoring at the console: its policy, what was found, what was done, and who may see and end that."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError

from .house import House
from .visitor import refusal, visit
from custom_components.iot_secure_gateway.gateway.device import Problem
from custom_components.iot_secure_gateway.gateway.events import ClaimAttempted, PassRejected
from custom_components.iot_secure_gateway.gateway.threat_events import ThreatSeen
from custom_components.iot_secure_gateway.policy.authority import Role
from custom_components.iot_secure_gateway.policy.commands import CommandGroup
from custom_components.iot_secure_gateway.policy.threats import Detection, Level, Response

# Commands that are tried here as somebody who may not.
MONITORING = {
    "monitoring_policy",
    "effective_monitoring",
    "set_monitoring_rule",
    "remove_monitoring_rule",
    "set_monitoring_conduct",
    "snooze_monitoring",
    "threat_levels",
    "threats",
    "threat",
    "acknowledge_threats",
    "keep_block",
    "monitoring",
    "restraints",
    "lift_suspension",
    "release_block",
}
LAMP = {"kind": "device", "id": "LAMP-1"}
ALL = {"kind": "all"}
GATEWAY = {"kind": "gateway"}
QUIETLY = {"detection": "unauthorised_user", "level": "low", "responses": ["log"]}


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


async def tried(house: House, person: MockUser) -> ThreatSeen:
    """Have somebody press a button that is not for them; return what came of it."""
    seen: list[ThreatSeen] = []
    remove = house.gateway.add_listener(
        lambda event: seen.append(event) if isinstance(event, ThreatSeen) else None
    )
    with pytest.raises(ServiceValidationError):
        await house.switch("turn_on", Context(user_id=person.id))
    await house.hass.async_block_till_done()
    remove()
    return seen[0]


async def suspend(house: House) -> None:
    """Have the lamp suspended, as its monitoring would."""
    monitor = house.gateway.monitor
    rule = monitor._rule(Detection.COMMAND_ALTERED, "LAMP-1")
    device = house.gateway.devices["LAMP-1"]
    monitor.safeguards.suspend(device, 1.0, rule.conduct, "0", "command_altered", 1)
    await house.until(lambda: not device.is_connected)
    await house.hass.async_block_till_done()


# --- the policy -------------------------------------------------------------------------------------------
async def test_owner_reads_changes_and_takes_back_a_rule(
    lamp: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    olivia = await visit(lamp, hass_ws_client, owner)
    policy = await olivia.call("monitoring_policy")
    assert (policy["revision"], policy["rules"], policy["conducts"]) == (0, [], [])
    by_name = {each["detection"]: each for each in policy["defaults"]}
    assert by_name["unauthorised_user"]["level"] == "medium"
    assert by_name["flood"]["evidence"] == "network"
    done = await olivia.call("set_monitoring_rule", scope=LAMP, revision=0, **QUIETLY)
    assert done == {"revision": 1, "warning": None}
    (rule,) = (await olivia.call("monitoring_policy"))["rules"]
    assert (rule["number"], rule["scope"], rule["may_remove"]) == (1, LAMP, True)
    effective = await olivia.call("effective_monitoring", serial="LAMP-1")
    found = next(e for e in effective["detections"] if e["detection"] == "unauthorised_user")
    assert (found["rule"], found["level"], found["responses"]) == (1, "low", ["log"])
    assert effective["may_configure"]
    threat = await tried(lamp, ben)
    assert (threat.level, set(threat.responses), threat.rule) == (Level.LOW, {Response.LOG}, 1)
    late = await refusal(olivia, "set_monitoring_rule", scope=LAMP, revision=0, **QUIETLY)
    assert late.code == "policy_changed_since"
    assert await olivia.call("remove_monitoring_rule", rule=1, revision=1) == {"revision": 2}
    gone = await refusal(olivia, "remove_monitoring_rule", rule=1, revision=2)
    assert gone.code == "policy_unknown_rule"


async def test_what_can_be_turned_against_the_owner_takes_a_second_yes(
    lamp: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    olivia = await visit(lamp, hass_ws_client, owner)
    rule = {"scope": LAMP, "revision": 0, "level": "high", "responses": ["log", "suspend"]}
    for detection, code in (
        ("flood", "suspend_unproven"),
        ("wrong_password", "suspend_by_person"),
        ("burst", "suspend_by_guess"),
    ):
        warned = await refusal(olivia, "set_monitoring_rule", **rule, detection=detection)
        assert (warned.code, warned.key) == (code, code)
    done = await olivia.call("set_monitoring_rule", **rule, detection="flood", confirm=True)
    assert done == {"revision": 1, "warning": "suspend_unproven"}
    (shown,) = (await olivia.call("monitoring_policy"))["rules"]
    assert shown["warning"] == "suspend_unproven"


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        ("set_monitoring_rule", {**QUIETLY, "scope": LAMP, "threshold": 0}),
        ("set_monitoring_rule", {**QUIETLY, "scope": LAMP, "responses": ["block"]}),
        ("set_monitoring_rule", {**QUIETLY, "scope": {"kind": "device"}}),
        ("set_monitoring_rule", {**QUIETLY, "scope": {"kind": "all", "id": "x"}}),
        ("set_monitoring_conduct", {"scope": LAMP, "block_s": 0}),
        ("set_monitoring_conduct", {"scope": LAMP, "alarms": [{"action": "lock.unlock"}]}),
        ("set_monitoring_conduct", {"scope": {"kind": "group"}}),
    ],
)
async def test_what_cannot_be_read_is_told_by_its_place(
    lamp: House,
    owner: MockUser,
    hass_ws_client: WebSocketGenerator,
    command: str,
    fields: dict[str, Any],
) -> None:
    olivia = await visit(lamp, hass_ws_client, owner)
    assert (await refusal(olivia, command, revision=0, **fields)).code == "invalid_permission"
    silence = await refusal(olivia, "snooze_monitoring", scope={"kind": "group"}, minutes=5)
    assert silence.code == "invalid_permission"


async def test_owner_sets_how_responses_are_carried_out(
    lamp: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    olivia = await visit(lamp, hass_ws_client, owner)
    siren = {"action": "siren.turn_on", "entity_id": "siren.hall"}
    await olivia.call(
        "set_monitoring_conduct", scope=ALL, revision=0, is_detect_only=True, alarms=[siren]
    )
    (conduct,) = (await olivia.call("monitoring_policy"))["conducts"]
    assert (conduct["is_detect_only"], conduct["alarms"]) == (True, [siren])
    effective = await olivia.call("effective_monitoring", serial="LAMP-1")
    assert effective["conduct"] == conduct
    until = (await olivia.call("snooze_monitoring", scope=LAMP, minutes=10))["until"]
    assert (await olivia.call("effective_monitoring", serial="LAMP-1"))["snooze_until"] == until
    threat = await tried(lamp, ben)
    assert threat.is_detect_only
    assert threat.responses == {Response.LOG}
    assert threat.withheld == {Response.BLOCK, Response.TRACE, Response.REPORT}
    await olivia.call("snooze_monitoring", scope=LAMP, minutes=0)
    policy = await olivia.call("monitoring_policy")
    assert (policy["snoozes"], policy["revision"]) == ([], 1)


async def test_nobody_says_anything_about_the_devices_of_others(
    lamp: House, other: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    """An administrator of Home Assistant has no say, and sees nothing."""
    for person in (other, ben):
        visitor = await visit(lamp, hass_ws_client, person)
        for scope in (LAMP, ALL):
            for command, fields in (
                ("set_monitoring_rule", {**QUIETLY, "revision": 0}),
                ("set_monitoring_conduct", {"revision": 0, "is_detect_only": True}),
                ("snooze_monitoring", {"minutes": 5}),
            ):
                refused = await refusal(visitor, command, scope=scope, **fields)
                assert refused.code == "policy_no_authority"
        assert (await refusal(visitor, "effective_monitoring", serial="LAMP-1")).code == (
            "no_authority_over_device"
        )
        policy = await visitor.call("monitoring_policy")
        assert (policy["rules"], policy["conducts"], policy["snoozes"]) == ([], [], [])
        assert (await visitor.call("threat_levels"))["devices"] == {}
    assert lamp.gateway.safeguards.policy.revision == 0


async def test_the_gateways_own_scope_is_for_administrators(
    lamp: House, owner: MockUser, other: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    assert other.is_admin
    paul = await visit(lamp, hass_ws_client, other)
    flood = {"detection": "flood", "level": "high", "responses": ["log"]}
    await paul.call("set_monitoring_rule", scope=GATEWAY, revision=0, **flood)
    assert lamp.gateway.monitor._rule(Detection.FLOOD, "").treatment.level == "high"
    assert lamp.gateway.monitor._rule(Detection.FLOOD, "LAMP-1").treatment.level == "medium"
    second = await visit(lamp, hass_ws_client, await lamp.person("Ada", is_admin=True))
    assert (await second.call("monitoring_policy"))["rules"][0]["may_remove"]
    visitor = await visit(lamp, hass_ws_client, ben)
    refused = await refusal(visitor, "set_monitoring_rule", scope=GATEWAY, revision=1, **flood)
    assert refused.code == "policy_gateway_scope"
    refused = await refusal(visitor, "remove_monitoring_rule", rule=1, revision=1)
    assert refused.code == "policy_not_yours"


# --- what was found and done ------------------------------------------------------------------------------
async def test_owner_sees_the_threat_its_story_and_frees(
    lamp: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    threat = await tried(lamp, ben)
    olivia = await visit(lamp, hass_ws_client, owner)
    (shown,) = (await olivia.call("threats"))["threats"]
    assert (shown["id"], shown["name"], shown["level"]) == (threat.id, "Ben", "medium")
    assert set(shown["responses"]) == {"log", "block", "trace", "report"}
    story = await olivia.call("threat", threat=threat.id)
    assert (story["threat"]["id"], story["related"]) == (threat.id, [])
    assert (story["is_blocked"], story["is_suspended"]) == (True, False)
    levels = await olivia.call("threat_levels")
    assert levels == {"all": "medium", "devices": {"LAMP-1": "medium"}}
    (block,) = (await olivia.call("restraints"))["users"]
    assert (block["user_id"], block["name"], block["threat"]) == (ben.id, "Ben", threat.id)
    with pytest.raises(ServiceValidationError, match="blocked there until"):
        await lamp.switch("turn_on", Context(user_id=ben.id))
    await olivia.call("release_block", user_id=ben.id, serial="LAMP-1")
    assert (await olivia.call("restraints"))["users"] == []
    with pytest.raises(ServiceValidationError, match="not its owner"):
        await lamp.switch("turn_on", Context(user_id=ben.id))
    again = (await olivia.call("threat", threat=threat.id))["related"]
    assert [each["detection"] for each in again] == ["unauthorised_user"]


async def test_threats_are_filtered_and_bounded(
    lamp: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await tried(lamp, ben)
    olivia = await visit(lamp, hass_ws_client, owner)
    for fields, count in (
        ({"serial": "LAMP-1"}, 1),
        ({"serial": "OTHER"}, 0),
        ({"level": "high"}, 0),
        ({"level": "medium", "detection": "unauthorised_user", "limit": 1}, 1),
        ({"detection": "flood"}, 0),
    ):
        assert len((await olivia.call("threats", **fields))["threats"]) == count, fields


async def test_others_see_and_end_nothing(
    lamp: House, other: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    threat = await tried(lamp, ben)
    await suspend(lamp)
    for person in (other, ben):
        visitor = await visit(lamp, hass_ws_client, person)
        assert (await visitor.call("threats"))["threats"] == []
        assert await visitor.call("restraints") == {"users": [], "sources": [], "suspended": []}
        assert (await refusal(visitor, "threat", threat=threat.id)).code == "unknown_threat"
        for command, fields in (
            ("lift_suspension", {"serial": "LAMP-1"}),
            ("release_block", {"serial": "LAMP-1", "user_id": ben.id}),
        ):
            assert (await refusal(visitor, command, **fields)).code == "unauthorized"
    visitor = await visit(lamp, hass_ws_client, ben)
    for fields in ({}, {"source": "10.0.0.9"}):
        assert (await refusal(visitor, "release_block", **fields)).code == "not_blocked"


async def test_what_is_nobodys_is_seen_and_ended_by_administrators(
    lamp: House, other: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    lamp.gateway.monitor.on_ping("flood", "", "10.0.0.9")
    await lamp.hass.async_block_till_done()
    paul = await visit(lamp, hass_ws_client, other)
    (threat,) = (await paul.call("threats"))["threats"]
    assert (threat["detection"], threat["source"]) == ("flood", "10.0.0.9")
    (block,) = (await paul.call("restraints"))["sources"]
    assert block["source"] == "10.0.0.9"
    visitor = await visit(lamp, hass_ws_client, ben)
    assert (await refusal(visitor, "release_block", source="10.0.0.9")).code == "unauthorized"
    assert (await visitor.call("threats"))["threats"] == []
    for _ in range(3):
        lamp.gateway.events.emit(PassRejected(source="10.0.0.9"))
    unlisted = ClaimAttempted(serial="X", user_id=ben.id, code="serial_not_listed")
    lamp.gateway.events.emit(unlisted)
    await lamp.hass.async_block_till_done()
    (related,) = (await paul.call("threat", threat=threat["id"]))["related"]
    assert related["detection"] == "pass_rejected"
    by_ben = (await paul.call("threats", detection="unknown_serial"))["threats"][0]
    assert (await paul.call("threat", threat=by_ben["id"]))["related"] == []
    await paul.call("release_block", source="10.0.0.9")
    assert not lamp.gateway.monitor.is_source_blocked("10.0.0.9")


async def test_who_administers_for_the_owner_lifts_a_suspension(
    lamp: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    olivia = await visit(lamp, hass_ws_client, owner)
    await olivia.call(
        "appoint",
        user_id=ben.id,
        role=Role.OWNER.value,
        serials=["LAMP-1"],
        commands=[CommandGroup.ADMINISTER.value],
    )
    await suspend(lamp)
    visitor = await visit(lamp, hass_ws_client, ben)
    (suspended,) = (await visitor.call("restraints"))["suspended"]
    assert (suspended["serial"], suspended["until"]) == ("LAMP-1", None)
    assert lamp.gateway.devices["LAMP-1"].problem is Problem.SUSPENDED_BY_POLICY
    await visitor.call("lift_suspension", serial="LAMP-1")
    await lamp.known()
    await lamp.switch("turn_on", Context(user_id=owner.id))
    assert (await refusal(visitor, "lift_suspension", serial="LAMP-1")).code == "not_suspended"
