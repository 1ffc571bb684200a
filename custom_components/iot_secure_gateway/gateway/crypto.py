"""The gateway's cryptography: the port of `protocol/ports.py` on pyca/cryptography and hashlib."""

import hashlib
import hmac
from struct import Struct
from typing import override

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

KEY_LENGTH = 32
TAG_LENGTH = 16
# Of a 2 B length field. One byte more makes OpenSSL fail in a way that is no ValueError.
MAX_PLAINTEXT_LENGTH = 65535

# 5 zero bytes and the counter as u64: the 13 B nonce that goes with a 2 B length field.
_pack_nonce = Struct(">5xQ").pack


class CcmAead:
    """AES-256-CCM under one key; made once per key, since every record passes through it."""

    __slots__ = ("_decrypt", "_encrypt")

    def __init__(self, key: bytes) -> None:
        """Prepare the cipher; ValueError unless the key is 32 B."""
        if len(key) != KEY_LENGTH:
            raise ValueError("AEAD key must be 32 bytes")
        cipher = AESCCM(key, tag_length=TAG_LENGTH)
        self._encrypt = cipher.encrypt
        self._decrypt = cipher.decrypt

    @override
    def __repr__(self) -> str:
        """Say nothing of the key."""
        return "<CcmAead>"

    def seal(self, counter: int, plaintext: bytes, aad: bytes) -> bytes:
        """Return ciphertext and tag; ValueError above 65535 B of plaintext."""
        if len(plaintext) > MAX_PLAINTEXT_LENGTH:
            raise ValueError("plaintext too long")
        return self._encrypt(_pack_nonce(counter), plaintext, aad)

    def open(self, counter: int, ciphertext: bytes, aad: bytes) -> bytes:
        """Return the plaintext, or raise ValueError."""
        try:
            return self._decrypt(_pack_nonce(counter), ciphertext, aad)
        except InvalidTag:
            raise ValueError("ciphertext does not authenticate") from None


def ccm_seal(
    key: bytes, nonce: bytes, plaintext: bytes, aad: bytes = b"", tag_length: int = TAG_LENGTH
) -> bytes:
    """Return AES-CCM ciphertext and tag for any sizes that RFC 3610 allows, else ValueError."""
    return AESCCM(key, tag_length=tag_length).encrypt(nonce, plaintext, aad)


def ccm_open(
    key: bytes, nonce: bytes, sealed: bytes, aad: bytes = b"", tag_length: int = TAG_LENGTH
) -> bytes:
    """Return the plaintext of `ccm_seal`; ValueError for bad sizes and for anything altered."""
    try:
        return AESCCM(key, tag_length=tag_length).decrypt(nonce, sealed, aad)
    except InvalidTag:
        raise ValueError("ciphertext does not authenticate") from None


class GatewayCrypto:
    """The primitives of the gateway server; holds no keys and no state."""

    def sha256(self, data: bytes) -> bytes:
        """Return 32 B."""
        return hashlib.sha256(data).digest()

    def sha512(self, data: bytes) -> bytes:
        """Return 64 B."""
        return hashlib.sha512(data).digest()

    def hmac_sha256(self, key: bytes, data: bytes) -> bytes:
        """Return 32 B."""
        return hmac.digest(key, data, "sha256")

    def hmac_sha512(self, key: bytes, data: bytes) -> bytes:
        """Return 64 B."""
        return hmac.digest(key, data, "sha512")

    def pbkdf2_sha256(self, password: bytes, salt: bytes, rounds: int, length: int) -> bytes:
        """Return `length` bytes; takes tens of milliseconds at the rounds of a claim."""
        return hashlib.pbkdf2_hmac("sha256", password, salt, rounds, length)

    def x25519(self, scalar: bytes, u: bytes) -> bytes:
        """Return 32 B (RFC 7748); ValueError on wrong lengths and on an all-zero result."""
        private = X25519PrivateKey.from_private_bytes(scalar)
        return private.exchange(X25519PublicKey.from_public_bytes(u))

    def x25519_public(self, scalar: bytes) -> bytes:
        """Return the public key of a scalar of 32 B."""
        return X25519PrivateKey.from_private_bytes(scalar).public_key().public_bytes_raw()

    def equal(self, a: bytes, b: bytes) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(a, b)

    def aead(self, key: bytes) -> CcmAead:
        """Return AES-256-CCM for one key of 32 B."""
        return CcmAead(key)
