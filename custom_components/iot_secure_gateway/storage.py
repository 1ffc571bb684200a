"""Stores of the gateway on top of Home Assistant's: private, atomic, versioned.

Each store is one small file in `.storage`. The gateway decides when to save (session caches within a
second of a change, keys and owners at once); a save returns when the file is on the disk, or raises.
While Home Assistant is stopping its own store puts writes off to the last moment of the stop; a stop
that is cut short then counts as unclean, which costs a resynchronisation and nothing else.
"""

from collections.abc import Callable, Mapping, Sequence
import secrets
from typing import Any, Final, override

from homeassistant.core import CoreState, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store

from .const import DOMAIN
from .gateway.deployment_records import DeviceDeployments
from .gateway.disclosure import Disclosures
from .gateway.handovers import Offer, Takeover
from .gateway.json_object import JsonObject
from .gateway.monitoring_store import MonitoringRecord
from .gateway.record_store import MakerRecord, StoredRecords
from .gateway.stores import KEY_SIZE, Binding, GatewayStores, StoredStates
from .policy.state import PolicyState

STORAGE_VERSION: Final = 1
# Per store name; 1 where none is given.
STORAGE_MINOR_VERSIONS: Final[Mapping[str, int]] = {"bindings": 3}
GATEWAY_ID_SIZE: Final = 16  # bytes

type Migration = Callable[[dict[str, Any]], dict[str, Any]]


def _bindings_of_one_key(content: dict[str, Any]) -> dict[str, Any]:
    """Bindings had one key, no guests and no lasting suspension."""
    added: dict[str, Any] = {
        "next_key": None,
        "is_suspended": False,
        "is_guest": False,
        "guests": [],
        "addresses": [],
    }
    return _with(content, added)


def _bindings_of_unknown_age(content: dict[str, Any]) -> dict[str, Any]:
    """Bindings told neither the mode of sessions nor since when the key is used."""
    return _with(content, {"mode": None, "key_since": None})


def _with(content: dict[str, Any], added: dict[str, Any]) -> dict[str, Any]:
    """Add fields to each record. Raises for a damaged one: what is migrated is written at once."""
    for record in content["records"].values():
        if len(bytes.fromhex(record["key"])) != KEY_SIZE:
            raise ValueError("not a key")
    return {
        "records": {serial: {**record, **added} for serial, record in content["records"].items()}
    }


# What turns content of version (major, minor) into content of the next one, per store name.
MIGRATIONS: Final[Mapping[str, Mapping[tuple[int, int], Migration]]] = {
    "bindings": {(1, 1): _bindings_of_one_key, (1, 2): _bindings_of_unknown_age}
}


class StorageError(HomeAssistantError):
    """A store could not be written, or holds what cannot be read."""

    def __init__(self, name: str) -> None:
        super().__init__(
            translation_domain=DOMAIN,
            translation_key="storage_failed",
            translation_placeholders={"store": name},
        )
        self.store = name


class NewerStore(StorageError):
    """A store was written by a later version of this integration, which knew more of it."""


class IncompleteStores(StorageError):
    """A store is gone without which the others mean nothing: half a backup was restored."""


class PrivateStore(Store[dict[str, Any]]):
    """One file, readable by Home Assistant's user only, replaced as a whole or not at all."""

    def __init__(self, hass: HomeAssistant, name: str, *, is_large: bool = False) -> None:
        """A large one is turned into JSON in a thread: nothing may change its content meanwhile."""
        super().__init__(
            hass,
            STORAGE_VERSION,
            f"{DOMAIN}.{name}",
            private=True,
            atomic_writes=True,
            minor_version=STORAGE_MINOR_VERSIONS.get(name, 1),
            serialize_in_event_loop=not is_large,
        )
        self.name = name
        self._was_written = False

    async def async_save_durably(self, content: dict[str, Any]) -> None:
        """Write now. Raises StorageError when that fails; Home Assistant's store only logs it.

        While Home Assistant stops its store puts writes off, but links and commands go on for a moment.
        """
        self._was_written = False
        await self.async_save(content)
        if not self._was_written and self.hass.state is CoreState.stopping:
            await self._async_handle_write_data()  # type: ignore[no-untyped-call]
        if not self._was_written:
            raise StorageError(self.name)

    @override
    async def _async_write_data(self, data: dict[str, Any]) -> None:
        await super()._async_write_data(data)
        self._was_written = True

    @override
    async def _async_migrate_func(
        self, old_major_version: int, old_minor_version: int, old_data: dict[str, Any]
    ) -> dict[str, Any]:
        """Take the content up step by step; a step that does not exist is an error, never a guess.

        So is a later version: what it says beyond ours would be lost with the next save.
        """
        if (old_major_version, old_minor_version) > (self.version, self.minor_version):
            raise NewerStore(self.name)
        steps = MIGRATIONS.get(self.name, {})
        version = (old_major_version, old_minor_version)
        content = old_data
        while version < (self.version, self.minor_version):
            if version not in steps:
                raise StorageError(self.name)
            try:
                content = steps[version](content)
            except (AttributeError, KeyError, TypeError, ValueError) as err:
                raise StorageError(self.name) from err
            version = next(
                (later for later in sorted(steps) if later > version),
                (self.version, self.minor_version),
            )
        return content


