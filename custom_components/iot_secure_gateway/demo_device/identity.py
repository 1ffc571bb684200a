"""Who a demo device is: serial and claim password, as a maker would print them on its label."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Self, override

from ..protocol import kdf
from ..protocol.identifiers import is_serial

if TYPE_CHECKING:  # the ports exist for type checkers only
    from ..protocol.ports import PasswordCrypto

SERIAL_PREFIX: Final = "DEMO-"
# 32 characters each, so that five random bits choose one; without 0 O 1 I, which people confuse.
_SERIAL_CHARACTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_PASSWORD_CHARACTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_SERIAL_LENGTH: Final = 8
_PASSWORD_LENGTH: Final = 20  # 100 bits
_GROUP: Final = 4


class Label:
    """What people need to claim the device; shown once and kept nowhere."""

    def __init__(self, serial: str, password: str) -> None:
        self.serial = serial
        self.password = password

    @override
    def __repr__(self) -> str:
        return f"<Label of {self.serial}>"

    @classmethod
    def draw(cls, random: Callable[[int], bytes]) -> Self:
        """Return a new label."""
        return cls(
            SERIAL_PREFIX + _text(random(_SERIAL_LENGTH), _SERIAL_CHARACTERS),
            _text(random(_PASSWORD_LENGTH), _PASSWORD_CHARACTERS),
        )

    @property
    def grouped_password(self) -> str:
        """The password in groups, as it is printed."""
        starts = range(0, len(self.password), _GROUP)
        return "-".join(self.password[at : at + _GROUP] for at in starts)

    @property
    def code(self) -> str:
        """The text of the label's QR code."""
        return f"ISG1:{self.serial}:{self.password}"

    def identity(self, crypto: PasswordCrypto) -> Identity:
        """Return what the device itself keeps of it; takes tens of milliseconds."""
        return Identity(self.serial, kdf.prs(crypto, self.password, self.serial))


class Identity:
    """Factory settings: the serial, and what PBKDF2 made of the password (32 bytes)."""

    def __init__(self, serial: str, prs: bytes) -> None:
        if not is_serial(serial) or len(prs) != kdf.PRS_LENGTH:
            raise ValueError("no identity")
        self.serial = serial
        self.prs = prs

    @override
    def __repr__(self) -> str:
        return f"<Identity of {self.serial}>"


def _text(drawn: bytes, characters: str) -> str:
    return "".join(characters[byte % len(characters)] for byte in drawn)
