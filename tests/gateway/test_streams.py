"""Streams: taken or refused at the opening, held back by who takes them, never in the way of commands."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
import json
from pathlib import Path
import time
from typing import Any, override

import pytest

from .kit import ANN, HOST, SERIAL, Bench, Proxy, Rig, soon, until
from custom_components.iot_secure_gateway.gateway import log_streams, streams
from custom_components.iot_secure_gateway.gateway.device import MAX_LOG, Device
from custom_components.iot_secure_gateway.gateway.events import StreamEnded
from custom_components.iot_secure_gateway.gateway.log_streams import LogStream
from custom_components.iot_secure_gateway.gateway.streams import (
    MAX_KINDS,
    STREAM_BURST,
    WINDOW,
    StreamHandlers,
    StreamRefusedError,
    StreamSink,
)
from custom_components.iot_secure_gateway.protocol import data_records, wire
from simulator import fleet

FIRMWARE = Path(__file__).parents[2] / "device_firmware"
STREAMING = Path(__file__).parents[1] / "device" / "micropython_streaming.py"
PIECE = bytes(range(256)) * 4


class Sink(StreamSink):
    """Keeps what comes; deals with a part only while its gate is open."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.gate = asyncio.Event()
        self.gate.set()
        self.ends: list[bool] = []
        self.fault: Exception | None = None
        self.fault_at_end: Exception | None = None

    @override
    async def write(self, data: bytes) -> None:
        await self.gate.wait()
        self.data += data
        if self.fault is not None:
            raise self.fault

    @override
    async def end(self, *, is_whole: bool) -> None:
        self.ends.append(is_whole)
        if self.fault_at_end is not None:
            raise self.fault_at_end


def take(rig: Rig, kind: str = "film") -> tuple[Sink, list[Mapping[str, object]]]:
    """Take streams of that kind; return where they go, and their heads."""
    sink, heads = Sink(), []

    def opened(device: Device, head: Mapping[str, object]) -> StreamSink:
        heads.append(head)
        return sink

    rig.gateway.streams.add(kind, opened)
    return sink, heads


def begin(
    bench: Bench, chunks: Iterator[bytes], kind: str = "film", **head: object
) -> Callable[[], int]:
    """Have the device send a stream; return what tells the status of its end, or -1."""
    ends: list[int] = []
    bench.device.reporter.stream(kind, chunks, head, ends.append)
    return lambda: ends[0] if ends else -1


def ended(rig: Rig) -> StreamEnded:
    return rig.seen(StreamEnded)[-1]


# --- how a stream goes -----------------------------------------------------------------------------------
async def test_stream_arrives_whole_and_both_ends_know(rig: Rig, bench: Bench) -> None:
    sink, heads = take(rig)
    device = await rig.claimed(bench)
    status = begin(bench, iter([PIECE] * 100 + [b"", b"the end"]), width=640)
    await soon(lambda: status() >= 0)
    assert status() == wire.STATUS_OK
    assert heads == [{"stream": "film", "width": 640}]
    assert bytes(sink.data) == PIECE * 100 + b"the end"
    assert sink.ends == [True]
    assert ended(rig) == StreamEnded(serial=SERIAL, kind="film", size=len(sink.data), is_whole=True)
    assert device.stats.links == 1
    again = begin(bench, iter([b"another"]))
    await soon(lambda: again() == wire.STATUS_OK)


async def test_kind_that_nobody_takes_is_refused_before_anything_is_sent(
    rig: Rig, bench: Bench
) -> None:
    device = await rig.claimed(bench)
    asked: list[int] = []

    def chunks() -> Iterator[bytes]:
        asked.append(1)
        yield PIECE

    status = begin(bench, chunks(), "smell")
    await soon(lambda: status() >= 0)
    assert status() == wire.STATUS_REFUSED
    assert not asked
    assert device.stats.links == 1
    assert await rig.turn(True) == {"values": {"relay": True}}


@pytest.mark.parametrize("window", [WINDOW, 2 * WINDOW])
async def test_slow_handler_holds_the_device_back(rig: Rig, bench: Bench, window: int) -> None:
    sink, _ = take(rig)
    sink.window = window
    await rig.claimed(bench)
    sink.gate.clear()
    given = 0

    def chunks() -> Iterator[bytes]:
        nonlocal given
        for _ in range(64):
            given += len(PIECE)
            yield PIECE

    status = begin(bench, chunks())
    await soon(lambda: given >= window)
    for _ in range(50):  # commands pass; the stream does not move meanwhile
        await rig.turn(True)
    assert given == window
    sink.gate.set()
    await soon(lambda: status() == wire.STATUS_OK)
    assert len(sink.data) == 64 * len(PIECE)


async def test_values_and_events_come_after_a_stream(rig: Rig, bench: Bench) -> None:
    sink, _ = take(rig)
    device = await rig.claimed(bench)
    sink.gate.clear()
    status = begin(bench, iter([PIECE] * 16))
    await soon(lambda: bench.device.reporter.is_streaming)
    await rig.turn(True)
    bench.device.reporter.fire("relay", "pressed")
    sink.gate.set()
    await soon(lambda: status() == wire.STATUS_OK)
    await soon(lambda: len(device.recent_events) == 1)


