"""The maker's list in Home Assistant's own form: upload, progress, what does not count, and cancelling."""

import asyncio
import json
from pathlib import Path
import threading
from typing import Any
from unittest.mock import patch

import aiohttp
from aiohttp import web
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.data_entry_flow import FlowResultType
from homeassistant.util.file import WriteError

from .house import PASSWORD, House, token_of
from .test_record_fetch import served
from .visitor import OPTIONS, Forms, forms
from custom_components.iot_secure_gateway import record_upload, records_form
from custom_components.iot_secure_gateway.gateway.errors import GatewayError, RecordError
from custom_components.iot_secure_gateway.gateway.record_store import MakerRecord
from custom_components.iot_secure_gateway.record_fetch import (
    InvalidRecordUrl,
    RecordNotFetched,
    RecordUrlNotPrivate,
)
from custom_components.iot_secure_gateway.record_upload import UploadGone
from custom_components.iot_secure_gateway.storage import PrivateStore

SECOND = "MNOPQRSTUVWX6723"
LIST = f"serial;password\nLAMP-1;{PASSWORD};{SECOND}\nLAMP-2;{SECOND}\nLAMP-3;short\n".encode()
NONE = {"refuses_unlisted": False}

MENU = ["listener", "records", "audit", "readings", "modules", "keys"]


class Ada:
    """An administrator with the form of the gateway open."""

    def __init__(self, house: House, client: Any, flow: Forms, entry_id: str) -> None:
        self._house, self._client = house, client
        self.flow, self._entry_id = flow, entry_id

    async def open(self) -> dict[str, Any]:
        menu = await self.flow.start(handler=self._entry_id)
        assert menu["menu_options"] == MENU
        return await self.flow.choose(menu, "records")

    async def upload(self, data: bytes) -> str:
        form = aiohttp.FormData()
        form.add_field("file", data, filename="list.csv")
        answer = await self._client.post("/api/file_upload", data=form)
        assert answer.status == 200
        file_id: str = (await answer.json())["file_id"]
        return file_id

    async def finish(self, form: dict[str, Any]) -> dict[str, Any]:
        """Wait until an import is done; return the form that is shown then. A quick one shows it at once."""
        if form["type"] != FlowResultType.SHOW_PROGRESS:
            return form
        await self._house.hass.async_block_till_done()
        answer = await self._client.get(f"{OPTIONS}/{form['flow_id']}")
        shown: dict[str, Any] = await answer.json()
        return shown

    async def close(self, form: dict[str, Any]) -> None:
        answer = await self._client.delete(f"{OPTIONS}/{form['flow_id']}")
        assert answer.status == 200


@pytest.fixture
async def ada(house: House, hass_client: ClientSessionGenerator) -> Ada:
    entry = await house.add_gateway()
    person = await house.person("Ada", is_admin=True)
    flow = await forms(house, hass_client, person, OPTIONS)
    client = await hass_client(await token_of(house.hass, person))
    return Ada(house, client, flow, entry.entry_id)


