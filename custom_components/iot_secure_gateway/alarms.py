"""Alarms of the monitoring (FIG 15): what the owner chose is set off, and sirens end with the threat.

    threat with an alarm -> each chosen action, once -> the suspension or block is lifted -> its sirens off

The calls are nobody's login, so Home Assistant lets them do anything: what is set off are entities that who
chose them may use. Where a call reaches a device of this gateway it goes through the funnel like any command,
in the name below: a row of the permission table has to let that name do it.
"""

from collections.abc import Callable
import logging
from typing import Any, Final

from homeassistant.auth.models import User as HomeAssistantUser
from homeassistant.auth.permissions.const import POLICY_CONTROL
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
            self._hass.async_create_background_task(self._async_set_off(event), "alarm")
        elif isinstance(event, SuspensionLifted) or (
            isinstance(event, BlockEnded) and event.actor is not None
        ):
            for entity_id in sorted(self._sounding.pop(event.serial, ())):
                self._call(_SIREN, "turn_off", entity_id)

    async def _async_set_off(self, threat: ThreatSeen) -> None:
        by = await self._hass.auth.async_get_user(threat.alarms_by)
        for alarm in threat.alarms:
            if not may_set_off(by, alarm):
                _LOGGER.error(
                    "The alarm could not set off %s: who chose it may not use it", alarm.entity_id
                )
                continue
            domain, _, service = alarm.action.partition(".")
            if domain == _SIREN and sum(map(len, self._sounding.values())) < MAX_SOUNDING:
                self._sounding.setdefault(threat.serial, set()).add(alarm.entity_id)
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


def may_set_off(by: HomeAssistantUser | None, alarm: AlarmAction) -> bool:
    """Tell whether Home Assistant lets a user do by hand what an alarm is to do."""
    if by is None or not by.is_active:
        return False
    return by.permissions.check_entity(alarm.entity_id, POLICY_CONTROL)
