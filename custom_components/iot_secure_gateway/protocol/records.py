"""Records: what is said inside the link. Encoders and decoders stand in pairs.

A record is `u8 kind` and fields. Identifiers are 20 bytes; in mode `dsid` GSID fields are absent.
Decoders take the whole record with its kind and raise RecordError for anything that does not fit.
"""

from collections import namedtuple
import struct

from . import wire
from .errors import RecordError
from .identifiers import is_identifier

_ID = wire.IDENTIFIER_SIZE
_SID = wire.SESSION_ID_SIZE
_TAG = wire.TAG_SIZE

Hello = namedtuple("Hello", ("unix_ms", "max_frame", "epoch", "lanes"))  # lanes: 2 x (count, tag)
HelloOk = namedtuple(
    "HelloOk",
    ("boot", "reset_cause", "flags", "max_frame", "epoch", "observed", "firmware", "lanes"),
)  # lanes: 2 x LaneSummary
LaneSummary = namedtuple("LaneSummary", ("count", "known_from", "confirmed_tag", "provisional_tag"))
Resync = namedtuple("Resync", ("lane", "epoch", "count", "gsid", "dsid"))
Outcome = namedtuple("Outcome", ("session_id", "number", "status", "result"))

NO_TAG = bytes(_TAG)
_OUTCOME_ENTRY = _SID + 5  # in RESYNCED: session id, u32 number, u8 status


# --- OPEN, ECHO, COMMIT: kind, opener's id, acceptor's id, u16 length, payload -------------------
def encode_session(kind: int, gsid: bytes, dsid: bytes, payload: bytes) -> bytes:
    """Return OPEN, ECHO or COMMIT (FIG 13 steps 1310, 1315, 1320)."""
    size = len(payload)
    return b"".join((bytes((kind,)), gsid, dsid, bytes((size >> 8, size & 0xFF)), payload))


def decode_session(record: bytes, gsid_size: int) -> "tuple[bytes, bytes, bytes]":
    """Return (GSID, DSID, payload); `gsid_size` is 20, or 0 in mode `dsid`."""
    end = 1 + gsid_size + _ID
    if len(record) < end + 2 or (record[end] << 8 | record[end + 1]) != len(record) - end - 2:
        raise RecordError("session record of wrong size")
    return record[1 : 1 + gsid_size], record[1 + gsid_size : end], record[end + 2 :]


# --- RESULT: kind, GSID, DSID, u8 status, u16 length, JSON ----------------------------------------
def encode_result(gsid: bytes, dsid: bytes, status: int, result: bytes) -> bytes:
    """Return RESULT."""
    size = len(result)
    return bytes((wire.RESULT,)) + gsid + dsid + bytes((status, size >> 8, size & 0xFF)) + result


def decode_result(record: bytes, gsid_size: int) -> "tuple[bytes, bytes, int, bytes]":
    """Return (GSID, DSID, status, JSON bytes)."""
    end = 1 + gsid_size + _ID
    if len(record) < end + 3 or (record[end + 1] << 8 | record[end + 2]) != len(record) - end - 3:
        raise RecordError("RESULT of wrong size")
    status = record[end]
    if status not in wire.FINAL_STATUSES:
        raise RecordError("RESULT with an unknown status")
    return record[1 : 1 + gsid_size], record[1 + gsid_size : end], status, record[end + 3 :]


# --- OUTCOME? and OUTCOME --------------------------------------------------------------------------
def encode_outcome_query(session_id: bytes, number: int, kind: int = wire.OUTCOME_QUERY) -> bytes:
    """Return OUTCOME? (or DATA_OUTCOME?): what became of that session?"""
    return struct.pack(">B16sI", kind, session_id, number)


def decode_outcome_query(record: bytes) -> "tuple[bytes, int]":
    """Return (session id, number)."""
    if len(record) != 1 + _SID + 4:
        raise RecordError("OUTCOME? of wrong size")
    fields = struct.unpack(">B16sI", record)
    return fields[1], fields[2]


def encode_outcome(outcome: Outcome) -> bytes:
    """Return OUTCOME."""
    return (
        struct.pack(
            ">B16sIBH",
            wire.OUTCOME,
            outcome.session_id,
            outcome.number,
            outcome.status,
            len(outcome.result),
        )
        + outcome.result
    )


