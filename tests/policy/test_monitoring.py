"""The monitoring policy as a record: bounds, JSON there and back, suspicion of what is read."""

from collections.abc import Callable
from typing import Any

import pytest

from .monitoring_makings import ALL, GATEWAY, device, group, policy, rule, treatment
from custom_components.iot_secure_gateway.policy.monitoring import (
    MAX_ALARMS,
    MAX_CONDUCTS,
    MAX_RULES,
    AlarmAction,
    Conduct,
    MonitoringPolicy,
    Rule,
    Scope,
    ScopeKind,
)
from custom_components.iot_secure_gateway.policy.threats import Level, Response

SIREN = AlarmAction(action="siren.turn_on", entity_id="siren.hall")
WHOLE = policy(
    rule(3, scope=device(), treatment=treatment(level=Level.HIGH, raise_at=5, threshold=2)),
    rule(7, scope=GATEWAY, made_by="admin"),
    conducts=(
        Conduct(
            made_by="ann",
            scope=group(),
            is_detect_only=True,
            quiet_from=1320,
            quiet_to=360,
            block_s=60,
            lift_after_s=600,
            lifts_on_power_up=True,
            alarms=(SIREN,),
        ),
    ),
    snoozes={("ann", ALL): 100},
    revision=9,
)


def test_json_there_and_back_is_the_same() -> None:
    assert MonitoringPolicy.from_dict(WHOLE.to_dict()) == WHOLE
    assert MonitoringPolicy.from_dict(MonitoringPolicy().to_dict()) == MonitoringPolicy()
    assert MonitoringPolicy.from_dict({}) == MonitoringPolicy()


def test_what_is_missing_in_a_conduct_is_as_by_default() -> None:
    conduct = Conduct.from_dict({"made_by": "ann", "scope": {"kind": "all"}}, "c")
    assert conduct == Conduct(made_by="ann", scope=ALL)


def _set(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    def change(content: dict[str, Any]) -> None:
        at: Any = content
        *head, last = path.split(".")
        for key in head:
            at = at[int(key) if key.isdecimal() else key]
        at[last] = value

    return change


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ("more", 1, "monitoring"),
        ("rules", {}, "rules"),
        ("rules", [{}] * (MAX_RULES + 1), "rules"),
        ("conducts", [{}] * (MAX_CONDUCTS + 1), "conducts"),
        ("snoozes", [{"made_by": "ann", "scope": {"kind": "all"}, "until": -1}], "until"),
        ("snoozes", [{"made_by": "ann", "scope": {"kind": "all"}, "more": 1}], "snoozes"),
        ("next_number", 7, "next_number"),
        ("next_number", "8", "next_number"),
        ("revision", -1, "revision"),
        ("rules.0.number", 0, "number"),
        ("rules.0.made_by", "", "made_by"),
        ("rules.0.more", 1, "rules"),
        ("rules.0.detection", "guess", "detection"),
        ("rules.0.detection", 5, "detection"),
        ("rules.0.level", "extreme", "level"),
        ("rules.0.responses", "log", "responses"),
        ("rules.0.responses", ["log"] * 7, "responses"),
        ("rules.0.responses", ["shoot"], "responses"),
        ("rules.0.responses", [], "responses"),
        ("rules.0.threshold", 0, "threshold"),
        ("rules.0.window_s", 0, "window_s"),
        ("rules.0.cooldown_s", -1, "cooldown_s"),
        ("rules.0.raise_at", 1, "raise_at"),
        ("rules.0.scope", {"kind": "device"}, "id"),
        ("rules.0.scope", {"kind": "all", "id": "x"}, "id"),
        ("rules.0.scope", {"kind": "planet"}, "kind"),
        ("rules.0.scope", {"kind": "device", "id": 5}, "id"),
        ("rules.0.scope", 5, "scope"),
        ("conducts.0.quiet_from", 1440, "quiet_from"),
        ("conducts.0.quiet_to", -1, "quiet_to"),
        ("conducts.0.block_s", 0, "block_s"),
        ("conducts.0.block_s", 86401, "block_s"),
        ("conducts.0.lift_after_s", -1, "lift_after_s"),
        ("conducts.0.lifts_on_power_up", 1, "lifts_on_power_up"),
        ("conducts.0.is_detect_only", "no", "is_detect_only"),
        ("conducts.0.alarms", {}, "alarms"),
        ("conducts.0.alarms", [SIREN.to_dict()] * (MAX_ALARMS + 1), "alarms"),
        ("conducts.0.alarms", [{"action": "shell_command.x", "entity_id": "a.b"}], "action"),
        ("conducts.0.alarms", [{"action": "siren.turn_on", "entity_id": "light.a"}], "entity_id"),
        ("conducts.0.alarms", [{"action": "siren.turn_on", "entity_id": "siren.A"}], "entity_id"),
        ("conducts.0.alarms", [{"action": "siren.turn_on", "entity_id": 5}], "entity_id"),
        ("conducts.0.alarms", [{"action": "siren.turn_on", "more": 5}], "alarms"),
        ("conducts.0.alarms", [{"action": "siren.turn_on", "entity_id": "{{ x }}"}], "entity_id"),
        ("conducts.0.more", 1, "conducts"),
    ],
)
def test_json_out_of_form_is_refused_by_its_place(path: str, value: object, place: str) -> None:
    content: dict[str, Any] = WHOLE.to_dict()
    _set(path, value)(content)
    with pytest.raises(ValueError, match=place) as refused:
        MonitoringPolicy.from_dict(content)
    assert "shell" not in str(refused.value).partition("expected")[0], (
        "what was read is not repeated"
    )


@pytest.mark.parametrize("kind", [ScopeKind.ALL, ScopeKind.GATEWAY])
def test_only_a_device_or_a_group_has_an_id(kind: ScopeKind) -> None:
    with pytest.raises(ValueError, match="id"):
        Scope(kind=kind, id="x")
    assert Scope(kind=kind).to_dict() == {"kind": kind.value}


def test_an_alarm_does_only_what_alarms_are_for() -> None:
    with pytest.raises(ValueError, match="action"):
        AlarmAction(action="lock.unlock", entity_id="lock.door")
    with pytest.raises(ValueError, match="entity_id"):
        AlarmAction(action="siren.turn_on", entity_id="")
    with pytest.raises(ValueError, match="alarms"):
        Conduct(made_by="ann", scope=ALL, alarms=(SIREN,) * (MAX_ALARMS + 1))


def test_a_rule_says_all_of_itself() -> None:
    told = rule(
        4, treatment=treatment(responses=frozenset({Response.LOG, Response.BLOCK}))
    ).to_dict()
    assert told["responses"] == ["block", "log"]
    assert Rule.from_dict(told, "rule") == rule(
        4, treatment=treatment(responses=frozenset({Response.LOG, Response.BLOCK}))
    )


def test_records_cannot_be_changed_from_outside() -> None:
    rules = {1: rule(1)}
    kept = MonitoringPolicy(rules=rules, next_number=2)
    rules.clear()
    assert kept.rules == {1: rule(1)}
