"""The monitoring policy in force, and what it brought about: durable, carried out, lifted again (FIG 14 step 1415)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
import logging
from typing import Final

from ..policy import monitoring_changes
from ..policy.actors import Actor, User
from ..policy.authority import NO_AUTHORITY, authority_of
from ..policy.errors import PolicyError
from ..policy.holdings import given_by_others, rows_held
from ..policy.monitoring import MAX_BLOCK_S, NO_POLICY, Conduct, MonitoringPolicy
from .device import Device, Problem
from .errors import ChangeRefused, NotBlocked, NotSuspended
from .events import GatewayEvent
from .monitoring_store import MonitoringRecord, MonitoringStore
from .permissions import Permissions
from .restraints import Block, Restraints, Suspension
from .threat_events import (
    Blocked,
    BlockEnded,
    DeviceSuspendedNow,
    MonitoringChanged,
    SuspensionLifted,
)

_LOGGER = logging.getLogger(__name__)

RESUME_COMMAND: Final = "resume"  # as the policy knows lifting a suspension
RELEASE_BLOCK_COMMAND: Final = "release_block"


class Safeguards:
    """Policy, blocks and suspensions of one gateway."""

    def __init__(
        self,
        store: MonitoringStore,
        permissions: Permissions,
        *,
        suspend: Callable[[str], Awaitable[None]],
        resume: Callable[[str], Awaitable[None]],
        require: Callable[[Actor, str, str], object],
        emit: Callable[[GatewayEvent], None],
    ) -> None:
        """`suspend` and `resume` end and begin a device's link; `require` raises Refused."""
        self._store = store
        self._permissions = permissions
        self._suspend = suspend
        self._resume = resume
        self._require = require
        self._emit = emit
        self._saving = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self.policy: MonitoringPolicy = NO_POLICY
        self.restraints = Restraints(permissions.owners)

    async def load(self) -> None:
        """Read the store. Raises what the store raises for content that is damaged."""
        record = await self._store.load() or MonitoringRecord()
        self.policy = record.policy
        self.restraints.suspensions.update({each.serial: each for each in record.suspensions})
        self.restraints.users.update({(each.user_id, each.serial): each for each in record.blocks})

    async def stop(self) -> None:
        """Wait until what is under way is done."""
        while self._tasks:
            await asyncio.wait(tuple(self._tasks))

    def is_suspended(self, serial: str) -> bool:
        """Tell whether the policy keeps a device apart."""
        return serial in self.restraints.suspensions

    # --- the policy ----------------------------------------------------------------------------------
    async def change(
        self,
        make: Callable[[MonitoringPolicy], MonitoringPolicy],
        actor: Actor,
        act: str,
        serial: str = "",
    ) -> MonitoringPolicy:
        """Replace the policy by what `make` makes of it, durably. Raises ChangeRefused."""
        async with self._saving:
            before = self.policy
            try:
                self.policy = make(before)
            except PolicyError as error:
                raise ChangeRefused(error) from None
            try:
                await self._write()
            except BaseException:
                self.policy = before
                raise
        self._emit(MonitoringChanged(serial=serial, actor=actor, act=act))
        return self.policy

    async def forget_device(self, serial: str) -> None:
        """A device is given up: all that was said and done about it ends."""
        restraints = self.restraints
        restraints.suspensions.pop(serial, None)
        for block in [block for block in restraints.users.values() if block.serial == serial]:
            restraints.release(block)
        async with self._saving:
            self.policy = monitoring_changes.forget_device(self.policy, serial)
            await self._write()

    def people(self) -> set[str]:
        """Return the users whom policy and blocks name."""
        policy = self.policy
        makers = {made_by for made_by, _ in (*policy.conducts, *policy.snoozes)}
        makers |= {rule.made_by for rule in policy.rules.values()}
        return makers | {user_id for user_id, _ in self.restraints.users}

    async def forget_user(self, user_id: str) -> None:
        """A user was deleted: what they said and what was done about them ends."""
        for block in [
            block for block in self.restraints.users.values() if block.user_id == user_id
        ]:
            self.restraints.release(block)
        async with self._saving:
            self.policy = monitoring_changes.forget_user(self.policy, user_id)
            await self._write()

    # --- blocks --------------------------------------------------------------------------------------
    def block_user(
        self, user_id: str, serial: str, now: float, conduct: Conduct, threat: str
    ) -> Blocked | None:
        """Let a user do nothing with a device for a while; None when that cannot be, else what to tell."""
        table = self._permissions.table
        block = Block(
            serial=serial,
            user_id=user_id,
            since=int(now),
            until=int(now) + conduct.block_s,
            threat=threat,
            held=rows_held(table, User(id=user_id), serial),
            had_authority=authority_of(table.state, user_id, serial) != NO_AUTHORITY,
        )
        if not self.restraints.block(block):
            return None
        self._save_soon()
        return _told(block)

    def block_source(
        self, source: str, serial: str, now: float, conduct: Conduct, threat: str
    ) -> Blocked:
        """Listen to an address no more for a while; returns what to tell."""
        until = int(now) + conduct.block_s
        block = Block(serial=serial, source=source, since=int(now), until=until, threat=threat)
        self.restraints.block(block)
        return _told(block)

    async def release(
        self,
        actor: Actor,
        *,
        user_id: str = "",
        serial: str = "",
        source: str = "",
        is_administrator: bool = False,
    ) -> None:
        """End a block early. Raises NotBlocked, Refused.

        Of a user on a device: who may administer the device. Of an address: who may administer the device
        that it was about, or an administrator of the host.
        """
        self._end(self._block_of(actor, user_id, serial, source, is_administrator), actor)

    async def keep(
        self,
        actor: Actor,
        *,
        user_id: str = "",
        serial: str = "",
        source: str = "",
        is_administrator: bool = False,
    ) -> None:
        """Let a block last a day longer. Raises NotBlocked, Refused, as `release`."""
        block = self._block_of(actor, user_id, serial, source, is_administrator)
        longer = replace(block, until=block.until + MAX_BLOCK_S)
        self.restraints.block(longer)
        self._emit(_told(longer))
        if block.user_id:
            await self._save()

    def _block_of(
        self, actor: Actor, user_id: str, serial: str, source: str, is_administrator: bool
    ) -> Block:
        """Return a block that the actor may decide about. Raises NotBlocked, Refused."""
        restraints = self.restraints
        block = (
            restraints.users.get((user_id, serial)) if user_id else restraints.sources.get(source)
        )
        if block is None:
            if user_id:
                self._require(
                    actor, serial, RELEASE_BLOCK_COMMAND
                )  # else anybody learns who is blocked
            raise NotBlocked
        if block.user_id or not is_administrator:
            self._require(actor, block.serial, RELEASE_BLOCK_COMMAND)
        return block

    def free_permitted(self) -> None:
        """The permissions changed: free whoever was given something since, by somebody not below them."""
        table = self._permissions.table
        for block in list(self.restraints.users.values()):
            actor = User(id=block.user_id)
            authority = authority_of(table.state, block.user_id, block.serial)
            new = rows_held(table, actor, block.serial) - block.held
            if (
                given_by_others(table.state, actor, block.serial, new)
                or (authority != NO_AUTHORITY and not block.had_authority)
                or authority.is_first_owner
            ):
                self._end(block, None)

    def end_expired(self, now: float) -> None:
        """End the blocks whose time is over."""
        for block in self.restraints.expired(now):
            self._end(block, None)

    def _end(self, block: Block, actor: Actor | None) -> None:
        self.restraints.release(block)
        self._emit(
            BlockEnded(serial=block.serial, user_id=block.user_id, source=block.source, actor=actor)
        )
        if block.user_id:
            self._save_soon()

    # --- suspensions ---------------------------------------------------------------------------------
    def suspend(
        self, device: Device, now: float, conduct: Conduct, threat: str, detection: str, boot: int
    ) -> DeviceSuspendedNow | None:
        """End all communications with a device; returns what to tell. `boot`: its last known start."""
        if device.problem is Problem.SUSPENDED or device.serial in self.restraints.suspensions:
            return None  # a copy: nothing but a reset helps
        until = int(now) + conduct.lift_after_s if conduct.lift_after_s else 0
        self.restraints.suspensions[device.serial] = Suspension(
            serial=device.serial,
            since=int(now),
            until=until,
            boot=boot if conduct.lifts_on_power_up else None,
            threat=threat,
            detection=detection,
        )
        self._begin(self._suspend(device.serial))
        self._save_soon()
        return DeviceSuspendedNow(serial=device.serial, until=until, threat=threat)

    async def lift(self, serial: str, actor: Actor) -> None:
        """The owner has the device connected again. Raises Refused, NotSuspended."""
        self._require(actor, serial, RESUME_COMMAND)
        if serial not in self.restraints.suspensions:
            raise NotSuspended
        await self._lift(serial, "owner", actor)

    def lift_due(self, now: float) -> None:
        """Lift what has lasted as long as was set."""
        for suspension in list(self.restraints.suspensions.values()):
            if 0 < suspension.until <= now:
                self._begin(self._lift(suspension.serial, "time", None))

    def started(self, serial: str, boot: int) -> None:
        """A device proved that it was started; that lifts its suspension where that was set."""
        suspension = self.restraints.suspensions.get(serial)
        if suspension is not None and suspension.boot is not None and boot > suspension.boot:
            self._begin(self._lift(serial, "power_up", None))

    async def claimed(self, serial: str) -> None:
        """The device was reset and claimed with its password: it begins anew."""
        if self.restraints.suspensions.pop(serial, None) is not None:
            await self._save()

    async def _lift(self, serial: str, why: str, actor: Actor | None) -> None:
        suspension = self.restraints.suspensions.pop(serial, None)
        if suspension is None:
            return
        try:
            await self._save()
        except BaseException:
            self.restraints.suspensions[serial] = suspension
            raise
        await self._resume(serial)
        self._emit(SuspensionLifted(serial=serial, why=why, actor=actor))

    # -------------------------------------------------------------------------------------------------
    def _begin(self, work: Awaitable[None]) -> None:
        async def run() -> None:
            try:
                await work
            except (
                Exception
            ):  # border of a task: what could not be saved holds until the next start
                _LOGGER.exception("The monitoring could not carry out a response in full")

        task = asyncio.get_running_loop().create_task(run(), name="response of the monitoring")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _save_soon(self) -> None:
        self._begin(self._save())

    async def _save(self) -> None:
        async with self._saving:
            await self._write()

    async def _write(self) -> None:
        restraints = self.restraints
        await self._store.save(
            MonitoringRecord(
                policy=self.policy,
                suspensions=tuple(restraints.suspensions.values()),
                blocks=tuple(restraints.users.values()),
            )
        )


def _told(block: Block) -> Blocked:
    return Blocked(
        serial=block.serial,
        user_id=block.user_id,
        source=block.source,
        until=block.until,
        threat=block.threat,
    )
