"""Guest passes: what the holder of a link may do without a login, through the real view (B6)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
import json
import re
from typing import Any, Literal
from unittest.mock import patch

from aiohttp.test_utils import TestClient
import pyqrcode  # type: ignore[import-untyped]
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from homeassistant.components import persistent_notification
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from .every_kind import SERIAL, house_of_every_kind
from .house import House, VirtualDevice
from .test_modules import switch_modules
from .visitor import Refused, Visitor, refusal, visit
from custom_components.iot_secure_gateway import guest_page
from custom_components.iot_secure_gateway.auditing import DATA_AUDIT
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway import passes as passes_module
from custom_components.iot_secure_gateway.gateway.audit_pages import Filter, Scope
from custom_components.iot_secure_gateway.gateway.guest_offers import ACTS
from custom_components.iot_secure_gateway.gateway.queue import CommandQueue, Waiting
from custom_components.iot_secure_gateway.policy.passes import TOKEN_LENGTH
from iotsg_device.entities.light import Light
from iotsg_device.entities.openings import Lock

PATH = "/iot_secure_gateway/guest"
CONTROL = {"groups": ["control"]}
NO_PASS = {"result": "no_pass"}


class Guest:
    """A guest's phone: the link, and a browser without a login."""

    def __init__(self, client: TestClient[Any, Any], link: str) -> None:
        self.client = client
        self.token = link.partition("#")[2]

    async def post(self, what: str, **fields: Any) -> tuple[int, dict[str, Any]]:
        answer = await self.client.post(f"{PATH}/{what}", json={"token": self.token, **fields})
        return answer.status, await answer.json()

    async def look(self) -> dict[str, Any]:
        """Open the page."""
        status, answer = await self.post("look")
        assert status == 200, answer
        return answer

    async def acts(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Return what is offered, by thing and act, as what has to be sent and what is said of it."""
        return {
            (thing["id"], act["id"]): {
                **act,
                "press": {"device": device["id"], "thing": thing["id"], "act": act["id"]},
            }
            for device in (await self.look())["devices"]
            for thing in device["things"]
            for act in thing["acts"]
        }

    async def press(self, thing: str, act: str, value: object = None) -> dict[str, Any]:
        """Press a button."""
        sent = (await self.acts())[thing, act]["press"]
        status, answer = await self.post("act", **sent, value=value)
        assert status == 200, answer
        return answer


class Gate(asyncio.Event):
    """Holds the handler of a device, and tells when it is there."""

    def __init__(self) -> None:
        super().__init__()
        self.is_reached = asyncio.Event()

    async def wait(self) -> Literal[True]:
        self.is_reached.set()
        return await super().wait()


def soon(house: House, **later: float) -> str:
    """Return a moment from now."""
    return (house.gateway.permissions.now() + timedelta(**later)).isoformat()


async def add_pass(house: House, visitor: Visitor, **changes: Any) -> dict[str, Any]:
    """Make a pass for the lamp until tomorrow, but for what is given."""
    fields = {
        "name": "Plumber",
        "devices": {"serials": ["LAMP-1"]},
        "commands": CONTROL,
        "expires_at": soon(house, days=1),
        **changes,
    }
    made: dict[str, Any] = await visitor.call("add_pass", **fields)
    return made


@pytest.fixture
async def lamp(house: House, owner: MockUser) -> VirtualDevice:
    """Olivia's lamp."""
    house.hass.config.internal_url = "http://192.168.1.20:8123"
    house.hass.config.external_url = "https://home.example"
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    return device


@pytest.fixture
async def olivia(
    house: House, owner: MockUser, lamp: VirtualDevice, hass_ws_client: WebSocketGenerator
) -> Visitor:
    """The owner at her console."""
    return await visit(house, hass_ws_client, owner)


@pytest.fixture
async def phone(
    olivia: Visitor, hass_client_no_auth: ClientSessionGenerator
) -> TestClient[Any, Any]:
    """A browser without any login."""
    return await hass_client_no_auth()


async def _lines(visitor: Visitor, kind: str) -> list[dict[str, Any]]:
    return [
        line
        for line in (await visitor.call("audit", limit=500))["lines"]
        if line["kind"] == kind and line["principal"].startswith("guest:")
    ]


def drawn(svg: str) -> list[list[bool]]:
    """Return the modules of a QR code as they are drawn, line by line."""
    strokes = svg.rpartition(' d="')[2].partition('"')[0]
    dark: set[tuple[int, int]] = set()
    at_x, at_y, left = 0.0, 0.0, 0.0
    for kind, numbers in re.findall(r"([Mmh])([-0-9. ]+)", strokes):
        x, y = [*map(float, numbers.split()), 0.0][:2]
        if kind == "h":
            dark |= {(int(at_x) + step, int(at_y)) for step in range(int(x))}
            at_x += x
        else:
            at_x, at_y = (x, y) if kind == "M" else (at_x + x, at_y + y)
            left = at_x if kind == "M" else left
    edge, size = int(left), max(x for x, _ in dark) + 1
    return [[(x, y) in dark for x in range(edge, size)] for y in range(edge, size)]


# --- making one ---------------------------------------------------------------------------------------
async def test_link_leads_to_the_house_from_outside_and_is_told_once(
    house: House, olivia: Visitor
) -> None:
    made = await add_pass(house, olivia)
    page, _, token = made["link"].partition("#")
    assert page == f"https://home.example{PATH}"
    assert len(token) == TOKEN_LENGTH
    assert made["is_encrypted"]
    code = pyqrcode.create(made["link"], error="M").code
    assert drawn(made["qr"]) == [[bool(module) for module in line] for line in code]
    state = house.gateway.permissions.state
    kept = json.dumps([state.to_dict(), *house.gateway.permissions.history.changes], default=str)
    assert token not in kept
    assert token not in json.dumps(await olivia.call("rows"))
    (shown,) = (await olivia.call("rows"))["rows"]
    assert shown["row"]["note"] == "Plumber"
    assert set(shown["row"]["users"]) == {"guests"}
    assert shown["may_change"]


async def test_without_an_external_address_the_link_leads_there_from_inside(
    house: House, olivia: Visitor
) -> None:
    house.hass.config.external_url = None
    made = await add_pass(house, olivia)
    assert made["link"].startswith(f"http://192.168.1.20:8123{PATH}#")
    assert not made["is_encrypted"]
    house.hass.config.internal_url = None
    with patch.object(house.hass.config, "api", None):
        refused = await refusal(olivia, "add_pass", **_fields(house))
    assert refused.code == "no_home_address"
    assert "Network" in refused.text
    assert len(house.gateway.permissions.state.rows) == 1


def _fields(house: House, **changes: Any) -> dict[str, Any]:
    return {
        "name": "Plumber",
        "devices": {"serials": ["LAMP-1"]},
        "commands": CONTROL,
        "expires_at": soon(house, days=1),
        **changes,
    }


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"expires_at": "2020-01-01T00:00:00+00:00"}, "invalid_permission"),
        ({"expires_at": "tomorrow"}, "invalid_permission"),
        ({"starts_at": "2199-01-01T00:00:00+00:00"}, "invalid_permission"),
        ({"name": " "}, "invalid_permission"),
        ({"devices": {}}, "invalid_permission"),
        ({"commands": {"names": ["Unlock"]}}, "invalid_permission"),
        ({"devices": {"serials": ["LAMP-9"]}}, "policy_grants_too_much"),
        ({"commands": {"names": ["release"]}}, "policy_grants_too_much"),
        ({"uses_left": 0}, "invalid_format"),
        ({"name": "x" * 65}, "invalid_format"),
    ],
)
async def test_pass_that_cannot_be_is_refused(
    house: House, olivia: Visitor, changes: dict[str, Any], code: str
) -> None:
    before = house.gateway.permissions.state
    assert (await refusal(olivia, "add_pass", **_fields(house, **changes))).code == code
    assert house.gateway.permissions.state == before


