"""Reads a maker's record: one serial per line, then its passwords in the order of their slots.

    serial,password[,password2[,password3[,password4]]]

Fields are parted by comma, semicolon or tab, with or without quotes; a byte order mark, any line ends, blank
lines and a header are taken as they come. No field can hold any of these signs, so no rule of quoting is
needed, and a quote that is never closed spoils its own line only. A line that cannot be used is named by
its number and what is wrong with it, and never shown: what looks like a serial may be a password.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
import io
import re
from typing import override

from ..protocol import wire
from ..protocol.identifiers import normalise_password, normalise_serial
from .errors import RecordTooLarge

MAX_FILE = 16 * 2**20  # bytes; 100,000 lines with four grouped passwords each
MAX_SERIALS = 100_000  # on the whole list: some 30 MB of memory, a quarter of an hour of hashing
MAX_LINES = 2 * MAX_SERIALS  # of a file, bad and empty ones included
MAX_LINE = 512  # characters that are looked at; four grouped passwords of 64 are 316
MIN_SIGNS = (
    5  # different ones in a password: of 12 drawn from 32 at random, one in two million has fewer
)
MAX_FAULTS = 100  # that are named; further ones are counted

_PARTING = re.compile(r"[,;\t]")
_AROUND = " \"'\u00a0"  # what may stand around a field
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_HEADERS = frozenset({"serial", "serial number", "serial no", "serial no.", "s/n", "sn", "sep="})


class Fault(StrEnum):
    """What is wrong with a line; also the key of its text, after `record_line_`."""

    TOO_LONG = "too_long"
    INVALID_SERIAL = "invalid_serial"
    NO_PASSWORD = "no_password"
    INVALID_PASSWORD = "invalid_password"
    TOO_MANY_PASSWORDS = "too_many_passwords"
    REPEATED_SERIAL = "repeated_serial"  # with other passwords than before


type Passwords = tuple[str | None, ...]  # by slot; None: an empty slot


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFault:
    """A line that does not count."""

    line: int  # the first of the file is 1
    fault: Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRecord:
    """What a file says. It holds passwords: keep it no longer than it takes to hash them."""

    passwords: Mapping[str, Passwords]  # by serial
    faults: tuple[LineFault, ...]  # the first MAX_FAULTS
    fault_count: int

    @override
    def __repr__(self) -> str:
        return f"ReadRecord(serials={len(self.passwords)}, faults={self.fault_count})"


def read_record(data: bytes) -> ReadRecord:
    """Read a file; see the top of this module for its form. Raises RecordTooLarge, and nothing else."""
    if len(data) > MAX_FILE:
        raise RecordTooLarge(MAX_FILE, MAX_SERIALS)
    found: dict[str, Passwords] = {}
    faults: list[LineFault] = []
    fault_count = 0
    for number, line in enumerate(_lines(data), 1):
        if number > MAX_LINES:
            raise RecordTooLarge(MAX_FILE, MAX_SERIALS)
        fields = _fields(line)
        if not fields or (not found and not fault_count and _is_header(fields)):
            continue
        entry = Fault.TOO_LONG if len(line) > MAX_LINE else _entry(fields)
        if not isinstance(entry, Fault):
            serial, passwords = entry
            if found.setdefault(serial, passwords) == passwords:
                if len(found) > MAX_SERIALS:
                    raise RecordTooLarge(MAX_FILE, MAX_SERIALS)
                continue
            entry = Fault.REPEATED_SERIAL
        fault_count += 1
        if len(faults) < MAX_FAULTS:
            faults.append(LineFault(line=number, fault=entry))
    return ReadRecord(passwords=found, faults=tuple(faults), fault_count=fault_count)


def weak_serials(passwords: Mapping[str, Passwords]) -> frozenset[str]:
    """Return the serials with a password that can be guessed: of few signs, or also that of another serial.

    A maker who draws passwords at random has none. Each is counted at once, so the file has to be whole.
    """
    users = Counter(
        password for given in passwords.values() for password in set(given) if password is not None
    )
    return frozenset(
        serial
        for serial, given in passwords.items()
        if any(
            users[password] > 1 or len(set(password)) < MIN_SIGNS
            for password in given
            if password is not None
        )
    )


def _lines(data: bytes) -> Iterator[str]:
    """Yield the lines as an editor counts them; what is no text becomes signs that no field may have."""
    encoding = "utf-16" if data[:2] in _UTF_16_MARKS else "utf-8-sig"
    text = io.StringIO(data.decode(encoding, errors="replace"), newline=None)
    return (line.rstrip("\n") for line in text)


def _fields(line: str) -> list[str]:
    """Return the fields up to the last that is not empty."""
    fields = [field.strip(_AROUND) for field in _PARTING.split(line[:MAX_LINE])]
    while fields and not fields[-1]:
        fields.pop()
    return fields


def _is_header(fields: list[str]) -> bool:
    """Tell a header from the line of a device that happens to be called so."""
    return fields[0].lower() in _HEADERS and not any(map(normalise_password, fields[1:]))


def _entry(fields: list[str]) -> tuple[str, Passwords] | Fault:
    serial = normalise_serial(fields[0])
    if serial is None:
        return Fault.INVALID_SERIAL
    if len(fields) == 1:
        return Fault.NO_PASSWORD
    if len(fields) > 1 + wire.PRS_SLOTS:
        return Fault.TOO_MANY_PASSWORDS
    passwords = tuple(normalise_password(field) if field else None for field in fields[1:])
    if any(
        field and password is None for field, password in zip(fields[1:], passwords, strict=True)
    ):
        return Fault.INVALID_PASSWORD
    return serial, passwords
