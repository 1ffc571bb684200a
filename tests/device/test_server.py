"""A device of the library over real TCP, in this process: claim, commands, and hostile peers."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
import errno
from pathlib import Path
from typing import Any, override

import pytest
from tools.provision import make_factory, write_factory

from .gateway_client import CRYPTO, WAIT_S, CutShortError, Linked, claim, now_ms
from custom_components.iot_secure_gateway.protocol import kdf, wire
from iotsg_device import device as device_module
from iotsg_device.device import Device
from iotsg_device.driver import MAX_PEERS, Peer
from iotsg_device.entities import CommandFailed, Sensor, Switch
from iotsg_device.factory import FactorySettings
from iotsg_device.journal import RECORD_SIZE, Journal
from iotsg_device.log import Log
from iotsg_device.memory_store import MemoryStore
from iotsg_device.server_cpython import ProtocolServer
from iotsg_device.server_streams import MAX_UNSENT, StreamServer, _StreamCarrier

SERIAL = "TEST-1"
PASSWORD = "ABCDEFGHIJKLMNOP"
HOST = "127.0.0.1"
KEYS = ["relay", "valve", "broken", "temp"]

pytestmark = pytest.mark.usefixtures("socket_enabled")


class ManualClock:
    """Time stands still until a test moves it."""

    def __init__(self) -> None:
        self._now = 1000

    def __call__(self) -> int:
        return self._now

    def forward(self, ms: int) -> None:
        self._now += ms


CLOCKS: list[ManualClock] = []
VALVES: list[asyncio.Event] = []
LINES: dict[int, list[str]] = {}


@pytest.fixture(autouse=True)
def clock() -> Iterator[ManualClock]:
    """Return the clock of the devices that this test makes."""
    CLOCKS.append(ManualClock())
    yield CLOCKS[-1]
    CLOCKS.pop()
    LINES.clear()


@pytest.fixture(autouse=True)
def valve() -> Iterator[asyncio.Event]:
    """Return what the handler of the valve waits for; set at the start."""
    VALVES.append(asyncio.Event())
    VALVES[-1].set()
    yield VALVES[-1]
    VALVES.pop()


def lines_of(device: Device) -> list[str]:
    return LINES[id(device)]


def make_device(store: Any = None, **changes: object) -> Device:
    values: dict[str, object] = {
        "serial": SERIAL,
        "prs": [kdf.prs(CRYPTO, PASSWORD, SERIAL).hex()],
        "port": 0,
        "claim_from": [HOST],
        "ping_to": [],
    }
    values.update(changes)
    lines: list[str] = []

    async def slow(is_on: bool) -> None:
        await VALVES[-1].wait()
        if not is_on:
            raise CommandFailed("the valve is stuck")

    def broken(is_on: bool) -> None:
        raise ZeroDivisionError

    device = Device(
        entities=[
            Switch("relay", "Relay"),
            Switch("valve", "Valve", slow),
            Switch("broken", "Broken", broken),
            Sensor("temp", "Temperature", lambda: 21.5, "temperature", "°C"),
        ],
        host=HOST,
        settings=FactorySettings(values),
        store=store if store is not None else MemoryStore(),
        log=Log(CLOCKS[-1], lines.append),
        clock=CLOCKS[-1],
    )
    LINES[id(device)] = lines
    return device


@pytest.fixture(params=["protocols", "streams"])
async def device(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Device]:
    """Return a serving device, once with each of the two servers."""
    if request.param == "streams":
        monkeypatch.setattr(device_module, "_make_server", OnePortStreamServer)
    device = make_device()
    task = asyncio.create_task(device.serve())
    while not device.port:
        await asyncio.sleep(0)
    yield device
    device.stop()
    await task


class OnePortStreamServer(StreamServer):
    """The server of MicroPython, which can't tell a port that it did not choose itself."""

    @override
    async def start(self) -> None:
        await super().start()
        self.port = self._server.sockets[0].getsockname()[1]


async def closed_by_device(port: int, data: bytes) -> bytes:
    """Send `data`, wait until the device hangs up, and return what it said."""
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(data)
    answer = b""
    try:
        async with asyncio.timeout(WAIT_S):
            while more := await reader.read(4096):
                answer += more
    except ConnectionError:
        pass  # it hung up before it had read all
    writer.close()
    return answer


