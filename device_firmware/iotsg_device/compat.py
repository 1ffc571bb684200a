"""Every difference between the interpreters this library runs on, and nothing else."""

import gc
import os
import sys
import time

IS_MICROPYTHON = sys.implementation.name == "micropython"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class BlockCipher(Protocol):
        """AES under one key."""

        def encrypt(self, blocks: "bytes | bytearray") -> bytes:
            """Return each whole block of 16 B encrypted by itself (ECB)."""

        def mac(self, blocks: bytes) -> bytes:
            """Return the last block of CBC from a zero start: the CBC-MAC of whole blocks."""


random_bytes = os.urandom

_ZERO_BLOCK = bytes(16)
_MAC_AT_ONCE = 256  # bytes: each call gives as much as it takes, from a small heap
_CBC = 2
_ECB = 1


class CryptolibAes:  # pragma: no cover - needs MicroPython, where the vectors prove it
    """AES under one key by MicroPython's cryptolib, in hardware where the board has it."""

    def __init__(self, key: bytes) -> None:
        """Prepare the cipher; ValueError unless the key is 16 or 32 B."""
        from cryptolib import aes

        self._aes = aes
        self._key = key
        # One context for all: ECB keeps nothing from one call to the next, as CBC does.
        self._ecb = aes(key, _ECB)

    def __repr__(self) -> str:
        """Say nothing of the key."""
        return "<CryptolibAes>"

    def encrypt(self, blocks: "bytes | bytearray") -> bytes:
        """Return each block of 16 B encrypted by itself."""
        return self._ecb.encrypt(blocks)  # type: ignore[no-any-return]

    def mac(self, blocks: bytes) -> bytes:
        """Return the last block of CBC from a zero start."""
        chain = self._aes(self._key, _CBC, _ZERO_BLOCK)
        last = _ZERO_BLOCK
        for at in range(0, len(blocks), _MAC_AT_ONCE):
            last = chain.encrypt(blocks[at : at + _MAC_AT_ONCE])[-16:]
        return last


# Bytes between two collections. What lives long is then not strewn over the heap while the device
# starts, and later a long message finds a free piece even when little is free.
_GC_AT_START = 2048
_GC_WHEN_RUNNING = 16384


def collect_often(is_running: bool) -> None:
    """Have garbage collected often enough to keep a small heap whole; computers need no help."""
    if IS_MICROPYTHON:  # pragma: no cover
        gc.collect()
        gc.threshold(_GC_WHEN_RUNNING if is_running else _GC_AT_START)  # type: ignore[attr-defined]


collect_often(False)  # the modules that follow are most of what lives long


def forget_modules(*names: str) -> None:
    """Give back the memory of modules that are needed again after a new import only.

    A computer has memory enough, and loading them again would break what holds their classes.
    """
    if not IS_MICROPYTHON:
        return
    for name in names:  # pragma: no cover
        if name in sys.modules:
            del sys.modules[name]
            package, _, inside = name.rpartition(".")
            delattr(sys.modules[package], inside)


# What HELLO_OK says of the last reset, in its numbers from 1; 0 is not known.
_RESET_CAUSES = ("PWRON_RESET", "HARD_RESET", "WDT_RESET", "DEEPSLEEP_RESET", "SOFT_RESET")


def reset_cause() -> int:
    """Return why the board started; 0 where nothing tells."""
    if IS_MICROPYTHON:
        try:
            import machine

            cause = machine.reset_cause()
        except (ImportError, AttributeError):
            return 0
        for number, name in enumerate(_RESET_CAUSES):
            if getattr(machine, name, None) == cause:  # no port has all of them
                return number + 1
    return 0


def aes(key: bytes) -> "BlockCipher":
    """Return AES under one key of 16, 24 or 32 B; ValueError for any other length."""
    # cryptolib knows no AES-192.
    if IS_MICROPYTHON and len(key) != 24:  # pragma: no cover - MicroPython only
        return CryptolibAes(key)
    from .aes_plain import PlainAes

    return PlainAes(key)


def ticks_ms() -> int:
    """Return a millisecond count of unknown start, which may wrap: see `ticks_diff`."""
    if IS_MICROPYTHON:  # pragma: no cover
        return time.ticks_ms()  # type: ignore[attr-defined,no-any-return]
    return time.monotonic_ns() // 1_000_000


def ticks_diff(later: int, earlier: int) -> int:
    """Return the milliseconds from earlier to later, across a wrap."""
    if IS_MICROPYTHON:  # pragma: no cover
        return time.ticks_diff(later, earlier)  # type: ignore[attr-defined,no-any-return]
    return later - earlier
