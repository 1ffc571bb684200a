"""The gateway's form for readings: how long and how many are kept."""

from typing import Any

import probatio

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.helpers import selector

from .keeping import CONF_DAYS, CONF_MOST, DEFAULT_DAYS, DEFAULT_MOST, MAX_DAYS, MAX_MOST, MIN_MOST


def _number(low: int, high: int) -> probatio.All[Any]:
    box = selector.NumberSelectorMode.BOX
    config = selector.NumberSelectorConfig(min=low, max=high, step=1, mode=box)
    return probatio.All(selector.NumberSelector(config), probatio.Coerce(int))


class ReadingsOptionsFlow(OptionsFlow):
    """A step of the menu of the gateway's options."""

    async def async_step_readings(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask how long values stay in the gateway's own database."""
        options = dict(self.config_entry.options)
        if user_input is not None:
            return self.async_create_entry(data={**options, **user_input})
        fields = {
            probatio.Required(CONF_DAYS, default=options.get(CONF_DAYS, DEFAULT_DAYS)): _number(
                1, MAX_DAYS
            ),
            probatio.Required(CONF_MOST, default=options.get(CONF_MOST, DEFAULT_MOST)): _number(
                MIN_MOST, MAX_MOST
            ),
        }
        return self.async_show_form(step_id="readings", data_schema=probatio.Schema(fields))
