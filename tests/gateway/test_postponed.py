"""Commands for devices that are away: kept, judged again, given once, in order, told (B15)."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from functools import partial
import json
import time
from typing import Any, override

import pytest

from .kit import ANN, BOB, GATEWAY_ID, HOST, SERIAL, Bench, Proxy, Rig, soon, until
from custom_components.iot_secure_gateway.gateway import postponed as module, postponed_intake
from custom_components.iot_secure_gateway.gateway.actor_records import actor_dict, read_actor
from custom_components.iot_secure_gateway.gateway.device import Device, Problem
from custom_components.iot_secure_gateway.gateway.errors import (
    DeviceSuspended,
    DeviceSuspendedByPolicy,
    InvalidCommand,
    NotExecuted,
    OutcomeUnknown,
    Refused,
    UnknownDevice,
)
from custom_components.iot_secure_gateway.gateway.events import (
    CommandEnded,
    CommandPostponed,
    CommandRefused,
    PostponedCancelled,
    PostponedEnded,
)
from custom_components.iot_secure_gateway.gateway.gateway import Gateway
from custom_components.iot_secure_gateway.gateway.postponed import Postponed
from custom_components.iot_secure_gateway.gateway.postponed_errors import (
    BeingDelivered,
    NotPostponed,
    PostponedForNobody,
    PostponedFull,
    PostponedSecret,
    PostponedTime,
)
from custom_components.iot_secure_gateway.gateway.postponed_records import (
    MAX_POSTPONED,
    MAX_POSTPONED_S,
    Phase,
    PostponedCommand,
    Postponements,
    postponements_list,
    read_postponements,
)
from custom_components.iot_secure_gateway.gateway.registry import Register
from custom_components.iot_secure_gateway.gateway.results import CommandResult
from custom_components.iot_secure_gateway.policy.actors import (
    Actor,
    Automation,
    Integration,
    Script,
    System,
    Unknown,
    User,
)
from custom_components.iot_secure_gateway.policy.columns import Commands, Devices, Users
from custom_components.iot_secure_gateway.policy.decision import Reason
from custom_components.iot_secure_gateway.policy.row_changes import add_row, remove_row
from custom_components.iot_secure_gateway.policy.rows import Row


class Disk:
    """A store that keeps what a real one would: text. A test may fill it up."""

    def __init__(self) -> None:
        self.text = "{}"
        self.writes = 0
        self.held: asyncio.Event | None = None  # a disk takes its time
        self.full_at: int | None = None  # the number of the write that fails, and all after it

    async def load(self) -> dict[str, Postponements]:
        return {serial: read_postponements(kept) for serial, kept in json.loads(self.text).items()}

    async def save(self, content: Mapping[str, Postponements]) -> None:
        self.writes += 1
        if self.held is not None:
            await self.held.wait()
        if self.full_at is not None and self.writes >= self.full_at:
            raise OSError("disk full")
        self.text = json.dumps(
            {serial: postponements_list(kept) for serial, kept in content.items()}
        )


class House(Rig):
    """A gateway whose commands may wait."""

    def __init__(self) -> None:
        super().__init__()
        self.disk = Disk()
        self.gone: set[str] = set()  # people who may not log in any more
        self.was_restored = False
        self.before: Any = None  # what happens just before a command is given
        self.postponed: Postponed

    @override
    async def start(self) -> None:
        self.gateway = Gateway(GATEWAY_ID, self.stores, settings=self.settings)
        self.gateway.add_listener(self.events.append)
        self.postponed = Postponed(self.gateway, Register(self.disk), self._who_now)
        await self.postponed.load(was_restored=self.was_restored)
        await self.gateway.start()
        self.postponed.start()

    @override
    async def stop(self) -> None:
        await self.gateway.stop()
        await self.postponed.stop()

    @override
    async def die(self) -> None:
        durable = await self.stores.states.load()
        await self.stop()
        await self.stores.states.save(durable)

    async def _who_now(self, actor: Actor) -> Actor:
        if self.before is not None:
            await self.before()
        return Unknown() if isinstance(actor, User) and actor.id in self.gone else actor

    async def away(self, bench: Bench, proxy: Proxy) -> Device:
        """Have a device of Ann's that cannot be reached until `back`."""
        device = await self.claimed(bench, proxy.port)
        self.postponed.watch(device)
        await bench.hush()
        await self.leave(device, proxy)
        return device

    async def leave(self, device: Device, proxy: Proxy) -> None:
        await proxy.stop()
        await until(device, lambda: not device.is_connected)

    async def quiet(self, device: Device, bench: Bench) -> None:
        """Wait until the gateway has asked all that it asks over a fresh link, and the device told it."""
        await until(device, lambda: "temp" in device.values)
        await bench.hush()
        for _ in range(2):  # what it asks for that was not told comes between
            await self.gateway.execute(ANN, SERIAL, "read")

    async def give(self, *, on: bool = True, actor: Actor = ANN, **changes: Any) -> Any:
        fields = {"entity": "relay", "until": time.time() + 3600, **changes}
        return await self.postponed.submit(actor, SERIAL, "turn_on" if on else "turn_off", **fields)

    async def ended(self, count: int = 1) -> list[tuple[str, str]]:
        """Wait until so many have ended; return them with how."""
        await soon(lambda: len(self.seen(PostponedEnded)) >= count)
        return [(one.id, one.code) for one in self.seen(PostponedEnded)]

    def waiting(self) -> list[PostponedCommand]:
        return [one for _, one in self.postponed.visible(ANN)]


