"""Joins connections, DeviceCore and the executor: whatever carries the bytes, this decides what follows.

After every call into the core the output of every connection is sent on: one may have caused what
another says. A fault of the flash store, or one that leaves a command without its outcome, stops the
device (`failure`): what it holds in memory is then newer than what would survive, so it must start
anew from flash. Any other fault costs one connection.
"""

import asyncio

from . import addresses
from .compat import forget_modules
from .compat_net import own_networks
from .executor import refusal
from isg_protocol import wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from .executor import Executor
    from .factory import FactorySettings
    from .guard import Guard
    from .reporter import Reporter

MAX_PEERS = 8  # open sockets: two handshake places, a link for each of four bindings, two ending
MAX_PAUSE_MS = 200  # between two pieces of a stream; for more, a tick comes
NETWORKS_KEPT_MS = 30000  # own subnets are looked up again after this
# What a claim alone needs.
_CLAIM_MODULES = ("isg_protocol.claim_messages", "isg_protocol.cpace", "iotsg_device.sha512")
_FAULT = object()


class Peer:
    """One TCP connection; `carrier` has `send(data)` and `close()`."""

    def __init__(self, carrier: "Any", connection: "Any", host: str) -> None:
        self.carrier = carrier
        self.connection = connection
        self.host = host
        self.is_open = True


