"""A real gateway and real devices of the device library on loopback, with a proxy that cuts between them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from functools import cache
from typing import Any

from custom_components.iot_secure_gateway.gateway.crypto import GatewayCrypto
from custom_components.iot_secure_gateway.gateway.device import Device as KnownDevice
from custom_components.iot_secure_gateway.gateway.events import GatewayEvent
from custom_components.iot_secure_gateway.gateway.gateway import Gateway
from custom_components.iot_secure_gateway.gateway.settings import GatewaySettings
from custom_components.iot_secure_gateway.gateway.stores import GatewayStores, memory_stores
from custom_components.iot_secure_gateway.policy.actors import User
from custom_components.iot_secure_gateway.protocol import kdf, wire
from iotsg_device.device import Device
from iotsg_device.entities import CommandFailed, Entity, Sensor, Switch
from iotsg_device.factory import FactorySettings
from iotsg_device.memory_store import MemoryStore

HOST = "127.0.0.1"
SERIAL = "TEST-1"
PASSWORD = "ABCDEFGHIJKLMNOP"
GATEWAY_ID = bytes(range(16))
ANN = User(id="ann", name="Ann")
BOB = User(id="bob", name="Bob")
WAIT_S = 10  # bound of everything that is waited for
CRYPTO = GatewayCrypto()

# Quick enough for tests; nothing in them depends on how quick.
FAST = GatewaySettings(
    connect_timeout=2.0,
    first_retry=0.01,
    last_retry=0.05,
    hint_interval=0.01,
    save_within=0.01,
    release_timeout=2.0,
)


@cache
def prs_of(password: str, serial: str) -> str:
    """Return the device's secret for a password, as provisioning does."""
    return kdf.prs(CRYPTO, password, serial).hex()


def has_told_all(device: Device) -> bool:
    """Whether a gateway has taken all that the device had to say, its first report included."""
    reporter: Any = device.reporter
    waits = (reporter._changed, reporter._events, reporter._samples, reporter._lines)
    is_told = reporter._breaches_told and reporter._flying is None and not any(waits)
    return is_told and reporter._poll_at_ms > 0


class Bench:
    """One device of the library, served on loopback; it can be stopped and started like a real one."""

    def __init__(
        self, serial: str = SERIAL, *, fallback_ms: int | None = None, **factory: object
    ) -> None:
        self.serial = serial
        self.store = MemoryStore()
        self.lines: list[str] = []
        self.switched: list[bool] = []
        self.gate = asyncio.Event()  # what the slow switch waits for
        self.port = 0
        self._fallback_ms = fallback_ms
        self._factory: dict[str, object] = {
            "serial": serial,
            "prs": [prs_of(PASSWORD, serial)],
            "claim_from": [HOST],
            "ping_to": [],
            "manufacturer": "Maker",
            "model": "Bench",
            **factory,
        }
        self.more: list[Entity] = []  # entities beside the usual ones, from the next start on
        # Results given instead of the true ones, by command; with another status where there is one.
        self.lies: dict[str, bytes | tuple[int, bytes]] = {}
        self._task: asyncio.Task[None] | None = None
        self.device: Device

    async def start(self) -> None:
        """Power the device up, on the port it had before."""
        self.device = Device(
            entities=[
                Switch("relay", "Relay", self.switched.append),
                Switch("slow", "Slow", self._wait),
                Switch("stuck", "Stuck", self._fail),
                Sensor("temp", "Temperature", lambda: 21.5, "temperature", "°C"),
                *self.more,
            ],
            host=HOST,
            settings=FactorySettings({**self._factory, "port": self.port}),
            store=self.store,
            log=self.lines.append,
        )
        if self._fallback_ms is not None:
            facts: Any = self.device.core.facts
            facts.fallback_after_ms = self._fallback_ms
        liar: Any = _Liar(self.device.driver._executor, self.lies)
        self.device.driver._executor = liar
        self._task = asyncio.create_task(self.device.serve())
        async with asyncio.timeout(WAIT_S):
            while not self.device.port:
                await asyncio.sleep(0)
        self.port = self.device.port

    async def stop(self) -> None:
        """Cut the power; what the store holds stays."""
        if self._task is not None:
            listener = self.device._server._server
            self.device.stop()
            with suppress(OSError):
                await self._task
            self._task = None
            for _ in range(5):  # a connection accepted at the last moment is made some turns later
                await asyncio.sleep(0)
            await asyncio.wait_for(listener.wait_closed(), WAIT_S)

    async def push(self, package: bytes, *, is_stream: bool = False) -> bytes:
        """Send a package beside the device's own ones; return its session id."""
        core = self.device.core
        await soon(lambda: core.can_send_package)
        now = self.device._clock()
        session_id = core.send_package(package, now, is_stream)
        self.device.driver._settle()
        return session_id

    async def hush(self) -> None:
        """Have it tell nothing by itself from now on, so that only commands cross the wire."""
        await soon(lambda: has_told_all(self.device))
        self.device.driver.reporter = None

    async def _wait(self, is_on: bool) -> None:
        await self.gate.wait()
        self.switched.append(is_on)

    def _fail(self, is_on: bool) -> None:
        raise CommandFailed("the valve is stuck")


