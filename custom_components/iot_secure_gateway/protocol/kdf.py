"""Keys from keys and from passwords: HKDF-SHA256 (RFC 5869) and the PRS of a claim password."""

from .errors import MisuseError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .ports import Crypto, PasswordCrypto

HASH_LENGTH = 32
MAX_OUTPUT_LENGTH = 255 * HASH_LENGTH  # RFC 5869: the block counter is one byte

# Once per claim attempt of a person, so slow on purpose; a device never computes it.
PRS_ROUNDS = 100_000
PRS_LENGTH = 32


def hkdf(
    crypto: "Crypto", ikm: bytes, info: bytes, length: int = HASH_LENGTH, salt: bytes = b""
) -> bytes:
    """Return `length` bytes of HKDF-SHA256; an empty salt means zeros, as RFC 5869 says."""
    if not 0 < length <= MAX_OUTPUT_LENGTH:
        raise MisuseError("HKDF length out of range")
    key = crypto.hmac_sha256(salt, ikm)
    block = b""
    output = b""
    number = 0
    while len(output) < length:
        number += 1
        block = crypto.hmac_sha256(key, block + info + bytes((number,)))
        output += block
    return output[:length]


def prs(crypto: "PasswordCrypto", password: str, serial: str) -> bytes:
    """Return the password-related string (32 B) of a normalised password for this serial."""
    return crypto.pbkdf2_sha256(
        password.encode(), b"ISG1" + serial.encode(), PRS_ROUNDS, PRS_LENGTH
    )
