"""Who may command a device: its owner, nobody else, and never by accident."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

import pytest

from custom_components.iot_secure_gateway.policy.actors import (
    Actor,
    Automation,
    Integration,
    Script,
    System,
    Unknown,
    User,
)
from custom_components.iot_secure_gateway.policy.decision import SYSTEM_COMMANDS, Decision, Reason
from custom_components.iot_secure_gateway.policy.facts import Facts
from custom_components.iot_secure_gateway.policy.state import PolicyState
from custom_components.iot_secure_gateway.policy.table import compile_table

OWNERS = {"ISG-1": "ann"}
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def decide(owners: Mapping[str, str], actor: Actor, serial: str, command: str) -> Decision:
    """Judge by a table that has owners only."""
    table = compile_table(PolicyState(owners=owners), Facts())
    return table.decide(actor, serial, command, {}, NOW)


def test_owner_may_command_own_device() -> None:
    decision = decide(OWNERS, User(id="ann", name="Ann"), "ISG-1", "turn_on")
    assert decision.allowed
    assert decision.reason is Reason.OWNER


def test_owner_of_one_device_is_nobody_at_another() -> None:
    owners = {**OWNERS, "ISG-2": "bob"}
    assert decide(owners, User(id="ann"), "ISG-2", "turn_on").reason is Reason.NOT_OWNER


@pytest.mark.parametrize(
    ("actor", "reason"),
    [
        (User(id="bob", name="Ann"), Reason.NOT_OWNER),
        (User(id="", name=""), Reason.NOT_OWNER),
        (User(id="ANN"), Reason.NOT_OWNER),
        (Automation(entity_id="automation.ann"), Reason.AUTOMATION_NOT_PERMITTED),
        (Script(entity_id="script.ann"), Reason.SCRIPT_NOT_PERMITTED),
        (Integration(name="cloud"), Reason.INTEGRATION_NOT_PERMITTED),
        (System(), Reason.SYSTEM_NOT_PERMITTED),
        (Unknown(), Reason.UNKNOWN_ACTOR),
        (cast(Actor, None), Reason.UNKNOWN_ACTOR),
        (cast(Actor, "ann"), Reason.UNKNOWN_ACTOR),
    ],
)
def test_anyone_else_is_refused_with_the_reason(actor: Actor, reason: Reason) -> None:
    decision = decide(OWNERS, actor, "ISG-1", "turn_on")
    assert not decision.allowed
    assert decision.reason is reason


@pytest.mark.parametrize("owners", [{}, {"ISG-1": ""}])
def test_device_without_owner_obeys_nobody(owners: dict[str, str]) -> None:
    for user_id in ("ann", ""):
        assert decide(owners, User(id=user_id), "ISG-1", "turn_on").reason is Reason.NO_OWNER


@pytest.mark.parametrize("command", sorted(SYSTEM_COMMANDS))
def test_gateway_may_ask_what_a_device_is_and_measures(command: str) -> None:
    assert decide({}, System(), "ISG-1", command).allowed


def test_an_error_in_the_decision_denies() -> None:
    table = compile_table(PolicyState(owners=OWNERS), Facts())
    decision = table.decide(User(id="bob"), "ISG-1", cast(str, []), {}, NOW)
    assert not decision.allowed
    assert decision.reason is Reason.ERROR


def test_name_of_a_user_decides_nothing() -> None:
    assert User(id="ann", name="Ann") == User(id="ann", name="Somebody")
