"""Values out of range, of another type or none at all: shown as unknown, said once, nothing else harmed."""

import logging
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser

from .every_kind import COMMANDED, READ_ONLY, SERIAL, house_of_every_kind, shown
from .house import House
from custom_components.iot_secure_gateway.readings import (
    choice,
    colour,
    decimal,
    flag,
    number,
    text,
    whole,
)

NOT_FLAGS: list[object] = [2, -1, "on", "", "true"]
NOT_WORDS: list[object] = [True, 5, "", "ajar", "OPEN", "x" * 255]
NOT_PERCENT: list[object] = [True, "50", -1, 101, 2**53 - 1]

# Platform, which value, what a device may tell, the attribute (or "state") and what is shown of it.
WRONG: list[tuple[str, str, list[object], str, object]] = [
    ("switch", "", NOT_FLAGS, "state", "unknown"),
    ("binary_sensor", "", NOT_FLAGS, "state", "unknown"),
    ("sensor", "", [True, "warm", "NaN", "1e999", "-Infinity", "", "0x10"], "state", "unknown"),
    ("light", "", NOT_FLAGS, "state", "unknown"),
    ("light", "brightness", [0, 256, "80", True, -5], "brightness", None),
    ("light", "rgb", ["ff80", "FF8000", "gg0000", 5, True, "ff80000"], "rgb_color", None),
    ("light", "color_temp", [1999, 6501, "3000", True], "color_temp_kelvin", None),
    ("light", "effect", ["snow", 5, True], "effect", None),
    ("number", "", ["5.6", "-5.1", 6, "much", "1e3", "NaN", True, "9" * 40], "state", "unknown"),
    ("select", "", ["slow", 5, True, "ECO"], "state", "unknown"),
    ("text", "", ["", "x" * 21, 5, True], "state", "unknown"),
    ("lock", "", NOT_WORDS, "state", "unknown"),
    ("cover", "", NOT_WORDS, "state", "unknown"),
    ("cover", "position", NOT_PERCENT, "current_position", None),
    ("cover", "tilt", NOT_PERCENT, "current_tilt_position", None),
    ("valve", "", NOT_WORDS, "is_closed", None),
    ("valve", "position", NOT_PERCENT, "state", "unknown"),
    ("fan", "", NOT_FLAGS, "state", "unknown"),
    ("fan", "percentage", NOT_PERCENT, "percentage", None),
    ("fan", "preset", ["storm", 5], "preset_mode", None),
    ("fan", "direction", ["up", 5], "direction", None),
    ("fan", "oscillating", NOT_FLAGS, "oscillating", None),
    ("siren", "", NOT_FLAGS, "state", "unknown"),
    ("climate", "", ["hot", "dry", 5, True], "state", "unknown"),
    ("climate", "temperature", ["35.5", 4, "warm", True], "temperature", None),
    ("climate", "target_low", ["35.5", 4, "warm", True], "target_temp_low", None),
    ("climate", "target_high", ["35.5", 4, "warm", True], "target_temp_high", None),
    ("climate", "fan_mode", ["storm", 5], "fan_mode", None),
    ("climate", "swing_mode", ["wild", 5], "swing_mode", None),
    ("climate", "preset", ["party", 5], "preset_mode", None),
    ("climate", "current_temperature", ["warm", True, "1e5"], "current_temperature", None),
    ("climate", "current_humidity", NOT_PERCENT, "current_humidity", None),
    ("climate", "action", ["burning", 5], "hvac_action", None),
]
# What is needed beside a wrong value so that it would be shown, were it right.
MAIN: dict[str, object] = {"light": True, "cover": "open", "fan": True, "climate": "heat"}


@pytest.mark.parametrize("platform", sorted({row[0] for row in WRONG}))
async def test_value_that_does_not_fit_is_unknown_and_harms_nothing_else(
    house: House, owner: MockUser, platform: str, caplog: pytest.LogCaptureFixture
) -> None:
    await house_of_every_kind(house, owner)
    device = house.gateway.devices[SERIAL]
    for kind, name, values, attribute, expected in WRONG:
        if kind != platform:
            continue
        for value in values:
            told = {kind: MAIN.get(kind), f"{kind}.{name}" if name else kind: value}
            device.learn_values({"values": told})
            assert shown(house, kind).get(attribute) == expected, (name, value)
    said = f"Device {SERIAL} tells a value of {platform} that does not fit what it declared"
    assert [line.split(";")[0] for line in caplog.messages if "does not fit" in line] == [said]
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_what_is_none_is_unknown_without_a_word(
    house: House, owner: MockUser, caplog: pytest.LogCaptureFixture
) -> None:
    await house_of_every_kind(house, owner)
    device = house.gateway.devices[SERIAL]
    kinds = (*COMMANDED, *READ_ONLY)
    device.learn_values({"values": dict.fromkeys(kinds)})
    assert {kind: shown(house, kind)["state"] for kind in kinds} == dict.fromkeys(kinds, "unknown")
    assert "does not fit" not in caplog.text


