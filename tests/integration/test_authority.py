"""Authority at the console: given by whoever has it, never more than that, and ended from above (S31)."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError

from .house import House
from .visitor import Visitor, refusal, visit

# What each command answers to somebody who has no authority.
REFUSED: dict[str, str] = {
    "appoint": "policy_may_not_appoint",
    "revoke": "policy_not_yours",
    "revoking": "policy_not_yours",
}
GIVEN: dict[str, Any] = {"serials": ["LAMP-1"], "role": "manager", "commands": ["read", "control"]}


@pytest.fixture
async def paul(house: House) -> MockUser:
    """Another person of the household."""
    return await house.person("Paul")


@pytest.fixture
async def tim(house: House) -> MockUser:
    """A third one."""
    return await house.person("Tim")


async def tree(visitor: Visitor) -> list[tuple[int, str, str, bool]]:
    """Return who has authority over LAMP-1 as this person sees it."""
    shown = (await visitor.call("authority", serial="LAMP-1"))["authority"]
    return [(one["depth"], one["name"], one["role"], one["may_end"]) for one in shown]


async def test_authority_is_given_down_a_tree_and_ends_with_its_branch(
    house: House,
    owner: MockUser,
    paul: MockUser,
    tim: MockUser,
    hass_ws_client: WebSocketGenerator,
) -> None:
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    olivia, pauls, tims = [
        await visit(house, hass_ws_client, person) for person in (owner, paul, tim)
    ]
    with pytest.raises(ServiceValidationError):
        await house.switch("turn_on", Context(user_id=paul.id))
    pauls_own = (await olivia.call("appoint", user_id=paul.id, **GIVEN, may_appoint=True))[
        "appointment"
    ]
    await house.switch("turn_on", Context(user_id=paul.id))
    assert "LAMP-1" in await pauls.devices()
    assert (await pauls.devices())["LAMP-1"]["acts"] == []
    assert (await pauls.devices())["LAMP-1"]["host"] is None

    await pauls.call("appoint", user_id=tim.id, **GIVEN, by=pauls_own)
    await house.switch("turn_off", Context(user_id=tim.id))
    assert device.switched == [True, False]
    assert await tree(olivia) == [
        (0, "Olivia", "owner", False),
        (1, "Paul", "manager", True),
        (2, "Tim", "manager", True),
    ]
    assert [may_end for *_, may_end in await tree(tims)] == [False, False, True]

    await olivia.call("revoke", appointment=pauls_own)
    for person in (paul, tim):
        with pytest.raises(ServiceValidationError):
            await house.switch("turn_on", Context(user_id=person.id))
    assert await tree(olivia) == [(0, "Olivia", "owner", False)]
    assert await tree(pauls) == []
    assert device.switched == [True, False]


async def test_nobody_gives_more_than_they_hold(
    house: House,
    owner: MockUser,
    paul: MockUser,
    tim: MockUser,
    hass_ws_client: WebSocketGenerator,
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    await house.claimed_device(owner, serial="LAMP-2")
    olivia = await visit(house, hass_ws_client, owner)
    pauls = await visit(house, hass_ws_client, paul)
    by = (await olivia.call("appoint", user_id=paul.id, **GIVEN, may_appoint=True))["appointment"]
    before = house.gateway.permissions.state
    for more, code in (
        ({"commands": ["read", "configure"]}, "policy_grants_too_much"),
        ({"serials": ["LAMP-1", "LAMP-2"]}, "policy_grants_too_much"),
        ({"serials": ["NONE-1"]}, "policy_grants_too_much"),
        ({"role": "owner"}, "policy_grants_too_much"),
        ({"commands": ["administer"]}, "invalid_appointment"),
        ({"by": None}, "policy_may_not_appoint"),
        ({"by": "x"}, "policy_may_not_appoint"),
        ({"user_id": paul.id}, "policy_appoints_self"),
        ({"user_id": "x"}, "invalid_receiver"),
        ({"serials": []}, "invalid_format"),
        ({"commands": []}, "invalid_format"),
        ({"commands": ["all"]}, "invalid_format"),
        ({"role": "king"}, "invalid_format"),
        ({"serials": ["LAMP-1"] * 257}, "invalid_format"),
    ):
        refused = await refusal(pauls, "appoint", **{**GIVEN, "user_id": tim.id, "by": by, **more})
        assert refused.code == code, more
        assert len(refused.text.split()) > 5
    assert house.gateway.permissions.state == before


@pytest.mark.parametrize("command", REFUSED)
async def test_somebody_without_authority_gives_and_ends_none(
    house: House,
    owner: MockUser,
    other: MockUser,
    paul: MockUser,
    hass_ws_client: WebSocketGenerator,
    command: str,
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    given = await olivia.call("appoint", user_id=paul.id, **GIVEN)
    adam = await visit(house, hass_ws_client, other)  # an administrator
    before = house.gateway.permissions.state
    fields: dict[str, dict[str, Any]] = {
        "appoint": {**GIVEN, "user_id": paul.id},
        "revoke": {"appointment": given["appointment"]},
        "revoking": {"appointment": given["appointment"]},
    }
    assert (await refusal(adam, command, **fields[command])).code == REFUSED[command]
    assert await tree(adam) == []
    assert (await adam.call("people"))["people"] == []
    assert (await refusal(adam, "revoke", appointment="x")).code == "policy_unknown_appointment"
    assert house.gateway.permissions.state == before


async def test_appointed_owner_looks_after_the_binding_but_does_not_give_the_device_away(
    house: House, owner: MockUser, paul: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    pauls = await visit(house, hass_ws_client, paul)
    everything = ["read", "control", "configure", "video", "administer"]
    await olivia.call(
        "appoint", user_id=paul.id, serials=["LAMP-1"], role="owner", commands=everything
    )
    await pauls.call("rotate_key", serial="LAMP-1")
    shown = (await pauls.devices())["LAMP-1"]
    assert "release" not in shown["acts"]
    assert "invite_gateway" not in shown["acts"], (
        "it would command beyond the end of this authority"
    )
    assert "rotate_key" in shown["acts"]
    for command, fields in (
        ("release", {}),
        ("invite_gateway", {}),
        ("offer_transfer", {"user_id": paul.id}),
    ):
        refused = await refusal(pauls, command, serial="LAMP-1", **fields)
        assert refused.code == "unauthorized"
    assert house.gateway.owners == {"LAMP-1": owner.id}
