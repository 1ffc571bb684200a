"""What entities describe, read, check and execute, through the executor as the device uses it."""

import asyncio
from collections.abc import Callable
import inspect
import json
from typing import Any

import pytest

from custom_components.iot_secure_gateway.protocol import wire
from iotsg_device import executor as executor_module
from iotsg_device.entities import CommandFailed, Entity, Sensor, Switch
from iotsg_device.executor import Executor

ABOUT = {"manufacturer": "Maker", "model": "M1", "fw": "1.0", "name": "Lamp"}


def make(*entities: Entity, max_frame: int = 4096, log: Callable[[str], None] = print) -> Executor:
    return Executor(entities, ABOUT, max_frame, log)


async def run(
    executor: Executor, name: str, entity: str | None = None, **args: Any
) -> tuple[int, Any]:
    """Check and execute as the driver does."""
    command: dict[str, Any] = {"id": "00" * 16, "cmd": name}
    if args:
        command["args"] = args
    if entity is not None:
        command["entity"] = entity
    refused = executor.check(command)
    if refused is not None:
        return wire.STATUS_REFUSED, refused
    done = executor.execute(command)
    status, result = await done if inspect.isawaitable(done) else done
    return status, json.loads(result)


async def test_switch_follows_its_handler() -> None:
    calls: list[bool] = []
    switch = Switch("relay", "Relay", calls.append)
    executor = make(switch)
    assert await run(executor, "turn_on", "relay") == (0, {"values": {"relay": True}})
    assert switch.is_on
    assert await run(executor, "turn_off", "relay") == (0, {"values": {"relay": False}})
    assert calls == [True, False]


async def test_async_handler_is_awaited_before_the_state_changes() -> None:
    release = asyncio.Event()

    async def handler(is_on: bool) -> None:
        await release.wait()

    switch = Switch("relay", "Relay", handler)
    task = asyncio.create_task(run(make(switch), "turn_on", "relay"))
    await asyncio.sleep(0)
    assert not switch.is_on
    release.set()
    assert await task == (0, {"values": {"relay": True}})


async def test_switch_tells_the_real_state_where_it_can_read_it() -> None:
    stuck = Switch("relay", "Relay", lambda is_on: None, read=lambda: False)
    assert await run(make(stuck), "turn_on", "relay") == (0, {"values": {"relay": False}})


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (CommandFailed("no \x1bwater"), "no ?water"),
        (ValueError("secret detail"), "the device's handler failed"),
    ],
)
@pytest.mark.parametrize("is_async", [True, False])
async def test_a_failing_handler_fails_the_command_and_leaves_the_state(
    error: Exception, text: str, is_async: bool
) -> None:
    def handler(is_on: bool) -> None:
        raise error

    async def async_handler(is_on: bool) -> None:
        raise error

    switch = Switch("relay", "Relay", async_handler if is_async else handler)
    assert await run(make(switch), "turn_on", "relay") == (wire.STATUS_FAILED, {"error": text})
    assert not switch.is_on


async def test_a_hanging_handler_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executor_module, "HANDLER_TIMEOUT_MS", 1)
    lines: list[str] = []

    async def hang(is_on: bool) -> None:
        await asyncio.Event().wait()

    executor = make(Switch("relay", "Relay", hang), log=lines.append)
    status, result = await run(executor, "turn_on", "relay")
    assert (status, result) == (wire.STATUS_FAILED, {"error": "the device's handler took too long"})
    assert lines == ["the handler of relay took too long"]


@pytest.mark.parametrize(
    ("name", "entity", "args", "reason"),
    [
        ("toggle", "relay", {}, "unknown command"),
        ("turn_on", "relay", {"now": True}, "this command takes no arguments"),
        ("turn_on", "temp", {}, "unknown command"),
        ("turn_on", "nothing", {}, "unknown entity"),
        ("turn_on", None, {}, "unknown command"),
        ("describe", None, {"page": 1}, "no such page"),
        ("describe", None, {"page": -1}, "no such page"),
        ("describe", None, {"page": True}, "page must be a whole number"),
        ("describe", None, {"page": "0"}, "page must be a whole number"),
        ("describe", None, {"all": 1}, "describe takes page"),
        ("read", None, {"keys": "relay"}, "keys must be a list"),
        ("read", None, {"keys": ["relay"] * 65}, "keys must be a list"),
        ("read", None, {"keys": ["nothing"]}, "unknown entity"),
        ("read", None, {"keys": [["relay"]]}, "unknown entity"),
        ("read", None, {"page": 0}, "read takes keys"),
    ],
)
async def test_what_is_not_a_command_of_this_device_is_refused(
    name: str, entity: str | None, args: dict[str, Any], reason: str
) -> None:
    calls: list[bool] = []
    executor = make(Switch("relay", "Relay", calls.append), Sensor("temp", "Temperature"))
    assert await run(executor, name, entity, **args) == (wire.STATUS_REFUSED, reason)
    assert calls == []


