"""When will a denied command be allowed? Exact as far as times, expiry and sources are known."""

from collections.abc import Iterable
from datetime import datetime

from .entries import Entry
from .next_times import next_end, next_start

# Different times that are looked at for one refusal, and steps from one change to the next: beyond,
# no time is named rather than a wrong one, and a refusal stays cheap.
MAX_DIFFERENT = 32
MAX_STEPS = 64


class Waiting:
    """The rows that decide on one command of one actor, once it is only a matter of time."""

    def __init__(self, forbidding: Iterable[Entry], allowing: Iterable[Entry]) -> None:
        # Rows with the same times and expiry say the same.
        self._forbidding = {_when(entry): entry for entry in forbidding}
        self._allowing = {_when(entry): entry for entry in allowing}

    @property
    def is_too_much(self) -> bool:
        """Whether there is too much to look at."""
        return len(self._forbidding) + len(self._allowing) > MAX_DIFFERENT

    def from_(self, when: datetime) -> datetime | None:
        """Return the first moment from `when` on at which the command is allowed; None is unknown."""
        for _ in range(MAX_STEPS):
            holding = [entry for entry in self._forbidding.values() if _holds(entry, when)]
            if holding:
                ends = [_end(entry, when) for entry in holding]
                if None in ends:
                    return None
                when = max(end for end in ends if end is not None)
                continue
            starts = [_start(entry, when) for entry in self._allowing.values()]
            start = min((start for start in starts if start is not None), default=None)
            if start is None or start <= when:
                return start and when
            when = start
        return None


def next_allowed(parts: Iterable[Waiting], now: datetime) -> datetime | None:
    """Return when all of the parts allow together; None when that is never, or not known."""
    waiting = tuple(parts)
    if any(part.is_too_much for part in waiting):
        return None
    when = now
    for _ in range(MAX_STEPS):
        before = when
        for part in waiting:
            found = part.from_(when)
            if found is None:
                return None
            when = found
        if when == before:
            return when
    return None


def _when(entry: Entry) -> tuple[object, ...]:
    return entry.row.times, entry.row.expires_at, frozenset(entry.shifts)


def _holds(entry: Entry, when: datetime) -> bool:
    expires_at = entry.row.expires_at
    return (expires_at is None or when < expires_at) and entry.covers(when)


def _end(entry: Entry, when: datetime) -> datetime | None:
    """Return when a row that forbids now does so no more."""
    end = next_end(
        entry.row.times, entry.shifts, when, entry.facts.zone, entry.facts.sources, if_unknown=True
    )
    ends = [moment for moment in (end, entry.row.expires_at) if moment is not None]
    return min(ends, default=None)


def _start(entry: Entry, when: datetime) -> datetime | None:
    """Return when a row allows, from `when` on; None when it never does again."""
    start = next_start(entry.row.times, entry.shifts, when, entry.facts.zone, entry.facts.sources)
    expires_at = entry.row.expires_at
    return start if expires_at is None or start is None or start < expires_at else None
