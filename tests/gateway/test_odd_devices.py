"""Devices that answer as they should not, or send by themselves, and many at once."""

import asyncio
from functools import partial

import pytest

from .kit import ANN, HOST, SERIAL, Bench, Proxy, Rig, soon, until
from custom_components.iot_secure_gateway.gateway.errors import (
    CommandFailed,
    InvalidCommand,
    NotExecuted,
    OutcomeUnknown,
)
from custom_components.iot_secure_gateway.gateway.events import Breach
from custom_components.iot_secure_gateway.gateway.link_reports import HARMLESS_BURST
from custom_components.iot_secure_gateway.protocol import records, wire


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (wire.STATUS_NOT_EXECUTED, NotExecuted),
        (wire.STATUS_INTERRUPTED, OutcomeUnknown),
        (wire.STATUS_UNKNOWN, OutcomeUnknown),
        (wire.STATUS_FAILED, CommandFailed),
    ],
)
async def test_every_status_of_a_result_has_its_error(
    rig: Rig, bench: Bench, status: int, error: type[Exception]
) -> None:
    await rig.claimed(bench)
    bench.lies["turn_on"] = (status, b"{}")
    with pytest.raises(error):
        await rig.turn(True)
    del bench.lies["turn_on"]
    assert await rig.turn(True) == {"values": {"relay": True}}


@pytest.mark.parametrize("status", [wire.STATUS_FAILED, wire.STATUS_UNKNOWN, wire.STATUS_OK])
async def test_result_for_a_caller_that_went_away_disturbs_nobody(
    rig: Rig, bench: Bench, status: int
) -> None:
    device = await rig.claimed(bench)
    bench.lies["turn_on"] = (status, b'{"values":{"relay":true}}')
    task = asyncio.create_task(rig.turn(True))
    await asyncio.sleep(0)
    task.cancel()
    await until(device, lambda: device.values["relay"] is True)
    assert task.cancelled()
    await rig.turn(False)


async def test_cut_for_a_caller_that_went_away_disturbs_nobody(
    rig: Rig, bench: Bench, proxy: Proxy
) -> None:
    device = await rig.claimed(bench, proxy.port)
    proxy.mute()
    task = asyncio.create_task(rig.turn(True))
    await asyncio.sleep(0)
    task.cancel()
    proxy.cut()
    proxy.mute(is_mute=False)
    await until(device, lambda: device.stats.links == 2)
    await rig.turn(True)


@pytest.mark.parametrize(
    "error", ['"stuck\\nfor \\u001b[31mgood"', "5", "null", '"' + "x" * 1000 + '"']
)
async def test_devices_words_are_cleaned(rig: Rig, bench: Bench, error: str) -> None:
    await rig.claimed(bench)
    bench.lies["turn_on"] = (wire.STATUS_FAILED, f'{{"error":{error}}}'.encode())
    with pytest.raises(CommandFailed) as failed:
        await rig.turn(True)
    assert failed.value.error.isprintable() or failed.value.error == ""
    assert len(failed.value.error) <= 120


@pytest.mark.parametrize("result", [b"", b"null", b"[1]", b"\xff\xfe", b'{"a":1.5}', b"[" * 3000])
async def test_result_out_of_form_still_confirms(rig: Rig, bench: Bench, result: bytes) -> None:
    await rig.claimed(bench)
    bench.lies["turn_on"] = result
    assert await rig.turn(True) == {}
    assert await rig.turn(False) == {"values": {"relay": False}}


async def test_values_that_a_device_sends_by_itself_are_taken(rig: Rig, bench: Bench) -> None:
    device = await rig.claimed(bench)
    await bench.push(b'{"values":{"nobody":1,"temp":"22.0"}}')
    await until(device, lambda: device.values["temp"] == "22.0")
    await soon(lambda: bench.device.core.can_send_package)
    assert "nobody" not in device.values
    for package in (b"{}", b"not json", b'{"values":5}'):
        await bench.push(package)
        await soon(lambda: bench.device.core.can_send_package)
    assert device.values["temp"] == "22.0"
    await bench.push(b'{"values":{"temp":"23.0"}}')
    await until(device, lambda: device.values["temp"] == "23.0")
    assert await rig.turn(True) == {"values": {"relay": True}}


async def test_device_that_tells_of_one_breach_after_the_other_does_not_fill_the_log(
    rig: Rig, bench: Bench
) -> None:
    device = await rig.claimed(bench)
    link = bench.device.core.live
    for _ in range(100):
        link.send(records.encode_breach(wire.BUSY))
    bench.device.driver._settle()
    await soon(lambda: device.stats.breaches == 100)
    assert len(rig.seen(Breach)) <= HARMLESS_BURST + 1
    assert await rig.turn(True) == {"values": {"relay": True}}


async def test_invalid_command_that_waited_is_answered_and_the_next_runs(
    rig: Rig, bench: Bench
) -> None:
    await rig.claimed(bench)
    first = asyncio.create_task(rig.turn(True, "slow"))
    await asyncio.sleep(0)
    second = asyncio.create_task(
        rig.gateway.execute(ANN, SERIAL, "turn_on", entity="relay", arguments={"n": 0.5})
    )
    third = asyncio.create_task(rig.turn(False))
    await asyncio.sleep(0)
    bench.gate.set()
    await first
    with pytest.raises(InvalidCommand):
        await second
    assert await third == {"values": {"relay": False}}


async def test_many_devices_at_once_do_not_disturb_each_other(rig: Rig) -> None:
    benches = [Bench(f"D-{index}") for index in range(8)]
    for bench in benches:
        await bench.start()
    await asyncio.gather(*(rig.claim(bench.serial, bench.port) for bench in benches))
    benches[0].lies["turn_on"] = b"\xff"

    async def work(bench: Bench) -> None:
        for index in range(25):
            command = "turn_on" if index % 2 else "turn_off"
            await rig.gateway.execute(ANN, bench.serial, command, entity="relay")

    await asyncio.gather(*(work(bench) for bench in benches))
    for bench in benches[1:]:
        assert bench.switched == [bool(index % 2) for index in range(25)]
        assert rig.gateway.devices[bench.serial].stats.links == 1
    await rig.restart()
    devices = [await rig.gateway.attach(bench.serial, HOST, bench.port) for bench in benches]
    for device in devices:
        await soon(partial(getattr, device, "is_connected"))
    for bench in benches:
        await bench.stop()
