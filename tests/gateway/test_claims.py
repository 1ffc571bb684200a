"""Claiming over real TCP: what goes right, each way it can go wrong, and what is left behind."""

import asyncio
from dataclasses import replace
import socket
from typing import Any

import pytest

from .kit import (
    ANN,
    BOB,
    HOST,
    PASSWORD,
    SERIAL,
    Bench,
    Proxy,
    Rig,
    tcp_server,
    until,
    with_settings,
)
from custom_components.iot_secure_gateway.gateway import claims
from custom_components.iot_secure_gateway.gateway.attempts import FREE_ATTEMPTS
from custom_components.iot_secure_gateway.gateway.errors import (
    AddressUnknown,
    AlreadyOwned,
    ClaimError,
    ClaimLocked,
    ClaimWindowOver,
    DeviceUnreachable,
    InvalidAddress,
    InvalidPassword,
    InvalidSerial,
    NoBinding,
    NotADevice,
    TooManyClaims,
    WrongPassword,
)
from custom_components.iot_secure_gateway.gateway.events import ClaimAttempted


def nothing_kept(rig: Rig) -> bool:
    gateway = rig.gateway
    return not (gateway.devices or gateway.owners or gateway.has_binding(SERIAL))


async def test_claim_makes_the_user_owner_and_brings_the_device_up(rig: Rig, bench: Bench) -> None:
    await rig.claim(SERIAL, bench.port)
    assert rig.gateway.owners == {SERIAL: "ann"}
    assert rig.gateway.has_binding(SERIAL)
    assert rig.gateway.devices[SERIAL].is_connected
    assert bench.device.core.is_owned
    state = await rig.stores.permissions.load()
    assert state is not None
    assert state.owners == {SERIAL: "ann"}
    assert (await rig.stores.bindings.load())[SERIAL].is_confirmed


async def test_serial_and_password_may_be_typed_as_people_type(rig: Rig, bench: Bench) -> None:
    await rig.gateway.claim(" test-1 ", "abcd-efgh ijkl-mnop", f" {HOST} ", bench.port, "ann")
    assert rig.gateway.owners == {SERIAL: "ann"}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"serial": ""}, InvalidSerial),
        ({"serial": "A" * 33}, InvalidSerial),
        ({"serial": "A" * 100_000}, InvalidSerial),
        ({"serial": "серия"}, InvalidSerial),
        ({"serial": "A/../B"}, InvalidSerial),
        ({"serial": "A\x00"}, InvalidSerial),
        ({"password": ""}, InvalidPassword),
        ({"password": "SHORT"}, InvalidPassword),
        ({"password": "A" * 65}, InvalidPassword),
        ({"password": "A" * 100_000}, InvalidPassword),
        ({"password": "пароль-пароль-пароль"}, InvalidPassword),
        ({"password": "ABCDEFGHIJKLMNO1"}, InvalidPassword),
        ({"host": ""}, InvalidAddress),
        ({"host": "a b"}, InvalidAddress),
        ({"host": "a" * 254}, InvalidAddress),
        ({"host": "a" * 100_000}, InvalidAddress),
        ({"host": "a\x00b"}, InvalidAddress),
        ({"host": "http://device/"}, InvalidAddress),
        ({"port": 0}, InvalidAddress),
        ({"port": -1}, InvalidAddress),
        ({"port": 65536}, InvalidAddress),
    ],
)
async def test_what_cannot_be_right_is_refused_before_anything_is_sent(
    rig: Rig, bench: Bench, proxy: Proxy, change: dict[str, Any], error: type[ClaimError]
) -> None:
    typed: dict[str, Any] = {
        "serial": SERIAL,
        "password": PASSWORD,
        "host": HOST,
        "port": proxy.port,
    } | change
    with pytest.raises(error):
        await rig.gateway.claim(**typed, owner_id="ann")
    assert proxy.connections == 0
    assert nothing_kept(rig)
    (event,) = rig.seen(ClaimAttempted)
    assert (event.code, event.user_id) == (error.code, "ann")
    assert event.serial.isprintable()


@pytest.mark.parametrize("failure", [socket.gaierror(), UnicodeError(), None])
async def test_name_that_does_not_resolve(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, failure: Exception | None
) -> None:
    async def resolve(*args: object, **options: object) -> None:
        if failure is not None:
            raise failure
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
    rig.gateway._claims._services = _changed(rig, connect_timeout=0.01)
    with pytest.raises(AddressUnknown) as unknown:
        await rig.gateway.claim(SERIAL, PASSWORD, "slow.invalid", 8863, "ann")
    assert unknown.value.placeholders == {"host": "slow.invalid"}


def _changed(rig: Rig, **changes: Any) -> claims.ClaimServices:
    return replace(rig.gateway._claims._services, settings=with_settings(**changes))


