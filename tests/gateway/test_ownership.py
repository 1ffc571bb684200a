"""How a device changes hands after its claim: by two people who agree, or aloud by an administrator."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from .kit import ANN, BOB, GATEWAY_ID, SERIAL, Bench, Rig
from custom_components.iot_secure_gateway.gateway.errors import (
    ChangeRefused,
    InvalidReceiver,
    NoOffer,
    NotAdministrator,
    Refused,
    TakeoverTooEarly,
    UnknownDevice,
)
from custom_components.iot_secure_gateway.gateway.events import (
    CommandRefused,
    OwnerChanged,
    PermissionsChanged,
    TakeoverAsked,
    TakeoverEnded,
    TransferEnded,
    TransferOffered,
)
from custom_components.iot_secure_gateway.gateway.gateway import Gateway
from custom_components.iot_secure_gateway.gateway.handovers import OBJECTION_S, OFFER_S, TAKEOVER_S
from custom_components.iot_secure_gateway.gateway.stores import Binding
from custom_components.iot_secure_gateway.policy import changes
from custom_components.iot_secure_gateway.policy.actors import Automation, User
from custom_components.iot_secure_gateway.policy.authority import Appointment, Role
from custom_components.iot_secure_gateway.policy.commands import CommandGroup
from custom_components.iot_secure_gateway.policy.decision import Reason

CID = User(id="cid", name="Cid")
ROOT = User(id="root", name="Root")  # an administrator of the host


class Clock:
    """Unix time that a test moves."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class TimedRig(Rig):
    """A gateway whose clock a test moves."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()

    async def start(self) -> None:
        self.gateway = Gateway(
            GATEWAY_ID, self.stores, settings=self.settings, unix_time=self.clock
        )
        self.gateway.add_listener(self.events.append)
        await self.gateway.start()


@pytest.fixture
async def timed(socket_enabled: None) -> AsyncIterator[TimedRig]:
    rig = TimedRig()
    binding = Binding(key=bytes(32), claimed_by=ANN.id, is_confirmed=True)
    await rig.stores.bindings.save({SERIAL: binding})
    await rig.start()
    await rig.gateway.permissions.set_owner(SERIAL, ANN.id)
    yield rig
    await rig.stop()


def appointment(user: User, by: User, parent: str | None = None, **changes: Any) -> Appointment:
    facts: dict[str, Any] = {
        "id": f"for-{user.id}",
        "user_id": user.id,
        "role": Role.OWNER,
        "given_by": by.id,
        "parent": parent,
        "devices": frozenset({SERIAL}),
        "commands": frozenset({CommandGroup.READ, CommandGroup.CONTROL}),
        "may_appoint": True,
        "created_at": datetime(2026, 1, 1, tzinfo=UTC),
        **changes,
    }
    return Appointment(**facts)


async def appoint(rig: Rig, actor: User, given: Appointment) -> None:
    await rig.gateway.permissions.change(
        lambda state: changes.appoint(state, actor, given), by=actor
    )


# --- transfer ----------------------------------------------------------------------------------------
async def test_device_that_is_given_and_accepted_obeys_its_new_owner_only(
    rig: Rig, bench: Bench
) -> None:
    await rig.claimed(bench)
    await rig.gateway.ownership.offer_transfer(SERIAL, ANN, BOB.id)
    assert rig.seen(TransferOffered) == [
        TransferOffered(serial=SERIAL, from_id=ANN.id, to_id=BOB.id)
    ]
    assert await rig.turn(True) == {"values": {"relay": True}}, "still hers until he accepts"
    with pytest.raises(Refused):
        await rig.turn(False, actor=BOB)
    await rig.gateway.ownership.accept_transfer(SERIAL, BOB)
    assert rig.seen(OwnerChanged) == [OwnerChanged(serial=SERIAL, from_id=ANN.id, to_id=BOB.id)]
    assert await rig.turn(False, actor=BOB) == {"values": {"relay": False}}
    with pytest.raises(Refused):
        await rig.turn(True)
    await rig.restart()
    assert rig.gateway.owners == {SERIAL: BOB.id}
    assert rig.gateway.ownership.offer(SERIAL) is None


async def test_all_that_hung_on_the_former_owner_ends_with_the_transfer(
    rig: Rig, bench: Bench
) -> None:
    await rig.claimed(bench)
    await appoint(rig, ANN, appointment(CID, ANN))
    await appoint(rig, CID, appointment(ROOT, CID, "for-cid", may_appoint=False))
    await rig.turn(True, actor=CID)
    await rig.turn(True, actor=ROOT)
    await rig.gateway.ownership.offer_transfer(SERIAL, ANN, BOB.id)
    await rig.gateway.ownership.accept_transfer(SERIAL, BOB)
    for former in (ANN, CID, ROOT):
        with pytest.raises(Refused):
            await rig.turn(True, actor=former)
    assert not rig.gateway.permissions.state.appointments


async def test_only_the_first_owner_gives_a_device_away(timed: TimedRig) -> None:
    ownership = timed.gateway.ownership
    await appoint(timed, ANN, appointment(CID, ANN, commands=frozenset(CommandGroup)))
    for other in (BOB, CID, Automation(entity_id="automation.give")):
        with pytest.raises(Refused):
            await ownership.offer_transfer(SERIAL, other, ROOT.id)
    assert len(timed.seen(CommandRefused)) == 3
    assert ownership.offer(SERIAL) is None


@pytest.mark.parametrize("receiver", ["", ANN.id])
async def test_device_is_given_to_another_person_only(timed: TimedRig, receiver: str) -> None:
    with pytest.raises(InvalidReceiver):
        await timed.gateway.ownership.offer_transfer(SERIAL, ANN, receiver)


async def test_only_the_receiver_accepts_and_only_in_time(timed: TimedRig) -> None:
    ownership = timed.gateway.ownership
    with pytest.raises(NoOffer):
        await ownership.accept_transfer(SERIAL, BOB)
    await ownership.offer_transfer(SERIAL, ANN, BOB.id)
    for other in (ANN, CID, Automation(entity_id="automation.take")):
        with pytest.raises(NoOffer):
            await ownership.accept_transfer(SERIAL, other)
    timed.clock.now += OFFER_S
    with pytest.raises(NoOffer):
        await ownership.accept_transfer(SERIAL, BOB)
    assert timed.gateway.owners == {SERIAL: ANN.id}


async def test_newer_offer_replaces_the_older(timed: TimedRig) -> None:
    ownership = timed.gateway.ownership
    await ownership.offer_transfer(SERIAL, ANN, BOB.id)
    await ownership.offer_transfer(SERIAL, ANN, CID.id)
    with pytest.raises(NoOffer):
        await ownership.accept_transfer(SERIAL, BOB)
    await ownership.accept_transfer(SERIAL, CID)
    assert timed.gateway.owners == {SERIAL: CID.id}


@pytest.mark.parametrize("who", [ANN, BOB])
async def test_offer_is_withdrawn_or_declined(timed: TimedRig, who: User) -> None:
    ownership = timed.gateway.ownership
    for nobody in (CID, Automation(entity_id="automation.x")):
        with pytest.raises(NoOffer):
            await ownership.end_transfer(SERIAL, nobody)
    await ownership.offer_transfer(SERIAL, ANN, BOB.id)
    for nobody in (CID, Automation(entity_id="automation.x")):
        with pytest.raises(NoOffer):
            await ownership.end_transfer(SERIAL, nobody)
    await ownership.end_transfer(SERIAL, who)
    assert [event.by_id for event in timed.seen(TransferEnded)] == [who.id]
    with pytest.raises(NoOffer):
        await ownership.accept_transfer(SERIAL, BOB)


async def test_offer_survives_a_restart_and_ends_with_its_receiver(timed: TimedRig) -> None:
    await timed.gateway.ownership.offer_transfer(SERIAL, ANN, BOB.id)
    await timed.restart()
    offer = timed.gateway.ownership.offer(SERIAL)
    assert offer is not None
    assert offer.to_id == BOB.id
    await timed.gateway.ownership.forget_user(BOB.id)
    assert timed.gateway.ownership.offer(SERIAL) is None
    assert timed.gateway.owners == {SERIAL: ANN.id}


async def test_offer_of_a_former_owner_counts_no_more(timed: TimedRig) -> None:
    """As after a crash between the change of owner and the end of the offer."""
    await timed.gateway.ownership.offer_transfer(SERIAL, ANN, BOB.id)
    await timed.gateway.permissions.set_owner(SERIAL, CID.id)
    with pytest.raises(NoOffer):
        await timed.gateway.ownership.accept_transfer(SERIAL, BOB)


# --- break-glass ---------------------------------------------------------------------------------------
async def test_administrator_takes_over_when_the_owner_does_not_object(timed: TimedRig) -> None:
    ownership = timed.gateway.ownership
    asked = await ownership.ask_takeover(SERIAL, ROOT, is_administrator=True, is_owner_gone=False)
    assert timed.seen(TakeoverAsked) == [
        TakeoverAsked(serial=SERIAL, owner_id=ANN.id, by_id=ROOT.id, due_at=asked.due_at)
    ]
    timed.clock.now += OBJECTION_S - 1
    with pytest.raises(TakeoverTooEarly) as early:
        await ownership.take_over(SERIAL, ROOT, is_administrator=True)
    assert early.value.placeholders == {"hours": "1"}
    await timed.restart()
    timed.clock.now += 1
    ownership = timed.gateway.ownership
    await ownership.take_over(SERIAL, ROOT, is_administrator=True)
    assert timed.gateway.owners == {SERIAL: ROOT.id}
    assert timed.seen(OwnerChanged)[-1].is_takeover


async def test_bound_device_without_an_owner_is_taken_over_at_once(timed: TimedRig) -> None:
    ownership = timed.gateway.ownership
    await timed.gateway.permissions.forget_device(SERIAL)
    assert timed.gateway.judge(ROOT, SERIAL, "turn_on").reason is Reason.NO_OWNER
    await ownership.ask_takeover(SERIAL, ROOT, is_administrator=True, is_owner_gone=False)
    await ownership.take_over(SERIAL, ROOT, is_administrator=True)
    assert timed.gateway.owners == {SERIAL: ROOT.id}


async def test_device_of_an_owner_who_is_no_active_user_is_taken_over_at_once(
    timed: TimedRig,
) -> None:
    ownership = timed.gateway.ownership
    await ownership.ask_takeover(SERIAL, ROOT, is_administrator=True, is_owner_gone=False)
    await ownership.ask_takeover(SERIAL, ROOT, is_administrator=True, is_owner_gone=True)
    await ownership.take_over(SERIAL, ROOT, is_administrator=True)
    assert timed.gateway.owners == {SERIAL: ROOT.id}


async def test_asking_again_does_not_put_off_nor_bring_forward(timed: TimedRig) -> None:
    ownership = timed.gateway.ownership
    first = await ownership.ask_takeover(SERIAL, ROOT, is_administrator=True, is_owner_gone=False)
    timed.clock.now += 100
    again = await ownership.ask_takeover(SERIAL, ROOT, is_administrator=True, is_owner_gone=False)
    assert again == first
    other = await ownership.ask_takeover(SERIAL, BOB, is_administrator=True, is_owner_gone=False)
    assert other.due_at == first.due_at + 100, "who asks anew waits anew"


async def test_device_of_a_deleted_owner_is_taken_over_at_once(timed: TimedRig) -> None:
    ownership = timed.gateway.ownership
    await ownership.forget_user(ANN.id)
    assert timed.gateway.owners == {SERIAL: ANN.id}, "nobody inherits silently"
    assert timed.gateway.judge(ROOT, SERIAL, "turn_on").reason is Reason.NOT_OWNER
    await ownership.ask_takeover(SERIAL, ROOT, is_administrator=True, is_owner_gone=True)
    await ownership.take_over(SERIAL, ROOT, is_administrator=True)
    assert timed.gateway.owners == {SERIAL: ROOT.id}


async def test_owner_objects(timed: TimedRig) -> None:
    ownership = timed.gateway.ownership
    with pytest.raises(NoOffer):
        await ownership.object_takeover(SERIAL, ANN)
    await ownership.ask_takeover(SERIAL, ROOT, is_administrator=True, is_owner_gone=False)
    with pytest.raises(Refused):
        await ownership.object_takeover(SERIAL, BOB)
    await ownership.object_takeover(SERIAL, ANN)
    assert timed.seen(TakeoverEnded) == [
        TakeoverEnded(serial=SERIAL, owner_id=ANN.id, by_id=ROOT.id)
    ]
    timed.clock.now += OBJECTION_S
    with pytest.raises(NoOffer):
        await ownership.take_over(SERIAL, ROOT, is_administrator=True)


async def test_who_asked_may_let_it_be(timed: TimedRig) -> None:
    ownership = timed.gateway.ownership
    await ownership.ask_takeover(SERIAL, ROOT, is_administrator=True, is_owner_gone=False)
    await ownership.object_takeover(SERIAL, ROOT)
    assert ownership.takeover(SERIAL) is None


async def test_what_waited_for_somebody_in_a_backup_has_ended(timed: TimedRig) -> None:
    """The owner may have objected since, or withdrawn the offer; their day would be over at once."""
    ownership = timed.gateway.ownership
    await ownership.ask_takeover(SERIAL, ROOT, is_administrator=True, is_owner_gone=False)
    await ownership.offer_transfer(SERIAL, ANN, BOB.id)
    await timed.stop()
    gateway = Gateway(GATEWAY_ID, timed.stores, settings=timed.settings, unix_time=timed.clock)
    await gateway.start(was_restored=True)
    await gateway.stop()
    timed.clock.now += OBJECTION_S
    await timed.start()
    ownership = timed.gateway.ownership
    with pytest.raises(NoOffer):
        await ownership.take_over(SERIAL, ROOT, is_administrator=True)
    with pytest.raises(NoOffer):
        await ownership.accept_transfer(SERIAL, BOB)
    assert timed.gateway.owners[SERIAL] == ANN.id


async def test_takeover_is_for_administrators_only(timed: TimedRig) -> None:
    ownership = timed.gateway.ownership
    for actor, is_administrator in ((BOB, False), (Automation(entity_id="automation.x"), True)):
        with pytest.raises(NotAdministrator):
            await ownership.ask_takeover(
                SERIAL, actor, is_administrator=is_administrator, is_owner_gone=True
            )
        with pytest.raises(NotAdministrator):
            await ownership.take_over(SERIAL, actor, is_administrator=is_administrator)
    with pytest.raises(NoOffer):
        await ownership.take_over(SERIAL, ROOT, is_administrator=True)
    for serial, actor in (("NOBODYS", ROOT), (SERIAL, ANN)):
        with pytest.raises(UnknownDevice):
            await ownership.ask_takeover(serial, actor, is_administrator=True, is_owner_gone=False)


async def test_what_was_asked_for_and_never_completed_lapses(timed: TimedRig) -> None:
    ownership = timed.gateway.ownership
    await ownership.ask_takeover(SERIAL, ROOT, is_administrator=True, is_owner_gone=False)
    timed.clock.now += OBJECTION_S + TAKEOVER_S
    with pytest.raises(NoOffer):
        await ownership.take_over(SERIAL, ROOT, is_administrator=True)


async def test_administrator_who_was_deleted_asks_for_nothing_any_more(timed: TimedRig) -> None:
    ownership = timed.gateway.ownership
    await ownership.ask_takeover(SERIAL, ROOT, is_administrator=True, is_owner_gone=False)
    await ownership.forget_user(BOB.id)
    assert ownership.takeover(SERIAL) is not None
    await ownership.forget_user(ROOT.id)
    assert ownership.takeover(SERIAL) is None


# --- changes of permissions --------------------------------------------------------------------------
async def test_nobody_grants_more_than_he_holds_and_nothing_changes_then(timed: TimedRig) -> None:
    permissions = timed.gateway.permissions
    await appoint(timed, ANN, appointment(CID, ANN))
    before = permissions.state
    with pytest.raises(ChangeRefused) as refused:
        await appoint(
            timed, CID, appointment(BOB, CID, "for-cid", commands=frozenset(CommandGroup))
        )
    assert refused.value.code.startswith("policy_")
    assert permissions.state is before
    assert [event.by for event in timed.seen(PermissionsChanged)] == [None, ANN]


async def test_change_that_cannot_be_written_does_not_count(
    timed: TimedRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(state: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(timed.stores.permissions, "save", failing)
    with pytest.raises(OSError, match="disk full"):
        await timed.gateway.permissions.set_owner(SERIAL, BOB.id)
    assert timed.gateway.owners == {SERIAL: ANN.id}
    assert timed.gateway.judge(ANN, SERIAL, "turn_on").allowed


async def test_change_of_nothing_is_neither_written_nor_told(timed: TimedRig) -> None:
    told = len(timed.events)
    await timed.gateway.permissions.set_owner(SERIAL, ANN.id)
    assert len(timed.events) == told
