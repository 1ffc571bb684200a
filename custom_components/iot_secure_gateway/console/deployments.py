"""Commands about deployments (FIG 7): what a device can be set to, named sets of that, switching them."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

import probatio

from homeassistant.helpers.typing import VolDictType

from ..const import CONF_SERIAL
from ..gateway.deployment_records import MAX_NAME, DeviceDeployments
from ..gateway.deployments import SET_COMMAND, SETTINGS_COMMAND
from ..gateway.device_settings import MAX_SETTINGS, MAX_TEXT
from ..gateway.errors import DeviceOffline, NotExecuted, OutcomeUnknown
from ..people import user_name
from ..policy.actors import User
from .command import SERIAL, Caller, Message, Result, command

CONF_NAME: Final = "name"
CONF_REVISION: Final = "revision"
CONF_VALUES: Final = "values"
CONF_CONFIRM: Final = "confirm"

_ONE_DEVICE: Final[VolDictType] = {probatio.Required(CONF_SERIAL): SERIAL}
NAME: Final = probatio.All(str, probatio.Length(min=1, max=MAX_NAME))
_ONE: Final[VolDictType] = {**_ONE_DEVICE, probatio.Required(CONF_NAME): NAME}
VALUE: Final = probatio.Any(bool, int, float, probatio.All(str, probatio.Length(max=MAX_TEXT)))
# Of what was shown: who changes something that somebody else changed meanwhile is told so.
_EDITED: Final[VolDictType] = {
    **_ONE,
    probatio.Optional(CONF_REVISION, default=None): probatio.Any(None, int),
}


@command("deployments", _ONE_DEVICE)
async def ws_deployments(caller: Caller, msg: Message) -> Result:
    """Tell what a device can be set to now, or could when it was there, and its deployments."""
    serial, gateway = msg[CONF_SERIAL], caller.gateway
    gateway.require(caller.actor, serial, SETTINGS_COMMAND)
    device = gateway.devices.get(serial)
    if device is not None and device.is_connected:
        # When it goes away meanwhile, what it told before is shown.
        with suppress(DeviceOffline, NotExecuted, OutcomeUnknown):
            await gateway.deployments.refresh(serial, caller.actor)
    record = gateway.deployments.of(serial)
    return {
        "trial_s": record.trial_s,  # in which it takes back what could lock the owner out; 0: not
        "settings": [setting.to_dict() for setting in record.settings],
        "factory": dict(gateway.deployments.factory(serial)),  # nobody can change these
        "deployments": [
            {"name": name, "values": dict(values)} for name, values in record.deployments.items()
        ],
        "active": record.active,
        "in_force": record.in_force,  # None: the device does not have its values any more
        "pending": await _pending(caller, record),
        "revision": record.revision,
        "may_change": gateway.judge(caller.actor, serial, SET_COMMAND).allowed,
    }


@command(
    "put_deployment",
    {
        **_EDITED,
        probatio.Required(CONF_VALUES): probatio.All(
            {str: VALUE}, probatio.Length(max=MAX_SETTINGS)
        ),
    },
)
async def ws_put_deployment(caller: Caller, msg: Message) -> Result:
    """Add a deployment, or give one other values; the device hears of it when it is switched to."""
    await caller.gateway.deployments.put(
        msg[CONF_SERIAL],
        msg[CONF_NAME],
        msg[CONF_VALUES],
        caller.actor,
        revision=msg[CONF_REVISION],
    )
    return None


@command("delete_deployment", _EDITED)
async def ws_delete_deployment(caller: Caller, msg: Message) -> Result:
    """Forget a deployment; the device keeps the values it has."""
    await caller.gateway.deployments.delete(
        msg[CONF_SERIAL], msg[CONF_NAME], caller.actor, revision=msg[CONF_REVISION]
    )
    return None


@command("activate_deployment", {**_ONE, probatio.Optional(CONF_CONFIRM, default=False): bool})
async def ws_activate_deployment(caller: Caller, msg: Message) -> Result:
    """Switch to a deployment; `applied` is false when the device is away and gets it later."""
    is_applied = await caller.gateway.deployments.activate(
        msg[CONF_SERIAL], msg[CONF_NAME], caller.actor, is_confirmed=msg[CONF_CONFIRM]
    )
    return {"applied": is_applied}


@command("cancel_deployment", _ONE_DEVICE)
async def ws_cancel_deployment(caller: Caller, msg: Message) -> Result:
    """Drop a switch that waits for the device."""
    await caller.gateway.deployments.cancel(msg[CONF_SERIAL], caller.actor)
    return None


async def _pending(caller: Caller, record: DeviceDeployments) -> dict[str, Any] | None:
    pending = record.pending
    if pending is None:
        return None
    actor = pending.actor
    return {
        "name": pending.name,
        "by": await user_name(caller.hass, actor.id) if isinstance(actor, User) else None,
        "asked_at": datetime.fromtimestamp(pending.asked_at, UTC).isoformat(),
    }


COMMANDS = (
    ws_deployments,
    ws_put_deployment,
    ws_delete_deployment,
    ws_activate_deployment,
    ws_cancel_deployment,
)
