"""What a small world is made of besides the two ends: flash, facts, a ledger, and what is explored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

SERIAL = "SN-1"
PEER = b"\x7f\x00\x00\x01"
ELSEWHERE = b"\x7f\x00\x00\x02"
GATEWAY_ID = b"G" * 16
KEY = b"K" * 32


class Violation(Exception):
    """A guarantee does not hold; the text says which."""


class PowerCut(Exception):
    """The device's power went at a flash write."""


class Flash:
    """The device's store. With `cut_at` n power goes just before the n-th write, or just after it."""

    def __init__(self) -> None:
        self.values: dict[bytes, bytes] = {}
        self.lost = False
        self.writes = 0  # since the last step began
        self.cut_at = 0
        self.is_kept = False  # whether the write at which power goes is in flash

    def get(self, key: bytes) -> bytes | None:
        """Return a value."""
        return self.values.get(key)

    def put(self, key: bytes, value: bytes) -> None:
        """Write, or lose power."""
        self.writes += 1
        if self.writes == self.cut_at:
            if self.is_kept:
                self.values[key] = value
            raise PowerCut
        self.values[key] = value

    def delete(self, key: bytes) -> None:
        """Forget a key."""
        self.values.pop(key, None)

    def keys(self) -> list[bytes]:
        """Return all keys."""
        return list(self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a search explores."""

    mode: int = 0
    commands: int = 0  # sessions on the command lane
    packages: int = 0  # sessions on the data lane
    is_ordered: bool = True  # the cipher of the link keeps records in order
    persistence: str = "always"
    data_persistence: str = "checkpoint"

    def __str__(self) -> str:
        """Return a short text."""
        mode = "dsid     " if self.mode else "dsid_gsid"
        cipher = "link" if self.is_ordered else "bare"
        persistence = f"{self.persistence}/{self.data_persistence}"
        return f"{mode} {cipher} {self.commands} commands {self.packages} packages {persistence}"


class Facts:
    """What the device is."""

    serial = SERIAL
    firmware = "1"
    model = "M"
    max_frame = 4096
    ip_recovery = "strict"
    claim_window_ms = 0
    fallback_after_ms = 120_000
    reset_cause = 0
    prs = (None,) * 4

    def __init__(self, mode: int, persistence: str, data_persistence: str) -> None:
        self.mode = mode
        self.persistence = persistence
        self.data_persistence = data_persistence

    def __reduce__(self) -> tuple[Callable[..., Facts], tuple[int, str, str]]:
        """Never changed, so all worlds share one."""
        return facts_of, (self.mode, self.persistence, self.data_persistence)


@cache
def facts_of(mode: int, persistence: str, data_persistence: str) -> Facts:
    """Return the facts of a setting."""
    return Facts(mode, persistence, data_persistence)


_Names = dict[bytes, None]  # a set that keeps its order, so that equal worlds freeze alike


@dataclass
class Ledger:
    """What happened, as an all-knowing observer sees it."""

    committed: _Names = field(default_factory=dict)  # sessions that the gateway committed
    executed: _Names = field(default_factory=dict)  # sessions whose handler was called
    expired: _Names = field(default_factory=dict)  # DSIDs of ECHOs whose COMMIT would come too late
    unknown: _Names = field(default_factory=dict)  # reported so until the next contact
    reported: dict[bytes, int] = field(default_factory=dict)  # session -> last status reported
    delivered: _Names = field(default_factory=dict)  # packages that the gateway took
    package_reports: dict[bytes, int] = field(default_factory=dict)
    is_attacked: bool = False  # somebody did more than cut and crash
    is_moved: bool = False  # the gateway's address is no longer allowed
    copies_suspected: int = 0
    expects_copy: bool = False  # a copy has run: suspicion is right
