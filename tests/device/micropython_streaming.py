"""Run by MicroPython: a device that sends its log when its button is pressed, 1000 lines of 64 bytes.

micropython micropython_streaming.py LIBRARY FOLDER
"""

import sys

sys.path[:] = [sys.argv[1], ".frozen"]

from iotsg_device.device import Device  # noqa: E402
from iotsg_device.entities import Button, Switch  # noqa: E402

LINES = 1000


def lines():
    for number in range(LINES):
        yield b"line %58d\n" % number


def send_log():
    device.reporter.stream("log", lines(), ended=lambda status: print("stream ended", status))


device = Device(
    sys.argv[2], [Button("log", "Send log", send_log), Switch("relay", "Relay")], host="127.0.0.1"
)
device.run()
