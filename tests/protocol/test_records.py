"""Records: every encoder with its decoder, every cut, every field out of range."""

from __future__ import annotations

from collections.abc import Callable
import contextlib
from typing import Any, NamedTuple

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.iot_secure_gateway.protocol import data_records, records, wire
from custom_components.iot_secure_gateway.protocol.data_records import DataOpen
from custom_components.iot_secure_gateway.protocol.errors import RecordError
from custom_components.iot_secure_gateway.protocol.records import (
    Hello,
    HelloOk,
    LaneSummary,
    Outcome,
    Resync,
)

GSID = b"G" * 20
DSID = b"D" * 20
SID = b"session id of 16"
DIGEST = b"d" * 32
TAG = b"t" * 16
LANE = LaneSummary(1, 2, TAG, bytes(16))
HELLO_OK = HelloOk(7, 2, 3, 512, 4, bytes(4), "1.0", [LANE, LANE])
PACKAGE = DataOpen(DSID, GSID, SID, DIGEST, 3, data_records.FLAG_INLINE, b"abc")


class Codec(NamedTuple):
    """A record as it is encoded, how it is decoded, and what comes out."""

    encoded: bytes
    decode: Callable[[bytes], Any]
    value: Any
    has_rest: bool = False  # the end is open: a longer record is another valid one


def sized(decode: Callable[[bytes, int], Any], size: int) -> Callable[[bytes], Any]:
    return lambda record: decode(record, size)


CODECS: dict[str, Codec] = {
    "session": Codec(
        records.encode_session(wire.OPEN, GSID, DSID, b"cmd"),
        sized(records.decode_session, 20),
        (GSID, DSID, b"cmd"),
    ),
    "session, mode dsid": Codec(
        records.encode_session(wire.COMMIT, b"", DSID, b"cmd"),
        sized(records.decode_session, 0),
        (b"", DSID, b"cmd"),
    ),
    "result": Codec(
        records.encode_result(GSID, DSID, 1, b"{}"),
        sized(records.decode_result, 20),
        (GSID, DSID, 1, b"{}"),
    ),
    "result, mode dsid": Codec(
        records.encode_result(b"", DSID, 5, b""),
        sized(records.decode_result, 0),
        (b"", DSID, 5, b""),
    ),
    "outcome query": Codec(
        records.encode_outcome_query(SID, 2**32 - 1), records.decode_outcome_query, (SID, 2**32 - 1)
    ),
    "outcome": Codec(
        records.encode_outcome(Outcome(SID, 9, 4, b"{}")),
        records.decode_outcome,
        Outcome(SID, 9, 4, b"{}"),
    ),
    "hello": Codec(
        records.encode_hello(Hello(2**64 - 1, 65535, 1, [(2, TAG), (3, bytes(16))])),
        records.decode_hello,
        Hello(2**64 - 1, 65535, 1, [(2, TAG), (3, bytes(16))]),
    ),
    "hello ok": Codec(records.encode_hello_ok(HELLO_OK), records.decode_hello_ok, HELLO_OK),
    "hello ok, IPv6, long version": Codec(
        records.encode_hello_ok(HELLO_OK._replace(observed=bytes(16), firmware="v" * 32)),
        records.decode_hello_ok,
        HELLO_OK._replace(observed=bytes(16), firmware="v" * 32),
    ),
    "resync": Codec(
        records.encode_resync(Resync(1, 2, 3, GSID, DSID)),
        sized(records.decode_resync, 20),
        Resync(1, 2, 3, GSID, DSID),
    ),
    "resync, mode dsid": Codec(
        records.encode_resync(Resync(0, 2, 3, b"", DSID)),
        sized(records.decode_resync, 0),
        Resync(0, 2, 3, b"", DSID),
    ),
    "resynced": Codec(
        records.encode_resynced(Resync(0, 2, 3, GSID, DSID), [Outcome(SID, 1, 0, b"not sent")]),
        sized(records.decode_resynced, 20),
        (Resync(0, 2, 3, GSID, DSID), [Outcome(SID, 1, 0, b"")]),
    ),
    "addresses": Codec(
        b"\x05" + records.pack_addresses([bytes(4), bytes(16)]),
        records.decode_addresses,
        [bytes(4), bytes(16)],
    ),
    "public key": Codec(b"\x07" + DIGEST, records.decode_public_key, DIGEST),
    "add binding": Codec(
        records.encode_add_binding(3, DIGEST, 600), records.decode_add_binding, (3, DIGEST, 600)
    ),
    "breach": Codec(records.encode_breach(wire.BUSY), records.decode_breach, wire.BUSY),
    "empty": Codec(b"\x00", records.check_empty, None),
    "data open": Codec(
        data_records.encode_data_open(PACKAGE), data_records.decode_data_open, PACKAGE
    ),
    "data open, long package": Codec(
        data_records.encode_data_open(PACKAGE._replace(size=99, flags=0, package=b"")),
        data_records.decode_data_open,
        PACKAGE._replace(size=99, flags=0, package=b""),
    ),
    "data step": Codec(
        data_records.encode_data_step(wire.DATA_ECHO, DSID, GSID, DIGEST),
        sized(data_records.decode_data_step, 20),
        (DSID, GSID, DIGEST),
    ),
    "data step, mode dsid": Codec(
        data_records.encode_data_step(wire.DATA_COMMIT, DSID, b"", DIGEST),
        sized(data_records.decode_data_step, 0),
        (DSID, b"", DIGEST),
    ),
    "data done": Codec(
        data_records.encode_data_done(DSID, GSID, 2),
        sized(data_records.decode_data_done, 20),
        (DSID, GSID, 2),
    ),
    "credit": Codec(data_records.encode_credit(70000), data_records.decode_credit, 70000),
    "chunk": Codec(
        data_records.encode_chunk(2**32 - 1, b""),
        data_records.decode_chunk,
        (2**32 - 1, b""),
        has_rest=True,
    ),
    "data outcome": Codec(
        data_records.encode_data_outcome(SID, 5, 3), data_records.decode_data_outcome, (SID, 5, 3)
    ),
}
ALL = pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS)


