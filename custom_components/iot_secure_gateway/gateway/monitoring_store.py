"""What the monitoring keeps across restarts, as a port: the policy with what it brought about, and its memory."""

from dataclasses import dataclass
from typing import Protocol, Self

from ..policy.monitoring import NO_POLICY, MonitoringPolicy
from ..policy.reading import fields
from .json_object import JsonObject
from .restraints import MAX_BLOCKED_USERS, Block, Suspension

MAX_SUSPENSIONS = 10_000  # as many as devices


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringRecord:
    """The policy, and what must outlive a restart of what it did."""

    policy: MonitoringPolicy = NO_POLICY
    suspensions: tuple[Suspension, ...] = ()
    blocks: tuple[Block, ...] = ()  # of users

    def to_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {
            "policy": self.policy.to_dict(),
            "suspensions": [each.to_dict() for each in self.suspensions],
            "blocks": [each.to_dict() for each in self.blocks],
        }

    @classmethod
    def from_dict(cls, value: object) -> Self:
        """Read the JSON form. Raises ValueError."""
        given = fields(value, "monitoring", ("policy", "suspensions", "blocks"))
        suspensions, blocks = given.get("suspensions"), given.get("blocks")
        if not isinstance(suspensions, list) or len(suspensions) > MAX_SUSPENSIONS:
            raise ValueError("suspensions: expected a list")
        if not isinstance(blocks, list) or len(blocks) > MAX_BLOCKED_USERS:
            raise ValueError("blocks: expected a list")
        return cls(
            policy=MonitoringPolicy.from_dict(given.get("policy"), "policy"),
            suspensions=tuple(Suspension.from_dict(each) for each in suspensions),
            blocks=tuple(Block.from_dict(each) for each in blocks),
        )


class MonitoringStore(Protocol):
    """The policy: private, written before a change counts. The memory: written now and then."""

    async def load(self) -> MonitoringRecord | None:
        """Return what was saved last, None when nothing ever was."""

    async def save(self, record: MonitoringRecord) -> None:
        """Replace it, durably."""

    async def load_memory(self) -> JsonObject | None:
        """Return the memory in JSON form, unread; None when there is none."""

    async def save_memory(self, memory: JsonObject) -> None:
        """Replace the memory, durably."""


class MemoryMonitoringStore:
    """Both in memory."""

    def __init__(self) -> None:
        self.record: MonitoringRecord | None = None
        self.memory: JsonObject | None = None

    async def load(self) -> MonitoringRecord | None:
        """Return what was saved last."""
        return self.record

    async def save(self, record: MonitoringRecord) -> None:
        """Replace it."""
        self.record = record

    async def load_memory(self) -> JsonObject | None:
        """Return what was saved last."""
        return self.memory

    async def save_memory(self, memory: JsonObject) -> None:
        """Replace it."""
        self.memory = memory