async def test_an_entity_without_execution_fails_cleanly() -> None:
    class Odd(Entity):
        kind = "odd"
        commands = ("press",)

    odd = Odd("odd", "Odd")
    assert odd.read() is None
    assert await run(make(odd), "press", "odd") == (
        wire.STATUS_FAILED,
        {"error": "nothing to execute"},
    )


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (21.55, 2, "21.55"),
        (21.0, 1, "21.0"),
        (7, 1, "7"),
        ("dry", 1, "dry"),
        (None, 1, None),
        (float("nan"), 1, None),
        (float("inf"), 1, None),
        ("x" * 100, 1, "x" * 64),
    ],
)
async def test_sensor_values_are_texts(value: object, digits: int, text: str | None) -> None:
    sensor = Sensor("temp", "Temperature", digits=digits)
    sensor.value = value
    assert await run(make(sensor), "read") == (0, {"values": {"temp": text}})


async def test_a_sensor_that_can_not_be_read_has_no_value() -> None:
    def read() -> float:
        raise OSError("bus")

    lines: list[str] = []
    executor = make(Sensor("temp", "Temperature", read), Switch("relay", "Relay"), log=lines.append)
    assert await run(executor, "read") == (0, {"values": {"temp": None, "relay": False}})
    assert await run(executor, "read", keys=["relay"]) == (0, {"values": {"relay": False}})
    assert lines == ["reading temp failed: OSError('bus')"]


async def test_description_names_device_and_entities() -> None:
    executor = make(
        Switch("relay", "Relay"), Sensor("temp", "Temperature", None, "temperature", "°C")
    )
    assert await run(executor, "describe") == (
        0,
        {
            "device": ABOUT,
            "entities": [
                {"key": "relay", "kind": "switch", "name": "Relay"},
                {
                    "key": "temp",
                    "kind": "sensor",
                    "name": "Temperature",
                    "device_class": "temperature",
                    "unit": "°C",
                },
            ],
            "page": 0,
            "pages": 1,
            "v": 1,
        },
    )


@pytest.mark.parametrize("max_frame", [512, 4096])
async def test_a_long_description_comes_in_pages_that_fit(max_frame: int) -> None:
    executor = make(
        *[Switch(f"switch_{n}", f"Switch number {n} of many") for n in range(64)],
        max_frame=max_frame,
    )
    keys: list[str] = []
    page, pages = 0, 1
    while page < pages:
        command = {"id": "00" * 16, "cmd": "describe", "args": {"page": page}}
        assert executor.check(command) is None
        status, data = executor.execute(command)  # type: ignore[misc]
        assert status == 0
        assert len(data) <= max_frame - executor_module.RESULT_OVERHEAD
        result = json.loads(data)
        assert result["page"] == page
        keys.extend(entity["key"] for entity in result["entities"])
        pages = result["pages"]
        page += 1
    assert pages > 1
    assert keys == [f"switch_{n}" for n in range(64)]


async def test_read_gives_as_many_values_as_an_answer_holds() -> None:
    sensors = [Sensor(f"sensor_{n}", "S", lambda: "x" * 60) for n in range(60)]
    executor = make(*sensors)
    status, result = await run(executor, "read")
    assert status == 0
    first = result["values"]
    assert 5 < len(first) < 60
    assert len(json.dumps(result, separators=(",", ":"))) <= executor_module.MAX_RESULT
    rest = [sensor.key for sensor in sensors if sensor.key not in first][:2]
    assert await run(executor, "read", keys=rest) == (0, {"values": dict.fromkeys(rest, "x" * 60)})


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Switch("", "Name"),
        lambda: Switch("k" * 33, "Name"),
        lambda: Switch("Relay", "Name"),
        lambda: Switch("relay", ""),
        lambda: Switch("relay", "n" * 65),
        lambda: Sensor("s", "S", unit=""),
        lambda: Sensor("s", "S", unit="u" * 17),
        lambda: Sensor("s", "S", device_class="d" * 33),
        lambda: Sensor("s", "S", digits=7),
        lambda: make(Switch("relay", "A"), Switch("relay", "B")),
        lambda: make(*[Switch(f"s{n}", "S") for n in range(65)]),
        lambda: Executor([Switch("s", "S" * 64)], {**ABOUT, "name": "n" * 400}, 512, print),
    ],
)
def test_a_wrong_declaration_is_refused_at_once(wrong: Callable[[], object]) -> None:
    with pytest.raises(ValueError):
        wrong()
