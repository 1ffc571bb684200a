"""Readings in a PostgreSQL: the same as in a file, also when the server goes away for a while."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from .test_readings_store import Shelf, reading
from custom_components.iot_secure_gateway.gateway import readings_writer
from custom_components.iot_secure_gateway.gateway.audit_writer import Trouble
from custom_components.iot_secure_gateway.gateway.readings import (
    Cursor,
    ReadingsUnavailable,
    Wanted,
)
from custom_components.iot_secure_gateway.gateway.readings_writer import Retention
from tests.postgresql import PostgreSQL, postgresql  # noqa: F401


@pytest.fixture
async def shelf(
    tmp_path: Path,
    postgresql: PostgreSQL,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Shelf]:
    monkeypatch.setattr(readings_writer, "RETRY_S", 0.02)
    shelf = Shelf(tmp_path, postgresql.new_database())
    shelf.start()
    yield shelf
    await shelf.store.stop()


async def test_readings_are_paged_filtered_and_forgotten(shelf: Shelf) -> None:
    shelf.put(*range(5))
    shelf.put(5, entity="fat", name="trend", value='"a\\u0000b \\ud83d\\ude00"', unit="°C")
    shelf.put(6, serial="SCALE-2")
    await shelf.restart()
    page = await shelf.store.page("SCALE-1", "ann", Wanted(), None, 2)
    assert page[0][1] == reading(
        5, entity="fat", name="trend", value='"a\\u0000b \\ud83d\\ude00"', unit="°C"
    )
    cursor = Cursor(page[1][1].at_us, page[1][0])
    rest = await shelf.store.page("SCALE-1", "ann", Wanted(), cursor, 10)
    assert [found.value for _, found in rest] == ["3", "2", "1", "0"]
    assert await shelf.values(wanted=Wanted(entity="fat", since_us=1)) == [page[0][1].value]
    shelf.store.forget("SCALE-1")
    assert await shelf.values() == []
    assert await shelf.values("SCALE-2") == ["6"]


async def test_too_old_and_too_much_go(shelf: Shelf) -> None:
    shelf.put(*range(20))
    shelf.put(20, arrived_us=0)
    shelf.put(1, 2, serial="SCALE-2")
    await shelf.store.flush()
    shelf.retention = Retention(max_readings=10)
    await shelf.restart()
    assert await shelf.values() == [str(number) for number in range(19, 11, -1)]
    assert await shelf.values("SCALE-2") == ["2", "1"]


async def test_what_comes_while_the_server_is_away_is_written_when_it_is_back(
    shelf: Shelf,
    postgresql: PostgreSQL,  # noqa: F811
) -> None:
    shelf.put(1)
    await shelf.store.flush()
    postgresql.stop()
    try:
        shelf.put(2)
        with pytest.raises(ReadingsUnavailable):
            await shelf.values()
        assert shelf.troubles == [Trouble("database_down")]
    finally:
        postgresql.start()
    await shelf.until_told("database_back")
    assert await shelf.values() == ["2", "1"]
