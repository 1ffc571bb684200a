"""Fuzz targets: every decoder. What decodes must encode to the same bytes; all else raises its own error only."""

from __future__ import annotations

from collections.abc import Callable
import contextlib
import json
from typing import Any

from custom_components.iot_secure_gateway.protocol import (
    caches,
    claim_messages,
    commands,
    continuity,
    data_records,
    device_memory,
    gateway_state,
    identifiers,
    pings,
    records,
    wire,
)
from custom_components.iot_secure_gateway.protocol.device_memory import DeviceMemory
from custom_components.iot_secure_gateway.protocol.errors import (
    FrameError,
    HandshakeError,
    RecordError,
)
from custom_components.iot_secure_gateway.protocol.frames import FrameReader, encode_frame
from tests.fuzzing.ports import Flash, QuickCrypto
from tests.fuzzing.program import Program

CRYPTO = QuickCrypto()
_SESSIONS = (wire.OPEN, wire.ECHO, wire.COMMIT)
_DATA_STEPS = (wire.DATA_ECHO, wire.DATA_COMMIT)


def frames(data: bytes) -> None:
    """Any stream in any pieces: the same frames as in one piece, at most one frame kept."""
    program = Program(data)
    limit = program.choose((wire.MAX_FRAME_BEFORE_LINK, wire.MIN_MAX_FRAME, wire.MAX_MAX_FRAME))
    pieces = []
    while not program.is_over:
        pieces.append(program.sized())
    in_pieces, in_one = FrameReader(limit), FrameReader(limit)
    found: list[tuple[int, bytes]] = []
    with contextlib.suppress(FrameError):
        for piece in pieces:
            in_pieces.feed(piece)
            while (frame := in_pieces.next()) is not None:
                found.append(frame)
            assert len(in_pieces._buffer) < limit + 2
    again: list[tuple[int, bytes]] = []
    stream = b"".join(pieces)
    in_one.feed(stream)
    with contextlib.suppress(FrameError):
        while (frame := in_one.next()) is not None:
            again.append(frame)
    assert again == found
    assert stream.startswith(b"".join(encode_frame(*frame) for frame in found))


def _round_trip(record: bytes, gsid_size: int) -> bytes | None:
    """Return what the decoded record encodes to; None for records that are not encoded here."""
    kind = record[0]
    if kind in _SESSIONS:
        return records.encode_session(kind, *records.decode_session(record, gsid_size))
    if kind in _DATA_STEPS:
        return data_records.encode_data_step(
            kind, *data_records.decode_data_step(record, gsid_size)
        )
    if kind in (wire.OUTCOME_QUERY, wire.DATA_OUTCOME_QUERY):
        return records.encode_outcome_query(*records.decode_outcome_query(record), kind)
    if kind == wire.RESYNCED:
        resync, outcomes = records.decode_resynced(record, gsid_size)
        assert len(outcomes) <= wire.OUTCOMES_KEPT
        return records.encode_resynced(resync, outcomes)
    if kind == wire.RESYNC:
        return records.encode_resync(records.decode_resync(record, gsid_size))
    if kind == wire.RESULT:
        return records.encode_result(*records.decode_result(record, gsid_size))
    if kind == wire.DATA_DONE:
        return data_records.encode_data_done(*data_records.decode_data_done(record, gsid_size))
    if kind == wire.ADDRESSES:
        return record[:1] + records.pack_addresses(records.decode_addresses(record))
    if kind == wire.ADD_BINDING:
        slot, prs, seconds = records.decode_add_binding(record)
        assert 0 < slot < wire.PRS_SLOTS
        assert 0 <= seconds <= wire.MAX_INVITATION_S
        return record[:2] + prs + record[34:]
    if kind in (wire.ROTATE, wire.ROTATED):
        return record[:1] + records.decode_public_key(record)
    plain = _PLAIN.get(kind)
    return None if plain is None else plain(record)


_PLAIN: dict[int, Callable[[bytes], bytes]] = {
    wire.HELLO: lambda record: records.encode_hello(records.decode_hello(record)),
    wire.HELLO_OK: lambda record: records.encode_hello_ok(records.decode_hello_ok(record)),
    wire.OUTCOME: lambda record: records.encode_outcome(records.decode_outcome(record)),
    wire.BREACH: lambda record: records.encode_breach(records.decode_breach(record)),
    wire.DATA_OPEN: lambda record: data_records.encode_data_open(
        data_records.decode_data_open(record)
    ),
    wire.CHUNK: lambda record: data_records.encode_chunk(*data_records.decode_chunk(record)),
    wire.DATA_OUTCOME: lambda record: data_records.encode_data_outcome(
        *data_records.decode_data_outcome(record)
    ),
}


def all_records(data: bytes) -> None:
    """Any record of either lane, in both modes."""
    if len(data) < 2:
        return
    gsid_size = wire.IDENTIFIER_SIZE if data[0] & 1 else 0
    record = data[1:]
    try:
        again = _round_trip(record, gsid_size)
    except RecordError:
        return
    if again is not None:
        assert again == record


