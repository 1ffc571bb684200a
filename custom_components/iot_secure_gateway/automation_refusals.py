"""An automation or script that was refused: whoever has authority over the device may allow exactly that (US7).

Home Assistant shows the issue to everybody and its form to administrators; who may settle it is judged by
the permission table, here and at the console.
"""

from collections.abc import Callable, Iterator
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .console_links import PAGE_OVERVIEW, issue_link
from .const import CONF_SERIAL, DOMAIN, ISSUE_AUTOMATION_REFUSED
from .gateway.events import CommandRefused, GatewayEvent, PermissionsChanged
from .gateway.gateway import Gateway
from .gateway.printable import printable
from .markup import escaped
from .people import device_name
from .policy.actors import Actor, Automation, Script, User
from .policy.authority import authority_of
from .policy.columns import Commands, Devices, Users
from .policy.decision import Reason
from .policy.row_changes import add_row
from .policy.rows import Row

ATTR_AUTOMATION: Final = "automation"
ATTR_COMMAND: Final = "command"
MAX_OPEN: Final = 32  # a house with more has another trouble; those that come later are shown later

_REASONS = (Reason.AUTOMATION_NOT_PERMITTED, Reason.SCRIPT_NOT_PERMITTED, Reason.OTHER_COMMANDS)

type Refusal = tuple[str, str, str]  # serial, entity id of the automation or script, command


@callback
def async_watch_automations(hass: HomeAssistant, gateway: Gateway) -> Callable[[], None]:
    """Raise and settle issues from now on; returns the end of that."""

    @callback
    def told(event: GatewayEvent) -> None:
        if isinstance(event, CommandRefused):
            _async_refused(hass, gateway, event)
        elif isinstance(event, PermissionsChanged):
            for issue_id, (serial, entity_id, command) in tuple(_open(hass)):
                if gateway.judge(_actor(entity_id), serial, command).allowed:
                    ir.async_delete_issue(hass, DOMAIN, issue_id)

    return gateway.add_listener(told)


@callback
def async_refused_automations(hass: HomeAssistant) -> list[Refusal]:
    """Return what was refused and is not settled."""
    return [refusal for _, refusal in _open(hass)]


async def async_allow(gateway: Gateway, actor: User, refusal: Refusal) -> None:
    """Add the row that allows it, in the name of whoever does it. Raises ChangeRefused."""
    serial, entity_id, command = refusal
    permissions = gateway.permissions
    named = frozenset({entity_id})
    row = Row(
        made_by=actor.id,
        by=authority_of(permissions.state, actor.id, serial).appointment,
        users=Users(scripts=named)
        if isinstance(_actor(entity_id), Script)
        else Users(automations=named),
        devices=Devices(serials=frozenset({serial})),
        commands=Commands(names=frozenset({command})),
    )
    await permissions.change(lambda state: add_row(state, actor, row), actor)


@callback
def _async_refused(hass: HomeAssistant, gateway: Gateway, event: CommandRefused) -> None:
    actor = event.actor
    if not isinstance(actor, (Automation, Script)) or event.decision.reason not in _REASONS:
        return
    issue_id = f"{ISSUE_AUTOMATION_REFUSED}_{event.serial}_{actor.entity_id}"
    known = dict(_open(hass))
    if issue_id in known or len(known) >= MAX_OPEN:
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        data={
            CONF_SERIAL: event.serial,
            ATTR_AUTOMATION: actor.entity_id,
            ATTR_COMMAND: event.command,
        },
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        learn_more_url=issue_link(hass, PAGE_OVERVIEW),
        translation_key=ISSUE_AUTOMATION_REFUSED,
        translation_placeholders={
            "automation": escaped(printable(actor.entity_id)),
            "command": event.command,
            "name": escaped(device_name(gateway, event.serial)),
        },
    )


def _open(hass: HomeAssistant) -> Iterator[tuple[str, Refusal]]:
    for (domain, issue_id), issue in ir.async_get(hass).issues.items():
        if domain == DOMAIN and (refusal := refusal_of(issue.data)) is not None:
            yield issue_id, refusal


def refusal_of(data: object) -> Refusal | None:
    """Return what the data of an issue are about; None when it is another one."""
    if not isinstance(data, dict) or ATTR_AUTOMATION not in data:
        return None
    return str(data[CONF_SERIAL]), str(data[ATTR_AUTOMATION]), str(data[ATTR_COMMAND])


def _actor(entity_id: str) -> Actor:
    if entity_id.startswith("script."):
        return Script(entity_id=entity_id)
    return Automation(entity_id=entity_id)
