"""The device's flash store: an append-only journal of checked records of one fixed size.

| offset | size | field |
|---|---|---|
| 0 | 1 | magic 0xA7 |
| 1 | 1 | kind: 1 put, 2 delete, 3 damage seen |
| 2 | 1 | key length |
| 3 | 1 | zero |
| 4 | 2 | value length |
| 6 | 22 | key, filled with zeros |
| 28 | 288 | value, filled with zeros |
| 316 | 4 | CRC-32 of all before |

`put` returns after the record is in flash; a cut at any byte leaves the records before it, because
each stands alone in its slot. A torn record at the end is an honest power cut: nobody was told
that it was written. A whole slot that does not check is damage: `lost` says so, also after later
starts, until `forget_damage`. The file is compacted through a temporary file and a rename.
A failed write leaves the file in an unknown state: the next write compacts before it appends.

A file that lost its end, or all of it, looks like one that is younger. So an empty file beside it
(`OWNED`) says that the owner's binding was in it: without that record the journal then puts an
empty one in its place, which is nobody's binding and yet not none.
"""

import binascii
import os
import struct

from .compat_files import exists, open_unbuffered, replace, sync, sync_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MAGIC = 0xA7
PUT = 1
DELETE = 2
DAMAGE = 3

MAX_KEY = 22  # bytes
MAX_PACKED = 3  # bytes of a key that fit a small number of every board, with a mark in front
MAX_VALUE = 288  # bytes: an outcome with 256 B of result and its session
RECORD_SIZE = 6 + MAX_KEY + MAX_VALUE + 4
MAX_JOURNAL_BYTES = 65536  # compacted beyond this: 204 records
MIN_FREE_RECORDS = 32  # after a compaction at least so many fit, or every write would compact
OWNER_KEY = b"B\x00"  # the binding of the owner's gateway: its loss must not look like freedom
OWNED = ".owned"  # ends the name of the file that says so
MAX_KEYS = 320  # four bindings with two lanes of 32 outcomes each, and what belongs to them

_HEADER = ">BBBBH"
_HEADER_SIZE = 6
_VALUE_AT = _HEADER_SIZE + MAX_KEY
_CRC_AT = RECORD_SIZE - 4


class Journal:
    """Store port of DeviceCore in one file: `get`, `put`, `delete`, `keys`, `lost`.

    `flush(file)` brings what was written into flash (fsync); benchmarks and tests replace it.
    OSError from a write means that flash failed: the caller must start anew from what is stored.
    """

    def __init__(
        self, path: str, max_bytes: int = MAX_JOURNAL_BYTES, flush: "Callable[[Any], object]" = sync
    ) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._flush = flush
        # key, packed -> slot of its last whole record
        self._index: "dict[int | bytes, int]" = {}
        self._records = 0
        self._record = bytearray(RECORD_SIZE)
        self._is_whole = True  # False: the end of the file is not at the end of a slot
        self._file: "Any" = None
        self.lost = False
        self._load()

    def __repr__(self) -> str:
        return "<Journal of {} records>".format(self._records)

    def get(self, key: bytes) -> "bytes | None":
        """Return the value last put, or None. Raises OSError when its record can't be read back."""
        slot = self._index.get(_pack(key))
        if slot is None:
            return None
        file = open(self._path, "rb")
        try:
            file.seek(slot * RECORD_SIZE)
            parsed = _parse(file.read(RECORD_SIZE))
        finally:
            file.close()
        if parsed is None or parsed[1] != key:
            raise OSError("a journal record changed under us")
        return parsed[2]

    def put(self, key: bytes, value: bytes) -> None:
        """Store `value` under `key` in one durable write: after a cut it is there, or the old one is."""
        if not 0 < len(key) <= MAX_KEY or len(value) > MAX_VALUE:
            raise ValueError("key or value too long for a journal record")
        packed = _pack(key)
        if packed not in self._index and len(self._index) >= MAX_KEYS:
            raise ValueError("too many keys in the journal")
        self._append(PUT, key, value)
        self._index[packed] = self._records - 1
        if key == OWNER_KEY:
            self._note_owner()  # afterwards: a cut before it is mended at the next start

    def delete(self, key: bytes) -> None:
        """Forget `key`, durably; nothing happens when it is not there."""
        if _pack(key) in self._index:
            if key == OWNER_KEY and exists(self._path + OWNED):
                os.remove(
                    self._path + OWNED
                )  # first: a cut leaves the binding, which is noted again
            self._append(DELETE, key, b"")
            del self._index[_pack(key)]

    def keys(self) -> "list[bytes]":
        """Return all keys."""
        return [_unpack(packed) for packed in self._index]

    def forget_damage(self) -> None:
        """Drop the durable mark of damage, when those concerned have been told."""
        if self.lost:
            self.lost = False
            self.compact()

    def close(self) -> None:
        """Close the file; only tests and orderly ends need it."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _load(self) -> None:
        temporary = self._path + ".new"
        if exists(self._path):
            if exists(temporary):
                os.remove(temporary)  # cut while compacting: the journal is still the old one
        elif exists(temporary):
            os.rename(
                temporary, self._path
            )  # cut between remove and rename, where rename can't replace
        damaged = False
        torn = False
        slot = 0
        try:
            file = open(self._path, "rb")
        except OSError:
            file = None  # the first start
        if file is not None:
            try:
                while True:
                    data = _read_record(file)
                    if len(data) < RECORD_SIZE:
                        torn = len(data) > 0
                        break
                    parsed = _parse(data)
                    if parsed is None or parsed[0] == DAMAGE:
                        damaged = True
                    elif parsed[0] == PUT:
                        self._index[_pack(parsed[1])] = slot
                    elif _pack(parsed[1]) in self._index:
                        del self._index[_pack(parsed[1])]
                    slot += 1
            finally:
                file.close()
        self._records = slot
        is_owned = _pack(OWNER_KEY) in self._index
        has_lost_owner = exists(self._path + OWNED) and not is_owned
        self.lost = damaged or has_lost_owner
        if torn or self.lost:
            self.compact()
        if has_lost_owner:
            self.put(OWNER_KEY, b"")
        elif is_owned:
            self._note_owner()

    def _note_owner(self) -> None:
        """See that the file is there which says that the journal holds the owner's binding."""
        if not exists(self._path + OWNED):
            open_unbuffered(self._path + OWNED, "wb").close()
            sync_folder(self._path)

    def _append(self, kind: int, key: bytes, value: bytes) -> None:
        if not self._is_whole or (self._records + 1) * RECORD_SIZE > self._max_bytes:
            self.compact()
        self._is_whole = False
        if self._file is None:
            self._file = self._open()
        self._write(self._file, kind, key, value)
        self._flush(self._file)
        self._is_whole = True
        self._records += 1

    def _write(self, file: "Any", kind: int, key: bytes, value: bytes) -> None:
        _fill(self._record, kind, key, value)
        if file.write(self._record) != RECORD_SIZE:
            raise OSError("journal record written in part")

    def _open(self) -> "Any":
        is_new = not exists(self._path)
        file = open_unbuffered(self._path, "ab")
        if is_new:
            sync_folder(self._path)
        return file

    def compact(self) -> None:
        """Write the last record of each key to a new file and put it in the place of the old one.

        What was deleted or replaced is then no longer in the file.
        """
        self.close()
        temporary = self._path + ".new"
        index: "dict[int | bytes, int]" = {}
        count = 0
        out = open_unbuffered(temporary, "wb")
        try:
            if self.lost:
                self._write(out, DAMAGE, b"", b"")
                count = 1
            for packed in self._index:
                key = _unpack(packed)
                value = self.get(key) or b""
                self._write(out, PUT, key, value)
                index[packed] = count
                count += 1
            self._flush(out)
        finally:
            out.close()
        replace(temporary, self._path)
        self._index = index
        self._records = count
        self._is_whole = True
        needed = (count + MIN_FREE_RECORDS) * RECORD_SIZE
        if self._max_bytes < needed:
            self._max_bytes = needed


