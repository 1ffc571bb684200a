"""A row that allows so many commands allows no more, whatever happens at the same time or goes wrong."""

import asyncio
from dataclasses import replace
import time

import pytest

from .kit import ANN, BOB, SERIAL, Bench, Proxy, Rig, until
from custom_components.iot_secure_gateway.gateway.errors import (
    CommandFailed,
    DeviceOffline,
    InvalidCommand,
    OutcomeUnknown,
    Refused,
    RefusedByDevice,
)
from custom_components.iot_secure_gateway.policy.columns import Commands, Devices, Users
from custom_components.iot_secure_gateway.policy.decision import Reason
from custom_components.iot_secure_gateway.policy.responding import DEFAULT_CONDUCT
from custom_components.iot_secure_gateway.policy.row_changes import add_row, remove_row
from custom_components.iot_secure_gateway.policy.rows import Row
from custom_components.iot_secure_gateway.policy.state import PolicyState


async def let_bob(rig: Rig, uses: int | None) -> int:
    """Let Bob give so many commands; returns the number of the row."""
    row = Row(
        made_by=ANN.id,
        users=Users(users=frozenset({BOB.id})),
        devices=Devices(serials=frozenset({SERIAL})),
        commands=Commands(names=frozenset({"turn_on", "turn_off", "explode"})),
        uses_left=uses,
    )
    state = await rig.gateway.permissions.change(lambda state: add_row(state, ANN, row), by=ANN)
    return max(state.rows)


def left(rig: Rig, number: int) -> int | None:
    return rig.gateway.permissions.state.rows[number].uses_left


