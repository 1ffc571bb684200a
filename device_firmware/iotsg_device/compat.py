"""Every difference between the interpreters this library runs on, and nothing else."""

import os
import sys

IS_MICROPYTHON = sys.implementation.name == "micropython"

random_bytes = os.urandom

_ZERO_BLOCK = bytes(16)
_CBC = 2
_ECB = 1


class CryptolibAes:
    """AES under one key by MicroPython's cryptolib, in hardware where the board has it."""

    def __init__(self, key: bytes) -> None:
        """Prepare the cipher; ValueError unless the key is 16 or 32 B."""
        from cryptolib import aes  # type: ignore[import-not-found,unused-ignore]

        self._aes = aes
        self._key = key
        # One context for all blocks: ECB keeps nothing from one call to the next.
        self.encrypt = aes(key, _ECB).encrypt

    def __repr__(self) -> str:
        """Say nothing of the key."""
        return "<CryptolibAes>"

    def mac(self, blocks: bytes) -> bytes:
        """Return the last block of CBC from a zero start: the CBC-MAC of whole blocks."""
        return self._aes(self._key, _CBC, _ZERO_BLOCK).encrypt(blocks)[-16:]


def aes(key: bytes) -> "object":
    """Return AES under one key: `encrypt(whole blocks)`, `mac(whole blocks)` -> 16 B."""
    if IS_MICROPYTHON and len(key) != 24:  # cryptolib knows no AES-192
        return CryptolibAes(key)
    from .aes_plain import PlainAes

    return PlainAes(key)


if IS_MICROPYTHON:
    import time

    def ticks_ms() -> int:
        """Return a millisecond count that wraps; only differences mean something."""
        return time.ticks_ms()

    def ticks_diff(later: int, earlier: int) -> int:
        """Return the milliseconds from earlier to later, across a wrap."""
        return time.ticks_diff(later, earlier)

else:
    import time

    def ticks_ms() -> int:
        """Return a millisecond count; only differences mean something."""
        return time.monotonic_ns() // 1_000_000

    def ticks_diff(later: int, earlier: int) -> int:
        """Return the milliseconds from earlier to later."""
        return later - earlier
