"""A gateway that was restored from a backup: what it may go on with, and what stays a copy."""

from __future__ import annotations

import json
from typing import Any

import pytest

from custom_components.iot_secure_gateway.protocol import gateway_memory, gateway_state, wire
from custom_components.iot_secure_gateway.protocol.continuity import BEHIND, COPY, FINE, RESYNC
from custom_components.iot_secure_gateway.protocol.gateway_memory import (
    ACCEPTED,
    FROM_BACKUP,
    OWN_MEMORY,
)
from custom_components.iot_secure_gateway.protocol.gateway_state import GatewayState
from custom_components.iot_secure_gateway.protocol.identifiers import draw
from tests.protocol.puppets import PuppetDevice
from tests.protocol.world import World, claimed, linked

NEW = [draw(bytes(31) + bytes([number])) for number in range(1, 4)]
MODES = pytest.mark.parametrize("mode", [wire.MODE_DSID_GSID, wire.MODE_DSID])


def verdict(world: World, lane: int = 0, **changed: object) -> str:
    """Return the gateway's verdict on what the world's device would say."""
    puppet = PuppetDevice(world).accept()
    hello = puppet.hello_ok(**changed)
    link_hash = puppet.link.channel_hash
    return gateway_memory.judge(world.gateway_crypto, link_hash, world.state, lane, hello)


def restored(world: World, backup: str, memory: int = FROM_BACKUP) -> GatewayState:
    """Give the world's gateway its memory of earlier; return what it had until now."""
    former = world.state
    world.state = gateway_state.from_dict(json.loads(backup))
    world.state.mark_from_backup()
    world.state.memory = memory
    return former


def behind(sessions: int = 40, mode: int = wire.MODE_DSID_GSID) -> tuple[World, GatewayState]:
    """Return a world whose gateway is as it was that many sessions ago, and what it was just now."""
    world = linked(mode)
    world.run()
    backup = json.dumps(world.state.to_dict())
    for _ in range(sessions):
        world.run()
    world.cut()
    return world, restored(world, backup)


def last_kinds(world: World, since: int) -> list[str]:
    return world.gateway_kinds()[since:]


# --- the verdict ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("memory", "expected"), [(OWN_MEMORY, COPY), (FROM_BACKUP, BEHIND), (ACCEPTED, RESYNC)]
)
@pytest.mark.parametrize("lane", wire.LANES)
@pytest.mark.parametrize("ahead", [1, 33, 100_000])
def test_device_that_is_ahead_is_explained_by_an_old_memory_only(
    ahead: int, lane: int, memory: int, expected: str
) -> None:
    world = claimed()
    world.device_binding().lanes[lane].reset(NEW[0], NEW[1], ahead)
    world.state.memory = memory
    assert verdict(world, lane) == expected
    assert verdict(world, 1 - lane) == FINE


@pytest.mark.parametrize("memory", [FROM_BACKUP, ACCEPTED])
def test_device_that_is_behind_anywhere_stays_a_copy(memory: int) -> None:
    world = claimed()
    world.state.memory = memory
    world.state.lanes[0].count = 5
    assert verdict(world, 0) == COPY
    world.device_binding().lanes[1].reset(NEW[0], NEW[1], 9)
    assert verdict(world, 0) == COPY, "also when the other lane is ahead"


@pytest.mark.parametrize("memory", [FROM_BACKUP, ACCEPTED])
def test_another_identifier_with_equal_counts_stays_a_copy(memory: int) -> None:
    world = claimed()
    world.state.memory = memory
    world.device_binding().lanes[0].opener_id = NEW[0]
    assert verdict(world, 0) == COPY
    world.device_binding().lanes[1].reset(NEW[0], NEW[1], 9)
    assert verdict(world, 0) == COPY, "also when the other lane is ahead"


@pytest.mark.parametrize("memory", [FROM_BACKUP, ACCEPTED])
def test_epoch_alone_explains_nothing_and_an_earlier_one_never_does(memory: int) -> None:
    world = claimed()
    world.state.memory = memory
    world.device_binding().epoch = 3
    assert verdict(world, 0) == verdict(world, 1) == COPY
    world.device_binding().lanes[0].reset(NEW[0], NEW[1], 9)
    assert (verdict(world, 0), verdict(world, 1)) != (COPY, COPY)
    assert verdict(world, 1) == FINE, "what was not set anew proves itself in the later epoch"
    world.state.epoch = 4
    assert verdict(world, 0) == verdict(world, 1) == COPY


@pytest.mark.parametrize(
    ("memory", "expected"), [(OWN_MEMORY, RESYNC), (FROM_BACKUP, BEHIND), (ACCEPTED, RESYNC)]
)
def test_backup_of_running_files_asks_where_a_crash_would_be_forgiven(
    memory: int, expected: str
) -> None:
    world = claimed()
    world.device_binding().lanes[0].reset(NEW[0], NEW[1], 3)
    world.state.may_have_lost = [True, True]
    world.state.memory = memory
    assert (verdict(world, 0), verdict(world, 1)) == (expected, FINE)


