"""Noise NNpsk0 (revision 34) and the records after it: the authenticated link of two ends.

    initiator              responder
    -> psk, e              read_1: checked with the PSK alone, no Diffie-Hellman
    <- e, ee               write_2
    split()                split()            one RecordCipher per direction

The cipher comes in as a factory, so that the public vectors of other ciphers prove this code.
"""

from .errors import HandshakeError, MisuseError, RecordError
from .kdf import hkdf

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .ports import AeadFactory, Crypto

LINK_NAME = b"Noise_NNpsk0_25519_AESCCM_SHA256"
KEY_LENGTH = 32
TAG_LENGTH = 16
MIN_MESSAGE_LENGTH = KEY_LENGTH + TAG_LENGTH
MAX_MESSAGE_LENGTH = 65535  # Noise section 3
REKEY_INTERVAL = 1 << 20  # records of one direction under one key
_REKEY_COUNTER = (1 << 64) - 1  # reserved by Noise section 4.2; no record ever has it

_START = 0
_FIRST_DONE = 1
_SECOND_DONE = 2
_SPLIT = 3
_FAILED = -1  # also while a step runs: one that raised leaves nothing to go on with


class Handshake:
    """One run of the handshake in one role; `name` is the Noise protocol name in ASCII.

    An unexpected call raises MisuseError, a message of the peer that does not fit HandshakeError;
    after either of them the object is of no further use.
    """

    def __init__(
        self,
        crypto: "Crypto",
        aead_factory: "AeadFactory",
        name: bytes,
        prologue: bytes,
        psk: bytes,
        is_initiator: bool,
    ) -> None:
        """Mix in all that both ends know beforehand; psk is 32 B."""
        if len(psk) != KEY_LENGTH:
            raise MisuseError("PSK must be 32 bytes")
        self._crypto = crypto
        self._aead_factory = aead_factory
        self._is_initiator = is_initiator
        self._step = _START
        self._ephemeral = b""
        self._peer_ephemeral = b""
        if len(name) <= KEY_LENGTH:
            self._hash = name + bytes(KEY_LENGTH - len(name))
        else:
            self._hash = crypto.sha256(name)
        self._chaining_key = self._hash
        self._mix_hash(prologue)
        keys = hkdf(crypto, psk, b"", 96, self._chaining_key)
        self._chaining_key = keys[:32]
        self._mix_hash(keys[32:64])
        self._cipher = aead_factory(keys[64:])

    def __repr__(self) -> str:
        """Say nothing of the keys."""
        return "<Handshake>"

    @property
    def hash(self) -> bytes:
        """The handshake hash h (32 B), the same on both ends once message 2 is through."""
        if self._step < _SECOND_DONE:
            raise MisuseError("handshake is not complete")
        return self._hash

    def write_1(self, ephemeral_private: bytes, payload: bytes = b"") -> bytes:
        """Return message 1 of the initiator; ephemeral_private is 32 fresh random bytes."""
        self._begin(_START, True)
        self._ephemeral = ephemeral_private
        public = self._crypto.x25519_public(ephemeral_private)
        self._mix_ephemeral(public)
        message = public + self._encrypt(payload)
        self._step = _FIRST_DONE
        return message

    def read_1(self, message: bytes) -> bytes:
        """Return the payload of message 1: it was made with this PSK, but perhaps long ago."""
        self._begin(_START, False)
        payload = self._decrypt(self._take_ephemeral(message))
        self._step = _FIRST_DONE
        return payload

    def write_2(self, ephemeral_private: bytes, payload: bytes = b"") -> bytes:
        """Return message 2 of the responder; HandshakeError when the peer's point is refused."""
        self._begin(_FIRST_DONE, False)
        self._ephemeral = ephemeral_private
        public = self._crypto.x25519_public(ephemeral_private)
        self._mix_ephemeral(public)
        self._mix_diffie_hellman()
        message = public + self._encrypt(payload)
        self._step = _SECOND_DONE
        return message

    def read_2(self, message: bytes) -> bytes:
        """Return the payload of message 2: the peer holds the PSK and answers this very run."""
        self._begin(_FIRST_DONE, True)
        sealed = self._take_ephemeral(message)
        self._mix_diffie_hellman()
        payload = self._decrypt(sealed)
        self._step = _SECOND_DONE
        return payload

    def split(self) -> "tuple[bytes, bytes]":
        """Return (send_key, receive_key), 32 B each, once."""
        if self._step != _SECOND_DONE:
            raise MisuseError("handshake is not complete")
        keys = hkdf(self._crypto, b"", b"", 64, self._chaining_key)
        self._step = _SPLIT
        self._chaining_key = b""
        if self._is_initiator:
            return keys[:32], keys[32:]
        return keys[32:], keys[:32]

    def _begin(self, step: int, is_initiator: bool) -> None:
        if self._step != step or self._is_initiator != is_initiator:
            raise MisuseError("handshake step out of order")
        self._step = _FAILED

    def _mix_hash(self, data: bytes) -> None:
        self._hash = self._crypto.sha256(self._hash + data)

    def _mix_key(self, ikm: bytes) -> None:
        keys = hkdf(self._crypto, ikm, b"", 64, self._chaining_key)
        self._chaining_key = keys[:32]
        self._cipher = self._aead_factory(keys[32:])

    def _mix_ephemeral(self, public: bytes) -> None:
        # Noise section 9.2: with a PSK, every ephemeral goes into the key too.
        self._mix_hash(public)
        self._mix_key(public)

    def _take_ephemeral(self, message: bytes) -> bytes:
        """Mix the peer's public key and return what follows it."""
        if not MIN_MESSAGE_LENGTH <= len(message) <= MAX_MESSAGE_LENGTH:
            raise HandshakeError("handshake message of wrong length")
        self._peer_ephemeral = bytes(message[:KEY_LENGTH])
        self._mix_ephemeral(self._peer_ephemeral)
        return bytes(message[KEY_LENGTH:])

    def _mix_diffie_hellman(self) -> None:
        try:
            point = self._crypto.x25519(self._ephemeral, self._peer_ephemeral)
        except ValueError:
            point = b""
        if not point:
            raise HandshakeError("ephemeral key of low order")
        self._ephemeral = b""
        self._mix_key(point)

    # Each key of a handshake seals exactly one payload, so its counter is always 0.

    def _encrypt(self, payload: bytes) -> bytes:
        sealed = self._cipher.seal(0, payload, self._hash)
        self._mix_hash(sealed)
        return sealed

    def _decrypt(self, sealed: bytes) -> bytes:
        payload: "bytes | None" = None
        try:
            payload = self._cipher.open(0, sealed, self._hash)
        except ValueError:
            pass
        if payload is None:
            raise HandshakeError("handshake message does not authenticate")
        self._mix_hash(sealed)
        return payload


