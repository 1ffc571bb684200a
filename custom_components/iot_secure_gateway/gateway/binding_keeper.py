"""Changes of bindings: a new key in two steps, guests, addresses, suspension. Each is durable before it is used.

    key --rotated--> key and next_key, the new one tried first --first link with it--> the new key

Cut anywhere, one of the keys that are kept here is one that the device knows.
"""

from collections.abc import Callable
from dataclasses import replace
import time

from ..protocol import wire
from .registry import Register
from .stores import Binding

MAX_ALLOWED = wire.MAX_ADDRESSES - 1  # one more may be this host's own
GUEST_SLOTS = range(1, wire.PRS_SLOTS)


class BindingKeeper:
    """The bindings of all devices, as links and owners change them."""

    def __init__(
        self, bindings: Register[Binding], unix_time: Callable[[], float] = time.time
    ) -> None:
        """Work on `bindings`."""
        self._bindings = bindings
        self._unix_time = unix_time

    def keys(self, serial: str) -> tuple[bytes, ...]:
        """Return the keys that the device may know, to be tried in this order."""
        binding = self._bindings.records.get(serial)
        return () if binding is None else binding.keys

    def is_guest(self, serial: str) -> bool:
        """Tell whether the device's owner is at another gateway, for which this one stands in."""
        binding = self._bindings.records.get(serial)
        return binding is not None and binding.is_guest

    def guests(self, serial: str) -> tuple[int, ...]:
        """Return the slots that are set aside for other gateways."""
        binding = self._bindings.records.get(serial)
        return () if binding is None else binding.guests

    def addresses(self, serial: str) -> tuple[str, ...]:
        """Return the addresses from which this gateway comes, besides its own, as the owner said."""
        binding = self._bindings.records.get(serial)
        return () if binding is None else binding.addresses

    async def allow_address(self, serial: str, address: str) -> None:
        """Note an address of this gateway; of too many the oldest is forgotten."""

        def allow(binding: Binding) -> Binding:
            others = [known for known in binding.addresses if known != address]
            kept = (*others, address)[-MAX_ALLOWED:]
            return replace(binding, addresses=kept)

        await self._bindings.change(serial, allow)

    async def add_key(self, serial: str, key: bytes) -> None:
        """Keep a new key beside the old one."""
        await self._bindings.change(serial, lambda binding: replace(binding, next_key=key))

    async def key_used(self, serial: str, key: bytes) -> bool:
        """Forget the old key when the device has linked with the new one: it has forgotten it too."""
        is_new = False

        def settle(binding: Binding) -> Binding:
            nonlocal is_new
            is_new = binding.next_key == key
            if not is_new:
                return binding
            return replace(binding, key=key, next_key=None, key_since=int(self._unix_time()))

        await self._bindings.change(serial, settle)
        return is_new

    async def suspend(self, serial: str) -> None:
        """Note that a copy is suspected: only a new claim makes the device usable again."""
        await self._bindings.change(serial, lambda binding: replace(binding, is_suspended=True))

    async def add_guest(self, serial: str) -> int | None:
        """Set a slot aside for another gateway and return it; None when there is none left."""
        taken: int | None = None

        def add(binding: Binding) -> Binding:
            nonlocal taken
            taken = next((slot for slot in GUEST_SLOTS if slot not in binding.guests), None)
            if taken is None:
                return binding
            return replace(binding, guests=(*binding.guests, taken))

        await self._bindings.change(serial, add)
        return taken

    async def remove_guest(self, serial: str, slot: int) -> None:
        """Note that a slot is free again."""

        def remove(binding: Binding) -> Binding:
            return replace(binding, guests=tuple(kept for kept in binding.guests if kept != slot))

        await self._bindings.change(serial, remove)
