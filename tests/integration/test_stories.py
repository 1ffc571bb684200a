"""Whole stories of owners: somebody else's device (US2), a second gateway, a copy; and no secret left lying about."""

import asyncio
from collections.abc import AsyncIterator
import logging
from pathlib import Path

import pytest
from pytest_homeassistant_custom_component.common import (
    MockUser,
    async_get_persistent_notifications,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError
from homeassistant.setup import async_setup_component

from .house import PASSWORD, WITHIN_S, WRONG_PASSWORD, House
from .visitor import ENTRIES, Refused, forms, refusal, visit
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.device import Problem
from custom_components.iot_secure_gateway.gateway.errors import AlreadyOwned
from custom_components.iot_secure_gateway.gateway.gateway import Gateway
from custom_components.iot_secure_gateway.gateway.settings import GatewaySettings
from custom_components.iot_secure_gateway.gateway.stores import memory_stores

AT = {"serial": "LAMP-1", "host": "127.0.0.1"}


async def test_us2_somebody_elses_device(
    house: House,
    owner: MockUser,
    hass_ws_client: WebSocketGenerator,
) -> None:
    assert await async_setup_component(house.hass, "persistent_notification", {})
    await house.add_gateway()
    ben = await house.person("Ben")
    cleo = await house.person("Cleo")
    device, entry = await house.claimed_device(owner, ping_port=house.ping_port)
    olivia, bens, cleos = [
        await visit(house, hass_ws_client, person) for person in (owner, ben, cleo)
    ]
    at = {**AT, "port": device.port}

    # Ben is refused both times, nothing reaches the device, and Olivia is told.
    before = list(device.log)
    for password in (WRONG_PASSWORD, PASSWORD):
        refused = await refusal(bens, "claim", password=password, **at)
        assert "belongs to Olivia" in refused.text
    assert device.log == before
    await house.hass.async_block_till_done()
    assert f"{DOMAIN}_claim_tried_LAMP-1" in async_get_persistent_notifications(house.hass)

    # Six wrong tries lock a device without an owner, and it is said for how long.
    free = await house.device("LAMP-2")
    for _ in range(6):
        refused = await refusal(
            bens,
            "claim",
            serial="LAMP-2",
            password=WRONG_PASSWORD,
            host="127.0.0.1",
            port=free.port,
        )
        free.let_time_pass(2)
        if refused.code == "claim_locked":
            break
    assert refused.code == "claim_locked"
    assert "seconds" in refused.text
    assert (await bens.call("claim_state", serial="LAMP-2"))["locked_for"] > 0

    # Olivia lets Cleo control it, then gives it to Ben: what hung on her ends at once.
    given = {"serials": ["LAMP-1"], "role": "manager", "commands": ["read", "control"]}
    await olivia.call("appoint", user_id=cleo.id, **given)
    await house.switch("turn_on", Context(user_id=cleo.id))
    await olivia.call("offer_transfer", serial="LAMP-1", user_id=ben.id)
    await bens.call("accept_transfer", serial="LAMP-1")
    for person in (owner, cleo):
        with pytest.raises(ServiceValidationError, match="Ben"):
            await house.switch("turn_off", Context(user_id=person.id))
    await house.switch("turn_off", Context(user_id=ben.id))
    assert device.switched == [True, False]

    # Cleo finds it with its button held: it is hers with the password on its label.
    device.device.factory_reset()
    await house.until(lambda: house.gateway.owners == {})
    await house.hass.async_block_till_done()
    device.let_time_pass(2)
    await cleos.call("claim", password=PASSWORD, **at)
    await house.known()
    assert house.gateway.owners == {"LAMP-1": cleo.id}
    assert house.hass.config_entries.async_get_entry(entry.entry_id) is entry
    await house.switch("turn_on", Context(user_id=cleo.id))
    assert device.switched == [True, False, True]


# --- another gateway --------------------------------------------------------------------------------------
@pytest.fixture
async def second() -> AsyncIterator[Gateway]:
    """A gateway elsewhere, without Home Assistant."""
    gateway = Gateway(
        bytes(range(16)),
        memory_stores(),
        settings=GatewaySettings(first_retry=0.02, last_retry=0.05),
    )
    await gateway.start()
    yield gateway
    await gateway.stop()


@pytest.mark.usefixtures("fast_gateway")
async def test_invited_gateway_stands_in_until_it_is_removed(
    house: House, owner: MockUser, second: Gateway, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    invited = await olivia.call("invite_gateway", serial="LAMP-1")
    code: str = invited["password"]
    device.let_time_pass(2)
    await second.claim("LAMP-1", code, "127.0.0.1", device.port, "ben")
    assert second.devices["LAMP-1"].problem is Problem.STANDBY  # this one commands
    await house.switch("turn_on", Context(user_id=owner.id))
    assert device.switched == [True]

    stands_in = second.devices["LAMP-1"]
    refused = asyncio.Event()
    stands_in.add_listener(
        lambda: refused.set() if stands_in.problem is Problem.REFUSED else refused.clear()
    )
    await olivia.call("remove_gateway", serial="LAMP-1", slot=invited["slot"])
    async with asyncio.timeout(WITHIN_S):
        await refused.wait()
    await second.detach("LAMP-1")
    device.let_time_pass(2)
    with pytest.raises(AlreadyOwned):  # a code is good once
        await second.claim("LAMP-1", code, "127.0.0.1", device.port, "tom")
    assert (await olivia.devices())["LAMP-1"]["guests"] == []
    await house.switch("turn_off", Context(user_id=owner.id))
    assert device.switched == [True, False]


# --- a copy --------------------------------------------------------------------------------------------------
async def test_suspended_device_is_claimed_again_without_removing_it(
    house: House, hass_client: ClientSessionGenerator
) -> None:
    ada = await house.person("Ada", is_admin=True)
    await house.add_gateway()
    device, entry = await house.claimed_device(ada)
    await house.gateway._binding_keeper.suspend("LAMP-1")
    await house.hass.config_entries.async_reload(entry.entry_id)
    assert house.gateway.devices["LAMP-1"].problem is Problem.SUSPENDED
    device.device.factory_reset()
    device.let_time_pass(2)
    flow = await forms(house, hass_client, ada, ENTRIES)
    form = await flow.choose(await flow.start(handler=DOMAIN), "device")
    answer = await flow.submit(form, **AT, port=device.port, password=PASSWORD, owner=ada.id)
    assert (answer["type"], answer["reason"]) == ("abort", "claimed_anew")
    await house.known()
    assert house.gateway.devices["LAMP-1"].problem is None
    await house.switch("turn_on", Context(user_id=ada.id))
    assert device.switched == [True]


# --- secrets ---------------------------------------------------------------------------------------------------
async def test_password_is_kept_nowhere_and_keys_in_the_key_store_only(
    house: House,
    owner: MockUser,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    logging.getLogger("custom_components.iot_secure_gateway").setLevel(logging.DEBUG)
    ada = await house.person("Ada", is_admin=True)
    await house.add_gateway()
    lamp = await house.device("LAMP-1")
    flow = await forms(house, hass_client, ada, ENTRIES)
    olivia = await visit(house, hass_ws_client, owner)
    for password in (WRONG_PASSWORD, PASSWORD):
        lamp.let_time_pass(2)
        form = await flow.choose(await flow.start(handler=DOMAIN), "device")
        await flow.submit(form, **AT, port=lamp.port, password=password, owner=ada.id)
    other = await house.device("LAMP-2")
    code = f"ISG1:LAMP-2:{PASSWORD.replace('-', '')}"
    with pytest.raises(Refused):
        await olivia.call("claim", password=WRONG_PASSWORD, **{**AT, "port": other.port})
    await olivia.call("claim", password=code, host="127.0.0.1", port=other.port)
    await olivia.call("rotate_key", serial="LAMP-2")
    await house.known("LAMP-1")
    await house.known("LAMP-2")
    house.hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await house.hass.async_block_till_done()

    keeper = house.gateway._binding_keeper
    keys = [key.hex() for serial in ("LAMP-1", "LAMP-2") for key in keeper.keys(serial)]
    assert len(keys) == 2
    passwords = [
        form
        for password in (PASSWORD, WRONG_PASSWORD)
        for form in (password, password.replace("-", ""))
    ]
    files = [path for path in Path(house.hass.config.config_dir).rglob("*") if path.is_file()]
    holders = {
        path.name
        for path in files
        for secret in (*passwords, *keys)
        if secret in path.read_text("utf-8", "replace")
    }
    assert holders == {f"{DOMAIN}.bindings"}
    (key_store,) = [path for path in files if path.name == f"{DOMAIN}.bindings"]
    assert not any(password in key_store.read_text() for password in passwords)
    assert not any(secret in caplog.text for secret in (*passwords, *keys))
    flows = house.hass.config_entries.flow.async_progress()
    entries = [entry.as_dict() for entry in house.hass.config_entries.async_entries()]
    assert not any(secret in repr((flows, entries)) for secret in (*passwords, *keys))
