"""What of the table each person is shown."""

import pytest

from .makings import row, serials
from custom_components.iot_secure_gateway.policy.actors import System, User
from custom_components.iot_secure_gateway.policy.errors import PolicyError
from custom_components.iot_secure_gateway.policy.facts import Facts
from custom_components.iot_secure_gateway.policy.groups import DeviceGroup, UserGroup
from custom_components.iot_secure_gateway.policy.state import PolicyState
from custom_components.iot_secure_gateway.policy.table import compile_table
from custom_components.iot_secure_gateway.policy.visibility import View

STATE = PolicyState.from_dict(
    {
        "owners": {"S1": "ann", "S2": "ann", "S3": "cid"},
        "appointments": [
            {
                "id": "m",
                "user_id": "mia",
                "role": "manager",
                "given_by": "ann",
                "commands": ["control"],
                "may_appoint": False,
                "created_at": "2026-01-01T00:00:00+00:00",
                "devices": ["S1"],
            }
        ],
    }
)
BOTH = row(number=1, made_by="ann", devices=serials("S1", "S2"))
OTHER = row(number=2, made_by="ann", devices=serials("S2"))
OFF = row(number=3, made_by="ann", devices=serials("S1"), is_on=False)
ORPHAN = row(number=4, made_by="gone", devices=serials("S1"))
HERS = row(number=5, made_by="mia", by="m", devices=serials("S1"))
ROWS = {one.number: one for one in (BOTH, OTHER, OFF, ORPHAN, HERS)}


def view(user_id: str) -> View:
    state = PolicyState(owners=STATE.owners, appointments=STATE.appointments, rows=ROWS)
    return View(compile_table(state, Facts()), Facts(), User(id=user_id))


def seen(user_id: str) -> set[int]:
    return {number for number, one in ROWS.items() if view(user_id).row(one) is not None}


def test_rows_are_shown_to_who_may_change_them_or_has_authority_over_the_device() -> None:
    assert seen("ann") == {1, 2, 3, 5}
    assert seen("mia") == {1, 3, 5}
    assert seen("cid") == seen("bob") == set()
    assert seen("gone") == {4}


def test_other_devices_in_a_row_are_not_shown() -> None:
    shown = view("mia").row(BOTH)
    assert shown is not None
    assert shown.devices == serials("S1")
    assert view("ann").row(BOTH) == BOTH


def test_row_is_about_the_devices_that_it_counts_for() -> None:
    assert view("ann").is_about(BOTH, "S2")
    assert not view("ann").is_about(OTHER, "S1")
    assert not view("ann").is_about(ORPHAN, "S1")


def test_groups_are_shown_to_their_maker_and_along_the_tree() -> None:
    lamps = DeviceGroup(id="g", name="Lamps", made_by="ann", serials=frozenset({"S1", "S2"}))
    people = UserGroup(id="u", name="People", made_by="ann", users=frozenset({"bob"}))
    hers = UserGroup(id="h", name="Hers", made_by="mia")
    assert view("ann").shared(lamps) is lamps
    below = view("mia").shared(lamps)
    assert isinstance(below, DeviceGroup)
    assert below.serials == {"S1"}
    assert view("mia").shared(people) is people
    assert view("ann").shared(hers) is hers
    assert view("cid").shared(lamps) is view("cid").shared(hers) is None


def test_only_a_person_has_a_view() -> None:
    with pytest.raises(PolicyError, match="not_a_person"):
        View(compile_table(STATE, Facts()), Facts(), System())