async def hung_up(reader: asyncio.StreamReader) -> None:
    """Wait until the device has ended the connection, in whichever way."""
    try:
        async with asyncio.timeout(WAIT_S):
            assert await reader.read(1) == b""
    except ConnectionError:
        pass


async def test_claim_then_on_off_and_read(device: Device) -> None:
    claimed = await claim(HOST, device.port, SERIAL, PASSWORD)
    assert claimed.status == "validated"
    async with Linked(HOST, device.port, SERIAL, claimed) as link:
        assert await link.command("turn_on", "relay") == (0, {"values": {"relay": True}})
        assert await link.command("turn_off", "relay") == (0, {"values": {"relay": False}})
        status, result = await link.command("read")
        assert (status, result["values"]["temp"]) == (0, "21.5")
        status, result = await link.command("describe")
        assert [entity["key"] for entity in result["entities"]] == KEYS


async def test_results_of_handlers_reach_the_gateway(device: Device) -> None:
    claimed = await claim(HOST, device.port, SERIAL, PASSWORD)
    async with Linked(HOST, device.port, SERIAL, claimed) as link:
        assert await link.command("turn_on", "valve") == (0, {"values": {"valve": True}})
        assert await link.command("turn_off", "valve") == (1, {"error": "the valve is stuck"})
        assert await link.command("turn_on", "broken") == (
            1,
            {"error": "the device's handler failed"},
        )
        assert await link.command("explode", "relay") == (2, {"error": "unknown command"})


async def test_a_wrong_password_is_rejected_and_guessing_is_slowed(device: Device) -> None:
    assert (await claim(HOST, device.port, SERIAL, "A" * 20)).status == "rejected"
    second = await claim(HOST, device.port, SERIAL, PASSWORD)
    assert (second.status, second.seconds) == ("locked", 1)


async def test_five_wrong_passwords_lock_the_device(device: Device, clock: ManualClock) -> None:
    for _ in range(5):
        clock.forward(1000)
        assert (await claim(HOST, device.port, SERIAL, "A" * 20)).status == "rejected"
    clock.forward(9000)
    locked = await claim(HOST, device.port, SERIAL, PASSWORD)
    assert (locked.status, locked.seconds) == ("locked", 1)
    clock.forward(1000)
    assert (await claim(HOST, device.port, SERIAL, PASSWORD)).status == "validated"


async def test_an_owned_device_is_not_claimed_again(device: Device) -> None:
    claimed = await claim(HOST, device.port, SERIAL, PASSWORD)
    async with Linked(HOST, device.port, SERIAL, claimed):
        other = await claim(HOST, device.port, SERIAL, PASSWORD, gateway_id=bytes(16))
        assert other.status == "owned"


async def test_another_address_may_neither_claim_nor_link(device: Device) -> None:
    refused = await claim(HOST, device.port, SERIAL, PASSWORD, source="127.0.0.2")
    assert refused.status == "failed"
    claimed = await claim(HOST, device.port, SERIAL, PASSWORD)
    with pytest.raises(CutShortError):
        async with Linked(HOST, device.port, SERIAL, claimed, source="127.0.0.2"):
            pass
    async with Linked(HOST, device.port, SERIAL, claimed) as link:
        assert (await link.command("turn_on", "relay"))[0] == 0


@pytest.mark.parametrize(
    "data",
    [
        b"\0\0",
        b"\0\0\0",
        b"\xff\xff\x01",
        b"\0\x01\x7f",
        b"\0\x01\x10",
        b"\0\x01\x03",
        b"\0\x41\x01" + bytes(64),
        b"GET / HTTP/1.1\r\nHost: device\r\n\r\n",
        bytes(range(256)) * 64,
    ],
    ids=[
        "cut",
        "length zero",
        "too long",
        "unknown type",
        "record",
        "claim",
        "link",
        "http",
        "flood",
    ],
)
async def test_garbage_ends_the_connection_and_disturbs_nobody(device: Device, data: bytes) -> None:
    claimed = await claim(HOST, device.port, SERIAL, PASSWORD)
    async with Linked(HOST, device.port, SERIAL, claimed) as link:
        before = dict(device.store._values)
        assert len(await closed_by_device(device.port, data)) <= 4
        assert device.store._values == before
        assert (await link.command("turn_on", "relay"))[0] == 0
    assert all(len(line) <= 200 and line.isprintable() for line in lines_of(device))


