"""One connection driving one machine: bytes, timer, ends, and faults of our own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from .kit import HOST, WAIT_S, soon, tcp_server
from custom_components.iot_secure_gateway.gateway import transport
from custom_components.iot_secure_gateway.gateway.transport import MachineProtocol


class Echo:
    """A machine that sends back what it gets, ends at "." and fails at "!"."""

    def __init__(self, now_ms: int) -> None:
        self.started_ms = now_ms
        self.closed = False
        self.output = b"hello "
        self.due: int | None = None
        self.ticks: list[int] = []
        self.lost = 0

    def receive(self, data: bytes, now_ms: int) -> None:
        if b"!" in data:
            raise ZeroDivisionError
        self.output += data
        self.closed = b"." in data

    def take_output(self) -> bytes:
        output, self.output = self.output, b""
        return output

    def deadline(self) -> int | None:
        return self.due

    def tick(self, now_ms: int) -> None:
        self.ticks.append(now_ms)
        self.due = None
        if len(self.ticks) > 1:
            raise ZeroDivisionError

    def connection_lost(self, now_ms: int) -> None:
        self.lost += 1


class Driven:
    """A connection to a peer, and what it told."""

    def __init__(self) -> None:
        self.machine: Echo
        self.progress = 0
        self.is_failing = False
        self.closed = asyncio.Event()
        self.protocol = MachineProtocol(self._make, self._on_progress, self.closed.set)

    def _make(self, now_ms: int) -> Echo:
        if self.is_failing:
            raise ZeroDivisionError
        self.machine = Echo(now_ms)
        return self.machine

    def _on_progress(self) -> None:
        self.progress += 1
        if self.is_failing:
            raise ZeroDivisionError

    async def connect(self, port: int) -> None:
        await asyncio.get_running_loop().create_connection(lambda: self.protocol, HOST, port)

    async def end(self) -> None:
        await asyncio.wait_for(self.closed.wait(), WAIT_S)


type Handle = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def driven(handle: Handle) -> AsyncIterator[Driven]:
    async with tcp_server(handle) as port:
        one = Driven()
        await one.connect(port)
        yield one
        one.protocol.abort()
        await one.end()


pytestmark = pytest.mark.usefixtures("socket_enabled")


async def read_all(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def test_machine_gets_bytes_and_its_output_is_sent() -> None:
    heard: asyncio.Queue[bytes] = asyncio.Queue()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.put_nowait(await reader.readexactly(6))
        writer.write(b"abc")
        heard.put_nowait(await reader.readexactly(3))
        writer.write(b".")
        heard.put_nowait(await reader.read())

    async with driven(handle) as one:
        await one.end()
        assert [await heard.get() for _ in range(3)] == [b"hello ", b"abc", b"."]
        assert one.machine.lost == 1
        assert one.protocol.local_address() is None
        one.protocol.flush()
        one.protocol.close()
        assert heard.empty()


async def test_peer_that_does_not_read_is_not_read_either() -> None:
    size = 1 << 25  # more than all buffers of the system hold
    goes_on = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(bytes(size))
        await goes_on.wait()
        await reader.readexactly(len(b"hello ") + size)
        writer.write(b".")
        await reader.read()

    async with driven(handle) as one:
        connection = one.protocol._transport
        assert connection is not None
        await soon(lambda: not connection.is_reading())
        assert connection.get_write_buffer_size() <= transport.MAX_UNSENT + transport.RECEIVE_BUFFER
        goes_on.set()
        await one.end()


async def test_own_address_is_known_while_connected() -> None:
    async with driven(read_all) as one:
        assert one.protocol.local_address() == b"\x7f\x00\x00\x01"


@pytest.mark.parametrize(
    ("address", "packed"),
    [
        ("::1", bytes(15) + b"\x01"),
        ("::ffff:192.0.2.1", b"\xc0\x00\x02\x01"),
        ("fe80::1%eth0", None),
    ],
)
async def test_own_address_has_one_form(address: str, packed: bytes | None) -> None:
    class Named(asyncio.Transport):
        def get_extra_info(self, name: str, default: object = None) -> object:
            return (address, 1, 0, 0)

    one = Driven()
    one.protocol._transport = Named()
    expected = packed or bytes.fromhex("fe800000000000000000000000000001")
    assert one.protocol.local_address() == expected


async def test_timer_rings_at_the_deadline_and_not_before() -> None:
    async with driven(read_all) as one:
        machine = one.machine
        ticked = asyncio.Event()
        original = machine.tick

        def tick(now_ms: int) -> None:
            original(now_ms)
            ticked.set()

        machine.tick = tick  # type: ignore[method-assign]
        start = one.protocol.now_ms()
        machine.due = start + 20
        one.protocol.flush()
        machine.due = start + 40  # a deadline that moved away: the timer looks again
        one.protocol.flush()
        await asyncio.wait_for(ticked.wait(), WAIT_S)
        assert machine.ticks[0] >= start + 40
        machine.due = start + 10_000
        one.protocol.flush()
        machine.due = one.protocol.now_ms()  # one that came nearer: and a fault in the tick
        one.protocol.flush()
        await one.end()
        assert len(machine.ticks) == 2
        assert machine.lost == 1


async def test_fault_of_the_machine_closes_its_connection_only(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(6)
        writer.write(b"!")
        await reader.read()

    async with driven(handle) as one:
        await one.end()
        assert "Fault while driving a connection" in caplog.text


async def test_fault_at_the_start_or_the_end_still_closes(caplog: pytest.LogCaptureFixture) -> None:
    async with tcp_server(read_all) as port:
        one = Driven()
        one.is_failing = True
        await one.connect(port)
        await one.end()
        assert "Fault while starting a connection" in caplog.text
        two = Driven()
        await two.connect(port)
        two.is_failing = True
        two.protocol.close()
        await two.end()
        assert "Fault while ending a connection" in caplog.text


async def test_peer_that_does_not_read_the_last_bytes_is_cut_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transport, "LINGER_S", 0.01)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        await asyncio.Event().wait()

    async with driven(handle) as one:
        one.machine.output = bytes(20_000_000)
        one.machine.closed = True
        one.protocol.flush()
        one.protocol.flush()
        one.protocol.close()
        await one.end()


async def test_late_callbacks_after_the_end_do_nothing() -> None:
    async with driven(read_all) as one:
        one.protocol.abort()
        await one.end()
        one.protocol.buffer_updated(1)
        one.protocol._on_timer()
        one.protocol.abort()
        assert one.machine.ticks == []