class RecordCipher:
    """One direction of a link: numbers its records itself and renews its key by schedule.

    Both ends renew after the same record, so nothing about it is sent. The first record that does
    not open ends the link: TCP loses and reorders nothing, so there is no honest reason for it.
    """

    def __init__(
        self, aead_factory: "AeadFactory", key: bytes, rekey_interval: int = REKEY_INTERVAL
    ) -> None:
        """Start at record 0; the interval is a parameter for tests only."""
        if len(key) != KEY_LENGTH or rekey_interval < 1:
            raise MisuseError("record key must be 32 bytes")
        self._aead_factory = aead_factory
        self._cipher = aead_factory(key)
        self._number = 0
        self._interval = rekey_interval
        self._rekey_at = rekey_interval

    def __repr__(self) -> str:
        """Say nothing of the key."""
        return "<RecordCipher>"

    def seal(self, plaintext: bytes, aad: bytes = b"") -> bytes:
        """Return the next record: ciphertext and tag (16 B)."""
        sealed = self._cipher.seal(self._number, plaintext, aad)
        self._number += 1
        if self._number == self._rekey_at:
            self._renew()
        return sealed

    def open(self, sealed: bytes, aad: bytes = b"") -> bytes:
        """Return the plaintext of the next record, or raise RecordError and stay where it was."""
        plaintext: "bytes | None" = None
        try:
            plaintext = self._cipher.open(self._number, sealed, aad)
        except ValueError:
            pass
        if plaintext is None:
            raise RecordError("record does not authenticate")
        self._number += 1
        if self._number == self._rekey_at:
            self._renew()
        return plaintext

    def _renew(self) -> None:
        # Noise section 4.2 REKEY; the counter goes on, so no nonce ever comes back.
        key = self._cipher.seal(_REKEY_COUNTER, bytes(KEY_LENGTH), b"")[:KEY_LENGTH]
        self._cipher = self._aead_factory(key)
        self._rekey_at += self._interval
