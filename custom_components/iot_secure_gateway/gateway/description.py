"""What a device says it is: its facts, entities and values, cleaned and bounded.

Structure that does not fit is refused whole; texts for people are cleaned and capped; what is
unknown is left out. A device may say anything here, and nothing it says decides a permission.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
import re
from typing import Self, TypeIs

from ..policy.reading import JOINERS
from .child_devices import ChildDescription, ChildError, ChildrenReader, child_key
from .kinds import NO_ABILITIES, Abilities, KindError, describe_abilities, read_abilities
from .printable import printable

VERSION = 1  # of the form of a description; a page without one has this
MAX_ENTITIES = 64  # per device, for now: more are left out and counted
MAX_PAGES = 32  # of one description: two entities a page in the smallest frame
MAX_NAME = 64  # characters
MAX_UNIT = 16  # characters
MAX_VALUE_TEXT = 255  # characters: what the host can show as a state
MAX_NUMBER = 2**53 - 1  # what every JSON reader keeps exactly
MAX_VALUES = 4 * MAX_ENTITIES  # values in one result that are looked at

_KEY = re.compile(r"[a-z0-9_]{1,32}")
_KIND = re.compile(r"[a-z][a-z_]{0,23}")
_ATTRIBUTE = re.compile(r"[a-z_]{1,24}")
_CATEGORIES = ("config", "diagnostic")
_DEVICE_CLASS = re.compile(r"[a-z][a-z0-9_]{0,39}")

type Value = bool | int | str | None


class DescriptionError(Exception):
    """A description whose structure does not fit; the text says what, without quoting the device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFacts:
    """Who made the device and what runs on it, in its own words."""

    manufacturer: str = ""
    model: str = ""
    firmware: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityDescription:
    """One thing of the device that can be commanded or read."""

    key: str
    kind: str
    name: str
    device_class: str | None = None
    unit: str | None = None
    category: str | None = None  # "config" or "diagnostic"
    child: str | None = None  # the key of the part of the device that it belongs to
    abilities: Abilities = field(default=NO_ABILITIES, hash=False)

    def to_dict(self) -> dict[str, object]:
        """Return it as a device would describe it."""
        texts = ("key", "kind", "name", "device_class", "unit", "category", "child")
        described = {name: text for name in texts if (text := getattr(self, name)) is not None}
        return described | describe_abilities(self.abilities)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceDescription:
    """All that a device says it is."""

    facts: DeviceFacts
    entities: tuple[EntityDescription, ...]
    children: tuple[ChildDescription, ...] = ()
    left_out: int = 0  # entities beyond MAX_ENTITIES

    def to_dict(self) -> dict[str, object]:
        """Return it in the form of a one-page answer to `describe`, for a store."""
        return {
            "children": [child.to_dict() for child in self.children],
            "device": {
                "manufacturer": self.facts.manufacturer,
                "model": self.facts.model,
                "fw": self.facts.firmware,
                "name": self.facts.name,
            },
            "entities": [entity.to_dict() for entity in self.entities],
            "page": 0,
            "pages": 1,
            "v": VERSION,
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, object]) -> Self:
        """Return what `to_dict` gave, checked like an answer. Raises DescriptionError."""
        reader = DescriptionReader()
        if reader.add(stored) is not None:
            raise DescriptionError("more than one page")
        read = reader.description()
        return cls(facts=read.facts, entities=read.entities, children=read.children)


