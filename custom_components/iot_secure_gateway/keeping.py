"""The readings of this Home Assistant: where they are kept, for how long, and what people are told of that."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util.hass_dict import HassKey

from .console_links import PAGE_GATEWAY, issue_link
from .const import (
    DOMAIN,
    GATEWAY_UNIQUE_ID,
    ISSUE_READINGS_DAMAGED,
    ISSUE_READINGS_DOWN,
    ISSUE_READINGS_LOST,
)
from .gateway.audit_writer import DAY_S, Trouble
from .gateway.database import file_url
from .gateway.gateway import Gateway
from .gateway.readings_store import ReadingsStore
from .gateway.readings_writer import Retention
from .modules import MODULE_READINGS, is_on

DATABASE: Final = f"{DOMAIN}_readings.db"

CONF_DAYS: Final = "readings_days"
CONF_MOST: Final = "readings_most"
DEFAULT_DAYS: Final = 30
DEFAULT_MOST: Final = 1_000_000
MAX_DAYS: Final = 3650
MIN_MOST: Final = 1000
MAX_MOST: Final = 100_000_000  # some 30 GB

_ISSUES: Final[Mapping[str, str]] = {
    "database_down": ISSUE_READINGS_DOWN,
    "database_damaged": ISSUE_READINGS_DAMAGED,
    "readings_lost": ISSUE_READINGS_LOST,
}

DATA_READINGS: HassKey[ReadingsStore] = HassKey(f"{DOMAIN}_readings")


@callback
def async_start_readings(hass: HomeAssistant, gateway: Gateway, gateway_id: bytes) -> None:
    """Keep what devices report from now on, as their owners chose; call it before the gateway starts."""

    @callback
    def report(trouble: Trouble) -> None:
        if trouble.kind == "database_back":
            ir.async_delete_issue(hass, DOMAIN, ISSUE_READINGS_DOWN)
            return
        issue = _ISSUES[trouble.kind]
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            learn_more_url=issue_link(hass, PAGE_GATEWAY),
            translation_key=issue,
            translation_placeholders={"readings": str(trouble.lines), "file": DATABASE},
        )

    entry = hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, GATEWAY_UNIQUE_ID)
    store = ReadingsStore(
        file_url(hass.config.path(DATABASE)),
        gateway_id,
        report=report,
        retention=_retention(entry.options if entry is not None else {}),
    )
    store.start()
    gateway.readings.database = hass.data[DATA_READINGS] = store
    gateway.readings.is_on = is_on(hass, MODULE_READINGS)


@callback
def async_apply_options(hass: HomeAssistant, options: Mapping[str, Any]) -> None:
    """Keep as much as the gateway's options say."""
    hass.data[DATA_READINGS].keep_for(_retention(options))


async def async_stop_readings(hass: HomeAssistant) -> None:
    """Write the rest; call it when the gateway has stopped."""
    await hass.data.pop(DATA_READINGS).stop()


def _retention(options: Mapping[str, Any]) -> Retention:
    return Retention(
        max_age_s=options.get(CONF_DAYS, DEFAULT_DAYS) * DAY_S,
        max_readings=options.get(CONF_MOST, DEFAULT_MOST),
    )
