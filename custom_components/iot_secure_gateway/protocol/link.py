"""Both ends of the link: its prologue, and records in frames (protocol.md section 5)."""

from . import noise, wire
from .errors import RecordError
from .kdf import hkdf

MESSAGE_SIZE = 48  # Noise messages 1 and 2: ephemeral key 32, tag 16
INIT_SIZE = wire.GATEWAY_ID_SIZE + MESSAGE_SIZE


def handshake(
    crypto: "Crypto",
    serial: str,
    gateway_id: bytes,
    mode: int,
    binding_key: bytes,
    is_initiator: bool,
) -> "noise.Handshake":
    """Return a fresh Noise handshake for this binding."""
    name = serial.encode()
    prologue = wire.PROTOCOL_TAG + bytes((wire.VERSION, mode, len(name))) + name + gateway_id
    return noise.Handshake(
        crypto, crypto.aead, noise.LINK_NAME, prologue, binding_key, is_initiator
    )


def rotated_key(crypto: "Crypto", binding_key: bytes, secret: bytes, peer_public: bytes) -> bytes:
    """Return the key that follows `binding_key`, from a fresh exchange under the link.

    It depends on both, so that neither the old key alone nor the exchange alone gives it.
    """
    try:
        shared = crypto.x25519(secret, peer_public)
    except ValueError:
        raise RecordError("ROTATE with a point of low order") from None
    return hkdf(crypto, shared, b"ISG1 rotate", wire.KEY_SIZE, binding_key)


class RecordChannel:
    """Seals and opens records of an established link."""

    def __init__(self, crypto: "Crypto", finished: "noise.Handshake") -> None:
        send_key, receive_key = finished.split()
        self.hash = finished.hash
        self._sealer = noise.RecordCipher(crypto.aead, send_key)
        self._opener = noise.RecordCipher(crypto.aead, receive_key)
        self.open = self._opener.open  # body of a RECORD frame -> record; raises RecordError

    def __repr__(self) -> str:
        """Return a text without keys."""
        return "<RecordChannel>"

    def seal(self, record: bytes) -> bytes:
        """Return the frame that carries `record`."""
        sealed = self._sealer.seal(record)
        size = len(sealed) + 1
        return bytes((size >> 8, size & 0xFF, wire.FRAME_RECORD)) + sealed


TYPE_CHECKING = False
if TYPE_CHECKING:
    from .ports import Crypto