@pytest.fixture
async def house(socket_enabled: None) -> AsyncIterator[House]:
    house = House()
    await house.start()
    yield house
    house.disk.full_at = None
    await house.stop()


# --- kept and given ------------------------------------------------------------------------------------
async def test_command_for_a_device_that_is_there_is_given_at_once(
    house: House, bench: Bench
) -> None:
    device = await house.claimed(bench)
    house.postponed.watch(device)
    answer = await house.give()
    assert isinstance(answer, CommandResult)
    assert bench.switched == [True]
    assert house.disk.writes == 0


async def test_commands_wait_for_the_device_and_reach_it_once_each_in_order(
    house: House, bench: Bench, proxy: Proxy
) -> None:
    device = await house.away(bench, proxy)
    given = [await house.give(on=on) for on in (True, False, True)]
    assert [one.id for one in house.waiting()] == [one.id for one in given]
    assert len({one.id for one in given}) == 3
    assert [one.id for one in house.seen(CommandPostponed)] == [one.id for one in given]
    assert bench.switched == []
    await proxy.start()
    assert await house.ended(3) == [(one.id, "ok") for one in given]
    assert bench.switched == [True, False, True]
    assert house.disk.text == "{}"
    assert house.waiting() == []
    # Another link gives none of them again.
    await house.leave(device, proxy)
    await proxy.start()
    await until(device, lambda: "temp" in device.values)
    assert len(bench.switched) == 3


async def test_one_that_comes_while_others_wait_goes_behind_them(
    house: House, bench: Bench, proxy: Proxy
) -> None:
    await house.away(bench, proxy)
    held = asyncio.Event()
    reached = asyncio.Event()

    async def hold() -> None:
        reached.set()
        await held.wait()

    house.before = hold
    await house.give(on=True)
    await proxy.start()
    await reached.wait()
    later = await house.give(on=False)  # the device is there by now
    assert isinstance(later, PostponedCommand)
    held.set()
    await house.ended(2)
    assert bench.switched == [True, False]


async def test_restart_of_the_gateway_keeps_what_waits(
    house: House, bench: Bench, proxy: Proxy
) -> None:
    await house.away(bench, proxy)
    one = await house.give(arguments={})
    await house.restart()
    assert house.waiting() == [one]
    device = await house.gateway.attach(SERIAL, HOST, proxy.port)
    house.postponed.watch(device)
    await proxy.start()
    assert await house.ended() == [(one.id, "ok")]
    assert bench.switched == [True]


