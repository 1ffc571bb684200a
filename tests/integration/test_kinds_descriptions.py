"""What entities can do is what the device declared, no more; odd declarations harm nothing."""

import logging
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser

from homeassistant.core import Context
from homeassistant.exceptions import ServiceNotSupported
from homeassistant.helpers import entity_registry as er

from .every_kind import COMMANDED, READ_ONLY, SERIAL, EveryKind, act, house_of_every_kind, shown
from .house import House
from .test_entities import declare, linked
from custom_components.iot_secure_gateway.diagnostics import async_get_config_entry_diagnostics
from custom_components.iot_secure_gateway.gateway.description import MAX_ENTITIES
from custom_components.iot_secure_gateway.gateway.introduction import ask_description
from custom_components.iot_secure_gateway.gateway.results import CommandResult
from iotsg_device.entities import Entity
from iotsg_device.entities.air import Climate, Fan
from iotsg_device.entities.alarms import Siren
from iotsg_device.entities.inputs import Number, Select, TextInput
from iotsg_device.entities.light import Light
from iotsg_device.entities.openings import Cover, Lock, Valve


async def test_everything_that_a_device_can_do_is_offered(house: House, owner: MockUser) -> None:
    await house_of_every_kind(house, owner)
    offered: dict[str, dict[str, Any]] = {
        "binary_sensor": {"device_class": "door"},
        "button": {"device_class": "restart"},
        "climate": {
            "hvac_modes": ["off", "heat", "cool", "heat_cool"],
            "min_temp": 5.0,
            "max_temp": 35.0,
            "target_temp_step": 0.5,
            "fan_modes": ["low", "high"],
            "swing_modes": ["on", "off"],
            "preset_modes": ["eco", "away"],
            "supported_features": 443,
        },
        "cover": {"device_class": "blind", "supported_features": 191},
        "event": {"event_types": ["ring", "knock"], "device_class": "doorbell"},
        "fan": {
            "preset_modes": ["sleep", "boost"],
            "percentage_step": 1.0,
            "supported_features": 63,
        },
        "light": {
            "supported_color_modes": ["color_temp", "rgb"],
            "min_color_temp_kelvin": 2000,
            "max_color_temp_kelvin": 6500,
            "effect_list": ["rainbow", "fire"],
            "supported_features": 4,
        },
        "lock": {"supported_features": 1},
        "number": {
            "min": -5.0,
            "max": 5.5,
            "step": 0.5,
            "unit_of_measurement": "bar",
            "device_class": "pressure",
        },
        "select": {"options": ["eco", "fast", "Ökö & Co"]},
        "sensor": {"device_class": "temperature", "state_class": "measurement"},
        "siren": {"available_tones": ["high", "low"], "supported_features": 31},
        "switch": {},
        "text": {"min": 1, "max": 20, "mode": "text"},
        "valve": {"device_class": "water", "supported_features": 15},
    }
    assert offered.keys() == {*COMMANDED, *READ_ONLY}
    for kind, expected in offered.items():
        attributes = shown(house, kind)
        assert {name: attributes.get(name) for name in expected} == expected, kind


SIMPLE: list[tuple[str, Entity, dict[str, Any]]] = [
    ("light", Light("x", "X"), {"supported_color_modes": ["onoff"], "supported_features": 0}),
    ("light", Light("x", "X", None, True), {"supported_color_modes": ["brightness"]}),
    ("light", Light("x", "X", None, True, True), {"supported_color_modes": ["rgb"]}),
    (
        "light",
        Light("x", "X", None, True, color_temp=(2200, 4000)),
        {"supported_color_modes": ["color_temp"], "max_color_temp_kelvin": 4000},
    ),
    # A colour temperature that is none: the lamp can still be switched and dimmed.
    (
        "light",
        Light("x", "X", None, True, color_temp=(0, 10)),
        {"supported_color_modes": ["brightness"]},
    ),
    ("light", Light("x", "X", effects=("fire",)), {"effect_list": ["fire"]}),
    ("cover", Cover("x", "X"), {"supported_features": 3}),
    ("cover", Cover("x", "X", device_class="curtain", stop=True), {"supported_features": 11}),
    ("cover", Cover("x", "X", device_class="lid"), {"device_class": None}),
    ("valve", Valve("x", "X"), {"supported_features": 3}),
    ("fan", Fan("x", "X"), {"supported_features": 48, "percentage_step": None}),
    ("fan", Fan("x", "X", presets=("boost",)), {"supported_features": 56}),
    ("siren", Siren("x", "X"), {"supported_features": 3, "available_tones": None}),
    ("lock", Lock("x", "X"), {"supported_features": 0}),
    (
        "climate",
        Climate("x", "X", modes=("heat",)),
        {"hvac_modes": ["heat"], "supported_features": 1, "fan_modes": None},
    ),
    ("climate", Climate("x", "X", modes=("off", "dry")), {"supported_features": 385}),
    ("number", Number("x", "X", unit="lx", device_class="temperature"), {"device_class": None}),
    ("number", Number("x", "X", unit="°C", device_class="mood"), {"device_class": None}),
    ("number", Number("x", "X", low=-1e9, high=1e9, step=1e9), {"min": -1e9, "max": 1e9}),
    ("text", TextInput("x", "X", low=0, high=255), {"min": 0, "max": 255}),
    ("select", Select("x", "X", ("a",)), {"options": ["a"]}),
]


