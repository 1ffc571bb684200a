"""One house of permissions in three languages: ours, pycasbin's and Cedar's; and questions about it."""

from dataclasses import dataclass
from datetime import UTC, datetime
import json
from math import isqrt
from random import Random
from typing import Final, NamedTuple

from custom_components.iot_secure_gateway.policy.columns import Commands, Devices, Users
from custom_components.iot_secure_gateway.policy.groups import DeviceGroup, UserGroup
from custom_components.iot_secure_gateway.policy.rows import Row
from custom_components.iot_secure_gateway.policy.state import PolicyState
from custom_components.iot_secure_gateway.policy.times import ALWAYS, HourRange, Times

OWNER: Final = "owner"
COMMANDS: Final = ["turn_on", "turn_off", "open", "close", "lock", "unlock", "press", "set"]
WHOLE_DAY: Final = (0, 24)

# In pycasbin's language: who, what, which command, from and to which hour.
CASBIN_MODEL: Final = """
[request_definition]
r = sub, obj, act, hour
[policy_definition]
p = sub, obj, act, start, end, eft
[role_definition]
g = _, _
g2 = _, _
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = r.act == p.act && r.hour >= p.start && r.hour < p.end && g(r.sub, p.sub) && g2(r.obj, p.obj)
"""


class Permission(NamedTuple):
    """One row: a person or team, a device or room, a command, hours of the day; allow or forbid."""

    who: str
    what: str
    command: str
    hours: tuple[int, int]
    is_allow: bool


class Ask(NamedTuple):
    """One question; `kind` says what its answer is for."""

    kind: str
    who: str
    what: str
    command: str
    hour: int


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """People in teams, devices in rooms, and the rows about them."""

    team_of: dict[str, str]
    room_of: dict[str, str]
    rows: list[Permission]

    @property
    def teams(self) -> list[str]:
        """All teams that somebody is in."""
        return sorted(set(self.team_of.values()))

    @property
    def rooms(self) -> list[str]:
        """All rooms that a device is in."""
        return sorted(set(self.room_of.values()))


def make_house(random: Random, rows: int, size: int) -> House:
    """A house with this many rows; one in twenty forbids, half count at some hours only.

    `size` rows would be as many for each person and device as in a house of any other size.
    """
    side = isqrt(size)
    people = [f"user-{number}" for number in range(2 * side)]
    devices = [f"ISG-{number}" for number in range(5 * side)]
    house = House(
        team_of={one: f"team-{number % (side // 5)}" for number, one in enumerate(people)},
        room_of={one: f"room-{number % (side // 2)}" for number, one in enumerate(devices)},
        rows=[],
    )
    teams, rooms = house.teams, house.rooms
    house.rows.extend(
        Permission(
            random.choice(people if random.random() < 0.7 else teams),
            random.choice(devices if random.random() < 0.7 else rooms),
            random.choice(COMMANDS),
            WHOLE_DAY if random.random() < 0.5 else (random.choice((6, 14)), 22),
            random.random() < 0.95,
        )
        for _ in range(rows)
    )
    return house


def make_worst_house(random: Random, rows: int) -> House:
    """All rows are about one person, one device and one command, each at one hour only."""
    house = make_house(random, 0, rows)
    hours = [(hour, hour + 1) for hour in (8, 9, 10, 11)]
    house.rows.extend(
        Permission("user-0", "ISG-0", COMMANDS[0], hours[number % 4], is_allow=True)
        for number in range(rows)
    )
    return house


