"""Who may change the monitoring policy, and that nobody weakens what watches over the devices of others."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from .makings import row
from .monitoring_makings import ALL, GATEWAY, STATE, device, group, policy, rule, treatment
from custom_components.iot_secure_gateway.policy import monitoring, monitoring_changes
from custom_components.iot_secure_gateway.policy.actors import Automation, User
from custom_components.iot_secure_gateway.policy.commands import CommandGroup
from custom_components.iot_secure_gateway.policy.errors import PolicyError
from custom_components.iot_secure_gateway.policy.facts import Facts
from custom_components.iot_secure_gateway.policy.holdings import holds_any, rows_held
from custom_components.iot_secure_gateway.policy.monitoring import (
    Conduct,
    MonitoringPolicy,
    Rule,
    Scope,
)
from custom_components.iot_secure_gateway.policy.monitoring_changes import (
    may_remove,
    put_conduct,
    put_rule,
    remove_rule,
    snooze,
)
from custom_components.iot_secure_gateway.policy.table import compile_table
from custom_components.iot_secure_gateway.policy.threats import Detection, Level


def put(
    rules: MonitoringPolicy, given: Rule, *, is_administrator: bool = False
) -> MonitoringPolicy:
    return put_rule(rules, STATE, given, is_administrator=is_administrator, revision=rules.revision)


@pytest.mark.parametrize(
    ("made_by", "scope", "is_administrator", "code"),
    [
        ("ann", ALL, False, None),
        ("ann", group(), False, None),
        ("ann", device(), False, None),
        ("ann", device("ISG-9"), False, "no_authority"),
        ("ann", group("j"), False, "unknown_group"),
        ("ann", group("gone"), False, "unknown_group"),
        ("ann", GATEWAY, False, "gateway_scope"),
        ("max", device(), False, None),
        ("max", device("ISG-2"), False, "no_authority"),
        ("max", group(), False, None),
        ("bob", ALL, False, "no_authority"),
        ("bob", group(), False, "no_authority"),
        ("admin", GATEWAY, True, None),
        ("admin", ALL, True, "no_authority"),
        ("admin", device(), True, "no_authority"),
    ],
)
def test_who_may_say_what_where(
    made_by: str, scope: Scope, is_administrator: bool, code: str | None
) -> None:
    given = rule(9, made_by=made_by, scope=scope)
    conduct = Conduct(made_by=made_by, scope=scope, block_s=60)
    acts: list[Callable[[], object]] = [
        lambda: put(policy(), given, is_administrator=is_administrator),
        lambda: put_conduct(
            policy(), STATE, conduct, is_administrator=is_administrator, revision=0
        ),
        lambda: snooze(
            policy(), STATE, made_by, scope, is_administrator=is_administrator, until=10, now=0
        ),
    ]
    for act in acts:
        if code is None:
            act()
            continue
        with pytest.raises(PolicyError) as refused:
            act()
        assert refused.value.code == code


def test_a_rule_replaces_the_one_for_the_same_finding_and_scope() -> None:
    one = put(policy(), rule(1))
    two = put(one, rule(1, scope=device()))
    three = put(two, rule(1, treatment=treatment(level=Level.HIGH)))
    assert {number: each.treatment.level for number, each in three.rules.items()} == {
        1: Level.HIGH,
        2: Level.MEDIUM,
    }
    assert (three.next_number, three.revision) == (3, 3)


def test_two_who_edit_at_once_notice() -> None:
    one = put(policy(), rule(1))
    acts: tuple[Callable[[], object], ...] = (
        lambda: put_rule(one, STATE, rule(1), is_administrator=False, revision=0),
        lambda: remove_rule(one, STATE, "ann", 1, is_administrator=False, revision=0),
        lambda: put_conduct(
            one, STATE, Conduct(made_by="ann", scope=ALL), is_administrator=False, revision=0
        ),
    )
    for act in acts:
        with pytest.raises(PolicyError) as refused:
            act()
        assert refused.value.code == "changed_since"


def test_rules_are_removed_by_their_maker_and_from_above() -> None:
    of_max, of_ann = rule(1, made_by="max"), rule(2)
    assert may_remove(STATE, "max", of_max, is_administrator=False)
    assert may_remove(STATE, "ann", of_max, is_administrator=False)
    assert not may_remove(STATE, "max", of_ann, is_administrator=False)
    assert not may_remove(STATE, "admin", of_ann, is_administrator=True)
    of_gateway = rule(3, made_by="admin", scope=GATEWAY)
    assert may_remove(STATE, "other", of_gateway, is_administrator=True)
    assert not may_remove(STATE, "ann", of_gateway, is_administrator=False)
    rules = policy(of_max, of_ann)
    left = remove_rule(rules, STATE, "ann", 1, is_administrator=False, revision=0)
    assert (set(left.rules), left.next_number) == ({2}, 3)
    for user_id, number, code in (("max", 2, "not_yours"), ("ann", 9, "unknown_rule")):
        with pytest.raises(PolicyError) as refused:
            remove_rule(rules, STATE, user_id, number, is_administrator=False, revision=0)
        assert refused.value.code == code


def test_nobody_fills_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitoring_changes, "MAX_RULES_OF_MAKER", 1)
    full = put(policy(), rule(1))
    put(full, rule(1, treatment=treatment(level=Level.HIGH)))  # replaces, and needs no room
    with pytest.raises(PolicyError) as refused:
        put(full, rule(1, detection=Detection.FLOOD))
    assert refused.value.code == "too_many_rules"
    put(full, rule(1, made_by="max", scope=device()))
    monkeypatch.setattr(monitoring_changes, "MAX_RULES", 1)
    with pytest.raises(PolicyError):
        put(full, rule(1, made_by="max", scope=device()))
    monkeypatch.setattr(monitoring_changes, "MAX_CONDUCTS_OF_MAKER", 1)
    one = Conduct(made_by="ann", scope=ALL, block_s=60)
    rules = put_conduct(policy(), STATE, one, is_administrator=False, revision=0)
    other = replace(one, scope=device())
    with pytest.raises(PolicyError):
        put_conduct(rules, STATE, other, is_administrator=False, revision=1)
    monkeypatch.setattr(monitoring_changes, "MAX_CONDUCTS", 1)
    with pytest.raises(PolicyError):
        put_conduct(rules, STATE, replace(other, made_by="max"), is_administrator=False, revision=1)
    silent = snooze(rules, STATE, "ann", ALL, is_administrator=False, until=9, now=0)
    with pytest.raises(PolicyError):
        snooze(silent, STATE, "ann", device(), is_administrator=False, until=9, now=0)


def test_a_conduct_that_says_nothing_is_dropped() -> None:
    said = Conduct(made_by="ann", scope=ALL, block_s=60)
    rules = put_conduct(policy(), STATE, said, is_administrator=False, revision=0)
    assert list(rules.conducts.values()) == [said]
    nothing = Conduct(made_by="ann", scope=ALL)
    rules = put_conduct(rules, STATE, nothing, is_administrator=False, revision=1)
    assert (dict(rules.conducts), rules.revision) == ({}, 2)


def test_a_silence_ends_when_said_so_is_bounded_and_leaves_nothing() -> None:
    silent = snooze(policy(), STATE, "ann", ALL, is_administrator=False, until=50, now=0)
    assert silent.snoozes == {("ann", ALL): 50}
    both = snooze(silent, STATE, "ann", device(), is_administrator=False, until=90, now=60)
    assert both.snoozes == {("ann", device()): 90}, "the other one is over"
    assert (
        snooze(both, STATE, "ann", device(), is_administrator=False, until=0, now=60).snoozes == {}
    )
    with pytest.raises(PolicyError) as refused:
        snooze(
            policy(),
            STATE,
            "ann",
            ALL,
            is_administrator=False,
            until=monitoring.MAX_SNOOZE_S + 1,
            now=0,
        )
    assert refused.value.code == "snoozed_too_long"


def test_with_a_device_or_a_user_goes_what_named_them() -> None:
    rules = policy(
        rule(1),
        rule(2, scope=device()),
        rule(3, made_by="joe"),
        conducts=(
            Conduct(made_by="joe", scope=ALL, block_s=1),
            Conduct(made_by="ann", scope=device(), block_s=1),
        ),
        snoozes={("joe", ALL): 5, ("ann", device()): 5},
    )
    without = monitoring_changes.forget_device(rules, "ISG-1")
    assert (set(without.rules), len(without.conducts), len(without.snoozes)) == ({1, 3}, 1, 1)
    assert without.revision == rules.revision + 1
    assert monitoring_changes.forget_device(without, "ISG-1") is without
    left = monitoring_changes.forget_user(without, "joe")
    assert (set(left.rules), len(left.conducts), len(left.snoozes)) == ({1}, 0, 0)


# --- who is authorised (FIG 15, rows 2 and 3) -------------------------------------------------------------
def test_who_holds_any_row_or_authority_is_authorised() -> None:
    state = replace(
        STATE,
        rows={
            1: row(),
            2: row(number=2, users=row().users, is_allow=False),
            3: row(number=3, is_on=False, users=replace(row().users, users=frozenset({"eve"}))),
            4: row(number=4, is_allow=False, users=replace(row().users, users=frozenset({"sam"}))),
        },
        next_number=5,
    )
    table = compile_table(state, Facts())

    def held(user_id: str, serial: str = "ISG-1") -> bool:
        return holds_any(table, User(id=user_id), serial)

    assert held("ann")
    assert held("max")
    assert held("bob")
    assert not held("bob", "ISG-9")
    assert not held("eve"), "her row is switched off"
    assert not held("sam"), "his row forbids"
    assert not held("zoe")
    assert not holds_any(table, Automation(entity_id="automation.a"), "ISG-1")
    assert rows_held(table, User(id="bob"), "ISG-1") == {1}
    assert CommandGroup.CONFIGURE in monitoring_changes.configuring(state, "max")[0].commands
