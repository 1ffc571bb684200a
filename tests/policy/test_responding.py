"""Which rule counts and what it comes to, also against a naive way to say the same."""

import random

import pytest

from .makings import link
from .monitoring_makings import (
    ALL,
    GATEWAY,
    STATE,
    device,
    done_naively,
    group,
    policy,
    rule,
    rule_naively,
    treatment,
)
from custom_components.iot_secure_gateway.policy.authority import Role
from custom_components.iot_secure_gateway.policy.commands import ALL_GROUPS, CommandGroup
from custom_components.iot_secure_gateway.policy.groups import DeviceGroup
from custom_components.iot_secure_gateway.policy.monitoring import Conduct, MonitoringPolicy, Scope
from custom_components.iot_secure_gateway.policy.responding import (
    DEFAULT_CONDUCT,
    Effective,
    effective,
    effective_conduct,
    is_quiet,
    judge,
    place_of,
    snoozed_until,
)
from custom_components.iot_secure_gateway.policy.state import PolicyState
from custom_components.iot_secure_gateway.policy.threats import (
    DEFAULTS,
    Detection,
    Evidence,
    Level,
    Response,
    default_of,
    evidence_of,
)

BEYOND = Detection.BEYOND_PERMISSION


def counted(rules: MonitoringPolicy, serial: str) -> int | None:
    found = effective(rules, STATE, BEYOND, serial).rule
    return None if found is None else found.number


# --- which rule counts ------------------------------------------------------------------------------------
def test_without_rules_everything_is_as_built_in() -> None:
    for detection in Detection:
        found = effective(policy(), STATE, detection, "ISG-1")
        assert (found.rule, found.treatment) == (None, default_of(detection))
        assert found.conduct is DEFAULT_CONDUCT


def test_the_most_specific_scope_counts() -> None:
    rules = policy(rule(1), rule(2, scope=group()), rule(3, scope=device()))
    assert counted(rules, "ISG-1") == 3
    assert counted(policy(rule(1), rule(2, scope=group())), "ISG-1") == 2
    assert counted(rules, "ISG-2") == 1


def test_a_rule_about_another_finding_does_not_count() -> None:
    assert counted(policy(rule(1, detection=Detection.FLOOD)), "ISG-1") is None


def test_nobody_rules_over_the_devices_of_others() -> None:
    """Not by all, not by group, not by serial; and what is nobody's is for administrators."""
    foreign = policy(rule(1), rule(2, scope=group()), rule(3, scope=device("ISG-9")))
    assert counted(foreign, "ISG-9") is None
    assert counted(policy(rule(1, made_by="bob")), "ISG-1") is None, "a row is no authority"
    assert counted(policy(rule(1, scope=GATEWAY)), "ISG-1") is None
    assert counted(policy(rule(1), rule(2, scope=device("NONE"))), "NONE") is None


def test_a_group_of_a_stranger_holds_nothing() -> None:
    assert counted(policy(rule(1, scope=group("j"))), "ISG-1") is None
    assert counted(policy(rule(1, scope=group("gone"))), "ISG-1") is None


def test_what_concerns_no_device_is_ruled_by_the_gateways_scope() -> None:
    rules = policy(rule(1), rule(2, scope=GATEWAY, made_by="admin"))
    assert counted(rules, "") == 2
    assert counted(rules, "UNCLAIMED") == 2


def test_nearer_to_the_first_owner_comes_first_then_the_older_rule() -> None:
    by_both = policy(rule(1, made_by="max", scope=device()), rule(2, scope=device()))
    assert counted(by_both, "ISG-1") == 2
    assert counted(policy(rule(1, made_by="max", scope=device()), rule(2)), "ISG-1") == 1
    assert counted(policy(rule(5, scope=group()), rule(3, scope=group())), "ISG-1") == 3


def test_the_conduct_of_the_most_specific_scope_counts_whole() -> None:
    loud = Conduct(made_by="ann", scope=ALL, block_s=10)
    quiet = Conduct(made_by="ann", scope=device(), is_detect_only=True)
    rules = policy(conducts=(loud, quiet))
    assert effective_conduct(rules, STATE, "ISG-1") == quiet
    assert effective_conduct(rules, STATE, "ISG-2") == loud
    assert effective_conduct(rules, STATE, "ISG-9") == DEFAULT_CONDUCT
    assert effective(rules, STATE, BEYOND, "ISG-2").conduct == loud


def test_a_silence_counts_whatever_scope_it_was_said_of() -> None:
    rules = policy(snoozes={("ann", ALL): 100, ("ann", device()): 50, ("joe", ALL): 900})
    assert snoozed_until(rules, STATE, "ISG-1") == 100
    assert snoozed_until(rules, STATE, "ISG-9") == 900
    assert snoozed_until(rules, STATE, "") == 0
    assert effective(rules, STATE, BEYOND, "ISG-2").snooze_until == 100


# --- what it comes to -------------------------------------------------------------------------------------
def test_suspending_on_weak_evidence_is_done_only_where_it_was_chosen() -> None:
    both = frozenset({Response.LOG, Response.SUSPEND})
    found = Effective(treatment=treatment(responses=both), conduct=DEFAULT_CONDUCT, rule=rule(1))
    verdict = judge(found, count=1, is_authenticated=False, now=0, minute=0)
    assert verdict is not None
    assert verdict.responses == both


