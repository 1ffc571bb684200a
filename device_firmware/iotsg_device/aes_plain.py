"""AES in plain Python (FIPS 197), for CPython without pyca/cryptography; encryption only.

Its table look-ups are not constant in time. A board uses cryptolib, and CPython with
pyca/cryptography uses that: this is what remains where neither is there.
"""


def _make_sbox() -> bytes:
    box = bytearray(256)
    p = q = 1
    while True:
        p ^= (p << 1 & 255) ^ (0x1B if p & 128 else 0)  # p times 3
        q ^= q << 1  # q divided by 3
        q ^= q << 2
        q ^= q << 4
        q &= 255
        if q & 128:
            q ^= 9
        x = q | q << 8
        box[p] = (q ^ x >> 7 ^ x >> 6 ^ x >> 5 ^ x >> 4 ^ 0x63) & 255
        if p == 1:
            break
    box[0] = 0x63
    return bytes(box)


def _make_table(sbox: bytes) -> "list[int]":
    """Return for each byte the column (2s, s, s, 3s) of SubBytes and MixColumns in one."""
    table = []
    for s in sbox:
        double = (s << 1) ^ (0x11B if s & 128 else 0)
        table.append(double << 24 | s << 16 | s << 8 | (double ^ s))
    return table


_SBOX = _make_sbox()
_T0 = _make_table(_SBOX)
_T1 = [(t >> 8) | (t & 255) << 24 for t in _T0]
_T2 = [(t >> 8) | (t & 255) << 24 for t in _T1]
_T3 = [(t >> 8) | (t & 255) << 24 for t in _T2]


def _sub_word(w: int) -> int:
    return (
        _SBOX[w >> 24] << 24
        | _SBOX[w >> 16 & 255] << 16
        | _SBOX[w >> 8 & 255] << 8
        | _SBOX[w & 255]
    )


class PlainAes:
    """AES under one key of 16, 24 or 32 B, with the interface of `compat.aes`."""

    def __init__(self, key: bytes) -> None:
        """Expand the key; ValueError for any other length."""
        if len(key) not in (16, 24, 32):
            raise ValueError("AES key must be 16, 24 or 32 bytes")
        count = len(key) // 4
        words = [int.from_bytes(key[i : i + 4], "big") for i in range(0, len(key), 4)]
        constant = 1
        for i in range(count, 4 * (count + 7)):
            word = words[i - 1]
            if i % count == 0:
                word = _sub_word((word << 8 | word >> 24) & 0xFFFFFFFF) ^ constant << 24
                constant = (constant << 1) ^ (0x11B if constant & 128 else 0)
            elif count == 8 and i % 8 == 4:
                word = _sub_word(word)
            words.append(words[i - count] ^ word)
        self._words = words

    def __repr__(self) -> str:
        """Say nothing of the key."""
        return "<PlainAes>"

    def encrypt(self, blocks: "bytes | bytearray") -> bytes:
        """Return each block of 16 B encrypted by itself."""
        return b"".join([self._block(blocks[i : i + 16]) for i in range(0, len(blocks), 16)])

    def mac(self, blocks: bytes) -> bytes:
        """Return the last block of CBC from a zero start."""
        state = 0
        for i in range(0, len(blocks), 16):
            mixed = state ^ int.from_bytes(blocks[i : i + 16], "big")
            state = int.from_bytes(self._block(mixed.to_bytes(16, "big")), "big")
        return state.to_bytes(16, "big")

    def _block(self, block: "bytes | bytearray") -> bytes:
        words = self._words
        a = int.from_bytes(block[0:4], "big") ^ words[0]
        b = int.from_bytes(block[4:8], "big") ^ words[1]
        c = int.from_bytes(block[8:12], "big") ^ words[2]
        d = int.from_bytes(block[12:16], "big") ^ words[3]
        last = len(words) - 4
        for i in range(4, last, 4):
            a, b, c, d = (
                _T0[a >> 24] ^ _T1[b >> 16 & 255] ^ _T2[c >> 8 & 255] ^ _T3[d & 255] ^ words[i],
                _T0[b >> 24] ^ _T1[c >> 16 & 255] ^ _T2[d >> 8 & 255] ^ _T3[a & 255] ^ words[i + 1],
                _T0[c >> 24] ^ _T1[d >> 16 & 255] ^ _T2[a >> 8 & 255] ^ _T3[b & 255] ^ words[i + 2],
                _T0[d >> 24] ^ _T1[a >> 16 & 255] ^ _T2[b >> 8 & 255] ^ _T3[c & 255] ^ words[i + 3],
            )
        box = _SBOX
        output = b""
        for i, (w, x, y, z) in enumerate(((a, b, c, d), (b, c, d, a), (c, d, a, b), (d, a, b, c))):
            word = (
                box[w >> 24] << 24
                | box[x >> 16 & 255] << 16
                | box[y >> 8 & 255] << 8
                | box[z & 255]
            ) ^ words[last + i]
            output += word.to_bytes(4, "big")
        return output