@ALL
def test_record_goes_round(codec: Codec) -> None:
    assert codec.decode(codec.encoded) == codec.value


@ALL
def test_record_that_is_cut_anywhere_is_refused(codec: Codec) -> None:
    for length in range(len(codec.encoded)):
        with pytest.raises(RecordError):
            codec.decode(codec.encoded[:length])


@ALL
def test_record_with_a_byte_too_many_is_refused(codec: Codec) -> None:
    if codec.has_rest:
        assert codec.decode(codec.encoded + b"\0") != codec.value
        return
    with pytest.raises(RecordError):
        codec.decode(codec.encoded + b"\0")


def at(codec: str, position: int, *values: int) -> list[tuple[str, bytes]]:
    """Return the record with other values in one byte."""
    whole = CODECS[codec].encoded
    position %= len(whole)
    return [(codec, whole[:position] + bytes([value]) + whole[position + 1 :]) for value in values]


OUT_OF_RANGE = [
    *at("session", 41, 1),  # length
    *at("session", 42, 2, 4),
    *at("result", 41, 4, 7, 255),  # "running" is no result
    *at("result", 43, 1, 3),
    *at("outcome", 21, 7, 255),  # status
    *at("outcome", 23, 1, 3),  # length
    *at("hello", 9, 0, 1),  # max_frame below 512
    *at("hello ok", 7, 0, 1),
    *at("hello ok", 13, 0, 3, 5, 16, 255),  # size of the address
    *at("hello ok", 18, 2, 4, 33, 255),  # size of the version
    *at("hello ok", 19, 0x80, 0xFF),  # no UTF-8
    *at("resync", 1, 2, 255),  # lane
    *at("resync", 10, 0, 0x2D, 0xFF),  # characters of identifiers
    *at("resync", -1, 0, 0x2D, 0xFF),
    *at("resync, mode dsid", -1, 0, 0x2D),
    *at("resynced", 1, 2),
    *at("resynced", 50, 0, 2, 33, 255),  # number of outcomes
    *at("addresses", 1, 0, 1, 3, 9, 255),
    *at("addresses", 2, 0, 3, 5, 16),
    *at("add binding", 1, 0, 4, 255),
    *at("breach", 1, 0, 0x0C, 255),
    *at("data open", 92, 2),  # size
    *at("data open", 93, 0, 2, 4, 255),  # flags
    *at("data open, long package", 92, 0),
    *at("data open, long package", 90, 5),  # over 262144
    *at("data done", -1, 1, 3, 4, 5, 6, 255),
    *at("data outcome", -1, 1, 4, 5, 255),
]


@pytest.mark.parametrize(("codec", "record"), OUT_OF_RANGE)
def test_field_out_of_range_is_refused(codec: str, record: bytes) -> None:
    with pytest.raises(RecordError):
        CODECS[codec].decode(record)


def test_more_outcomes_than_are_kept_are_refused() -> None:
    outcomes = [Outcome(SID, number, 0, b"") for number in range(33)]
    for number in (32, 33):
        record = records.encode_resynced(Resync(0, 2, 3, GSID, DSID), outcomes[:number])
        if number == 32:
            assert len(records.decode_resynced(record, 20)[1]) == 32
        else:
            with pytest.raises(RecordError):
                records.decode_resynced(record, 20)