@pytest.mark.parametrize(
    ("sequence", "delivered", "code", "switched"),
    [
        ("G", False, "ok", [True]),  # OPEN lost: it is given again
        ("GD", False, "ok", [True]),
        ("GDG", False, "ok", [True]),  # COMMIT lost, as the next contact tells
        ("GDG", True, "ok", [True]),  # RESULT lost: it is not given again
        ("GDGD", False, "ok", [True]),
        ("GDGD", True, "ok", [True]),
    ],
)
async def test_cut_at_any_message_of_the_delivery_ends_with_one_execution(
    house: House,
    bench: Bench,
    proxy: Proxy,
    sequence: str,
    delivered: bool,
    code: str,
    switched: list[bool],
) -> None:
    device = await house.away(bench, proxy)
    is_armed = False

    async def arm() -> None:
        nonlocal is_armed
        if not is_armed:
            is_armed = True
            await house.quiet(device, bench)
            proxy.arm(sequence, deliver=delivered)

    house.before = arm
    one = await house.give()
    await proxy.start()
    assert await house.ended() == [(one.id, code)]
    assert is_armed
    assert bench.switched == switched
    assert house.waiting() == []


async def test_gateway_that_dies_at_any_write_of_a_delivery_gives_nothing_twice(
    house: House, bench: Bench, proxy: Proxy
) -> None:

    def written(count: int) -> bool:
        return house.disk.writes >= count and not house.postponed._runs

    def introduced(device: Device) -> bool:
        return "temp" in device.values

    await house.away(bench, proxy)
    given = []
    for failing in (1, 2):  # "may have been told", "was told"
        one = await house.give()
        given.append(one)
        house.disk.writes, house.disk.full_at = 0, failing
        count = len(bench.switched)
        await proxy.start()
        await soon(partial(written, failing))
        assert len(bench.switched) == count + failing - 1
        durable = house.disk.text
        await house.stop()
        await proxy.stop()
        house.disk.text, house.disk.full_at = durable, None
        await house.start()
        device = await house.gateway.attach(SERIAL, HOST, proxy.port)
        house.postponed.watch(device)
        await proxy.start()
        await house.ended(failing)
        await until(device, partial(introduced, device))
        await bench.hush()
        await house.leave(device, proxy)
    # The first was not told before the cut, so it was given; of the other nobody knows.
    assert [(one.id, one.code) for one in house.seen(PostponedEnded)] == [
        (given[0].id, "ok"),
        (given[1].id, "outcome_unknown"),
    ]
    assert bench.switched == [True, True]


async def test_what_came_out_of_a_backup_is_not_given_again(
    house: House, bench: Bench, proxy: Proxy
) -> None:
    await house.away(bench, proxy)
    one = await house.give()
    backup = house.disk.text
    await proxy.start()
    await house.ended()
    await house.stop()
    house.disk.text, house.was_restored = backup, True
    await house.start()
    assert await house.ended(2) == [(one.id, "ok"), (one.id, "outcome_unknown")]
    assert bench.switched == [True]
    # That nothing is given again is durable before anybody could be told of it.
    house.disk.text, house.was_restored = backup, False
    postponed = Postponed(house.gateway, Register(house.disk), house._who_now)
    await postponed.load(was_restored=True)
    (kept,) = (await house.disk.load())[SERIAL]
    assert kept.phase is Phase.SENDING
    await postponed.stop()


async def test_outcome_that_nobody_will_know_ends_it(
    house: House, bench: Bench, proxy: Proxy
) -> None:
    """The gateway loses its session caches between the COMMIT and the next link."""
    device = await house.away(bench, proxy)
    one = await house.give()

    async def arm() -> None:
        await house.quiet(device, bench)
        proxy.stay_cut = True
        proxy.arm("GDG", deliver=True)

    house.before = arm
    await proxy.start()
    await soon(lambda: any(kept.phase is Phase.UNSETTLED for kept in house.waiting()))
    (unsettled,) = house.waiting()
    assert len(unsettled.session_id) == 16
    with pytest.raises(BeingDelivered):
        await house.postponed.cancel(ANN, one.id)
    behind = await house.give(on=False)  # waits for the one before it
    await house.die()
    house.before = None
    await house.start()
    proxy.stay_cut = False
    device = await house.gateway.attach(SERIAL, HOST, proxy.port)
    house.postponed.watch(device)
    assert await house.ended(2) == [(one.id, "outcome_unknown"), (behind.id, "ok")]
    assert bench.switched == [True, False]


