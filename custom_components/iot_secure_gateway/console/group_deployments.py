"""Commands about deployments of several devices at once: those of a group, or named one by one (FIG 7)."""

from typing import Any, Final

import probatio

from homeassistant.helpers.typing import VolDictType

from ..const import CONF_SERIAL
from ..deployment_outcomes import async_told
from ..gateway.deployment_errors import OnDevice
from ..gateway.deployment_records import DeviceDeployments
from ..gateway.deployments import SET_COMMAND, SETTINGS_COMMAND
from ..gateway.device_settings import MAX_SETTINGS, Setting
from ..gateway.group_deployments import MAX_DEVICES, GroupDeployments
from ..people import device_name
from ..policy.times import MAX_NAME_LENGTH
from .command import SERIAL, Caller, Message, Result, command
from .deployments import CONF_CONFIRM, CONF_NAME, CONF_VALUES, NAME, VALUE

CONF_SERIALS: Final = "serials"
CONF_GROUP: Final = "group"
CONF_REVISIONS: Final = "revisions"

_SEVERAL: Final[VolDictType] = {
    probatio.Optional(CONF_SERIALS, default=list): probatio.All(
        [SERIAL], probatio.Length(max=MAX_DEVICES)
    ),
    probatio.Optional(CONF_GROUP): probatio.All(str, probatio.Length(min=1, max=MAX_NAME_LENGTH)),
}
_NAMED: Final[VolDictType] = {**_SEVERAL, probatio.Required(CONF_NAME): NAME}


@command("group_deployments", _SEVERAL)
async def ws_group_deployments(caller: Caller, msg: Message) -> Result:
    """Tell the deployments of several devices, and the settings that all of them have.

    Devices whose settings the caller may not see are left out.
    """
    gateway, actor = caller.gateway, caller.actor
    serials = sorted(_serials(caller, msg))
    seen = [serial for serial in serials if gateway.judge(actor, serial, SETTINGS_COMMAND).allowed]
    records = {serial: gateway.deployments.of(serial) for serial in seen}
    return {
        "devices": [
            {
                "serial": serial,
                "name": device_name(gateway, serial),
                "deployments": list(record.deployments),
                "in_force": record.in_force,
                "pending": record.pending.name if record.pending is not None else None,
                "revision": record.revision,
                "may_change": gateway.judge(actor, serial, SET_COMMAND).allowed,
            }
            for serial, record in records.items()
        ],
        "settings": [_shared(setting) for setting in _common(list(records.values()))],
    }


@command(
    "put_group_deployment",
    {
        **_NAMED,
        probatio.Required(CONF_VALUES): probatio.All(
            {str: VALUE}, probatio.Length(max=MAX_SETTINGS)
        ),
        probatio.Optional(CONF_REVISIONS, default=dict): {SERIAL: int},
    },
)
async def ws_put_group_deployment(caller: Caller, msg: Message) -> Result:
    """Keep a deployment for each of the devices, or for none when it does not fit one of them."""
    try:
        await _several(caller).put(
            _serials(caller, msg),
            msg[CONF_NAME],
            msg[CONF_VALUES],
            caller.actor,
            revisions=msg[CONF_REVISIONS],
        )
    except OnDevice as found:
        msg[CONF_SERIAL] = found.serial  # the text names it
        raise found.error from None
    return None


@command(
    "activate_group_deployment", {**_NAMED, probatio.Optional(CONF_CONFIRM, default=False): bool}
)
async def ws_activate_group_deployment(caller: Caller, msg: Message) -> Result:
    """Switch each of the devices; tell of each whether it has confirmed, and if not, why."""
    outcomes = await _several(caller).activate(
        _serials(caller, msg), msg[CONF_NAME], caller.actor, is_confirmed=msg[CONF_CONFIRM]
    )
    return {"devices": await async_told(caller.hass, caller.gateway, outcomes)}


@command("delete_group_deployment", _NAMED)
async def ws_delete_group_deployment(caller: Caller, msg: Message) -> Result:
    """Forget a deployment on each of the devices, which keep the values they have."""
    outcomes = await _several(caller).delete(_serials(caller, msg), msg[CONF_NAME], caller.actor)
    return {"devices": await async_told(caller.hass, caller.gateway, outcomes)}


def _several(caller: Caller) -> GroupDeployments:
    return GroupDeployments(caller.gateway.deployments, caller.gateway.permissions)


def _serials(caller: Caller, msg: Message) -> frozenset[str]:
    serials = frozenset(msg[CONF_SERIALS])
    if CONF_GROUP in msg:
        serials |= _several(caller).serials_of(msg[CONF_GROUP], caller.actor)
    return serials


def _common(records: list[DeviceDeployments]) -> list[Setting]:
    """Return the settings that all have alike, but for their values and defaults."""
    if not records:
        return []
    alike = [{_form(setting) for setting in record.settings} for record in records]
    shared = set[Any]().union(*alike).intersection(*alike)
    return [setting for setting in records[0].settings if _form(setting) in shared]


def _form(setting: Setting) -> tuple[object, ...]:
    return setting.key, setting.kind, setting.unit, setting.limits, setting.options


def _shared(setting: Setting) -> dict[str, object]:
    told = setting.to_dict()
    del told["value"]  # each device has its own
    return told


COMMANDS = (
    ws_group_deployments,
    ws_put_group_deployment,
    ws_activate_group_deployment,
    ws_delete_group_deployment,
)
