"""What is watched for, what each finding proves, and what is done about it unless an owner said otherwise (FIG 14, FIG 15).

The four rows of FIG 15 stand here as `RESPONSES_OF`, made precise finding by finding in `DEFAULTS`. What
anybody on the network can bring about never suspends a device by default: else a stranger could
switch it off.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Level(StrEnum):
    """How grave a threat is (FIG 15 column 1510)."""

    VERY_LOW = "very_low"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """0 for the least grave."""
        return _RANKS[self]

    @property
    def next(self) -> Level:
        """The next graver one; the gravest is its own."""
        return LEVELS[min(self.rank + 1, len(LEVELS) - 1)]


LEVELS: Final = tuple(Level)
_RANKS: Final = {level: rank for rank, level in enumerate(LEVELS)}


class Response(StrEnum):
    """What is done (FIG 15 column 1515)."""

    LOG = "log"  # a line of the record
    REPORT = "report"  # a message to those who are responsible
    BLOCK = "block"  # the source address, or the user on this device, for a while
    TRACE = "trace"  # find out who and where
    SUSPEND = "suspend"  # communications with the device
    ALARM = "alarm"  # sirens, lights, scripts that the owner chose


class Evidence(StrEnum):
    """Who could have brought a finding about."""

    AUTHENTICATED = "authenticated"  # only who has the key of the device, or the button of it
    PERSON = "person"  # who may log in, or what runs in the host
    NETWORK = "network"  # anybody who can send a packet
    OWN = "own"  # nobody: the gateway compared what it knows


class Detection(StrEnum):
    """Everything that is watched for: a closed set."""

    ROUTINE = "routine"
    BEYOND_PERMISSION = "beyond_permission"
    OUTSIDE_WINDOW = "outside_window"
    UNAUTHORISED_USER = "unauthorised_user"
    SOFTWARE_REFUSED = "software_refused"
    REFUSED_BY_DEVICE = "refused_by_device"
    UNKNOWN_SERIAL = "unknown_serial"
    DUPLICATE_SERIAL = "duplicate_serial"
    WRONG_PASSWORD = "wrong_password"
    CLAIM_LOCKED = "claim_locked"
    CLAIM_OF_OWNED = "claim_of_owned"
    TAKEOVER_ASKED = "takeover_asked"
    DEVICE_RESET = "device_reset"
    COMMAND_ALTERED = "command_altered"
    IDENTIFIER_WRONG = "identifier_wrong"
    COPY_SUSPECTED = "copy_suspected"
    WRONG_ADDRESS = "wrong_address"
    SPOOFED_GATEWAY = "spoofed_gateway"
    SPOOFED_DEVICE = "spoofed_device"
    REPLAYED_PING = "replayed_ping"
    SAYS_UNCLAIMED = "says_unclaimed"
    MALFORMED = "malformed"
    FLOOD = "flood"
    HALF_OPEN = "half_open"
    PASS_REJECTED = "pass_rejected"
    MISSED_PINGS = "missed_pings"
    BURST = "burst"
    UNUSUAL_HOUR = "unusual_hour"
    DESCRIPTION_CHANGED = "description_changed"
    FIRMWARE_CHANGED = "firmware_changed"
    CLOCK_JUMP = "clock_jump"
    AUDIT_TROUBLE = "audit_trouble"


MAX_THRESHOLD: Final = 1000
MAX_WINDOW_S: Final = 86400
MAX_COOLDOWN_S: Final = 86400


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """What is made of a finding: from how many on, how grave, and what is done."""

    level: Level
    responses: frozenset[Response]
    threshold: int = 1  # so many within the window are a threat
    window_s: int = 60
    cooldown_s: int = 300  # until the same is told again
    raise_at: int = 0  # so many within the window are graver by one level; 0: never

    def __post_init__(self) -> None:
        if not 1 <= self.threshold <= MAX_THRESHOLD:
            raise ValueError(f"threshold: expected 1 to {MAX_THRESHOLD}")
        if not 1 <= self.window_s <= MAX_WINDOW_S:
            raise ValueError(f"window_s: expected 1 to {MAX_WINDOW_S}")
        if not 0 <= self.cooldown_s <= MAX_COOLDOWN_S:
            raise ValueError(f"cooldown_s: expected 0 to {MAX_COOLDOWN_S}")
        if self.raise_at and not self.threshold < self.raise_at <= MAX_THRESHOLD:
            raise ValueError(f"raise_at: expected more than threshold, at most {MAX_THRESHOLD}")
        if Response.LOG not in self.responses:
            raise ValueError("responses: everything is logged")


_LOG, _REPORT, _BLOCK = Response.LOG, Response.REPORT, Response.BLOCK
_TRACE, _SUSPEND, _ALARM = Response.TRACE, Response.SUSPEND, Response.ALARM

# FIG 15, row by row. The report of the last row is ours: an alarm for which nobody chose a siren is silent.
RESPONSES_OF: Final[Mapping[Level, frozenset[Response]]] = MappingProxyType(
    {
        Level.VERY_LOW: frozenset({_LOG}),
        Level.LOW: frozenset({_LOG, _REPORT}),
        Level.MEDIUM: frozenset({_LOG, _BLOCK, _TRACE, _REPORT}),
        Level.HIGH: frozenset({_LOG, _SUSPEND, _ALARM, _REPORT}),
    }
)


def _said(level: Level, *responses: Response, **figures: int) -> Treatment:
    chosen = frozenset({_LOG, *responses}) if responses else RESPONSES_OF[level]
    return Treatment(level=level, responses=chosen, **figures)


_AUTHENTICATED, _PERSON = Evidence.AUTHENTICATED, Evidence.PERSON
_NETWORK, _OWN = Evidence.NETWORK, Evidence.OWN
_HOUR: Final = 3600

# What each finding proves, and what is done about it. "Suspend communications" means the device where its
# key proves that something is wrong with it, else the suspected peer, which is blocked.
DEFAULTS: Final[Mapping[Detection, tuple[Evidence, Treatment]]] = MappingProxyType(
    {
        Detection.ROUTINE: (_AUTHENTICATED, _said(Level.VERY_LOW)),
        Detection.BEYOND_PERMISSION: (_PERSON, _said(Level.LOW)),
        Detection.OUTSIDE_WINDOW: (_PERSON, _said(Level.LOW)),
        Detection.UNAUTHORISED_USER: (_PERSON, _said(Level.MEDIUM)),
        Detection.SOFTWARE_REFUSED: (
            _PERSON,
            _said(Level.LOW, threshold=3, window_s=600, cooldown_s=_HOUR),
        ),
        Detection.REFUSED_BY_DEVICE: (_AUTHENTICATED, _said(Level.LOW, _LOG)),
        Detection.UNKNOWN_SERIAL: (_PERSON, _said(Level.LOW)),
        Detection.DUPLICATE_SERIAL: (
            _NETWORK,
            _said(Level.MEDIUM, _TRACE, _REPORT, threshold=3, window_s=600),
        ),
        # A typing error is no attack; the third one within ten minutes may be.
        Detection.WRONG_PASSWORD: (
            _PERSON,
            _said(Level.MEDIUM, _TRACE, _REPORT, threshold=3, window_s=600),
        ),
        Detection.CLAIM_LOCKED: (_PERSON, _said(Level.MEDIUM, _TRACE, _REPORT)),
        Detection.CLAIM_OF_OWNED: (_PERSON, _said(Level.MEDIUM, _TRACE, _REPORT)),
        Detection.TAKEOVER_ASKED: (_PERSON, _said(Level.MEDIUM, _REPORT)),
        Detection.DEVICE_RESET: (_AUTHENTICATED, _said(Level.MEDIUM, _REPORT)),
        Detection.COMMAND_ALTERED: (_AUTHENTICATED, _said(Level.HIGH)),
        Detection.IDENTIFIER_WRONG: (_AUTHENTICATED, _said(Level.HIGH)),
        Detection.COPY_SUSPECTED: (_AUTHENTICATED, _said(Level.HIGH)),
        Detection.WRONG_ADDRESS: (_NETWORK, _said(Level.HIGH, _REPORT, _ALARM)),
        Detection.SPOOFED_GATEWAY: (_NETWORK, _said(Level.HIGH, _REPORT, _ALARM)),
        Detection.SPOOFED_DEVICE: (
            _NETWORK,
            _said(Level.HIGH, _BLOCK, _TRACE, _REPORT, _ALARM),
        ),
        # Networks repeat packets now and then.
        Detection.REPLAYED_PING: (_NETWORK, _said(Level.LOW, threshold=3, window_s=300)),
        Detection.SAYS_UNCLAIMED: (_NETWORK, _said(Level.MEDIUM, _TRACE, _REPORT)),
        Detection.MALFORMED: (
            _NETWORK,
            _said(Level.MEDIUM, _TRACE, _REPORT, window_s=600, raise_at=5),
        ),
        Detection.FLOOD: (_NETWORK, _said(Level.MEDIUM)),
        Detection.HALF_OPEN: (_NETWORK, _said(Level.MEDIUM, _REPORT, threshold=5, window_s=300)),
        Detection.PASS_REJECTED: (
            _NETWORK,
            _said(Level.MEDIUM, _TRACE, _REPORT, threshold=3, window_s=600),
        ),
        Detection.MISSED_PINGS: (_OWN, _said(Level.VERY_LOW, window_s=600)),
        Detection.BURST: (_OWN, _said(Level.LOW, _LOG, cooldown_s=_HOUR)),
        Detection.UNUSUAL_HOUR: (_OWN, _said(Level.LOW, _LOG, cooldown_s=_HOUR)),
        Detection.DESCRIPTION_CHANGED: (_AUTHENTICATED, _said(Level.LOW)),
        Detection.FIRMWARE_CHANGED: (_AUTHENTICATED, _said(Level.LOW)),
        Detection.CLOCK_JUMP: (_OWN, _said(Level.LOW)),
        Detection.AUDIT_TROUBLE: (_OWN, _said(Level.MEDIUM, _REPORT)),
    }
)


def evidence_of(detection: Detection) -> Evidence:
    """Return who could bring such a finding about."""
    return DEFAULTS[detection][0]


def default_of(detection: Detection) -> Treatment:
    """Return what is made of a finding unless a rule says otherwise."""
    return DEFAULTS[detection][1]


# Codes of what an owner is warned of: the response can be turned against the owner.
_WARNINGS: Final = {
    Evidence.PERSON: "suspend_by_person",
    Evidence.NETWORK: "suspend_unproven",
    Evidence.OWN: "suspend_by_guess",
}


def warning_of(detection: Detection, responses: frozenset[Response]) -> str | None:
    """Return the code of the warning to show before this is chosen; None where nothing is to be feared."""
    if Response.SUSPEND not in responses:
        return None
    return _WARNINGS.get(evidence_of(detection))
