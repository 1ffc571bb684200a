"""What the gateway keeps across restarts, as ports; the host system brings the real stores.

Every `save` returns only when the data is durable, and is atomic: after a crash there is the old
content or the new, never a part. The gateway keeps its own copy in memory and calls a store from one
place at a time. `MemoryStore` and its kin are complete and forget everything at exit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Protocol, override

from ..policy.state import PolicyState
from ..protocol import wire
from .deployment_records import DeviceDeployments
from .disclosure import Disclosures
from .handovers import Offer, Takeover
from .json_object import JsonObject
from .monitoring_store import MemoryMonitoringStore, MonitoringStore
from .record_store import MemoryRecordStore, RecordStore

KEY_SIZE = 32  # bytes
_MAX_TIME = 2**40  # s


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """The long-term pairing with one device. The key is a secret: never logged, never shown."""

    key: bytes  # 32 bytes
    claimed_by: str  # id of the user who made the claim
    is_confirmed: bool  # a link with it came up and its owner is recorded
    next_key: bytes | None = None  # agreed on by a rotation; no link has used it yet
    is_suspended: bool = False  # a copy is suspected; only a new claim ends that
    is_guest: bool = False  # invited by the owner of another gateway, to stand in for it
    guests: tuple[int, ...] = ()  # slots given to other gateways by invitation
    addresses: tuple[str, ...] = ()  # from which this gateway comes, as its owner said
    mode: int | None = None  # of its sessions, for when the caches are lost; None: not known
    key_since: int | None = None  # unix time, s, of the last new key; None: not known

    @override
    def __repr__(self) -> str:
        return f"Binding(key=<secret>, is_confirmed={self.is_confirmed})"

    @property
    def keys(self) -> tuple[bytes, ...]:
        """The keys that the device may know, the newest first."""
        return (self.key,) if self.next_key is None else (self.next_key, self.key)

    def to_dict(self) -> JsonObject:
        """Return it for a private store."""
        return {
            "key": self.key.hex(),
            "next_key": None if self.next_key is None else self.next_key.hex(),
            "claimed_by": self.claimed_by,
            "is_confirmed": self.is_confirmed,
            "is_suspended": self.is_suspended,
            "is_guest": self.is_guest,
            "guests": list(self.guests),
            "addresses": list(self.addresses),
            "mode": self.mode,
            "key_since": self.key_since,
        }

    @staticmethod
    def from_dict(stored: Mapping[str, object]) -> Binding:
        """Return what `to_dict` gave. Raises ValueError for anything else."""
        claimed_by, guests, addresses = (
            stored.get(name) for name in ("claimed_by", "guests", "addresses")
        )
        is_confirmed, is_suspended, is_guest = (
            stored.get(name) for name in ("is_confirmed", "is_suspended", "is_guest")
        )
        if not (
            isinstance(claimed_by, str)
            and isinstance(is_confirmed, bool)
            and isinstance(is_suspended, bool)
            and isinstance(is_guest, bool)
            and isinstance(guests, list)
            and all(type(slot) is int for slot in guests)
            and isinstance(addresses, list)
        ):
            raise ValueError("not a binding")
        next_key = stored.get("next_key")
        return Binding(
            key=_key(stored.get("key")),
            claimed_by=claimed_by,
            is_confirmed=is_confirmed,
            next_key=None if next_key is None else _key(next_key),
            is_suspended=is_suspended,
            is_guest=is_guest,
            guests=tuple(guests),
            addresses=tuple(str(ip_address(address)) for address in addresses),
            mode=_number(stored.get("mode"), wire.MODE_DSID),
            key_since=_number(stored.get("key_since"), _MAX_TIME),
        )


def _number(stored: object, highest: int) -> int | None:
    if stored is None or (type(stored) is int and 0 <= stored <= highest):
        return stored
    raise ValueError("not a number of a binding")


def _key(stored: object) -> bytes:
    if not isinstance(stored, str):
        raise ValueError("not a key")
    key = bytes.fromhex(stored)
    if len(key) != KEY_SIZE:
        raise ValueError("binding key of wrong size")
    return key


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredStates:
    """Session caches of all devices, and whether the last run ended in order."""

    states: Mapping[str, JsonObject] = field(
        default_factory=dict
    )  # serial -> GatewayState.to_dict()
    is_clean: bool = True  # False: sessions may be missing from `states`


class BindingStore(Protocol):
    """Binding keys: private, in a store of their own, in no diagnostics."""

    async def load(self) -> dict[str, Binding]:
        """Return all bindings by serial."""

    async def save(self, bindings: Mapping[str, Binding]) -> None:
        """Replace all bindings, durably."""


class StateStore(Protocol):
    """Session caches: private; written within a second of each change, so keep it small."""

    async def load(self) -> StoredStates:
        """Return what was saved last; a store that was never written is clean and empty."""

    async def save(self, stored: StoredStates) -> None:
        """Replace everything, durably."""


class PermissionStore(Protocol):
    """Owners, authority and rows, which change together."""

    async def load(self) -> PolicyState | None:
        """Return what was saved last, None when nothing ever was."""

    async def save(self, state: PolicyState) -> None:
        """Replace everything, durably."""

    async def load_history(self) -> list[object]:
        """Return the changes that were saved last, in JSON form, unread."""

    async def save_history(self, changes: Sequence[JsonObject]) -> None:
        """Replace the changes, durably."""


class OfferStore(Protocol):
    """Devices that are offered to somebody."""

    async def load(self) -> dict[str, Offer]:
        """Return offers by serial."""

    async def save(self, offers: Mapping[str, Offer]) -> None:
        """Replace everything, durably."""


class TakeoverStore(Protocol):
    """Devices that an administrator asks for."""

    async def load(self) -> dict[str, Takeover]:
        """Return what was asked for by serial."""

    async def save(self, takeovers: Mapping[str, Takeover]) -> None:
        """Replace everything, durably."""


class DescriptionStore(Protocol):
    """What devices said they are, so that they can be shown before they are reached again."""

    async def load(self) -> dict[str, JsonObject]:
        """Return descriptions by serial."""

    async def save(self, descriptions: Mapping[str, JsonObject]) -> None:
        """Replace everything, durably."""


class DeploymentStore(Protocol):
    """Named sets of settings of each device, and which is to be in force."""

    async def load(self) -> dict[str, DeviceDeployments]:
        """Return deployments by serial."""

    async def save(self, deployments: Mapping[str, DeviceDeployments]) -> None:
        """Replace everything, durably."""


class DisclosureStore(Protocol):
    """What becomes of the values of each device, where that is not the usual."""

    async def load(self) -> dict[str, Disclosures]:
        """Return choices by serial."""

    async def save(self, disclosures: Mapping[str, Disclosures]) -> None:
        """Replace everything, durably."""


class JournalStore(Protocol):
    """The last events of each device, and the number of the last one: what comes again is dropped."""

    async def load(self) -> dict[str, JsonObject]:
        """Return journals by serial."""

    async def save(self, journals: Mapping[str, JsonObject]) -> None:
        """Replace everything, durably."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayStores:
    """All stores of one gateway."""

    bindings: BindingStore
    states: StateStore
    permissions: PermissionStore
    offers: OfferStore
    takeovers: TakeoverStore
    descriptions: DescriptionStore
    deployments: DeploymentStore
    disclosures: DisclosureStore
    journals: JournalStore
    records: RecordStore
    monitoring: MonitoringStore


