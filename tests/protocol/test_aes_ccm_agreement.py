"""The three AES-CCM implementations say the same, and none opens what was altered."""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from hypothesis import example, given, settings, strategies as st
import pytest

from custom_components.iot_secure_gateway.gateway.crypto import GatewayCrypto
from iotsg_device.aes_ccm import ccm_open, ccm_seal
from iotsg_device.compat import aes
from iotsg_device.crypto import DeviceCrypto
from iotsg_device.crypto_cpython import CpythonCrypto

AEADS = [GatewayCrypto().aead, DeviceCrypto().aead, CpythonCrypto().aead]

keys = st.binary(min_size=32, max_size=32)
counters = st.integers(min_value=0, max_value=2**64 - 1)
texts = st.binary(max_size=200)


@settings(deadline=None)
@given(keys, counters, texts, texts)
@example(bytes(32), 2**64 - 1, b"", b"")
def test_every_port_seals_to_the_same_bytes_and_opens_them(
    key: bytes, counter: int, text: bytes, aad: bytes
) -> None:
    sealed = AESCCM(key).encrypt(counter.to_bytes(13, "big"), text, aad)
    for make in AEADS:
        aead = make(key)
        assert aead.seal(counter, text, aad) == sealed
        assert aead.open(counter, sealed, aad) == text


@settings(deadline=None)
@given(keys, st.binary(max_size=60), st.binary(max_size=20), st.data())
def test_one_flipped_bit_anywhere_is_refused_by_every_port(
    key: bytes, text: bytes, aad: bytes, data: st.DataObject
) -> None:
    sealed = AEADS[0](key).seal(7, text, aad)
    whole = sealed + aad
    bit = data.draw(st.integers(min_value=0, max_value=8 * len(whole) - 1))
    changed = bytearray(whole)
    changed[bit // 8] ^= 1 << bit % 8
    for make in AEADS:
        with pytest.raises(ValueError):
            make(key).open(7, bytes(changed[: len(sealed)]), bytes(changed[len(sealed) :]))


@pytest.mark.parametrize("make", AEADS)
def test_record_of_every_cut_length_is_refused(make: type) -> None:
    aead = make(bytes(32))
    sealed = aead.seal(0, b"twenty bytes of text", b"")
    for length in range(len(sealed)):
        with pytest.raises(ValueError):
            aead.open(0, sealed[:length], b"")


@pytest.mark.parametrize("make", AEADS)
def test_record_under_another_counter_is_refused(make: type) -> None:
    aead = make(bytes(32))
    with pytest.raises(ValueError):
        aead.open(1, aead.seal(0, b"text", b""), b"")


@pytest.mark.parametrize("make", AEADS)
@pytest.mark.parametrize("length", [0, 16, 24, 31, 33])
def test_key_of_another_length_is_refused(make: type, length: int) -> None:
    with pytest.raises(ValueError):
        make(bytes(length))


@pytest.mark.parametrize("make", AEADS)
def test_longest_text_goes_through_and_one_more_byte_is_refused(make: type) -> None:
    aead = make(bytes(32))
    assert aead.open(3, aead.seal(3, bytes(65535), b""), b"") == bytes(65535)
    with pytest.raises(ValueError):
        aead.seal(3, bytes(65536), b"")


@pytest.mark.parametrize("make", AEADS)
def test_no_key_shows_in_a_repr(make: type) -> None:
    key = b"never to be seen in any log line"
    assert "never" not in repr(make(key))
    assert "object at" not in repr(make(key))


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from([16, 24, 32]),
    st.integers(min_value=7, max_value=13),
    st.sampled_from([4, 6, 8, 10, 12, 14, 16]),
    texts,
    st.data(),
)
def test_plain_ccm_agrees_with_pyca_for_every_size_the_standard_allows(
    key_length: int, nonce_length: int, tag_length: int, aad: bytes, data: st.DataObject
) -> None:
    key = data.draw(st.binary(min_size=key_length, max_size=key_length))
    nonce = data.draw(st.binary(min_size=nonce_length, max_size=nonce_length))
    text = data.draw(texts)
    sealed = AESCCM(key, tag_length=tag_length).encrypt(nonce, text, aad)
    assert ccm_seal(aes(key), nonce, text, aad, tag_length) == sealed
    assert ccm_open(aes(key), nonce, sealed, aad, tag_length) == text


def test_aad_on_both_sides_of_the_longer_length_field() -> None:
    for length in (0xFEFF, 0xFF00):
        sealed = AESCCM(bytes(32)).encrypt(bytes(13), b"text", bytes(length))
        assert ccm_seal(aes(bytes(32)), bytes(13), b"text", bytes(length)) == sealed
