"""The maker's list at the console: an administrator imports, looks and takes away; nobody is told a secret."""

import asyncio
from datetime import UTC, datetime, timedelta
import io
import json
import logging
from pathlib import Path
import threading
from typing import Any
from unittest.mock import patch

from aiohttp import web
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from .house import PASSWORD, House, token_of
from .test_record_fetch import served
from .visitor import Refused, Visitor, refusal, visit
from custom_components.iot_secure_gateway import console
from custom_components.iot_secure_gateway.auditing import DATA_AUDIT
from custom_components.iot_secure_gateway.console import records
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.audit_store import AuditUnavailable
from custom_components.iot_secure_gateway.gateway.maker_records import BATCH
from custom_components.iot_secure_gateway.gateway.record_import import Fault
from custom_components.iot_secure_gateway.gateway.record_store import MakerRecord

SECOND = "MNOPQRSTUVWX6723"
LIST = f"serial;password\nLAMP-1;{PASSWORD};{SECOND}\nLAMP-2;{SECOND}\nLAMP-3;short\n"
FIELDS: dict[str, dict[str, Any]] = {
    "records": {},
    "import_records": {"password": LIST},
    "cancel_import": {},
    "set_records": {"refuses_unlisted": True},
    "remove_record": {"serial": "LAMP-1"},
    "clear_records": {},
}


@pytest.fixture
async def ada(house: House, hass_ws_client: WebSocketGenerator) -> Visitor:
    """An administrator at the console."""
    await house.add_gateway()
    return await visit(house, hass_ws_client, await house.person("Ada", is_admin=True))


