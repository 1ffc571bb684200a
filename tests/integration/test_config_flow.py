"""Setting up the gateway and claiming devices: every refusal has its text, and a way on."""

import asyncio
from collections.abc import Callable, Iterator
import socket
from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.config_entries import (
    SOURCE_INTEGRATION_DISCOVERY,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component

from .house import PASSWORD, WRONG_PASSWORD, House, free_port, token_of
from custom_components.iot_secure_gateway import claiming
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.description import DeviceDescription
from custom_components.iot_secure_gateway.gateway.device import Device
from custom_components.iot_secure_gateway.gateway.errors import (
    AlreadyOwned,
    ClaimError,
    TooManyClaims,
)
from custom_components.iot_secure_gateway.gateway.introduction import Ask, ask_description
from custom_components.iot_secure_gateway.policy.state import PolicyState
from custom_components.iot_secure_gateway.runtime import DATA_RUNTIME

INTRODUCTION = "custom_components.iot_secure_gateway.gateway.introduction"


@pytest.fixture
def busy_udp_port() -> Iterator[int]:
    """A port that another program has."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("0.0.0.0", 0))
        yield other.getsockname()[1]


# --- the gateway ------------------------------------------------------------------------------------
async def test_first_step_sets_up_the_gateway_and_the_next_a_device(house: House) -> None:
    entry = await house.add_gateway()
    assert (entry.unique_id, entry.state) == ("gateway", ConfigEntryState.LOADED)
    assert entry.options == {"listen_for_pings": True, "ping_port": house.ping_port}
    assert house.gateway.ping_port == house.ping_port
    result = await house.start_flow()
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "device")


async def test_busy_port_is_told_and_another_one_taken(house: House, busy_udp_port: int) -> None:
    result = await house.start_flow()
    fields = {"listen_for_pings": True, "ping_port": busy_udp_port}
    result = await house.submit(result, fields)
    assert result["errors"] == {"ping_port": "ping_port_in_use"}
    assert not house.hass.config_entries.async_entries(DOMAIN)
    result = await house.submit(result, {**fields, "ping_port": house.ping_port})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_busy_port_does_not_matter_without_listening(
    house: House, busy_udp_port: int
) -> None:
    result = await house.start_flow()
    fields = {"listen_for_pings": False, "ping_port": busy_udp_port}
    result = await house.submit(result, fields)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await house.hass.async_block_till_done()
    assert house.gateway.ping_port is None


async def test_second_gateway_is_not_set_up(house: House) -> None:
    first = await house.start_flow()
    second = await house.start_flow()
    assert (second["type"], second["reason"]) == (FlowResultType.ABORT, "already_in_progress")
    result = await house.submit(first, {"listen_for_pings": False, "ping_port": house.ping_port})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_options_move_the_listener(house: House, busy_udp_port: int) -> None:
    entry = await house.add_gateway()
    options = house.hass.config_entries.options

    async def listener() -> ConfigFlowResult:
        menu = await options.async_init(entry.entry_id)
        return await options.async_configure(menu["flow_id"], {"next_step_id": "listener"})

    result = await listener()
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "listener")
    # Its own port is no other program's.
    fields = {"listen_for_pings": True, "ping_port": busy_udp_port}
    result = await options.async_configure(result["flow_id"], fields)
    assert result["errors"] == {"ping_port": "ping_port_in_use"}
    fields["ping_port"] = free_port(socket.SOCK_DGRAM)
    result = await options.async_configure(result["flow_id"], fields)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await house.hass.async_block_till_done()
    assert house.gateway.ping_port == fields["ping_port"]

    result = await listener()
    result = await options.async_configure(result["flow_id"], fields)
    assert result["type"] is FlowResultType.CREATE_ENTRY  # unchanged: the port is ours

    result = await listener()
    await options.async_configure(result["flow_id"], {**fields, "listen_for_pings": False})
    await house.hass.async_block_till_done()
    assert house.gateway.ping_port is None


# --- a device by serial and address -------------------------------------------------------------------
async def test_claimed_device_is_an_entry_without_secrets(house: House, owner: MockUser) -> None:
    await house.add_gateway()
    device, entry = await house.claimed_device(owner)
    assert (entry.unique_id, entry.title) == ("LAMP-1", "Lamp")
    assert dict(entry.data) == {"host": "127.0.0.1", "port": device.port}
    assert house.gateway.owners == {"LAMP-1": owner.id}


@pytest.mark.parametrize("serial", [" lamp-1 ", "Lamp-1"])
@pytest.mark.parametrize("password", ["abcd efgh ijkl mnop", "ABCDEFGHIJKLMNOP"])
async def test_serial_and_password_are_taken_as_people_type_them(
    house: House, owner: MockUser, serial: str, password: str
) -> None:
    await house.add_gateway()
    device = await house.device("LAMP-1")
    result = await house.add_device(device, owner, serial=serial, password=password)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["result"].unique_id == "LAMP-1"


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"serial": ""}, {"serial": "invalid_serial"}),
        ({"serial": "A" * 33}, {"serial": "invalid_serial"}),
        ({"serial": "gärät"}, {"serial": "invalid_serial"}),
        ({"serial": "A" * 100_000}, {"serial": "invalid_serial"}),
        ({"serial": "gateway\n"}, {"host": "address_unknown"}),  # a serial like any other
        ({"password": None}, {"password": "invalid_password"}),
        ({"password": "short"}, {"password": "invalid_password"}),
        ({"password": "密码密码密码密码密码密码"}, {"password": "invalid_password"}),
        ({"password": "A" * 100_000}, {"password": "invalid_password"}),
        ({"host": ""}, {"host": "invalid_address"}),
        ({"host": "two words"}, {"host": "invalid_address"}),
        ({"host": "a" * 254}, {"host": "invalid_address"}),
        ({"host": "http://127.0.0.1/"}, {"host": "invalid_address"}),
        ({"host": "nobody.invalid"}, {"host": "address_unknown"}),
        ({"host": "ä" * 70 + ".invalid"}, {"host": "address_unknown"}),
    ],
)
async def test_odd_input_is_told_where_it_was_typed_and_nothing_is_half_made(
    house: House, owner: MockUser, changes: dict[str, Any], errors: dict[str, str]
) -> None:
    await house.add_gateway()
    device = await house.device("LAMP-1")
    with patch.object(house.hass.loop, "getaddrinfo", side_effect=socket.gaierror):
        result = await house.add_device(device, owner, **changes)
    assert (result["type"], result["errors"]) == (FlowResultType.FORM, errors)
    assert len(house.hass.config_entries.async_entries(DOMAIN)) == 1
    assert not house.gateway.devices
    assert not house.gateway.owners
    # What was typed stays, the password does not; and it goes on from here.
    suggested = {
        str(key): key.description["suggested_value"]
        for key in result["data_schema"].schema
        if key.description
    }
    assert "password" not in suggested
    assert suggested["port"] == device.port
    fields = {
        "serial": "LAMP-1",
        "password": PASSWORD,
        "host": "127.0.0.1",
        "port": device.port,
        "owner": owner.id,
    }
    result = await house.submit(result, fields)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_wrong_password_is_counted_then_locked_and_the_right_one_works_later(
    house: House, owner: MockUser
) -> None:
    await house.add_gateway()
    device = await house.device("LAMP-1")
    fields = {
        "serial": "LAMP-1",
        "password": WRONG_PASSWORD,
        "host": "127.0.0.1",
        "port": device.port,
        "owner": owner.id,
    }
    result = await house.start_flow()
    seen: list[str] = []
    for _ in range(8):
        result = await house.submit(result, fields)
        seen.append(*result["errors"].values())
        if seen[-1] == "claim_locked":
            break
        assert seen[-1] == "wrong_password"
        device.let_time_pass(2)
        placeholders = result["description_placeholders"]
        assert placeholders["attempts"] == str(len(seen))
    assert seen[0] == "wrong_password"
    assert seen[-1] == "claim_locked"
    assert 0 < int(result["description_placeholders"]["seconds"]) <= 60
    assert not house.gateway.owners
    # Even the right password has to wait.
    result = await house.submit(result, {**fields, "password": PASSWORD})
    assert result["errors"] == {"base": "claim_locked"}


async def test_right_password_after_a_wrong_one_claims(house: House, owner: MockUser) -> None:
    await house.add_gateway()
    device = await house.device("LAMP-1")
    result = await house.add_device(device, owner, password=WRONG_PASSWORD)
    assert result["errors"] == {"password": "wrong_password"}
    device.let_time_pass(2)
    fields = {
        "serial": "LAMP-1",
        "password": PASSWORD,
        "host": "127.0.0.1",
        "port": device.port,
        "owner": owner.id,
    }
    result = await house.submit(result, fields)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_device_without_power_is_unreachable_then_claimed(
    house: House, owner: MockUser
) -> None:
    await house.add_gateway()
    device = await house.device("LAMP-1")
    await device.stop()
    result = await house.add_device(device, owner)
    assert result["errors"] == {"base": "device_unreachable"}
    assert result["description_placeholders"]["port"] == str(device.port)
    await device.start()
    fields = {
        "serial": "LAMP-1",
        "password": PASSWORD,
        "host": "localhost",
        "port": device.port,
        "owner": owner.id,
    }
    result = await house.submit(result, fields)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_something_else_at_that_address_is_told(house: House, owner: MockUser) -> None:
    await house.add_gateway()
    device = await house.device("LAMP-1")
    await device.stop()

    async def talk(reader: Any, writer: Any) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.9\r\n")
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", device.port)
    async with server:
        result = await house.add_device(device, owner)
    assert result["errors"] == {"base": "not_a_device"}


async def test_device_of_another_gateway_is_told(house: House, owner: MockUser) -> None:
    await house.add_gateway()
    device, entry = await house.claimed_device(owner)
    await house.hass.config_entries.async_remove(entry.entry_id)
    house.hass.data[DATA_RUNTIME].gateway._registry.bindings._records.clear()
    house.hass.data[DATA_RUNTIME].gateway.permissions._use(PolicyState())
    result = await house.add_device(device, owner)
    assert result["errors"] == {"base": "already_owned"}


async def test_device_that_is_set_up_is_not_added_twice(house: House, owner: MockUser) -> None:
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    result = await house.add_device(device, owner, password=None)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")


@pytest.mark.parametrize("facts", [{"is_active": False}, {"system_generated": True}])
async def test_owner_must_be_an_active_person(
    house: House, owner: MockUser, facts: dict[str, Any]
) -> None:
    await house.add_gateway()
    device = await house.device("LAMP-1")
    nobody = await house.person("Nobody", **facts)
    result = await house.start_flow()
    owners = [
        option["value"]
        for key, field in result["data_schema"].schema.items()
        if key == "owner"
        for option in field.config["options"]
    ]
    assert owner.id in owners
    assert nobody.id not in owners
    # Somebody who is no longer active when the form comes back.
    with patch.object(owner, "is_active", new=False):
        result = await house.submit(
            result,
            {
                "serial": "LAMP-1",
                "password": PASSWORD,
                "host": "127.0.0.1",
                "port": device.port,
                "owner": owner.id,
            },
        )
    assert result["errors"] == {"owner": "invalid_owner"}


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (TooManyClaims(), "too_many_claims"),
        (ClaimError(), "claim_failed"),
        (AlreadyOwned(by_us=True), "already_owned_here"),
    ],
)
async def test_any_other_refusal_of_the_gateway_is_told(
    house: House, owner: MockUser, error: ClaimError, code: str
) -> None:
    await house.add_gateway()
    device = await house.device("LAMP-1")
    with patch.object(type(house.gateway), "claim", side_effect=error):
        result = await house.add_device(device, owner)
    assert result["errors"] == {"base": code}


async def test_two_forms_for_one_device_make_one_entry(house: House, owner: MockUser) -> None:
    await house.add_gateway()
    device = await house.device("LAMP-1")
    fields = {
        "serial": "LAMP-1",
        "password": PASSWORD,
        "host": "127.0.0.1",
        "port": device.port,
        "owner": owner.id,
    }
    forms = [await house.start_flow(), await house.start_flow()]
    results = await asyncio.gather(
        *(house.submit(form, fields) for form in forms), return_exceptions=True
    )
    made = [
        result
        for result in results
        if isinstance(result, dict) and result["type"] is FlowResultType.CREATE_ENTRY
    ]
    assert len(made) == 1
    assert len(house.hass.config_entries.async_entries(DOMAIN)) == 2


# --- whose form it is ---------------------------------------------------------------------------------
async def test_owner_is_the_person_who_fills_in_the_form_unless_changed(
    house: House, owner: MockUser, hass_client: ClientSessionGenerator
) -> None:
    assert await async_setup_component(house.hass, "config", {})
    await house.add_gateway()
    device = await house.device("LAMP-1")
    admin = await house.person("Ada", is_admin=True)
    client = await hass_client(await token_of(house.hass, admin))
    url = "/api/config/config_entries/flow"
    menu = await (await client.post(url, json={"handler": DOMAIN})).json()
    answer = await client.post(f"{url}/{menu['flow_id']}", json={"next_step_id": "device"})
    form = await answer.json()
    field = next(field for field in form["data_schema"] if field["name"] == "owner")
    assert field["default"] == admin.id
    labels = {option["value"]: option["label"] for option in field["selector"]["select"]["options"]}
    assert labels.items() >= {admin.id: "Ada", owner.id: "Olivia"}.items()
    answer = await client.post(
        f"{url}/{form['flow_id']}",
        json={
            "serial": "LAMP-1",
            "password": PASSWORD,
            "host": "127.0.0.1",
            "port": device.port,
            "owner": owner.id,
        },
    )
    assert (await answer.json())["type"] == "create_entry"
    assert house.gateway.owners == {"LAMP-1": owner.id}


async def test_gateway_that_does_not_run_is_told(hass: HomeAssistant, house: House) -> None:
    await house.add_gateway()
    runtime = hass.data.pop(DATA_RUNTIME)
    try:
        result = await house.start_flow()
        assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "gateway_not_ready")
        result = await hass.config_entries.flow.async_init(
            DOMAIN,
            context={"source": SOURCE_INTEGRATION_DISCOVERY},
            data={
                "serial": "LAMP-1",
                "host": "127.0.0.1",
                "port": 1,
                "model": "",
                "is_bound": False,
            },
        )
        assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "gateway_not_ready")
        result = await hass.config_entries.flow.async_init(
            DOMAIN,
            context={"source": SOURCE_INTEGRATION_DISCOVERY},
            data={
                "serial": "LAMP-1",
                "host": "127.0.0.1",
                "port": 1,
                "model": "",
                "is_bound": True,
            },
        )
        assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "gateway_not_ready")
    finally:
        hass.data[DATA_RUNTIME] = runtime


async def test_device_that_does_not_say_its_name_is_called_by_its_serial(
    house: House, owner: MockUser
) -> None:
    await house.add_gateway()
    device = await house.device("LAMP-1")

    async def wait_for_ever(*_: object) -> None:
        await asyncio.Event().wait()

    with (
        patch.object(claiming, "INTRODUCED_WITHIN_S", 0.05),
        patch(f"{INTRODUCTION}.ask_description", wait_for_ever),
    ):
        result = await house.add_device(device, owner)
        assert (result["type"], result["title"]) == (FlowResultType.CREATE_ENTRY, "LAMP-1")
        await house.hass.async_block_till_done()
    await house.hass.config_entries.async_reload(result["result"].entry_id)
    await house.known()
    assert result["result"].title == "Lamp"


async def test_claim_waits_a_moment_for_the_name_of_the_device(
    house: House, owner: MockUser
) -> None:
    await house.add_gateway()
    device = await house.device("LAMP-1")
    waits = asyncio.Event()
    add_listener = Device.add_listener

    def add_first_listener(self: Device, listener: Callable[[], None]) -> Callable[[], None]:
        waits.set()  # the form does, before there is an entry
        return add_listener(self, listener)

    async def answer_late(ask: Ask) -> DeviceDescription:
        await waits.wait()
        return await ask_description(ask)

    with (
        patch(f"{INTRODUCTION}.ask_description", answer_late),
        patch.object(Device, "add_listener", add_first_listener),
    ):
        result = await house.add_device(device, owner)
    assert (result["type"], result["title"]) == (FlowResultType.CREATE_ENTRY, "Lamp")
