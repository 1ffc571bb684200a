"""The device's cryptography: the port of `isg_protocol/ports.py` in what every board has."""

import hashlib

from . import aes_ccm
from .compat import IS_MICROPYTHON
from .x25519 import BASE_POINT, x25519

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from isg_protocol.ports import Aead

_SHA256_BLOCK = 64
_SHA512_BLOCK = 128


def default_crypto() -> "DeviceCrypto":
    """Return the fastest port that this interpreter can carry."""
    if not IS_MICROPYTHON:  # pragma: no branch
        try:
            from .crypto_cpython import CpythonCrypto
        except ImportError:
            pass  # pyca/cryptography is an extra there; the plain port does the same
        else:
            return CpythonCrypto()
    return DeviceCrypto()


class DeviceCrypto:
    """The primitives in plain Python over hashlib and AES blocks; holds no keys and no state."""

    def sha256(self, data: bytes) -> bytes:
        """Return 32 B."""
        return hashlib.sha256(data).digest()

    def sha512(self, data: bytes) -> bytes:
        """Return 64 B."""
        # Loaded by the first claim: most boots never need it.
        from .sha512 import sha512

        return sha512(data)

    def hmac_sha256(self, key: bytes, data: bytes) -> bytes:
        """Return 32 B."""
        return _hmac(self.sha256, _SHA256_BLOCK, key, data)

    def hmac_sha512(self, key: bytes, data: bytes) -> bytes:
        """Return 64 B."""
        return _hmac(self.sha512, _SHA512_BLOCK, key, data)

    def x25519(self, scalar: bytes, u: bytes) -> bytes:
        """Return 32 B (RFC 7748); ValueError on wrong lengths and on an all-zero result."""
        return x25519(scalar, u)

    def x25519_public(self, scalar: bytes) -> bytes:
        """Return the public key of a scalar of 32 B."""
        return x25519(scalar, BASE_POINT)

    def equal(self, a: bytes, b: bytes) -> bool:
        """Compare in a time that does not depend on where the two differ."""
        return aes_ccm.equal(a, b)

    def aead(self, key: bytes) -> "Aead":
        """Return AES-256-CCM for one key of 32 B."""
        return aes_ccm.CcmAead(key)


def _hmac(digest: "Callable[[bytes], bytes]", block_length: int, key: bytes, data: bytes) -> bytes:
    if len(key) > block_length:
        key = digest(key)
    key = key + bytes(block_length - len(key))
    inner = digest(bytes([byte ^ 0x36 for byte in key]) + data)
    return digest(bytes([byte ^ 0x5C for byte in key]) + inner)
