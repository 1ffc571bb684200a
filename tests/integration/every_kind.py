"""A device with one entity of each kind that can do all its kind knows, and what it was made to do."""

from typing import Any

from pytest_homeassistant_custom_component.common import MockUser

from homeassistant.core import Context

from .house import House, VirtualDevice
from iotsg_device.entities import BinarySensor, Button, CommandFailed, Entity, Sensor, Switch
from iotsg_device.entities.air import Climate, Fan
from iotsg_device.entities.alarms import Event, Siren
from iotsg_device.entities.inputs import Number, Select, TextInput
from iotsg_device.entities.light import Light
from iotsg_device.entities.openings import Cover, Lock, Valve

SERIAL = "HOUSE-1"
# Kinds whose entities take commands; the platform of Home Assistant has the same name.
COMMANDED = (
    "button",
    "climate",
    "cover",
    "fan",
    "light",
    "lock",
    "number",
    "select",
    "siren",
    "switch",
    "text",
    "valve",
)
READ_ONLY = ("binary_sensor", "event", "sensor")


class EveryKind:
    """The entities, each with its kind as its key."""

    def __init__(self) -> None:
        self.done: list[tuple[str, object]] = []  # what handlers did: kind and changes, in order
        self.fault: str | None = None  # what handlers report instead
        self.temperature: object = 21.5
        self.door: bool | None = False
        self.entities: dict[str, Entity] = {entity.key: entity for entity in self._make()}

    def handler(self, kind: str) -> Any:
        """Return a handler that notes what it is to do."""

        def do(changes: object = None) -> None:
            if self.fault is not None:
                raise CommandFailed(self.fault)
            self.done.append((kind, dict(changes) if isinstance(changes, dict) else changes))

        return do

    def _make(self) -> list[Entity]:
        do = self.handler
        return [
            Switch("switch", "Switch", do("switch")),
            Sensor("sensor", "Sensor", lambda: self.temperature, "temperature", "°C"),
            BinarySensor("binary_sensor", "Door", lambda: self.door, "door"),
            Button("button", "Restart", do("button"), "restart"),
            Light("light", "Light", do("light"), True, True, (2000, 6500), ("rainbow", "fire")),
            Number("number", "Level", do("number"), -5, 5.5, 0.5, 1, "bar", "pressure", 1),
            Select("select", "Program", ("eco", "fast", "Ökö & Co"), do("select"), "eco"),
            TextInput("text", "Label", do("text"), 1, 20, "hall"),
            Lock("lock", "Lock", do("lock"), can_open=True),
            Cover("cover", "Blind", do("cover"), True, True, True, "blind"),
            Valve("valve", "Valve", do("valve"), True, True, "water"),
            Fan("fan", "Fan", do("fan"), True, True, True, ("sleep", "boost")),
            Siren("siren", "Siren", do("siren"), ("high", "low"), True, True),
            Climate(
                "climate",
                "Climate",
                do("climate"),
                ("off", "heat", "cool", "heat_cool"),
                target_range=True,
                fan_modes=("low", "high"),
                swing_modes=("on", "off"),
                presets=("eco", "away"),
            ),
            Event("event", "Bell", ("ring", "knock"), "doorbell"),
        ]

    def __getitem__(self, key: str) -> Any:
        return self.entities[key]


async def house_of_every_kind(house: House, owner: MockUser) -> tuple[EveryKind, VirtualDevice]:
    """Return the claimed device, linked and known."""
    every = EveryKind()
    await house.add_gateway()
    device, _ = await house.claimed_device(owner, SERIAL, entities=[*every.entities.values()])
    return every, device


async def act(
    house: House, context: Context | None, service: str, key: str | None = None, **data: object
) -> None:
    """Call `platform.service` on the entity of that platform, or of `key`; raises what people are told."""
    platform, name = service.split(".")
    await house.hass.services.async_call(
        platform,
        name,
        {"entity_id": house.entity_id(platform, f"{SERIAL}-{key or platform}"), **data},
        blocking=True,
        context=context,
    )


def shown(house: House, platform: str, key: str | None = None) -> dict[str, Any]:
    """Return the attributes of an entity, and its state as "state"."""
    state = house.hass.states.get(house.entity_id(platform, f"{SERIAL}-{key or platform}"))
    assert state is not None
    return {**state.attributes, "state": state.state}
