"""Learning what somebody needs: what was used or tried in a set time, and rows proposed from it (B3).

Learning allows nothing. What is noted is counted, never kept one by one: per device, command and outcome the
weekdays and hours, how often, and between which numbers arguments lay. Words are not noted: they may be secret.

A proposal is for one device and one built-in group of commands. It names the commands, weekdays and full
hours that were seen; what was allowed then and what was refused are proposals of their own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Self

from .actors import Actor, Automation, Script, User
from .audit import names_secret
from .columns import MAX_LIMITS, ArgumentLimit, Commands, Devices, Users, read_id
from .commands import CommandGroup, group_of, read_command
from .reading import fields, many, moment, text, truth, whole_number, within
from .rows import Row
from .times import MAX_ENTITY_ID_LENGTH, HourRange, Times

MAX_TIME: Final = timedelta(days=14)
MAX_DEVICES: Final = 64  # in one learning
MAX_SEEN: Final = 256  # devices x commands x outcomes; what comes then is only counted
MAX_ARGUMENTS: Final = 8  # of one command
MAX_TOGETHER: Final = MAX_LIMITS // MAX_ARGUMENTS  # commands in one proposal
MAX_PROPOSAL_ID: Final = 96
MAX_COUNT: Final = 2**31
HOUR_S: Final = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One command of one device, as far as it was allowed, or as far as it was refused."""

    serial: str
    command: str
    is_refused: bool
    count: int
    weekdays: frozenset[int]  # 0 is Monday
    hours: frozenset[int]  # of the day at home
    # Lowest and highest value of each argument that was a number every time.
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, bool]:
        """What is counted together."""
        return self.serial, self.command, self.is_refused

    def and_again(self, later: Self) -> Self:
        """Return both in one."""
        ranges = {
            name: (min(low, later.ranges[name][0]), max(high, later.ranges[name][1]))
            for name, (low, high) in self.ranges.items()
            if name in later.ranges
        }
        return replace(
            self,
            count=min(self.count + later.count, MAX_COUNT),
            weekdays=self.weekdays | later.weekdays,
            hours=self.hours | later.hours,
            ranges=ranges,
        )

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        return {
            "serial": self.serial,
            "command": self.command,
            "is_refused": self.is_refused,
            "count": self.count,
            "weekdays": sorted(self.weekdays),
            "hours": sorted(self.hours),
            "ranges": {name: list(bounds) for name, bounds in sorted(self.ranges.items())},
        }

    @classmethod
    def from_dict(cls, value: object, place: str) -> Self:
        """Read the JSON form. Raises ValueError that names the place."""
        given = fields(value, place, _SEEN)
        with within(place):
            return cls(
                serial=read_id(given.get("serial"), "serial"),
                command=read_command(given.get("command"), "command"),
                is_refused=truth(given.get("is_refused"), "is_refused"),
                count=whole_number(given.get("count"), "count", 1, MAX_COUNT),
                weekdays=many(given.get("weekdays"), "weekdays", 7, _read_weekday),
                hours=many(given.get("hours"), "hours", 24, _read_hour),
                ranges=_read_ranges(given.get("ranges"), "ranges"),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """What one person has noted about one user, automation or script, on some devices, until a moment."""

    id: str
    by: str  # user id
    user_id: str = ""  # of whom, or
    entity_id: str = ""  # of what
    serials: frozenset[str]
    started_at: datetime
    until: datetime
    seen: Mapping[tuple[str, str, bool], Seen] = field(default_factory=dict)
    lost: int = 0  # commands that found no room
    taken: frozenset[str] = frozenset()  # ids of proposals that were made rows
    declined: frozenset[str] = frozenset()  # ids of proposals that were not wanted

    def __post_init__(self) -> None:
        for name in ("id", "by"):
            read_id(getattr(self, name), name)
        if bool(self.user_id) == bool(self.entity_id):
            raise ValueError("user_id: name one person, automation or script")
        if not 0 < len(self.serials) <= MAX_DEVICES:
            raise ValueError(f"serials: expected 1 to {MAX_DEVICES} entries")
        if self.started_at.tzinfo is None or self.until.tzinfo is None:
            raise ValueError("until: needs a time zone")
        if not self.started_at < self.until <= self.started_at + MAX_TIME:
            raise ValueError(f"until: expected at most {MAX_TIME.days} days")

    def is_running(self, now: datetime) -> bool:
        """Return whether commands are still noted."""
        return self.started_at <= now < self.until

    def is_about(self, actor: Actor) -> bool:
        """Return whether it is this actor that is learned about."""
        if isinstance(actor, User):
            return bool(actor.id) and actor.id == self.user_id
        return isinstance(actor, (Automation, Script)) and actor.entity_id == self.entity_id

    def ended(self, now: datetime) -> Self:
        """Return it ended by a moment, if it was to run any longer: also when a clock was set back."""
        if now >= self.until:
            return self
        return replace(self, until=max(now, self.started_at + timedelta.resolution))

    def took(self, proposal_id: str) -> Self:
        """Return it with a proposal that was made a row."""
        return replace(
            self, taken=self.taken | {proposal_id}, declined=self.declined - {proposal_id}
        )

    def turned_down(self, proposal_id: str) -> Self:
        """Return it with a proposal that is not wanted; it can still be made a row."""
        return replace(self, declined=self.declined | {proposal_id})

    def on(self, serials: frozenset[str]) -> Self | None:
        """Return what is left of it on these devices; None when that is nothing."""
        if self.serials <= serials:
            return self
        if not self.serials & serials:
            return None
        seen = {key: one for key, one in self.seen.items() if one.serial in serials}
        return replace(self, serials=self.serials & serials, seen=seen)

    def noted(self, seen: Seen) -> Self:
        """Return it with one more command."""
        if seen.key in self.seen:
            seen = self.seen[seen.key].and_again(seen)
        elif len(self.seen) >= MAX_SEEN:
            return replace(self, lost=min(self.lost + 1, MAX_COUNT))
        return replace(self, seen={**self.seen, seen.key: seen})

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        return {
            "id": self.id,
            "by": self.by,
            "user_id": self.user_id,
            "entity_id": self.entity_id,
            "serials": sorted(self.serials),
            "started_at": self.started_at.isoformat(),
            "until": self.until.isoformat(),
            "seen": [one.to_dict() for one in self.seen.values()],
            "lost": self.lost,
            "taken": sorted(self.taken),
            "declined": sorted(self.declined),
        }

    @classmethod
    def from_dict(cls, value: object, place: str) -> Self:
        """Read the JSON form. Raises ValueError that names the place."""
        given = fields(value, place, _LEARNING)
        user_id, entity_id = given.get("user_id"), given.get("entity_id")
        seen = given.get("seen")
        if not isinstance(seen, list) or len(seen) > MAX_SEEN:
            raise ValueError(f"{place}.seen: expected a list")
        found = [Seen.from_dict(one, f"{place}.seen") for one in seen]
        with within(place):
            return cls(
                id=read_id(given.get("id"), "id"),
                by=read_id(given.get("by"), "by"),
                user_id=read_id(user_id, "user_id") if user_id else "",
                entity_id=text(entity_id, "entity_id", MAX_ENTITY_ID_LENGTH) if entity_id else "",
                serials=many(given.get("serials"), "serials", MAX_DEVICES, read_id),
                started_at=moment(given.get("started_at"), "started_at"),
                until=moment(given.get("until"), "until"),
                seen={one.key: one for one in found},
                lost=whole_number(given.get("lost"), "lost", 0, MAX_COUNT),
                taken=_read_ids(given.get("taken"), "taken"),
                declined=_read_ids(given.get("declined", []), "declined"),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A row that would allow what was seen, and how often each command was."""

    id: str  # the same as long as the learning lasts
    serial: str
    group: CommandGroup
    is_refused: bool
    counts: Mapping[str, int]
    row: Row


def seen_now(
    serial: str,
    command: str,
    arguments: Mapping[str, object],
    when: datetime,
    *,
    is_refused: bool,
) -> Seen | None:
    """Return what is noted of one command at a moment at home; None when no row could allow it."""
    try:
        read_command(command, "command")
    except ValueError:
        return None
    if group_of(command) is CommandGroup.ADMINISTER:
        return None
    return Seen(
        serial=serial,
        command=command,
        is_refused=is_refused,
        count=1,
        weekdays=frozenset({when.weekday()}),
        hours=frozenset({when.hour}),
        ranges={} if is_refused else _ranges(command, arguments),
    )


def proposals(learning: Learning, serials: frozenset[str], made_by: str) -> list[Proposal]:
    """Return rows for what was seen on these devices, in the name of whoever asks."""
    together: dict[tuple[str, str, bool], list[Seen]] = {}
    for one in learning.seen.values():  # in the order in which they were first seen
        if one.serial in serials & learning.serials:
            together.setdefault((one.serial, group_of(one.command), one.is_refused), []).append(one)
    return [
        _proposal(learning, seen[start : start + MAX_TOGETHER], start, made_by)
        for seen in together.values()
        for start in range(0, len(seen), MAX_TOGETHER)
    ]


def _proposal(learning: Learning, seen: list[Seen], start: int, made_by: str) -> Proposal:
    serial, is_refused = seen[0].serial, seen[0].is_refused
    group = group_of(seen[0].command)
    hours = frozenset[int]().union(*(one.hours for one in seen))
    weekdays = frozenset[int]().union(*(one.weekdays for one in seen))
    limits = frozenset(
        ArgumentLimit(command=one.command, argument=name, minimum=low, maximum=high)
        for one in seen
        for name, (low, high) in one.ranges.items()
    )
    return Proposal(
        id=f"{serial}/{group}/{'refused' if is_refused else 'used'}/{start // MAX_TOGETHER + 1}",
        serial=serial,
        group=group,
        is_refused=is_refused,
        counts={one.command: one.count for one in seen},
        row=Row(
            made_by=made_by,
            users=_users(learning),
            devices=Devices(serials=frozenset({serial})),
            commands=Commands(names=frozenset(one.command for one in seen), limits=limits),
            times=Times(
                weekdays=weekdays if len(weekdays) < 7 else frozenset(),
                hours=frozenset(_ranges_of_hours(hours)) if len(hours) < 24 else frozenset(),
            ),
        ),
    )


def _users(learning: Learning) -> Users:
    named = frozenset({learning.user_id or learning.entity_id})
    if learning.user_id:
        return Users(users=named)
    if learning.entity_id.startswith("script."):
        return Users(scripts=named)
    return Users(automations=named)


def _ranges_of_hours(hours: Iterable[int]) -> list[HourRange]:
    """Return hours that follow one another as one range; none goes on after midnight."""
    found: list[HourRange] = []
    for hour in sorted(hours):
        start_s, end_s = hour * HOUR_S, (hour + 1) * HOUR_S
        if found and found[-1].end_s == start_s:
            start_s = found.pop().start_s
        found.append(HourRange(start_s=start_s, end_s=end_s))
    return found


def _ranges(command: str, arguments: Mapping[str, object]) -> dict[str, tuple[float, float]]:
    """Return the numbers among arguments, as far as a row can limit them."""
    found: dict[str, tuple[float, float]] = {}
    for name, value in arguments.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)) or names_secret(name):
            continue
        try:
            limit = ArgumentLimit(command=command, argument=name, minimum=value, maximum=value)
        except ValueError:
            continue
        if len(found) < MAX_ARGUMENTS:
            found[limit.argument] = (float(value), float(value))
    return found


_SEEN = ("serial", "command", "is_refused", "count", "weekdays", "hours", "ranges")
_LEARNING = (
    "id", "by", "user_id", "entity_id", "serials", "started_at", "until", "seen", "lost", "taken",
    "declined",
)  # fmt: skip


def _read_ids(value: object, place: str) -> frozenset[str]:
    if value == []:
        return frozenset()
    return many(value, place, MAX_SEEN, _read_proposal_id)


def _read_proposal_id(value: object, place: str) -> str:
    return text(value, place, MAX_PROPOSAL_ID)


def _read_weekday(value: object, place: str) -> int:
    return whole_number(value, place, 0, 6)


def _read_hour(value: object, place: str) -> int:
    return whole_number(value, place, 0, 23)


def _read_ranges(value: object, place: str) -> dict[str, tuple[float, float]]:
    if not isinstance(value, Mapping) or len(value) > MAX_ARGUMENTS:
        raise ValueError(f"{place}: expected an object")
    found: dict[str, tuple[float, float]] = {}
    for name, bounds in value.items():
        if not isinstance(bounds, list) or len(bounds) != 2:
            raise ValueError(f"{place}: expected two numbers")
        low, high = bounds
        ArgumentLimit(command="x", argument=name, minimum=low, maximum=high)
        found[name] = (float(low), float(high))
    return found
