"""What is worth mending in a house is found, and what is in order is not (B37)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.iot_secure_gateway.policy.columns import ALL, Commands, Devices, Users
from custom_components.iot_secure_gateway.policy.commands import CommandGroup
from custom_components.iot_secure_gateway.policy.marks import Fault, Mark
from custom_components.iot_secure_gateway.policy.rows import Row
from custom_components.iot_secure_gateway.policy.self_audit import (
    MAX_FINDINGS,
    House,
    Weakness,
    WeaknessFound,
    weaknesses,
)
from custom_components.iot_secure_gateway.policy.state import PolicyState
from custom_components.iot_secure_gateway.policy.threats import Level
from custom_components.iot_secure_gateway.policy.times import HourRange, Times

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PASS = "a" * 32
WIDE = Row(
    number=3,
    made_by="ann",
    users=Users(everyone=True),
    devices=Devices(all_of_maker=True),
    commands=Commands(groups=frozenset({CommandGroup.CONTROL})),
)
LAMP = replace(WIDE, devices=Devices(serials=frozenset({"LAMP-1"})))


def house(*rows: Row, **facts: Any) -> House:
    """Return a house in good order, but for what is said."""
    state = PolicyState(rows={row.number: row for row in rows}, next_number=100)
    return House(**{"state": state, "marks": {}, "now": NOW, "last_backup": NOW, **facts})


def found(*rows: Row, **facts: Any) -> list[Weakness]:
    return [one.weakness for one in weaknesses(house(*rows, **facts))]


def test_house_in_good_order_gives_nothing() -> None:
    assert found(LAMP) == []


@pytest.mark.parametrize(
    "users",
    [
        Users(everyone=True),
        Users(automations=frozenset({ALL})),
        Users(scripts=frozenset({ALL})),
        Users(integrations=frozenset({ALL})),
    ],
)
def test_row_of_anybody_for_everything_is_too_wide(users: Users) -> None:
    assert weaknesses(house(replace(WIDE, users=users))) == (
        WeaknessFound(weakness=Weakness.WIDE_ROW, row=3),
    )


@pytest.mark.parametrize(
    "change",
    [
        {"users": Users(users=frozenset({"ben"}))},
        {"devices": Devices(areas=frozenset({"hall"}))},
        {"commands": Commands(groups=frozenset({CommandGroup.READ}))},
        {"times": Times(hours=frozenset({HourRange(start_s=0, end_s=3600)}))},
        {"expires_at": NOW + timedelta(days=1)},
        {"is_on": False},
        {"is_allow": False},
    ],
)
def test_row_that_is_narrow_in_one_column_is_not(change: dict[str, Any]) -> None:
    assert found(replace(WIDE, **change)) == []


def test_pass_without_an_end_is_found_and_one_with_an_end_is_not() -> None:
    endless = replace(LAMP, users=Users(guests=frozenset({PASS})))
    assert found(endless) == [Weakness.ENDLESS_PASS]
    assert found(replace(endless, expires_at=NOW)) == []
    assert found(replace(endless, expires_at=NOW), is_guest_page_encrypted=False) == [
        Weakness.OPEN_GUEST_PAGE
    ]


def test_dead_row_is_said_once_whatever_it_would_give() -> None:
    dead = {3: (Mark(fault=Fault.NO_AUTHORITY),)}
    assert found(WIDE, marks=dead) == [Weakness.DEAD_ROW]
    unknown = {3: (Mark(fault=Fault.UNKNOWN),)}
    assert found(LAMP, marks=unknown) == []


@pytest.mark.parametrize(
    ("fact", "weakness"),
    [
        ("unclaimed", Weakness.UNCLAIMED),
        ("old_firmware", Weakness.OLD_FIRMWARE),
        ("suspended", Weakness.SUSPENDED),
        ("ownerless", Weakness.OWNER_GONE),
        ("detect_only", Weakness.DETECT_ONLY),
    ],
)
def test_each_device_is_named(fact: str, weakness: Weakness) -> None:
    two = weaknesses(house(**{fact: frozenset({"B-2", "A-1"})}))
    assert [(one.weakness, one.serial) for one in two] == [(weakness, "A-1"), (weakness, "B-2")]


def test_what_concerns_the_gateway_is_found() -> None:
    assert weaknesses(house(weak_passwords=7)) == (
        WeaknessFound(weakness=Weakness.WEAK_PASSWORDS, count=7),
    )
    assert found(is_audited=False) == [Weakness.AUDIT_OFF]


@pytest.mark.parametrize(
    ("last_backup", "knows_backups", "is_missing"),
    [
        (None, True, True),
        (None, False, False),
        (NOW - timedelta(days=14), True, False),
        (NOW - timedelta(days=14, seconds=1), True, True),
    ],
)
def test_backup_is_missed_after_two_weeks(
    last_backup: datetime | None, knows_backups: bool, is_missing: bool
) -> None:
    missing = found(last_backup=last_backup, knows_backups=knows_backups)
    assert missing == [Weakness.NO_BACKUP] * is_missing


def test_gravest_come_first_and_no_more_than_can_be_read() -> None:
    many = frozenset(f"D-{number}" for number in range(MAX_FINDINGS + 1))
    told = weaknesses(house(WIDE, unclaimed=many, is_audited=False))
    assert len(told) == MAX_FINDINGS
    assert [one.weakness for one in told[:3]] == [
        Weakness.AUDIT_OFF,
        Weakness.WIDE_ROW,
        Weakness.UNCLAIMED,
    ]
    assert [one.level for one in told[:2]] == [Level.HIGH, Level.MEDIUM]