def _pack(key: bytes) -> "int | bytes":
    """Return what stands for a key in the index: a short one as a number, which takes no memory."""
    return bytes(key) if len(key) > MAX_PACKED else int.from_bytes(b"\x01" + key, "big")


def _unpack(packed: "int | bytes") -> bytes:
    """Return the key that `_pack` was given."""
    if not isinstance(packed, int):
        return packed
    return packed.to_bytes(MAX_PACKED + 1, "big").lstrip(b"\x00")[1:]


def _fill(record: bytearray, kind: int, key: bytes, value: bytes) -> None:
    """Write one record into `record` (RECORD_SIZE bytes)."""
    struct.pack_into(_HEADER, record, 0, MAGIC, kind, len(key), 0, len(value))
    end = _VALUE_AT + len(value)
    record[_HEADER_SIZE:_VALUE_AT] = key + bytes(MAX_KEY - len(key))
    record[_VALUE_AT:end] = value
    record[end:_CRC_AT] = bytes(_CRC_AT - end)
    struct.pack_into(">I", record, _CRC_AT, binascii.crc32(memoryview(record)[:_CRC_AT]))


def _parse(record: bytes) -> "tuple[int, bytes, bytes] | None":
    """Return (kind, key, value) of a whole record, or None."""
    if len(record) != RECORD_SIZE:
        return None
    magic, kind, key_size, zero, value_size = struct.unpack_from(_HEADER, record, 0)
    if struct.unpack_from(">I", record, _CRC_AT)[0] != binascii.crc32(record[:_CRC_AT]):
        return None
    if magic != MAGIC or zero != 0 or key_size > MAX_KEY or value_size > MAX_VALUE:
        return None
    if kind != PUT and kind != DELETE and kind != DAMAGE:
        return None
    key = bytes(record[_HEADER_SIZE : _HEADER_SIZE + key_size])
    return kind, key, bytes(record[_VALUE_AT : _VALUE_AT + value_size])


def _read_record(file: "Any") -> bytes:
    """Return the next RECORD_SIZE bytes, fewer only at the end of the file."""
    data: bytes = file.read(RECORD_SIZE)
    while 0 < len(data) < RECORD_SIZE:
        more = file.read(RECORD_SIZE - len(data))
        if not more:
            break
        data += more
    return data
