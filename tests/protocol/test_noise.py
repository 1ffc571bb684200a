"""The handshake and its records: what is refused, when, and that keys stay unseen."""

from __future__ import annotations

from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from hypothesis import given, settings, strategies as st
import pytest

from custom_components.iot_secure_gateway.gateway.crypto import GatewayCrypto
from custom_components.iot_secure_gateway.protocol.errors import (
    HandshakeError,
    MisuseError,
    RecordError,
)
from custom_components.iot_secure_gateway.protocol.noise import (
    LINK_NAME,
    MAX_MESSAGE_LENGTH,
    REKEY_INTERVAL,
    Handshake,
    RecordCipher,
)

CRYPTO = GatewayCrypto()
PSK = bytes(range(32))
PROLOGUE = b"ISG1 prologue"
SECRET_I = bytes(range(1, 33))
SECRET_R = bytes(range(2, 34))


def handshake(
    is_initiator: bool,
    *,
    psk: bytes = PSK,
    prologue: bytes = PROLOGUE,
    crypto: GatewayCrypto = CRYPTO,
) -> Handshake:
    return Handshake(crypto, crypto.aead, LINK_NAME, prologue, psk, is_initiator)


def finished_pair() -> tuple[Handshake, Handshake]:
    initiator, responder = handshake(True), handshake(False)
    responder.read_1(initiator.write_1(SECRET_I))
    initiator.read_2(responder.write_2(SECRET_R))
    return initiator, responder


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_both_ends_agree_on_hash_and_on_one_key_for_each_direction() -> None:
    initiator, responder = finished_pair()
    assert initiator.hash == responder.hash
    sending, receiving = initiator.split()
    assert responder.split() == (receiving, sending)
    assert sending != receiving


def test_link_name_needs_no_hashing() -> None:
    assert len(LINK_NAME) == 32


def test_longer_name_is_hashed_and_never_confused_with_another() -> None:
    long_name = LINK_NAME + b"_and_more"
    initiator = Handshake(CRYPTO, CRYPTO.aead, long_name, PROLOGUE, PSK, True)
    message = initiator.write_1(SECRET_I)
    responder = Handshake(CRYPTO, CRYPTO.aead, long_name, PROLOGUE, PSK, False)
    assert responder.read_1(message) == b""
    with pytest.raises(HandshakeError):
        handshake(False).read_1(message)


def test_message_1_is_checked_before_any_diffie_hellman() -> None:
    class NoDiffieHellman(GatewayCrypto):
        def x25519(self, scalar: bytes, u: bytes) -> bytes:  # type: ignore[explicit-override]
            raise AssertionError("Diffie-Hellman before the PSK was checked")

    message = handshake(True).write_1(SECRET_I)
    responder = handshake(False, crypto=NoDiffieHellman())
    assert responder.read_1(message) == b""


@pytest.mark.parametrize(
    "other", [handshake(False, psk=bytes(32)), handshake(False, prologue=b"ISG1 another")]
)
def test_message_1_of_another_psk_or_prologue_is_refused(other: Handshake) -> None:
    with pytest.raises(HandshakeError):
        other.read_1(handshake(True).write_1(SECRET_I))


def test_every_flipped_bit_of_message_1_is_refused() -> None:
    message = handshake(True).write_1(SECRET_I)
    for bit in range(8 * len(message)):
        with pytest.raises(HandshakeError):
            handshake(False).read_1(flipped(message, bit))


def test_every_flipped_bit_of_message_2_is_refused() -> None:
    responder = handshake(False)
    responder.read_1(handshake(True).write_1(SECRET_I))
    message = responder.write_2(SECRET_R)
    for bit in range(8 * len(message)):
        initiator = handshake(True)
        initiator.write_1(SECRET_I)
        with pytest.raises(HandshakeError):
            initiator.read_2(flipped(message, bit))


def test_message_of_every_cut_length_is_refused() -> None:
    message = handshake(True).write_1(SECRET_I)
    for length in range(len(message)):
        with pytest.raises(HandshakeError):
            handshake(False).read_1(message[:length])


def test_message_over_the_noise_limit_is_refused() -> None:
    with pytest.raises(HandshakeError, match="length"):
        handshake(False).read_1(bytes(MAX_MESSAGE_LENGTH + 1))


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_raise_nothing_but_handshake_error(data: bytes) -> None:
    with pytest.raises(HandshakeError):
        handshake(False).read_1(data)
    initiator = handshake(True)
    initiator.write_1(SECRET_I)
    with pytest.raises(HandshakeError):
        initiator.read_2(data)


class ChosenPublicKey(GatewayCrypto):
    """A dishonest end that holds the PSK and sends a point of low order."""

    def x25519_public(self, scalar: bytes) -> bytes:  # type: ignore[explicit-override]
        return bytes(32)


def test_low_order_key_of_the_initiator_ends_before_message_2() -> None:
    responder = handshake(False)
    responder.read_1(handshake(True, crypto=ChosenPublicKey()).write_1(SECRET_I))
    with pytest.raises(HandshakeError, match="low order"):
        responder.write_2(SECRET_R)


def test_low_order_key_of_the_responder_is_refused() -> None:
    class Dishonest(ChosenPublicKey):
        def x25519(self, scalar: bytes, u: bytes) -> bytes:  # type: ignore[explicit-override]
            return bytes(32)

    initiator = handshake(True)
    responder = handshake(False, crypto=Dishonest())
    responder.read_1(initiator.write_1(SECRET_I))
    with pytest.raises(HandshakeError, match="low order"):
        initiator.read_2(responder.write_2(SECRET_R))