@pytest.mark.parametrize("detection", list(Detection))
@pytest.mark.parametrize("count", [1, 5, 1000])
def test_nothing_unproven_ever_suspends_by_default(detection: Detection, count: int) -> None:
    """Whatever anybody on the network does, however often: no device is switched off by it."""
    for is_authenticated in (False, True):
        if is_authenticated and evidence_of(detection) is not Evidence.AUTHENTICATED:
            continue  # there is no such finding
        found = effective(policy(), STATE, detection, "ISG-1")
        verdict = judge(found, count=count, is_authenticated=is_authenticated, now=0, minute=0)
        if verdict is not None and Response.SUSPEND in verdict.responses:
            assert is_authenticated


@pytest.mark.parametrize(
    ("start", "end", "quiet", "loud"),
    [
        (0, 0, [], [0, 720, 1439]),
        (600, 720, [600, 719], [599, 720]),
        (1320, 360, [1320, 1439, 0, 359], [360, 1319]),
    ],
)
def test_quiet_hours_may_reach_over_midnight(
    start: int, end: int, quiet: list[int], loud: list[int]
) -> None:
    conduct = Conduct(made_by="ann", scope=ALL, quiet_from=start, quiet_to=end)
    assert [minute for minute in quiet + loud if is_quiet(conduct, minute)] == quiet


def test_the_gravest_is_told_in_quiet_hours_too() -> None:
    conduct = Conduct(made_by="ann", scope=ALL, quiet_from=0, quiet_to=100)
    for level in (Level.MEDIUM, Level.HIGH):
        told = treatment(level=level, responses=frozenset({Response.LOG, Response.REPORT}))
        found = Effective(treatment=told, conduct=conduct, rule=None)
        verdict = judge(found, count=1, is_authenticated=False, now=0, minute=50)
        assert verdict is not None
        assert (Response.REPORT in verdict.responses) is (level is Level.HIGH)


# --- against the naive way --------------------------------------------------------------------------------
def random_state(source: random.Random) -> PolicyState:
    people, serials = ["ann", "joe", "max", "eve"], ["ISG-1", "ISG-2", "ISG-3"]
    links = {}
    for number in range(source.randrange(3)):
        giver, receiver = source.sample(people, 2)
        links[f"l{number}"] = link(
            f"l{number}",
            receiver,
            given_by=giver,
            role=Role.OWNER,
            commands=source.choice([ALL_GROUPS, frozenset({CommandGroup.READ})]),
            devices=frozenset(source.sample(serials, 2)),
        )
    groups = {
        name: DeviceGroup(
            id=name,
            name=name,
            made_by=source.choice(people),
            serials=frozenset(source.sample(serials, 2)),
        )
        for name in ("g", "h")
    }
    owners = {serial: source.choice(people) for serial in serials if source.random() < 0.8}
    return PolicyState(owners=owners, appointments=links, device_groups=groups)


def random_scope(source: random.Random) -> Scope:
    return source.choice(
        [ALL, GATEWAY, group("g"), group("h"), group("gone"), device("ISG-1"), device("ISG-2")]
    )


@pytest.mark.parametrize("seed", range(300))
def test_the_same_rule_counts_as_when_looked_for_naively(seed: int) -> None:
    source = random.Random(seed)
    state = random_state(source)
    rules = policy(
        *(
            rule(
                number,
                made_by=source.choice(["ann", "joe", "max", "eve", "gone"]),
                scope=random_scope(source),
                detection=source.choice([BEYOND, Detection.FLOOD]),
            )
            for number in range(1, source.randrange(2, 12))
        )
    )
    for serial in ("", "ISG-1", "ISG-2", "ISG-3", "ISG-4"):
        for detection in (BEYOND, Detection.FLOOD):
            found = effective(rules, state, detection, serial).rule
            assert found == rule_naively(rules, state, detection, serial)


@pytest.mark.parametrize("seed", range(300))
def test_the_same_is_done_as_when_asked_response_by_response(seed: int) -> None:
    source = random.Random(seed)
    threshold = source.randrange(1, 4)
    said = treatment(
        level=source.choice(list(Level)),
        responses=frozenset({Response.LOG, *source.sample(list(Response), 3)}),
        threshold=threshold,
        raise_at=source.choice([0, threshold + 1, threshold + 3]),
    )
    conduct = Conduct(
        made_by="ann",
        scope=ALL,
        is_detect_only=source.random() < 0.3,
        quiet_from=source.choice([0, 60, 1320]),
        quiet_to=source.choice([0, 60, 360]),
    )
    is_chosen = source.random() < 0.5
    snooze_until = source.choice([0, 50, 150])
    found = Effective(
        treatment=said,
        conduct=conduct,
        snooze_until=snooze_until,
        rule=rule(1, treatment=said) if is_chosen else None,
    )
    for count in range(1, 8):
        for is_authenticated in (True, False):
            minute = source.randrange(1440)
            verdict = judge(
                found, count=count, is_authenticated=is_authenticated, now=100, minute=minute
            )
            told = done_naively(
                said,
                conduct,
                is_chosen=is_chosen,
                snooze_until=snooze_until,
                count=count,
                is_authenticated=is_authenticated,
                now=100,
                minute=minute,
            )
            assert told == (
                None
                if verdict is None
                else (verdict.level, set(verdict.responses), set(verdict.withheld))
            )


def test_places_are_told_for_every_scope() -> None:
    assert place_of(STATE, "ann", device(), "ISG-1") == (0, 1)
    assert place_of(STATE, "max", ALL, "ISG-1") == (2, 2)
    assert place_of(STATE, "max", ALL, "ISG-2") is None
    assert len(DEFAULTS) == len(Detection)
