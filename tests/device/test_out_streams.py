"""Streams at the device: what may be begun, and what becomes of one that does not come through at once."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import override

import pytest

from custom_components.iot_secure_gateway.gateway.device import Device as KnownDevice
from custom_components.iot_secure_gateway.gateway.streams import StreamSink
from custom_components.iot_secure_gateway.protocol import gateway_data, wire
from tests.gateway.kit import Bench, Rig, soon


class Kept(StreamSink):
    """Keeps what comes."""

    def __init__(self) -> None:
        self.data = b""

    @override
    async def write(self, data: bytes) -> None:
        self.data += data

    @override
    async def end(self, *, is_whole: bool) -> None:
        pass


@pytest.fixture
async def bench(socket_enabled: None) -> AsyncIterator[Bench]:
    bench = Bench()
    await bench.start()
    yield bench
    await bench.stop()


@pytest.fixture
async def rig(socket_enabled: None) -> AsyncIterator[Rig]:
    rig = Rig()
    await rig.start()
    yield rig
    await rig.stop()


@pytest.fixture
def kept(rig: Rig) -> Kept:
    kept = Kept()

    def opened(device: KnownDevice, head: Mapping[str, object]) -> StreamSink:
        return kept

    rig.gateway.streams.add("data", opened)
    return kept


@pytest.mark.parametrize("head", [{"text": "x" * 250}, {"number": 0.5}], ids=["long", "no JSON"])
async def test_head_that_cannot_be_said_is_refused_at_once(
    bench: Bench, head: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match=r"."):
        bench.device.reporter.stream("data", iter([b"x"]), head)
    assert not bench.device.reporter.is_streaming
    bench.device.reporter.stream("data", iter([b"x"]))  # it was not begun


async def test_second_stream_has_to_wait_for_the_first(rig: Rig, bench: Bench, kept: Kept) -> None:
    reporter = bench.device.reporter
    reporter.stream("data", iter([b"first"]))
    with pytest.raises(ValueError, match="one stream at a time"):
        reporter.stream("data", iter([b"second"]))
    await rig.claimed(bench)
    ended = asyncio.Event()
    await soon(lambda: kept.data == b"first" and not reporter.is_streaming)
    reporter.stream("data", iter([b", second"]), ended=lambda status: ended.set())
    await asyncio.wait_for(ended.wait(), 10)
    assert kept.data == b"first, second"


async def test_stream_that_is_not_let_in_at_once_is_begun_again_whole(
    rig: Rig, bench: Bench, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rig.claimed(bench)
    statuses: list[int] = []
    monkeypatch.setattr(gateway_data, "MAX_UNSAVED", 0)  # as if too much were unsaved
    bench.device.reporter.stream("data", iter([b"one", b"two"]), ended=statuses.append)
    try:
        await soon(lambda: any("BUSY" in line for line in bench.lines))
        assert not statuses
    finally:
        monkeypatch.undo()
    await soon(lambda: bool(statuses))
    assert statuses == [wire.STATUS_OK]
    assert kept.data == b"onetwo"


async def test_nothing_of_a_stream_is_kept_for_the_next_owner(
    rig: Rig, bench: Bench, kept: Kept
) -> None:
    asked: list[int] = []

    def secrets() -> Iterator[bytes]:
        asked.append(1)
        yield b"of the former owner"

    bench.device.reporter.stream("data", secrets())
    bench.device.factory_reset()
    await rig.claimed(bench)
    bench.device.reporter.stream("data", iter([b"new"]))
    await soon(lambda: kept.data == b"new")
    assert not asked


async def test_packages_and_streams_take_turns(rig: Rig, bench: Bench, kept: Kept) -> None:
    device = await rig.claimed(bench)
    reporter = bench.device.reporter
    statuses: list[int] = []

    def chatty(status: int) -> None:
        statuses.append(status)
        if len(statuses) < 3:
            reporter.stream("data", iter([b"x"]), ended=chatty)

    for _ in range(8):
        reporter.fire("relay", "pressed")
    reporter.stream("data", iter([b"x"]), ended=chatty)
    await soon(lambda: len(statuses) == 3 and len(device.recent_events) == 8)
    assert kept.data == b"xxx"
