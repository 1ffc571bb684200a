"""Readings on a real disk: what happens to them when the database, the disk or a device misbehaves."""

import asyncio
from collections.abc import AsyncIterator
import logging
from pathlib import Path
import sqlite3
import stat
from typing import Any

import pytest
from sqlalchemy import URL

from .kit import WAIT_S
from custom_components.iot_secure_gateway.gateway import readings_writer
from custom_components.iot_secure_gateway.gateway.audit_writer import Trouble
from custom_components.iot_secure_gateway.gateway.batch_writer import MAX_BATCH
from custom_components.iot_secure_gateway.gateway.database import file_url
from custom_components.iot_secure_gateway.gateway.readings import (
    Cursor,
    Reading,
    ReadingsUnavailable,
    Wanted,
)
from custom_components.iot_secure_gateway.gateway.readings_store import ReadingsStore
from custom_components.iot_secure_gateway.gateway.readings_writer import Retention

ID = bytes(range(16))
TABLE = f"iotsg_readings_{ID[:4].hex()}"
NOW_S = 1_800_000_000.0
NOW_US = int(NOW_S * 1e6)
ALL = Wanted()


class Shelf:
    """A store with all that it needs, which can be stopped and started anew."""

    def __init__(self, folder: Path, url: URL | None = None) -> None:
        self.path = folder / "readings.db"
        self.url = url or file_url(str(self.path))
        self.troubles: list[Trouble] = []
        self.told = asyncio.Event()
        self.now = NOW_S
        self.retention = Retention()
        self.store: ReadingsStore

    def start(self) -> None:
        self.store = ReadingsStore(
            self.url,
            ID,
            report=self._report,
            unix_time=lambda: self.now,
            retention=self.retention,
        )
        self.store.start()

    async def restart(self) -> None:
        await self.store.stop()
        self.start()

    def _report(self, trouble: Trouble) -> None:
        self.troubles.append(trouble)
        self.told.set()

    async def until_told(self, kind: str) -> None:
        async with asyncio.timeout(WAIT_S):
            while kind not in [trouble.kind for trouble in self.troubles]:
                self.told.clear()
                await self.told.wait()

    def put(self, *numbers: int, serial: str = "SCALE-1", **fields: Any) -> None:
        for number in numbers:
            self.store.put(reading(number, serial=serial, **fields))

    async def values(
        self, serial: str = "SCALE-1", owner: str = "ann", wanted: Wanted = ALL, limit: int = 500
    ) -> list[str]:
        """Return the values that there are, the newest first."""
        page = await self.store.page(serial, owner, wanted, None, limit)
        return [found.value if not found.lost else f"lost {found.lost}" for _, found in page]

    def break_database(self) -> None:
        """Put something in its place that is no file."""
        for path in self.path.parent.glob("readings.db*"):
            path.rename(path.with_name(f"away-{path.name}"))
        self.path.mkdir()

    def mend_database(self) -> None:
        self.path.rmdir()
        for path in self.path.parent.glob("away-*"):
            path.rename(path.with_name(path.name.removeprefix("away-")))


def reading(number: int, **fields: Any) -> Reading:
    return Reading(
        **{
            "at_us": NOW_US + number,
            "arrived_us": NOW_US + number,
            "serial": "SCALE-1",
            "owner": "ann",
            "entity": "weight",
            "value": str(number),
            **fields,
        }
    )


@pytest.fixture
async def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shelf]:
    monkeypatch.setattr(readings_writer, "RETRY_S", 0.02)
    shelf = Shelf(tmp_path)
    shelf.start()
    yield shelf
    await shelf.store.stop()


async def test_readings_survive_a_restart_as_they_were(shelf: Shelf) -> None:
    given = reading(1, name="trend", value='"up"', unit="kg", session="ab" * 16)
    shelf.store.put(given)
    await shelf.restart()
    shelf.put(2)
    ((second, _), (first, kept)) = await shelf.store.page("SCALE-1", "ann", ALL, None, 10)
    assert (kept, second > first) == (given, True)


async def test_only_its_user_can_read_the_file(shelf: Shelf) -> None:
    shelf.put(1)
    await shelf.store.flush()
    for path in shelf.path.parent.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


async def test_pages_are_of_one_device_and_one_owner(shelf: Shelf) -> None:
    shelf.put(1, 2)
    shelf.put(3, serial="SCALE-2")
    shelf.put(4, owner="bob")
    assert await shelf.values() == ["2", "1"]
    assert await shelf.values(owner="bob") == ["4"]
    assert await shelf.values("SCALE-2") == ["3"]
    assert await shelf.values("SCALE-2", "bob") == []


