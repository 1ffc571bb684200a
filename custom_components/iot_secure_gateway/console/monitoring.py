"""Commands about the monitoring policy (FIG 15): rules, how responses are carried out, silence.

Whoever may configure a device says what is to be done about it. What concerns no owned device is for
administrators of Home Assistant, who have no say about devices that are not theirs.
"""

from typing import Any, Final

import probatio

from homeassistant.helpers.typing import VolDictType

from ..alarms import may_set_off
from ..const import CONF_SERIAL
from ..gateway.errors import GatewayError
from ..gateway.printable import printable
from ..permission_errors import InvalidPermission, NoAuthority
from ..policy import monitoring_changes
from ..policy.authority import NO_AUTHORITY, authority_of, grants_of
from ..policy.monitoring import (
    ALARM_ACTIONS,
    MAX_SNOOZE_S,
    Conduct,
    Rule,
    Scope,
    ScopeKind,
    read_treatment,
)
from ..policy.responding import effective, effective_conduct, place_of, snoozed_until
from ..policy.threats import DEFAULTS, LEVELS, Detection, Response, Treatment, warning_of
from .command import SERIAL, TEXT, Caller, Message, Result, command

MAX_SNOOZE_MINUTES: Final = MAX_SNOOZE_S // 60
_SCOPE: Final = probatio.Schema(
    {
        probatio.Required("kind"): probatio.In([kind.value for kind in ScopeKind]),
        probatio.Optional("id", default=""): TEXT,
    }
)
_CHANGE: Final[VolDictType] = {
    probatio.Required("scope"): _SCOPE,
    probatio.Required("revision"): int,
}


class ResponseAgainstOwner(GatewayError):
    """What was chosen can be turned against the owner; it takes a second, knowing yes."""

    code = "suspend_unproven"

    def __init__(self, warning: str) -> None:
        super().__init__()
        self.code = warning


class NoAlarmEntity(GatewayError):
    """The person may not use in Home Assistant what an alarm is to set off."""

    code = "no_alarm_entity"

    def __init__(self, entity_id: str) -> None:
        super().__init__(entity=printable(entity_id))


# --- the policy -------------------------------------------------------------------------------------------
@command("monitoring_policy")
async def ws_policy(caller: Caller, msg: Message) -> Result:
    """Tell what is built in, and the rules and conducts that the person made or is concerned by."""
    policy, state = caller.gateway.safeguards.policy, caller.gateway.permissions.state
    serials = frozenset[str]().union(
        *(grant.serials for grant in grants_of(state, caller.user.id)),
        {""} if caller.user.is_admin else (),
    )

    def concerns(made_by: str, scope: Scope) -> bool:
        if made_by == caller.user.id:
            return True
        return any(place_of(state, made_by, scope, serial) is not None for serial in serials)

    return {
        "revision": policy.revision,
        "defaults": [
            {"detection": detection.value, "evidence": evidence.value, **_treatment(treatment)}
            for detection, (evidence, treatment) in DEFAULTS.items()
        ],
        "responses": [response.value for response in Response],
        "alarm_actions": sorted(ALARM_ACTIONS),
        "rules": [
            {
                **rule.to_dict(),
                "warning": warning_of(rule.detection, rule.treatment.responses),
                "may_remove": monitoring_changes.may_remove(
                    state, caller.user.id, rule, is_administrator=caller.user.is_admin
                ),
            }
            for _, rule in sorted(policy.rules.items())
            if concerns(rule.made_by, rule.scope)
        ],
        "conducts": [
            conduct.to_dict()
            for conduct in policy.conducts.values()
            if concerns(conduct.made_by, conduct.scope)
        ],
        "snoozes": [
            {"made_by": made_by, "scope": scope.to_dict(), "until": until}
            for (made_by, scope), until in policy.snoozes.items()
            if concerns(made_by, scope)
        ],
    }


@command("effective_monitoring", {probatio.Required(CONF_SERIAL): SERIAL})
async def ws_effective(caller: Caller, msg: Message) -> Result:
    """Tell what counts for one device, to those who have authority over it."""
    serial = msg[CONF_SERIAL]
    policy, state = caller.gateway.safeguards.policy, caller.gateway.permissions.state
    if authority_of(state, caller.user.id, serial) == NO_AUTHORITY:
        raise NoAuthority
    found = [(each, effective(policy, state, each, serial)) for each in Detection]
    conduct = effective_conduct(policy, state, serial)
    return {
        "revision": policy.revision,
        "detections": [
            {
                "detection": detection.value,
                "rule": None if each.rule is None else each.rule.number,
                "scope": None if each.rule is None else each.rule.scope.to_dict(),
                "may_remove": each.rule is not None
                and monitoring_changes.may_remove(
                    state, caller.user.id, each.rule, is_administrator=caller.user.is_admin
                ),
                "warning": warning_of(detection, each.treatment.responses),
                **_treatment(each.treatment),
            }
            for detection, each in found
        ],
        "conduct": conduct.to_dict() if conduct.made_by else None,
        "snooze_until": snoozed_until(policy, state, serial),
        "may_configure": monitoring_changes.may_configure(state, caller.user.id, serial),
    }


