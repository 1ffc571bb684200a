"""The permissions in force (FIG 2 boxes 220 and 235): one state, durable first, then compiled and used.

Everything that is decided is decided by the table compiled here. A change is a function from one state
to the next (`policy/changes.py`); it counts once it is on the disk, and then at once.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
import logging
from types import MappingProxyType

from ..policy import changes
from ..policy.actors import Actor, Automation, Script
from ..policy.decision import Decision
from ..policy.differences import differences
from ..policy.errors import PolicyError
from ..policy.facts import Facts
from ..policy.row_changes import give_back
from ..policy.state import EMPTY, PolicyState
from ..policy.table import Table, compile_table
from .errors import ChangeRefused
from .events import GatewayEvent, PermissionsChanged
from .permission_history import PermissionHistory
from .stores import PermissionStore

_LOGGER = logging.getLogger(__name__)

_NO_ARGUMENTS: Mapping[str, object] = MappingProxyType({})


def _tell(change: asyncio.Task[PolicyState]) -> None:
    """Log why a change was not made that nobody waits for."""
    if not change.cancelled() and (error := change.exception()) is not None:
        _LOGGER.warning("A change of permissions was not made: %s", error)


class Permissions:
    """Owners, authority and rows of one gateway."""

    def __init__(
        self,
        store: PermissionStore,
        *,
        unix_time: Callable[[], float],
        emit: Callable[[GatewayEvent], None],
    ) -> None:
        """Permit nothing until `load`."""
        self._store = store
        self._now = unix_time
        self._emit = emit
        self._facts = Facts()
        self._state, self._table = EMPTY, compile_table(EMPTY, self._facts)
        self._saving = asyncio.Lock()
        self._changes: set[asyncio.Task[PolicyState]] = set()  # under way
        self.history = PermissionHistory(store)
        self._owners: dict[str, str] = {}
        self.owners: Mapping[str, str] = MappingProxyType(self._owners)  # user ids by serial

    async def load(self) -> None:
        """Read the store. Raises what the store raises for content that is damaged."""
        self._use(await self._store.load() or EMPTY)
        await self.history.load(self._state)

    @property
    def state(self) -> PolicyState:
        """What is in force."""
        return self._state

    @property
    def table(self) -> Table:
        """What is in force, compiled."""
        return self._table

    @property
    def facts(self) -> Facts:
        """What the host told of areas, labels, persons, schedules and its time zone."""
        return self._facts

    def set_facts(self, facts: Facts) -> None:
        """Take over what the host knows now."""
        if facts != self._facts:
            self._facts = facts
            self._table = compile_table(self._state, facts)

    def now(self) -> datetime:
        """Return the time that decisions are made at."""
        return datetime.fromtimestamp(self._now(), UTC)

    def decide(
        self,
        actor: Actor,
        serial: str,
        command: str,
        arguments: Mapping[str, object] = _NO_ARGUMENTS,
        starter: Actor | None = None,
        spent: int | None = None,
    ) -> Decision:
        """Judge one command now. Never raises: an error denies.

        `starter`: who started an automation or script, if that is not in the actor. `spent`: number of a row that a use was taken of for this very command.
        """
        if starter is None and isinstance(actor, (Automation, Script)):
            starter = actor.starter
        table = self._table
        if spent is not None:
            table = table.after_use(give_back(self._state, spent))
        return table.decide(actor, serial, command, arguments, self.now(), starter)

    async def change(
        self,
        make: Callable[[PolicyState], PolicyState],
        by: Actor | None = None,
        *,
        is_use: bool = False,
    ) -> PolicyState:
        """Replace the state by what `make` makes of it; returns it when it is durable and in force.

        `by`: who does it; None for the gateway itself. `is_use`: it only counts uses, which is no change
        of the table. Raises ChangeRefused, and what the store raises, with nothing changed. A caller that
        leaves does not stop it: what is on the disk would not be what is in force.
        """
        change = asyncio.create_task(self._change(make, by, is_use=is_use))
        self._changes.add(change)
        change.add_done_callback(self._changes.discard)
        try:
            return await asyncio.shield(change)
        except asyncio.CancelledError:
            change.add_done_callback(_tell)
            raise

    async def settle(self) -> None:
        """Return when no change is under way."""
        while self._changes:
            await asyncio.wait(self._changes)

    async def _change(
        self,
        make: Callable[[PolicyState], PolicyState],
        by: Actor | None,
        *,
        is_use: bool,
    ) -> PolicyState:
        async with self._saving:
            try:
                state = make(self._state)
            except PolicyError as error:
                raise ChangeRefused(error) from None
            if state == self._state:
                return state
            found = () if is_use else differences(self._state, state)
            if found:
                await self.history.note(found, self.now(), by)
            try:
                await self._store.save(state)
            except BaseException:
                if found:
                    self.history.drop_last()
                raise
            if is_use:
                self._state, self._table = state, self._table.after_use(state)
            else:
                self._use(state)
        self._emit(PermissionsChanged(by=by))
        return state

    # --- what the gateway does by itself -------------------------------------------------------------
    async def set_owner(self, serial: str, user_id: str) -> None:
        """A device was claimed or handed over."""
        await self.change(lambda state: changes.set_owner(state, serial, user_id))

    async def forget_device(self, serial: str) -> None:
        """A device was released or reset."""
        await self.change(lambda state: changes.forget_device(state, serial))

    async def forget_user(self, user_id: str) -> None:
        """A user was deleted: what he was given ends; what was his stays until somebody takes it over."""
        await self.change(lambda state: changes.forget_user(state, user_id))

    def _use(self, state: PolicyState) -> None:
        self._state = state
        self._table = compile_table(state, self._facts)
        self._owners.clear()
        self._owners.update(state.owners)
