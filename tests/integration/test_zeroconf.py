"""Devices that announce themselves by DNS-SD become cards, too, and nothing more."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from ipaddress import ip_address
import socket
from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from zeroconf import IPVersion
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from homeassistant.components import zeroconf
from homeassistant.config_entries import SOURCE_ZEROCONF, ConfigFlowResult
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED, EVENT_HOMEASSISTANT_STOP
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
from homeassistant.setup import async_setup_component

from .house import PASSWORD, House
from .test_discovery import cards as ping_cards, ping
from custom_components.iot_secure_gateway import discovery
from custom_components.iot_secure_gateway.announcements import MAX_PROPERTIES, read_announcement
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.runtime import DATA_RUNTIME

SERVICE = "_iotsg._tcp.local."
FACTS = {"sn": "LAMP-1", "model": "Test lamp", "fw": "1", "claimed": "0"}
TOO_MANY: dict[str, Any] = {f"x{number}": "" for number in range(MAX_PROPERTIES)}
ON_LOOPBACK: dict[str, Any] = {"interfaces": ["127.0.0.1"], "ip_version": IPVersion.V4Only}


def cards(house: House) -> list[Any]:
    return list(
        house.hass.config_entries.flow.async_progress_by_handler(
            DOMAIN, match_context={"source": SOURCE_ZEROCONF}
        )
    )


def info(port: int | None = 8863, host: str = "127.0.0.1", **facts: Any) -> ZeroconfServiceInfo:
    """Return what Home Assistant hands on of an announcement."""
    address = ip_address(host)
    return ZeroconfServiceInfo(
        ip_address=address,
        ip_addresses=[address],
        port=port,
        hostname="lamp.local.",
        type=SERVICE,
        name=f"lamp.{SERVICE}",
        properties={name: value for name, value in {**FACTS, **facts}.items() if value is not ...},
    )


async def announce(house: House, said: ZeroconfServiceInfo) -> ConfigFlowResult:
    return await house.hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_ZEROCONF}, data=said
    )


@asynccontextmanager
async def announced(port: int, facts: dict[str, str]) -> AsyncGenerator[None]:
    """Announce a device on loopback with a responder of its own."""
    responder = AsyncZeroconf(**ON_LOOPBACK)
    service = AsyncServiceInfo(
        SERVICE,
        f"lamp.{SERVICE}",
        addresses=[socket.inet_aton("127.0.0.1")],
        port=port,
        properties=facts,
        server="lamp.local.",
    )
    try:
        await (await responder.async_register_service(service))
        yield
    finally:
        await responder.async_close()


async def test_announced_device_is_shown_and_claimed_from_its_card(
    house: House, owner: MockUser
) -> None:
    """Over real multicast packets, through Home Assistant's own browser."""
    await house.add_gateway(listen=False)
    device = await house.device("LAMP-1")
    with patch.object(zeroconf, "_async_get_zc_args", return_value=ON_LOOPBACK):
        assert await async_setup_component(house.hass, "zeroconf", {})
        house.hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
        async with announced(device.port, FACTS):
            await house.until(lambda: bool(cards(house)))
            (card,) = cards(house)
            assert card["context"]["title_placeholders"] == {"name": "Test lamp (LAMP-1)"}
            assert (card["step_id"], card["context"]["unique_id"]) == ("claim", "LAMP-1")
            result = await house.hass.config_entries.flow.async_configure(
                card["flow_id"], {"password": PASSWORD, "owner": owner.id}
            )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert dict(result["result"].data) == {"host": "127.0.0.1", "port": device.port}
    await house.known()
    house.hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await house.hass.async_block_till_done()


async def test_device_that_pings_and_announces_is_one_card(house: House) -> None:
    await house.add_gateway()
    ping(house, "LAMP-1")
    await house.until(lambda: bool(ping_cards(house)))
    answer = await announce(house, info())
    assert (answer["type"], answer["reason"]) == (FlowResultType.ABORT, "already_in_progress")


async def test_announcement_moves_no_device_that_is_set_up(house: House, owner: MockUser) -> None:
    await house.add_gateway()
    _, entry = await house.claimed_device(owner)
    before = dict(entry.data)
    for claimed in ("0", "1"):
        answer = await announce(house, info(port=1, claimed=claimed))
        assert (answer["type"], answer["reason"]) == (FlowResultType.ABORT, "already_configured")
    assert dict(entry.data) == before
    assert house.gateway.devices["LAMP-1"].is_connected


async def test_removed_device_that_announces_itself_is_restored(
    house: House, owner: MockUser
) -> None:
    await house.add_gateway()
    device, entry = await house.claimed_device(owner)
    await house.hass.config_entries.async_remove(entry.entry_id)
    form = await announce(house, info(port=device.port, claimed="1"))
    assert form["step_id"] == "restore"
    answer = await house.submit(form, {})
    assert answer["type"] is FlowResultType.CREATE_ENTRY
    await house.known()
    assert house.gateway.owners == {"LAMP-1": owner.id}


async def test_device_of_another_gateway_is_not_shown(house: House) -> None:
    await house.add_gateway()
    answer = await announce(house, info(claimed="1"))
    assert (answer["type"], answer["reason"]) == (FlowResultType.ABORT, "not_shown")


async def test_announcements_and_pings_share_one_number_of_cards(house: House) -> None:
    await house.add_gateway()
    with patch.object(discovery, "MAX_CARDS", 2):
        ping(house, "FAKE-1")
        await house.until(lambda: bool(ping_cards(house)))
        for number in range(2, 6):
            await announce(house, info(sn=f"FAKE-{number}"))
        assert len(cards(house)) == 1
        ping(house, "FAKE-9")
        await house.until(lambda: "FAKE-9" in house.gateway.discovered)
        await house.hass.async_block_till_done(wait_background_tasks=True)
        assert len(ping_cards(house)) == 1


@pytest.mark.parametrize(
    "said",
    [
        info(sn=...),
        info(sn=""),
        info(sn="lower"),
        info(sn="A" * 33),
        info(sn="A" * 100_000),
        info(sn="A\x00"),
        info(sn=None),
        info(sn=b"LAMP-1"),
        info(claimed=...),
        info(claimed="2"),
        info(claimed=True),
        info(port=0),
        info(port=65536),
        info(port=None),
        info(host="0.0.0.0"),
        info(host="::"),
        info(**TOO_MANY),
    ],
)
async def test_what_is_no_announcement_shows_nothing(
    house: House, said: ZeroconfServiceInfo
) -> None:
    await house.add_gateway(listen=False)
    answer = await announce(house, said)
    assert (answer["type"], answer["reason"]) == (FlowResultType.ABORT, "not_a_device")
    assert not cards(house)


def test_name_of_a_model_is_cleaned() -> None:
    seen = read_announcement(info(model="\x1b[31m" + "x" * 10_000))
    assert seen is not None
    assert seen.model.isprintable()
    assert len(seen.model) == 64
    odd = read_announcement(info(model=7))
    assert odd is not None
    assert odd.model == ""


async def test_announcement_without_a_gateway_shows_nothing(house: House) -> None:
    await house.add_gateway(listen=False)
    runtime = house.hass.data.pop(DATA_RUNTIME)
    try:
        answer = await announce(house, info())
    finally:
        house.hass.data[DATA_RUNTIME] = runtime
    assert answer["reason"] == "gateway_not_ready"