def decode_outcome(record: bytes) -> Outcome:
    """Return the Outcome."""
    head = 1 + _SID + 4 + 1 + 2
    if len(record) < head:
        raise RecordError("OUTCOME cut short")
    _, session_id, number, status, size = struct.unpack(">B16sIBH", record[:head])
    if size != len(record) - head:
        raise RecordError("OUTCOME of wrong size")
    if status not in wire.FINAL_STATUSES and status != wire.STATUS_RUNNING:
        raise RecordError("OUTCOME with an unknown status")
    return Outcome(session_id, number, status, record[head:])


# --- HELLO ------------------------------------------------------------------------------------------
def encode_hello(hello: Hello) -> bytes:
    """Return HELLO."""
    out = struct.pack(">BQHI", wire.HELLO, hello.unix_ms, hello.max_frame, hello.epoch)
    for count, tag in hello.lanes:
        out += struct.pack(">I16s", count, tag)
    return out


def decode_hello(record: bytes) -> Hello:
    """Return the Hello."""
    if len(record) != 15 + 2 * 20:
        raise RecordError("HELLO of wrong size")
    _, unix_ms, max_frame, epoch = struct.unpack(">BQHI", record[:15])
    _check_max_frame(max_frame)
    lanes = [struct.unpack(">I16s", record[15 + 20 * lane : 35 + 20 * lane]) for lane in wire.LANES]
    return Hello(unix_ms, max_frame, epoch, lanes)


# --- HELLO_OK ---------------------------------------------------------------------------------------
def encode_hello_ok(hello: HelloOk) -> bytes:
    """Return HELLO_OK. `observed` is 4 or 16 bytes, `firmware` a text of at most 32 bytes."""
    text = hello.firmware[: wire.MAX_VERSION_TEXT]
    while len(text.encode()) > wire.MAX_VERSION_TEXT:
        text = text[:-1]  # never half a character: the gateway could not read it
    firmware = text.encode()
    out = struct.pack(
        ">BIBBHI",
        wire.HELLO_OK,
        hello.boot,
        hello.reset_cause,
        hello.flags,
        hello.max_frame,
        hello.epoch,
    )
    out += bytes((len(hello.observed),)) + hello.observed + bytes((len(firmware),)) + firmware
    for lane in hello.lanes:
        out += struct.pack(
            ">II16s16s", lane.count, lane.known_from, lane.confirmed_tag, lane.provisional_tag
        )
    return out


def decode_hello_ok(record: bytes) -> HelloOk:
    """Return the HelloOk."""
    if len(record) < 13 + 2:
        raise RecordError("HELLO_OK cut short")
    _, boot, cause, flags, max_frame, epoch = struct.unpack(">BIBBHI", record[:13])
    _check_max_frame(max_frame)
    size = record[13]
    if size not in (4, 16) or len(record) < 14 + size + 1:
        raise RecordError("HELLO_OK without an address")
    observed = record[14 : 14 + size]
    at = 14 + size
    size = record[at]
    if size > wire.MAX_VERSION_TEXT or len(record) != at + 1 + size + 2 * 40:
        raise RecordError("HELLO_OK of wrong size")
    try:
        firmware = record[at + 1 : at + 1 + size].decode()
    except ValueError:
        raise RecordError("HELLO_OK with a firmware text that is no UTF-8") from None
    at += 1 + size
    lanes = [
        LaneSummary(*struct.unpack(">II16s16s", record[at + 40 * n : at + 40 * n + 40]))
        for n in wire.LANES
    ]
    return HelloOk(boot, cause, flags, max_frame, epoch, observed, firmware, lanes)


# --- RESYNC and RESYNCED ----------------------------------------------------------------------------
def encode_resync(resync: Resync) -> bytes:
    """Return RESYNC: identifiers and count that this lane goes on with."""
    head = struct.pack(">BBII", wire.RESYNC, resync.lane, resync.epoch, resync.count)
    return head + resync.gsid + resync.dsid


def decode_resync(record: bytes, gsid_size: int) -> Resync:
    """Return the Resync."""
    if len(record) != 10 + gsid_size + _ID:
        raise RecordError("RESYNC of wrong size")
    return _resync_fields(record, gsid_size)


def encode_resynced(resync: Resync, outcomes: "list[Outcome]") -> bytes:
    """Return RESYNCED: the same, and the outcomes that the device keeps (without their JSON)."""
    out = bytes((wire.RESYNCED,)) + encode_resync(resync)[1:] + bytes((len(outcomes),))
    for outcome in outcomes:
        out += struct.pack(">16sIB", outcome.session_id, outcome.number, outcome.status)
    return out


