"""The device's cryptography on CPython with pyca/cryptography: the same bytes, much sooner."""

import hashlib
import hmac
from struct import Struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

from .aes_ccm import KEY_LENGTH, MAX_PLAINTEXT_LENGTH, TAG_LENGTH
from .crypto import DeviceCrypto

_pack_nonce = Struct(">5xQ").pack


class CpythonAead:
    """AES-256-CCM under one key, made once per key."""

    __slots__ = ("_decrypt", "_encrypt")

    def __init__(self, key: bytes) -> None:
        """Prepare the cipher; ValueError unless the key is 32 B."""
        if len(key) != KEY_LENGTH:
            raise ValueError("AEAD key must be 32 bytes")
        cipher = AESCCM(key, tag_length=TAG_LENGTH)
        self._encrypt = cipher.encrypt
        self._decrypt = cipher.decrypt

    def __repr__(self) -> str:
        """Say nothing of the key."""
        return "<CpythonAead>"

    def seal(self, counter: int, plaintext: bytes, aad: bytes) -> bytes:
        """Return ciphertext and tag (16 B); counter is u64."""
        # One byte more makes OpenSSL fail in a way that is no ValueError.
        if len(plaintext) > MAX_PLAINTEXT_LENGTH:
            raise ValueError("plaintext too long")
        return self._encrypt(_pack_nonce(counter), plaintext, aad)

    def open(self, counter: int, ciphertext: bytes, aad: bytes) -> bytes:
        """Return the plaintext, or raise ValueError."""
        try:
            return self._decrypt(_pack_nonce(counter), ciphertext, aad)
        except InvalidTag:
            raise ValueError("ciphertext does not authenticate") from None


class CpythonCrypto(DeviceCrypto):
    """The same port with every primitive taken from a library in C."""

    def sha512(self, data: bytes) -> bytes:
        """Return 64 B."""
        return hashlib.sha512(data).digest()

    def hmac_sha256(self, key: bytes, data: bytes) -> bytes:
        """Return 32 B."""
        return hmac.digest(key, data, "sha256")

    def hmac_sha512(self, key: bytes, data: bytes) -> bytes:
        """Return 64 B."""
        return hmac.digest(key, data, "sha512")

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

    def aead(self, key: bytes) -> "CpythonAead":
        """Return AES-256-CCM for one key of 32 B."""
        return CpythonAead(key)