async def test_nothing_answers_there(rig: Rig, bench: Bench) -> None:
    await bench.stop()
    with pytest.raises(DeviceUnreachable) as unreachable:
        await rig.claim(SERIAL, bench.port)
    assert unreachable.value.placeholders == {"host": HOST, "port": str(bench.port)}
    assert nothing_kept(rig)


async def test_wrong_password_is_answered_by_the_device_and_the_right_one_then_works(
    rig: Rig, bench: Bench
) -> None:
    with pytest.raises(WrongPassword) as wrong:
        await rig.claim(SERIAL, bench.port, password="WRONGWRONGWRONG")
    assert (wrong.value.attempts, wrong.value.attempts_left) == (1, 4)
    assert nothing_kept(rig)
    assert await rig.stores.bindings.load() == {}
    assert (await rig.stores.states.load()).states == {}
    # Within the second that the device pauses after each attempt.
    await rig.claim(SERIAL, bench.port)
    assert rig.gateway.owners == {SERIAL: "ann"}


async def test_gateway_makes_people_wait_after_wrong_passwords_in_a_row(
    rig: Rig, bench: Bench, proxy: Proxy
) -> None:
    now = asyncio.get_running_loop().time()
    for _ in range(5):
        rig.gateway._claims._attempts.wrong(SERIAL, now)
    with pytest.raises(ClaimLocked) as locked:
        await rig.claim(SERIAL, proxy.port)
    assert 0 < locked.value.seconds <= 10
    assert proxy.connections == 0


async def test_device_that_is_locked_says_for_how_long(rig: Rig, bench: Bench) -> None:
    core = bench.device.core
    core.memory.save_wrong_claims(7)
    core.desk._locked_until_ms = bench.device._clock() + 40_000
    with pytest.raises(ClaimLocked) as locked:
        await rig.claim(SERIAL, bench.port)
    assert 38 <= locked.value.seconds <= 40


async def test_device_owned_here_is_refused_before_anything_is_sent(
    rig: Rig, bench: Bench, proxy: Proxy
) -> None:
    await rig.claimed(bench, proxy.port)
    connections = proxy.connections
    for owner in (BOB.id, ANN.id):
        with pytest.raises(AlreadyOwned) as owned:
            await rig.claim(SERIAL, proxy.port, owner=owner)
        assert owned.value.by_us
    assert proxy.connections == connections
    await rig.gateway.detach(SERIAL)
    with pytest.raises(AlreadyOwned):
        await rig.claim(SERIAL, proxy.port, owner=BOB.id)
    assert proxy.connections == connections
    assert rig.gateway.owners == {SERIAL: "ann"}