VERDICTS = {"add_pass": (None, None, *("policy_no_authority",) * 3)}


async def test_who_makes_passes_as_owner_manager_permitted_stranger_administrator(
    house: House,
    owner: MockUser,
    other: MockUser,
    olivia: Visitor,
    hass_ws_client: WebSocketGenerator,
) -> None:
    mia, ben, tom = [await house.person(name) for name in ("Mia", "Ben", "Tom")]
    given = {"role": "manager", "serials": ["LAMP-1"], "commands": ["read", "control"]}
    by = (await olivia.call("appoint", user_id=mia.id, **given))["appointment"]
    await olivia.call(
        "add_row",
        row={
            "effect": "allow",
            "users": {"users": [ben.id]},
            "devices": {"all_of_maker": True},
            "commands": CONTROL,
            "times": {"always": True},
        },
    )
    answers: list[str | None] = []
    for person in (owner, mia, ben, tom, other):
        visitor = await visit(house, hass_ws_client, person)
        fields = _fields(house, by=by if person is mia else None)
        try:
            await visitor.call("add_pass", **fields)
            answers.append(None)
        except Refused as refused:
            answers.append(refused.code)
    assert tuple(answers) == VERDICTS["add_pass"]


# --- using one ----------------------------------------------------------------------------------------
async def test_guest_does_what_the_pass_is_for_and_the_record_says_who_and_from_where(
    house: House, lamp: VirtualDevice, olivia: Visitor, phone: TestClient[Any, Any]
) -> None:
    made = await add_pass(house, olivia, uses_left=3)
    guest = Guest(phone, made["link"])
    shown = await guest.look()
    assert (shown["name"], shown["uses_left"]) == ("Plumber", 3)
    assert shown["ends_at"] is not None
    (device,) = shown["devices"]
    assert (device["name"], device["is_connected"]) == ("Lamp", True)
    assert [thing["name"] for thing in device["things"]] == ["Relay"]
    assert set(await guest.acts()) == {("relay", "turn_on"), ("relay", "turn_off")}
    assert "LAMP-1" not in json.dumps(shown)
    assert await guest.press("relay", "turn_on") == {"result": "ok", "code": "turn_on"}
    assert lamp.switched == [True]
    assert (await guest.look())["uses_left"] == 2
    (line,) = await _lines(olivia, "command")
    (row,) = house.gateway.permissions.state.rows.values()
    (pass_id,) = row.users.guests
    assert (line["principal"], line["name"]) == (f"guest:{pass_id}", "Plumber")
    assert (line["source"], line["row"], line["result"]) == ("127.0.0.1", row.number, "ok")
    assert guest.token not in json.dumps(await olivia.call("audit", limit=500))


