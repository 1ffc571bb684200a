"""A gateway restored from a backup: its owner says that it goes on, and no other one drives a device beside it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from .kit import ANN, BOB, HOST, PASSWORD, SERIAL, Bench, Rig, soon, until
from custom_components.iot_secure_gateway.gateway.device import Device, Problem
from custom_components.iot_secure_gateway.gateway.errors import (
    AlreadyOwned,
    DeviceSuspended,
    GatewayBehind,
    NotBehind,
    Refused,
    UnknownDevice,
)
from custom_components.iot_secure_gateway.gateway.events import (
    BackupAccepted,
    Breach,
    CopySuspected,
    FoundBehind,
)
from custom_components.iot_secure_gateway.gateway.stores import StoredStates
from custom_components.iot_secure_gateway.gateway.threat_events import ThreatSeen
from custom_components.iot_secure_gateway.protocol import gateway_memory, wire

SESSIONS = 40  # more than a crash may lose


class Twin(Rig):
    """The gateway of a backup."""

    async def start(self, *, was_restored: bool = True) -> None:
        self.prepare()
        await self.gateway.start(was_restored=was_restored)


@pytest.fixture
async def twin(socket_enabled: None) -> AsyncIterator[Twin]:
    """Return a second gateway with the identity of the first; it is not started yet."""
    twin = Twin()
    yield twin
    if hasattr(twin, "gateway"):
        await twin.stop()


async def backed_up(
    rig: Rig, bench: Bench, twin: Twin, sessions: int = SESSIONS, *, is_hushed: bool = True
) -> None:
    """Claim, back up in order, then let the device go on with the first gateway."""
    await rig.claimed(bench)
    await rig.turn(True)
    if is_hushed:
        await bench.hush()
    await rig.stop()
    twin.stores = await rig.back_up()
    await rig.start()
    await linked(rig, bench)
    for index in range(sessions):
        await rig.turn(bool(index % 2))


async def linked(rig: Rig, bench: Bench) -> Device:
    device = await rig.gateway.attach(SERIAL, HOST, bench.port)
    settled = (Problem.BEHIND, Problem.SUSPENDED, Problem.REFUSED)
    await until(device, lambda: device.is_connected or device.problem in settled)
    return device


def memory_of(rig: Rig) -> int:
    state = rig.gateway._keeper.get(SERIAL)
    assert state is not None
    return state.memory


# --- behind ----------------------------------------------------------------------------------------------
async def test_restored_gateway_that_is_behind_asks_and_goes_on_without_a_claim(
    rig: Rig, bench: Bench, twin: Twin
) -> None:
    await backed_up(rig, bench, twin)
    await rig.stop()
    bench.switched.clear()
    await twin.start()
    device = await linked(twin, bench)
    assert device.problem is Problem.BEHIND
    assert twin.gateway.restoring.behind == (SERIAL,)
    assert twin.seen(FoundBehind) == [FoundBehind(serial=SERIAL)]
    assert twin.seen(CopySuspected) == []
    with pytest.raises(GatewayBehind):
        await twin.turn(True)
    assert bench.switched == []

    await twin.gateway.restoring.accept(SERIAL, ANN)
    await until(device, lambda: device.is_connected)
    assert twin.seen(BackupAccepted) == [BackupAccepted(serial=SERIAL, user_id=ANN.id)]
    assert not twin.gateway.restoring.behind
    assert twin.gateway.owners[SERIAL] == ANN.id
    await twin.turn(True)
    assert bench.switched == [True]
    await rig.start()


async def test_only_who_has_the_right_lets_a_restored_gateway_go_on(
    rig: Rig, bench: Bench, twin: Twin
) -> None:
    await backed_up(rig, bench, twin)
    await rig.stop()
    await twin.start()
    device = await linked(twin, bench)
    with pytest.raises(Refused):
        await twin.gateway.restoring.accept(SERIAL, BOB)
    with pytest.raises(Refused):
        await twin.gateway.restoring.accept("OTHER", ANN)
    assert device.problem is Problem.BEHIND
    assert memory_of(twin) == gateway_memory.FROM_BACKUP
    await rig.start()


async def test_confirmation_that_could_not_be_written_counts_for_nothing(
    rig: Rig, bench: Bench, twin: Twin, monkeypatch: pytest.MonkeyPatch
) -> None:
    await backed_up(rig, bench, twin, sessions=1)
    await rig.stop()
    await twin.start()
    await linked(twin, bench)

    async def full(states: StoredStates) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(twin.stores.states, "save", full)
    with pytest.raises(OSError, match="no space"):
        await twin.gateway.restoring.accept(SERIAL, ANN)
    monkeypatch.undo()
    assert twin.seen(BackupAccepted) == []
    assert memory_of(twin) == gateway_memory.FROM_BACKUP
    await twin.stop()
    await twin.start(was_restored=False)
    assert (await linked(twin, bench)).problem is Problem.BEHIND
    await rig.start()


async def test_device_that_is_let_go_while_it_is_accepted_stays_gone(
    rig: Rig, bench: Bench, twin: Twin, monkeypatch: pytest.MonkeyPatch
) -> None:
    await backed_up(rig, bench, twin, sessions=1)
    await rig.stop()
    await twin.start()
    await linked(twin, bench)
    link = twin.gateway._fleet.linked(SERIAL)
    stop = link.stop

    async def stop_late() -> None:
        monkeypatch.undo()
        await twin.gateway.detach(SERIAL)
        await stop()

    monkeypatch.setattr(link, "stop", stop_late)
    await twin.gateway.restoring.accept(SERIAL, ANN)
    assert SERIAL not in twin.gateway.devices
    await rig.start()


async def test_what_does_not_wait_cannot_be_accepted(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    with pytest.raises(NotBehind):
        await rig.gateway.restoring.accept(SERIAL, ANN)
    await rig.gateway.detach(SERIAL)
    with pytest.raises(UnknownDevice):
        await rig.gateway.restoring.accept(SERIAL, ANN)


async def test_restored_gateway_that_is_not_behind_goes_on_by_itself(
    rig: Rig, bench: Bench, twin: Twin
) -> None:
    await backed_up(rig, bench, twin, sessions=0)
    await rig.stop()
    await twin.start()
    assert memory_of(twin) == gateway_memory.FROM_BACKUP
    device = await linked(twin, bench)
    assert device.is_connected
    assert memory_of(twin) == gateway_memory.OWN_MEMORY
    await twin.turn(False)
    await rig.start()


async def test_it_waits_for_its_owner_across_restarts(rig: Rig, bench: Bench, twin: Twin) -> None:
    await backed_up(rig, bench, twin)
    await rig.stop()
    await twin.start()
    await linked(twin, bench)
    await twin.stop()
    await twin.start(was_restored=False)
    device = await linked(twin, bench)
    assert device.problem is Problem.BEHIND
    await twin.gateway.restoring.accept(SERIAL, ANN)
    await until(device, lambda: device.is_connected)
    await rig.start()


async def test_acceptance_outlives_a_restart_until_the_device_is_reached(
    rig: Rig, bench: Bench, twin: Twin
) -> None:
    await backed_up(rig, bench, twin)
    await rig.stop()
    await twin.start()
    await linked(twin, bench)
    await bench.stop()
    await twin.gateway.restoring.accept(SERIAL, ANN)
    await twin.die()
    await bench.start()
    await twin.start(was_restored=False)
    device = await twin.gateway.attach(SERIAL, HOST, bench.port)
    await until(device, lambda: device.is_connected)
    await twin.turn(True)
    await rig.start()


async def test_backup_that_is_ahead_of_its_device_stays_a_copy(
    rig: Rig, bench: Bench, twin: Twin
) -> None:
    """No backup explains a device that knows less: its flash is an old copy."""
    await rig.claimed(bench)
    await bench.hush()
    await bench.stop()
    await rig.gateway.detach(SERIAL)
    flash = dict(bench.store._values)
    await bench.start()
    await linked(rig, bench)
    await bench.hush()
    await rig.turn(True)
    await rig.turn(False)
    await rig.stop()
    await bench.stop()
    bench.store._values = flash
    await bench.start()
    twin.stores = await rig.back_up()
    await twin.start()
    device = await linked(twin, bench)
    assert device.problem is Problem.SUSPENDED
    with pytest.raises(NotBehind):
        await twin.gateway.restoring.accept(SERIAL, ANN)
    await rig.start()


async def test_network_cannot_make_a_gateway_believe_that_it_was_restored(
    rig: Rig, bench: Bench, twin: Twin
) -> None:
    """A copy that went on with the device: without a restore of its own it is no matter of a click."""
    await backed_up(rig, bench, twin)
    await rig.stop()
    await twin.start(was_restored=False)
    device = await linked(twin, bench)
    assert device.problem is Problem.SUSPENDED
    with pytest.raises(NotBehind):
        await twin.gateway.restoring.accept(SERIAL, ANN)
    await rig.start()


# --- two gateways -----------------------------------------------------------------------------------------
async def test_former_machine_goes_on_until_the_restored_one_is_accepted_and_never_after(
    rig: Rig, bench: Bench, twin: Twin
) -> None:
    await backed_up(rig, bench, twin)
    first = rig.gateway.devices[SERIAL]
    links = first.stats.links
    await twin.start()
    second = await linked(twin, bench)
    assert second.problem is Problem.BEHIND
    await until(first, lambda: first.stats.links > links and first.is_connected)
    bench.switched.clear()
    await rig.turn(True)
    with pytest.raises(GatewayBehind):
        await twin.turn(False)
    assert bench.switched == [True]

    await twin.gateway.restoring.accept(SERIAL, ANN)
    await until(second, lambda: second.is_connected)
    await until(first, lambda: first.problem is Problem.SUSPENDED)
    await until(second, lambda: second.stats.links > 1 and second.is_connected)
    with pytest.raises(DeviceSuspended):
        await rig.turn(True)
    await twin.turn(False)
    assert bench.switched == [True, False]


async def test_farewell_of_the_former_machine_is_on_the_record_and_suspends_nothing(
    rig: Rig, bench: Bench, twin: Twin
) -> None:
    """The device reports that a gateway left it for a copy: the one that lives on, once."""
    await backed_up(rig, bench, twin, is_hushed=False)
    first = rig.gateway.devices[SERIAL]
    await twin.start()
    second = await linked(twin, bench)
    await twin.gateway.restoring.accept(SERIAL, ANN)
    await until(first, lambda: first.problem is Problem.SUSPENDED)

    def farewells() -> list[Breach]:
        told = (breach for breach in twin.seen(Breach) if breach.is_told)
        return [breach for breach in told if breach.code == wire.CONTINUITY_BREAK]

    await soon(lambda: len(farewells()) == 1)
    await until(second, lambda: second.is_connected)
    assert second.problem is None
    assert twin.seen(ThreatSeen) == []
    assert not twin.gateway.restoring.explains(farewells()[0]), "once"
    twin.gateway.events.emit(farewells()[0])
    assert twin.seen(ThreatSeen) == [], "and it is no news later"


@pytest.mark.parametrize(
    "changes", [{"count": 2}, {"is_told": False}, {"code": wire.DSID_MISMATCH}]
)
async def test_nothing_but_one_farewell_is_explained(
    rig: Rig, bench: Bench, twin: Twin, changes: dict[str, Any]
) -> None:
    await backed_up(rig, bench, twin, sessions=1)
    await rig.stop()
    await twin.start()
    await linked(twin, bench)
    farewell = Breach(
        serial=SERIAL,
        code=wire.CONTINUITY_BREAK,
        is_authenticated=True,
        detail="found by the device",
        count=1,
        is_told=True,
    )
    assert not twin.gateway.restoring.explains(farewell), "nobody accepted yet"
    await twin.gateway.restoring.accept(SERIAL, ANN)
    assert not twin.gateway.restoring.explains(replace(farewell, **changes))
    assert not twin.gateway.restoring.explains(replace(farewell, serial="OTHER"))
    assert twin.gateway.restoring.explains(farewell)
    await rig.start()


async def test_new_key_after_the_move_shuts_out_every_copy_of_the_backup(
    rig: Rig, bench: Bench, twin: Twin
) -> None:
    await backed_up(rig, bench, twin)
    await rig.stop()
    thief = Twin()
    thief.stores = await twin.back_up()
    await twin.start()
    device = await linked(twin, bench)
    await twin.gateway.restoring.accept(SERIAL, ANN)
    await until(device, lambda: device.is_connected)
    await twin.gateway.rotate_key(SERIAL, ANN)
    await until(device, lambda: device.is_connected)
    await thief.start()
    try:
        stolen = await linked(thief, bench)
        assert stolen.problem is Problem.REFUSED
        assert thief.gateway.restoring.locked_out == (SERIAL,)
        with pytest.raises(NotBehind):
            await thief.gateway.restoring.accept(SERIAL, ANN)
    finally:
        await thief.stop()
    bench.switched.clear()
    await twin.turn(True)
    assert bench.switched == [True]
    await rig.start()


async def test_backup_of_before_a_new_key_is_claimed_anew_and_keeps_its_owner(
    rig: Rig, bench: Bench, twin: Twin
) -> None:
    await backed_up(rig, bench, twin, sessions=1)
    await rig.gateway.rotate_key(SERIAL, ANN)
    await rig.stop()
    # A claim of what is owned here tries the key that is there for so long, which no key is worth here.
    twin.settings = replace(twin.settings, ready_timeout=1.0)
    await twin.start()
    await linked(twin, bench)
    assert twin.gateway.restoring.locked_out == (SERIAL,)
    with pytest.raises(AlreadyOwned):
        await twin.claim(SERIAL, bench.port, password=PASSWORD)
    bench.device.factory_reset()
    await twin.claim(SERIAL, bench.port, password=PASSWORD)
    assert not twin.gateway.restoring.locked_out
    assert twin.gateway.owners[SERIAL] == ANN.id
    await twin.turn(True)
    await rig.start()


# --- half a backup ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("mode", [wire.MODE_DSID_GSID, wire.MODE_DSID])
async def test_backup_without_session_caches_goes_on_once_accepted(
    rig: Rig, socket_enabled: None, mode: int
) -> None:
    bench = Bench(mode=mode)
    await bench.start()
    await rig.claimed(bench)
    await rig.turn(True)
    await rig.stop()
    await rig.stores.states.save(StoredStates())
    await rig.start()
    device = await linked(rig, bench)
    assert device.problem is Problem.BEHIND
    await rig.gateway.restoring.accept(SERIAL, ANN)
    await until(device, lambda: device.is_connected)
    await rig.turn(False)
    assert bench.switched == [True, False]
    await rig.stop()
    await bench.stop()
    await rig.start()


async def test_damaged_session_cache_is_one_that_is_lost(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.stop()
    await rig.stores.states.save(StoredStates(states={SERIAL: {"mode": "?"}}))
    await rig.start()
    device = await linked(rig, bench)
    assert device.problem is Problem.BEHIND


async def test_claim_that_did_not_come_to_its_end_gets_no_caches(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.stop()
    bindings = await rig.stores.bindings.load()
    await rig.stores.bindings.save({SERIAL: replace(bindings[SERIAL], is_confirmed=False)})
    await rig.stores.states.save(StoredStates())
    await rig.start()
    assert rig.gateway._keeper.get(SERIAL) is None


async def test_mode_of_sessions_is_kept_with_the_key(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    bindings = await rig.stores.bindings.load()
    assert bindings[SERIAL].mode == wire.MODE_DSID_GSID
    await rig.stop()
    await rig.stores.bindings.save({SERIAL: replace(bindings[SERIAL], mode=None)})
    await rig.start()
    await soon(lambda: rig.gateway._registry.bindings.records[SERIAL].mode is not None)
    assert (await rig.stores.bindings.load())[SERIAL].mode == wire.MODE_DSID_GSID
