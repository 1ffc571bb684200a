"""The page of the gateway itself: what administrators are shown, what they switch, and that nobody else does (S5)."""

from collections.abc import Callable
from pathlib import Path
import socket
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.components import frontend
from homeassistant.const import __version__ as home_assistant_version
from homeassistant.setup import async_setup_component

from .house import House
from .test_console_pages import seen_until
from .visitor import Visitor, refusal, visit
from custom_components.iot_secure_gateway.auditing import DATA_AUDIT
from custom_components.iot_secure_gateway.console import gateway_page
from custom_components.iot_secure_gateway.console.gateway_page import STORES
from custom_components.iot_secure_gateway.const import DOMAIN, PANEL_PATH
from custom_components.iot_secure_gateway.gateway.device import Problem
from custom_components.iot_secure_gateway.issues import async_ping_port_in_use
from custom_components.iot_secure_gateway.modules import MODULES

# Commands that are tried here as somebody who may not.
TRIED = {"gateway_page", "switch_module"}


@pytest.fixture
async def ada(house: House, hass_ws_client: WebSocketGenerator) -> Visitor:
    """An administrator of Home Assistant who owns nothing."""
    await house.add_gateway()
    return await visit(house, hass_ws_client, await house.person("Ada", is_admin=True))


def told(of: str, is_it: Callable[[Any], bool]) -> Callable[[dict[str, Any]], bool]:
    """Return whether one part of the page shows something."""
    return lambda shown: is_it(shown[of])


async def test_administrator_is_shown_how_the_gateway_does(house: House, ada: Visitor) -> None:
    gone = Path(house.hass.config.path(STORES), f"{DOMAIN}.gone")
    gone.symlink_to("nowhere")  # as a file that goes while the folder is looked at
    shown = await ada.look("gateway_page")
    assert shown["modules"] == [{"name": module, "is_on": True} for module in MODULES]
    audit, readings, stores = shown["databases"]
    assert (audit["name"], audit["is_file"], audit["is_on"]) == (
        "iot_secure_gateway_audit.db",
        True,
        True,
    )
    assert (readings["name"], readings["lines"]) == ("iot_secure_gateway_readings.db", 0)
    assert (stores["kind"], stores["is_reached"]) == ("stores", True)
    assert stores["lines"] >= 1
    assert stores["size"] > 0
    assert shown["links"] == {
        "devices": 0,
        "states": {},
        "invited": 0,
        "guest_here": 0,
        "shown": [],
        "left_out": 0,
        "hidden": 0,
    }
    assert shown["pings"]["port"] == house.gateway.ping_port
    assert shown["versions"]["home_assistant"] == home_assistant_version
    assert shown["versions"]["too_old"] == 0
    assert shown["restore"] == {"at": None, "waiting": 0, "locked_out": 0}


async def test_database_of_the_record_is_shown_with_its_lines_and_last_write(
    house: House, ada: Visitor
) -> None:
    await ada.call("areas")  # that she opened the console is a line
    await house.hass.data[DATA_AUDIT].store.flush()
    shown = await ada.look("gateway_page")
    audit = shown["databases"][0]
    assert audit["is_reached"]
    assert audit["lines"] >= 1
    assert audit["size"] > 0
    assert audit["written_at"] is not None


async def test_owner_sees_the_numbers_of_the_own_links_and_nobody_those_of_others(
    house: House, ada: Visitor, hass_ws_client: WebSocketGenerator
) -> None:
    owner = await house.person("Olivia", is_admin=True)
    device, _ = await house.claimed_device(owner)
    await house.until(lambda: house.gateway.devices["LAMP-1"].is_connected)
    olivia = await visit(house, hass_ws_client, owner)
    links = (await olivia.look("gateway_page"))["links"]
    (lamp,) = links["shown"]
    assert (lamp["name"], lamp["state"], lamp["links"], lamp["has_gsid"]) == (
        "Lamp",
        "connected",
        house.gateway.devices["LAMP-1"].stats.links,
        True,
    )
    assert lamp["linked_at"] is not None
    assert lamp["commands"] >= 1  # what it is, it was asked over a session
    assert (links["states"], links["hidden"]) == ({"connected": 1}, 0)

    shown = await ada.look("gateway_page")
    assert (shown["links"]["shown"], shown["links"]["hidden"]) == ([], 1)
    assert shown["links"]["states"] == {"connected": 1}
    assert "LAMP-1" not in str(shown)
    await device.stop()
    shown = await seen_until(
        ada, shown, told("links", lambda links: "connected" not in links["states"])
    )
    assert shown["links"]["devices"] == 1


