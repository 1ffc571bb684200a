"""Who is blocked, and which devices are suspended, by the monitoring policy (FIG 15 column 1515).

A block of a user holds for one device and is durable; a block of an address is forgotten with the
process, for addresses are anybody's to invent. Suspensions last until they are lifted.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from ..policy.actors import Actor, Automation, Script, User
from ..policy.decision import Decision, Reason
from ..policy.reading import fields, text, truth, whole_number
from .json_object import JsonObject

MAX_BLOCKED_USERS = 1000  # pairs of user and device
MAX_BLOCKED_SOURCES = 256  # addresses; of more the oldest is let go
_MAX_TIME = 2**40


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A user on one device, or an address."""

    serial: str
    user_id: str = ""
    source: str = ""
    since: int
    until: int  # Unix time
    threat: str
    held: frozenset[int] = frozenset()  # rows of the user then: one more frees them
    had_authority: bool = False

    def to_dict(self) -> JsonObject:
        """Return the JSON form of a user's block."""
        return {
            "serial": self.serial,
            "user_id": self.user_id,
            "since": self.since,
            "until": self.until,
            "threat": self.threat,
            "held": sorted(self.held),
            "had_authority": self.had_authority,
        }

    @classmethod
    def from_dict(cls, value: object) -> Self:
        """Read the JSON form. Raises ValueError."""
        known = ("serial", "user_id", "since", "until", "threat", "held", "had_authority")
        given = fields(value, "block", known)
        held = given.get("held")
        if not isinstance(held, list):
            raise ValueError("held: expected a list")
        return cls(
            serial=text(given.get("serial"), "serial", 64),
            user_id=text(given.get("user_id"), "user_id", 64),
            since=whole_number(given.get("since"), "since", 0, _MAX_TIME),
            until=whole_number(given.get("until"), "until", 0, _MAX_TIME),
            threat=text(given.get("threat"), "threat", 64),
            held=frozenset(whole_number(row, "held", 1, 2**31 - 1) for row in held),
            had_authority=truth(given.get("had_authority"), "had_authority"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """A device that is kept apart."""

    serial: str
    since: int
    until: int = 0  # Unix time; 0: until it is lifted
    boot: int | None = None  # a proven start after this one lifts it; None: none does
    threat: str
    detection: str

    def to_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_dict(cls, value: object) -> Self:
        """Read the JSON form. Raises ValueError."""
        given = fields(value, "suspension", cls.__slots__)
        boot = given.get("boot")
        return cls(
            serial=text(given.get("serial"), "serial", 64),
            since=whole_number(given.get("since"), "since", 0, _MAX_TIME),
            until=whole_number(given.get("until"), "until", 0, _MAX_TIME),
            boot=None if boot is None else whole_number(boot, "boot", 0, 2**32),
            threat=text(given.get("threat"), "threat", 64),
            detection=text(given.get("detection"), "detection", 64),
        )


class Restraints:
    """All blocks and suspensions of one gateway."""

    def __init__(self, owners: Mapping[str, str]) -> None:
        """Nobody is blocked. `owners`: first owners by serial, who are never blocked from their own."""
        self._owners = owners
        self.users: dict[tuple[str, str], Block] = {}  # by user id and serial
        self.sources: OrderedDict[str, Block] = OrderedDict()
        self.suspensions: dict[str, Suspension] = {}

    def block(self, block: Block) -> bool:
        """Put a block in force; False when it is none: a first owner, or too many."""
        if block.user_id:
            key = (block.user_id, block.serial)
            if self._owners.get(block.serial) == block.user_id:
                return False
            if key not in self.users and len(self.users) >= MAX_BLOCKED_USERS:
                return False
            self.users[key] = block
            return True
        self.sources.pop(block.source, None)
        self.sources[block.source] = block
        while len(self.sources) > MAX_BLOCKED_SOURCES:
            self.sources.popitem(last=False)
        return True

    def is_source_blocked(self, source: str, now: float) -> bool:
        """Tell whether an address is not listened to."""
        block = self.sources.get(source)
        return block is not None and now < block.until

    def denial(self, actor: Actor, serial: str, now: float) -> Decision | None:
        """Return the refusal for a blocked user, or for what a blocked user set off; None for others."""
        if not self.users:
            return None
        if isinstance(actor, (Automation, Script)) and actor.starter is not None:
            actor = actor.starter
        if not isinstance(actor, User):
            return None
        block = self.users.get((actor.id, serial))
        if block is None or now >= block.until or self._owners.get(serial) == actor.id:
            return None
        until = datetime.fromtimestamp(block.until, UTC)
        return Decision(allowed=False, reason=Reason.BLOCKED, next_allowed_at=until)

    def expired(self, now: float) -> list[Block]:
        """Return the blocks that are over."""
        blocks = [*self.users.values(), *self.sources.values()]
        return [block for block in blocks if now >= block.until]

    def release(self, block: Block) -> None:
        """Take a block away."""
        if block.user_id:
            self.users.pop((block.user_id, block.serial), None)
        else:
            self.sources.pop(block.source, None)