def test_more_addresses_than_a_binding_holds_are_refused() -> None:
    record = b"\x05" + records.pack_addresses([bytes(4)] * 9)
    with pytest.raises(RecordError):
        records.decode_addresses(record)
    assert len(records.decode_addresses(b"\x05" + records.pack_addresses([bytes(4)] * 8))) == 8


def test_invitation_is_as_long_as_allowed_at_most() -> None:
    record = records.encode_add_binding(1, DIGEST, 65535)
    assert records.decode_add_binding(record)[2] == wire.MAX_INVITATION_S


@pytest.mark.parametrize(
    ("text", "expected"),
    [("v" * 40, "v" * 32), ("ü" * 20, "ü" * 16), ("v" + "ü" * 20, "v" + "ü" * 15), ("", "")],
)
def test_long_version_is_cut_between_characters(text: str, expected: str) -> None:
    encoded = records.encode_hello_ok(HELLO_OK._replace(firmware=text))
    assert records.decode_hello_ok(encoded).firmware == expected


identifiers = st.text("ABCxyz019", min_size=20, max_size=20).map(str.encode)
u32 = st.integers(0, 2**32 - 1)
counts = st.integers(0, wire.MAX_COUNT)
statuses = st.sampled_from(sorted(wire.FINAL_STATUSES))
tags = st.binary(min_size=16, max_size=16)
session_ids = tags
lanes = st.builds(LaneSummary, u32, u32, tags, tags)


@settings(max_examples=40, deadline=None)
@given(identifiers, identifiers, statuses, st.binary(max_size=400))
def test_any_session_record_goes_round(
    gsid: bytes, dsid: bytes, status: int, payload: bytes
) -> None:
    record = records.encode_session(wire.ECHO, gsid, dsid, payload)
    assert records.decode_session(record, 20) == (gsid, dsid, payload)
    record = records.encode_result(gsid, dsid, status, payload)
    assert records.decode_result(record, 20) == (gsid, dsid, status, payload)


@settings(max_examples=40, deadline=None)
@given(
    st.builds(
        HelloOk,
        u32,
        st.integers(0, 255),
        st.integers(0, 255),
        st.integers(512, 65535),
        u32,
        st.binary(min_size=4, max_size=4) | st.binary(min_size=16, max_size=16),
        st.text(max_size=8),
        st.tuples(lanes, lanes).map(list),
    ),
    st.builds(
        Hello,
        st.integers(0, 2**64 - 1),
        st.integers(512, 65535),
        u32,
        st.tuples(st.tuples(u32, tags), st.tuples(u32, tags)).map(list),
    ),
)
def test_any_greeting_goes_round(answer: HelloOk, hello: Hello) -> None:
    assert records.decode_hello_ok(records.encode_hello_ok(answer)) == answer
    assert records.decode_hello(records.encode_hello(hello)) == hello


@settings(max_examples=40, deadline=None)
@given(
    st.builds(Resync, st.sampled_from(wire.LANES), counts, counts, identifiers, identifiers),
    st.lists(st.builds(Outcome, session_ids, u32, statuses, st.just(b"")), max_size=32),
    st.builds(Outcome, session_ids, u32, statuses, st.binary(max_size=300)),
)
def test_any_resync_and_outcome_goes_round(
    resync: Resync, outcomes: list[Outcome], outcome: Outcome
) -> None:
    assert records.decode_resync(records.encode_resync(resync), 20) == resync
    record = records.encode_resynced(resync, outcomes)
    assert records.decode_resynced(record, 20) == (resync, outcomes)
    assert records.decode_outcome(records.encode_outcome(outcome)) == outcome


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=160), st.sampled_from([0, 20]))
def test_no_bytes_make_a_decoder_raise_anything_else(record: bytes, gsid_size: int) -> None:
    for decode in (
        sized(records.decode_session, gsid_size),
        sized(records.decode_result, gsid_size),
        sized(records.decode_resync, gsid_size),
        sized(records.decode_resynced, gsid_size),
        records.decode_outcome_query,
        records.decode_outcome,
        records.decode_hello,
        records.decode_hello_ok,
        records.decode_addresses,
        records.decode_public_key,
        records.decode_add_binding,
        records.decode_breach,
        records.check_empty,
        data_records.decode_data_open,
        sized(data_records.decode_data_step, gsid_size),
        sized(data_records.decode_data_done, gsid_size),
        data_records.decode_chunk,
        data_records.decode_data_outcome,
    ):
        with contextlib.suppress(RecordError):
            decode(record)
