"""Devices that ping become cards; what a ping says changes nothing that is set up."""

import asyncio
import json
import socket
from typing import Any
from unittest.mock import patch

from pytest_homeassistant_custom_component.common import MockUser

from homeassistant.config_entries import SOURCE_IGNORE, SOURCE_INTEGRATION_DISCOVERY
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.discovery_flow import DiscoveryKey

from .house import PASSWORD, WITHIN_S, WRONG_PASSWORD, House
from custom_components.iot_secure_gateway import discovery
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.policy.actors import User


def cards(house: House) -> list[Any]:
    """Return the cards that are shown."""
    return list(
        house.hass.config_entries.flow.async_progress_by_handler(
            DOMAIN, match_context={"source": SOURCE_INTEGRATION_DISCOVERY}
        )
    )


def ping(house: House, serial: str, **changes: object) -> None:
    """Send an unbound ping from 127.0.0.1."""
    says = {
        "v": 1,
        "sn": serial,
        "ip": "127.0.0.1",
        "port": 8863,
        "model": "Fake",
        "fw": "1",
        "claimed": False,
        **changes,
    }
    send(house, json.dumps(says, separators=(",", ":")).encode())


def send(house: House, data: bytes) -> None:
    """Send a datagram to the listener."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(data, ("127.0.0.1", house.ping_port))


async def test_pinging_device_is_shown_and_claimed_from_its_card(
    house: House, owner: MockUser
) -> None:
    await house.add_gateway()
    device = await house.device("LAMP-1", ping_port=house.ping_port)
    await house.until(lambda: bool(cards(house)))
    (card,) = cards(house)
    assert card["context"]["title_placeholders"] == {"name": "Test lamp (LAMP-1)"}
    assert card["step_id"] == "claim"

    configure = house.hass.config_entries.flow.async_configure
    form = await configure(card["flow_id"])
    assert form["description_placeholders"]["serial"] == "LAMP-1"
    fields = {"password": WRONG_PASSWORD, "owner": owner.id}
    form = await configure(card["flow_id"], fields)
    assert form["errors"] == {"password": "wrong_password"}
    device.let_time_pass(2)
    result = await configure(card["flow_id"], {**fields, "password": PASSWORD})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert dict(result["result"].data) == {"host": "127.0.0.1", "port": device.port}
    await house.known()
    assert not cards(house)


async def test_refusal_without_a_field_of_its_own_is_told_for_the_whole_card(
    house: House, owner: MockUser
) -> None:
    await house.add_gateway()
    device = await house.device("LAMP-1", ping_port=house.ping_port)
    await house.until(lambda: bool(cards(house)))
    await device.stop()
    (card,) = cards(house)
    form = await house.hass.config_entries.flow.async_configure(
        card["flow_id"], {"password": PASSWORD, "owner": owner.id}
    )
    assert form["errors"] == {"base": "device_unreachable"}
    await device.start()
    house.gateway._pings.forget("LAMP-1")  # the card outlives the ping it came from
    result = await house.hass.config_entries.flow.async_configure(
        card["flow_id"], {"password": PASSWORD, "owner": owner.id}
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_repeated_pings_show_one_card(house: House) -> None:
    await house.add_gateway()
    for _ in range(5):
        ping(house, "FAKE-1")
    ping(house, "FAKE-1", port=9000)  # it moved: still one card
    ping(house, "FAKE-2")
    await house.until(lambda: len(cards(house)) == 2)
    assert {card["context"]["unique_id"] for card in cards(house)} == {"FAKE-1", "FAKE-2"}


async def test_ping_in_the_name_of_a_set_up_device_changes_nothing(
    house: House, owner: MockUser
) -> None:
    await house.add_gateway()
    device, entry = await house.claimed_device(owner)
    before = dict(entry.data)
    ping(house, "LAMP-1", port=1)
    ping(house, "OTHER-1")
    await house.until(lambda: len(cards(house)) == 1)
    assert cards(house)[0]["context"]["unique_id"] == "OTHER-1"
    assert dict(entry.data) == before
    assert house.gateway.devices["LAMP-1"].port == device.port


async def test_device_of_another_gateway_is_not_shown(house: House) -> None:
    await house.add_gateway()
    shown: list[str] = []
    house.gateway.add_discovery_listener(lambda discovered: shown.append(discovered.serial))
    body = {
        "v": 1,
        "sn": "FOREIGN-1",
        "ip": "127.0.0.1",
        "port": 8863,
        "model": "Fake",
        "fw": "1",
        "claimed": True,
        "boot": 1,
        "seq": 0,
    }
    send(house, b"ISG1P" + json.dumps(body, separators=(",", ":")).encode() + bytes(16))
    ping(house, "OTHER-1")
    await house.until(lambda: bool(cards(house)))
    assert {card["context"]["unique_id"] for card in cards(house)} == {"OTHER-1"}


async def test_flood_of_pings_shows_a_bounded_number_of_cards(house: House) -> None:
    await house.add_gateway()
    with patch.object(discovery, "MAX_CARDS", 3):
        for number in range(9):
            ping(house, f"FAKE-{number}")
        await house.until(lambda: len(house.gateway.discovered) == 9)
        await house.hass.async_block_till_done(wait_background_tasks=True)
        assert len(cards(house)) == 3


async def test_garbage_shows_nothing(house: House) -> None:
    await house.add_gateway()
    for data in (b"", b"{", b"\x00" * 512, b"[" * 400, b"A" * 4000, b'{"v":1,"sn":1}'):
        send(house, data)
    for odd in ("", "lower", "A" * 33, "A B", "\u0000", None, 7):
        ping(house, odd)  # type: ignore[arg-type]
    ping(house, "OTHER-1", model="\x1b[31mred" + "x" * 40)
    await house.until(lambda: bool(cards(house)))
    (card,) = cards(house)
    assert "\x1b" not in card["context"]["title_placeholders"]["name"]


async def test_ignored_device_is_not_shown_until_it_is_ignored_no_longer(house: House) -> None:
    await house.add_gateway()
    ping(house, "FAKE-1")
    await house.until(lambda: bool(cards(house)))
    await house.hass.config_entries.flow.async_init(
        DOMAIN,
        context={
            "source": SOURCE_IGNORE,
            "discovery_key": DiscoveryKey(domain=DOMAIN, key="FAKE-1", version=1),
        },
        data={"unique_id": "FAKE-1", "title": "x"},
    )
    await house.hass.async_block_till_done()
    assert not cards(house)
    ping(house, "FAKE-1", model="Changed")
    ping(house, "OTHER-1")
    await house.until(lambda: bool(cards(house)))
    assert {card["context"]["unique_id"] for card in cards(house)} == {"OTHER-1"}

    (ignored,) = house.hass.config_entries.async_entries(DOMAIN, include_ignore=True)[1:]
    assert ignored.source == SOURCE_IGNORE
    await house.hass.config_entries.async_remove(ignored.entry_id)
    await house.until(lambda: len(cards(house)) == 2)  # at once, without another ping


async def test_removed_device_is_shown_again_and_restored_without_a_password(
    house: House, owner: MockUser
) -> None:
    """Its pings are signed with a key that is still here."""
    await house.add_gateway()
    device, entry = await house.claimed_device(owner, ping_port=house.ping_port)
    await house.hass.config_entries.async_remove(entry.entry_id)
    await house.until(lambda: bool(cards(house)))
    (card,) = cards(house)
    assert card["step_id"] == "restore"
    form = await house.hass.config_entries.flow.async_configure(card["flow_id"])
    assert form["description_placeholders"] == {"serial": "LAMP-1", "owner": "Olivia"}
    result = await house.hass.config_entries.flow.async_configure(card["flow_id"], {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await house.known()
    assert house.gateway.owners == {"LAMP-1": owner.id}
    assert house.state("switch", "LAMP-1-relay") == "off"
    assert device.log.count("127.0.0.1: claimed") == 1


async def test_device_that_pings_before_its_entry_is_gone_is_shown(
    house: House, owner: MockUser
) -> None:
    """Let go at the console: it says so at once, while Home Assistant still takes its entities away."""
    await house.add_gateway()
    _, entry = await house.claimed_device(owner)  # from no card
    assert await house.gateway.release("LAMP-1", User(id=owner.id, name="Olivia"))
    ping(house, "LAMP-1")
    async with asyncio.timeout(WITHIN_S):
        while "LAMP-1" not in house.gateway.discovered:
            await asyncio.sleep(0.001)
    await house.hass.async_block_till_done()
    assert not cards(house)
    await house.hass.config_entries.async_remove(entry.entry_id)
    await house.until(lambda: bool(cards(house)))  # at once, without another ping
    (card,) = cards(house)
    assert card["step_id"] == "claim"


async def test_cards_come_after_the_listener_was_reloaded(house: House) -> None:
    entry = await house.add_gateway()
    assert await house.hass.config_entries.async_reload(entry.entry_id)
    ping(house, "FAKE-1")
    await house.until(lambda: bool(cards(house)))
    assert await house.hass.config_entries.async_unload(entry.entry_id)
    assert house.gateway.ping_port is None
    await asyncio.wait({house.hass.async_create_task(house.hass.async_block_till_done())})
