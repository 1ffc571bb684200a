"""The record at the console: each person sees what is theirs, and nobody anything else."""

from collections.abc import Iterator
import csv
from datetime import datetime, timedelta
import io
import json
from pathlib import Path
import re
import sqlite3
from typing import Any, get_args

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir

from .house import PASSWORD, House
from .visitor import Refused, Visitor, visit
from custom_components.iot_secure_gateway import console
from custom_components.iot_secure_gateway.auditing import DATA_AUDIT, DATABASE, HomeSealStore
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.audit_store import SealState
from custom_components.iot_secure_gateway.gateway.audit_writer import Trouble
from custom_components.iot_secure_gateway.gateway.events import GatewayEvent
from custom_components.iot_secure_gateway.policy.audit import Head
from custom_components.iot_secure_gateway.storage import PrivateStore, StorageError

FIELDS: dict[str, dict[str, Any]] = {
    "audit": {},
    "audit_page": {},
    "audit_export": {"format": "csv"},
    "audit_verify": {},
    "audit_progress": {},
}


async def lines(visitor: Visitor, **filters: Any) -> list[dict[str, Any]]:
    """Return what a person sees, the oldest first, without what the gateway asked and what was done here."""
    found = (await visitor.call("audit", limit=500, **filters))["lines"]
    return [
        line
        for line in reversed(found)
        if line["principal"] != "system" and line["kind"] not in {"act", "console_opened"}
    ]