async def test_a_silent_connection_is_closed_after_five_seconds(
    device: Device, clock: ManualClock
) -> None:
    reader, writer = await asyncio.open_connection(HOST, device.port)
    writer.write(b"\0")
    while not device.driver._peers:
        await asyncio.sleep(0)
    clock.forward(4999)
    device.driver.tick()
    assert device.driver._peers
    clock.forward(1)
    device.driver.tick()
    await hung_up(reader)
    writer.close()
    assert not device.driver._peers


async def test_idle_connections_do_not_keep_the_gateway_out(device: Device) -> None:
    claimed = await claim(HOST, device.port, SERIAL, PASSWORD)
    idle = [
        await asyncio.open_connection(HOST, device.port, local_addr=("127.0.0.3", 0))
        for _ in range(12)
    ]
    async with Linked(HOST, device.port, SERIAL, claimed) as link:
        assert (await link.command("turn_on", "relay"))[0] == 0
    assert len(device.driver._peers) <= MAX_PEERS
    for _, writer in idle:
        writer.close()


async def test_a_new_link_replaces_the_old_one(device: Device) -> None:
    claimed = await claim(HOST, device.port, SERIAL, PASSWORD)
    async with Linked(HOST, device.port, SERIAL, claimed) as old:
        new = await Linked(HOST, device.port, SERIAL, claimed).__aenter__()
        with suppress(ConnectionResetError):  # as it may be hung up
            while await old.reader.read(4096):
                pass  # what it had said of itself before
        assert (await new.command("turn_on", "relay"))[0] == 0
        new.writer.close()


async def test_a_handler_that_outlives_its_link_is_told_on_the_next(
    device: Device, valve: asyncio.Event
) -> None:
    claimed = await claim(HOST, device.port, SERIAL, PASSWORD)
    valve.clear()
    async with Linked(HOST, device.port, SERIAL, claimed) as link:
        running = asyncio.create_task(link.command("turn_on", "valve"))
        while device.core.executing is None:
            await asyncio.sleep(0)
        running.cancel()
        session_id = link.session_id
    valve.set()
    async with Linked(HOST, device.port, SERIAL, claimed) as link:
        outcome = link.event("outcome")
        assert (outcome.session_id, outcome.status) == (session_id, 0)


async def test_release_frees_the_device_and_erases_the_key(device: Device) -> None:
    claimed = await claim(HOST, device.port, SERIAL, PASSWORD)
    async with Linked(HOST, device.port, SERIAL, claimed) as link:
        link.machine.release(now_ms())
        await link.until(lambda: link.machine.closed)
    assert not device.core.is_owned
    assert claimed.binding_key not in b"".join(device.store._values.values())


async def test_factory_reset_ends_the_link_and_frees_the_device(
    device: Device, clock: ManualClock
) -> None:
    claimed = await claim(HOST, device.port, SERIAL, PASSWORD)
    async with Linked(HOST, device.port, SERIAL, claimed) as link:
        device.factory_reset()
        await hung_up(link.reader)
    clock.forward(1000)
    assert (await claim(HOST, device.port, SERIAL, PASSWORD)).status == "validated"


async def test_a_flash_that_fails_stops_the_device_and_says_nothing(clock: ManualClock) -> None:
    device = make_device()
    task = asyncio.create_task(device.serve())
    while not device.port:
        await asyncio.sleep(0)
    claimed = await claim(HOST, device.port, SERIAL, PASSWORD)
    async with Linked(HOST, device.port, SERIAL, claimed) as link:

        def put(key: bytes, value: bytes) -> None:
            raise OSError(errno.EIO, "flash")

        device.store.put = put
        with pytest.raises(CutShortError):
            await link.command("turn_on", "relay")
    with pytest.raises(OSError, match="flash"):
        await task
    assert not any(entity.is_on for entity in device.entities if isinstance(entity, Switch))


async def test_a_taken_port_is_an_error(device: Device) -> None:
    second = make_device(port=device.port)
    with pytest.raises(OSError):
        await second.serve()


