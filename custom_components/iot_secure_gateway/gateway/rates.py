"""Token buckets: how much of something unauthenticated is looked at, per source and in all."""

from collections import OrderedDict
from collections.abc import Hashable

MAX_SOURCES = 512  # sources that are told apart; the one heard longest ago is forgotten first


class Bucket:
    """Allows `rate` a second on average and `burst` at once."""

    __slots__ = ("_burst", "_rate", "_tokens", "_updated_at")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        """Start full."""
        self._rate = rate
        self._burst = burst
        self._tokens = burst
        self._updated_at = now

    def take(self, now: float, tokens: float = 1.0) -> bool:
        """Take one token, or so many; False when there are not as many."""
        self._tokens = min(self._burst, self._tokens + (now - self._updated_at) * self._rate)
        self._updated_at = now
        if self._tokens < tokens:
            return False
        self._tokens -= tokens
        return True


class SourceBuckets:
    """A bucket per source, and a bounded number of them."""

    def __init__(self, rate: float, burst: float, max_sources: int = MAX_SOURCES) -> None:
        """Give each source `rate` a second and `burst` at once."""
        self._rate = rate
        self._burst = burst
        self._max_sources = max_sources
        self._buckets: OrderedDict[Hashable, Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, source: Hashable, now: float) -> bool:
        """Take one token of `source`; False when it has none."""
        bucket = self._buckets.get(source)
        if bucket is None:
            if len(self._buckets) >= self._max_sources:
                self._buckets.popitem(last=False)
            bucket = self._buckets[source] = Bucket(self._rate, self._burst, now)
        else:
            self._buckets.move_to_end(source)
        return bucket.take(now)