async def test_pages_follow_one_another_and_filters_hold(shelf: Shelf) -> None:
    shelf.put(*range(5))
    shelf.put(5, entity="fat")
    shelf.put(6, at_us=NOW_US - 10, name="trend")  # a sample: older than it came
    assert await shelf.values() == ["5", "4", "3", "2", "1", "0", "6"]
    seen: list[str] = []
    cursor: Cursor | None = None
    while page := await shelf.store.page("SCALE-1", "ann", ALL, cursor, 2):
        seen += [found.value for _, found in page]
        number, last = page[-1]
        cursor = Cursor(last.at_us, number)
    assert seen == ["5", "4", "3", "2", "1", "0", "6"]
    assert await shelf.values(wanted=Wanted(entity="fat")) == ["5"]
    assert await shelf.values(wanted=Wanted(since_us=NOW_US + 1, until_us=NOW_US + 3)) == ["2", "1"]


async def test_a_device_is_forgotten_with_what_still_waits(shelf: Shelf) -> None:
    shelf.put(1)
    shelf.put(2, serial="SCALE-2")
    shelf.store.forget("SCALE-1")
    assert await shelf.values() == []
    shelf.put(3)
    assert await shelf.values() == ["3"]
    assert await shelf.values("SCALE-2") == ["2"]


# --- faults -------------------------------------------------------------------------------------------
async def test_what_comes_while_the_database_is_down_is_written_when_it_is_back(
    shelf: Shelf,
) -> None:
    shelf.put(1)
    await shelf.store.flush()
    await shelf.store.stop()
    shelf.break_database()
    shelf.start()
    shelf.put(*range(2, MAX_BATCH + 3))
    with pytest.raises(ReadingsUnavailable):
        await shelf.values()
    assert shelf.troubles == [Trouble("database_down")]
    shelf.mend_database()
    await shelf.until_told("database_back")
    shelf.store.forget("SCALE-2")
    everything = await shelf.values(limit=500)
    assert everything[:2] == [str(MAX_BATCH + 2), str(MAX_BATCH + 1)]
    assert await shelf.values(wanted=Wanted(until_us=NOW_US + 4)) == ["3", "2", "1"]


async def test_what_finds_no_room_is_counted_among_the_readings_and_told(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings_writer, "RETRY_S", 3600.0)
    await shelf.store.stop()
    shelf.path.unlink(missing_ok=True)
    shelf.break_database()
    shelf.start()
    shelf.store._writer._max_waiting = 2
    await shelf.store.flush()
    shelf.put(1, 2, 3, 4)
    shelf.put(5, serial="SCALE-2")
    shelf.store.forget("SCALE-3")  # has room always
    await shelf.store.flush()
    shelf.mend_database()
    assert sorted(await shelf.values()) == ["1", "2", "lost 2"]
    assert await shelf.values("SCALE-2") == ["lost 1"]
    assert shelf.troubles == [
        Trouble("database_down"),
        Trouble("database_back"),
        Trouble("readings_lost", 3),
    ]


async def test_a_full_queue_loses_readings_but_says_so(shelf: Shelf) -> None:
    shelf.store._writer._max_queued = 10
    shelf.put(*range(5000))
    await shelf.store.flush()
    found: list[Reading] = []
    cursor: Cursor | None = None
    while page := await shelf.store.page("SCALE-1", "ann", ALL, cursor, 500):
        found += [one for _, one in page]
        cursor = Cursor(found[-1].at_us, page[-1][0])
    lost = 5000 - sum(not one.lost for one in found)
    assert lost > 0
    assert sum(one.lost for one in found) == lost
    assert {trouble.kind for trouble in shelf.troubles} == {"readings_lost"}
    assert sum(trouble.lines for trouble in shelf.troubles) == lost


async def test_what_a_device_says_too_much_is_counted_like_all_losses(shelf: Shelf) -> None:
    shelf.store.lose(reading(1))
    shelf.store.lose(reading(2))
    shelf.put(3)
    assert sorted(await shelf.values()) == ["3", "lost 2"]
    assert shelf.troubles == [Trouble("readings_lost", 2)]


