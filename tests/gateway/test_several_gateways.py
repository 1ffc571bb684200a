"""Several gateways for one device, in the alternative (FIG 1): one commands, the others stand by."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from .kit import ANN, BOB, GATEWAY_ID, HOST, SERIAL, Bench, Proxy, Rig, soon, until
from custom_components.iot_secure_gateway.gateway.device import Problem
from custom_components.iot_secure_gateway.gateway.errors import (
    AlreadyOwned,
    CommandError,
    DeviceInStandby,
    DeviceOffline,
    NoAnswer,
    NoGuestSlot,
    NoSuchGuest,
    NotOwnersGateway,
    Refused,
    UnknownDevice,
    WrongPassword,
)
from custom_components.iot_secure_gateway.gateway.events import (
    Breach,
    CopySuspected,
    GuestInvited,
    GuestRemoved,
    StandingBy,
)
from custom_components.iot_secure_gateway.policy.actors import Automation, System

FALLBACK_MS = 300


@pytest.fixture
async def bench(socket_enabled: None) -> AsyncIterator[Bench]:
    """Return a device that falls back soon."""
    bench = Bench(fallback_ms=FALLBACK_MS)
    await bench.start()
    yield bench
    await bench.stop()


@pytest.fixture
async def other(socket_enabled: None) -> AsyncIterator[Rig]:
    """Return a second gateway, in another house."""
    other = Rig(gateway_id=bytes(reversed(GATEWAY_ID)))
    await other.start()
    yield other
    await other.stop()


async def invited(rig: Rig, other: Rig, bench: Bench, port: int | None = None) -> int:
    """Have Bob's gateway claim Ann's device as she invites him; return its slot."""
    invitation = await rig.gateway.invite_gateway(SERIAL, ANN)
    await other.claim(SERIAL, bench.port, password=invitation.code, owner=BOB.id)
    return invitation.slot


async def turn(rig: Rig, actor: Any, on: bool) -> None:
    await rig.turn(on, actor=actor)


# --- invitations ------------------------------------------------------------------------------------
async def test_invited_gateway_claims_and_stands_by(rig: Rig, other: Rig, bench: Bench) -> None:
    device = await rig.claimed(bench)
    slot = await invited(rig, other, bench)
    assert slot == 1
    assert rig.seen(GuestInvited) == [GuestInvited(serial=SERIAL, slot=1)]
    assert other.seen(StandingBy) == [StandingBy(serial=SERIAL)]
    seconds = other.gateway.devices[SERIAL]
    assert seconds.problem is Problem.STANDBY
    assert not seconds.is_connected
    assert other.gateway.owners == {SERIAL: "bob"}
    with pytest.raises(DeviceInStandby):
        await turn(other, BOB, True)
    await turn(rig, ANN, True)
    assert bench.switched == [True]
    assert device.stats.links == 1


async def test_code_of_an_invitation_is_shown_once_and_works_once(
    rig: Rig, other: Rig, bench: Bench
) -> None:
    await rig.claimed(bench)
    invitation = await rig.gateway.invite_gateway(SERIAL, ANN)
    assert invitation.code not in repr(invitation)
    assert invitation.expires_in == 600
    await other.claim(SERIAL, bench.port, password=invitation.code.lower(), owner=BOB.id)
    third = Rig(gateway_id=b"3" * 16)
    await third.start()
    with pytest.raises(AlreadyOwned):
        await third.claim(SERIAL, bench.port, password=invitation.code)
    await third.stop()


async def test_wrong_code_is_a_wrong_password_and_a_label_is_not_enough(
    rig: Rig, other: Rig, bench: Bench
) -> None:
    await rig.claimed(bench)
    with pytest.raises(AlreadyOwned):
        await other.claim(SERIAL, bench.port, owner=BOB.id)
    await rig.gateway.invite_gateway(SERIAL, ANN)
    with pytest.raises(WrongPassword):
        await other.claim(SERIAL, bench.port, owner=BOB.id)
    assert not other.gateway.has_binding(SERIAL)


async def test_expired_invitation_is_worth_nothing(rig: Rig, other: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    invitation = await rig.gateway.invite_gateway(SERIAL, ANN)
    desk: Any = bench.device.core.desk
    prs, until_ms = desk._invitations[invitation.slot]
    desk._invitations[invitation.slot] = (prs, until_ms - 600_000)
    with pytest.raises(AlreadyOwned):
        await other.claim(SERIAL, bench.port, password=invitation.code, owner=BOB.id)


async def test_each_of_two_invitations_finds_its_slot(rig: Rig, other: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.gateway.invite_gateway(SERIAL, ANN)
    slot = await invited(rig, other, bench)
    assert slot == 2
    assert other.gateway.devices[SERIAL].problem is Problem.STANDBY


async def test_device_has_places_for_three_others(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    slots = [(await rig.gateway.invite_gateway(SERIAL, ANN)).slot for _ in range(3)]
    assert slots == [1, 2, 3]
    with pytest.raises(NoGuestSlot):
        await rig.gateway.invite_gateway(SERIAL, ANN)
    await rig.gateway.remove_gateway(SERIAL, 2, ANN)
    assert (await rig.gateway.invite_gateway(SERIAL, ANN)).slot == 2


async def test_invitation_taken_back_is_worth_nothing(rig: Rig, other: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    invitation = await rig.gateway.invite_gateway(SERIAL, ANN)
    await rig.gateway.remove_gateway(SERIAL, invitation.slot, ANN)
    assert rig.seen(GuestRemoved) == [GuestRemoved(serial=SERIAL, slot=1)]
    with pytest.raises(AlreadyOwned):
        await other.claim(SERIAL, bench.port, password=invitation.code, owner=BOB.id)
    with pytest.raises(NoSuchGuest):
        await rig.gateway.remove_gateway(SERIAL, invitation.slot, ANN)


@pytest.mark.parametrize("actor", [BOB, System(), Automation(entity_id="automation.x")])
async def test_nobody_but_the_owner_invites_or_removes(rig: Rig, bench: Bench, actor: Any) -> None:
    await rig.claimed(bench)
    slot = (await rig.gateway.invite_gateway(SERIAL, ANN)).slot
    with pytest.raises(Refused):
        await rig.gateway.invite_gateway(SERIAL, actor)
    with pytest.raises(Refused):
        await rig.gateway.remove_gateway(SERIAL, slot, actor)


async def test_device_that_does_not_answer_keeps_the_slot_set_aside(
    bench: Bench, socket_enabled: None
) -> None:
    rig = Rig()
    await rig.start()
    proxy = Proxy(bench.port)
    await proxy.start()
    await rig.claimed(bench, proxy.port)
    proxy.mute()
    with rig.hurried(release_timeout=0.05), pytest.raises(NoAnswer):
        await rig.gateway.invite_gateway(SERIAL, ANN)
    assert (await rig.stores.bindings.load())[SERIAL].guests == (1,)
    await proxy.stop()
    await rig.stop()


# --- who commands ---------------------------------------------------------------------------------------
async def test_other_gateway_takes_over_and_gives_back(rig: Rig, other: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    await invited(rig, other, bench)
    seconds = other.gateway.devices[SERIAL]
    await rig.gateway.detach(SERIAL)
    await until(seconds, lambda: seconds.is_connected)
    assert seconds.problem is None
    await until(seconds, lambda: "temp" in seconds.values)
    await turn(other, BOB, True)
    device = await rig.gateway.attach(SERIAL, HOST, bench.port)
    await until(device, lambda: device.is_connected)
    await until(seconds, lambda: seconds.problem is Problem.STANDBY)
    with pytest.raises(DeviceInStandby):
        await turn(other, BOB, False)
    await turn(rig, ANN, False)
    assert bench.switched == [True, False]
    for one in (rig, other):
        assert not [breach for breach in one.seen(Breach) if breach.is_authenticated]
        assert one.seen(CopySuspected) == []


async def test_gateway_that_stands_in_may_neither_invite_nor_remove(
    rig: Rig, other: Rig, bench: Bench
) -> None:
    await rig.claimed(bench)
    await invited(rig, other, bench)
    with pytest.raises(DeviceInStandby):
        await other.gateway.rotate_key(SERIAL, BOB)
    seconds = other.gateway.devices[SERIAL]
    await rig.gateway.detach(SERIAL)
    await until(seconds, lambda: seconds.is_connected)
    with pytest.raises(NotOwnersGateway):
        await other.gateway.invite_gateway(SERIAL, BOB)
    with pytest.raises(NotOwnersGateway):
        await other.gateway.remove_gateway(SERIAL, 1, BOB)
    await other.gateway.rotate_key(SERIAL, BOB)
    await turn(other, BOB, True)


async def test_removed_gateway_commands_no_more(rig: Rig, other: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    slot = await invited(rig, other, bench)
    await rig.gateway.remove_gateway(SERIAL, slot, ANN)
    seconds = other.gateway.devices[SERIAL]
    await until(seconds, lambda: seconds.problem is Problem.REFUSED)
    with pytest.raises(DeviceOffline):
        await turn(other, BOB, True)
    assert slot not in bench.device.core.memory.bindings
    await rig.gateway.detach(SERIAL)
    await asyncio.sleep(1.2 * FALLBACK_MS / 1000)
    assert not seconds.is_connected


async def test_stand_in_survives_restarts_of_all(rig: Rig, other: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    await invited(rig, other, bench)
    await rig.stop()
    await other.restart()
    await bench.stop()
    await bench.start()
    seconds = await other.gateway.attach(SERIAL, HOST, bench.port)
    await until(seconds, lambda: seconds.is_connected)
    await turn(other, BOB, True)
    await rig.start()
    device = await rig.gateway.attach(SERIAL, HOST, bench.port)
    await until(device, lambda: device.is_connected)
    await turn(rig, ANN, False)
    assert bench.switched == [True, False]


async def test_two_gateways_never_command_at_once(rig: Rig, other: Rig, bench: Bench) -> None:
    """Both give commands all the time while the first comes and goes: only the active one's run."""
    await rig.claimed(bench)
    await invited(rig, other, bench)
    core, ran = bench.device.core, []
    driver: Any = bench.device.driver
    execute = driver._execute

    def note(session_id: bytes, command: dict[str, Any]) -> None:
        if command["cmd"].startswith("turn_"):
            ran.append((core.active_slot, command["cmd"]))
        execute(session_id, command)

    driver._execute = note
    told: list[str] = []

    async def give(one: Rig, actor: Any, command: str) -> None:
        while True:
            try:
                await one.gateway.execute(actor, SERIAL, command, entity="relay")
                told.append(command)
            except CommandError, UnknownDevice:
                pass
            await asyncio.sleep(0.001)

    tasks = [
        asyncio.create_task(give(rig, ANN, "turn_on")),
        asyncio.create_task(give(other, BOB, "turn_off")),
    ]
    for _ in range(2):
        await rig.gateway.detach(SERIAL)
        told.clear()
        await soon(lambda: told.count("turn_off") > 5)
        await rig.gateway.attach(SERIAL, HOST, bench.port)
        told.clear()
        await soon(lambda: told.count("turn_on") > 5)
        assert "turn_off" not in told[told.index("turn_on") :]
    for task in tasks:
        assert not task.done()
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert set(ran) == {(0, "turn_on"), (1, "turn_off")}
    for one in (rig, other):
        assert one.seen(CopySuspected) == []
