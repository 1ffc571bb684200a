"""Messages, notifications and repair issues lead to the place in the console that they are about."""

from pytest_homeassistant_custom_component.common import (
    MockUser,
    async_get_persistent_notifications,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from homeassistant.config_entries import ConfigEntry
from homeassistant.helpers import issue_registry as ir

from .house import House
from .phone import Phones
from custom_components.iot_secure_gateway.console_links import device_page, threat_page
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.deployment_events import SettingsTold
from custom_components.iot_secure_gateway.gateway.deployment_records import Lack
from custom_components.iot_secure_gateway.gateway.events import (
    ClaimAttempted,
    CopySuspected,
    KeyRotationFailed,
)
from custom_components.iot_secure_gateway.gateway.threat_events import ThreatSeen
from custom_components.iot_secure_gateway.issues import async_not_released, async_ping_port_in_use
from custom_components.iot_secure_gateway.messages import Message
from custom_components.iot_secure_gateway.policy.threats import Detection, Level, Response

CONSOLE = "/iot-secure-gateway"
ODD = "A/B 7?"  # a serial as nobody should make it
GRAVE = ThreatSeen(
    id="0123456789abcdef",
    at=1,
    detection=Detection.COPY_SUSPECTED,
    level=Level.HIGH,
    serial="LAMP-1",
    responses=frozenset({Response.LOG, Response.REPORT}),
)


def raised(house: House) -> dict[str, str | None]:
    """Return where each issue leads."""
    return {
        issue_id: issue.learn_more_url
        for (domain, issue_id), issue in ir.async_get(house.hass).issues.items()
        if domain == DOMAIN
    }


def switch_console(house: House, entry: ConfigEntry, *, on: bool) -> None:
    house.hass.config_entries.async_update_entry(entry, options={**entry.options, "console": on})


async def test_issues_lead_to_the_device_or_the_page_of_the_gateway(
    house: House, owner: MockUser
) -> None:
    entry = await house.add_gateway()
    await house.claimed_device(owner)
    emit = house.gateway.events.emit
    emit(CopySuspected(serial="LAMP-1", detail="lane 0"))
    emit(KeyRotationFailed(serial="LAMP-1", code="device_offline"))
    emit(SettingsTold(serial="LAMP-1", lacks=next(iter(Lack))))
    async_ping_port_in_use(house.hass, 7)
    async_not_released(house.hass, "LAMP-2", "Old lamp")
    # As Home Assistant's own page follows it within the same tab.
    lamp = f"homeassistant:/{CONSOLE}/overview/LAMP-1"
    assert raised(house) == {
        "copy_suspected_LAMP-1": lamp,
        "key_rotation_failed_LAMP-1": lamp,
        "firmware_too_old_LAMP-1": lamp,
        "ping_port_in_use": f"homeassistant:/{CONSOLE}/gateway",
        "not_released_LAMP-2": f"homeassistant:/{CONSOLE}/overview",
    }
    switch_console(house, entry, on=False)
    async_ping_port_in_use(house.hass, 7)
    assert raised(house)["ping_port_in_use"] is None


async def test_notifications_lead_to_the_device_and_to_the_story_of_a_threat(
    house: House, owner: MockUser, other: MockUser
) -> None:
    entry = await house.add_gateway()
    await house.claimed_device(owner)
    emit = house.gateway.events.emit
    emit(ClaimAttempted(serial="LAMP-1", user_id=other.id, code="already_owned"))
    emit(GRAVE)
    await house.hass.async_block_till_done()
    shown = async_get_persistent_notifications(house.hass)
    links = {
        notification_id: notification["message"].rpartition("\n\n")[2]
        for notification_id, notification in shown.items()
    }
    assert links[f"{DOMAIN}_claim_tried_LAMP-1"] == (
        f"[Show it in the console]({CONSOLE}/overview/LAMP-1)"
    )
    (story,) = [link for where, link in links.items() if "_threat_" in where]
    assert story == f"[Show it in the console]({CONSOLE}/monitoring/threat/{GRAVE.id})"

    switch_console(house, entry, on=False)  # there would be nothing to lead to
    emit(ClaimAttempted(serial="LAMP-1", user_id=other.id, code="already_owned"))
    await house.hass.async_block_till_done()
    told = async_get_persistent_notifications(house.hass)[f"{DOMAIN}_claim_tried_LAMP-1"]
    assert CONSOLE not in told["message"]


async def test_tap_on_a_message_opens_its_page_on_both_kinds_of_phones(
    house: House,
    owner: MockUser,
    hass_client: ClientSessionGenerator,
    hass_ws_client: WebSocketGenerator,
) -> None:
    entry = await house.add_gateway()
    phones = Phones(house, hass_client, hass_ws_client)
    await phones.start()
    olivias = await phones.phone(owner, "Olivias phone")
    message = Message(text="threat_public", tag="tried", page=threat_page(GRAVE.id))
    await house.messages.tell([owner.id], message)
    data = (await olivias.received())["data"]
    where = f"{CONSOLE}/monitoring/threat/{GRAVE.id}"
    assert (data["clickAction"], data["url"]) == (where, where)
    switch_console(house, entry, on=False)
    await house.messages.tell([owner.id], message)
    data = (await olivias.received())["data"]
    assert not {"clickAction", "url"} & set(data)


def test_address_of_a_page_leads_nowhere_else() -> None:
    assert device_page(ODD) == "overview/A%2FB%207%3F"
    assert threat_page("../x") == "monitoring/threat/..%2Fx"
