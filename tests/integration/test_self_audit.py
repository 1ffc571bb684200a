"""Looking over a real house: everybody is told what concerns them (B37)."""

from datetime import timedelta
import threading
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.components.backup import async_get_manager
from homeassistant.core import Context
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from .house import House
from .test_discovery import cards
from .test_rows import row_for
from .test_threats import choose
from .visitor import Visitor, visit
from custom_components.iot_secure_gateway import self_audit
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.record_import import read_record, weak_serials

GOOD = "ABCDEFGHIJKL2345"
SELF_AUDIT = ("self_audit",)


async def findings(visitor: Visitor) -> dict[str, dict[str, Any]]:
    """Return what a person is told, by kind."""
    return {one["finding"]: one for one in (await visitor.call("self_audit"))["findings"]}


async def test_wide_row_and_detect_only_are_told_to_who_they_concern(
    house: House, owner: MockUser, other: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    assert await findings(olivia) == {}
    ben = await house.person("Ben")
    wide = row_for(ben, users={"everyone": True}, devices={"all_of_maker": True})
    made = await olivia.call("add_row", row=wide)
    await choose(house, owner, is_detect_only=True)
    told = await findings(olivia)
    assert told["wide_row"]["row"] == made["number"]
    assert (told["detect_only"]["serial"], told["detect_only"]["device"]) == ("LAMP-1", "Lamp")
    for person in (ben, other):
        assert await findings(await visit(house, hass_ws_client, person)) == {}


async def test_device_without_an_owner_near_by_is_told(
    house: House, owner: MockUser, other: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    await house.device("FREE-1", ping_port=house.ping_port)
    await house.until(lambda: bool(cards(house)))
    for person in (owner, other):
        told = await findings(await visit(house, hass_ws_client, person))
        assert told["unclaimed"]["serial"] == "FREE-1"
    ben = await visit(house, hass_ws_client, await house.person("Ben"))
    assert await findings(ben) == {}  # no business of his


async def test_owner_who_is_gone_is_told_to_administrators(
    house: House, owner: MockUser, other: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    await house.hass.auth.async_update_user(owner, is_active=False)
    adam = await visit(house, hass_ws_client, other)
    assert (await findings(adam))["owner_gone"]["serial"] == "LAMP-1"


async def test_missing_backup_is_told_where_home_assistant_makes_them(
    house: House, other: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    assert await async_setup_component(house.hass, "backup", {})
    await house.add_gateway(listen=False)
    adam = await visit(house, hass_ws_client, other)
    assert "no_backup" in await findings(adam)
    data = async_get_manager(house.hass).config.data
    data.last_completed_automatic_backup = dt_util.utcnow() - timedelta(days=1)
    assert "no_backup" not in await findings(adam)


async def test_weak_passwords_of_a_list_are_counted(
    house: House, other: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway(listen=False)
    await house.gateway.maker_records.import_file(f"A-1,{GOOD}\nB-2,AAAAAAAAAAAA".encode())
    told = await findings(await visit(house, hass_ws_client, other))
    assert told["weak_passwords"]["count"] == 1


@pytest.mark.parametrize(
    ("lines", "weak"),
    [
        (f"A-1,{GOOD}\nB-2,{GOOD[::-1]}", set()),
        (f"A-1,{GOOD}\nB-2,{GOOD}", {"A-1", "B-2"}),  # one password for all
        (f"A-1,{GOOD},ABABABABABAB", {"A-1"}),
        (f"A-1,{GOOD},{GOOD}", set()),  # twice for one device
    ],
)
def test_password_that_can_be_guessed_is_seen_in_the_file(lines: str, weak: set[str]) -> None:
    assert weak_serials(read_record(lines.encode()).passwords) == weak


async def test_service_answers_a_person(house: House, owner: MockUser, other: MockUser) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    await choose(house, owner, is_detect_only=True)
    for person, count in ((owner, 1), (other, 0)):
        answer = await house.hass.services.async_call(
            DOMAIN,
            "self_audit",
            {},
            blocking=True,
            return_response=True,
            context=Context(user_id=person.id),
        )
        assert answer is not None
        found = answer["findings"]
        assert isinstance(found, list)
        assert len(found) == count


async def test_looking_over_a_large_table_holds_nobody_up(
    house: House,
    owner: MockUser,
    hass_ws_client: WebSocketGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Anybody may ask, as often as they like, and 20,000 rows take half a second."""
    await house.add_gateway()
    olivia = await visit(house, hass_ws_client, owner)
    threads: list[threading.Thread] = []

    def marks(*given: Any) -> dict[int, Any]:
        threads.append(threading.current_thread())
        return {}

    monkeypatch.setattr(self_audit, "marks_of", marks)
    await findings(olivia)
    assert threads
    assert threading.main_thread() not in threads
