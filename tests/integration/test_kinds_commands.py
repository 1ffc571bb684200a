"""What people ask of each kind reaches the real device in its words, and shows when it confirmed."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser

from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from .every_kind import SERIAL, EveryKind, act, house_of_every_kind, shown
from .house import House
from iotsg_device.entities.openings import Valve

# Service, its data, what the device's handler is to do, what is shown afterwards.
ROWS: list[tuple[str, dict[str, Any], Any, dict[str, Any]]] = [
    ("switch.turn_on", {}, True, {"state": "on"}),
    ("switch.toggle", {}, False, {"state": "off"}),
    (
        "light.turn_on",
        {"brightness": 80, "rgb_color": [255, 128, 0]},
        {"on": True, "brightness": 80, "rgb": (255, 128, 0)},
        {"state": "on", "brightness": 80, "rgb_color": (255, 128, 0), "color_mode": "rgb"},
    ),
    (
        "light.turn_on",
        {"color_temp_kelvin": 3000},
        {"on": True, "color_temp": 3000},
        {"state": "on", "color_temp_kelvin": 3000, "color_mode": "color_temp"},
    ),
    (
        "light.turn_on",
        {"effect": "fire"},
        {"on": True, "effect": "fire"},
        {"effect": "fire", "color_mode": "brightness", "color_temp_kelvin": None},
    ),
    (
        "light.turn_on",
        {"hs_color": [240, 100], "brightness_pct": 100},
        {"on": True, "brightness": 255, "rgb": (0, 0, 255)},
        {"effect": None, "color_mode": "rgb", "brightness": 255},
    ),
    ("light.toggle", {}, {"on": False}, {"state": "off"}),
    ("light.turn_on", {"brightness": 0}, {"on": False}, {"state": "off"}),
    ("number.set_value", {"value": -2.5}, {"value": -2.5}, {"state": "-2.5"}),
    ("number.set_value", {"value": 0}, {"value": 0.0}, {"state": "0.0"}),
    ("select.select_option", {"option": "fast"}, {"value": "fast"}, {"state": "fast"}),
    ("select.select_next", {}, {"value": "Ökö & Co"}, {"state": "Ökö & Co"}),
    ("text.set_value", {"value": "näive 🦊"}, {"value": "näive 🦊"}, {"state": "näive 🦊"}),
    ("lock.lock", {}, {"state": "locked"}, {"state": "locked"}),
    ("lock.unlock", {"code": "1234"}, {"state": "unlocked"}, {"state": "unlocked"}),
    ("lock.open", {}, {"state": "open"}, {"state": "open"}),
    (
        "cover.close_cover",
        {},
        {"state": "closed", "position": 0},
        {"state": "closed", "current_position": 0, "is_closed": True},
    ),
    (
        "cover.set_cover_position",
        {"position": 30},
        {"state": "open", "position": 30},
        {"state": "open", "current_position": 30},
    ),
    ("cover.toggle", {}, {"state": "closed", "position": 0}, {"state": "closed"}),
    ("cover.open_cover", {}, {"state": "open", "position": 100}, {"current_position": 100}),
    ("cover.stop_cover", {}, {"stop": True}, {"state": "open"}),
    (
        "cover.set_cover_tilt_position",
        {"tilt_position": 45},
        {"tilt": 45},
        {"current_tilt_position": 45},
    ),
    ("cover.toggle_cover_tilt", {}, {"tilt": 0}, {"current_tilt_position": 0}),
    ("cover.open_cover_tilt", {}, {"tilt": 100}, {"current_tilt_position": 100}),
    ("cover.close_cover_tilt", {}, {"tilt": 0}, {"current_tilt_position": 0}),
    (
        "valve.open_valve",
        {},
        {"state": "open", "position": 100},
        {"state": "open", "current_position": 100},
    ),
    (
        "valve.set_valve_position",
        {"position": 30},
        {"state": "open", "position": 30},
        {"state": "open", "current_position": 30},
    ),
    ("valve.stop_valve", {}, {"stop": True}, {"state": "open"}),
    ("valve.close_valve", {}, {"state": "closed", "position": 0}, {"state": "closed"}),
    ("fan.turn_on", {}, {"on": True}, {"state": "on", "percentage": None}),
    (
        "fan.turn_on",
        {"percentage": 40},
        {"on": True, "percentage": 40},
        {"state": "on", "percentage": 40},
    ),
    (
        "fan.increase_speed",
        {"percentage_step": 5},
        {"on": True, "percentage": 45},
        {"percentage": 45},
    ),
    (
        "fan.set_preset_mode",
        {"preset_mode": "sleep"},
        {"on": True, "preset": "sleep"},
        {"preset_mode": "sleep"},
    ),
    (
        "fan.set_direction",
        {"direction": "reverse"},
        {"direction": "reverse"},
        {"direction": "reverse"},
    ),
    ("fan.oscillate", {"oscillating": True}, {"oscillating": True}, {"oscillating": True}),
    ("fan.set_percentage", {"percentage": 0}, {"on": False, "percentage": 0}, {"state": "off"}),
    (
        "siren.turn_on",
        {"tone": "high", "duration": 5, "volume_level": 0.57},
        {"on": True, "tone": "high", "duration": 5, "volume": 57},
        {"state": "on"},
    ),
    ("siren.toggle", {}, {"on": False}, {"state": "off"}),
    ("climate.set_hvac_mode", {"hvac_mode": "heat"}, {"mode": "heat"}, {"state": "heat"}),
    (
        "climate.set_temperature",
        {"temperature": 21.5, "hvac_mode": "cool"},
        {"temperature": 21.5, "mode": "cool"},
        {"state": "cool", "temperature": 21.5},
    ),
    (
        "climate.set_temperature",
        {"target_temp_low": 19, "target_temp_high": 22.5},
        {"target_low": 19.0, "target_high": 22.5},
        {"target_temp_low": 19.0, "target_temp_high": 22.5},
    ),
    ("climate.set_fan_mode", {"fan_mode": "high"}, {"fan_mode": "high"}, {"fan_mode": "high"}),
    ("climate.set_swing_mode", {"swing_mode": "on"}, {"swing_mode": "on"}, {"swing_mode": "on"}),
    (
        "climate.set_preset_mode",
        {"preset_mode": "away"},
        {"preset": "away"},
        {"preset_mode": "away"},
    ),
    ("climate.turn_off", {}, {"mode": "off"}, {"state": "off"}),
    ("climate.turn_on", {}, {"mode": "heat_cool"}, {"state": "heat_cool"}),
    ("climate.toggle", {}, {"mode": "off"}, {"state": "off"}),
]
KINDS = sorted({service.split(".", maxsplit=1)[0] for service, *_ in ROWS})


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_asked_reaches_the_device_and_shows(
    house: House, owner: MockUser, kind: str
) -> None:
    every, _ = await house_of_every_kind(house, owner)
    for service, data, wanted, expected in ROWS:
        if not service.startswith(f"{kind}."):
            continue
        every.done.clear()
        await act(house, Context(user_id=owner.id), service, **data)
        assert every.done == [(kind, wanted)], service
        attributes = shown(house, kind)
        assert {name: attributes.get(name) for name in expected} == expected, service


async def test_button_shows_when_it_was_pressed_and_by_whom(house: House, owner: MockUser) -> None:
    every, _ = await house_of_every_kind(house, owner)
    assert shown(house, "button")["state"] == "unknown"
    context = Context(user_id=owner.id)
    await act(house, context, "button.press")
    assert every.done == [("button", None)]
    state = house.hass.states.get(house.entity_id("button", f"{SERIAL}-button"))
    assert state is not None
    assert state.state.startswith("20")
    assert state.context.id == context.id


async def test_press_that_is_refused_or_fails_is_not_shown(
    house: House, owner: MockUser, other: MockUser
) -> None:
    every, _ = await house_of_every_kind(house, owner)
    with pytest.raises(ServiceValidationError, match="you are not its owner"):
        await act(house, Context(user_id=other.id), "button.press")
    every.fault = "stuck"
    with pytest.raises(HomeAssistantError, match="stuck"):
        await act(house, Context(user_id=owner.id), "button.press")
    house.gateway.devices[SERIAL].notify()
    assert shown(house, "button")["state"] == "unknown"
    assert every.done == []


@pytest.mark.parametrize(
    ("service", "data", "reason"),
    [
        ("light.turn_on", {"color_temp_kelvin": 1000}, "color_temp: must be 2000 to 6500"),
        ("siren.turn_on", {"duration": 9999}, "duration: must be 1 to 3600"),
        ("climate.set_temperature", {"temperature": 20, "hvac_mode": "dry"}, "mode: not one"),
    ],
)
async def test_what_only_the_device_refuses_is_told_in_its_words(
    house: House, owner: MockUser, service: str, data: dict[str, Any], reason: str
) -> None:
    every, _ = await house_of_every_kind(house, owner)
    with pytest.raises(ServiceValidationError, match=f"did nothing: {reason}"):
        await act(house, Context(user_id=owner.id), service, **data)
    assert every.done == []


async def test_valve_without_positions_is_opened_and_closed(house: House, owner: MockUser) -> None:
    every = EveryKind()
    valve = Valve("valve", "Valve", every.handler("valve"))
    await house.add_gateway()
    await house.claimed_device(owner, SERIAL, entities=[valve])
    for service, state in (("open_valve", "open"), ("close_valve", "closed"), ("toggle", "open")):
        await act(house, Context(user_id=owner.id), f"valve.{service}")
        assert every.done.pop() == ("valve", {"state": state})
        assert shown(house, "valve")["state"] == state


async def test_failed_command_changes_nothing_that_is_shown(house: House, owner: MockUser) -> None:
    every, _ = await house_of_every_kind(house, owner)
    every.fault = "no current"
    for service, data, _, _ in ROWS:
        kind = service.split(".", maxsplit=1)[0]
        if service == "climate.toggle":
            continue
        before = shown(house, kind)
        with pytest.raises(HomeAssistantError, match="no current"):
            await act(house, Context(user_id=owner.id), service, **data)
        assert shown(house, kind) == before, service


async def test_attribute_that_changed_is_credited_to_who_asked_for_it(
    house: House, owner: MockUser
) -> None:
    await house_of_every_kind(house, owner)
    await act(house, Context(user_id=owner.id), "light.turn_on")
    context = Context(user_id=owner.id)
    await act(house, context, "light.turn_on", brightness=9)
    state = house.hass.states.get(house.entity_id("light", f"{SERIAL}-light"))
    assert state is not None
    assert (state.attributes["brightness"], state.context.id) == (9, context.id)
