"""The life of a link: whom the gateway finds at an address, what a device says, giving a device up."""

import asyncio

import pytest

from .kit import ANN, BOB, HOST, SERIAL, Bench, Proxy, Rig, soon, tcp_server, until, with_settings
from custom_components.iot_secure_gateway.gateway import attendance, links
from custom_components.iot_secure_gateway.gateway.device import Problem
from custom_components.iot_secure_gateway.gateway.errors import NoBinding, Refused
from custom_components.iot_secure_gateway.gateway.events import (
    Breach,
    CommandEnded,
    CommandRefused,
    DescriptionChanged,
    GatewayEvent,
)
from custom_components.iot_secure_gateway.protocol import wire

DESCRIPTION = b'{"device":{"fw":"1","manufacturer":"M","model":"B","name":"N"},"entities":[%s],"page":0,"pages":1}'


# --- who answers there -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x00",
        b"\x00\x00",
        b"SSH-2.0-OpenSSH\r\n",
        b"\xff\xff" + bytes(2000),
        b"\x00\x02\x0f\x00",
        b"\x00\x02\x0f\x01",
        b"\x00\x01\x77",
        b"\x00\x31\x02" + bytes(48),
        b"\x00\x30\x02" + bytes(47),
        b"\x00\x11\x10" + bytes(16),
    ],
    ids=lambda answer: answer[:8].hex() or "nothing",
)
async def test_stranger_at_the_address_is_no_device_and_the_gateway_goes_on_trying(
    rig: Rig, bench: Bench, proxy: Proxy, answer: bytes
) -> None:
    device = await rig.claimed(bench, proxy.port)
    await rig.gateway.detach(SERIAL)
    visits = 0

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal visits
        visits += 1
        await reader.readexactly(67)  # LINK_INIT
        writer.write(answer)
        await writer.drain()
        writer.write_eof()
        await reader.read()

    async with tcp_server(handle) as port:
        device = await rig.gateway.attach(SERIAL, HOST, port)
        await soon(lambda: visits > 2)
        assert not device.is_connected
        assert device.problem is Problem.REFUSED
        assert all(not breach.is_authenticated for breach in rig.seen(Breach))
        await rig.gateway.attach(SERIAL, HOST, bench.port)  # the owner corrects the address
        await until(device, lambda: device.is_connected)
    assert await rig.turn(True) == {"values": {"relay": True}}


async def test_garbage_on_an_authenticated_link_ends_only_that_link(
    rig: Rig, bench: Bench, proxy: Proxy
) -> None:
    other_bench = Bench("TEST-2")
    await other_bench.start()
    other = await rig.claimed(other_bench)
    device = await rig.claimed(bench, proxy.port)
    for writer in tuple(proxy._writers):
        writer.write(b"\x00\x20\x10" + bytes(31))
    await until(device, lambda: device.stats.links == 2)
    assert rig.seen(Breach)[0].code == wire.BAD_RECORD
    assert other.stats.links == 1
    assert other.is_connected
    await other_bench.stop()


