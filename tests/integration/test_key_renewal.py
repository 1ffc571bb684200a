"""New keys by schedule: chosen in the gateway's options, and told when it fails."""

from typing import Any

from pytest_homeassistant_custom_component.common import MockUser

from homeassistant.config_entries import ConfigEntry
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir

from .house import House
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.events import KeyRotationFailed
from custom_components.iot_secure_gateway.gateway.key_schedule import DAY_S, KeySchedule
from custom_components.iot_secure_gateway.key_renewal import CONF_KEY_DAYS

ISSUE = "key_rotation_failed_LAMP-1"


async def choose(house: House, entry: ConfigEntry, days: int) -> None:
    """Fill in the form of the gateway's options."""
    flow = house.hass.config_entries.options
    result = await flow.async_init(entry.entry_id)
    result = await flow.async_configure(result["flow_id"], {"next_step_id": "keys"})
    assert result["step_id"] == "keys"
    result = await flow.async_configure(result["flow_id"], {CONF_KEY_DAYS: days})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await house.hass.async_block_till_done()


def schedule(house: House) -> KeySchedule:
    return house.gateway.key_schedule


def make_old(house: House, days: int) -> None:
    """Let the clock of the schedule run ahead."""
    now: Any = schedule(house)._unix_time
    schedule(house)._unix_time = lambda: now() + days * DAY_S


async def test_keys_are_replaced_as_the_options_say(house: House, owner: MockUser) -> None:
    entry = await house.add_gateway()
    await house.claimed_device(owner)
    bindings = house.gateway._registry.bindings.records
    key = bindings["LAMP-1"].key
    await choose(house, entry, 30)
    assert entry.options[CONF_KEY_DAYS] == 30
    assert entry.options["listen_for_pings"] is True
    await schedule(house).replace_due()
    make_old(house, 31)
    await schedule(house).replace_due()
    assert bindings["LAMP-1"].key != key
    await house.known()

    await choose(house, entry, 0)
    assert schedule(house)._task is None
    await house.hass.config_entries.async_unload(entry.entry_id)
    assert schedule(house)._task is None


async def test_failure_is_an_issue_until_it_works(house: House, owner: MockUser) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    issues = ir.async_get(house.hass)
    house.gateway.events.emit(KeyRotationFailed(serial="LAMP-1", code="no_answer"))
    shown = issues.async_get_issue(DOMAIN, ISSUE)
    assert shown is not None
    assert shown.translation_placeholders == {"device": "Lamp", "serial": "LAMP-1"}
    assert not shown.is_fixable
    link: Any = house.gateway._links["LAMP-1"]
    await house.gateway._acts.rotate(link)
    assert issues.async_get_issue(DOMAIN, ISSUE) is None
