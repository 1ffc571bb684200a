"""What this layer needs from outside: cryptography and randomness, as types for the checker.

Nothing here exists at run time (a device need not even hold this file); import it only under
`TYPE_CHECKING`, and name the types in string annotations.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    class Aead(Protocol):
        """One key of an authenticated cipher; the counter makes the nonce and is never repeated."""

        def seal(self, counter: int, plaintext: bytes, aad: bytes) -> bytes:
            """Return ciphertext and tag (16 B); counter is u64. ValueError when too long."""

        def open(self, counter: int, ciphertext: bytes, aad: bytes) -> bytes:
            """Return the plaintext; ValueError when anything was altered or cut."""

    class Crypto(Protocol):
        """The primitives of both ends; ValueError is the only exception they raise."""

        def sha256(self, data: bytes) -> bytes:
            """Return 32 B."""

        def sha512(self, data: bytes) -> bytes:
            """Return 64 B."""

        def hmac_sha256(self, key: bytes, data: bytes) -> bytes:
            """Return 32 B."""

        def hmac_sha512(self, key: bytes, data: bytes) -> bytes:
            """Return 64 B."""

        def x25519(self, scalar: bytes, u: bytes) -> bytes:
            """Return 32 B (RFC 7748); ValueError on wrong lengths and on an all-zero result."""

        def x25519_public(self, scalar: bytes) -> bytes:
            """Return the public key of a scalar of 32 B."""

        def equal(self, a: bytes, b: bytes) -> bool:
            """Compare in a time that does not depend on where the two differ."""

        def aead(self, key: bytes) -> Aead:
            """Return AES-256-CCM for one key of 32 B; nonce = 5 zero bytes and the counter."""

    class PasswordCrypto(Crypto, Protocol):
        """A port that can also stretch passwords; no device needs it."""

        def pbkdf2_sha256(self, password: bytes, salt: bytes, rounds: int, length: int) -> bytes:
            """Return `length` bytes of PBKDF2-HMAC-SHA256."""

    AeadFactory = Callable[[bytes], Aead]
    Random = Callable[[int], bytes]

    class Store(Protocol):
        """The device's flash: small values under small keys; each `put` is one atomic durable write."""

        lost: bool  # something in flash was found damaged when it was loaded

        def get(self, key: bytes) -> bytes | None:
            """Return the value, or None."""

        def put(self, key: bytes, value: bytes) -> None:
            """Keep a value of at most 288 bytes; durable when this returns. Raises OSError."""

        def delete(self, key: bytes) -> None:
            """Forget a key; nothing happens when it is not there."""

        def keys(self) -> list[bytes]:
            """Return the keys that are held."""

    class Facts(Protocol):
        """What a device is, from its factory settings."""

        serial: str
        prs: list[bytes | None]  # claim passwords, stretched; one per slot
        mode: int
        firmware: str
        model: str
        max_frame: int
        persistence: str  # of the command lane: "always" or "checkpoint"
        data_persistence: str  # of the data lane
        ip_recovery: str  # "authenticated" or "strict"
        claim_window_ms: int  # after power-up, in which the label's password is taken; 0 always
        fallback_after_ms: int  # the active gateway is away this long before another may command
        reset_cause: int  # told in HELLO_OK; 0 is not known
