"""The record of what happened: its lines, and the chain that shows whether they are still what they were (B21).

Each line's digest covers the one before it, its number and all it says. Heads of the chain are sealed now and
then with a key that is kept apart: whoever can write the record but has not got that key can compute
a new chain, and is still found out. Where old lines were removed a sealed start takes their place.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
import hashlib
import hmac
import json
from operator import attrgetter
from typing import Final, NamedTuple

from .commands import CommandGroup, group_of

KEY_SIZE: Final = 32  # bytes
MAX_LINE_TEXT: Final = 128  # characters of any text in a line but the arguments
MAX_ARGUMENTS: Final = 1024  # characters of the arguments of a command, as JSON
MAX_FAULTS: Final = 20  # told by one verification: the first ones say where to look
MASK: Final = "***"

_MARK: Final = "\N{REPLACEMENT CHARACTER}"
_SEAL_LABEL: Final = b"iotsg audit seal 1 "
_GENESIS_LABEL: Final = b"iotsg audit chain 1 "
# What is called like this is a secret wherever it stands.
_SECRET_NAMES: Final = (
    "code",
    "credential",
    "key",
    "passphrase",
    "password",
    "pin",
    "psk",
    "secret",
    "token",
)
# Texts that this command sets are what a person typed, and may be a secret without being called one.
_TYPED: Final = "set"


class Verdict(StrEnum):
    """How it ended, in three words: what the record is filtered by."""

    OK = "ok"
    REFUSED = "refused"
    FAILED = "failed"


class AuditLine(NamedTuple):
    """One thing that happened. All texts may be empty; none holds a secret."""

    at_us: int  # Unix time, microseconds
    kind: str  # "command", "refused", "claim", ...
    serial: str = ""
    principal: str = ""  # "user:<id>", "automation:<entity id>", "system", ...
    name: str = ""  # what that person was called then; of an automation, whoever set it off
    starter: str = ""  # who set the automation or script off, as a principal
    row: int | None = None  # number of the deciding row
    command: str = ""
    entity: str = ""
    arguments: str = ""  # JSON, masked
    source: str = ""  # address that it came from
    session: str = ""  # tag of the session (DSID, GSID): hex
    verdict: str = Verdict.OK.value
    result: str = ""  # code of the outcome
    detail: str = ""
    duration_us: int | None = None


_NUMBERS: Final = ("at_us", "row", "duration_us")
_MAX_NUMBER: Final = 2**63 - 1
_short_texts: Final[Callable[[AuditLine], tuple[str, ...]]] = attrgetter(
    *(name for name in AuditLine._fields if name not in {*_NUMBERS, "arguments"})
)


def tidy(line: AuditLine) -> AuditLine:
    """Return the line with every text cut to its length and without signs that mislead who reads it.

    Numbers are kept within 64 bits: one line that no database takes would hold up all behind it.
    """
    if _is_tidy(line):
        return line
    return AuditLine._make(map(_tidied, line, AuditLine._fields, strict=True))


def _is_tidy(line: AuditLine) -> bool:
    """Tell whether a line is fine as it is, as nearly all are: looked at as a whole, which is quicker."""
    texts, arguments = _short_texts(line), line.arguments
    numbers = line.at_us, line.row or 0, line.duration_us or 0
    return (
        {*map(type, texts), type(arguments)} == {str}
        and max(map(len, texts)) <= MAX_LINE_TEXT
        and len(arguments) <= MAX_ARGUMENTS
        and "".join((*texts, arguments)).isprintable()
        and min(numbers) >= 0
        and max(numbers) <= _MAX_NUMBER
    )


def _tidied(value: int | str | None, field: str) -> int | str | None:
    if field in _NUMBERS:
        return None if value is None else max(-_MAX_NUMBER, min(int(value), _MAX_NUMBER))
    shown = str(value)[: MAX_ARGUMENTS if field == "arguments" else MAX_LINE_TEXT]
    if shown.isprintable():
        return shown
    return "".join(sign if sign.isprintable() else _MARK for sign in shown)


def masked(command: str, arguments: Mapping[str, object]) -> str:
    """Return the arguments of a command as JSON, without what is or may be a secret.

    What people typed and settings of a device are shown as far as they are numbers and switches.
    """
    if not arguments:
        return ""
    hides_texts = command == _TYPED or group_of(command) is CommandGroup.CONFIGURE
    try:
        text = json.dumps(
            {name: _masked(name, value, hides_texts) for name, value in arguments.items()},
            sort_keys=True,
        )
    except TypeError, ValueError, RecursionError:
        return MASK
    return text if len(text) <= MAX_ARGUMENTS else MASK


def names_secret(argument: str) -> bool:
    """Return whether an argument of that name may hold a secret."""
    return any(secret in argument.lower() for secret in _SECRET_NAMES)


def _masked(name: object, value: object, hides_texts: bool) -> object:
    if names_secret(str(name)):
        return MASK
    if isinstance(value, Mapping):
        return {inner: _masked(inner, item, hides_texts) for inner, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_masked(name, item, hides_texts) for item in value]
    return MASK if hides_texts and isinstance(value, str) else value


# --- chain --------------------------------------------------------------------------------------------
class Head(NamedTuple):
    """The end of the chain: the number of its last line, and that line's digest."""

    number: int
    digest: bytes  # 32 bytes


