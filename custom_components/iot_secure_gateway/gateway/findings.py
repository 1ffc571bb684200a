"""What an event of the gateway means to those who watch (FIG 14 step 1405): one finding, or none."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ..policy.actors import Actor, Automation, Integration, Script, System, Unknown, User
from ..policy.decision import Reason
from ..policy.threats import Detection, Evidence, evidence_of
from ..protocol import wire
from .audit import principal_of
from .events import (
    Breach,
    ClaimAttempted,
    CommandEnded,
    CommandRefused,
    CopySuspected,
    DescriptionChanged,
    DeviceReset,
    GatewayEvent,
    PassRejected,
    TakeoverAsked,
)
from .printable import printable
from .threat_events import AuditTroubled, FirmwareChanged
from .video_events import VideoRefused

MAX_EVIDENCE: Final = 200  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was found."""

    detection: Detection
    serial: str = ""
    actor: Actor | None = None
    source: str = ""
    evidence: str = ""
    is_proven: bool = False
    count: int = 1

    @property
    def user_id(self) -> str:
        """The person, if it is one with a name."""
        return self.actor.id if isinstance(self.actor, User) else ""

    @property
    def who(self) -> str:
        """As the record names whoever did it; "" when that is nobody."""
        return "" if self.actor is None else principal_of(self.actor)


type Holds = Callable[[Actor, str], bool]  # actor, serial: whether they hold anything there

_TIMES: Final = {Reason.NOT_NOW, Reason.EXPIRED, Reason.USED_UP}
_NO_FINDING: Final = {Reason.BLOCKED, Reason.ERROR, Reason.NO_OWNER}
_CLAIMS: Final = {
    "wrong_password": Detection.WRONG_PASSWORD,
    "password_not_in_record": Detection.WRONG_PASSWORD,
    "claim_locked": Detection.CLAIM_LOCKED,
    "already_owned": Detection.CLAIM_OF_OWNED,
    "serial_not_listed": Detection.UNKNOWN_SERIAL,
}
_PINGS: Final = {
    "wrong_tag": Detection.SPOOFED_DEVICE,
    "replayed": Detection.REPLAYED_PING,
    "says_unclaimed": Detection.SAYS_UNCLAIMED,
    "other_address": Detection.DUPLICATE_SERIAL,
    "flood": Detection.FLOOD,
}
_BREACHES: Final = {
    wire.ADDRESS_NOT_ALLOWED: Detection.WRONG_ADDRESS,
    wire.BAD_FRAME: Detection.MALFORMED,
    wire.BAD_RECORD: Detection.MALFORMED,
    wire.COMMAND_MISMATCH: Detection.COMMAND_ALTERED,
    wire.GSID_MISMATCH: Detection.IDENTIFIER_WRONG,
    wire.DSID_MISMATCH: Detection.IDENTIFIER_WRONG,
    wire.GSID_REUSED: Detection.IDENTIFIER_WRONG,
    wire.CONTINUITY_BREAK: Detection.COPY_SUSPECTED,
}


def finding_of_ping(kind: str, serial: str, source: str) -> Finding:
    """Return what a suspicious ping means (`kind` as the listener names it)."""
    return Finding(detection=_PINGS[kind], serial=serial, source=source, evidence=f"ping {kind}")


def finding_of(event: GatewayEvent, holds: Holds, owner: Callable[[str], str]) -> Finding | None:
    """Return what an event means; `owner` tells the first owner's id of a serial, or ""."""
    match event:
        case CommandEnded():
            return _of_command(event)
        case CommandRefused():
            return _of_refusal(event, holds)
        case Breach():
            return _of_breach(event)
        case CopySuspected() if event.is_new:
            return _proven(Detection.COPY_SUSPECTED, event.serial, event.detail)
        case ClaimAttempted():
            detection = _CLAIMS.get(event.code)
            if detection is None or (event.user_id and event.user_id == owner(event.serial)):
                return None
            by: Actor = User(id=event.user_id) if event.user_id else Unknown()
            is_unknown = detection is Detection.UNKNOWN_SERIAL  # and anybody's to invent
            return Finding(
                detection=detection,
                serial="" if is_unknown else event.serial,
                actor=by,
                evidence=_short(f"claim of {event.serial}, {event.code}"),
            )
        case TakeoverAsked():
            actor = User(id=event.by_id)
            return Finding(detection=Detection.TAKEOVER_ASKED, serial=event.serial, actor=actor)
        case DeviceReset():
            return _proven(Detection.DEVICE_RESET, event.serial, "")
        case DescriptionChanged() if not event.is_first:
            return _proven(Detection.DESCRIPTION_CHANGED, event.serial, "")
        case FirmwareChanged():
            told = f"firmware {event.before} to {event.after}"
            return _proven(Detection.FIRMWARE_CHANGED, event.serial, told)
        case VideoRefused():
            return Finding(
                detection=Detection.MALFORMED,
                serial=event.serial,
                evidence=f"video, {event.why}",
                count=event.count,
            )
        case PassRejected():
            return Finding(
                detection=Detection.PASS_REJECTED, source=event.source, evidence="a made-up link"
            )
        case AuditTroubled():
            told = f"{event.kind}, lines {event.lines}"
            return Finding(detection=Detection.AUDIT_TROUBLE, evidence=told)
    return None


def _of_command(event: CommandEnded) -> Finding | None:
    if isinstance(event.actor, System):
        return None
    if event.code == "ok":
        return Finding(detection=Detection.ROUTINE, serial=event.serial, actor=event.actor)
    if event.code == "refused_by_device":
        return Finding(
            detection=Detection.REFUSED_BY_DEVICE,
            serial=event.serial,
            actor=event.actor,
            evidence=_short(f"command {event.command}"),
            is_proven=True,
        )
    return None


def _of_refusal(event: CommandRefused, holds: Holds) -> Finding | None:
    actor, reason = event.actor, event.decision.reason
    if isinstance(actor, System) or reason in _NO_FINDING:
        return None
    if isinstance(actor, (Automation, Script, Integration)):
        detection = Detection.SOFTWARE_REFUSED
    elif not holds(actor, event.serial):
        detection = Detection.UNAUTHORISED_USER
    elif reason in _TIMES:
        detection = Detection.OUTSIDE_WINDOW
    else:
        detection = Detection.BEYOND_PERMISSION
    told = _short(f"command {event.command}, {reason.value}")
    return Finding(detection=detection, serial=event.serial, actor=actor, evidence=told)


def _of_breach(event: Breach) -> Finding | None:
    if event.code in wire.HARMLESS_BREACHES:
        return None  # said of a session that came late: routine
    detection = _BREACHES.get(event.code)
    if event.code == wire.BAD_HANDSHAKE:
        # Somebody who has not the key: before the device, or in the place of the device.
        detection = Detection.SPOOFED_GATEWAY if event.is_told else Detection.SPOOFED_DEVICE
    if detection is None:
        return None
    return Finding(
        detection=detection,
        serial=event.serial,
        evidence=_short(f"{wire.BREACH_NAMES[event.code]}, {event.detail}"),
        is_proven=event.is_authenticated and evidence_of(detection) is Evidence.AUTHENTICATED,
        count=event.count,
    )


def _proven(detection: Detection, serial: str, evidence: str) -> Finding:
    return Finding(detection=detection, serial=serial, evidence=_short(evidence), is_proven=True)


def _short(text: str) -> str:
    return printable(text, MAX_EVIDENCE)
