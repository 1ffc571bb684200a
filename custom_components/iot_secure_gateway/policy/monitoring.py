"""The monitoring policy (FIG 15): rules and conduct by scope, in one record that changes as a whole.

A rule or conduct belongs to its maker and counts for the devices that its maker may configure, so
nobody weakens what watches over the devices of others. The JSON form is read with suspicion.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
import re
from types import MappingProxyType
from typing import Final, Self

from .columns import read_id
from .reading import fields, text, truth, whole_number, within
from .threats import (
    MAX_COOLDOWN_S,
    MAX_THRESHOLD,
    MAX_WINDOW_S,
    Detection,
    Level,
    Response,
    Treatment,
)
from .times import MAX_ENTITY_ID_LENGTH, MAX_ID_LENGTH

MAX_RULES: Final = 2000
MAX_RULES_OF_MAKER: Final = 400  # all findings for a dozen devices
MAX_CONDUCTS: Final = 1000
MAX_CONDUCTS_OF_MAKER: Final = 200
MAX_NUMBER: Final = 2**31 - 1
MAX_ALARMS: Final = 16  # actions of one alarm
MAX_BLOCK_S: Final = 86400
MAX_LIFT_S: Final = 30 * 86400
MAX_SNOOZE_S: Final = 86400
MAX_UNIX_TIME: Final = 2**40
BLOCK_S: Final = 300
DAY_MINUTES: Final = 1440

# What an alarm may do in the host; everything else is for an automation.
ALARM_ACTIONS: Final = frozenset(
    {
        "alarm_control_panel.alarm_trigger",
        "light.turn_on",
        "script.turn_on",
        "siren.turn_on",
        "switch.turn_on",
    }
)
_ENTITY_ID: Final = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+", re.ASCII)


class ScopeKind(StrEnum):
    """What a rule is about, the most specific first."""

    DEVICE = "device"
    GROUP = "group"  # of devices
    ALL = "all"  # devices that the maker may configure
    GATEWAY = "gateway"  # what concerns no owned device; for administrators of the host


SPECIFICITY: Final = {kind: place for place, kind in enumerate(ScopeKind)}  # 0: counts first


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A device, a group of devices, all devices of the maker, or the gateway itself."""

    kind: ScopeKind
    id: str = ""  # serial or id of the group

    def __post_init__(self) -> None:
        if self.kind in {ScopeKind.DEVICE, ScopeKind.GROUP}:
            read_id(self.id, "id")
        elif self.id:
            raise ValueError("id: only a device or a group has one")

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        return {"kind": self.kind.value, "id": self.id} if self.id else {"kind": self.kind.value}

    @classmethod
    def from_dict(cls, value: object, place: str) -> Self:
        """Read the JSON form. Raises ValueError that names the place."""
        given = fields(value, place, ("kind", "id"))
        with within(place):
            kind = ScopeKind(one_of(given.get("kind"), "kind", ScopeKind))
            scope_id = text(given["id"], "id", MAX_ID_LENGTH) if "id" in given else ""
            return cls(kind=kind, id=scope_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A row of FIG 15: what is made of one finding."""

    number: int
    made_by: str  # user id
    scope: Scope
    detection: Detection
    treatment: Treatment

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        treatment = self.treatment
        return {
            "number": self.number,
            "made_by": self.made_by,
            "scope": self.scope.to_dict(),
            "detection": self.detection.value,
            "level": treatment.level.value,
            "responses": sorted(treatment.responses),
            "threshold": treatment.threshold,
            "window_s": treatment.window_s,
            "cooldown_s": treatment.cooldown_s,
            "raise_at": treatment.raise_at,
        }

    @classmethod
    def from_dict(cls, value: object, place: str) -> Self:
        """Read the JSON form. Raises ValueError that names the place."""
        given = fields(value, place, _RULE_FIELDS)
        with within(place):
            return cls(
                number=whole_number(given.get("number"), "number", 1, MAX_NUMBER),
                made_by=text(given.get("made_by"), "made_by", MAX_ID_LENGTH),
                scope=Scope.from_dict(given.get("scope"), "scope"),
                detection=Detection(one_of(given.get("detection"), "detection", Detection)),
                treatment=read_treatment(given),
            )


_TREATMENT_FIELDS: Final = (
    "level", "responses", "threshold", "window_s", "cooldown_s", "raise_at",
)  # fmt: skip
_RULE_FIELDS: Final = ("number", "made_by", "scope", "detection", *_TREATMENT_FIELDS)


def read_treatment(given: Mapping[str, object]) -> Treatment:
    """Read a treatment from an object that may hold more. Raises ValueError that names the field."""
    responses = given.get("responses")
    if not isinstance(responses, list) or len(responses) > len(Response):
        raise ValueError(f"responses: expected a list of {', '.join(Response)}")
    return Treatment(
        level=Level(one_of(given.get("level"), "level", Level)),
        responses=frozenset(Response(one_of(each, "responses", Response)) for each in responses),
        threshold=whole_number(given.get("threshold", 1), "threshold", 1, MAX_THRESHOLD),
        window_s=whole_number(given.get("window_s", 60), "window_s", 1, MAX_WINDOW_S),
        cooldown_s=whole_number(given.get("cooldown_s", 300), "cooldown_s", 0, MAX_COOLDOWN_S),
        raise_at=whole_number(given.get("raise_at", 0), "raise_at", 0, MAX_THRESHOLD),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmAction:
    """Something in the host that an alarm sets off."""

    action: str  # of ALARM_ACTIONS
    entity_id: str

    def __post_init__(self) -> None:
        one_of(self.action, "action", ALARM_ACTIONS)
        text(self.entity_id, "entity_id", MAX_ENTITY_ID_LENGTH)
        if not _ENTITY_ID.fullmatch(self.entity_id):
            raise ValueError("entity_id: expected an entity, such as siren.hall")
        if self.entity_id.partition(".")[0] != self.action.partition(".")[0]:
            raise ValueError("entity_id: is of another kind than the action")

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        return {"action": self.action, "entity_id": self.entity_id}

    @classmethod
    def from_dict(cls, value: object, place: str) -> Self:
        """Read the JSON form. Raises ValueError that names the place."""
        given = fields(value, place, ("action", "entity_id"))
        with within(place):
            return cls(
                action=one_of(given.get("action"), "action", ALARM_ACTIONS),
                entity_id=text(given.get("entity_id"), "entity_id", MAX_ENTITY_ID_LENGTH),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """How responses are carried out within a scope."""

    made_by: str  # user id
    scope: Scope
    is_detect_only: bool = False  # nothing is done but logged and reported
    quiet_from: int = (
        0  # minutes of the day on the wall of the home; reports below HIGH are left out ...
    )
    quiet_to: int = 0  # ... until then; equal: never
    block_s: int = BLOCK_S
    lift_after_s: int = 0  # a suspension ends by itself; 0: it does not
    lifts_on_power_up: bool = False  # ... or when the device proves that it was started anew
    alarms: tuple[AlarmAction, ...] = ()

    def __post_init__(self) -> None:
        for name in ("quiet_from", "quiet_to"):
            whole_number(getattr(self, name), name, 0, DAY_MINUTES - 1)
        whole_number(self.block_s, "block_s", 1, MAX_BLOCK_S)
        whole_number(self.lift_after_s, "lift_after_s", 0, MAX_LIFT_S)
        if len(self.alarms) > MAX_ALARMS:
            raise ValueError(f"alarms: expected at most {MAX_ALARMS} entries")

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        return {
            "made_by": self.made_by,
            "scope": self.scope.to_dict(),
            "is_detect_only": self.is_detect_only,
            "quiet_from": self.quiet_from,
            "quiet_to": self.quiet_to,
            "block_s": self.block_s,
            "lift_after_s": self.lift_after_s,
            "lifts_on_power_up": self.lifts_on_power_up,
            "alarms": [alarm.to_dict() for alarm in self.alarms],
        }

    @classmethod
    def from_dict(cls, value: object, place: str) -> Self:
        """Read the JSON form; what is missing is as by default. Raises ValueError that names the place."""
        given = fields(value, place, _CONDUCT_FIELDS)
        alarms = given.get("alarms", [])
        with within(place):
            if not isinstance(alarms, list) or len(alarms) > MAX_ALARMS:
                raise ValueError(f"alarms: expected at most {MAX_ALARMS} entries")
            return cls(
                made_by=text(given.get("made_by"), "made_by", MAX_ID_LENGTH),
                scope=Scope.from_dict(given.get("scope"), "scope"),
                is_detect_only=truth(given.get("is_detect_only", False), "is_detect_only"),
                quiet_from=_number(given, "quiet_from", 0, DAY_MINUTES - 1),
                quiet_to=_number(given, "quiet_to", 0, DAY_MINUTES - 1),
                block_s=_number(given, "block_s", BLOCK_S, MAX_BLOCK_S),
                lift_after_s=_number(given, "lift_after_s", 0, MAX_LIFT_S),
                lifts_on_power_up=truth(given.get("lifts_on_power_up", False), "lifts_on_power_up"),
                alarms=tuple(
                    AlarmAction.from_dict(alarm, f"alarms[{number}]")
                    for number, alarm in enumerate(alarms)
                ),
            )


_CONDUCT_FIELDS: Final = (
    "made_by", "scope", "is_detect_only", "quiet_from", "quiet_to", "block_s", "lift_after_s",
    "lifts_on_power_up", "alarms",
)  # fmt: skip


def _number(given: Mapping[str, object], name: str, default: int, highest: int) -> int:
    return whole_number(given.get(name, default), name, 0, highest)


def one_of(value: object, place: str, known: type[StrEnum] | frozenset[str]) -> str:
    """Return a text that is one of those known. Raises ValueError that names the place."""
    names = [str(name) for name in known]
    if not isinstance(value, str) or value not in names:
        raise ValueError(f"{place}: expected one of {', '.join(sorted(names))}")
    return value


type ConductKey = tuple[str, Scope]  # maker, scope


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringPolicy:
    """All rules and conducts of a gateway; empty, everything is as by default."""

    rules: Mapping[int, Rule] = field(default_factory=dict)
    conducts: Mapping[ConductKey, Conduct] = field(default_factory=dict)
    snoozes: Mapping[ConductKey, int] = field(
        default_factory=dict
    )  # neither reports nor alarms until then
    next_number: int = 1
    revision: int = 0  # counts changes, so that two who edit at once notice

    def __post_init__(self) -> None:
        for name in ("rules", "conducts", "snoozes"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        return {
            "rules": [rule.to_dict() for _, rule in sorted(self.rules.items())],
            "conducts": [conduct.to_dict() for conduct in self.conducts.values()],
            "snoozes": [
                {"made_by": made_by, "scope": scope.to_dict(), "until": until}
                for (made_by, scope), until in self.snoozes.items()
            ],
            "next_number": self.next_number,
            "revision": self.revision,
        }

    @classmethod
    def from_dict(cls, value: object, place: str = "monitoring") -> Self:
        """Read the JSON form. Raises ValueError that names the place."""
        given = fields(value, place, ("rules", "conducts", "snoozes", "next_number", "revision"))
        with within(place):
            rules = _list(given.get("rules", []), "rules", MAX_RULES, Rule.from_dict)
            conducts = _list(given.get("conducts", []), "conducts", MAX_CONDUCTS, Conduct.from_dict)
            next_number = _number(given, "next_number", 1, MAX_NUMBER)
            if next_number <= max((rule.number for rule in rules), default=0):
                raise ValueError("next_number: is not beyond all rules")
            return cls(
                rules={rule.number: rule for rule in rules},
                conducts={(each.made_by, each.scope): each for each in conducts},
                snoozes=dict(_list(given.get("snoozes", []), "snoozes", MAX_CONDUCTS, _snooze)),
                next_number=next_number,
                revision=_number(given, "revision", 0, MAX_NUMBER),
            )


def _snooze(value: object, place: str) -> tuple[ConductKey, int]:
    given = fields(value, place, ("made_by", "scope", "until"))
    with within(place):
        made_by = text(given.get("made_by"), "made_by", MAX_ID_LENGTH)
        until = whole_number(given.get("until"), "until", 0, MAX_UNIX_TIME)
        return (made_by, Scope.from_dict(given.get("scope"), "scope")), until


def _list[T](value: object, place: str, limit: int, read: Callable[[object, str], T]) -> list[T]:
    if not isinstance(value, list) or len(value) > limit:
        raise ValueError(f"{place}: expected a list of at most {limit} entries")
    return [read(each, f"{place}[{number}]") for number, each in enumerate(value)]


NO_POLICY: Final = MonitoringPolicy()
