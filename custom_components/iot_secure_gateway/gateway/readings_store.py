"""Readings as the event loop sees them: they go in without waiting, pages come out of threads."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
import logging
import time
from typing import Final

from sqlalchemy.engine import URL

from .audit_writer import Trouble
from .database import DATABASE_ERRORS
from .database_condition import Condition, Gauge
from .readings import Cursor, Page, Reading, ReadingsUnavailable, Wanted
from .readings_database import ReadingsDatabase
from .readings_writer import ReadingsWriter, Retention

_LOGGER = logging.getLogger(__name__)

STOP_S: Final = 30.0  # how long a stop waits for what is not written yet


class ReadingsStore:
    """The readings of one gateway, from `start` to `stop`; conforms to `readings.Database`."""

    def __init__(
        self,
        url: URL,
        gateway_id: bytes,
        *,
        report: Callable[[Trouble], None],
        unix_time: Callable[[], float] = time.time,
        retention: Retention | None = None,
    ) -> None:
        """`report` is called in the event loop, which is to be running."""
        self._loop = asyncio.get_running_loop()
        self._database = ReadingsDatabase(url, gateway_id)
        self._url = url
        self._gauge = Gauge()
        self._is_stopped = False
        self._writer = ReadingsWriter(
            self._database,
            report=lambda trouble: self._call(partial(report, trouble)),
            unix_time=unix_time,
            retention=retention or Retention(),
        )

    def start(self) -> None:
        """Begin to write. A database that does not answer delays nothing: readings wait."""
        self._writer.start()

    def keep_for(self, retention: Retention) -> None:
        """Keep as much from the next look at what is too old on."""
        self._writer.retention = retention

    def put(self, reading: Reading) -> None:
        """Have a reading written, soon; never waits."""
        self._writer.put(reading)

    def lose(self, reading: Reading) -> None:
        """Count one that is not to be written."""
        self._writer.lose(reading)

    def forget(self, serial: str) -> None:
        """Have all readings of a device removed, soon."""
        self._writer.forget(serial)

    async def flush(self) -> None:
        """Return when all that was put so far is on the disk, or found no way there."""
        done = asyncio.Event()
        self._writer.flush(lambda: self._call(done.set))
        await done.wait()

    async def stop(self) -> None:
        """Write what was put so far, then end the thread."""
        self._is_stopped = True
        self._writer.finish()
        await self._loop.run_in_executor(None, self._writer.join, STOP_S)
        await asyncio.sleep(0)  # what the thread said last has its turn

    async def page(
        self, serial: str, owner: str, wanted: Wanted, cursor: Cursor | None, limit: int
    ) -> Page:
        """Return readings, the newest first. Raises ReadingsUnavailable."""
        if self._is_stopped:
            raise ReadingsUnavailable
        await self.flush()
        read = partial(self._database.page, serial, owner, wanted, cursor, limit)
        try:
            return await self._loop.run_in_executor(None, read)
        except DATABASE_ERRORS as error:
            # The text of an error may hold the database's URL.
            _LOGGER.debug("Database of readings: %s", type(error).__name__)
            raise ReadingsUnavailable from None

    async def condition(self) -> Condition:
        """Return how the database does; what waits is not waited for."""
        return await self._gauge.condition(self._url, self._writer, self._database.count)

    def _call(self, work: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(work)
