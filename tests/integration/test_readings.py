"""Values that are kept: paged, exported, bounded, for who may read the device and nobody else (S6)."""

import asyncio
import csv
from datetime import UTC, datetime, timedelta
import io
import json
from pathlib import Path
import sqlite3
import time
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from homeassistant.const import EVENT_HOMEASSISTANT_STOP, EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, callback
from homeassistant.exceptions import HomeAssistantError, Unauthorized
from homeassistant.helpers import issue_registry as ir

from .house import WITHIN_S, House, VirtualDevice
from .test_actions import call, device_id
from .test_rows import row_for
from .visitor import OPTIONS, Visitor, forms, refusal, visit
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.audit_writer import Trouble
from custom_components.iot_secure_gateway.gateway.disclosure import Disclosure
from custom_components.iot_secure_gateway.gateway.readings import Wanted
from custom_components.iot_secure_gateway.gateway.readings_export import COLUMNS
from custom_components.iot_secure_gateway.gateway.readings_writer import Retention
from custom_components.iot_secure_gateway.keeping import DATA_READINGS, DATABASE
from custom_components.iot_secure_gateway.policy.actors import User
from custom_components.iot_secure_gateway.protocol import commands, wire

SERIAL = "LAMP-1"
FIELDS: dict[str, dict[str, Any]] = {
    "disclosure": {},
    "set_disclosure": {"choice": "shown"},
    "read": {},
    "readings": {},
}


@pytest.fixture
async def lamp(house: House, owner: MockUser) -> VirtualDevice:
    """A lamp of Olivia's."""
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    return device


@pytest.fixture
async def olivia(
    house: House, owner: MockUser, lamp: VirtualDevice, hass_ws_client: WebSocketGenerator
) -> Visitor:
    """Its owner, at the page, who has its temperature kept."""
    olivia = await visit(house, hass_ws_client, owner)
    await olivia.call("set_disclosure", serial=SERIAL, entity="temperature", choice="kept")
    return olivia


async def send(house: House, device: VirtualDevice, **content: Any) -> None:
    """Have the device tell something until the gateway took it: it may be busy saving its state."""
    core, driver = device.device.core, device.device.driver
    reporter: Any = driver.reporter
    reporter.poll_ms = 3_600_000  # nothing but this
    answers: dict[bytes, int] = {}
    answered = asyncio.Event()
    before = reporter.on_package

    def on_package(session_id: bytes, status: int) -> None:
        before(session_id, status)
        answers[session_id] = status
        answered.set()

    reporter.on_package = on_package
    package = commands.encode({"boot": core.boot, **content})
    try:
        async with asyncio.timeout(WITHIN_S):
            while wire.STATUS_OK not in answers.values():
                while not core.can_send_package:
                    await asyncio.sleep(0.001)
                answered.clear()
                sent = core.send_package(package, device._now_ms(), False)
                driver._settle()
                while sent not in answers:
                    await answered.wait()
                    answered.clear()
                answers = {sent: answers[sent]}
    finally:
        reporter.on_package = before


async def measured(house: House, device: VirtualDevice, *values: str) -> None:
    for value in values:
        await send(house, device, values={"temperature": value})


# --- pages --------------------------------------------------------------------------------------------
async def test_each_value_is_kept_with_unit_times_and_session(
    house: House, lamp: VirtualDevice, olivia: Visitor, owner: MockUser
) -> None:
    before = datetime.now(UTC)
    await measured(house, lamp, "22", "23")
    await send(house, lamp, samples=[["temperature", 60_000, "20"]])
    page = await olivia.call("readings", serial=SERIAL)
    assert page["next"] is None
    newest, older, sample = page["readings"]
    assert [one["value"] for one in page["readings"]] == ["23", "22", "20"]
    assert newest["number"] > older["number"]
    assert set(newest) == set(COLUMNS)
    assert (newest["serial"], newest["entity"], newest["name"]) == (SERIAL, "temperature", "")
    assert (newest["unit"], newest["lost"]) == ("°C", 0)
    assert len({one["session"] for one in page["readings"]} | {""}) == 4
    at, arrived = (datetime.fromisoformat(sample[name]) for name in ("at", "arrived"))
    assert arrived - at == timedelta(seconds=60)
    assert before - timedelta(seconds=1) < arrived < datetime.now(UTC)
    assert house.state("sensor", "LAMP-1-temperature") == "23"


