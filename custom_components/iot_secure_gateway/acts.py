"""What people do at the console, in forms and through services, as lines of the record: also what was refused (B21).

What the gateway tells says what changed; these lines say who asked for it, from where, and in vain, too.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from homeassistant.components import websocket_api
from homeassistant.core import HomeAssistant, callback

from .auditing import DATA_AUDIT
from .const import DOMAIN
from .exceptions import ConsoleOff, NotAPerson
from .gateway.audit import Audit
from .gateway.errors import ChangeRefused, GatewayError, NotAdministrator, Refused
from .policy.actors import Actor
from .policy.audit import Verdict

KIND_ACT: Final = "act"
KIND_OPENED: Final = "console_opened"

# They change nothing, and pages ask them all the time. Whatever is not named here leaves a line.
QUESTIONS: Final = frozenset(
    {
        "access_choices",
        "access_questions",
        "areas",
        "audit",
        "audit_progress",
        "authority",
        "claim_state",
        "deployments",
        "devices",
        "disclosure",
        "discovered",
        "effective_monitoring",
        "explain",
        "explain_permission",
        "get_proposals",
        "group_deployments",
        "handovers",
        "learning_proposals",
        "learnings",
        "message_settings",
        "monitoring_policy",
        "people",
        "permission_history",
        "permission_week",
        "preview_permissions",
        "queued_commands",
        "records",
        "references",
        "refused_automations",
        "revoking",
        "rows",
        "self_audit",
        "simulate",
        "simulate_permission",
        "threats",
        "video_address",
        "video_choice",
        "video_clips",
        "video_viewers",
    }
)
# They have lines that say more: of commands and of exports.
TOLD_BY_THEMSELVES: Final = frozenset(
    {"audit_export", "read", "record", "send_command", "start_recording", "stop_recording"}
)

_REFUSALS: Final = (Refused, ChangeRefused, ConsoleOff, NotAPerson, NotAdministrator)
_NO_FAULT: Final = "ok"
_FAULT: Final = "fault"


@contextmanager
def noted(hass: HomeAssistant, name: str, actor: Actor, serial: str) -> Iterator[None]:
    """Write down how the act called `name` ends that is done within; its fields may be secrets, and are not."""
    verdict, result = Verdict.FAILED, _FAULT
    try:
        yield
        verdict, result = Verdict.OK, _NO_FAULT
    except GatewayError as error:
        verdict = Verdict.REFUSED if isinstance(error, _REFUSALS) else Verdict.FAILED
        result = error.code
        raise
    finally:
        if name not in QUESTIONS | TOLD_BY_THEMSELVES:
            note_done(hass, name, actor, serial, verdict, result)


@callback
def note_done(
    hass: HomeAssistant,
    name: str,
    actor: Actor,
    serial: str,
    verdict: Verdict = Verdict.OK,
    result: str = _NO_FAULT,
) -> None:
    """Write down an act."""
    if (audit := _audit(hass)) is not None:
        audit.note(KIND_ACT, actor, serial=serial, command=name, verdict=verdict, result=result)


@callback
def async_note_visit(
    hass: HomeAssistant, connection: websocket_api.ActiveConnection, actor: Actor
) -> None:
    """Write down that somebody opened the console: once per connection."""
    audit = _audit(hass)
    if audit is None or DOMAIN in connection.subscriptions:
        return
    connection.subscriptions[DOMAIN] = lambda: None  # lives as long as the connection
    audit.note(KIND_OPENED, actor)


def _audit(hass: HomeAssistant) -> Audit | None:
    runtime = hass.data.get(DATA_AUDIT)
    return None if runtime is None else runtime.audit
