"""The forms of a device's entry: its binding, its address, and the claim anew when its key is gone."""

from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import (
    MockUser,
    async_get_persistent_notifications,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry, ConfigEntryState
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import entity_registry as er

from .house import PASSWORD, WRONG_PASSWORD, House
from .visitor import ENTRIES, OPTIONS, Forms, forms, visit
from custom_components.iot_secure_gateway import moving
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.errors import NoAnswer
from custom_components.iot_secure_gateway.runtime import DATA_RUNTIME


@pytest.fixture
async def owner(house: House) -> MockUser:
    """The owner is an administrator here: Home Assistant opens its forms to no one else."""
    return await house.person("Olivia", is_admin=True)


async def menu(flow: Forms, entry: ConfigEntry, step: str) -> dict[str, object]:
    """Open the menu of a device's entry and choose."""
    shown = await flow.start(handler=entry.entry_id)
    assert (shown["type"], shown["step_id"]) == ("menu", "device")
    assert step in shown["menu_options"]
    return await flow.choose(shown, step)


# --- the binding ----------------------------------------------------------------------------------------
async def test_owner_replaces_the_key_from_the_menu(
    house: House, owner: MockUser, hass_client: ClientSessionGenerator
) -> None:
    await house.add_gateway()
    _, entry = await house.claimed_device(owner)
    keys = house.gateway._binding_keeper.keys("LAMP-1")
    flow = await forms(house, hass_client, owner, OPTIONS)
    form = await menu(flow, entry, "rotate_key")
    assert form["description_placeholders"] == {
        "device": "Lamp",
        "owner": "Olivia",
        "serial": "LAMP-1",
    }
    with patch.object(house.gateway, "rotate_key", side_effect=NoAnswer):
        form = await flow.submit(form)
    assert form["errors"] == {"base": "no_answer"}
    assert house.gateway._binding_keeper.keys("LAMP-1") == keys
    assert (await flow.submit(form))["type"] == "create_entry"
    assert house.gateway._binding_keeper.keys("LAMP-1") != keys
    assert house.gateway.devices["LAMP-1"].is_connected
    assert dict(entry.options) == {}


async def test_owner_invites_another_gateway_and_removes_it_from_the_menu(
    house: House, owner: MockUser, hass_client: ClientSessionGenerator
) -> None:
    await house.add_gateway()
    _, entry = await house.claimed_device(owner)
    flow = await forms(house, hass_client, owner, OPTIONS)
    nothing = await menu(flow, entry, "remove_gateway")
    assert (nothing["type"], nothing["reason"]) == ("abort", "no_such_guest")

    form = await flow.submit(await menu(flow, entry, "invite_gateway"))
    assert form["step_id"] == "invited"
    told = form["description_placeholders"]
    assert (told["serial"], told["minutes"], told["slot"]) == ("LAMP-1", "10", "1")
    assert len(told["code"].replace("-", "")) == 24
    assert (await flow.submit(form))["type"] == "create_entry"
    assert house.gateway.guests("LAMP-1") == (1,)

    form = await menu(flow, entry, "remove_gateway")
    assert (await flow.submit(form, slot="1"))["type"] == "create_entry"
    assert house.gateway.guests("LAMP-1") == ()


@pytest.mark.parametrize("step", ["rotate_key", "invite_gateway", "remove_gateway"])
async def test_administrator_who_is_not_the_owner_is_told_whom_to_ask(
    house: House,
    owner: MockUser,
    other: MockUser,
    hass_client: ClientSessionGenerator,
    step: str,
) -> None:
    await house.add_gateway()
    _, entry = await house.claimed_device(owner)
    binding = house.gateway._registry.bindings.records["LAMP-1"]
    flow = await forms(house, hass_client, other, OPTIONS)
    answer = await menu(flow, entry, step)
    assert (answer["type"], answer["reason"]) == ("abort", "not_allowed")
    assert answer["description_placeholders"] == {
        "device": "Lamp",
        "owner": "Olivia",
        "serial": "LAMP-1",
    }
    assert house.gateway._registry.bindings.records["LAMP-1"] == binding


async def test_menu_without_a_gateway_says_so(house: House, owner: MockUser) -> None:
    await house.add_gateway()
    _, entry = await house.claimed_device(owner)
    runtime = house.hass.data.pop(DATA_RUNTIME)
    try:
        answer = await house.hass.config_entries.options.async_init(entry.entry_id)
    finally:
        house.hass.data[DATA_RUNTIME] = runtime
    assert answer["reason"] == "gateway_not_ready"


# --- its address ------------------------------------------------------------------------------------------
async def test_owner_gives_a_device_its_new_address(
    house: House, owner: MockUser, other: MockUser, hass_client: ClientSessionGenerator
) -> None:
    await house.add_gateway()
    device, entry = await house.claimed_device(owner)
    adams = await forms(house, hass_client, other, ENTRIES)
    form = await adams.start(handler=DOMAIN, entry_id=entry.entry_id)
    answer = await adams.submit(form, host="127.0.0.1", port=1)
    assert (answer["type"], answer["reason"]) == ("abort", "not_allowed")
    assert answer["description_placeholders"] == {"device": "Lamp", "owner": "Olivia"}
    assert house.gateway.devices["LAMP-1"].is_connected

    flow = await forms(house, hass_client, owner, ENTRIES)
    form = await flow.start(handler=DOMAIN, entry_id=entry.entry_id)
    assert form["step_id"] == "reconfigure"
    shown = {field["name"]: field["description"] for field in form["data_schema"]}
    assert shown["port"] == {"suggested_value": device.port}
    form = await flow.submit(form, host="two words", port=1)
    assert form["errors"] == {"host": "invalid_address"}
    with patch.object(moving, "LINK_WITHIN_S", 0.2):
        form = await flow.submit(form, host="127.0.0.1", port=1)
    assert form["errors"] == {"base": "device_unreachable"}
    assert form["description_placeholders"]["port"] == "1"
    assert entry.data["port"] == device.port

    await device.stop()
    device.move()
    await device.start()
    answer = await flow.submit(form, host="127.0.0.1", port=device.port)
    assert (answer["type"], answer["reason"]) == ("abort", "reconfigure_successful")
    await house.known()
    assert entry.data["port"] == device.port


async def test_gateway_itself_has_no_address(
    house: House, owner: MockUser, hass_client: ClientSessionGenerator
) -> None:
    entry = await house.add_gateway()
    flow = await forms(house, hass_client, owner, ENTRIES)
    answer = await flow.start(handler=DOMAIN, entry_id=entry.entry_id)
    assert (answer["type"], answer["reason"]) == ("abort", "gateway_has_options")


async def test_address_cannot_be_changed_without_a_gateway(
    hass: HomeAssistant, house: House, owner: MockUser, hass_client: ClientSessionGenerator
) -> None:
    await house.add_gateway()
    _, entry = await house.claimed_device(owner)
    flow = await forms(house, hass_client, owner, ENTRIES)
    runtime = hass.data.pop(DATA_RUNTIME)
    try:
        answer = await flow.start(handler=DOMAIN, entry_id=entry.entry_id)
    finally:
        hass.data[DATA_RUNTIME] = runtime
    assert (answer["type"], answer["reason"]) == ("abort", "gateway_not_ready")


# --- claimed anew ------------------------------------------------------------------------------------------
async def lose_the_key(house: House, entry: ConfigEntry) -> None:
    """Forget the binding, as after the key store was lost."""
    house.gateway._registry.bindings._records.clear()
    await house.hass.config_entries.async_reload(entry.entry_id)
    await house.hass.async_block_till_done()
    assert entry.state is ConfigEntryState.SETUP_ERROR


def asked(house: House) -> list[str]:
    """Return the ids of the forms that ask for a claim anew."""
    return [
        flow["flow_id"]
        for flow in house.hass.config_entries.flow.async_progress_by_handler(
            DOMAIN, match_context={"source": SOURCE_REAUTH}
        )
    ]


async def test_device_whose_key_is_lost_is_claimed_anew_and_its_entry_goes_on(
    house: House, owner: MockUser, hass_client: ClientSessionGenerator
) -> None:
    await house.add_gateway()
    device, entry = await house.claimed_device(owner)
    entity_id = house.entity_id("switch", "LAMP-1-relay")
    er.async_get(house.hass).async_update_entity(entity_id, name="Mine")
    await lose_the_key(house, entry)
    (flow_id,) = asked(house)
    flow = await forms(house, hass_client, owner, ENTRIES)
    fields = {"host": "127.0.0.1", "port": device.port, "owner": owner.id}
    form = await flow.submit({"flow_id": flow_id}, password=PASSWORD, **fields)
    assert form["step_id"] == "reauth_confirm"
    assert form["errors"] == {"base": "already_owned"}  # it still has its binding

    device.device.factory_reset()
    device.let_time_pass(2)
    form = await flow.submit(form, password=WRONG_PASSWORD, **fields)
    assert form["errors"] == {"password": "wrong_password"}
    device.let_time_pass(2)
    answer = await flow.submit(form, password=PASSWORD, **fields)
    assert (answer["type"], answer["reason"]) == ("abort", "claimed_anew")
    await house.known()
    assert house.gateway.owners == {"LAMP-1": owner.id}
    assert house.hass.config_entries.async_entries(DOMAIN)[1:] == [entry]
    assert not asked(house)
    assert er.async_get(house.hass).async_get(entity_id) is not None
    await house.switch("turn_on", Context(user_id=owner.id))
    assert device.switched == [True]


async def test_device_that_proved_its_reset_asks_to_be_claimed_and_anybody_may(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    device, entry = await house.claimed_device(owner, ping_port=house.ping_port)
    device.device.factory_reset()
    await house.until(lambda: bool(asked(house)))
    notice = f"{DOMAIN}_device_reset_LAMP-1"
    told = async_get_persistent_notifications(house.hass)[notice]["message"]
    assert told.startswith("The device Lamp (LAMP-1), which belonged to Olivia, was reset")
    assert house.gateway.owners == {}
    assert entry.state is ConfigEntryState.SETUP_ERROR

    paul = await house.person("Paul")  # no administrator, and not who owned it before
    visitor = await visit(house, hass_ws_client, paul)
    device.let_time_pass(2)
    await visitor.call(
        "claim", serial="LAMP-1", password=PASSWORD, host="127.0.0.1", port=device.port
    )
    await house.known()
    assert house.gateway.owners == {"LAMP-1": paul.id}
    assert house.hass.config_entries.async_entries(DOMAIN)[1:] == [entry]
    assert not asked(house)
    assert notice not in async_get_persistent_notifications(house.hass)
