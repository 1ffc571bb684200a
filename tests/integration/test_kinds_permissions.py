"""No service that Home Assistant has for any kind reaches a device without the gateway's consent."""

import importlib
import inspect
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import Context
from homeassistant.exceptions import ServiceNotSupported
from homeassistant.helpers.entity import Entity
from homeassistant.setup import async_setup_component

from .every_kind import COMMANDED, READ_ONLY, SERIAL, act, house_of_every_kind, shown
from .house import House
from custom_components.iot_secure_gateway import PLATFORMS
from custom_components.iot_secure_gateway.entity import DescribedEntity
from custom_components.iot_secure_gateway.exceptions import PermissionDenied

# What each service of each platform is called with. A service that Home Assistant adds makes the
# test fail until it stands here.
SERVICES: dict[str, dict[str, Any]] = {
    "button.press": {},
    "climate.set_fan_mode": {"fan_mode": "high"},
    "climate.set_hvac_mode": {"hvac_mode": "heat"},
    "climate.set_preset_mode": {"preset_mode": "away"},
    "climate.set_swing_mode": {"swing_mode": "on"},
    "climate.set_temperature": {"temperature": 21.5},
    "climate.toggle": {},
    "climate.turn_off": {},
    "climate.turn_on": {},
    "cover.close_cover": {},
    "cover.close_cover_tilt": {},
    "cover.open_cover": {},
    "cover.open_cover_tilt": {},
    "cover.set_cover_position": {"position": 30},
    "cover.set_cover_tilt_position": {"tilt_position": 30},
    "cover.stop_cover": {},
    "cover.toggle": {},
    "cover.toggle_cover_tilt": {},
    "fan.decrease_speed": {},
    "fan.increase_speed": {},
    "fan.oscillate": {"oscillating": True},
    "fan.set_direction": {"direction": "reverse"},
    "fan.set_percentage": {"percentage": 30},
    "fan.set_preset_mode": {"preset_mode": "sleep"},
    "fan.toggle": {},
    "fan.turn_off": {},
    "fan.turn_on": {},
    "light.toggle": {},
    "light.turn_off": {},
    "light.turn_on": {"brightness": 7},
    "lock.lock": {},
    "lock.open": {},
    "lock.unlock": {},
    "number.set_value": {"value": 2},
    "select.select_first": {},
    "select.select_last": {},
    "select.select_next": {"cycle": True},
    "select.select_option": {"option": "fast"},
    "select.select_previous": {"cycle": True},
    "siren.toggle": {},
    "siren.turn_off": {},
    "siren.turn_on": {},
    "switch.toggle": {},
    "switch.turn_off": {},
    "switch.turn_on": {},
    "text.set_value": {"value": "x"},
    "valve.close_valve": {},
    "valve.open_valve": {},
    "valve.set_valve_position": {"position": 30},
    "valve.stop_valve": {},
    "valve.toggle": {},
}
# What no device of ours can do.
UNSUPPORTED: dict[str, dict[str, Any]] = {
    "climate.set_humidity": {"humidity": 50},
    "climate.set_swing_horizontal_mode": {"swing_horizontal_mode": "on"},
    "cover.stop_cover_tilt": {},
}

# Cameras take no command here: what is shown and recorded has tests of its own (test_video*.py).
OF_CAMERAS = {
    f"camera.{name}"
    for name in (
        "disable_motion_detection",
        "enable_motion_detection",
        "play_stream",
        "record",
        "snapshot",
        "turn_off",
        "turn_on",
    )
}


def kind_of(service: str) -> str:
    return service.split(".", maxsplit=1)[0]


async def test_every_service_of_every_platform_is_known_here(house: House, owner: MockUser) -> None:
    await house_of_every_kind(house, owner)
    found = {
        f"{platform}.{service}"
        for platform in PLATFORMS
        for service in house.hass.services.async_services_for_domain(platform)
    }
    assert found == {*SERVICES, *UNSUPPORTED, *OF_CAMERAS}
    assert {str(platform) for platform in PLATFORMS} == {*COMMANDED, *READ_ONLY, "camera"}


@pytest.mark.parametrize("kind", COMMANDED)
async def test_every_service_is_refused_to_a_stranger_and_to_nobody(
    house: House, owner: MockUser, other: MockUser, kind: str
) -> None:
    every, _ = await house_of_every_kind(house, owner)
    before = shown(house, kind)
    for service, data in SERVICES.items():
        if kind_of(service) != kind:
            continue
        for context in (Context(user_id=other.id), Context(), None):
            with pytest.raises(PermissionDenied):
                await act(house, context, service, **data)
    assert every.done == []
    assert shown(house, kind) == before


