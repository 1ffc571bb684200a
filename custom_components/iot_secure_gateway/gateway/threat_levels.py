"""How grave it is now, for each device and for all: the gravest threat of the last while."""

from typing import Final

from ..policy.threats import LEVELS, Level

FALLS_AFTER_S: Final = 3600  # without another threat as grave
MAX_SERIALS: Final = 10_000
ALL: Final = ""  # for what concerns no device, and for all together


class ThreatLevels:
    """Levels by serial. Times are Unix times."""

    def __init__(self) -> None:
        """All is quiet."""
        self._until: dict[str, dict[Level, float]] = {}
        self.now: dict[str, Level] = {}  # what is not in it is VERY_LOW

    def note(self, serial: str, level: Level, at: float) -> None:
        """There was a threat."""
        if level is Level.VERY_LOW:
            return
        for each in {serial, ALL}:
            if each in self._until or len(self._until) < MAX_SERIALS:
                of_serial = self._until.setdefault(each, {})
                of_serial[level] = max(of_serial.get(level, 0.0), at + FALLS_AFTER_S)

    def changes(self, at: float, held: frozenset[str]) -> list[tuple[str, Level]]:
        """Return which levels are others than at the last call. `held`: devices that stay HIGH."""
        new: dict[str, Level] = {}
        for serial, of_serial in list(self._until.items()):
            kept = {
                level: min(until, at + FALLS_AFTER_S)  # the clock may have been set back
                for level, until in of_serial.items()
                if at < until
            }
            if kept:
                self._until[serial] = kept
                new[serial] = max(kept, key=LEVELS.index)
            else:
                del self._until[serial]
        for serial in held:
            new[serial] = new[ALL] = Level.HIGH
        changed = [
            (serial, new.get(serial, Level.VERY_LOW))
            for serial in sorted(new.keys() | self.now.keys())
            if new.get(serial) != self.now.get(serial)
        ]
        self.now = new
        return changed

    def forget(self, serial: str) -> None:
        """The device is none of this gateway's any more."""
        self._until.pop(serial, None)