async def test_a_stop_while_the_database_is_down_says_what_is_lost(
    shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    await shelf.store.stop()
    shelf.break_database()
    shelf.start()
    shelf.put(1, 2)
    await shelf.store.stop()
    assert "2 readings are lost" in caplog.text
    assert "SCALE-1" not in caplog.text


async def test_a_damaged_file_is_put_aside_and_a_new_one_begun(shelf: Shelf) -> None:
    shelf.put(*range(200), value='"' + "x" * 200 + '"')
    await shelf.store.stop()
    content = bytearray(shelf.path.read_bytes())
    content[100:4096] = b"\xff" * 3996  # the first page, behind its header
    shelf.path.write_bytes(content)
    shelf.start()
    shelf.put(201)
    assert await shelf.values() == ["201"]
    assert shelf.troubles == [Trouble("database_damaged")]
    aside = shelf.path.with_name("readings.db.damaged")
    assert aside.read_bytes()[100:4096] == b"\xff" * 3996
    assert stat.S_IMODE(aside.stat().st_mode) == 0o600


async def test_what_is_no_database_at_all_is_put_aside(shelf: Shelf) -> None:
    await shelf.store.stop()
    shelf.path.write_bytes(b"no database, but a text that is long enough to be one" * 50)
    shelf.start()
    shelf.put(1)
    assert await shelf.values() == ["1"]
    assert shelf.troubles == [Trouble("database_damaged")]


async def test_a_damaged_file_that_cannot_be_put_aside_is_a_database_that_is_down(
    shelf: Shelf,
) -> None:
    await shelf.store.stop()
    shelf.path.write_bytes(b"no database, but a text that is long enough to be one" * 50)
    shelf.path.with_name("readings.db.damaged").mkdir()
    shelf.start()
    with pytest.raises(ReadingsUnavailable):
        await shelf.values()
    assert shelf.troubles == [Trouble("database_down")]


async def test_a_full_disk_is_a_database_that_is_down(shelf: Shelf) -> None:
    shelf.put(1)
    await shelf.store.flush()
    engine: Any = shelf.store._database._engine
    connection = shelf.store._database._writer
    assert connection is not None
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    connection.rollback()
    shelf.put(*range(2, 400), value='"' + "x" * 250 + '"')
    await shelf.until_told("database_down")
    assert engine is not None
    # Another connection has no such limit: there is room again.
    await shelf.until_told("database_back")
    assert len(await shelf.values()) == 399


async def test_neither_values_nor_serials_reach_the_log(
    shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await shelf.store.stop()
    shelf.break_database()
    shelf.start()
    shelf.put(1, value='"secret"')
    with pytest.raises(ReadingsUnavailable):
        await shelf.values()
    mine = [line for line in caplog.messages if "readings" in line]
    assert mine
    assert not [line for line in mine if "secret" in line or "SCALE" in line]


async def test_a_stopped_store_says_so(shelf: Shelf) -> None:
    await shelf.store.stop()
    with pytest.raises(ReadingsUnavailable):
        await shelf.values()
    shelf.start()


# --- what is kept -------------------------------------------------------------------------------------
async def test_what_is_too_old_goes(shelf: Shelf) -> None:
    day_us = 86_400 * 1_000_000
    shelf.put(1, 2, arrived_us=NOW_US - 31 * day_us)
    shelf.put(3, at_us=NOW_US - 40 * day_us)  # measured long ago, but it came just now
    await shelf.store.flush()
    assert await shelf.values() == ["2", "1", "3"]
    await shelf.restart()
    assert await shelf.values() == ["3"]
    shelf.store.keep_for(Retention(max_age_s=10.0))
    shelf.now += 11
    shelf.store._writer._tidy_at = 0.0
    assert await shelf.values() == []


async def test_too_much_goes_of_the_device_that_has_most(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings_writer, "REMOVE_AT_ONCE", 3)
    shelf.put(1, 2, serial="SCALE-2")
    shelf.put(*range(20))
    await shelf.store.flush()
    shelf.retention = Retention(max_readings=10)
    await shelf.restart()
    assert await shelf.values("SCALE-2") == ["2", "1"]
    assert await shelf.values() == [str(number) for number in range(19, 11, -1)]


async def test_what_is_too_much_is_looked_at_while_it_comes(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings_writer, "TIDY_EVERY", 50)
    await shelf.store.flush()
    shelf.store.keep_for(Retention(max_readings=20))
    shelf.put(*range(100))
    await shelf.store.flush()
    shelf.put(100)
    assert len(await shelf.values()) <= 20 + 50


async def test_the_database_is_one_of_sqlite_that_others_can_read(shelf: Shelf) -> None:
    shelf.put(1)
    await shelf.store.flush()
    with sqlite3.connect(shelf.path) as connection:
        found = connection.execute(f"SELECT entity, value FROM {TABLE}")  # noqa: S608 - our own name
        assert found.fetchall() == [("weight", "1")]
    connection.close()


# --- the event loop -----------------------------------------------------------------------------------
async def test_nobody_waits_for_readings(shelf: Shelf) -> None:
    loop = asyncio.get_running_loop()
    longest, last, turns = 0.0, loop.time(), 0
    for start in range(0, 10_000, 100):
        shelf.put(*range(start, start + 100))
        await asyncio.sleep(0)
        now = loop.time()
        longest, last, turns = max(longest, now - last), now, turns + 1
    await shelf.store.flush()
    assert turns == 100
    assert longest < 2.0  # of a machine that does other things, too
    page = await shelf.store.page("SCALE-1", "ann", ALL, None, 1)
    assert page[0][1].value == "9999"
