"""Which rule counts for a finding, and what it comes to (FIG 14 steps 1410 and 1415). Pure functions.

The most specific scope counts: the device, then a group of devices, then all of somebody's devices,
then what is built in. Within one kind who stands nearer to the first owner comes first, then the older rule.
"""

from dataclasses import dataclass

from .authority import authority_of
from .commands import CommandGroup
from .groups import members
from .monitoring import SPECIFICITY, Conduct, MonitoringPolicy, Rule, Scope, ScopeKind
from .state import PolicyState
from .threats import RESPONSES_OF, Detection, Level, Response, Treatment, default_of

_TOLD = frozenset({Response.REPORT, Response.ALARM})
_SAID_ONLY = frozenset({Response.LOG, Response.REPORT})

_KINDS = list(ScopeKind)

DEFAULT_CONDUCT = Conduct(made_by="", scope=Scope(kind=ScopeKind.ALL))


@dataclass(frozen=True, slots=True, kw_only=True)
class Effective:
    """What counts for one finding about one device."""

    treatment: Treatment
    conduct: Conduct
    snooze_until: int = 0  # Unix time
    rule: Rule | None  # None: as built in


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How grave it is, what is done, and what would have been done."""

    level: Level
    responses: frozenset[Response]
    withheld: frozenset[Response]  # because of detect-only mode, quiet hours or a snooze


def place_of(state: PolicyState, made_by: str, scope: Scope, serial: str) -> tuple[int, int] | None:
    """Return how early a rule or conduct counts for a device, smallest first; None when it does not.

    `serial` is "" for what concerns no device. How specific it is, then how far its maker is from the first owner.
    """
    is_owned = bool(state.owners.get(serial))
    if scope.kind is ScopeKind.GATEWAY:
        return None if is_owned else (SPECIFICITY[scope.kind], 0)
    if not is_owned or (scope.kind is ScopeKind.DEVICE and scope.id != serial):
        return None
    authority = authority_of(state, made_by, serial)
    if CommandGroup.CONFIGURE not in authority.commands:
        return None
    if scope.kind is ScopeKind.GROUP and serial not in members(
        state.device_groups, (scope.id,), authority.path
    ):
        return None
    return SPECIFICITY[scope.kind], len(authority.path)


def effective(
    policy: MonitoringPolicy, state: PolicyState, detection: Detection, serial: str
) -> Effective:
    """Return the rule and the conduct that count for a finding about a device ("" for none)."""
    rules = [
        (place, rule.number)
        for rule in policy.rules.values()
        if rule.detection is detection
        and (place := place_of(state, rule.made_by, rule.scope, serial)) is not None
    ]
    rule = policy.rules[min(rules)[1]] if rules else None
    treatment = default_of(detection) if rule is None else rule.treatment
    return Effective(
        treatment=treatment,
        conduct=effective_conduct(policy, state, serial),
        snooze_until=snoozed_until(policy, state, serial),
        rule=rule,
    )


def effective_conduct(policy: MonitoringPolicy, state: PolicyState, serial: str) -> Conduct:
    """Return the conduct that counts for a device ("" for none)."""
    found = [
        (place, conduct.made_by, conduct.scope.id)
        for conduct in policy.conducts.values()
        if (place := place_of(state, conduct.made_by, conduct.scope, serial)) is not None
    ]
    if not found:
        return DEFAULT_CONDUCT
    place, made_by, scope_id = min(found)
    return policy.conducts[made_by, Scope(kind=_KINDS[place[0]], id=scope_id)]


def snoozed_until(policy: MonitoringPolicy, state: PolicyState, serial: str) -> int:
    """Return until when nothing is told of a device, whatever scope that was said of; 0: it is told."""
    found = (
        until
        for (made_by, scope), until in policy.snoozes.items()
        if place_of(state, made_by, scope, serial) is not None
    )
    return max(found, default=0)


def judge(
    effective: Effective, *, count: int, is_authenticated: bool, now: float, minute: int
) -> Verdict | None:
    """Return what so many findings within the window come to; None when that are too few.

    `is_authenticated`: whether this finding proves anything. `now`: Unix time; `minute` of the day at home.
    """
    treatment, conduct = effective.treatment, effective.conduct
    if count < treatment.threshold:
        return None
    level, wanted = treatment.level, treatment.responses
    if treatment.raise_at and count >= treatment.raise_at:
        level = level.next
        wanted |= RESPONSES_OF[level]
    is_chosen = effective.rule is not None and Response.SUSPEND in treatment.responses
    if not is_authenticated and not is_chosen:
        wanted -= {Response.SUSPEND}
    done = wanted
    if conduct.is_detect_only:
        done &= _SAID_ONLY
    if now < effective.snooze_until:
        done -= _TOLD
    if level is not Level.HIGH and is_quiet(conduct, minute):
        done -= _TOLD
    return Verdict(level=level, responses=done, withheld=wanted - done)


def is_quiet(conduct: Conduct, minute: int) -> bool:
    """Return whether a minute of the day is in the quiet hours, which may reach over midnight."""
    start, end = conduct.quiet_from, conduct.quiet_to
    if start <= end:
        return start <= minute < end
    return minute >= start or minute < end
