"""The link to one device: connect, keep, connect again; what its protocol tells goes to the right place.

    resting --due or hinted--> connecting --TCP up--> greeting --"ready"--> up --lost--> resting
    greeting --"standby"--> standing by (another gateway commands) --lost--> resting
    greeting --rejected, another key is left (a rotation)--> connecting
    up --24 h, or a new key--> connecting, between two sessions; commands wait meanwhile
    any --copy suspected, released, stopped--> ended

An address is taken over only after a link came up there (protocol.md section 3).
"""

import asyncio
from collections.abc import Callable
import logging
from typing import Any

from ..protocol.events import Event
from ..protocol.gateway_link import GatewayLink
from ..protocol.gateway_state import GatewayState
from .address_recovery import AddressRecovery
from .attendance import Attendance
from .backoff import Backoff
from .device import SUSPENSIONS, Device, Problem
from .events import AddressChanged, CopySuspected, FoundBehind, KeyRotated, StandingBy
from .inbox import Inbox
from .link_reports import LinkReports
from .link_services import LinkServices
from .pending_writes import PendingWrites
from .requests import Requests
from .sessions import Sessions
from .streams import StreamIntake
from .transport import LINGER_S, MachineProtocol

_LOGGER = logging.getLogger(__name__)


class DeviceLink:
    """Keeps one claimed device linked from `start` to `stop`."""

    def __init__(self, device: Device, state: GatewayState, services: LinkServices) -> None:
        """Nothing happens before `start`."""
        settings = services.settings
        self.device = device
        self.sessions = Sessions(
            device,
            judge=services.judge,
            random=services.random,
            wait=settings.wait,
            save_now=self._save_now,
            trace=services.traces.of(device.serial),
        )
        self.requests = Requests()
        self._recovery = AddressRecovery(device, services.bindings, services.emit)
        self.rotating = asyncio.Lock()
        self._state = state
        self._services = services
        self._backoff = Backoff(
            settings.first_retry, settings.last_retry, settings.hint_interval, services.random
        )
        self._hint: tuple[str, int] | None = None
        self._address = (device.host, device.port)  # of the connection that is tried or up
        self._link: GatewayLink | None = None
        self._protocol: MachineProtocol | None = None
        self._ready: asyncio.Future[bool] | None = None
        self._closed: asyncio.Future[None] | None = None
        self._is_ended = False
        self._is_rejected = False  # the connection that was tried last, before anything was proven
        self._is_restricted = False  # it went no further than to our address
        self._is_relinking = False  # the link was ended by us, to be set up anew at once
        self._wants_relink = False
        self._key = b""  # of the connection that is tried or up
        self._key_settled = asyncio.Event()
        self._writes = PendingWrites(device.serial)  # of the binding
        self._task: asyncio.Task[None] | None = None
        self._up = asyncio.Event()
        self._inbox = Inbox(device, services.journals, services.emit, services.state_changed)
        self._streams = StreamIntake(device, services.streams, services.emit)
        self._attendance = Attendance(device, services)
        self._reports = LinkReports(device, services.emit)
        self._handlers: dict[str, Callable[[Any], None]] = {  # by kind, which says what fields
            "ready": self._on_ready,
            "committed": self.sessions.trace.on_committed,
            "outcome": self._on_outcome,
            "breach": self._on_breach,
            "rejected": self._on_rejected,
            "copy_suspected": self._on_copy_suspected,
            "behind": self._on_behind,
            "save_now": lambda event: self._save_now(),
            "released": self._on_released,
            "rotated": self._on_rotated,
            "binding_added": self.requests.on_answer,
            "standby": self._on_standby,
            "restricted": self._on_restricted,
            "package": self._on_package,
            "stream": self._on_stream,
            "chunk": self._streams.part,
        }

    # --- what the gateway calls ----------------------------------------------------------------------
    def start(self) -> None:
        """Begin to connect, unless the device is suspended."""
        if self.device.problem in SUSPENSIONS:
            self._is_ended = True
            return
        self._task = asyncio.get_running_loop().create_task(
            self._run(), name=f"link to {self.device.serial}"
        )

    async def stop(self) -> None:
        """Close the link; what waits is answered as offline."""
        self._is_ended = True
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait((task,))
        await self._inbox.stop()
        await self._streams.stop()
        await self._writes.wait()
        self.sessions.stop()

    async def wait_up(self) -> None:
        """Return when the link is up, if only to stand by."""
        await self._up.wait()

    async def wait_key_settled(self) -> None:
        """Return when the first link with a new key is up and the old key is forgotten."""
        await self._key_settled.wait()

    def move(self, host: str, port: int) -> None:
        """Look for the device there from the next attempt on; a link that is up stays."""
        if not self.device.is_connected:
            self.device.host, self.device.port = host, port

    def hint(self, host: str, port: int, boot: int) -> None:
        """A ping of this very device came from there: connect at once, or drop a link it outlived."""
        if self.device.is_connected:
            if boot > self._state.last_boot and self._protocol is not None:
                self._hint = (host, port)  # where it is now: a copy is found out there
                self._protocol.abort()  # the device has started anew, so this link leads nowhere
            return
        if self._backoff.hint():
            self._hint = (host, port)

    def retry(self) -> None:
        """What kept the device away may be settled: connect at once."""
        self._backoff.hint()

    def saved(self) -> None:
        """The session cache of a moment ago is durable: go on with what waits for that."""
        link, protocol = self._link, self._protocol
        if link is not None and protocol is not None:
            if not self._state.dirty:  # else what "save_now" was about may have come after it
                link.saved(protocol.now_ms())
                protocol.flush()
            self.sessions.deliver()

    async def release(self, timeout: float) -> bool:
        """Ask the device to forget this gateway; False when it did not confirm that in time."""
        if not self.device.is_connected:
            return False
        return await self.requests.ask(GatewayLink.release, "released", timeout) is not None

    # --- the life of the link ------------------------------------------------------------------------
    async def _run(self) -> None:
        while not self._is_ended:
            self._is_relinking = False
            try:
                for key in self._services.bindings.keys(self.device.serial):
                    self._key = key
                    await self._connect_once()
                    if not self._is_rejected or self._is_ended:
                        break
            except Exception:  # border of the task: a fault of ours must not end the device's link
                _LOGGER.exception("Fault in the link to %s", self.device.serial)
            await self._writes.wait()
            if not self._is_ended and not self._is_relinking:
                await self._backoff.pause()

    async def _connect_once(self) -> None:
        loop, settings = asyncio.get_running_loop(), self._services.settings
        self._address = self._hint or (self.device.host, self.device.port)
        self._hint = None
        self._ready, self._closed = loop.create_future(), loop.create_future()
        self._is_rejected = self._is_restricted = False
        self._is_relinking = self._wants_relink = False
        host, port = self._address
        try:
            async with asyncio.timeout(settings.connect_timeout):
                await loop.create_connection(self._make_protocol, host, port)
            if await self._ready:
                up_since = loop.time()
                if self.device.is_connected:
                    relink = loop.call_later(settings.relink_after, self.relink)
                    try:
                        await self._attendance.attend(self._closed)
                    finally:
                        relink.cancel()
                else:  # another gateway commands; the device closes when it is our turn
                    await self._closed
                if loop.time() >= up_since + settings.stable_after:
                    self._backoff.reset()
            elif not self._is_restricted:
                self.device.stats.turned_away += not self._is_rejected
                self._set_problem(Problem.REFUSED)
        except OSError, ValueError:  # TimeoutError is an OSError; odd names fail to encode
            self._set_problem(Problem.UNREACHABLE)
        finally:
            if self._protocol is not None:
                self._protocol.close()
                await asyncio.wait((self._closed,), timeout=2 * LINGER_S)
            if not self._is_relinking:
                self._lost()

    def relink(self) -> None:
        """Set the link up anew as soon as it is idle."""
        self._wants_relink = True
        self._try_relink()

    def _try_relink(self) -> None:
        """End the link to set it up anew, if it is idle."""
        link, protocol = self._link, self._protocol
        if link is not None and protocol is not None and link.is_ready:
            self._is_relinking = True
            self.sessions.link_down(is_relinking=True)
            protocol.close()

    def _lost(self) -> None:
        """There is no link, and none by our own doing for a moment only."""
        self.sessions.link_down()
        device = self.device
        if device.is_connected:
            device.is_connected = False
            device.forget_values()
            _LOGGER.info("Link to device %s is gone", device.serial)
            device.notify()

    def _make_protocol(self) -> MachineProtocol:
        self._protocol = MachineProtocol(self._make_link, self._on_progress, self._on_closed)
        return self._protocol

    def _make_link(self, now_ms: int) -> GatewayLink:
        services = self._services
        self._link = GatewayLink(
            services.crypto,
            services.random,
            self.device.serial,
            services.gateway_id,
            self._key,
            self._state,
            now_ms,
            int(services.unix_time() * 1000),
            step_timeout_ms=services.settings.step_timeout_ms,
        )
        return self._link

    # --- what the protocol tells ---------------------------------------------------------------------
    def _on_progress(self) -> None:
        link = self._link
        if link is None:
            return
        for event in link.take_events():
            kind = event.kind
            if kind == "result":
                self.sessions.on_result(event)
            elif kind == "failed":
                self.sessions.on_failed(event)
            elif (handler := self._handlers.get(kind)) is not None:
                handler(event)
        if self._state.dirty:
            self._services.state_changed(self.device.serial)
        if self._wants_relink:
            self._try_relink()
        if self.requests.is_waiting:
            self.requests.send()
        elif self.sessions.are_waiting:
            self.sessions.deliver()

    def _on_closed(self) -> None:
        self._link = None
        self._protocol = None
        self._up.clear()
        self._attendance.tells = False
        self._streams.link_down()
        self.requests.link_down()
        self.sessions.link_down(is_relinking=self._is_relinking)
        if not self._is_relinking:
            self._lost()
        if self._ready is not None and not self._ready.done():
            self._ready.set_result(False)
        if self._closed is not None and not self._closed.done():
            self._closed.set_result(None)

    def _on_ready(self, event: Event) -> None:
        device, link, protocol = self.device, self._link, self._protocol
        if link is None or protocol is None or self._ready is None:
            return
        device.is_connected = True
        device.problem = None
        self._reports.on_ready(event)
        _LOGGER.info("Link to device %s is up", device.serial)
        self._take_over()
        self.requests.link_up(link, protocol)
        self.sessions.link_up(link, protocol.flush)
        device.notify()

    def _on_outcome(self, event: Any) -> None:
        self.sessions.trace.ended(event)
        self._reports.on_outcome(event)

    def _on_standby(self, event: Event) -> None:
        """Linked, while another gateway commands the device (FIG 1, "in the alternative")."""
        _LOGGER.info("Standing by for device %s", self.device.serial)
        self._set_problem(Problem.STANDBY)
        self._services.emit(StandingBy(serial=self.device.serial))
        self._take_over()

    def _take_over(self) -> None:
        """What the link proved holds from now on: the address, and which key the device knows."""
        device = self.device
        if self._address != (device.host, device.port):
            device.host, device.port = self._address
            self._services.emit(
                AddressChanged(serial=device.serial, host=device.host, port=device.port)
            )
        self._writes.add(self._settle_key(self._key))
        if self._ready is not None and not self._ready.done():
            self._ready.set_result(True)
        self._up.set()

    async def _settle_key(self, key: bytes) -> None:
        serial = self.device.serial
        if await self._services.bindings.key_used(serial, key):
            self._services.emit(KeyRotated(serial=serial))
            self._key_settled.set()

    def _on_breach(self, event: Event) -> None:
        if not self.device.is_connected:
            self._set_problem(Problem.REFUSED)
        self._reports.on_breach(event)

    def _on_rejected(self, event: Event) -> None:
        self._is_rejected = True
        self._set_problem(Problem.REFUSED)

    def _on_copy_suspected(self, event: Event) -> None:
        self._is_ended = True
        self._set_problem(Problem.SUSPENDED)
        self._writes.add(self._services.bindings.suspend(self.device.serial))
        self._services.emit(CopySuspected(serial=self.device.serial, detail=f"lane {event.lane}"))

    def _on_behind(self, event: Event) -> None:
        self._is_ended = True
        self._set_problem(Problem.BEHIND)
        self._services.emit(FoundBehind(serial=self.device.serial))

    def _on_released(self, event: Event) -> None:
        self._is_ended = True
        self.requests.on_answer(event)

    def _on_rotated(self, event: Event) -> None:
        """A new key was agreed on, and the link ends: the next one uses it, once it is durable."""
        self._key_settled.clear()
        self._is_relinking = True
        self._writes.add(self._services.bindings.add_key(self.device.serial, event.key))
        self.requests.on_answer(event)

    def _on_restricted(self, event: Event) -> None:
        """The device does not know the address from which we come."""
        link, protocol = self._link, self._protocol
        if link is None or protocol is None:
            return
        if not self._recovery.on_restricted(event, link, protocol):
            self._set_problem(Problem.ADDRESS_NOT_ALLOWED)
        self._is_restricted = True

    def _on_package(self, event: Event) -> None:
        """Something that the device tells by itself."""
        link, protocol = self._link, self._protocol
        if link is not None and protocol is not None:
            if self._inbox.receive(event, link, protocol):
                self._attendance.tells = True

    def _on_stream(self, event: Event) -> None:
        if self._link is not None and self._protocol is not None:
            self._streams.opened(event, self._link, self._protocol)

    def _save_now(self) -> None:
        self._services.save_now(self.device.serial)

    def _set_problem(self, problem: Problem) -> None:
        device = self.device
        if device.problem in SUSPENSIONS or device.problem is problem:
            return
        if device.problem is Problem.ADDRESS_NOT_ALLOWED and problem is Problem.REFUSED:
            return  # strangers are heard at intervals only: between them it is still for that reason
        device.problem = problem
        device.notify()
