"""The blueprints are installed without overwriting anything, and each of them runs (B28)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
import shutil
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import (
    MockUser,
    async_fire_time_changed,
    async_mock_service,
)

from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from .house import House
from .test_actions import device_id
from .test_threats import spoofed
from custom_components.iot_secure_gateway.blueprints_action import FOLDER
from custom_components.iot_secure_gateway.const import DOMAIN

NAMES = ["nightly_report.yaml", "refused_at_the_door.yaml", "spoof_alarm.yaml"]


@pytest.fixture
def folder(hass: HomeAssistant, tmp_path: Path) -> Iterator[Path]:
    """Home Assistant's own folder, empty."""
    before, hass.config.config_dir = hass.config.config_dir, str(tmp_path)
    yield tmp_path / "blueprints/automation" / DOMAIN
    hass.config.config_dir = before


async def install(house: House, person: MockUser) -> Any:
    answer = await house.hass.services.async_call(
        DOMAIN,
        "install_blueprints",
        {},
        blocking=True,
        return_response=True,
        context=Context(user_id=person.id),
    )
    assert answer is not None
    return answer["added"]


async def use(house: House, name: str, said: str, **inputs: Any) -> None:
    """Make an automation of a blueprint that tells one of its variables."""
    tell = [{"action": "test.told", "data": {"said": f"{{{{ {said} }}}}"}}]
    blueprint = {"path": f"{DOMAIN}/{name}", "input": {**inputs, "actions": tell}}
    assert await async_setup_component(
        house.hass, AUTOMATION, {AUTOMATION: [{"alias": name, "use_blueprint": blueprint}]}
    )
    await house.hass.async_block_till_done()
    assert house.hass.states.is_state(f"automation.{name.removesuffix('.yaml')}_yaml", "on")


async def test_installed_once_and_what_was_changed_stays(
    house: House, other: MockUser, folder: Path
) -> None:
    await house.add_gateway(listen=False)
    assert await install(house, other) == NAMES
    (folder / NAMES[0]).write_text("mine")
    (folder / NAMES[1]).unlink()
    assert await install(house, other) == [NAMES[1]]
    assert (folder / NAMES[0]).read_text() == "mine"


async def test_only_administrators_install_and_a_fault_is_told(
    house: House, owner: MockUser, other: MockUser, folder: Path
) -> None:
    await house.add_gateway(listen=False)
    with pytest.raises(Unauthorized):
        await install(house, owner)
    assert not folder.exists()
    folder.parent.parent.write_text("a file where a folder should be")
    with pytest.raises(ServiceValidationError, match="could not be written"):
        await install(house, other)


async def test_door_blueprint_runs_when_somebody_is_refused(
    house: House, owner: MockUser, other: MockUser, folder: Path
) -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == NAMES
    hass = house.hass
    await house.add_gateway()
    await house.claimed_device(owner)
    folder.mkdir(parents=True)
    for name in NAMES:
        shutil.copyfile(FOLDER / name, folder / name)
    calls = async_mock_service(hass, "test", "told")

    await use(house, "refused_at_the_door.yaml", "command", door=device_id(house))
    with pytest.raises(ServiceValidationError):
        await house.switch("turn_on", Context(user_id=other.id))
    await house.until(lambda: [call.data["said"] for call in calls] == ["turn_on"])


async def test_alarm_blueprint_runs_when_something_grave_is_noticed(
    house: House, owner: MockUser, folder: Path
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    folder.mkdir(parents=True)
    shutil.copyfile(FOLDER / "spoof_alarm.yaml", folder / "spoof_alarm.yaml")
    calls = async_mock_service(house.hass, "test", "told")
    await use(house, "spoof_alarm.yaml", "detection")
    spoofed(house)
    await house.until(lambda: [call.data["said"] for call in calls] == ["command_altered"])


async def test_report_blueprint_tells_the_figures_of_the_day(house: House, folder: Path) -> None:
    await house.add_gateway(listen=False)
    folder.mkdir(parents=True)
    shutil.copyfile(FOLDER / "nightly_report.yaml", folder / "nightly_report.yaml")
    calls = async_mock_service(house.hass, "test", "told")
    sensors = {
        key: house.entity_id("sensor", f"gateway.{key}")
        for key in ("threat_level", "sessions_today", "refused_today")
    }
    soon = dt_util.now().replace(hour=21, minute=30, second=0, microsecond=0)
    if soon <= dt_util.now():
        soon += timedelta(days=1)
    await use(
        house,
        "nightly_report.yaml",
        "level ~ '/' ~ sessions ~ '/' ~ refused",
        at="21:30:00",
        **sensors,
    )
    async_fire_time_changed(house.hass, soon)
    await house.until(lambda: [call.data["said"] for call in calls] == ["very_low/0/0"])
    await house.hass.services.async_call(
        AUTOMATION, "turn_off", {"entity_id": "all"}, blocking=True
    )