async def test_list_is_imported_shown_and_decides(
    house: House, ada: Visitor, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    device = await house.device("LAMP-1")
    report = await ada.call("import_records", password=LIST)
    assert report == {
        "added": 2,
        "changed": 0,
        "unchanged": 0,
        "fault_count": 1,
        "faults": [{"line": 4, "fault": "invalid_password"}],
    }
    olivia = await visit(house, hass_ws_client, owner)
    where = {"serial": "LAMP-1", "host": "127.0.0.1", "port": device.port}
    with pytest.raises(Refused) as refused:
        await olivia.call("claim", password="ZYXWVUTSRQPO7654", **where)
    assert refused.value.code == "password_not_in_record"
    await olivia.call("claim", password=PASSWORD, **where)
    shown = await ada.call("records")
    since = shown["records"][0].pop("since")
    assert since is not None
    assert shown == {
        "count": 2,
        "found": 2,
        "next": None,
        "refuses_unlisted": False,
        "importing": None,
        "records": [
            {"serial": "LAMP-1", "passwords": 2, "is_claimed": True, "owner": "Olivia"},
            {
                "serial": "LAMP-2",
                "passwords": 1,
                "is_claimed": False,
                "owner": None,
                "since": None,
            },
        ],
    }
    (line,) = (await ada.call("records", after="LAMP-1"))["records"]
    assert line["serial"] == "LAMP-2"
    again = await ada.call("import_records", password=LIST)
    assert (again["unchanged"], again["added"], again["changed"]) == (2, 0, 0)


async def test_serials_are_taken_off_and_what_is_not_listed_is_refused(
    house: House, ada: Visitor, owner: MockUser
) -> None:
    device = await house.device("LAMP-1")
    await ada.call("import_records", password=LIST)
    await ada.call("remove_record", serial="LAMP-2")
    assert [line["serial"] for line in (await ada.call("records"))["records"]] == ["LAMP-1"]
    await ada.call("clear_records")
    await ada.call("set_records", refuses_unlisted=True)
    shown = await ada.call("records")
    assert (shown["count"], shown["refuses_unlisted"]) == (0, True)
    result = await house.add_device(device, owner)
    assert result["errors"] == {"base": "serial_not_listed"}


async def test_list_comes_from_a_url(ada: Visitor) -> None:
    async def give(request: web.BaseRequest) -> web.Response:
        return web.Response(text=LIST)

    async with served(give) as url:
        assert (await ada.call("import_records", token=f"{url}/list.csv"))["added"] == 2
    with pytest.raises(Refused) as refused:
        await ada.call("import_records", token="http://198.51.100.7/list.csv")
    assert refused.value.code == "record_url_not_private"
    assert "198.51.100.7" in refused.value.text
    with pytest.raises(Refused) as refused:
        await ada.call("import_records")
    assert refused.value.code == "record_url_invalid"


async def test_an_uploaded_file_is_imported_once(
    house: House, hass_ws_client: WebSocketGenerator, hass_client: ClientSessionGenerator
) -> None:
    await house.add_gateway()
    person = await house.person("Ada", is_admin=True)
    ada = await visit(house, hass_ws_client, person)
    client = await hass_client(await token_of(house.hass, person))
    answer = await client.post("/api/file_upload", data={"file": io.BytesIO(LIST.encode())})
    file_id = (await answer.json())["file_id"]
    assert (await ada.call("import_records", file_id=file_id))["added"] == 2
    gone = await refusal(ada, "import_records", file_id=file_id)
    assert gone.code == "record_upload_gone"
    assert "again" in gone.text


async def test_list_is_searched_and_says_what_is_whose_since_when(
    house: House, ada: Visitor, owner: MockUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "PAGE", 3)
    text = "\n".join(f"{kind}-{number:03},{SECOND}" for kind in "AB" for number in range(3))
    await house.gateway.maker_records.import_file(f"{text}\nLAMP-1,{PASSWORD}".encode())
    await house.claimed_device(owner)
    shown = await ada.call("records", search=" b-")
    assert (shown["count"], shown["found"], len(shown["records"])) == (7, 3, 3)
    assert {one["serial"][0] for one in shown["records"]} == {"B"}
    rest = await ada.call("records", search="B-", after=shown["next"])
    assert (rest["records"], rest["next"]) == ([], None)
    shown = await ada.call("records", search="001")
    assert [one["serial"] for one in shown["records"]] == ["A-001", "B-001"]
    assert shown["next"] is None
    (lamp,) = (await ada.call("records", search="lamp"))["records"]
    assert (lamp["owner"], lamp["is_claimed"]) == ("Olivia", True)
    age = datetime.now(UTC) - datetime.fromisoformat(lamp["since"])
    assert timedelta() <= age < timedelta(hours=1)
    store = house.hass.data[DATA_AUDIT].store
    with patch.object(store, "owned_since", side_effect=AuditUnavailable):
        (lamp,) = (await ada.call("records", search="lamp"))["records"]
    assert (lamp["owner"], lamp["since"]) == ("Olivia", None)


async def test_import_shows_how_far_it_is_and_can_be_cancelled(
    house: House,
    ada: Visitor,
    monkeypatch: pytest.MonkeyPatch,
    hass_ws_client: WebSocketGenerator,
) -> None:
    loop, make = asyncio.get_running_loop(), MakerRecord.make
    reached, gate, left = asyncio.Event(), threading.Event(), BATCH + 1

    def held(*arguments: Any) -> MakerRecord:
        nonlocal left
        left -= 1
        if left == 0:
            loop.call_soon_threadsafe(reached.set)
            gate.wait(10)
        return make(*arguments)

    monkeypatch.setattr(MakerRecord, "make", staticmethod(held))
    text = "\n".join(f"LAMP-{number},{SECOND}" for number in range(3 * BATCH))
    await ada.send("import_records", password=text)
    await reached.wait()
    bob = await visit(house, hass_ws_client, await house.person("Bob", is_admin=True))
    shown = await bob.call("records")
    assert (shown["count"], shown["importing"]) == (0, {"done": BATCH, "total": 3 * BATCH})
    with pytest.raises(Refused) as refused:
        await bob.call("import_records", password=LIST)
    assert refused.value.code == "record_import_under_way"
    await bob.call("cancel_import")
    gate.set()
    answer = await ada.receive()
    assert answer["error"]["code"] == "record_import_cancelled"
    shown = await bob.call("records")
    assert (shown["count"], shown["importing"]) == (0, None)


@pytest.mark.parametrize("command", FIELDS)
async def test_list_is_for_administrators_also_of_owners(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator, command: str
) -> None:
    await house.add_gateway()
    await house.gateway.maker_records.import_file(f"KEPT,{SECOND}".encode())
    olivia = await visit(house, hass_ws_client, owner)
    with pytest.raises(Refused) as refused:
        await olivia.call(command, **FIELDS[command])
    assert refused.value.code == "records_for_administrators"
    records_now = house.gateway.maker_records
    assert (records_now.count, records_now.refuses_unlisted) == (1, False)


def test_each_command_is_tried_without_the_right() -> None:
    named = {handler._ws_command.removeprefix(f"{DOMAIN}/") for handler in records.COMMANDS}  # type: ignore[attr-defined]
    assert named == set(FIELDS)
    assert set(records.COMMANDS) <= set(console.COMMANDS)


async def test_neither_answers_nor_log_hold_a_secret(
    ada: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)  # below it Home Assistant logs every message as it came
    answers = [await ada.call("import_records", password=LIST), await ada.call("records")]
    with pytest.raises(Refused):  # a message that Home Assistant logs as it came
        await ada.call("import_records", password=LIST, token="http://127.0.0.1/?k=TOPSECRET")
    texts = [json.dumps(answers), caplog.text]
    for secret in (SECOND, PASSWORD, "TOPSECRET"):
        assert not [text for text in texts if secret in text]


def test_every_fault_of_a_line_has_its_text() -> None:
    folder = Path(console.__file__).parent.parent
    texts = json.loads((folder / "translations" / "en.json").read_text("utf-8"))["exceptions"]
    for fault in Fault:
        assert "{line}" in texts[f"record_line_{fault.value}"]["message"]
