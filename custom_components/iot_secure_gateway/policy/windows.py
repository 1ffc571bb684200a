"""Counting findings in a window of time, and holding back what was told a moment ago. Bounded."""

from collections import OrderedDict, deque
from collections.abc import Hashable

from .threats import Treatment

MAX_KEYS = 2048  # counted apart; the one counted longest ago is forgotten first
_MAX_TIMES = 1000  # as many as a threshold can be


class Windows:
    """Times of findings by what they are about. Times are seconds of a clock that only goes forward."""

    def __init__(self, max_keys: int = MAX_KEYS) -> None:
        """Nothing was found yet."""
        self._max_keys = max_keys
        self._found: OrderedDict[Hashable, _Found] = OrderedDict()

    def __len__(self) -> int:
        return len(self._found)

    def count(self, key: Hashable, treatment: Treatment, now: float, more: int = 1) -> int:
        """Count findings; return how many there are within the window, these included."""
        found = self._found.get(key)
        if found is None:
            while len(self._found) >= self._max_keys:
                self._found.popitem(last=False)
            found = self._found[key] = _Found()
        self._found.move_to_end(key)
        wanted = max(treatment.threshold, treatment.raise_at)
        found.times.extend([now] * min(more, wanted))
        while len(found.times) > wanted or found.times[0] <= now - treatment.window_s:
            found.times.popleft()
        found.untold += more
        return len(found.times)

    def tell(self, key: Hashable, treatment: Treatment, rank: int, now: float) -> int:
        """Return how many findings there were since this was told last; 0 while it cools down.

        A graver one (`rank` is higher) is told at once.
        """
        found = self._found[key]
        if now < found.told_at + treatment.cooldown_s and rank <= found.told_rank:
            return 0
        untold, found.untold = found.untold, 0
        found.told_at, found.told_rank = now, rank
        return untold

    def forget(self, key: Hashable) -> None:
        """What was found about this counts no more: it is told anew."""
        self._found.pop(key, None)


class _Found:
    __slots__ = ("times", "told_at", "told_rank", "untold")

    def __init__(self) -> None:
        self.times: deque[float] = deque(maxlen=_MAX_TIMES)
        self.told_at = float("-inf")
        self.told_rank = -1
        self.untold = 0