class _Liar:
    """Stands before a device's executor and gives other results, where there are any."""

    def __init__(self, honest: Any, lies: Mapping[str, bytes | tuple[int, bytes]]) -> None:
        self._honest = honest
        self._lies = lies

    def __getattr__(self, name: str) -> Any:
        return getattr(self._honest, name)

    def check(self, command: dict[str, Any]) -> Any:
        return None if command["cmd"] in self._lies else self._honest.check(command)

    def execute(self, command: dict[str, Any]) -> Any:
        lie = self._lies.get(command["cmd"])
        if lie is None:
            return self._honest.execute(command)
        return lie if isinstance(lie, tuple) else (wire.STATUS_OK, lie)


class Proxy:
    """A TCP proxy that sees frames, and cuts the connection at one of them when told to."""

    def __init__(self, port: int) -> None:
        self.target_port = port
        self.port = 0
        self.connections = 0
        self.frames: list[str] = []  # "G" from the gateway, "D" from the device, since `arm`
        self._cut_at: tuple[str, bool] | None = None
        self._is_mute = False
        self._has_cut = False
        self.stay_cut = False  # refuse everything once `arm` has cut
        self._server: asyncio.Server
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def arm(self, sequence: str = "", *, deliver: bool = False) -> None:
        """Cut at the last frame of `sequence` (as "GD": the device's first answer), once.

        With `deliver` that frame still arrives; without, it is lost.
        """
        self.frames.clear()
        self._cut_at = (sequence, deliver) if sequence else None

    def mute(self, *, is_mute: bool = True) -> None:
        """Swallow everything while connections stay up, like a device that hangs; or no longer."""
        self._is_mute = is_mute

    def cut(self) -> None:
        """Cut all connections now."""
        for writer in self._writers:
            writer.transport.abort()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, HOST, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._server.close()
        self.cut()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.stay_cut and self._has_cut:
            writer.transport.abort()
            return
        self.connections += 1
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self._writers.add(writer)
        try:
            onward_reader, onward = await asyncio.open_connection(HOST, self.target_port)
        except OSError:
            writer.transport.abort()
            return
        self._writers.add(onward)
        try:
            await asyncio.gather(
                self._pump("G", reader, onward), self._pump("D", onward_reader, writer)
            )
        finally:
            for one in (writer, onward):
                one.transport.abort()
                self._writers.discard(one)

    async def _pump(
        self, side: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            while True:
                head = await reader.readexactly(2)
                body = await reader.readexactly(int.from_bytes(head))
                self.frames.append(side)
                cut_at = self._cut_at
                is_cut = cut_at is not None and "".join(self.frames) == cut_at[0]
                if self._is_mute:
                    continue
                if not is_cut or (cut_at is not None and cut_at[1]):
                    writer.write(head + body)
                    await writer.drain()
                if is_cut:
                    self._cut_at = None
                    self._has_cut = True
                    self.mute()
                    await asyncio.sleep(0.02)  # let what was delivered arrive before the cut
                    self.mute(is_mute=False)
                    self.cut()
        except asyncio.IncompleteReadError, OSError:
            writer.transport.abort()


class Rig:
    """A gateway with its stores, which survive `restart`."""

    def __init__(self, settings: GatewaySettings = FAST, gateway_id: bytes = GATEWAY_ID) -> None:
        self.gateway_id = gateway_id
        self.stores: GatewayStores = memory_stores()
        self.settings = settings
        self._running = settings
        self.events: list[GatewayEvent] = []
        self.gateway: Gateway

    def prepare(self) -> None:
        self._running = replace(self.settings)  # its own, for `hurried`
        self.gateway = Gateway(self.gateway_id, self.stores, settings=self._running)
        self.gateway.add_listener(self.events.append)

    async def start(self) -> None:
        self.prepare()
        await self.gateway.start()

    async def stop(self) -> None:
        await self.gateway.stop()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def die(self) -> None:
        """End like a killed process: nothing that was not durable yet becomes so."""
        durable = await self.stores.states.load()
        await self.gateway.stop()
        await self.stores.states.save(durable)

    async def back_up(self) -> GatewayStores:
        """Return a copy of all stores as they are now."""
        copy, stores = memory_stores(), self.stores
        await copy.bindings.save(await stores.bindings.load())
        await copy.states.save(await stores.states.load())
        if (state := await stores.permissions.load()) is not None:
            await copy.permissions.save(state)
        await copy.descriptions.save(await stores.descriptions.load())
        await copy.journals.save(await stores.journals.load())
        await copy.records.save(await stores.records.load())
        return copy

    def seen[T](self, kind: type[T]) -> list[T]:
        """Return the events of a kind so far."""
        return [event for event in self.events if isinstance(event, kind)]

    async def claim(
        self, serial: str, port: int, *, password: str = PASSWORD, owner: str = ANN.id
    ) -> None:
        await self.gateway.claim(serial, password, HOST, port, owner)

    async def claimed(self, bench: Bench, port: int | None = None) -> KnownDevice:
        """Claim the bench's device for Ann, and wait until all was asked that is asked of a new one."""
        await self.claim(bench.serial, port or bench.port)
        attendance = self.gateway._links[bench.serial]._attendance
        await soon(lambda: attendance.is_introduced)
        return self.gateway.devices[bench.serial]

    @contextmanager
    def hurried(self, **changes: float) -> Iterator[None]:
        """Give up sooner for a while: only on what is to fail, for a busy machine takes its time for the rest."""
        before = {name: getattr(self._running, name) for name in changes}
        try:
            for name, value in changes.items():
                object.__setattr__(self._running, name, value)
            yield
        finally:
            for name, value in before.items():
                object.__setattr__(self._running, name, value)

    async def turn(self, on: bool, entity: str = "relay", **changes: Any) -> Mapping[str, object]:
        """Switch as Ann; return the device's answer."""
        actor = changes.pop("actor", ANN)
        command = "turn_on" if on else "turn_off"
        result = await self.gateway.execute(actor, SERIAL, command, entity=entity)
        return result.result


async def until(device: KnownDevice, is_so: Callable[[], bool]) -> None:
    """Wait for a change of the device after which `is_so()`."""
    changed = asyncio.Event()
    remove = device.add_listener(changed.set)
    try:
        async with asyncio.timeout(WAIT_S):
            while not is_so():
                changed.clear()
                await changed.wait()
    finally:
        remove()


async def soon(is_so: Callable[[], bool]) -> None:
    """Wait until `is_so()`, for what tells nobody when it changes."""
    async with asyncio.timeout(WAIT_S):
        while not is_so():
            await asyncio.sleep(0.001)


@asynccontextmanager
async def tcp_server(
    handle: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    """Serve on loopback as something that is no device; gives the port."""
    tasks: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            tasks.add(task)
        try:
            await handle(reader, writer)
        except OSError:
            pass
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(accept, HOST, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


def with_settings(**changes: Any) -> GatewaySettings:
    """Return the fast settings with changes."""
    return replace(FAST, **changes)
