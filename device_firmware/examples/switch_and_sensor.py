"""A relay and the processor's temperature (Linux). Needs a factory.json beside it: tools/provision.py."""

from iotsg_device.device import Device
from iotsg_device.entities import Sensor, Switch


def set_relay(is_on: bool) -> None:  # noqa: D103
    print("relay", "on" if is_on else "off")  # on a board: relay_pin.value(is_on)


def read_temperature() -> float:  # noqa: D103
    with open("/sys/class/thermal/thermal_zone0/temp") as file:
        return int(file.read()) / 1000


relay = Switch("relay", "Relay", set_relay)
temperature = Sensor("temperature", "Temperature", read_temperature, "temperature", "°C")
Device(entities=[relay, temperature]).run()
