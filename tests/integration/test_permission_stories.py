"""Stories of the permission table through Home Assistant's services: kids and a cleaner (US4), FIG 9 (US5)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component

from .house import House, token_of
from .phone import Phones
from .test_rows import row_for, shown
from .visitor import visit
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.gateway import Gateway

BERLIN = ZoneInfo("Europe/Berlin")
SWITCH = "switch.lamp_relay"


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Stop the clock that the gateway judges by; sets it to a moment of the home's wall clock."""
    now = 0.0

    def set_to(local: str) -> None:
        nonlocal now
        moment = datetime.fromisoformat(local)
        now = (moment if moment.tzinfo else moment.replace(tzinfo=BERLIN)).timestamp()

    set_to("2027-03-27T12:00")
    defaults = Gateway.__init__.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "unix_time", lambda: now)
    return set_to


async def test_us4_kids_and_the_cleaner(
    house: House,
    owner: MockUser,
    set_clock: Callable[[str], None],
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await house.hass.config.async_set_time_zone("Europe/Berlin")
    for domain in ("api", "intent", "conversation"):
        assert await async_setup_component(house.hass, domain, {})
    phones = Phones(house, hass_client, hass_ws_client)
    await phones.start()
    action = {"action": "switch.turn_on", "target": {"entity_id": SWITCH}}
    script = {"script": {"bedtime": {"sequence": [action]}}}
    assert await async_setup_component(house.hass, "script", script)
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    kim, carl = await house.person("Kim"), await house.person("Carl")
    olivia = await visit(house, hass_ws_client, owner)
    day = {"hours": [{"start": "07:00", "end": "20:30"}]}
    switching = {"names": ["turn_on", "turn_off"]}
    kims = await olivia.call("add_row", row=row_for(kim, commands=switching, times=day))
    shift = {"name": "Cleaning", "hours": [{"start": "09:00", "end": "12:00"}]}
    cleaning = await olivia.call("put_reference", kind="shifts", reference=shift)
    times = {
        "dates": [{"first": "2027-03-01", "last": "2027-06-30"}],
        "weekdays": ["tue", "fri"],
        "shifts": [cleaning["reference_id"]],
    }
    await olivia.call("add_row", row=row_for(carl, commands={"names": ["turn_on"]}, times=times))
    carls = (await shown(olivia))[2]
    assert [item["name"] for group in carls["when"] for item in group if "name" in item] == [
        "Cleaning"
    ]

    # At 20:31 she is refused on every way, each time with the row, its column and the next time.
    set_clock("2027-03-27T20:31")
    kims_phone, webhook_id = await phones.register(kim, "Kims phone")
    context = Context(user_id=kim.id)
    client = await hass_client(await token_of(house.hass, kim))
    websocket = await hass_ws_client(house.hass, await token_of(house.hass, kim))
    told: dict[str, str] = {}
    for way, called in (
        ("dashboard", {"domain": "switch", "service": "turn_on", "target": {"entity_id": SWITCH}}),
        ("script button", {"domain": "script", "service": "bedtime"}),
    ):
        await websocket.send_json_auto_id({"type": "call_service", **called})
        told[way] = (await websocket.receive_json())["error"]["message"]
    answer = await client.post("/api/services/switch/turn_on", json={"entity_id": SWITCH})
    assert answer.status == 400
    told["REST"] = (await answer.json())["message"]
    # To these two Home Assistant tells no reason at all; the text is in its log.
    caplog.clear()
    data = {"domain": "switch", "service": "turn_on", "service_data": {"entity_id": SWITCH}}
    await kims_phone.post(f"/api/webhook/{webhook_id}", json={"type": "call_service", "data": data})
    told["app"] = _logged(caplog, "mobile_app")
    caplog.clear()
    said: Any = await house.hass.services.async_call(
        "conversation",
        "process",
        {"text": "turn on Lamp Relay", "language": "en"},
        blocking=True,
        return_response=True,
        context=context,
    )
    assert said["response"]["response_type"] == "error"
    told["Assist"] = _logged(caplog, "Service call failed")
    (text,) = {one.removeprefix("Validation error: ") for one in told.values()}
    assert len(told) == 5
    assert "row 1" in text
    assert "column Times" in text
    assert "2027-03-28 07:00" in text  # the night in which clocks are put forward
    assert device.switched == []

    # An edited row acts on the next command, over midnight and on both nights of the clocks.
    night = {"hours": [{"start": "22:00", "end": "06:00"}]}
    await olivia.call("change_row", **kims, row=row_for(kim, commands=switching, times=night))
    for when, is_allowed in (
        ("2027-03-27T21:59:59", False),
        ("2027-03-27T22:00", True),
        ("2027-03-28T05:59:59", True),
        ("2027-03-28T06:00", False),
        ("2027-10-30T22:00", True),
        ("2027-10-31T02:30+02:00", True),
        ("2027-10-31T02:30+01:00", True),
        ("2027-10-31T05:59:59", True),
        ("2027-10-31T06:00", False),
    ):
        set_clock(when)
        assert await _may(house, "turn_on", kim) is is_allowed, when

    for when, is_allowed in (
        ("2027-03-02T09:00", True),  # a Tuesday
        ("2027-03-02T12:00", False),
        ("2027-03-03T09:00", False),
        ("2027-06-29T11:59:59", True),
        ("2027-07-02T09:00", False),
    ):
        set_clock(when)
        assert await _may(house, "turn_on", carl) is is_allowed, when
        assert not await _may(house, "turn_off", carl)


def _logged(caplog: pytest.LogCaptureFixture, about: str) -> str:
    """Return the refusal that Home Assistant logged."""
    (found,) = (one for one in caplog.records if about in one.getMessage())
    if found.exc_info is not None:
        return str(found.exc_info[1])
    return found.getMessage().rpartition("): ")[2]


async def test_us5_figure_9_word_for_word(
    house: House,
    owner: MockUser,
    set_clock: Callable[[str], None],
    hass_ws_client: WebSocketGenerator,
) -> None:
    await house.hass.config.async_set_time_zone("Europe/Berlin")
    await house.add_gateway()
    devices = {}
    for serial in ("0001", "0002", "0003"):
        devices[serial], _ = await house.claimed_device(owner, serial=serial)
    joe, ann, tom = [await house.person(name) for name in ("Joe Smith", "Ann", "Tom")]
    olivia = await visit(house, hass_ws_client, owner)

    async def put(kind: str, **reference: Any) -> str:
        made = await olivia.call("put_reference", kind=kind, reference=reference)
        return str(made["reference_id"])

    group_1 = await put("device_groups", name="Device group 1", serials=["0001", "0003"])
    group_a = await put("command_groups", name="Command group A", names=["turn_on"])
    first = await put("shifts", name="First shift", hours=[{"start": "06:00", "end": "14:00"}])
    team_c = await put("user_groups", name="Audit Team C", users=[ann.id])
    await olivia.call(
        "add_row",
        row=row_for(
            joe,
            devices={"groups": [group_1]},
            commands={"own_groups": [group_a]},
            times={"shifts": [first]},
        ),
    )
    await olivia.call(
        "add_row",
        row=row_for(
            ann,
            users={"groups": [team_c]},
            devices={"serials": ["0002"]},
            commands={"names": ["read"]},
            times={
                "dates": [{"first": "2020-01-02", "last": "2020-01-02"}],
                "hours": [{"start": "13:00", "end": "15:00"}],
            },
        ),
    )

    for when, is_allowed in (
        ("2020-01-02T05:59:59", False),
        ("2020-01-02T06:00", True),
        ("2020-01-02T13:59:59", True),
        ("2020-01-02T14:00", False),
    ):
        set_clock(when)
        for serial in devices:
            is_in_group = serial != "0002"
            assert await _may(house, "turn_on", joe, serial) is (is_allowed and is_in_group), when
            assert not await _may(house, "turn_off", joe, serial)
            assert not await _may(house, "turn_on", tom, serial)
    assert {serial: len(device.switched) for serial, device in devices.items()} == {
        "0001": 2,
        "0002": 0,
        "0003": 2,
    }
    for when, is_allowed in (
        ("2020-01-02T12:59:59", False),
        ("2020-01-02T13:00:00", True),
        ("2020-01-02T14:59:59", True),
        ("2020-01-02T15:00:00", False),
        ("2020-01-03T13:00:00", False),
    ):
        set_clock(when)
        assert await _may_read(house, ann, "0002") is is_allowed, when
        assert not await _may_read(house, ann, "0001")
        assert not await _may_read(house, joe, "0002")
        assert not await _may(house, "turn_on", ann, "0002")

    # Out, gone, in again: the same table.
    before = await shown(olivia), await olivia.call("references")
    content = (await olivia.call("export_permissions", format="csv"))["content"]
    for number, one in before[0].items():
        await olivia.call("remove_row", number=number, version=one["version"])
    for kind, kept in before[1].items():
        for one in kept:
            fields = {"reference_id": one["reference"]["id"], "version": one["version"]}
            await olivia.call("remove_reference", kind=kind, **fields)
    set_clock("2020-01-02T13:30")
    assert not await _may_read(house, ann, "0002")
    seen = await olivia.call("preview_permissions", format="csv", content=content)
    fields = {"format": "csv", "content": content, "version": seen["version"]}
    await olivia.call("import_permissions", **fields)
    versions = {number: one["version"] for number, one in before[0].items()}
    assert {number: one["version"] for number, one in (await shown(olivia)).items()} == versions
    again = await olivia.call("references")
    for kind, kept in before[1].items():
        assert sorted(again[kind], key=str) == sorted(kept, key=str)
    assert await _may_read(house, ann, "0002")


async def _may(house: House, service: str, person: MockUser, serial: str = "LAMP-1") -> bool:
    """Call a switch service as a person; return whether it was let through."""
    try:
        await house.switch(service, Context(user_id=person.id), serial)
    except ServiceValidationError:
        return False
    return True


async def _may_read(house: House, person: MockUser, serial: str) -> bool:
    """Read a device as a person; return whether its values came."""
    entry = house.hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, serial)
    assert entry is not None
    device = dr.async_get(house.hass).async_get_device_by_identifier(
        (DOMAIN, serial), entry.entry_id
    )
    assert device is not None
    try:
        answer = await house.hass.services.async_call(
            DOMAIN,
            "read",
            {"device_id": device.id},
            blocking=True,
            return_response=True,
            context=Context(user_id=person.id),
        )
    except ServiceValidationError:
        return False
    assert answer is not None
    return answer["values"] != {}