async def test_guest_may_do_nothing_else(
    house: House, owner: MockUser, lamp: VirtualDevice, olivia: Visitor, phone: TestClient[Any, Any]
) -> None:
    await house.claimed_device(owner, serial="LAMP-2")
    only_off = {"names": ["turn_off"]}
    guest = Guest(phone, (await add_pass(house, olivia, commands=only_off))["link"])
    assert set(await guest.acts()) == {("relay", "turn_off")}
    sent = (await guest.acts())["relay", "turn_off"]["press"]
    odds: tuple[dict[str, object], ...] = (
        {"act": "turn_on"},
        {"act": "release"},
        {"act": "describe"},
        {"act": ["turn_off"]},
        {"thing": "temperature"},
        {"thing": None},
        {"device": "LAMP-1"},
        {"device": "LAMP-2"},
        {"device": {}},
    )
    for odd in odds:
        status, answer = await guest.post("act", **{**sent, **odd})
        assert (status, answer["result"]) == (200, "refused"), odd
    assert (await guest.post("act", **sent, value=7))[1]["code"] == "outside_limits"
    assert lamp.switched == []
    assert await guest.press("relay", "turn_off") == {"result": "ok", "code": "turn_off"}
    assert lamp.switched == [False]


async def test_pass_that_begins_later_shows_when(
    house: House, lamp: VirtualDevice, olivia: Visitor, phone: TestClient[Any, Any]
) -> None:
    starts_at = soon(house, hours=1)
    guest = Guest(phone, (await add_pass(house, olivia, starts_at=starts_at))["link"])
    act = (await guest.acts())["relay", "turn_on"]
    assert (act["allowed"], act["code"]) == (False, "not_now")
    assert datetime.fromisoformat(act["next_allowed_at"]) == datetime.fromisoformat(starts_at)
    refused = await guest.press("relay", "turn_on")
    assert (refused["result"], refused["code"]) == ("refused", "not_now")
    assert refused["next_allowed_at"] is not None
    assert lamp.switched == []
    assert len(await _lines(olivia, "refused")) == 1


