"""Why can't he (US6)? Explained, tried before it is saved, drawn as a week; out, in, and back again (B1, B2, B11)."""

from datetime import UTC, datetime, timedelta
import json
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util

from .house import House
from .test_rows import row_for, shown, verdict
from .visitor import Visitor, refusal, visit
from custom_components.iot_secure_gateway.policy.actors import User

# Commands that are tried here, and in test_permission_paths.py, as somebody who may not.
TRIED = {
    "explain",
    "simulate",
    "permission_week",
    "export_permissions",
    "preview_permissions",
    "import_permissions",
    "permission_history",
    "undo_permissions",
    "refused_automations",
    "allow_automation",
}
ASKED = {"serial": "LAMP-1", "command": "turn_on"}
MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
async def ben(house: House) -> MockUser:
    """Somebody of the household who owns nothing."""
    return await house.person("Ben")


def who(person: MockUser) -> dict[str, Any]:
    return {"kind": "user", "id": person.id}


async def owners(house: House, owner: MockUser, hass_ws_client: WebSocketGenerator) -> Visitor:
    """Claim a lamp; return its owner at the console."""
    await house.hass.config.async_set_time_zone("Europe/Berlin")
    await house.add_gateway()
    await house.claimed_device(owner)
    return await visit(house, hass_ws_client, owner)


