"""The state of all permissions as JSON: identical on the way back, and read with suspicion."""

from datetime import UTC, datetime
import json
from typing import Any

import pytest

from .makings import link, row, state
from custom_components.iot_secure_gateway.policy.columns import (
    ArgumentLimit,
    Commands,
    Devices,
    Users,
)
from custom_components.iot_secure_gateway.policy.commands import ALL_GROUPS, CommandGroup
from custom_components.iot_secure_gateway.policy.groups import (
    DeviceGroup,
    OwnCommandGroup,
    UserGroup,
)
from custom_components.iot_secure_gateway.policy.state import EMPTY, PolicyState
from custom_components.iot_secure_gateway.policy.times import HourRange, Shift, Times

LIMITS = frozenset(
    {
        ArgumentLimit(command="turn_on", argument="brightness", maximum=50),
        ArgumentLimit(command="set_temperature", argument="temperature", minimum=18, maximum=22.5),
        ArgumentLimit(command="set_mode", argument="mode", choices=frozenset({"heat", "off"})),
    }
)
FULL = state(
    row(number=1),
    row(
        number=7,
        is_allow=True,
        is_on=False,
        by="l",
        made_by="bob",
        users=Users(
            everyone=True,
            groups=frozenset({"family"}),
            users=frozenset({"bob", "kim"}),
            persons=frozenset({"person.kim"}),
            automations=frozenset({"automation.a", "all"}),
            scripts=frozenset({"script.a"}),
            integrations=frozenset({"cloud"}),
            guests=frozenset({"0" * 32}),
        ),
        devices=Devices(
            all_of_maker=True,
            groups=frozenset({"pumps"}),
            serials=frozenset({"ISG-1"}),
            areas=frozenset({"cellar"}),
            labels=frozenset({"wet"}),
        ),
        commands=Commands(
            groups=ALL_GROUPS,
            own_groups=frozenset({"a"}),
            names=frozenset({"turn_on"}),
            limits=LIMITS,
        ),
        times=Times(shifts=frozenset({"early"}), weekdays=frozenset({0, 6})),
        note="über Ostern",
        uses_left=3,
        starts_at=datetime(2026, 1, 1, tzinfo=UTC),
        expires_at=datetime(2027, 1, 1, tzinfo=UTC),
    ),
    links=[
        link("l", "bob", device_groups=frozenset({"pumps"}), may_appoint=True),
        link("m", "kim", parent="l", given_by="bob"),
    ],
    user_groups={
        "family": UserGroup(
            id="family",
            name="Family",
            made_by="ann",
            users=frozenset({"kim"}),
            persons=frozenset({"person.kim"}),
            groups=frozenset({"kids"}),
        ),
        "kids": UserGroup(id="kids", name="Kids", made_by="ann"),
    },
    device_groups={
        "pumps": DeviceGroup(id="pumps", name="Pumps", made_by="ann", serials=frozenset({"ISG-1"}))
    },
    command_groups={
        "a": OwnCommandGroup(
            id="a",
            name="A",
            made_by="ann",
            groups=frozenset({CommandGroup.READ}),
            names=frozenset({"turn_on"}),
        )
    },
    shifts={
        "early": Shift(
            id="early",
            name="Early",
            made_by="ann",
            hours=frozenset({HourRange(start_s=6 * 3600, end_s=14 * 3600)}),
        )
    },
)


@pytest.mark.parametrize("given", [EMPTY, FULL])
def test_state_is_identical_on_the_way_back(given: PolicyState) -> None:
    text = json.dumps(given.to_dict())
    assert PolicyState.from_dict(json.loads(text)) == given
    assert json.dumps(PolicyState.from_dict(json.loads(text)).to_dict()) == text


def test_state_cannot_be_changed() -> None:
    owners: Any = FULL.owners
    with pytest.raises(TypeError):
        owners["ISG-1"] = "eve"


def test_state_keeps_no_hold_on_what_it_was_made_of() -> None:
    owners = {"ISG-1": "ann"}
    given = PolicyState(owners=owners)
    owners["ISG-1"] = "eve"
    assert given.owners["ISG-1"] == "ann"
    assert given.serials_of("ann") == {"ISG-1"}
    assert given.serials_of("eve") == frozenset()
