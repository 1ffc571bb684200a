"""Switching a part of the gateway on or off (FIG 2), as its options say by then, without setting it up anew."""

from homeassistant.core import HomeAssistant, callback

from .auditing import DATA_AUDIT
from .const import DOMAIN, GATEWAY_UNIQUE_ID
from .exceptions import NotRunning
from .gateway.gateway import Gateway
from .modules import MODULE_AUDIT, MODULE_MAKERS_LIST, MODULE_READINGS, is_on
from .policy.actors import Actor
from .video import async_apply_module


@callback
def async_switch(
    hass: HomeAssistant, gateway: Gateway, module: str, *, on: bool, actor: Actor
) -> None:
    """Keep that a module is on or off, and let it be so. Raises NotRunning."""
    entry = hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, GATEWAY_UNIQUE_ID)
    if entry is None:
        raise NotRunning
    hass.config_entries.async_update_entry(entry, options={**entry.options, module: on})
    if module == MODULE_AUDIT:
        hass.data[DATA_AUDIT].audit.switch(is_on=on, actor=actor)
    async_apply_modules(hass, gateway)


@callback
def async_apply_modules(hass: HomeAssistant, gateway: Gateway) -> None:
    """Tell the parts that do not look themselves whether they are on."""
    gateway.maker_records.is_used = is_on(hass, MODULE_MAKERS_LIST)
    gateway.readings.is_on = is_on(hass, MODULE_READINGS)
    async_apply_module(hass, gateway)
