"""What the monitoring tells on the bus: threats, what was done about them, and how grave it is now (FIG 14).

Texts that came from peers are cleaned and capped; nothing here is secret, but it names people and
addresses, so it is for owners and those whom they trust.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from ..policy.actors import Actor
from ..policy.monitoring import MAX_ALARMS, AlarmAction, one_of
from ..policy.reading import fields, truth, whole_number
from ..policy.threats import Detection, Level, Response
from .json_object import JsonObject

MAX_TEXT = 255  # characters of a text in a stored threat
_MAX_COUNT = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Who and where, as far as it could be found out; everything may be empty."""

    mac: str = ""  # from the neighbour table of this host
    host_name: str = ""  # as the network's name server says
    login_address: str = ""  # from where the user was last logged in
    login_client: str = ""
    first_seen: int = 0  # Unix time
    last_seen: int = 0
    tried: str = ""  # names of what was found before, with how often

    def to_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {name: getattr(self, name) for name in _TRACE_FIELDS}

    @classmethod
    def from_dict(cls, value: object) -> Self:
        """Read the JSON form. Raises ValueError."""
        given = fields(value, "trace", _TRACE_FIELDS)
        return cls(
            first_seen=_count(given, "first_seen"),
            last_seen=_count(given, "last_seen"),
            **{name: _text(given, name) for name in _TRACE_TEXTS},
        )


_TRACE_TEXTS = ("mac", "host_name", "login_address", "login_client", "tried")
_TRACE_FIELDS = (*_TRACE_TEXTS, "first_seen", "last_seen")


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreatSeen:
    """A finding that came to something: what, how grave, and what was done about it."""

    id: str  # 16 hexadecimal digits
    at: int  # Unix time
    detection: Detection
    level: Level
    serial: str  # "": concerns no device
    user_id: str = ""  # "": no person, or one without a name
    principal: str = ""  # as the record names whoever did it
    source: str = ""  # address that it came from
    evidence: str = ""  # what was seen
    is_proven: bool = False  # only who has the device's key, or its button, can have done it
    count: int = 1  # findings that it is made of
    responses: frozenset[Response] = frozenset()  # that were taken
    withheld: frozenset[Response] = frozenset()  # in detect-only mode, quiet hours or a snooze
    is_detect_only: bool = False
    rule: int = 0  # number of the rule that counted; 0: as built in
    alarms: tuple[AlarmAction, ...] = ()  # what to set off, when ALARM is among the responses
    alarms_by: str = ""  # id of the user who chose these
    trace: Trace = Trace()

    def told(self) -> dict[str, object]:
        """Return what a line of the record says of it."""
        return {
            "id": self.id,
            "detection": self.detection.value,
            "principal": self.principal,
            "source": self.source,
            "evidence": self.evidence,
            "count": self.count,
            "responses": "+".join(sorted(self.responses)),
            "withheld": "+".join(sorted(self.withheld)),
        }

    def to_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {
            "id": self.id,
            "at": self.at,
            "detection": self.detection.value,
            "level": self.level.value,
            "serial": self.serial,
            "user_id": self.user_id,
            "principal": self.principal,
            "source": self.source,
            "evidence": self.evidence,
            "is_proven": self.is_proven,
            "count": self.count,
            "responses": sorted(self.responses),
            "withheld": sorted(self.withheld),
            "is_detect_only": self.is_detect_only,
            "rule": self.rule,
            "alarms": [alarm.to_dict() for alarm in self.alarms],
            "trace": self.trace.to_dict(),
        }

    @classmethod
    def from_dict(cls, value: object) -> Self:
        """Read the JSON form. Raises ValueError."""
        given = fields(value, "threat", cls.__slots__)
        alarms = given.get("alarms")
        if not isinstance(alarms, list) or len(alarms) > MAX_ALARMS:
            raise ValueError("alarms: expected a list")
        return cls(
            id=_text(given, "id"),
            at=whole_number(given.get("at"), "at", 0, 2**40),
            detection=Detection(one_of(given.get("detection"), "detection", Detection)),
            level=Level(one_of(given.get("level"), "level", Level)),
            serial=_text(given, "serial"),
            user_id=_text(given, "user_id"),
            principal=_text(given, "principal"),
            source=_text(given, "source"),
            evidence=_text(given, "evidence"),
            is_proven=truth(given.get("is_proven"), "is_proven"),
            count=_count(given, "count"),
            responses=_responses(given, "responses"),
            withheld=_responses(given, "withheld"),
            is_detect_only=truth(given.get("is_detect_only"), "is_detect_only"),
            rule=_count(given, "rule"),
            alarms=tuple(AlarmAction.from_dict(alarm, "alarms") for alarm in alarms),
            trace=Trace.from_dict(given.get("trace")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreatTraced:
    """More is known of who and where is behind a threat."""

    id: str
    serial: str
    trace: Trace

    def told(self) -> dict[str, object]:
        """Return what a line of the record says of it."""
        return {"id": self.id} | {
            name: getattr(self.trace, name) for name in ("mac", "host_name", "login_address")
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreatAcknowledged:
    """Somebody who looks after what a threat is about knows of it."""

    id: str
    serial: str
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreatLevelChanged:
    """How grave it is now, for one device, or with serial "" for all."""

    serial: str
    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """A user may do nothing with a device for a while, or an address is not listened to."""

    serial: str  # that it is about; "" for none
    user_id: str  # "": it is an address
    source: str
    until: float  # Unix time
    threat: str  # id


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockEnded:
    """A block was released, or is over."""

    serial: str
    user_id: str
    source: str
    actor: Actor | None = None  # None: by time, or because a right was given


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSuspendedNow:
    """The policy ended all communications with a device."""

    serial: str
    until: float  # Unix time; 0: until somebody lifts it
    threat: str  # id


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspensionLifted:
    """The device is connected again; `why` is "owner", "time" or "power_up"."""

    serial: str
    why: str
    actor: Actor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringChanged:
    """Somebody changed the monitoring policy; "" as serial: not for one device alone."""

    serial: str
    actor: Actor
    act: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmwareChanged:
    """A device runs another firmware than at its last link."""

    serial: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditTroubled:
    """Something is wrong with the record (`kind` as the record's writer names it)."""

    kind: str
    lines: int


type MonitoringEvent = (
    ThreatSeen
    | ThreatTraced
    | ThreatAcknowledged
    | ThreatLevelChanged
    | Blocked
    | BlockEnded
    | DeviceSuspendedNow
    | SuspensionLifted
    | MonitoringChanged
    | FirmwareChanged
    | AuditTroubled
)


def _text(given: Mapping[str, object], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise ValueError(f"{name}: expected text")
    return value


def _count(given: Mapping[str, object], name: str) -> int:
    return whole_number(given.get(name), name, 0, _MAX_COUNT)


def _responses(given: Mapping[str, object], name: str) -> frozenset[Response]:
    value = given.get(name)
    if not isinstance(value, list) or len(value) > len(Response):
        raise ValueError(f"{name}: expected a list")
    return frozenset(Response(one_of(each, name, Response)) for each in value)
