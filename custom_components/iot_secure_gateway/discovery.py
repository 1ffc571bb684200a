"""Devices that ping, as "discovered" cards (FIG 3 step 305). A ping proves nothing and stores nothing."""

from collections.abc import Callable
from typing import Final

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    SOURCE_INTEGRATION_DISCOVERY,
    SOURCE_ZEROCONF,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.const import CONF_HOST, CONF_MODEL, CONF_PORT
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import discovery_flow
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from .const import CONF_IS_BOUND, CONF_SERIAL, DOMAIN
from .gateway.gateway import Gateway
from .gateway.pings import Discovered

# Cards at a time. Anybody on the network can make them appear; beyond this many, devices can still
# be added by serial, and appear when cards are gone.
MAX_CARDS: Final = 32


@callback
def may_be_shown(hass: HomeAssistant, gateway: Gateway, discovered: Discovered) -> bool:
    """Tell whether a device that pings could be added here: it is not set up, and not another gateway's."""
    if hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, discovered.serial):
        return False
    return not discovered.claimed or gateway.has_binding(discovered.serial)


@callback
def has_room(hass: HomeAssistant, own_flow_id: str = "") -> bool:
    """Tell whether one more card may be shown, besides the one that asks."""
    cards = [
        card
        for card in hass.config_entries.flow.async_progress_by_handler(
            DOMAIN, include_uninitialized=True
        )
        if card["context"]["source"] in (SOURCE_INTEGRATION_DISCOVERY, SOURCE_ZEROCONF)
        and card["flow_id"] != own_flow_id
    ]
    return len(cards) < MAX_CARDS


@callback
def async_show_discovered(hass: HomeAssistant, gateway: Gateway) -> Callable[[], None]:
    """Show a card for each device that pings and is not set up; returns the end of it."""

    @callback
    def show(discovered: Discovered) -> None:
        if not may_be_shown(hass, gateway, discovered):
            return
        if not has_room(hass):
            return
        discovery_flow.async_create_flow(
            hass,
            DOMAIN,
            context={"source": SOURCE_INTEGRATION_DISCOVERY},
            # Nothing that changes from ping to ping: equal data is how repeats are recognised.
            data={
                CONF_SERIAL: discovered.serial,
                CONF_HOST: discovered.host,
                CONF_PORT: discovered.port,
                CONF_MODEL: discovered.model,
                CONF_IS_BOUND: discovered.claimed,
            },
            discovery_key=discovery_flow.DiscoveryKey(
                domain=DOMAIN, key=discovered.serial, version=1
            ),
        )

    @callback
    def show_again(change: ConfigEntryChange, entry: ConfigEntry) -> None:
        """An entry is gone, or is ignored no longer: its device may be shown again.

        Also one that came from no card, as from the console: it may have pinged before its entry was gone.
        """
        if change is not ConfigEntryChange.REMOVED or entry.domain != DOMAIN:
            return
        for discovered in tuple(gateway.discovered.values()):
            if discovered.serial == entry.unique_id:
                show(discovered)

    stop_listening = gateway.add_discovery_listener(show)
    stop_watching = async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, show_again)

    @callback
    def stop() -> None:
        stop_listening()
        stop_watching()

    return stop
