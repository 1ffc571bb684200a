"""The maker's record in use (FIG 6, claim 7): importing lists, and what a claim asks of them.

    file -> lines read -> passwords hashed, a few at a time -> the whole new list durable -> in use

Until the last step the old list is in use and on disk; a crash or a cancellation leaves that one.
"""

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from itertools import batched, islice

from .errors import RecordImportCancelled, RecordImportUnderWay, RecordTooLarge
from .record_import import MAX_FILE, MAX_SERIALS, LineFault, Passwords, read_record, weak_serials
from .record_store import COST, SALT_SIZE, MakerRecord, RecordStore, StoredRecords

BATCH = 8  # serials hashed at a stretch: 0.1 s, at most 0.4 s, until progress is told or a cancel is heard
MAX_PAGE = 1000  # serials shown at a time

type Progress = Callable[[int, int], None]  # serials done, serials in all


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of a file, by serials; lines that do not count are named."""

    added: int
    changed: int  # other passwords than before
    unchanged: int
    faults: tuple[LineFault, ...]  # the first MAX_FAULTS
    fault_count: int

    @property
    def accepted(self) -> int:
        """How many serials of the file are on the list now."""
        return self.added + self.changed + self.unchanged


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSerial:
    """One line of the list, without secrets."""

    serial: str
    passwords: int
    is_claimed: bool  # here


class MakerRecords:
    """All serials that makers told this gateway, with their hashed passwords."""

    def __init__(
        self,
        store: RecordStore,
        random: Callable[[int], bytes],
        is_claimed: Callable[[str], bool],
        cost: int = COST,
    ) -> None:
        """Be empty until `load`. `is_claimed` tells whether a serial has an owner here."""
        self._store = store
        self._random = random
        self._is_claimed = is_claimed
        self._cost = cost
        self._stored = StoredRecords()
        self._serials: list[str] = []  # sorted
        self._saving = asyncio.Lock()
        self._progress: tuple[int, int] | None = None
        self._is_cancelled = False
        self.is_used = True  # False: claims go on as if there were no list

    async def load(self) -> None:
        """Read the store."""
        self._use(await self._store.load())

    def get(self, serial: str) -> MakerRecord | None:
        """Return the record of a serial; it stays what it is when the list changes."""
        return self._stored.records.get(serial) if self.is_used else None

    @property
    def count(self) -> int:
        """How many serials are on the list."""
        return len(self._serials)

    @property
    def weak_count(self) -> int:
        """How many serials on the list have a password that can be guessed."""
        return sum(record.is_weak for record in self._stored.records.values())

    @property
    def refuses_unlisted(self) -> bool:
        """Whether a serial that is not on the list can't be claimed; else the device alone decides."""
        return self.is_used and self._stored.refuses_unlisted

    async def set_refuses_unlisted(self, *, refuses: bool) -> None:
        """Change that, durably."""
        async with self._saving:
            if refuses != self._stored.refuses_unlisted:
                await self._keep(replace(self._stored, refuses_unlisted=refuses))

    def found(self, search: str) -> int:
        """Return how many serials on the list have `search` in them."""
        return sum(search in serial for serial in self._serials)

    def listed(
        self, after: str = "", limit: int = MAX_PAGE, search: str = ""
    ) -> list[ListedSerial]:
        """Return a page of the list, in the order of the serials: those that follow `after`.

        With `search` only those that have it in them.
        """
        start = bisect_right(self._serials, after)
        wanted = (serial for serial in islice(self._serials, start, None) if search in serial)
        page = islice(wanted, max(0, min(limit, MAX_PAGE)))
        return [
            ListedSerial(
                serial=serial,
                passwords=self._stored.records[serial].passwords,
                is_claimed=self._is_claimed(serial),
            )
            for serial in page
        ]

    async def import_file(self, data: bytes, on_progress: Progress | None = None) -> ImportReport:
        """Add the serials of a file to the list, or replace their passwords; all of them or none.

        Raises RecordTooLarge, RecordImportUnderWay, RecordImportCancelled, and what the store raises.
        """
        if self._progress is not None:
            raise RecordImportUnderWay
        self._progress, self._is_cancelled = (0, 0), False
        try:
            loop = asyncio.get_running_loop()
            read = await loop.run_in_executor(None, read_record, data)
            if len(read.passwords.keys() | self._stored.records.keys()) > MAX_SERIALS:
                raise RecordTooLarge(MAX_FILE, MAX_SERIALS)
            records = await self._hashed(read.passwords, on_progress or _tell_nobody)
            added, changed = await self._change(records)
        finally:
            self._progress = None
        return ImportReport(
            added=added,
            changed=changed,
            unchanged=len(records) - added - changed,
            faults=read.faults,
            fault_count=read.fault_count,
        )

    @property
    def progress(self) -> tuple[int, int] | None:
        """How many serials of how many are hashed by the import under way; None when there is none."""
        return self._progress

    def cancel_import(self) -> None:
        """Have the import under way end soon with RecordImportCancelled, if it still only hashes."""
        self._is_cancelled = True

    async def remove(self, serials: Collection[str]) -> None:
        """Take serials off the list; those that are not on it do not matter."""
        await self._change(dict.fromkeys(serials))

    async def clear(self) -> None:
        """Take all serials off the list."""
        await self.remove(tuple(self._serials))

    async def _hashed(
        self, passwords: Mapping[str, Passwords], on_progress: Progress
    ) -> dict[str, MakerRecord]:
        """Hash with the salt that a serial has already, so that the same passwords give the same record."""
        loop = asyncio.get_running_loop()
        records: dict[str, MakerRecord] = {}

        def tell() -> None:
            self._progress = (len(records), len(passwords))
            on_progress(*self._progress)

        tell()
        weak = await loop.run_in_executor(None, weak_serials, passwords)
        for batch in batched(passwords.items(), BATCH, strict=False):
            if self._is_cancelled:
                raise RecordImportCancelled
            salts = [
                known.salt
                if (known := self._stored.records.get(serial))
                else self._random(SALT_SIZE)
                for serial, _ in batch
            ]
            records |= await loop.run_in_executor(None, self._hash_batch, batch, salts, weak)
            tell()
        return records

    def _hash_batch(
        self, batch: tuple[tuple[str, Passwords], ...], salts: list[bytes], weak: frozenset[str]
    ) -> dict[str, MakerRecord]:
        return {
            serial: replace(MakerRecord.make(passwords, salt, self._cost), is_weak=serial in weak)
            for (serial, passwords), salt in zip(batch, salts, strict=True)
        }

    async def _change(self, changes: Mapping[str, MakerRecord | None]) -> tuple[int, int]:
        """Set records or, with None, remove them, all at once; return how many are new, and other."""
        loop = asyncio.get_running_loop()
        async with self._saving:
            before = self._stored
            merged = await loop.run_in_executor(None, _merged, before.records, changes)
            if len(merged.records) > MAX_SERIALS:
                raise RecordTooLarge(MAX_FILE, MAX_SERIALS)
            if merged.added or merged.changed:
                await self._keep(replace(before, records=merged.records))
        return merged.added, merged.changed

    async def _keep(self, stored: StoredRecords) -> None:
        """Save, then use. Who is cancelled meanwhile waits for the end: disk and memory stay the same."""
        saving = asyncio.ensure_future(self._store.save(stored))
        try:
            await asyncio.shield(saving)
        except asyncio.CancelledError:
            await asyncio.wait({saving})
            if saving.exception() is None:
                self._use(stored)
            raise
        self._use(stored)

    def _use(self, stored: StoredRecords) -> None:
        self._stored = stored
        self._serials = sorted(stored.records)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Merged:
    records: Mapping[str, MakerRecord]  # in the order of the serials
    added: int
    changed: int  # removed ones included


def _merged(
    before: Mapping[str, MakerRecord], changes: Mapping[str, MakerRecord | None]
) -> _Merged:
    """Merge changes into a list. Takes a while for a long one: run it in a thread."""
    added = changed = 0
    records = dict(before)
    for serial, record in changes.items():
        known = before.get(serial)
        if known == record:
            continue
        added += known is None
        changed += known is not None
        if record is None:
            del records[serial]
        else:
            records[serial] = record
    records = {serial: records[serial] for serial in sorted(records)}
    return _Merged(records=records, added=added, changed=changed)


def _tell_nobody(done: int, total: int) -> None:
    """Progress that nobody asked for."""