async def test_pages_and_filters_by_console_and_action(
    house: House, lamp: VirtualDevice, olivia: Visitor, owner: MockUser
) -> None:
    await olivia.call("set_disclosure", serial=SERIAL, choice="kept")
    await measured(house, lamp, "1", "2", "3")
    await send(house, lamp, values={"relay": True})
    seen: list[Any] = []
    after = ""
    while after is not None:
        page = await olivia.call("readings", serial=SERIAL, limit=2, after=after)
        seen += [one["value"] for one in page["readings"]]
        after = page["next"]
    assert seen == [True, "3", "2", "1"]
    asked = {"device_id": device_id(house), "entity": "temperature", "limit": 2}
    answer = await call(house, "get_readings", owner, **asked)
    assert [one["value"] for one in answer["readings"]] == ["3", "2"]
    answer = await call(house, "get_readings", owner, **asked, after=answer["next"])
    assert [one["value"] for one in answer["readings"]] == ["1"]
    assert answer["next"] is None
    soon = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    at_home = (datetime.now() + timedelta(days=2)).isoformat(" ", "seconds")
    assert (await olivia.call("readings", serial=SERIAL, since=soon))["readings"] == []
    assert len((await olivia.call("readings", serial=SERIAL, until=soon))["readings"]) == 4
    assert len((await olivia.call("readings", serial=SERIAL, until=at_home))["readings"]) == 4


@pytest.mark.parametrize(
    "wrong",
    [
        {"since": "yesterday"},
        {"until": "2026-13-01"},
        {"after": "5"},
        {"after": "5-"},
        {"after": "-5-5"},
        {"after": "1-2-3"},
        {"after": "१-२"},
        {"after": "1" * 19 + "-1"},
    ],
)
async def test_what_is_no_time_or_place_is_said(olivia: Visitor, wrong: dict[str, str]) -> None:
    refused = await refusal(olivia, "readings", serial=SERIAL, **wrong)
    assert refused.code == "invalid_readings_query"
    assert len(refused.text.split()) > 8


@pytest.mark.parametrize(
    "wrong",
    [{"limit": 0}, {"limit": 501}, {"format": "xml"}, {"entity": "x" * 65}, {"after": "1" * 65}],
)
async def test_what_is_out_of_form_is_refused(olivia: Visitor, wrong: dict[str, Any]) -> None:
    assert (await refusal(olivia, "readings", serial=SERIAL, **wrong)).code == "invalid_format"


async def test_export_is_a_file_in_parts(
    house: House, lamp: VirtualDevice, olivia: Visitor, owner: MockUser
) -> None:
    await olivia.call("set_disclosure", serial=SERIAL, choice="kept")
    await send(house, lamp, values={"temperature": "=cmd()", "relay": True})
    await measured(house, lamp, "-3")
    parts, after = [], ""
    while after is not None:
        page = await olivia.call("readings", serial=SERIAL, format="csv", limit=2, after=after)
        parts.append(page["text"])
        after = page["next"]
    assert len(parts) == 2
    rows = list(csv.DictReader(io.StringIO("".join(parts))))
    assert sorted(row["value"] for row in rows) == ["'-3", "'=cmd()", "true"]
    assert {row["unit"] for row in rows} == {"°C", ""}
    answer = await call(house, "get_readings", owner, device_id=device_id(house), format="jsonl")
    lines = [json.loads(line) for line in answer["text"].splitlines()]
    assert sorted(str(line["value"]) for line in lines) == ["-3", "=cmd()", "True"]


async def test_who_was_given_them_is_on_the_record(
    house: House, lamp: VirtualDevice, olivia: Visitor
) -> None:
    await measured(house, lamp, "22")
    await olivia.call("readings", serial=SERIAL)
    lines = (await olivia.call("audit", serial=SERIAL))["lines"]
    kinds = {line["kind"]: line for line in lines}
    assert kinds["readings_given"]["detail"] == "count=1"
    assert kinds["readings_given"]["name"] == "Olivia"
    assert kinds["disclosure_chosen"]["detail"] == "entity=temperature choice=kept"