def make_asks(random: Random, house: House, count: int) -> list[Ask]:
    """A third each: about a row at its time, about a row at another time, about anything."""
    timed = [row for row in house.rows if row.hours != WHOLE_DAY]
    asks = []
    for _ in range(count // 3):
        asks.append(_ask(random, house, "at its time", random.choice(house.rows)))
        asks.append(_ask(random, house, "at another time", random.choice(timed), early=True))
        anybody = random.choice([*house.team_of]), random.choice([*house.room_of])
        asks.append(Ask("about anything", *anybody, random.choice(COMMANDS), random.randrange(24)))
    return asks


def _ask(random: Random, house: House, kind: str, row: Permission, *, early: bool = False) -> Ask:
    people = [one for one, team in house.team_of.items() if row.who in (one, team)]
    devices = [one for one, room in house.room_of.items() if row.what in (one, room)]
    hour = row.hours[0] - 1 if early else row.hours[0]
    return Ask(kind, random.choice(people), random.choice(devices), row.command, hour)


def moment(hour: int) -> datetime:
    """Return that hour of the day on which all is asked."""
    return datetime(2026, 11, 25, hour, 30, tzinfo=UTC)


def for_us(house: House) -> PolicyState:
    """The house as our state."""

    teams, rooms = set(house.teams), set(house.rooms)

    def row(number: int, given: Permission) -> Row:
        who, what = frozenset({given.who}), frozenset({given.what})
        start, end = given.hours
        hours = frozenset({HourRange(start_s=start * 3600, end_s=end * 3600)})
        return Row(
            number=number,
            is_allow=given.is_allow,
            made_by=OWNER,
            users=Users(groups=who) if given.who in teams else Users(users=who),
            devices=Devices(groups=what) if given.what in rooms else Devices(serials=what),
            commands=Commands(names=frozenset({given.command})),
            times=ALWAYS if given.hours == WHOLE_DAY else Times(hours=hours),
        )

    return PolicyState(
        owners=dict.fromkeys(house.room_of, OWNER),
        rows={number: row(number, given) for number, given in enumerate(house.rows, 1)},
        user_groups={
            team: UserGroup(
                id=team,
                name=team,
                made_by=OWNER,
                users=frozenset(one for one, of in house.team_of.items() if of == team),
            )
            for team in house.teams
        },
        device_groups={
            room: DeviceGroup(
                id=room,
                name=room,
                made_by=OWNER,
                serials=frozenset(one for one, of in house.room_of.items() if of == room),
            )
            for room in house.rooms
        },
        next_number=len(house.rows) + 1,
    )


def for_casbin(house: House) -> tuple[list[list[str]], list[list[str]], list[list[str]]]:
    """The house as policies, roles of users and roles of devices. Hours are two digits, as text."""
    policies = [
        [
            row.who,
            row.what,
            row.command,
            f"{row.hours[0]:02}",
            f"{row.hours[1]:02}",
            "allow" if row.is_allow else "deny",
        ]
        for row in house.rows
    ]
    return (
        policies,
        [[*pair] for pair in house.team_of.items()],
        [[*pair] for pair in house.room_of.items()],
    )


def for_cedar(house: House) -> tuple[str, str]:
    """The house as Cedar's policies and entities."""

    teams, rooms = set(house.teams), set(house.rooms)

    def policy(row: Permission) -> str:
        who = f'in Team::"{row.who}"' if row.who in teams else f'== User::"{row.who}"'
        what = f'in Room::"{row.what}"' if row.what in rooms else f'== Device::"{row.what}"'
        start, end = row.hours
        when = (
            ""
            if row.hours == WHOLE_DAY
            else f" when {{ context.hour >= {start} && context.hour < {end} }}"
        )
        effect = "permit" if row.is_allow else "forbid"
        return (
            f'{effect}(principal {who}, action == Action::"{row.command}", resource {what}){when};'
        )

    def entity(kind: str, name: str, parent: tuple[str, str] | None) -> dict[str, object]:
        parents = [] if parent is None else [{"type": parent[0], "id": parent[1]}]
        return {"uid": {"type": kind, "id": name}, "attrs": {}, "parents": parents}

    entities = [
        *(entity("Team", team, None) for team in house.teams),
        *(entity("Room", room, None) for room in house.rooms),
        *(entity("User", one, ("Team", team)) for one, team in house.team_of.items()),
        *(entity("Device", one, ("Room", room)) for one, room in house.room_of.items()),
    ]
    return "\n".join(policy(row) for row in house.rows), json.dumps(entities)
