"""Bindings, descriptions and offers: in memory for deciding, written through to their stores."""

import asyncio
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

from .deployment_records import DeviceDeployments
from .disclosure import Disclosures
from .handovers import Offer, Takeover
from .json_object import JsonObject
from .stores import Binding, GatewayStores
from .turns import Turns


class _Store[T](Protocol):
    async def load(self) -> dict[str, T]: ...

    async def save(self, content: Mapping[str, T], /) -> None: ...


class Register[T]:
    """Records by serial. Reading is immediate; a change counts once it is durable."""

    def __init__(self, store: _Store[T]) -> None:
        """Be empty until `load`."""
        self._store = store
        self._records: dict[str, T] = {}
        self._saving = asyncio.Lock()
        self.records: Mapping[str, T] = MappingProxyType(self._records)

    async def load(self) -> None:
        """Read the store."""
        loaded = await self._store.load()
        self._records.clear()
        self._records.update(loaded)

    async def put(self, serial: str, record: T | None) -> None:
        """Set a record or, with None, remove it. Raises what the store raises, with nothing changed."""
        async with self._saving:
            await self._put(serial, record)

    async def put_all(self, records: Mapping[str, T]) -> None:
        """Set several records, all or none. Raises as `put`."""
        async with self._saving:
            await self._save({**self._records, **records})

    async def change(self, serial: str, change: Callable[[T], T]) -> None:
        """Replace a record, if there is one, by what `change` makes of it. Raises as `put`."""
        async with self._saving:
            record = self._records.get(serial)
            if record is not None and (changed := change(record)) != record:
                await self._put(serial, changed)

    async def _put(self, serial: str, record: T | None) -> None:
        changed = dict(self._records)
        if record is None:
            if changed.pop(serial, None) is None:
                return
        else:
            changed[serial] = record
        await self._save(changed)

    async def _save(self, changed: dict[str, T]) -> None:
        await self._store.save(changed)
        self._records.clear()
        self._records.update(changed)


class Registry:
    """All registers of one gateway."""

    def __init__(self, stores: GatewayStores) -> None:
        """Be empty until `load`."""
        self.turns = Turns()  # for changes that take more than one record
        self.bindings: Register[Binding] = Register(stores.bindings)
        self.offers: Register[Offer] = Register(stores.offers)
        self.takeovers: Register[Takeover] = Register(stores.takeovers)
        self.descriptions: Register[JsonObject] = Register(stores.descriptions)
        self.deployments: Register[DeviceDeployments] = Register(stores.deployments)
        self.disclosures: Register[Disclosures] = Register(stores.disclosures)
        self.journals: Register[JsonObject] = Register(stores.journals)

    async def load(self) -> None:
        """Read all stores."""
        await self.bindings.load()
        await self.offers.load()
        await self.takeovers.load()
        await self.descriptions.load()
        await self.deployments.load()
        await self.disclosures.load()
        await self.journals.load()

    def still_has(self, serial: str, binding: Binding | None) -> bool:
        """Tell whether a device is bound as it was: not claimed anew since."""
        now = self.bindings.records.get(serial)
        if now is None or binding is None:
            return now is binding
        return not set(now.keys).isdisjoint(binding.keys)

    async def forget(self, serial: str) -> None:
        """Remove everything about a device; the key last, so that a crash leaves nothing without one."""
        await self.descriptions.put(serial, None)
        await self.disclosures.put(serial, None)
        await self.journals.put(serial, None)
        await self.offers.put(serial, None)
        await self.takeovers.put(serial, None)
        await self.bindings.put(serial, None)
