"""A file that is full, read-only, damaged or replaced under the record's feet: nothing is lost unsaid."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from .record import Record
from custom_components.iot_secure_gateway.gateway import audit_writer, database
from custom_components.iot_secure_gateway.gateway.audit_pages import Filter
from custom_components.iot_secure_gateway.gateway.audit_writer import Trouble
from custom_components.iot_secure_gateway.policy.audit import Fault, FaultKind, Verdict

DOWN = Trouble("database_down")
BACK = Trouble("database_back")


@pytest.fixture
async def record(tmp_path: Path) -> AsyncIterator[Record]:
    record = Record(tmp_path)
    await record.start()
    yield record
    await record.store.stop()


@pytest.fixture
def pragmas(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what each new connection is told beside the usual: SQLite itself then refuses to write."""
    told: list[str] = []
    usual = database._set_up_sqlite

    def set_up(connection: Any, record: object) -> None:
        usual(connection, record)
        for pragma in told:
            connection.execute(f"PRAGMA {pragma}")

    monkeypatch.setattr(database, "_set_up_sqlite", set_up)
    return told


@pytest.mark.parametrize("pragma", ["query_only = 1", "max_page_count = 1"])
async def test_nothing_is_lost_while_the_file_is_full_or_read_only(
    pragmas: list[str], record: Record, pragma: str
) -> None:
    record.put(*range(200), arguments="x" * 1000)
    await record.store.flush()
    pragmas.append(pragma)
    await record.restart()
    record.put(*range(200, 400), arguments="x" * 1000)
    await record.store.flush()
    record.put(400)
    await record.store.flush()
    assert record.troubles == [DOWN]  # told once, not at each attempt
    assert record.spool.exists()
    assert len(await record.written()) == 200  # reading goes on
    pragmas.clear()
    record.put(401)
    assert await record.written() == [str(number) for number in range(402)]
    assert record.troubles == [DOWN, BACK]
    assert (await record.store.verify()).faults == ()


async def test_a_disk_that_is_full_altogether_loses_lines_and_says_how_many(
    pragmas: list[str], record: Record
) -> None:
    record.put(1)
    await record.store.flush()
    pragmas.append("query_only = 1")
    await record.restart()
    record.spool.symlink_to("/dev/full")  # where every write finds no room
    record.put(2, 3)
    await record.store.flush()
    assert record.troubles == [DOWN]
    pragmas.clear()
    record.spool.unlink()
    record.put(4)
    assert await record.written() == ["1", "4"]
    (lost,) = await record.lines(Filter(verdict=Verdict.FAILED.value))
    assert (lost.kind, lost.detail) == ("lines_lost", "2")
    assert Trouble("lines_lost", 2) in record.troubles


@pytest.mark.parametrize("damage", ["no database", "pages"])
async def test_a_damaged_file_is_put_aside_and_named_and_a_new_one_begun(
    record: Record, damage: str
) -> None:
    record.put(*range(1, 101), arguments="x" * 1000)
    await record.store.stop()
    content = bytearray(record.path.read_bytes())
    if damage == "no database":
        content[:100] = bytes(100)
    else:
        content[4096:] = b"\xa5" * (len(content) - 4096)
    record.path.write_bytes(content)
    await record.start()
    record.put(101)
    assert await record.written() == ["101"]
    aside = f"record.db.damaged-{int(record.now)}"
    assert (record.path.parent / aside).read_bytes() == content  # somebody may want to look at it
    assert Trouble("record_damaged", file=aside) in record.troubles
    assert Trouble("record_gap", 100) in record.troubles
    assert (await record.store.verify()).faults == (Fault(FaultKind.MISSING, 1, 100),)


async def test_a_disk_that_damages_each_file_is_not_filled_with_them(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = record.store._writer
    assert writer is not None
    await record.store.flush()
    aside: list[str] = []

    def set_aside(name: str) -> str:
        aside.append(name)
        return name

    monkeypatch.setattr(writer._database, "set_aside", set_aside)
    monkeypatch.setattr(audit_writer, "is_damage", lambda error: True)
    for number in range(3):
        record.path.unlink(missing_ok=True)
        record.put(number)
        await record.store.flush()
    assert len(aside) == 1


async def test_a_damaged_file_that_cannot_be_put_aside_stays(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    record.put(1)
    await record.store.stop()
    record.path.write_bytes(b"no database" * 1000)

    def fail(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(Path, "rename", fail)
    await record.start()
    record.put(2)
    await record.store.flush()
    assert record.troubles == [DOWN]
    monkeypatch.undo()
    await record.restart()
    assert await record.written() == ["2"]


async def test_a_file_that_is_replaced_while_it_is_written_is_found_at_once(
    record: Record,
) -> None:
    record.put(1)
    await record.restart()
    await record.store.flush()
    copy = record.path.with_name("copy")
    copy.write_bytes(record.path.read_bytes())
    record.put(2, 3)
    await record.store.flush()
    copy.rename(record.path)
    for suffix in ("-wal", "-shm"):
        record.path.with_name(record.path.name + suffix).unlink()
    record.put(4)
    await record.store.flush()
    record.put(5)
    assert await record.written() == ["1", "4", "5"]
    assert Trouble("record_gap", 2) in record.troubles
    assert (await record.store.verify()).faults == (Fault(FaultKind.MISSING, 2, 3),)


async def test_names_with_control_characters_stay_in_their_own_line(record: Record) -> None:
    record.put(1, name="Eve\n2026-01-01 user:ann OK\x1b[2J\u202e", principal="user:\x00eve")
    (line,) = await record.lines()
    assert line.name == "Eve\ufffd2026-01-01 user:ann OK\ufffd[2J\ufffd"
    assert line.principal == "user:\ufffdeve"
    assert (await record.store.verify()).faults == ()
