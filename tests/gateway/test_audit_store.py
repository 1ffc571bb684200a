"""The record on a real disk: what happens to it when the database, the disk or somebody misbehaves."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
import sqlite3
import stat
from typing import Any

import pytest
from sqlalchemy import event

from .record import EVERYTHING, ID, TABLE, Record
from custom_components.iot_secure_gateway.gateway.audit_database import AuditDatabase
from custom_components.iot_secure_gateway.gateway.audit_pages import Cursor, Filter, Scope
from custom_components.iot_secure_gateway.gateway.audit_spool import AuditSpool
from custom_components.iot_secure_gateway.gateway.audit_store import (
    AuditUnavailable,
    Verification,
    VerificationUnderWay,
)
from custom_components.iot_secure_gateway.gateway.audit_writer import STEADY_S, Retention, Trouble
from custom_components.iot_secure_gateway.policy.audit import (
    AuditLine,
    Fault,
    FaultKind,
    Head,
    Verdict,
)


@pytest.fixture
async def record(tmp_path: Path) -> AsyncIterator[Record]:
    record = Record(tmp_path)
    await record.start()
    await record.store.flush()  # the file is there
    yield record
    await record.store.stop()


async def test_lines_survive_a_restart_and_are_whole(record: Record) -> None:
    record.put(1, 2)
    await record.restart()
    record.put(3)
    assert await record.written() == ["1", "2", "3"]
    assert await record.store.verify() == Verification(3, ())
    await record.store.stop()
    assert record.seals.state is not None
    assert record.seals.state.head is not None
    assert record.seals.state.head.number == 3
    assert str(record.seals.state) == "SealState(key=<secret>)"


async def test_only_its_user_can_read_the_record(record: Record) -> None:
    record.put(1)
    await record.store.flush()
    for path in record.path.parent.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


async def test_a_stopped_record_takes_nothing_and_hangs_nobody(record: Record) -> None:
    await record.store.stop()
    record.put(1)
    await record.store.flush()
    await record.store.stop()
    await record.start()
    assert await record.written() == []


async def test_a_record_that_was_never_reached_says_so(tmp_path: Path) -> None:
    record = Record(tmp_path)
    record.path.mkdir()
    await record.start()
    record.put(1)
    await record.store.flush()
    for reading in (record.lines(), record.store.verify()):
        with pytest.raises(AuditUnavailable):
            await reading
    database = AuditDatabase(record.url, ID)
    for use in (lambda: database.append([], is_sealed=False), database.seals, database.oldest):
        with pytest.raises(OSError, match="open"):
            use()
    await record.store.stop()


# --- tampering ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (
            "UPDATE {lines} SET principal = 'user:eve' WHERE number = 3",
            Fault(FaultKind.CHANGED, 3, 3),
        ),
        (
            "UPDATE {lines} SET row = NULL, at_us = 5 WHERE number = 1",
            Fault(FaultKind.CHANGED, 1, 1),
        ),
        ("DELETE FROM {lines} WHERE number = 4", Fault(FaultKind.MISSING, 4, 4)),
        ("DELETE FROM {lines} WHERE number > 3", Fault(FaultKind.MISSING, 4, 5)),
        ("UPDATE {lines} SET number = 9 WHERE number = 2", Fault(FaultKind.MISSING, 2, 2)),
    ],
)
async def test_what_somebody_did_to_the_file_is_named(
    record: Record, statement: str, fault: Fault
) -> None:
    record.put(1, 2, 3, 4, 5)
    await record.restart()
    await record.store.flush()
    record.tamper(statement)
    assert (await record.store.verify()).faults[0] == fault


async def test_an_older_copy_of_the_file_leaves_a_gap_that_stays_visible(record: Record) -> None:
    record.put(1, 2)
    await record.store.stop()
    copy = record.path.read_bytes()
    await record.start()
    record.put(3, 4)
    await record.store.stop()
    record.path.write_bytes(copy)
    await record.start()
    record.put(5)
    assert await record.written() == ["1", "2", "5"]
    assert record.troubles == [Trouble("record_gap", 2)]
    assert (await record.store.verify()).faults == (Fault(FaultKind.MISSING, 3, 4),)
    (gap,) = await record.lines(Filter(principal="system"))
    assert (gap.kind, gap.detail, gap.verdict) == ("record_gap", "2", Verdict.FAILED)


async def test_a_removed_file_leaves_a_gap_too(record: Record) -> None:
    record.put(1, 2)
    await record.store.stop()
    record.path.unlink()
    await record.start()
    assert await record.written() == []
    assert (await record.store.verify()).faults == (Fault(FaultKind.MISSING, 1, 2),)


async def test_a_removed_start_is_found(record: Record) -> None:
    record.put(1)
    await record.store.flush()
    record.tamper("DELETE FROM {seals}")
    assert (await record.store.verify()).faults == (Fault(FaultKind.BAD_SEAL, 0, 0),)


async def test_two_verifications_at_once_are_refused(record: Record) -> None:
    record.put(1)
    first = asyncio.create_task(record.store.verify())
    await asyncio.sleep(0)
    assert record.store.progress is not None
    with pytest.raises(VerificationUnderWay):
        await record.store.verify()
    assert (await first).faults == ()
    assert record.store.progress is None


# --- what fails ---------------------------------------------------------------------------------------
async def test_nothing_is_lost_while_the_database_is_down(record: Record) -> None:
    record.put(1)
    await record.store.flush()
    record.break_database()
    await record.restart()
    record.put(2, 3)
    await record.store.flush()
    assert set(record.troubles) == {Trouble("database_down")}
    with pytest.raises(AuditUnavailable):
        await record.lines()
    await record.restart()  # they wait on the disk
    record.put(4)
    await record.store.flush()
    record.mend_database()
    record.put(5)
    assert await record.written() == ["1", "2", "3", "4", "5"]
    assert record.troubles[-1] == Trouble("database_back")
    assert not record.spool.exists()
    assert (await record.store.verify()).faults == ()
    (caught_up,) = await record.lines(Filter(principal="system"))
    assert (caught_up.kind, caught_up.detail) == ("caught_up", "3 lines waited, 0 unreadable")


async def test_a_database_that_fails_at_work_loses_nothing(record: Record) -> None:
    record.put(1)
    await record.store.flush()
    with sqlite3.connect(record.path) as connection:
        connection.execute(f"ALTER TABLE {TABLE}_lines RENAME TO elsewhere")
    connection.close()
    record.put(2)
    await record.store.flush()
    assert Trouble("database_down") in record.troubles
    assert record.spool.exists()
    with sqlite3.connect(record.path) as connection:
        connection.execute(f"DROP TABLE IF EXISTS {TABLE}_lines")
        connection.execute(f"ALTER TABLE elsewhere RENAME TO {TABLE}_lines")
    connection.close()
    assert await record.written() == ["1", "2"]


async def test_what_was_caught_up_before_a_crash_is_not_written_twice(record: Record) -> None:
    record.break_database()
    await record.restart()
    record.put(1, 2)
    await record.store.flush()
    waiting = record.spool.read_bytes()
    record.mend_database()
    assert await record.written() == ["1", "2"]
    record.spool.write_bytes(waiting)  # as if it had not come to removing the file
    await record.restart()
    assert await record.written() == ["1", "2"]


async def test_lines_on_the_disk_that_cannot_be_read_are_counted(record: Record) -> None:
    record.break_database()
    await record.restart()
    record.put(1, 2)
    await record.restart()
    good = record.spool.read_bytes()
    bad = [b"{", b"[]", good.splitlines()[1].replace(b'"command"', b"7"), b"[" * 9000, b"cut"]
    record.spool.write_bytes(good + b"\n".join(bad))
    record.put(3)
    await record.store.flush()
    record.mend_database()
    assert await record.written() == ["1", "2", "3"]
    (caught_up,) = await record.lines(Filter(verdict=Verdict.FAILED))
    assert caught_up.detail == "8 lines waited, 5 unreadable"


async def test_lines_that_find_room_nowhere_are_counted_and_told(
    record: Record,
) -> None:
    record.break_database()
    record.spool.mkdir()
    await record.restart()
    record.put(1, 2, 3)
    await record.store.flush()
    record.put(4)
    await record.store.flush()
    record.spool.rmdir()
    record.mend_database()
    record.put(5)
    assert await record.written() == ["5"]
    (lost,) = await record.lines(Filter(verdict=Verdict.FAILED))
    assert (lost.kind, lost.detail) == ("lines_lost", "4")
    assert Trouble("lines_lost", 4) in record.troubles


async def test_a_full_queue_loses_lines_but_says_so(record: Record) -> None:
    await record.store.flush()
    writer = record.store._writer
    assert writer is not None
    writer._max_queued = 0
    record.put(1, 2)
    writer._max_queued = 10
    record.put(3)
    assert await record.written() == ["3"]
    (lost,) = await record.lines(Filter(verdict=Verdict.FAILED))
    assert (lost.kind, lost.detail) == ("lines_lost", "2")
    assert record.troubles == [Trouble("lines_lost", 2)]


def test_the_file_beside_the_database_is_bounded(tmp_path: Path) -> None:
    spool = AuditSpool(tmp_path / "spool", max_bytes=300)
    line = AuditLine(at_us=1, kind="command")
    assert spool.write([line])
    assert not spool.write([line] * 10)
    assert list(spool.lines(0)) == [line]


# --- retention ----------------------------------------------------------------------------------------
async def test_too_many_lines_are_removed_and_the_rest_can_be_verified(record: Record) -> None:
    record.put(*range(1, 11))
    await record.store.stop()
    record.retention = Retention(max_lines=4)
    await record.start()
    await record.store.flush()
    assert await record.written() == ["7", "8", "9", "10"]
    assert (await record.store.verify()) == Verification(5, ())
    (removed,) = await record.lines(Filter(principal="system"))
    assert (removed.kind, removed.detail) == ("lines_removed", "6")
    record.tamper("DELETE FROM {lines} WHERE number = 7")  # what the gateway did not remove itself
    assert (await record.store.verify()).faults == (Fault(FaultKind.MISSING, 7, 7),)


async def test_lines_that_are_too_old_are_removed(record: Record) -> None:
    record.put(1, 2)
    record.wait(100)
    record.put(3)
    await record.store.flush()
    record.wait(STEADY_S)
    record.store.keep(Retention(max_age_s=STEADY_S + 50))
    await record.store.flush()
    assert await record.written() == ["3"]
    record.wait(1000)
    record.store.keep(Retention(max_age_s=STEADY_S + 50))
    await record.store.flush()
    assert await record.written() == []
    assert (await record.store.verify()).faults == ()


async def test_a_record_that_takes_too_much_room_is_cut(record: Record) -> None:
    record.put(*range(1, 4001), principal="user:" + "a" * 32, arguments="x" * 500)
    await record.restart()
    await record.store.flush()
    database = record.store._database
    on_disk = record.path.stat().st_size
    assert on_disk * 0.75 < 4000 * database.line_size() < on_disk * 1.25
    record.store.keep(Retention(max_bytes=1000 * database.line_size()))
    await record.store.flush()
    assert 990 < database.count() < 1010
    assert (await record.store.verify()).faults == ()


async def test_a_clock_that_was_set_is_told_and_removes_nothing(record: Record) -> None:
    record.store.keep(Retention(max_age_s=1000))
    record.put(1)
    await record.store.flush()
    record.wait(STEADY_S)
    record.now += 100_000  # a day too far
    record.put(2)
    await record.store.flush()
    record.store.keep(Retention(max_age_s=1000))
    await record.store.flush()
    record.now -= 200_000
    record.put(3)
    assert await record.written() == ["3", "1", "2"]  # by their times; the chain knows better
    lines = await record.lines(Filter(principal="system"))
    told = {line.detail for line in lines if line.kind == "clock_set"}
    assert told == {"+100000 s", "-200000 s"}
    assert (await record.store.verify()).faults == ()


# --- pages --------------------------------------------------------------------------------------------
async def test_pages_bring_each_line_once_the_newest_first(record: Record) -> None:
    record.put(*range(0, 30, 2), principal="system")
    record.put(*range(1, 30, 2), serial="LAMP-2", verdict=Verdict.REFUSED)
    seen: list[str] = []
    cursor = None
    while page := await record.store.page(EVERYTHING, Filter(), cursor, 7):
        seen += [line.detail for _, line in page]
        cursor = Cursor(page[-1][1].at_us, page[-1][0])
    assert seen == [str(number) for number in reversed(range(30))]


async def test_filters_leave_what_is_wanted(record: Record) -> None:
    record.put(1, principal="user:ann", verdict=Verdict.REFUSED)
    record.put(2, principal="user:ann")
    record.put(3, principal="user:bob")
    record.put(4, serial="LAMP-2", principal="user:ann")
    record.put(5, serial="SAFE-1", principal="user:ann")
    start = int(record.now * 1e6)

    async def found(wanted: Filter, scope: Scope = EVERYTHING) -> list[str]:
        page = await record.store.page(scope, wanted, None, 100)
        return [line.detail for _, line in reversed(page)]

    assert await found(Filter()) == ["1", "2", "3", "4"]
    assert await found(Filter(principal="user:ann")) == ["1", "2", "4"]
    assert await found(Filter(verdict="refused")) == ["1"]
    assert await found(Filter(serial="LAMP-2")) == ["4"]
    assert await found(Filter(serial="SAFE-1")) == []
    assert await found(Filter(since_us=start + 2, until_us=start + 4)) == ["2", "3"]
    bob = Scope(frozenset(), "user:bob")
    assert await found(Filter(), bob) == ["3"]
    assert await found(Filter(principal="user:ann"), bob) == []
    assert await found(Filter(), Scope(frozenset(), "")) == []


async def test_whoever_has_very_many_devices_sees_all_of_them(record: Record) -> None:
    serials = [f"LAMP-{number}" for number in range(150)]
    for number, serial in enumerate(serials):
        record.put(number, serial=serial)
    page = await record.store.page(Scope(frozenset(serials), "system"), Filter(), None, 200)
    assert [line.detail for _, line in page] == [str(number) for number in reversed(range(150))]


async def test_every_page_is_looked_up_by_an_index(record: Record) -> None:
    record.put(*range(10), starter="user:ann")
    await record.store.flush()
    engine = record.store._database._engine
    assert engine is not None
    asked: list[tuple[str, Any]] = []

    def note(_: object, __: object, statement: str, given: Any, *___: object) -> None:
        asked.append((statement, given))

    event.listen(engine, "before_cursor_execute", note)
    cursor = Cursor(int(record.now * 1e6) + 9, 9)
    for wanted in (
        Filter(),
        Filter(verdict="ok"),
        Filter(principal="user:ann"),
        Filter(serial="LAMP-1", principal="system", since_us=1, until_us=2**60),
    ):
        await record.store.page(EVERYTHING, wanted, cursor, 5)
    event.remove(engine, "before_cursor_execute", note)
    with engine.connect() as reader:
        plans = [
            str(row[3])
            for statement, given in asked
            for row in reader.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
        ]
    looked_up = [plan for plan in plans if "iotsg_audit_lines" in plan]
    assert any("iotsg_audit_by_starter" in plan for plan in looked_up)
    assert all(
        (plan.startswith("SEARCH") and "INDEX" in plan) or "PRIMARY KEY" in plan
        for plan in looked_up
    )


async def test_a_new_owner_does_not_see_what_former_owners_did(record: Record) -> None:
    record.put(1, principal="user:ann")
    record.store.put(
        AuditLine(at_us=int(record.now * 1e6) + 2, kind="owner_changed", serial="LAMP-1")
    )
    record.put(3, principal="user:bob")
    assert await record.written() == ["3"]
    ann = Scope(frozenset(), "user:ann")
    assert [line.detail for _, line in await record.store.page(ann, Filter(), None, 9)] == ["1"]


async def test_two_gateways_share_a_database(record: Record, tmp_path: Path) -> None:
    record.put(1)
    await record.store.flush()
    other = Record(tmp_path, gateway_id=bytes(16))
    await other.start()
    assert await other.written() == []
    other.put(7, 8)
    assert await other.written() == ["7", "8"]
    assert await other.store.verify() == Verification(2, ())
    await other.store.stop()
    assert await record.written() == ["1"]
    assert await record.store.verify() == Verification(1, ())


async def test_a_head_that_cannot_be_noted_stops_nothing(
    record: Record, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(_: object) -> None:
        raise OSError

    monkeypatch.setattr(record.seals, "save", fail)
    record.put(1)
    await record.store.stop()
    assert "could not be noted" in caplog.text
    monkeypatch.undo()
    await record.start()
    assert await record.written() == ["1"]


async def test_a_seal_is_made_each_thousand_lines(record: Record) -> None:
    record.put(*range(1500))
    await record.store.flush()
    assert record.seals.state is not None
    assert isinstance(record.seals.state.head, Head)
    assert 1000 <= record.seals.state.head.number < 1500