class Seal(NamedTuple):
    """A head that whoever has the key vouches for."""

    head: Head
    mac: bytes  # 32 bytes


class Purpose(StrEnum):
    """What a seal says; one cannot stand for the other."""

    HEAD = "head"  # the chain came this far
    START = "start"  # what was before was removed by the gateway itself


def genesis(gateway_id: bytes) -> Head:
    """Return where the chain of a gateway begins."""
    return Head(0, hashlib.sha256(_GENESIS_LABEL + gateway_id).digest())


_write: Final[Callable[[object], str]] = json.JSONEncoder(separators=(",", ":")).encode


def chained(previous: bytes, number: int, line: AuditLine) -> bytes:
    """Return the digest of a line that follows the one with the digest `previous`."""
    return hashlib.sha256(previous + _write((number, *line)).encode()).digest()


def sealed(key: bytes, purpose: Purpose, head: Head) -> Seal:
    """Vouch for a head."""
    return Seal(head, _mac(key, purpose, head))


def _mac(key: bytes, purpose: Purpose, head: Head) -> bytes:
    content = _SEAL_LABEL + purpose.encode() + head.number.to_bytes(8) + head.digest
    return hmac.digest(key, content, "sha256")


def is_genuine(key: bytes, purpose: Purpose, seal: Seal) -> bool:
    """Tell whether whoever has the key made this seal, for this purpose."""
    return hmac.compare_digest(seal.mac, _mac(key, purpose, seal.head))


# --- verification -------------------------------------------------------------------------------------
class FaultKind(StrEnum):
    """What is wrong with a part of the record."""

    CHANGED = "changed"
    MISSING = "missing"
    REORDERED = "reordered"
    BAD_SEAL = "bad_seal"


class Fault(NamedTuple):
    """Lines that are not what they were: from `first` to `last`, both included."""

    kind: FaultKind
    first: int
    last: int


type Row = tuple[int, AuditLine, bytes]  # number, line, digest as stored


def verify(
    key: bytes, start: Seal, seals: Iterable[Seal], rows: Iterable[Row], anchor: Head | None
) -> tuple[Fault, ...]:
    """Return what is wrong with a record, the first fault first; nothing when all is as it was written.

    `rows` in the order in which they are stored; `anchor`: the head that was noted apart, beside the key.
    """
    faults: list[Fault] = []
    if not is_genuine(key, Purpose.START, start):
        faults.append(Fault(FaultKind.BAD_SEAL, start.head.number, start.head.number))
    vouched = {}
    for seal in seals:
        if is_genuine(key, Purpose.HEAD, seal):
            vouched[seal.head.number] = seal.head.digest
        else:
            faults.append(Fault(FaultKind.BAD_SEAL, seal.head.number, seal.head.number))
    if anchor is not None and anchor.number > start.head.number:
        vouched[anchor.number] = anchor.digest
    number, digest = start.head
    vouched_to = number  # up to here it is certain what stood there
    for at, line, stored in rows:
        if len(faults) >= MAX_FAULTS:
            return tuple(faults[:MAX_FAULTS])
        if at <= number:
            faults.append(Fault(FaultKind.REORDERED, at, at))
            continue
        if at > number + 1:
            faults.append(Fault(FaultKind.MISSING, number + 1, at - 1))
        elif chained(digest, at, line) != stored:
            faults.append(Fault(FaultKind.CHANGED, at, at))
        number, digest = at, stored
        expected = vouched.get(at)
        if expected is not None:
            if expected != stored:  # a new chain was computed by somebody without the key
                faults.append(Fault(FaultKind.CHANGED, vouched_to + 1, at))
            vouched_to = at
    last = max(vouched, default=0)
    if last > number:
        faults.append(Fault(FaultKind.MISSING, number + 1, last))
    return tuple(sorted(faults[:MAX_FAULTS], key=lambda fault: fault.first))
