"""Houses full of random permissions, many of them broken, and random questions about them."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from .makings import BERLIN
from custom_components.iot_secure_gateway.policy.actors import (
    Actor,
    Automation,
    Guest,
    Integration,
    Script,
    System,
    Unknown,
    User,
)
from custom_components.iot_secure_gateway.policy.authority import ROLE_GROUPS, Appointment, Role
from custom_components.iot_secure_gateway.policy.columns import (
    ArgumentLimit,
    Commands,
    Devices,
    Users,
)
from custom_components.iot_secure_gateway.policy.commands import CommandGroup
from custom_components.iot_secure_gateway.policy.facts import Facts
from custom_components.iot_secure_gateway.policy.groups import (
    DeviceGroup,
    OwnCommandGroup,
    UserGroup,
)
from custom_components.iot_secure_gateway.policy.rows import Row
from custom_components.iot_secure_gateway.policy.state import PolicyState
from custom_components.iot_secure_gateway.policy.times import (
    ALWAYS,
    DateRange,
    HourRange,
    Shift,
    Times,
)

PEOPLE = ("ann", "bob", "cid", "dan")
SERIALS = ("ISG-1", "ISG-2", "ISG-3", "ISG-4")
IDS = ("g1", "g2", "g3")
LINKS = ("l1", "l2", "l3", "l4")
AREAS = ("cellar", "roof")
ENTITIES = ("automation.a", "automation.b", "all")
COMMANDS = (
    "turn_on", "set_temperature", "read", "settings", "set_settings", "view", "rotate_key", "release", "control",
)  # fmt: skip
PASSES = ("0" * 32, "a" * 32)
START = datetime(2026, 10, 24, tzinfo=UTC)  # clocks are set back in the night after
DAYS = 4


class Question(NamedTuple):
    """One command of one actor at one moment."""

    actor: Actor
    serial: str
    command: str
    arguments: dict[str, object]
    now: datetime
    starter: Actor | None


def some(random: Random, of: Any, most: int = 2) -> frozenset[Any]:
    return frozenset(random.sample(sorted(of), random.randint(0, most)))


def house(random: Random) -> tuple[PolicyState, Facts]:
    """A few of everything, made by anybody, referring to anything."""
    groups = list(CommandGroup)
    links: dict[str, Appointment] = {}
    for link_id in sorted(some(random, LINKS, 4)):
        role = random.choice(list(Role))
        # Most chains hold: who gives has the link above.
        parent = random.choice((None, *(above for above in links)))
        holds = parent is not None and random.random() < 0.9
        links[link_id] = Appointment(
            id=link_id,
            user_id=random.choice(PEOPLE),
            role=role,
            given_by=links[parent].user_id if holds else random.choice(PEOPLE[:2]),
            parent=parent if random.random() < 0.95 else "l9",
            devices=some(random, SERIALS, 4) | {random.choice(SERIALS)},
            device_groups=some(random, IDS, 1),
            commands=(some(random, groups, 5) & ROLE_GROUPS[role]) | {CommandGroup.READ},
            may_appoint=random.random() < 0.8,
            created_at=START,
        )
    rows = {number: row(random, number, links) for number in range(1, random.randint(2, 9))}
    state = PolicyState(
        owners={serial: random.choice(PEOPLE[:2]) for serial in SERIALS if random.random() < 0.95},
        appointments=links,
        rows=rows,
        user_groups={
            key: UserGroup(
                id=key,
                name=key,
                made_by=random.choice(PEOPLE[:3]),
                users=some(random, PEOPLE),
                persons=some(random, ("person.cid", "person.dan"), 1),
                groups=some(random, IDS, 1),
            )
            for key in IDS[: random.randint(0, 3)]
        },
        device_groups={
            key: DeviceGroup(
                id=key,
                name=key,
                made_by=random.choice(PEOPLE[:3]),
                serials=some(random, SERIALS),
                groups=some(random, IDS, 1),
            )
            for key in IDS[: random.randint(0, 3)]
        },
        command_groups={
            key: OwnCommandGroup(
                id=key,
                name=key,
                made_by=random.choice(PEOPLE[:2]),
                groups=some(random, groups, 1),
                names=some(random, COMMANDS),
            )
            for key in IDS[: random.randint(0, 2)]
        },
        shifts={
            key: Shift(
                id=key,
                name=key,
                made_by=random.choice(PEOPLE[:2]),
                hours=frozenset({hours(random)}),
            )
            for key in IDS[: random.randint(0, 2)]
        },
        next_number=100,
    )
    facts = Facts(
        areas={serial: random.choice(AREAS) for serial in sorted(some(random, SERIALS, 4))},
        labels={serial: some(random, AREAS) for serial in sorted(some(random, SERIALS, 4))},
        persons={user_id: f"person.{user_id}" for user_id in sorted(some(random, PEOPLE, 4))},
        zone=BERLIN,
    )
    return state, facts


def row(random: Random, number: int, links: dict[str, Appointment]) -> Row:
    is_allow = random.random() < 0.8
    by = random.choice((None, *links))
    made_by = links[by].user_id if by and random.random() < 0.9 else random.choice(PEOPLE[:2])
    expires_at = random.choice((None, None, None, moment(random)))
    starts_at = random.choice((None, None, None, moment(random)))
    if starts_at is not None and expires_at is not None and expires_at <= starts_at:
        starts_at = None
    return Row(
        number=number,
        is_allow=is_allow,
        is_on=random.random() < 0.9,
        made_by=made_by,
        by=by,
        users=Users(
            everyone=random.random() < 0.15,
            groups=some(random, IDS),
            users=some(random, PEOPLE) | {random.choice(PEOPLE)},
            persons=some(random, ("person.cid", "person.dan"), 1),
            automations=some(random, ENTITIES, 1),
            scripts=some(random, ("script.a", "all"), 1),
            integrations=some(random, ("cloud", "all"), 1),
            guests=some(random, PASSES, 1),
        ),
        devices=Devices(
            all_of_maker=random.random() < 0.3,
            groups=some(random, IDS, 1),
            serials=some(random, SERIALS, 1) | {random.choice(SERIALS)},
            areas=some(random, AREAS, 1),
            labels=some(random, AREAS, 1),
        ),
        commands=Commands(
            groups=some(random, list(CommandGroup), 3) | {CommandGroup.CONTROL}
            if random.random() < 0.7
            else frozenset(),
            own_groups=some(random, IDS, 1),
            names=some(random, COMMANDS, 1) | {random.choice(COMMANDS)},
            limits=some(random, range(3), 1) and frozenset({limit(random)}),
        ),
        times=times(random),
        uses_left=random.choice((None, None, None, 0, 2)) if is_allow else None,
        starts_at=starts_at,
        expires_at=expires_at,
    )


def limit(random: Random) -> ArgumentLimit:
    if random.random() < 0.3:
        return ArgumentLimit(
            command="turn_on",
            argument="effect",
            choices=frozenset({random.choice(("rain", "sun"))}),
        )
    low = random.choice((None, 10))
    return ArgumentLimit(
        command=random.choice(("turn_on", "set_temperature")),
        argument="level",
        minimum=low,
        maximum=random.choice((20, 30) if low is None else (None, 20, 30)),
    )


def hours(random: Random) -> HourRange:
    start, end = random.sample(range(24), 2)
    return HourRange(start_s=start * 3600, end_s=(end or 24) * 3600)


def times(random: Random) -> Times:
    if random.random() < 0.5:
        return ALWAYS
    day = date(2026, 10, 24) + timedelta(days=random.randint(0, DAYS))
    return Times(
        hours=frozenset({hours(random)} if random.random() < 0.5 else ()),
        shifts=some(random, IDS, 1),
        weekdays=some(random, range(7), 3),
        dates=frozenset({DateRange(first=day, last=None)} if random.random() < 0.2 else ()),
        calendars=frozenset({"calendar.unknown"} if random.random() < 0.05 else ()),
    )


def moment(random: Random) -> datetime:
    """A half hour; most of them on the hour, where things change."""
    return START + timedelta(minutes=random.choice((30, 60)) * random.randint(0, 24 * DAYS))


def person_or_software(random: Random) -> Actor:
    actors: tuple[Actor, ...] = (
        *(User(id=user_id) for user_id in (*PEOPLE, *PEOPLE, "eve")),
        Automation(entity_id="automation.a"),
        Automation(entity_id="automation.c"),
        Script(entity_id="script.a"),
        Integration(name="cloud"),
        Guest(id=PASSES[0]),
        System(),
        Unknown(),
    )
    return random.choice(actors)


def question(random: Random) -> Question:
    arguments: dict[str, object] = {}
    if random.random() < 0.6:
        arguments["level"] = random.choice((5, 10, 15.5, 20, 25, 30, 31, True, None, float("nan")))
    if random.random() < 0.4:
        arguments["effect"] = random.choice(("rain", "sun", 7))
    return Question(
        person_or_software(random),
        random.choice((*SERIALS, *SERIALS, *SERIALS, "ISG-5")),
        random.choice(COMMANDS),
        arguments,
        moment(random),
        person_or_software(random) if random.random() < 0.15 else None,
    )
