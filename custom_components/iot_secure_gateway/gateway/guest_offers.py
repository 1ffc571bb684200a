"""What a guest pass offers: things of devices, what can be done with each, and the verdict on that now (B6).

Of what rows do not name a guest is told nothing. Devices are known by an alias that is of this pass only, so
no serial leaves the house. What is asked for goes through the funnel like any command.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
import hashlib
from itertools import islice
from typing import Final

from ..policy.actors import Guest
from ..policy.columns import ArgumentLimit
from ..policy.decision import Decision, Reason
from ..policy.entries import Entry
from ..policy.marks import devices_left
from .description import EntityDescription
from .device import Device
from .gateway import Gateway
from .kinds import Range

MAX_DEVICES: Final = 32  # shown on one pass
MAX_JUDGED: Final = 1024  # acts that are looked at for one page

# A guest is told of these although they are refused: they come again, or came to their end.
_SHOWN: Final = frozenset({Reason.NOT_NOW, Reason.FORBIDDEN, Reason.USED_UP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing that can be done with an entity of some kind."""

    command: str
    feature: str = ""  # without which an entity can not do it
    argument: str = ""  # that has to be given
    is_decimal: bool = False  # devices are sent decimals as text

    @property
    def id(self) -> str:
        """What a page calls it."""
        return f"{self.command}.{self.argument}" if self.argument else self.command


_TURN: Final = (Act(command="turn_on"), Act(command="turn_off"))
_MOVE: Final = (
    Act(command="open"),
    Act(command="stop", feature="stop"),
    Act(command="close"),
    Act(command="set_position", feature="position", argument="position"),
)
# Of each kind of entity what a guest may be offered; what is not here takes a login.
ACTS: Final[Mapping[str, tuple[Act, ...]]] = {
    "button": (Act(command="press"),),
    "climate": (Act(command="set_temperature", argument="temperature", is_decimal=True),),
    "cover": _MOVE,
    "fan": (*_TURN, Act(command="set_percentage", feature="percentage", argument="percentage")),
    "light": (*_TURN, Act(command="turn_on", feature="brightness", argument="brightness")),
    "lock": (Act(command="unlock"), Act(command="lock"), Act(command="open", feature="open")),
    "number": (Act(command="set", argument="value", is_decimal=True),),
    "select": (Act(command="set", argument="value"),),
    "siren": _TURN,
    "switch": _TURN,
    "valve": _MOVE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the argument of an act may be, as far as entity and rows say so."""

    range: Range | None = None
    options: tuple[str, ...] = ()

    @property
    def example(self) -> object:
        """A value that is one of these."""
        return self.range.low if self.range is not None else self.options[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One act of one entity, with the verdict on it."""

    device: Device
    alias: str
    entity: EntityDescription
    act: Act
    choice: Choice | None  # None: takes no argument
    decision: Decision

    def arguments(self, value: object) -> dict[str, object] | None:
        """Return the arguments for a value that somebody gave; None when it is not one of the choice."""
        choice = self.choice
        if choice is None:
            return {} if value is None else None
        if choice.range is None:
            return {self.act.argument: value} if value in choice.options else None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return None
        if not choice.range.low <= value <= choice.range.high:
            return None
        if self.act.is_decimal:
            return {self.act.argument: f"{value:.6f}".rstrip("0").rstrip(".")}
        return {self.act.argument: int(value)} if value == int(value) else None


def alias_of(guest: Guest, serial: str) -> str:
    """Return what a device is called for one pass."""
    return hashlib.sha256(f"{guest.id} {serial}".encode()).hexdigest()[:16]


def offers(gateway: Gateway, guest: Guest, entries: list[Entry]) -> list[Offer]:
    """Return what is offered to a guest by these rows, refused for now or not."""
    judged = islice(_judged(gateway, guest, entries), MAX_JUDGED)
    return [one for one in judged if one.decision.allowed or one.decision.reason in _SHOWN]


def _judged(gateway: Gateway, guest: Guest, entries: list[Entry]) -> Iterator[Offer]:
    permissions = gateway.permissions
    named = (devices_left(permissions.state, permissions.facts, entry) for entry in entries)
    serials = frozenset[str]().union(*named) & gateway.devices.keys()
    for serial in sorted(serials)[:MAX_DEVICES]:
        device = gateway.devices[serial]
        for entity in device.description.entities if device.description is not None else ():
            for act in ACTS.get(entity.kind, ()):
                if act.feature and act.feature not in entity.abilities.features:
                    continue
                found = [
                    _offer(gateway, guest, device, entity, act, choice)
                    for choice in _choices(entity, act, entries)
                ]
                if found:  # of what several rows leave the first that is allowed now
                    yield next((one for one in found if one.decision.allowed), found[0])


def _offer(
    gateway: Gateway,
    guest: Guest,
    device: Device,
    entity: EntityDescription,
    act: Act,
    choice: Choice | None,
) -> Offer:
    given = {} if choice is None else {act.argument: choice.example}
    return Offer(
        device=device,
        alias=alias_of(guest, device.serial),
        entity=entity,
        act=act,
        choice=choice,
        decision=gateway.judge(guest, device.serial, act.command, given),
    )


def _choices(entity: EntityDescription, act: Act, entries: list[Entry]) -> Iterator[Choice | None]:
    """Yield what the argument may be by each row that names the act; None where it takes none."""
    abilities = entity.abilities
    whole = Choice(
        range=abilities.ranges.get(act.argument), options=abilities.options.get(act.argument, ())
    )
    for entry in entries:
        if not entry.names_command(act.command):
            continue
        if not act.argument:
            yield None
            return
        choice = whole
        for limit in entry.limits.get(act.command, ()):
            if limit.argument == act.argument:
                choice = _narrowed(choice, limit)
        if choice.options or (choice.range is not None and choice.range.low <= choice.range.high):
            yield choice


def _narrowed(choice: Choice, limit: ArgumentLimit) -> Choice:
    """Return what a limit leaves of a choice: a word is none of a range, a number none of options."""
    if choice.range is None:
        return Choice(options=tuple(one for one in choice.options if limit.holds(one)))
    low, high = choice.range.low, choice.range.high
    if limit.choices:
        return Choice()
    return Choice(
        range=Range(
            low=low if limit.minimum is None else max(low, limit.minimum),
            high=high if limit.maximum is None else min(high, limit.maximum),
            step=choice.range.step,
        )
    )
