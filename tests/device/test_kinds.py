"""Every kind of entity: what its commands do, what is refused, and that the gateway reads all of it."""

import asyncio
from collections.abc import Callable
import json
from typing import Any

import pytest

from .test_entities import make, run
from custom_components.iot_secure_gateway.gateway.description import (
    DescriptionReader,
    DeviceDescription,
    read_values,
)
from custom_components.iot_secure_gateway.gateway.kinds import KINDS
from custom_components.iot_secure_gateway.protocol import wire
from iotsg_device.entities import BinarySensor, Button, CommandFailed, Entity, Sensor, Switch
from iotsg_device.entities.air import Climate, Fan
from iotsg_device.entities.alarms import Event, Siren
from iotsg_device.entities.arguments import Argument, Choice, Decimal, Text, Whole
from iotsg_device.entities.camera import Camera
from iotsg_device.entities.inputs import Number, Select, TextInput
from iotsg_device.entities.light import Light
from iotsg_device.entities.openings import Cover, Lock, Valve
from iotsg_device.entities.stateful import Stateful

EFFECTS = ("rainbow", "fire")


def house() -> list[Entity]:
    """Return one entity of each kind, with everything that it can have."""
    return [
        Switch("switch", "Switch"),
        Sensor("sensor", "Sensor", device_class="temperature", unit="°C"),
        BinarySensor("door", "Door", device_class="door"),
        Button("restart", "Restart", lambda: None, device_class="restart"),
        Light("light", "Light", None, True, True, (2000, 6500), EFFECTS),
        Number("level", "Level", None, -5, 5.5, 0.5, 1, "bar"),
        Select("program", "Program", ("eco", "fast")),
        TextInput("label", "Label", None, 1, 20),
        Lock("lock", "Lock", can_open=True),
        Cover("blind", "Blind", None, True, True, True, "blind"),
        Valve("valve", "Valve", None, True, True, "water"),
        Fan("fan", "Fan", None, True, True, True, ("sleep", "boost")),
        Siren("siren", "Siren", None, ("high", "low"), True, True),
        Climate(
            "climate",
            "Climate",
            None,
            ("off", "heat", "cool"),
            target_range=True,
            fan_modes=("low", "high"),
            swing_modes=("on", "off"),
            presets=("eco", "away"),
        ),
        Event("bell", "Bell", ("ring", "knock")),
        Camera("camera", "Camera", lambda: None, motion=True),
    ]


async def describe(*entities: Entity, max_frame: int = 4096) -> DeviceDescription:
    executor = make(*entities, max_frame=max_frame)
    reader = DescriptionReader()
    page: int | None = 0
    while page is not None:
        status, result = await run(executor, "describe", page=page)
        assert status == 0
        page = reader.add(result)
    return reader.description()


async def test_the_gateway_reads_what_every_kind_says() -> None:
    entities = house()
    read = await describe(*entities)
    assert read.left_out == 0
    assert {entity.kind for entity in read.entities} == set(KINDS)
    for entity, made in zip(read.entities, entities, strict=True):
        assert entity.key == made.key
        described = made.describe()
        assert entity.abilities.features == frozenset(described.get("features", ()))
        assert set(entity.abilities.ranges) == set(described.get("ranges", ()))
        assert {key: list(item) for key, item in entity.abilities.options.items()} == described.get(
            "options", {}
        )
    by_key = {entity.key: entity.abilities for entity in read.entities}
    assert (by_key["level"].ranges["value"].low, by_key["level"].ranges["value"].high) == (-5, 5.5)
    assert by_key["light"].ranges["color_temp"].high == 6500
    assert DeviceDescription.from_dict(read.to_dict()) == read


async def test_a_description_fits_the_smallest_frame() -> None:
    entities = [entity for entity in house() if entity.key != "climate"]
    assert len((await describe(*entities, max_frame=640)).entities) == len(entities)


async def test_the_gateway_reads_every_value() -> None:
    entities = house()
    executor = make(*entities)
    keys = frozenset(entity.key for entity in entities)
    for entity in entities:
        status, result = await run(executor, "read", keys=[entity.key])
        assert status == 0
        assert read_values(result, keys) == result["values"]


