"""A store port of DeviceCore without flash: for benchmarks and tests, never for a real device."""


class MemoryStore:
    """Keeps what a journal would keep; forgets it with the process."""

    def __init__(self) -> None:
        self._values: "dict[bytes, bytes]" = {}
        self.lost = False

    def __repr__(self) -> str:
        return "<MemoryStore of {} keys>".format(len(self._values))

    def get(self, key: bytes) -> "bytes | None":
        """Return the value last put, or None."""
        return self._values.get(key)

    def put(self, key: bytes, value: bytes) -> None:
        """Keep `value` under `key`."""
        self._values[key] = bytes(value)

    def delete(self, key: bytes) -> None:
        """Forget `key`."""
        self._values.pop(key, None)

    def keys(self) -> "list[bytes]":
        """Return all keys."""
        return list(self._values)

    def forget_damage(self) -> None:
        """Nothing can be damaged here."""

    def compact(self) -> None:
        """Nothing deleted is kept here."""
