"""What a demo device is made of: a switch, a dimmable lamp, a thermometer, a bell and its button.

Commands are checked before anything is done; values are those of the wire (protocol.md).
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from ..protocol import commands, wire

MANUFACTURER: Final = "IoT Secure Gateway"
MODEL: Final = "Demo device"
FIRMWARE: Final = "1.0"
MEASURE_EVERY_MS: Final = (
    10_000  # often enough to be seen, seldom enough to keep the recorder small
)
MAX_BRIGHTNESS: Final = 255
_LOWEST: Final = 180  # tenths of a degree
_HIGHEST: Final = 240

type Result = tuple[int, bytes]  # status, JSON

# As it goes out: keys of JSON objects are sorted by the encoder.
_ENTITIES: Final[tuple[Mapping[str, object], ...]] = (
    {"key": "outlet", "kind": "switch", "name": "Outlet"},
    {
        "key": "lamp",
        "kind": "light",
        "name": "Lamp",
        "features": ["brightness"],
        "ranges": {"brightness": [1, MAX_BRIGHTNESS, 1]},
    },
    {
        "key": "temperature",
        "kind": "sensor",
        "name": "Temperature",
        "device_class": "temperature",
        "unit": "°C",
    },
    {"key": "ring", "kind": "button", "name": "Ring the bell"},
    {
        "key": "bell",
        "kind": "event",
        "name": "Bell",
        "device_class": "doorbell",
        "options": {"type": ["ring"]},
    },
)
# The arguments, all whole numbers, that a command of an entity takes: (lowest, highest).
_COMMANDS: Final[Mapping[tuple[str, str], Mapping[str, tuple[int, int]]]] = {
    ("outlet", "turn_on"): {},
    ("outlet", "turn_off"): {},
    ("lamp", "turn_on"): {"brightness": (1, MAX_BRIGHTNESS)},
    ("lamp", "turn_off"): {},
    ("ring", "press"): {},
}
_KEYS: Final = tuple(str(entity["key"]) for entity in _ENTITIES)


class Things:
    """The entities and their states; `fire(entity, type)` and `changed(entity)` tell the gateway."""

    def __init__(
        self,
        random: Callable[[int], bytes],
        fire: Callable[[str, str], None],
        changed: Callable[[str], None],
    ) -> None:
        self._random = random
        self._fire = fire
        self._changed = changed
        self._outlet = False
        self._lamp = False
        self._brightness = MAX_BRIGHTNESS
        self._temperature = (_LOWEST + _HIGHEST) // 2

    def measure(self) -> None:
        """Let the temperature wander by up to 0.3 °C."""
        step = self._random(1)[0] % 7 - 3
        measured = min(max(self._temperature + step, _LOWEST), _HIGHEST)
        if measured != self._temperature:
            self._temperature = measured
            self._changed("temperature")

    def values(self, key: str) -> dict[str, object]:
        """Return the values of one entity by their names on the wire."""
        match key:
            case "outlet":
                return {key: self._outlet}
            case "lamp":
                return {key: self._lamp, f"{key}.brightness": self._brightness}
            case "temperature":
                return {key: f"{self._temperature / 10:.1f}"}
        return {key: None}  # what can be pressed, and what happens, has no value

    def execute(self, command: Mapping[str, Any]) -> Result:
        """Carry a command out, or refuse it before anything is done."""
        key, name, arguments = command.get("entity"), command["cmd"], command.get("args", {})
        if key is None:
            return self._answer(name, arguments)
        if key not in _KEYS:
            return _refused("unknown entity")
        known = _COMMANDS.get((key, name))
        if known is None:
            return _refused("unknown command")
        for argument, value in arguments.items():
            if argument not in known:
                return _refused("unknown argument")
            lowest, highest = known[argument]
            if type(value) is not int or not lowest <= value <= highest:
                return _refused(f"{argument} must be {lowest} to {highest}")
        if key == "outlet":
            self._outlet = name == "turn_on"
        elif key == "lamp":
            self._lamp = name == "turn_on"
            self._brightness = arguments.get("brightness", self._brightness)
        else:
            self._fire("bell", "ring")
        return _done({"values": self.values(key)})

    def _answer(self, name: str, arguments: Mapping[str, Any]) -> Result:
        """Answer the questions of the gateway itself."""
        if name == "describe":
            if type(arguments.get("page", 0)) is not int or arguments.keys() - {"page"}:
                return _refused("describe takes page")
            if arguments.get("page", 0) != 0:
                return _refused("no such page")
            return _done(
                {
                    "device": {
                        "manufacturer": MANUFACTURER,
                        "model": MODEL,
                        "fw": FIRMWARE,
                        "name": MODEL,
                    },
                    "entities": _ENTITIES,
                    "page": 0,
                    "pages": 1,
                    "v": 1,
                }
            )
        if name != "read":
            return _refused("unknown command")
        keys = arguments.get("keys", _KEYS)
        if arguments.keys() - {"keys"} or not isinstance(keys, (list, tuple)):
            return _refused("read takes keys")
        values: dict[str, object] = {}
        for key in keys:
            if key not in _KEYS:
                return _refused("unknown entity")
            values |= self.values(key)
        return _done({"values": values})


def _done(answer: Mapping[str, object]) -> Result:
    return wire.STATUS_OK, commands.encode(answer)


def _refused(why: str) -> Result:
    return wire.STATUS_REFUSED, commands.encode({"error": why})
