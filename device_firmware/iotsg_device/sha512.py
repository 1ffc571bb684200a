"""SHA-512 (FIPS 180-4) in plain Python, for a hashlib without it; used at a claim only."""

from binascii import unhexlify

_MASK = (1 << 64) - 1

_INITIAL = (
    0x6A09E667F3BCC908,
    0xBB67AE8584CAA73B,
    0x3C6EF372FE94F82B,
    0xA54FF53A5F1D36F1,
    0x510E527FADE682D1,
    0x9B05688C2B3E6C1F,
    0x1F83D9ABFB41BD6B,
    0x5BE0CD19137E2179,
)

# The 80 round constants, 8 B each: as integers they would take three times the memory.
_K = unhexlify(
    "428a2f98d728ae227137449123ef65cdb5c0fbcfec4d3b2fe9b5dba58189dbbc"
    "3956c25bf348b53859f111f1b605d019923f82a4af194f9bab1c5ed5da6d8118"
    "d807aa98a303024212835b0145706fbe243185be4ee4b28c550c7dc3d5ffb4e2"
    "72be5d74f27b896f80deb1fe3b1696b19bdc06a725c71235c19bf174cf692694"
    "e49b69c19ef14ad2efbe4786384f25e30fc19dc68b8cd5b5240ca1cc77ac9c65"
    "2de92c6f592b02754a7484aa6ea6e4835cb0a9dcbd41fbd476f988da831153b5"
    "983e5152ee66dfaba831c66d2db43210b00327c898fb213fbf597fc7beef0ee4"
    "c6e00bf33da88fc2d5a79147930aa72506ca6351e003826f142929670a0e6e70"
    "27b70a8546d22ffc2e1b21385c26c9264d2c6dfc5ac42aed53380d139d95b3df"
    "650a73548baf63de766a0abb3c77b2a881c2c92e47edaee692722c851482353b"
    "a2bfe8a14cf10364a81a664bbc423001c24b8b70d0f89791c76c51a30654be30"
    "d192e819d6ef5218d69906245565a910f40e35855771202a106aa07032bbd1b8"
    "19a4c116b8d2d0c81e376c085141ab532748774cdf8eeb9934b0bcb5e19b48a8"
    "391c0cb3c5c95a634ed8aa4ae3418acb5b9cca4f7763e373682e6ff3d6b2b8a3"
    "748f82ee5defb2fc78a5636f43172f6084c87814a1f0ab728cc702081a6439ec"
    "90befffa23631e28a4506cebde82bde9bef9a3f7b2c67915c67178f2e372532b"
    "ca273eceea26619cd186b8c721c0c207eada7dd6cde0eb1ef57d4f7fee6ed178"
    "06f067aa72176fba0a637dc5a2c898a6113f9804bef90dae1b710b35131c471b"
    "28db77f523047d8432caab7b40c724933c9ebe0a15c9bebc431d67c49c100d4c"
    "4cc5d4becb3e42b6597f299cfc657e2a5fcb6fab3ad6faec6c44198c4a475817"
)


def _rotated(x: int, n: int) -> int:
    return x >> n | x << 64 - n


def sha512(data: bytes) -> bytes:
    """Return the digest (64 B)."""
    padding = bytes(111 - len(data) % 128 + (128 if len(data) % 128 > 111 else 0))
    data = bytes(data) + b"\x80" + padding + (8 * len(data)).to_bytes(16, "big")
    state = list(_INITIAL)
    for offset in range(0, len(data), 128):
        _compress(state, data, offset)
    return b"".join([word.to_bytes(8, "big") for word in state])


def _compress(state: "list[int]", data: bytes, offset: int) -> None:
    w = [int.from_bytes(data[i : i + 8], "big") for i in range(offset, offset + 128, 8)]
    a, b, c, d, e, f, g, h = state
    for t in range(80):
        i = t & 15
        if t > 15:
            x = w[t + 1 & 15]
            y = w[t + 14 & 15]
            w[i] = (
                w[i]
                + (_rotated(x, 1) ^ _rotated(x, 8) ^ x >> 7)
                + w[t + 9 & 15]
                + (_rotated(y, 19) ^ _rotated(y, 61) ^ y >> 6)
            ) & _MASK
        t1 = (
            h
            + (_rotated(e, 14) ^ _rotated(e, 18) ^ _rotated(e, 41))
            + (e & f ^ ~e & g)
            + int.from_bytes(_K[8 * t : 8 * t + 8], "big")
            + w[i]
        )
        t2 = (_rotated(a, 28) ^ _rotated(a, 34) ^ _rotated(a, 39)) + (a & b ^ a & c ^ b & c)
        h, g, f, e = g, f, e, d + t1 & _MASK
        d, c, b, a = c, b, a, t1 + t2 & _MASK
    for i, word in enumerate((a, b, c, d, e, f, g, h)):
        state[i] = state[i] + word & _MASK