async def test_device_of_another_key_is_not_taken_for_ours(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.gateway.detach(SERIAL)
    other = Rig()
    await other.start()
    stranger = Bench()
    await stranger.start()
    await other.claim(SERIAL, stranger.port)  # same serial and gateway id, another binding
    await other.gateway.detach(SERIAL)
    device = await rig.gateway.attach(SERIAL, HOST, stranger.port)
    await until(device, lambda: device.problem is Problem.REFUSED)
    assert not device.is_connected
    await other.stop()
    await stranger.stop()


async def test_host_name_that_cannot_be_encoded_is_a_problem_and_no_crash(
    rig: Rig, bench: Bench
) -> None:
    device = await rig.claimed(bench)
    await rig.gateway.detach(SERIAL)
    device = await rig.gateway.attach(SERIAL, "x" * 70 + ".invalid\x00", 1)
    await until(device, lambda: device.problem is Problem.UNREACHABLE)


async def test_fault_of_ours_does_not_end_the_links_life(
    rig: Rig, bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await rig.claimed(bench)
    await rig.gateway.detach(SERIAL)
    with monkeypatch.context() as patch:
        patch.setattr(links, "GatewayLink", None)
        device = await rig.gateway.attach(SERIAL, HOST, bench.port)
        await soon(lambda: caplog.text.count("Fault while starting a connection") > 1)
        patch.setattr(links.DeviceLink, "_make_protocol", None)
        await soon(lambda: "Fault in the link to" in caplog.text)
    await until(device, lambda: device.is_connected)


async def test_attach_needs_a_binding(rig: Rig) -> None:
    with pytest.raises(NoBinding):
        await rig.gateway.attach(SERIAL, HOST, 1)


async def test_binding_without_its_session_cache_needs_a_new_claim(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.gateway.detach(SERIAL)
    await rig.gateway._keeper.put(SERIAL, None)
    with pytest.raises(NoBinding):
        await rig.gateway.attach(SERIAL, HOST, bench.port)


async def test_attached_twice_is_one_link(rig: Rig, bench: Bench) -> None:
    device = await rig.claimed(bench)
    assert await rig.gateway.attach(SERIAL, "192.0.2.1", 1) is device
    assert (device.host, device.port) == (HOST, bench.port), "a link that is up stays"


# --- what the device says ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "lie",
    [
        b"",
        b"{}",
        b"[]",
        b"not json",
        b'{"a":1,"a":2}',
        DESCRIPTION % b'"relay"',
        DESCRIPTION.replace(b'"pages":1', b'"pages":1000') % b"",
        DESCRIPTION % b'{"key":"a","kind":"switch"},{"key":"a","kind":"switch"}',
    ],
)
async def test_description_that_does_not_fit_is_refused_and_the_link_stays(
    rig: Rig, bench: Bench, lie: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    bench.lies["describe"] = lie
    await rig.claim(SERIAL, bench.port)
    device = rig.gateway.devices[SERIAL]
    await soon(lambda: "nobody knows what it is" in caplog.text)
    assert device.description is None
    assert await rig.turn(True) == {"values": {"relay": True}}
    assert device.values == {}


async def test_texts_of_the_device_are_cleaned(rig: Rig, bench: Bench) -> None:
    bench.lies["describe"] = (
        DESCRIPTION % '{"key":"temp","kind":"sensor","name":"a\\nb\u202e"}'.encode()
    )
    bench.lies["read"] = b'{"values":{"nobody":1,"temp":"2\\u001b1"}}'
    device = await rig.claimed(bench)
    assert device.description is not None
    assert device.description.entities[0].name.isprintable()
    assert set(device.values) == {"temp"}
    assert str(device.values["temp"]).isprintable()


async def test_changed_description_is_told_and_kept(rig: Rig, bench: Bench) -> None:
    device = await rig.claimed(bench)
    assert len(rig.seen(DescriptionChanged)) == 1
    bench.lies["describe"] = DESCRIPTION % b'{"key":"temp","kind":"sensor","name":"T"}'
    await bench.stop()
    await bench.start()
    await soon(lambda: len(rig.seen(DescriptionChanged)) == 2)
    assert device.description is not None
    assert [entity.key for entity in device.description.entities] == ["temp"]
    assert set(device.values) <= {"temp"}
    await rig.restart()
    again = await rig.gateway.attach(SERIAL, HOST, bench.port)
    assert again.description == device.description
    await until(again, lambda: again.is_connected)


async def test_damaged_stored_description_is_asked_for_again(
    rig: Rig, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    await rig.claimed(bench)
    await rig.stores.descriptions.save({SERIAL: {"entities": 5}})
    await rig.restart()
    device = await rig.gateway.attach(SERIAL, HOST, bench.port)
    assert device.description is None
    assert "is damaged" in caplog.text
    await until(device, lambda: device.description is not None)


async def test_values_are_asked_for_again_and_again(bench: Bench) -> None:
    rig = Rig(with_settings(poll_interval=0.01))
    bench.device.driver.reporter = None  # a device that tells by itself would be asked seldom
    await rig.start()
    try:
        device = await rig.claimed(bench)
        bench.lies["read"] = b'{"values":{"temp":"30.0"}}'
        await until(device, lambda: device.values["temp"] == "30.0")
    finally:
        await rig.stop()


async def test_silent_device_is_introduced_later(
    rig: Rig, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attendance, "INTRODUCE_RETRY_S", 0.01)
    bench.lies["describe"] = b"{}"
    await rig.claim(SERIAL, bench.port)
    device = rig.gateway.devices[SERIAL]
    del bench.lies["describe"]
    await until(device, lambda: "temp" in device.values)


# --- giving a device up -------------------------------------------------------------------------------
async def test_owner_releases_and_both_sides_forget(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    assert await rig.gateway.release(SERIAL, ANN)
    assert not bench.device.core.is_owned
    assert not rig.gateway.has_binding(SERIAL)
    assert (rig.gateway.devices, rig.gateway.owners) == ({}, {})
    assert await rig.stores.bindings.load() == {}
    assert (await rig.stores.states.load()).states == {}
    await rig.claim(SERIAL, bench.port, owner=BOB.id)
    assert rig.gateway.owners == {SERIAL: "bob"}


async def test_release_waits_for_the_session_that_is_open(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    command = asyncio.create_task(rig.turn(True, "slow"))
    await asyncio.sleep(0)
    release = asyncio.create_task(rig.gateway.release(SERIAL, ANN))
    await asyncio.sleep(0)
    bench.gate.set()
    assert await command == {"values": {"slow": True}}
    assert await release


async def test_nobody_but_the_owner_releases(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    with pytest.raises(Refused):
        await rig.gateway.release(SERIAL, BOB)
    assert await rig.turn(True) == {"values": {"relay": True}}


async def test_release_that_does_not_reach_the_device_keeps_everything(
    bench: Bench, proxy: Proxy
) -> None:
    rig = Rig(with_settings(step_timeout_ms=1000))
    await rig.start()
    try:
        device = await rig.claimed(bench, proxy.port)
        proxy.mute()
        with rig.hurried(release_timeout=0.05):
            assert not await rig.gateway.release(SERIAL, ANN)
        proxy.mute(is_mute=False)
        await until(device, lambda: not device.is_connected)
        await until(device, lambda: device.is_connected)
        assert await rig.turn(True) == {"values": {"relay": True}}
        await rig.gateway.detach(SERIAL)
        assert not await rig.gateway.release(SERIAL, ANN)
        await bench.stop()
        device = await rig.gateway.attach(SERIAL, HOST, proxy.port)
        assert not await rig.gateway.release(SERIAL, ANN)
        assert rig.gateway.has_binding(SERIAL)
        assert rig.gateway.owners == {SERIAL: "ann"}
    finally:
        await rig.stop()


# --- listeners ----------------------------------------------------------------------------------------
async def test_broken_listeners_disturb_nobody(
    rig: Rig, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("listener")

    device = await rig.claimed(bench)
    heard: list[GatewayEvent] = []

    def of_people() -> list[GatewayEvent]:
        """Leave out what the gateway asked by itself."""
        return [event for event in heard if getattr(event, "actor", None) in (ANN, BOB)]

    removals = [
        device.add_listener(broken),
        rig.gateway.add_listener(broken),
        rig.gateway.add_listener(heard.append),
    ]
    await rig.turn(True)
    with pytest.raises(Refused):
        await rig.turn(True, actor=BOB)
    assert [type(event) for event in of_people()] == [CommandEnded, CommandRefused]
    assert f"Listener of device {SERIAL} failed" in caplog.text
    assert "Listener of the gateway failed" in caplog.text
    for remove in removals * 2:
        remove()
    with pytest.raises(Refused):
        await rig.turn(True, actor=BOB)
    assert len(of_people()) == 2
