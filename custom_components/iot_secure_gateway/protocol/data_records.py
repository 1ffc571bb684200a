"""Records of the data lane: packages that the device sends (sensor values, events, logs, video).

  DATA_OPEN    DSID new 20, LAST 20, session id 16, SHA-256 32, u32 size, u8 flags, package if inline
  DATA_ECHO    DSID 20, GSID new 20, SHA-256 32
  DATA_COMMIT  DSID 20, GSID 20, SHA-256 32
  DATA_DONE    DSID 20, GSID 20, u8 status
  CHUNK        u32 offset, bytes (none: the stream ends)
  CREDIT       u32 offset up to which CHUNKs of a stream may be sent
  DATA_OUTCOME?  session id 16, u32 number        DATA_OUTCOME  the same, u8 status

LAST is the GSID used last; in mode `dsid`, where GSID fields are absent, it is the DSID used last.
"""

from collections import namedtuple
import struct

from . import wire
from .errors import RecordError

_ID = wire.IDENTIFIER_SIZE
DIGEST_SIZE = 32
FLAG_INLINE = 1  # the package stands in DATA_OPEN
FLAG_STREAM = 2  # chunks without a known end follow the inline package
OPEN_OVERHEAD = 128  # DATA_OPEN around its package, with kind and tag, rounded up
CHUNK_OVERHEAD = 64

DataOpen = namedtuple(
    "DataOpen", ("dsid", "last", "session_id", "digest", "size", "flags", "package")
)


def encode_data_open(message: DataOpen) -> bytes:
    """Return DATA_OPEN."""
    head = (
        bytes((wire.DATA_OPEN,)) + message.dsid + message.last + message.session_id + message.digest
    )
    return head + struct.pack(">IB", message.size, message.flags) + message.package


def decode_data_open(record: bytes) -> DataOpen:
    """Return the DataOpen. Raises RecordError."""
    if len(record) < 94:
        raise RecordError("DATA_OPEN cut short")
    size, flags = struct.unpack(">IB", record[89:94])
    package = record[94:]
    if flags not in (0, FLAG_INLINE, FLAG_INLINE | FLAG_STREAM):
        raise RecordError("DATA_OPEN with unknown flags")
    if flags & FLAG_INLINE and len(package) != size:
        raise RecordError("DATA_OPEN with a package of another size")
    if not flags and (package or not 0 < size <= wire.MAX_PACKAGE):
        raise RecordError("DATA_OPEN with a package of impossible size")
    return DataOpen(record[1:21], record[21:41], record[41:57], record[57:89], size, flags, package)


def encode_data_step(kind: int, dsid: bytes, gsid: bytes, digest: bytes) -> bytes:
    """Return DATA_ECHO or DATA_COMMIT."""
    return bytes((kind,)) + dsid + gsid + digest


def decode_data_step(record: bytes, gsid_size: int) -> "tuple[bytes, bytes, bytes]":
    """Return (DSID, GSID, digest) of DATA_ECHO or DATA_COMMIT."""
    if len(record) != 1 + _ID + gsid_size + DIGEST_SIZE:
        raise RecordError("data record of wrong size")
    end = 1 + _ID + gsid_size
    return record[1 : 1 + _ID], record[1 + _ID : end], record[end:]


def encode_data_done(dsid: bytes, gsid: bytes, status: int) -> bytes:
    """Return DATA_DONE."""
    return bytes((wire.DATA_DONE,)) + dsid + gsid + bytes((status,))


def decode_data_done(record: bytes, gsid_size: int) -> "tuple[bytes, bytes, int]":
    """Return (DSID, GSID, status)."""
    end = 1 + _ID + gsid_size
    if len(record) != end + 1 or record[end] not in (wire.STATUS_OK, wire.STATUS_REFUSED):
        raise RecordError("DATA_DONE that does not fit")
    return record[1 : 1 + _ID], record[1 + _ID : end], record[end]


def encode_chunk(offset: int, data: bytes) -> bytes:
    """Return CHUNK."""
    return struct.pack(">BI", wire.CHUNK, offset) + data


def decode_chunk(record: bytes) -> "tuple[int, bytes]":
    """Return (offset, bytes)."""
    if len(record) < 5:
        raise RecordError("CHUNK cut short")
    return struct.unpack(">I", record[1:5])[0], record[5:]


def encode_credit(limit: int) -> bytes:
    """Return CREDIT."""
    return struct.pack(">BI", wire.CREDIT, limit)


def decode_credit(record: bytes) -> int:
    """Return the offset up to which CHUNKs may be sent."""
    if len(record) != 5:
        raise RecordError("CREDIT of wrong size")
    return struct.unpack(">I", record[1:])[0]


def encode_data_outcome(session_id: bytes, number: int, status: int) -> bytes:
    """Return DATA_OUTCOME."""
    return struct.pack(">B16sIB", wire.DATA_OUTCOME, session_id, number, status)


def decode_data_outcome(record: bytes) -> "tuple[bytes, int, int]":
    """Return (session id, number, status)."""
    if len(record) != 22 or record[21] not in _DATA_STATUSES:
        raise RecordError("DATA_OUTCOME that does not fit")
    fields = struct.unpack(">B16sIB", record)
    return fields[1], fields[2], fields[3]


_DATA_STATUSES = (
    wire.STATUS_OK,
    wire.STATUS_REFUSED,
    wire.STATUS_NOT_EXECUTED,
    wire.STATUS_UNKNOWN,
)
