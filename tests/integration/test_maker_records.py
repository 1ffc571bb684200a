"""Maker's records in Home Assistant: one private file, no password anywhere, and a form that says why not."""

import asyncio
import json
import os
from pathlib import Path
import stat
from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockUser

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.util.file import WriteError

from .house import PASSWORD, WRONG_PASSWORD, House
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.maker_records import MakerRecords
from custom_components.iot_secure_gateway.gateway.record_store import MakerRecord, StoredRecords
from custom_components.iot_secure_gateway.storage import (
    PrivateStore,
    StorageError,
    home_assistant_stores,
)

RECORD = MakerRecord.make([None, "ABCDEFGHIJKL2345"], bytes(range(16)), cost=1)
GOOD = RECORD.to_dict()


def path_of(config_dir: str) -> Path:
    return Path(config_dir, ".storage", f"{DOMAIN}.records")


async def test_list_comes_back_from_a_private_file(
    hass: HomeAssistant, hass_config_dir: str
) -> None:
    store = home_assistant_stores(hass).records
    assert await store.load() == StoredRecords()
    stored = StoredRecords(records={"A": RECORD}, refuses_unlisted=True)
    await store.save(stored)
    assert await home_assistant_stores(hass).records.load() == stored
    assert stat.S_IMODE(path_of(hass_config_dir).stat().st_mode) == 0o600
    assert json.loads(path_of(hass_config_dir).read_text())["version"] == 1


@pytest.mark.parametrize(
    "data",
    [
        [],
        {"records": []},
        {"records": {}},  # whether others are refused must not be guessed
        {"records": {"A": []}, "refuses_unlisted": False},
        {"records": {"A": {**GOOD, "salt": "00"}}, "refuses_unlisted": False},
        {"records": {"A": {**GOOD, "digests": []}}, "refuses_unlisted": False},
    ],
)
async def test_content_that_is_not_ours_is_an_error_never_an_empty_list(
    hass: HomeAssistant, hass_config_dir: str, data: Any
) -> None:
    content = {"version": 1, "minor_version": 1, "key": f"{DOMAIN}.records", "data": data}
    await asyncio.to_thread(path_of(hass_config_dir).write_text, json.dumps(content))
    with pytest.raises(StorageError):
        await home_assistant_stores(hass).records.load()


async def test_import_that_cannot_be_written_leaves_the_old_list(
    hass: HomeAssistant, hass_config_dir: str
) -> None:
    records = MakerRecords(home_assistant_stores(hass).records, os.urandom, lambda _: False, 1)
    await records.import_file(b"A,ABCDEFGHIJKL2345")
    before = path_of(hass_config_dir).read_bytes()
    with (
        patch.object(PrivateStore, "_write_prepared_data", side_effect=WriteError("disk full")),
        pytest.raises(StorageError),
    ):
        await records.import_file(b"B,ABCDEFGHIJKL2345")
    assert [line.serial for line in records.listed()] == ["A"]
    assert path_of(hass_config_dir).read_bytes() == before


async def test_form_tells_that_the_record_knows_another_password(
    house: House, owner: MockUser
) -> None:
    await house.add_gateway()
    device = await house.device()
    other = WRONG_PASSWORD.replace("-", "")
    await house.gateway.maker_records.import_file(f"{device.serial},{other}".encode())
    result = await house.add_device(device, owner)
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"password": "password_not_in_record"}
    told = result["description_placeholders"]
    assert told is not None
    assert (told["attempts"], told["attempts_left"]) == ("1", "4")
    await house.gateway.maker_records.clear()
    await house.gateway.maker_records.set_refuses_unlisted(refuses=True)
    result = await house.add_device(device, owner)
    assert result["errors"] == {"base": "serial_not_listed"}


async def test_no_password_of_the_record_is_left_anywhere(
    hass: HomeAssistant,
    hass_config_dir: str,
    house: House,
    owner: MockUser,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    await house.add_gateway()
    device = await house.device()
    secrets = [PASSWORD.replace("-", ""), "MNOPQRSTUVWX6723", "ZYXWVUTSRQPO7654"]
    lines = [
        f"{device.serial};{PASSWORD};{secrets[1]}",
        f"OTHER;{secrets[2]}",
        f"BAD/;{secrets[2]}",
    ]
    await house.gateway.maker_records.import_file("\r\n".join(lines).encode("utf-8-sig"))
    result = await house.add_device(device, owner)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    files = [path for path in Path(hass_config_dir).rglob("*") if path.is_file()]
    assert path_of(hass_config_dir) in files
    texts = [path.read_bytes().decode(errors="replace") for path in files]
    for text in (*texts, caplog.text):
        for secret in (*secrets, PASSWORD):
            assert secret not in text
            assert secret.encode().hex() not in text
