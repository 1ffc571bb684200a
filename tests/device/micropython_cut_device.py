"""Run by MicroPython: a relay that writes a line for each switching; its power is cut from outside.

micropython micropython_cut_device.py LIBRARY FOLDER
"""

import sys

sys.path[:] = [sys.argv[1], ".frozen"]

from iotsg_device.device import Device  # noqa: E402
from iotsg_device.entities import Switch  # noqa: E402


def switch(is_on):
    """Leave a mark in the world: a line that no power cut takes back."""
    with open(sys.argv[2] + "/switched.txt", "a") as file:
        file.write("on\n" if is_on else "off\n")


Device(sys.argv[2], [Switch("relay", "Relay", switch)], host="127.0.0.1").run()
