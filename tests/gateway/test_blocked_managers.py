"""Whoever has a part of the authority over a device and is blocked there does not free themselves (FIG 15)."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from .kit import ANN, BOB, SERIAL, Bench
from .watched import Watched
from custom_components.iot_secure_gateway.policy import changes
from custom_components.iot_secure_gateway.policy.actors import User
from custom_components.iot_secure_gateway.policy.authority import Appointment, Role
from custom_components.iot_secure_gateway.policy.columns import Commands, Devices, Users
from custom_components.iot_secure_gateway.policy.commands import CommandGroup
from custom_components.iot_secure_gateway.policy.decision import Reason
from custom_components.iot_secure_gateway.policy.responding import DEFAULT_CONDUCT
from custom_components.iot_secure_gateway.policy.row_changes import add_row
from custom_components.iot_secure_gateway.policy.rows import Row

CID = User(id="cid", name="Cid")


@pytest.fixture
async def rig(socket_enabled: None) -> AsyncIterator[Watched]:
    rig = Watched()
    await rig.start()
    yield rig
    await rig.stop()


def manager(link: str, of: User, giver: User, parent: str | None = None) -> Appointment:
    """Make an appointment that may appoint others in turn."""
    return Appointment(
        id=link,
        user_id=of.id,
        role=Role.MANAGER,
        given_by=giver.id,
        parent=parent,
        devices=frozenset({SERIAL}),
        commands=frozenset({CommandGroup.CONTROL}),
        may_appoint=True,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(("maker", "link"), [(BOB, "of-ann"), (CID, "of-bob")])
async def test_no_row_of_the_blocked_frees_them_nor_of_whom_they_appointed(
    rig: Watched, bench: Bench, maker: User, link: str
) -> None:
    await rig.claimed(bench)
    change = rig.gateway.permissions.change
    bobs, cids = manager("of-ann", BOB, ANN), manager("of-bob", CID, BOB, "of-ann")
    await change(lambda state: changes.appoint(state, ANN, bobs), ANN)
    await change(lambda state: changes.appoint(state, BOB, cids), BOB)
    assert rig.gateway.safeguards.block_user(BOB.id, SERIAL, rig.now, DEFAULT_CONDUCT, "0")
    row = Row(
        made_by=maker.id,
        by=link,
        users=Users(users=frozenset({BOB.id})),
        devices=Devices(serials=frozenset({SERIAL})),
        commands=Commands(names=frozenset({"turn_on"})),
    )
    await change(lambda state: add_row(state, maker, row), maker)
    assert await rig.refused(BOB) is Reason.BLOCKED
    await rig.allow(BOB.id)  # a row of the owner's does
    await rig.gateway.execute(BOB, SERIAL, "turn_on", entity="relay")
