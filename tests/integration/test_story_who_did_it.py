"""US11: "Who opened the garage on Tuesday night?"."""

import csv
from datetime import UTC, datetime, timedelta
import io
import sqlite3
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from .house import House, token_of
from .visitor import refusal, visit
from custom_components.iot_secure_gateway.auditing import DATA_AUDIT, DATABASE

GARAGE = "GARAGE-1"
SHED = "SHED-1"


class Phone:
    """A person's app: services over a websocket of their own."""

    def __init__(self, websocket: Any) -> None:
        self._websocket = websocket

    async def switch(self, house: House, service: str, serial: str) -> bool:
        """Press a button; tell whether it was obeyed."""
        await self._websocket.send_json_auto_id(
            {
                "type": "call_service",
                "domain": "switch",
                "service": service,
                "target": {"entity_id": house.entity_id("switch", f"{serial}-relay")},
            }
        )
        return bool((await self._websocket.receive_json())["success"])


@pytest.fixture
async def night(
    house: House,
    owner: MockUser,
    other: MockUser,
    hass_ws_client: WebSocketGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> dict[str, Any]:
    """A week with the garage: Ben opened it on Tuesday night, Adam tried, and others did other things."""
    clock = {"now": datetime(2026, 11, 16, 20, tzinfo=UTC)}  # a Monday
    await house.add_gateway()
    monkeypatch.setattr(
        house.hass.data[DATA_AUDIT].audit, "_unix_time", lambda: clock["now"].timestamp()
    )
    await house.claimed_device(owner, GARAGE)
    await house.claimed_device(owner, SHED)
    ben = await house.person("Ben")
    olivia = await visit(house, hass_ws_client, owner)
    added = await olivia.call(
        "add_row",
        row={
            "effect": "allow",
            "times": {"always": True},
            "users": {"users": [ben.id]},
            "devices": {"serials": [GARAGE]},
            "commands": {"names": ["turn_on", "turn_off"]},
        },
    )
    phones = {
        person.name: Phone(await hass_ws_client(house.hass, await token_of(house.hass, person)))
        for person in (owner, ben, other)
    }
    steps = (
        (0, "Olivia", "turn_on", GARAGE, True),
        (24 + 2.5, "Adam", "turn_on", GARAGE, False),  # Tuesday, 22:30
        (24 + 3, "Ben", "turn_on", GARAGE, True),  # Tuesday, 23:00
        (24 + 3.5, "Olivia", "turn_on", SHED, True),
        (24 + 4, "Ben", "turn_on", SHED, False),
        (48, "Ben", "turn_off", GARAGE, True),
    )
    begun = clock["now"]
    for hours, name, service, serial, is_obeyed in steps:
        clock["now"] = begun + timedelta(hours=hours)
        assert await phones[name].switch(house, service, serial) is is_obeyed, (name, service)
    return {"row": added["number"], "ben": ben, "olivia": olivia}


TUESDAY_NIGHT = {"since": "2026-11-17T20:00:00+00:00", "until": "2026-11-18T06:00:00+00:00"}


def told(lines: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Return who did what, the oldest first, of what people did."""
    return [
        (line["name"], line["command"], line["verdict"])
        for line in reversed(lines)
        if line["principal"] != "system"
    ]


async def test_owner_finds_who_opened_the_garage_on_tuesday_night(
    house: House, owner: MockUser, other: MockUser, night: dict[str, Any]
) -> None:
    olivia, ben = night["olivia"], night["ben"]
    here = {"serial": GARAGE, **TUESDAY_NIGHT}
    found = (await olivia.call("audit", **here))["lines"]
    assert told(found) == [("Adam", "turn_on", "refused"), ("Ben", "turn_on", "ok")]
    (line,) = (await olivia.call("audit", **here, user_id=ben.id))["lines"]
    assert line["at"] == "2026-11-17T23:00:00.000+00:00"
    assert (line["principal"], line["name"]) == (f"user:{ben.id}", "Ben")
    assert (line["row"], line["command"], line["entity"]) == (night["row"], "turn_on", "relay")
    assert line["source"] == "127.0.0.1"
    assert len(line["session"]) == 32
    assert (line["verdict"], line["result"]) == ("ok", "ok")
    assert line["duration_us"] > 0
    denied = (await olivia.call("audit", **TUESDAY_NIGHT, verdict="refused"))["lines"]
    assert told(denied) == [("Adam", "turn_on", "refused"), ("Ben", "turn_on", "refused")]
    adam = (await olivia.call("audit", **here, user_id=other.id))["lines"]
    assert told(adam) == [("Adam", "turn_on", "refused")]
    assert adam[0]["source"] == "127.0.0.1"


async def test_what_was_found_is_exported_for_a_spreadsheet(
    house: House, owner: MockUser, night: dict[str, Any]
) -> None:
    olivia = night["olivia"]
    exported = await olivia.call(
        "audit_export", format="csv", serial=GARAGE, user_id=night["ben"].id, **TUESDAY_NIGHT
    )
    (row,) = csv.DictReader(io.StringIO(exported["text"]))
    assert (row["name"], row["command"], row["row"]) == ("Ben", "turn_on", str(night["row"]))
    exports = [line for line in (await olivia.call("audit"))["lines"] if line["kind"] == "exported"]
    assert len(exports) == 1


async def test_a_name_that_is_a_formula_is_a_text_in_the_spreadsheet(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    eve = await house.person('=HYPERLINK("http://evil")\n9,now,fake')
    phone = Phone(await hass_ws_client(house.hass, await token_of(house.hass, eve)))
    assert not await phone.switch(house, "turn_on", "LAMP-1")
    olivia = await visit(house, hass_ws_client, owner)
    exported = await olivia.call("audit_export", format="csv", serial="LAMP-1", verdict="refused")
    (row,) = csv.DictReader(io.StringIO(exported["text"]))
    assert row["name"] == '\'=HYPERLINK("http://evil")\ufffd9,now,fake'
    exported = await olivia.call("audit_export", format="jsonl", serial="LAMP-1", verdict="refused")
    assert len(exported["text"].splitlines()) == 1


async def test_a_line_that_somebody_changed_is_named(
    house: House, owner: MockUser, night: dict[str, Any]
) -> None:
    olivia, ben = night["olivia"], night["ben"]
    assert (await olivia.call("audit_verify"))["faults"] == []
    (line,) = (await olivia.call("audit", serial=GARAGE, user_id=ben.id, **TUESDAY_NIGHT))["lines"]
    with sqlite3.connect(house.hass.config.path(DATABASE)) as database:
        database.execute(
            "UPDATE iotsg_audit_lines SET principal = ?, name = 'Adam' WHERE number = ?",
            ("user:adam", line["number"]),
        )
    database.close()
    number = line["number"]
    assert (await olivia.call("audit_verify"))["faults"] == [
        {"kind": "changed", "first": number, "last": number}
    ]


async def test_who_has_no_rights_sees_neither_the_lines_nor_the_serial(
    house: House, owner: MockUser, night: dict[str, Any], hass_ws_client: WebSocketGenerator
) -> None:
    ben = night["ben"]
    paul = await visit(house, hass_ws_client, await house.person("Paul"))
    for filters in ({}, {"serial": GARAGE}, {"user_id": ben.id}, {"verdict": "refused"}):
        found = await paul.call("audit", **filters)
        assert GARAGE not in str(found)
        assert "Ben" not in str(found)
        text = (await paul.call("audit_export", format="jsonl", **filters))["text"]
        assert "turn_on" not in text
        assert "Ben" not in text
    assert (await refusal(paul, "audit_verify")).code == "audit_not_yours"
    # Ben may use the garage, and sees what he did there himself; not what others did.
    own = await visit(house, hass_ws_client, ben)
    seen = (await own.call("audit", serial=GARAGE))["lines"]
    assert {line["name"] for line in seen if line["kind"] in {"command", "refused"}} == {"Ben"}
