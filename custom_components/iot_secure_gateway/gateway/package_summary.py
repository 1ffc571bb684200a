"""How many packages a device sent in an hour, told at once: a line of the record for each would push out all others."""

from typing import Final

from .events import PackagesReceived

SUMMARY_S: Final = 3600.0


class PackageSummary:
    """Counts the packages of one device. `now` is of a clock that only goes forward."""

    def __init__(self, serial: str) -> None:
        self._serial = serial
        self._since = 0.0
        self._taken = 0
        self._refused = 0
        self._first = self._last = b""

    def count(self, session_id: bytes, now: float, *, is_taken: bool) -> PackagesReceived | None:
        """Count one; return what came before when that is an hour's worth."""
        told = self.close() if self._last and now - self._since >= SUMMARY_S else None
        if not self._last:
            self._since, self._first = now, session_id
        self._last = session_id
        if is_taken:
            self._taken += 1
        else:
            self._refused += 1
        return told

    def close(self) -> PackagesReceived | None:
        """Return what was counted, if anything was, and begin anew."""
        if not self._last:
            return None
        told = PackagesReceived(
            serial=self._serial,
            taken=self._taken,
            refused=self._refused,
            first=self._first.hex(),
            last=self._last.hex(),
        )
        self._taken = self._refused = 0
        self._first = self._last = b""
        return told
