"""When will a denied command be allowed? Exact as far as times, expiry and sources are known."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from .entries import Entry, When

# Different times that are looked at for one refusal, and steps from one change to the next: beyond,
# no time is named rather than a wrong one, and a refusal stays cheap.
MAX_DIFFERENT = 32
MAX_STEPS = 64

type Span = tuple[When, datetime | None, datetime | None]  # times, their begin, their end


class Waiting:
    """The rows that decide on one command of one actor, once it is only a matter of time."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        # Rows with the same times, begin and end say the same.
        self._forbidding: set[Span] = set()
        self._allowing: set[Span] = set()
        for entry in entries:
            spans = self._allowing if entry.is_allow else self._forbidding
            spans.add((entry.when, entry.row.starts_at, entry.row.expires_at))

    @property
    def is_too_much(self) -> bool:
        """Whether there is too much to look at."""
        return len(self._forbidding) + len(self._allowing) > MAX_DIFFERENT

    def from_(self, when: datetime) -> datetime | None:
        """Return the first moment from `when` on at which the command is allowed; None is unknown."""
        for _ in range(MAX_STEPS):
            holding = [span for span in self._forbidding if _holds(span, when)]
            if holding:
                ends = [_end(span, when) for span in holding]
                if None in ends:
                    return None
                when = max(end for end in ends if end is not None)
                continue
            starts = [_start(span, when) for span in self._allowing]
            start = min((start for start in starts if start is not None), default=None)
            if start is None:
                return None
            if start <= when:
                return when
            when = start
        return None


def next_allowed(parts: Sequence[Waiting | bool], now: datetime) -> datetime | None:
    """Return when all of the parts allow together; None when that is never, or not known.

    True is a part that allows at any time, False one that never does.
    """
    if False in parts:
        return None
    waiting = [part for part in parts if isinstance(part, Waiting)]
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


def _holds(span: Span, when: datetime) -> bool:
    times, starts_at, expires_at = span
    if starts_at is not None and when < starts_at:
        return False
    return (expires_at is None or when < expires_at) and times.covers(when)


def _end(span: Span, when: datetime) -> datetime | None:
    """Return when a row that forbids now does so no more."""
    times, _, expires_at = span
    ends = [moment for moment in (times.end(when), expires_at) if moment is not None]
    return min(ends, default=None)


def _start(span: Span, when: datetime) -> datetime | None:
    """Return when a row allows, from `when` on; None when it never does again."""
    times, starts_at, expires_at = span
    start = times.start(when if starts_at is None else max(when, starts_at))
    return start if expires_at is None or start is None or start < expires_at else None