@pytest.mark.parametrize(("platform", "entity", "expected"), SIMPLE)
async def test_what_a_device_can_not_do_is_not_offered(
    house: House, owner: MockUser, platform: str, entity: Entity, expected: dict[str, Any]
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner, SERIAL, entities=[entity])
    attributes = shown(house, platform, "x")
    assert attributes["state"] != "unavailable"
    assert {name: attributes.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("platform", "declared", "value", "expected"),
    [
        (
            "fan",
            {"features": ["percentage"], "ranges": {"percentage": [0, 100, 25]}},
            True,
            {"state": "on", "percentage_step": 25.0},
        ),
        (
            "fan",
            {"features": ["percentage"], "ranges": {"percentage": [0, 100, "0.000001"]}},
            True,
            {"state": "on", "percentage_step": 1.0},
        ),
        (
            "fan",
            {"features": ["percentage"], "ranges": {"percentage": [0, 100, 10**9]}},
            True,
            {"state": "on", "percentage_step": 100.0},
        ),
        ("text", {"ranges": {"value": [0, 10**9, 1]}}, "abc", {"state": "abc", "max": 255}),
        ("text", {"ranges": {"value": [-9, -5, 1]}}, "", {"state": "", "min": 0, "max": 0}),
        (
            "text",
            {"ranges": {"value": [300, 400, 1]}},
            "x" * 999,
            {"state": "x" * 254 + "\u2026", "min": 255, "max": 255},
        ),
        (
            "number",
            {"ranges": {"value": [5, 5, 1]}, "unit": "\u00b5g/m\u00b3", "device_class": "pm25"},
            5,
            {"state": "5", "min": 5.0, "max": 5.0, "device_class": "pm25"},
        ),
        (
            "climate",
            {"options": {"mode": ["party"]}, "ranges": {"temperature": [-5, 99, "0.25"]}},
            "party",
            {"state": "unknown", "hvac_modes": [], "target_temp_step": 0.25},
        ),
        (
            "light",
            {"options": {"effect": ["fire"]}},  # which counts only with its feature
            True,
            {"state": "on", "effect_list": None, "supported_features": 0},
        ),
        ("siren", {"options": {"tone": ["high"]}}, True, {"state": "on", "available_tones": None}),
        (
            "sensor",
            {"unit": "\u00b5g/m\u00b3", "device_class": "pm25"},
            "5",
            {"device_class": "pm25"},
        ),
    ],
)
async def test_odd_declarations_of_other_firmware_are_bounded(
    house: House,
    owner: MockUser,
    caplog: pytest.LogCaptureFixture,
    platform: str,
    declared: dict[str, Any],
    value: object,
    expected: dict[str, Any],
) -> None:
    device = await linked(house, owner)
    declare(device, {"key": "x", "kind": platform, "name": "X", **declared}, x=value)
    await house.hass.async_block_till_done()
    state = house.hass.states.get(house.entity_id(platform, "LAMP-1-x"))
    assert state is not None
    found = {**state.attributes, "state": state.state}
    assert {name: found.get(name) for name in expected} == expected
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_unsupported_service_is_refused(house: House, owner: MockUser) -> None:
    await house.add_gateway()
    await house.claimed_device(owner, SERIAL, entities=[Lock("x", "X"), Climate("y", "Y")])
    for service, key in (("lock.open", "x"), ("climate.set_fan_mode", "y")):
        with pytest.raises(ServiceNotSupported):
            await act(
                house,
                Context(user_id=owner.id),
                service,
                key,
                **({"fan_mode": "low"} if key == "y" else {}),
            )


