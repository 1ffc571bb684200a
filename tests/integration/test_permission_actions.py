"""Questions about permissions, exchange, history and handing over as actions (B1, B2, B7, B11)."""

import json
from typing import Any

import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.setup import async_setup_component

from .house import House
from .test_actions import call, device_id, lamp
from .test_rows import row_for, shown
from .visitor import Visitor, visit
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.runtime import DATA_RUNTIME

ON = {"command": "turn_on"}
MORNING = {"hours": [{"start": "07:00", "end": "09:00"}]}
# Of 2026-11-23, a Monday, at home.
NOON, EIGHT = "2026-11-23 12:00:00", "2026-11-23 08:00:00"


@pytest.fixture
async def ben(house: House) -> MockUser:
    """Somebody of the household who owns nothing."""
    return await house.person("Ben")


async def people(house: House, *users: MockUser) -> None:
    """Give each of them a person of Home Assistant, and one who has no login."""
    persons: list[dict[str, str]] = [
        {"id": str(user.name).lower(), "name": str(user.name), "user_id": user.id} for user in users
    ]
    persons.append({"id": "baby", "name": "Baby"})
    assert await async_setup_component(house.hass, "person", {"person": persons})
    await house.hass.async_block_till_done()


async def act(house: House, service: str, person: MockUser | None, **data: Any) -> None:
    """Call a service that answers nothing."""
    context = Context(user_id=person.id) if person is not None else Context()
    await house.hass.services.async_call(DOMAIN, service, data, blocking=True, context=context)


async def owners(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator, *others: MockUser
) -> tuple[Visitor, str]:
    """Claim a lamp; return its owner at the console, and the lamp."""
    await house.hass.config.async_set_time_zone("Europe/Berlin")
    await people(house, owner, *others)
    _, lamp_id = await lamp(house, owner)
    return await visit(house, hass_ws_client, owner), lamp_id


