"""The record of this Home Assistant: where it is kept, what feeds it, and what people are told of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
import time
from typing import Any, Final

from homeassistant.components.http import current_request
from homeassistant.components.websocket_api import current_connection
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util.hass_dict import HassKey

from .console_links import PAGE_GATEWAY, issue_link
from .const import DOMAIN, GATEWAY_UNIQUE_ID
from .gateway.audit import Audit
from .gateway.audit_store import AuditStore, SealState
from .gateway.audit_writer import DAY_S, MEGABYTE, Retention, Trouble
from .gateway.database import DatabaseUrlInvalid, file_url, read_url
from .gateway.gateway import Gateway
from .gateway.threat_events import AuditTroubled
from .modules import MODULE_AUDIT, is_on
from .policy.audit import KEY_SIZE, Head
from .storage import PrivateStore, StorageError

DATABASE: Final = f"{DOMAIN}_audit.db"
SPOOL: Final = f"{DOMAIN}_audit.spool"

CONF_AUDIT_DAYS: Final = "audit_days"
CONF_AUDIT_LINES: Final = "audit_lines"
CONF_AUDIT_MEGABYTES: Final = "audit_megabytes"
DEFAULT_DAYS: Final = 90
DEFAULT_LINES: Final = 1_000_000
DEFAULT_MEGABYTES: Final = 500

ISSUE_AUDIT_DOWN: Final = "audit_down"
ISSUE_AUDIT_LOST: Final = "audit_lost"
ISSUE_AUDIT_GAP: Final = "audit_gap"
ISSUE_AUDIT_DAMAGED: Final = "audit_damaged"
ISSUE_AUDIT_DRIVER: Final = "audit_driver"
_ISSUES: Final[Mapping[str, str]] = {
    "database_down": ISSUE_AUDIT_DOWN,
    "driver_missing": ISSUE_AUDIT_DRIVER,
    "lines_lost": ISSUE_AUDIT_LOST,
    "record_gap": ISSUE_AUDIT_GAP,
    "record_damaged": ISSUE_AUDIT_DAMAGED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRuntime:
    """The record, and what writes into it."""

    store: AuditStore
    audit: Audit


DATA_AUDIT: HassKey[AuditRuntime] = HassKey(f"{DOMAIN}_audit")


class HomeSealStore:
    """Key and last head of the record: in a private store of their own, apart from the database."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._store = PrivateStore(hass, "audit")

    async def load(self) -> SealState | None:
        """Return what was saved last. Raises StorageError for content that is none of ours."""
        content = await self._store.async_load()
        if content is None:
            return None
        try:
            return _read(content)
        except (KeyError, TypeError, ValueError, DatabaseUrlInvalid) as err:
            raise StorageError(self._store.name) from err

    async def save(self, state: SealState) -> None:
        """Replace it, durably."""
        head = state.head
        await self._store.async_save_durably(
            {
                "key": state.key.hex(),
                "number": 0 if head is None else head.number,
                "digest": "" if head is None else head.digest.hex(),
                "url": state.url,
                "left": state.left,
            }
        )


def _read(content: Mapping[str, Any]) -> SealState:
    key, number, digest = (
        bytes.fromhex(content["key"]),
        content["number"],
        bytes.fromhex(content["digest"]),
    )
    if len(key) != KEY_SIZE or type(number) is not int or len(digest) not in {0, 32}:
        raise ValueError("not the seals of a record")
    url, left = content.get("url", ""), content.get("left", "")  # not there before it could move
    if url:
        read_url(url)
    if not isinstance(left, str):
        raise TypeError("not a name")
    return SealState(key, Head(number, digest) if digest else None, url, left)


async def async_start_audit(hass: HomeAssistant, gateway: Gateway, gateway_id: bytes) -> None:
    """Write down what the gateway tells from now on; call it before the gateway starts."""

    @callback
    def report(trouble: Trouble) -> None:
        if trouble.kind == "database_back":
            for issue in (ISSUE_AUDIT_DOWN, ISSUE_AUDIT_DRIVER):
                ir.async_delete_issue(hass, DOMAIN, issue)
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
            translation_placeholders={"lines": str(trouble.lines), "file": trouble.file},
        )
        gateway.events.emit(AuditTroubled(kind=trouble.kind, lines=trouble.lines))

    store = AuditStore(
        file_url(hass.config.path(DATABASE)),
        Path(hass.config.path(SPOOL)),
        gateway_id,
        HomeSealStore(hass),
        report=report,
        retention=_retention(hass),
    )
    audit = Audit(
        store.put, state=lambda: gateway.permissions.state, unix_time=time.time, source=_source
    )
    audit.is_on = is_on(hass, MODULE_AUDIT)
    await store.start()
    gateway.add_listener(audit.on_event)
    hass.data[DATA_AUDIT] = AuditRuntime(store=store, audit=audit)


@callback
def async_keep_as_set(hass: HomeAssistant) -> None:
    """Keep as much of the record as the options say by now."""
    hass.data[DATA_AUDIT].store.keep(_retention(hass))


def _retention(hass: HomeAssistant) -> Retention:
    entry = hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, GATEWAY_UNIQUE_ID)
    options: Mapping[str, Any] = {} if entry is None else entry.options
    return Retention(
        max_age_s=options.get(CONF_AUDIT_DAYS, DEFAULT_DAYS) * DAY_S,
        max_lines=options.get(CONF_AUDIT_LINES, DEFAULT_LINES),
        max_bytes=options.get(CONF_AUDIT_MEGABYTES, DEFAULT_MEGABYTES) * MEGABYTE,
    )


async def async_stop_audit(hass: HomeAssistant) -> None:
    """Write the rest and seal it; call it when the gateway has stopped."""
    await hass.data.pop(DATA_AUDIT).store.stop()


def _source() -> str:
    """Return the address behind what is served now, a websocket or a request; "" when nothing is."""
    connection = current_connection.get()
    if connection is not None:
        return connection.remote or ""
    request = current_request.get()
    return "" if request is None else request.remote or ""
