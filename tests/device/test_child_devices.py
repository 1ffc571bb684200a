"""Parts of a device that people see as devices below it, as the device library declares them."""

import json
from typing import Any

import pytest

from iotsg_device.device import Device
from iotsg_device.entities import Sensor, Switch
from iotsg_device.executor import MAX_CHILDREN
from iotsg_device.factory import FactorySettings
from iotsg_device.memory_store import MemoryStore

STRIP = [("left", "Left socket", "S-1"), ("right", "Right socket", "")]


def make(children: Any = STRIP, child: str | None = "left", count: int = 1) -> Device:
    entities: list[Any] = [Switch(f"relay_{number}", f"Relay {number}") for number in range(count)]
    for one in entities:
        one.child = child
    return Device(
        entities=[*entities, Sensor("power", "Power", lambda: 1)],
        host="127.0.0.1",
        settings=FactorySettings({"serial": "S-1", "prs": ["00" * 32], "port": 0}),
        store=MemoryStore(),
        log=print,
        children=children,
    )


def pages_of(device: Device) -> list[dict[str, Any]]:
    """Ask for the description as a gateway does."""
    found: list[dict[str, Any]] = []
    while not found or len(found) < found[0]["pages"]:
        command = {"id": "00" * 16, "cmd": "describe", "args": {"page": len(found)}}
        assert device.driver._executor.check(command) is None
        done = device.driver._executor.execute(command)
        assert isinstance(done, tuple)
        assert len(done[1]) <= 1024
        found.append(json.loads(done[1]))
    return found


def test_children_are_told_and_what_belongs_to_them() -> None:
    (told,) = pages_of(make())
    assert told["children"] == [
        {"key": "left", "model": "S-1", "name": "Left socket"},
        {"key": "right", "name": "Right socket"},
    ]
    assert [(one["key"], one.get("child")) for one in told["entities"]] == [
        ("relay_0", "left"),
        ("power", None),
    ]


def test_a_device_without_children_tells_of_none() -> None:
    (told,) = pages_of(make(children=(), child=None))
    assert "children" not in told
    assert all("child" not in one for one in told["entities"])


def test_many_children_with_long_names_stand_on_several_pages() -> None:
    many = [(f"c{number}", "ソ" * 64, "モ" * 64) for number in range(MAX_CHILDREN)]
    told = pages_of(make(many, "c9", 20))
    assert len(told) > 5
    assert [one["key"] for page in told for one in page.get("children", [])] == [
        child[0] for child in many
    ]
    keys = [one["key"] for page in told for one in page["entities"]]
    assert keys == [*(f"relay_{number}" for number in range(20)), "power"]


@pytest.mark.parametrize(
    ("children", "child"),
    [
        ([("Left", "Left", "")], None),
        ([("l" * 33, "Left", "")], None),
        ([("left", "", "")], None),
        ([("left", "L" * 65, "")], None),
        ([("left", "Left", "M" * 65)], None),
        ([("left", "Left", ""), ("left", "Other", "")], None),
        ([(f"c{number}", "C", "") for number in range(MAX_CHILDREN + 1)], None),
        (STRIP, "middle"),
        ((), "left"),
    ],
)
def test_a_wrong_declaration_is_refused_at_once(children: Any, child: str | None) -> None:
    with pytest.raises(ValueError):
        make(children, child)


def test_a_child_may_have_the_key_of_an_entity() -> None:
    (told,) = pages_of(make([("relay_0", "Relay", "")], "relay_0"))
    assert told["children"][0]["key"] == told["entities"][0]["key"] == "relay_0"
