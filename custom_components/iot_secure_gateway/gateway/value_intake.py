"""What a device tells, on its way to whoever shows it: kept, slowed down or held back as its owner chose.

The host keeps a history of each state and hands it to every browser, so a value of which each is kept
in the gateway's own database is shown at a bounded rate: the newest always arrives.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

from .description import Value
from .disclosure import Disclosure, Disclosures, entity_of
from .packages import EventRecord, Sample
from .rates import Bucket

SHOW_RATE: Final = 1.0  # values of one kept entity that are shown, a second
SHOW_BURST: Final = 5.0  # at once: what a person does is seen without delay


type Kept = Value | Mapping[str, object]  # of an event its type and data


class Keep(Protocol):
    """Puts a value into the database, without waiting."""

    def __call__(self, key: str, value: Kept, session_id: bytes, age_ms: int = 0) -> None:
        """`age_ms`: how long ago it was so."""


def _nowhere(key: str, value: Kept, session_id: bytes, age_ms: int = 0) -> None:
    """There is no database."""


class ValueIntake:
    """Of one device."""

    def __init__(self, show: Callable[[Mapping[str, Value]], None]) -> None:
        """`show` takes what was held back for a moment."""
        self._show = show
        self.choices = Disclosures()
        self.keep: Keep = _nowhere
        self._buckets: dict[str, Bucket] = {}  # by entity, of those that were told
        self._withheld: dict[str, dict[str, Value]] = {}  # by entity
        self._timer: asyncio.TimerHandle | None = None

    def choose(self, choices: Disclosures) -> None:
        """Treat what comes from now on so; what is held back is told again soon enough."""
        self.choices = choices
        self.clear()

    def clear(self) -> None:
        """Drop what is held back."""
        self._withheld.clear()
        self._buckets.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def is_hidden(self, key: str) -> bool:
        """Tell whether an entity, or a value of it, is confidential."""
        return self.choices.of(key) is Disclosure.CONFIDENTIAL

    def take(
        self, told: dict[str, Value], session_id: bytes, sampled: frozenset[str]
    ) -> dict[str, Value]:
        """Keep what is to be kept and came in no sample; return what is to be shown now."""
        if self.choices.are_plain:
            return told
        shown: dict[str, Value] = {}
        slow: dict[str, dict[str, Value]] = {}
        for key, value in told.items():
            choice = self.choices.of(key)
            if choice is not Disclosure.SHOWN and key not in sampled:
                self.keep(key, value, session_id)
            if choice is Disclosure.SHOWN:
                shown[key] = value
            elif choice is Disclosure.KEPT:
                slow.setdefault(entity_of(key), {})[key] = value
        for entity, values in slow.items():
            if entity not in self._withheld and self._bucket(entity).take(_now()):
                shown |= values
            else:
                self._withhold(entity, values)
        return shown

    def take_samples(self, samples: Sequence[Sample], session_id: bytes) -> None:
        """Keep earlier values, where they are to be kept; they are never shown."""
        for sample in samples:
            if self.choices.of(sample.key) is not Disclosure.SHOWN:
                self.keep(sample.key, sample.value, session_id, sample.age_ms)

    def take_events(
        self, events: Sequence[EventRecord], session_id: bytes
    ) -> tuple[EventRecord, ...]:
        """Keep what is to be kept; return what may be told."""
        for event in events:
            if self.choices.of(event.entity) is not Disclosure.SHOWN:
                content = {"type": event.type, "data": dict(event.data)}
                self.keep(event.entity, content, session_id)
        return tuple(event for event in events if not self.is_hidden(event.entity))

    def public(self, result: Mapping[str, object]) -> Mapping[str, object]:
        """Return a result without confidential values, for whoever may command but not read."""
        values = result.get("values")
        if self.choices.are_plain or not isinstance(values, dict):
            return result
        seen = {key: value for key, value in values.items() if not self.is_hidden(key)}
        return {**result, "values": seen}

    def _bucket(self, entity: str) -> Bucket:
        if (bucket := self._buckets.get(entity)) is None:
            bucket = self._buckets[entity] = Bucket(SHOW_RATE, SHOW_BURST, _now())
        return bucket

    def _withhold(self, entity: str, values: dict[str, Value]) -> None:
        if entity in values:  # the main value comes with all others
            self._withheld[entity] = values
        else:
            self._withheld.setdefault(entity, {}).update(values)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(1 / SHOW_RATE, self._release)

    def _release(self) -> None:
        self._timer = None
        withheld, self._withheld = self._withheld, {}
        shown: dict[str, Value] = {}
        for entity, values in withheld.items():
            self._bucket(entity).take(_now())
            shown |= values
        self._show(shown)


def _now() -> float:
    return asyncio.get_running_loop().time()