@pytest.mark.parametrize("memory", [OWN_MEMORY, FROM_BACKUP])
def test_device_that_lost_sessions_with_its_power_waits_for_nobody(memory: int) -> None:
    world = claimed()
    world.state.lanes[1].count = 5
    world.state.memory = memory
    world.state.last_boot = 0
    flags = wire.FLAG_DATA_CHECKPOINT
    assert verdict(world, 1, flags=flags) == RESYNC


def test_count_from_which_nothing_can_go_on_stays_a_copy() -> None:
    world = claimed()
    world.state.memory = ACCEPTED
    world.device_binding().lanes[0].reset(NEW[0], NEW[1], wire.MAX_COUNT - 1)
    assert verdict(world) == RESYNC
    world.device_binding().lanes[0].reset(NEW[0], NEW[1], wire.MAX_COUNT)
    assert verdict(world) == COPY


# --- over a link ----------------------------------------------------------------------------------------
@MODES
def test_restored_gateway_that_is_behind_opens_no_session_and_accuses_nobody(mode: int) -> None:
    world, _ = behind(mode=mode)
    known, flash = len(world.gateway_kinds()), dict(world.flash.values)
    world.connect()
    world.pump()
    assert last_kinds(world, known)[-2:] == ["behind", "closed"]
    assert "copy_suspected" not in last_kinds(world, known)
    assert {name: flash[name] for name in flash if name[:1] == b"L"} == {
        name: value for name, value in world.flash.values.items() if name[:1] == b"L"
    }, "the device has been asked to change nothing"
    assert world.state.memory == FROM_BACKUP


@MODES
def test_accepted_it_sets_anew_what_is_behind_and_goes_on(mode: int) -> None:
    world, _ = behind(mode=mode)
    world.state.memory = ACCEPTED
    world.link_up()
    assert world.state.memory == OWN_MEMORY
    assert world.run().kind == "result"
    assert world.state.lanes[0].count == world.device_binding().lanes[0].count > 41


@MODES
def test_the_other_gateway_with_this_key_is_suspended_at_its_next_contact(mode: int) -> None:
    world, former = behind(mode=mode)
    world.state.memory = ACCEPTED
    world.link_up()
    world.cut()
    world.state, known = former, len(world.gateway_kinds())
    world.connect()
    world.pump()
    assert "copy_suspected" in last_kinds(world, known)


def test_restored_gateway_that_is_not_behind_goes_on_by_itself() -> None:
    world = linked()
    world.run()
    world.cut()
    restored(world, json.dumps(world.state.to_dict()))
    world.link_up()
    assert world.state.memory == OWN_MEMORY
    assert world.run().kind == "result"


@MODES
def test_gateway_that_remembers_the_key_alone_sets_both_lanes_anew(mode: int) -> None:
    world = linked(mode)
    world.run()
    world.cut()
    world.state = gateway_state.unknown(mode)
    known = len(world.gateway_kinds())
    world.connect()
    world.pump()
    assert "behind" in last_kinds(world, known)
    world.state = gateway_state.from_dict(json.loads(json.dumps(world.state.to_dict())))
    world.state.memory = ACCEPTED
    world.link_up()
    assert world.run().kind == "result"


@pytest.mark.parametrize("name", ["RESYNC", "RESYNCED"])
def test_resync_of_an_accepted_memory_that_is_cut_is_repeated(name: str) -> None:
    world, _ = behind()
    world.state.memory = ACCEPTED
    world.connect()
    world.until(name)
    world.cut()
    world.restart_gateway(clean=False)
    world.link_up()
    assert "copy_suspected" not in world.gateway_kinds()
    assert world.run().kind == "result"


# --- what is kept -----------------------------------------------------------------------------------------
def test_open_package_of_a_backup_is_not_gone_on_with() -> None:
    state = claimed().state
    state.lanes[wire.LANE_DATA].offer(NEW[0], NEW[1])
    state.mark_from_backup()
    assert not state.lanes[wire.LANE_DATA].has_pair
    assert state.memory == FROM_BACKUP


@pytest.mark.parametrize("memory", [OWN_MEMORY, FROM_BACKUP, ACCEPTED])
def test_memory_goes_round_through_json(memory: int) -> None:
    state = claimed().state
    state.memory = memory
    assert gateway_state.from_dict(json.loads(json.dumps(state.to_dict()))).memory == memory


def test_state_of_before_there_was_a_mark_is_the_gateways_own() -> None:
    data = claimed().state.to_dict()
    del data["memory"]
    assert gateway_state.from_dict(data).memory == OWN_MEMORY


@pytest.mark.parametrize("damaged", [3, -1, "1", None])
def test_damaged_mark_is_refused(damaged: Any) -> None:
    with pytest.raises(ValueError, match="damaged"):
        gateway_state.from_dict({**claimed().state.to_dict(), "memory": damaged})
