"""Command sessions of one device, one at a time: from a command to its answer (FIG 10, FIG 13).

The way of a command that meets no other costs no task, no lock and no timer. A caller that goes away
leaves its session running to a clean end.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import NamedTuple

from ..policy.actors import Actor
from ..policy.decision import Decision
from ..protocol import wire
from ..protocol.events import SessionEvent
from ..protocol.gateway_link import GatewayLink
from ..protocol.gateway_state import MAX_UNSAVED
from .device import Device, Problem
from .errors import (
    CommandExpired,
    CommandFailed,
    DeviceInStandby,
    DeviceOffline,
    DeviceSuspended,
    DeviceSuspendedByPolicy,
    GatewayBehind,
    InvalidCommand,
    NotExecuted,
    OutcomeUnknown,
    Refused,
    RefusedByDevice,
)
from .queue import CommandQueue, Waiting
from .results import CommandResult
from .session_traces import DeviceTrace
from .wording import CommandWriter, error_text, read_result

SAVE_EARLY = MAX_UNSAVED // 2  # sessions unsaved at which a save starts, so that none has to wait

_OFFLINE_BECAUSE: dict[Problem | None, type[DeviceOffline]] = {
    Problem.STANDBY: DeviceInStandby,
    Problem.BEHIND: GatewayBehind,
    Problem.SUSPENDED: DeviceSuspended,
    Problem.SUSPENDED_BY_POLICY: DeviceSuspendedByPolicy,
}

# actor, serial, command, arguments, number of the row that a use was taken of
type Judge = Callable[[Actor, str, str, Mapping[str, object], int | None], Decision]


class _Session(NamedTuple):
    id: bytes
    started_at: float  # loop time
    answer: asyncio.Future[CommandResult]


class Sessions:
    """Opens sessions on whatever link is up, and gives each caller its answer."""

    def __init__(
        self,
        device: Device,
        *,
        judge: Judge,
        random: Callable[[int], bytes],
        wait: float,
        save_now: Callable[[], None],
        trace: DeviceTrace,
    ) -> None:
        """`judge` decides again at delivery; `save_now` asks for a save of the session cache."""
        self.trace = trace
        self._device = device
        self._judge = judge
        self._random = random
        self._wait = wait
        self._save_now = save_now
        self._loop = asyncio.get_running_loop()
        self._writer = CommandWriter()
        self._queue = CommandQueue()
        self._expiry: asyncio.TimerHandle | None = None
        self._session: _Session | None = None
        self._link: GatewayLink | None = None
        self._is_relinking = False  # for a moment, by our own doing: commands wait
        self._flush: Callable[[], None] = _nothing

    @property
    def are_waiting(self) -> bool:
        """Whether commands wait."""
        return bool(self._queue)

    # --- what the link tells -------------------------------------------------------------------------
    def link_up(self, link: GatewayLink, flush: Callable[[], None]) -> None:
        """`link` is ready for sessions; `flush` sends its output."""
        self._link = link
        self._is_relinking = False
        self._flush = flush
        self.deliver()

    def link_down(self, *, is_relinking: bool = False) -> None:
        """The link is gone; its session was reported as failed before. What waits goes on waiting.

        With `is_relinking` the next one is under way, and new commands wait for it too.
        """
        self._link = None
        self._is_relinking = is_relinking
        self._flush = _nothing

    def stop(self) -> None:
        """Give up: everything that waits is answered as offline."""
        self.link_down()
        while (entry := self._queue.take()) is not None:
            entry.answer.set_exception(DeviceOffline())
        self._set_expiry()

    # --- commands ------------------------------------------------------------------------------------
    def submit(
        self,
        actor: Actor,
        command: str,
        entity: str | None,
        arguments: Mapping[str, object],
        spent: int | None = None,
    ) -> asyncio.Future[CommandResult]:
        """Open a session for a permitted command, or let it wait; the future brings the answer.

        Raises DeviceOffline (why: DeviceInStandby, DeviceSuspended), InvalidCommand, QueueFull.
        """
        link = self._link
        if link is None and not self._is_relinking:
            raise offline_error(self._device)
        answer: asyncio.Future[CommandResult] = self._loop.create_future()
        if link is not None and self._session is None and not self._queue and self._can_open(link):
            self._open(link, command, entity, arguments, answer)
            self._flush()
        else:
            self._queue.put(
                Waiting(
                    actor,
                    command,
                    entity,
                    arguments,
                    self._loop.time() + self._wait,
                    answer,
                    spent,
                )
            )
            self._set_expiry()
        return answer

    def deliver(self) -> None:
        """Open a session for the next waiting command, if one can be opened."""
        while self._queue and self._session is None:
            link = self._link
            if link is None or not self._can_open(link):
                return
            self._expire()
            entry = self._queue.take()
            if entry is None:
                return
            decision = self._judge(
                entry.actor, self._device.serial, entry.command, entry.arguments, entry.spent
            )
            if not decision.allowed:
                entry.answer.set_exception(Refused(decision))
                continue
            try:
                self._open(link, entry.command, entry.entity, entry.arguments, entry.answer)
                self._flush()
            except InvalidCommand as error:
                entry.answer.set_exception(error)

    def _can_open(self, link: GatewayLink) -> bool:
        if link.state.unsaved >= SAVE_EARLY:
            self._save_now()
        return link.is_ready and link.state.unsaved < MAX_UNSAVED

    def _open(
        self,
        link: GatewayLink,
        command: str,
        entity: str | None,
        arguments: Mapping[str, object],
        answer: asyncio.Future[CommandResult],
    ) -> None:
        session_id = self._random(wire.SESSION_ID_SIZE)
        now = self._loop.time()
        data = self._writer.write(session_id, command, entity, arguments)
        if len(data) > link.max_command:
            raise InvalidCommand
        link.open(session_id, data, int(now * 1000))
        self.trace.opened(session_id, command, now, link.state.lanes[wire.LANE_COMMAND])
        self._session = _Session(session_id, now, answer)
        self._device.stats.commands += 1

    # --- answers -------------------------------------------------------------------------------------
    def on_result(self, event: SessionEvent) -> None:
        """The device answered."""
        session = self._end(event)
        if session is None:
            return
        device, status, answer = self._device, event.status, session.answer
        result = read_result(event.result)
        device.learn_values(result, session.id)
        duration_ms = (self._loop.time() - session.started_at) * 1000
        device.stats.last_command_ms = duration_ms
        if status == wire.STATUS_OK:
            device.stats.succeeded += 1
            if not answer.done():
                answer.set_result(
                    CommandResult(session_id=session.id, result=result, duration_ms=duration_ms)
                )
            return
        error: Exception
        if status == wire.STATUS_FAILED:
            device.stats.failed += 1
            error = CommandFailed(error_text(result))
        elif status == wire.STATUS_REFUSED:
            device.stats.failed += 1
            error = RefusedByDevice(error_text(result))
        elif status == wire.STATUS_NOT_EXECUTED:
            device.stats.not_executed += 1
            error = NotExecuted("device")
        else:
            device.stats.unknown += 1
            error = OutcomeUnknown(session.id)
        if not answer.done():
            answer.set_exception(error)

    def on_failed(self, event: SessionEvent) -> None:
        """The session ended without an answer; `status` says whether it can have had an effect."""
        session = self._end(event)
        if session is None:
            return
        stats = self._device.stats
        error: Exception
        if event.status == wire.STATUS_NOT_EXECUTED:
            stats.not_executed += 1
            error = NotExecuted(event.reason)
        else:
            stats.unknown += 1
            error = OutcomeUnknown(session.id)
        if not session.answer.done():
            session.answer.set_exception(error)

    def _end(self, event: SessionEvent) -> _Session | None:
        session = self._session
        if session is None or session.id != event.session_id:
            return None
        self._session = None
        self.trace.ended(event)
        return session

    # --- expiry --------------------------------------------------------------------------------------
    def _expire(self) -> None:
        for entry in self._queue.expire(self._loop.time()):
            entry.answer.set_exception(CommandExpired())

    def _set_expiry(self) -> None:
        due = self._queue.next_expiry()
        if due is None:
            if self._expiry is not None:
                self._expiry.cancel()
                self._expiry = None
        elif self._expiry is None:
            self._expiry = self._loop.call_at(due, self._on_expiry)

    def _on_expiry(self) -> None:
        self._expiry = None
        self._expire()
        self._set_expiry()


def offline_error(device: Device) -> DeviceOffline:
    """Return the error that says why there is no link to command over."""
    return _OFFLINE_BECAUSE.get(device.problem, DeviceOffline)()


def _nothing() -> None:
    """There is no link to flush."""
