"""A device of a switch and a temperature sensor. Needs factory.json (tools/provision.py) beside it."""

from iotsg_device.device import Device
from iotsg_device.entities import Sensor, Switch


def set_relay(is_on):
    print("relay", "on" if is_on else "off")  # a board sets its pin here


def read_temperature():
    return 21.5  # a board asks its sensor here


relay = Switch("relay", "Relay", set_relay)
temperature = Sensor("temperature", "Temperature", read_temperature, "temperature", "°C")
Device(entities=[relay, temperature]).run()