async def test_commands_are_on_the_record_with_all_that_is_known_of_them(
    house: House, owner: MockUser, other: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    await house.switch("turn_on", Context(user_id=owner.id))
    with pytest.raises(HomeAssistantError):
        await house.switch("turn_off", Context(user_id=other.id))
    olivia = await visit(house, hass_ws_client, owner)
    done, refused = await lines(olivia, serial="LAMP-1")
    assert (done["kind"], done["serial"], done["command"], done["entity"]) == (
        "command",
        "LAMP-1",
        "turn_on",
        "relay",
    )
    assert (done["principal"], done["name"]) == (f"user:{owner.id}", "Olivia")
    assert (done["verdict"], done["result"], done["detail"]) == ("ok", "ok", "owner")
    assert done["duration_us"] > 0
    assert len(done["session"]) == 32
    assert (refused["kind"], refused["verdict"], refused["result"]) == (
        "refused",
        "refused",
        "not_owner",
    )
    assert (refused["principal"], refused["name"]) == (f"user:{other.id}", "Adam")
    (claimed,) = [
        line for line in (await olivia.call("audit"))["lines"] if line["kind"] == "claimed"
    ]
    assert claimed["detail"] == f"owner={owner.id}"


async def test_nobody_sees_what_is_not_theirs_administrator_or_not(
    house: House, owner: MockUser, other: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    await house.switch("turn_on", Context(user_id=owner.id))
    with pytest.raises(HomeAssistantError):
        await house.switch("turn_off", Context(user_id=other.id))
    adam = await visit(house, hass_ws_client, other)
    (own,) = await lines(adam)
    assert (own["kind"], own["principal"]) == ("refused", f"user:{other.id}")
    assert await lines(adam, user_id=owner.id) == []
    assert await lines(adam, principal="system") == []
    assert (await adam.call("audit", principal="system"))["lines"] == []
    paul = await visit(house, hass_ws_client, await house.person("Paul"))
    for command in ("audit", "audit_export"):
        found = await paul.call(command, **FIELDS[command], serial="LAMP-1")
        assert len(found.get("lines", [])) == 0
        assert len(found.get("text", "").splitlines()) <= 1
    for command in ("audit_verify", "audit_progress"):
        for visitor in (adam, paul):
            with pytest.raises(Refused) as refused:
                await visitor.call(command)
            assert refused.value.code == "audit_not_yours"


async def test_who_administers_a_device_sees_its_record_and_a_manager_does_not(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    await house.switch("turn_on", Context(user_id=owner.id))
    olivia = await visit(house, hass_ws_client, owner)
    for name, role, commands, count in (
        ("Amy", "owner", ["administer"], 2),
        ("Max", "manager", ["control"], 0),
    ):
        person = await house.person(name)
        await olivia.call(
            "appoint",
            user_id=person.id,
            role=role,
            serials=["LAMP-1"],
            commands=commands,
            may_appoint=False,
        )
        visitor = await visit(house, hass_ws_client, person)
        seen = await lines(visitor, serial="LAMP-1", user_id=owner.id)
        assert len(seen) == count, seen
    changes = [line for line in await lines(olivia) if line["kind"] == "appointment_changed"]
    assert [line["detail"].split()[:2] for line in changes] == [
        ["added", "owner"],
        ["added", "manager"],
    ]
    assert all(line["serial"] == "LAMP-1" for line in changes)


async def test_pages_follow_one_another_and_filters_hold(
    house: House, owner: MockUser, other: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    for service in ("turn_on", "turn_off", "turn_on", "turn_off", "turn_on"):
        await house.switch(service, Context(user_id=owner.id))
    with pytest.raises(HomeAssistantError):
        await house.switch("turn_off", Context(user_id=other.id))
    olivia = await visit(house, hass_ws_client, owner)
    seen: list[str] = []
    after = ""
    while after is not None:
        page = await olivia.call("audit", user_id=owner.id, limit=2, after=after)
        seen += [line["command"] for line in page["lines"] if line["kind"] == "command"]
        after = page["next"]
    assert seen == ["turn_on", "turn_off", "turn_on", "turn_off", "turn_on"]
    (refused,) = await lines(olivia, verdict="refused")
    assert refused["principal"] == f"user:{other.id}"
    assert await lines(olivia, since="2999-01-01T00:00:00+00:00") == []
    assert await lines(olivia, until="1999-01-01T00:00:00+00:00") == []
    assert len(await lines(olivia, since="1999-01-01T00:00:00+00:00")) == 6


@pytest.mark.parametrize(
    "odd",
    [
        {"since": "yesterday"},
        {"until": "2026-01-01T00:00:00"},
        {"after": "x"},
        {"after": "1-"},
        {"after": "-1"},
        {"after": "9" * 19 + "-1"},
        {"session": "0" * 32},
        {"session": "0" * 32, "serial": "LAMP-1", "since": "2026-01-01T00:00:00+00:00"},
        {
            "session": "0" * 32,
            "serial": "LAMP-1",
            "since": "2026-01-01T00:00:00+00:00",
            "until": "2026-01-02T00:00:01+00:00",
        },
    ],
)
async def test_odd_questions_are_answered_in_words(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator, odd: dict[str, str]
) -> None:
    await house.add_gateway()
    olivia = await visit(house, hass_ws_client, owner)
    with pytest.raises(Refused) as refused:
        await olivia.call("audit", **odd)
    assert refused.value.code == "invalid_audit_query"


async def test_page_shows_the_newest_lines_and_what_comes_with_what_they_can_be_filtered_by(
    house: House, owner: MockUser, other: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    shown = await olivia.look("audit_page", verdict="refused")
    assert (shown["lines"], shown["next"], shown["may_verify"]) == ([], None, True)
    assert shown["devices"] == [{"serial": "LAMP-1", "name": "Lamp"}]
    assert {"user_id": other.id, "name": "Adam"} in shown["people"]
    await house.switch("turn_on", Context(user_id=owner.id))
    with pytest.raises(HomeAssistantError):
        await house.switch("turn_off", Context(user_id=other.id))
    shown = await olivia.see()
    assert [(line["name"], line["command"]) for line in shown["lines"]] == [("Adam", "turn_off")]
    # Somebody else sees what they did, and no name of anything or anybody.
    adam = await visit(house, hass_ws_client, other)
    shown = await adam.look("audit_page")
    assert [line["kind"] for line in shown["lines"]] == ["console_opened", "refused"]
    assert (shown["devices"], shown["may_verify"]) == ([], False)
    assert shown["people"] == [{"user_id": other.id, "name": "Adam"}]


async def test_lines_of_one_session_are_found_by_it(
    house: House, owner: MockUser, other: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    for service in ("turn_on", "turn_off"):
        await house.switch(service, Context(user_id=owner.id))
    olivia = await visit(house, hass_ws_client, owner)
    first, second = await lines(olivia, serial="LAMP-1", user_id=owner.id)
    assert first["session"] != second["session"]
    at = datetime.fromisoformat(first["at"])
    around = {
        "serial": "LAMP-1",
        "since": (at - timedelta(hours=1)).isoformat(),
        "until": (at + timedelta(hours=1)).isoformat(),
    }
    found = await olivia.call("audit", **around, session=first["session"])
    assert found["lines"] == [first]
    adam = await visit(house, hass_ws_client, other)
    assert (await adam.call("audit", **around, session=first["session"]))["lines"] == []


async def test_owner_has_the_record_verified_and_is_told_what_somebody_changed(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    good = await olivia.call("audit_verify")
    assert good["lines"] > 0
    assert good["faults"] == []
    assert (await olivia.call("audit_progress"))["verifying"] is None
    await house.switch("turn_on", Context(user_id=owner.id))
    (line,) = await lines(olivia, user_id=owner.id)
    with sqlite3.connect(house.hass.config.path(DATABASE)) as database:
        forge = "UPDATE iotsg_audit_lines SET principal = 'user:eve' WHERE number = ?"
        database.execute(forge, (line["number"],))
    database.close()
    bad = await olivia.call("audit_verify")
    number = line["number"]
    assert bad["faults"] == [{"kind": "changed", "first": number, "last": number}]


async def test_export_gives_all_lines_and_is_on_the_record_itself(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    await house.switch("turn_on", Context(user_id=owner.id))
    olivia = await visit(house, hass_ws_client, owner)
    own = {"user_id": owner.id}
    exported = await olivia.call("audit_export", format="csv", **own)
    assert exported["next"] is None
    _, row = csv.DictReader(io.StringIO(exported["text"]))
    assert (row["command"], row["name"]) == ("turn_on", "Olivia")
    exported = await olivia.call("audit_export", format="jsonl", **own)
    kinds = [json.loads(line)["kind"] for line in exported["text"].splitlines()]
    assert kinds == ["exported", "console_opened", "command"]
    assert [line["detail"] for line in await lines(olivia) if line["kind"] == "exported"] == [
        "csv",
        "jsonl",
    ]


async def test_neither_passwords_nor_keys_are_on_the_record(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    device = await house.device("LAMP-1")
    olivia = await visit(house, hass_ws_client, owner)
    await olivia.call(
        "claim", serial="LAMP-1", password=PASSWORD, host="127.0.0.1", port=device.port
    )
    await house.known()
    await house.hass.data[DATA_AUDIT].store.flush()
    folder = Path(house.hass.config.path())
    binding = house.gateway._registry.bindings.records["LAMP-1"]
    for path in folder.glob(f"{DATABASE}*"):
        content = path.read_bytes()
        for secret in (PASSWORD.encode(), binding.key, binding.key.hex().encode()):
            assert secret not in content, path
    claimed = [line for line in (await olivia.call("audit"))["lines"] if line["kind"] == "claimed"]
    assert claimed


async def test_record_goes_on_after_a_restart(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    await house.switch("turn_on", Context(user_id=owner.id))
    runtime = house.hass.data[DATA_AUDIT]
    await runtime.store.stop()
    await runtime.store.start()
    await house.switch("turn_off", Context(user_id=owner.id))
    olivia = await visit(house, hass_ws_client, owner)
    commands = [line["command"] for line in await lines(olivia, user_id=owner.id)]
    assert commands == ["turn_on", "turn_off"]
    assert (await olivia.call("audit_verify"))["faults"] == []


async def test_trouble_of_the_record_is_shown_and_goes_away(house: House) -> None:
    await house.add_gateway()
    registry = ir.async_get(house.hass)
    report = house.hass.data[DATA_AUDIT].store._report
    for kind, issue in (
        ("database_down", "audit_down"),
        ("lines_lost", "audit_lost"),
        ("record_gap", "audit_gap"),
        ("driver_missing", "audit_driver"),
        ("record_damaged", "audit_damaged"),
    ):
        report(Trouble(kind, 3, "a.db"))
        found = registry.async_get_issue(DOMAIN, issue)
        assert found is not None
        assert found.translation_placeholders == {"lines": "3", "file": "a.db"}
    report(Trouble("database_back"))
    assert registry.async_get_issue(DOMAIN, "audit_down") is None
    assert registry.async_get_issue(DOMAIN, "audit_driver") is None


async def test_seals_come_back_from_disk_and_damage_is_told(house: House) -> None:
    store = HomeSealStore(house.hass)
    assert await store.load() is None
    for state in (SealState(bytes(32)), SealState(bytes(32), Head(7, bytes(32)))):
        await store.save(state)
        assert await HomeSealStore(house.hass).load() == state
    for damage in ({"key": "00"}, {"number": "7"}, {"digest": "00"}, {"key": 7}):
        content = {"key": "00" * 32, "number": 7, "digest": "00" * 32, **damage}
        await PrivateStore(house.hass, "audit").async_save_durably(content)
        with pytest.raises(StorageError):
            await HomeSealStore(house.hass).load()


async def test_record_that_is_not_there_is_told(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    runtime = house.hass.data.pop(DATA_AUDIT)
    olivia = await visit(house, hass_ws_client, owner)
    with pytest.raises(Refused) as refused:
        await olivia.call("audit")
    assert refused.value.code == "gateway_not_ready"
    house.hass.data[DATA_AUDIT] = runtime


def _events(alias: Any) -> Iterator[type]:
    """Yield the kinds of events that an alias stands for."""
    kinds = get_args(getattr(alias, "__value__", alias))
    if not kinds:
        yield alias
    for kind in kinds:
        yield from _events(kind)


def test_every_event_of_the_gateway_has_its_words_on_the_page() -> None:
    path = Path(console.__file__).parent.parent / "translations" / "en.json"
    texts = json.loads(path.read_text("utf-8"))["config_panel"]["audit"]["kinds"]
    told = {re.sub("(?<!^)(?=[A-Z])", "_", kind.__name__).lower() for kind in _events(GatewayEvent)}
    told -= {"command_ended", "command_refused"}  # called "command" and "refused" in lines
    assert told <= texts.keys()
    assert {"command", "refused", "claimed", "act", "exported"} <= texts.keys()
