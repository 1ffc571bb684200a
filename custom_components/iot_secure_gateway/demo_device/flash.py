"""The flash of a demo device: the store port of the protocol, in memory until the host keeps it."""

from collections.abc import Mapping
from typing import override


class Flash:
    """Small values under small keys. `is_changed` until `content` was taken to be kept.

    A value counts as durable when the host has kept it: the device says and does nothing before.
    """

    lost = False  # the host replaces the whole content or none of it

    def __init__(self, content: Mapping[str, str]) -> None:
        """Take what `content` gave. Raises ValueError for anything else."""
        self._values = {bytes.fromhex(key): bytes.fromhex(content[key]) for key in content}
        self.is_changed = False

    @override
    def __repr__(self) -> str:
        return f"<Flash of {len(self._values)} keys>"

    def content(self) -> dict[str, str]:
        """Return everything as hexadecimal texts, to be kept now."""
        self.is_changed = False
        return {key.hex(): value.hex() for key, value in self._values.items()}

    def get(self, key: bytes) -> bytes | None:
        """Return the value, or None."""
        return self._values.get(key)

    def put(self, key: bytes, value: bytes) -> None:
        """Take a value."""
        self._values[key] = bytes(value)
        self.is_changed = True

    def delete(self, key: bytes) -> None:
        """Forget a key; nothing happens when it is not there."""
        if self._values.pop(key, None) is not None:
            self.is_changed = True

    def keys(self) -> list[bytes]:
        """Return the keys that are held."""
        return list(self._values)