class MappingStore[T]:
    """A store of records by serial, behind the ports of `gateway/stores.py`."""

    def __init__(
        self,
        store: PrivateStore,
        encode: Callable[[T], object],
        decode: Callable[[Any], T],
    ) -> None:
        self._store = store
        self._encode = encode
        self._decode = decode

    async def load(self) -> dict[str, T]:
        """Return all records by serial. Raises StorageError for content that is none of ours."""
        content = await self._store.async_load()
        if content is None:
            return {}
        try:
            return {serial: self._decode(record) for serial, record in content["records"].items()}
        except (AttributeError, KeyError, TypeError, ValueError) as err:
            raise StorageError(self._store.name) from err

    async def save(self, content: Mapping[str, T]) -> None:
        """Replace all records, durably."""
        await self._store.async_save_durably(
            {"records": {serial: self._encode(record) for serial, record in content.items()}}
        )


class SessionStateStore:
    """Session caches and the mark of an orderly stop."""

    def __init__(self, store: PrivateStore) -> None:
        self._store = store

    async def load(self) -> StoredStates:
        """Return what was saved last; a store that was never written is clean and empty."""
        content = await self._store.async_load()
        if content is None:
            return StoredStates()
        try:
            return StoredStates(
                states={serial: _object(state) for serial, state in content["states"].items()},
                is_clean=content["is_clean"] is True,
            )
        except (AttributeError, KeyError, TypeError, ValueError) as err:
            raise StorageError(self._store.name) from err

    async def save(self, stored: StoredStates) -> None:
        """Replace everything, durably."""
        await self._store.async_save_durably(
            {"states": dict(stored.states), "is_clean": stored.is_clean}
        )


class PolicyStore:
    """Owners, authority and rows. Before there was any of the latter, owners had a store of their own."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._store = PrivateStore(hass, "permissions")
        self._former = PrivateStore(hass, "owners")
        self._history = PrivateStore(hass, "permission_history")

    async def load(self) -> PolicyState | None:
        """Return what was saved last. Raises StorageError for content that is none of ours."""
        store, content = self._store, await self._store.async_load()
        if content is None:
            store, content = self._former, await self._former.async_load()
            if content is None:
                return None
            content = {"owners": content.get("records")}
        try:
            return PolicyState.from_dict(content)
        except ValueError as err:
            raise StorageError(store.name) from err

    async def save(self, state: PolicyState) -> None:
        """Replace everything, durably."""
        await self._store.async_save_durably(state.to_dict())
        await self._former.async_remove()

    async def load_history(self) -> list[object]:
        """Return the changes that were saved last, unread. Raises StorageError for what is no list."""
        content = await self._history.async_load()
        if content is None:
            return []
        changes = content.get("changes")
        if not isinstance(changes, list):
            raise StorageError(self._history.name)
        return changes

    async def save_history(self, changes: Sequence[JsonObject]) -> None:
        """Replace the changes, durably."""
        await self._history.async_save_durably({"changes": list(changes)})


class HomeMonitoringStore:
    """The monitoring policy with what it did, and the memory of the monitoring."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._store = PrivateStore(hass, "monitoring")
        self._memory = PrivateStore(hass, "monitoring_memory")

    async def load(self) -> MonitoringRecord | None:
        """Return what was saved last. Raises StorageError for content that is none of ours."""
        content = await self._store.async_load()
        if content is None:
            return None
        try:
            return MonitoringRecord.from_dict(content)
        except ValueError as err:
            raise StorageError(self._store.name) from err

    async def save(self, record: MonitoringRecord) -> None:
        """Replace it, durably."""
        await self._store.async_save_durably(record.to_dict())

    async def load_memory(self) -> JsonObject | None:
        """Return the memory, unread."""
        return await self._memory.async_load()

    async def save_memory(self, memory: JsonObject) -> None:
        """Replace it, durably."""
        await self._memory.async_save_durably(memory)


