"""Where in the console something is shown that a message, an issue or a notification is about."""

from urllib.parse import quote

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import async_get_exception_message

from .const import DOMAIN, PANEL_PATH
from .modules import MODULE_CONSOLE, is_on

# Pages, with the place in it behind a stroke.
PAGE_OVERVIEW = "overview"
PAGE_REQUESTS = "permissions/requests"
PAGE_MY_ACCESS = "my-access"
PAGE_GATEWAY = "gateway"
PAGE_VIDEO = "video"


def device_page(serial: str) -> str:
    """Return where a device is shown."""
    return f"{PAGE_OVERVIEW}/{quote(serial, safe='')}"


def threat_page(threat_id: str) -> str:
    """Return where the story of a threat is told."""
    return f"monitoring/threat/{quote(threat_id, safe='')}"


@callback
def console_path(hass: HomeAssistant, page: str) -> str | None:
    """Return the address of a page, for whoever is in Home Assistant already; None without a console."""
    return f"/{PANEL_PATH}/{page}" if is_on(hass, MODULE_CONSOLE) else None


@callback
def issue_link(hass: HomeAssistant, page: str) -> str | None:
    """Return a page's address as a repair issue takes it."""
    path = console_path(hass, page)
    return None if path is None else f"homeassistant:/{path}"


@callback
def with_link(hass: HomeAssistant, text: str, page: str) -> str:
    """Return a notification's text with the way to a page of the console below it."""
    path = console_path(hass, page)
    if path is None:
        return text
    return f"{text}\n\n[{async_get_exception_message(DOMAIN, 'open_console')}]({path})"
