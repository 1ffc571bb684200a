"""Serials, passwords and transient identifiers; the keys that a password gives."""

from __future__ import annotations

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.iot_secure_gateway.protocol import identifiers, link, wire
from custom_components.iot_secure_gateway.protocol.errors import RecordError
from tests.protocol.world import World


def by_the_book(seed: bytes) -> bytes:
    """Twenty times the remainder by 62 of the big-endian integer."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    number, text = int.from_bytes(seed, "big"), ""
    for _ in range(20):
        text += alphabet[number % 62]
        number //= 62
    return text.encode()


def test_identifier_of_known_seeds() -> None:
    assert identifiers.draw(bytes(32)) == b"A" * 20
    assert identifiers.draw(bytes(31) + b"\x3d") == b"9" + b"A" * 19
    assert identifiers.draw(bytes(31) + b"\x3e") == b"AB" + b"A" * 18


@settings(max_examples=50, deadline=None)
@given(st.binary(min_size=32, max_size=32))
def test_identifier_is_drawn_as_the_protocol_says(seed: bytes) -> None:
    drawn = identifiers.draw(seed)
    assert drawn == by_the_book(seed)
    assert identifiers.is_identifier(drawn)


@pytest.mark.parametrize("text", [b"", b"A" * 19, b"A" * 21, b"A" * 19 + b"-", bytes(20)])
def test_anything_else_is_no_identifier(text: bytes) -> None:
    assert not identifiers.is_identifier(text)


@pytest.mark.parametrize(
    ("typed", "serial"),
    [
        ("LAMP-1", "LAMP-1"),
        ("  lamp-1\t", "LAMP-1"),
        ("A", "A"),
        ("9" * 32, "9" * 32),
        ("", None),
        ("   ", None),
        ("9" * 33, None),
        ("LAMP 1", None),
        ("LAMP_1", None),
        ("LÄMP", None),
        ("LAMP-\u0663", None),
        ("A" + " " * 256, None),
        ("A\0", None),
    ],
)
def test_serial_as_typed(typed: str, serial: str | None) -> None:
    assert identifiers.normalise_serial(typed) == serial


@pytest.mark.parametrize(
    ("typed", "password"),
    [
        ("ABCDEFGHIJKL", "ABCDEFGHIJKL"),
        (" abcd-efgh ijkl ", "ABCDEFGHIJKL"),
        ("2" * 64, "2" * 64),
        ("A" * 11, None),
        ("A" * 65, None),
        ("ABCDEFGHIJK1", None),
        ("ABCDEFGHIJK0", None),
        ("ABCDEFGHIJKÄ", None),
        ("-" * 100 + "A" * 12, "A" * 12),
        ("-" * 300 + "A" * 12, None),
        ("", None),
    ],
)
def test_password_as_typed(typed: str, password: str | None) -> None:
    assert identifiers.normalise_password(typed) == password


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_typed_text_gives_something_valid_or_nothing(typed: str) -> None:
    serial = identifiers.normalise_serial(typed)
    assert serial is None or identifiers.is_serial(serial)
    password = identifiers.normalise_password(typed)
    assert password is None or 12 <= len(password) <= 64


def test_rotated_key_needs_the_old_key_and_the_exchange() -> None:
    crypto = World().gateway_crypto
    first, second = bytes(range(32)), bytes(range(32, 64))
    points = [crypto.x25519_public(secret) for secret in (first, second)]
    key = link.rotated_key(crypto, bytes(32), first, points[1])
    assert key == link.rotated_key(crypto, bytes(32), second, points[0])
    assert len(key) == wire.KEY_SIZE
    assert key != link.rotated_key(crypto, bytes(31) + b"\x01", first, points[1])
    assert key != link.rotated_key(crypto, bytes(32), first, points[0])
    with pytest.raises(RecordError):
        link.rotated_key(crypto, bytes(32), first, bytes(32))
