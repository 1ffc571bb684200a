"""What moves or warms air: fan, climate."""

from .arguments import Choice, Decimal, Flag, Whole
from .stateful import OnOff, Stateful

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_DIRECTIONS = ("forward", "reverse")
MODES = ("off", "heat", "cool", "heat_cool", "auto", "dry", "fan_only")
ACTIONS = ("off", "idle", "heating", "cooling", "drying", "fan", "preheating", "defrosting")
_CLIMATE_DIGITS = 1


class Fan(OnOff):
    """A fan. Attributes: on, percentage 0-100, direction, oscillating, preset."""

    kind = "fan"

    def __init__(
        self,
        key: str,
        name: str,
        handler: "Callable[[dict[str, Any]], Any] | None" = None,
        percentage: bool = False,
        direction: bool = False,
        oscillating: bool = False,
        presets: "tuple[str, ...]" = (),
        read: "Callable[[], dict[str, Any]] | None" = None,
        safe: "tuple[str, dict[str, Any]] | None" = None,
    ) -> None:
        super().__init__(key, name, handler, read, safe)
        self._has("on", Flag(), False)
        with_turn_on = []
        if percentage:
            self._has("percentage", Whole(0, 100))
            with_turn_on.append("percentage")
            self._takes("set_percentage", "percentage")
        if presets:
            self._has("preset", Choice(presets))
            with_turn_on.append("preset")
            self._takes("set_preset", "preset")
        if direction:
            self._has("direction", Choice(_DIRECTIONS), "forward")
            self._takes("set_direction", "direction")
        if oscillating:
            self._has("oscillating", Flag(), False)
            self._takes("set_oscillating", "oscillating")
        self.features = [name for name in self._attributes if name != "on"]
        self._takes("turn_on", *with_turn_on)
        self._takes("turn_off")

    def _complete(self, command: str, changes: "dict[str, Any]") -> None:
        if "percentage" in changes:
            changes["on"] = changes["percentage"] > 0
        elif command == "set_preset":
            changes["on"] = True


class Climate(Stateful):
    """Heating, cooling, a thermostat. Temperatures are in degrees Celsius.

    Attributes: mode (one of `modes`, the main value), temperature, and where declared
    target_low and target_high, fan_mode, swing_mode, preset; measured ones are given by
    `update(current_temperature=…, current_humidity=…, action=…)`.
    """

    kind = "climate"
    main = "mode"

    def __init__(
        self,
        key: str,
        name: str,
        handler: "Callable[[dict[str, Any]], Any] | None" = None,
        modes: "tuple[str, ...]" = ("off", "heat"),
        low: float = 5,
        high: float = 35,
        step: float = 0.5,
        target_range: bool = False,
        fan_modes: "tuple[str, ...]" = (),
        swing_modes: "tuple[str, ...]" = (),
        presets: "tuple[str, ...]" = (),
        read: "Callable[[], dict[str, Any]] | None" = None,
        safe: "tuple[str, dict[str, Any]] | None" = None,
    ) -> None:
        super().__init__(key, name, handler, read, safe)
        for mode in modes:
            if mode not in MODES:
                raise ValueError("no mode " + mode)
        self._has("mode", Choice(modes), modes[0])
        self._takes("set_mode", "mode")
        target = Decimal(low, high, step, _CLIMATE_DIGITS)
        targets = ["temperature"]
        self._has("temperature", target)
        if target_range:
            targets += ["target_low", "target_high"]
            self.features.append("target_range")
            self._has("target_low", target)
            self._has("target_high", target)
        self._takes("set_temperature", "mode", *targets)
        self._has_modes("fan_mode", fan_modes)
        self._has_modes("swing_mode", swing_modes)
        self._has_modes("preset", presets)
        self._has("current_temperature", Decimal(-100, 200, 0.1, _CLIMATE_DIGITS))
        self._has("current_humidity", Whole(0, 100))
        self._has("action", Choice(ACTIONS))

    def _has_modes(self, name: str, options: "tuple[str, ...]") -> None:
        if options:
            self.features.append(name)
            self._has(name, Choice(options))
            self._takes("set_" + name, name)

    def describe(self) -> "dict[str, Any]":
        """Return the description; what is only measured has no limits to tell."""
        out = super().describe()
        del out["ranges"]["current_temperature"], out["ranges"]["current_humidity"]
        del out["options"]["action"]
        return out

    def check(self, command: str, arguments: "dict[str, Any]") -> "str | None":
        """Return why the command is refused: also when the range of temperatures is upside down."""
        refused = super().check(command, arguments)
        if refused is None and "target_low" in arguments and "target_high" in arguments:
            known = self.arguments(command)
            low = known["target_low"].parse(arguments["target_low"])
            if low > known["target_high"].parse(arguments["target_high"]):
                return "target_low is above target_high"
        return refused