async def test_us6_the_nearest_row_and_its_failing_column_are_named(
    house: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    olivia = await owners(house, owner, hass_ws_client)
    mornings = {"hours": [{"start": "07:00", "end": "09:00"}]}
    reading = await olivia.call("add_row", row=row_for(ben, commands={"groups": ["read"]}))
    made = await olivia.call("add_row", row=row_for(ben, times=mornings))
    at = {"when": MONDAY.isoformat(), "who": who(ben)}
    told = await olivia.call("explain", **ASKED, **at)
    assert told["decision"] == {
        "allowed": False,
        "reason": "not_now",
        "row": made["number"],
        "column": "times",
        "next_allowed_at": "2026-11-24T07:00:00+01:00",
    }
    assert {row["number"]: row["failing"] for row in told["rows"]} == {
        reading["number"]: ["commands"],
        made["number"]: ["times"],
    }
    # What is asked for another time turns green.
    at["when"] = "2026-11-24T08:00:00"  # at home
    assert (await olivia.call("explain", **ASKED, **at))["decision"]["allowed"]
    # ... and so it does with a row that is not saved.
    at["when"] = MONDAY.isoformat()
    before = house.gateway.permissions.state
    tried = await olivia.call("simulate", **ASKED, **at, rows=[row_for(ben)])
    assert tried["decision"]["allowed"]
    assert tried["decision"]["row"] == made["number"] + 1
    without = await olivia.call(
        "simulate", **ASKED, **at, removed=[made["number"], reading["number"]]
    )
    assert without["decision"]["reason"] == "not_owner"
    assert house.gateway.permissions.state is before

    week = (await olivia.call("permission_week", **ASKED, **at))["week"]
    assert week[0]["start"] == "2026-11-23T00:00:00+01:00"
    assert week[-1]["end"] == "2026-11-30T00:00:00+01:00"
    allowed = [one for one in week if one["allowed"]]
    assert len(allowed) == 7
    assert allowed[1]["start"] == "2026-11-24T07:00:00+01:00"
    assert allowed[1]["end"] == "2026-11-24T09:00:00+01:00"
    tried = await olivia.call("permission_week", **ASKED, **at, rows=[row_for(ben)])
    assert all(one["allowed"] for one in tried["week"])  # by the one row or the other


async def test_answers_are_those_of_the_live_check(
    house: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    olivia = await owners(house, owner, hass_ws_client)
    permissions = house.gateway.permissions
    await olivia.call("add_row", row=row_for(ben, commands={"names": ["turn_on"]}))
    for person in (owner, ben):
        for command in ("turn_on", "turn_off", "read", "release"):
            told = await olivia.call("explain", serial="LAMP-1", command=command, who=who(person))
            live = permissions.decide(User(id=person.id), "LAMP-1", command)
            assert told["decision"]["allowed"] is live.allowed
            assert told["decision"]["reason"] == live.reason.value


async def test_who_has_no_authority_asks_about_themselves_only(
    house: House,
    owner: MockUser,
    other: MockUser,
    ben: MockUser,
    hass_ws_client: WebSocketGenerator,
) -> None:
    olivia = await owners(house, owner, hass_ws_client)
    await olivia.call("add_row", row=row_for(ben))
    bens, adam = [await visit(house, hass_ws_client, person) for person in (ben, other)]
    told = await bens.call("explain", **ASKED)
    assert told["decision"]["allowed"]
    assert told["rows"] == []
    assert (await adam.call("explain", **ASKED))["decision"]["reason"] == "not_owner"
    automation = {"kind": "automation", "id": "automation.night"}
    for visitor in (bens, adam):
        for fields in ({"who": who(owner)}, {"starter": who(owner)}, {"who": automation}):
            for command in ("explain", "simulate", "permission_week"):
                refused = await refusal(visitor, command, **ASKED, **fields)
                assert refused.code == "no_authority_over_device"
                assert "Olivia" in refused.text
        refused = await refusal(visitor, "simulate", **ASKED, rows=[row_for(ben)])
        assert refused.code == "no_authority_over_device"


async def test_questions_that_cannot_be_are_refused(
    house: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    olivia = await owners(house, owner, hass_ws_client)
    for command, fields, code in (
        ("explain", {"when": "yesterday"}, "invalid_permission"),
        ("explain", {"when": "2026-02-30"}, "invalid_permission"),
        ("explain", {"command": "Turn On"}, "invalid_permission"),
        ("explain", {"who": {"kind": "king", "id": "x"}}, "invalid_format"),
        ("explain", {"arguments": {str(at): at for at in range(33)}}, "invalid_format"),
        ("simulate", {"rows": [row_for(ben, devices={})]}, "invalid_permission"),
        ("simulate", {"rows": [row_for(ben, number=9)]}, "policy_unknown_row"),
        ("simulate", {"removed": [9]}, "policy_unknown_row"),
        ("permission_week", {"removed": [9]}, "policy_unknown_row"),
        ("simulate", {"rows": [row_for(ben)] * 65}, "invalid_format"),
    ):
        refused = await refusal(olivia, command, **{**ASKED, **fields})
        assert refused.code == code, fields


async def test_saved_row_is_tried_with_a_change(
    house: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    olivia = await owners(house, owner, hass_ws_client)
    made = await olivia.call("add_row", row=row_for(ben))
    changed = row_for(ben, number=made["number"], is_on=False)
    told = await olivia.call("simulate", **ASKED, who=who(ben), rows=[changed])
    assert not told["decision"]["allowed"]
    automation = {"kind": "automation", "id": "automation.night"}
    row = row_for(ben, users={"automations": ["all"]})
    fields = {**ASKED, "who": automation, "starter": who(ben), "rows": [row]}
    assert (await olivia.call("simulate", **fields))["decision"]["allowed"]
    fields["removed"] = [made["number"]]
    told = await olivia.call("simulate", **fields)
    assert told["decision"]["reason"] == "starter_not_permitted"
    for kind in ("script", "integration"):
        told = await olivia.call("explain", **ASKED, who={"kind": kind, "id": "script.x"})
        assert told["decision"]["reason"] == f"{kind}_not_permitted"


@pytest.mark.parametrize("form", ["json", "csv"])
async def test_table_is_the_same_on_the_way_back(
    house: House, owner: MockUser, ben: MockUser, hass_ws_client: WebSocketGenerator, form: str
) -> None:
    olivia = await owners(house, owner, hass_ws_client)
    shift = {"name": "First", "hours": [{"start": "06:00", "end": "14:00"}]}
    made = await olivia.call("put_reference", kind="shifts", reference=shift)
    await olivia.call("add_row", row=row_for(ben, times={"shifts": [made["reference_id"]]}))
    await olivia.call("add_row", row=row_for(ben, effect="forbid"))
    before = await shown(olivia)
    content = (await olivia.call("export_permissions", format=form))["content"]
    for number, one in before.items():
        await olivia.call("remove_row", number=number, version=one["version"])
    await olivia.call("remove_reference", kind="shifts", **made)
    assert await shown(olivia) == {}

    preview = await olivia.call("preview_permissions", format=form, content=content)
    assert [one["kind"] for one in preview["differences"]] == ["rows", "rows", "shifts"]
    assert all(one["before"] is None for one in preview["differences"])
    assert await shown(olivia) == {}
    fields = {"format": form, "content": content}
    assert (
        await refusal(olivia, "import_permissions", **fields, version="0" * 16)
    ).code == "changed_meanwhile"
    done = await olivia.call("import_permissions", **fields, version=preview["version"])
    assert done["count"] == 3
    assert await shown(olivia) == before
    assert (await olivia.call("preview_permissions", **fields))["count"] == 0


async def test_import_is_refused_with_its_place_or_for_its_reach(
    house: House,
    owner: MockUser,
    other: MockUser,
    ben: MockUser,
    hass_ws_client: WebSocketGenerator,
) -> None:
    olivia = await owners(house, owner, hass_ws_client)
    await olivia.call("add_row", row=row_for(ben))
    content = (await olivia.call("export_permissions"))["content"]
    before = house.gateway.permissions.state
    refused = await refusal(
        olivia, "preview_permissions", content=content.replace("allow", "maybe")
    )
    assert refused.code == "policy_bad_content"
    assert "line" in refused.text
    adam = await visit(house, hass_ws_client, other)
    assert json.loads((await adam.call("export_permissions"))["content"])["rows"] == []
    for command, more in (
        ("preview_permissions", {}),
        ("import_permissions", {"version": "0" * 16}),
    ):
        forged = content.replace(owner.id, other.id)
        assert (await refusal(adam, command, content=forged, **more)).code == "policy_not_yours"
    assert house.gateway.permissions.state == before


async def test_every_change_is_kept_with_who_and_when_and_taken_back(
    house: House,
    owner: MockUser,
    other: MockUser,
    ben: MockUser,
    hass_ws_client: WebSocketGenerator,
) -> None:
    olivia = await owners(house, owner, hass_ws_client)
    adam = await visit(house, hass_ws_client, other)
    started_at = dt_util.utcnow()
    made = await olivia.call("add_row", row=row_for(ben, uses_left=5))
    await house.switch("turn_on", Context(user_id=ben.id))  # counts a use: no change of the table
    seen = (await shown(olivia))[made["number"]]
    await olivia.call("remove_row", number=made["number"], version=seen["version"])
    changes = (await olivia.call("permission_history"))["changes"]
    assert [[one["before"] is None for one in change["differences"]] for change in changes] == [
        [False],
        [True],
    ]
    for change in changes:
        assert (change["by"], change["by_name"]) == (owner.id, "Olivia")
        at = datetime.fromisoformat(change["at"])
        assert timedelta() <= at - started_at < timedelta(minutes=1)
    assert (await adam.call("permission_history"))["changes"] == []

    removal, addition = (change["number"] for change in changes)
    assert await verdict(olivia, "undo_permissions", number=addition) == "policy_changed_since"
    assert await verdict(adam, "undo_permissions", number=removal) == "policy_not_yours"
    assert await verdict(olivia, "undo_permissions", number=99) == "policy_unknown_change"
    with pytest.raises(ServiceValidationError):
        await house.switch("turn_off", Context(user_id=ben.id))
    await olivia.call("undo_permissions", number=removal)
    assert (await shown(olivia))[made["number"]] == seen
    await house.switch("turn_off", Context(user_id=ben.id))
    assert len((await olivia.call("permission_history"))["changes"]) == 3
