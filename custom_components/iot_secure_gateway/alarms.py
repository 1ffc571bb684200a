"""Alarms of the monitoring (FIG 15): what the owner chose is set off, and sirens end with the threat.

    threat with an alarm -> each chosen action, once -> the suspension or block is lifted -> its sirens off

The calls are nobody's login. Where one reaches a device of this gateway it goes through the funnel like any
command, in the name below: a row of the permission table has to let that name do it.
"""

from collections.abc import Callable
import logging
from typing import Any, Final

from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError

from .attribution import Attribution
from .gateway.events import GatewayEvent
from .gateway.gateway import Gateway
from .gateway.threat_events import BlockEnded, SuspensionLifted, ThreatSeen
from .policy.actors import Integration
from .policy.monitoring import AlarmAction
from .policy.threats import Response

_LOGGER = logging.getLogger(__name__)

ALARM_NAME: Final = "iot_secure_gateway_alarm"  # in the column Users of a row, as an integration
MAX_SOUNDING: Final = 64  # sirens that are remembered until they are switched off
_SIREN: Final = "siren"


class Alarms:
    """Sets alarms off; one per Home Assistant."""

    def __init__(self, hass: HomeAssistant, gateway: Gateway, attribution: Attribution) -> None:
        self._hass = hass
        self._gateway = gateway
        self._attribution = attribution
        self._sounding: dict[str, set[str]] = {}  # sirens by the serial they sound for

    @callback
    def async_start(self) -> Callable[[], None]:
        """Set off from now on; returns the end of it."""
        return self._gateway.add_listener(self._on_event)

    @callback
    def _on_event(self, event: GatewayEvent) -> None:
        if isinstance(event, ThreatSeen) and Response.ALARM in event.responses:
            for alarm in event.alarms:
                self._set_off(alarm, event.serial)
        elif isinstance(event, SuspensionLifted) or (
            isinstance(event, BlockEnded) and event.actor is not None
        ):
            for entity_id in sorted(self._sounding.pop(event.serial, ())):
                self._call(_SIREN, "turn_off", entity_id)

    def _set_off(self, alarm: AlarmAction, serial: str) -> None:
        domain, _, service = alarm.action.partition(".")
        if domain == _SIREN and sum(map(len, self._sounding.values())) < MAX_SOUNDING:
            self._sounding.setdefault(serial, set()).add(alarm.entity_id)
        self._call(domain, service, alarm.entity_id)

    def _call(self, domain: str, service: str, entity_id: str) -> None:
        context = Context()
        self._attribution.async_act_as(context, Integration(name=ALARM_NAME))
        self._hass.async_create_background_task(
            self._async_call(domain, service, {"entity_id": entity_id}, context),
            f"alarm {entity_id}",
        )

    async def _async_call(
        self, domain: str, service: str, data: dict[str, Any], context: Context
    ) -> None:
        try:
            await self._hass.services.async_call(
                domain, service, data, blocking=True, context=context
            )
        except HomeAssistantError as error:
            _LOGGER.error("The alarm could not set off %s: %s", data["entity_id"], error)
