"""Changes of deployment settings in flash: all or none, and on trial what could keep the owner out.

New values are put beside the present ones, declared whole in one write, then taken over, after a
power cut by the next start. Loaded only for a change, and at a start that finds one half done.
"""

from .deployment import ADDRESSES, MARK, STAGED, TRIAL
from isg_protocol import commands, wire
from isg_protocol.device_memory import unpack_binding
from isg_protocol.errors import RecordError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .deployment import Deployment

_OWNER = b"B\x00"  # the key of the owner's binding in flash
_LANES = ("persistence", "data_persistence")  # in the order of the lanes


class Changes:
    """Writes for a `Deployment`. All methods raise OSError when flash fails."""

    def __init__(self, deployment: "Deployment") -> None:
        self._deployment = deployment
        self._store = deployment.store

    def change(self, told: "dict[str, Any]", before: "dict[str, Any]") -> "tuple[int, bytes]":
        """Set values as they go onto the wire; `before` says what to go back to, if it is risky."""
        self._keep_lanes(told)
        for key in before:
            if self._store.get(TRIAL + key.encode()) is None:  # else it was good before
                self._store.put(TRIAL + key.encode(), commands.encode(before[key]))
        if before:
            self._store.put(TRIAL, b"")
        self._set(told)
        return wire.STATUS_OK, commands.encode({"settings": told})

    def recover(self) -> None:
        """Settle what a power cut left, and what the end of a binding leaves."""
        if self._store.get(_OWNER) is None:  # addresses on trial were those of an owner who is gone
            for mark in (STAGED, TRIAL):
                self._store.delete(mark + ADDRESSES.encode())
        self._end_change()
        if TRIAL not in self._deployment.stored(TRIAL):
            self._drop(TRIAL)  # of a trial that was over, or had not begun

    def take_back(self) -> None:
        """Put back what was replaced when the trial began."""
        before = {
            key[1:].decode(): commands.decode(self._store.get(key))
            for key in self._deployment.stored(TRIAL)
            if key != TRIAL
        }
        self._keep_lanes(before)
        self._set(before)

    def _set(self, told: "dict[str, Any]") -> None:
        if len(told) == 1 and ADDRESSES not in told:
            for key in told:
                self._store.put(MARK + key.encode(), commands.encode(told[key]))
            return
        for key in told:
            self._store.put(STAGED + key.encode(), commands.encode(told[key]))
        self._store.put(STAGED, b"")
        self._end_change()

    def _end_change(self) -> None:
        """Carry out a change that is whole in flash, drop one that is not."""
        staged = self._deployment.stored(STAGED)
        if STAGED in staged:
            for key in staged:
                if key[1:] == ADDRESSES.encode():
                    self._keep_addresses(self._store.get(key))
                elif key != STAGED:
                    self._store.put(MARK + key[1:], self._store.get(key))
            self._store.delete(STAGED)
        self._drop(STAGED)

    def _keep_addresses(self, data: bytes) -> None:
        """Put addresses into the owner's binding, at a start before anything else has read it."""
        from .own_lists import Addresses

        memory = self._deployment.memory
        try:
            found = Addresses().parse(commands.decode(data))
            if memory is None:
                binding = unpack_binding(0, self._store.get(_OWNER) or b"")
            else:
                binding = memory.bindings[0]
        except (ValueError, RecordError, KeyError):  # damage: what the binding has stays
            return
        binding.addresses = found
        self._store.put(_OWNER, binding.pack())

    def _keep_lanes(self, told: "dict[str, Any]") -> None:
        """Before a lane is kept always: write what flash does not know of it yet.

        Else a power cut would set it back farther than its gateway forgives in such a lane. Sessions
        so far have no outcomes in flash, so from now on their ends are not known.
        """
        memory = self._deployment.memory
        for lane, name in enumerate(_LANES):
            if memory is not None and memory.checkpoints[lane] and told.get(name) == "always":
                for binding in memory.bindings.values():
                    memory.resynced(binding, lane)

    def _drop(self, mark: bytes) -> None:
        for key in self._deployment.stored(mark):
            self._store.delete(key)
