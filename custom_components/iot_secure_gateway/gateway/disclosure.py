"""What becomes of the values of a device, as its owner chose: shown, kept, or confidential (S6, B38)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
import re
from types import MappingProxyType
from typing import Final

from .description import MAX_ENTITIES
from .json_object import JsonObject

_KEY: Final = re.compile(r"[a-z0-9_]{1,32}")


class Disclosure(StrEnum):
    """From the most public to the least."""

    SHOWN = "shown"  # to the host, which shows it to everybody; not kept
    KEPT = "kept"  # shown at a bounded rate; each value is in the gateway's database
    CONFIDENTIAL = (
        "confidential"  # in the gateway's database, and in answers to who may read; nowhere else
    )


def entity_of(key: str) -> str:
    """Return the entity that a value belongs to: `lamp.brightness` is one of `lamp`."""
    return key.partition(".")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosures:
    """The choices for one device; an entity without one of its own is treated as the device."""

    device: Disclosure = Disclosure.SHOWN
    entities: Mapping[str, Disclosure] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, key: str) -> Disclosure:
        """Return the choice for an entity, or for one of its values."""
        return self.entities.get(entity_of(key), self.device)

    @property
    def are_plain(self) -> bool:
        """Whether everything is shown, and nothing kept."""
        return self.device is Disclosure.SHOWN and not self.entities

    def with_choice(
        self, entity: str | None, choice: Disclosure | None, declared: frozenset[str]
    ) -> Disclosures:
        """Return these with another choice: for the device, or with None the device's for an entity.

        Choices for entities that are not `declared` any more make room when there is none.
        """
        if entity is None:
            return Disclosures(device=choice or Disclosure.SHOWN, entities=self.entities)
        entities = {**self.entities}
        entities.pop(entity, None)
        if choice is not None:
            if len(entities) >= MAX_ENTITIES:
                entities = {key: one for key, one in entities.items() if key in declared}
            entities[entity] = choice
        return Disclosures(device=self.device, entities=entities)

    def differences(self, other: Disclosures) -> Iterator[tuple[str, str]]:
        """Yield what `other` says where it says something else: entity and choice, "" for none."""
        if other.device is not self.device:
            yield "", other.device.value
        for key in sorted(self.entities.keys() | other.entities.keys()):
            if (choice := other.entities.get(key)) is not self.entities.get(key):
                yield key, "" if choice is None else choice.value

    def to_dict(self) -> JsonObject:
        """Return it for a store."""
        return {
            "device": self.device.value,
            "entities": {key: choice.value for key, choice in self.entities.items()},
        }

    @staticmethod
    def from_dict(stored: Mapping[str, object]) -> Disclosures:
        """Return what `to_dict` gave. Raises ValueError for anything else."""
        entities = stored.get("entities")
        if not isinstance(entities, dict) or len(entities) > MAX_ENTITIES:
            raise ValueError("not the choices for a device")
        if not all(isinstance(key, str) and _KEY.fullmatch(key) for key in entities):
            raise ValueError("a choice for what is no entity")
        return Disclosures(
            device=Disclosure(str(stored.get("device"))),
            entities={key: Disclosure(str(choice)) for key, choice in entities.items()},
        )
