"""The maker's record as it is kept: hashed, all of a file or nothing of it, the same again after a restart."""

import asyncio
import json
import os
import threading
from typing import override

import pytest

from custom_components.iot_secure_gateway.gateway import maker_records
from custom_components.iot_secure_gateway.gateway.errors import RecordImportUnderWay, RecordTooLarge
from custom_components.iot_secure_gateway.gateway.maker_records import (
    BATCH,
    ListedSerial,
    MakerRecords,
)
from custom_components.iot_secure_gateway.gateway.record_import import Fault, LineFault, Passwords
from custom_components.iot_secure_gateway.gateway.record_store import (
    COST,
    MakerRecord,
    MemoryRecordStore,
    StoredRecords,
)

FIRST = "ABCDEFGHIJKL2345"
SECOND = "MNOPQRSTUVWX6723"
OTHER = "ZYXWVUTSRQPO7654"
CHEAP = 1  # scrypt's cost where a test is about something else


async def records_of(store: MemoryRecordStore, cost: int = CHEAP) -> MakerRecords:
    records = MakerRecords(store, os.urandom, {"OWNED"}.__contains__, cost)
    await records.load()
    return records


def lines(*texts: str) -> bytes:
    return "\n".join(texts).encode()


class Brake:
    """Holds the hashing at some password, so that something else can happen meanwhile."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
        self._make, self._left = MakerRecord.make, at
        self._loop = asyncio.get_running_loop()
        self.reached, self._gate = asyncio.Event(), threading.Event()
        monkeypatch.setattr(MakerRecord, "make", self._held)

    def release(self) -> None:
        self._gate.set()

    def _held(self, passwords: Passwords, salt: bytes, cost: int) -> MakerRecord:
        self._left -= 1
        if self._left == 0:
            self._loop.call_soon_threadsafe(self.reached.set)
            self._gate.wait(10)
        return self._make(passwords, salt, cost)


def many(count: int, password: str = FIRST) -> bytes:
    return lines(*(f"D-{number:05},{password}" for number in range(count)))


async def test_passwords_of_a_serial_are_found_by_their_slots() -> None:
    records = await records_of(MemoryRecordStore())
    await records.import_file(lines(f"A,{FIRST},,{SECOND}", f"B,{OTHER}"))
    record = records.get("A")
    assert record is not None
    assert [record.slot_of(typed) for typed in (FIRST, SECOND, OTHER)] == [0, 2, None]
    assert records.get("C") is None


async def test_report_says_what_became_of_each_serial() -> None:
    records = await records_of(MemoryRecordStore())
    first = await records.import_file(lines("serial,password", f"A,{FIRST}", f"B,{FIRST}", "C,no"))
    assert (first.added, first.changed, first.unchanged, first.accepted) == (2, 0, 0, 2)
    assert first.faults == (LineFault(line=4, fault=Fault.INVALID_PASSWORD),)
    again = await records.import_file(lines(f"A,{FIRST}", f"B,{OTHER}", f"D,{FIRST}"))
    assert (again.added, again.changed, again.unchanged, again.accepted) == (1, 1, 1, 3)
    record = records.get("B")
    assert record is not None
    assert [record.slot_of(typed) for typed in (FIRST, OTHER)] == [None, 0]


async def test_same_file_again_changes_not_a_byte_and_writes_nothing() -> None:
    store = MemoryRecordStore()
    records = await records_of(store)
    await records.import_file(many(20))
    before = store.stored
    report = await records.import_file(many(20))
    assert (report.unchanged, report.accepted) == (20, 20)
    assert store.stored is before


async def test_list_survives_a_restart_and_holds_no_password() -> None:
    store = MemoryRecordStore()
    records = await records_of(store)
    await records.import_file(lines(f"A,{FIRST},{SECOND}"))
    again = await records_of(store)
    record = again.get("A")
    assert record is not None and record.slot_of(SECOND) == 1
    stored = json.dumps({name: one.to_dict() for name, one in store.stored.records.items()})
    for text in (stored, repr(record), repr(store.stored), repr(again.listed())):
        for password in (FIRST, SECOND):
            assert password not in text
            assert password.encode().hex() not in text
    assert repr(record) == "MakerRecord(passwords=2)"


async def test_serials_with_the_same_password_do_not_show_it() -> None:
    records = await records_of(MemoryRecordStore())
    await records.import_file(many(50))
    kept = [records.get(line.serial) for line in records.listed()]
    assert len({one.digests for one in kept if one is not None}) == 50


async def test_list_is_shown_in_pages_without_secrets() -> None:
    records = await records_of(MemoryRecordStore())
    assert records.listed() == []
    await records.import_file(lines(f"OWNED,{FIRST},{SECOND}", f"B,{FIRST}", f"A,{FIRST}"))
    shown = [
        ListedSerial(serial="A", passwords=1, is_claimed=False),
        ListedSerial(serial="B", passwords=1, is_claimed=False),
        ListedSerial(serial="OWNED", passwords=2, is_claimed=True),
    ]
    assert records.count == 3
    assert records.listed() == shown
    assert records.listed(after="A", limit=1) == shown[1:2]
    assert records.listed(after="OWNED") == []
    assert records.listed(limit=-1) == []


async def test_page_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maker_records, "MAX_PAGE", 2)
    records = await records_of(MemoryRecordStore())
    await records.import_file(many(5))
    assert len(records.listed(limit=5)) == 2


async def test_serials_are_taken_off_the_list() -> None:
    store = MemoryRecordStore()
    records = await records_of(store)
    await records.import_file(many(3))
    await records.remove(["D-00001", "NOT-THERE"])
    assert list(store.stored.records) == ["D-00000", "D-00002"]
    await records.clear()
    assert records.count == 0
    assert store.stored.records == {}


async def test_setting_for_what_is_not_listed_outlives_restarts_and_imports() -> None:
    store = MemoryRecordStore()
    records = await records_of(store)
    assert not records.refuses_unlisted
    await records.set_refuses_unlisted(refuses=True)
    await records.import_file(many(1))
    again = await records_of(store)
    assert again.refuses_unlisted
    assert again.count == 1


async def test_hashing_is_done_beside_the_loop_and_tells_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads: set[int] = set()
    make = MakerRecord.make

    def watched(*arguments: object) -> MakerRecord:
        threads.add(threading.get_ident())
        return make(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(MakerRecord, "make", staticmethod(watched))
    records = await records_of(MemoryRecordStore())
    told: list[tuple[int, int]] = []
    count = 3 * BATCH + 1
    await records.import_file(many(count), lambda done, total: told.append((done, total)))
    assert threads and threading.get_ident() not in threads
    assert [done for done, _ in told] == [0, BATCH, 2 * BATCH, 3 * BATCH, count]
    assert {total for _, total in told} == {count}


async def test_import_that_is_cancelled_leaves_the_old_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = MemoryRecordStore()
    records = await records_of(store)
    await records.import_file(many(2))
    before = store.stored
    brake = Brake(monkeypatch, at=2 * BATCH)
    task = asyncio.create_task(records.import_file(many(5 * BATCH, OTHER)))
    await brake.reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    brake.release()
    assert store.stored is before
    record = records.get("D-00000")
    assert record is not None and record.slot_of(FIRST) == 0
    assert (await records.import_file(many(5 * BATCH, OTHER))).added == 5 * BATCH - 2


class SlowStore(MemoryRecordStore):
    """One whose disk can be held, or be full."""

    def __init__(self) -> None:
        super().__init__()
        self.writing, self.go_on = asyncio.Event(), asyncio.Event()
        self.is_full = False

    @override
    async def save(self, stored: StoredRecords) -> None:
        self.writing.set()
        await self.go_on.wait()
        if self.is_full:
            raise OSError("disk full")
        await super().save(stored)


@pytest.mark.parametrize("is_full", [False, True])
async def test_cancel_while_the_disk_writes_leaves_memory_and_disk_the_same(is_full: bool) -> None:
    store = SlowStore()
    store.is_full = is_full
    records = await records_of(store)
    task = asyncio.create_task(records.import_file(many(1)))
    await store.writing.wait()
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    store.go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert records.count == len(store.stored.records) == (0 if is_full else 1)


async def test_list_that_cannot_be_written_is_not_used() -> None:
    store = SlowStore()
    store.go_on.set()
    store.is_full = True
    records = await records_of(store)
    with pytest.raises(OSError, match="disk full"):
        await records.import_file(many(1))
    assert records.get("D-00000") is None
    with pytest.raises(OSError, match="disk full"):
        await records.set_refuses_unlisted(refuses=True)
    assert not records.refuses_unlisted


async def test_one_file_at_a_time() -> None:
    store = SlowStore()
    records = await records_of(store)
    task = asyncio.create_task(records.import_file(many(1)))
    await store.writing.wait()
    with pytest.raises(RecordImportUnderWay):
        await records.import_file(many(1))
    store.go_on.set()
    await task
    assert (await records.import_file(many(1))).unchanged == 1


async def test_what_is_changed_during_an_import_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryRecordStore()
    records = await records_of(store)
    await records.import_file(lines(f"X,{FIRST}", f"Y,{FIRST}"))
    brake = Brake(monkeypatch, at=2 * BATCH)
    task = asyncio.create_task(records.import_file(many(3 * BATCH)))
    await brake.reached.wait()
    await records.remove(["X"])
    await records.set_refuses_unlisted(refuses=True)
    brake.release()
    await task
    assert records.get("X") is None
    assert records.get("Y") is not None
    assert records.count == 3 * BATCH + 1
    assert records.refuses_unlisted


async def test_list_as_a_whole_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maker_records, "MAX_SERIALS", 3)
    store = MemoryRecordStore()
    records = await records_of(store)
    await records.import_file(many(3))
    before = store.stored
    with pytest.raises(RecordTooLarge) as too_large:
        await records.import_file(lines(f"ONE-MORE,{FIRST}"))
    assert too_large.value.placeholders == {"megabytes": "16", "serials": "3"}
    assert store.stored is before
    await records.import_file(many(3, OTHER))  # of those that are there, passwords may change


async def test_lists_that_grew_past_the_bound_while_hashing_are_not_joined(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(maker_records, "MAX_SERIALS", 3)
    store = MemoryRecordStore()
    records = await records_of(store)
    other = MakerRecord.make([FIRST], bytes(16), CHEAP)
    brake = Brake(monkeypatch, at=3)
    task = asyncio.create_task(records.import_file(many(3)))
    await brake.reached.wait()
    await records._change({"X": other})
    brake.release()
    with pytest.raises(RecordTooLarge):
        await task
    assert list(store.stored.records) == ["X"]


def test_hash_stays_what_stored_lists_were_made_with() -> None:
    record = MakerRecord.make([FIRST], b"S" * 16)
    assert record.digests == (bytes.fromhex("4b587597f7fcc8b8a94ea94a2b7f88f6"),)
    assert record.cost == COST


@pytest.mark.parametrize(
    "change",
    [
        {"salt": "00"},
        {"salt": None},
        {"salt": "zz" * 16},
        {"digests": []},
        {"digests": [None]},
        {"digests": ["00" * 16] * 5},
        {"digests": ["00" * 15]},
        {"digests": "00" * 16},
        {"cost": 0},
        {"cost": 18},
        {"cost": True},
        {"cost": "12"},
    ],
)
def test_damaged_record_is_refused(change: dict[str, object]) -> None:
    record = MakerRecord.make([None, FIRST], bytes(16), CHEAP)
    stored = record.to_dict()
    assert MakerRecord.from_dict(stored) == record
    with pytest.raises(ValueError):
        MakerRecord.from_dict({**stored, **change})