async def test_a_fault_of_ours_ends_one_connection_only(device: Device) -> None:
    claimed = await claim(HOST, device.port, SERIAL, PASSWORD)
    async with Linked(HOST, device.port, SERIAL, claimed) as link:
        real = device.core.connect

        def connect(*args: object) -> object:
            device.core.connect = real  # type: ignore[method-assign]
            raise RuntimeError("a bug")

        device.core.connect = connect  # type: ignore[method-assign, assignment]
        assert await closed_by_device(device.port, b"") == b""
        assert (await link.command("turn_on", "relay"))[0] == 0
    assert any("a bug" in line for line in lines_of(device))


async def test_committed_commands_run_even_when_a_fault_follows_in_the_same_bytes(
    device: Device,
) -> None:
    """Between the `started` mark and the handler nothing may drop the command, or all others wait."""
    claimed = await claim(HOST, device.port, SERIAL, PASSWORD)
    async with Linked(HOST, device.port, SERIAL, claimed) as link:
        connection = device.core.live
        real = connection.receive

        def receive(data: bytes, now: int) -> None:
            real(data, now)
            if device.core.executing is not None:
                raise RuntimeError("a bug")

        connection.receive = receive  # type: ignore[method-assign]
        assert (await link.command("turn_on", "relay"))[0] == 0
        await hung_up(link.reader)
    async with Linked(HOST, device.port, SERIAL, claimed) as link:
        assert (await link.command("turn_off", "relay"))[0] == 0


async def test_a_factory_reset_during_a_handler_leaves_the_device_usable(
    device: Device, clock: ManualClock, valve: asyncio.Event
) -> None:
    claimed = await claim(HOST, device.port, SERIAL, PASSWORD)
    valve.clear()
    async with Linked(HOST, device.port, SERIAL, claimed) as link:
        running = asyncio.create_task(link.command("turn_on", "valve"))
        while device.core.executing is None:
            await asyncio.sleep(0)
        device.factory_reset()
        with pytest.raises(CutShortError):
            await running
    valve.set()
    while device.core.executing is not None:
        await asyncio.sleep(0)
    clock.forward(1000)
    claimed = await claim(HOST, device.port, SERIAL, PASSWORD)
    async with Linked(HOST, device.port, SERIAL, claimed) as link:
        assert (await link.command("turn_on", "relay"))[0] == 0


async def test_an_orderly_stop_ends_links_and_running_handlers(valve: asyncio.Event) -> None:
    device = make_device()
    task = asyncio.create_task(device.serve())
    while not device.port:
        await asyncio.sleep(0)
    claimed = await claim(HOST, device.port, SERIAL, PASSWORD)
    valve.clear()
    async with Linked(HOST, device.port, SERIAL, claimed) as link:
        running = asyncio.create_task(link.command("turn_on", "valve"))
        while device.core.executing is None:
            await asyncio.sleep(0)
        device.stop()
        await task
        with pytest.raises(CutShortError):
            await running
    while device.driver._tasks:
        await asyncio.sleep(0)


async def test_damaged_flash_is_told_once_and_then_forgotten(clock: ManualClock) -> None:
    device = make_device()
    device.store.lost = True
    forgotten: list[bool] = []

    def forget() -> None:
        device.store.lost = False
        forgotten.append(True)

    device.store.forget_damage = forget  # type: ignore[method-assign]
    task = asyncio.create_task(device.serve())
    while not device.port:
        await asyncio.sleep(0)
    claimed = await claim(HOST, device.port, SERIAL, PASSWORD)
    async with Linked(HOST, device.port, SERIAL, claimed) as link:
        assert not forgotten, "a link alone does not show that the gateway has read it"
        await link.command("read")
        await link.command("read")
    assert forgotten == [True]
    device.stop()
    await task


class Carrier:
    """Stands for a transport that only counts."""

    def __init__(self) -> None:
        self.closed = 0

    def send(self, data: bytes) -> None: ...

    def close(self) -> None:
        self.closed += 1


async def test_places_are_bounded_and_odd_peers_get_none(clock: ManualClock) -> None:
    driver = make_device(claim_from="any").driver
    assert driver.connected(None, Carrier()) is None
    driver._peers = [Peer(Carrier(), None, "host")] * MAX_PEERS
    assert driver.connected(bytes(4), Carrier()) is None
    driver._peers = []
    driver.failure = OSError()
    assert driver.connected(bytes(4), Carrier()) is None


