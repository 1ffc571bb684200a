"""The history of the permission table: bounded, kept before the change, and never in the way of one."""

from dataclasses import replace

import pytest

from custom_components.iot_secure_gateway.gateway import permission_history
from custom_components.iot_secure_gateway.gateway.errors import ChangeRefused
from custom_components.iot_secure_gateway.gateway.permission_history import undo
from custom_components.iot_secure_gateway.gateway.permissions import Permissions
from custom_components.iot_secure_gateway.gateway.stores import MemoryPermissionStore
from custom_components.iot_secure_gateway.policy.actors import User
from custom_components.iot_secure_gateway.policy.columns import Commands, Devices, Users
from custom_components.iot_secure_gateway.policy.row_changes import add_row, remove_row, spend
from custom_components.iot_secure_gateway.policy.rows import Row
from custom_components.iot_secure_gateway.policy.state import PolicyState

ANN = User(id="ann")
ROW = Row(
    made_by="ann",
    users=Users(everyone=True),
    devices=Devices(all_of_maker=True),
    commands=Commands(names=frozenset({"turn_on"})),
    uses_left=3,
)


class FailingStore(MemoryPermissionStore):
    """Fails when it is told to."""

    fails = False

    async def save(self, state: PolicyState) -> None:
        if self.fails:
            raise OSError
        await super().save(state)


async def permissions_of(store: MemoryPermissionStore) -> Permissions:
    permissions = Permissions(store, unix_time=lambda: 0.0, emit=lambda event: None)
    await permissions.load()
    return permissions


@pytest.fixture
def store() -> FailingStore:
    return FailingStore(PolicyState(owners={"S1": "ann"}))


async def add(permissions: Permissions) -> None:
    await permissions.change(lambda state: add_row(state, ANN, ROW), ANN)


async def test_changes_outlive_a_restart_and_are_bounded(
    store: FailingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(permission_history, "MAX_CHANGES", 3)
    permissions = await permissions_of(store)
    for _ in range(5):
        await add(permissions)
    again = await permissions_of(store)
    assert again.history.changes == permissions.history.changes
    assert [change.number for change in again.history.changes] == [3, 4, 5]
    monkeypatch.setattr(permission_history, "MAX_DIFFERENCES", 1)
    await add(permissions)
    assert [change.number for change in permissions.history.changes] == [6]


async def test_counting_uses_is_no_change(store: FailingStore) -> None:
    permissions = await permissions_of(store)
    await add(permissions)
    await permissions.change(lambda state: spend(state, 1), is_use=True)
    assert len(permissions.history.changes) == 1
    assert permissions.state.rows[1].uses_left == 2


async def test_change_that_cannot_be_saved_is_not_in_the_history(store: FailingStore) -> None:
    permissions = await permissions_of(store)
    await add(permissions)
    store.fails = True
    with pytest.raises(OSError):
        await add(permissions)
    assert len(permissions.history.changes) == 1
    # The store has it: a stop now is a crash between the two writes.
    assert len(store.history) == 2
    store.fails = False
    assert len((await permissions_of(store)).history.changes) == 1


async def test_what_the_gateway_changes_by_itself_has_no_name(store: FailingStore) -> None:
    permissions = await permissions_of(store)
    row = replace(ROW, devices=Devices(serials=frozenset({"S1"})))
    await permissions.change(lambda state: add_row(state, ANN, row), ANN)
    await permissions.forget_device("S1")
    assert [change.by for change in permissions.history.changes] == ["ann", ""]


async def test_what_was_removed_comes_back_for_its_maker_only(store: FailingStore) -> None:
    permissions = await permissions_of(store)
    await add(permissions)
    before = permissions.state
    await permissions.change(lambda state: remove_row(state, ANN, 1), ANN)
    removal = permissions.history.find(2)
    with pytest.raises(ChangeRefused, match="not_yours"):
        await permissions.change(lambda state: undo(state, User(id="bob"), removal), User(id="bob"))
    await permissions.change(lambda state: undo(state, ANN, removal), ANN)
    assert permissions.state.rows == before.rows
    first = permissions.history.find(1)
    await permissions.change(lambda state: undo(state, ANN, first), ANN)
    assert permissions.state.rows == {}
    with pytest.raises(ChangeRefused, match="changed_since"):
        await permissions.change(lambda state: undo(state, ANN, first), ANN)


async def test_somebody_who_does_not_stand_above_cannot_undo_an_addition(
    store: FailingStore,
) -> None:
    permissions = await permissions_of(store)
    await add(permissions)
    bob = User(id="bob")
    with pytest.raises(ChangeRefused, match="not_yours"):
        await permissions.change(lambda state: undo(state, bob, permissions.history.find(1)), bob)
    assert 1 in permissions.state.rows


@pytest.mark.parametrize(
    "stored",
    [
        7,
        {"number": 0, "at": "2026-01-01T00:00:00+00:00", "by": "", "differences": []},
        {"number": 1, "at": "today", "by": "", "differences": []},
        {"number": 1, "at": "2026-01-01T00:00:00+00:00", "by": 7, "differences": []},
        {"number": 1, "at": "2026-01-01T00:00:00+00:00", "by": "", "differences": {}},
        {"number": 1, "at": "2026-01-01T00:00:00+00:00", "by": "", "differences": [{"kind": "owners"}]},
        {
            "number": 1,
            "at": "2026-01-01T00:00:00+00:00",
            "by": "",
            "differences": [{"kind": "rows", "id": "2", "before": ROW.to_dict() | {"number": 1}, "after": None}],
        },
    ],
)  # fmt: skip
async def test_damaged_history_is_given_up_and_the_table_is_not(
    store: FailingStore, stored: object, caplog: pytest.LogCaptureFixture
) -> None:
    await store.save_history([stored])  # type: ignore[list-item]
    permissions = await permissions_of(store)
    assert permissions.history.changes == ()
    assert permissions.state.owners == {"S1": "ann"}
    assert "cannot be shown" in caplog.text