@pytest.mark.parametrize(
    ("platform", "values", "expected"),
    [
        ("lock", {"lock": "jammed"}, {"state": "jammed"}),
        ("lock", {"lock": "locking"}, {"state": "locking"}),
        ("lock", {"lock": "unlocking"}, {"state": "unlocking"}),
        ("lock", {"lock": "opening"}, {"state": "opening"}),
        (
            "cover",
            {"cover": "opening", "cover.position": 12},
            {"state": "opening", "is_closed": False},
        ),
        (
            "cover",
            {"cover": "closing", "cover.position": 0},
            {"state": "closing", "is_closed": True},
        ),
        ("cover", {"cover": "closing"}, {"state": "closing", "is_closed": False}),
        ("cover", {"cover": None, "cover.position": 0}, {"state": "closed"}),
        ("valve", {"valve": "opening", "valve.position": 12}, {"state": "opening"}),
        ("valve", {"valve": "closing"}, {"state": "closing"}),
        ("number", {"number": 3}, {"state": "3.0"}),
        (
            "climate",
            {
                "climate": "heat",
                "climate.current_temperature": "20.4",
                "climate.current_humidity": 48,
                "climate.action": "heating",
            },
            {
                "state": "heat",
                "current_temperature": 20.4,
                "current_humidity": 48,
                "hvac_action": "heating",
            },
        ),
        ("binary_sensor", {"binary_sensor": True}, {"state": "on", "device_class": "door"}),
        ("light", {"light": True}, {"state": "on", "color_mode": "rgb", "rgb_color": None}),
    ],
)
async def test_what_a_thing_does_by_itself_is_shown(
    house: House,
    owner: MockUser,
    platform: str,
    values: dict[str, object],
    expected: dict[str, Any],
) -> None:
    await house_of_every_kind(house, owner)
    house.gateway.devices[SERIAL].learn_values({"values": values})
    attributes = shown(house, platform)
    assert {name: attributes.get(name) for name in expected} == expected


async def test_what_a_device_tells_by_itself_is_shown_without_being_asked(
    house: House, owner: MockUser
) -> None:
    every, _ = await house_of_every_kind(house, owner)
    every["cover"].update(state="opening", position=12)
    every["climate"].update(current_temperature=19.96, action="heating")
    await house.until(lambda: shown(house, "climate").get("hvac_action") == "heating")
    assert shown(house, "cover")["current_position"] == 12
    assert shown(house, "climate")["current_temperature"] == 20.0


def test_readings_take_what_fits() -> None:
    assert (flag(True), flag(1)) == (True, None)
    assert (colour("0a0b0c"), colour("0A0b0c")) == ((10, 11, 12), None)
    assert [whole(1, 5)(value) for value in (1, 5, 0, 6, True, "3")] == [
        1,
        5,
        None,
        None,
        None,
        None,
    ]
    assert [number(-1, 2.5)(value) for value in ("2.50", -1, "-1.01", "2.6", "1e0", "")] == [
        2.5,
        -1.0,
        None,
        None,
        None,
        None,
    ]
    assert [number()(value) for value in (10**9, 10**9 + 1, True, None, "1" * 400)] == [
        1e9,
        None,
        None,
        None,
        None,
    ]
    assert [text(1, 3)(value) for value in ("a", "abc", "", "abcd", 5)] == [
        "a",
        "abc",
        None,
        None,
        None,
    ]
    assert [choice(("a", "b"))(value) for value in ("a", "c", True)] == ["a", None, None]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "0"),
        (21.5, "21.5"),
        (-0.25, "-0.25"),
        (100.0, "100"),
        (0.1 + 0.2, "0.3"),
        (1e9, "1000000000"),
    ],
)
def test_numbers_are_written_without_needless_digits(value: float, written: str) -> None:
    assert decimal(value) == written