async def test_forbidden_for_now_is_shown_as_locked(
    house: House, olivia: Visitor, phone: TestClient[Any, Any]
) -> None:
    made = await add_pass(house, olivia)
    (row,) = house.gateway.permissions.state.rows.values()
    await olivia.call(
        "add_row",
        row={
            "effect": "forbid",
            "users": {"guests": sorted(row.users.guests)},
            "devices": {"serials": ["LAMP-1"]},
            "commands": {"names": ["turn_on"]},
            "times": {"always": True},
            "expires_at": soon(house, hours=1),
        },
    )
    acts = await Guest(phone, made["link"]).acts()
    assert acts["relay", "turn_off"]["allowed"]
    locked = acts["relay", "turn_on"]
    assert (locked["allowed"], locked["code"]) == (False, "forbidden")
    assert locked["next_allowed_at"] is not None


@pytest.mark.parametrize("how", ["fault", "offline"])
async def test_guest_is_told_what_became_of_it(
    house: House, lamp: VirtualDevice, olivia: Visitor, phone: TestClient[Any, Any], how: str
) -> None:
    guest = Guest(phone, (await add_pass(house, olivia, uses_left=1))["link"])
    if how == "fault":
        lamp.fault = "jammed"
        assert await guest.press("relay", "turn_on") == {
            "result": "failed",
            "code": "command_failed",
        }
        assert (await guest.look())["uses_left"] == 0  # it may have had an effect
        return
    await lamp.stop()
    await house.until(lambda: not house.gateway.devices["LAMP-1"].is_connected)
    assert not (await guest.look())["devices"][0]["is_connected"]
    assert (await guest.press("relay", "turn_on"))["code"] == "device_offline"
    assert (await guest.look())["uses_left"] == 1


async def test_of_two_phones_that_press_at_once_one_gets_the_last_use(
    house: House, lamp: VirtualDevice, olivia: Visitor, phone: TestClient[Any, Any]
) -> None:
    guest = Guest(phone, (await add_pass(house, olivia, uses_left=1))["link"])
    sent = (await guest.acts())["relay", "turn_on"]["press"]
    lamp.gate = asyncio.Event()
    presses = [asyncio.create_task(guest.post("act", **sent)) for _ in range(2)]
    done, _ = await asyncio.wait(presses, return_when=asyncio.FIRST_COMPLETED)
    (loser,) = done
    assert loser.result() == (
        200,
        {"result": "refused", "code": "used_up", "next_allowed_at": None},
    )
    lamp.gate.set()
    answers = [(await press)[1]["result"] for press in presses]
    assert sorted(answers) == ["ok", "refused"]
    assert lamp.switched == [True]
    used_up = (await guest.acts())["relay", "turn_on"]
    assert (used_up["allowed"], used_up["code"]) == (False, "used_up")