# --- how it ends otherwise ---------------------------------------------------------------------------------
async def test_handler_that_wants_no_more_ends_the_stream(rig: Rig, bench: Bench) -> None:
    sink, _ = take(rig)
    device = await rig.claimed(bench)
    sink.fault = StreamRefusedError("enough")
    status = begin(bench, iter([PIECE] * 1000))
    await soon(lambda: status() >= 0)
    assert status() == wire.STATUS_REFUSED
    assert len(PIECE) <= len(sink.data) <= WINDOW
    assert sink.ends == [False]
    assert (ended(rig).is_whole, ended(rig).reason) == (False, "enough")
    assert device.stats.links == 1
    assert await rig.turn(True) == {"values": {"relay": True}}


@pytest.mark.parametrize("where", ["fault", "fault_at_end"])
async def test_fault_of_a_handler_costs_its_stream_only(
    rig: Rig, bench: Bench, where: str, caplog: pytest.LogCaptureFixture
) -> None:
    sink, _ = take(rig)
    device = await rig.claimed(bench)
    setattr(sink, where, RuntimeError("a bug"))
    status = begin(bench, iter([PIECE] * 4))
    await soon(lambda: status() >= 0)
    assert status() == wire.STATUS_REFUSED
    assert (ended(rig).is_whole, ended(rig).reason) == (False, "the handler failed")
    assert "a bug" in caplog.text
    assert device.stats.links == 1


async def test_fault_of_a_handler_at_the_opening_refuses(
    rig: Rig, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    def opened(device: Device, head: Mapping[str, object]) -> StreamSink:
        raise RuntimeError("a bug")

    rig.gateway.streams.add("film", opened)
    await rig.claimed(bench)
    status = begin(bench, iter([PIECE]))
    await soon(lambda: status() == wire.STATUS_REFUSED)
    assert "a bug" in caplog.text


async def test_cut_ends_a_stream_on_both_ends(rig: Rig, bench: Bench, proxy: Proxy) -> None:
    sink, _ = take(rig)
    device = await rig.claimed(bench, proxy.port)
    status = begin(bench, iter([PIECE, b"", b""] + [b""] * 10_000))
    await soon(lambda: len(sink.data) == len(PIECE))
    proxy.cut()
    await soon(lambda: status() == wire.STATUS_UNKNOWN)
    await soon(lambda: bool(rig.seen(StreamEnded)))
    assert sink.ends == [False]
    assert ended(rig).reason == "the link was lost"
    await until(device, lambda: device.is_connected)
    again = begin(bench, iter([b"another"]))
    await soon(lambda: again() == wire.STATUS_OK)


async def test_fault_of_the_device_passes_for_no_end(rig: Rig, bench: Bench) -> None:
    sink, _ = take(rig)
    device = await rig.claimed(bench)

    def chunks() -> Iterator[bytes]:
        yield PIECE
        raise RuntimeError("the maker's own")

    status = begin(bench, chunks())
    await soon(lambda: status() == wire.STATUS_UNKNOWN)
    await soon(lambda: bool(sink.ends))
    assert sink.ends == [False]
    assert any("the maker's own" in line for line in bench.lines)
    await until(device, lambda: device.is_connected)


async def test_device_that_sends_no_more_is_not_waited_for(
    rig: Rig, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "QUIET_S", 0.05)
    sink, _ = take(rig)
    await rig.claimed(bench)
    status = begin(bench, iter([PIECE] + [b""] * 10_000))
    await soon(lambda: status() == wire.STATUS_REFUSED)
    assert sink.ends == [False]
    assert ended(rig).reason == "the device sent no more of it"


async def test_handler_that_hangs_is_not_waited_for(
    rig: Rig, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "HANDLER_S", 0.05)
    sink, _ = take(rig)
    await rig.claimed(bench)
    sink.gate.clear()
    status = begin(bench, iter([PIECE] * 4))
    await soon(lambda: status() == wire.STATUS_REFUSED)
    assert ended(rig).reason == "the handler took too long"


async def test_stop_of_the_gateway_ends_streams(rig: Rig, bench: Bench) -> None:
    sink, _ = take(rig)
    await rig.claimed(bench)
    begin(bench, iter([PIECE] + [b""] * 10_000))
    await soon(lambda: len(sink.data) > 0)
    await rig.gateway.stop()
    assert sink.ends == [False]


# --- hostile devices -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "head",
    [
        b"no json",
        b"[]",
        b'{"kind":"film"}',
        b'{"stream":7}',
        b'{"stream":"Film\\n"}',
        b'{"stream":"' + b"v" * 33 + b'"}',
    ],
)
async def test_head_out_of_form_is_refused(rig: Rig, bench: Bench, head: bytes) -> None:
    take(rig)
    device = await rig.claimed(bench)
    await bench.push(head, is_stream=True)
    await soon(lambda: bench.device.core.can_send_package)
    assert not rig.seen(StreamEnded)
    assert device.stats.links == 1


