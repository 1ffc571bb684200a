"""Firmware that is too old for what is wanted of it is told as a repair issue, and no longer when it is not."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.helpers import issue_registry as ir

from .house import House
from .visitor import Visitor, refusal, visit
from custom_components.iot_secure_gateway.const import DOMAIN
from iotsg_device import settings as device_settings
from iotsg_device.executor import Executor

SERIAL = "LAMP-1"
NAME = "[Lamp](http://evil.example) <img src=x> 灯"


def issue(house: House) -> ir.IssueEntry | None:
    return ir.async_get(house.hass).async_get_issue(DOMAIN, f"firmware_too_old_{SERIAL}")


@pytest.fixture
async def olivia(
    house: House,
    owner: MockUser,
    hass_ws_client: WebSocketGenerator,
) -> Visitor:
    await house.add_gateway()
    await house.claimed_device(owner, SERIAL, name=NAME)
    return await visit(house, hass_ws_client, owner)


async def test_device_that_cannot_take_settings_back_is_told_and_not_set_to_what_locks_out(
    house: House, olivia: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(device_settings, "TRIAL_MS", 0)  # of before devices told it
        shown = await olivia.call("deployments", serial=SERIAL)
        assert shown["trial_s"] == 0
        found = issue(house)
        assert found is not None
        assert found.translation_key == "firmware_too_old_trial"
        placeholders: dict[str, Any] = found.translation_placeholders or {}
        assert placeholders["firmware"] == r"1\.0"
        assert placeholders["serial"] == SERIAL
        assert r"\[Lamp\]\(http" in placeholders["name"], "shown as text, not as a link"
        values = {"ip_recovery": "strict"}
        await olivia.call("put_deployment", serial=SERIAL, name="strict", values=values)
        refused = await refusal(
            olivia, "activate_deployment", serial=SERIAL, name="strict", confirm=True
        )
        assert refused.code == "no_trial"
        assert "Update its firmware first" in refused.text
    assert (await olivia.call("deployments", serial=SERIAL))["trial_s"] == 300
    assert issue(house) is None, "as after an update"
    answer = await olivia.call("activate_deployment", serial=SERIAL, name="strict", confirm=True)
    assert answer == {"applied": True}


async def test_device_that_no_longer_tells_settings_is_told_until_its_deployments_or_it_are_gone(
    house: House, olivia: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await olivia.call("deployments", serial=SERIAL)
    await olivia.call("put_deployment", serial=SERIAL, name="away", values={"report_interval": 60})
    check = Executor.check

    def before_there_were_settings(self: Executor, command: dict[str, Any]) -> str | None:
        return "unknown command" if "settings" in command["cmd"] else check(self, command)

    monkeypatch.setattr(Executor, "check", before_there_were_settings)
    await olivia.call("deployments", serial=SERIAL)
    found = issue(house)
    assert found is not None
    assert found.translation_key == "firmware_too_old_settings"
    await olivia.call("delete_deployment", serial=SERIAL, name="away")
    await olivia.call("deployments", serial=SERIAL)
    assert issue(house) is None


async def test_issue_goes_with_the_device(
    house: House, owner: MockUser, olivia: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device_settings, "TRIAL_MS", 0)
    await olivia.call("deployments", serial=SERIAL)
    assert issue(house) is not None
    await olivia.call("release", serial=SERIAL)
    await house.hass.async_block_till_done()
    assert issue(house) is None
