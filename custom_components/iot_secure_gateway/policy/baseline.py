"""What is usual for a device: hours of the week with commands, learned and slowly forgotten. Pure functions.

Nothing is said to be unusual during the first seven days. Within an hour a further command only adds to its
count: this is asked for each command.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final, Self

from .reading import fields, whole_number, within

LEARNING_S: Final = 7 * 86400
HOURS: Final = 168  # of a week
WEEK_S: Final = 7 * 86400
KEPT: Final = 0.7  # of what was usual a week ago: two months old habits count a twentieth
USUAL: Final = 0.2  # times an hour had commands, to be usual: once within the last five weeks
BURST_FACTOR: Final = 4  # times the busiest hour known ...
BURST_LEAST: Final = 30  # ... and at least so many commands within an hour
_SCALE: Final = 1000  # counts are stored as whole thousandths
_MAX_COUNT: Final = 10**9
_MAX_TIME: Final = 2**40


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What is usual for one device."""

    since: int  # Unix time of the first command
    decayed_at: int  # Unix time of the last forgetting
    hours: Mapping[int, float] = field(
        default_factory=dict
    )  # how often each of the week had commands
    hour_at: int = 0  # the hour that is counted now, in hours of Unix time
    count: int = 0  # commands in it
    peak: float = 0.0  # the most commands of one hour

    def __post_init__(self) -> None:
        if not isinstance(self.hours, MappingProxyType):
            object.__setattr__(self, "hours", MappingProxyType(dict(self.hours)))

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        return {
            "since": self.since,
            "decayed_at": self.decayed_at,
            "hours": {
                str(hour): scaled
                for hour, count in sorted(self.hours.items())
                if (scaled := int(count * _SCALE))
            },
            "hour_at": self.hour_at,
            "count": self.count,
            "peak": int(self.peak * _SCALE),
        }

    @classmethod
    def from_dict(cls, value: object, place: str) -> Self:
        """Read the JSON form. Raises ValueError that names the place."""
        given = fields(value, place, ("since", "decayed_at", "hours", "hour_at", "count", "peak"))
        with within(place):
            hours = fields(given.get("hours"), "hours", [str(hour) for hour in range(HOURS)])
            return cls(
                since=whole_number(given.get("since"), "since", 0, _MAX_TIME),
                decayed_at=whole_number(given.get("decayed_at"), "decayed_at", 0, _MAX_TIME),
                hours={
                    int(hour): whole_number(count, f"hours.{hour}", 0, _MAX_COUNT) / _SCALE
                    for hour, count in hours.items()
                },
                hour_at=whole_number(given.get("hour_at"), "hour_at", 0, _MAX_TIME),
                count=whole_number(given.get("count"), "count", 0, _MAX_COUNT),
                peak=whole_number(given.get("peak"), "peak", 0, _MAX_COUNT) / _SCALE,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What is usual now, and what was unusual about the command just learned."""

    baseline: Baseline
    is_unusual_hour: bool
    is_burst: bool  # said once an hour, by the command that makes it one


def learn(baseline: Baseline | None, now: float, local: datetime) -> Learned:
    """Learn of one command. `now`: Unix time; `local`: the same on the wall of the home."""
    at = int(now)
    known = baseline or Baseline(since=at, decayed_at=at)
    is_learned = at - known.since >= LEARNING_S
    if known.hour_at == at // 3600:
        count = known.count + 1
        return Learned(
            baseline=replace(known, count=count),
            is_unusual_hour=False,  # the first one was, if any
            is_burst=is_learned and count == _limit(known.peak) + 1,
        )
    known = _forget(known, at)
    hour = local.weekday() * 24 + local.hour
    is_unusual = is_learned and all(
        known.hours.get((hour + near) % HOURS, 0.0) < USUAL for near in (-1, 0, 1)
    )
    # That hour is over: what was done in it is usual from now on, as far as it was no burst.
    peak = max(known.peak, float(min(known.count, _limit(known.peak))))
    learned = replace(
        known,
        hours={**known.hours, hour: known.hours.get(hour, 0.0) + 1},
        hour_at=at // 3600,
        count=1,
        peak=peak,
    )
    return Learned(baseline=learned, is_unusual_hour=is_unusual, is_burst=False)


def _limit(peak: float) -> int:
    return max(BURST_LEAST, int(peak * BURST_FACTOR))


def _forget(baseline: Baseline, at: int) -> Baseline:
    """Let go of some of what is known, once a week; of many weeks at once as of each."""
    weeks = min((at - baseline.decayed_at) // WEEK_S, 100)
    if weeks <= 0:
        return baseline
    kept = KEPT**weeks
    return replace(
        baseline,
        decayed_at=at,
        hours={
            hour: left for hour, count in baseline.hours.items() if (left := count * kept) >= 0.01
        },
        peak=baseline.peak * kept,
    )