class MakerRecordStore:
    """Maker's records: up to 100,000, so all work on them is done in a thread."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        self._store = PrivateStore(hass, "records", is_large=True)

    async def load(self) -> StoredRecords:
        """Return what was saved last. Raises StorageError for content that is none of ours."""
        content = await self._store.async_load()
        if content is None:
            return StoredRecords()
        try:
            return await self._hass.async_add_executor_job(_records, content)
        except (AttributeError, KeyError, TypeError, ValueError) as err:
            raise StorageError(self._store.name) from err

    async def save(self, stored: StoredRecords) -> None:
        """Replace everything, durably."""
        content = await self._hass.async_add_executor_job(_stored_records, stored)
        await self._store.async_save_durably(content)


def _records(content: dict[str, Any]) -> StoredRecords:
    return StoredRecords(
        records={
            serial: MakerRecord.from_dict(_object(record))
            for serial, record in content["records"].items()
        },
        refuses_unlisted=content["refuses_unlisted"] is not False,
    )


def _stored_records(stored: StoredRecords) -> dict[str, Any]:
    return {
        "records": {serial: record.to_dict() for serial, record in stored.records.items()},
        "refuses_unlisted": stored.refuses_unlisted,
    }


def _object(stored: Any) -> JsonObject:
    if not isinstance(stored, dict):
        raise ValueError("not an object")
    return stored


def _text(stored: Any) -> str:
    if not isinstance(stored, str):
        raise ValueError("not a text")
    return stored


def home_assistant_stores(hass: HomeAssistant) -> GatewayStores:
    """Return the stores of the gateway of this Home Assistant."""
    return GatewayStores(
        bindings=MappingStore(
            PrivateStore(hass, "bindings"),
            Binding.to_dict,
            lambda stored: Binding.from_dict(_object(stored)),
        ),
        states=SessionStateStore(PrivateStore(hass, "states")),
        permissions=PolicyStore(hass),
        offers=MappingStore(
            PrivateStore(hass, "offers"),
            Offer.to_dict,
            lambda stored: Offer.from_dict(_object(stored)),
        ),
        takeovers=MappingStore(
            PrivateStore(hass, "takeovers"),
            Takeover.to_dict,
            lambda stored: Takeover.from_dict(_object(stored)),
        ),
        descriptions=MappingStore(PrivateStore(hass, "descriptions"), dict, _object),
        deployments=MappingStore(
            PrivateStore(hass, "deployments"),
            DeviceDeployments.to_dict,
            lambda stored: DeviceDeployments.from_dict(_object(stored)),
        ),
        disclosures=MappingStore(
            PrivateStore(hass, "disclosures"),
            Disclosures.to_dict,
            lambda stored: Disclosures.from_dict(_object(stored)),
        ),
        journals=MappingStore(PrivateStore(hass, "journals"), dict, _object),
        records=MakerRecordStore(hass),
        monitoring=HomeMonitoringStore(hass),
    )


async def async_gateway_id(hass: HomeAssistant) -> bytes:
    """Return the id of this gateway (16 bytes), made once and kept for good."""
    store = PrivateStore(hass, "identity")
    content = await store.async_load()
    if content is None:
        if (bindings := await PrivateStore(hass, "bindings").async_load()) and bindings["records"]:
            raise IncompleteStores(store.name)  # another id would make strangers of all devices
        gateway_id = secrets.token_bytes(GATEWAY_ID_SIZE)
        await store.async_save_durably({"gateway_id": gateway_id.hex()})
        return gateway_id
    try:
        gateway_id = bytes.fromhex(_text(content["gateway_id"]))
    except (KeyError, TypeError, ValueError) as err:
        raise StorageError(store.name) from err
    if len(gateway_id) != GATEWAY_ID_SIZE:
        raise StorageError(store.name)
    return gateway_id
