"""What a device tells by itself, read within bounds (data lane, protocol.md section 6).

    {"boot": b, "values": {key: value}, "samples": [[key, ms_ago, value]],
     "events": [{"seq": n, "entity": .., "type": .., "data": ..}],
     "dropped": k, "log": [text], "breaches": [{"code": c, "authenticated": .., "count": n}]}

Nothing has to be there, but `boot` with `events`, `dropped` and `breaches`, which are numbers of one
boot. What is unknown is left out; what is known and out of form makes the package refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
import re
from typing import NamedTuple

from ..protocol import wire
from .description import MAX_VALUES, Value, is_value, read_value
from .printable import printable
from .wording import read_result

MAX_BYTES = 16384  # of a package that is read: what our device library sends has at most 1024
MAX_EVENTS = 64  # in one package
MAX_EVENT_DATA = 16  # values of one event; more are left out
MAX_SAMPLES = MAX_VALUES  # in one package
MAX_AGE_MS = 86_400_000  # of a sample: what a device was cut off for longer, it does not hold
MAX_LINES = 64  # of a log, in one package
MAX_LINE = 200  # characters
_MAX_COUNT = 2**53 - 1
_MAX_BOOT = 2**32 - 1
_KNOWN = frozenset({"boot", "values", "samples", "events", "dropped", "log", "breaches"})
_NAME = re.compile(r"[a-z0-9_]{1,32}")


class PackageError(Exception):
    """A package out of form; the text says how, without quoting the device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRecord:
    """One event of a device; (boot, sequence) is its number."""

    boot: int
    sequence: int
    entity: str
    type: str
    data: Mapping[str, Value] = field(default_factory=dict)

    def to_dict(self) -> dict[str, object]:
        """Return it for a store."""
        return {
            "boot": self.boot,
            "seq": self.sequence,
            "entity": self.entity,
            "type": self.type,
            "data": dict(self.data),
        }


class Sample(NamedTuple):
    """A value as it was some time ago, by the device's own clock."""

    key: str
    age_ms: int
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package in form."""

    boot: int
    content: Mapping[str, object]  # `values` in it are not looked at yet
    samples: tuple[Sample, ...] = ()  # in any order; keys may be unknown
    events: tuple[EventRecord, ...] = ()
    dropped: int = 0  # events of this boot that the device lost for want of room
    log: tuple[str, ...] = ()
    breaches: Mapping[tuple[int, bool], int] = field(default_factory=dict)  # of this boot


def read_package(data: bytes, link_boot: int) -> Package:
    """Return what a device sent, over a link to its boot `link_boot`. Raises PackageError."""
    if len(data) > MAX_BYTES:
        raise PackageError("a package that is too long")
    content = read_result(data)
    if content.keys().isdisjoint(_KNOWN):
        raise PackageError("a package that says nothing")
    if not isinstance(content.get("values", {}), dict):
        raise PackageError("values are an object")
    boot = _number(content.get("boot", 0), _MAX_BOOT)
    if not boot and not content.keys().isdisjoint({"events", "dropped", "breaches"}):
        raise PackageError("numbers without their boot")
    if boot not in (0, link_boot):
        raise PackageError("numbers of another boot")
    return Package(
        boot=boot,
        content=content,
        samples=tuple(_sample(entry) for entry in _list(content, "samples", MAX_SAMPLES)),
        events=tuple(read_event(boot, event) for event in _list(content, "events", MAX_EVENTS)),
        dropped=_number(content.get("dropped", 0), _MAX_COUNT),
        log=tuple(_line(line) for line in _list(content, "log", MAX_LINES)),
        breaches=_breaches(content),
    )


def read_event(boot: int, event: object) -> EventRecord:
    """Return one event. Raises PackageError."""
    if not isinstance(event, dict):
        raise PackageError("an event is an object")
    data = event.get("data", {})
    if not isinstance(data, dict):
        raise PackageError("the data of an event are an object")
    return EventRecord(
        boot=boot,
        sequence=_number(event.get("seq"), _MAX_COUNT, lowest=1),
        entity=_name(event.get("entity")),
        type=_name(event.get("type")),
        data=_clean(data),
    )


def _sample(entry: object) -> Sample:
    if not isinstance(entry, list) or len(entry) != 3 or not isinstance(entry[0], str):
        raise PackageError("a sample is a key, an age and a value")
    if not is_value(entry[2]):
        raise PackageError("a sample without a value")
    return Sample(entry[0], _number(entry[1], MAX_AGE_MS), read_value(entry[2]))


def _clean(data: Mapping[str, object]) -> dict[str, Value]:
    """Return the values of an event: plain ones only, as many as are looked at."""
    cleaned: dict[str, Value] = {}
    for key, value in tuple(data.items())[:MAX_EVENT_DATA]:
        if is_value(value):
            cleaned[printable(key)] = read_value(value)
    return cleaned


def _breaches(content: Mapping[str, object]) -> dict[tuple[int, bool], int]:
    counts: dict[tuple[int, bool], int] = {}
    for entry in _list(content, "breaches", 2 * len(wire.BREACH_NAMES)):
        if not isinstance(entry, dict) or not isinstance(entry.get("authenticated"), bool):
            raise PackageError("a breach is an object that says whether it is proven")
        code = _number(entry.get("code"), 0xFF)
        if code in wire.BREACH_NAMES:
            counts[code, entry["authenticated"]] = _number(entry.get("count"), _MAX_COUNT)
    return counts


def _list(content: Mapping[str, object], name: str, most: int) -> list[object]:
    entries = content.get(name, [])
    if not isinstance(entries, list) or len(entries) > most:
        raise PackageError("a list that is none, or too long")
    return entries


def _number(value: object, highest: int, *, lowest: int = 0) -> int:
    if type(value) is not int or not lowest <= value <= highest:
        raise PackageError("a number out of range")
    return value


def _name(value: object) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise PackageError("a name out of form")
    return value


def _line(value: object) -> str:
    if not isinstance(value, str):
        raise PackageError("a line of a log is a text")
    return printable(value, MAX_LINE)
