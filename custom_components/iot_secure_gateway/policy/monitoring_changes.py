"""Changes of the monitoring policy: each returns a new one, or raises PolicyError.

Whoever may configure a device makes rules for it; an administrator of the host makes those for what
concerns no owned device, and has no say about devices that are not theirs.
"""

from collections.abc import Callable
from dataclasses import replace

from .authority import Grant, authority_of, grants_of
from .commands import CommandGroup
from .errors import PolicyError
from .groups import counted
from .monitoring import (
    MAX_CONDUCTS,
    MAX_CONDUCTS_OF_MAKER,
    MAX_RULES,
    MAX_RULES_OF_MAKER,
    MAX_SNOOZE_S,
    Conduct,
    MonitoringPolicy,
    Rule,
    Scope,
    ScopeKind,
)
from .state import PolicyState


def put_rule(
    policy: MonitoringPolicy,
    state: PolicyState,
    rule: Rule,
    *,
    is_administrator: bool,
    revision: int,
) -> MonitoringPolicy:
    """Add a rule, or replace the one that its maker has for the same finding and scope."""
    check_scope(state, rule.made_by, rule.scope, is_administrator=is_administrator)
    _check_revision(policy, revision)
    place = (rule.made_by, rule.scope, rule.detection)
    old = next(
        (
            known
            for known in policy.rules.values()
            if (known.made_by, known.scope, known.detection) == place
        ),
        None,
    )
    number = policy.next_number if old is None else old.number
    if old is None:
        of_maker = sum(known.made_by == rule.made_by for known in policy.rules.values())
        if of_maker >= MAX_RULES_OF_MAKER or len(policy.rules) >= MAX_RULES:
            raise PolicyError("too_many_rules", limit=str(MAX_RULES_OF_MAKER))
    return replace(
        policy,
        rules={**policy.rules, number: replace(rule, number=number)},
        next_number=max(policy.next_number, number + 1),
        revision=policy.revision + 1,
    )


def remove_rule(
    policy: MonitoringPolicy,
    state: PolicyState,
    user_id: str,
    number: int,
    *,
    is_administrator: bool,
    revision: int,
) -> MonitoringPolicy:
    """Take a rule away: by its maker, by who stands above them, of the gateway's by any administrator."""
    rule = policy.rules.get(number)
    if rule is None:
        raise PolicyError("unknown_rule", rule=str(number))
    if not may_remove(state, user_id, rule, is_administrator=is_administrator):
        raise PolicyError("not_yours")
    _check_revision(policy, revision)
    rules = {key: rule for key, rule in policy.rules.items() if key != number}
    return replace(policy, rules=rules, revision=policy.revision + 1)


def may_remove(state: PolicyState, user_id: str, rule: Rule, *, is_administrator: bool) -> bool:
    """Return whether a person may take a rule away."""
    if rule.made_by == user_id:
        return True
    if rule.scope.kind is ScopeKind.GATEWAY:
        return is_administrator
    return any(user_id in grant.path for grant in grants_of(state, rule.made_by))


def put_conduct(
    policy: MonitoringPolicy,
    state: PolicyState,
    conduct: Conduct,
    *,
    is_administrator: bool,
    revision: int,
) -> MonitoringPolicy:
    """Set how responses are carried out in a scope; one that says nothing but defaults is dropped."""
    check_scope(state, conduct.made_by, conduct.scope, is_administrator=is_administrator)
    _check_revision(policy, revision)
    key = (conduct.made_by, conduct.scope)
    conducts = {known: each for known, each in policy.conducts.items() if known != key}
    if conduct != Conduct(made_by=conduct.made_by, scope=conduct.scope):
        of_maker = sum(made_by == conduct.made_by for made_by, _ in conducts)
        if of_maker >= MAX_CONDUCTS_OF_MAKER or len(conducts) >= MAX_CONDUCTS:
            raise PolicyError("too_many_rules", limit=str(MAX_CONDUCTS_OF_MAKER))
        conducts[key] = conduct
    return replace(policy, conducts=conducts, revision=policy.revision + 1)


def snooze(
    policy: MonitoringPolicy,
    state: PolicyState,
    user_id: str,
    scope: Scope,
    *,
    is_administrator: bool,
    until: int,
    now: float,
) -> MonitoringPolicy:
    """Have nothing told within a scope until then; what is over is dropped."""
    check_scope(state, user_id, scope, is_administrator=is_administrator)
    if until > now + MAX_SNOOZE_S:
        raise PolicyError("snoozed_too_long", hours=str(MAX_SNOOZE_S // 3600))
    snoozes = {key: at for key, at in policy.snoozes.items() if now < at}
    snoozes.pop((user_id, scope), None)
    if until > now:
        if len(snoozes) >= MAX_CONDUCTS:
            raise PolicyError("too_many_rules", limit=str(MAX_CONDUCTS_OF_MAKER))
        snoozes[user_id, scope] = until
    return replace(policy, snoozes=snoozes)


def forget_device(policy: MonitoringPolicy, serial: str) -> MonitoringPolicy:
    """Drop what names a device that is given up: its next owner begins anew."""
    return _kept(policy, lambda made_by, scope: scope != Scope(kind=ScopeKind.DEVICE, id=serial))


def forget_user(policy: MonitoringPolicy, user_id: str) -> MonitoringPolicy:
    """Drop what was made by a user who is deleted."""
    return _kept(policy, lambda made_by, scope: made_by != user_id)


def check_scope(state: PolicyState, user_id: str, scope: Scope, *, is_administrator: bool) -> None:
    """Raise PolicyError unless a person may say what is to be done in a scope."""
    if scope.kind is ScopeKind.GATEWAY:
        if not is_administrator:
            raise PolicyError("gateway_scope")
        return
    if scope.kind is ScopeKind.DEVICE:
        if not may_configure(state, user_id, scope.id):
            raise PolicyError("no_authority")
        return
    grants = configuring(state, user_id)
    if not grants:
        raise PolicyError("no_authority")
    if scope.kind is ScopeKind.GROUP and not any(
        counted(state.device_groups, (scope.id,), grant.path) for grant in grants
    ):
        raise PolicyError("unknown_group", group=scope.id)


def may_configure(state: PolicyState, user_id: str, serial: str) -> bool:
    """Return whether a person may say what watches over a device."""
    return CommandGroup.CONFIGURE in authority_of(state, user_id, serial).commands


def configuring(state: PolicyState, user_id: str) -> tuple[Grant, ...]:
    """Return all by which a person may configure devices."""
    return tuple(
        grant for grant in grants_of(state, user_id) if CommandGroup.CONFIGURE in grant.commands
    )


def _kept(policy: MonitoringPolicy, is_kept: Callable[[str, Scope], bool]) -> MonitoringPolicy:
    rules = {
        number: rule for number, rule in policy.rules.items() if is_kept(rule.made_by, rule.scope)
    }
    conducts = {key: conduct for key, conduct in policy.conducts.items() if is_kept(*key)}
    snoozes = {key: until for key, until in policy.snoozes.items() if is_kept(*key)}
    kept = replace(policy, rules=rules, conducts=conducts, snoozes=snoozes)
    return policy if kept == policy else replace(kept, revision=policy.revision + 1)


def _check_revision(policy: MonitoringPolicy, revision: int) -> None:
    if revision != policy.revision:
        raise PolicyError("changed_since")