# --- who ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("command", FIELDS)
async def test_every_command_is_refused_to_somebody_else(
    house: House,
    olivia: Visitor,
    other: MockUser,
    hass_ws_client: WebSocketGenerator,
    command: str,
) -> None:
    adam = await visit(house, hass_ws_client, other)
    refused = await refusal(adam, command, serial=SERIAL, **FIELDS[command])
    assert (refused.code, refused.key) == ("unauthorized", "refused_not_owner")
    refused = await refusal(adam, command, serial="NONE-1", **FIELDS[command])
    assert (refused.code, refused.key) == ("unauthorized", "refused_no_owner")


async def test_owner_of_one_device_sees_nothing_of_another(
    house: House,
    lamp: VirtualDevice,
    olivia: Visitor,
    other: MockUser,
    hass_ws_client: WebSocketGenerator,
) -> None:
    await measured(house, lamp, "22")
    await house.claimed_device(other, "SCALE-1")
    adam = await visit(house, hass_ws_client, other)
    assert (await adam.call("readings", serial="SCALE-1"))["readings"] == []
    assert (await refusal(adam, "readings", serial=SERIAL)).code == "unauthorized"
    with pytest.raises(Unauthorized):
        await call(house, "get_readings", other, device_id=device_id(house))
    await olivia.call("add_row", row=row_for(other, commands={"groups": ["read"]}))
    assert len((await adam.call("readings", serial=SERIAL))["readings"]) == 1


async def test_new_owner_sees_nothing_of_the_time_before(
    house: House,
    lamp: VirtualDevice,
    olivia: Visitor,
    other: MockUser,
    hass_ws_client: WebSocketGenerator,
) -> None:
    await measured(house, lamp, "22")
    adam = await visit(house, hass_ws_client, other)
    await olivia.call("offer_transfer", serial=SERIAL, user_id=other.id)
    await adam.call("accept_transfer", serial=SERIAL)
    assert (await adam.call("readings", serial=SERIAL))["readings"] == []
    await measured(house, lamp, "23")
    values = [one["value"] for one in (await adam.call("readings", serial=SERIAL))["readings"]]
    assert values == ["23"]
    assert (await refusal(olivia, "readings", serial=SERIAL)).code == "unauthorized"


async def test_released_device_leaves_nothing_behind(
    house: House, lamp: VirtualDevice, olivia: Visitor, owner: MockUser
) -> None:
    await measured(house, lamp, "22")
    store = house.hass.data[DATA_READINGS]
    assert len(await store.page(SERIAL, owner.id, Wanted(), None, 10)) == 1
    await olivia.call("release", serial=SERIAL)
    assert await store.page(SERIAL, owner.id, Wanted(), None, 10) == []


# --- many, and faults ---------------------------------------------------------------------------------
async def test_a_flood_of_values_is_kept_whole_and_shown_at_a_bounded_rate(
    house: House, lamp: VirtualDevice, olivia: Visitor, owner: MockUser
) -> None:
    states: list[str] = []
    sensor = house.entity_id("sensor", "LAMP-1-temperature")

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        if event.data["entity_id"] == sensor:
            states.append(event.data["new_state"].state)

    house.hass.bus.async_listen(EVENT_STATE_CHANGED, note)
    loop = asyncio.get_running_loop()
    due, longest = loop.time(), 0.0
    ticker: asyncio.Handle

    def tick() -> None:
        nonlocal due, longest, ticker
        longest = max(longest, loop.time() - due)
        due = loop.time() + 0.01
        ticker = loop.call_at(due, tick)

    tick()
    began = time.monotonic()
    for package in range(60):
        samples = [["temperature", 50 - n, str(package * 50 + n)] for n in range(50)]
        await send(house, lamp, samples=samples, values={"temperature": str(package)})
    took = time.monotonic() - began
    await house.until(lambda: states[-1:] == ["59"])
    assert len(states) <= 5 + took + 3
    total, after = 0, ""
    while after is not None:
        page = await olivia.call("readings", serial=SERIAL, limit=500, after=after)
        total += len(page["readings"])
        after = page["next"]
    assert total == 60 * 50
    ticker.cancel()
    assert longest < 2.0  # how late anything was, on a machine that does other things, too