@pytest.mark.parametrize("kind", COMMANDED)
async def test_every_service_is_one_command_of_the_owner(
    house: House, owner: MockUser, kind: str
) -> None:
    every, _ = await house_of_every_kind(house, owner)
    for service, data in SERVICES.items():
        if kind_of(service) != kind:
            continue
        every.done.clear()
        await act(house, Context(user_id=owner.id), service, **data)
        assert [done for done, _ in every.done] == [kind], service


async def test_what_no_device_can_do_is_refused_by_home_assistant(
    house: House, owner: MockUser
) -> None:
    every, _ = await house_of_every_kind(house, owner)
    for service, data in UNSUPPORTED.items():
        with pytest.raises(ServiceNotSupported):
            await act(house, Context(user_id=owner.id), service, **data)
    assert every.done == []


async def test_scene_and_generic_services_go_the_same_way(
    house: House, owner: MockUser, other: MockUser
) -> None:
    every, _ = await house_of_every_kind(house, owner)
    assert await async_setup_component(house.hass, "scene", {})
    wanted = {
        house.entity_id("light", f"{SERIAL}-light"): {"state": "on", "brightness": 50},
        house.entity_id("climate", f"{SERIAL}-climate"): "heat",
        house.entity_id("cover", f"{SERIAL}-cover"): "closed",
        house.entity_id("number", f"{SERIAL}-number"): "3",
        house.entity_id("lock", f"{SERIAL}-lock"): "unlocked",
    }
    fan = house.entity_id("fan", f"{SERIAL}-fan")

    async def call(domain: str, service: str, data: dict[str, Any], user: MockUser) -> None:
        await house.hass.services.async_call(
            domain, service, data, blocking=True, context=Context(user_id=user.id)
        )

    with pytest.raises(PermissionDenied):
        await call("scene", "apply", {"entities": wanted}, other)
    with pytest.raises(PermissionDenied):
        await call("homeassistant", "toggle", {"entity_id": fan}, other)
    await house.hass.async_block_till_done()
    assert every.done == []
    await call("scene", "apply", {"entities": wanted}, owner)
    await call("homeassistant", "toggle", {"entity_id": fan}, owner)
    assert {kind for kind, _ in every.done} == {
        "light",
        "climate",
        "cover",
        "number",
        "lock",
        "fan",
    }


def test_every_command_method_begins_with_the_funnel() -> None:
    """The context of a call is a shared attribute: what suspends first reads that of another call."""
    commands: dict[str, str] = {}
    for platform in PLATFORMS:
        module = importlib.import_module(f"custom_components.iot_secure_gateway.{platform}")
        for name, kind in inspect.getmembers(module, inspect.isclass):
            if kind.__module__ != module.__name__:
                continue
            for method_name, method in vars(kind).items():
                if inspect.iscoroutinefunction(method) and not hasattr(Entity, method_name):
                    assert issubclass(kind, DescribedEntity)
                    commands[f"{name}.{method_name}"] = inspect.getsource(method)
    # Home Assistant would note a press before it is tried; what it then calls has nothing to do.
    assert "_async_execute" not in commands.pop("DeviceButton.async_press")
    assert "DeviceButton._async_press_action" in commands
    # Of cameras the device is sent nothing: one gives a drawing, the others say where motion is set.
    for name in ("camera_image", "enable_motion_detection", "disable_motion_detection"):
        assert "_async_execute" not in commands.pop(f"DeviceCamera.async_{name}")
    assert len(commands) > 30
    for name, source in commands.items():
        body = source[source.index('"""', source.index('"""') + 3) + 3 :].strip()
        assert body.removeprefix("context = ").startswith("await self._async_execute("), name


def test_no_command_of_home_assistant_is_left_to_its_base_class() -> None:
    """Those run what is not there in a thread, where the context of the call would be lost."""
    left = set()
    for platform in COMMANDED:
        module = importlib.import_module(f"custom_components.iot_secure_gateway.{platform}")
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if kind.__module__ == module.__name__ and issubclass(kind, DescribedEntity):
                left |= {
                    f"{platform}.{name}"
                    for name, method in inspect.getmembers(kind, inspect.iscoroutinefunction)
                    if "async_add_executor_job" in inspect.getsource(method)
                    and not hasattr(Entity, name)
                }
    assert left == {
        "climate.async_set_humidity",  # not supported
        "climate.async_set_swing_horizontal_mode",  # not supported
        "climate.async_toggle",  # ends in turn_on or turn_off, which are ours
        "cover.async_stop_cover_tilt",  # not supported
        "number.async_set_value",  # of old; no service calls it
    }


async def test_offline_device_is_unavailable_in_all_its_kinds(
    house: House, owner: MockUser
) -> None:
    _, device = await house_of_every_kind(house, owner)
    await device.stop()
    await house.until(lambda: not house.gateway.devices[SERIAL].is_connected)
    for kind in (*COMMANDED, *READ_ONLY):
        assert shown(house, kind)["state"] == STATE_UNAVAILABLE
