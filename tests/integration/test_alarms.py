"""An alarm is no way around what Home Assistant lets people do, nor a way to plague them."""

from dataclasses import replace

import pytest
from pytest_homeassistant_custom_component.common import MockUser, async_mock_service
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from .house import House
from .phone import Phone
from .test_threats import choose, olivias, phones, spoofed
from .visitor import refusal, visit
from custom_components.iot_secure_gateway.gateway.threat_events import ThreatSeen
from custom_components.iot_secure_gateway.policy.monitoring import AlarmAction
from custom_components.iot_secure_gateway.policy.threats import Detection, Level, Response

__all__ = ["olivias", "phones"]  # fixtures


async def test_alarm_does_nothing_that_who_chose_it_may_not_do_by_hand(
    house: House,
    owner: MockUser,
    hass_ws_client: WebSocketGenerator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Who may only look in Home Assistant gets at nothing by way of an alarm."""
    hass = house.hass
    calls = async_mock_service(hass, "script", "turn_on")
    await house.add_gateway()
    await house.claimed_device(owner)
    ring = AlarmAction(action="script.turn_on", entity_id="script.ring")
    await choose(house, owner, alarms=(ring,))
    owner.mock_policy({"entities": {"domains": {"script": {"read": True}}}})
    spoofed(house)
    await house.until(lambda: "could not set off script.ring" in caplog.text)
    assert calls == []
    page = await visit(house, hass_ws_client, owner)
    policy = await page.call("monitoring_policy")
    told = await refusal(
        page,
        "set_monitoring_conduct",
        scope={"kind": "device", "id": "LAMP-1"},
        revision=policy["revision"],
        alarms=[ring.to_dict()],
    )
    assert told.code == "no_alarm_entity"
    assert "script.ring" in str(told)


async def test_what_anybody_on_the_network_can_fake_is_loud_once_an_hour(
    house: House, owner: MockUser, olivias: Phone
) -> None:
    """Else whoever sends packets rings the owner's phone through "do not disturb" all night long."""
    await house.claimed_device(owner)
    faked = ThreatSeen(
        id="0",
        at=1,
        detection=Detection.SPOOFED_GATEWAY,
        level=Level.HIGH,
        serial="LAMP-1",
        responses=frozenset({Response.LOG, Response.REPORT}),
    )
    loud: list[bool] = []
    for is_proven in (False, False, True):
        house.gateway.events.emit(replace(faked, is_proven=is_proven))
        loud.append("channel" in (await olivias.received())["data"])
    assert loud == [True, False, True]
