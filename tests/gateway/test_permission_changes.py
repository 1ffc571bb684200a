"""A change of permissions is made whole or not at all, whoever waits for it; a counted use costs no new table."""

import asyncio
from dataclasses import replace
from unittest.mock import patch

import pytest

from custom_components.iot_secure_gateway.gateway import permissions as permissions_module
from custom_components.iot_secure_gateway.gateway.events import GatewayEvent, PermissionsChanged
from custom_components.iot_secure_gateway.gateway.permissions import Permissions
from custom_components.iot_secure_gateway.gateway.stores import MemoryPermissionStore
from custom_components.iot_secure_gateway.policy.actors import User
from custom_components.iot_secure_gateway.policy.columns import Commands, Devices, Users
from custom_components.iot_secure_gateway.policy.decision import Reason
from custom_components.iot_secure_gateway.policy.row_changes import add_row, remove_row, spend
from custom_components.iot_secure_gateway.policy.rows import Row
from custom_components.iot_secure_gateway.policy.state import PolicyState

ANN, BOB = User(id="ann"), User(id="bob")
ONCE = Row(
    made_by=ANN.id,
    users=Users(users=frozenset({BOB.id})),
    devices=Devices(serials=frozenset({"LAMP-1"})),
    commands=Commands(names=frozenset({"turn_on"})),
    uses_left=1,
)


class SlowStore(MemoryPermissionStore):
    """Writes when it is let, as a disk does that is busy."""

    def __init__(self) -> None:
        super().__init__()
        self.is_writing = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()
        self.fault: Exception | None = None

    async def save(self, state: PolicyState) -> None:
        self.is_writing.set()
        await self.gate.wait()
        if self.fault is not None:
            raise self.fault
        await super().save(state)


class Kept:
    """Permissions on a slow store; Ann owns a lamp, and row 1 lets Bob turn it on once."""

    def __init__(self) -> None:
        self.store = SlowStore()
        self.events: list[GatewayEvent] = []
        self.permissions = Permissions(
            self.store, unix_time=lambda: 1_800_000_000.0, emit=self.events.append
        )

    async def cancelled(self, fault: Exception | None = None) -> None:
        """Begin to take the row away, and leave while it is being written."""
        self.store.gate.clear()
        self.store.is_writing.clear()
        self.store.fault = fault
        change = asyncio.create_task(
            self.permissions.change(lambda state: remove_row(state, ANN, 1), ANN)
        )
        await self.store.is_writing.wait()
        change.cancel()
        with pytest.raises(asyncio.CancelledError):
            await change
        self.store.gate.set()
        await self.permissions.settle()

    def bobs(self) -> Reason:
        return self.permissions.decide(BOB, "LAMP-1", "turn_on").reason


@pytest.fixture
async def kept() -> Kept:
    kept = Kept()
    await kept.permissions.set_owner("LAMP-1", ANN.id)
    await kept.permissions.change(lambda state: add_row(state, ANN, ONCE), ANN)
    kept.events.clear()
    return kept


async def test_change_goes_on_when_who_made_it_leaves(kept: Kept) -> None:
    await kept.cancelled()
    assert kept.store.state == kept.permissions.state
    assert kept.permissions.state.rows == {}
    assert kept.bobs() is Reason.NOT_OWNER
    assert kept.events == [PermissionsChanged(by=ANN)]
    assert kept.permissions.history.changes[-1].by == ANN.id


async def test_change_that_fails_when_nobody_waits_is_none_and_is_told_in_the_log(
    kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    before, changes = kept.permissions.state, kept.permissions.history.changes
    await kept.cancelled(OSError("disk full"))
    assert kept.permissions.state == kept.store.state == before
    assert kept.permissions.history.changes == changes
    assert kept.bobs() is Reason.ROW
    assert kept.events == []
    assert "disk full" in caplog.text
    kept.store.fault = None
    await kept.permissions.change(lambda state: remove_row(state, ANN, 1), ANN)
    assert kept.bobs() is Reason.NOT_OWNER


async def test_change_that_fails_is_told_once_to_who_waits(
    kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    kept.store.fault = OSError("disk full")
    with pytest.raises(OSError, match="disk full"):
        await kept.permissions.change(lambda state: remove_row(state, ANN, 1), ANN)
    assert caplog.text == ""
    assert kept.bobs() is Reason.ROW


async def test_use_that_is_counted_makes_no_table_anew(kept: Kept) -> None:
    with patch.object(permissions_module, "compile_table", side_effect=AssertionError):
        await kept.permissions.change(lambda state: spend(state, 1), is_use=True)
        assert kept.bobs() is Reason.USED_UP
        assert kept.permissions.table.state is kept.permissions.state
    assert kept.store.state == kept.permissions.state
    # What a person changes is made anew, also when only a number of uses is other than before.
    again = replace(kept.permissions.state.rows[1], uses_left=5)
    await kept.permissions.change(lambda state: replace(state, rows={1: again}))
    assert kept.bobs() is Reason.ROW
