"""The kinds of entity a device may have: features, ranges and options, read within bounds.

What a kind does not know is left out, as with a device newer than this gateway; what it knows and
is out of form is refused. A kind that is not listed is kept by name, without any of these.
"""

from collections.abc import Mapping
from dataclasses import dataclass
import re

from .printable import printable

MAX_LISTED = 32  # features, ranges or options of one entity that are looked at; options in a list
MAX_OPTION = 32  # characters
_NUMBER = re.compile(r"-?[0-9]{1,10}(\.[0-9]{1,6})?")
_LARGEST = 1e9


class KindError(Exception):
    """Features, a range or options out of form; the text says what, without quoting the device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """What a number, or the length of a text, may be."""

    low: float
    high: float
    step: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What entities of one kind may declare; `needs` names ranges and options that must be there."""

    features: frozenset[str] = frozenset()
    ranges: frozenset[str] = frozenset()
    options: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()


CAMERA = "camera"
VIEW = "view"  # watching live
PLAYBACK = "playback"  # watching what was recorded; this and recording are never sent to a device
RECORD = "record"
VIDEO_COMMANDS = (PLAYBACK, RECORD, VIEW)  # what rows let somebody do with one


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


KINDS: Mapping[str, Kind] = {
    "binary_sensor": Kind(),
    "button": Kind(),
    CAMERA: Kind(features=_words("live motion")),
    "climate": Kind(
        features=_words("target_range fan_mode swing_mode preset"),
        ranges=_words("temperature target_low target_high"),
        options=_words("mode fan_mode swing_mode preset"),
        needs=_words("mode temperature"),
    ),
    "cover": Kind(
        features=_words("position stop tilt"),
        ranges=_words("position tilt"),
        options=_words("state"),
    ),
    "event": Kind(options=_words("type"), needs=_words("type")),
    "fan": Kind(
        features=_words("percentage preset direction oscillating"),
        ranges=_words("percentage"),
        options=_words("preset direction"),
    ),
    "light": Kind(
        features=_words("brightness rgb color_temp effect"),
        ranges=_words("brightness color_temp"),
        options=_words("effect"),
    ),
    "lock": Kind(features=_words("open"), options=_words("state")),
    "number": Kind(ranges=_words("value"), needs=_words("value")),
    "select": Kind(options=_words("value"), needs=_words("value")),
    "sensor": Kind(),
    "siren": Kind(
        features=_words("tone duration volume"),
        ranges=_words("duration volume"),
        options=_words("tone"),
    ),
    "switch": Kind(),
    "text": Kind(ranges=_words("value"), needs=_words("value")),
    "valve": Kind(
        features=_words("position stop"), ranges=_words("position"), options=_words("state")
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What one entity can do, and within which limits."""

    features: frozenset[str]
    ranges: Mapping[str, Range]
    options: Mapping[str, tuple[str, ...]]


NO_ABILITIES = Abilities(features=frozenset(), ranges={}, options={})


def read_abilities(kind_name: str, entry: Mapping[str, object]) -> Abilities:
    """Return what an entity's description says it can. Raises KindError.

    A feature that has a range or options counts only when these are there.
    """
    kind = KINDS.get(kind_name)
    if kind is None:
        return NO_ABILITIES
    ranges = {
        name: _read_range(value)
        for name, value in _listed(entry.get("ranges"), kind.ranges).items()
    }
    options = {
        name: _read_options(value)
        for name, value in _listed(entry.get("options"), kind.options).items()
    }
    told = ranges.keys() | options.keys()
    if not kind.needs <= told:
        raise KindError("a range or options are missing")
    features = entry.get("features", [])
    if not isinstance(features, list) or len(features) > MAX_LISTED:
        raise KindError("features are a list")
    bounded = (kind.ranges | kind.options) - told
    return Abilities(
        features=frozenset(
            word
            for word in features
            if isinstance(word, str) and word in kind.features and word not in bounded
        ),
        ranges=ranges,
        options=options,
    )


def describe_abilities(abilities: Abilities) -> dict[str, object]:
    """Return it in the form of a description, without what is empty."""
    described: dict[str, object] = {}
    if abilities.features:
        described["features"] = sorted(abilities.features)
    if abilities.ranges:
        described["ranges"] = {
            name: [f"{limit:.6f}" for limit in (item.low, item.high, item.step)]
            for name, item in abilities.ranges.items()
        }
    if abilities.options:
        described["options"] = {name: list(item) for name, item in abilities.options.items()}
    return described


def _listed(table: object, known: frozenset[str]) -> dict[str, object]:
    if table is None:
        return {}
    if not isinstance(table, dict) or len(table) > MAX_LISTED:
        raise KindError("ranges and options are objects")
    return {name: table[name] for name in sorted(known) if name in table}


def _read_range(value: object) -> Range:
    if not isinstance(value, list) or len(value) != 3:
        raise KindError("a range is a list of three")
    low, high, step = (_read_number(item) for item in value)
    if low > high or step <= 0:
        raise KindError("a range goes from low to high in steps")
    return Range(low=low, high=high, step=step)


def _read_number(value: object) -> float:
    if type(value) is int:
        number = float(value) if abs(value) <= _LARGEST else None
    elif isinstance(value, str) and _NUMBER.fullmatch(value):
        number = float(value)
    else:
        number = None
    if number is None or abs(number) > _LARGEST:
        raise KindError("a limit is a number")
    return number


def _read_options(value: object) -> tuple[str, ...]:
    """Return options as they are sent in commands: one that can't be shown as it is is refused."""
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_LISTED:
        raise KindError("options are a list")
    for option in value:
        if not isinstance(option, str) or not 1 <= len(option) <= MAX_OPTION:
            raise KindError("an option is a short text")
        if printable(option, MAX_OPTION) != option:
            raise KindError("an option that can't be shown")
    if len(set(value)) != len(value):
        raise KindError("an option twice")
    return tuple(value)