async def test_limits_of_arguments_are_shown_and_hold(
    house: House,
    owner: MockUser,
    hass_ws_client: WebSocketGenerator,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    every, _ = await house_of_every_kind(house, owner)
    house.hass.config.internal_url = "http://192.168.1.20:8123"
    olivia = await visit(house, hass_ws_client, owner)
    limits = [
        {"command": "turn_on", "argument": "brightness", "maximum": 100},
        {"command": "set", "argument": "value", "minimum": 0, "maximum": 4},
        {"command": "set_temperature", "argument": "temperature", "choices": ["warm"]},
    ]
    commands = {"names": ["turn_on", "set", "set_temperature"], "limits": limits}
    made = await add_pass(house, olivia, devices={"serials": [SERIAL]}, commands=commands)
    guest = Guest(await hass_client_no_auth(), made["link"])
    acts = await guest.acts()
    # Without a brightness the lamp would shine as before, so that is not offered; nor are words for numbers.
    assert set(acts) == {("light", "turn_on.brightness"), ("number", "set.value")}
    assert acts["light", "turn_on.brightness"]["range"][1] == 100
    assert acts["number", "set.value"]["range"][:2] == [0, 4]
    assert (await guest.press("light", "turn_on.brightness", 80))["result"] == "ok"
    assert (await guest.press("number", "set.value", 2.5))["result"] == "ok"
    assert every.done == [("light", {"on": True, "brightness": 80}), ("number", {"value": 2.5})]
    for thing, act, value in (
        ("light", "turn_on.brightness", 101),
        ("light", "turn_on.brightness", 80.5),
        ("light", "turn_on.brightness", True),
        ("light", "turn_on.brightness", "80"),
        ("light", "turn_on.brightness", None),
        ("number", "set.value", -1),
        ("number", "set.value", float("nan")),
        ("number", "set.value", float("inf")),
        ("number", "set.value", 10**400),
    ):
        assert (await guest.press(thing, act, value))["code"] == "outside_limits", value
    assert len(every.done) == 2


async def test_all_that_a_page_offers_reaches_the_device(
    house: House,
    owner: MockUser,
    hass_ws_client: WebSocketGenerator,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    every, _ = await house_of_every_kind(house, owner)
    house.hass.config.internal_url = "http://192.168.1.20:8123"
    olivia = await visit(house, hass_ws_client, owner)
    made = await add_pass(house, olivia, devices={"all_of_maker": True})
    guest = Guest(await hass_client_no_auth(), made["link"])
    acts = await guest.acts()
    assert {(kind, act.id) for kind, of_kind in ACTS.items() for act in of_kind} == set(acts)
    for (thing, act), offered in acts.items():
        value = None
        if "range" in offered:
            value = offered["range"][0]
        elif "options" in offered:
            value = offered["options"][-1]
        assert (await guest.press(thing, act, value))["result"] == "ok", (thing, act)
    assert len(every.done) == len(acts)
    assert (await guest.press("select", "set.value", "none of them"))["code"] == "outside_limits"


async def test_only_what_a_thing_can_do_is_offered(
    house: House,
    owner: MockUser,
    hass_ws_client: WebSocketGenerator,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    house.hass.config.internal_url = "http://192.168.1.20:8123"
    await house.add_gateway()
    door = Lock("lock", "Front door", lambda changes: None)
    lamp = Light("light", "Light", lambda changes: None, True, True, (2000, 6500), ("rainbow",))
    await house.claimed_device(owner, entities=[door, lamp])
    limits = [
        {"command": "turn_on", "argument": "effect", "choices": ["rainbow"]},
        {"command": "turn_on", "argument": "brightness", "minimum": 300},
    ]
    olivia = await visit(house, hass_ws_client, owner)
    made = await add_pass(house, olivia, commands={**CONTROL, "limits": limits})
    acts = await Guest(await hass_client_no_auth(), made["link"]).acts()
    # A lock whose latch cannot be drawn; and no brightness is both the lamp's and the row's.
    assert set(acts) == {("lock", "unlock"), ("lock", "lock"), ("light", "turn_off")}


async def test_of_rows_with_other_limits_the_first_that_counts_is_offered(
    house: House, olivia: Visitor, phone: TestClient[Any, Any]
) -> None:
    made = await add_pass(house, olivia, starts_at=soon(house, hours=1))
    (row,) = house.gateway.permissions.state.rows.values()
    await olivia.call(
        "add_row",
        row={
            "effect": "allow",
            "users": {"guests": sorted(row.users.guests)},
            "devices": {"serials": ["LAMP-1"]},
            "commands": {"names": ["turn_off"]},
            "times": {"always": True},
        },
    )
    guest = Guest(phone, made["link"])
    acts = await guest.acts()
    assert (acts["relay", "turn_on"]["allowed"], acts["relay", "turn_off"]["allowed"]) == (
        False,
        True,
    )
    shown = await guest.look()
    assert (shown["ends_at"], shown["uses_left"]) == (None, None)  # the second row has no end


async def test_names_are_those_that_people_gave_and_never_tell_a_serial(
    house: House, olivia: Visitor, phone: TestClient[Any, Any]
) -> None:
    guest = Guest(phone, (await add_pass(house, olivia))["link"])
    registry = dr.async_get(house.hass)
    owner_entry = house.hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, "LAMP-1")
    assert owner_entry is not None
    entry = registry.async_get_device_by_identifier((DOMAIN, "LAMP-1"), owner_entry.entry_id)
    assert entry is not None
    for given, told in (("Front <b>door</b>", "Front <b>door</b>"), ("My lamp-1", "")):
        registry.async_update_device(entry.id, name_by_user=given)
        assert (await guest.look())["devices"][0]["name"] == told


# --- ends ---------------------------------------------------------------------------------------------
async def _taken_back(house: House, olivia: Visitor, made: dict[str, Any]) -> None:
    await olivia.call("remove_row", number=made["number"], version=made["version"])


async def _switched_off(house: House, olivia: Visitor, made: dict[str, Any]) -> None:
    await olivia.call("switch_row", number=made["number"], version=made["version"], is_on=False)


async def _owner_gone(house: House, olivia: Visitor, made: dict[str, Any]) -> None:
    await house.gateway.permissions.forget_device("LAMP-1")


async def _expired(house: House, olivia: Visitor, made: dict[str, Any]) -> None:
    permissions = house.gateway.permissions
    now = permissions._now
    permissions._now = lambda: now() + 90_000


@pytest.mark.parametrize("end", [_taken_back, _switched_off, _owner_gone, _expired])
async def test_pass_that_ended_is_answered_as_one_that_never_was(
    house: House, lamp: VirtualDevice, olivia: Visitor, phone: TestClient[Any, Any], end: Any
) -> None:
    made = await add_pass(house, olivia)
    guest = Guest(phone, made["link"])
    sent = (await guest.acts())["relay", "turn_on"]["press"]
    # Another pass is there, or there would be no page for anybody.
    await house.gateway.permissions.set_owner("LAMP-2", olivia_id := _owner_id(house))
    far = {"devices": {"serials": ["LAMP-2"]}, "expires_at": soon(house, days=9)}
    await add_pass(house, olivia, **far)
    await end(house, olivia, made)
    stranger = Guest(phone, "#" + "A" * TOKEN_LENGTH)
    for what, fields in (("look", {}), ("act", sent)):
        ended = await phone.post(f"{PATH}/{what}", json={"token": guest.token, **fields})
        unknown = await phone.post(f"{PATH}/{what}", json={"token": stranger.token, **fields})
        assert ended.status == unknown.status == 404
        assert await ended.read() == await unknown.read() == json.dumps(NO_PASS).encode()
        skipped = {"Date"}
        assert {k: v for k, v in ended.headers.items() if k not in skipped} == {
            k: v for k, v in unknown.headers.items() if k not in skipped
        }
    assert olivia_id == _owner_id(house, "LAMP-2")
    assert lamp.switched == []


def _owner_id(house: House, serial: str = "LAMP-1") -> str:
    return house.gateway.owners[serial]


async def test_command_that_waits_is_judged_again_when_the_pass_is_taken_back(
    house: House, owner: MockUser, lamp: VirtualDevice, olivia: Visitor, phone: TestClient[Any, Any]
) -> None:
    made = await add_pass(house, olivia)
    guest = Guest(phone, made["link"])
    acts = await guest.acts()
    lamp.gate = gate = Gate()
    runs = asyncio.create_task(guest.post("act", **acts["relay", "turn_on"]["press"]))
    await gate.is_reached.wait()
    is_waiting = asyncio.Event()
    put = CommandQueue.put

    def put_and_tell(queue: CommandQueue, entry: Waiting) -> None:
        put(queue, entry)
        is_waiting.set()

    with patch.object(CommandQueue, "put", put_and_tell):
        waits = asyncio.create_task(guest.post("act", **acts["relay", "turn_off"]["press"]))
        await is_waiting.wait()
    await _taken_back(house, olivia, made)
    gate.set()
    assert (await runs)[1]["result"] == "ok"
    assert (await waits)[1]["code"] == "guest_not_permitted"
    assert lamp.switched == [True]


async def test_page_is_there_only_while_passes_are(
    house: House, olivia: Visitor, phone: TestClient[Any, Any]
) -> None:
    paths = (PATH, f"{PATH}/guest.js", f"{PATH}/guest.css", f"{PATH}/texts/en")
    for path in paths:
        assert (await phone.get(path)).status == 404
    made = await add_pass(house, olivia)
    for path in paths:
        assert (await phone.get(path)).status == 200
    await _taken_back(house, olivia, made)
    for path in paths:
        assert (await phone.get(path)).status == 404
    guest = Guest(phone, made["link"])
    assert await guest.post("look") == (404, NO_PASS)


async def test_without_the_module_no_link_works_and_none_is_made(
    house: House, olivia: Visitor, phone: TestClient[Any, Any]
) -> None:
    guest = Guest(phone, (await add_pass(house, olivia))["link"])
    (entry,) = [
        one for one in house.hass.config_entries.async_entries(DOMAIN) if one.unique_id == "gateway"
    ]
    await switch_modules(house, entry, guest_passes=False)
    assert await guest.post("look") == (404, NO_PASS)
    assert (await phone.get(PATH)).status == 404
    assert (await refusal(olivia, "add_pass", **_fields(house))).code == "guest_passes_off"
    await switch_modules(house, entry)
    assert (await guest.look())["name"] == "Plumber"


# --- strangers ----------------------------------------------------------------------------------------
async def test_guessing_is_bounded_and_does_not_close_the_house(
    house: House, olivia: Visitor, phone: TestClient[Any, Any]
) -> None:
    guest = Guest(phone, (await add_pass(house, olivia))["link"])
    answers = []
    for number in range(passes_module.ATTEMPTS + 5):
        guess = Guest(phone, f"#{number:0{TOKEN_LENGTH}}")
        answers.append(await guess.post("look"))
    assert answers[: passes_module.ATTEMPTS] == [(404, NO_PASS)] * passes_module.ATTEMPTS
    assert answers[-1] == (429, {"result": "too_often"})
    # Who holds a pass is let in, whoever else has the same address; and nobody is banned from the house.
    assert (await guest.look())["name"] == "Plumber"
    notices = persistent_notification._async_get_or_create_notifications(house.hass)
    assert not [one for one in notices if "login" in one]
    rejected = [line for line in await _all_lines(house) if line.kind == "pass_rejected"]
    assert len(rejected) == passes_module.ATTEMPTS
    assert {line.detail for line in rejected} == {"source=127.0.0.1"}


async def _all_lines(house: House) -> list[Any]:
    store = house.hass.data[DATA_AUDIT].store
    return [line for _, line in await store.page(Scope(frozenset(), "system"), Filter(), None, 500)]


async def test_guest_who_asks_all_the_time_has_to_wait(
    house: House, olivia: Visitor, phone: TestClient[Any, Any]
) -> None:
    made = await add_pass(house, olivia)
    guest = Guest(phone, made["link"])
    for _ in range(passes_module.REQUESTS):
        await guest.look()
    # What passed since then is allowed once more.
    statuses = {(await guest.post("look"))[0] for _ in range(passes_module.REQUESTS)}
    assert 429 in statuses
    other = Guest(phone, (await add_pass(house, olivia, name="Other"))["link"])
    assert (await other.look())["name"] == "Other"


@pytest.mark.parametrize(
    "token", [None, 7, "", "A" * 21, "A" * 23, "ä" * 22, ["A" * 22], {"a": 1}, True, "A" * 3000]
)
async def test_odd_tokens_are_no_pass(
    house: House, olivia: Visitor, phone: TestClient[Any, Any], token: object
) -> None:
    await add_pass(house, olivia)
    answer = await phone.post(f"{PATH}/look", json={"token": token})
    assert (answer.status, await answer.json()) == (404, NO_PASS)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"x" * 5000, "application/json", 400),
        (b"x" * 4_000_000, "application/json", 400),
        (b"[" * 4000, "application/json", 400),
        (b"[]", "application/json", 400),
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"", "application/json", 400),
        (b'{"token": "x"}', "text/plain", 415),
        (b"token=x", "application/x-www-form-urlencoded", 415),
    ],
)
async def test_odd_bodies_are_refused_unread(
    house: House, olivia: Visitor, phone: TestClient[Any, Any], body: bytes, kind: str, status: int
) -> None:
    await add_pass(house, olivia)
    for what in ("look", "act"):
        answer = await phone.post(f"{PATH}/{what}", data=body, headers={"Content-Type": kind})
        assert answer.status == status


