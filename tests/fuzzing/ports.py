"""Ports for fuzzing: cryptography that costs next to nothing, so that the machines get the time, and flash with a limit.

`QuickCrypto` keeps what the protocol relies on (the same inputs give the same bytes, an exchange is
commutative, a record opens once and in order) and hides nothing: a fuzzer plays peers that hold the key.
"""

from __future__ import annotations

import hashlib
import hmac
from zlib import crc32

from custom_components.iot_secure_gateway.protocol import wire

MAX_VALUE = 288  # bytes of one value in flash
MAX_KEYS = 2 + wire.PRS_SLOTS * (1 + len(wire.LANES) + wire.OUTCOMES_KEPT)


class QuickAead:
    """Plaintext with a tag of key, counter and associated data."""

    def __init__(self, key: bytes) -> None:
        self._key = key[:4]

    def seal(self, counter: int, plaintext: bytes, aad: bytes) -> bytes:
        """Return plaintext and tag."""
        return plaintext + self._tag(counter, aad)

    def open(self, counter: int, ciphertext: bytes, aad: bytes) -> bytes:
        """Return the plaintext, or raise ValueError."""
        if ciphertext[-16:] != self._tag(counter, aad):
            raise ValueError("forged")
        return ciphertext[:-16]

    def _tag(self, counter: int, aad: bytes) -> bytes:
        return self._key + counter.to_bytes(8, "big") + crc32(aad).to_bytes(4, "big")


class QuickCrypto:
    """The crypto port; see the module."""

    def sha256(self, data: bytes) -> bytes:
        """Return 32 bytes."""
        return hashlib.sha256(data).digest()

    def sha512(self, data: bytes) -> bytes:
        """Return 64 bytes."""
        return hashlib.sha512(data).digest()

    def hmac_sha256(self, key: bytes, data: bytes) -> bytes:
        """Return 32 bytes."""
        return hmac.digest(key, data, "sha256")

    def hmac_sha512(self, key: bytes, data: bytes) -> bytes:
        """Return 64 bytes."""
        return hmac.digest(key, data, "sha512")

    def x25519(self, scalar: bytes, u: bytes) -> bytes:
        """Return what both ends of an exchange come to; zeros stand for points of low order."""
        if len(scalar) != 32 or len(u) != 32 or not any(u):
            raise ValueError("low order")
        mixed = int.from_bytes(u, "big") ^ int.from_bytes(self.sha256(scalar), "big")
        return mixed.to_bytes(32, "big")

    def x25519_public(self, scalar: bytes) -> bytes:
        """Return the public key."""
        return self.x25519(scalar, b"\x09" + bytes(31))

    def equal(self, a: bytes, b: bytes) -> bool:
        """Compare."""
        return a == b

    def aead(self, key: bytes) -> QuickAead:
        """Return the cipher of one key."""
        return QuickAead(key)


class CountingRandom:
    """The random port: never the same twice, the same in every run."""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self._number = 0

    def __call__(self, size: int) -> bytes:
        """Return `size` bytes."""
        self._number += 1
        return hashlib.shake_128(self._seed + self._number.to_bytes(4, "big")).digest(size)


class Flash:
    """The device's store; refuses values that no journal takes, and more keys than a device ever needs."""

    def __init__(self, values: dict[bytes, bytes] | None = None) -> None:
        self.values = {} if values is None else values
        self.lost = False
        self.writes = 0

    def get(self, key: bytes) -> bytes | None:
        """Return the value, or None."""
        return self.values.get(key)

    def put(self, key: bytes, value: bytes) -> None:
        """Keep a value."""
        if len(value) > MAX_VALUE:
            raise AssertionError("a value that no journal takes")
        self.values[key] = bytes(value)
        self.writes += 1
        if len(self.values) > MAX_KEYS:
            raise AssertionError("flash grows without end")

    def delete(self, key: bytes) -> None:
        """Forget a key."""
        self.values.pop(key, None)
        self.writes += 1

    def keys(self) -> list[bytes]:
        """Return the keys."""
        return list(self.values)


class Facts:
    """What the fuzzed device is."""

    def __init__(
        self, prs: list[bytes | None], mode: int, persistence: str, data_persistence: str
    ) -> None:
        self.serial = "FUZZ-1"
        self.prs = prs
        self.mode = mode
        self.firmware = "1.0"
        self.model = "Fuzzed"
        self.max_frame = 1024
        self.persistence = persistence
        self.data_persistence = data_persistence
        self.ip_recovery = "authenticated"
        self.claim_window_ms = 0
        self.fallback_after_ms = 120_000
        self.reset_cause = 0