def claims(data: bytes) -> None:
    """Bodies of the claim's messages."""
    with contextlib.suppress(HandshakeError):
        message = claim_messages.decode_open(data)
        assert claim_messages.encode_open(message) == data
    with contextlib.suppress(HandshakeError):
        assert claim_messages.encode_result(*claim_messages.decode_result(data)) == data


def _depth(value: object) -> int:
    inner: list[object] = []
    if isinstance(value, dict):
        inner = list(value.values())
    elif isinstance(value, list):
        inner = value
    else:
        return 0
    return 1 + max(map(_depth, inner), default=0)


def command(data: bytes) -> None:
    """JSON of commands and results: one form only, bounded in depth and numbers."""
    try:
        value = commands.decode(data)
    except RecordError:
        return
    assert commands.encode(value) == data
    assert _depth(value) <= wire.MAX_COMMAND_DEPTH
    try:
        decoded = commands.decode_command(data)
    except RecordError:
        return
    session_id = commands.session_id_of(decoded)
    assert len(session_id) == wire.SESSION_ID_SIZE
    if "args" in decoded:
        again = commands.encode_command(
            session_id, decoded["cmd"], decoded.get("entity"), decoded["args"]
        )
        assert again == data


def ping(data: bytes) -> None:
    """Datagrams of anybody."""
    try:
        said = pings.decode(data)
    except RecordError:
        return
    assert identifiers.is_serial(said.serial)
    assert 1 <= said.port <= 65535
    assert max(len(said.ip), len(said.model), len(said.firmware)) <= pings.MAX_TEXT
    if said.is_bound:
        assert len(said.tag) == wire.TAG_SIZE
        assert 1 <= said.boot <= 0xFFFFFFFF
        assert 0 <= said.sequence <= 0xFFFFFFFF
        pings.verify(CRYPTO, bytes(32), said)


def lane_cache(data: bytes) -> None:
    """A lane cache from a store."""
    try:
        cache = caches.unpack(data)
    except ValueError:
        assert len(data) != caches.PACKED_SIZE
        return
    packed = cache.pack()
    assert vars(caches.unpack(packed)) == vars(cache)
    cache.settle(data[5:25])
    cache.would_settle(b"")


def state(data: bytes) -> None:
    """The gateway's state from a store of JSON, whatever JSON it is."""
    try:
        stored: Any = json.loads(data)
    except ValueError, RecursionError:
        return
    try:
        restored = gateway_state.from_dict(stored)
    except ValueError, KeyError:
        return
    told = restored.to_dict()
    assert gateway_state.from_dict(json.loads(json.dumps(told))).to_dict() == told
    for lane in wire.LANES:  # whatever was restored can be said
        cache = restored.lanes[lane]
        continuity.confirmed_tag(CRYPTO, bytes(32), b"G", lane, restored.epoch, cache)
    for session_id, number in restored.unresolved:
        query = records.encode_outcome_query(session_id, number)
        assert records.decode_outcome_query(query) == (session_id, number)
    restored.mark_unclean_stop()
    restored.forget(bytes(16))


_KEYS = (
    [b"boot", b"claim", b"X"]
    + [bytes((66, slot)) for slot in range(5)]
    + [bytes((76, slot, lane)) for slot in range(4) for lane in range(3)]
    + [bytes((79, slot, index)) for slot in range(3) for index in (0, 1, 31, 32)]
)


def memory(data: bytes) -> None:
    """A device's flash with any values under any of its keys: it starts, and starts again."""
    with contextlib.suppress(ValueError):
        binding = device_memory.unpack_binding(0, data)
        assert device_memory.unpack_binding(0, binding.pack()).pack() == binding.pack()
    program = Program(data)
    how = program.byte()
    flash = Flash()
    while not program.is_over:
        key = program.choose(_KEYS)
        flash.values[key] = program.sized()
    flash.lost = bool(how & 1)
    checkpoints = (bool(how & 2), bool(how & 4))
    for _ in range(2):
        started = DeviceMemory(flash, checkpoints)
        for binding in started.bindings.values():
            assert len(binding.lanes) == len(wire.LANES)
            for lane in wire.LANES:
                assert started.known_from(binding, lane) >= 0
    started.checkpoint()
    started.erase_all()
    assert not [key for key in flash.values if key[:1] == b"B" and len(key) == 2]


def typed(data: bytes) -> None:
    """What people type, and what devices call themselves."""
    text = data.decode("utf-8", "surrogateescape")
    serial = identifiers.normalise_serial(text)
    assert serial is None or identifiers.normalise_serial(serial) == serial
    password = identifiers.normalise_password(text)
    assert password is None or identifiers.normalise_password(password) == password
    if identifiers.is_identifier(data):
        assert len(data) == wire.IDENTIFIER_SIZE
    assert identifiers.is_identifier(identifiers.draw(data[:64]))