async def test_device_that_sends_more_than_it_may_loses_its_link(rig: Rig, bench: Bench) -> None:
    sink, _ = take(rig)
    device = await rig.claimed(bench)
    sink.gate.clear()
    await bench.push(b'{"stream":"film"}', is_stream=True)
    core: Any = bench.device.core
    await soon(lambda: core.stream_room == WINDOW)
    link = core.live.link
    for number in range(WINDOW // len(PIECE) + 1):
        link.send(data_records.encode_chunk(number * len(PIECE), PIECE), bench.device._clock())
    bench.device.driver._settle()
    await until(device, lambda: device.stats.links == 2)
    sink.gate.set()
    await soon(lambda: sink.ends == [False])
    assert len(sink.data) == WINDOW


async def test_device_that_opens_one_stream_after_the_other_is_refused_most(
    rig: Rig, bench: Bench
) -> None:
    _, heads = take(rig)
    await rig.claimed(bench)
    core = bench.device.core
    for _ in range(3 * int(STREAM_BURST)):
        await bench.push(b'{"stream":"film"}', is_stream=True)
        await soon(lambda: core.stream_room > 0 or core.can_send_package)
        if core.stream_room:
            core.write_stream(b"", bench.device._clock())
            bench.device.driver._settle()
        await soon(lambda: core.can_send_package)
    assert STREAM_BURST <= len(heads) < 2 * STREAM_BURST
    assert await rig.turn(True) == {"values": {"relay": True}}


# --- who takes which kind --------------------------------------------------------------------------------------
async def test_handler_that_is_removed_takes_nothing_more(rig: Rig, bench: Bench) -> None:
    remove = rig.gateway.streams.add("film", lambda device, head: Sink())
    await rig.claimed(bench)
    remove()
    remove()
    status = begin(bench, iter([PIECE]))
    await soon(lambda: status() == wire.STATUS_REFUSED)


def test_kinds_are_names_once_each_and_not_too_many() -> None:
    handlers = StreamHandlers(log=log_streams.open_log)
    for bad in ("log", "Log", "", "a b", "x" * 33):
        with pytest.raises(ValueError, match="cannot be added"):
            handlers.add(bad, log_streams.open_log)
    for number in range(1, MAX_KINDS):
        handlers.add(f"kind_{number}", log_streams.open_log)
    with pytest.raises(ValueError, match="cannot be added"):
        handlers.add("one_more", log_streams.open_log)


# --- the log ---------------------------------------------------------------------------------------------------
async def test_log_is_cut_into_lines_cleaned_and_kept_within_bounds() -> None:
    device = Device(SERIAL, HOST, 1)
    sink = LogStream(device)
    for part in (b"one\r\ntw", b"o\n\x1b[31mred\n", b"\xff\n" + b"x" * 900, b"x\nlast"):
        await sink.write(part)
    await sink.end(is_whole=True)
    lines = list(device.log)
    assert lines[:2] == ["one", "two"]
    assert "\x1b" not in lines[2]
    assert lines[3] == "\N{REPLACEMENT CHARACTER}"
    assert len(lines[4]) == 200
    assert lines[5] == "last"
    for number in range(2 * MAX_LOG):
        await sink.write(b"%d\n" % number)
    assert len(device.log) == MAX_LOG
    with pytest.raises(StreamRefusedError):
        await sink.write(bytes(log_streams.MAX_LOG_STREAM))
    await sink.end(is_whole=False)
    assert device.log[-1] == "(cut off)"


@pytest.mark.micropython
async def test_device_on_micropython_sends_its_log_while_commands_go_on(
    rig: Rig, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    found = fleet.find_micropython()
    fleet.prepare(str(tmp_path), "micropython", HOST, 0, [], 1, "subnet", found)
    command = [found, str(STREAMING), str(FIRMWARE), str(tmp_path)]
    board = fleet.VirtualDevice(str(tmp_path), "micropython", HOST, command)
    running = asyncio.create_task(board.run(False, print))
    try:
        await asyncio.wait_for(board.wait_boot(1), fleet.READY_WAIT_S)
        await rig.claim(board.serial, board.port, password=board.password)
        device = rig.gateway.devices[board.serial]
        await until(device, lambda: "relay" in device.values)

        async def press(entity: str, command: str) -> float:
            before = time.perf_counter()
            await rig.gateway.execute(ANN, board.serial, command, entity=entity)
            return time.perf_counter() - before

        alone = [await press("relay", "turn_on") for _ in range(100)]
        await press("log", "press")
        beside = []
        while not rig.seen(StreamEnded):
            beside.append(await press("relay", "turn_on"))
        assert ended(rig) == StreamEnded(
            serial=board.serial, kind="log", size=64_000, is_whole=True
        )
        assert device.log[-1] == f"line {999:>58}"
        assert device.stats.links == 1
        assert len(beside) > 5, "the stream was over before a command could meet it"
        figures = [sorted(times)[int(0.99 * len(times))] * 1000 for times in (alone, beside)]
        record_property("p99 alone and beside a stream, ms", json.dumps(figures))
        assert max(beside) < 1.0, figures  # a command never waits for the stream as a whole
    finally:
        await board.stop()
        await running
