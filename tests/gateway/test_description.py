"""What a device says it is: cleaned where it is text, refused where its structure does not fit."""

from contextlib import suppress
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.iot_secure_gateway.gateway.description import (
    MAX_ENTITIES,
    MAX_NAME,
    MAX_PAGES,
    MAX_VALUE_TEXT,
    DescriptionError,
    DescriptionReader,
    DeviceDescription,
    read_values,
)

FACTS = {"manufacturer": "Maker", "model": "M1", "fw": "1.0", "name": "Pump"}
RELAY = {"key": "relay", "kind": "switch", "name": "Relay"}
TEMP = {
    "key": "temp",
    "kind": "sensor",
    "name": "Temperature",
    "device_class": "temperature",
    "unit": "°C",
}


def page(*entities: object, number: int = 0, of: int = 1, device: object = FACTS) -> dict[str, Any]:
    return {"device": device, "entities": list(entities), "page": number, "pages": of}


def read(*pages: dict[str, Any]) -> DeviceDescription:
    reader = DescriptionReader()
    for index, result in enumerate(pages):
        expected = index + 1 if index + 1 < len(pages) else None
        assert reader.add(result) == expected
    return reader.description()


def test_pages_are_put_together() -> None:
    description = read(page(RELAY, number=0, of=2), page(TEMP, number=1, of=2))
    assert [entity.key for entity in description.entities] == ["relay", "temp"]
    assert description.facts.firmware == "1.0"
    assert description.entities[1].unit == "°C"
    assert description.entities[0].device_class is None


def test_description_survives_its_store() -> None:
    description = read(page(RELAY, TEMP))
    assert DeviceDescription.from_dict(description.to_dict()) == description


def test_texts_are_cleaned_and_capped() -> None:
    entity = {
        "key": "a",
        "kind": "switch",
        "name": "bad\x1b[31m\u202ename" + "x" * 500,
        "unit": "x" * 99,
    }
    description = read(page(entity, device={"name": "two\nlines", "model": 7, "fw": None}))
    (shown,) = description.entities
    assert shown.name.isprintable()
    assert len(shown.name) == MAX_NAME
    assert shown.unit is not None
    assert len(shown.unit) == 16
    assert description.facts.name == "two\N{REPLACEMENT CHARACTER}lines"
    assert (description.facts.model, description.facts.firmware) == ("", "")


@pytest.mark.parametrize("name", ["", "   ", " \u200d\u200c", None, 5])
def test_entity_without_a_name_is_called_by_its_key(name: object) -> None:
    assert read(page({**RELAY, "name": name})).entities[0].name == "relay"


@pytest.mark.parametrize("device_class", ["", "Bad", 5, "x" * 41, "a b"])
def test_device_class_out_of_form_is_left_out(device_class: object) -> None:
    assert read(page({**TEMP, "device_class": device_class})).entities[0].device_class is None


def test_entities_beyond_the_limit_are_left_out_and_counted() -> None:
    entities = [{**RELAY, "key": f"r{index}"} for index in range(MAX_ENTITIES + 3)]
    description = read(page(*entities))
    assert (len(description.entities), description.left_out) == (MAX_ENTITIES, 3)


@pytest.mark.parametrize(
    "result",
    [
        {},
        page(device=None),
        page(device="Maker"),
        page("relay"),
        page({**RELAY, "key": "Relay"}),
        page({**RELAY, "key": ""}),
        page({**RELAY, "key": "x" * 33}),
        page({**RELAY, "key": "relay\n"}),
        page({**RELAY, "key": 5}),
        page({**RELAY, "kind": None}),
        page({**RELAY, "kind": "SWITCH"}),
        page(RELAY, RELAY),
        page(RELAY, of=0),
        page(RELAY, number=1, of=2),
        page(RELAY, of=MAX_PAGES + 1),
        {**page(RELAY), "page": True},
        {**page(RELAY), "pages": "1"},
        {**page(RELAY), "entities": {"relay": RELAY}},
    ],
)
def test_structure_that_does_not_fit_is_refused(result: dict[str, Any]) -> None:
    with pytest.raises(DescriptionError):
        DescriptionReader().add(result)


def test_pages_out_of_order_or_of_another_number_are_refused() -> None:
    for second in (
        page(TEMP, number=0, of=2),
        page(TEMP, number=1, of=3),
        page(TEMP, number=2, of=3),
    ):
        reader = DescriptionReader()
        assert reader.add(page(RELAY, number=0, of=2)) == 1
        with pytest.raises(DescriptionError):
            reader.add(second)


def test_stored_description_of_several_pages_is_refused() -> None:
    with pytest.raises(DescriptionError):
        DeviceDescription.from_dict(page(RELAY, of=2))


def test_values_of_known_entities_are_taken_and_nothing_else() -> None:
    values = {
        "relay": True,
        "n": 5,
        "temp": "21.5",
        "none": None,
        "strange": "x",
        "big": 2**53,
        "list": [1],
        "text": "a\nb" + "x" * 999,
    }
    known = frozenset({"relay", "big", "n", "temp", "none", "list", "text"})
    read_back = read_values({"values": values}, known)
    text = read_back.pop("text")
    assert read_back == {"relay": True, "n": 5, "temp": "21.5", "none": None}
    assert isinstance(text, str)
    assert text.isprintable()
    assert len(text) == MAX_VALUE_TEXT


@pytest.mark.parametrize("values", [None, [], "x", {str(index): 1 for index in range(300)}])
def test_values_out_of_form_are_left_out(values: object) -> None:
    assert read_values({"values": values}, frozenset({"1"})) == {}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=80),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
NAMES = st.sampled_from(
    ["device", "entities", "page", "pages", "values", "key", "kind", "name", "unit"]
)


@given(
    st.dictionaries(NAMES, JSON | st.lists(st.dictionaries(NAMES, JSON, max_size=5), max_size=4))
)
def test_nothing_that_a_device_says_raises_anything_else(result: dict[str, Any]) -> None:
    with suppress(DescriptionError):
        DescriptionReader().add(result)
    for value in read_values(result, frozenset({"key"})).values():
        assert value is None or isinstance(value, (bool, int, str))
