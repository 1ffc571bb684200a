"""Parts of the gateway that are switched off are off, and everything else works without them."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context
from homeassistant.data_entry_flow import FlowResultType

from .house import PASSWORD, House, token_of
from .test_readings import measured
from .test_zeroconf import announce, info
from .visitor import visit
from custom_components.iot_secure_gateway.auditing import DATA_AUDIT
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.audit import NOBODY
from custom_components.iot_secure_gateway.gateway.audit_pages import Filter, Scope
from custom_components.iot_secure_gateway.modules import MODULES, modules_schema

PINGS = "listen_for_pings"


async def switch_modules(house: House, entry: ConfigEntry, **changes: bool) -> None:
    """Fill in the form of the gateway's options; what is not named is on."""
    flow = house.hass.config_entries.options
    result = await flow.async_init(entry.entry_id)
    result = await flow.async_configure(result["flow_id"], {"next_step_id": "modules"})
    result = await flow.async_configure(
        result["flow_id"], {**dict.fromkeys(MODULES, True), **changes}
    )
    if result.get("step_id") == "record_off":  # what is lost is said first
        assert entry.options.get("audit", True)
        result = await flow.async_configure(result["flow_id"], {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await house.hass.async_block_till_done()


@pytest.mark.parametrize("off", [*MODULES, PINGS])
async def test_devices_are_claimed_and_obey_with_a_module_off(
    house: House, owner: MockUser, other: MockUser, off: str
) -> None:
    entry = await house.add_gateway(listen=off != PINGS)
    if off != PINGS:
        await switch_modules(house, entry, **{off: False})
        assert entry.options[off] is False
    device, _ = await house.claimed_device(owner)
    await house.switch("turn_on", Context(user_id=owner.id))
    assert device.switched == [True]
    with pytest.raises(Exception, match="you are not its owner"):
        await house.switch("turn_off", Context(user_id=other.id))
    assert device.switched == [True]


async def test_without_announcements_no_card_is_shown(house: House) -> None:
    entry = await house.add_gateway()
    await switch_modules(house, entry, announcements=False)
    assert (await announce(house, info()))["reason"] == "not_shown"
    await switch_modules(house, entry)
    assert (await announce(house, info()))["step_id"] == "claim"


async def test_without_the_makers_list_an_unlisted_device_is_claimed_and_the_list_is_kept(
    house: House, owner: MockUser
) -> None:
    entry = await house.add_gateway()
    records = house.gateway.maker_records
    await records.import_file(b"OTHER-1," + PASSWORD.replace("-", "").encode())
    await records.set_refuses_unlisted(refuses=True)
    device = await house.device()
    refused = await house.add_device(device, owner)
    assert refused["errors"] == {"base": "serial_not_listed"}

    await switch_modules(house, entry, makers_list=False)
    assert (records.get("OTHER-1"), records.refuses_unlisted, records.count) == (None, False, 1)
    added = await house.add_device(device, owner)
    assert added["type"] is FlowResultType.CREATE_ENTRY
    await house.known()
    again = await records.import_file(b"OTHER-1," + PASSWORD.replace("-", "").encode())
    assert again.unchanged == 1

    await switch_modules(house, entry)
    assert records.get("OTHER-1") is not None
    assert records.refuses_unlisted


async def test_without_the_console_its_commands_say_so(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    entry = await house.add_gateway()
    await house.claimed_device(owner)
    client = await hass_ws_client(house.hass, await token_of(house.hass, owner))

    async def devices() -> dict[str, Any]:
        await client.send_json_auto_id({"type": f"{DOMAIN}/devices"})
        answer: dict[str, Any] = await client.receive_json()
        return answer

    assert len((await devices())["result"]["devices"]) == 1
    await switch_modules(house, entry, console=False)
    answer = await devices()
    assert answer["error"]["code"] == "console_off"
    assert "switched off in the options" in answer["error"]["message"]
    await switch_modules(house, entry)
    assert len((await devices())["result"]["devices"]) == 1


async def kinds(house: House) -> list[str]:
    """Return what the record holds, the oldest first."""
    store = house.hass.data[DATA_AUDIT].store
    lines = await store.page(Scope(frozenset({"LAMP-1"}), NOBODY), Filter(), None, 500)
    return [line.kind for _, line in reversed(lines)]


async def test_record_that_is_off_says_so_and_writes_nothing_until_it_is_on(
    house: House, owner: MockUser
) -> None:
    entry = await house.add_gateway()
    await house.claimed_device(owner)
    await switch_modules(house, entry, audit=False)
    before = await kinds(house)
    assert before[-1] == "record_off"
    for service in ("turn_on", "turn_off"):
        await house.switch(service, Context(user_id=owner.id))
    assert await kinds(house) == before
    await switch_modules(house, entry)
    await house.switch("turn_on", Context(user_id=owner.id))
    after = await kinds(house)
    assert after[: len(before) + 1] == [*before, "record_on"]
    assert "command" in after[len(before) + 1 :]
    assert (await house.hass.data[DATA_AUDIT].store.verify()).faults == ()


async def test_without_kept_readings_nothing_is_added_and_what_is_there_stays(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    entry = await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    await olivia.call("set_disclosure", serial="LAMP-1", entity="temperature", choice="kept")

    async def kept() -> list[str]:
        found = (await olivia.call("readings", serial="LAMP-1"))["readings"]
        return [one["value"] for one in found]

    await measured(house, device, "22")
    before = await kept()
    assert before[0] == "22"
    await switch_modules(house, entry, readings=False)
    await measured(house, device, "23")
    assert house.state("sensor", "LAMP-1-temperature") == "23"
    assert await kept() == before
    await switch_modules(house, entry)
    await measured(house, device, "24")
    assert await kept() == ["24", *before]


async def test_forms_of_the_options_leave_each_others_fields_alone(house: House) -> None:
    entry = await house.add_gateway()
    await switch_modules(house, entry, console=False)
    flow = house.hass.config_entries.options
    result = await flow.async_init(entry.entry_id)
    result = await flow.async_configure(result["flow_id"], {"next_step_id": "listener"})
    await flow.async_configure(
        result["flow_id"], {PINGS: True, "ping_port": entry.options["ping_port"]}
    )
    assert entry.options["console"] is False
    await switch_modules(house, entry)
    assert entry.options["ping_port"] == house.ping_port


def test_form_shows_what_is_set() -> None:
    assert modules_schema({})({}) == dict.fromkeys(MODULES, True)
    assert modules_schema({"console": False})({})["console"] is False
