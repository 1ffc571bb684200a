"""The form of the record: a real PostgreSQL by its URL, whose password stands nowhere but in the private store."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator
from sqlalchemy import URL

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context

from .house import House
from .visitor import Forms, forms, visit
from custom_components.iot_secure_gateway.auditing import (
    DATA_AUDIT,
    DATABASE,
    HomeSealStore,
    async_keep_as_set,
)
from custom_components.iot_secure_gateway.gateway.audit_store import SealState
from custom_components.iot_secure_gateway.gateway.audit_writer import DAY_S, Retention
from custom_components.iot_secure_gateway.storage import PrivateStore, StorageError
from tests.postgresql import PASSWORD, PostgreSQL, postgresql  # noqa: F401

OPTIONS_URL = "/api/config/config_entries/options/flow"
KEPT = {"audit_days": 30, "audit_lines": 5000, "audit_megabytes": 50}


def text_of(url: URL) -> str:
    return url.render_as_string(hide_password=False)


async def open_form(
    house: House, connect: ClientSessionGenerator, person: MockUser, entry: ConfigEntry
) -> tuple[Forms, dict[str, Any]]:
    """Open the form of the record as an administrator."""
    options = await forms(house, connect, person, OPTIONS_URL)
    menu = await options.start(handler=entry.entry_id)
    assert "audit" in menu["menu_options"]
    return options, await options.choose(menu, "audit")


async def test_administrator_moves_the_record_to_a_postgresql_and_back(
    house: House,
    owner: MockUser,
    other: MockUser,
    hass_client: ClientSessionGenerator,
    hass_ws_client: WebSocketGenerator,
    postgresql: PostgreSQL,  # noqa: F811
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("sqlalchemy").setLevel(logging.WARNING)
    entry = await house.add_gateway()
    await house.claimed_device(owner)
    url = postgresql.new_database()
    options, form = await open_form(house, hass_client, other, entry)
    assert form["description_placeholders"]["database"] == DATABASE
    done = await options.submit(form, database="postgresql", database_url=text_of(url), **KEPT)
    assert done["type"] == "create_entry"
    await house.hass.async_block_till_done()
    await house.switch("turn_on", Context(user_id=owner.id))
    olivia = await visit(house, hass_ws_client, owner)
    (line,) = (await olivia.call("audit", serial="LAMP-1", user_id=owner.id, limit=1))["lines"]
    assert line["command"] == "turn_on"
    assert (await olivia.call("audit_verify"))["faults"] == []
    assert postgresql.execute(
        url.database or "", "UPDATE iotsg_audit_lines SET detail = 'x' WHERE command = 'turn_on'"
    )
    assert (await olivia.call("audit_verify"))["faults"] != []
    # The password is in the private store, and in no other place.
    assert dict(entry.options) == {**entry.options, **KEPT}
    assert "database_url" not in entry.options
    shown = json.dumps([dict(entry.options), done])
    assert PASSWORD not in shown
    assert PASSWORD not in caplog.text
    _, form = await open_form(house, hass_client, other, entry)
    assert PASSWORD not in json.dumps(form)
    assert form["description_placeholders"]["database"].startswith("postgresql://127.0.0.1:")
    options, form = await open_form(house, hass_client, other, entry)
    done = await options.submit(form, database="postgresql", **KEPT)  # stays where it is
    assert done["type"] == "create_entry"
    options, form = await open_form(house, hass_client, other, entry)
    done = await options.submit(form, database="file", **KEPT)
    assert done["type"] == "create_entry"
    adam = await visit(house, hass_ws_client, other)
    details = [
        line["detail"]
        for line in (await adam.call("audit"))["lines"]
        if line["kind"] == "record_set_up"
    ]
    assert details == [f"database={DATABASE} days=30 lines=5000 megabytes=50"]
    assert not house.hass.data[DATA_AUDIT].store.is_elsewhere


async def test_postgresql_without_a_url_is_no_choice_while_the_file_is_used(
    house: House, other: MockUser, hass_client: ClientSessionGenerator
) -> None:
    entry = await house.add_gateway()
    options, form = await open_form(house, hass_client, other, entry)
    form = await options.submit(form, database="postgresql", **KEPT)
    assert form["errors"] == {"database_url": "database_url_invalid"}


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"database_url": "sqlite:///secret.db"}, "database_url_invalid"),
        ({"database_url": "postgresql://a:b@127.0.0.1:1/x"}, "database_not_reached"),
    ],
)
async def test_what_cannot_be_used_is_said_and_changes_nothing(
    house: House,
    owner: MockUser,
    other: MockUser,
    hass_client: ClientSessionGenerator,
    given: dict[str, str],
    error: str,
) -> None:
    entry = await house.add_gateway()
    options, form = await open_form(house, hass_client, other, entry)
    form = await options.submit(form, database="postgresql", **given, **KEPT)
    assert form["errors"] == {"database_url": error}
    fields = json.dumps(form["data_schema"])
    assert "postgresql://" not in fields  # also what was given wrongly may hold a password
    assert "audit_days" not in entry.options
    assert not house.hass.data[DATA_AUDIT].store.is_elsewhere


async def test_a_store_that_cannot_be_written_changes_nothing(
    house: House,
    other: MockUser,
    hass_client: ClientSessionGenerator,
    postgresql: PostgreSQL,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entry = await house.add_gateway()

    async def fail(*_: object) -> None:
        raise StorageError("audit")

    url = text_of(postgresql.new_database())
    options, form = await open_form(house, hass_client, other, entry)
    monkeypatch.setattr(HomeSealStore, "save", fail)
    form = await options.submit(form, database="postgresql", database_url=url, **KEPT)
    assert form["errors"] == {"base": "storage_failed"}
    monkeypatch.undo()
    assert not house.hass.data[DATA_AUDIT].store.is_elsewhere


async def test_form_without_a_gateway_says_so(
    house: House, other: MockUser, hass_client: ClientSessionGenerator
) -> None:
    entry = await house.add_gateway()
    runtime = house.hass.data.pop(DATA_AUDIT)
    options = await forms(house, hass_client, other, OPTIONS_URL)
    menu = await options.start(handler=entry.entry_id)
    assert (await options.choose(menu, "audit"))["reason"] == "gateway_not_ready"
    house.hass.data[DATA_AUDIT] = runtime


async def test_as_much_is_kept_as_the_options_say(house: House) -> None:
    entry = await house.add_gateway()
    store = house.hass.data[DATA_AUDIT].store
    assert store._retention == Retention()
    house.hass.config_entries.async_update_entry(entry, options=KEPT)
    async_keep_as_set(house.hass)
    assert store._retention == Retention(max_age_s=30 * DAY_S, max_lines=5000, max_bytes=50_000_000)


async def test_where_the_record_is_written_comes_back_from_a_private_file(house: House) -> None:
    store = HomeSealStore(house.hass)
    state = SealState(bytes(32), None, "postgresql://ann:secret@db/record", "record.db")
    await store.save(state)
    assert await HomeSealStore(house.hass).load() == state
    assert repr(state) == "SealState(key=<secret>)"
    (path,) = Path(house.hass.config.path(".storage")).glob("*.audit")
    assert path.stat().st_mode & 0o077 == 0
    content = {"key": "00" * 32, "number": 0, "digest": ""}  # as it was before it could move
    await PrivateStore(house.hass, "audit").async_save_durably(content)
    assert await HomeSealStore(house.hass).load() == SealState(bytes(32))
    for damage in ({"url": "sqlite:///x"}, {"url": 7}, {"left": 7}):
        await PrivateStore(house.hass, "audit").async_save_durably({**content, **damage})
        with pytest.raises(StorageError):
            await HomeSealStore(house.hass).load()
