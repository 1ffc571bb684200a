"""What the gateway tells on its bus, as lines of the record (S16)."""

from collections.abc import Callable, Iterator
from dataclasses import fields
import re
from typing import Final

from ..policy.actors import Actor, Automation, Guest, Integration, Script, System, Unknown, User
from ..policy.audit import AuditLine, Verdict, masked
from ..policy.differences import differences
from ..policy.state import EMPTY, PolicyState
from ..protocol import wire
from .command_ends import OK
from .deployment_events import DeploymentLost, DeploymentRefused
from .events import (
    Breach,
    ClaimAttempted,
    CommandEnded,
    CommandRefused,
    CopySuspected,
    DeviceEvent,
    EventsDropped,
    GatewayEvent,
    OutcomeLearned,
    PassRejected,
    PermissionsChanged,
    PingSuspicious,
    PostponedEnded,
)
from .threat_events import Blocked, BlockEnded, ThreatSeen, ThreatTraced
from .video_events import RecordingEnded, VideoRefused

_ABOUT_PEOPLE: Final = (Blocked, BlockEnded, ThreatSeen)

GATEWAY: Final = "system"  # the gateway itself, as a principal
NOBODY: Final = "unknown"

MAX_CHANGE_LINES: Final = 256  # of one change: an import of a whole table is told by so many

_FAILURES: Final = (
    Breach,
    ClaimAttempted,
    CopySuspected,
    DeploymentLost,
    DeploymentRefused,
    EventsDropped,
    PassRejected,
    PingSuspicious,
    VideoRefused,
)
# Who did it, in the order in which events name people.
_PEOPLE: Final = ("by_id", "user_id", "from_id", "owner_id")
_OUTCOMES: Final = {
    wire.STATUS_OK: OK,
    wire.STATUS_FAILED: "command_failed",
    wire.STATUS_REFUSED: "refused_by_device",
    wire.STATUS_NOT_EXECUTED: "not_executed",
}
_WORD: Final = re.compile(r"(?<!^)(?=[A-Z])")


def principal_of(actor: Actor | None) -> str:
    """Return how the record names an actor; None is the gateway itself."""
    match actor:
        case User():
            return principal_of_user(actor.id)
        case Automation() | Script():
            return actor.entity_id
        case Integration():
            return f"integration:{actor.name}"
        case Guest():
            return f"guest:{actor.id}"
        case Unknown():
            return NOBODY
        case System() | None:
            return GATEWAY
        case _:  # a kind that came later: by its name, never as somebody else
            return type(actor).__name__.lower()


def principal_of_user(user_id: str) -> str:
    """Return how the record names a person."""
    return f"user:{user_id}" if user_id else NOBODY


