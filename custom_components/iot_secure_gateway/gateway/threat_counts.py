"""How many threats there were, day by day, by device and level: what a chart of them is drawn from. Bounded.

The threats themselves are remembered for as long as there is room, which a flood makes short; these figures stay.
"""

from collections.abc import Callable
from datetime import date
from typing import Final

from ..policy.reading import whole_number
from ..policy.threats import LEVELS, Level
from .json_object import JsonObject

MAX_DAYS: Final = 30
MAX_SERIALS: Final = 1000  # of one day; of more devices nothing is counted
MAX_COUNT: Final = 2**31 - 1


class ThreatCounts:
    """Of one gateway; serial "" stands for what concerns no owned device."""

    def __init__(self) -> None:
        """There was none yet."""
        self._days: dict[str, dict[str, list[int]]] = {}  # by day and serial, one figure per level

    def note(self, day: date, serial: str, level: Level) -> None:
        """There was a threat."""
        of_day = self._days.setdefault(day.isoformat(), {})
        while len(self._days) > MAX_DAYS:
            del self._days[min(self._days)]
        if serial in of_day or len(of_day) < MAX_SERIALS:
            counts = of_day.setdefault(serial, [0] * len(LEVELS))
            counts[level.rank] = min(counts[level.rank] + 1, MAX_COUNT)

    def of(self, day: date, is_seen: Callable[[str], bool]) -> list[int]:
        """Return how many there were on a day, by level, of the serials that are seen."""
        seen = [
            each for serial, each in self._days.get(day.isoformat(), {}).items() if is_seen(serial)
        ]
        return [sum(counts) for counts in zip(*seen, strict=True)] if seen else [0] * len(LEVELS)

    def forget_device(self, serial: str) -> None:
        """A device is given up: what there was is not for its next owner."""
        for of_day in self._days.values():
            of_day.pop(serial, None)

    def to_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {day: dict(of_day) for day, of_day in self._days.items()}

    def restore(self, value: object) -> None:
        """Take up the JSON form. Raises ValueError."""
        if not isinstance(value, dict) or len(value) > MAX_DAYS:
            raise ValueError("counts: expected an object of days")
        self._days = {
            date.fromisoformat(str(day)).isoformat(): _read_day(of_day)
            for day, of_day in value.items()
        }


def _read_day(value: object) -> dict[str, list[int]]:
    if not isinstance(value, dict) or len(value) > MAX_SERIALS:
        raise ValueError("counts: expected an object of serials")
    found = {}
    for serial, counts in value.items():
        if not isinstance(counts, list) or len(counts) != len(LEVELS):
            raise ValueError("counts: expected a figure per level")
        found[str(serial)] = [whole_number(count, "count", 0, MAX_COUNT) for count in counts]
    return found