async def test_right_token_in_too_large_a_body_is_not_looked_at(
    house: House, olivia: Visitor, phone: TestClient[Any, Any]
) -> None:
    guest = Guest(phone, (await add_pass(house, olivia))["link"])
    assert (await guest.post("look", padding="x" * 3000))[0] == 200
    answer = await phone.post(
        f"{PATH}/look", json={"token": guest.token, "padding": "x" * guest_page.MAX_BODY}
    )
    assert answer.status == 400


async def test_body_that_does_not_come_is_not_waited_for(
    house: House, olivia: Visitor, phone: TestClient[Any, Any]
) -> None:
    await add_pass(house, olivia)

    async def slowly() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    with patch.object(guest_page, "BODY_WITHIN_S", 0.01):
        answer = await phone.post(
            f"{PATH}/look", data=slowly(), headers={"Content-Type": "application/json"}
        )
    assert answer.status == 400


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
async def test_other_methods_do_nothing(
    house: House,
    lamp: VirtualDevice,
    olivia: Visitor,
    phone: TestClient[Any, Any],
    method: str,
) -> None:
    guest = Guest(phone, (await add_pass(house, olivia))["link"])
    sent = (await guest.acts())["relay", "turn_on"]["press"]
    answer = await phone.request(method, f"{PATH}/act", json={"token": guest.token, **sent})
    assert answer.status in (403, 404, 405)
    answer = await phone.request(method, f"{PATH}/act", params={"token": guest.token, **sent})
    assert answer.status in (403, 404, 405)
    assert lamp.switched == []


