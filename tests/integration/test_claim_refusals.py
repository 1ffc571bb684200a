"""Somebody else's device (US2): refused before anything is sent, and its owner is told."""

import pytest
from pytest_homeassistant_custom_component.common import (
    MockUser,
    async_get_persistent_notifications,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from homeassistant.setup import async_setup_component

from .house import PASSWORD, WRONG_PASSWORD, House
from .visitor import ENTRIES, Refused, forms, visit
from custom_components.iot_secure_gateway.const import DOMAIN


@pytest.fixture(autouse=True)
async def notifications(house: House) -> None:
    """Notifications are a component of their own."""
    assert await async_setup_component(house.hass, "persistent_notification", {})


def notice(house: House) -> str | None:
    """Return what the owner of LAMP-1 is told of claims that were tried."""
    shown = async_get_persistent_notifications(house.hass)
    return shown.get(f"{DOMAIN}_claim_tried_LAMP-1", {}).get("message")


@pytest.mark.parametrize("password", [WRONG_PASSWORD, PASSWORD])
async def test_claim_of_a_device_that_is_set_up_is_refused_and_told(
    house: House,
    owner: MockUser,
    other: MockUser,
    hass_client: ClientSessionGenerator,
    password: str,
) -> None:
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    before = list(device.log)
    flow = await forms(house, hass_client, other, ENTRIES)
    form = await flow.choose(await flow.start(handler=DOMAIN), "device")
    for chosen in (other, owner):  # whoever is said to be the owner-to-be
        answer = await flow.submit(
            form,
            serial="LAMP-1",
            password=password,
            host="127.0.0.1",
            port=device.port,
            owner=chosen.id,
        )
        assert (answer["type"], answer["reason"]) == ("abort", "already_owned_here")
        assert answer["description_placeholders"] == {"owner": "Olivia"}
        form = await flow.choose(await flow.start(handler=DOMAIN), "device")
    await house.hass.async_block_till_done()
    assert device.log == before
    assert house.gateway.owners == {"LAMP-1": owner.id}
    told = notice(house)
    assert told is not None
    assert told.startswith("Adam tried to claim the device Lamp (LAMP-1), which belongs to Olivia")


async def test_owner_who_adds_a_device_again_is_not_told_of_a_claim(
    house: House, owner: MockUser, hass_client: ClientSessionGenerator
) -> None:
    ada = await house.person("Ada", is_admin=True)
    await house.add_gateway()
    device, _ = await house.claimed_device(ada)
    flow = await forms(house, hass_client, ada, ENTRIES)
    form = await flow.choose(await flow.start(handler=DOMAIN), "device")
    answer = await flow.submit(
        form,
        serial="LAMP-1",
        password=PASSWORD,
        host="127.0.0.1",
        port=device.port,
        owner=ada.id,
    )
    assert (answer["type"], answer["reason"]) == ("abort", "already_configured")
    await house.hass.async_block_till_done()
    assert notice(house) is None


async def test_claim_of_a_removed_device_is_told_and_leads_to_its_restoring(
    house: House, owner: MockUser, other: MockUser, hass_client: ClientSessionGenerator
) -> None:
    await house.add_gateway()
    device, entry = await house.claimed_device(owner)
    await house.hass.config_entries.async_remove(entry.entry_id)
    flow = await forms(house, hass_client, other, ENTRIES)
    form = await flow.choose(await flow.start(handler=DOMAIN), "device")
    form = await flow.submit(
        form,
        serial="LAMP-1",
        password=PASSWORD,
        host="127.0.0.1",
        port=device.port,
        owner=other.id,
    )
    assert (form["type"], form["step_id"]) == ("form", "restore")
    await house.hass.async_block_till_done()
    assert notice(house) is not None
    assert (await flow.submit(form))["type"] == "create_entry"
    await house.known()
    assert house.gateway.owners == {"LAMP-1": owner.id}


async def test_owner_is_told_of_a_claim_without_an_address_too(
    house: House, owner: MockUser, other: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    """Whose it is comes first: a device that is linked does not say where it is."""
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    assert "LAMP-1" not in house.gateway.discovered
    before = list(device.log)
    adam = await visit(house, hass_ws_client, other)
    with pytest.raises(Refused, match="belongs to Olivia") as refused:
        await adam.call("claim", serial="LAMP-1", password=PASSWORD)
    assert refused.value.code == "already_owned"
    await house.hass.async_block_till_done()
    assert notice(house) is not None
    assert device.log == before
    with pytest.raises(Refused) as refused:
        await adam.call("claim", serial="LAMP-2", password=PASSWORD)
    assert refused.value.code == "invalid_address"


async def test_name_of_a_device_is_no_markup_for_its_owner(
    house: House, owner: MockUser, other: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    device, _ = await house.claimed_device(owner, name="[Click](http://evil.example) <b>*now*</b>")
    adam = await visit(house, hass_ws_client, other)
    with pytest.raises(Refused):
        await adam.call(
            "claim", serial="LAMP-1", password=PASSWORD, host="127.0.0.1", port=device.port
        )
    await house.hass.async_block_till_done()
    told = notice(house)
    assert told is not None
    name = r"\[Click\]\(http\:\/\/evil\.example\) \<b\>\*now\*\<\/b\>"
    assert f"the device {name} (LAMP-1)" in told
