"""What the owner should know or do, as repair issues and notifications.

Never a secret in them: everybody who may log in can read them.
"""

from collections.abc import Mapping

from homeassistant.components import persistent_notification
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.translation import async_get_exception_message

from .claiming import entry_of
from .console_links import PAGE_GATEWAY, PAGE_OVERVIEW, device_page, issue_link, with_link
from .const import (
    CONF_SERIAL,
    DOMAIN,
    ISSUE_ADDRESS_NOT_ALLOWED,
    ISSUE_COPY_SUSPECTED,
    ISSUE_NOT_RELEASED,
    ISSUE_PING_PORT_IN_USE,
    ISSUE_REMOVED_BY_OTHER,
    ISSUE_SAYS_UNCLAIMED,
    NOTICE_CLAIM_TRIED,
    NOTICE_DEVICE_RESET,
)
from .gateway.events import (
    AddressNotAllowed,
    ClaimAttempted,
    CopySuspected,
    DeviceReset,
    GatewayEvent,
    PingSuspicious,
)
from .gateway.gateway import Gateway
from .markup import escaped
from .people import device_name, user_name

_SETTLED_BY_ADDING = (ISSUE_NOT_RELEASED, ISSUE_REMOVED_BY_OTHER)
_SETTLED_BY_A_LINK = (ISSUE_ADDRESS_NOT_ALLOWED, ISSUE_COPY_SUSPECTED, ISSUE_SAYS_UNCLAIMED)


@callback
def _raise(
    hass: HomeAssistant,
    kind: str,
    *,
    serial: str = "",
    is_fixable: bool = False,
    severity: ir.IssueSeverity = ir.IssueSeverity.WARNING,
    is_persistent: bool = False,
    page: str = "",
    texts: Mapping[str, str] | None = None,
) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{kind}_{serial}" if serial else kind,
        data={CONF_SERIAL: serial} if is_fixable else None,
        is_fixable=is_fixable,
        is_persistent=is_persistent,
        severity=severity,
        learn_more_url=issue_link(hass, page or (device_page(serial) if serial else PAGE_OVERVIEW)),
        translation_key=kind,
        translation_placeholders={**({"serial": serial} if serial else {}), **(texts or {})},
    )


@callback
def async_raise(hass: HomeAssistant, kind: str, serial: str, texts: Mapping[str, str]) -> None:
    """Raise an issue about a device that somebody can settle in a form."""
    _raise(hass, kind, serial=serial, is_fixable=True, texts=texts)


@callback
def async_ping_port_in_use(hass: HomeAssistant, port: int) -> None:
    """The listener could not open its port; everything but discovery works."""
    _raise(hass, ISSUE_PING_PORT_IN_USE, page=PAGE_GATEWAY, texts={"port": str(port)})


@callback
def async_ping_port_settled(hass: HomeAssistant) -> None:
    """The listener has its port, or is not wanted."""
    ir.async_delete_issue(hass, DOMAIN, ISSUE_PING_PORT_IN_USE)


@callback
def async_not_released(hass: HomeAssistant, serial: str, name: str) -> None:
    """The owner removed a device that could not be told so."""
    _raise(
        hass,
        ISSUE_NOT_RELEASED,
        serial=serial,
        is_persistent=True,
        page=PAGE_OVERVIEW,
        texts={"name": escaped(name)},
    )


@callback
def async_removed_by_other(
    hass: HomeAssistant, serial: str, name: str, owner: str, actor: str
) -> None:
    """Somebody who is not its owner removed a device: tell the owner how to get it back."""
    texts = {"name": escaped(name), "owner": escaped(owner), "actor": escaped(actor)}
    _raise(
        hass,
        ISSUE_REMOVED_BY_OTHER,
        serial=serial,
        is_persistent=True,
        page=PAGE_OVERVIEW,
        texts=texts,
    )
    async_notify(hass, ISSUE_REMOVED_BY_OTHER, serial, texts, page=PAGE_OVERVIEW)