def after_message_1(is_initiator: bool) -> Handshake:
    initiator, responder = handshake(True), handshake(False)
    responder.read_1(initiator.write_1(SECRET_I))
    return initiator if is_initiator else responder


def split(is_initiator: bool) -> Handshake:
    ended = finished_pair()[0 if is_initiator else 1]
    ended.split()
    return ended


def failed(is_initiator: bool) -> Handshake:
    ended = after_message_1(True) if is_initiator else handshake(False)
    with pytest.raises(HandshakeError):
        (ended.read_2 if is_initiator else ended.read_1)(bytes(48))
    return ended


CALLS: dict[str, Callable[[Handshake], object]] = {
    "write_1": lambda h: h.write_1(SECRET_I),
    "read_1": lambda h: h.read_1(bytes(48)),
    "write_2": lambda h: h.write_2(SECRET_R),
    "read_2": lambda h: h.read_2(bytes(48)),
    "split": lambda h: h.split(),
    "hash": lambda h: h.hash,
}
ALLOWED: dict[str, tuple[Callable[[bool], Handshake], dict[bool, set[str]]]] = {
    "fresh": (handshake, {True: {"write_1"}, False: {"read_1"}}),
    "after message 1": (after_message_1, {True: {"read_2"}, False: {"write_2"}}),
    "complete": (
        lambda role: finished_pair()[0 if role else 1],
        {r: {"split", "hash"} for r in (True, False)},
    ),
    "split": (split, {True: {"hash"}, False: {"hash"}}),
    "failed": (failed, {True: set(), False: set()}),
}


MISUSES = [
    (state, call, is_initiator)
    for state, (_, allowed) in ALLOWED.items()
    for is_initiator in (True, False)
    for call in CALLS
    if call not in allowed[is_initiator]
]


@pytest.mark.parametrize(("state", "call", "is_initiator"), MISUSES)
def test_every_call_out_of_order_is_our_own_misuse(
    state: str, call: str, is_initiator: bool
) -> None:
    ended = ALLOWED[state][0](is_initiator)
    with pytest.raises(MisuseError):
        CALLS[call](ended)


def test_psk_and_record_key_of_another_length_are_our_own_misuse() -> None:
    with pytest.raises(MisuseError):
        handshake(True, psk=bytes(31))
    with pytest.raises(MisuseError):
        RecordCipher(CRYPTO.aead, bytes(31))
    with pytest.raises(MisuseError):
        RecordCipher(CRYPTO.aead, bytes(32), 0)


def test_no_key_shows_in_a_repr() -> None:
    assert repr(handshake(True)) == "<Handshake>"
    assert repr(RecordCipher(CRYPTO.aead, PSK)) == "<RecordCipher>"


def records(count: int, interval: int = REKEY_INTERVAL) -> list[bytes]:
    cipher = RecordCipher(CRYPTO.aead, PSK, interval)
    return [cipher.seal(bytes([i])) for i in range(count)]


def test_key_is_renewed_after_every_interval_and_the_counter_goes_on() -> None:
    # The same by hand: Noise REKEY with the nonce of our AES-CCM.
    expected = []
    key = PSK
    for number in range(8):
        if number in (3, 6):
            key = AESCCM(key).encrypt(bytes(5) + b"\xff" * 8, bytes(32), b"")[:32]
        expected.append(AESCCM(key).encrypt(number.to_bytes(13, "big"), bytes([number]), b""))
    assert records(8, 3) == expected


def test_receiver_renews_its_key_with_the_sender() -> None:
    opening = RecordCipher(CRYPTO.aead, PSK, 3)
    assert [opening.open(sealed) for sealed in records(10, 3)] == [bytes([i]) for i in range(10)]


def test_default_interval_is_the_one_of_the_protocol() -> None:
    cipher = RecordCipher(CRYPTO.aead, PSK)
    cipher._number = 2**20 - 1
    before = cipher.seal(b"last of the first key")
    after = cipher.seal(b"")
    key = AESCCM(PSK).encrypt(bytes(5) + b"\xff" * 8, bytes(32), b"")[:32]
    assert before == AESCCM(PSK).encrypt(
        (2**20 - 1).to_bytes(13, "big"), b"last of the first key", b""
    )
    assert after == AESCCM(key).encrypt((2**20).to_bytes(13, "big"), b"", b"")


def test_replayed_or_skipped_record_is_refused() -> None:
    first, second, third = records(3)
    opening = RecordCipher(CRYPTO.aead, PSK)
    assert opening.open(first) == b"\x00"
    for wrong in (first, third):
        with pytest.raises(RecordError):
            opening.open(wrong)
    assert opening.open(second) == b"\x01"


def test_record_with_other_aad_is_refused() -> None:
    sealed = RecordCipher(CRYPTO.aead, PSK).seal(b"text", b"aad")
    with pytest.raises(RecordError):
        RecordCipher(CRYPTO.aead, PSK).open(sealed)
    assert RecordCipher(CRYPTO.aead, PSK).open(sealed, b"aad") == b"text"


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=80))
def test_random_record_raises_nothing_but_record_error(data: bytes) -> None:
    with pytest.raises(RecordError):
        RecordCipher(CRYPTO.aead, PSK).open(data)
