"""Commands for devices that are away, kept for days and given once when they are back (B15).

    taken in --durable--> waiting --durable--> sending --> ended, and told
                             ^                    |
                             +-- certainly no ----+--> unsettled: not known yet --> ended
                                 effect

Whoever gave one is judged when it is taken in and again, as they are then, when it is delivered. That the
device may have been told is durable before it is told: after a crash such a command is reported as
unknown and never given again. Of one device they go in the order in which they came.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextvars import Context as VariableContext
from dataclasses import replace
import logging
from typing import Final

from ..policy.actors import Actor, Unknown, User
from ..protocol import wire
from .audit import principal_of
from .command_ends import OK
from .device import Device
from .errors import (
    CommandError,
    DeviceOffline,
    DeviceSuspended,
    DeviceSuspendedByPolicy,
    NotExecuted,
    OutcomeUnknown,
    UnknownDevice,
)
from .events import (
    CommandPostponed,
    GatewayEvent,
    OutcomeLearned,
    PermissionsChanged,
    PostponedCancelled,
    PostponedEnded,
)
from .gateway import Gateway
from .postponed_errors import BeingDelivered, NotPostponed
from .postponed_intake import taken_in, with_one
from .postponed_records import Phase, PostponedCommand, Postponements
from .registry import Register
from .results import CommandResult
from .sessions import offline_error

_LOGGER = logging.getLogger(__name__)

MAX_ATTEMPTS: Final = 5  # that had no effect: a command that breaks each link would do so for days
RETRY_S: Final = 30.0  # while the device is linked and something still waits
LOOK_S: Final = 600.0  # at the latest the clock is looked at again: it may have been set
EXPIRED: Final = "expired"
_APART: Final = (DeviceSuspended, DeviceSuspendedByPolicy)  # nothing is kept for these
_LEARNED: Final[Mapping[int, str]] = {
    wire.STATUS_OK: OK,
    wire.STATUS_FAILED: "command_failed",
    wire.STATUS_REFUSED: "refused_by_device",
}


class Postponed:
    """The commands that wait at one gateway."""

    def __init__(
        self,
        gateway: Gateway,
        register: Register[Postponements],
        who_now: Callable[[Actor], Awaitable[Actor]],
    ) -> None:
        """`who_now`: who an actor is by now; somebody who may not log in any more is `Unknown`."""
        self._gateway = gateway
        self._register = register
        self._who_now = who_now
        self._writing = asyncio.Lock()
        self._runs: dict[str, asyncio.Task[None]] = {}
        self._wanted: set[str] = set()  # runs that are to begin anew when they end
        self._linked: set[str] = set()  # serials, so that only a fresh link sets a run off
        self._retries: dict[str, asyncio.TimerHandle] = {}
        self._look: asyncio.TimerHandle | None = None
        self._questions: dict[bytes, str] = {}  # serials by the sessions that are not settled
        self._learned: dict[bytes, int] = {}  # how they ended, until that is durable
        self._is_running = False
        self._unsubscribe = gateway.add_listener(self._on_event)

    # --- start and stop ------------------------------------------------------------------------------
    async def load(self, *, was_restored: bool = False) -> None:
        """Read the store; call it before the gateway starts, which tells at once what was cut off.

        `was_restored`: from a backup. What waited then may have been given since, so it is not given again.
        """
        await self._register.load()
        if was_restored:
            for serial, kept in tuple(self._register.records.items()):
                given = tuple(replace(one, phase=Phase.SENDING, session_id=b"") for one in kept)
                await self._register.put(serial, given)
        for serial, kept in self._register.records.items():
            self._questions |= {one.session_id: serial for one in kept if one.session_id}

    def start(self) -> None:
        """Look at all that waits; call it when the gateway runs, and whoever is to be told listens."""
        self._is_running = True
        for serial in tuple(self._register.records):
            self._begin(serial)

    async def stop(self) -> None:
        """Stop looking; call it when the gateway has stopped. What was being delivered is durable then."""
        self._is_running = False
        self._unsubscribe()
        for timer in filter(None, (*self._retries.values(), self._look)):
            timer.cancel()
        if self._runs:
            await asyncio.wait(tuple(self._runs.values()))

    def watch(self, device: Device) -> Callable[[], None]:
        """Deliver whenever this device is linked; returns the end of that."""

        def changed() -> None:
            if not device.is_connected:
                self._linked.discard(device.serial)
            elif device.serial not in self._linked:
                self._linked.add(device.serial)
                if device.serial in self._register.records:
                    self._begin(device.serial)

        changed()
        return device.add_listener(changed)

    # --- what people do ------------------------------------------------------------------------------
    async def submit(
        self,
        actor: Actor,
        serial: str,
        command: str,
        *,
        until: float,
        entity: str | None = None,
        arguments: Mapping[str, object] | None = None,
    ) -> CommandResult | PostponedCommand:
        """Give a command now or, when the device is away, keep it until then (Unix time, seconds).

        Raises as `Gateway.execute`, and what `postponed_errors.py` has.
        """
        arguments = arguments or {}
        device = self._gateway.devices.get(serial)
        one = taken_in(actor, command, entity, arguments, until, self._now())
        if device is not None and device.is_connected and serial not in self._register.records:
            try:
                return await self._gateway.execute(
                    actor, serial, command, entity=entity, arguments=arguments
                )
            except DeviceOffline, NotExecuted:
                pass  # it was not told, or it certainly had no effect
        self._gateway.require(actor, serial, command, arguments)
        if device is None:
            raise UnknownDevice
        if isinstance(why := offline_error(device), _APART):
            raise why
        # Once it is begun it is done whole, also when the caller goes away.
        await asyncio.shield(self._keep(serial, one))
        return one

    async def _keep(self, serial: str, one: PostponedCommand) -> None:
        await self._change(serial, lambda kept: with_one(kept, one, self._in_all()))
        self._gateway.events.emit(
            CommandPostponed(
                serial=serial, id=one.id, command=one.command, actor=one.actor, until=one.until
            )
        )
        self._set_look()
        device = self._gateway.devices.get(serial)
        if device is not None and device.is_connected:
            self._begin(serial)

    def visible(self, actor: Actor) -> list[tuple[str, PostponedCommand]]:
        """Return what waits that somebody gave, or that waits for devices they own."""
        return [
            (serial, one)
            for serial, kept in sorted(self._register.records.items())
            for one in kept
            if self._is_about(actor, serial, one)
        ]

    async def cancel(self, actor: Actor, command_id: str) -> None:
        """Drop one, for who gave it and for the device's owner. Raises NotPostponed, BeingDelivered."""
        found = next((at for at in self.visible(actor) if at[1].id == command_id), None)
        if found is None:
            raise NotPostponed
        serial, one = found

        def drop(kept: Postponements) -> Postponements:
            present = next((other for other in kept if other.id == command_id), None)
            if present is None:
                raise NotPostponed
            if present.phase is not Phase.WAITING:
                raise BeingDelivered
            return tuple(other for other in kept if other is not present)

        await self._change(serial, drop)
        self._gateway.events.emit(
            PostponedCancelled(
                serial=serial,
                id=one.id,
                command=one.command,
                entity=one.entity or "",
                actor=actor,
                given_by=principal_of(one.actor),
            )
        )

    # --- what the gateway tells ----------------------------------------------------------------------
    def _on_event(self, event: GatewayEvent) -> None:
        if isinstance(event, OutcomeLearned):
            if (serial := self._questions.get(event.session_id)) is not None:
                self._learned[event.session_id] = event.status
                self._begin(serial)
        elif isinstance(event, PermissionsChanged):
            for serial in self._register.records:
                if serial not in self._gateway.owners:  # given up: there is nothing to wait for
                    self._begin(serial)

    def _in_all(self) -> int:
        return sum(len(kept) for kept in self._register.records.values())

    def _is_about(self, actor: Actor, serial: str, one: PostponedCommand) -> bool:
        if one.actor == actor:
            return True
        return isinstance(actor, User) and self._gateway.owners.get(serial) == actor.id

    # --- delivery ------------------------------------------------------------------------------------
    def _begin(self, serial: str) -> None:
        """Look at what waits for a device, in a task; anew when one looks already."""
        if not self._is_running:
            return
        if serial in self._runs:
            self._wanted.add(serial)
            return
        # Who set this off is not who gave what is delivered: nothing of that request goes along.
        run = asyncio.get_running_loop().create_task(
            self._run(serial), name="postponed commands", context=VariableContext()
        )
        self._runs[serial] = run

    async def _run(self, serial: str) -> None:
        pause = 0.0
        try:
            self._wanted.add(serial)
            while serial in self._wanted:
                self._wanted.discard(serial)
                await self._look_at(serial)
        except Exception:  # border of the task: the disk may be full; what waits goes on waiting
            _LOGGER.exception("Fault with commands that wait for %s", serial)
            pause = RETRY_S
        finally:
            self._runs.pop(serial, None)
            self._wanted.discard(serial)
            self._set_look(pause)
            self._set_retry(serial)

    async def _look_at(self, serial: str) -> None:
        await self._sort_out(serial)
        while self._is_running and (kept := self._register.records.get(serial)):
            device = self._gateway.devices.get(serial)
            if device is None or not device.is_connected or kept[0].phase is not Phase.WAITING:
                return
            if not await self._deliver(serial, kept[0]):
                return
            await self._sort_out(serial)

    async def _sort_out(self, serial: str) -> None:
        """End what has ended without being delivered now."""
        device = self._gateway.devices.get(serial)
        is_linked = device is not None and device.is_connected
        for one in self._register.records.get(serial, ()):
            status = self._learned.get(one.session_id) if one.session_id else None
            if status == wire.STATUS_NOT_EXECUTED:
                await self._put(serial, replace(one, phase=Phase.WAITING, session_id=b""))
            elif status is not None:
                await self._end(serial, one, _LEARNED.get(status, OutcomeUnknown.code))
            elif one.phase is Phase.SENDING or (one.phase is Phase.UNSETTLED and is_linked):
                # Cut off by a crash, or linked and not told: nobody will ever know.
                await self._end(serial, one, OutcomeUnknown.code)
            elif serial not in self._gateway.owners:
                await self._end(serial, one, UnknownDevice.code)
            elif one.until <= self._now():
                is_waiting = one.phase is Phase.WAITING
                await self._end(serial, one, EXPIRED if is_waiting else OutcomeUnknown.code)

    async def _deliver(self, serial: str, one: PostponedCommand) -> bool:
        """Give one command; False when those behind it have to wait."""
        try:
            actor = await self._who_now(one.actor)
        except Exception:
            _LOGGER.exception("It is not known who a command for %s is from", serial)
            actor = Unknown()
        if not await self._put(serial, replace(one, phase=Phase.SENDING)):
            return True  # it was cancelled meanwhile
        code = OK
        try:
            await self._gateway.execute(
                actor, serial, one.command, entity=one.entity, arguments=one.arguments
            )
        except OutcomeUnknown as error:
            self._questions[error.session_id] = serial
            unsettled = replace(one, phase=Phase.UNSETTLED, session_id=error.session_id)
            await self._put(serial, unsettled)
            return False
        except DeviceOffline, UnknownDevice:  # it left, or the gateway stops
            await self._put(serial, one)
            return False
        except NotExecuted as error:
            if one.attempts + 1 < MAX_ATTEMPTS:
                await self._put(serial, replace(one, attempts=one.attempts + 1))
                return False
            code = error.code
        except CommandError as error:
            code = error.code
        await self._end(serial, one, code)
        return True

    # --- changes -------------------------------------------------------------------------------------
    async def _put(self, serial: str, one: PostponedCommand) -> bool:
        """Replace a command, durably; False when it is not there any more."""
        is_there = False

        def put(kept: Postponements) -> Postponements:
            nonlocal is_there
            is_there = any(other.id == one.id for other in kept)
            return tuple(one if other.id == one.id else other for other in kept)

        await self._change(serial, put)
        if not one.session_id:
            self._forget_questions(serial)
        return is_there

    async def _end(self, serial: str, one: PostponedCommand, code: str) -> None:
        """Drop a command, durably, and tell what became of it."""
        await self._change(
            serial, lambda kept: tuple(other for other in kept if other.id != one.id)
        )
        self._forget_questions(serial)
        self._gateway.events.emit(
            PostponedEnded(
                serial=serial,
                id=one.id,
                command=one.command,
                entity=one.entity or "",
                actor=one.actor,
                code=code,
            )
        )

    async def _change(self, serial: str, change: Callable[[Postponements], Postponements]) -> None:
        async with self._writing:
            kept = self._register.records.get(serial, ())
            changed = change(kept)
            if changed != kept:
                await self._register.put(serial, changed or None)

    def _forget_questions(self, serial: str) -> None:
        open_ = {one.session_id for one in self._register.records.get(serial, ())}
        for session_id, of in tuple(self._questions.items()):
            if of == serial and session_id not in open_:
                del self._questions[session_id]
                self._learned.pop(session_id, None)

    # --- time ----------------------------------------------------------------------------------------
    def _now(self) -> float:
        return self._gateway.permissions.now().timestamp()

    def _set_look(self, pause: float = 0.0) -> None:
        """Look again when the next one expires, after this many seconds at the earliest."""
        if self._look is not None:
            self._look.cancel()
            self._look = None
        due = [one.until for kept in self._register.records.values() for one in kept]
        if due and self._is_running:
            delay = min(max(min(due) - self._now(), pause), LOOK_S)
            self._look = asyncio.get_running_loop().call_later(delay, self._on_look)

    def _on_look(self) -> None:
        self._look = None
        now = self._now()
        for serial, kept in self._register.records.items():
            if any(one.until <= now for one in kept):
                self._begin(serial)
        if not self._runs:
            self._set_look()  # the clock was set back, or it was too far to wait for at once

    def _set_retry(self, serial: str) -> None:
        """Try again in a while what waits for a device that is linked."""
        device = self._gateway.devices.get(serial)
        if (timer := self._retries.pop(serial, None)) is not None:
            timer.cancel()
        is_linked = device is not None and device.is_connected
        if is_linked and serial in self._register.records and self._is_running:
            loop = asyncio.get_running_loop()
            self._retries[serial] = loop.call_later(RETRY_S, self._begin, serial)
