"""An event loop whose time is made up, with a network in memory: hours of gateway and devices in seconds.

What waits for time waits no real time: when nothing is left to do, the clock jumps to the next timer. TCP
connections keep what they are given while a host is out of reach, as retransmission does, and a host that lost its power
answers what still comes with a reset.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Executor
import selectors
from typing import Any, override

LATENCY_S = 0.002  # one way
_LITTLE_S = 1e-6
_CONNECT_S = 30.0  # how long nobody answers; gateways give up earlier


class OutOfReach(OSError):
    """A host does not answer."""


class _Jumping(selectors.SelectSelector):
    """Never waits: has the loop's clock jump instead."""

    loop: VirtualLoop

    @override
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("everything waits for something that no timer brings")
        self.loop.jump(timeout)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """The loop of one made-up world; what is asked of a thread is done at once."""

    def __init__(self) -> None:
        selector = _Jumping()
        selector.loop = self
        self._now = 1000.0
        self.network = Network(self)
        super().__init__(selector)

    @override
    def time(self) -> float:
        return self._now

    def jump(self, seconds: float) -> None:
        """Let time pass, and a little more: a clock that is read in ms has reached what it was set to."""
        self._now += max(0.0, seconds) + _LITTLE_S

    @override
    def run_in_executor[*P, T](
        self, executor: Executor | None, func: Callable[[*P], T], *args: *P
    ) -> asyncio.Future[T]:
        future: asyncio.Future[T] = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:  # as from a thread  # noqa: BLE001
            future.set_exception(error)
        return future

    @override
    async def create_connection(self, protocol_factory: Any, *args: Any, **options: Any) -> Any:
        return await self.network.connect(protocol_factory, str(args[0]), int(args[1]))

    @override
    async def create_server(self, protocol_factory: Any, *args: Any, **options: Any) -> Any:
        return self.network.listen(protocol_factory, str(args[0]), int(args[1]))

    @override
    async def create_datagram_endpoint(self, protocol_factory: Any, *_: Any, **options: Any) -> Any:
        transport = _Datagrams(self.network, protocol_factory(), options["local_addr"][1])
        return transport, transport.protocol


class Network:
    """Who listens where, and which hosts are out of reach. Connections come from `gateway_host`."""

    def __init__(self, loop: VirtualLoop) -> None:
        self.loop = loop
        self.gateway_host = "192.0.2.10"
        self.listeners: dict[tuple[str, int], Callable[[], Any]] = {}
        self.datagrams: dict[int, asyncio.DatagramProtocol] = {}
        self.pipes: set[_End] = set()
        self._unreachable: set[str] = set()

    def listen(self, factory: Callable[[], Any], host: str, port: int) -> _Server:
        """Take connections."""
        self.listeners[host, port] = factory
        return _Server(self, host, port)

    async def connect(self, factory: Callable[[], Any], host: str, port: int) -> Any:
        """Make a connection from the gateway. Raises OSError."""
        mine = self.gateway_host
        if self.is_lost(mine, host):
            await asyncio.sleep(_CONNECT_S)
            raise OutOfReach(f"{host} does not answer")
        await asyncio.sleep(2 * LATENCY_S)
        accept = self.listeners.get((host, port))
        if accept is None:
            raise ConnectionRefusedError(host)
        near, far = _End(self, mine, host), _End(self, host, mine)
        near.join(far, factory())
        far.join(near, accept())
        self.loop.call_later(LATENCY_S, far.begin)
        near.begin()
        return near, near.protocol

    def send(self, source: str, host: str, port: int, data: bytes) -> None:
        """Deliver a datagram, or lose it."""
        if host != self.gateway_host or self.is_lost(source, host):
            return
        self.loop.call_later(LATENCY_S, self._deliver, port, data, (source, 40000))

    def _deliver(self, port: int, data: bytes, source: tuple[str, int]) -> None:
        if (protocol := self.datagrams.get(port)) is not None:
            protocol.datagram_received(data, source)

    def is_lost(self, *hosts: str) -> bool:
        """Tell whether one of these is out of reach."""
        return not self._unreachable.isdisjoint(hosts)

    def lose(self, host: str) -> None:
        """Put a host out of reach; what is sent to and fro waits."""
        self._unreachable.add(host)

    def find(self, host: str) -> None:
        """Put it back into reach: what waited arrives."""
        self._unreachable.discard(host)
        for end in tuple(self.pipes):
            end.deliver_soon()

    def kill(self, host: str) -> None:
        """Cut its power, or take its address away: nobody is told, and what still comes is answered by a reset."""
        for end in [end for end in self.pipes if end.host == host]:
            end.vanish()


