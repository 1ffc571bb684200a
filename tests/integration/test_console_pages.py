"""The console's pages: what each person is shown, and that it follows what happens (FIG 1, B27)."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser, async_fire_time_changed
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.components import frontend, websocket_api
from homeassistant.components.websocket_api.const import SIGNAL_WEBSOCKET_DISCONNECTED
from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from .house import WITHIN_S, House
from .test_rows import row_for
from .visitor import Visitor, refusal, visit
from custom_components.iot_secure_gateway.console.command import Caller, Message
from custom_components.iot_secure_gateway.console.subscription import subscription
from custom_components.iot_secure_gateway.const import DOMAIN, PANEL_PATH
from custom_components.iot_secure_gateway.gateway.events import StandingBy

PAGES = (
    "overview",
    "pages",
    "my_access",
    "permissions",
    "ownership",
    "areas",
)  # everybody may look; what they see is their own


@pytest.fixture
async def ben(house: House) -> MockUser:
    """Somebody of the household who owns nothing."""
    return await house.person("Ben")


async def seen_until(
    visitor: Visitor, shown: dict[str, Any], is_it: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """Look at a page until it shows something."""
    for _ in range(20):
        if is_it(shown):
            break
        shown = await visitor.see()
    assert is_it(shown)
    return shown


def buttons(shown: dict[str, Any]) -> list[tuple[str, bool]]:
    return [
        (button["command"], button["is_allowed"])
        for device in shown["devices"]
        for entity in device["entities"]
        for button in entity["buttons"]
    ]


async def test_first_page_shows_an_owner_their_devices_and_follows_them(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    shown = await olivia.look("overview")
    shown = await seen_until(
        olivia, shown, lambda one: bool(one["devices"]) and one["devices"][0]["is_connected"]
    )
    (lamp,) = shown["devices"]
    assert (lamp["name"], lamp["is_yours"], lamp["problem"]) == ("Lamp", True, None)
    await device.stop()
    shown = await seen_until(olivia, shown, lambda one: not one["devices"][0]["is_connected"])
    assert shown["attention"] == []  # it comes back by itself


async def test_device_is_called_what_its_people_call_it(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    registry = dr.async_get(house.hass)
    (lamp,) = (one for one in registry.devices if one.serial_number == "LAMP-1")

    async def names(wanted: str) -> None:
        shown = await olivia.look("overview")
        await seen_until(olivia, shown, lambda one: one["devices"][0]["name"] == wanted)

    registry.async_update_device(lamp.id, name_by_user="Ceiling")
    await names("Ceiling")
    (entry,) = house.hass.config_entries.async_loaded_entries(DOMAIN)[1:]
    await house.hass.config_entries.async_reload(entry.entry_id)
    await names("Ceiling")
    registry.async_update_device(lamp.id, name_by_user=None)
    await names("Lamp")


async def test_pages_are_offered_to_whom_they_have_something_for(
    house: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    everybody = {"overview", "my-access", "audit"}
    bens = await (await visit(house, hass_ws_client, ben)).look("pages")
    assert set(bens["pages"]) == everybody
    olivias = await (await visit(house, hass_ws_client, owner)).look("pages")
    assert set(olivias["pages"]) == everybody | {"permissions", "monitoring"}
    administrator = await house.person("Ada", is_admin=True)
    adas = await (await visit(house, hass_ws_client, administrator)).look("pages")
    assert set(adas["pages"]) == everybody | {"monitoring", "records", "gateway"}


async def test_devices_that_wait_for_a_claim_are_shown_to_everybody(
    house: House, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    visitor = await visit(house, hass_ws_client, ben)
    shown = await visitor.look("overview")
    assert (shown["devices"], shown["discovered"]) == ([], [])
    await house.device("LAMP-1", ping_port=house.ping_port)
    shown = await seen_until(visitor, shown, lambda one: bool(one["discovered"]))
    assert shown["discovered"][0]["serial"] == "LAMP-1"


async def test_offer_is_shown_to_both_and_to_nobody_else(
    house: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    await (await visit(house, hass_ws_client, owner)).call(
        "offer_transfer", serial="LAMP-1", user_id=ben.id
    )
    offered = {}
    for person in (owner, ben, await house.person("Mia")):
        shown = await (await visit(house, hass_ws_client, person)).look("overview")
        offered[person.name] = [offer["is_to_you"] for offer in shown["handovers"]["offers"]]
    assert offered == {"Olivia": [False], "Ben": [True], "Mia": []}


async def test_my_access_offers_what_rows_allow_and_tells_when_the_rest_is(
    house: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    page = await visit(house, hass_ws_client, ben)
    shown = await page.look("my_access")
    assert shown == {"devices": [], "left_out": 0}  # not even that there is a device

    made = await olivia.call("add_row", row=row_for(ben))
    shown = await seen_until(page, shown, lambda one: bool(one["devices"]))
    assert buttons(shown) == [("turn_on", True), ("turn_off", True)]
    (lamp,) = shown["devices"]
    assert (lamp["owner"], lamp["is_yours"]) == ("Olivia", False)
    assert lamp["entities"][0]["entity_id"] == "switch.lamp_relay"

    later = row_for(ben, times={"dates": [{"first": "2090-01-01"}]})
    made = await olivia.call("change_row", **made, row=later)
    never = row_for(ben, commands={"groups": ["configure"]})
    shown = await seen_until(
        page, shown, lambda one: not one["devices"]
    )  # beyond what is looked at
    await olivia.call("change_row", **made, row=never)
    shown = await (await visit(house, hass_ws_client, ben)).look("my_access")
    assert shown["devices"] == []


async def test_locked_button_says_when_it_opens(
    house: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    await olivia.call("add_row", row=row_for(ben))
    shut = row_for(ben, effect="forbid", times={"hours": [{"start": "00:00", "end": "23:59:59"}]})
    await olivia.call("add_row", row=shut)
    shown = await (await visit(house, hass_ws_client, ben)).look("my_access")
    (lamp,) = shown["devices"]
    (relay,) = lamp["entities"]
    assert relay["entity_id"] is None  # reading is forbidden as well
    assert [button["is_allowed"] for button in relay["buttons"]] == [False, False]
    assert all("T" in button["next_at"] for button in relay["buttons"])


async def test_open_page_is_told_nothing_more_once_the_console_is_switched_off(
    house: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    entry = await house.add_gateway()
    await house.claimed_device(owner)
    page = await visit(house, hass_ws_client, ben)
    assert (await page.look("my_access"))["devices"] == []
    house.hass.config_entries.async_update_entry(entry, options={**entry.options, "console": False})
    house.gateway.events.emit(StandingBy(serial="LAMP-1"))
    async_fire_time_changed(house.hass, dt_util.utcnow() + timedelta(seconds=2))
    await house.hass.async_block_till_done()
    refused = await refusal(page, "my_access")  # the next thing that is heard: nothing came before
    assert refused.code == "console_off"


async def test_closed_page_costs_nothing_any_more(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    websocket = await hass_ws_client(house.hass)
    device = house.gateway.devices["LAMP-1"]
    before = len(house.gateway.events._listeners), len(device._listeners)
    await websocket.send_json_auto_id({"type": "iot_secure_gateway/overview"})
    subscription = (await websocket.receive_json())["id"]
    await websocket.receive_json()
    assert len(house.gateway.events._listeners) == before[0] + 1
    assert len(device._listeners) == before[1] + 1
    await websocket.send_json_auto_id({"type": "unsubscribe_events", "subscription": subscription})
    while (await websocket.receive_json())["type"] != "result":
        pass
    assert (len(house.gateway.events._listeners), len(device._listeners)) == before


async def test_page_that_is_gone_before_there_is_anything_to_show_is_not_kept(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    asked, gone, shown = (asyncio.Event() for _ in range(3))
    ended: list[bool] = []

    @callback
    def closed() -> None:
        gone.set()

    async def show(caller: Caller, msg: Message) -> dict[str, Any]:
        asked.set()
        await shown.wait()
        ended.append(True)
        return {}

    websocket_api.async_register_command(house.hass, subscription("slow")(show))
    websocket = await hass_ws_client(house.hass)
    before = len(house.gateway.events._listeners)
    await websocket.send_json_auto_id({"type": "iot_secure_gateway/slow"})
    await asyncio.wait_for(asked.wait(), WITHIN_S)
    async_dispatcher_connect(house.hass, SIGNAL_WEBSOCKET_DISCONNECTED, closed)
    await websocket.close()
    await asyncio.wait_for(gone.wait(), WITHIN_S)
    shown.set()
    await house.hass.async_block_till_done(wait_background_tasks=True)
    assert ended
    assert len(house.gateway.events._listeners) == before


async def test_page_is_in_the_sidebar_until_the_console_is_switched_off(house: House) -> None:
    assert await async_setup_component(house.hass, "frontend", {})
    entry = await house.add_gateway(listen=False)
    assert frontend.async_panel_exists(house.hass, PANEL_PATH)
    house.hass.config_entries.async_update_entry(entry, options={**entry.options, "console": False})
    await house.hass.config_entries.async_reload(entry.entry_id)
    assert not frontend.async_panel_exists(house.hass, PANEL_PATH)
    house.hass.config_entries.async_update_entry(entry, options={**entry.options, "console": True})
    await house.hass.config_entries.async_reload(entry.entry_id)
    assert frontend.async_panel_exists(house.hass, PANEL_PATH)


async def test_home_without_a_frontend_has_no_page_and_works(house: House) -> None:
    await house.add_gateway(listen=False)
    assert not frontend.async_panel_exists(house.hass, PANEL_PATH)


async def test_page_of_permissions_shows_rows_and_what_they_can_name_to_whoever_has_authority(
    house: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    page = await olivia.look("permissions")
    assert page["rows"] == []
    (lamp,) = page["devices"]
    assert (lamp["serial"], lamp["has_authority"]) == ("LAMP-1", True)
    assert lamp["commands"] == ["turn_off", "turn_on"]
    assert [grant["by"] for grant in page["grants"]] == [None]
    assert {one["name"] for one in page["people"]} >= {"Olivia", "Ben"}

    editor = await visit(house, hass_ws_client, owner)
    await editor.call("add_row", row=row_for(ben))
    page = await seen_until(olivia, page, lambda one: bool(one["rows"]))
    assert page["rows"][0]["may_change"]
    await editor.call(
        "put_reference",
        kind="shifts",
        reference={"name": "Shift 1", "hours": [{"start": "08:00", "end": "16:00"}]},
    )
    page = await seen_until(olivia, page, lambda one: bool(one["references"]["shifts"]))

    shown = await (await visit(house, hass_ws_client, ben)).look("permissions")
    assert (shown["rows"], shown["grants"]) == ([], [])
    assert shown["people"] == [{"user_id": ben.id, "name": "Ben"}]  # nobody else's name
    assert [one["has_authority"] for one in shown["devices"]] == [
        False
    ]  # what the row lets them see