# --- judged again --------------------------------------------------------------------------------------
async def row_for_bob(house: House) -> int:
    row = Row(
        made_by=ANN.id,
        users=Users(users=frozenset({BOB.id})),
        devices=Devices(serials=frozenset({SERIAL})),
        commands=Commands(names=frozenset({"turn_on"})),
        uses_left=2,
    )
    permissions = house.gateway.permissions
    state = await permissions.change(lambda state: add_row(state, ANN, row), ANN)
    return state.next_number - 1


async def test_who_has_no_right_leaves_nothing(house: House, bench: Bench, proxy: Proxy) -> None:
    await house.away(bench, proxy)
    with pytest.raises(Refused):
        await house.give(actor=BOB)
    (refused,) = house.seen(CommandRefused)
    assert refused.actor == BOB
    assert house.disk.writes == 0


@pytest.mark.parametrize("lost", ["row", "login", "row of the starter"])
async def test_right_that_ended_meanwhile_is_missing_at_delivery(
    house: House, bench: Bench, proxy: Proxy, lost: str
) -> None:
    await house.away(bench, proxy)
    number = await row_for_bob(house)
    actor: Actor = BOB
    if lost == "row of the starter":
        row = Row(
            made_by=ANN.id,
            users=Users(automations=frozenset({"automation.night"})),
            devices=Devices(serials=frozenset({SERIAL})),
            commands=Commands(names=frozenset({"turn_on"})),
        )
        await house.gateway.permissions.change(lambda state: add_row(state, ANN, row), ANN)
        actor = Automation(entity_id="automation.night", starter=BOB)
    one = await house.give(actor=actor)
    await house.restart()  # what is known of the actor is what was written down
    if lost == "login":
        house.gone.add(BOB.id)
    else:
        await house.gateway.permissions.change(lambda state: remove_row(state, ANN, number), ANN)
    device = await house.gateway.attach(SERIAL, HOST, proxy.port)
    house.postponed.watch(device)
    await proxy.start()
    assert await house.ended() == [(one.id, "refused")]
    reasons = {
        "row": Reason.NOT_OWNER,
        "login": Reason.UNKNOWN_ACTOR,
        "row of the starter": Reason.STARTER_NOT_PERMITTED,
    }
    assert [event.decision.reason for event in house.seen(CommandRefused)] == [reasons[lost]]
    assert bench.switched == []


async def test_use_is_spent_at_delivery_and_only_then(
    house: House, bench: Bench, proxy: Proxy
) -> None:
    await house.away(bench, proxy)
    number = await row_for_bob(house)

    def left() -> int | None:
        return house.gateway.permissions.state.rows[number].uses_left

    given = [await house.give(actor=BOB) for _ in range(3)]
    assert left() == 2
    await proxy.start()
    assert await house.ended(3) == [
        (given[0].id, "ok"),
        (given[1].id, "ok"),
        (given[2].id, "refused"),
    ]
    assert left() == 0
    assert bench.switched == [True, True]


async def test_when_it_cannot_be_told_who_it_is_the_answer_is_no(
    house: House, bench: Bench, proxy: Proxy
) -> None:
    await house.away(bench, proxy)
    one = await house.give()

    async def fail() -> None:
        raise RuntimeError("no users")

    house.before = fail
    await proxy.start()
    assert await house.ended() == [(one.id, "refused")]
    assert bench.switched == []


