"""Records that are kept, and the registers that hold them."""

import asyncio
from collections.abc import Mapping

import pytest

from custom_components.iot_secure_gateway.gateway.handovers import Offer
from custom_components.iot_secure_gateway.gateway.registry import Register, Registry
from custom_components.iot_secure_gateway.gateway.stores import Binding, MemoryStore, memory_stores

KEY = bytes(range(32))


def test_binding_keeps_its_key_out_of_every_text() -> None:
    binding = Binding(key=KEY, claimed_by="ann", is_confirmed=True)
    for text in (repr(binding), str(binding), f"{binding}"):
        assert KEY.hex() not in text
        assert "\\x01" not in text
        assert "ann" not in text


def test_binding_survives_its_store() -> None:
    binding = Binding(key=KEY, claimed_by="ann", is_confirmed=False)
    assert Binding.from_dict(binding.to_dict()) == binding


@pytest.mark.parametrize(
    "change",
    [{"key": "00"}, {"key": "zz" * 32}, {"key": None}, {"claimed_by": 5}, {"is_confirmed": "yes"}],
)
def test_damaged_binding_is_refused(change: dict[str, object]) -> None:
    stored = Binding(key=KEY, claimed_by="ann", is_confirmed=True).to_dict()
    with pytest.raises(ValueError):
        Binding.from_dict({**stored, **change})


class FailingStore(MemoryStore[str]):
    failing = False

    async def save(self, content: Mapping[str, str]) -> None:
        await asyncio.sleep(0)
        if self.failing:
            raise OSError("disk full")
        await super().save(content)


async def test_change_counts_only_once_it_is_durable() -> None:
    store = FailingStore({"A": "ann"})
    register = Register(store)
    await register.load()
    records = register.records
    await register.put("B", "bob")
    assert records == store.content == {"A": "ann", "B": "bob"}
    store.failing = True
    for change in ("cid", None):
        with pytest.raises(OSError, match="disk full"):
            await register.put("A", change)
    assert records == {"A": "ann", "B": "bob"}
    store.failing = False
    await register.put("A", None)
    await register.put("A", None)
    assert records == store.content == {"B": "bob"}


async def test_changes_at_once_are_all_kept() -> None:
    store = FailingStore()
    register = Register(store)
    await asyncio.gather(*(register.put(str(index), "ann") for index in range(10)))
    assert len(store.content) == len(register.records) == 10


async def test_forgotten_device_leaves_nothing() -> None:
    stores = memory_stores()
    registry = Registry(stores)
    await registry.load()
    await registry.bindings.put("A", Binding(key=KEY, claimed_by="ann", is_confirmed=True))
    await registry.offers.put("A", Offer(from_id="ann", to_id="bob", until=0))
    await registry.descriptions.put("A", {})
    await registry.forget("A")
    for store in (stores.bindings, stores.offers, stores.descriptions):
        assert await store.load() == {}