async def test_each_command_takes_one_use_and_the_last_is_the_last(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    number = await let_bob(rig, 2)
    await rig.turn(True, actor=BOB)
    assert left(rig, number) == 1
    await rig.restart()
    await rig.gateway.attach(SERIAL, "127.0.0.1", bench.port)
    device = rig.gateway.devices[SERIAL]
    await until(device, lambda: device.is_connected)
    await rig.turn(False, actor=BOB)
    with pytest.raises(Refused) as refused:
        await rig.turn(True, actor=BOB)
    assert refused.value.decision.reason is Reason.USED_UP
    assert refused.value.decision.row == number
    assert bench.switched == [True, False]


async def test_commands_at_once_never_share_the_last_use(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    number = await let_bob(rig, 3)
    ends = await asyncio.gather(
        *(rig.turn(True, actor=BOB) for _ in range(8)), return_exceptions=True
    )
    assert sum(isinstance(end, Refused) for end in ends) == 5
    assert bench.switched == [True] * 3
    assert left(rig, number) == 0


async def test_other_row_is_used_when_one_is_used_up(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    first, second = await let_bob(rig, 1), await let_bob(rig, 1)
    await asyncio.gather(rig.turn(True, actor=BOB), rig.turn(True, actor=BOB))
    assert (left(rig, first), left(rig, second)) == (0, 0)
    assert bench.switched == [True, True]


async def test_last_use_still_counts_for_a_command_that_had_to_wait(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    await let_bob(rig, 1)
    slow = asyncio.create_task(rig.turn(True, "slow"))
    await asyncio.sleep(0)
    waiting = asyncio.create_task(rig.turn(True, actor=BOB))
    await asyncio.sleep(0)
    bench.gate.set()
    await asyncio.gather(slow, waiting)
    assert bench.switched == [True, True]


async def test_command_that_waits_is_not_executed_once_its_row_is_gone(
    rig: Rig, bench: Bench
) -> None:
    await rig.claimed(bench)
    number = await let_bob(rig, 1)
    slow = asyncio.create_task(rig.turn(True, "slow"))
    await asyncio.sleep(0)
    waiting = asyncio.create_task(rig.turn(True, actor=BOB))
    while left(rig, number):
        await asyncio.sleep(0)
    await rig.gateway.permissions.change(lambda state: remove_row(state, ANN, number), by=ANN)
    bench.gate.set()
    await slow
    with pytest.raises(Refused):
        await waiting
    assert bench.switched == [True]


@pytest.mark.parametrize(
    ("command", "arguments", "error"),
    [
        ("explode", {}, RefusedByDevice),
        ("turn_on", {"at": 2**70}, InvalidCommand),
    ],
)
async def test_use_counts_again_when_nothing_can_have_happened(
    rig: Rig, bench: Bench, command: str, arguments: dict[str, object], error: type[Exception]
) -> None:
    await rig.claimed(bench)
    number = await let_bob(rig, 1)
    with pytest.raises(error):
        await rig.gateway.execute(BOB, SERIAL, command, entity="relay", arguments=arguments)
    assert left(rig, number) == 1


async def test_use_counts_again_when_there_is_no_link(rig: Rig, bench: Bench) -> None:
    device = await rig.claimed(bench)
    number = await let_bob(rig, 1)
    await bench.stop()
    await until(device, lambda: not device.is_connected)
    with pytest.raises(DeviceOffline):
        await rig.turn(True, actor=BOB)
    assert left(rig, number) == 1


async def test_use_is_spent_when_something_may_have_happened(
    rig: Rig, bench: Bench, proxy: Proxy
) -> None:
    await rig.claimed(bench, proxy.port)
    number = await let_bob(rig, 2)
    with pytest.raises(CommandFailed):
        await rig.turn(True, "stuck", actor=BOB)
    assert left(rig, number) == 1
    await bench.hush()
    proxy.arm("GDG", deliver=True)
    with pytest.raises(OutcomeUnknown):
        await rig.turn(True, actor=BOB)
    assert left(rig, number) == 0


async def test_row_without_a_limit_is_never_written_anew(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    await let_bob(rig, None)
    before = rig.gateway.permissions.state
    await rig.turn(True, actor=BOB)
    assert rig.gateway.permissions.state is before


class Held:
    """Lets the permissions be saved only when the gate is opened."""

    def __init__(self, rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_held, self.gate = asyncio.Event(), asyncio.Event()
        self._save = rig.stores.permissions.save
        monkeypatch.setattr(rig.stores.permissions, "save", self.save)

    async def save(self, state: PolicyState) -> None:
        self.is_held.set()
        await self.gate.wait()
        await self._save(state)


async def test_who_is_blocked_while_a_use_is_taken_is_refused(
    rig: Rig, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rig.claimed(bench)
    number = await let_bob(rig, 1)
    held = Held(rig, monkeypatch)
    turning = asyncio.create_task(rig.turn(True, actor=BOB))
    await held.is_held.wait()
    assert rig.gateway.safeguards.block_user(BOB.id, SERIAL, time.time(), DEFAULT_CONDUCT, "0")
    held.gate.set()
    with pytest.raises(Refused) as refused:
        await turning
    assert refused.value.decision.reason is Reason.BLOCKED
    assert bench.switched == []
    assert left(rig, number) == 1


async def test_what_is_forbidden_before_a_use_is_taken_is_refused(
    rig: Rig, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rig.claimed(bench)
    number = await let_bob(rig, 1)
    permissions = rig.gateway.permissions
    no = replace(permissions.state.rows[number], is_allow=False, uses_left=None)
    held = Held(rig, monkeypatch)
    forbidding = asyncio.create_task(permissions.change(lambda state: add_row(state, ANN, no), ANN))
    await held.is_held.wait()
    turning = asyncio.create_task(rig.turn(True, actor=BOB))
    while len(permissions._changes) < 2:  # judged, and waiting for its turn to take a use
        await asyncio.sleep(0)
    held.gate.set()
    await forbidding
    with pytest.raises(Refused) as refused:
        await turning
    assert refused.value.decision.reason is Reason.FORBIDDEN
    assert bench.switched == []
    assert left(rig, number) == 1
