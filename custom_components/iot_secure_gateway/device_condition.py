"""How grave it is, and whether a device is cut off, as conditions of automations (B28)."""

from typing import Final

import probatio

from homeassistant.components.device_automation.exceptions import InvalidDeviceAutomationConfig
from homeassistant.const import CONF_CONDITION, CONF_DEVICE_ID, CONF_DOMAIN, CONF_TYPE
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import selector
from homeassistant.helpers.condition import ConditionCheckerType
from homeassistant.helpers.config_validation import DEVICE_CONDITION_BASE_SCHEMA
from homeassistant.helpers.typing import ConfigType, TemplateVarsType

from .const import DOMAIN
from .device_trigger import serial_of
from .policy.threats import LEVELS, Level
from .runtime import DATA_RUNTIME

CONF_LEVEL: Final = "level"
AT_LEAST: Final = "threat_level_at_least"
IS_SUSPENDED: Final = "is_suspended"
CONDITIONS: Final = (AT_LEAST, IS_SUSPENDED)  # of a device; the gateway has the first one

_LEVEL: Final = selector.SelectSelector(
    selector.SelectSelectorConfig(
        options=[level.value for level in LEVELS], translation_key="threat_level"
    )
)
CONDITION_SCHEMA = DEVICE_CONDITION_BASE_SCHEMA.extend(
    {
        probatio.Required(CONF_TYPE): probatio.In(CONDITIONS),
        probatio.Optional(CONF_LEVEL, default=Level.MEDIUM.value): probatio.In(
            [level.value for level in LEVELS]
        ),
    }
)


async def async_get_conditions(hass: HomeAssistant, device_id: str) -> list[dict[str, str]]:
    """Return the conditions of a claimed device, or of the gateway."""
    serial = serial_of(hass, device_id)
    if serial is None:
        return []
    base = {CONF_CONDITION: "device", CONF_DOMAIN: DOMAIN, CONF_DEVICE_ID: device_id}
    return [{**base, CONF_TYPE: kind} for kind in (CONDITIONS if serial else (AT_LEAST,))]


@callback
def async_condition_from_config(hass: HomeAssistant, config: ConfigType) -> ConditionCheckerType:
    """Return what tells whether it is so; without a running gateway nothing is."""
    serial, kind = serial_of(hass, config[CONF_DEVICE_ID]), config[CONF_TYPE]
    if serial is None or (not serial and kind != AT_LEAST):
        raise InvalidDeviceAutomationConfig(f"{config[CONF_DEVICE_ID]} has no condition {kind}")
    least = Level(config.get(CONF_LEVEL, Level.MEDIUM.value))

    @callback
    def is_so(hass: HomeAssistant, variables: TemplateVarsType = None) -> bool:
        runtime = hass.data.get(DATA_RUNTIME)
        if runtime is None:
            return False
        if kind == IS_SUSPENDED:
            return runtime.gateway.safeguards.is_suspended(serial)
        return runtime.gateway.monitor.level(serial).rank >= least.rank

    return is_so


async def async_get_condition_capabilities(
    hass: HomeAssistant, config: ConfigType
) -> dict[str, probatio.Schema]:
    """Return the fields that a condition has beside its device."""
    if config[CONF_TYPE] != AT_LEAST:
        return {}
    return {"extra_fields": probatio.Schema({probatio.Required(CONF_LEVEL): _LEVEL})}