class Driver:
    """What a device does with connections; `trace(point)` is called at the points a test may cut at."""

    def __init__(
        self,
        core: "Any",
        store: "Any",
        executor: "Executor",
        settings: "FactorySettings",
        clock: "Callable[[], int]",
        log: "Callable[[str], None]",
    ) -> None:
        self.core = core
        self.failure: "Exception | None" = None
        self.on_failure: "Callable[[], None]" = _nothing
        self.on_event: "Callable[[Any], None]" = _ignore
        self.trace: "Callable[[str], None] | None" = None
        self.reporter: "Reporter | None" = None
        self.guard: "Guard | None" = None
        self.make_guard: "Callable[[], Guard] | None" = None
        self._executor = executor
        self._settings = settings
        self._clock = clock
        self.log = log
        self._store = store
        self._peers: "list[Peer]" = []
        self._tasks: "set[Any]" = set()
        self._networks: "list[tuple[bytes, int]]" = []
        self._networks_until = -1
        self._is_stopped = False
        self._feeding: "Any" = None  # the task that sends a stream

    def connected(self, address: "bytes | None", carrier: "Any") -> "Peer | None":
        """Take a new connection; None when there is no place for it (the caller closes it)."""
        if address is None or self.failure is not None or self._is_stopped:
            return None
        host = addresses.text(address)
        if len(self._peers) >= MAX_PEERS:
            self.log("no place for a connection from " + host)
            return None
        now = self._clock()
        guard = self.guard
        if guard is not None and guard.is_paused(host, self._is_welcome(address), now):
            return None
        may_claim = self._settings.may_claim(address, self._own_networks(now))
        connection = self._guard(self.core.connect, address, may_claim, now)
        if connection is _FAULT:
            return None
        peer = Peer(carrier, connection, host)
        self._peers.append(peer)
        self._settle()
        return peer if peer.is_open else None

    def _is_welcome(self, address: bytes) -> bool:
        """Tell whether a gateway may be there: an allowed address, or any while there is no owner."""
        return not self.core.is_owned or bool(self.core.address_allowed(address))

    def received(self, peer: Peer, data: bytes) -> None:
        """Feed what came over the wire."""
        if not peer.is_open:
            return
        try:
            peer.connection.receive(data, self._clock())
        except Exception as error:  # noqa: BLE001 - as in `_guard`, without its cost for each message
            self._fault(error)
            self._settle()  # what was committed before the fault is carried out
            self._close(peer)
            if self.core.executing is not None and not self._tasks:
                self._fail(error)  # marked as started, but nothing runs: only a restart can tell it
        else:
            self._settle()

    def disconnected(self, peer: Peer) -> None:
        """The connection ended on the other side or by itself."""
        if peer.is_open:
            self._close(peer)

    def tick(self) -> None:
        """Let deadlines pass; to be called a few times a second. A fault must not end that for good."""
        self._guard(self._tick)

    def _tick(self) -> None:
        now = self._clock()
        for peer in list(self._peers):
            deadline = peer.connection.deadline()
            if deadline is None or deadline > now or not peer.is_open:
                continue
            done = self._guard(peer.connection.tick, now)
            self._settle()
            if done is _FAULT:
                self._close(peer)
        self.core.desk.drop_expired(now)
        if self._executor.settings is not None:
            self._guard(self._executor.settings.tick, now)
        if self.guard is not None:
            self._guard(self.guard.tick, self.core.live is not None, now)
        if self.reporter is not None and self._guard(self.reporter.pump, now) is not False:
            self._settle()
        if self.reporter is not None and self.reporter.is_streaming:
            self._begin_feeding()  # there may be a piece where there was none

    def stop(self) -> None:
        """End everything in order: what is not in flash yet is written."""
        self._is_stopped = True  # a connection may still come that was accepted before
        self._close_all()
        for task in list(self._tasks):
            task.cancel()
        if self._feeding is not None:
            self._feeding.cancel()
        if self.failure is None:
            self._guard(self.core.stop)
            if self.guard is not None:
                self._guard(self.guard.keep)

    def factory_reset(self) -> None:
        """Erase bindings and caches (the button on the device) and end all connections.

        A running handler runs on: the core waits for its end.
        """
        self._guard(self.core.factory_reset)
        self._guard(self.core.desk.unlock, self._clock())
        self._guard(self._store.forget_damage)
        self._guard(self._store.compact)
        if self.reporter is not None:
            self.reporter.forget()
        if self._executor.settings is not None:
            self._guard(self._executor.settings.reset)
        self._close_all()

    def _settle(self) -> None:
        """Act on events and send what each connection has to say: one may have changed another."""
        for peer in list(self._peers):
            for event in peer.connection.take_events():
                if self.failure is None:
                    self._handle(event, peer)
        if self.failure is not None:
            self._close_all()  # nothing may be done or said that flash does not know of
        for peer in list(self._peers):
            self._send(peer)

    def _send(self, peer: Peer) -> None:
        if not peer.is_open:
            return
        connection = peer.connection
        data = connection.take_output()
        if data:
            peer.carrier.send(data)
            if self.trace is not None:
                self.trace("sent")
        if connection.closed:
            self._close(peer)

    def _close_all(self) -> None:
        for peer in list(self._peers):
            self._close(peer)

    def _close(self, peer: Peer) -> None:
        if not peer.is_open:
            return
        peer.is_open = False
        if peer in self._peers:
            self._peers.remove(peer)
        self._guard(peer.connection.connection_lost, self._clock())
        peer.carrier.close()

    def _handle(self, event: "Any", peer: Peer) -> None:
        kind = event.kind
        if kind == "execute":
            self._execute(event.session_id, event.command)
            return
        if kind == "package":
            if self.reporter is not None:
                self.reporter.on_package(event.session_id, event.status)
                self._guard(self.reporter.pump, self._clock())  # the next second of a camera
            return
        if kind == "stream_room":
            self._begin_feeding()
            return
        if kind == "breach":
            word = "authenticated" if event.authenticated else "unauthenticated"
            name = wire.BREACH_NAMES.get(event.code, "breach {}".format(event.code))
            self.log("{}: {} ({})".format(peer.host, name, word))
            if self.reporter is not None:
                self.reporter.breach(event.code, event.authenticated)
            if event.code not in wire.HARMLESS_BREACHES:  # a delay is no attack of the gateway
                self._guard(self._watch, peer, event)
        elif kind == "claim_failed":
            self.log("{}: claim failed".format(peer.host))
            forget_modules(*_CLAIM_MODULES)
        elif kind not in ("time", "closed"):
            self.log("{}: {}".format(peer.host, kind))
        if kind == "linked":
            if self.guard is not None:
                self.guard.linked(peer.host)
            if self._executor.settings is not None and event.slot == 0 and not event.restricted:
                self._guard(self._executor.settings.linked)
        if kind == "claim_accepted":
            forget_modules(*_CLAIM_MODULES)
        elif kind == "released":
            # The keys of a forgotten binding leave the file too, not only the index.
            self._guard(self._store.compact)
            if self.reporter is not None and not self.core.is_owned:
                self.reporter.forget()
            if self._executor.settings is not None and event.slot == 0:
                self._guard(self._executor.settings.released)
        try:
            self.on_event(event)
        except Exception as error:  # noqa: BLE001 - the maker's own fault, whatever it is
            self.log("fault: {!r}".format(error))

    def _watch(self, peer: Peer, event: "Any") -> None:
        """Let the breach policy know. Raises OSError."""
        if self.guard is None and self.make_guard is not None:
            self.guard = self.make_guard()
        # A gateway that a reset device forgot knocks on: it must not keep a new claim out.
        if self.guard is not None and (self.core.is_owned or event.authenticated):
            self.guard.breach(peer.host, event.authenticated, self._clock())

    def _execute(self, session_id: bytes, command: "dict[str, Any]") -> None:
        """Check, then call the handler. The core has marked the session as started in flash."""
        if self.trace is not None:
            self.trace("started")
        if self._executor.settings is not None and self.core.executing is not None:
            self._executor.settings.is_owners = self.core.executing[0].slot == 0
        refused = self._guard(self._executor.check, command)
        if refused is _FAULT:
            refused = "the device could not check this command"
        if refused is not None:
            self._finish(session_id, wire.STATUS_REFUSED, refusal(refused))
            return
        done = self._guard(self._executor.execute, command)
        if done is _FAULT:
            return  # flash failed under settings: the next start ends the change and tells its outcome
        if isinstance(done, tuple):
            self._finish(session_id, done[0], done[1])
        else:
            task = asyncio.create_task(self._execute_later(session_id, done))
            self._tasks.add(task)  # a task that nothing refers to may be collected while it runs

    def _begin_feeding(self) -> None:
        if self._feeding is None:
            self._feeding = asyncio.create_task(self._feed())

    async def _feed(self) -> None:
        """Send what there is of a stream, piece by piece: what else is to be done goes in between."""
        try:
            while self.reporter is not None:
                wait_ms = self._guard(self.reporter.feed)
                if wait_ms is _FAULT and self.core.live is not None:
                    self.core.live.close("fault")  # else half of a stream would pass for all of it
                self._settle()
                if wait_ms is _FAULT or not 0 <= wait_ms <= MAX_PAUSE_MS:
                    return  # until there is room, or the next tick
                await asyncio.sleep(wait_ms / 1000)
        finally:
            self._feeding = None

    def make_safe(self) -> None:
        """Bring every output that has a safe state into it."""
        for entity in self._executor.outputs():
            done = self._executor.execute(
                {"cmd": entity.safe[0], "entity": entity.key, "args": entity.safe[1]}
            )
            if not isinstance(done, tuple):
                task = asyncio.create_task(self._finish_safe(done, entity))
                self._tasks.add(task)
            entity.changed()

    async def _finish_safe(self, done: "Awaitable[tuple[int, bytes]]", entity: "Any") -> None:
        try:
            await done
            entity.changed()
        finally:
            self._tasks.discard(asyncio.current_task())

    async def _execute_later(self, session_id: bytes, done: "Awaitable[tuple[int, bytes]]") -> None:
        try:
            status, result = await done
            self._finish(session_id, status, result)
            self._settle()
        finally:
            self._tasks.discard(asyncio.current_task())

    def _finish(self, session_id: bytes, status: int, result: bytes) -> None:
        if self.trace is not None:
            self.trace("executed")
        try:
            self.core.finish(session_id, status, result, self._clock())
        except Exception as error:  # noqa: BLE001 - without its outcome it would pass for not executed
            self._fault(error)
            self._fail(error)
        if self._store.lost and not self.core.memory.binding_damaged:
            # A gateway that commands has read in HELLO_OK that flash was damaged. A binding that
            # was lost stays a reason to refuse claims until the button is used.
            self._guard(self._store.forget_damage)

    def _guard(self, function: "Callable[..., Any]", *arguments: "Any") -> "Any":
        """Call what must never end the device; _FAULT when it failed.

        A fault of flash stops the device, which then starts anew; any other is ours, and costs one
        connection.
        """
        try:
            return function(*arguments)
        except Exception as error:  # noqa: BLE001 - the border between a device and its faults
            return self._fault(error)

    def _fault(self, error: Exception) -> object:
        if isinstance(error, OSError):
            self._fail(error)
        try:
            self.log("fault: {!r}".format(error))
        except MemoryError:
            pass  # what ran out of memory must not end the device by saying so
        return _FAULT

    def _fail(self, error: Exception) -> None:
        """Stop the device: it must start anew from what flash holds."""
        if self.failure is None:
            self.failure = error
            self.on_failure()

    def _own_networks(self, now: int) -> "list[tuple[bytes, int]]":
        if now >= self._networks_until:
            self._networks = own_networks()
            self._networks_until = now + NETWORKS_KEPT_MS
        return self._networks


def _nothing() -> None:
    """Stand in for a callback nobody set."""


def _ignore(event: object) -> None:
    """Stand in for a listener nobody set."""
