"""Ideal cryptography and fresh names, so that states which differ in names only can be merged.

Every value that would be random carries a mark: an identifier reads `ID` and digits, whatever a
hash, cipher or key exchange gives begins with 0xF1, a session id with 0xF2. `rename` numbers them
by first appearance. Hashes are ideal in that only the same inputs give the same name.

`Ordered` is the link as it is: a record opens once, in order, under the keys of its link.
`Bare` is a link whose cipher proves who spoke but neither when nor in which order, so that only
the patent's own identifiers stand against replay.
"""

from hashlib import blake2b
import itertools
import re

_MARK = b"\xf1"
_SESSION_MARK = b"\xf2"
_NAMES = re.compile(
    rb"ID[0-9]{18}|\xf1[0-9a-f]{15}|\xf2[0-9a-f]{15}|f2(?:3[0-9]|6[1-6]){15}", re.DOTALL
)
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_fresh = itertools.count(1)


def name(*parts: bytes) -> bytes:
    """Return the 16-byte name of these inputs."""
    digest = blake2b(digest_size=8)
    for part in parts:
        digest.update(len(part).to_bytes(4, "big") + part)
    return _MARK + digest.hexdigest()[:15].encode()


def random(size: int) -> bytes:
    """Return fresh bytes: of 32 `draw` makes an identifier that shows its mark; 16 name a session."""
    number = next(_fresh)
    if size == 16:
        return _SESSION_MARK + f"{number:015x}".encode()
    value = 0
    for character in reversed(f"ID{number:018d}".encode()):
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

    def __init__(self, key: bytes) -> None:
        self.key = b"bare"

    def seal(self, counter: int, plaintext: bytes, aad: bytes) -> bytes:
        """Return plaintext and a tag."""
        return plaintext + name(b"seal", self.key, plaintext)

    def open(self, counter: int, ciphertext: bytes, aad: bytes) -> bytes:
        """Return the plaintext, or raise ValueError."""
        plaintext, tag = ciphertext[:-16], ciphertext[-16:]
        if name(b"seal", self.key, plaintext) != tag:
            raise ValueError("forged")
        return plaintext


class Ordered:
    """A cipher as the link has it: bound to key, counter and what was authenticated with it."""

    def __init__(self, key: bytes) -> None:
        self.key = key

    def seal(self, counter: int, plaintext: bytes, aad: bytes) -> bytes:
        """Return plaintext and a tag."""
        return plaintext + name(b"seal", self.key, counter.to_bytes(8, "big"), aad, plaintext)

    def open(self, counter: int, ciphertext: bytes, aad: bytes) -> bytes:
        """Return the plaintext, or raise ValueError."""
        plaintext, tag = ciphertext[:-16], ciphertext[-16:]
        if name(b"seal", self.key, counter.to_bytes(8, "big"), aad, plaintext) != tag:
            raise ValueError("forged, or not in order")
        return plaintext


class IdealCrypto:
    """The crypto port over names. `cipher` is Ordered or Bare."""

    def __init__(self, cipher: type[Ordered | Bare]) -> None:
        self.cipher = cipher

    def sha256(self, data: bytes) -> bytes:
        """Return 32 bytes."""
        return name(b"sha256", data) + bytes(16)

    def hmac_sha256(self, key: bytes, data: bytes) -> bytes:
        """Return 32 bytes."""
        return name(b"hmac", key, data) + bytes(16)

    def sha512(self, data: bytes) -> bytes:
        """Return 64 bytes."""
        return name(b"sha512", data) + bytes(48)

    def hmac_sha512(self, key: bytes, data: bytes) -> bytes:
        """Return 64 bytes."""
        return name(b"hmac512", key, data) + bytes(48)

    def x25519_public(self, scalar: bytes) -> bytes:
        """Return the name of a public key."""
        return name(b"public", scalar) + bytes(16)

    def x25519(self, scalar: bytes, u: bytes) -> bytes:
        """Return the name that both ends of an exchange come to."""
        return name(*sorted((name(b"public", scalar), u[:16]))) + bytes(16)

    def equal(self, a: bytes, b: bytes) -> bool:
        """Compare."""
        return a == b

    def aead(self, key: bytes) -> Ordered | Bare:
        """Return the cipher of a key."""
        return self.cipher(key)
