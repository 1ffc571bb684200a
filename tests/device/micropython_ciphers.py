"""AES-GCM and ChaCha20-Poly1305 for the public Noise vectors on MicroPython: slow, tests only."""

from struct import pack, unpack

from iotsg_device.compat import aes


def _padded(data):
    return data + bytes(-len(data) % 16)


def _xor(data, stream):
    return bytes([a ^ b for a, b in zip(data, stream)])


class PlainGcm:
    """AES-256-GCM; nonce = 4 zero bytes and the counter, big-endian."""

    def __init__(self, key):
        self._aes = aes(key)
        self._h = int.from_bytes(self._aes.encrypt(bytes(16)), "big")

    def _stream(self, counter, length):
        blocks = [pack(">4xQI", counter, i + 1) for i in range(1 + (length + 15) // 16)]
        return self._aes.encrypt(b"".join(blocks))

    def _tag(self, stream, aad, ciphertext):
        lengths = pack(">QQ", 8 * len(aad), 8 * len(ciphertext))
        data = _padded(aad) + _padded(ciphertext) + lengths
        state = 0
        for i in range(0, len(data), 16):
            state = self._multiply(state ^ int.from_bytes(data[i : i + 16], "big"))
        return _xor(state.to_bytes(16, "big"), stream)

    def _multiply(self, x):
        product = 0
        v = self._h
        for i in range(127, -1, -1):
            if x >> i & 1:
                product ^= v
            v = v >> 1 ^ (0xE1 << 120 if v & 1 else 0)
        return product

    def seal(self, counter, plaintext, aad):
        stream = self._stream(counter, len(plaintext))
        ciphertext = _xor(plaintext, stream[16:])
        return ciphertext + self._tag(stream[:16], aad, ciphertext)

    def open(self, counter, ciphertext, aad):
        text = ciphertext[:-16]
        stream = self._stream(counter, len(text))
        if self._tag(stream[:16], aad, text) != ciphertext[-16:]:
            raise ValueError("tag")
        return _xor(text, stream[16:])


def _quarter(s, a, b, c, d):
    for one, two, three, bits in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        s[one] = s[one] + s[two] & 0xFFFFFFFF
        x = s[three] ^ s[one]
        s[three] = (x << bits | x >> 32 - bits) & 0xFFFFFFFF


class PlainChaChaPoly:
    """ChaCha20-Poly1305 (RFC 8439); nonce = 4 zero bytes and the counter, little-endian."""

    def __init__(self, key):
        self._key = key

    def _block(self, number, counter):
        start = unpack("<16I", b"expand 32-byte k" + self._key + pack("<I4xQ", number, counter))
        s = list(start)
        for _ in range(10):
            for i in range(4):
                _quarter(s, i, i + 4, i + 8, i + 12)
            for i in range(4):
                _quarter(s, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
        return b"".join([pack("<I", (a + b) & 0xFFFFFFFF) for a, b in zip(start, s)])

    def _stream(self, counter, length):
        return b"".join([self._block(1 + i, counter) for i in range((length + 63) // 64)])

    def _tag(self, counter, aad, ciphertext):
        key = self._block(0, counter)
        r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
        data = _padded(aad) + _padded(ciphertext) + pack("<QQ", len(aad), len(ciphertext))
        total = 0
        for i in range(0, len(data), 16):
            block = int.from_bytes(data[i : i + 16], "little") | 1 << 128
            total = (total + block) * r % ((1 << 130) - 5)
        total += int.from_bytes(key[16:32], "little")
        return (total & (1 << 128) - 1).to_bytes(16, "little")

    def seal(self, counter, plaintext, aad):
        ciphertext = _xor(plaintext, self._stream(counter, len(plaintext)))
        return ciphertext + self._tag(counter, aad, ciphertext)

    def open(self, counter, ciphertext, aad):
        text = ciphertext[:-16]
        if self._tag(counter, aad, text) != ciphertext[-16:]:
            raise ValueError("tag")
        return _xor(text, self._stream(counter, len(text)))
