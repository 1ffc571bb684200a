"""The device's own primitives where the public vectors do not reach."""

from __future__ import annotations

import hashlib
import hmac
import sys

from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from hypothesis import given, settings, strategies as st
import pytest

from iotsg_device import aes_plain, compat
from iotsg_device.aes_ccm import equal
from iotsg_device.crypto import DeviceCrypto, default_crypto
from iotsg_device.crypto_cpython import CpythonCrypto
from iotsg_device.sha512 import sha512
from iotsg_device.x25519 import x25519

PORTS = [DeviceCrypto(), CpythonCrypto()]
FIPS_197_BLOCK = bytes.fromhex("00112233445566778899aabbccddeeff")


@pytest.mark.parametrize(
    ("key_length", "ciphertext"),
    [
        (16, "69c4e0d86a7b0430d8cdb78070b4c55a"),
        (24, "dda97ca4864cdfe06eaf70a0ec0d7191"),
        (32, "8ea2b7ca516745bfeafc49904b496089"),
    ],
)
def test_plain_aes_gives_the_examples_of_fips_197(key_length: int, ciphertext: str) -> None:
    cipher = compat.aes(bytes(range(key_length)))
    assert cipher.encrypt(FIPS_197_BLOCK).hex() == ciphertext
    assert cipher.mac(FIPS_197_BLOCK).hex() == ciphertext
    assert repr(cipher) == "<PlainAes>"


def test_plain_aes_refuses_other_key_lengths() -> None:
    for length in (0, 15, 17, 33):
        with pytest.raises(ValueError):
            aes_plain.PlainAes(bytes(length))


def test_fastest_port_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert type(default_crypto()) is CpythonCrypto
    monkeypatch.setitem(sys.modules, "iotsg_device.crypto_cpython", None)
    assert type(default_crypto()) is DeviceCrypto


@settings(deadline=None, max_examples=40)
@given(st.binary(max_size=300))
def test_plain_sha512_agrees_with_hashlib(data: bytes) -> None:
    assert sha512(data) == hashlib.sha512(data).digest()


@settings(deadline=None, max_examples=40)
@given(st.binary(max_size=200), st.binary(max_size=100))
def test_hmac_of_both_ports_agrees_with_the_standard_library(key: bytes, data: bytes) -> None:
    for port in PORTS:
        assert port.hmac_sha256(key, data) == hmac.digest(key, data, "sha256")
        assert port.hmac_sha512(key, data) == hmac.digest(key, data, "sha512")


@settings(deadline=None, max_examples=25)
@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_both_ports_agree_on_x25519(scalar: bytes, u: bytes) -> None:
    plain, fast = PORTS
    assert plain.x25519_public(scalar) == fast.x25519_public(scalar)
    point = fast.x25519_public(u)
    assert plain.x25519(scalar, point) == fast.x25519(scalar, point)


@pytest.mark.parametrize("port", PORTS)
@pytest.mark.parametrize(("scalar", "u"), [(31, 32), (33, 32), (32, 31), (32, 33), (0, 0)])
def test_x25519_of_wrong_lengths_is_refused(port: DeviceCrypto, scalar: int, u: int) -> None:
    with pytest.raises(ValueError):
        port.x25519(b"\x09" * scalar, b"\x09" * u)


def test_x25519_all_zero_result_is_refused() -> None:
    with pytest.raises(ValueError):
        x25519(b"\x09" * 32, bytes(32))


@settings(deadline=None)
@given(st.binary(max_size=8), st.binary(max_size=8))
def test_comparison_says_what_equality_says(a: bytes, b: bytes) -> None:
    assert equal(a, b) == (a == b)
    assert equal(a, bytes(a))


def test_ticks_go_forward() -> None:
    start = compat.ticks_ms()
    assert compat.ticks_diff(compat.ticks_ms(), start) >= 0
    assert compat.ticks_diff(start, start - 5) == 5


@pytest.mark.parametrize("size", [255, 256, 257, 272, 511, 512, 513, 1000, 4096])
def test_long_records_are_sealed_in_parts_as_they_would_be_whole(size: int) -> None:
    """Against OpenSSL: the plain port works on 256 bytes at once."""
    key, text = bytes(range(32)), bytes(number * 7 & 255 for number in range(size))
    sealed = AESCCM(key).encrypt(bytes(12) + b"\x05", text, b"head")
    assert DeviceCrypto().aead(key).seal(5, text, b"head") == sealed
    assert DeviceCrypto().aead(key).open(5, sealed, b"head") == text
