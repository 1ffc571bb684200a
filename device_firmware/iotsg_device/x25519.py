"""X25519 (RFC 7748) in plain Python integers.

Their arithmetic is not constant in time. Every scalar of the protocol is used in one run only,
so what a listener's clock could collect about it never adds up.
"""

_P = 2**255 - 19
_A24 = 121665
KEY_LENGTH = 32
BASE_POINT = b"\x09" + bytes(31)


def x25519(scalar: bytes, u: bytes) -> bytes:
    """Return scalar times u (32 B); ValueError on wrong lengths and on an all-zero result."""
    if len(scalar) != KEY_LENGTH or len(u) != KEY_LENGTH:
        raise ValueError("X25519 takes 32 bytes")
    k = int.from_bytes(scalar, "little")
    k = (k >> 3 << 3 & ((1 << 254) - 1)) | 1 << 254
    product = _ladder(k, (int.from_bytes(u, "little") & ((1 << 255) - 1)) % _P)
    if product == 0:
        raise ValueError("X25519 point of low order")
    return product.to_bytes(KEY_LENGTH, "little")


def _ladder(k: int, x1: int) -> int:
    p = _P
    x2, z2, x3, z3 = 1, 0, x1, 1
    swapped = 0
    for t in range(254, -1, -1):
        bit = k >> t & 1
        if bit != swapped:
            x2, x3 = x3, x2
            z2, z3 = z3, z2
        swapped = bit
        a = x2 + z2
        b = x2 - z2
        aa = a * a % p
        bb = b * b % p
        e = aa - bb
        da = (x3 - z3) * a % p
        cb = (x3 + z3) * b % p
        x3 = da + cb
        x3 = x3 * x3 % p
        z3 = da - cb
        z3 = z3 * z3 * x1 % p
        x2 = aa * bb % p
        z2 = e * (aa + _A24 * e) % p
    # Bit 0 of a clamped scalar is 0, so the last swap has been undone.
    return x2 * pow(z2, p - 2, p) % p
