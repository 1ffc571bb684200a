"""What the caller knows beside the table: where devices are, who is which person, which time it is at home."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from .coverage import Sources


class NoSources:
    """Nothing is known of schedules and calendars."""

    def is_on(self, entity_id: str, when: datetime) -> bool | None:
        """Return None: it cannot be known."""
        return None

    def next_change(self, entity_id: str, after: datetime) -> datetime | None:
        """Return None: no change is known."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Facts that rows refer to. `None` of what exists: unknown, so nothing is called dead for it."""

    areas: Mapping[str, str] = field(default_factory=dict)  # area id by serial
    labels: Mapping[str, frozenset[str]] = field(default_factory=dict)  # label ids by serial
    persons: Mapping[str, str] = field(default_factory=dict)  # person entity id by user id
    zone: tzinfo = UTC
    sources: Sources = field(default_factory=NoSources)
    users: frozenset[str] | None = None  # ids of all users that exist
