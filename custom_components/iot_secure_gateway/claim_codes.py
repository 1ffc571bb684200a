"""The text of the QR code on a device's label, pasted where its serial or password is asked for.

    ISG1:<serial>:<password>

A code holds the password: what was pasted is never shown again, whatever is wrong with it.
"""

from dataclasses import dataclass
from typing import Final, override

from .gateway.errors import ClaimError
from .protocol.identifiers import MAX_TYPED

TAG: Final = "ISG1"  # as the maker's tools print it
_SEPARATOR: Final = ":"
# Serials and passwords have neither sign, the codes of most other products have one of them.
_SIGNS_OF_A_CODE: Final = frozenset(":/")


class DamagedCode(ClaimError):
    """The code of a label of ours, of which a part is missing."""

    code = "damaged_code"


class ForeignCode(ClaimError):
    """The code of another product, or of a later version of ours."""

    code = "foreign_code"


class OtherLabel(ClaimError):
    """The label of another device than the one that is asked about."""

    code = "other_label"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """Serial and password as they were typed, or as a label says them."""

    serial: str
    password: str

    @override
    def __repr__(self) -> str:
        return "Typed(<secret>)"


def is_code(text: str) -> bool:
    """Tell whether this is the text of some QR code rather than a serial or a password."""
    return not _SIGNS_OF_A_CODE.isdisjoint(text[:MAX_TYPED])


def read_typed(serial: str, password: str) -> Typed:
    """Return what was typed, taken from the label's code where one was pasted into a field.

    Raises DamagedCode, ForeignCode, OtherLabel.
    """
    codes = [_read(text) for text in (serial, password) if is_code(text)]
    if not codes:
        return Typed(serial=serial, password=password)
    said = codes[-1]
    typed = "" if is_code(serial) else serial.strip().upper()
    if any(code != said for code in codes) or typed not in ("", said.serial.upper()):
        raise OtherLabel
    return said


def _read(text: str) -> Typed:
    parts = text[: MAX_TYPED + 1].strip().split(_SEPARATOR)
    if parts[0].upper() != TAG:
        raise ForeignCode
    if len(parts) != 3 or not all(parts) or len(text) > MAX_TYPED:
        raise DamagedCode
    return Typed(serial=parts[1], password=parts[2])
