"""What came of a threat, and how many there were: kept apart from the threats themselves, and bounded."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from .kit import BOB, SERIAL
from custom_components.iot_secure_gateway.gateway import threat_counts, threat_memory
from custom_components.iot_secure_gateway.gateway.events import GatewayEvent, OwnerChanged
from custom_components.iot_secure_gateway.gateway.threat_counts import MAX_DAYS, ThreatCounts
from custom_components.iot_secure_gateway.gateway.threat_events import (
    Blocked,
    BlockEnded,
    DeviceSuspendedNow,
    SuspensionLifted,
    ThreatAcknowledged,
    ThreatSeen,
    ThreatTraced,
    Trace,
)
from custom_components.iot_secure_gateway.gateway.threat_memory import ThreatMemory
from custom_components.iot_secure_gateway.gateway.threat_steps import MAX_STEPS, ThreatSteps
from custom_components.iot_secure_gateway.policy.threats import Detection, Level


def counted(counts: ThreatCounts, day: date, serial: str = SERIAL) -> list[int]:
    return counts.of(day, lambda one: one == serial)


def test_counts_are_kept_for_so_many_days_and_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threat_counts, "MAX_SERIALS", 2)
    counts, first = ThreatCounts(), date(2026, 1, 1)
    for past in range(MAX_DAYS + 1):
        counts.note(first + timedelta(days=past), SERIAL, Level.LOW)
    last = first + timedelta(days=MAX_DAYS)
    assert counted(counts, first) == [0, 0, 0, 0]
    counts.note(last, SERIAL, Level.HIGH)
    for serial in ("B", "C"):
        counts.note(last, serial, Level.LOW)
    assert counted(counts, last) == [0, 1, 0, 1]
    assert (counted(counts, last, "B"), counted(counts, last, "C")) == ([0, 1, 0, 0], [0, 0, 0, 0])
    assert counts.of(last, lambda serial: True) == [0, 2, 0, 1]
    again = ThreatCounts()
    again.restore(counts.to_dict())
    assert again.to_dict() == counts.to_dict()
    again.forget_device(SERIAL)
    assert counted(again, last) == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "damaged",
    [
        5,
        {"yesterday": {}},
        {"2026-01-01": []},
        {"2026-01-01": {"S": [1]}},
        {"2026-01-01": {"S": [1, 2, 3, -4]}},
    ],
)
def test_damaged_counts_are_refused(damaged: object) -> None:
    with pytest.raises(ValueError):
        ThreatCounts().restore(damaged)


def a_threat(
    threat_id: str, serial: str = SERIAL, user_id: str = "bob", source: str = "10.0.0.7"
) -> ThreatSeen:
    return ThreatSeen(
        id=threat_id,
        at=1,
        detection=Detection.UNAUTHORISED_USER,
        level=Level.MEDIUM,
        serial=serial,
        user_id=user_id,
        source=source,
    )


def kinds(steps: ThreatSteps, threat_id: str) -> list[str]:
    return [step.kind.value for step in steps.of(threat_id)]


def test_steps_tell_what_came_of_a_threat_and_how_it_ended() -> None:
    threats = {"1": a_threat("1"), "2": a_threat("2", user_id="", source="10.0.0.9")}
    steps = ThreatSteps()
    of_bob: dict[str, Any] = {"serial": SERIAL, "user_id": "bob", "source": ""}
    of_address: dict[str, Any] = {"serial": "", "user_id": "", "source": "10.0.0.9"}
    told: list[tuple[GatewayEvent, int]] = [
        (Blocked(**of_bob, until=10, threat="1"), 1),
        (BlockEnded(**of_bob), 10),
        (BlockEnded(**of_bob), 11),  # nothing is in force any more
        (Blocked(**of_bob, until=30, threat="1"), 20),
        (BlockEnded(**of_bob), 25),
        (Blocked(**of_address, until=30, threat="2"), 21),
        (BlockEnded(**of_address, actor=BOB), 22),
        (DeviceSuspendedNow(serial=SERIAL, until=0, threat="1"), 30),
        (SuspensionLifted(serial=SERIAL, why="time"), 31),
        (SuspensionLifted(serial=SERIAL, why="owner", actor=BOB), 32),
        (DeviceSuspendedNow(serial=SERIAL, until=0, threat="gone"), 33),
    ]
    noted = [steps.note(event, at, threats) for event, at in told]
    assert noted == [True, True, False, True, True, True, True, True, True, False, False]
    assert kinds(steps, "1") == [
        "blocked",
        "block_over",
        "blocked",
        "freed",
        "suspended",
        "lifted_by_time",
    ]
    assert kinds(steps, "2") == ["blocked", "released"]
    assert steps.of("2")[-1].user_id == BOB.id
    assert not steps.is_acknowledged("1")
    steps.note(ThreatAcknowledged(id="1", serial=SERIAL, actor=BOB), 40, threats)
    assert steps.is_acknowledged("1")
    again = ThreatSteps()
    again.restore(steps.to_dict(), {"1": threats["1"]})
    assert (kinds(again, "1"), kinds(again, "2")) == (kinds(steps, "1"), [])
    again.forget("1")
    assert again.of("1") == ()


def test_only_the_last_steps_are_kept() -> None:
    steps, threats = ThreatSteps(), {"1": a_threat("1")}
    for at in range(MAX_STEPS + 3):
        steps.note(ThreatTraced(id="1", serial=SERIAL, trace=Trace()), at, threats)
    assert [step.at for step in steps.of("1")] == list(range(3, MAX_STEPS + 3))


@pytest.mark.parametrize(
    "damaged",
    [5, {"1": 5}, {"1": [{"at": 1, "kind": "x", "user_id": "", "until": 0}]}, {"1": [{"at": 1}]}],
)
def test_damaged_steps_are_refused(damaged: object) -> None:
    with pytest.raises(ValueError):
        ThreatSteps().restore(damaged, {"1": a_threat("1")})


def test_what_pushes_a_threat_out_takes_its_steps_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threat_memory, "MAX_THREATS", 1)
    memory, local = ThreatMemory(), datetime(2026, 1, 1, tzinfo=UTC)
    memory.add(a_threat("1"))
    assert memory.note(a_threat("1"), local, lambda serial: "olivia")
    assert memory.note(ThreatTraced(id="1", serial=SERIAL, trace=Trace()), local, lambda s: "")
    memory.note(a_threat("9", serial="INVENTED"), local, lambda serial: "")
    assert counted(memory.counts, local.date()) == [0, 0, 1, 0]
    assert counted(memory.counts, local.date(), "") == [0, 0, 1, 0]
    kept = memory.to_dict()
    quiet = replace(a_threat("1"), level=Level.VERY_LOW)
    assert (memory.is_open(a_threat("1")), memory.is_open(quiet)) == (True, False)
    memory.add(a_threat("2"))
    assert memory.steps.of("1") == ()
    again = ThreatMemory()
    again.restore(kept)
    assert kinds(again.steps, "1") == ["traced"]
    assert again.to_dict() == kept
    again.forget_device(SERIAL)
    assert (again.steps.of("1"), counted(again.counts, local.date())) == ((), [0, 0, 0, 0])


def test_next_owner_is_not_told_what_was_found_before() -> None:
    memory, local = ThreatMemory(), datetime(2026, 1, 1, tzinfo=UTC)
    for one in (a_threat("1"), a_threat("2", serial="OTHER")):
        memory.add(one)
        memory.note(one, local, lambda serial: "olivia")
    memory.learn(SERIAL, 0.0, local)
    changed = OwnerChanged(serial=SERIAL, from_id="olivia", to_id="nina")
    assert memory.note(changed, local, lambda serial: "nina")
    assert (list(memory.threats), list(memory.baselines)) == (["2"], [])
    assert counted(memory.counts, local.date()) == [0, 0, 0, 0]
    assert counted(memory.counts, local.date(), "OTHER") == [0, 0, 1, 0]
