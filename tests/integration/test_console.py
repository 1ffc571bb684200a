"""The console's commands: a person without administrator's rights claims, owns and looks after devices."""

import logging
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.config_entries import SOURCE_IGNORE
from homeassistant.core import Context
from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.helpers.discovery_flow import DiscoveryKey

from .house import PASSWORD, WRONG_PASSWORD, House
from .test_asking import TRIED as ASKING
from .test_authority import REFUSED as AUTHORITY
from .test_console_audit import FIELDS as AUDIT
from .test_console_gateway import TRIED as GATEWAY
from .test_console_monitoring import MONITORING
from .test_console_pages import PAGES
from .test_console_records import FIELDS
from .test_console_trace import TRACE
from .test_deployments import FIELDS as DEPLOYMENTS
from .test_discovery import cards
from .test_group_deployments import FIELDS as GROUP_DEPLOYMENTS
from .test_guest_passes import VERDICTS as PASSES
from .test_handovers import REFUSED as HANDOVERS
from .test_learning import TRIED as LEARNING
from .test_permission_questions import TRIED as QUESTIONS
from .test_queued_commands import TRIED as QUEUED
from .test_readings import FIELDS as READINGS
from .test_rows import VERDICTS as ROWS
from .test_self_audit import SELF_AUDIT
from .test_video import COMMANDS as VIDEO
from .visitor import Visitor, refusal, visit
import custom_components.iot_secure_gateway as integration
from custom_components.iot_secure_gateway import console, moving
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.runtime import DATA_RUNTIME

EVERYTHING = [
    "release",
    "move",
    "rotate_key",
    "invite_gateway",
    "remove_gateway",
    "allow_address",
    "accept_backup",
    "transfer",
    "appoint",
]


# --- claiming -----------------------------------------------------------------------------------------
async def test_person_without_rights_claims_what_pings_and_owns_it(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    device = await house.device("LAMP-1", ping_port=house.ping_port)
    await house.until(lambda: bool(cards(house)))  # an administrator's card does not keep her out
    olivia = await visit(house, hass_ws_client, owner)
    (seen,) = (await olivia.call("discovered"))["devices"]
    assert (seen["serial"], seen["port"], seen["is_bound"]) == ("LAMP-1", device.port, False)

    area = ar.async_get(house.hass).async_create("Kitchen")
    claimed = await olivia.call(
        "claim", serial="LAMP-1", password=PASSWORD, name="Ceiling", area_id=area.id
    )
    registered = dr.async_get(house.hass).async_get(claimed["device_id"])
    assert registered is not None
    assert (registered.name_by_user, registered.area_id) == ("Ceiling", area.id)
    assert house.gateway.owners == {"LAMP-1": owner.id}
    assert not cards(house)
    await house.known()
    await house.switch("turn_on", Context(user_id=owner.id))
    assert device.switched == [True]

    (shown,) = (await olivia.devices()).values()
    assert (shown["name"], shown["owner"], shown["is_yours"]) == ("Ceiling", "Olivia", True)
    assert (shown["is_connected"], shown["host"], shown["port"]) == (
        True,
        "127.0.0.1",
        device.port,
    )
    assert shown["acts"] == EVERYTHING
    assert shown["device_id"] == claimed["device_id"]
    assert (await olivia.call("discovered"))["devices"] == []


async def test_person_is_told_how_many_attempts_are_left_and_how_long_a_lock_lasts(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway(listen=False)
    await house.gateway.maker_records.import_file(f"LAMP-1,{PASSWORD}".encode())
    olivia = await visit(house, hass_ws_client, owner)
    fresh = {"attempts_left": 5, "locked_for": 0}
    assert await olivia.call("claim_state", serial="lamp-1") == fresh
    where = {"host": "127.0.0.1", "port": 1}
    for _ in range(5):
        await refusal(olivia, "claim", serial="LAMP-1", password=WRONG_PASSWORD, **where)
    state = await olivia.call("claim_state", serial="LAMP-1")
    assert state["attempts_left"] == 0
    assert 0 < state["locked_for"] <= 10
    assert await olivia.call("claim_state", serial="LAMP-2") == fresh
    assert (await refusal(olivia, "claim_state", serial="A/B")).code == "invalid_serial"


async def test_label_code_alone_claims_at_a_typed_address(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway(listen=False)
    device = await house.device("LAMP-1")
    olivia = await visit(house, hass_ws_client, owner)
    code = f"ISG1:LAMP-1:{PASSWORD.replace('-', '')}"
    assert (await refusal(olivia, "claim", password=code)).code == "invalid_address"
    claimed = await olivia.call("claim", password=code, host="127.0.0.1", port=device.port)
    assert claimed["serial"] == "LAMP-1"
    assert house.gateway.owners == {"LAMP-1": owner.id}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"serial": "LAMP-1", "password": WRONG_PASSWORD}, "wrong_password"),
        ({"serial": "no serial", "password": PASSWORD}, "invalid_serial"),
        ({"password": PASSWORD}, "invalid_serial"),
        ({"serial": "LAMP-1", "password": ""}, "invalid_password"),
        ({"serial": "LAMP-1", "password": "ISG1:LAMP-1"}, "damaged_code"),
        ({"serial": "LAMP-1", "password": "WIFI:S:home;T:WPA;P:secret;;"}, "foreign_code"),
        ({"serial": "LAMP-1", "password": "ISG1:LAMP-2:ABCDEFGHIJKL"}, "other_label"),
        ({"serial": "LAMP-1", "password": PASSWORD, "host": "two words"}, "invalid_address"),
        ({"serial": "LAMP-1", "password": "A" * 257}, "invalid_format"),
        ({"serial": "LAMP-1", "password": PASSWORD, "port": 0}, "invalid_format"),
        ({"serial": "LAMP-1", "password": 7}, "invalid_format"),
    ],
)
async def test_refused_claim_says_why_and_leaves_nothing(
    house: House,
    owner: MockUser,
    hass_ws_client: WebSocketGenerator,
    caplog: pytest.LogCaptureFixture,
    fields: dict[str, Any],
    code: str,
) -> None:
    await house.add_gateway()
    device = await house.device("LAMP-1")
    olivia = await visit(house, hass_ws_client, owner)
    fields = {"host": "127.0.0.1", "port": device.port, **fields}
    caplog.clear()
    caplog.set_level(logging.INFO)
    refused = await refusal(olivia, "claim", **fields)
    assert refused.code == code
    assert code == "invalid_format" or len(refused.text.split()) > 8
    assert not house.gateway.owners
    assert len(house.hass.config_entries.async_entries(DOMAIN)) == 1
    for secret in (PASSWORD, WRONG_PASSWORD, "P:secret", "ABCDEFGHIJKL"):
        assert secret not in caplog.text


