"""FIG 6: the gateway looks a claim's password up in the maker's record before the device hears of it."""

import asyncio
from collections.abc import AsyncIterator
import csv
from pathlib import Path
from typing import Any

import pytest
from tools import provision

from .kit import ANN, HOST, PASSWORD, SERIAL, Bench, Proxy, Rig, prs_of, soon
from custom_components.iot_secure_gateway.gateway.attempts import FREE_ATTEMPTS
from custom_components.iot_secure_gateway.gateway.claims import ClaimState
from custom_components.iot_secure_gateway.gateway.errors import (
    AlreadyOwned,
    ClaimLocked,
    InvalidSerial,
    PasswordNotInRecord,
    SerialNotListed,
    WrongPassword,
)
from custom_components.iot_secure_gateway.gateway.events import ClaimAttempted
from custom_components.iot_secure_gateway.gateway.record_import import Fault, LineFault

SECOND = "QRSTUVWXYZ234567"
STRANGE = "WRONGWRONGWRONG2"
BOTH = f"serial,password,password2\n{SERIAL},{PASSWORD},{SECOND}\n".encode()


@pytest.fixture
async def two(socket_enabled: None) -> AsyncIterator[Bench]:
    """Return a device with two passwords."""
    bench = Bench(prs=[prs_of(PASSWORD, SERIAL), prs_of(SECOND, SERIAL)])
    await bench.start()
    yield bench
    await bench.stop()


@pytest.mark.parametrize("password", [PASSWORD, SECOND])
async def test_either_password_of_the_record_makes_the_owner(
    rig: Rig, two: Bench, password: str
) -> None:
    await rig.gateway.maker_records.import_file(BOTH)
    await rig.claim(SERIAL, two.port, password=password)
    assert rig.gateway.owners == {SERIAL: ANN.id}
    assert await rig.turn(True) == {"values": {"relay": True}}
    (line,) = rig.gateway.maker_records.listed()
    assert line.is_claimed


async def test_password_that_is_not_in_the_record_is_not_taken_to_the_device(
    rig: Rig, two: Bench
) -> None:
    await rig.gateway.maker_records.import_file(BOTH)
    proxy = Proxy(two.port)
    await proxy.start()
    try:
        for number in range(1, FREE_ATTEMPTS + 1):
            with pytest.raises(PasswordNotInRecord) as wrong:
                await rig.claim(SERIAL, proxy.port, password=STRANGE)
            left = FREE_ATTEMPTS - number
            assert (wrong.value.attempts, wrong.value.attempts_left) == (number, left)
            assert rig.gateway.claim_state(SERIAL).attempts_left == left
        # The right one has to wait, too.
        with pytest.raises(ClaimLocked) as locked:
            await rig.claim(SERIAL, proxy.port)
        assert 0 < locked.value.seconds <= 10
        assert rig.gateway.claim_state(SERIAL).locked_for == locked.value.seconds
        assert proxy.connections == 0
        assert two.device.core.memory.wrong_claims == 0
    finally:
        await proxy.stop()
    assert not rig.gateway.owners
    codes = [event.code for event in rig.seen(ClaimAttempted)]
    assert codes == ["password_not_in_record"] * FREE_ATTEMPTS + ["claim_locked"]


async def test_device_decides_when_the_record_is_older_than_its_password(
    rig: Rig, bench: Bench
) -> None:
    await rig.gateway.maker_records.import_file(f"{SERIAL};{STRANGE}".encode())
    with pytest.raises(WrongPassword) as wrong:
        await rig.claim(SERIAL, bench.port, password=STRANGE)
    assert wrong.value.code == "wrong_password"
    assert bench.device.core.memory.wrong_claims == 1
    with pytest.raises(PasswordNotInRecord):
        await rig.claim(SERIAL, bench.port)
    await rig.gateway.maker_records.import_file(f"{SERIAL};{PASSWORD}".encode())
    bench.device.core.desk._locked_until_ms = 0
    await rig.claim(SERIAL, bench.port)
    assert rig.gateway.claim_state(SERIAL).attempts_left == FREE_ATTEMPTS


async def test_serial_that_is_not_listed_is_left_to_the_device(rig: Rig, bench: Bench) -> None:
    await rig.gateway.maker_records.import_file(f"OTHER,{SECOND}".encode())
    with pytest.raises(WrongPassword):
        await rig.claim(SERIAL, bench.port, password=SECOND)
    bench.device.core.desk._locked_until_ms = 0
    await rig.claim(SERIAL, bench.port)
    assert rig.gateway.owners == {SERIAL: ANN.id}


async def test_serial_that_is_not_listed_is_refused_when_set_so(
    rig: Rig, bench: Bench, proxy: Proxy
) -> None:
    await rig.gateway.maker_records.set_refuses_unlisted(refuses=True)
    await rig.restart()
    with pytest.raises(SerialNotListed):
        await rig.claim(SERIAL, proxy.port)
    assert proxy.connections == 0
    assert rig.gateway.claim_state(SERIAL).attempts_left == FREE_ATTEMPTS
    await rig.gateway.maker_records.import_file(BOTH)
    await rig.claim(SERIAL, proxy.port)
    assert rig.gateway.owners == {SERIAL: ANN.id}