async def test_what_a_device_samples_is_kept_with_the_time_it_was_taken(
    house: House, lamp: VirtualDevice, olivia: Visitor
) -> None:
    sensor: Any = lamp.device.entities[1]
    for number in range(50):
        lamp.temperature = float(number)
        sensor.sample()
        lamp._passed_ms += 10  # its own clock
    told: list[str] = []
    async with asyncio.timeout(WITHIN_S):
        while "49.0" not in told:  # in several packages
            await house.hass.async_block_till_done()
            page = await olivia.call("readings", serial=SERIAL, limit=500)
            told = [one["value"] for one in page["readings"]]
    # Between packages it is as exact as the network is quick; what it measured before may come between.
    sampled = [value for value in told if value != "21.5"]
    assert sorted(sampled, key=float) == [f"{one}.0" for one in range(50)]
    at = {one["value"]: datetime.fromisoformat(one["at"]) for one in page["readings"]}
    assert at["49.0"] - at["0.0"] >= timedelta(milliseconds=400)
    await house.until(lambda: house.state("sensor", "LAMP-1-temperature") == "49.0")


async def test_people_are_told_when_nothing_can_be_kept_and_when_it_can_again(
    house: House, lamp: VirtualDevice, olivia: Visitor
) -> None:
    issues = ir.async_get(house.hass)
    store = house.hass.data[DATA_READINGS]
    path = Path(house.hass.config.path(DATABASE))
    away = path.with_name("away.db")

    def take_away() -> None:
        """Do it in the thread that writes, between two of its acts."""
        store._writer._database.close()
        for one in path.parent.glob(f"{DATABASE}*"):
            one.rename(one.with_name(one.name.replace(DATABASE, away.name)))
        path.mkdir()

    await house.hass.async_add_executor_job(take_away)
    await measured(house, lamp, "22")
    refused = await refusal(olivia, "readings", serial=SERIAL)
    assert refused.code == "readings_unavailable"
    assert issues.async_get_issue(DOMAIN, "readings_down") is not None

    def bring_back() -> None:
        path.rmdir()
        for one in path.parent.glob(f"{away.name}*"):
            one.rename(one.with_name(one.name.replace(away.name, DATABASE)))

    await house.hass.async_add_executor_job(bring_back)
    page = await olivia.call("readings", serial=SERIAL)
    assert [one["value"] for one in page["readings"]] == ["22"]
    await house.hass.async_block_till_done()
    assert issues.async_get_issue(DOMAIN, "readings_down") is None
    for trouble, issue in (
        (Trouble("readings_lost", 7), "readings_lost"),
        (Trouble("database_damaged"), "readings_damaged"),
    ):
        store._writer._report(trouble)
        await house.hass.async_block_till_done()
        found = issues.async_get_issue(DOMAIN, issue)
        assert found is not None
        assert found.translation_placeholders == {
            "readings": str(trouble.lines),
            "file": DATABASE,
        }


async def test_what_came_just_before_the_stop_is_kept(
    house: House, lamp: VirtualDevice, owner: MockUser
) -> None:
    actor = User(id=owner.id)
    await house.gateway.readings.choose(actor, SERIAL, "temperature", Disclosure.KEPT)
    await measured(house, lamp, "22")
    store = house.hass.data[DATA_READINGS]
    house.hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await house.hass.async_block_till_done()
    assert not store._writer.is_alive()
    assert DATA_READINGS not in house.hass.data
    with sqlite3.connect(house.hass.config.path(DATABASE)) as connection:
        (name,) = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'iotsg%'"
        ).fetchone()
        values = connection.execute(f"SELECT value FROM {name}").fetchall()  # noqa: S608
    connection.close()
    assert ('"22"',) in values


async def test_options_say_for_how_long(house: House, hass_client: ClientSessionGenerator) -> None:
    boss = await house.person("Boss", is_admin=True)
    entry = await house.add_gateway()
    store = house.hass.data[DATA_READINGS]
    assert store._writer.retention == Retention()
    options = await forms(house, hass_client, boss, OPTIONS)
    form = await options.choose(await options.start(handler=entry.entry_id), "readings")
    done = await options.submit(form, readings_days=2, readings_most=5000)
    assert done["type"] == "create_entry"
    await house.hass.async_block_till_done()
    assert store._writer.retention == Retention(max_age_s=2 * 86400, max_readings=5000)
    form = await options.choose(await options.start(handler=entry.entry_id), "readings")
    assert [field["default"] for field in form["data_schema"]] == [2, 5000]


async def test_action_for_a_device_that_is_none_is_refused(
    house: House, lamp: VirtualDevice, owner: MockUser
) -> None:
    with pytest.raises(HomeAssistantError):
        await call(house, "get_readings", owner, device_id=device_id(house, "gateway"))
