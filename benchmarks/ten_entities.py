"""A device of ten entities for benchmarks/device_footprint.py; runs on MicroPython in its folder."""

import gc

from iotsg_device.device import Device
from iotsg_device.entities import BinarySensor, Sensor, Switch


def used() -> int:
    """Return the bytes in use once the garbage is gone."""
    gc.collect()
    return int(gc.mem_alloc())  # type: ignore[attr-defined]


def nothing(*_: object) -> None:
    """Nothing is wired to this device."""


Device(
    entities=[
        Switch("relay", "Relay", nothing),
        Switch("pump", "Pump", nothing),
        Switch("lamp", "Lamp", nothing),
        Switch("fan", "Fan", nothing),
        BinarySensor("door", "Door", lambda: False, "door"),
        BinarySensor("window", "Window", lambda: False, "window"),
        Sensor("temperature", "Temperature", lambda: 21.5, "temperature", "°C"),
        Sensor("humidity", "Humidity", lambda: 48.0, "humidity", "%"),
        Sensor("battery", "Battery", lambda: 3.3, "voltage", "V"),
        Sensor("heap", "Heap in use", used),
    ]
).run()