@pytest.mark.parametrize("replacement", [f"{SERIAL},{STRANGE}", None])
async def test_claim_under_way_uses_the_list_it_began_with(
    rig: Rig, bench: Bench, monkeypatch: pytest.MonkeyPatch, replacement: str | None
) -> None:
    records, loop = rig.gateway.maker_records, asyncio.get_running_loop()
    await records.import_file(BOTH)
    await records.set_refuses_unlisted(refuses=True)
    resolve, resolving, go_on = loop.getaddrinfo, asyncio.Event(), asyncio.Event()

    async def held(*arguments: Any, **options: Any) -> Any:
        resolving.set()
        await go_on.wait()
        return await resolve(*arguments, **options)

    monkeypatch.setattr(loop, "getaddrinfo", held)
    task = asyncio.create_task(rig.claim(SERIAL, bench.port))
    await resolving.wait()
    if replacement is None:
        await records.clear()
    else:
        await records.import_file(replacement.encode())
    go_on.set()
    await task
    assert rig.gateway.owners == {SERIAL: ANN.id}


async def test_listed_device_of_another_gateway_is_asked_once(
    rig: Rig, bench: Bench, proxy: Proxy
) -> None:
    """A password of the record is no invitation, so the slots of invitations are left alone."""
    await rig.claimed(bench)
    other = Rig()
    await other.start()
    try:
        await other.gateway.maker_records.import_file(BOTH)
        with pytest.raises(AlreadyOwned) as owned:
            await other.claim(SERIAL, proxy.port)
        assert not owned.value.by_us
        assert proxy.connections == 1
    finally:
        await other.stop()


async def test_owned_device_is_refused_before_the_record_is_looked_at(
    rig: Rig, bench: Bench
) -> None:
    await rig.claimed(bench)
    await rig.gateway.maker_records.import_file(BOTH)
    with pytest.raises(AlreadyOwned):
        await rig.claim(SERIAL, bench.port, password=STRANGE)
    assert rig.gateway.claim_state(SERIAL).attempts_left == FREE_ATTEMPTS


@pytest.mark.parametrize("is_ping_first", [False, True])
async def test_list_may_come_before_or_after_the_ping(rig: Rig, is_ping_first: bool) -> None:
    await rig.gateway.start_pings(0)
    bench = Bench(ping_to=[f"{HOST}:{rig.gateway.ping_port}"], ping_interval=1)
    if not is_ping_first:
        await rig.gateway.maker_records.import_file(BOTH)
    await bench.start()
    try:
        await soon(lambda: SERIAL in rig.gateway.discovered)
        if is_ping_first:
            await rig.gateway.maker_records.import_file(BOTH)
        found = rig.gateway.discovered[SERIAL]
        await rig.gateway.claim(SERIAL, PASSWORD, found.host, found.port, ANN.id)
        assert rig.gateway.owners == {SERIAL: ANN.id}
        assert SERIAL not in rig.gateway.discovered
    finally:
        await bench.stop()


async def test_state_of_a_claim_is_told_before_it_is_tried(rig: Rig) -> None:
    assert rig.gateway.claim_state(" test-1 ") == ClaimState(
        attempts_left=FREE_ATTEMPTS, locked_for=0, is_listed=False
    )
    with pytest.raises(InvalidSerial):
        rig.gateway.claim_state("A/B")


async def test_state_of_a_claim_says_whether_the_record_has_it(rig: Rig) -> None:
    await rig.gateway.maker_records.import_file(BOTH)
    assert rig.gateway.claim_state(SERIAL).is_listed


async def test_batch_of_the_maker_with_bad_lines_is_imported_and_claimed(
    rig: Rig, tmp_path: Path
) -> None:
    """US3 as it says: 500 lines, three bad ones; what the maker provisioned is what is claimed."""
    arguments = ["--count", "2", "--passwords", "2", "--claim-from", HOST]
    record = tmp_path / "batch.csv"
    assert provision.main([str(tmp_path), *arguments, "--record", str(record)]) == 0
    with record.open(encoding="utf-8", newline="") as file:
        header, *devices = csv.reader(file)
    text = [",".join(header), *(",".join(device) for device in devices)]
    while len(text) < 501:
        text.append(f"X-{len(text)},{provision.make_password()}")
    text[100] = "X-100,short"
    text[200] = "X/200,ABCDEFGHIJKL"
    text[300] = "X-300"
    file_bytes = "\r\n".join(text).encode("utf-8-sig")
    told: list[tuple[int, int]] = []
    report = await rig.gateway.maker_records.import_file(
        file_bytes, lambda done, total: told.append((done, total))
    )
    assert report.accepted == report.added == 497
    assert report.faults == (
        LineFault(line=101, fault=Fault.INVALID_PASSWORD),
        LineFault(line=201, fault=Fault.INVALID_SERIAL),
        LineFault(line=301, fault=Fault.NO_PASSWORD),
    )
    assert told[0] == (0, 497) and told[-1] == (497, 497) and len(told) > 50
    for number, (serial, *passwords) in enumerate(devices):
        factory = provision.make_factory(serial, passwords)
        bench = Bench(serial, prs=factory["prs"])
        await bench.start()
        try:
            with pytest.raises(PasswordNotInRecord):
                await rig.claim(serial, bench.port, password=STRANGE)
            await rig.claim(serial, bench.port, password=passwords[number])
            assert rig.gateway.owners[serial] == ANN.id
        finally:
            await rig.gateway.detach(serial)
            await bench.stop()
    before = await rig.stores.records.load()
    some = "\r\n".join(text[:21]).encode("utf-8-sig")  # each costs a hash that is slow on purpose
    assert (await rig.gateway.maker_records.import_file(some)).unchanged == 20
    assert await rig.stores.records.load() is before