async def test_a_fault_in_a_deadline_ends_that_connection(clock: ManualClock) -> None:
    driver = make_device(claim_from="any").driver
    carrier = Carrier()
    peer = driver.connected(bytes((127, 0, 0, 1)), carrier)
    assert peer is not None

    def tick(now: int) -> None:
        raise RuntimeError("a bug")

    peer.connection.tick = tick
    clock.forward(5000)
    driver.tick()
    assert carrier.closed == 1
    driver.received(peer, b"late")
    driver.disconnected(peer)
    assert carrier.closed == 1


async def test_a_fault_of_the_maker_does_not_end_the_deadlines(clock: ManualClock) -> None:
    driver = make_device(claim_from="any").driver

    def on_event(event: object) -> None:
        raise RuntimeError("a bug")

    driver.on_event = on_event
    carriers = [Carrier(), Carrier()]
    for last, carrier in enumerate(carriers):
        assert driver.connected(bytes((127, 0, 0, last)), carrier) is not None
    clock.forward(5000)
    driver.tick()
    driver.tick()
    assert [carrier.closed for carrier in carriers] == [1, 1]
    assert driver.failure is None


async def test_events_reach_the_maker(device: Device) -> None:
    kinds: list[str] = []
    device.driver.on_event = lambda event: kinds.append(event.kind)
    claimed = await claim(HOST, device.port, SERIAL, PASSWORD)
    async with Linked(HOST, device.port, SERIAL, claimed):
        pass
    assert {"claimed", "linked"} <= set(kinds)


