"""Frames: cut out of a stream in whatever pieces it arrives, refused as early as can be."""

from __future__ import annotations

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.iot_secure_gateway.protocol import errors, wire
from custom_components.iot_secure_gateway.protocol.errors import FrameError
from custom_components.iot_secure_gateway.protocol.events import Event, SessionEvent
from custom_components.iot_secure_gateway.protocol.frames import FrameReader, encode_frame


def read_all(reader: FrameReader, data: bytes) -> list[tuple[int, bytes]]:
    reader.feed(data)
    found = []
    while (frame := reader.next()) is not None:
        found.append(frame)
    return found


def test_frame_is_length_type_and_body() -> None:
    assert encode_frame(wire.FRAME_RECORD, b"body") == b"\x00\x05\x10body"
    assert encode_frame(wire.FRAME_REJECT, b"") == b"\x00\x01\x0f"
    assert encode_frame(wire.FRAME_RECORD, bytes(65534))[:2] == b"\xff\xff"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(wire.FRAME_TYPES)), st.binary(max_size=255)), max_size=6
    ),
    st.lists(st.integers(0, 1600), max_size=8),
)
def test_frames_come_out_whole_however_they_arrive(
    frames: list[tuple[int, bytes]], cuts: list[int]
) -> None:
    stream = b"".join(encode_frame(*frame) for frame in frames)
    reader = FrameReader()
    found = []
    start = 0
    for cut in [*sorted(cuts), len(stream)]:
        found += read_all(reader, stream[start:cut])
        start = max(start, min(cut, len(stream)))
    assert found == frames


def test_incomplete_frame_is_no_frame_at_every_length() -> None:
    whole = encode_frame(wire.FRAME_CLAIM_REPLY, bytes(32))
    for length in range(len(whole)):
        assert read_all(FrameReader(), whole[:length]) == []


@pytest.mark.parametrize("size", [0, 257, 65535])
def test_length_out_of_range_is_refused_before_the_frame_is_there(size: int) -> None:
    reader = FrameReader()
    reader.feed(size.to_bytes(2, "big"))
    with pytest.raises(FrameError):
        reader.next()


def test_unknown_type_is_refused_before_the_frame_is_there() -> None:
    for frame_type in set(range(256)) - wire.FRAME_TYPES:
        reader = FrameReader()
        reader.feed(b"\x00\xff" + bytes([frame_type]))
        with pytest.raises(FrameError):
            reader.next()


def test_longest_frame_is_taken() -> None:
    frame = (wire.FRAME_RECORD, bytes(255))
    assert read_all(FrameReader(), encode_frame(*frame)) == [frame]


def test_received_bytes_are_copied() -> None:
    data = bytearray(encode_frame(wire.FRAME_RECORD, b"body"))
    reader = FrameReader()
    reader.feed(data)  # type: ignore[arg-type]  # what some drivers hand over
    data[:] = bytes(len(data))
    assert reader.next() == (wire.FRAME_RECORD, b"body")


@pytest.mark.parametrize("size", [1, 2, 3])
def test_reader_keeps_no_more_than_one_frame_of_what_was_taken(size: int) -> None:
    reader = FrameReader()
    for _ in range(50):
        read_all(reader, encode_frame(wire.FRAME_RECORD, bytes(200)) * size)
        assert len(reader._buffer) < 256


# --- what is told ------------------------------------------------------------------------------------
def test_every_fault_of_a_peer_has_the_code_of_its_breach() -> None:
    assert wire.BREACH_NAMES[errors.FrameError.code] == "BAD_FRAME"
    assert wire.BREACH_NAMES[errors.HandshakeError.code] == "BAD_HANDSHAKE"
    assert wire.BREACH_NAMES[errors.RecordError.code] == "BAD_RECORD"
    assert errors.ProtocolError.code == 0
    assert not issubclass(errors.MisuseError, errors.ProtocolError)


def test_events_show_their_kind_only() -> None:
    event = Event("step", gsid=b"secret", number=7)
    assert (event.kind, event.gsid, event.number) == ("step", b"secret", 7)
    assert repr(event) == "<Event step>"
    ending = SessionEvent("result", b"secret", 1, b'{"secret":1}', "reason")
    assert repr(ending) == "<SessionEvent result 1>"
