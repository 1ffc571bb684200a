"""The page of system information tells how the gateway does, and nothing that is anybody's business."""

import asyncio
from pathlib import Path
import shutil
from typing import Any

from pytest_homeassistant_custom_component.common import MockUser, get_system_health_info

from homeassistant.setup import async_setup_component

from .house import House
from .test_setup import restarted, unload_all
from .test_texts import texts
from custom_components.iot_secure_gateway.const import DOMAIN


async def info(house: House) -> dict[str, Any]:
    """Return what the page shows."""
    assert await async_setup_component(house.hass, "system_health", {})
    await house.hass.async_block_till_done()
    found: dict[str, Any] = await get_system_health_info(house.hass, DOMAIN)
    return found


async def test_page_shows_counts_and_states(house: House, owner: MockUser) -> None:
    await house.add_gateway()
    device, entry = await house.claimed_device(owner)
    before = {
        "devices": 1,
        "linked": 1,
        "suspended": 0,
        "listens": True,
        "ping_port": house.ping_port,
        "discovered": 0,
        "owned": 1,
        "appointments": 0,
        "rows": len(house.gateway.permissions.state.rows),
        "was_stopped_in_order": True,
    }
    assert await info(house) == before
    await device.stop()
    await house.until(lambda: house.state("switch", "LAMP-1-relay") == "unavailable")
    assert await info(house) == {**before, "linked": 0}
    await house.hass.config_entries.async_unload(entry.entry_id)
    assert await info(house) == {**before, "devices": 0, "linked": 0}


async def test_gateway_that_does_not_listen_has_no_port(house: House) -> None:
    await house.add_gateway(listen=False)
    shown = await info(house)
    assert (shown["listens"], shown["ping_port"]) == (False, 0)


async def test_every_line_of_the_page_has_a_text(house: House) -> None:
    await house.add_gateway()
    assert set(await info(house)) == set(texts()["system_health"]["info"])


async def test_page_says_that_home_assistant_was_killed(
    house: House, owner: MockUser, hass_config_dir: str, tmp_path: Path
) -> None:
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    left_behind = str(tmp_path / "killed")
    await asyncio.to_thread(shutil.copytree, hass_config_dir, left_behind)
    await unload_all(house.hass)
    async with restarted(house, left_behind, owner, device) as again:
        await again.known()
        assert (await info(again))["was_stopped_in_order"] is False