class Audit:
    """Writes a line, or some, for every event."""

    def __init__(
        self,
        put: Callable[[AuditLine], None],
        *,
        state: Callable[[], PolicyState],
        unix_time: Callable[[], float],
        source: Callable[[], str],
    ) -> None:
        """`state`: the permissions in force; `source`: the address behind what is done now, or ""."""
        self.is_on = True  # off, nothing is written at all
        self._keep = put
        self._state = state
        self._unix_time = unix_time
        self._source = source
        self._known: PolicyState | None = None

    def start(self) -> None:
        """The permissions are loaded: what changes from now on is told."""
        self._known = self._state()

    def switch(self, *, is_on: bool, actor: Actor | None) -> None:
        """Write nothing from now on, or write again; either way a line says who wanted it."""
        if is_on and not self.is_on:
            self.is_on = True
            self._known = self._state()
            self.note("record_on", actor)
        elif self.is_on and not is_on:
            self.note("record_off", actor)
            self.is_on = False

    def on_event(self, event: GatewayEvent) -> None:
        """Write what happened."""
        if isinstance(event, CommandEnded):
            self._on_command(event)
        elif isinstance(event, CommandRefused):
            self.note(
                "refused",
                event.actor,
                serial=event.serial,
                row=event.decision.row,
                command=event.command,
                verdict=Verdict.REFUSED,
                result=event.decision.reason,
            )
        elif isinstance(event, PermissionsChanged):
            self._on_permissions(event.by)
        else:
            self._on_other(event)

    def note(self, kind: str, actor: Actor | None, **told: object) -> None:
        """Write one line about something that somebody did: also for what is no event of the gateway."""
        starter = actor.starter if isinstance(actor, (Automation, Script)) else None
        person = starter or actor
        self._put(
            AuditLine(
                at_us=int(self._unix_time() * 1_000_000),
                kind=kind,
                principal=principal_of(actor),
                name=person.name if isinstance(person, (User, Integration, Guest)) else "",
                starter="" if starter is None else principal_of(starter),
                source=self._source() if isinstance(person, (User, Guest)) else "",
                **told,  # type: ignore[arg-type]
            )
        )

    def _put(self, line: AuditLine) -> None:
        if self.is_on:
            self._keep(line)

    # -------------------------------------------------------------------------------------------------
    def _on_command(self, event: CommandEnded) -> None:
        self.note(
            "command",
            event.actor,
            serial=event.serial,
            row=event.decision.row,
            command=event.command,
            entity=event.entity,
            arguments=masked(event.command, event.arguments),
            session=event.session_id.hex(),
            verdict=Verdict.OK if event.code == OK else Verdict.FAILED,
            result=event.code,
            detail=event.decision.reason,
            duration_us=int(event.duration_ms * 1000),
        )

    def _on_permissions(self, by: Actor | None) -> None:
        """Tell what is other than before, for each device that it names."""
        old, self._known = self._known or EMPTY, self._state()
        for count, (kind, serial, detail) in enumerate(_changes(old, self._known)):
            if count == MAX_CHANGE_LINES:
                self.note("permissions_changed", by, detail="and more")
                return
            self.note(kind, by, serial=serial, detail=detail)

    def _on_other(self, event: GatewayEvent) -> None:
        """Tell what an event says of itself."""
        told = {field.name: getattr(event, field.name) for field in fields(event)}
        actor = told.pop("actor", None)
        serial = str(told.pop("serial", ""))
        is_about = isinstance(event, _ABOUT_PEOPLE)  # who is named did nothing by it
        person = None if is_about else next((name for name in _PEOPLE if name in told), None)
        if actor is None and person is not None:
            actor = User(id=told[person]) if told[person] else Unknown()
        session, result = b"", str(told.pop("code", ""))
        verdict = Verdict.FAILED if isinstance(event, _FAILURES) else Verdict.OK
        if isinstance(event, OutcomeLearned):
            session, result = event.session_id, _OUTCOMES.get(event.status, "outcome_unknown")
            verdict = Verdict.OK if result == OK else Verdict.FAILED
            told = {}
        elif isinstance(event, (PostponedEnded, RecordingEnded)) and result != OK:
            verdict = Verdict.FAILED
        elif isinstance(event, Breach):
            result = wire.BREACH_NAMES.get(event.code, result)
        elif isinstance(event, (ThreatSeen, ThreatTraced)):
            result, told = str(told.get("level", "")), event.told()
        elif isinstance(event, DeviceEvent):
            told = {"entity": event.event.entity, "type": event.event.type}
        self.note(
            _WORD.sub("_", type(event).__name__).lower(),
            actor,
            serial=serial,
            session=session.hex(),
            verdict=verdict,
            result=result,
            detail=" ".join(f"{name}={value}" for name, value in told.items() if value != ""),
        )


def _changes(old: PolicyState, new: PolicyState) -> Iterator[tuple[str, str, str]]:
    """Yield kind of line, device and what changed; the device is "" for what names none."""
    for serial in sorted(old.owners.keys() | new.owners.keys()):
        before, after = old.owners.get(serial), new.owners.get(serial)
        if before is None and after is not None:
            yield "claimed", serial, f"owner={after}"
        elif before is not None and after is None:
            yield "given_up", serial, f"owner={before}"
    for key in sorted(old.appointments.keys() | new.appointments.keys()):
        was, now = old.appointments.get(key), new.appointments.get(key)
        link = now or was
        if was != now and link is not None:
            act = _act(was, now)
            for serial in sorted(link.devices) or [""]:
                yield "appointment_changed", serial, f"{act} {link.role} user={link.user_id}"
    for found in differences(old, new):
        if found.fields == ("uses_left",):
            continue  # a command used it, which has a line of its own
        detail = (
            f"{_act(found.before, found.after)} {found.kind} {found.id} {' '.join(found.fields)}"
        )
        serials: frozenset[str] = frozenset()
        if found.kind == "rows":
            rows = (old.rows.get(int(found.id)), new.rows.get(int(found.id)))
            serials = frozenset().union(*(row.devices.serials for row in rows if row is not None))
        for serial in sorted(serials) or [""]:
            yield "permissions_changed", serial, detail.strip()


def _act(was: object, now: object) -> str:
    return "added" if was is None else "removed" if now is None else "changed"
