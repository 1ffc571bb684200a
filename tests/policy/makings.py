"""Short ways to make what tests of the policy need."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from custom_components.iot_secure_gateway.policy.actors import Actor, User
from custom_components.iot_secure_gateway.policy.authority import Appointment, Role
from custom_components.iot_secure_gateway.policy.columns import Commands, Devices, Users
from custom_components.iot_secure_gateway.policy.commands import CommandGroup
from custom_components.iot_secure_gateway.policy.decision import Decision
from custom_components.iot_secure_gateway.policy.facts import Facts
from custom_components.iot_secure_gateway.policy.rows import Row
from custom_components.iot_secure_gateway.policy.state import PolicyState
from custom_components.iot_secure_gateway.policy.table import compile_table

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=BERLIN)  # a Wednesday

CONTROL = Commands(groups=frozenset({CommandGroup.CONTROL}))
ALL_DEVICES = Devices(all_of_maker=True)


def users(*ids: str) -> Users:
    return Users(users=frozenset(ids))


def serials(*given: str) -> Devices:
    return Devices(serials=frozenset(given))


def commands(*names: str) -> Commands:
    return Commands(names=frozenset(names))


def row(**given: Any) -> Row:
    """A row of Ann's that lets Bob control all her devices, but for what is given."""
    whole: dict[str, Any] = {
        "number": 1,
        "made_by": "ann",
        "users": users("bob"),
        "devices": ALL_DEVICES,
        "commands": CONTROL,
    }
    return Row(**whole | given)


def link(link_id: str, user_id: str, **given: Any) -> Appointment:
    """An appointment by Ann to manage ISG-1, but for what is given."""
    whole: dict[str, Any] = {
        "role": Role.MANAGER,
        "given_by": "ann",
        "devices": frozenset({"ISG-1"}),
        "commands": frozenset({CommandGroup.READ, CommandGroup.CONTROL}),
        "created_at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    return Appointment(id=link_id, user_id=user_id, **whole | given)


def state(*rows: Row, links: Iterable[Appointment] = (), **given: Any) -> PolicyState:
    """Ann owns ISG-1 and ISG-2, Zoe owns ISG-9."""
    whole: dict[str, Any] = {
        "owners": {"ISG-1": "ann", "ISG-2": "ann", "ISG-9": "zoe"},
        "rows": {row.number: row for row in rows},
        "appointments": {link.id: link for link in links},
        "next_number": max((row.number for row in rows), default=0) + 1,
    }
    return PolicyState(**whole | given)


def judge(
    of: PolicyState,
    actor: Actor | str,
    serial: str = "ISG-1",
    command: str = "turn_on",
    *,
    now: datetime = NOW,
    facts: Facts | None = None,
    starter: Actor | None = None,
    **arguments: object,
) -> Decision:
    """Decide one command; text is the id of a user."""
    if isinstance(actor, str):
        actor = User(id=actor)
    table = compile_table(of, facts or Facts(zone=BERLIN))
    return table.decide(actor, serial, command, arguments, now, starter)
