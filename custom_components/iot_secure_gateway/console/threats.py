"""Commands about what the monitoring found and did (FIG 15): threats, who is blocked, what is suspended.

Whoever may administer a device sees what was found about it and ends what was done. What concerns no
owned device is for administrators of Home Assistant.
"""

from collections.abc import Iterable
from typing import Any, Final

import probatio

from homeassistant.helpers.typing import VolDictType

from ..const import CONF_SERIAL, CONF_USER_ID
from ..gateway.errors import GatewayError
from ..gateway.restraints import Block
from ..gateway.threat_events import ThreatAcknowledged, ThreatSeen
from ..gateway.threat_steps import Step
from ..people import device_name, user_name
from ..policy.authority import authority_of, grants_of
from ..policy.commands import CommandGroup
from ..policy.threats import LEVELS, Detection, Level, evidence_of
from .command import SERIAL, TEXT, Caller, Message, Result, command

MAX_SHOWN: Final = 100  # threats of one answer


class UnknownThreat(GatewayError):
    """There is no such threat, or it is nothing for this person."""

    code = "unknown_threat"


@command("threat_levels")
async def ws_levels(caller: Caller, msg: Message) -> Result:
    """Tell how grave it is now, in all and for each device that the person has authority over."""
    return shown_levels(caller)


def shown_levels(caller: Caller) -> dict[str, Any]:
    """Return how grave it is now."""
    state, monitor = caller.gateway.permissions.state, caller.gateway.monitor
    serials = sorted({s for grant in grants_of(state, caller.user.id) for s in grant.serials})
    return {
        "all": monitor.level().value,
        "devices": {serial: monitor.level(serial).value for serial in serials},
    }


@command(
    "threats",
    {
        probatio.Optional(CONF_SERIAL): SERIAL,
        probatio.Optional("detection"): probatio.In([each.value for each in Detection]),
        probatio.Optional("level", default=Level.VERY_LOW.value): probatio.In(list(LEVELS)),
        probatio.Optional("limit", default=MAX_SHOWN): probatio.All(
            int, probatio.Range(min=1, max=MAX_SHOWN)
        ),
    },
)
async def ws_threats(caller: Caller, msg: Message) -> Result:
    """Tell the last threats, the newest first; `level`: those at least as grave."""
    least = Level(msg["level"]).rank
    found = [
        threat
        for threat in reversed(caller.gateway.monitor.memory.threats.values())
        if threat.level.rank >= least
        and msg.get(CONF_SERIAL, threat.serial) == threat.serial
        and msg.get("detection", threat.detection) == threat.detection
        and may_see(caller, threat.serial)
    ]
    return {"threats": [await _shown(caller, threat) for threat in found[: msg["limit"]]]}


@command("threat", {probatio.Required("threat"): TEXT})
async def ws_threat(caller: Caller, msg: Message) -> Result:
    """Tell the story of one threat: itself, and what was found of the same person, address or device."""
    story = await story_of(caller, msg["threat"])
    if story is None:
        raise UnknownThreat
    return story


@command(
    "acknowledge_threats",
    {probatio.Required("threats"): probatio.All([TEXT], probatio.Length(min=1, max=MAX_SHOWN))},
)
async def ws_acknowledge(caller: Caller, msg: Message) -> Result:
    """Say that one knows of threats, so that they are open no longer. Raises UnknownThreat."""
    memory = caller.gateway.monitor.memory
    found = [
        threat
        for threat_id in dict.fromkeys(msg["threats"])
        if (threat := memory.threats.get(threat_id)) is not None and may_see(caller, threat.serial)
    ]
    if not found:
        raise UnknownThreat
    for threat in found:
        if memory.is_open(threat):
            caller.gateway.events.emit(
                ThreatAcknowledged(id=threat.id, serial=threat.serial, actor=caller.actor)
            )
    return {"acknowledged": len(found)}


async def story_of(caller: Caller, threat_id: str) -> dict[str, Any] | None:
    """Return what is known of a threat; None when there is no such one, or it is nothing for the caller."""
    memory = caller.gateway.monitor.memory
    threat = memory.threats.get(threat_id)
    if threat is None or not may_see(caller, threat.serial):
        return None
    related = [
        other
        for other in reversed(memory.threats.values())
        if other.id != threat.id and _is_related(threat, other) and may_see(caller, other.serial)
    ]
    restraints = caller.gateway.safeguards.restraints
    return {
        "threat": await _shown(caller, threat),
        "device": device_name(caller.gateway, threat.serial) if threat.serial else "",
        "proof": evidence_of(threat.detection).value,
        "steps": [await _step(caller, step) for step in memory.steps.of(threat.id)],
        "is_open": memory.is_open(threat),
        "related": [await _shown(caller, other) for other in related[:MAX_SHOWN]],
        "is_blocked": (threat.user_id, threat.serial) in restraints.users
        or threat.source in restraints.sources,
        "is_suspended": threat.serial in restraints.suspensions,
    }


