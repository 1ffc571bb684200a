"""The two rows of FIG 9, word for word, and what they give to whom and when (S53)."""

from datetime import date, datetime
from itertools import product
import json

import pytest

from .makings import BERLIN, judge
from custom_components.iot_secure_gateway.policy.actors import User
from custom_components.iot_secure_gateway.policy.decision import Column, Reason
from custom_components.iot_secure_gateway.policy.state import PolicyState

FIGURE_9 = json.loads("""
{
  "owners": {"0001": "owner", "0002": "owner", "0003": "owner", "0004": "somebody else"},
  "user_groups": [
    {"id": "audit-team-c", "name": "Audit Team C", "made_by": "owner", "users": ["carol", "craig"]}
  ],
  "device_groups": [
    {"id": "group-1", "name": "Device Group 1", "made_by": "owner", "serials": ["0001", "0003", "0004"]}
  ],
  "command_groups": [
    {"id": "group-a", "name": "Command Group A", "made_by": "owner", "names": ["turn_on", "turn_off"]}
  ],
  "shifts": [
    {"id": "first", "name": "First Shift", "made_by": "owner", "hours": [{"start": "06:00", "end": "14:00"}]}
  ],
  "rows": [
    {
      "number": 1, "effect": "allow", "is_on": true, "made_by": "owner",
      "users": {"users": ["joe-smith"]},
      "devices": {"groups": ["group-1"]},
      "commands": {"own_groups": ["group-a"]},
      "times": {"shifts": ["first"]}
    },
    {
      "number": 2, "effect": "allow", "is_on": true, "made_by": "owner",
      "users": {"groups": ["audit-team-c"]},
      "devices": {"serials": ["0002"]},
      "commands": {"names": ["read"]},
      "times": {"dates": [{"first": "2020-01-02", "last": "2020-01-02"}], "hours": [{"start": "13:00", "end": "15:00"}]}
    }
  ],
  "next_number": 3
}
""")
STATE = PolicyState.from_dict(FIGURE_9)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("when", "is_in_shift", "is_in_audit"),
    [
        ("2020-01-02 05:59:59", False, False),
        ("2020-01-02 06:00:00", True, False),
        ("2020-01-02 12:59:59", True, False),
        ("2020-01-02 13:00:00", True, True),
        ("2020-01-02 14:00:00", False, True),
        ("2020-01-02 14:59:59", False, True),
        ("2020-01-02 15:00:00", False, False),
        ("2020-01-03 13:30:00", True, False),
        ("2021-01-02 14:30:00", False, False),
    ],
)
def test_the_two_rows_give_what_they_say_and_no_more(
    when: str, is_in_shift: bool, is_in_audit: bool
) -> None:
    people = ("joe-smith", "carol", "craig", "dave")
    devices = ("0001", "0002", "0003", "0004")
    commands = ("turn_on", "turn_off", "open", "read", "describe", "set_settings")
    allowed = {
        case
        for case in product(people, devices, commands)
        if judge(STATE, case[0], case[1], case[2], now=at(when)).allowed
    }
    joes = set(product(("joe-smith",), ("0001", "0003"), ("turn_on", "turn_off")))
    audits = set(product(("carol", "craig"), ("0002",), ("read",)))
    assert allowed == (joes if is_in_shift else set()) | (audits if is_in_audit else set())


def test_the_refusal_says_which_row_and_when_next() -> None:
    refused = judge(STATE, User(id="joe-smith"), "0001", now=at("2020-01-02 14:00"))
    assert (refused.reason, refused.row, refused.column) == (Reason.NOT_NOW, 1, Column.TIMES)
    assert refused.next_allowed_at == at("2020-01-03 06:00")
    early = judge(STATE, User(id="carol"), "0002", "read", now=at("2020-01-02 09:00"))
    assert (early.row, early.next_allowed_at) == (2, at("2020-01-02 13:00"))
    late = judge(STATE, User(id="carol"), "0002", "read", now=at("2020-01-02 15:00"))
    assert (late.row, late.next_allowed_at) == (2, None)


def test_the_table_is_stored_as_it_is_written() -> None:
    stored = STATE.to_dict()
    times = STATE.rows[2].times
    assert {given.first for given in times.dates} == {date(2020, 1, 2)}
    assert PolicyState.from_dict(json.loads(json.dumps(stored))) == STATE
