"""Devices that change hands: offered and accepted, asked for aloud, or left behind by a deleted user."""

from collections.abc import AsyncIterator
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import (
    MockUser,
    async_get_persistent_notifications,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from homeassistant.components import persistent_notification
from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component

from .house import House
from .visitor import OPTIONS, REPAIRS, forms, refusal, visit
from custom_components.iot_secure_gateway import handover_issues
from custom_components.iot_secure_gateway.attribution import actor_of
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.handovers import OBJECTION_S
from custom_components.iot_secure_gateway.handing_over import async_ask_takeover
from custom_components.iot_secure_gateway.policy.actors import User
from custom_components.iot_secure_gateway.runtime import DATA_RUNTIME
from custom_components.iot_secure_gateway.starter import StarterChoices, async_apply_starter

# What each command answers to somebody who has no part in it.
REFUSED: dict[str, str] = {
    "offer_transfer": "unauthorized",
    "accept_transfer": "no_offer",
    "end_transfer": "no_offer",
    "ask_takeover": "not_administrator",
    "object_takeover": "no_offer",
    "take_over": "not_administrator",
}


@pytest.fixture(autouse=True)
async def components(house: House) -> None:
    """Forms, issues and notifications are components of their own."""
    assert await async_setup_component(house.hass, "config", {})
    assert await async_setup_component(house.hass, "repairs", {})
    assert await async_setup_component(house.hass, "persistent_notification", {})


@pytest.fixture
async def paul(house: House) -> MockUser:
    """Another person of the household."""
    return await house.person("Paul")


@pytest.fixture
async def clock(house: House) -> AsyncIterator[list[float]]:
    """How many seconds the gateway's clock is ahead."""
    ahead = [0.0]
    await house.add_gateway()
    ownership = house.gateway.ownership
    now = ownership._now
    with patch.object(ownership, "_now", lambda: now() + ahead[0]):
        yield ahead


def issue(house: House, kind: str) -> dict[str, str] | None:
    """Return what the issue of that kind about LAMP-1 says."""
    found = ir.async_get(house.hass).async_get_issue(DOMAIN, f"{kind}_LAMP-1")
    return None if found is None else dict(found.translation_placeholders or {})


def notice(house: House, kind: str = "taken_over") -> str:
    shown = async_get_persistent_notifications(house.hass)
    message: str = shown.get(f"{DOMAIN}_{kind}_LAMP-1", {}).get("message", "")
    return message


# --- a transfer ------------------------------------------------------------------------------------------
async def test_device_is_offered_accepted_and_obeys_the_receiver_only(
    house: House, owner: MockUser, paul: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    pauls = await visit(house, hass_ws_client, paul)
    people = (await olivia.call("people"))["people"]
    assert {person["name"] for person in people} >= {"Olivia", "Paul"}
    assert (await pauls.call("people"))["people"] == []

    await olivia.call("offer_transfer", serial="LAMP-1", user_id=paul.id)
    await house.hass.async_block_till_done()
    said = issue(house, "transfer_offered")
    assert said is not None
    assert (said["name"], said["owner"], said["receiver"]) == ("Lamp", "Olivia", "Paul")
    for visitor, is_to_you in ((olivia, False), (pauls, True)):
        (offer,) = (await visitor.call("handovers"))["offers"]
        assert (offer["serial"], offer["from"], offer["to"]) == ("LAMP-1", "Olivia", "Paul")
        assert offer["is_to_you"] is is_to_you
    assert (await refusal(olivia, "accept_transfer", serial="LAMP-1")).code == "no_offer"
    assert house.gateway.owners == {"LAMP-1": owner.id}  # nothing changes before Paul agrees

    await pauls.call("accept_transfer", serial="LAMP-1")
    await house.hass.async_block_till_done()
    assert issue(house, "transfer_offered") is None
    assert house.gateway.owners == {"LAMP-1": paul.id}
    await house.switch("turn_on", Context(user_id=paul.id))
    with pytest.raises(ServiceValidationError, match="you are not its owner"):
        await house.switch("turn_off", Context(user_id=owner.id))
    assert device.switched == [True]
    assert list(await olivia.devices()) == []
    assert (await pauls.devices())["LAMP-1"]["is_yours"]


@pytest.mark.parametrize("by_receiver", [False, True])
async def test_offer_is_withdrawn_or_declined(
    house: House,
    owner: MockUser,
    paul: MockUser,
    hass_ws_client: WebSocketGenerator,
    by_receiver: bool,
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    pauls = await visit(house, hass_ws_client, paul)
    await olivia.call("offer_transfer", serial="LAMP-1", user_id=paul.id)
    await (pauls if by_receiver else olivia).call("end_transfer", serial="LAMP-1")
    await house.hass.async_block_till_done()
    assert issue(house, "transfer_offered") is None
    assert (await refusal(pauls, "accept_transfer", serial="LAMP-1")).code == "no_offer"
    assert house.gateway.owners == {"LAMP-1": owner.id}


async def test_device_is_offered_to_an_active_person_only(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    gone = await house.person("Gone", is_active=False)
    cloud = await house.person("Cloud", system_generated=True)
    for nobody in (gone.id, cloud.id, owner.id, "x" * 32, ""):
        refused = await refusal(olivia, "offer_transfer", serial="LAMP-1", user_id=nobody)
        assert refused.code == "invalid_receiver"


async def test_receiver_who_is_deleted_takes_the_offer_along(
    house: House, owner: MockUser, paul: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    await olivia.call("offer_transfer", serial="LAMP-1", user_id=paul.id)
    await house.hass.auth.async_remove_user(paul)
    await house.hass.async_block_till_done()
    assert issue(house, "transfer_offered") is None
    assert (await olivia.call("handovers"))["offers"] == []
    assert house.gateway.owners == {"LAMP-1": owner.id}


async def test_administrators_hand_over_in_forms(
    house: House, other: MockUser, hass_client: ClientSessionGenerator
) -> None:
    ada = await house.person("Ada", is_admin=True)
    await house.add_gateway()
    _, entry = await house.claimed_device(ada)
    for who, reason in ((other, "not_allowed"), (ada, None)):
        options = await forms(house, hass_client, who, OPTIONS)
        form = await options.choose(await options.start(handler=entry.entry_id), "offer_transfer")
        assert form.get("reason") == reason
    (field,) = form["data_schema"]
    offered = {option["label"] for option in field["selector"]["select"]["options"]}
    assert "Adam" in offered
    assert "Ada" not in offered
    assert (await options.submit(form, user_id=other.id))["type"] == "create_entry"
    await house.hass.async_block_till_done()

    fix = {"handler": DOMAIN, "issue_id": "transfer_offered_LAMP-1"}
    adas = await forms(house, hass_client, ada, REPAIRS)
    menu = await adas.start(**fix)
    assert menu["menu_options"] == ["accept", "end"]
    assert menu["description_placeholders"]["receiver"] == "Adam"
    answer = await adas.choose(menu, "accept")
    assert (answer["type"], answer["reason"]) == ("abort", "no_offer")
    adams = await forms(house, hass_client, other, REPAIRS)
    answer = await adams.choose(await adams.start(**fix), "accept")
    assert answer["type"] == "create_entry"
    await house.hass.async_block_till_done()
    assert house.gateway.owners == {"LAMP-1": other.id}
    assert issue(house, "transfer_offered") is None

    await house.gateway.ownership.offer_transfer("LAMP-1", actor_of(other), ada.id)
    await house.hass.async_block_till_done()
    answer = await adas.choose(await adas.start(**fix), "end")
    assert answer["type"] == "create_entry"
    assert house.gateway.ownership.offer("LAMP-1") is None


# --- break-glass -----------------------------------------------------------------------------------------
async def test_administrator_asks_aloud_waits_and_takes_over(
    house: House,
    clock: list[float],
    owner: MockUser,
    other: MockUser,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
) -> None:
    device, entry = await house.claimed_device(owner)
    adam = await visit(house, hass_ws_client, other)
    olivia = await visit(house, hass_ws_client, owner)
    options = await forms(house, hass_client, other, OPTIONS)
    form = await options.choose(await options.start(handler=entry.entry_id), "ask_takeover")
    assert form["description_placeholders"]["owner"] == "Olivia"
    assert (await options.submit(form))["type"] == "create_entry"
    await house.hass.async_block_till_done()
    said = issue(house, "takeover_asked")
    assert said is not None
    assert (said["actor"], said["name"], said["owner"]) == ("Adam", "Lamp", "Olivia")
    # Repairs are shown to administrators only, so its owner hears of it by a notification.
    told = notice(house, "takeover_asked")
    assert told.startswith("Adam, an administrator of Home Assistant, asks for the device Lamp")
    assert said["due"] in told
    for visitor in (adam, olivia):
        (asked,) = (await visitor.call("handovers"))["takeovers"]
        assert (asked["from"], asked["to"]) == ("Olivia", "Adam")

    # Asking gives nothing yet, and the day cannot be shortened.
    refused = await refusal(adam, "take_over", serial="LAMP-1")
    assert (refused.code, "24 hours" in refused.text) == ("takeover_too_early", True)
    with pytest.raises(ServiceValidationError, match="you are not its owner"):
        await house.switch("turn_on", Context(user_id=other.id))

    clock[0] = OBJECTION_S + 1
    await adam.call("take_over", serial="LAMP-1")
    await house.hass.async_block_till_done()
    assert house.gateway.owners == {"LAMP-1": other.id}
    assert issue(house, "takeover_asked") is None
    assert notice(house, "takeover_asked") == ""
    assert notice(house).startswith(
        "Adam took over the device Lamp (LAMP-1), which belonged to Olivia"
    )
    await house.switch("turn_on", Context(user_id=other.id))
    assert device.switched == [True]


async def test_owner_objects_and_keeps_the_device(
    house: House,
    clock: list[float],
    owner: MockUser,
    other: MockUser,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
) -> None:
    await house.claimed_device(owner)
    adam = await visit(house, hass_ws_client, other)
    olivia = await visit(house, hass_ws_client, owner)
    await adam.call("ask_takeover", serial="LAMP-1")
    await house.hass.async_block_till_done()
    # Nobody else objects in her name, nor completes it.
    eve = await house.person("Eve", is_admin=True)
    eves = await forms(house, hass_client, eve, REPAIRS)
    fix = {"handler": DOMAIN, "issue_id": "takeover_asked_LAMP-1"}
    menu = await eves.start(**fix)
    assert menu["menu_options"] == ["object", "take_over"]
    assert (await eves.choose(menu, "object"))["reason"] == "not_allowed"
    assert (await eves.choose(await eves.start(**fix), "take_over"))["reason"] == "no_offer"

    await olivia.call("object_takeover", serial="LAMP-1")
    await house.hass.async_block_till_done()
    clock[0] = OBJECTION_S + 1
    assert issue(house, "takeover_asked") is None
    assert notice(house, "takeover_asked") == ""
    assert (await refusal(adam, "take_over", serial="LAMP-1")).code == "no_offer"
    assert house.gateway.owners == {"LAMP-1": owner.id}


async def test_forms_say_how_long_to_wait_and_complete_it_then(
    house: House,
    clock: list[float],
    other: MockUser,
    owner: MockUser,
    hass_client: ClientSessionGenerator,
) -> None:
    _, entry = await house.claimed_device(other)
    eve = await house.person("Eve", is_admin=True)
    adams = await forms(house, hass_client, other, OPTIONS)
    answer = await adams.choose(await adams.start(handler=entry.entry_id), "ask_takeover")
    assert (answer["type"], answer["reason"]) == ("abort", "already_yours")
    options = await forms(house, hass_client, eve, OPTIONS)
    form = await options.choose(await options.start(handler=entry.entry_id), "ask_takeover")
    await options.submit(form)
    await house.hass.async_block_till_done()
    eves = await forms(house, hass_client, eve, REPAIRS)
    fix = {"handler": DOMAIN, "issue_id": "takeover_asked_LAMP-1"}
    answer = await eves.choose(await eves.start(**fix), "take_over")
    assert answer["reason"] == "takeover_too_early"
    assert answer["description_placeholders"]["hours"] == "24"
    clock[0] = OBJECTION_S + 1
    answer = await eves.choose(await eves.start(**fix), "take_over")
    assert answer["type"] == "create_entry"
    assert house.gateway.owners == {"LAMP-1": eve.id}


# --- an owner who is gone ----------------------------------------------------------------------------------
@pytest.mark.parametrize("is_deleted", [True, False])
async def test_device_of_an_owner_who_is_gone_is_taken_over_at_once(
    house: House,
    owner: MockUser,
    other: MockUser,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
    is_deleted: bool,
) -> None:
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    assert issue(house, "owner_gone") is None
    if is_deleted:
        await house.hass.auth.async_remove_user(owner)
    else:
        await house.hass.auth.async_deactivate_user(owner)
        await house.hass.auth.async_update_user(owner, name="Olivia")
    await house.hass.async_block_till_done()
    assert issue(house, "owner_gone") is not None
    with pytest.raises(ServiceValidationError):
        await house.switch("turn_on", Context(user_id=other.id))

    adam = await visit(house, hass_ws_client, other)
    assert (await adam.call("handovers"))["orphans"] == [{"serial": "LAMP-1", "name": "Lamp"}]
    adams = await forms(house, hass_client, other, REPAIRS)
    form = await adams.start(handler=DOMAIN, issue_id="owner_gone_LAMP-1")
    assert form["description_placeholders"]["name"] == "Lamp"
    assert (await adams.submit(form))["type"] == "create_entry"
    await house.hass.async_block_till_done()
    assert issue(house, "owner_gone") is None
    assert notice(house).startswith("Adam took over the device Lamp")
    await house.switch("turn_on", Context(user_id=other.id))
    assert device.switched == [True]


async def test_what_was_about_to_change_hands_is_shown_again_after_a_start(
    house: House, owner: MockUser, paul: MockUser
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    await house.gateway.ownership.offer_transfer("LAMP-1", actor_of(owner), paul.id)
    await house.hass.async_block_till_done()
    eve = await house.person("Eve", is_admin=True)
    await async_ask_takeover(house.hass, house.gateway, eve, "LAMP-1")
    await house.hass.async_block_till_done()
    ir.async_delete_issue(house.hass, DOMAIN, "transfer_offered_LAMP-1")
    persistent_notification.async_dismiss_all(house.hass)
    stop = await handover_issues.async_watch_handovers(house.hass, house.gateway)
    stop()
    assert issue(house, "transfer_offered") is not None
    assert notice(house, "takeover_asked").startswith("Eve, ")


async def test_change_of_rows_costs_no_look_at_all_devices(
    house: House, owner: MockUser, paul: MockUser
) -> None:
    """Each use of a limited row is such a change."""
    await house.add_gateway()
    await house.claimed_device(owner)
    with patch.object(handover_issues, "async_has_owner") as looked:
        await async_apply_starter(
            house.gateway, User(id=owner.id), "LAMP-1", StarterChoices(automations=True)
        )
        await house.hass.async_block_till_done()
        assert len(house.gateway.permissions.state.rows) == 1
        assert not looked.called
        await house.gateway.ownership.offer_transfer("LAMP-1", actor_of(owner), paul.id)
        await house.hass.async_block_till_done()
        assert looked.called


# --- who has no part in it -----------------------------------------------------------------------------------
@pytest.mark.parametrize("command", REFUSED)
async def test_somebody_who_has_no_part_in_it_changes_nothing(
    house: House,
    owner: MockUser,
    paul: MockUser,
    hass_ws_client: WebSocketGenerator,
    command: str,
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    third = await house.person("Tim")
    await house.gateway.ownership.offer_transfer("LAMP-1", actor_of(owner), third.id)
    pauls = await visit(house, hass_ws_client, paul)
    more = {"user_id": paul.id} if command == "offer_transfer" else {}
    for serial in ("LAMP-1", "NONE-1"):
        refused = await refusal(pauls, command, serial=serial, **more)
        assert refused.code == REFUSED[command]
    assert (await pauls.call("handovers")) == {"offers": [], "takeovers": [], "orphans": []}
    offer = house.gateway.ownership.offer("LAMP-1")
    assert offer is not None
    assert offer.to_id == third.id
    assert house.gateway.owners == {"LAMP-1": owner.id}


async def test_form_without_a_gateway_says_so(
    house: House, owner: MockUser, paul: MockUser, hass_client: ClientSessionGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    await house.gateway.ownership.offer_transfer("LAMP-1", actor_of(owner), paul.id)
    await house.hass.async_block_till_done()
    ada = await house.person("Ada", is_admin=True)
    adas = await forms(house, hass_client, ada, REPAIRS)
    menu = await adas.start(handler=DOMAIN, issue_id="transfer_offered_LAMP-1")
    runtime = house.hass.data.pop(DATA_RUNTIME)
    try:
        answer = await adas.choose(menu, "accept")
    finally:
        house.hass.data[DATA_RUNTIME] = runtime
    assert answer["reason"] == "gateway_not_ready"