async def async_tell_owner_of_claim(
    hass: HomeAssistant, gateway: Gateway, event: ClaimAttempted
) -> None:
    """Somebody tried to claim a device that has an owner here; one notification per device."""
    owner_id = gateway.owners.get(event.serial)
    if owner_id is None or owner_id == event.user_id:
        return
    async_notify(
        hass,
        NOTICE_CLAIM_TRIED,
        event.serial,
        {
            "name": escaped(device_name(gateway, event.serial)),
            "owner": escaped(await user_name(hass, owner_id)),
            "actor": escaped(await user_name(hass, event.user_id)),
        },
    )


@callback
def async_notify(
    hass: HomeAssistant, kind: str, serial: str, texts: Mapping[str, str], *, page: str = ""
) -> None:
    """Show a notification to everybody, which leads to the device; Home Assistant has no other kind."""
    text = async_get_exception_message(DOMAIN, kind, {"serial": serial, **texts})
    persistent_notification.async_create(
        hass,
        with_link(hass, text, page or device_page(serial)),
        title="IoT Secure Gateway",
        notification_id=f"{DOMAIN}_{kind}_{serial}",
    )


@callback
def async_take_back(hass: HomeAssistant, kind: str, serial: str) -> None:
    """Take a notification away that holds no longer."""
    persistent_notification.async_dismiss(hass, f"{DOMAIN}_{kind}_{serial}")


@callback
def async_device_is_added(hass: HomeAssistant, serial: str) -> None:
    """The device has an entry: what was said about its removal no longer holds."""
    for kind in _SETTLED_BY_ADDING:
        ir.async_delete_issue(hass, DOMAIN, f"{kind}_{serial}")
    persistent_notification.async_dismiss(hass, f"{DOMAIN}_{ISSUE_REMOVED_BY_OTHER}_{serial}")
    async_reset_is_settled(hass, serial)


@callback
def async_device_is_linked(hass: HomeAssistant, serial: str) -> None:
    """The device proved who it is, with identifiers that match: doubts about it are settled."""
    for kind in _SETTLED_BY_A_LINK:
        ir.async_delete_issue(hass, DOMAIN, f"{kind}_{serial}")


async def async_device_was_reset(hass: HomeAssistant, event: DeviceReset) -> None:
    """The device has given up its binding: tell who had it, and let its entry ask for a new claim."""
    if (entry := entry_of(hass, event.serial)) is None:
        return
    name, owner = escaped(entry.title), escaped(await user_name(hass, event.owner_id))
    async_notify(
        hass, NOTICE_DEVICE_RESET, event.serial, {"name": name, "owner": owner}, page=PAGE_OVERVIEW
    )
    hass.config_entries.async_schedule_reload(entry.entry_id)


@callback
def async_reset_is_settled(hass: HomeAssistant, serial: str) -> None:
    """The device was claimed again, or is no longer wanted here."""
    persistent_notification.async_dismiss(hass, f"{DOMAIN}_{NOTICE_DEVICE_RESET}_{serial}")


@callback
def async_report_event(hass: HomeAssistant, gateway: Gateway, event: GatewayEvent) -> None:
    """Turn what the gateway found out into an issue, where somebody has to act."""
    if isinstance(event, CopySuspected):
        _raise(hass, ISSUE_COPY_SUSPECTED, serial=event.serial, severity=ir.IssueSeverity.CRITICAL)
    elif isinstance(event, AddressNotAllowed):
        async_raise(hass, ISSUE_ADDRESS_NOT_ALLOWED, event.serial, {"address": event.address})
    elif isinstance(event, ClaimAttempted):
        hass.async_create_task(async_tell_owner_of_claim(hass, gateway, event))
    elif isinstance(event, DeviceReset):
        hass.async_create_task(async_device_was_reset(hass, event))
    elif isinstance(event, PingSuspicious) and event.kind == "says_unclaimed":
        device = gateway.devices.get(event.serial)
        if device is not None and not device.is_connected:  # else the link says otherwise
            _raise(hass, ISSUE_SAYS_UNCLAIMED, serial=event.serial)