async def test_device_of_somebody_else_is_refused_before_its_password_is_looked_at(
    house: House, owner: MockUser, other: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    before = list(device.log)
    adam = await visit(house, hass_ws_client, other)
    for password in (WRONG_PASSWORD, PASSWORD):
        refused = await refusal(
            adam, "claim", serial="LAMP-1", password=password, host="127.0.0.1", port=device.port
        )
        assert (refused.code, refused.key) == ("already_owned", "already_owned_here")
        assert "belongs to Olivia" in refused.text
    assert device.log == before  # nothing reached the device
    assert await adam.devices() == {}
    assert house.gateway.owners == {"LAMP-1": owner.id}


async def test_two_people_claim_at_once_and_one_becomes_owner(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    device = await house.device("LAMP-1")
    paul = await house.person("Paul")
    visitors = [await visit(house, hass_ws_client, person) for person in (owner, paul)]
    fields = {
        "serial": "LAMP-1",
        "password": PASSWORD,
        "host": "127.0.0.1",
        "port": device.port,
    }
    for visitor in visitors:
        await visitor.send("claim", **fields)
    answers = [await visitor.receive() for visitor in visitors]
    assert sorted(answer["success"] for answer in answers) == [False, True]
    (loser,) = (answer["error"] for answer in answers if not answer["success"])
    assert loser["translation_key"] == "already_owned_here"
    winner = [owner, paul][[answer["success"] for answer in answers].index(True)]
    assert house.gateway.owners == {"LAMP-1": winner.id}
    assert len(house.hass.config_entries.async_entries(DOMAIN)) == 2


async def test_ignored_device_can_be_claimed_all_the_same(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    device = await house.device("LAMP-1")
    await house.hass.config_entries.flow.async_init(
        DOMAIN,
        context={
            "source": SOURCE_IGNORE,
            "discovery_key": DiscoveryKey(domain=DOMAIN, key="LAMP-1", version=1),
        },
        data={"unique_id": "LAMP-1", "title": "x"},
    )
    olivia = await visit(house, hass_ws_client, owner)
    await olivia.call(
        "claim", serial="LAMP-1", password=PASSWORD, host="127.0.0.1", port=device.port
    )
    await house.known()
    (entry,) = house.hass.config_entries.async_entries(DOMAIN)[1:]
    assert (entry.unique_id, entry.source) == ("LAMP-1", "import")


# --- what came in before -------------------------------------------------------------------------------
async def test_owner_brings_back_what_was_removed_and_nobody_else_does(
    house: House, owner: MockUser, other: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    device, entry = await house.claimed_device(owner)
    await house.hass.config_entries.async_remove(entry.entry_id)
    olivia = await visit(house, hass_ws_client, owner)
    adam = await visit(house, hass_ws_client, other)
    (shown,) = (await olivia.devices()).values()
    assert (shown["is_set_up"], shown["is_connected"], shown["name"]) == (False, False, "LAMP-1")

    address = {"host": "127.0.0.1", "port": device.port}
    refused = await refusal(adam, "restore", serial="LAMP-1", **address)
    assert (refused.code, refused.key) == ("unauthorized", "refused_not_owner")
    assert "you are not its owner" in refused.text
    await olivia.call("restore", serial="LAMP-1", **address)
    await house.known()
    assert (await olivia.devices())["LAMP-1"]["is_connected"]
    assert device.log.count("127.0.0.1: claimed") == 1


async def test_device_whose_key_is_lost_is_not_brought_back_but_claimed(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    device, entry = await house.claimed_device(owner)
    await house.hass.config_entries.async_remove(entry.entry_id)
    binding = house.gateway._registry.bindings.records["LAMP-1"]
    await house.gateway._registry.bindings.put("LAMP-1", None)
    olivia = await visit(house, hass_ws_client, owner)
    address = {"serial": "LAMP-1", "host": "127.0.0.1", "port": device.port}
    assert (await refusal(olivia, "restore", **address)).code == "no_binding"
    await house.gateway._registry.bindings.put("LAMP-1", binding)
    with patch.object(type(house.gateway), "has_binding", side_effect=[True, False]):
        assert (await refusal(olivia, "restore", **address)).code == "no_binding"
    assert len(house.hass.config_entries.async_entries(DOMAIN)) == 1


async def test_device_that_is_not_registered_yet_is_claimed_all_the_same(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    device = await house.device("LAMP-1")
    olivia = await visit(house, hass_ws_client, owner)
    with patch.object(integration, "async_register_device", side_effect=ValueError):
        claimed = await olivia.call(
            "claim",
            serial="LAMP-1",
            password=PASSWORD,
            host="127.0.0.1",
            port=device.port,
            name="x",
        )
    assert claimed == {"serial": "LAMP-1", "device_id": None}
    assert house.gateway.owners == {"LAMP-1": owner.id}
    await house.gateway.detach("LAMP-1")


async def test_released_device_is_gone_and_free(
    house: House, owner: MockUser, other: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    adam = await visit(house, hass_ws_client, other)
    assert (await refusal(adam, "release", serial="LAMP-1")).code == "unauthorized"
    assert device.device.core.is_owned

    olivia = await visit(house, hass_ws_client, owner)
    await olivia.call("release", serial="LAMP-1")
    assert not device.device.core.is_owned
    assert await olivia.devices() == {}
    assert len(house.hass.config_entries.async_entries(DOMAIN)) == 1
    assert (await refusal(olivia, "release", serial="LAMP-1")).key == "refused_no_owner"


async def test_device_that_does_not_answer_is_not_released(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    device, entry = await house.claimed_device(owner)
    await device.stop()
    await house.until(lambda: not house.gateway.devices["LAMP-1"].is_connected)
    olivia = await visit(house, hass_ws_client, owner)
    refused = await refusal(olivia, "release", serial="LAMP-1")
    assert refused.code == "no_answer"
    assert "Lamp did not confirm" in refused.text
    assert house.hass.config_entries.async_get_entry(entry.entry_id) is entry
    assert house.gateway.owners == {"LAMP-1": owner.id}


# --- where it is ---------------------------------------------------------------------------------------
async def test_device_is_found_at_its_new_address_and_else_looked_for_where_it_was(
    house: House, owner: MockUser, other: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    device, entry = await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    adam = await visit(house, hass_ws_client, other)
    old = device.port
    with patch.object(moving, "LINK_WITHIN_S", 0.2):
        refused = await refusal(olivia, "move", serial="LAMP-1", host="127.0.0.1", port=1)
    assert refused.code == "device_unreachable"
    assert dict(entry.data) == {"host": "127.0.0.1", "port": old}
    await house.known()

    await device.stop()
    device.move()
    await device.start()
    fields = {"serial": "LAMP-1", "host": "127.0.0.1", "port": device.port}
    assert (await refusal(adam, "move", **fields)).code == "unauthorized"
    assert (await refusal(olivia, "move", **{**fields, "host": "a b"})).code == "invalid_address"
    await olivia.call("move", **fields)
    assert dict(entry.data) == {"host": "127.0.0.1", "port": device.port}
    await house.known()

    await house.hass.config_entries.async_remove(entry.entry_id)
    assert (await refusal(olivia, "move", **fields)).code == "unknown_device"


# --- the binding -----------------------------------------------------------------------------------------
async def test_owner_replaces_the_key_and_invites_and_removes_a_gateway(
    house: House,
    owner: MockUser,
    hass_ws_client: WebSocketGenerator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    keys = house.gateway._binding_keeper.keys("LAMP-1")
    await olivia.call("rotate_key", serial="LAMP-1")
    assert house.gateway._binding_keeper.keys("LAMP-1") != keys

    caplog.set_level(logging.INFO)
    invited = await olivia.call("invite_gateway", serial="LAMP-1")
    assert (invited["slot"], invited["expires_in"]) == (1, 600)
    assert len(invited["password"].replace("-", "")) == 24
    assert (await olivia.devices())["LAMP-1"]["guests"] == [1]
    refused = await refusal(olivia, "remove_gateway", serial="LAMP-1", slot=2)
    assert (refused.code, refused.text) == (
        "no_such_guest",
        "No other gateway has that place at Lamp",
    )
    await olivia.call("remove_gateway", serial="LAMP-1", slot=1)
    assert (await olivia.devices())["LAMP-1"]["guests"] == []
    refused = await refusal(olivia, "allow_address", serial="LAMP-1")
    assert refused.code == "no_address_seen"
    stored = "".join(
        path.read_text("utf-8", "replace")
        for path in Path(house.hass.config.config_dir).rglob("*")
        if path.is_file()
    )
    assert invited["password"] not in stored + caplog.text
    assert device.device.core.is_owned


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        ("rotate_key", {}),
        ("invite_gateway", {}),
        ("remove_gateway", {"slot": 1}),
        ("allow_address", {}),
        ("accept_backup", {}),
        ("release", {}),
        ("move", {"host": "127.0.0.1", "port": 1}),
        ("restore", {"host": "127.0.0.1", "port": 1}),
    ],
)
async def test_nobody_else_may_administrator_or_not(
    house: House,
    owner: MockUser,
    other: MockUser,
    hass_ws_client: WebSocketGenerator,
    command: str,
    fields: dict[str, Any],
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    before = house.gateway._registry.bindings.records["LAMP-1"]
    for person in (other, await house.person("Paul")):
        visitor = await visit(house, hass_ws_client, person)
        refused = await refusal(visitor, command, serial="LAMP-1", **fields)
        assert (refused.code, refused.key) == ("unauthorized", "refused_not_owner")
        refused = await refusal(visitor, command, serial="NONE-1", **fields)
        assert (refused.code, refused.key) == ("unauthorized", "refused_no_owner")
    assert house.gateway._registry.bindings.records["LAMP-1"] == before


def test_every_command_is_tried_as_somebody_else() -> None:
    """Whoever adds a command adds it to the test above, or says here why it is everybody's."""
    # These show and take what is one's own only.
    for_everybody = {"devices", "discovered", "claim_state", "claim"}
    for_everybody |= {"handovers", "people", "authority"}
    for_everybody |= {"message_settings", "set_message_settings", "try_messages"}
    (marker,) = (
        mark
        for mark in test_nobody_else_may_administrator_or_not.pytestmark  # type: ignore[attr-defined]
        if mark.name == "parametrize"
    )
    tried = {command for command, _ in marker.args[1]}
    named = {handler._ws_command.removeprefix(f"{DOMAIN}/") for handler in console.COMMANDS}  # type: ignore[attr-defined]
    elsewhere = {*FIELDS, *AUDIT, *HANDOVERS, *AUTHORITY, *DEPLOYMENTS}  # have tests of their own
    elsewhere |= {*QUEUED, *GATEWAY, *PASSES, *GROUP_DEPLOYMENTS, *READINGS}
    elsewhere |= {*ROWS, *QUESTIONS, *ASKING, *LEARNING, *PAGES, *SELF_AUDIT, *TRACE}
    elsewhere |= {*MONITORING, *VIDEO}
    assert named == tried | for_everybody | elsewhere


# --- who is no person ------------------------------------------------------------------------------------
async def test_software_with_a_login_of_its_own_owns_nothing(
    house: House, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    cloud = await house.person("Cloud", is_admin=True, system_generated=True)
    refresh_token = await house.hass.auth.async_create_refresh_token(cloud)
    token = house.hass.auth.async_create_access_token(refresh_token)
    visitor = Visitor(await hass_ws_client(house.hass, token))
    assert (await refusal(visitor, "devices")).code == "not_a_person"


async def test_gateway_that_is_not_there_is_told(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    olivia = await visit(house, hass_ws_client, owner)
    runtime = house.hass.data.pop(DATA_RUNTIME)
    try:
        refused = await refusal(olivia, "release", serial="LAMP-1")
    finally:
        house.hass.data[DATA_RUNTIME] = runtime
    assert refused.code == "gateway_not_ready"
    assert refused.text.startswith("The gateway is not running")