OK: list[tuple[Callable[[Any], Stateful], str, dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    (
        lambda do: Light("x", "X", do, True, True, (2000, 6500), EFFECTS),
        "turn_on",
        {"brightness": 80, "rgb": "ff8000"},
        {"on": True, "brightness": 80, "rgb": (255, 128, 0)},
        {"x": True, "x.brightness": 80, "x.rgb": "ff8000"},
    ),
    (
        lambda do: Light("x", "X", do, color_temp=(2000, 6500)),
        "turn_on",
        {"color_temp": 3000},
        {"on": True, "color_temp": 3000},
        {"x": True, "x.color_temp": 3000},
    ),
    (
        lambda do: Light("x", "X", do, effects=EFFECTS),
        "turn_on",
        {"effect": "fire"},
        {"on": True, "effect": "fire"},
        {"x": True, "x.effect": "fire"},
    ),
    (lambda do: Light("x", "X", do), "turn_off", {}, {"on": False}, {"x": False}),
    (
        lambda do: Number("x", "X", do, -5, 5, 0.5, 1),
        "set",
        {"value": "-2.5"},
        {"value": -2.5},
        {"x": "-2.5"},
    ),
    (lambda do: Number("x", "X", do), "set", {"value": 7}, {"value": 7.0}, {"x": "7"}),
    (
        lambda do: Select("x", "X", ("a", "b"), do),
        "set",
        {"value": "b"},
        {"value": "b"},
        {"x": "b"},
    ),
    (lambda do: TextInput("x", "X", do), "set", {"value": ""}, {"value": ""}, {"x": ""}),
    (lambda do: Lock("x", "X", do), "lock", {}, {"state": "locked"}, {"x": "locked"}),
    (lambda do: Lock("x", "X", do), "unlock", {}, {"state": "unlocked"}, {"x": "unlocked"}),
    (lambda do: Lock("x", "X", do, True), "open", {}, {"state": "open"}, {"x": "open"}),
    (lambda do: Valve("x", "X", do), "open", {}, {"state": "open"}, {"x": "open"}),
    (
        lambda do: Valve("x", "X", do, True),
        "close",
        {},
        {"state": "closed", "position": 0},
        {"x": "closed", "x.position": 0},
    ),
    (
        lambda do: Cover("x", "X", do, True),
        "set_position",
        {"position": 30},
        {"state": "open", "position": 30},
        {"x": "open", "x.position": 30},
    ),
    (lambda do: Cover("x", "X", do, stop=True), "stop", {}, {"stop": True}, {"x": None}),
    (
        lambda do: Cover("x", "X", do, tilt=True),
        "set_tilt",
        {"tilt": 45},
        {"tilt": 45},
        {"x": None, "x.tilt": 45},
    ),
    (
        lambda do: Cover("x", "X", do, tilt=True),
        "open_tilt",
        {},
        {"tilt": 100},
        {"x": None, "x.tilt": 100},
    ),
    (
        lambda do: Cover("x", "X", do, tilt=True),
        "close_tilt",
        {},
        {"tilt": 0},
        {"x": None, "x.tilt": 0},
    ),
    (
        lambda do: Fan("x", "X", do, True, presets=("boost",)),
        "turn_on",
        {"percentage": 40},
        {"on": True, "percentage": 40},
        {"x": True, "x.percentage": 40},
    ),
    (
        lambda do: Fan("x", "X", do, True),
        "set_percentage",
        {"percentage": 0},
        {"on": False, "percentage": 0},
        {"x": False, "x.percentage": 0},
    ),
    (
        lambda do: Fan("x", "X", do, presets=("boost",)),
        "set_preset",
        {"preset": "boost"},
        {"on": True, "preset": "boost"},
        {"x": True, "x.preset": "boost"},
    ),
    (
        lambda do: Fan("x", "X", do, direction=True),
        "set_direction",
        {"direction": "reverse"},
        {"direction": "reverse"},
        {"x": False, "x.direction": "reverse"},
    ),
    (
        lambda do: Fan("x", "X", do, oscillating=True),
        "set_oscillating",
        {"oscillating": True},
        {"oscillating": True},
        {"x": False, "x.oscillating": True},
    ),
    (
        lambda do: Siren("x", "X", do, ("high",), True, True),
        "turn_on",
        {"tone": "high", "duration": 5, "volume": 50},
        {"on": True, "tone": "high", "duration": 5, "volume": 50},
        {"x": True, "x.tone": "high", "x.duration": 5, "x.volume": 50},
    ),
    (lambda do: Siren("x", "X", do), "turn_off", {}, {"on": False}, {"x": False}),
    (
        lambda do: Climate("x", "X", do),
        "set_mode",
        {"mode": "heat"},
        {"mode": "heat"},
        {"x": "heat"},
    ),
    (
        lambda do: Climate("x", "X", do),
        "set_temperature",
        {"temperature": "21.5", "mode": "heat"},
        {"temperature": 21.5, "mode": "heat"},
        {"x": "heat", "x.temperature": "21.5"},
    ),
    (
        lambda do: Climate("x", "X", do, target_range=True),
        "set_temperature",
        {"target_low": "19", "target_high": "22.5"},
        {"target_low": 19.0, "target_high": 22.5},
        {"x": "off", "x.target_low": "19.0", "x.target_high": "22.5"},
    ),
    (
        lambda do: Climate("x", "X", do, presets=("away",)),
        "set_preset",
        {"preset": "away"},
        {"preset": "away"},
        {"x": "off", "x.preset": "away"},
    ),
]


@pytest.mark.parametrize(("build", "command", "given", "wanted", "values"), OK)
@pytest.mark.parametrize("is_async", [False, True])
async def test_a_command_reaches_the_handler_and_becomes_the_state(
    build: Callable[[Any], Stateful],
    command: str,
    given: dict[str, Any],
    wanted: dict[str, Any],
    values: dict[str, Any],
    is_async: bool,
) -> None:
    calls: list[dict[str, Any]] = []

    def do(changes: dict[str, Any]) -> None:
        calls.append(dict(changes))

    async def do_later(changes: dict[str, Any]) -> None:
        await asyncio.sleep(0)
        calls.append(dict(changes))

    entity = build(do_later if is_async else do)
    assert await run(make(entity), command, "x", **given) == (0, {"values": values})
    assert calls == [wanted]
    assert await run(make(entity), "read") == (0, {"values": values})


FULL = {entity.key: entity for entity in house()}


@pytest.mark.parametrize(
    ("key", "command", "given", "reason"),
    [
        ("light", "turn_on", {"brightness": 0}, "brightness: must be 1 to 255"),
        ("light", "turn_on", {"brightness": "5"}, "brightness: must be a whole number"),
        ("light", "turn_on", {"brightness": True}, "brightness: must be a whole number"),
        ("light", "turn_on", {"color_temp": 1999}, "color_temp: must be 2000 to 6500"),
        ("light", "turn_on", {"rgb": "ff800"}, "rgb: must be six hex digits"),
        ("light", "turn_on", {"rgb": [1, 2, 3]}, "rgb: must be six hex digits"),
        ("light", "turn_on", {"effect": "snow"}, "effect: not one of the options"),
        ("light", "turn_on", {"rgb": "000000", "color_temp": 3000}, "either rgb or color_temp"),
        ("light", "turn_on", {"flash": 1}, "unknown argument"),
        ("light", "turn_off", {"brightness": 5}, "this command takes no arguments"),
        ("level", "set", {}, "this command needs an argument"),
        ("level", "set", {"value": "5.6"}, "value: must be -5.0 to 5.5"),
        ("level", "set", {"value": "1e0"}, "value: must be a number"),
        ("level", "set", {"value": "nan"}, "value: must be a number"),
        ("level", "set", {"value": "1.2.3"}, "value: must be -5.0 to 5.5"),
        ("level", "set", {"value": "9" * 30}, "value: must be a number"),
        ("level", "set", {"value": False}, "value: must be a number"),
        ("program", "set", {"value": "slow"}, "value: not one of the options"),
        ("program", "set", {"value": ["eco"]}, "value: not one of the options"),
        ("label", "set", {"value": ""}, "value: must be a text of 1 to 20 characters"),
        ("label", "set", {"value": "x" * 21}, "value: must be a text of 1 to 20 characters"),
        ("lock", "close", {}, "unknown command"),
        ("blind", "set_position", {"position": 101}, "position: must be 0 to 100"),
        ("blind", "set_position", {"tilt": 1}, "unknown argument"),
        ("fan", "set_oscillating", {"oscillating": 1}, "oscillating: must be true or false"),
        ("siren", "turn_on", {"duration": 0}, "duration: must be 1 to 3600"),
        ("climate", "set_mode", {"mode": "dry"}, "mode: not one of the options"),
        ("climate", "set_temperature", {"temperature": "40"}, "temperature: must be 5.0 to 35.0"),
        (
            "climate",
            "set_temperature",
            {"target_low": "22", "target_high": "19"},
            "target_low is above target_high",
        ),
        ("bell", "fire", {}, "unknown command"),
        ("door", "turn_on", {}, "unknown command"),
        ("restart", "press", {"now": True}, "this command takes no arguments"),
    ],
)
async def test_what_is_out_of_range_is_refused_before_the_handler(
    key: str, command: str, given: dict[str, Any], reason: str
) -> None:
    executor = make(FULL[key])
    assert await run(executor, command, key, **given) == (wire.STATUS_REFUSED, reason)


async def test_a_failing_handler_leaves_the_attributes() -> None:
    def do(changes: dict[str, Any]) -> None:
        raise CommandFailed("no current")

    light = Light("x", "X", do, True)
    assert await run(make(light), "turn_on", "x", brightness=9) == (1, {"error": "no current"})
    assert light.values() == {"x": False, "x.brightness": 255}


async def test_a_colour_ends_a_white_and_an_effect() -> None:
    executor = make(Light("x", "X", None, False, True, (2000, 6500), EFFECTS))
    for given in ({"effect": "fire"}, {"rgb": "0000ff"}, {"color_temp": 2500}):
        (name, value), *_ = given.items()
        _, result = await run(executor, "turn_on", "x", **given)
        assert result == {"values": {"x": True, "x." + name: value}}


async def test_a_button_is_pressed() -> None:
    presses: list[int] = []

    async def later() -> None:
        presses.append(2)

    executor = make(Button("a", "A", lambda: presses.append(1)), Button("b", "B", later))
    assert await run(executor, "press", "a") == (0, {"values": {"a": None}})
    assert await run(executor, "press", "b") == (0, {"values": {"b": None}})
    assert presses == [1, 2]


async def test_a_thing_says_what_it_did_itself() -> None:
    blind = Cover("blind", "Blind", position=True)
    blind.update(state="opening", position=12)
    assert blind.read() == "opening"
    assert blind.values() == {"blind": "opening", "blind.position": 12}
    with pytest.raises(ValueError):
        blind.update(speed=3)


async def test_an_entity_can_be_read_back() -> None:
    lock = Lock("lock", "Lock", read=lambda: {"state": "jammed"})
    assert await run(make(lock), "lock", "lock") == (0, {"values": {"lock": "jammed"}})


async def test_measured_values_of_a_climate_are_told() -> None:
    climate = Climate("x", "X")
    climate.update(current_temperature=20.44, current_humidity=47.6, action="heating")
    assert climate.values() == {
        "x": "off",
        "x.current_temperature": "20.4",
        "x.current_humidity": 48,
        "x.action": "heating",
    }
    climate.update(current_temperature=float("nan"))
    assert climate.values()["x.current_temperature"] is None


def test_binary_sensors_know_yes_no_and_nothing() -> None:
    states: list[bool | None] = [None, True, False]
    sensor = BinarySensor("x", "X", lambda: states[0])
    assert [sensor.read() for _ in states if states.append(states.pop(0)) is None] == [  # type: ignore[func-returns-value]
        True,
        False,
        None,
    ]


async def test_a_broken_reading_costs_one_entity() -> None:
    def read() -> dict[str, Any]:
        raise OSError("bus")

    lines: list[str] = []
    executor = make(Lock("lock", "Lock", read=read), Switch("s", "S"), log=lines.append)
    assert await run(executor, "read") == (0, {"values": {"lock": None, "s": False}})
    assert lines == ["reading lock failed: OSError('bus')"]


async def test_many_values_of_many_lights_come_in_turns() -> None:
    lights = [Light(f"light_{n}", "L", None, True, True, (2000, 6500)) for n in range(30)]
    for light in lights:
        light.update(rgb=(1, 2, 3))
    executor = make(*lights)
    keys = [light.key for light in lights]
    told: dict[str, Any] = {}
    while keys:
        status, result = await run(executor, "read", keys=keys)
        assert status == 0
        assert len(json.dumps(result, separators=(",", ":"))) <= 1024
        told |= result["values"]
        keys = [key for key in keys if key not in told]
    assert len(told) == sum(len(light.values()) for light in lights)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Whole(5, 4),
        lambda: Whole(0, 5, 0),
        lambda: Decimal(5, 4),
        lambda: Decimal(0, float("inf")),
        lambda: Decimal(0, 1, 0),
        lambda: Decimal(0, 1, digits=7),
        lambda: Choice(()),
        lambda: Choice(["x"] * 33),
        lambda: Choice(["x" * 33]),
        lambda: Choice([""]),
        lambda: Text(5, 4),
        lambda: Text(0, 256),
        lambda: Climate("x", "X", modes=("off", "hot")),
        lambda: BinarySensor("x", "X", device_class="d" * 33).describe(),
    ],
)
def test_a_wrong_declaration_of_limits_is_refused_at_once(wrong: Callable[[], object]) -> None:
    with pytest.raises(ValueError):
        wrong()


def test_an_argument_of_no_kind_parses_nothing() -> None:
    with pytest.raises(NotImplementedError):
        Argument().parse(1)