# --- questions -----------------------------------------------------------------------------------------
async def test_action_explains_as_the_console_does(
    house: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    olivia, lamp_id = await owners(house, owner, hass_ws_client, ben)
    made = await olivia.call("add_row", row=row_for(ben, times=MORNING))
    asked = {"device_id": lamp_id, **ON, "who": "person.ben"}
    told = await call(house, "explain_permission", owner, **asked, when=NOON)
    assert told["decision"] == {
        "allowed": False,
        "reason": "not_now",
        "row": made["number"],
        "column": "times",
        "next_allowed_at": "2026-11-24T07:00:00+01:00",
    }
    at_console = {"who": {"kind": "user", "id": ben.id}, "when": NOON.replace(" ", "T")}
    assert told == await olivia.call("explain", serial="LAMP-1", **ON, **at_console)
    assert (await call(house, "explain_permission", owner, **asked, when=EIGHT))["decision"][
        "allowed"
    ]
    # About oneself anybody may ask; who is left out is the caller, and the moment is now.
    told = await call(house, "explain_permission", owner, device_id=lamp_id, **ON)
    assert told["decision"]["reason"] == "owner"
    told = await call(house, "explain_permission", ben, device_id=lamp_id, **ON, when=EIGHT)
    assert told["decision"]["allowed"]
    assert told["rows"] == []


async def test_action_tries_rows_that_are_not_saved(
    house: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    olivia, lamp_id = await owners(house, owner, hass_ws_client, ben)
    everybody = {"automations": ["all"], "scripts": ["all"]}
    made = await olivia.call("add_row", row=row_for(ben, times=MORNING))
    before = house.gateway.permissions.state
    asked = {"device_id": lamp_id, **ON, "when": EIGHT}
    told = await call(
        house, "simulate_permission", owner, **asked, who="person.ben", removed=[made["number"]]
    )
    assert told["decision"]["reason"] == "not_owner"
    for kind in ("automation.night", "script.night"):
        row = row_for(ben, users=everybody)
        fields = {**asked, "who": kind, "starter": "person.ben", "rows": [row]}
        assert (await call(house, "simulate_permission", owner, **fields))["decision"]["allowed"]
        fields["when"] = NOON
        told = await call(house, "simulate_permission", owner, **fields)
        assert told["decision"]["reason"] == "starter_not_permitted"
    assert house.gateway.permissions.state is before


async def test_questions_are_answered_to_whom_they_concern(
    house: House,
    owner: MockUser,
    other: MockUser,
    ben: MockUser,
    hass_ws_client: WebSocketGenerator,
) -> None:
    _, lamp_id = await owners(house, owner, hass_ws_client, ben)
    asked = {"device_id": lamp_id, **ON}
    for person in (other, ben):
        for service in ("explain_permission", "simulate_permission"):
            for who in ("person.olivia", "automation.night"):
                with pytest.raises(HomeAssistantError, match="no authority over this device"):
                    await call(house, service, person, **asked, who=who)
        with pytest.raises(HomeAssistantError, match="no authority over this device"):
            await call(house, "simulate_permission", person, **asked, rows=[row_for(ben)])
    for who in ("person.baby", "person.nobody", "light.x", "x"):
        for name in ("who", "starter"):
            with pytest.raises(
                HomeAssistantError, match=f"{name}: {who} is no person with a login"
            ):
                await call(house, "explain_permission", owner, **asked, **{name: who})
    for fields in ({"rows": [row_for(ben, devices={})]}, {"removed": [9]}):
        with pytest.raises(HomeAssistantError, match="Nothing was changed"):
            await call(house, "simulate_permission", owner, **asked, **fields)
    for bad in ({"when": "soon"}, {"who": ""}, {"serial": "LAMP-1"}, {"arguments": [1]}):
        with pytest.raises(probatio.Invalid):
            await call(house, "explain_permission", owner, **{**asked, **bad})
    with pytest.raises(ServiceValidationError, match="this is the gateway itself"):
        await call(house, "explain_permission", owner, device_id=device_id(house, "gateway"), **ON)


# --- exchange ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("form", ["json", "csv"])
async def test_table_goes_out_is_shown_and_comes_in_again(
    house: House,
    owner: MockUser,
    other: MockUser,
    ben: MockUser,
    hass_ws_client: WebSocketGenerator,
    form: str,
) -> None:
    olivia, _ = await owners(house, owner, hass_ws_client, ben)
    made = await olivia.call("add_row", row=row_for(ben))
    before = await shown(olivia)
    content = (await call(house, "export_permissions", owner, format=form))["content"]
    await olivia.call("remove_row", **made)
    fields = {"format": form, "content": content}
    told = await call(house, "import_permissions", owner, **fields)
    assert (told["imported"], told["count"]) == (False, 1)
    assert await shown(olivia) == {}
    with pytest.raises(HomeAssistantError, match="since you looked"):
        await call(house, "import_permissions", owner, **fields, version="0" * 16)
    told = await call(house, "import_permissions", owner, **fields, version=told["version"])
    assert told["imported"]
    assert await shown(olivia) == before
    # The administrator has none of it, and puts none of it in.
    assert ben.id not in (await call(house, "export_permissions", other, format=form))["content"]
    forged = content.replace(owner.id, other.id)
    for more in ({}, {"version": "0" * 16}):
        with pytest.raises(HomeAssistantError, match="belongs to somebody else"):
            await call(house, "import_permissions", other, format=form, content=forged, **more)
    with pytest.raises(HomeAssistantError, match="Nothing was imported: line"):
        await call(house, "import_permissions", owner, format=form, content=content[:-20] + "?")
    with pytest.raises(probatio.Invalid):
        await call(house, "export_permissions", owner, format="xml")


async def test_changes_are_shown_and_taken_back(
    house: House,
    owner: MockUser,
    other: MockUser,
    ben: MockUser,
    hass_ws_client: WebSocketGenerator,
) -> None:
    olivia, _ = await owners(house, owner, hass_ws_client, ben)
    made = await olivia.call("add_row", row=row_for(ben))
    (change,) = (await call(house, "permission_history", owner))["changes"]
    assert (change["by"], change["by_name"]) == (owner.id, "Olivia")
    assert change["differences"][0]["after"]["number"] == made["number"]
    assert json.dumps(change)
    assert (await call(house, "permission_history", other))["changes"] == []
    with pytest.raises(HomeAssistantError, match="belongs to somebody else"):
        await act(house, "undo_permissions", other, number=change["number"])
    await act(house, "undo_permissions", owner, number=change["number"])
    assert await shown(olivia) == {}
    with pytest.raises(HomeAssistantError, match="is not kept any more"):
        await act(house, "undo_permissions", owner, number=99)


# --- handing over --------------------------------------------------------------------------------------
async def test_device_is_offered_accepted_declined_and_withdrawn(
    house: House,
    owner: MockUser,
    other: MockUser,
    ben: MockUser,
    hass_ws_client: WebSocketGenerator,
) -> None:
    _, lamp_id = await owners(house, owner, hass_ws_client, ben)
    offer = {"device_id": lamp_id, "receiver": "person.ben"}
    with pytest.raises(HomeAssistantError, match="you are not its owner"):
        await act(house, "transfer_device", other, **offer)
    for receiver in ("person.baby", "person.nobody", "light.x"):
        with pytest.raises(HomeAssistantError, match="Choose another active person"):
            await act(house, "transfer_device", owner, device_id=lamp_id, receiver=receiver)
    for person in (owner, ben):  # withdrawn, declined
        await act(house, "transfer_device", owner, **offer)
        with pytest.raises(HomeAssistantError, match="not offered to you"):
            await act(house, "accept_transfer", other, device_id=lamp_id)
        with pytest.raises(HomeAssistantError, match="not offered to you"):
            await act(house, "end_transfer", other, device_id=lamp_id)
        await act(house, "end_transfer", person, device_id=lamp_id)
        with pytest.raises(HomeAssistantError, match="not offered to you"):
            await act(house, "accept_transfer", ben, device_id=lamp_id)
    await act(house, "transfer_device", owner, **offer)
    await act(house, "accept_transfer", ben, device_id=lamp_id)
    assert house.gateway.owners == {"LAMP-1": ben.id}


# --- who is no person ----------------------------------------------------------------------------------
async def test_software_is_told_nothing_and_changes_nothing(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    _, lamp_id = await owners(house, owner, hass_ws_client)
    cloud = await house.person("Cloud", is_admin=True, system_generated=True)
    one = {"device_id": lamp_id}
    for caller in (cloud, None):
        for service, fields in (
            ("explain_permission", {**one, **ON}),
            ("simulate_permission", {**one, **ON}),
            ("export_permissions", {}),
            ("import_permissions", {"content": "{}"}),
            ("permission_history", {}),
        ):
            with pytest.raises(HomeAssistantError, match="Only a person can do that"):
                await call(house, service, caller, **fields)
        acts: tuple[tuple[str, dict[str, Any]], ...] = (
            ("undo_permissions", {"number": 1}),
            ("transfer_device", {**one, "receiver": "person.olivia"}),
            ("accept_transfer", one),
            ("end_transfer", one),
        )
        for service, fields in acts:
            with pytest.raises(HomeAssistantError, match="Only a person can do that"):
                await act(house, service, caller, **fields)


async def test_action_of_a_gateway_that_is_not_there_says_so(house: House, owner: MockUser) -> None:
    await house.add_gateway()
    runtime = house.hass.data.pop(DATA_RUNTIME)
    try:
        for service in ("export_permissions", "permission_history", "queued_commands"):
            with pytest.raises(HomeAssistantError, match="The gateway is not running"):
                await call(house, service, owner)
    finally:
        house.hass.data[DATA_RUNTIME] = runtime
