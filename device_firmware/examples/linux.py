"""Linux: a light whose state goes to a file, the processor's temperature, a file as reset button.

Needs factory.json (tools/provision.py) in the folder it is started in. Making the file
`factory-reset` there is the button: every gateway is forgotten. Runs on Python and MicroPython.
"""

import asyncio
import os

from iotsg_device.compat_files import exists
from iotsg_device.device import Device
from iotsg_device.entities import Sensor
from iotsg_device.entities.light import Light

BUTTON = "factory-reset"


def set_light(changes: "dict[str, object]") -> None:
    """Write what is wanted; on a real machine: set a PWM channel."""
    with open("light.txt", "w") as file:
        file.write("on\n" if changes.get("on") else "off\n")


def temperature() -> "float | None":
    """Return degrees; None on a machine without this thermometer."""
    path = "/sys/class/thermal/thermal_zone0/temp"
    if not exists(path):
        return None
    with open(path) as file:
        return int(file.read()) / 1000


async def main() -> None:
    """Serve, and watch the button; systemd's restart is the watchdog."""
    lamp = Light("lamp", "Lamp", set_light, brightness=True, safe=("turn_off", {}))
    chip = Sensor("chip", "Processor", temperature, "temperature", "°C")
    device = Device(entities=[lamp, chip])
    serving = asyncio.create_task(device.serve())
    while not serving.done():
        if exists(BUTTON):
            os.remove(BUTTON)
            device.factory_reset()
        await asyncio.sleep(0.2)
    await serving  # raises why: flash failed, start anew


asyncio.run(main())
