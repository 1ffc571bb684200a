"""Run by MicroPython: a device with ten entities; prints what memory is in use, at the end of each second.

micropython micropython_ten_entities.py LIBRARY FOLDER
"""

import gc
import sys

sys.path[:] = [sys.argv[1], ".frozen"]

import asyncio  # noqa: E402

from iotsg_device.device import Device  # noqa: E402
from iotsg_device.entities import BinarySensor, Sensor, Switch  # noqa: E402

KINDS = [Switch("relay_%d" % n, "Relay %d" % n) for n in range(4)]
KINDS += [
    Sensor("temp_%d" % n, "Temperature %d" % n, lambda: 21.5, "temperature", "°C") for n in range(4)
]
KINDS += [BinarySensor("door_%d" % n, "Door %d" % n, lambda: True) for n in range(2)]


async def main():
    device = Device(sys.argv[2], KINDS, host="127.0.0.1")
    task = asyncio.create_task(device.serve())
    while not task.done():
        await asyncio.sleep_ms(300)
        gc.collect()
        print("in use", gc.mem_alloc(), "free", gc.mem_free())
    await task


asyncio.run(main())
