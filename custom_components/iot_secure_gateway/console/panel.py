"""The console's page: one file, made from frontend/, shown in the sidebar to whoever is logged in.

Its address has the digest of the file in it, so that a browser never shows an older one.
"""

from hashlib import sha256
from pathlib import Path
from typing import Final

from homeassistant.components import frontend
from homeassistant.components.http import StaticPathConfig
from homeassistant.components.panel_custom import async_register_panel
from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN, PANEL_PATH
from ..modules import MODULE_CONSOLE, is_on

STATIC: Final = Path(__file__).with_name("static")
SCRIPT: Final = "console.js"
_ELEMENT: Final = "iot-secure-gateway-panel"
_TITLE: Final = "Secure Gateway"
_ICON: Final = "mdi:shield-home"
_DATA_DIGEST: Final[HassKey[str]] = HassKey(f"{DOMAIN}_console_digest")


async def async_show_panel(hass: HomeAssistant) -> None:
    """Put the page into the sidebar, where Home Assistant has one and the console is switched on."""
    if "frontend" not in hass.config.components or not is_on(hass, MODULE_CONSOLE):
        return
    if frontend.async_panel_exists(hass, PANEL_PATH):
        return
    digest = hass.data.get(_DATA_DIGEST)
    if digest is None:
        script = await hass.async_add_executor_job((STATIC / SCRIPT).read_bytes)
        digest = hass.data[_DATA_DIGEST] = sha256(script).hexdigest()[:12]
        await hass.http.async_register_static_paths(
            [StaticPathConfig(_address(digest), str(STATIC), cache_headers=True)]
        )
    await async_register_panel(
        hass,
        frontend_url_path=PANEL_PATH,
        webcomponent_name=_ELEMENT,
        sidebar_title=_TITLE,
        sidebar_icon=_ICON,
        module_url=f"{_address(digest)}/{SCRIPT}",
        embed_iframe=False,
        require_admin=False,
        handle_safe_area=True,
        config={"digest": digest},
    )
    # The card of dashboards is in the same file.
    frontend.add_extra_js_url(hass, f"{_address(digest)}/{SCRIPT}")


@callback
def async_hide_panel(hass: HomeAssistant) -> None:
    """Take the page away."""
    if frontend.async_panel_exists(hass, PANEL_PATH):
        frontend.async_remove_panel(hass, PANEL_PATH)
        frontend.remove_extra_js_url(hass, f"{_address(hass.data[_DATA_DIGEST])}/{SCRIPT}")


def _address(digest: str) -> str:
    return f"/{DOMAIN}_static/{digest}"
