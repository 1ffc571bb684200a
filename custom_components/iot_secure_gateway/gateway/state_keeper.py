"""Keeps the session caches durable: within a second of a change, at once when asked, and on stop.

The store is marked unclean for as long as the gateway runs. Found unclean at start, sessions may be
missing from it: every state gets the mark "may have lost state", and what was open is unknown.
"""

import asyncio
from collections.abc import Callable
import logging

from ..protocol import gateway_state
from ..protocol.gateway_state import GatewayState
from .json_object import JsonObject
from .stores import StateStore, StoredStates

_LOGGER = logging.getLogger(__name__)

SAVE_RETRY_S = 5.0  # after a save that failed; commands stop by themselves at MAX_UNSAVED


class StateKeeper:
    """All session caches by serial, and their way into the store."""

    def __init__(
        self, store: StateStore, save_within: float, on_saved: Callable[[str], None]
    ) -> None:
        """`on_saved` is called for each serial whose state of a moment ago has become durable."""
        self._store = store
        self._save_within = save_within
        self._on_saved = on_saved
        self._states: dict[str, GatewayState] = {}
        self._stored: dict[str, JsonObject] = {}  # as it is, or will be, in the store
        self._changed: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_urgent = False
        self._saving = asyncio.Lock()
        self.was_stopped_in_order = True  # the last time, as `open` found

    async def open(self) -> dict[str, list[bytes]]:
        """Load; return the sessions that an unclean stop made unknown for good, by serial."""
        loaded = await self._store.load()
        self.was_stopped_in_order = loaded.is_clean
        unknown: dict[str, list[bytes]] = {}
        for serial, stored in loaded.states.items():
            try:
                state = gateway_state.from_dict(stored)
            except ValueError, KeyError, TypeError:
                _LOGGER.error(
                    "Session cache of %s is damaged; the device has to be claimed again", serial
                )
                continue
            if not loaded.is_clean and (lost := state.mark_unclean_stop()):
                unknown[serial] = lost
            self._states[serial] = state
            self._stored[serial] = state.to_dict()
        await self._save(is_clean=False)
        return unknown

    async def close(self) -> None:
        """Save all that changed and note that the stop was in order."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._task is not None:
            await self._task
        async with self._saving:
            self._snapshot()
            await self._save(is_clean=True)

    def get(self, serial: str) -> GatewayState | None:
        """Return the live state of a device."""
        return self._states.get(serial)

    async def put(self, serial: str, state: GatewayState | None) -> None:
        """Set or, with None, remove a state, durably."""
        if state is None:
            self._states.pop(serial, None)
            self._stored.pop(serial, None)
        else:
            self._states[serial] = state
        self._changed.add(serial)
        await self.flush()

    def changed(self, serial: str) -> None:
        """Note that a state changed: it is saved soon."""
        self._changed.add(serial)
        if self._timer is None and self._task is None:
            self._timer = asyncio.get_running_loop().call_later(self._save_within, self._start)

    def save_now(self, serial: str) -> None:
        """Have a state saved right away."""
        self._changed.add(serial)
        self._is_urgent = True
        self._start()

    async def flush(self) -> None:
        """Return when all that has changed by now is durable. Raises what the store raises."""
        await self._save_changed()

    def _start(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(
                self._run(), name="save session caches"
            )

    async def _run(self) -> None:
        delay = self._save_within
        try:
            while self._changed:
                self._is_urgent = False
                await self._save_changed()
                if not self._is_urgent:
                    break
        except Exception:  # the store is the host's: full disk, lost rights
            _LOGGER.exception("Session caches could not be saved; trying again")
            delay = SAVE_RETRY_S
        finally:
            self._task = None
        if self._changed and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(delay, self._start)

    async def _save_changed(self) -> None:
        async with self._saving:
            if not self._changed:
                return
            tokens = self._snapshot()
            try:
                await self._save(is_clean=False)
            except BaseException:
                self._changed |= tokens.keys()
                raise
        for serial, (state, token) in tokens.items():
            if state is not None:
                state.saved(token)
                self._on_saved(serial)

    def _snapshot(self) -> dict[str, tuple[GatewayState | None, int]]:
        tokens: dict[str, tuple[GatewayState | None, int]] = {}
        for serial in self._changed:
            state, token = self._states.get(serial), 0
            if state is not None:
                self._stored[serial], token = state.snapshot()
            tokens[serial] = (state, token)
        self._changed = set()
        return tokens

    async def _save(self, *, is_clean: bool) -> None:
        await self._store.save(StoredStates(states=dict(self._stored), is_clean=is_clean))
