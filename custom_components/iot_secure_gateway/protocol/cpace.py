"""CPace-X25519-SHA512, initiator-responder (draft-irtf-cfrg-cpace-21): the arithmetic of a claim.

Pure functions; the order of the messages is in `claim.py`. Shares and points are 32 B in the
encoding of X25519. What a peer can get wrong ends in `HandshakeError`.
"""

from .errors import HandshakeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .ports import Crypto

DSI = b"CPace255"
DSI_ISK = b"CPace255_ISK"
DSI_MAC = b"CPaceMac"
SHARE_LENGTH = 32
TAG_LENGTH = 64
_HASH_BLOCK = 128  # SHA-512 input block: PRS is padded to fill the first one

_P = 2**255 - 19
_A = 486662  # Curve25519: v^2 = u^3 + A u^2 + u
_NON_SQUARE = 2


def prepend_len(data: bytes) -> bytes:
    """Return the length of data as unsigned LEB128, then data."""
    length = len(data)
    prefix = bytearray()
    while length > 127:
        prefix.append(length & 127 | 128)
        length >>= 7
    prefix.append(length)
    return bytes(prefix) + data


def lv_cat(*parts: bytes) -> bytes:
    """Return all parts, each with its length in front: no two lists give the same bytes."""
    return b"".join([prepend_len(part) for part in parts])


def generator_string(prs: bytes, ci: bytes, sid: bytes) -> bytes:
    """Return gen_str: PRS with domain separation, padded so that it fills one hash block."""
    padding = _HASH_BLOCK - 1 - len(prepend_len(prs)) - len(prepend_len(DSI))
    return lv_cat(DSI, prs, bytes(max(0, padding)), ci, sid)


def generator(crypto: "Crypto", prs: bytes, ci: bytes, sid: bytes) -> bytes:
    """Return the secret generator (32 B) that both ends derive from the password."""
    digest = crypto.sha512(generator_string(prs, ci, sid))
    field_element = bytes(digest[:31]) + bytes((digest[31] & 127,))
    return _elligator2(int.from_bytes(field_element, "little") % _P).to_bytes(32, "little")


def _elligator2(element: int) -> int:
    """Map a field element to the u coordinate of a point (RFC 9380 section 6.7.1)."""
    # 1 + 2 r^2 is never zero: -1/2 is no square modulo p.
    v = -_A * pow(1 + _NON_SQUARE * element * element, _P - 2, _P) % _P
    if pow(((v + _A) * v + 1) * v % _P, (_P - 1) // 2, _P) == _P - 1:
        return (-v - _A) % _P
    return v


def share(crypto: "Crypto", secret: bytes, point: bytes) -> bytes:
    """Return the public share (32 B) of a fresh secret scalar (32 B) on the generator."""
    return _multiply(crypto, secret, point)


def shared_point(crypto: "Crypto", secret: bytes, peer_share: bytes) -> bytes:
    """Return K (32 B); HandshakeError for a share of low order or of wrong length."""
    return _multiply(crypto, secret, peer_share)


def _multiply(crypto: "Crypto", scalar: bytes, point: bytes) -> bytes:
    try:
        product = crypto.x25519(scalar, point)
    except ValueError:
        product = b""
    if not product:
        raise HandshakeError("CPace: point of low order or wrong length")
    return product


def isk(
    crypto: "Crypto", sid: bytes, k: bytes, ya: bytes, ada: bytes, yb: bytes, adb: bytes
) -> bytes:
    """Return the intermediate session key (64 B) of the run; a = initiator, b = responder."""
    return crypto.sha512(lv_cat(DSI_ISK, sid, k) + lv_cat(ya, ada) + lv_cat(yb, adb))


def confirmation_tags(
    crypto: "Crypto", sid: bytes, key: bytes, ya: bytes, ada: bytes, yb: bytes, adb: bytes
) -> "tuple[bytes, bytes]":
    """Return (Ta, Tb), 64 B each, for key = ISK; compare the peer's with `crypto.equal` only."""
    mac_key = crypto.sha512(DSI_MAC + sid + key)
    return (
        crypto.hmac_sha512(mac_key, lv_cat(ya, ada)),
        crypto.hmac_sha512(mac_key, lv_cat(yb, adb)),
    )