class DescriptionReader:
    """Puts a description together from the pages of `describe`."""

    def __init__(self) -> None:
        self._page = 0
        self._pages = 1
        self._facts = DeviceFacts()
        self._entities: dict[str, EntityDescription] = {}
        self._children = ChildrenReader()
        self._left_out = 0

    def add(self, result: Mapping[str, object]) -> int | None:
        """Take in the page asked for; return the next one to ask for, or None at the end."""
        page, pages = result.get("page", 0), result.get("pages", 1)
        if type(page) is not int or type(pages) is not int or not 0 <= page < pages <= MAX_PAGES:
            raise DescriptionError("page numbers out of range")
        if type(result.get("v", VERSION)) is not int or result.get("v", VERSION) != VERSION:
            raise DescriptionError("a description of another version")
        if page != self._page or (page and pages != self._pages):
            raise DescriptionError("not the page that was asked for")
        self._pages = pages
        if page == 0:
            self._facts = _read_facts(result.get("device"))
        try:
            self._children.add(result)
        except ChildError as error:
            raise DescriptionError(str(error)) from None
        entities = result.get("entities", [])
        if not isinstance(entities, list):
            raise DescriptionError("entities are a list")
        for entry in entities:
            self._add_entity(entry)
        self._page += 1
        return self._page if self._page < pages else None

    def description(self) -> DeviceDescription:
        """Return what the pages said."""
        return DeviceDescription(
            facts=self._facts,
            entities=tuple(
                replace(entity, child=self._children.belongs_to(entity.child))
                for entity in self._entities.values()
            ),
            children=self._children.children(),
            left_out=self._left_out,
        )

    def _add_entity(self, entry: object) -> None:
        if not isinstance(entry, dict):
            raise DescriptionError("an entity is an object")
        key, kind = entry.get("key"), entry.get("kind")
        if not (isinstance(key, str) and _KEY.fullmatch(key)):
            raise DescriptionError("entity key out of form")
        if not (isinstance(kind, str) and _KIND.fullmatch(kind)):
            raise DescriptionError("entity kind out of form")
        if key in self._entities:
            raise DescriptionError("two entities of one key")
        if len(self._entities) >= MAX_ENTITIES:
            self._left_out += 1
            return
        device_class = entry.get("device_class")
        if not (isinstance(device_class, str) and _DEVICE_CLASS.fullmatch(device_class)):
            device_class = None
        category = entry.get("category")
        try:
            abilities = read_abilities(kind, entry)
        except KindError as error:
            raise DescriptionError(str(error)) from None
        self._entities[key] = EntityDescription(
            key=key,
            kind=kind,
            name=_text(entry.get("name"), MAX_NAME) or key,
            device_class=device_class,
            unit=_text(entry.get("unit"), MAX_UNIT) or None,
            category=category if category in _CATEGORIES else None,
            child=child_key(entry.get("child")),
            abilities=abilities,
        )


def read_values(result: Mapping[str, object], known: frozenset[str]) -> dict[str, Value]:
    """Return the `values` of a result, of known entities only; what does not fit is left out.

    `key` is the main value of an entity, `key.attribute` a further one.
    """
    values = result.get("values")
    if not isinstance(values, dict) or len(values) > MAX_VALUES:
        return {}
    read: dict[str, Value] = {}
    for key, value in values.items():
        if not is_known(key, known):
            continue
        if is_value(value):
            read[key] = read_value(value)
    return read


def is_value(value: object) -> TypeIs[Value]:
    """Tell whether this is a plain value within bounds, or a text of whatever length."""
    if isinstance(value, int):
        return abs(value) <= MAX_NUMBER
    return value is None or isinstance(value, str)


def read_value(value: Value) -> Value:
    """Return a value as it may be shown."""
    return printable(value, MAX_VALUE_TEXT) if isinstance(value, str) else value


def is_known(value_key: str, known: frozenset[str]) -> bool:
    """Tell whether a value belongs to one of the entities `known`."""
    if value_key in known:
        return True
    key, _, attribute = value_key.partition(".")
    return key in known and _ATTRIBUTE.fullmatch(attribute) is not None


def _read_facts(device: object) -> DeviceFacts:
    if not isinstance(device, dict):
        raise DescriptionError("device facts are an object")
    return DeviceFacts(
        manufacturer=_text(device.get("manufacturer"), MAX_NAME),
        model=_text(device.get("model"), MAX_NAME),
        firmware=_text(device.get("fw"), MAX_NAME),
        name=_text(device.get("name"), MAX_NAME),
    )


def _text(value: object, limit: int) -> str:
    return printable(value, limit).strip(f" {JOINERS}") if isinstance(value, str) else ""
