"""What the gateway tells its listeners, as typed events on the management bus (FIG 2 box 205).

Every text in an event that came from a peer is cleaned and capped. Identifiers of sessions are the
transient ones (DSID, GSID); no event carries a key or a password.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..policy.actors import Actor
from ..policy.decision import Decision
from .deployment_events import AnyDeploymentEvent
from .packages import EventRecord
from .threat_events import MonitoringEvent
from .video_events import VideoEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRefused:
    """The policy denied a command."""

    serial: str
    actor: Actor
    command: str
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandEnded:
    """A command that the policy allowed came to its end, with or without effect, as `code` says."""

    serial: str
    actor: Actor
    command: str
    entity: str
    arguments: Mapping[str, object]  # as they were given: may hold secrets
    decision: Decision
    code: str  # "ok", "caller_left", or the error's code
    session_id: bytes = b""  # empty when no session is known
    duration_ms: float  # as the caller saw it


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeLearned:
    """What became of a command that had been reported as unknown (`status`: wire.STATUS_...)."""

    serial: str
    session_id: bytes
    status: int
    result: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A failed check on the link of a device, found here or told by the device (FIG 10 step 1025)."""

    serial: str
    code: int  # wire.BREACH_NAMES
    is_authenticated: bool  # False: anybody on the network may have caused it
    detail: str
    count: int = 1
    is_told: bool = False  # the device found it and tells so afterwards
    boot: int = 0  # of what is told: start of the device in which it was found ...
    total: int = 0  # ... and how often in that start


@dataclass(frozen=True, slots=True, kw_only=True)
class CopySuspected:
    """Counts and identifiers do not match: the device, or this gateway, exists twice. Suspended."""

    serial: str
    detail: str
    is_new: bool = True  # False: found in an earlier run


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundBehind:
    """This gateway was restored from a backup, and the device knows sessions that it does not."""

    serial: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupAccepted:
    """Somebody with that right said that the restored gateway goes on with the device."""

    serial: str
    user_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressChanged:
    """A link came up at another address than the one known so far."""

    serial: str
    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRecovered:
    """The device did not allow this gateway's address, and is told it over the authenticated link."""

    serial: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressNotAllowed:
    """The device is reached from an address that is not this gateway's own: its owner has to allow it."""

    serial: str
    address: str  # as the device sees this gateway


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRotated:
    """A device has used its new binding key for the first time; the old one is forgotten."""

    serial: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRotationFailed:
    """The schedule could not replace a key; told once until it works again."""

    serial: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestInvited:
    """Another gateway may claim the device for ten minutes, to stand in for this one."""

    serial: str
    slot: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestRemoved:
    """The gateway that had that slot may no longer command the device."""

    serial: str
    slot: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingBy:
    """Linked to a device that another gateway commands."""

    serial: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptionChanged:
    """The device says it is something else than before: entities to add or to take away."""

    serial: str
    is_first: bool = False  # nothing was known of it before


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceEvent:
    """Something happened at a device (a button was pressed); durable here before it is told, and once."""

    serial: str
    event: EventRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagesReceived:
    """So many packages of a device came within an hour, in sessions from `first` to `last` (hex)."""

    serial: str
    taken: int
    refused: int
    first: str
    last: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsDropped:
    """A device had no room for so many further events, so they are lost."""

    serial: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamEnded:
    """A stream of a device has ended; `reason` says why it is not whole."""

    serial: str
    kind: str
    size: int  # bytes that were taken
    is_whole: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionsChanged:
    """Owners, authority or rows are others than before."""

    by: Actor | None  # None: the gateway itself, because of a claim, a reset, a deleted user


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerChanged:
    """A device has another owner; all authority that hung on the former one ended."""

    serial: str
    from_id: str
    to_id: str
    is_takeover: bool = False  # by break-glass


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferOffered:
    """The owner wants to give the device to somebody, who has to accept it."""

    serial: str
    from_id: str
    to_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferEnded:
    """An offer was withdrawn or declined."""

    serial: str
    from_id: str
    to_id: str
    by_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeoverAsked:
    """An administrator asks for a device (break-glass); its owner may object until `due_at`."""

    serial: str
    owner_id: str
    by_id: str
    due_at: float  # Unix time, seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeoverEnded:
    """The owner objected, or the administrator no longer asks."""

    serial: str
    owner_id: str
    by_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceReset:
    """A device proved that its button was held: it has no owner any more, and may be claimed."""

    serial: str
    owner_id: str  # who had it


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandPostponed:
    """The device is away; it gets the command when it is back, until a moment (Unix time, seconds)."""

    serial: str
    id: str
    command: str
    actor: Actor
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PostponedEnded:
    """A command that waited was given, or will not be, as `code` says: "ok", "expired", an error's code."""

    serial: str
    id: str
    command: str
    entity: str  # "" for the device as a whole
    actor: Actor
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostponedCancelled:
    """Somebody dropped a command that waited."""

    serial: str
    id: str
    command: str
    entity: str  # "" for the device as a whole
    actor: Actor
    given_by: str  # as the record names people


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureChosen:
    """Its owner said what becomes of the values of a device, or of one of its entities."""

    serial: str
    entity: str  # "" for the device
    choice: str  # "" for that of the device
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingsGiven:
    """Somebody was given so many values that were kept of a device."""

    serial: str
    actor: Actor
    entity: str  # "" for all
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewingBegan:
    """Somebody began to watch a camera or a recording of it; its end is a CommandEnded."""

    serial: str
    actor: Actor
    command: str  # "view", "playback"
    entity: str
    what: str  # "live", "still", "clip", "thumbnail"
    clip: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PingSuspicious:
    """A ping that should not be.

    `kind` is "wrong_tag", "replayed", "says_unclaimed" or, with no serial, "flood". A flood of them is one event.
    """

    serial: str
    kind: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimAttempted:
    """A claim that did not succeed (`code`: the error's code)."""

    serial: str
    user_id: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PassRejected:
    """Somebody came with a link that opens nothing: made up, ended, or taken back (B6)."""

    source: str  # address


type GatewayEvent = (
    CommandRefused
    | CommandEnded
    | OutcomeLearned
    | Breach
    | CopySuspected
    | FoundBehind
    | BackupAccepted
    | AddressChanged
    | AddressRecovered
    | AddressNotAllowed
    | KeyRotated
    | KeyRotationFailed
    | GuestInvited
    | GuestRemoved
    | StandingBy
    | DescriptionChanged
    | DeviceEvent
    | EventsDropped
    | PackagesReceived
    | StreamEnded
    | PassRejected
    | PermissionsChanged
    | OwnerChanged
    | TransferOffered
    | TransferEnded
    | TakeoverAsked
    | TakeoverEnded
    | DeviceReset
    | AnyDeploymentEvent
    | CommandPostponed
    | PostponedEnded
    | PostponedCancelled
    | DisclosureChosen
    | ReadingsGiven
    | ViewingBegan
    | PingSuspicious
    | ClaimAttempted
    | MonitoringEvent
    | VideoEvent
)
