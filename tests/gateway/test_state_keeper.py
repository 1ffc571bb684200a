"""Session caches reach their store in time, and an unclean stop is noticed."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from .kit import soon
from custom_components.iot_secure_gateway.gateway.state_keeper import StateKeeper
from custom_components.iot_secure_gateway.gateway.stores import MemoryStateStore, StoredStates
from custom_components.iot_secure_gateway.protocol import wire
from custom_components.iot_secure_gateway.protocol.caches import LaneCache
from custom_components.iot_secure_gateway.protocol.gateway_state import GatewayState


class SlowStore(MemoryStateStore):
    """A store that saves when it is let, and fails when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()
        self.saves = 0
        self.failing = False
        self.under_way = 0

    async def save(self, stored: StoredStates) -> None:
        self.under_way += 1
        assert self.under_way == 1, "one save at a time"
        try:
            await self.gate.wait()
            if self.failing:
                raise OSError("disk full")
            self.saves += 1
            await super().save(stored)
        finally:
            self.under_way -= 1


def fresh_state() -> GatewayState:
    lanes = [LaneCache(b"E" * 20, b"5" * 20), LaneCache(b"6" * 20, b"F" * 20)]
    return GatewayState(wire.MODE_DSID_GSID, lanes)


@pytest.fixture
def store() -> SlowStore:
    return SlowStore()


@pytest.fixture
def saved() -> list[str]:
    return []


@pytest.fixture
async def keeper(store: SlowStore, saved: list[str]) -> AsyncIterator[StateKeeper]:
    keeper = StateKeeper(store, 0.01, saved.append)
    await keeper.open()
    yield keeper
    store.failing = False
    store.gate.set()
    await keeper.close()


async def test_store_is_unclean_while_the_gateway_runs(
    store: SlowStore, keeper: StateKeeper
) -> None:
    assert not store.stored.is_clean
    await keeper.put("A", fresh_state())
    await keeper.close()
    assert store.stored.is_clean
    assert set(store.stored.states) == {"A"}


async def test_change_is_saved_soon_and_told(
    store: SlowStore, keeper: StateKeeper, saved: list[str]
) -> None:
    state = fresh_state()
    await keeper.put("A", state)
    saved.clear()
    state.epoch, state.unsaved = 7, 3
    keeper.changed("A")
    keeper.changed("A")
    saves = store.saves
    await soon(lambda: saved == ["A"])
    assert store.stored.states["A"]["epoch"] == 7
    assert (state.unsaved, store.saves) == (0, saves + 1)


async def test_sessions_during_a_save_still_count_as_unsaved(
    store: SlowStore, keeper: StateKeeper, saved: list[str]
) -> None:
    state = fresh_state()
    await keeper.put("A", state)
    saved.clear()
    state.unsaved = 5
    store.gate.clear()
    keeper.save_now("A")
    await soon(lambda: store.under_way == 1)
    state.unsaved += 2
    store.gate.set()
    await soon(lambda: saved == ["A"])
    assert state.unsaved == 2


async def test_change_during_a_save_is_saved_by_the_next(
    store: SlowStore, keeper: StateKeeper
) -> None:
    state = fresh_state()
    await keeper.put("A", state)
    for notice in (keeper.changed, keeper.save_now):
        store.gate.clear()
        keeper.save_now("A")
        await soon(lambda: store.under_way == 1)
        state.epoch += 1
        notice("A")
        store.gate.set()
        await soon(lambda: store.stored.states["A"]["epoch"] == state.epoch)


async def test_failed_save_is_tried_again_and_never_counts(
    store: SlowStore,
    keeper: StateKeeper,
    saved: list[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(
        "custom_components.iot_secure_gateway.gateway.state_keeper.SAVE_RETRY_S", 0.01
    )
    state = fresh_state()
    await keeper.put("A", state)
    saved.clear()
    state.unsaved = 4
    store.failing = True
    keeper.save_now("A")
    await soon(lambda: "could not be saved" in caplog.text)
    assert (state.unsaved, saved) == (4, [])
    with pytest.raises(OSError, match="disk full"):
        await keeper.flush()
    store.failing = False
    await soon(lambda: saved == ["A"])
    assert state.unsaved == 0


async def test_unclean_stop_marks_every_state_and_tells_what_is_unknown() -> None:
    store = MemoryStateStore()
    state = fresh_state()
    state.unresolved = [(bytes(16), 1)]
    store.stored = StoredStates(
        states={"A": state.to_dict(), "B": fresh_state().to_dict()}, is_clean=False
    )
    keeper = StateKeeper(store, 1, lambda serial: None)
    assert await keeper.open() == {"A": [bytes(16)]}
    for serial in "AB":
        opened = keeper.get(serial)
        assert opened is not None
        assert opened.may_have_lost == [True, True]
    assert store.stored.states["B"]["may_have_lost"] == [True, True], "durable before any link"
    await keeper.close()
    again = StateKeeper(store, 1, lambda serial: None)
    assert await again.open() == {}
    opened = again.get("A")
    assert opened is not None
    assert opened.may_have_lost == [True, True], "only a HELLO or RESYNC clears the mark"
    await again.close()


async def test_damaged_state_is_left_out_and_does_not_stop_the_gateway(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = MemoryStateStore()
    good = fresh_state().to_dict()
    store.stored = StoredStates(
        states={"A": {**good, "lanes": ["00"]}, "B": {}, "C": {**good, "mode": 9}, "D": good}
    )
    keeper = StateKeeper(store, 1, lambda serial: None)
    await keeper.open()
    assert [keeper.get(serial) is not None for serial in "ABCD"] == [False, False, False, True]
    assert caplog.text.count("is damaged") == 3
    await keeper.close()


async def test_removed_state_is_gone_from_the_store(store: SlowStore, keeper: StateKeeper) -> None:
    await keeper.put("A", fresh_state())
    await keeper.put("B", fresh_state())
    await keeper.put("A", None)
    assert keeper.get("A") is None
    assert set(store.stored.states) == {"B"}