class _Server:
    def __init__(self, network: Network, host: str, port: int) -> None:
        self._network, self._where = network, (host, port)
        self.sockets: Sequence[Any] = (self,)

    def getsockname(self) -> tuple[str, int]:
        return self._where

    def close(self) -> None:
        self._network.listeners.pop(self._where, None)


class _Datagrams(asyncio.DatagramTransport):
    def __init__(self, network: Network, protocol: asyncio.DatagramProtocol, port: int) -> None:
        super().__init__()
        self._network, self.protocol, self._port = network, protocol, port
        network.datagrams[port] = protocol

    @override
    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return (self._network.gateway_host, self._port) if name == "sockname" else default

    @override
    def close(self) -> None:
        if self._network.datagrams.pop(self._port, None) is not None:
            self._network.loop.call_soon(self.protocol.connection_lost, None)


class _End(asyncio.Transport):
    """One end of a connection; `host` is its own."""

    def __init__(self, network: Network, host: str, other_host: str) -> None:
        super().__init__()
        self.host = host
        self.protocol: Any = None
        self._network, self._other_host = network, other_host
        self._other: _End
        self._incoming: deque[bytes | None] = deque()  # None: the other end has closed
        self._is_over = self._has_vanished = False
        self._is_paused = False

    def join(self, other: _End, protocol: Any) -> None:
        """Lay the cable."""
        self._other, self.protocol = other, protocol
        self._network.pipes.add(self)

    def begin(self) -> None:
        """Tell the program that the connection is up."""
        if not self._is_over:
            self.protocol.connection_made(self)
            self.deliver_soon()

    def vanish(self) -> None:
        """Nothing arrives here any more and nothing leaves, and nobody was told."""
        self._has_vanished = True
        self._network.pipes.discard(self)

    def deliver_soon(self) -> None:
        """Hand on what has come, one way later."""
        self._network.loop.call_later(LATENCY_S, self._deliver)

    def _deliver(self) -> None:
        while self._incoming and not self._is_paused:
            if self._network.is_lost(self.host, self._other_host):
                return
            if self._has_vanished:
                self._incoming.clear()
                self._other.reset()
                return
            if self._is_over:
                self._incoming.clear()
                return
            data = self._incoming.popleft()
            if data is None:
                self._end(None)
                return
            while data and not self._is_over:
                room = self.protocol.get_buffer(len(data))
                size = min(len(room), len(data))
                room[:size] = data[:size]
                data = data[size:]
                self.protocol.buffer_updated(size)

    def reset(self) -> None:
        """The other end's host knows nothing of this connection."""
        self._network.loop.call_later(LATENCY_S, self._end, ConnectionResetError())

    def _end(self, error: Exception | None) -> None:
        if not self._is_over:
            self._is_over = True
            self._network.pipes.discard(self)
            self._network.loop.call_soon(self.protocol.connection_lost, error)

    # --- what programs call ------------------------------------------------------------------------------
    @override
    def write(self, data: Any) -> None:
        if not self._is_over and not self._has_vanished:
            self._other._incoming.append(bytes(data))
            self._other.deliver_soon()

    @override
    def close(self) -> None:
        if not self._is_over:
            if not self._has_vanished:
                self._other._incoming.append(None)
                self._other.deliver_soon()
            self._end(None)

    @override
    def abort(self) -> None:
        self.close()

    @override
    def is_closing(self) -> bool:
        return self._is_over

    @override
    def get_extra_info(self, name: str, default: Any = None) -> Any:
        if name == "sockname":
            return (self.host, 1)
        return (self._other_host, 40000) if name == "peername" else default

    @override
    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass

    @override
    def pause_reading(self) -> None:
        self._is_paused = True

    @override
    def resume_reading(self) -> None:
        self._is_paused = False
        self.deliver_soon()


def run[T](made_up: Callable[[VirtualLoop], Coroutine[Any, Any, T]]) -> T:
    """Live through something in a world of its own."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, VirtualLoop)
        return runner.run(made_up(loop))
