"""The gateway's errors as Home Assistant shows them: translated, saying what failed and what to do."""

from collections.abc import Mapping
from datetime import datetime

from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .gateway.errors import (
    AlreadyOwned,
    ClaimError,
    GatewayError,
    InvalidCommand,
    Refused,
    RefusedByDevice,
)
from .policy.decision import Decision

# Bad use rather than a failure of the device: Home Assistant logs these without a trace.
_VALIDATION_ERRORS = (ClaimError, InvalidCommand, RefusedByDevice)


class NotRunning(GatewayError):
    """The gateway is not there: its entry is disabled, or Home Assistant stops."""

    code = "gateway_not_ready"


class ConsoleOff(GatewayError):
    """The gateway's options say that there is no console."""

    code = "console_off"


class NotAPerson(GatewayError):
    """Software with a login of its own asked for what only a person can do."""

    code = "not_a_person"


class PermissionDenied(ServiceValidationError, Unauthorized):
    """The policy said no.

    Both kinds at once: `Unauthorized` is what it is and what our own websocket commands report; as a
    `ServiceValidationError` it reaches the person who pressed the button with its text, and a REST
    call answers 400 instead of 401, which Home Assistant would count as a failed login.
    """

    def __init__(
        self,
        *,
        context: Context | None,
        decision: Decision,
        placeholders: Mapping[str, str],
    ) -> None:
        Unauthorized.__init__(self, context=context)
        self.decision = decision
        self.translation_domain = DOMAIN
        self.translation_key = f"refused_{decision.reason.value}"
        self.translation_placeholders = {**placeholders, "row": str(decision.row)}
        if (next_at := decision.next_allowed_at) is not None:
            self.translation_key += "_next"
            self.translation_placeholders["next"] = local_text(next_at)
        self.generate_message = True


def local_text(when: datetime) -> str:
    """Return a moment as people of this home read it; of today only the time of day."""
    at, now = dt_util.as_local(when), dt_util.now()
    return at.strftime("%H:%M" if at.date() == now.date() else "%Y-%m-%d %H:%M")


def text_key(error: GatewayError) -> str:
    """Return the key of the text for an error."""
    if isinstance(error, AlreadyOwned) and error.by_us:
        return "already_owned_here"
    return error.code


def home_assistant_error(
    error: GatewayError, *, context: Context | None, placeholders: Mapping[str, str]
) -> HomeAssistantError:
    """Return the exception to raise for `error`; `placeholders` name the device, owner and command."""
    texts = {**placeholders, **error.placeholders}
    if isinstance(error, Refused):
        return PermissionDenied(context=context, decision=error.decision, placeholders=texts)
    kind = ServiceValidationError if isinstance(error, _VALIDATION_ERRORS) else HomeAssistantError
    return kind(
        translation_domain=DOMAIN,
        translation_key=text_key(error),
        translation_placeholders=texts,
    )
