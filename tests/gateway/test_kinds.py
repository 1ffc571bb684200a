"""What a device says that an entity can do: taken within bounds, refused out of form."""

from typing import Any

import pytest

from custom_components.iot_secure_gateway.gateway.description import (
    DescriptionError,
    DescriptionReader,
    EntityDescription,
    read_values,
)
from custom_components.iot_secure_gateway.gateway.device import Device
from custom_components.iot_secure_gateway.gateway.kinds import MAX_LISTED, Range

LIGHT: dict[str, Any] = {
    "key": "lamp",
    "kind": "light",
    "name": "Lamp",
    "features": ["brightness", "effect"],
    "ranges": {"brightness": [1, 255, 1]},
    "options": {"effect": ["fire", "rainbow"]},
}
LEVEL: dict[str, Any] = {
    "key": "level",
    "kind": "number",
    "name": "Level",
    "ranges": {"value": ["-0.5", "99.5", "0.5"]},
}


def read(entity: dict[str, Any], **page: Any) -> EntityDescription:
    reader = DescriptionReader()
    assert reader.add({"device": {}, "entities": [entity], "page": 0, "pages": 1, **page}) is None
    return reader.description().entities[0]


def test_features_ranges_and_options_are_taken() -> None:
    abilities = read(LIGHT).abilities
    assert abilities.features == {"brightness", "effect"}
    assert abilities.ranges == {"brightness": Range(low=1, high=255, step=1)}
    assert abilities.options == {"effect": ("fire", "rainbow")}
    assert read(LEVEL).abilities.ranges["value"] == Range(low=-0.5, high=99.5, step=0.5)


def test_camera_says_whether_it_tells_of_motion() -> None:
    camera = {"key": "yard", "kind": "camera", "features": ["live", "motion", "smell"]}
    assert read(camera).abilities.features == {"live", "motion"}


def test_what_a_kind_does_not_know_is_left_out() -> None:
    entity = {
        **LIGHT,
        "features": ["brightness", "levitation", 5, ["effect"]],
        "ranges": {"brightness": [1, 255, 1], "height": "high"},
        "options": {"effect": ["fire"], "moods": 5},
    }
    abilities = read(entity).abilities
    assert abilities.features == {"brightness"}
    assert set(abilities.ranges) == {"brightness"}
    assert set(abilities.options) == {"effect"}


def test_a_kind_of_the_future_is_kept_by_name() -> None:
    entity = read({**LIGHT, "kind": "hologram", "ranges": "all"})
    assert entity.kind == "hologram"
    assert not entity.abilities.features


def test_a_feature_without_its_range_does_not_count() -> None:
    assert read({**LIGHT, "ranges": {}}).abilities.features == {"effect"}


@pytest.mark.parametrize(
    "changes",
    [
        {"features": "brightness"},
        {"features": ["brightness"] * (MAX_LISTED + 1)},
        {"ranges": []},
        {"ranges": {str(number): [1, 2, 1] for number in range(MAX_LISTED + 1)}},
        {"ranges": {"brightness": [1, 255]}},
        {"ranges": {"brightness": [255, 1, 1]}},
        {"ranges": {"brightness": [1, 255, 0]}},
        {"ranges": {"brightness": [1, True, 1]}},
        {"ranges": {"brightness": [1, 10**10, 1]}},
        {"ranges": {"brightness": [1, "1e9", 1]}},
        {"ranges": {"brightness": [1, "nan", 1]}},
        {"ranges": {"brightness": [1, "9999999999", 1]}},
        {"ranges": {"brightness": [1, None, 1]}},
        {"options": []},
        {"options": {"effect": []}},
        {"options": {"effect": "fire"}},
        {"options": {"effect": ["fire", "fire"]}},
        {"options": {"effect": [""]}},
        {"options": {"effect": [5]}},
        {"options": {"effect": ["x" * 33]}},
        {"options": {"effect": ["a\u202eb"]}},
        {"options": {"effect": [str(number) for number in range(MAX_LISTED + 1)]}},
        {"kind": "number"},
        {"kind": "select"},
        {"kind": "climate"},
    ],
)
def test_what_is_out_of_form_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(DescriptionError):
        read({**LIGHT, **changes})


@pytest.mark.parametrize("version", [0, 2, True, "1", None])
def test_a_description_of_another_version_is_refused(version: object) -> None:
    with pytest.raises(DescriptionError):
        read(LIGHT, v=version)


@pytest.mark.parametrize(
    ("category", "shown"), [("config", "config"), ("secret", None), (["config"], None)]
)
def test_only_known_categories_are_taken(category: object, shown: str | None) -> None:
    assert read({**LIGHT, "category": category}).category == shown


def test_attributes_of_known_entities_are_values_too() -> None:
    values = {
        "lamp": True,
        "lamp.brightness": 5,
        "lamp.": 1,
        "lamp.a.b": 1,
        "lamp.X": 1,
        "other.brightness": 5,
        ".brightness": 5,
    }
    known = frozenset({"lamp"})
    assert read_values({"values": values}, known) == {"lamp": True, "lamp.brightness": 5}


def test_entity_that_is_told_anew_keeps_nothing_of_before() -> None:
    device = Device("SERIAL", "host", 1)
    reader = DescriptionReader()
    lamp = {**LIGHT, "key": "lamp"}
    other = {**LIGHT, "key": "other"}
    reader.add({"device": {}, "entities": [lamp, other], "page": 0, "pages": 1})
    device.learn_description(reader.description())
    device.learn_values({"values": {"lamp": True, "lamp.rgb": "ff0000", "other.rgb": "00ff00"}})
    device.learn_values({"values": {"lamp.brightness": 5}})
    assert device.values["lamp.rgb"] == "ff0000"
    changes = []
    device.add_listener(lambda: changes.append(dict(device.values)))
    device.learn_values({"values": {"lamp": True, "lamp.brightness": 5}})
    assert changes == [{"lamp": True, "lamp.brightness": 5, "other.rgb": "00ff00"}]
