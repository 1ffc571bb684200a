"""New keys by schedule, at the edge: the form of the gateway's options, and what people are told."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import probatio

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir, selector

from .console_links import device_page, issue_link
from .const import DOMAIN
from .gateway.events import GatewayEvent, KeyRotated, KeyRotationFailed
from .gateway.gateway import Gateway
from .gateway.key_schedule import MAX_DAYS
from .markup import escaped
from .people import device_name

CONF_KEY_DAYS: Final = "replace_keys_after"
NEVER: Final = 0
ISSUE_KEY_ROTATION_FAILED: Final = "key_rotation_failed"  # followed by the serial

_DAYS: Final = probatio.All(
    selector.NumberSelector(
        selector.NumberSelectorConfig(
            min=NEVER,
            max=MAX_DAYS,
            step=1,
            mode=selector.NumberSelectorMode.BOX,
            unit_of_measurement="d",
        )
    ),
    probatio.Coerce(int),
)


def key_days(options: Mapping[str, Any]) -> int:
    """Return after how many days keys are replaced, as the options have it."""
    return int(options.get(CONF_KEY_DAYS, NEVER))


class KeysOptionsFlow(OptionsFlow):
    """How old the keys of devices may become."""

    async def async_step_keys(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask."""
        options = self.config_entry.options
        if user_input is not None:
            return self.async_create_entry(data={**options, **user_input})
        field = probatio.Required(CONF_KEY_DAYS, default=key_days(options))
        return self.async_show_form(
            step_id="keys", data_schema=probatio.Schema({field: _DAYS}), last_step=True
        )


@callback
def async_watch_keys(hass: HomeAssistant, gateway: Gateway) -> Callable[[], None]:
    """Tell once that a key could not be replaced, until one was; returns the end of it."""

    @callback
    def report(event: GatewayEvent) -> None:
        if isinstance(event, KeyRotationFailed):
            ir.async_create_issue(
                hass,
                DOMAIN,
                f"{ISSUE_KEY_ROTATION_FAILED}_{event.serial}",
                is_fixable=False,
                severity=ir.IssueSeverity.WARNING,
                learn_more_url=issue_link(hass, device_page(event.serial)),
                translation_key=ISSUE_KEY_ROTATION_FAILED,
                translation_placeholders={
                    "device": escaped(device_name(gateway, event.serial)),
                    "serial": event.serial,
                },
            )
        elif isinstance(event, KeyRotated):
            ir.async_delete_issue(hass, DOMAIN, f"{ISSUE_KEY_ROTATION_FAILED}_{event.serial}")

    return gateway.add_listener(report)
