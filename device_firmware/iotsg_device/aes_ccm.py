"""AES-CCM (RFC 3610) over AES blocks: any key, nonce and tag size that the standard allows."""

from struct import pack

from .compat import aes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .compat import BlockCipher

KEY_LENGTH = 32
TAG_LENGTH = 16
MAX_PLAINTEXT_LENGTH = 65535  # of a 2 B length field, and more than any frame of ours holds
_AT_ONCE = 256  # bytes, whole blocks: a long text whole would take four pieces of a small heap
_LONG_AAD = 0xFF00  # from here on its length takes 6 bytes


def equal(a: bytes, b: bytes) -> bool:
    """Compare in a time that does not depend on where the two differ."""
    if len(a) != len(b):
        return False
    difference = 0
    for i in range(len(a)):
        difference |= a[i] ^ b[i]
    return difference == 0


def ccm_seal(
    cipher: "BlockCipher",
    nonce: bytes,
    plaintext: bytes,
    aad: bytes = b"",
    tag_length: int = TAG_LENGTH,
) -> bytes:
    """Return ciphertext and tag under `compat.aes(key)`; ValueError for sizes out of range."""
    _check_sizes(nonce, len(plaintext), tag_length)
    first, ciphertext = _apply_stream(cipher, nonce, plaintext)
    tag = _xor(_mac(cipher, nonce, plaintext, aad, tag_length), first)
    return ciphertext + tag[:tag_length]


def ccm_open(
    cipher: "BlockCipher",
    nonce: bytes,
    sealed: bytes,
    aad: bytes = b"",
    tag_length: int = TAG_LENGTH,
) -> bytes:
    """Return the plaintext of `ccm_seal`; ValueError when anything was altered or cut."""
    length = len(sealed) - tag_length
    _check_sizes(nonce, length, tag_length)
    first, plaintext = _apply_stream(cipher, nonce, sealed[:length])
    tag = _xor(_mac(cipher, nonce, plaintext, aad, tag_length), first)
    if not equal(tag[:tag_length], sealed[length:]):
        raise ValueError("ciphertext does not authenticate")
    return plaintext


def _check_sizes(nonce: bytes, length: int, tag_length: int) -> None:
    if not 7 <= len(nonce) <= 13:
        raise ValueError("CCM nonce must be 7 to 13 bytes")
    if tag_length not in (4, 6, 8, 10, 12, 14, 16):
        raise ValueError("CCM tag must be an even 4 to 16 bytes")
    if not 0 <= length <= MAX_PLAINTEXT_LENGTH:
        raise ValueError("CCM text too short or too long")


def _apply_stream(cipher: "BlockCipher", nonce: bytes, data: bytes) -> "tuple[bytes, bytes]":
    """Return the first encrypted counter block, which is for the tag, and `data` under the others."""
    length = len(data)
    if length <= _AT_ONCE:
        stream = _key_stream(cipher, nonce, 0, 1 + (length + 15) // 16)
        return stream[:16], _xor(data, stream[16:])
    out = bytearray(length)
    for at in range(0, length, _AT_ONCE):
        part = data[at : at + _AT_ONCE]
        stream = _key_stream(cipher, nonce, 1 + at // 16, (len(part) + 15) // 16)
        out[at : at + len(part)] = _xor(part, stream)
    return _key_stream(cipher, nonce, 0, 1), bytes(out)


def _key_stream(cipher: "BlockCipher", nonce: bytes, start: int, count: int) -> bytes:
    """Return `count` encrypted counter blocks from the one numbered `start`."""
    field = 15 - len(nonce)
    blocks = bytearray((bytes((field - 1,)) + nonce + bytes(field)) * count)
    for i in range(count):
        blocks[16 * i + 14] = start + i >> 8
        blocks[16 * i + 15] = start + i & 255
    return cipher.encrypt(blocks)


def _mac(
    cipher: "BlockCipher", nonce: bytes, plaintext: bytes, aad: bytes, tag_length: int
) -> bytes:
    field = 15 - len(nonce)
    flags = (64 if aad else 0) | (tag_length - 2) // 2 << 3 | (field - 1)
    data = bytes((flags,)) + nonce + len(plaintext).to_bytes(field, "big")
    if aad:
        if len(aad) < _LONG_AAD:
            data += pack(">H", len(aad))
        else:
            data += pack(">HI", 0xFFFE, len(aad))
        data = _padded(data + aad)
    return cipher.mac(_padded(data + plaintext))


def _padded(data: bytes) -> bytes:
    rest = len(data) % 16
    return data + bytes(16 - rest) if rest else data


def _xor(data: bytes, stream: bytes) -> bytes:
    length = len(data)
    if not length:
        return b""
    mixed = int.from_bytes(data, "big") ^ int.from_bytes(stream[:length], "big")
    return mixed.to_bytes(length, "big")


class CcmAead:
    """AES-256-CCM under one key, with the nonce of a link: 5 zero bytes and the counter."""

    def __init__(self, key: bytes) -> None:
        """Prepare the cipher; ValueError unless the key is 32 B."""
        if len(key) != KEY_LENGTH:
            raise ValueError("AEAD key must be 32 bytes")
        self._cipher = aes(key)

    def __repr__(self) -> str:
        """Say nothing of the key."""
        return "<CcmAead>"

    def seal(self, counter: int, plaintext: bytes, aad: bytes) -> bytes:
        """Return ciphertext and tag (16 B); counter is u64."""
        return ccm_seal(self._cipher, pack(">5xQ", counter), plaintext, aad)

    def open(self, counter: int, ciphertext: bytes, aad: bytes) -> bytes:
        """Return the plaintext, or raise ValueError."""
        return ccm_open(self._cipher, pack(">5xQ", counter), ciphertext, aad)
