"""Ports for protocol tests: cryptography that names what it seals, repeatable randomness, flash that can lose power.

Everything here survives `copy.deepcopy`, so that a whole world can be copied at any point.
"""

from __future__ import annotations

from collections.abc import Callable
import hashlib
from typing import Any

from custom_components.iot_secure_gateway.gateway.crypto import GatewayCrypto
from iotsg_device.crypto_cpython import CpythonCrypto

MAX_VALUE = 288  # bytes of one value in flash


class Sealed(dict[bytes, bytes]):
    """Ciphertext -> plaintext of everything sealed so far; shared by the copies of a world."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Sealed:
        return self


class SpyAead:
    """A cipher that notes which plaintext is in which ciphertext; one key, immutable, so shared by copies."""

    def __init__(self, cipher: Any, sealed: Sealed) -> None:
        self._cipher = cipher
        self._sealed = sealed

    def __deepcopy__(self, memo: dict[int, Any]) -> SpyAead:
        return self

    def seal(self, counter: int, plaintext: bytes, aad: bytes) -> bytes:
        ciphertext: bytes = self._cipher.seal(counter, plaintext, aad)
        self._sealed[ciphertext] = plaintext
        return ciphertext

    def open(self, counter: int, ciphertext: bytes, aad: bytes) -> bytes:
        plaintext: bytes = self._cipher.open(counter, ciphertext, aad)
        return plaintext


class SpyGatewayCrypto(GatewayCrypto):
    """The gateway's port; counts Diffie-Hellman operations."""

    def __init__(self, sealed: Sealed) -> None:
        self.sealed = sealed
        self.multiplications = 0

    def __deepcopy__(self, memo: dict[int, Any]) -> SpyGatewayCrypto:
        return self

    def aead(self, key: bytes) -> Any:  # type: ignore[explicit-override]
        return SpyAead(super().aead(key), self.sealed)

    def x25519(self, scalar: bytes, u: bytes) -> bytes:  # type: ignore[explicit-override]
        self.multiplications += 1
        return super().x25519(scalar, u)


class SpyDeviceCrypto(CpythonCrypto):
    """The device's port; counts Diffie-Hellman operations."""

    def __init__(self, sealed: Sealed) -> None:
        self.sealed = sealed
        self.multiplications = 0

    def __deepcopy__(self, memo: dict[int, Any]) -> SpyDeviceCrypto:
        return self

    def aead(self, key: bytes) -> Any:  # type: ignore[explicit-override]
        return SpyAead(super().aead(key), self.sealed)

    def x25519(self, scalar: bytes, u: bytes) -> bytes:  # type: ignore[explicit-override]
        self.multiplications += 1
        return super().x25519(scalar, u)


class SeededRandom:
    """The random port, repeatable; `script` is drawn first, so that a test chooses what comes."""

    def __init__(self, seed: str) -> None:
        self._seed = seed.encode()
        self._number = 0
        self.script: list[bytes] = []

    def __call__(self, size: int) -> bytes:
        if self.script:
            drawn = self.script.pop(0)
            assert len(drawn) == size, "the script does not fit what is drawn"
            return drawn
        self._number += 1
        return hashlib.shake_256(self._seed + b"%d" % self._number).digest(size)


class PowerCut(BaseException):
    """The device's power goes, in the middle of a write or right after it."""


class Flash:
    """The device's store: each put is atomic and durable, unless the power goes before it.

    `cut_at` = (n, kept): the power goes at the n-th change from now, which is kept or not.
    """

    def __init__(self) -> None:
        self.values: dict[bytes, bytes] = {}
        self.lost = False
        self.changes: list[bytes] = []  # keys, in the order in which they were put or deleted
        self.cut_at: tuple[int, bool] | None = None
        self.fault: Callable[[bytes], None] | None = None

    def get(self, key: bytes) -> bytes | None:
        return self.values.get(key)

    def put(self, key: bytes, value: bytes) -> None:
        assert len(value) <= MAX_VALUE, "a value that no journal takes"
        self._change(key, value)

    def delete(self, key: bytes) -> None:
        if key in self.values:
            self._change(key, None)

    def keys(self) -> list[bytes]:
        return list(self.values)

    def _change(self, key: bytes, value: bytes | None) -> None:
        is_cut, is_kept = False, True
        if self.cut_at is not None:
            number, kept = self.cut_at
            is_cut = number == 1
            is_kept = kept or not is_cut
            self.cut_at = None if is_cut else (number - 1, kept)
        if self.fault is not None:
            self.fault(key)
        if is_kept:
            self.changes.append(key)
            if value is None:
                del self.values[key]
            else:
                self.values[key] = bytes(value)
        if is_cut:
            raise PowerCut


class DeviceFacts:
    """What the simulated device is, from its factory settings."""

    def __init__(self, serial: str, prs: list[bytes | None], mode: int) -> None:
        self.serial = serial
        self.prs = prs
        self.mode = mode
        self.firmware = "1.0"
        self.model = "Test lamp"
        self.max_frame = 4096
        self.persistence = "always"
        self.data_persistence = "checkpoint"
        self.ip_recovery = "authenticated"
        self.claim_window_ms = 0
        self.fallback_after_ms = 120_000
        self.reset_cause = 1


class GatewayDisk:
    """What survives a stop of the gateway."""

    def __init__(self) -> None:
        self.binding_key = b""
        self.state = ""  # JSON
        self.is_saved_by_itself = True  # False: only what a test saves is saved
