"""What a device can do: an entity of each kind that Home Assistant can show.

Here are the ones that most devices have; `entities.light` and its neighbours are loaded only by
the device that imports them.
"""

from .entity import CommandFailed, Entity, is_awaitable
from .plain import BinarySensor, Button, Sensor, Switch

__all__ = (
    "BinarySensor",
    "Button",
    "CommandFailed",
    "Entity",
    "Sensor",
    "Switch",
    "is_awaitable",
)
