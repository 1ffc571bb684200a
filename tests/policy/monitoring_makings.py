"""Short ways to make rules and conducts, and a naive way to say which of them counts."""

from typing import Any

from .makings import link, row
from custom_components.iot_secure_gateway.policy.authority import authority_of
from custom_components.iot_secure_gateway.policy.commands import CommandGroup
from custom_components.iot_secure_gateway.policy.groups import DeviceGroup
from custom_components.iot_secure_gateway.policy.monitoring import (
    Conduct,
    MonitoringPolicy,
    Rule,
    Scope,
    ScopeKind,
)
from custom_components.iot_secure_gateway.policy.state import PolicyState
from custom_components.iot_secure_gateway.policy.threats import (
    RESPONSES_OF,
    Detection,
    Level,
    Response,
    Treatment,
)

ALL = Scope(kind=ScopeKind.ALL)
GATEWAY = Scope(kind=ScopeKind.GATEWAY)


def device(serial: str = "ISG-1") -> Scope:
    return Scope(kind=ScopeKind.DEVICE, id=serial)


def group(group_id: str = "g") -> Scope:
    return Scope(kind=ScopeKind.GROUP, id=group_id)


def rule(number: int = 1, **given: Any) -> Rule:
    """A rule of Ann's for all her devices, but for what is given."""
    whole: dict[str, Any] = {
        "made_by": "ann",
        "scope": ALL,
        "detection": Detection.BEYOND_PERMISSION,
        "treatment": treatment(),
    }
    return Rule(number=number, **whole | given)


def treatment(**given: Any) -> Treatment:
    whole: dict[str, Any] = {"level": Level.MEDIUM, "responses": frozenset({Response.LOG})}
    return Treatment(**whole | given)


def policy(*rules: Rule, conducts: tuple[Conduct, ...] = (), **given: Any) -> MonitoringPolicy:
    return MonitoringPolicy(
        rules={each.number: each for each in rules},
        conducts={(each.made_by, each.scope): each for each in conducts},
        next_number=max((each.number for each in rules), default=0) + 1,
        **given,
    )


# Ann owns two devices, Joe one; Max may configure ISG-1 for Ann, Bob only control it by a row.
STATE = PolicyState(
    owners={"ISG-1": "ann", "ISG-2": "ann", "ISG-9": "joe"},
    appointments={"m": link("m", "max", commands=frozenset({CommandGroup.CONFIGURE}))},
    rows={1: row()},
    device_groups={
        "g": DeviceGroup(id="g", name="G", made_by="ann", serials=frozenset({"ISG-1", "ISG-9"})),
        "j": DeviceGroup(id="j", name="J", made_by="joe", serials=frozenset({"ISG-1"})),
    },
    next_number=2,
)


def counts_naively(state: PolicyState, made_by: str, scope: Scope, serial: str) -> bool:
    """Say once more whether a rule counts, straight from the words of docs/monitoring.md."""
    owner = state.owners.get(serial)
    if scope.kind is ScopeKind.GATEWAY:
        return not owner
    if not owner:
        return False
    authority = authority_of(state, made_by, serial)
    if CommandGroup.CONFIGURE not in authority.commands:
        return False
    if scope.kind is ScopeKind.ALL:
        return True
    if scope.kind is ScopeKind.DEVICE:
        return scope.id == serial
    found = state.device_groups.get(scope.id)
    return found is not None and found.made_by in authority.path and serial in found.serials


def rule_naively(
    policy: MonitoringPolicy, state: PolicyState, detection: Detection, serial: str
) -> Rule | None:
    """Find the rule that counts by looking for one kind of scope after the other."""
    for kind in (ScopeKind.DEVICE, ScopeKind.GROUP, ScopeKind.ALL, ScopeKind.GATEWAY):
        best: tuple[int, int] | None = None
        for each in policy.rules.values():
            if each.detection is not detection or each.scope.kind is not kind:
                continue
            if counts_naively(state, each.made_by, each.scope, serial):
                depth = 0
                if kind is not ScopeKind.GATEWAY:
                    depth = len(authority_of(state, each.made_by, serial).path)
                if best is None or (depth, each.number) < best:
                    best = (depth, each.number)
        if best is not None:
            return policy.rules[best[1]]
    return None


def done_naively(
    treatment: Treatment,
    conduct: Conduct,
    *,
    is_chosen: bool,
    snooze_until: float,
    count: int,
    is_authenticated: bool,
    now: float,
    minute: int,
) -> tuple[Level, set[Response], set[Response]] | None:
    """Say response by response whether it is done, withheld, or not wanted."""
    if count < treatment.threshold:
        return None
    is_raised = 0 < treatment.raise_at <= count
    level = treatment.level.next if is_raised else treatment.level
    is_night = any(
        minute == (conduct.quiet_from + step) % 1440
        for step in range((conduct.quiet_to - conduct.quiet_from) % 1440)
    )
    done: set[Response] = set()
    withheld: set[Response] = set()
    for response in Response:
        is_wanted = response in treatment.responses or (
            is_raised and response in RESPONSES_OF[level]
        )
        if response is Response.SUSPEND and not is_authenticated:
            is_wanted = response in treatment.responses and is_chosen
        if not is_wanted:
            continue
        is_told = response in {Response.REPORT, Response.ALARM}
        is_held = conduct.is_detect_only and response not in {Response.LOG, Response.REPORT}
        is_held = is_held or (is_told and now < snooze_until)
        is_held = is_held or (is_told and is_night and level is not Level.HIGH)
        (withheld if is_held else done).add(response)
    return level, done, withheld