class MemoryStore[T]:
    """A store of objects by serial, in memory; conforms to all ports but `StateStore`."""

    def __init__(self, content: Mapping[str, T] | None = None) -> None:
        self.content: dict[str, T] = dict(content or {})

    async def load(self) -> dict[str, T]:
        """Return a copy of the content."""
        return dict(self.content)

    async def save(self, content: Mapping[str, T]) -> None:
        """Replace the content."""
        self.content = dict(content)


class MemoryStateStore:
    """Session caches in memory."""

    def __init__(self) -> None:
        self.stored = StoredStates()

    async def load(self) -> StoredStates:
        """Return what was saved last."""
        return self.stored

    async def save(self, stored: StoredStates) -> None:
        """Replace everything."""
        self.stored = StoredStates(states=dict(stored.states), is_clean=stored.is_clean)


class MemoryPermissionStore:
    """Permissions in memory."""

    def __init__(self, state: PolicyState | None = None) -> None:
        self.state = state
        self.history: list[JsonObject] = []

    async def load(self) -> PolicyState | None:
        """Return what was saved last."""
        return self.state

    async def save(self, state: PolicyState) -> None:
        """Replace everything."""
        self.state = state

    async def load_history(self) -> list[object]:
        """Return what was saved last."""
        return list(self.history)

    async def save_history(self, changes: Sequence[JsonObject]) -> None:
        """Replace the changes."""
        self.history = list(changes)


def memory_stores() -> GatewayStores:
    """Return empty stores in memory."""
    return GatewayStores(
        bindings=MemoryStore[Binding](),
        states=MemoryStateStore(),
        permissions=MemoryPermissionStore(),
        offers=MemoryStore[Offer](),
        takeovers=MemoryStore[Takeover](),
        descriptions=MemoryStore[JsonObject](),
        deployments=MemoryStore[DeviceDeployments](),
        disclosures=MemoryStore[Disclosures](),
        journals=MemoryStore[JsonObject](),
        records=MemoryRecordStore(),
        monitoring=MemoryMonitoringStore(),
    )
