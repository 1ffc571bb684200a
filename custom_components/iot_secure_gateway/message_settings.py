"""Where else people want messages: notify entities that each person chose for themselves."""

from collections.abc import Mapping, Sequence
import re
from typing import Any, Final

from homeassistant.core import HomeAssistant

from .storage import PrivateStore, StorageError

MAX_ENTITIES: Final = 8  # of one person
MAX_PEOPLE: Final = 1000
_ENTITY: Final = re.compile(r"notify\.[a-z0-9_]{1,240}")


class MessageSettings:
    """Kept in a store of their own; each person sees and changes their own only."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Nothing is chosen until `load`."""
        self._store = PrivateStore(hass, "messages")
        self._entities: dict[str, tuple[str, ...]] = {}

    async def load(self) -> None:
        """Read the store. Raises StorageError for content that is none of ours."""
        content = await self._store.async_load()
        try:
            self._entities = {} if content is None else _read(content)
        except (AttributeError, KeyError, TypeError, ValueError) as err:
            raise StorageError(self._store.name) from err

    def entities_of(self, user_id: str) -> tuple[str, ...]:
        """Return what a person chose."""
        return self._entities.get(user_id, ())

    async def choose(self, user_id: str, entities: Sequence[str]) -> None:
        """Replace what a person chose. Raises ValueError for what is no notify entity, StorageError."""
        chosen = {**self._entities, user_id: _read_entities(list(entities))}
        if not chosen[user_id]:
            del chosen[user_id]
        while len(chosen) > MAX_PEOPLE:
            del chosen[next(iter(chosen))]
        await self._store.async_save_durably(
            {"entities": {person: list(of_person) for person, of_person in chosen.items()}}
        )
        self._entities = chosen


def _read(content: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {
        str(user_id): _read_entities(entities) for user_id, entities in content["entities"].items()
    }


def _read_entities(given: object) -> tuple[str, ...]:
    if not isinstance(given, list) or len(given) > MAX_ENTITIES:
        raise ValueError("not a list of entities")
    if not all(isinstance(one, str) and _ENTITY.fullmatch(one) for one in given):
        raise ValueError("not a notify entity")
    return tuple(dict.fromkeys(given))
