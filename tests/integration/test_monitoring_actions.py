"""Services that end what the monitoring did, what is known of logins, and what is kept on the disk."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.setup import async_setup_component

from .house import House
from .test_actions import device_id
from .test_console_monitoring import suspend, tried
from .visitor import Visitor, refusal, visit
from custom_components.iot_secure_gateway.auditing import DATA_AUDIT
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.audit_writer import Trouble
from custom_components.iot_secure_gateway.gateway.threat_events import ThreatTraced
from custom_components.iot_secure_gateway.policy.threats import Detection
from custom_components.iot_secure_gateway.storage import PrivateStore, StorageError


@pytest.fixture
async def ben(house: House) -> MockUser:
    """Somebody of the household who owns nothing."""
    return await house.person("Ben")


@pytest.fixture
async def lamp(house: House, owner: MockUser) -> House:
    """A house in which Olivia owns a lamp."""
    await house.add_gateway()
    await house.claimed_device(owner)
    return house


async def act(house: House, service: str, who: MockUser, **fields: Any) -> Any:
    return await house.hass.services.async_call(
        DOMAIN,
        service,
        {"device_id": device_id(house), **fields},
        blocking=True,
        return_response=service == "release_block",
        context=Context(user_id=who.id),
    )


async def test_services_end_what_was_done_for_who_may(
    lamp: House, owner: MockUser, ben: MockUser
) -> None:
    people = [{"id": "ben", "name": "Ben", "user_id": ben.id}, {"id": "baby", "name": "Baby"}]
    assert await async_setup_component(lamp.hass, "person", {"person": people})
    await tried(lamp, ben)
    with pytest.raises(ServiceValidationError):
        await act(lamp, "release_block", ben)
    with pytest.raises(HomeAssistantError):
        await act(lamp, "release_block", owner, person="person.baby")
    assert await act(lamp, "release_block", owner, person="person.ben") == {"released": 1}
    with pytest.raises(HomeAssistantError, match="Nobody is blocked"):
        await act(lamp, "release_block", owner, person="person.ben")
    assert await act(lamp, "release_block", owner) == {"released": 0}
    await tried(lamp, ben)
    assert await act(lamp, "release_block", owner) == {"released": 1}
    await suspend(lamp)
    with pytest.raises(ServiceValidationError):
        await act(lamp, "lift_suspension", ben)
    await act(lamp, "lift_suspension", owner)
    await lamp.known()


async def test_the_trace_has_the_address_and_the_app_of_the_login(
    lamp: House, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    hass, traced = lamp.hass, []
    lamp.gateway.add_listener(
        lambda event: traced.append(event) if isinstance(event, ThreatTraced) else None
    )
    logins = lamp.gateway.monitor.tracer.logins
    assert (await logins.login(ben.id)).address == ""
    assert (await logins.login("nobody")).address == ""
    assert logins.address_now() == ""
    token = await hass.auth.async_create_refresh_token(ben, "https://app.example")
    hass.auth.async_create_access_token(token, "10.1.2.3")
    visitor: Visitor = await visit(lamp, hass_ws_client, ben)
    assert (await refusal(visitor, "lift_suspension", serial="LAMP-1")).code == "unauthorized"
    await lamp.until(lambda: bool(lamp.gateway.monitor.memory.threats))
    threat = next(iter(lamp.gateway.monitor.memory.threats.values()))
    assert threat.source == "127.0.0.1", "the address of the websocket"
    login = await logins.login(ben.id)
    assert login.address in {"10.1.2.3", "127.0.0.1"}
    assert login.client


async def test_trouble_of_the_record_is_a_threat(lamp: House) -> None:
    report = lamp.hass.data[DATA_AUDIT].store._report
    report(Trouble("lines_lost", 3))
    await lamp.hass.async_block_till_done()
    found = [each.detection for each in lamp.gateway.monitor.memory.threats.values()]
    assert found == [Detection.AUDIT_TROUBLE]


async def test_policy_and_memory_come_back_from_disk_and_damage_is_told(
    lamp: House, owner: MockUser, ben: MockUser
) -> None:
    await tried(lamp, ben)
    store = lamp.gateway.monitor._store
    await lamp.gateway.safeguards.stop()  # what is being written
    record = await store.load()
    assert record is not None
    assert [block.user_id for block in record.blocks] == [ben.id]
    assert await store.load_memory() is None
    await lamp.gateway.monitor._save()
    memory = await store.load_memory()
    assert memory is not None
    assert memory["threats"] != []
    await PrivateStore(lamp.hass, "monitoring").async_save_durably({"policy": 5})
    with pytest.raises(StorageError):
        await store.load()