def decode_resynced(record: bytes, gsid_size: int) -> "tuple[Resync, list[Outcome]]":
    """Return (Resync, outcomes)."""
    at = 10 + gsid_size + _ID
    if len(record) < at + 1:
        raise RecordError("RESYNCED cut short")
    number = record[at]
    if number > wire.OUTCOMES_KEPT or len(record) != at + 1 + number * _OUTCOME_ENTRY:
        raise RecordError("RESYNCED of wrong size")
    outcomes = []
    for index in range(number):
        start = at + 1 + index * _OUTCOME_ENTRY
        session_id, count, status = struct.unpack(">16sIB", record[start : start + _OUTCOME_ENTRY])
        outcomes.append(Outcome(session_id, count, status, b""))
    return _resync_fields(record, gsid_size), outcomes


def _resync_fields(record: bytes, gsid_size: int) -> Resync:
    _, lane, epoch, count = struct.unpack(">BBII", record[:10])
    gsid, dsid = record[10 : 10 + gsid_size], record[10 + gsid_size : 10 + gsid_size + _ID]
    if lane not in wire.LANES:
        raise RecordError("unknown lane")
    if epoch > wire.MAX_COUNT or count > wire.MAX_COUNT:
        raise RecordError("a count beyond all that can be counted")
    if not is_identifier(dsid) or (gsid_size and not is_identifier(gsid)):
        raise RecordError("an identifier has characters that none has")
    return Resync(lane, epoch, count, gsid, dsid)


# --- ADDRESSES, ROTATE, ADD_BINDING -----------------------------------------------------------------
def pack_addresses(addresses: "list[bytes]") -> bytes:
    """Return u8 number, then each address (4 or 16 bytes) with its u8 length in front."""
    out = bytes((len(addresses),))
    for address in addresses:
        out += bytes((len(address),)) + address
    return out


def unpack_addresses(data: bytes) -> "list[bytes]":
    """Return the addresses of `pack_addresses`. Raises ValueError."""
    if not data or not 0 < data[0] <= wire.MAX_ADDRESSES:
        raise ValueError("no list of addresses")
    addresses = []
    at = 1
    for _ in range(data[0]):
        if at >= len(data) or data[at] not in (4, 16):
            raise ValueError("damaged address")
        addresses.append(data[at + 1 : at + 1 + data[at]])
        at += 1 + data[at]
    if at != len(data):
        raise ValueError("addresses of wrong size")
    return addresses


def decode_addresses(record: bytes) -> "list[bytes]":
    """Return the gateway addresses of ADDRESSES (1 to 8)."""
    try:
        return unpack_addresses(record[1:])
    except ValueError:
        raise RecordError("ADDRESSES that does not fit") from None


def decode_public_key(record: bytes) -> bytes:
    """Return the fresh X25519 public key of ROTATE or ROTATED."""
    if len(record) != 1 + wire.KEY_SIZE:
        raise RecordError("ROTATE of wrong size")
    return record[1:]


def encode_add_binding(slot: int, prs: bytes, seconds: int) -> bytes:
    """Return ADD_BINDING: another gateway may claim `slot` with this PRS; 0 seconds take it back."""
    return struct.pack(">BB32sH", wire.ADD_BINDING, slot, prs, seconds)


def decode_add_binding(record: bytes) -> "tuple[int, bytes, int]":
    """Return (slot, PRS, seconds)."""
    if len(record) != 36 or not 0 < record[1] < wire.PRS_SLOTS:
        raise RecordError("ADD_BINDING that does not fit")
    fields = struct.unpack(">BB32sH", record)
    return fields[1], fields[2], min(fields[3], wire.MAX_INVITATION_S)


# --- BREACH and records without fields ----------------------------------------------------------------
def encode_breach(code: int) -> bytes:
    """Return BREACH."""
    return bytes((wire.BREACH, code))


def decode_breach(record: bytes) -> int:
    """Return the breach code."""
    if len(record) != 2 or record[1] not in wire.BREACH_NAMES:
        raise RecordError("BREACH without a known code")
    return record[1]


def check_empty(record: bytes) -> None:
    """Raise RecordError when a record that has no fields has some."""
    if len(record) != 1:
        raise RecordError("a record without fields has some")


def _check_max_frame(max_frame: int) -> None:
    if not wire.MIN_MAX_FRAME <= max_frame <= wire.MAX_MAX_FRAME:
        raise RecordError("max_frame out of range")