async def test_token_counts_only_in_the_body_and_no_cookie_is_used(
    house: House, olivia: Visitor, phone: TestClient[Any, Any]
) -> None:
    guest = Guest(phone, (await add_pass(house, olivia))["link"])
    for given in (
        {"params": {"token": guest.token}},
        {"headers": {"Authorization": f"Bearer {guest.token}"}},
        {"cookies": {"token": guest.token}},
    ):
        answer = await phone.post(f"{PATH}/look", json={}, **given)  # type: ignore[arg-type]
        assert answer.status == 404
    answer = await phone.post(f"{PATH}/look", json={"token": guest.token})
    assert (answer.status, "Set-Cookie" in answer.headers) == (200, False)
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_page_comes_with_headers_that_keep_others_out(
    house: House, olivia: Visitor, phone: TestClient[Any, Any]
) -> None:
    await add_pass(house, olivia)
    for path, kind in (
        ("", "text/html"),
        ("/guest.js", "text/javascript"),
        ("/guest.css", "text/css"),
    ):
        answer = await phone.get(f"{PATH}{path}")
        assert answer.content_type == kind
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        text = await answer.text()
        assert "http" not in text.replace("http-equiv", "")  # nothing is fetched from elsewhere
    for path in ("/__init__.py", "/..%2Fanswers.py", "/texts/fr", "/texts/..%2Fen"):
        assert (await phone.get(f"{PATH}{path}")).status in (400, 404)


@pytest.mark.parametrize("language", guest_page.LANGUAGES)
async def test_texts_of_the_page_are_there_in_each_language(
    house: House, olivia: Visitor, phone: TestClient[Any, Any], language: str
) -> None:
    await add_pass(house, olivia)
    texts = await (await phone.get(f"{PATH}/texts/{language}")).json()
    script = (await (await phone.get(f"{PATH}/guest.js")).text()).split()
    assert texts["title"]
    for group in ("acts", "done", "refused", "failed"):
        assert texts[f"{group}.other"]
    assert {act.command for of_kind in ACTS.values() for act in of_kind} <= {
        key.removeprefix("acts.") for key in texts if key.startswith("acts.")
    }
    assert script


async def test_page_survives_being_asked_without_an_address(
    hass: HomeAssistant, house: House, olivia: Visitor, phone: TestClient[Any, Any]
) -> None:
    """What HomeAssistant serves over a socket of its own has no address."""
    await add_pass(house, olivia)
    with patch("aiohttp.web.BaseRequest.remote", None):
        guess = Guest(phone, "#" + "A" * TOKEN_LENGTH)
        assert await guess.post("look") in ((404, NO_PASS), (500, {}))
