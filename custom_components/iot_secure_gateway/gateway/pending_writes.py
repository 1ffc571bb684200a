"""Changes that become durable while other things go on, and a place to wait for them."""

import asyncio
from collections.abc import Coroutine
import logging
from typing import Any

_LOGGER = logging.getLogger(__name__)


class PendingWrites:
    """Changes of one binding that are being written."""

    def __init__(self, serial: str) -> None:
        """Nothing is written."""
        self._serial = serial
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, change: Coroutine[Any, Any, None]) -> None:
        """Begin to write a change; a failure is logged and leaves what was there before."""

        async def write() -> None:
            try:
                await change
            except Exception:  # the store is the host's: full disk, lost rights
                _LOGGER.exception("The binding of %s could not be saved", self._serial)

        task = asyncio.get_running_loop().create_task(write(), name="save a binding")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def wait(self) -> None:
        """Return when all that was begun is over."""
        if self._tasks:
            await asyncio.wait(self._tasks)
