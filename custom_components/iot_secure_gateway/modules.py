"""Which parts of the gateway are switched on (FIG 2: what stands on the bus can be left out).

Pings have an option of their own, with their port. Everything not named here cannot be left out:
claims, links, decisions.
"""

from typing import Any, Final

import probatio

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import selector

from .const import DOMAIN, GATEWAY_UNIQUE_ID

MODULE_ANNOUNCEMENTS: Final = "announcements"  # cards of devices that announce themselves by DNS-SD
MODULE_MAKERS_LIST: Final = "makers_list"  # claims are checked against the maker's record
MODULE_CONSOLE: Final = "console"  # websocket commands for people who are no administrators
MODULE_MESSAGING: Final = "messaging"  # people are told on their phones
MODULE_GUEST_PASSES: Final = "guest_passes"  # links that open something without a login
MODULE_AUDIT: Final = "audit"  # what happened is written down
MODULE_READINGS: Final = "readings"  # values are kept in the gateway's own database
MODULE_VIDEO: Final = "video"  # cameras are watched and recorded
MODULES: Final = (
    MODULE_AUDIT,
    MODULE_READINGS,
    MODULE_VIDEO,
    MODULE_ANNOUNCEMENTS,
    MODULE_MAKERS_LIST,
    MODULE_CONSOLE,
    MODULE_MESSAGING,
    MODULE_GUEST_PASSES,
)


@callback
def is_on(hass: HomeAssistant, module: str) -> bool:
    """Tell whether a module is on, as each is until somebody switches it off."""
    entry = hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, GATEWAY_UNIQUE_ID)
    return entry is None or bool(entry.options.get(module, True))


def modules_schema(options: dict[str, Any]) -> probatio.Schema:
    """Return the fields of the form, as the options have them."""
    return probatio.Schema(
        {
            probatio.Required(
                module, default=bool(options.get(module, True))
            ): selector.BooleanSelector()
            for module in MODULES
        }
    )