async def brief_of(caller: Caller, threat: ThreatSeen) -> dict[str, Any]:
    """Return a threat as a list shows it."""
    name = await user_name(caller.hass, threat.user_id) if threat.user_id else ""
    return {
        "id": threat.id,
        "at": threat.at,
        "detection": threat.detection.value,
        "level": threat.level.value,
        "serial": threat.serial,
        "device": device_name(caller.gateway, threat.serial) if threat.serial else "",
        "name": name,
        "source": threat.source,
        "count": threat.count,
        "is_open": caller.gateway.monitor.memory.is_open(threat),
    }


# --- what was done, and its end ---------------------------------------------------------------------------
@command("restraints")
async def ws_restraints(caller: Caller, msg: Message) -> Result:
    """Tell who is blocked and what is suspended, to those who can end it."""
    return await shown_restraints(caller)


async def shown_restraints(caller: Caller) -> dict[str, Any]:
    """Return who is blocked and what is suspended, as far as the caller can end it."""
    restraints = caller.gateway.safeguards.restraints
    return {
        "users": [await _block(caller, each) for each in _seen(caller, restraints.users.values())],
        "sources": [
            await _block(caller, each) for each in _seen(caller, restraints.sources.values())
        ],
        "suspended": [
            {
                CONF_SERIAL: each.serial,
                "device": device_name(caller.gateway, each.serial),
                "since": each.since,
                "until": each.until or None,
                "lifts_on_power_up": each.boot is not None,
                "threat": each.threat,
                "detection": each.detection,
            }
            for each in restraints.suspensions.values()
            if may_see(caller, each.serial)
        ],
    }


@command("lift_suspension", {probatio.Required(CONF_SERIAL): SERIAL})
async def ws_lift(caller: Caller, msg: Message) -> Result:
    """Have a device connected again. Raises Refused, NotSuspended."""
    await caller.gateway.safeguards.lift(msg[CONF_SERIAL], caller.actor)
    return None


_WHOM: Final[VolDictType] = {
    probatio.Exclusive(CONF_USER_ID, "whom"): TEXT,
    probatio.Exclusive("source", "whom"): TEXT,
    probatio.Optional(CONF_SERIAL, default=""): TEXT,
}


@command("release_block", _WHOM)
async def ws_release(caller: Caller, msg: Message) -> Result:
    """End a block early: of a user on a device, or of an address. Raises Refused, NotBlocked."""
    await caller.gateway.safeguards.release(caller.actor, **_whom(caller, msg))
    return None


@command("keep_block", _WHOM)
async def ws_keep(caller: Caller, msg: Message) -> Result:
    """Let a block last a day longer. Raises Refused, NotBlocked."""
    await caller.gateway.safeguards.keep(caller.actor, **_whom(caller, msg))
    return None


# ----------------------------------------------------------------------------------------------------------
def _whom(caller: Caller, msg: Message) -> dict[str, Any]:
    return {
        "user_id": msg.get(CONF_USER_ID, ""),
        "serial": msg[CONF_SERIAL],
        "source": msg.get("source", ""),
        "is_administrator": caller.user.is_admin,
    }


def may_see(caller: Caller, serial: str) -> bool:
    """Tell what is shown to whom. Of a device who may administer it; of what is nobody's, the host's administrators."""
    state = caller.gateway.permissions.state
    if not state.owners.get(serial):
        return caller.user.is_admin
    return CommandGroup.ADMINISTER in authority_of(state, caller.user.id, serial).commands


def _seen(caller: Caller, blocks: Iterable[Block]) -> list[Block]:
    return [block for block in blocks if may_see(caller, block.serial)]


def _is_related(threat: ThreatSeen, other: ThreatSeen) -> bool:
    if threat.serial and threat.serial == other.serial:
        return True
    if threat.user_id:
        return threat.user_id == other.user_id
    return bool(threat.source) and threat.source == other.source


async def _shown(caller: Caller, threat: ThreatSeen) -> dict[str, Any]:
    name = await user_name(caller.hass, threat.user_id) if threat.user_id else ""
    return {**threat.to_dict(), "name": name}


async def _step(caller: Caller, step: Step) -> dict[str, Any]:
    name = await user_name(caller.hass, step.user_id) if step.user_id else ""
    return {"at": step.at, "kind": step.kind.value, "by": name, "until": step.until}


async def _block(caller: Caller, block: Block) -> dict[str, Any]:
    name = await user_name(caller.hass, block.user_id) if block.user_id else ""
    return {
        CONF_SERIAL: block.serial,
        "device": device_name(caller.gateway, block.serial) if block.serial else "",
        CONF_USER_ID: block.user_id,
        "name": name,
        "source": block.source,
        "since": block.since,
        "until": block.until,
        "threat": block.threat,
    }


COMMANDS = (
    ws_levels,
    ws_threats,
    ws_threat,
    ws_acknowledge,
    ws_restraints,
    ws_lift,
    ws_release,
    ws_keep,
)
