"""One virtual device: a lamp whose switch is kept, and the temperature of the room that it warms.

    python|micropython virtual_device.py FOLDER HOST

FOLDER holds factory.json and the flash. A file `die-at` in it names a point (echo, started,
executed) at which the process ends as by a power cut; it is removed first, so the next start lives.
"""

import os
import sys

# The folder above this file's: MicroPython has no os.path.
_PARTS = __file__.rsplit("/", 2)
sys.path.insert(0, _PARTS[0] if len(_PARTS) == 3 else ("." if len(_PARTS) == 2 else ".."))

from iotsg_device.clock import Clock  # noqa: E402
from iotsg_device.compat import IS_MICROPYTHON  # noqa: E402
from iotsg_device.compat_files import exists, replace  # noqa: E402
from iotsg_device.device import Device  # noqa: E402
from iotsg_device.entities import Sensor, Switch  # noqa: E402

ROOM = 20.0  # degrees that the room falls back to
LAMP = 15.0  # degrees above it that the lamp would reach
SETTLING_MS = 60000  # time constant of the room
DIE_POINTS = ("echo", "started", "executed")


class Room:
    """First-order thermal model: the temperature moves towards what the lamp makes of the room."""

    def __init__(self, clock: "Clock") -> None:
        self._clock = clock
        self._at = clock()
        self._temperature = ROOM
        self._target = ROOM

    def set_lamp(self, is_on: bool) -> None:
        """The lamp was switched: from now on the room moves towards another temperature."""
        self.temperature()
        self._target = ROOM + (LAMP if is_on else 0.0)

    def temperature(self) -> float:
        """Return the temperature now."""
        now = self._clock()
        share = (now - self._at) / (SETTLING_MS + now - self._at)
        self._at = now
        self._temperature += (self._target - self._temperature) * share
        return self._temperature


class KeptSwitch:
    """The relay as its file says, over restarts; every switching is counted in a line of a log file."""

    def __init__(self, folder: str, room: Room) -> None:
        self._path = folder + "/relay.txt"
        self._log_path = folder + "/switched.txt"
        self._room = room
        self.is_on = False
        if exists(self._path):
            with open(self._path) as file:
                self.is_on = file.read().strip() == "on"
        room.set_lamp(self.is_on)

    def change(self, is_on: bool) -> None:
        """Switch, and keep it."""
        word = "on" if is_on else "off"
        with open(self._log_path, "a") as file:
            file.write(word + "\n")
        with open(self._path + ".new", "w") as file:
            file.write(word)
        replace(self._path + ".new", self._path)
        self.is_on = is_on
        self._room.set_lamp(is_on)


class PowerCut:
    """Ends the process at the point that the file `die-at` names."""

    def __init__(self, folder: str, device: Device) -> None:
        self._path = folder + "/die-at"
        self._device = device

    def trace(self, point: str) -> None:
        """End here when this is the armed point."""
        if point == "sent":
            live = self._device.core.live
            if live is None or live.link is None or not live.link.has_pending:
                return
            point = "echo"  # what was sent is an ECHO: a session now waits for its COMMIT
        if not exists(self._path):
            return
        with open(self._path) as file:
            if file.read().strip() != point:
                return
        os.remove(self._path)
        print("power cut at", point)
        end_process()


def end_process() -> None:
    """End at once, without any clean-up, as a power cut does."""
    if IS_MICROPYTHON:
        os.system("kill -9 $PPID")
    else:
        os.kill(os.getpid(), 9)


def main(folder: str, host: str) -> None:
    """Run the device until it is ended."""
    clock = Clock()
    room = Room(clock)
    relay = KeptSwitch(folder, room)
    device = Device(
        folder,
        entities=[
            Switch("relay", "Lamp", relay.change, is_on=relay.is_on),
            Sensor("temperature", "Temperature", room.temperature, "temperature", "°C"),
        ],
        firmware="1.0-" + ("micropython" if IS_MICROPYTHON else "cpython"),
        host=host,
        address=host if host not in ("0.0.0.0", "::") else None,
        clock=clock,
    )
    device.driver.trace = PowerCut(folder, device).trace
    device.run()


if __name__ == "__main__":
    try:
        main(sys.argv[1], sys.argv[2])
    except KeyboardInterrupt:
        pass