async def test_turning_a_climate_on_chooses_a_mode_that_it_has(
    house: House, owner: MockUser
) -> None:
    climate = Climate("climate", "Climate", modes=("off", "dry", "fan_only"))
    await house.add_gateway()
    await house.claimed_device(owner, SERIAL, entities=[climate])
    await act(house, Context(user_id=owner.id), "climate.turn_on")
    assert shown(house, "climate")["state"] == "dry"


async def test_declared_categories_are_taken_over(house: House, owner: MockUser) -> None:
    every = EveryKind()
    every["number"].category = "config"
    every["switch"].category = "diagnostic"
    every["sensor"].category = "config"  # what is only read can't be a setting
    every["binary_sensor"].category = "diagnostic"
    await house.add_gateway()
    await house.claimed_device(owner, SERIAL, entities=[*every.entities.values()])
    registry = er.async_get(house.hass)
    found = {}
    for kind in ("number", "switch", "sensor", "binary_sensor", "light"):
        entry = registry.async_get(house.entity_id(kind, f"{SERIAL}-{kind}"))
        assert entry is not None
        found[kind] = entry.entity_category
    assert found == {
        "number": "config",
        "switch": "diagnostic",
        "sensor": "diagnostic",
        "binary_sensor": "diagnostic",
        "light": None,
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("الإضاءة", "Lamp الإضاءة"),
        ("灯 – 客厅", "Lamp 灯 – 客厅"),
        ("Нить", "Lamp Нить"),
        ("می‌خواهم", "Lamp می‌خواهم"),  # with a joiner, without which it is another word
        ("👩‍🚒 🦊", "Lamp 👩‍🚒 🦊"),
        ("<script>alert(1)</script>", "Lamp <script>alert(1)</script>"),  # shown as text
        ("{{ states('x') }} [a](http://b)", "Lamp {{ states('x') }} [a](http://b)"),
        ("!!!", "Lamp !!!"),
        ("turn\u202eed\x00 \n", "Lamp turn\ufffded\ufffd \ufffd"),
        ("x" * 400, "Lamp " + "x" * 63 + "…"),
    ],
)
async def test_names_of_any_script_are_shown_and_command_the_device(
    house: House, owner: MockUser, name: str, expected: str
) -> None:
    device = await linked(house, owner)
    declare(
        device,
        {"key": "relay", "kind": "switch", "name": name},
        {"key": "other", "kind": "switch", "name": name},
        relay=False,
        other=False,
    )
    await house.hass.async_block_till_done()
    for key in ("relay", "other"):
        state = house.hass.states.get(house.entity_id("switch", f"LAMP-1-{key}"))
        assert state is not None
        assert state.attributes["friendly_name"] == expected
    await house.switch("turn_on", Context(user_id=owner.id))
    assert house.state("switch", "LAMP-1-relay") == "on"


async def test_device_of_ten_thousand_entities_shows_as_many_as_a_device_may_have(
    house: House, owner: MockUser, caplog: pytest.LogCaptureFixture
) -> None:
    await house.add_gateway()
    _, entry = await house.claimed_device(owner)
    device = house.gateway.devices["LAMP-1"]
    many = [{"key": f"s{n}", "kind": "switch", "name": "S"} for n in range(10000)]

    async def ask(command: str, arguments: object) -> CommandResult:
        assert (command, arguments) == ("describe", {"page": 0})
        page = {"device": {"name": "Lamp"}, "entities": many, "page": 0, "pages": 1}
        return CommandResult(bytes(16), page, 0.0)

    device.learn_description(await ask_description(ask))
    await house.hass.async_block_till_done()
    assert len(house.hass.states.async_entity_ids("switch")) == MAX_ENTITIES
    told = await async_get_config_entry_diagnostics(house.hass, entry)
    assert told["entities_left_out"] == 10000 - MAX_ENTITIES
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
