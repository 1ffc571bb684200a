"""What the gateway keeps of a maker's record (FIG 6 step 615, claim 7): serials with hashes of passwords.

Passwords come in as text, are hashed, and are gone: neither this store nor anything else can give them back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
import hashlib
import hmac
from typing import Protocol, override

from ..protocol import wire

type StoredRecord = dict[str, object]  # JSON-safe

# scrypt with N = 2**cost, r = 8, p = 1: 4 MiB, and 10 ms of a desktop's core. A maker draws passwords at
# random: 60 bits or more (12 characters of 32), mostly 100, so nobody guesses one at that price; a higher one
# would only make people wait: a list of 100,000 takes a quarter of an hour as it is.
COST = 12
BLOCK_SIZE = 8  # r
PARALLELISM = 1  # p
MAX_COST = 17  # of a stored hash: 128 MiB; more would be damage
SALT_SIZE = 16  # bytes; one salt per serial, so that a typed password is hashed once
DIGEST_SIZE = 16  # bytes; 128 bits are more than any of these passwords has


@dataclass(frozen=True, slots=True, kw_only=True)
class MakerRecord:
    """The passwords of one serial, hashed. The place of each is its slot in the device."""

    salt: bytes  # SALT_SIZE
    digests: tuple[bytes | None, ...]  # DIGEST_SIZE each; None: an empty slot
    cost: int = COST
    is_weak: bool = False  # a password of it can be guessed, as the file showed when it was read

    @override
    def __repr__(self) -> str:
        return f"MakerRecord(passwords={self.passwords})"

    @staticmethod
    def make(passwords: Sequence[str | None], salt: bytes, cost: int = COST) -> MakerRecord:
        """Hash passwords (as normalised, by slot). Takes milliseconds for each: run it in a thread."""
        digests = (
            None if password is None else _hash(password, salt, cost) for password in passwords
        )
        return MakerRecord(salt=salt, digests=tuple(digests), cost=cost)

    @property
    def passwords(self) -> int:
        """How many passwords there are."""
        return sum(digest is not None for digest in self.digests)

    def slot_of(self, password: str) -> int | None:
        """Return the slot of a password (normalised), or None: it is none of them. Run it in a thread."""
        typed, found = _hash(password, self.salt, self.cost), None
        for slot, digest in enumerate(self.digests):
            if digest is not None and hmac.compare_digest(typed, digest) and found is None:
                found = slot
        return found

    def to_dict(self) -> StoredRecord:
        """Return it for a private store."""
        return {
            "salt": self.salt.hex(),
            "digests": [None if digest is None else digest.hex() for digest in self.digests],
            "cost": self.cost,
            **({"is_weak": True} if self.is_weak else {}),
        }

    @staticmethod
    def from_dict(stored: Mapping[str, object]) -> MakerRecord:
        """Return what `to_dict` gave. Raises ValueError for anything else."""
        cost, digests = stored.get("cost"), stored.get("digests")
        if type(cost) is not int or not 1 <= cost <= MAX_COST:
            raise ValueError("not a cost")
        if not isinstance(digests, list) or not 1 <= len(digests) <= wire.PRS_SLOTS:
            raise ValueError("not the passwords of a serial")
        record = MakerRecord(
            salt=_bytes(stored.get("salt"), SALT_SIZE),
            digests=tuple(
                None if digest is None else _bytes(digest, DIGEST_SIZE) for digest in digests
            ),
            cost=cost,
            is_weak=stored.get("is_weak") is True,
        )
        if not record.passwords:
            raise ValueError("no password")
        return record


def _hash(password: str, salt: bytes, cost: int) -> bytes:
    n = 1 << cost
    return hashlib.scrypt(
        password.encode(),
        salt=salt,
        n=n,
        r=BLOCK_SIZE,
        p=PARALLELISM,
        maxmem=128 * BLOCK_SIZE * (n + PARALLELISM + 2),  # what OpenSSL counts
        dklen=DIGEST_SIZE,
    )


def _bytes(stored: object, size: int) -> bytes:
    if not isinstance(stored, str):
        raise ValueError("not a text")
    value = bytes.fromhex(stored)
    if len(value) != size:
        raise ValueError("of wrong size")
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecords:
    """The whole list, and what becomes of a claim whose serial is not on it."""

    records: Mapping[str, MakerRecord] = field(default_factory=dict)
    refuses_unlisted: bool = False  # False: the device alone decides, as in FIG 4


class RecordStore(Protocol):
    """Maker's records: private, in a store of their own, in no diagnostics."""

    async def load(self) -> StoredRecords:
        """Return what was saved last; a store that was never written is empty."""

    async def save(self, stored: StoredRecords) -> None:
        """Replace everything, durably."""


class MemoryRecordStore:
    """Maker's records in memory."""

    def __init__(self) -> None:
        self.stored = StoredRecords()

    async def load(self) -> StoredRecords:
        """Return what was saved last."""
        return self.stored

    async def save(self, stored: StoredRecords) -> None:
        """Replace everything."""
        self.stored = stored
