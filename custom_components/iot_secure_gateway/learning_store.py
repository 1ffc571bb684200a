"""What was learned, in a private store."""

from typing import Final

from homeassistant.core import HomeAssistant

from .gateway.json_object import JsonObject
from .storage import PrivateStore, StorageError

STORE_NAME: Final = "learning"


class HomeLearningStore:
    """Behind the port of `gateway/learning.py`."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._store = PrivateStore(hass, STORE_NAME)

    async def load(self) -> list[object]:
        """Return what was saved last, unread. Raises StorageError for what is no list."""
        content = await self._store.async_load()
        if content is None:
            return []
        learnings = content.get("learnings")
        if not isinstance(learnings, list):
            raise StorageError(self._store.name)
        return learnings

    async def save(self, learnings: list[JsonObject]) -> None:
        """Replace everything, durably. Raises StorageError."""
        await self._store.async_save_durably({"learnings": learnings})
