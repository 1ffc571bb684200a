"""Serials, claim passwords and the transient identifiers DSID and GSID."""

from . import wire

ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_TEN_DIGITS = 62**10
_TWENTY_DIGITS = 62**20
_SERIAL_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
_PASSWORD_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
MIN_PASSWORD = 12  # characters: 60 bits
MAX_PASSWORD = 64
MAX_TYPED = 256  # characters of typed text that are looked at


def draw(seed: bytes) -> bytes:
    """Return a transient identifier (20 alphanumerics, FIG 13 "preferred") from 32 random bytes.

    Character i is the base-62 digit i of the seed as a big-endian integer; taking the 20 digits in
    two halves keeps the arithmetic in small integers.
    """
    high, low = divmod(int.from_bytes(seed, "big") % _TWENTY_DIGITS, _TEN_DIGITS)
    out = bytearray(wire.IDENTIFIER_SIZE)
    for index in range(10):
        low, digit = divmod(low, 62)
        out[index] = ALPHABET[digit]
        high, digit = divmod(high, 62)
        out[index + 10] = ALPHABET[digit]
    return bytes(out)


def is_identifier(text: bytes) -> bool:
    """Tell whether `text` has the form of a DSID or GSID."""
    return len(text) == wire.IDENTIFIER_SIZE and not text.strip(ALPHABET)


def normalise_serial(typed: str) -> "str | None":
    """Return the serial as it goes on the wire, or None when it is no serial."""
    if len(typed) > MAX_TYPED:
        return None
    serial = typed.strip().upper()
    return serial if is_serial(serial) else None


def is_serial(text: str) -> bool:
    """Tell whether `text` is a serial: 1 to 32 characters of A-Z 0-9 and -."""
    return 1 <= len(text) <= wire.MAX_SERIAL and not text.strip(_SERIAL_CHARACTERS)


def normalise_password(typed: str) -> "str | None":
    """Return the claim password without spaces and hyphens, upper case, or None when it is none."""
    if len(typed) > MAX_TYPED:
        return None
    password = typed.strip().replace(" ", "").replace("-", "").upper()
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        return None
    return None if password.strip(_PASSWORD_CHARACTERS) else password
