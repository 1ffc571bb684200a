"""Serials, claim passwords and the transient identifiers DSID and GSID."""

from . import wire

ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_ALPHABET_SET = frozenset(ALPHABET)
_SERIAL_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")
_PASSWORD_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
MIN_PASSWORD = 12  # characters: 60 bits
MAX_PASSWORD = 64
MAX_TYPED = 256  # characters of typed text that are looked at


def draw(seed: bytes) -> bytes:
    """Return a transient identifier (20 alphanumerics, FIG 13 "preferred") from 32 random bytes."""
    number = int.from_bytes(seed, "big")
    out = bytearray(wire.IDENTIFIER_SIZE)
    for index in range(wire.IDENTIFIER_SIZE):
        number, digit = divmod(number, 62)
        out[index] = ALPHABET[digit]
    return bytes(out)


def is_identifier(text: bytes) -> bool:
    """Tell whether `text` has the form of a DSID or GSID."""
    if len(text) != wire.IDENTIFIER_SIZE:
        return False
    for character in text:
        if character not in _ALPHABET_SET:
            return False
    return True


def normalise_serial(typed: str) -> "str | None":
    """Return the serial as it goes on the wire, or None when it is no serial."""
    if len(typed) > MAX_TYPED:
        return None
    serial = typed.strip().upper()
    return serial if is_serial(serial) else None


def is_serial(text: str) -> bool:
    """Tell whether `text` is a serial: 1 to 32 characters of A-Z 0-9 and -."""
    if not 1 <= len(text) <= wire.MAX_SERIAL:
        return False
    for character in text:
        if character not in _SERIAL_CHARACTERS:
            return False
    return True


def normalise_password(typed: str) -> "str | None":
    """Return the claim password without spaces and hyphens, upper case, or None when it is none."""
    if len(typed) > MAX_TYPED:
        return None
    password = typed.strip().replace(" ", "").replace("-", "").upper()
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        return None
    for character in password:
        if character not in _PASSWORD_CHARACTERS:
            return None
    return password
