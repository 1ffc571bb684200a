"""New keys by the calendar: each device's key is replaced when it is as old as somebody chose.

The gateway's own upkeep, like setting links up anew: nobody gets or loses anything by it but who has an old
copy of the key. One device after the other, on links that are up, between two sessions.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
import logging
from typing import Final

from .errors import GatewayError
from .events import GatewayEvent, KeyRotationFailed
from .links import DeviceLink
from .registry import Register
from .stores import Binding

DAY_S: Final = 86_400
MAX_DAYS: Final = 3650
CHECK_EVERY_S: Final = 600
RETRY_AFTER_S: Final = DAY_S  # a device that cannot replace its key may end the link each time

_LOGGER = logging.getLogger(__name__)


class KeySchedule:
    """Watches the age of the keys of all devices."""

    def __init__(
        self,
        bindings: Register[Binding],
        links: Mapping[str, DeviceLink],
        rotate: Callable[[DeviceLink], Awaitable[None]],
        unix_time: Callable[[], float],
        emit: Callable[[GatewayEvent], None],
    ) -> None:
        """Nothing is replaced before `choose`."""
        self._bindings = bindings
        self._links = links
        self._rotate = rotate
        self._unix_time = unix_time
        self._emit = emit
        self._days = 0
        self._again_at: dict[str, float] = {}  # of devices that failed; they were told of
        self._task: asyncio.Task[None] | None = None

    async def choose(self, days: int) -> None:
        """Replace each key that is as many days old from now on; 0: none."""
        await self.stop()
        self._days = min(max(days, 0), MAX_DAYS)
        if self._days:
            self._task = asyncio.get_running_loop().create_task(
                self._watch(), name="replace old keys"
            )

    async def stop(self) -> None:
        """End it; a key that is being replaced is kept by both ends in both versions."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait((task,))

    async def replace_due(self) -> None:
        """Replace the keys that are old enough now."""
        for serial, binding in tuple(self._bindings.records.items()):
            now = int(self._unix_time())
            since = binding.key_since
            if since is None or since > now:  # not known, or the clock was set back: begin anew
                await self._bindings.change(serial, lambda found: replace(found, key_since=now))  # noqa: B023
            elif now - since >= self._days * DAY_S and now >= self._again_at.get(serial, 0):
                await self._replace(serial, now)

    async def _replace(self, serial: str, now: int) -> None:
        link = self._links.get(serial)
        if link is None or not link.device.is_connected:
            return
        try:
            await self._rotate(link)
        except GatewayError as error:
            is_told = serial in self._again_at
            self._again_at[serial] = now + RETRY_AFTER_S
            if not is_told:
                self._emit(KeyRotationFailed(serial=serial, code=error.code))
        else:
            self._again_at.pop(serial, None)

    async def _watch(self) -> None:
        while True:
            try:
                await self.replace_due()
            except Exception:  # border of the task: a full disk must not end the schedule
                _LOGGER.exception("Old keys could not be replaced; trying again")
            await asyncio.sleep(CHECK_EVERY_S)
