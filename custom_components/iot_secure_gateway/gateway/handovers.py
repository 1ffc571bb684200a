"""Devices that are to change hands: offered by their owner, or asked for by an administrator.

A transfer takes two people: the owner offers, the receiver accepts. *Break-glass* is for an owner who
cannot act any more: an administrator of the host asks for the device, the owner is told and may object;
only when nobody did so in time, or the owner is no longer among the users, it is handed over. Both
last a limited time, survive restarts, and count only while the device belongs to who they were made for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .json_object import JsonObject

OFFER_S: Final = 7 * 86400  # an offer that nobody accepted is withdrawn
OBJECTION_S: Final = 86400  # that an owner has to object; a night and a day
TAKEOVER_S: Final = 7 * 86400  # after which nobody may complete what was asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The owner gives the device to somebody who has not accepted it yet."""

    from_id: str
    to_id: str
    until: float  # Unix time, seconds

    def to_dict(self) -> JsonObject:
        """Return it for a store."""
        return {"from_id": self.from_id, "to_id": self.to_id, "until": self.until}

    @staticmethod
    def from_dict(stored: Mapping[str, object]) -> Offer:
        """Return what `to_dict` gave. Raises ValueError for anything else."""
        return Offer(
            from_id=_text(stored.get("from_id")),
            to_id=_text(stored.get("to_id")),
            until=_time(stored.get("until")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Takeover:
    """An administrator asks for the device (break-glass)."""

    from_id: str  # the owner at that time
    by_id: str
    due_at: float  # Unix time, seconds: the owner may object until then

    def to_dict(self) -> JsonObject:
        """Return it for a store."""
        return {"from_id": self.from_id, "by_id": self.by_id, "due_at": self.due_at}

    @staticmethod
    def from_dict(stored: Mapping[str, object]) -> Takeover:
        """Return what `to_dict` gave. Raises ValueError for anything else."""
        return Takeover(
            from_id=_text(stored.get("from_id")),
            by_id=_text(stored.get("by_id")),
            due_at=_time(stored.get("due_at")),
        )


def _text(stored: object) -> str:
    if not isinstance(stored, str):
        raise ValueError("not a text")
    return stored


def _time(stored: object) -> float:
    if isinstance(stored, bool) or not isinstance(stored, int | float):
        raise ValueError("not a time")
    return float(stored)
