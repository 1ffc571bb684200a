"""A repair issue for a device whose firmware is too old for something that is wanted of it.

What shows that is told by the device itself: nothing is guessed from a version number, which every maker
counts differently.
"""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .console_links import device_page, issue_link
from .const import DOMAIN, ISSUE_FIRMWARE_TOO_OLD
from .gateway.deployment_events import SettingsTold
from .gateway.gateway import Gateway
from .markup import escaped
from .people import NOBODY, device_name


@callback
def async_firmware_judged(hass: HomeAssistant, gateway: Gateway, event: SettingsTold) -> None:
    """Raise the issue, or take it away when the device has what it lacked."""
    issue_id = f"{ISSUE_FIRMWARE_TOO_OLD}_{event.serial}"
    if event.lacks is None:
        ir.async_delete_issue(hass, DOMAIN, issue_id)
        return
    device = gateway.devices.get(event.serial)
    firmware = device.firmware if device is not None else None
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        learn_more_url=issue_link(hass, device_page(event.serial)),
        translation_key=f"{ISSUE_FIRMWARE_TOO_OLD}_{event.lacks}",
        translation_placeholders={
            "name": escaped(device_name(gateway, event.serial)),
            "serial": event.serial,
            "firmware": escaped(firmware or NOBODY),
        },
    )
