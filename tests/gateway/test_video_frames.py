"""Pictures are looked at before anybody decodes one: what is no plain JPEG of a camera is refused."""

from datetime import UTC, datetime

from hypothesis import given, settings, strategies as st
import pytest

from .pictures import picture
from custom_components.iot_secure_gateway.gateway.video_frames import (
    MAX_FRAME,
    MAX_FRAMES,
    BadFrameError,
    Frame,
    FrameReader,
    RawFrame,
    size_of,
)

GOOD = picture(1, (320, 240))


def part(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2) + body


def made(*parts: bytes, picture: bytes = b"\x12\xff\x00\x34\xff\xd9") -> bytes:
    """Return a JPEG of these parts."""
    return b"\xff\xd8" + b"".join(parts) + picture


def frame_part(width: int = 64, height: int = 48, *, bits: int = 8, colours: int = 3) -> bytes:
    body = bytes((bits,)) + height.to_bytes(2) + width.to_bytes(2) + bytes((colours,))
    return body + bytes(3 * colours)


SCAN = part(0xDA, bytes(10))


@pytest.mark.parametrize("size", [(8, 8), (640, 480), (1920, 1080), (4096, 16)])
def test_size_of_a_picture_is_read(size: tuple[int, int]) -> None:
    assert size_of(picture(1, size)) == size


def test_grey_pictures_restart_marks_comments_and_padding_are_taken() -> None:
    assert size_of(part(0xD8, b"")[:2] + part(0xFE, b"hello") + GOOD[2:]) == (320, 240)
    assert size_of(made(part(0xC0, frame_part(colours=1)), SCAN)) == (64, 48)
    assert size_of(made(part(0xC1, frame_part()), SCAN, picture=b"\xff\xd0\x01\xff\xd9")) == (
        64,
        48,
    )
    assert size_of(GOOD + bytes(100)) == (320, 240)


@pytest.mark.parametrize(
    ("jpeg", "why"),
    [
        (b"", "no JPEG"),
        (b"\x89PNG\r\n", "no JPEG"),
        (b"\xff\xd8", "out of form"),
        (b"\xff\xd8\x00\x00\x00\x00", "out of form"),
        (made(b"\xff\xe0\x00\x01"), "cut"),
        (made(b"\xff\xe0\xff\xff"), "cut"),
        (made(SCAN), "without a size"),
        (made(part(0xC0, frame_part()), part(0xC0, frame_part()), SCAN), "two pictures"),
        (made(part(0xC0, frame_part(width=4097)), SCAN), "absurd size"),
        (made(part(0xC0, frame_part(height=65535)), SCAN), "absurd size"),
        (made(part(0xC0, frame_part(width=0)), SCAN), "absurd size"),
        (made(part(0xC0, frame_part(bits=12)), SCAN), "cameras do not make"),
        (made(part(0xC0, frame_part(colours=4)), SCAN), "cameras do not make"),
        (made(part(0xC0, frame_part()[:5]), SCAN), "cameras do not make"),
        (made(part(0xC0, frame_part() + b"x"), SCAN), "cameras do not make"),
        (picture(1, progressive=True), "cameras do not make"),
        (made(part(0xC9, frame_part()), SCAN), "cameras do not make"),
        (made(part(0x01, b"")), "out of form"),
        (made(part(0xC0, frame_part()), SCAN, picture=b"\x01\x02"), "cut"),
        (made(part(0xC0, frame_part()), SCAN, picture=b"\x01\xff"), "cut"),
        (made(part(0xC0, frame_part()), SCAN, SCAN), "several scans"),
        (made(part(0xC0, frame_part()), SCAN, picture=b"\xff" * 9), "several scans"),
        (GOOD + b"<script>", "something behind"),
        (GOOD + GOOD, "something behind"),
        (made(*[part(0xFE, b"")] * 65), "too many parts"),
    ],
)
def test_what_is_no_plain_jpeg_is_refused(jpeg: bytes, why: str) -> None:
    with pytest.raises(BadFrameError, match=why):
        size_of(jpeg)


@pytest.mark.parametrize("length", range(0, len(GOOD), 97))
def test_cut_picture_is_refused(length: int) -> None:
    with pytest.raises(BadFrameError):
        size_of(GOOD[:length])


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_damaged_picture_is_refused_or_has_a_size_within_bounds(at: int, byte: int) -> None:
    damaged = GOOD[:at] + bytes((byte,)) + GOOD[at + 1 :]
    try:
        width, height = size_of(damaged)
    except BadFrameError:
        return
    assert 8 <= width <= 4096
    assert 8 <= height <= 4096


def test_looking_at_the_worst_picture_takes_no_time() -> None:
    head = made(part(0xC0, frame_part()), SCAN, picture=b"")
    for worst in (b"\xff\x00", b"\xff\xd0", b"\xff", b"\x00"):
        body = worst * ((MAX_FRAME - len(head)) // len(worst))
        with pytest.raises(BadFrameError):
            size_of(head + body)  # a slow one would run into the time limit of this test


# --- frames out of a stream --------------------------------------------------------------------------
def framed(*bodies: bytes) -> bytes:
    return b"".join(
        len(body).to_bytes(4) + (1000 + number).to_bytes(4) + body
        for number, body in enumerate(bodies)
    )


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=300), max_size=9), st.lists(st.integers(1, 200)))
def test_frames_are_the_same_however_they_are_cut(bodies: list[bytes], cuts: list[int]) -> None:
    data, reader = framed(*bodies), FrameReader()
    found: list[RawFrame] = []
    for cut in cuts:
        found += reader.feed(data[:cut])
        data = data[cut:]
    found += reader.feed(data)
    assert found == [RawFrame(1000 + number, body) for number, body in enumerate(bodies)]
    assert reader.is_between


@pytest.mark.parametrize("length", [0, MAX_FRAME + 1, 2**32 - 1])
def test_frame_of_impossible_length_is_refused_at_its_head(length: int) -> None:
    reader = FrameReader()
    with pytest.raises(BadFrameError, match="impossible length"):
        list(reader.feed(length.to_bytes(4) + bytes(4)))


def test_reader_holds_one_frame_and_no_more_than_a_segment_has() -> None:
    reader = FrameReader()
    assert len(list(reader.feed(framed(*[b"x"] * MAX_FRAMES)))) == MAX_FRAMES
    with pytest.raises(BadFrameError, match="more frames"):
        list(reader.feed(framed(b"x")))
    reader = FrameReader()
    assert not list(reader.feed(framed(b"x" * 100)[:-1]))
    assert not reader.is_between


def test_picture_is_not_in_any_log() -> None:
    frame = Frame(jpeg=b"secret", at=datetime(2026, 1, 1, tzinfo=UTC), width=8, height=8)
    assert "secret" not in repr(frame)
