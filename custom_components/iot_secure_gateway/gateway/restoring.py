"""Going on after a restore: what of this gateway's memory is older than its devices', and who says so.

    backup restored, or session caches lost --start--> each state is marked as an old one
    the device agrees                        --link--> the mark goes
    the device is ahead                      --link--> Problem.BEHIND: no session, until its owner accepts
    accepted                                 --link--> RESYNC; another gateway with this key is suspended

Nothing that comes over the network marks a state: a copy does not get past its owner by this way.
"""

from collections.abc import Callable
from dataclasses import replace

from ..policy.actors import Actor, User
from ..policy.decision import Decision
from ..protocol import gateway_state, wire
from ..protocol.gateway_memory import ACCEPTED, FROM_BACKUP, OWN_MEMORY
from .device import Problem
from .errors import NotBehind
from .events import BackupAccepted, Breach, GatewayEvent
from .fleet import Fleet
from .registry import Registry
from .state_keeper import StateKeeper

ACCEPT_COMMAND = "accept_backup"  # how the policy knows the saying that this gateway is to go on


class Restoring:
    """Old memory of all devices of a gateway."""

    def __init__(
        self,
        registry: Registry,
        keeper: StateKeeper,
        fleet: Fleet,
        require: Callable[[Actor, str, str], Decision],
        emit: Callable[[GatewayEvent], None],
    ) -> None:
        """Nothing is known before `prepare`."""
        self._registry = registry
        self._keeper = keeper
        self._fleet = fleet
        self._require = require
        self._emit = emit
        self._accepted: set[str] = set()  # whose former gateway may still speak, once

    async def prepare(self, *, was_restored: bool) -> None:
        """Mark what is old, before any link; a state that is gone is made anew, as one of nothing."""
        if was_restored:
            await self._end_what_waits()
        bindings = self._registry.bindings
        for serial, binding in tuple(bindings.records.items()):
            state = self._keeper.get(serial)
            if state is None:
                if binding.is_confirmed:
                    mode = wire.MODE_DSID_GSID if binding.mode is None else binding.mode
                    await self._keeper.put(serial, gateway_state.unknown(mode))
                continue
            if was_restored:
                state.mark_from_backup()
                await self._keeper.put(serial, state)
            if binding.mode is None:
                await bindings.put(serial, replace(binding, mode=state.mode))

    async def _end_what_waits(self) -> None:
        """End what waited on the day of the backup: it may have been done, or refused, since."""
        registry = self._registry
        for serial in tuple(registry.offers.records):
            await registry.offers.put(serial, None)
        for serial in tuple(registry.takeovers.records):
            await registry.takeovers.put(serial, None)
        for serial, record in tuple(registry.deployments.records.items()):
            if record.pending is not None:
                expired = replace(record.pending, asked_at=0.0)
                await registry.deployments.put(serial, replace(record, pending=expired))

    @property
    def behind(self) -> tuple[str, ...]:
        """The devices that wait for their owner to say that this gateway is to go on."""
        return self._with(Problem.BEHIND)

    @property
    def locked_out(self) -> tuple[str, ...]:
        """The devices that answer to no key that the backup has: it was replaced since."""
        return tuple(serial for serial in self._with(Problem.REFUSED) if self._is_old(serial))

    async def accept(self, serial: str, actor: Actor) -> None:
        """The owner says that this gateway is the one to go on: what is behind is set anew at the next link.

        Raises Refused, UnknownDevice, NotBehind.
        """
        self._require(actor, serial, ACCEPT_COMMAND)
        link, state = self._fleet.linked(serial), self._keeper.get(serial)
        if link.device.problem is not Problem.BEHIND or state is None:
            raise NotBehind
        state.memory = ACCEPTED
        try:
            await self._keeper.put(serial, state)
        except BaseException:
            state.memory = FROM_BACKUP
            raise
        self._accepted.add(serial)
        self._emit(
            BackupAccepted(serial=serial, user_id=actor.id if isinstance(actor, User) else "")
        )
        await self._fleet.go_on(serial)

    def explains(self, breach: Breach) -> bool:
        """Tell whether a device reports no more than the farewell of its former gateway.

        That one finds itself left behind, tells the device so and stays away for good. Whoever does it
        again is another one.
        """
        is_farewell = breach.is_told and breach.code == wire.CONTINUITY_BREAK and breach.count == 1
        if not is_farewell or breach.serial not in self._accepted:
            return False
        self._accepted.discard(breach.serial)
        return True

    def _with(self, problem: Problem) -> tuple[str, ...]:
        devices = self._fleet.devices.items()
        return tuple(serial for serial, device in devices if device.problem is problem)

    def _is_old(self, serial: str) -> bool:
        state = self._keeper.get(serial)
        return state is not None and state.memory != OWN_MEMORY