@command(
    "set_monitoring_rule",
    {
        **_CHANGE,
        probatio.Required("detection"): probatio.In([each.value for each in Detection]),
        probatio.Required("level"): probatio.In([level.value for level in LEVELS]),
        probatio.Required("responses"): [probatio.In([each.value for each in Response])],
        probatio.Optional("threshold", default=1): int,
        probatio.Optional("window_s", default=60): int,
        probatio.Optional("cooldown_s", default=300): int,
        probatio.Optional("raise_at", default=0): int,
        # The person was shown that the response can be turned against the owner.
        probatio.Optional("confirm", default=False): bool,
    },
)
async def ws_set_rule(caller: Caller, msg: Message) -> Result:
    """Say what is made of a finding. Raises InvalidPermission, ResponseAgainstOwner, ChangeRefused."""
    try:
        rule = Rule(
            number=1,
            made_by=caller.user.id,
            scope=_scope(msg),
            detection=Detection(msg["detection"]),
            treatment=read_treatment(msg),
        )
    except ValueError as error:
        raise InvalidPermission(error) from None
    warning = warning_of(rule.detection, rule.treatment.responses)
    if warning is not None and not msg["confirm"]:
        raise ResponseAgainstOwner(warning)
    policy = await caller.gateway.safeguards.change(
        lambda policy: monitoring_changes.put_rule(
            policy,
            caller.gateway.permissions.state,
            rule,
            is_administrator=caller.user.is_admin,
            revision=msg["revision"],
        ),
        caller.actor,
        f"rule {rule.detection.value}",
        _serial_of(rule.scope),
    )
    return {"revision": policy.revision, "warning": warning}


@command(
    "remove_monitoring_rule",
    {probatio.Required("rule"): int, probatio.Required("revision"): int},
)
async def ws_remove_rule(caller: Caller, msg: Message) -> Result:
    """Take a rule away. Raises ChangeRefused."""
    rule = caller.gateway.safeguards.policy.rules.get(msg["rule"])
    policy = await caller.gateway.safeguards.change(
        lambda policy: monitoring_changes.remove_rule(
            policy,
            caller.gateway.permissions.state,
            caller.user.id,
            msg["rule"],
            is_administrator=caller.user.is_admin,
            revision=msg["revision"],
        ),
        caller.actor,
        f"rule {msg['rule']} removed",
        "" if rule is None else _serial_of(rule.scope),
    )
    return {"revision": policy.revision}


@command(
    "set_monitoring_conduct",
    {
        **_CHANGE,
        probatio.Optional("is_detect_only"): bool,
        probatio.Optional("quiet_from"): int,
        probatio.Optional("quiet_to"): int,
        probatio.Optional("block_s"): int,
        probatio.Optional("lift_after_s"): int,
        probatio.Optional("lifts_on_power_up"): bool,
        probatio.Optional("alarms"): [{str: str}],
    },
)
async def ws_set_conduct(caller: Caller, msg: Message) -> Result:
    """Say how responses are carried out in a scope; what is left out is as by default.

    Raises InvalidPermission, NoAlarmEntity, ChangeRefused.
    """
    given = {name: value for name, value in msg.items() if name not in {"id", "type", "revision"}}
    try:
        scope = _scope(msg)
        given |= {"made_by": caller.user.id, "scope": scope.to_dict()}
        conduct = Conduct.from_dict(given, "conduct")
    except ValueError as error:
        raise InvalidPermission(error) from None
    for alarm in conduct.alarms:
        if not may_set_off(caller.user, alarm):
            raise NoAlarmEntity(alarm.entity_id)
    policy = await caller.gateway.safeguards.change(
        lambda policy: monitoring_changes.put_conduct(
            policy,
            caller.gateway.permissions.state,
            conduct,
            is_administrator=caller.user.is_admin,
            revision=msg["revision"],
        ),
        caller.actor,
        "conduct",
        _serial_of(scope),
    )
    return {"revision": policy.revision}


@command(
    "snooze_monitoring",
    {
        probatio.Required("scope"): _SCOPE,
        probatio.Required("minutes"): probatio.All(
            int, probatio.Range(min=0, max=MAX_SNOOZE_MINUTES)
        ),
    },
)
async def ws_snooze(caller: Caller, msg: Message) -> Result:
    """Have nothing told within a scope for so long; 0 ends that. Raises InvalidPermission, ChangeRefused."""
    try:
        scope = _scope(msg)
    except ValueError as error:
        raise InvalidPermission(error) from None
    permissions = caller.gateway.permissions
    now = int(permissions.now().timestamp())
    until = now + 60 * msg["minutes"]
    await caller.gateway.safeguards.change(
        lambda policy: monitoring_changes.snooze(
            policy,
            permissions.state,
            caller.user.id,
            scope,
            is_administrator=caller.user.is_admin,
            until=until,
            now=now,
        ),
        caller.actor,
        f"silent for {msg['minutes']} minutes",
        _serial_of(scope),
    )
    return {"until": until}


# ----------------------------------------------------------------------------------------------------------
def _scope(msg: Message) -> Scope:
    return Scope(kind=ScopeKind(msg["scope"]["kind"]), id=msg["scope"]["id"])


def _serial_of(scope: Scope) -> str:
    return scope.id if scope.kind is ScopeKind.DEVICE else ""


def _treatment(treatment: Treatment) -> dict[str, Any]:
    return {
        "level": treatment.level.value,
        "responses": sorted(treatment.responses),
        "threshold": treatment.threshold,
        "window_s": treatment.window_s,
        "cooldown_s": treatment.cooldown_s,
        "raise_at": treatment.raise_at,
    }


COMMANDS = (
    ws_policy,
    ws_effective,
    ws_set_rule,
    ws_remove_rule,
    ws_set_conduct,
    ws_snooze,
)
