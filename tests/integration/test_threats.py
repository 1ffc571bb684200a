"""What Home Assistant's people see, hear and may do when something is noticed (FIG 15, B19, B28)."""

from collections.abc import Iterable
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import (
    MockUser,
    async_capture_events,
    async_get_persistent_notifications,
    mock_restore_cache_with_extra_data,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from homeassistant.core import Context, State
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from .house import House
from .phone import Phone, Phones
from .test_rows import row_for
from .visitor import REPAIRS, forms, visit
from custom_components.iot_secure_gateway.alarms import ALARM_NAME
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.device import Problem
from custom_components.iot_secure_gateway.gateway.events import Breach, CopySuspected
from custom_components.iot_secure_gateway.gateway.threat_events import ThreatSeen
from custom_components.iot_secure_gateway.policy.actors import User
from custom_components.iot_secure_gateway.policy.monitoring import (
    AlarmAction,
    Conduct,
    Rule,
    Scope,
    ScopeKind,
)
from custom_components.iot_secure_gateway.policy.monitoring_changes import put_conduct, put_rule
from custom_components.iot_secure_gateway.policy.self_audit import Weakness
from custom_components.iot_secure_gateway.policy.threats import (
    Detection,
    Level,
    Response,
    Treatment,
)
from custom_components.iot_secure_gateway.protocol import wire
from custom_components.iot_secure_gateway.threat_notices import ThreatNotices

DEVICE = Scope(kind=ScopeKind.DEVICE, id="LAMP-1")
LEVEL = ("sensor", "LAMP-1.threat_level")
OVERALL = ("sensor", "gateway.threat_level")


@pytest.fixture
async def phones(
    house: House, hass_client: ClientSessionGenerator, hass_ws_client: WebSocketGenerator
) -> Phones:
    """Home Assistant's app, without a phone yet; the gateway is there."""
    await house.add_gateway()
    phones = Phones(house, hass_client, hass_ws_client)
    await phones.start()
    return phones


@pytest.fixture
async def olivias(phones: Phones, owner: MockUser) -> Phone:
    """The phone of Olivia."""
    return await phones.phone(owner, "Olivias phone")


@pytest.fixture
async def ben(house: House) -> MockUser:
    """Somebody of the household who owns nothing."""
    return await house.person("Ben")


async def choose(house: House, person: MockUser, **conduct: Any) -> None:
    """Say how responses about the lamp are carried out."""
    safeguards = house.gateway.safeguards
    await safeguards.change(
        lambda policy: put_conduct(
            policy,
            house.gateway.permissions.state,
            Conduct(made_by=person.id, scope=DEVICE, **conduct),
            is_administrator=False,
            revision=policy.revision,
        ),
        User(id=person.id),
        "put_conduct",
    )


async def rule(
    house: House, person: MockUser, detection: Detection, level: Level, done: Iterable[Response]
) -> None:
    """Say what is made of a finding about the lamp."""
    wanted = Rule(
        number=1,
        made_by=person.id,
        scope=DEVICE,
        detection=detection,
        treatment=Treatment(level=level, responses=frozenset({Response.LOG, *done})),
    )
    await house.gateway.safeguards.change(
        lambda policy: put_rule(
            policy,
            house.gateway.permissions.state,
            wanted,
            is_administrator=False,
            revision=policy.revision,
        ),
        User(id=person.id),
        "put_rule",
    )


async def refused(house: House, person: MockUser) -> str:
    """Have somebody try what they may not; return what they are told."""
    with pytest.raises(ServiceValidationError) as told:
        await house.switch("turn_on", Context(user_id=person.id))
    await house.hass.async_block_till_done()
    return str(told.value)


def spoofed(house: House) -> None:
    """Have the gateway find that a device is not the one it was."""
    house.gateway.events.emit(
        Breach(serial="LAMP-1", code=wire.COMMAND_MISMATCH, is_authenticated=True, detail="altered")
    )


# --- states and events ---------------------------------------------------------------------------------
async def test_levels_are_shown_for_the_device_and_for_all(
    house: House, owner: MockUser, ben: MockUser
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    assert (house.state(*LEVEL), house.state(*OVERALL)) == ("very_low", "very_low")
    fired = async_capture_events(house.hass, f"{DOMAIN}_threat")
    await refused(house, ben)
    await house.until(lambda: house.state(*LEVEL) == "medium")
    assert house.state(*OVERALL) == "medium"
    entity = house.hass.states.get(house.entity_id("event", "gateway.threat"))
    assert entity is not None
    assert (entity.attributes["event_type"], entity.attributes["detection"]) == (
        "medium",
        "unauthorised_user",
    )
    (event,) = fired
    assert (event.data["level"], event.data["responses"]) == (
        "medium",
        ["block", "log", "report", "trace"],
    )


async def test_nobody_is_named_in_what_everybody_may_read(
    house: House, owner: MockUser, ben: MockUser
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    fired = async_capture_events(house.hass, f"{DOMAIN}_threat")
    await refused(house, ben)
    await house.until(lambda: bool(fired))
    entity = house.hass.states.get(house.entity_id("event", "gateway.threat"))
    notices = async_get_persistent_notifications(house.hass)
    shown = f"{fired} {entity} {notices}"
    for secret in (ben.id, "Ben", "LAMP-1", "127.0.0.1"):
        assert secret not in shown


async def test_sessions_and_refusals_of_today_are_counted(
    house: House, owner: MockUser, ben: MockUser
) -> None:
    today = dt_util.now()
    state = State("sensor.iot_secure_gateway_refused_today", "7", last_updated=today)
    mock_restore_cache_with_extra_data(
        house.hass,
        [(state, {"native_value": 7, "native_unit_of_measurement": None})],
    )
    await house.add_gateway()
    await house.claimed_device(owner)
    await house.switch("turn_on", Context(user_id=owner.id))
    await refused(house, ben)
    entities = house.hass.data["entity_components"]["sensor"]
    told = {}
    for key in ("sessions_today", "refused_today"):
        entity = entities.get_entity(house.entity_id("sensor", f"gateway.{key}"))
        told[key] = entity.native_value
        entity._turn(today.date().replace(year=2000))
        assert entity._count == 0  # another day
    assert told["refused_today"] == 8  # 7 before the restart
    assert told["sessions_today"] >= 1


@pytest.mark.parametrize("language", ["en", "de"])
async def test_every_finding_level_and_response_has_words(house: House, language: str) -> None:
    await house.add_gateway(listen=False)
    house.hass.config.language = language
    keys = [
        *(f"detection_{one.value}" for one in Detection),
        *(f"level_{one.value}" for one in Level),
        *(f"response_{one.value}" for one in Response),
        *(f"weakness_{one.value}" for one in Weakness),
    ]
    assert [key for key in keys if await house.messages.text(key, {}) == key] == []


# --- messages ------------------------------------------------------------------------------------------
async def test_owner_is_told_who_tried_and_frees_them_from_the_phone(
    house: House, owner: MockUser, ben: MockUser, olivias: Phone
) -> None:
    await house.claimed_device(owner)
    await refused(house, ben)
    told = await olivias.received()
    assert told["message"] == (
        "Medium: A command of somebody without any permission (Lamp), by Ben. "
        "Done: blocked for a while, being traced."
    )
    assert [one["title"] for one in told["data"]["actions"]] == [
        "Release",
        "Keep blocked for a day",
        "Take the rights away",
    ]
    assert "blocked" in await refused(house, ben)
    await olivias.press(told, "Release")
    assert house.gateway.safeguards.restraints.users == {}


async def test_owner_keeps_somebody_blocked_for_a_day(
    house: House, owner: MockUser, ben: MockUser, olivias: Phone
) -> None:
    await house.claimed_device(owner)
    await refused(house, ben)
    (before,) = house.gateway.safeguards.restraints.users.values()
    await olivias.press(await olivias.received(), "Keep blocked for a day")
    (after,) = house.gateway.safeguards.restraints.users.values()
    assert after.until - before.until == 86400


async def test_owner_takes_rights_away_from_the_phone(
    house: House,
    owner: MockUser,
    ben: MockUser,
    olivias: Phone,
    hass_ws_client: WebSocketGenerator,
) -> None:
    await house.claimed_device(owner)
    page = await visit(house, hass_ws_client, owner)
    made = await page.call("add_row", row=row_for(ben, commands={"groups": ["read"]}))
    await refused(house, ben)
    told = await olivias.received()
    assert told["message"].startswith("Low: More was tried than is permitted")
    await olivias.press(told, "Take the rights away")
    assert not house.gateway.permissions.state.rows[made["number"]].is_on
    await refused(house, ben)  # and holds nothing now
    told = await olivias.received()
    await olivias.press(told, "Take the rights away")
    assert "no row" in (await olivias.received())["message"]


async def test_who_is_blocked_is_told_why_and_until_when(
    house: House, owner: MockUser, ben: MockUser, phones: Phones
) -> None:
    await house.claimed_device(owner)
    bens = await phones.phone(ben, "Bens phone")
    await refused(house, ben)
    told = await bens.received()
    assert told["message"].startswith("You can do nothing with Lamp until")
    assert "Olivia can free you" in told["message"]
    assert "actions" not in told["data"]


async def test_what_concerns_no_device_is_told_to_administrators(
    house: House, owner: MockUser, other: MockUser, phones: Phones, olivias: Phone
) -> None:
    adams = await phones.phone(other, "Adams phone")
    house.gateway.events.emit(
        ThreatSeen(
            id="0" * 16,
            at=1,
            detection=Detection.FLOOD,
            level=Level.MEDIUM,
            serial="",
            source="192.0.2.7",
            responses=frozenset({Response.LOG, Response.REPORT}),
        )
    )
    await house.hass.async_block_till_done()
    assert (await adams.received())["message"] == (
        "Medium: A flood of messages, by 192.0.2.7. Done: nothing but noted."
    )
    assert await olivias.nothing_came()


# --- suspension ----------------------------------------------------------------------------------------
async def test_suspended_device_is_connected_again_from_the_phone(
    house: House, owner: MockUser, olivias: Phone
) -> None:
    await house.claimed_device(owner)
    spoofed(house)
    await house.until(
        lambda: house.gateway.devices["LAMP-1"].problem is Problem.SUSPENDED_BY_POLICY
    )
    told = await olivias.received()
    assert told["message"].startswith("High: A command was altered on its way (Lamp).")
    assert told["data"]["push"]["interruption-level"] == "critical"
    issue = ir.async_get(house.hass).async_get_issue(DOMAIN, "suspended_by_policy_LAMP-1")
    assert issue is not None
    assert issue.is_fixable
    (notice,) = async_get_persistent_notifications(house.hass).values()
    assert "something grave" in notice["message"]
    await olivias.press(told, "Connect it again")
    await house.known()
    assert ir.async_get(house.hass).async_get_issue(DOMAIN, "suspended_by_policy_LAMP-1") is None
    await house.switch("turn_on", Context(user_id=owner.id))


async def test_suspended_device_is_connected_again_from_repairs_by_its_owner_only(
    house: House, other: MockUser, hass_client: ClientSessionGenerator
) -> None:
    assert await async_setup_component(house.hass, "repairs", {})
    boss = await house.person("Otto", is_admin=True)
    await house.add_gateway()
    await house.claimed_device(boss)
    spoofed(house)
    issue = {"handler": DOMAIN, "issue_id": "suspended_by_policy_LAMP-1"}
    await house.until(lambda: "LAMP-1" in house.gateway.safeguards.restraints.suspensions)
    for person, reason in ((other, "not_allowed"), (boss, None)):
        repairs = await forms(house, hass_client, person, REPAIRS)
        form = await repairs.start(**issue)
        assert "Lamp" in form["description_placeholders"]["name"]
        end = await repairs.submit(form)
        assert end.get("reason") == reason
    await house.known()


async def test_issue_of_a_suspension_is_there_after_a_restart(
    house: House, owner: MockUser
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    spoofed(house)
    await house.until(lambda: "LAMP-1" in house.gateway.safeguards.restraints.suspensions)
    await house.hass.async_block_till_done()
    ir.async_delete_issue(house.hass, DOMAIN, "suspended_by_policy_LAMP-1")
    stop = ThreatNotices(house.hass, house.gateway, house.messages).async_start()
    assert ir.async_get(house.hass).async_get_issue(DOMAIN, "suspended_by_policy_LAMP-1")
    stop()


# --- alarms --------------------------------------------------------------------------------------------
async def test_alarm_sets_off_what_the_owner_chose(house: House, owner: MockUser) -> None:
    """The script is a real one; a light that is a helper of Home Assistant would do as well."""
    hass = house.hass
    assert await async_setup_component(hass, "input_boolean", {"input_boolean": {"rung": None}})
    assert await async_setup_component(
        hass,
        "script",
        {
            "script": {
                "ring": {
                    "sequence": [
                        {
                            "action": "input_boolean.turn_on",
                            "target": {"entity_id": "input_boolean.rung"},
                        }
                    ]
                }
            }
        },
    )
    await house.add_gateway()
    await house.claimed_device(owner)
    await choose(
        house,
        owner,
        alarms=(AlarmAction(action="script.turn_on", entity_id="script.ring"),),
    )
    spoofed(house)
    await house.until(lambda: hass.states.is_state("input_boolean.rung", "on"))


async def test_siren_of_this_gateway_needs_a_row_and_is_silent_when_the_threat_is_lifted(
    house: House,
    owner: MockUser,
    olivias: Phone,
    hass_ws_client: WebSocketGenerator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The lamp of a second device stands for a siren: what counts is that it goes through the funnel."""
    await house.claimed_device(owner)
    bell, _ = await house.claimed_device(owner, "BELL-1", name="Bell")
    bell_id = house.entity_id("switch", "BELL-1-relay")
    await choose(house, owner, alarms=(AlarmAction(action="switch.turn_on", entity_id=bell_id),))
    spoofed(house)
    await house.until(lambda: "could not set off" in caplog.text)
    assert bell.switched == []
    page = await visit(house, hass_ws_client, owner)
    await page.call(
        "add_row",
        row={
            "effect": "allow",
            "users": {"integrations": [ALARM_NAME]},
            "devices": {"serials": ["BELL-1"]},
            "commands": {"groups": ["control"]},
            "times": {"always": True},
        },
    )
    await olivias.press(await olivias.received(), "Connect it again")
    await house.known()
    house.gateway.events.emit(CopySuspected(serial="LAMP-1", detail="again"))
    await house.until(lambda: bell.switched == [True])


async def test_alarm_without_anything_chosen_is_a_message_alone(
    house: House, owner: MockUser, olivias: Phone
) -> None:
    await house.claimed_device(owner)
    await rule(house, owner, Detection.COMMAND_ALTERED, Level.HIGH, {Response.ALARM})
    spoofed(house)
    await house.hass.async_block_till_done()
    assert await olivias.nothing_came()  # a rule without a report
    assert "LAMP-1" not in house.gateway.safeguards.restraints.suspensions
