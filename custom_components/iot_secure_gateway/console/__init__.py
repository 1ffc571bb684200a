"""The console page's side in Home Assistant: websocket commands, by topic.

Home Assistant opens its forms to administrators only. Owners need not be any, so every act of an owner
is a command here, judged for whoever is logged in; the forms are a second way to the same.
"""

from homeassistant.components import websocket_api
from homeassistant.core import HomeAssistant, callback

from . import (
    asking,
    audit,
    audit_page,
    authority,
    automations,
    binding,
    claims,
    deployments,
    devices,
    exchange,
    explain,
    gateway_page,
    group_deployments,
    handovers,
    learning,
    messages,
    monitoring,
    monitoring_page,
    my_access,
    overview,
    ownership,
    pages,
    passes,
    permissions_page,
    queue,
    readings,
    records,
    row_references,
    rows,
    self_audit,
    threats,
    trace,
    video,
)

COMMANDS = (
    *learning.COMMANDS,
    *asking.COMMANDS,
    *audit.COMMANDS,
    *audit_page.COMMANDS,
    *devices.COMMANDS,
    *claims.COMMANDS,
    *binding.COMMANDS,
    *handovers.COMMANDS,
    *authority.COMMANDS,
    *deployments.COMMANDS,
    *group_deployments.COMMANDS,
    *readings.COMMANDS,
    *records.COMMANDS,
    *queue.COMMANDS,
    *rows.COMMANDS,
    *row_references.COMMANDS,
    *passes.COMMANDS,
    *explain.COMMANDS,
    *automations.COMMANDS,
    *exchange.COMMANDS,
    *gateway_page.COMMANDS,
    *messages.COMMANDS,
    *monitoring.COMMANDS,
    *threats.COMMANDS,
    *trace.COMMANDS,
    *video.COMMANDS,
    *monitoring_page.COMMANDS,
    *my_access.COMMANDS,
    *permissions_page.COMMANDS,
    *overview.COMMANDS,
    *ownership.COMMANDS,
    *pages.COMMANDS,
    *self_audit.COMMANDS,
)


@callback
def async_register_console(hass: HomeAssistant) -> None:
    """Register all commands, once: Home Assistant cannot take them back."""
    for command in COMMANDS:
        websocket_api.async_register_command(hass, command)
