"""What others may do with a device from its claim on: asked in the form, kept as rows, never more than answered."""

from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError
from homeassistant.setup import async_setup_component

from .house import PASSWORD, House, VirtualDevice
from .visitor import ENTRIES, Forms, forms, refusal, visit
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.policy import row_changes
from custom_components.iot_secure_gateway.policy.actors import User

READ, CONTROL = "read", "control"


@pytest.fixture
async def owner(house: House) -> MockUser:
    """The owner is an administrator here: Home Assistant opens its forms to no one else."""
    return await house.person("Olivia", is_admin=True)


@pytest.fixture
async def paul(house: House) -> MockUser:
    """Another person of the household."""
    return await house.person("Paul")


async def open_form(house: House, connect: ClientSessionGenerator, person: MockUser) -> Any:
    """Open the form for a device; returns the forms and that form."""
    flow = await forms(house, connect, person, ENTRIES)
    return flow, await flow.choose(await flow.start(handler=DOMAIN), "device")


async def claim(
    house: House,
    flow: Forms,
    form: dict[str, Any],
    device: VirtualDevice,
    owner: MockUser,
    **answers: Any,
) -> None:
    answer = await flow.submit(
        form,
        serial=device.serial,
        password=PASSWORD,
        host="127.0.0.1",
        port=device.port,
        owner=owner.id,
        **answers,
    )
    assert answer["type"] == "create_entry", answer
    await house.known(device.serial)


def rows(house: House) -> list[tuple[dict[str, Any], list[str]]]:
    """Return who may what by the rows that there are."""
    shown = [row.to_dict() for row in house.gateway.permissions.state.rows.values()]
    assert all(row["devices"] == {"serials": ["LAMP-1"]} for row in shown)
    assert all(row["effect"] == "allow" and row["is_on"] for row in shown)
    found: Any = [(row["users"], row["commands"]["groups"]) for row in shown]  # type: ignore[index]
    return list(found)


EVERYONE: dict[str, Any] = {"everyone": True}
AUTOMATIONS: dict[str, Any] = {"automations": ["all"]}


@pytest.mark.parametrize(
    ("answers", "granted"),
    [
        ({}, []),
        ({"household": "nothing"}, []),
        ({"household": "reads"}, [(EVERYONE, [READ])]),
        ({"household": "controls"}, [(EVERYONE, [CONTROL, READ])]),
        ({"automations": True}, [(AUTOMATIONS, [CONTROL, READ])]),
        (
            {"household": "reads", "automations": True},
            [(EVERYONE, [READ]), (AUTOMATIONS, [CONTROL, READ])],
        ),
    ],
)
async def test_answers_in_the_form_become_rows(
    house: House,
    owner: MockUser,
    paul: MockUser,
    hass_client: ClientSessionGenerator,
    answers: dict[str, Any],
    granted: list[Any],
) -> None:
    await house.add_gateway()
    device = await house.device("LAMP-1")
    flow, form = await open_form(house, hass_client, owner)
    asked = {field["name"]: field.get("default") for field in form["data_schema"]}
    assert (asked["household"], asked["automations"]) == ("nothing", False)
    await claim(house, flow, form, device, owner, **answers)
    assert rows(house) == granted
    context = Context(user_id=paul.id)
    if answers.get("household") == "controls":
        await house.switch("turn_on", context)
        assert device.switched == [True]
    else:
        with pytest.raises(ServiceValidationError):
            await house.switch("turn_on", context)
        assert device.switched == []


async def test_automation_commands_the_device_when_the_owner_wished_it(
    house: House, owner: MockUser, hass_client: ClientSessionGenerator
) -> None:
    await house.add_gateway()
    device = await house.device("LAMP-1")
    flow, form = await open_form(house, hass_client, owner)
    await claim(house, flow, form, device, owner, automations=True)
    action = {
        "action": "switch.turn_on",
        "target": {"entity_id": house.entity_id("switch", "LAMP-1-relay")},
    }
    automation = {
        "alias": "Evening",
        "triggers": {"trigger": "event", "event_type": "evening"},
        "actions": [action],
    }
    assert await async_setup_component(house.hass, "automation", {"automation": automation})
    house.hass.bus.async_fire("evening")
    await house.until(lambda: device.switched == [True])


async def test_owner_who_is_the_only_user_is_asked_nothing_and_automations_work(
    house: House, owner: MockUser, hass_client: ClientSessionGenerator
) -> None:
    for user in await house.hass.auth.async_get_users():
        if user is not owner:
            await house.hass.auth.async_remove_user(user)
    await house.add_gateway()
    device = await house.device("LAMP-1")
    flow, form = await open_form(house, hass_client, owner)
    asked = {field["name"] for field in form["data_schema"]}
    assert asked == {"serial", "password", "host", "port", "owner"}
    await claim(house, flow, form, device, owner)
    assert rows(house) == [(AUTOMATIONS, [CONTROL, READ])]


async def test_who_claims_for_somebody_else_permits_nothing_in_their_name(
    house: House, owner: MockUser, paul: MockUser, hass_client: ClientSessionGenerator
) -> None:
    await house.add_gateway()
    device = await house.device("LAMP-1")
    flow, form = await open_form(house, hass_client, owner)
    await claim(house, flow, form, device, paul, household="controls", automations=True)
    assert house.gateway.owners == {"LAMP-1": paul.id}
    assert rows(house) == []


async def test_rows_that_cannot_be_added_leave_a_claimed_device_to_its_owner(
    house: House,
    owner: MockUser,
    hass_client: ClientSessionGenerator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await house.add_gateway()
    device = await house.device("LAMP-1")
    flow, form = await open_form(house, hass_client, owner)
    with patch.object(row_changes, "MAX_ROWS", 1):
        await claim(house, flow, form, device, owner, household="reads", automations=True)
    assert rows(house) == []  # both or none
    assert "Nobody but its owner may command LAMP-1" in caplog.text
    await house.switch("turn_on", Context(user_id=owner.id))
    assert device.switched == [True]


async def test_console_asks_the_same_and_a_second_claim_adds_no_second_row(
    house: House, paul: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    device = await house.device("LAMP-1")
    visitor = await visit(house, hass_ws_client, paul)
    assert (await visitor.call("discovered"))["asks_starter"]
    fields = {
        "serial": "LAMP-1",
        "password": PASSWORD,
        "host": "127.0.0.1",
        "port": device.port,
        "household": "reads",
    }
    assert (await refusal(visitor, "claim", **{**fields, "household": "all"})).code == (
        "invalid_format"
    )
    await visitor.call("claim", **fields)
    assert rows(house) == [(EVERYONE, [READ])]
    (entry,) = house.hass.config_entries.async_entries(DOMAIN)[1:]
    await house.hass.config_entries.async_unload(entry.entry_id)  # no link keeps her from it
    device.let_time_pass(2)
    await visitor.call("claim", **fields)
    await house.known()
    assert rows(house) == [(EVERYONE, [READ])]

    # What the owner took back does not return with the next claim.
    paul_acts = User(id=paul.id)
    await house.gateway.permissions.change(
        lambda state: row_changes.remove_row(state, paul_acts, min(state.rows))
    )
    await house.hass.config_entries.async_unload(entry.entry_id)
    device.let_time_pass(2)
    await visitor.call("claim", **fields)
    await house.known()
    assert rows(house) == []
