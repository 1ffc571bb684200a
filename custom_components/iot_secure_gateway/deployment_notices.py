"""What people are told of deployments that were switched while nobody looked (FIG 7)."""

from collections.abc import Callable
from typing import Any

from homeassistant.auth import EVENT_USER_REMOVED, EVENT_USER_UPDATED
from homeassistant.core import Event, HomeAssistant, callback

from .const import NOTICE_DEPLOYMENT_LOST, NOTICE_DEPLOYMENT_REFUSED
from .firmware_issues import async_firmware_judged
from .gateway.deployment_events import DeploymentLost, DeploymentRefused, SettingsTold
from .gateway.events import GatewayEvent
from .gateway.gateway import Gateway
from .issues import async_notify
from .markup import escaped
from .people import async_is_person, device_name


@callback
def async_watch_deployments(hass: HomeAssistant, gateway: Gateway) -> Callable[[], None]:
    """Tell from now on what became of switches that waited; returns the end of it."""

    @callback
    def on_event(event: GatewayEvent) -> None:
        if isinstance(event, SettingsTold):
            async_firmware_judged(hass, gateway, event)
            return
        if isinstance(event, DeploymentLost):
            kind = NOTICE_DEPLOYMENT_LOST
        elif isinstance(event, DeploymentRefused) and event.has_waited:
            kind = NOTICE_DEPLOYMENT_REFUSED
        else:
            return
        name = escaped(device_name(gateway, event.serial))
        async_notify(hass, kind, event.serial, {"name": name, "deployment": escaped(event.name)})

    async def on_user_event(event: Event[Any]) -> None:
        """Who may not log in any more wants nothing any more, whatever he owns."""
        user_id = event.data["user_id"]
        if not await async_is_person(hass, user_id):
            await gateway.deployments.forget_user(user_id)

    removals = [
        gateway.add_listener(on_event),
        hass.bus.async_listen(EVENT_USER_REMOVED, on_user_event),
        hass.bus.async_listen(EVENT_USER_UPDATED, on_user_event),
    ]

    @callback
    def stop() -> None:
        for remove in removals:
            remove()

    return stop
