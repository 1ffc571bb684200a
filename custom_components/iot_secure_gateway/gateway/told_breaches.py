"""What devices told of breaches before: each counts once, whatever link it is told over.

A device tells how many it found since it was started, anew over each link; and what was found on a live link,
by either end, it tells once more.
"""

from collections import OrderedDict
from typing import Final

from ..policy.reading import fields, whole_number
from .events import Breach
from .json_object import JsonObject

MAX_SERIALS: Final = 1000
MAX_CODES: Final = 64
_MAX: Final = 2**32


class ToldBreaches:
    """Counts by serial."""

    def __init__(self) -> None:
        """Nothing was told yet."""
        self._known: OrderedDict[str, _Counts] = OrderedDict()

    def new_ones(self, event: Breach) -> int:
        """Return for how many findings a breach stands that were not known before."""
        known = self._known.get(event.serial)
        if known is None:
            while len(self._known) >= MAX_SERIALS:
                self._known.popitem(last=False)
            known = self._known[event.serial] = _Counts()
        self._known.move_to_end(event.serial)
        key = f"{event.code}{'a' if event.is_authenticated else ''}"
        if not event.is_told:
            if event.is_authenticated:
                known.live[key] = min(known.live.get(key, 0) + 1, _MAX)
            return 1
        if event.boot != known.boot:
            known.boot = event.boot
            known.told.clear()
        before = known.told.get(key, 0)
        if event.total <= before:
            return 0
        known.told[key] = event.total
        expected = known.live.pop(key, 0)
        new = event.total - before
        if expected > new:
            known.live[key] = expected - new
        return max(0, new - expected)

    def to_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {
            serial: {"boot": counts.boot, "told": dict(counts.told), "live": dict(counts.live)}
            for serial, counts in self._known.items()
        }

    def restore(self, value: object) -> None:
        """Take up the JSON form. Raises ValueError."""
        if not isinstance(value, dict) or len(value) > MAX_SERIALS:
            raise ValueError("told: expected an object")
        found: OrderedDict[str, _Counts] = OrderedDict()
        for serial, each in value.items():
            given = fields(each, "told", ("boot", "told", "live"))
            counts = found[serial] = _Counts()
            counts.boot = whole_number(given.get("boot"), "boot", 0, _MAX)
            counts.told, counts.live = _counts(given.get("told")), _counts(given.get("live"))
        self._known = found


class _Counts:
    __slots__ = ("boot", "live", "told")

    def __init__(self) -> None:
        self.boot = 0
        self.told: dict[str, int] = {}  # in that boot, by code
        self.live: dict[str, int] = {}  # found on links, and not told yet


def _counts(value: object) -> dict[str, int]:
    if not isinstance(value, dict) or len(value) > MAX_CODES:
        raise ValueError("counts: expected an object")
    return {str(code): whole_number(count, "count", 0, _MAX) for code, count in value.items()}
