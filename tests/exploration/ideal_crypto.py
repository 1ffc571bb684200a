"""Ideal cryptography and fresh names, so that states which differ in names only can be merged.

Every value that would be random carries a mark: an identifier reads `ID` and digits, whatever a
hash, cipher or key exchange gives begins with 0xF1, a session id with 0xF2. `rename` numbers them
by first appearance. Hashes are ideal in that only the same inputs give the same name.

`Ordered` is the link as it is: a record opens once, in order, under the keys of its link.
`Bare` is a link whose cipher proves that one of the two ends spoke, but not when nor in which
order, so that only the patent's own identifiers stand against replay.
"""

import itertools
import re
from typing import Any

_NAMES = re.compile(
    rb"ID[0-9]{18}|\xf1[0-9a-f]{15}|\xf2[0-9a-f]{15}|f2(?:3[0-9]|6[1-6]){15}", re.DOTALL
)
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_SIXTY_BITS = (1 << 60) - 1
_fresh = itertools.count(1)


def name(*parts: bytes) -> bytes:
    """Return the 16-byte name of these inputs: 60 bits of Python's own keyed hash, the fastest there is."""
    return b"\xf1%015x" % (hash(parts) & _SIXTY_BITS)


def random(size: int) -> bytes:
    """Return fresh bytes: of 32 `draw` makes an identifier that shows its mark; 16 name a session."""
    number = next(_fresh)
    if size == 16:
        return b"\xf2%015x" % number
    value = 0
    for character in reversed(b"ID%018d" % number):
        value = value * 62 + _ALPHABET.index(character)
    return value.to_bytes(size, "big")


def rename(data: bytes) -> bytes:
    """Return `data` with each name replaced by the order in which it first appears."""
    seen: dict[bytes, bytes] = {}

    def number(match: re.Match[bytes]) -> bytes:
        text = match.group()
        if len(text) == 32:  # a session id as it stands in a command
            text = bytes.fromhex(text.decode())
        found = seen.get(text)
        if found is None:
            found = seen[text] = b"<%d>" % len(seen)
        return found

    return _NAMES.sub(number, data)


class Bare:
    """A cipher that proves only that one of the two ends said this, once, at some time."""

    __slots__ = ()

    def __init__(self, key: bytes) -> None:
        """All links have one key."""

    def seal(self, counter: int, plaintext: bytes, aad: bytes) -> bytes:
        """Return plaintext and a tag."""
        return plaintext + name(b"seal", plaintext)

    def open(self, counter: int, ciphertext: bytes, aad: bytes) -> bytes:
        """Return the plaintext, or raise ValueError."""
        plaintext, tag = ciphertext[:-16], ciphertext[-16:]
        if name(b"seal", plaintext) != tag:
            raise ValueError("forged")
        return plaintext


class Ordered:
    """A cipher as the link has it: bound to key, counter and what was authenticated with it."""

    __slots__ = ("key",)

    def __init__(self, key: bytes) -> None:
        self.key = key[:16]

    def seal(self, counter: int, plaintext: bytes, aad: bytes) -> bytes:
        """Return plaintext and a tag."""
        return plaintext + name(self.key, counter.to_bytes(8, "big"), aad, plaintext)

    def open(self, counter: int, ciphertext: bytes, aad: bytes) -> bytes:
        """Return the plaintext, or raise ValueError."""
        plaintext, tag = ciphertext[:-16], ciphertext[-16:]
        if name(self.key, counter.to_bytes(8, "big"), aad, plaintext) != tag:
            raise ValueError("forged, or not in order")
        return plaintext


class IdealCrypto:
    """The crypto port over names."""

    aead: Any

    def sha256(self, data: bytes) -> bytes:
        """Return 32 bytes."""
        return name(b"sha256", data) + bytes(16)

    def hmac_sha256(self, key: bytes, data: bytes) -> bytes:
        """Return 32 bytes."""
        return name(b"hmac", key, data) + bytes(16)

    def x25519_public(self, scalar: bytes) -> bytes:
        """Return the name of a public key."""
        return name(b"public", scalar) + bytes(16)

    def x25519(self, scalar: bytes, u: bytes) -> bytes:
        """Return the name that both ends of an exchange come to."""
        return name(*sorted((name(b"public", scalar), u[:16]))) + bytes(16)

    def equal(self, a: bytes, b: bytes) -> bool:
        """Compare."""
        return a == b


class OrderedCrypto(IdealCrypto):
    """With the cipher of the link."""

    aead = Ordered

    def __reduce__(self) -> str:
        """There is one."""
        return "ORDERED"


class BareCrypto(IdealCrypto):
    """With a cipher that knows no order."""

    aead = Bare

    def __reduce__(self) -> str:
        """There is one."""
        return "BARE"


ORDERED = OrderedCrypto()
BARE = BareCrypto()
