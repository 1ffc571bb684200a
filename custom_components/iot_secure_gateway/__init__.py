"""IoT Secure Gateway: Home Assistant as the gateway server of US patent 10,270,863 B1.

One gateway object serves the whole Home Assistant. Its own entry stands for the listener of pings; each
claimed device has an entry of its own. Entries are set up in no order, so none needs another.
"""

from contextlib import AsyncExitStack
from functools import partial
import logging

from homeassistant.const import CONF_HOST, CONF_PORT, EVENT_HOMEASSISTANT_STOP, Platform
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

from .access import Access
from .actions import async_register_actions
from .alarms import Alarms
from .attribution import Attribution, without_request
from .auditing import DATA_AUDIT, async_keep_as_set, async_start_audit, async_stop_audit
from .automation_refusals import async_watch_automations
from .command_events import async_watch_commands
from .console import async_register_console
from .console.panel import async_hide_panel, async_show_panel
from .const import CONF_LISTEN, CONF_PING_PORT, DEFAULT_LISTEN, DEFAULT_PING_PORT, DOMAIN
from .demo import async_remove_demo_device, async_setup_demo_device, async_stop_demo_device
from .deployment_notices import async_watch_deployments
from .discovery import async_show_discovered
from .gateway.errors import NoBinding, PingPortInUse
from .gateway.gateway import Gateway
from .guest_page import async_register_guest_page
from .handover_issues import async_watch_handovers
from .home_facts import HomeFacts
from .issues import (
    async_device_is_added,
    async_device_is_linked,
    async_ping_port_in_use,
    async_ping_port_settled,
    async_report_event,
)
from .keeping import async_apply_options, async_start_readings, async_stop_readings
from .key_renewal import async_watch_keys, key_days
from .logins import HomeLogins
from .messages import async_load_messages
from .module_switch import async_apply_modules
from .policy.actors import Actor
from .policy.audit import Verdict
from .postponing import async_load_postponed
from .removal import async_remove_device
from .restoration import async_watch_restored
from .run_mark import RunMark
from .runtime import (
    DATA_RUNTIME,
    AnyConfigEntry,
    DeviceConfigEntry,
    DeviceRuntime,
    GatewayConfigEntry,
    GatewayRuntime,
    is_demo,
    is_gateway,
)
from .storage import async_gateway_id, home_assistant_stores
from .store_issues import with_stores_explained
from .threat_notices import ThreatNotices
from .topology import async_follow_name, async_register_device, async_register_gateway
from .video import async_apply_choice, async_start_video, async_stop_video
from .video_notices import async_watch_recordings
from .video_views import async_register_video_views

_LOGGER = logging.getLogger(__name__)

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)
GATEWAY_PLATFORMS = [Platform.EVENT, Platform.SENSOR]
PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.CAMERA,
    Platform.CLIMATE,
    Platform.COVER,
    Platform.EVENT,
    Platform.FAN,
    Platform.LIGHT,
    Platform.LOCK,
    Platform.NUMBER,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SIREN,
    Platform.SWITCH,
    Platform.TEXT,
    Platform.VALVE,
]


@with_stores_explained
async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Start the gateway; it runs until Home Assistant stops."""
    async with AsyncExitStack() as started:
        await _async_start(hass, started)
        running = started.pop_all()

    async def stop(event: Event) -> None:
        try:
            await running.aclose()
        except Exception:
            _LOGGER.exception("A part of the gateway could not be stopped; all others were")

    # Entries are not unloaded when Home Assistant stops.
    hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, stop)
    return True


async def _async_start(hass: HomeAssistant, started: AsyncExitStack) -> None:
    """Start all parts. Each leaves with `started` how it is stopped: the last one first, whatever fails."""
    gateway_id = await async_gateway_id(hass)
    run_mark = RunMark(hass)
    was_restored = await run_mark.async_was_restored()
    gateway = Gateway(gateway_id, home_assistant_stores(hass))
    gateway.monitor.tracer.logins = HomeLogins(hass)
    gateway.add_listener(partial(async_report_event, hass, gateway))
    # The first entry is set up while its form is being served: nothing may keep that user.
    await async_start_audit(hass, gateway, gateway_id)
    started.push_async_callback(async_stop_audit, hass)
    async_start_readings(hass, gateway, gateway_id)
    started.push_async_callback(async_stop_readings, hass)
    messages = await async_load_messages(hass, partial(_async_record_refused, hass))
    access = Access(hass, gateway, messages)
    await access.async_load()
    postponed = await async_load_postponed(hass, gateway, was_restored=was_restored)
    started.push_async_callback(postponed.stop)
    await without_request(hass, gateway.start(was_restored=was_restored))
    started.push_async_callback(gateway.stop)
    await async_start_video(hass, gateway)
    started.push_async_callback(async_stop_video, hass)
    await run_mark.async_renew()
    hass.data[DATA_AUDIT].audit.start()
    facts = HomeFacts(hass, gateway)
    started.callback(facts.async_stop)
    await facts.async_start()
    started.callback(messages.async_stop)
    messages.async_start()
    attribution = Attribution(hass)
    started.callback(attribution.async_stop)
    attribution.async_start()
    hass.data[DATA_RUNTIME] = GatewayRuntime(
        gateway=gateway,
        attribution=attribution,
        messages=messages,
        postponed=postponed,
        restored_at=run_mark.restored_at,
    )
    started.push(partial(_forget_runtime, hass))
    async_register_console(hass)
    async_register_actions(hass)
    await async_register_guest_page(hass)
    async_register_video_views(hass)
    started.callback(async_watch_commands(hass, gateway, attribution))
    started.callback(async_watch_keys(hass, gateway))
    started.callback(Alarms(hass, gateway, attribution).async_start())
    started.callback(ThreatNotices(hass, gateway, messages).async_start())
    started.callback(async_watch_deployments(hass, gateway))
    started.callback(async_watch_recordings(hass, gateway))
    started.callback(async_watch_automations(hass, gateway))
    started.callback(await async_watch_handovers(hass, gateway))
    started.push_async_callback(access.async_stop)
    access.async_start()
    postponed.start()


def _forget_runtime(hass: HomeAssistant, kind: type[BaseException] | None, *_: object) -> None:
    """A gateway that did not start is not there; one that stops with Home Assistant is, to the end."""
    if kind is not None:
        hass.data.pop(DATA_RUNTIME, None)


@callback
def _async_record_refused(hass: HomeAssistant, kind: str, actor: Actor, detail: str) -> None:
    audit = hass.data[DATA_AUDIT].audit
    audit.note(kind, actor, verdict=Verdict.REFUSED, detail=detail)


async def async_setup_entry(hass: HomeAssistant, entry: AnyConfigEntry) -> bool:
    """Set up the gateway's own entry, that of the demo device, or that of a claimed device."""
    if is_gateway(entry):
        await _async_setup_gateway(hass, entry)
    elif is_demo(entry):
        await async_setup_demo_device(hass, entry)
    else:
        await _async_setup_device(hass, entry)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: AnyConfigEntry) -> bool:
    """Take the entities away and end the link; binding, owner and session caches stay."""
    if is_gateway(entry):
        return await hass.config_entries.async_unload_platforms(entry, GATEWAY_PLATFORMS)
    if is_demo(entry):
        await async_stop_demo_device(entry.runtime_data)
        return True
    if not await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        return False
    await hass.data[DATA_RUNTIME].gateway.detach(entry.runtime_data.device.serial)
    return True


