"""Whether the stores are those of the last run here, or came out of a backup.

A store and a file beside the stores hold the same mark, a new one at each start. The file is named as a log:
Home Assistant takes none into its backups and clears them away when it restores one. So stores of another
day or machine meet no mark, or another.
"""

import logging
from pathlib import Path
import secrets
import time
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.util.file import WriteError, write_utf8_file_atomic

from .const import DOMAIN
from .storage import PrivateStore

MARK_FILE: Final = f"{DOMAIN}_run.log"
_EXPLANATION: Final = (
    "The mark above is new at each start. By it the gateway notices that it was restored from a backup:"
    " leave it where it is, and copy it nowhere.\n"
)
_MARK_BYTES: Final = 16
_MAX_TIME: Final = 2**33  # Unix time, s: what a calendar still takes
_MAX_MARKS: Final = 2 * (2 * _MARK_BYTES + 1)  # signs of the first line

_LOGGER = logging.getLogger(__name__)


class RunMark:
    """The mark of this run and of the one before."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Nothing is read yet."""
        self._hass = hass
        self._path = Path(hass.config.path(MARK_FILE))
        self._store = PrivateStore(hass, "run")
        self._known = ""
        self.restored_at: float | None = None  # Unix time of the last restore that was noticed

    async def async_was_restored(self) -> bool:
        """Tell whether the stores are older than the folder, or of another one."""
        content = await self._store.async_load()
        if content is None:
            return False  # nothing ran here before there were marks
        self._known = str(content.get("mark"))
        restored_at = content.get("restored_at")
        if isinstance(restored_at, int | float) and 0 <= restored_at < _MAX_TIME:
            self.restored_at = restored_at
        was_restored = self._known not in await self._hass.async_add_executor_job(self._read)
        if was_restored:
            self.restored_at = time.time()
        return was_restored

    async def async_renew(self) -> None:
        """Mark this run. Call it when what a restore means is durable.

        Until the store has the new mark the file has both; a cut in between is no restore.
        """
        mark = secrets.token_hex(_MARK_BYTES)
        try:
            await self._hass.async_add_executor_job(self._write, f"{self._known} {mark}".strip())
            await self._store.async_save_durably({"mark": mark, "restored_at": self.restored_at})
            await self._hass.async_add_executor_job(self._write, mark)
        except WriteError:
            _LOGGER.warning("%s could not be written: a restore is not noticed", self._path)

    def _read(self) -> list[str]:
        try:
            with self._path.open(encoding="utf-8", errors="replace") as file:
                return file.readline(_MAX_MARKS).split()
        except OSError:
            return []

    def _write(self, marks: str) -> None:
        write_utf8_file_atomic(str(self._path), f"{marks}\n{_EXPLANATION}", private=True)
