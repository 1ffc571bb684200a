"""The demo device: the device's end of the protocol on a TCP port of 127.0.0.1, and its pings.

Nothing is said or done before the host has kept what flash holds. When that fails, or anything else
that should not, the device stops, and is to be started anew from what was kept last.
"""

import asyncio
from collections.abc import Awaitable, Callable
import logging
import socket
import time
from typing import TYPE_CHECKING, Final

from ..protocol import wire
from ..protocol.device_core import DeviceCore
from .flash import Flash
from .identity import Identity
from .reports import Reports
from .things import FIRMWARE, MEASURE_EVERY_MS, MODEL, Things

if TYPE_CHECKING:
    from ..protocol.device_connection import DeviceConnection
    from ..protocol.events import Event
    from ..protocol.ports import Crypto

_LOGGER = logging.getLogger(__name__)

HOST: Final = "127.0.0.1"
PING_EVERY_MS: Final = 30_000
FALLBACK_AFTER_MS: Final = 120_000  # as in devices of the device library
MAX_PEERS: Final = (
    8  # open connections: two that prove themselves, a link for each of four bindings
)
READ_SIZE: Final = 4096  # bytes read at a time
# In a farewell, instead of the address: who reads it shall not look for a device there any more.
_NOWHERE: Final = "0.0.0.0"


class Facts:
    """What the protocol needs to know of the device."""

    mode = wire.MODE_DSID_GSID
    firmware = FIRMWARE
    model = MODEL
    max_frame = wire.DEFAULT_MAX_FRAME
    persistence = "always"
    data_persistence = "checkpoint"
    ip_recovery = "authenticated"
    claim_window_ms = 0  # always
    fallback_after_ms = FALLBACK_AFTER_MS
    reset_cause = 0  # not known

    def __init__(self, identity: Identity) -> None:
        self.serial = identity.serial
        self.prs: list[bytes | None] = [identity.prs]


class _Peer:
    """One connection that was taken."""

    def __init__(self, connection: DeviceConnection, writer: asyncio.StreamWriter) -> None:
        self.connection = connection
        self.writer = writer