async def test_more_devices_than_a_page_holds_are_counted(
    house: House,
    owner: MockUser,
    hass_ws_client: WebSocketGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await house.add_gateway()
    administrator = await house.person("Olivia", is_admin=True)
    await house.claimed_device(administrator)
    monkeypatch.setattr(gateway_page, "MAX_DEVICES", 0)
    olivia = await visit(house, hass_ws_client, administrator)
    links = (await olivia.look("gateway_page"))["links"]
    assert (links["shown"], links["left_out"], links["hidden"]) == ([], 1, 0)


async def test_other_gateways_and_what_waits_after_a_restore_are_counted(
    house: House, ada: Visitor, hass_ws_client: WebSocketGenerator
) -> None:
    owner = await house.person("Olivia", is_admin=True)
    await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    await house.known()
    await olivia.call("invite_gateway", serial="LAMP-1")
    shown = await ada.look("gateway_page")
    assert shown["links"]["invited"] == 1
    lamp = house.gateway.devices["LAMP-1"]
    lamp.is_connected, lamp.problem = False, Problem.BEHIND
    lamp.notify()
    shown = await seen_until(ada, shown, told("restore", lambda restore: restore["waiting"] == 1))
    assert shown["links"]["states"] == {"behind": 1}


async def test_pings_are_counted_by_what_became_of_them(house: House, ada: Visitor) -> None:
    shown = await ada.look("gateway_page")
    assert shown["pings"]["received"] == 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"no ping", ("127.0.0.1", house.gateway.ping_port))
    async_ping_port_in_use(house.hass, 7)  # an issue that comes has the page look again
    shown = await seen_until(ada, shown, told("pings", lambda pings: pings["received"] == 1))
    assert shown["pings"]["fates"]["unreadable"] == 1
    assert sum(shown["pings"]["fates"].values()) == 1


async def test_part_is_switched_off_and_on_and_the_record_says_by_whom(
    house: House, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    person = await house.person("Ada", is_admin=True)
    ada = await visit(house, hass_ws_client, person)
    shown = await ada.look("gateway_page")
    await ada.send("switch_module", module="readings", is_on=False)
    shown = await changed(ada)
    assert {"name": "readings", "is_on": False} in shown["modules"]
    assert not house.gateway.readings.is_on
    assert [one["is_on"] for one in shown["databases"]] == [True, False, True]
    await ada.send("switch_module", module="readings", is_on=True)
    shown = await changed(ada)
    assert {"name": "readings", "is_on": True} in shown["modules"]
    assert house.gateway.readings.is_on
    lines = (await (await visit(house, hass_ws_client, person)).call("audit"))["lines"]
    acts = [(line["command"], line["name"]) for line in lines if line["kind"] == "act"]
    assert acts == [("switch_module", "Ada"), ("switch_module", "Ada")]
    await ada.send("switch_module", module="audit", is_on=False)
    await changed(ada)
    assert not house.hass.data[DATA_AUDIT].audit.is_on


async def changed(visitor: Visitor) -> dict[str, Any]:
    """Return what the page shows after a command that was sent, whichever answer comes first."""
    answers = [await visitor.receive(), await visitor.receive()]
    assert [one["success"] for one in answers if one["type"] == "result"] == [True]
    (event,) = [one["event"] for one in answers if one["type"] == "event"]
    return dict(event)


async def test_page_goes_with_the_console(house: House, hass_ws_client: WebSocketGenerator) -> None:
    assert await async_setup_component(house.hass, "frontend", {})
    entry = await house.add_gateway()
    ada = await visit(house, hass_ws_client, await house.person("Ada", is_admin=True))
    assert frontend.async_panel_exists(house.hass, PANEL_PATH)
    await ada.call("switch_module", module="console", is_on=False)
    assert not frontend.async_panel_exists(house.hass, PANEL_PATH)
    assert (await refusal(ada, "gateway_page")).code == "console_off"
    # The form of the options brings it back.
    house.hass.config_entries.async_update_entry(entry, options={**entry.options, "console": True})
    await house.hass.config_entries.async_reload(entry.entry_id)
    assert frontend.async_panel_exists(house.hass, PANEL_PATH)


async def test_nobody_but_administrators_is_shown_or_switches_anything(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)  # owns a device, and is no administrator
    fields: dict[str, Any] = {"module": "audit", "is_on": False}
    assert (await refusal(olivia, "gateway_page")).code == "gateway_for_administrators"
    assert (await refusal(olivia, "switch_module", **fields)).code == "gateway_for_administrators"
    assert house.hass.data[DATA_AUDIT].audit.is_on


async def test_what_is_no_part_is_not_switched(ada: Visitor) -> None:
    assert (
        await refusal(ada, "switch_module", module="links", is_on=False)
    ).code == "invalid_format"


async def test_without_an_entry_nothing_is_switched(house: House, ada: Visitor) -> None:
    (entry,) = house.hass.config_entries.async_entries("iot_secure_gateway")
    await house.hass.config_entries.async_remove(entry.entry_id)
    refused = await refusal(ada, "switch_module", module="readings", is_on=False)
    assert refused.code == "gateway_not_ready"
