"""Parts that a device declares: read within bounds, refused when out of form, names for showing only."""

from typing import Any

import pytest

from custom_components.iot_secure_gateway.gateway.child_devices import (
    MAX_CHILDREN,
    MAX_LISTED,
    MAX_NAME,
)
from custom_components.iot_secure_gateway.gateway.description import (
    DescriptionError,
    DescriptionReader,
    DeviceDescription,
)


def page(number: int = 0, pages: int = 1, **more: Any) -> dict[str, Any]:
    return {"page": number, "pages": pages, "device": {}, "entities": [], **more}


def entity(key: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "kind": "switch", "name": key, **more}


def read(*pages: dict[str, Any]) -> DeviceDescription:
    reader = DescriptionReader()
    for one in pages:
        reader.add(one)
    return reader.description()


def test_children_and_what_belongs_to_them_are_read_over_all_pages() -> None:
    described = read(
        page(0, 2, entities=[entity("a", child="right"), entity("b", child="left")]),
        page(
            1,
            2,
            entities=[entity("c"), entity("d", child="gone"), entity("e", child=7)],
            children=[{"key": "left", "name": "Left", "model": "L1"}, {"key": "right"}],
        ),
    )
    assert [(one.key, one.name, one.model) for one in described.children] == [
        ("left", "Left", "L1"),
        ("right", "right", ""),
    ]
    belongs = {one.key: one.child for one in described.entities}
    assert belongs == {"a": "right", "b": "left", "c": None, "d": None, "e": None}
    assert DeviceDescription.from_dict(described.to_dict()) == described


def test_a_child_without_a_name_is_called_by_its_model() -> None:
    (child,) = read(page(children=[{"key": "a", "name": " ", "model": "Socket"}])).children
    assert child.name == "Socket"


def test_names_are_cleaned_and_capped() -> None:
    children = [
        {"key": "a", "name": "x" * 200, "model": 7},
        {"key": "b", "name": "a\u202eb\n<img src=x>"},
    ]
    first, second = read(page(children=children)).children
    assert (len(first.name), first.model) == (MAX_NAME, "")
    assert second.name == "a\ufffdb\ufffd<img src=x>", "what shows it says how"


@pytest.mark.parametrize(
    "children",
    [
        {},
        "left",
        [7],
        [{}],
        [{"key": "Left"}],
        [{"key": "x" * 33}],
        [{"key": "a/b"}],
        [{"key": 7}],
        [{"key": "a"}, {"key": "a"}],
        [{"key": f"c{number}"} for number in range(MAX_LISTED + 1)],
    ],
)
def test_children_out_of_form_are_refused(children: object) -> None:
    with pytest.raises(DescriptionError):
        read(page(children=children))


def test_two_children_of_one_key_on_two_pages_are_refused() -> None:
    with pytest.raises(DescriptionError):
        read(page(0, 2, children=[{"key": "a"}]), page(1, 2, children=[{"key": "a"}]))


def test_of_too_many_the_first_are_shown_and_the_others_things_are_the_devices() -> None:
    last = f"c{MAX_CHILDREN}"
    described = read(
        page(
            children=[{"key": f"c{number}"} for number in range(MAX_CHILDREN + 1)],
            entities=[entity("a", child=last), entity("b", child="c0")],
        )
    )
    assert len(described.children) == MAX_CHILDREN
    assert [one.child for one in described.entities] == [None, "c0"]
