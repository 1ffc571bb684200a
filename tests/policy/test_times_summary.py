"""What times say, as data: nothing left out, nothing that says more than the times do."""

from random import Random

import pytest

from custom_components.iot_secure_gateway.policy.time_summary import ItemKind, summary
from custom_components.iot_secure_gateway.policy.times import ALWAYS
from tests.policy.times_cases import shift, times

SHIFTS = shift("night", "22:00-06:00")


def said(**kinds: str) -> list[list[str]]:
    """Return groups of items as "kind value value"."""
    return [
        [" ".join([item.kind, *item.placeholders.values()]) for item in group]
        for group in summary(times(**kinds), SHIFTS)
    ]


def test_always_is_said_alone() -> None:
    assert [[item.kind for item in group] for group in summary(ALWAYS, {})] == [[ItemKind.ALWAYS]]


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (
            {"dates": "2027-03-01..2027-06-30 2020-01-02 2028-01-01.. ..2019-12-31"},
            [
                [
                    "days_until 2019-12-31",
                    "day 2020-01-02",
                    "days 2027-03-01 2027-06-30",
                    "days_from 2028-01-01",
                ]
            ],
        ),
        ({"weekdays": "tue fri"}, [["weekday tue", "weekday fri"]]),
        ({"weekdays": "mon tue wed thu fri"}, [["weekdays mon fri"]]),
        ({"weekdays": "mon tue wed thu fri sat sun"}, [["weekdays mon sun"]]),
        ({"weekdays": "wed thu fri"}, [["weekdays wed fri"]]),
        ({"weekdays": "sat sun"}, [["weekday sat", "weekday sun"]]),
        ({"weekdays": "sun mon"}, [["weekday sun", "weekday mon"]]),
        ({"weekdays": "fri sat sun mon wed"}, [["weekday wed", "weekdays fri mon"]]),
        (
            {"hours": "22:00-06:00 07:30-20:30:15 09:00-24:00 00:00:30-01:00"},
            [
                [
                    "hours 00:00:30 01:00",
                    "hours 07:30 20:30:15",
                    "hours 09:00 24:00",
                    "hours_overnight 22:00 06:00",
                ]
            ],
        ),
        ({"shifts": "night gone"}, [["shift_gone gone", "shift night Night"]]),
        # Each exception is a condition of its own; of the others one is enough.
        (
            {
                "schedules": "schedule.b schedule.a",
                "calendars": "calendar.c",
                "except_calendars": "calendar.y calendar.x",
            },
            [
                ["schedule schedule.a", "schedule schedule.b"],
                ["calendar calendar.c"],
                ["not_calendar calendar.x"],
                ["not_calendar calendar.y"],
            ],
        ),
        (
            {"hours": "09:00-12:00", "weekdays": "tue", "shifts": "night", "dates": "2020-01-02"},
            [["day 2020-01-02"], ["weekday tue"], ["shift night Night"], ["hours 09:00 12:00"]],
        ),
    ],
)
def test_what_is_said(kinds: dict[str, str], expected: list[list[str]]) -> None:
    assert said(**kinds) == expected


def test_weekdays_can_be_read_back() -> None:
    """Every set of weekdays, from its runs and single days."""
    names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    random = Random(5)
    for _ in range(200):
        given = set(random.sample(names, random.randint(1, 7)))
        read = []
        for item in said(weekdays=" ".join(given))[0]:
            kind, first, *last = item.split()
            number = names.index(first)
            read.append(first)
            while last and names[number] != last[0]:
                number = (number + 1) % 7
                read.append(names[number])
            assert (kind == "weekdays") is bool(last)
        assert sorted(read) == sorted(given)