async def async_remove_entry(hass: HomeAssistant, entry: AnyConfigEntry) -> None:
    """Decide what becomes of the device."""
    if is_demo(entry):
        await async_remove_demo_device(hass)
    elif not is_gateway(entry):
        await async_remove_device(hass, entry)


async def _async_setup_gateway(hass: HomeAssistant, entry: GatewayConfigEntry) -> None:
    """Listen for pings and show the devices that send them."""
    entry.runtime_data = runtime = hass.data[DATA_RUNTIME]
    gateway = runtime.gateway
    async_register_gateway(hass)
    async_ping_port_settled(hass)
    async_apply_options(hass, entry.options)
    await async_show_panel(hass)
    entry.async_on_unload(partial(async_hide_panel, hass))
    async_keep_as_set(hass)
    async_apply_modules(hass, gateway)
    await without_request(hass, gateway.key_schedule.choose(key_days(entry.options)))
    entry.async_on_unload(gateway.key_schedule.stop)
    if entry.options.get(CONF_LISTEN, DEFAULT_LISTEN):
        port = entry.options.get(CONF_PING_PORT, DEFAULT_PING_PORT)
        try:
            await without_request(hass, gateway.start_pings(port))
        except PingPortInUse:
            _LOGGER.warning("UDP port %s is in use: devices that ping are not seen", port)
            async_ping_port_in_use(hass, port)
        entry.async_on_unload(gateway.stop_pings)
    entry.async_on_unload(async_show_discovered(hass, gateway))
    await hass.config_entries.async_forward_entry_setups(entry, GATEWAY_PLATFORMS)


async def _async_setup_device(hass: HomeAssistant, entry: DeviceConfigEntry) -> None:
    """Keep a claimed device linked; whether it can be reached now is shown, not waited for."""
    runtime = hass.data[DATA_RUNTIME]
    gateway = runtime.gateway
    serial = entry.unique_id or ""
    try:
        device = await without_request(
            hass, gateway.attach(serial, entry.data[CONF_HOST], entry.data[CONF_PORT])
        )
    except NoBinding as err:
        raise ConfigEntryAuthFailed(translation_domain=DOMAIN, translation_key=err.code) from err
    entry.runtime_data = DeviceRuntime(
        gateway=gateway, attribution=runtime.attribution, device=device
    )
    async_device_is_added(hass, serial)
    async_apply_choice(hass, serial)

    shown: tuple[object, ...] = ()

    @callback
    def device_changed() -> None:
        """Take over what an authenticated link proved: who the device is and where it is."""
        nonlocal shown
        now_shown = (device.is_connected, device.description, device.firmware)
        if now_shown == shown:
            return
        shown = now_shown
        async_register_device(hass, entry, device)
        if device.is_connected:
            async_device_is_linked(hass, serial)
            title, data = entry.title, {CONF_HOST: device.host, CONF_PORT: device.port}
            if title == serial:  # nobody gave it another name yet
                title = entry.runtime_data.name
            if title != entry.title or data != dict(entry.data):
                hass.config_entries.async_update_entry(entry, title=title, data=data)

    device_changed()
    entry.async_on_unload(async_follow_name(hass, entry, device))
    entry.async_on_unload(device.add_listener(device_changed))
    entry.async_on_unload(async_watch_restored(hass, gateway, device))
    entry.async_on_unload(runtime.postponed.watch(device))
    try:
        await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    except BaseException:
        await gateway.detach(serial)
        raise
