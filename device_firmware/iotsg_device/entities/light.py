"""Light: on and off, brightness, colour, white temperature, effects."""

from .arguments import Choice, Colour, Flag, Whole
from .stateful import OnOff

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MAX_BRIGHTNESS = 255


class Light(OnOff):
    """A lamp. Attributes: on, brightness 1-255, rgb (three of 0-255), color_temp in kelvin, effect.

    A colour ends a white temperature and an effect, and the other way round.
    """

    kind = "light"

    def __init__(
        self,
        key: str,
        name: str,
        handler: "Callable[[dict[str, Any]], Any] | None" = None,
        brightness: bool = False,
        rgb: bool = False,
        color_temp: "tuple[int, int] | None" = None,
        effects: "tuple[str, ...]" = (),
        read: "Callable[[], dict[str, Any]] | None" = None,
        safe: "tuple[str, dict[str, Any]] | None" = None,
    ) -> None:
        super().__init__(key, name, handler, read, safe)
        self._has("on", Flag(), False)
        if brightness:
            self._has("brightness", Whole(1, MAX_BRIGHTNESS), MAX_BRIGHTNESS)
        if rgb:
            self._has("rgb", Colour())
        if color_temp is not None:
            self._has("color_temp", Whole(color_temp[0], color_temp[1]), color_temp[0])
        if effects:
            self._has("effect", Choice(effects))
        self.features = [name for name in self._attributes if name != "on"]
        self._takes("turn_on", *self.features)
        self._takes("turn_off")

    def _keep(self, changes: "dict[str, Any]") -> None:
        for name in ("rgb", "color_temp", "effect"):
            if changes.get(name) is not None:
                for other in ("rgb", "color_temp", "effect"):
                    if other in self._attributes and other not in changes:
                        self.state[other] = None
        super()._keep(changes)

    def check(self, command: str, arguments: "dict[str, Any]") -> "str | None":
        """Return why the command is refused: also when it asks for two colours at once."""
        if "rgb" in arguments and "color_temp" in arguments:
            return "either rgb or color_temp"
        return super().check(command, arguments)