async def test_file_is_imported_and_lines_that_do_not_count_are_named(
    house: House, ada: Ada, owner: MockUser
) -> None:
    form = await ada.open()
    assert form["description_placeholders"] == {"count": "0"}
    form = await ada.flow.submit(form, file=await ada.upload(LIST), **NONE)
    form = await ada.finish(form)
    assert form["step_id"] == "imported"
    told = form["description_placeholders"]
    assert {name: told[name] for name in ("added", "changed", "unchanged", "fault_count")} == {
        "added": "2",
        "changed": "0",
        "unchanged": "0",
        "fault_count": "1",
    }
    assert told["faults"].startswith("- A password in line 4")
    form = await ada.flow.submit(form)
    assert form["type"] == FlowResultType.CREATE_ENTRY
    assert house.gateway.ping_port == house.ping_port  # the other options are what they were
    assert [line.serial for line in house.gateway.maker_records.listed()] == ["LAMP-1", "LAMP-2"]
    device = await house.device("LAMP-1")
    result = await house.add_device(device, owner, password="ZYXWVUTSRQPO7654")
    assert result["errors"] == {"password": "password_not_in_record"}
    result = await house.submit(
        result,
        {
            "serial": "LAMP-1",
            "password": PASSWORD,
            "host": "127.0.0.1",
            "port": device.port,
            "owner": owner.id,
        },
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_setting_alone_is_changed_and_shown(house: House, ada: Ada) -> None:
    form = await ada.open()
    form = await ada.flow.submit(form, refuses_unlisted=True)
    assert form["type"] == FlowResultType.CREATE_ENTRY
    assert house.gateway.maker_records.refuses_unlisted
    (field,) = (
        field for field in (await ada.open())["data_schema"] if field["name"] == "refuses_unlisted"
    )
    assert field["description"]["suggested_value"] is True


async def test_list_comes_from_a_url_or_it_is_told_why_not(house: House, ada: Ada) -> None:
    async def give(request: web.BaseRequest) -> web.Response:
        return web.Response(body=LIST)

    form = await ada.open()
    form = await ada.finish(await ada.flow.submit(form, url="http://198.51.100.7/x", **NONE))
    assert (form["step_id"], form["errors"]) == ("records", {"base": "record_url_not_private"})
    assert form["description_placeholders"]["host"] == "198.51.100.7"
    async with served(give) as url:
        form = await ada.finish(await ada.flow.submit(form, url=url, **NONE))
    assert form["step_id"] == "imported"
    assert house.gateway.maker_records.count == 2


async def test_upload_is_taken_once_and_within_bounds(
    house: House, ada: Ada, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = await ada.open()
    file_id = await ada.upload(LIST)
    full = patch.object(PrivateStore, "_write_prepared_data", side_effect=WriteError("full"))
    with full:
        form = await ada.flow.submit(form, refuses_unlisted=True)
        assert (form["step_id"], form["errors"]) == ("records", {"base": "storage_failed"})
        form = await ada.finish(await ada.flow.submit(form, file=file_id, **NONE))
    assert (form["step_id"], form["errors"]) == ("records", {"base": "storage_failed"})
    assert form["description_placeholders"]["store"] == "records"
    form = await ada.finish(await ada.flow.submit(form, file=file_id, **NONE))
    assert form["errors"] == {"base": "record_upload_gone"}
    monkeypatch.setattr(record_upload, "MAX_FILE", 10)
    form = await ada.finish(await ada.flow.submit(form, file=await ada.upload(LIST), **NONE))
    assert form["errors"] == {"base": "record_too_large"}
    assert house.gateway.maker_records.count == 0


async def test_form_that_is_closed_cancels_the_import(
    house: House, ada: Ada, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, make = asyncio.get_running_loop(), MakerRecord.make
    reached, gate = asyncio.Event(), threading.Event()

    def held(*arguments: Any) -> MakerRecord:
        loop.call_soon_threadsafe(reached.set)
        gate.wait(10)
        return make(*arguments)

    monkeypatch.setattr(MakerRecord, "make", staticmethod(held))
    form = await ada.open()
    form = await ada.flow.submit(form, file=await ada.upload(LIST), **NONE)
    await reached.wait()
    assert form["progress_action"] == "importing"
    await ada.close(form)
    gate.set()
    await house.hass.async_block_till_done()
    assert house.gateway.maker_records.count == 0
    assert house.gateway.maker_records.progress is None


async def test_form_without_a_gateway_says_so(house: House, ada: Ada) -> None:
    with patch.object(records_form, "DATA_RUNTIME", "nothing"):
        form = await ada.open()
    assert (form["type"], form["reason"]) == (FlowResultType.ABORT, "gateway_not_ready")


def test_every_step_and_every_refusal_has_its_text() -> None:
    path = Path(records_form.__file__).parent / "translations" / "en.json"
    texts = json.loads(path.read_text("utf-8"))["options"]
    assert set(texts["step"]["init"]["menu_options"]) == set(MENU)
    assert {*MENU, "imported"} <= set(texts["step"])
    assert set(texts["step"]["records"]["data"]) == {"file", "url", "refuses_unlisted"}
    assert "importing" in texts["progress"]
    kinds: set[type[GatewayError]] = {RecordError, *RecordError.__subclasses__()}
    kinds |= {InvalidRecordUrl, RecordUrlNotPrivate, RecordNotFetched, UploadGone}
    assert {kind.code for kind in kinds} | {"storage_failed"} <= set(texts["error"])