# --- its end -------------------------------------------------------------------------------------------
async def test_it_expires(
    house: House, bench: Bench, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.away(bench, proxy)
    short = await house.give(until=time.time() + 0.05)
    long = await house.give(on=False)
    assert await house.ended() == [(short.id, "expired")]
    assert house.waiting() == [long]
    await proxy.start()
    assert await house.ended(2) == [(short.id, "expired"), (long.id, "ok")]
    assert bench.switched == [False]
    # Nobody waits longer than is sensible for a timer: the clock is looked at from time to time.
    monkeypatch.setattr(module, "LOOK_S", 0.001)
    await house.leave(house.gateway.devices[SERIAL], proxy)
    await house.give(until=time.time() + 0.05)
    await house.ended(3)


async def test_it_is_cancelled_by_who_gave_it_and_by_the_owner_and_by_nobody_else(
    house: House, bench: Bench, proxy: Proxy
) -> None:
    await house.away(bench, proxy)
    await row_for_bob(house)
    bobs = [await house.give(actor=BOB) for _ in range(2)]
    anns = await house.give()
    postponed = house.postponed
    assert [one.id for _, one in postponed.visible(BOB)] == [one.id for one in bobs]
    assert len(postponed.visible(ANN)) == 3
    assert postponed.visible(Unknown()) == []
    stranger = User(id="eve")
    assert postponed.visible(stranger) == []
    for actor, one in ((BOB, anns), (stranger, anns), (stranger, bobs[0]), (System(), anns)):
        with pytest.raises(NotPostponed):
            await postponed.cancel(actor, one.id)
    with pytest.raises(NotPostponed):
        await postponed.cancel(ANN, "0" * 16)
    await postponed.cancel(BOB, bobs[0].id)
    await postponed.cancel(ANN, bobs[1].id)
    cancelled = house.seen(PostponedCancelled)
    assert [(one.id, one.actor, one.given_by) for one in cancelled] == [
        (bobs[0].id, BOB, "user:bob"),
        (bobs[1].id, ANN, "user:bob"),
    ]
    with pytest.raises(NotPostponed):
        await postponed.cancel(BOB, bobs[0].id)
    await proxy.start()
    await house.ended()
    assert bench.switched == [True]


async def test_cancelling_at_the_moment_of_delivery_is_one_or_the_other(
    house: House, bench: Bench, proxy: Proxy
) -> None:
    await house.away(bench, proxy)
    one, behind = await house.give(), await house.give(on=False)

    async def cancel() -> None:
        house.before = None
        await house.postponed.cancel(ANN, one.id)

    house.before = cancel
    await proxy.start()
    assert await house.ended() == [(behind.id, "ok")]
    assert bench.switched == [False]


async def test_device_that_is_given_up_is_waited_for_no_longer(house: House, bench: Bench) -> None:
    device = await house.claimed(bench)
    house.postponed.watch(device)
    await bench.stop()
    await until(device, lambda: not device.is_connected)
    one = await house.give()
    await house.gateway.permissions.forget_device(SERIAL)
    assert await house.ended() == [(one.id, "unknown_device")]


async def test_error_of_the_device_is_told_and_the_next_goes_on(
    house: House, bench: Bench, proxy: Proxy
) -> None:
    await house.away(bench, proxy)
    given = [
        await house.give(entity="stuck"),
        await house.give(entity="nothing"),
        await house.give(arguments={"x": "a" * 900}),
        await house.give(),
    ]
    await proxy.start()
    codes = ["command_failed", "refused_by_device", "refused_by_device", "ok"]
    assert await house.ended(4) == [(one.id, code) for one, code in zip(given, codes, strict=True)]
    assert bench.switched == [True]


async def test_command_that_never_has_an_effect_is_given_up(
    house: House, bench: Bench, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be what breaks the link each time; the one behind it goes on."""
    monkeypatch.setattr(module, "RETRY_S", 0.01)
    await house.away(bench, proxy)
    real = house.gateway.execute
    times = 0

    async def breaks(actor: Actor, serial: str, command: str, **kwargs: Any) -> CommandResult:
        nonlocal times
        if command == "turn_on":
            times += 1
            raise NotExecuted("link")
        return await real(actor, serial, command, **kwargs)

    monkeypatch.setattr(house.gateway, "execute", breaks)
    one, behind = await house.give(), await house.give(on=False)
    await proxy.start()
    assert await house.ended(2) == [(one.id, "not_executed"), (behind.id, "ok")]
    assert times == module.MAX_ATTEMPTS
    assert bench.switched == [False]


async def test_it_is_tried_again_over_the_same_link(
    house: House, bench: Bench, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RETRY_S", 0.01)
    await house.away(bench, proxy)
    real = house.gateway.execute
    refusals = 0

    async def busy(actor: Actor, *args: Any, **kwargs: Any) -> CommandResult:
        nonlocal refusals
        if actor == ANN and refusals < 2:
            refusals += 1
            raise NotExecuted("queue_full")
        return await real(actor, *args, **kwargs)

    monkeypatch.setattr(house.gateway, "execute", busy)
    one = await house.give()
    await proxy.start()
    assert await house.ended() == [(one.id, "ok")]
    assert refusals == 2


async def test_link_that_breaks_while_it_is_given_makes_it_wait(
    house: House, bench: Bench, proxy: Proxy
) -> None:
    device = await house.claimed(bench, proxy.port)
    house.postponed.watch(device)
    await bench.hush()
    await house.quiet(device, bench)
    proxy.arm("G")
    one = await house.give()
    assert isinstance(one, PostponedCommand)
    assert await house.ended() == [(one.id, "ok")]
    assert bench.switched == [True]
    # What may have happened is not tried again, nor kept.
    await house.quiet(device, bench)
    proxy.arm("GDGD")
    with pytest.raises(OutcomeUnknown):
        await house.give(on=False)
    assert house.waiting() == []


async def test_device_that_leaves_just_before_it_is_told_is_waited_for(
    house: House, bench: Bench, proxy: Proxy
) -> None:
    device = await house.away(bench, proxy)

    async def leave() -> None:
        house.before = None
        await house.leave(device, proxy)

    house.before = leave
    one = await house.give()
    await proxy.start()
    await soon(lambda: house.before is None and not house.postponed._runs)
    assert house.waiting() == [one]
    await proxy.start()
    assert await house.ended() == [(one.id, "ok")]
    assert bench.switched == [True]


async def test_stop_waits_for_what_is_being_written(
    house: House, bench: Bench, proxy: Proxy
) -> None:
    await house.away(bench, proxy)
    reached, held = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        reached.set()
        await held.wait()

    house.before = hold
    one = await house.give()
    await proxy.start()
    await reached.wait()
    stopping = asyncio.ensure_future(house.stop())
    await soon(lambda: not house.postponed._is_running)
    assert not stopping.done()
    held.set()
    await stopping
    assert bench.switched == []
    ((_, (kept,)),) = (await house.disk.load()).items()
    assert kept == one
    house.before = None
    await house.start()


async def test_of_two_who_cancel_at_once_one_is_told_it_is_gone(
    house: House, bench: Bench, proxy: Proxy
) -> None:
    await house.away(bench, proxy)
    one = await house.give()
    answers = await asyncio.gather(
        *(house.postponed.cancel(ANN, one.id) for _ in range(2)), return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [type(None), NotPostponed]
    assert len(house.seen(PostponedCancelled)) == 1


# --- what cannot wait ------------------------------------------------------------------------------------
async def test_what_cannot_wait_is_told_why(
    house: House, bench: Bench, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = await house.away(bench, proxy)
    now = time.time()
    for at in (now - 1, now + MAX_POSTPONED_S + 60, float("inf"), float("nan")):
        with pytest.raises(PostponedTime):
            await house.give(until=at)
    for arguments in ({"code": "1234"}, {"x": {"pin": 1}}):
        with pytest.raises(PostponedSecret):
            await house.give(arguments=arguments)
    with pytest.raises(InvalidCommand):
        await house.give(arguments={"x": "a" * postponed_intake.MAX_COMMAND})
    with pytest.raises(InvalidCommand):
        await house.give(arguments={"x": 1.5})
    for actor in (System(), Unknown()):
        with pytest.raises(PostponedForNobody):
            await house.give(actor=actor)
    await house.gateway.detach(SERIAL)
    with pytest.raises(UnknownDevice):
        await house.give()
    device = await house.gateway.attach(SERIAL, HOST, proxy.port)
    for problem, error in (
        (Problem.SUSPENDED, DeviceSuspended),
        (Problem.SUSPENDED_BY_POLICY, DeviceSuspendedByPolicy),
    ):
        device.problem = problem
        with pytest.raises(error):
            await house.give()
    device.problem = None
    assert house.disk.writes == 0
    for _ in range(MAX_POSTPONED):
        await house.give()
    with pytest.raises(PostponedFull):
        await house.give()
    await house.postponed.cancel(ANN, house.waiting()[0].id)
    monkeypatch.setattr(postponed_intake, "MAX_POSTPONED_IN_ALL", MAX_POSTPONED - 1)
    with pytest.raises(PostponedFull):
        await house.give()


async def test_what_is_not_on_the_disk_is_not_promised(
    house: House, bench: Bench, proxy: Proxy
) -> None:
    await house.away(bench, proxy)
    house.disk.full_at = 1
    with pytest.raises(OSError, match="disk full"):
        await house.give()
    house.disk.full_at = None
    assert house.waiting() == []
    assert not house.seen(CommandPostponed)
    await proxy.start()
    await until(house.gateway.devices[SERIAL], lambda: house.gateway.devices[SERIAL].is_connected)
    assert not [one for one in house.seen(CommandEnded) if one.code == "ok" and one.actor == ANN]


async def test_full_disk_is_looked_at_again_after_a_while_and_not_all_the_time(
    house: House, bench: Bench, proxy: Proxy
) -> None:
    await house.away(bench, proxy)
    one = await house.give(until=time.time() + 0.02)
    house.disk.writes, house.disk.full_at = 0, 1
    await soon(lambda: house.disk.writes == 1 and not house.postponed._runs)
    timer = house.postponed._look
    assert timer is not None
    assert timer.when() > asyncio.get_running_loop().time() + module.RETRY_S / 2
    timer.cancel()
    house.disk.full_at = None
    house.postponed._on_look()
    assert await house.ended() == [(one.id, "expired")]


async def test_caller_who_goes_away_leaves_all_of_it_or_nothing(
    house: House, bench: Bench, proxy: Proxy
) -> None:
    await house.away(bench, proxy)
    house.disk.held = asyncio.Event()
    giving = asyncio.ensure_future(house.give())
    await soon(lambda: house.disk.writes == 1)
    giving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await giving
    assert house.waiting() == []
    house.disk.held.set()
    await soon(lambda: bool(house.seen(CommandPostponed)))
    assert [one.id for one in house.waiting()] == [house.seen(CommandPostponed)[0].id]
    await proxy.start()
    await house.ended()
    assert bench.switched == [True]


# --- as it is kept ---------------------------------------------------------------------------------------
ACTORS: list[Actor] = [
    ANN,
    Integration(name="Cloud"),
    Automation(entity_id="automation.x"),
    Automation(entity_id="automation.x", starter=ANN),
    Automation(entity_id="automation.x", starter=Unknown()),
    Script(entity_id="script.x", starter=Integration(name="Cloud")),
]


@pytest.mark.parametrize("actor", ACTORS)
def test_actor_is_kept_with_who_set_it_off(actor: Actor) -> None:
    read = read_actor(json.loads(json.dumps(actor_dict(actor))))
    assert read == actor
    assert getattr(read, "starter", None) == getattr(actor, "starter", None)
    assert getattr(read, "name", None) == getattr(actor, "name", None)


@pytest.mark.parametrize(
    "stored",
    [
        None,
        [],
        {},
        {"kind": "unknown"},
        {"kind": "system", "id": "x", "name": ""},
        {"kind": "user", "id": 1, "name": ""},
        {"kind": "user", "id": "x"},
        {"kind": "automation", "id": "automation.x"},
        {"kind": "script", "id": "script.x", "starter": {"kind": "script", "id": "script.y"}},
        {"kind": "automation", "id": "automation.x", "starter": "ann"},
    ],
)
def test_other_content_is_no_actor(stored: object) -> None:
    with pytest.raises(ValueError, match="actor"):
        read_actor(stored)


def test_damaged_command_is_refused_field_by_field() -> None:
    one = PostponedCommand(
        id="00",
        actor=ANN,
        command="turn_on",
        entity=None,
        arguments={"a": [1, "b", {"c": True}]},
        asked_at=1.5,
        until=2,
        phase=Phase.UNSETTLED,
        attempts=1,
        session_id=bytes(16),
    )
    whole = json.loads(json.dumps(one.to_dict()))
    assert PostponedCommand.from_dict(whole) == one
    for name in whole:
        with pytest.raises(ValueError, match=r"\w"):
            PostponedCommand.from_dict({**whole, name: [None]})
        with pytest.raises(ValueError, match="postponed"):
            PostponedCommand.from_dict({key: whole[key] for key in whole if key != name})
    for odd in ({**whole, "phase": "ended"}, {**whole, "session_id": "xyz"}):
        with pytest.raises(ValueError, match=r"\w"):
            PostponedCommand.from_dict(odd)
    wrong: list[object] = [None, {}, [whole] * (MAX_POSTPONED + 1)]
    for content in wrong:
        with pytest.raises(ValueError, match="postponed"):
            read_postponements(content)