async def test_device_owned_at_another_gateway(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    other = Rig()
    await other.start()
    try:
        with pytest.raises(AlreadyOwned) as owned:
            await other.claim(SERIAL, bench.port, owner=BOB.id)
        assert not owned.value.by_us
        assert nothing_kept(other)
    finally:
        await other.stop()
    assert await rig.turn(True) == {"values": {"relay": True}}


async def test_device_that_was_reset_is_claimed_anew_by_its_owner(rig: Rig, bench: Bench) -> None:
    device = await rig.claimed(bench)
    bench.device.factory_reset()
    await until(device, lambda: not device.is_connected)
    await rig.claim(SERIAL, bench.port)
    assert await rig.turn(True) == {"values": {"relay": True}}


async def test_device_whose_claim_window_is_over_is_claimed_after_it_was_switched_off_and_on(
    rig: Rig, socket_enabled: None
) -> None:
    bench = Bench(claim_window=1)
    await bench.start()
    bench.device.core.desk._opened_ms -= 60_000
    with pytest.raises(ClaimWindowOver):
        await rig.claim(SERIAL, bench.port)
    assert nothing_kept(rig)
    assert rig.gateway.claim_state(SERIAL).attempts_left == FREE_ATTEMPTS
    await bench.stop()
    await bench.start()
    await rig.claim(SERIAL, bench.port)
    assert rig.gateway.owners == {SERIAL: ANN.id}
    await bench.stop()


@pytest.mark.parametrize("sequence", ["G", "GD", "GDG", "GDGD"])
async def test_claim_that_is_cut_leaves_nothing_and_the_next_one_works(
    rig: Rig, bench: Bench, proxy: Proxy, sequence: str
) -> None:
    bench.device.driver.reporter = None  # only claim and link cross the wire
    proxy.arm(sequence)
    with pytest.raises(NotADevice):
        await rig.claim(SERIAL, proxy.port)
    assert nothing_kept(rig)
    bench.device.core.desk._locked_until_ms = 0
    await rig.claim(SERIAL, proxy.port)
    assert rig.gateway.owners == {SERIAL: "ann"}
    assert await rig.turn(True) == {"values": {"relay": True}}


@pytest.mark.parametrize("is_confirmed_by_the_device", [False, True])
async def test_claim_whose_first_link_does_not_come_up_is_taken_up_by_the_next(
    bench: Bench, proxy: Proxy, is_confirmed_by_the_device: bool
) -> None:
    rig = Rig()
    await rig.start()
    try:
        # The claim is G D G D; the link LINK_INIT, LINK_ACCEPT, HELLO.
        bench.device.driver.reporter = None  # only claim and link cross the wire
        proxy.arm("GDGDGDG", deliver=is_confirmed_by_the_device)
        proxy.stay_cut = True
        with rig.hurried(ready_timeout=0.2), pytest.raises(DeviceUnreachable):
            await rig.claim(SERIAL, proxy.port)
        assert bench.device.core.is_owned is is_confirmed_by_the_device
        assert nothing_kept(rig)
        with pytest.raises(NoBinding):
            await rig.gateway.attach(SERIAL, HOST, proxy.port)
        proxy.stay_cut = False
        bench.device.core.desk._locked_until_ms = 0
        if is_confirmed_by_the_device:
            with pytest.raises(AlreadyOwned):
                await rig.claim(SERIAL, proxy.port, owner=BOB.id)
        await rig.claim(SERIAL, proxy.port)
        assert rig.gateway.owners == {SERIAL: "ann"}
        assert await rig.turn(True) == {"values": {"relay": True}}
    finally:
        await rig.stop()


async def test_caller_that_goes_away_leaves_nothing_half_made(
    rig: Rig, bench: Bench, proxy: Proxy
) -> None:
    proxy.mute()
    task = asyncio.create_task(rig.claim(SERIAL, proxy.port))
    while proxy.connections == 0 or not proxy.frames:
        await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert nothing_kept(rig)
    proxy.mute(is_mute=False)
    await rig.claim(SERIAL, proxy.port)


async def test_claims_of_one_device_at_once_make_one_owner(rig: Rig, bench: Bench) -> None:
    answers = await asyncio.gather(
        *(rig.claim(SERIAL, bench.port, owner=user) for user in ("ann", "bob", "cid")),
        return_exceptions=True,
    )
    assert answers[0] is None
    assert [isinstance(answer, AlreadyOwned) for answer in answers[1:]] == [True, True]
    assert rig.gateway.owners == {SERIAL: "ann"}


async def test_claims_under_way_are_bounded(rig: Rig, bench: Bench, proxy: Proxy) -> None:
    proxy.mute()
    tasks = [asyncio.create_task(rig.claim(SERIAL, proxy.port)) for _ in range(claims.MAX_CLAIMS)]
    await asyncio.sleep(0)
    with pytest.raises(TooManyClaims):
        await rig.claim("OTHER", proxy.port)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert rig.gateway._registry.turns._turns == {}
    proxy.mute(is_mute=False)
    await rig.claim(SERIAL, proxy.port)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x00",
        b"\x00\x00",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\xff\xff" + bytes(1000),
        b"\x00\x02\x0f\x00",
        b"\x00\x21\x04" + bytes(32),
        b"\x00\x20\x04" + bytes(31),
        b"\x00\x02\x06\x09",
        b"\x00\x42\x06\x00" + bytes(64),
        b"\x00\x11\x10" + bytes(16),
    ],
    ids=lambda answer: answer[:8].hex() or "nothing",
)
async def test_what_answers_is_no_device(rig: Rig, answer: bytes) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(70)  # CLAIM_OPEN
        writer.write(answer)
        await writer.drain()
        if answer:
            writer.write_eof()
            await reader.read()

    async with tcp_server(handle) as port:
        with pytest.raises(NotADevice):
            await rig.claim(SERIAL, port)
    assert nothing_kept(rig)


async def test_password_and_its_derivate_never_cross_the_network_nor_reach_the_log(
    rig: Rig, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    seen = bytearray()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward_reader, onward = await asyncio.open_connection(HOST, bench.port)

        async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
            while data := await source.read(4096):
                seen.extend(data)
                target.write(data)

        try:
            await asyncio.gather(pump(reader, onward), pump(onward_reader, writer))
        finally:
            onward.transport.abort()

    async with tcp_server(handle) as port:
        await rig.claim(SERIAL, port)
        key = (await rig.stores.bindings.load())[SERIAL].key
        await rig.gateway.detach(SERIAL)
    prs = bytes.fromhex(bench._factory["prs"][0])  # type: ignore[index]
    assert len(seen) > 300
    for secret in (PASSWORD.encode(), prs, key):
        assert secret not in seen
        assert secret.hex() not in caplog.text
    assert PASSWORD not in caplog.text