async def test_a_peer_that_reads_nothing_is_not_read_either(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a peer asks for, unsent answers stay bounded."""
    real = device.core.connect
    received = 0

    def connect(*args: Any) -> Any:
        connection = real(*args)
        output: list[bytes] = []

        def receive(data: bytes, now: int) -> None:
            nonlocal received
            received += len(data)
            output.append(data * 64)

        def take_output() -> bytes:
            data = b"".join(output)
            output.clear()
            return data

        connection.receive = receive  # type: ignore[method-assign, assignment]
        connection.take_output = take_output  # type: ignore[method-assign]
        return connection

    monkeypatch.setattr(device.core, "connect", connect)
    _, writer = await asyncio.open_connection(HOST, device.port)
    # Everything that the kernel's buffers take would come back 64 times.
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    for _ in range(100):
        writer.write(bytes(4096))
        await asyncio.sleep(0)
    assert received < 100 * 4096 or not device.driver._peers
    writer.transport.abort()
    while device.driver._peers:
        await asyncio.sleep(0)


async def test_deadlines_pass_by_themselves(
    device: Device, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = await asyncio.open_connection(HOST, device.port)
    while not device.driver._peers:
        await asyncio.sleep(0)
    clock.forward(5000)
    await hung_up(reader)
    writer.close()


async def test_a_device_of_a_folder_needs_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], clock: ManualClock
) -> None:
    values = make_factory("BOX-1", [PASSWORD], ping_to=[], port=0)
    write_factory(str(tmp_path), values)
    device = Device(str(tmp_path), host=HOST)
    task = asyncio.create_task(device.serve())
    while not device.port:
        await asyncio.sleep(0)
    claimed = await claim(HOST, device.port, "BOX-1", PASSWORD)
    async with Linked(HOST, device.port, "BOX-1", claimed):
        pass
    device.stop()
    await task
    data = (tmp_path / "journal.bin").read_bytes()
    (tmp_path / "journal.bin").write_bytes(b"\0" + data[1:])
    again = Device(str(tmp_path), host=HOST)
    again.stop()
    assert again.core.is_owned
    assert "BOX-1 listens on port" in capsys.readouterr().out
    assert repr(device.core.facts) == "<Facts of BOX-1>"


async def test_run_ends_with_the_error_that_ended_the_device(device: Device) -> None:
    second = make_device(port=device.port)
    with pytest.raises(OSError):
        await asyncio.to_thread(second.run)


class Writer:
    """A stream writer whose peer reads only when the test says so."""

    def __init__(self) -> None:
        self.transport = self
        self.unsent = 0
        self.may_drain = asyncio.Event()
        self.breaks = False

    def write(self, data: bytes) -> None:
        self.unsent += len(data)

    def get_write_buffer_size(self) -> int:
        return self.unsent

    async def drain(self) -> None:
        await self.may_drain.wait()
        if self.breaks:
            raise ConnectionResetError
        self.unsent = 0

    def close(self) -> None: ...


async def test_the_reading_of_a_stream_waits_for_its_writing() -> None:
    writer = Writer()
    carrier = _StreamCarrier(writer, asyncio.current_task())
    carrier.send(b"answer")
    waiting = asyncio.create_task(carrier.drained())
    await asyncio.sleep(0)
    assert not waiting.done()
    writer.may_drain.set()
    await waiting
    assert writer.unsent == 0
    await carrier.drained()


async def test_a_stream_that_breaks_or_takes_too_little_is_ended() -> None:
    async def serve() -> None:
        await asyncio.Event().wait()

    for breaks, size in ((True, 1), (False, MAX_UNSENT + 1)):
        task = asyncio.create_task(serve())
        writer = Writer()
        writer.breaks = breaks
        writer.may_drain.set()
        carrier = _StreamCarrier(writer, task)
        carrier.send(bytes(size))
        with pytest.raises(asyncio.CancelledError):
            await task
        carrier.send(b"nothing more")
        assert writer.unsent == size
        await carrier.finish()


@pytest.mark.parametrize("error", [BrokenPipeError, MemoryError])
async def test_a_stream_that_fails_to_write_is_ended_and_nobody_else_is(
    error: type[Exception],
) -> None:
    """MicroPython's streams raise at once what CPython's keep for later."""

    class Broken(Writer):
        def write(self, data: bytes) -> None:
            raise error

    serving = asyncio.create_task(asyncio.Event().wait())
    carrier = _StreamCarrier(Broken(), serving)
    carrier.send(b"answer")
    with pytest.raises(asyncio.CancelledError):
        await serving
    await carrier.finish()


async def test_finishing_a_stream_ends_its_writing() -> None:
    writer = Writer()
    carrier = _StreamCarrier(writer, asyncio.current_task())
    carrier.send(b"never read")
    draining = carrier._drain
    await carrier.finish()
    with pytest.raises(asyncio.CancelledError):
        await draining
    carrier.close()


async def test_a_connection_without_memory_is_ended(clock: ManualClock) -> None:
    lines: list[str] = []

    class Driver:
        log = staticmethod(lines.append)

        def connected(self, address: object, carrier: object) -> object:
            raise MemoryError

    class Stream(Writer):
        def get_extra_info(self, name: str) -> object:
            return None

    server = StreamServer(Driver(), HOST, 0)  # type: ignore[arg-type]
    await server.stop()
    await server._serve(None, Stream())
    assert lines == ["no memory left for a connection"]
    await ProtocolServer(Driver(), HOST, 0).stop()  # type: ignore[arg-type]


@pytest.mark.parametrize("records_damaged", [1, 2])
async def test_damage_of_the_last_records_never_turns_executed_into_not_executed(
    tmp_path: Path, clock: ManualClock, valve: asyncio.Event, records_damaged: int
) -> None:
    """Guarantee G3 with a flash that rots: the mark `started` is gone, the handler was called."""

    async def serve(store: Journal) -> tuple[Device, asyncio.Task[None]]:
        device = make_device(store=store)
        task = asyncio.create_task(device.serve())
        while not device.port:
            await asyncio.sleep(0)
        return device, task

    path = tmp_path / "journal.bin"
    device, task = await serve(Journal(str(path)))
    claimed = await claim(HOST, device.port, SERIAL, PASSWORD)
    async with Linked(HOST, device.port, SERIAL, claimed) as link:
        assert (await link.command("turn_on", "relay"))[0] == 0
        valve.clear()
        running = asyncio.create_task(link.command("turn_on", "valve"))
        while device.core.executing is None:
            await asyncio.sleep(0)
        session_id = link.session_id
        kept = path.read_bytes()  # the power goes while the handler runs
    with pytest.raises(CutShortError):
        await running
    device.stop()
    await task
    damaged = bytearray(kept)
    for number in range(records_damaged):
        damaged[-1 - number * RECORD_SIZE] ^= 1
    path.write_bytes(damaged)
    valve.set()
    device, task = await serve(Journal(str(path)))
    assert device.store.lost
    try:
        async with Linked(HOST, device.port, SERIAL, claimed) as link:
            outcome = link.event("outcome")
            assert outcome.session_id == session_id
            assert outcome.status in (wire.STATUS_INTERRUPTED, wire.STATUS_UNKNOWN)
    except CutShortError:
        pass  # so far behind that it could be a copy: the gateway refuses the link
    device.stop()
    await task


@pytest.mark.parametrize("which", ["confirmed", "all"])
async def test_damage_of_the_binding_does_not_free_the_device(
    tmp_path: Path, clock: ManualClock, which: str
) -> None:
    """An owner is never forgotten silently: only the button frees a device whose flash rotted."""
    path = tmp_path / "journal.bin"
    device = make_device(store=Journal(str(path)))
    task = asyncio.create_task(device.serve())
    while not device.port:
        await asyncio.sleep(0)
    claimed = await claim(HOST, device.port, SERIAL, PASSWORD)
    async with Linked(HOST, device.port, SERIAL, claimed) as link:
        await link.command("turn_on", "relay")
    device.stop()
    await task
    data = bytearray(path.read_bytes())
    slots = [at for at in range(0, len(data), RECORD_SIZE) if data[at + 6 : at + 7] == b"B"]
    assert len(slots) > 1
    for at in slots if which == "all" else slots[-1:]:
        data[at + 50] ^= 1
    path.write_bytes(data)

    for _ in range(2):  # a restart changes nothing about it
        device = make_device(store=Journal(str(path)))
        task = asyncio.create_task(device.serve())
        while not device.port:
            await asyncio.sleep(0)
        clock.forward(1000)
        assert (await claim(HOST, device.port, SERIAL, PASSWORD)).status == "owned"
        if which == "confirmed":
            async with Linked(HOST, device.port, SERIAL, claimed) as link:
                assert (await link.command("turn_off", "relay"))[0] == 0
        device.stop()
        await task

    device.factory_reset()
    device = make_device(store=Journal(str(path)))
    task = asyncio.create_task(device.serve())
    while not device.port:
        await asyncio.sleep(0)
    assert (await claim(HOST, device.port, SERIAL, PASSWORD)).status == "validated"
    device.stop()
    await task


@pytest.mark.parametrize("point", ["before the handler", "at the outcome"])
async def test_a_command_without_its_outcome_stops_the_device(
    clock: ManualClock, point: str
) -> None:
    """After a restart it is told as interrupted; going on, it would pass for not executed."""
    store = MemoryStore()
    device = make_device(store=store)
    task = asyncio.create_task(device.serve())
    while not device.port:
        await asyncio.sleep(0)
    claimed = await claim(HOST, device.port, SERIAL, PASSWORD)

    def no_memory(*arguments: object) -> None:
        raise MemoryError

    async with Linked(HOST, device.port, SERIAL, claimed) as link:
        if point == "at the outcome":
            device.core.memory.save_outcome = no_memory  # type: ignore[method-assign, assignment]
        else:
            device.core.live.report = no_memory  # type: ignore[method-assign, assignment, union-attr]
        with pytest.raises(CutShortError):
            await link.command("turn_on", "relay")
        session_id = link.session_id
    with pytest.raises(MemoryError):
        await task
    device = make_device(store=store)
    task = asyncio.create_task(device.serve())
    while not device.port:
        await asyncio.sleep(0)
    async with Linked(HOST, device.port, SERIAL, claimed) as link:
        outcome = link.event("outcome")
        assert (outcome.session_id, outcome.status) == (session_id, wire.STATUS_INTERRUPTED)
    device.stop()
    await task


def test_an_invitation_that_expired_frees_its_slot_without_anybody_asking(
    clock: ManualClock,
) -> None:
    device = make_device()
    device.core.desk.invite(2, bytes(32), 600, clock())
    clock.forward(599_999)
    device.driver.tick()
    assert list(device.core.desk._invitations) == [2]
    clock.forward(1)
    device.driver.tick()
    assert list(device.core.desk._invitations) == []


def test_a_fault_that_finds_no_memory_to_be_said_does_not_end_the_device(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    device = make_device()

    def no_memory(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(device.driver, "log", no_memory)
    monkeypatch.setattr(device.reporter, "pump", no_memory)
    device.driver.tick()
    assert device.driver.failure is None
