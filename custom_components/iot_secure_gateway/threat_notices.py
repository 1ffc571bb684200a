"""Who is told of a threat, and with which buttons (FIG 15 "report", B19).

    threat with a report -> owner and those who look after the device, or administrators -> phones
    blocked by it -> buttons: release, keep blocked, take the rights away     suspended by it -> button: lift

Whoever presses is judged then, like at the console. A person who was blocked is told why, and until when.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .console_links import PAGE_MY_ACCESS, threat_page
from .const import DOMAIN, ISSUE_SUSPENDED_BY_POLICY
from .exceptions import local_text
from .gateway.errors import GatewayError
from .gateway.events import GatewayEvent
from .gateway.gateway import Gateway
from .gateway.rates import SourceBuckets
from .gateway.threat_events import Blocked, DeviceSuspendedNow, SuspensionLifted, ThreatSeen
from .issues import async_raise
from .markup import escaped
from .messages import Action, Answer, Message, Messages
from .people import async_people, device_name, user_name
from .phones import Severity
from .policy.actors import User
from .policy.asking import who_may_answer
from .policy.columns import Devices, Users
from .policy.row_changes import replace_row
from .policy.state import PolicyState
from .policy.threats import Level, Response
from .postponing import registered_id

EVENT_THREAT: Final = f"{DOMAIN}_threat"

# Who may do these looks after a device: is told of what threatens it.
_LOOK_AFTER: Final = ("resume", "set_settings")
_SEVERITY: Final = {
    Level.VERY_LOW: Severity.PASSIVE,
    Level.LOW: Severity.PASSIVE,
    Level.MEDIUM: Severity.NORMAL,
    Level.HIGH: Severity.CRITICAL,
}
# What anybody on the network can fake comes through "do not disturb" once in this time.
LOUD_EVERY_S: Final = 3600.0
_RESPONSES: Final = (Response.SUSPEND, Response.BLOCK, Response.ALARM, Response.TRACE)


class ThreatNotices:
    """Tells people of threats; one per Home Assistant."""

    def __init__(self, hass: HomeAssistant, gateway: Gateway, messages: Messages) -> None:
        self._hass = hass
        self._gateway = gateway
        self._messages = messages
        self._loud = SourceBuckets(1 / LOUD_EVERY_S, 1)

    @callback
    def async_start(self) -> Callable[[], None]:
        """Tell from now on, and what an earlier run left suspended; returns the end of it."""
        for serial in self._gateway.safeguards.restraints.suspensions:
            self._async_raise(serial)
        return self._gateway.add_listener(self._on_event)

    @callback
    def _on_event(self, event: GatewayEvent) -> None:
        if isinstance(event, ThreatSeen):
            self._fire(event)
            if Response.REPORT in event.responses:
                self._hass.async_create_task(self._report(event))
        elif isinstance(event, Blocked):
            if event.user_id:
                self._hass.async_create_task(self._tell_blocked(event))
        elif isinstance(event, DeviceSuspendedNow):
            self._async_raise(event.serial)
        elif isinstance(event, SuspensionLifted):
            ir.async_delete_issue(self._hass, DOMAIN, _issue(event.serial))

    @callback
    def _async_raise(self, serial: str) -> None:
        name = escaped(device_name(self._gateway, serial))
        async_raise(self._hass, ISSUE_SUSPENDED_BY_POLICY, serial, {"name": name})

    @callback
    def _fire(self, threat: ThreatSeen) -> None:
        """Tell automations and the logbook; everybody may read these, so nobody is named, nor any address."""
        self._hass.bus.async_fire(
            EVENT_THREAT,
            {
                "device_id": registered_id(self._hass, threat.serial),
                "level": threat.level.value,
                "detection": threat.detection.value,
                "responses": sorted(threat.responses),
                "is_detect_only": threat.is_detect_only,
                "count": threat.count,
            },
        )

    async def _report(self, threat: ThreatSeen) -> None:
        text = self._messages.text
        done = [
            await text(f"response_{one.value}", {}) for one in _RESPONSES if one in threat.responses
        ]
        names = {
            "level": await text(f"level_{threat.level.value}", {}),
            "what": await text(f"detection_{threat.detection.value}", {}),
            "device": device_name(self._gateway, threat.serial) if threat.serial else "",
            "who": await self._who(threat),
            "done": ", ".join(done) or await text("response_none", {}),
        }
        tag = f"threat_{threat.detection.value}_{threat.serial}"
        key = "threat_told" if threat.serial else "threat_told_gateway"
        await self._messages.tell(
            await self._receivers(threat),
            Message(
                text=f"{key}_by" if names["who"] else key,
                placeholders=names,
                severity=self._severity(threat, tag),
                tag=tag,
                actions=self._actions(threat),
                public="threat_public" if threat.level is Level.HIGH else "",
                page=threat_page(threat.id),
            ),
        )

    def _severity(self, threat: ThreatSeen, tag: str) -> Severity:
        found = _SEVERITY[threat.level]
        if found is not Severity.CRITICAL or threat.is_proven:
            return found
        return found if self._loud.take(tag, self._hass.loop.time()) else Severity.NORMAL

    async def _who(self, threat: ThreatSeen) -> str:
        if threat.user_id:
            return await user_name(self._hass, threat.user_id)
        return threat.principal or threat.source

    async def _receivers(self, threat: ThreatSeen) -> frozenset[str]:
        """Return who looks after the device, without whom it is about; else the administrators."""
        found = frozenset[str]()
        if threat.serial:
            state = self._gateway.permissions.state
            found = frozenset().union(
                *(who_may_answer(state, threat.serial, act) for act in _LOOK_AFTER)
            )
        if not found:
            found = frozenset(one.id for one in await async_people(self._hass) if one.is_admin)
        # An owner who errs is told by the refusal itself.
        return found - {threat.user_id}

    # --- buttons -------------------------------------------------------------------------------------
    def _actions(self, threat: ThreatSeen) -> tuple[Action, ...]:
        actions: list[Action] = []
        if Response.SUSPEND in threat.responses:
            actions.append(Action(label="action_lift", run=partial(self._lift, threat)))
            actions.append(Action(label="action_keep_suspended", run=self._keep_suspended))
        if Response.BLOCK in threat.responses:
            actions.append(Action(label="action_release", run=partial(self._release, threat)))
            actions.append(Action(label="action_keep_blocked", run=partial(self._keep, threat)))
        if threat.user_id and threat.serial:
            revoke: Answer = partial(self._revoke, threat)
            actions.append(Action(label="action_revoke", run=revoke))
        return tuple(actions)

    async def _lift(self, threat: ThreatSeen, user_id: str) -> None:
        await self._gateway.safeguards.lift(threat.serial, await self._actor(user_id))

    async def _keep_suspended(self, user_id: str) -> None:
        """It stays as it is until somebody lifts it; the message and its buttons are gone."""

    async def _release(self, threat: ThreatSeen, user_id: str) -> None:
        await self._gateway.safeguards.release(
            await self._actor(user_id),
            user_id=threat.user_id,
            serial=threat.serial,
            source="" if threat.user_id else threat.source,
            is_administrator=await self._is_administrator(user_id),
        )

    async def _keep(self, threat: ThreatSeen, user_id: str) -> None:
        await self._gateway.safeguards.keep(
            await self._actor(user_id),
            user_id=threat.user_id,
            serial=threat.serial,
            source="" if threat.user_id else threat.source,
            is_administrator=await self._is_administrator(user_id),
        )

    async def _revoke(self, threat: ThreatSeen, user_id: str) -> None:
        """Switch off the rows that give this person alone something on this device. Raises NoRowsToRevoke."""
        actor = await self._actor(user_id)
        permissions = self._gateway.permissions
        found = rows_of(permissions.state, threat.user_id, threat.serial)
        if not found:
            raise NoRowsToRevoke

        def revoke(state: PolicyState) -> PolicyState:
            for number in rows_of(state, threat.user_id, threat.serial):
                state = replace_row(state, actor, replace(state.rows[number], is_on=False))
            return state

        await permissions.change(revoke, actor)

    async def _actor(self, user_id: str) -> User:
        return User(id=user_id, name=await user_name(self._hass, user_id))

    async def _is_administrator(self, user_id: str) -> bool:
        user = await self._hass.auth.async_get_user(user_id)
        return user is not None and user.is_active and user.is_admin

    # --- the person concerned ------------------------------------------------------------------------
    async def _tell_blocked(self, blocked: Blocked) -> None:
        until = datetime.fromtimestamp(blocked.until, UTC)
        owner = await user_name(self._hass, self._gateway.owners.get(blocked.serial))
        device = device_name(self._gateway, blocked.serial)
        await self._messages.tell(
            [blocked.user_id],
            Message(
                text="threat_you_are_blocked",
                placeholders={"device": device, "until": local_text(until), "owner": owner},
                tag=f"blocked_{blocked.serial}",
                page=PAGE_MY_ACCESS,
            ),
        )


class NoRowsToRevoke(GatewayError):
    """No row names this person alone; what a group or everybody is given is for the console."""

    code = "no_rows_to_revoke"


def rows_of(state: PolicyState, user_id: str, serial: str) -> list[int]:
    """Return the rows, switched on, that allow exactly this person something on exactly this device."""
    return [
        number
        for number, row in sorted(state.rows.items())
        if row.is_on
        and row.is_allow
        and row.users == Users(users=frozenset({user_id}))
        and row.devices == Devices(serials=frozenset({serial}))
    ]


def _issue(serial: str) -> str:
    return f"{ISSUE_SUSPENDED_BY_POLICY}_{serial}"