class DemoDevice:
    """One device; runs from `start` to `stop`, once."""

    _save: Callable[[dict[str, str]], Awaitable[None]]  # there from `start` on
    _on_failure: Callable[[], None]  # the same

    def __init__(
        self,
        *,
        identity: Identity,
        flash: Flash,
        crypto: Crypto,
        random: Callable[[int], bytes],
        ping_port: Callable[[], int | None],
    ) -> None:
        """`ping_port` tells where the gateway listens now."""
        self.port = 0
        self._identity = identity
        self._flash = flash
        self._ping_port = ping_port
        now = self._now_ms()
        self._core = DeviceCore(crypto, random, flash, Facts(identity), now)
        self._things = Things(random, self._fire, self._changed)
        self._reports = Reports(self._core, self._things.values)
        self._measure_at_ms = now + MEASURE_EVERY_MS
        self._ping_at_ms = now
        self._peers: list[_Peer] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._turn = asyncio.Lock()  # held while what happened is kept and carried out
        self._woken = asyncio.Event()
        self._is_running = False

    @property
    def serial(self) -> str:
        """The serial."""
        return self._identity.serial

    @property
    def is_owned(self) -> bool:
        """Whether a gateway has claimed it."""
        return self._core.is_owned

    @property
    def is_linked(self) -> bool:
        """Whether the gateway that commands it is connected."""
        return self._core.live is not None

    async def start(
        self,
        port: int,
        save: Callable[[dict[str, str]], Awaitable[None]],
        on_failure: Callable[[], None],
    ) -> None:
        """Listen on this port, or on a free one when it is taken. Raises OSError and what `save` raises.

        `save` keeps the content of flash; `on_failure` is called when the device has to be made anew.
        """
        self._save = save
        self._on_failure = on_failure
        try:
            self._server = await asyncio.start_server(self._serve, HOST, port)
        except OSError:
            self._server = await asyncio.start_server(self._serve, HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        try:
            await save(self._flash.content())
        except BaseException:
            self._close()
            raise
        self._is_running = True
        self._tasks.add(asyncio.create_task(self._live()))

    async def stop(self) -> None:
        """End all connections and keep what is not kept yet. Raises what `save` raises."""
        async with self._turn:  # nothing is being kept: an older content must not come later
            tasks = tuple(self._tasks)
            for task in tasks:
                task.cancel()
            was_running = self._is_running
            self._close()
        if tasks:
            await asyncio.wait(tasks)
        if was_running:
            self._core.stop()
            await self._save(self._flash.content())

    def farewell(self) -> None:
        """Forget every gateway, as a reset does, and tell so: the device will not come back."""
        self._core.factory_reset()
        self._ping(_NOWHERE)

    # --- connections -----------------------------------------------------------------------------------
    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until it ends."""
        task = asyncio.current_task()
        if task is None or not self._is_running or len(self._peers) >= MAX_PEERS:
            writer.transport.abort()
            return
        self._tasks.add(task)
        # Whoever comes from this host may try the password: there is nobody else on 127.0.0.1.
        peer = _Peer(self._core.connect(socket.inet_aton(HOST), True, self._now_ms()), writer)
        self._peers.append(peer)
        try:
            await self._settle()
            while peer in self._peers and (data := await reader.read(READ_SIZE)):
                peer.connection.receive(data, self._now_ms())
                await self._settle()
                self._woken.set()  # what is due next may have changed
                await writer.drain()  # who does not read is not read either
        except ConnectionError:
            pass  # the other side went away
        except Exception:  # border of the task
            _LOGGER.exception("Fault of the demo device in a connection")
            self._fail()
        finally:
            self._drop(peer)
            self._woken.set()
            self._tasks.discard(task)

    def _drop(self, peer: _Peer) -> None:
        if peer not in self._peers:
            return
        self._peers.remove(peer)
        peer.connection.connection_lost(self._now_ms())
        if peer.writer.transport.get_write_buffer_size():
            peer.writer.transport.abort()  # what nobody reads must not hold the socket
        else:
            peer.writer.close()

    # --- time ------------------------------------------------------------------------------------------
    async def _live(self) -> None:
        """Do what time demands, until the device is stopped."""
        while self._is_running:
            try:
                self._tick(self._now_ms())
                await self._settle()
            except Exception:  # border of the task
                _LOGGER.exception("Fault of the demo device")
                self._fail()
            self._woken.clear()
            try:
                async with asyncio.timeout(self._idle_for_ms() / 1000):
                    await self._woken.wait()
            except TimeoutError:
                pass

    def _tick(self, now_ms: int) -> None:
        for peer in tuple(self._peers):
            deadline = peer.connection.deadline()
            if deadline is not None and deadline <= now_ms:
                peer.connection.tick(now_ms)
        if now_ms >= self._measure_at_ms:
            self._measure_at_ms = now_ms + MEASURE_EVERY_MS
            self._things.measure()
        if now_ms >= self._ping_at_ms:
            self._ping_at_ms = now_ms + PING_EVERY_MS
            self._ping(HOST)

    def _idle_for_ms(self) -> int:
        """Return how long nothing is due."""
        due = min(self._measure_at_ms, self._ping_at_ms)
        for peer in self._peers:
            if (deadline := peer.connection.deadline()) is not None:
                due = min(due, deadline)
        return max(due - self._now_ms(), 0)

    def _now_ms(self) -> int:
        return time.monotonic_ns() // 1_000_000

    def _ping(self, address: str) -> None:
        """Say where the device is (FIG 3 step 305), if the gateway listens."""
        port = self._ping_port()
        if port is None:
            return
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.setblocking(False)
                sender.bind((HOST, 0))
                for datagram in self._core.pings(address, self.port or wire.DEFAULT_PORT):
                    sender.sendto(datagram, (HOST, port))
        except OSError as err:
            _LOGGER.debug("The demo device could not ping: %s", err)

    # --- what follows ----------------------------------------------------------------------------------
    async def _settle(self) -> None:
        """Keep what flash holds, then say and do what follows, until nothing does any more."""
        async with self._turn:
            while self._is_running:
                said = [
                    (peer, peer.connection.take_events(), peer.connection.take_output())
                    for peer in self._peers
                ]
                if self._flash.is_changed:
                    await self._save(self._flash.content())
                for peer, events, output in said:
                    if output and peer in self._peers:
                        peer.writer.write(output)
                    for event in events:
                        self._act(event)
                    if peer.connection.closed:
                        self._drop(peer)
                if any(events or output for _, events, output in said):
                    continue
                # Only now: what became of the last package is among the events.
                if not self._reports.send(self._now_ms()):
                    return

    def _fail(self) -> None:
        """End at once, as if the power were cut."""
        if self._is_running:
            self._close()
            self._on_failure()

    def _close(self) -> None:
        self._is_running = False
        if self._server is not None:
            self._server.close()
        for peer in tuple(self._peers):
            self._drop(peer)

    def _act(self, event: Event) -> None:
        if event.kind == "execute":
            status, result = self._things.execute(event.command)
            self._core.finish(event.session_id, status, result, self._now_ms())
        elif event.kind == "package":
            self._reports.settled(event.session_id, event.status, self._now_ms())
        elif event.kind == "released" and not self.is_owned:
            self._reports.forget()
        else:
            self._note(event)

    def _note(self, event: Event) -> None:
        _LOGGER.debug("Demo device: %s", event.kind)

    def _fire(self, key: str, event_type: str) -> None:
        self._reports.fire(key, event_type)

    def _changed(self, key: str) -> None:
        self._reports.changed(key)
